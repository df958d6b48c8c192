//! The dialogue about a text, a table or a JSON no format claims: mark one header line and name its parts, or say which
//! column holds what; look at what comes out; keep it under a name.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use rust_i18n::t;

use super::context::Context;
use super::import::{options, ready};
use super::paste::question;
use super::table::line;
use crate::config::Template;
use crate::import::template::{COLUMNS, Fields, fields, propose};
use crate::import::{self, Options};
use crate::ingest;

/// Lines shown of the file.
const SHOWN: usize = 12;
/// Messages shown of what a template reads.
const PREVIEW: usize = 5;

/// Asks how a file is to be read; `None` when the user gives up or it is no text.
pub(super) fn dialogue(path: &Path, context: &Context) -> anyhow::Result<Option<Template>> {
    let Some(text) = import::beginning(&mut File::open(path)?)? else { return Ok(None) };
    writeln!(io::stderr(), "{}", t!("incoming.teach.unknown", path = line(&path.to_string_lossy())))?;
    loop {
        let found = fields(&text);
        let asked = match &found {
            Some(fields) => columns(fields)?,
            None => header(&text)?,
        };
        let Some(mut template) = asked else { return Ok(None) };
        match preview(path, &template, context)? {
            0 => writeln!(io::stderr(), "{}", t!("incoming.teach.nothing"))?,
            _ => {
                let Some(name) = question(&t!("incoming.teach.name"))? else { continue };
                template.name = name;
                template.save(&context.paths.config()).map_err(anyhow::Error::msg)?;
                writeln!(io::stderr(), "{}", t!("incoming.teach.kept", name = template.name))?;
                return Ok(Some(template));
            }
        }
    }
}

/// The header line of a text.
fn header(text: &str) -> anyhow::Result<Option<Template>> {
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).take(SHOWN).collect();
    let mut err = io::stderr();
    for (n, text) in lines.iter().enumerate() {
        writeln!(err, "  {:>2}  {}", n + 1, line(text))?;
    }
    let Some(number) = question(&t!("incoming.teach.which"))? else { return Ok(None) };
    let marked = number.parse::<usize>().ok().and_then(|n| lines.get(n.checked_sub(1)?));
    let proposed = marked.and_then(|l| propose(l));
    let pattern = match &proposed {
        Some(pattern) => {
            question(&t!("incoming.teach.proposed", pattern = pattern))?.unwrap_or_else(|| pattern.clone())
        }
        None => match question(&t!("incoming.teach.pattern"))? {
            Some(pattern) => pattern,
            None => return Ok(None),
        },
    };
    Ok(Some(Template { header: Some(pattern), ..Template::default() }))
}

/// The columns of a table or the paths in a JSON list.
fn columns(fields: &Fields) -> anyhow::Result<Option<Template>> {
    let mut err = io::stderr();
    for (n, (name, sample)) in fields.columns.iter().enumerate() {
        let sample: String = line(sample).chars().take(40).collect();
        writeln!(err, "  {:>2}  {}  =  {sample}", n + 1, line(name))?;
    }
    let guess = fields.guess();
    let mut columns = BTreeMap::new();
    for part in COLUMNS {
        let guessed = guess.get(part).cloned();
        let shown = guessed.clone().unwrap_or_else(|| "-".to_owned());
        let key = format!("incoming.part.{part}");
        let name = t!(&key).into_owned();
        let answer = question(&t!("incoming.teach.column", part = name, guess = line(&shown)))?;
        let column = match answer.as_deref() {
            None => guessed,
            Some("-") => None,
            Some(said) => said
                .parse::<usize>()
                .ok()
                .and_then(|n| fields.columns.get(n.checked_sub(1)?))
                .map(|c| c.0.clone())
                .or_else(|| fields.columns.iter().find(|c| c.0 == said).map(|c| c.0.clone())),
        };
        if let Some(column) = column {
            columns.insert(part.to_owned(), column);
        }
    }
    if columns.is_empty() {
        return Ok(None);
    }
    let rows = (!fields.rows.is_empty()).then(|| fields.rows.clone());
    Ok(Some(Template { rows, columns, ..Template::default() }))
}

/// Shows what comes out; how many messages there are.
fn preview(path: &Path, template: &Template, context: &Context) -> anyhow::Result<usize> {
    let mut err = io::stderr();
    let template = match ready(template) {
        Ok(template) => template,
        Err(why) => {
            writeln!(err, "{why}")?;
            return Ok(0);
        }
    };
    let said = Options { templates: vec![template], by_template: true, ..Options::default() };
    let peeked = ingest::peek(path, &options(said, context), PREVIEW)?;
    for (group, message) in &peeked {
        let at = crate::message::local(message.sent_at).format("%Y-%m-%d %H:%M:%S");
        let (group, sender) = (line(group), line(&message.sender));
        writeln!(err, "  [{group}] {at}  {sender}：{}", line(&message.text))?;
    }
    Ok(peeked.len())
}
