//! Bytes → messages. Knows export formats; knows no database, no clock, no file system: readers are passed in.
//! Bad input is data: whatever a parser cannot read becomes an [`Issue`], and what is good goes on to the [`Sink`].
//!
//! A new format is one file and one line of [`FORMATS`]. The table is asked from top to bottom, the surest marks first.

pub mod archive;
mod covers;
mod decode;
mod docx;
mod eml;
mod head;
mod html;
mod job;
mod json;
mod losses;
mod name;
mod refused;
mod table;
mod tags;
pub mod template;
mod text;
mod time;

use std::io::{self, Read};
use std::ops::ControlFlow;

use chrono::{FixedOffset, NaiveDate};

use crate::message::{GroupRef, Message, Platform};

use decode::Decoder;
use head::Head;
use job::Job;
use json::{
    chatlab, chatlog as json_chatlog, dingtalk, feishu, handover, pywxdump, qce as json_qce, telegram, wecom,
    weflow,
};
pub(crate) use losses::losses;
use rust_i18n::t;
use table::xlsx;
use template::Template;
use text::{chatlog, clipboard, lines, mail, mht, qce, qq, qq_clipboard, stamped, wechatexporter, whatsapp};

/// What the user or the caller says beside the bytes.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--group`: the work group, for files that do not name it.
    pub group: Option<String>,
    /// `--format`: skip detection.
    pub format: Option<String>,
    /// `--date`: the day of layouts without dates.
    pub date: Option<NaiveDate>,
    /// `--year`: the year of layouts without years.
    pub year: Option<i32>,
    /// `--tz`: the zone of local times; +08:00 when absent.
    pub tz: Option<FixedOffset>,
    /// Layouts the user taught the program: the first that fits reads what no format claims.
    pub templates: Vec<Template>,
    /// The one named is used without asking the formats.
    pub by_template: bool,
}

/// One file to be read.
pub struct Source<'a> {
    /// Path as shown to the user, members of an archive as `a.zip/群.txt`. Always with `/`.
    pub name: &'a str,
    /// Day the file was last changed: the last resort for layouts without dates.
    pub modified: Option<NaiveDate>,
    /// What was said beside the bytes.
    pub options: &'a Options,
    /// Opens files beside this one (chunks of a manifest, `users.json`), by a path relative to this file's folder.
    pub siblings: &'a dyn Fn(&str) -> Option<Box<dyn Read>>,
    /// Names of the files in this file's folder, itself included: whether the folder is one chat's.
    pub beside: &'a dyn Fn() -> Vec<String>,
}

/// Receives what a parser reads, in file order. `group` comes before the messages of each chat; a file may hold many.
pub trait Sink {
    /// The following messages belong to this group.
    fn group(&mut self, group: GroupRef);
    /// A message. `Break` asks the parser to stop: the user cancelled.
    fn message(&mut self, message: Message) -> ControlFlow<()>;
    /// Something that was not understood.
    fn issue(&mut self, issue: Issue);
}

/// A line, row or part that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Line, row or ordinal, counted from 1; `None` where the file as a whole is meant.
    pub line: Option<u32>,
    /// What is wrong, in the language of the screen.
    pub reason: String,
}

/// How a file was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Id of the format (`wechat-mail-android`, `weflow-json` …); `None` when no format claims the file.
    pub format: Option<&'static str>,
    /// `utf-8`, `utf-8-bom`, `utf-16le`, `gb18030` …
    pub encoding: Option<&'static str>,
    /// What the file does not say and nobody told: nothing was sent to the sink.
    pub needs: Option<Need>,
    /// What was taken from elsewhere and is only probable (`day from the file's date`), in the language of the screen.
    pub assumed: Vec<String>,
    /// The file is a part of another one (a chunk of a manifest, a names file) and was left to it.
    pub part_of: Option<String>,
    /// Empty, `null`, only a BOM: nothing to import, and that is no error.
    pub empty: bool,
    /// Up to when the export reaches, in milliseconds since the epoch, where it says so itself.
    pub covers: Option<i64>,
}

/// A question only the user can answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Which work group (`--group`).
    Group,
    /// Which day (`--date`).
    Date,
    /// Which year (`--year`).
    Year,
    /// Which format: no format claims the text.
    Format,
}

/// How a format is read once it is known.
#[derive(Clone, Copy)]
enum Parse {
    /// From decoded text.
    Text(fn(&Head, &mut Decoder<'_>, &mut Job<'_>) -> io::Result<()>),
    /// From the bytes themselves.
    Bytes(fn(&Head, &mut dyn Read, &mut Job<'_>) -> io::Result<()>),
}

/// One line of the table of formats.
struct Format {
    id: &'static str,
    platform: Option<Platform>,
    sniff: fn(&Head) -> bool,
    parse: Parse,
}

const fn text(
    id: &'static str,
    platform: Option<Platform>,
    sniff: fn(&Head) -> bool,
    parse: fn(&Head, &mut Decoder<'_>, &mut Job<'_>) -> io::Result<()>,
) -> Format {
    Format { id, platform, sniff, parse: Parse::Text(parse) }
}

const fn bytes(
    id: &'static str,
    sniff: fn(&Head) -> bool,
    parse: fn(&Head, &mut dyn Read, &mut Job<'_>) -> io::Result<()>,
) -> Format {
    Format { id, platform: None, sniff, parse: Parse::Bytes(parse) }
}

const WECHAT: Option<Platform> = Some(Platform::Wechat);
const QQ: Option<Platform> = Some(Platform::Qq);
const WECOM: Option<Platform> = Some(Platform::Wecom);

/// Every format, in the order in which they are asked.
static FORMATS: &[Format] = &[
    bytes("docx", docx::sniff, docx::parse),
    bytes("xlsx", xlsx::sniff, xlsx::parse),
    bytes("eml", eml::sniff, eml::parse),
    text(handover::ID, None, handover::sniff, handover::parse),
    text("chatlab-jsonl", None, chatlab::sniff_jsonl, chatlab::parse_jsonl),
    text("chatlab-json", None, chatlab::sniff_json, chatlab::parse_json),
    text("qce-chunk", QQ, json_qce::sniff_chunk, json_qce::parse_chunk),
    text("qce-json", QQ, json_qce::sniff, json_qce::parse),
    text("ciphertalk-json", WECHAT, weflow::sniff_ciphertalk, weflow::parse_ciphertalk),
    text("weflow-json", WECHAT, weflow::sniff, weflow::parse),
    text("echotrace-json", WECHAT, weflow::sniff_echotrace, weflow::parse),
    text("weflow-api", WECHAT, weflow::sniff_api, weflow::parse),
    text("chatlog-json", WECHAT, json_chatlog::sniff, json_chatlog::parse),
    text("pywxdump-json", WECHAT, pywxdump::sniff, pywxdump::parse),
    text("pywxdump-users", WECHAT, pywxdump::sniff_users, pywxdump::parse_users),
    text("wecom-names", WECOM, wecom::sniff_names, wecom::parse_names),
    text("wecom-msgaudit-jsonl", WECOM, wecom::sniff_archive, wecom::parse_archive),
    text("wecom-cli", WECOM, wecom::sniff_cli, wecom::parse_cli),
    text("dingtalk-dws-json", Some(Platform::Dingtalk), dingtalk::sniff, dingtalk::parse),
    text("feishu-json", Some(Platform::Feishu), feishu::sniff, feishu::parse),
    text("telegram-json", Some(Platform::Telegram), telegram::sniff, telegram::parse),
    text("memotrace-training", WECHAT, refused::sniff, refused::parse),
    text("chatlog-csv", WECHAT, table::sniff_chatlog, table::parse_csv),
    text("memotrace-csv-old", WECHAT, table::sniff_memotrace_old, table::parse_csv),
    text("memotrace-csv", WECHAT, table::sniff_memotrace_new, table::parse_csv),
    text("pywxdump-csv", WECHAT, table::sniff_pywxdump, table::parse_csv),
    text("weclone-csv", WECHAT, table::sniff_weclone, table::parse_csv),
    text("saved-workbook-csv", None, table::sniff_saved_workbook, table::parse_csv),
    text("wechat-mail-html", WECHAT, mail::sniff_html, mail::parse_html),
    text("wechat-mail-ios", WECHAT, mail::sniff_ios, mail::parse_ios),
    text("wechat-mail-android", WECHAT, mail::sniff_android, mail::parse_android),
    text("qq-mht", QQ, mht::sniff, mht::parse),
    text("qce-txt", QQ, qce::sniff, qce::parse),
    text("weflow-md", WECHAT, stamped::sniff_weflow_md, stamped::parse_weflow_md),
    text("weflow-txt", WECHAT, stamped::sniff_weflow, stamped::parse_weflow),
    text("wechatexporter-txt", WECHAT, wechatexporter::sniff, wechatexporter::parse),
    text("qq-txt", QQ, qq::sniff, qq::parse),
    text("welink-txt", Some(Platform::Welink), stamped::sniff_welink, stamped::parse_welink),
    text("chatlog-txt", WECHAT, chatlog::sniff, chatlog::parse),
    text("dated-lines", None, lines::sniff, lines::parse),
    text("memotrace-txt", WECHAT, stamped::sniff_memotrace, stamped::parse_memotrace),
    text("whatsapp-txt", Some(Platform::Whatsapp), whatsapp::sniff, whatsapp::parse),
    text("wechat-copy-mac", WECHAT, clipboard::sniff_mac, clipboard::parse_mac),
    text("wechat-copy-ios2026", WECHAT, clipboard::sniff_ios, clipboard::parse_ios),
    text("qq-copy", QQ, qq_clipboard::sniff, qq_clipboard::parse),
    text("wechat-copy-windows", WECHAT, clipboard::sniff_windows, clipboard::parse_windows),
    text("paste", WECHAT, clipboard::sniff_inline, clipboard::parse_inline),
];

/// The id of qunbox's own hand-over file, which is read only when it is asked for.
pub const HANDOVER: &str = handover::ID;

/// Ids of all formats, for `--format` and `doctor`.
#[must_use]
pub fn format_ids() -> Vec<&'static str> {
    FORMATS.iter().map(|f| f.id).collect()
}

/// The beginning of a file as text, for a person to look at. `None` for bytes that are no text.
///
/// # Errors
/// Only the reader's own errors.
pub fn beginning(reader: &mut dyn Read) -> std::io::Result<Option<String>> {
    let head = Head::read(reader)?;
    Ok((!head.is_binary() && !head.is_empty()).then_some(head.text))
}

/// The name of the group as far as the file's name tells.
#[must_use]
pub fn group_in_name(path: &str) -> Option<String> {
    name::group(path, &Vec::new)
}

/// Reads one file: detects the format, decodes, parses, sends groups, messages and issues to `sink`.
///
/// # Errors
/// Only the reader's own errors. Whatever is wrong with the content is an issue or a need.
pub fn import(reader: &mut dyn Read, source: &Source<'_>, sink: &mut dyn Sink) -> std::io::Result<Outcome> {
    let head = Head::read(reader)?;
    let mut job = Job::new(source, sink);
    read_known(&head, reader, &mut job, false)?;
    Ok(job.outcome)
}

/// Finds the format and runs its parser. `reader` goes on where the head ends. `nested` is the text out of a mail or a
/// document: no envelope is looked for in it again.
fn read_known(head: &Head, reader: &mut dyn Read, job: &mut Job<'_>, nested: bool) -> io::Result<()> {
    job.outcome.encoding = Some(head.encoding);
    if head.is_empty() {
        job.outcome.empty = true;
        return Ok(());
    }
    let wanted = job.source.options.format.as_deref().filter(|id| !(nested && matches!(*id, "eml" | "docx")));
    if let Some(template) = taught(head, job.source.options, wanted.is_some()) {
        job.set_format(TEMPLATE, template.platform);
        job.assume(t!("import.assumed.template", name = template.name).into_owned());
        let mut text = Decoder::new(Box::new(head.raw.as_slice().chain(reader)));
        template::parse(template, head, &mut text, job)?;
        job.outcome.encoding = Some(text.encoding());
        return Ok(());
    }
    let format = match wanted {
        // every workbook is opened by one parser, which names its exporter afterwards
        Some(id) if id.ends_with("-xlsx") => FORMATS.iter().find(|f| f.id == "xlsx"),
        Some(id) => FORMATS.iter().find(|f| f.id == id),
        None => detect(head, nested),
    };
    let Some(format) = format else {
        job.outcome.needs = Some(Need::Format);
        if head.is_binary() {
            job.outcome.encoding = None;
            if let Some(why) = refused::foreign(&head.raw) {
                job.outcome.needs = None;
                job.issue(None, why);
            }
        }
        return Ok(());
    };
    job.set_format(format.id, format.platform);
    job.outcome.covers = job.outcome.covers.or_else(|| covers::until(head, job.source));
    let mut whole = head.raw.as_slice().chain(reader);
    match format.parse {
        Parse::Text(parse) => {
            let mut text = Decoder::new(Box::new(whole));
            parse(head, &mut text, job)?;
            job.outcome.encoding = Some(text.encoding());
        }
        Parse::Bytes(parse) => parse(head, &mut whole, job)?,
    }
    if job.outcome.needs.is_some() {
        job.outcome.assumed.clear();
    }
    Ok(())
}

/// The id of what was read by a template.
const TEMPLATE: &str = "template";

/// The template a text is read by: the one that was named, or the first that fits what no format claims. Workbooks find
/// theirs by their columns.
fn taught<'o>(head: &Head, options: &'o Options, format_said: bool) -> Option<&'o Template> {
    if head.is_binary() || format_said {
        return None;
    }
    if options.by_template {
        return options.templates.first();
    }
    if options.templates.is_empty() || detect(head, true).is_some() {
        return None;
    }
    template::choose(head, &options.templates)
}

/// The first format of the table that knows the head. Text formats are not asked about binary files.
fn detect(head: &Head, nested: bool) -> Option<&'static Format> {
    let binary = head.is_binary();
    FORMATS.iter().find(|f| match f.parse {
        Parse::Text(_) => !binary && (f.sniff)(head),
        Parse::Bytes(_) => !nested && (f.sniff)(head),
    })
}
