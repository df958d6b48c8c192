//! Every screen is opened and keyed through on the sample, everything the store is asked meanwhile is written down, and the
//! plan of each question looked at: none runs through a table that grows with the messages, none sorts more than a page.

#[cfg(test)]
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::{answer, digest, import_into, incoming, keep, options, write};
use crate::facts::Settings;
use crate::ingest::{self, ImportOptions, Progress};
use crate::message::epoch_ms;
use crate::store::{Asked, Store};
use crate::tui::keys::Key;
use crate::tui::lang;
use crate::tui::model::Model;
use crate::tui::msg::{Deed, Effect, ImportJob, Msg, Timer};
use crate::tui::update;

/// Tables with a row for each message or notice. The others hold what a person typed or decided, or a row a group or file.
const GROWING: [&str; 14] = [
    "message",
    "notice",
    "copy",
    "facts",
    "placement",
    "link",
    "duty",
    "message_source",
    "search",
    "m",
    "n",
    "c",
    "d",
    "l",
];

/// What bounds a question so that it may sort: the rows of one notice, which are at most some dozens.
const OF_ONE_NOTICE: [&str; 6] = [
    "m.key = ?1",
    "c.notice = ?1",
    "l.notice = ?1",
    "l.target = ?1",
    "FROM copy WHERE notice = ?1",
    "FROM link WHERE notice = ?1",
];

/// Keys that lead through a screen; each row starts where the last one ended.
const TOUR: &[&str] = &[
    "Down Down PgDn PgUp End Home Right Right Right Right Right",
    "Space Shift+Down Ctrl+A Esc",
    "Ctrl+F 排 查 Enter Down Enter Esc Ctrl+A Esc Esc",
    "Ctrl+F f x Enter Esc",
    "Enter Right Right Left Ctrl+D Ctrl+O Esc Esc Esc",
    "Down Down Enter v Down Enter Ctrl+T Esc Ctrl+X Esc Ctrl+R F4 Esc Ctrl+Z Ctrl+Y Ctrl+Z",
    "Esc Esc Ctrl+N Ctrl+Z F7 Enter Ctrl+Z Space Space Ctrl+G Esc Ctrl+U Esc Esc",
    "Ctrl+B Enter 甲 Enter Ctrl+B Esc Left Left",
    "F3 防 汛 Down Down Down Down F3 Enter Esc Ctrl+U 通 知 End Esc Esc",
    "2 Down PgDn End Home Right Right Right Right Ctrl+F 表 Enter Esc F6 Down Enter Esc Space Ctrl+Z Ctrl+W 因 Enter Ctrl+Z",
    "Ctrl+N 记 Enter Ctrl+Z F7 1 - 9 Enter Ctrl+Z Enter Esc Ctrl+S Esc Ctrl+B Esc",
    "2 Ctrl+E <file> Enter",
    "3 Down Right Right Right Down Right Right Down Right Right Right Right Down Right Right Up Up Up Up Left Left",
    // The evidence index of all and of a view, the burden report by period and group, the group register; each written.
    "Home Up Up Up Up Up Up Up Right Down Right Right Down Right Left PgDn End F8 Enter",
    "Up Up Up Right Down Right Left Down Right Right Right Right Right Down Right Left Down Right Right Left F8 Enter",
    "Up Up Up Up Up Right Down Right Left F8 Enter Up Right",
    // An import with its preview and taking it back by either key; then the paste desk.
    "5 <file> Enter Down Up F6 Enter Down F6 Ctrl+Z Esc F7 Enter",
    "<file> Enter Esc <file> Enter Enter Ctrl+Z Enter F6 <chat> F8 Enter F7 Enter Esc Esc",
    "4 Down Down Enter Down Enter Esc Esc",
    "6 Down Down Enter Esc Down Enter Esc",
    // Files that ask for their format, and for group and day; then the paste that asks.
    "5 <strange> Enter Enter Enter Enter 甲 Enter Enter Enter Esc",
    "<bare> Enter Enter 乙 群 Enter Enter 2 0 2 6 - 1 1 - 1 8 Enter Enter Enter Esc",
    "5 F6 <copied> F8 丙 群 Enter 2 0 2 6 - 1 1 - 1 8 Enter Enter Enter Esc",
    // A backup, and what was done since taken back by it.
    "6 End Up Up Enter Ctrl+U <backup> Enter 1 Ctrl+N 6 Down Enter <backup> Enter Enter",
    // Another copy to compare with, and a deadline by hand.
    "1 1 Home Enter v Down Enter Esc Home Ctrl+T 1 2 - 2 0 Enter Esc Ctrl+Z",
    "1 1",
];

pub(super) fn now() -> i64 {
    epoch_ms("2026-11-18T08:10:00".parse().unwrap())
}

pub(super) fn sample() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    crate::demo::unpack(&folder.path().join("exports")).unwrap();
    let mut store = Store::open(&folder.path().join("qunbox.db")).unwrap();
    let options = ImportOptions { now: now(), ..ImportOptions::default() };
    let paths = [folder.path().join("exports")];
    ingest::import(&mut store, &paths, &options, &mut |_| ControlFlow::Continue(())).unwrap();
    (folder, store)
}

/// A chat the sample does not hold.
const CHAT: &str = "枫塘应急群 微信群上的聊天记录如下，请查收。\n\n—————  2026-11-18  —————\n\n\n应急办小陈  07:40\n\n【通知】请各村\
于11月20日17:00前报送防汛物资清单至镇应急办，并上传照片。\n\n老周  07:41\n\n收到\n\n";

/// A chat in a layout of nobody's.
const STRANGE: &str = "<2026-11-18 08:15> 李主任 >> 请各村今天报名单\n<2026-11-18 08:16> 赵书记 >> 收到\n";
/// What is copied out of a chat names neither group nor day.
const BARE: &str = "李主任:\n请各村于11月21日17:00前报送统计表\n\n老王:\n收到\n";

/// What a word of the tour brings: pasted text, the path of a file, or a key.
fn said(word: &str, folder: &Path) -> Msg {
    let path = |name: &str| Msg::Paste(folder.join(name).to_string_lossy().into_owned());
    match word {
        "<file>" => path("枫塘应急群.txt"),
        "<strange>" => path("不认识.txt"),
        "<bare>" => path("复制.txt"),
        "<backup>" => path("备份.db"),
        "<chat>" => Msg::Paste(CHAT.replace("应急办小陈", "水利站小陈")),
        "<copied>" => Msg::Paste(BARE.replace("老王", "老周")),
        key => Msg::Key(Key::parse(key).unwrap_or_else(|| panic!("{key} is no key"))),
    }
}

/// What the threads beside reader and writer do, done here on the store that is watched; `None` where nothing comes of it.
/// Each effect stands here: a new one has to say whether it asks the database.
fn beside(store: &mut Store, database: &Path, effect: Effect) -> Option<Msg> {
    let read = |store: &mut Store, dry, job: ImportJob| {
        let asked = options(now(), dry, Settings::default(), job.clone(), database);
        import_into(store, asked, &job.paths, &AtomicBool::new(false), None).map(Box::new)
    };
    Some(match effect {
        Effect::Preview(generation, job) => Msg::Reported(generation, true, read(store, true, job)),
        Effect::Import(generation, job) => Msg::Reported(generation, false, read(store, false, job)),
        Effect::TakeBack(files) => Msg::TakenBack(incoming::taken_back(store, files, &Settings::default())),
        Effect::CatchUp => {
            let mut go_on = |_: &Progress| ControlFlow::Continue(());
            let done = ingest::catch_up(store, &Settings::default(), &mut go_on);
            Msg::CaughtUp(done.and_then(|()| Ok(store.look(now())?)).map_err(|e| e.to_string()))
        }
        Effect::Export(job) => Msg::Exported(digest::write(store, &job, now())),
        Effect::Backup(file) => Msg::BackedUp(keep::write(store, &file).map(|()| file)),
        Effect::Restore(file) => {
            let spare = database.with_file_name("before.db");
            Msg::Restored(keep::put_back(store, &spare, &file))
        }
        Effect::Beginning(path, pasted) => {
            let text = pasted.or_else(|| std::fs::read_to_string(path).ok());
            Msg::Beginning(Ok(text))
        }
        Effect::KeepTemplate(template) => {
            Msg::TemplateKept(template.save(&incoming::config_path(database)).map(|_| ()))
        }
        Effect::Clipboard => Msg::Clipboard(None),
        Effect::After(_, timer @ Timer::Preview(_)) => Msg::Timer(timer),
        // What a watched folder brings comes in as any import does.
        Effect::Watch(_)
        | Effect::WatchAsSet
        | Effect::After(..)
        | Effect::Folder(..)
        | Effect::CancelImport
        | Effect::Copy(_)
        | Effect::Sample
        | Effect::Mouse(_)
        | Effect::Repaint
        | Effect::Quit(_) => return None,
        other @ (Effect::Read(_)
        | Effect::State { .. }
        | Effect::Due { .. }
        | Effect::Attach { .. }
        | Effect::Decide(..)
        | Effect::Seen(_)
        | Effect::Visit
        | Effect::Undo
        | Effect::Redo
        | Effect::Keep { .. }) => panic!("{other:?} is done by the reader or the writer"),
    })
}

/// What was asked: by the screen, and by what writes beside it.
#[derive(Default)]
struct Heard {
    screen: BTreeSet<String>,
    writing: BTreeSet<String>,
    /// Names of the effects and of the questions that were served.
    served: BTreeSet<String>,
}

/// The effects and questions behind which the database is asked; [`beside`] and the reader know no others.
const ASKING: &str = "Read Page Counts Place Notice Compared Search Groups Uploads UploadPlaces Digest Ids Heat Senders Views \
     State Due Attach Decide Seen Visit Undo Redo Preview Import TakeBack CatchUp Export Backup Restore Beginning KeepTemplate";

/// Does what the core asks until it asks nothing more.
fn serve(model: &mut Model, store: &mut Store, effects: Vec<Effect>, asked: &Asked, heard: &mut Heard) {
    let database = model.env.database.clone();
    let mut waiting = effects;
    while let Some(effect) = waiting.pop() {
        let writes = matches!(
            effect,
            Effect::Import(..)
                | Effect::TakeBack(_)
                | Effect::CatchUp
                | Effect::Backup(_)
                | Effect::Restore(_)
        );
        let name = |said: String| said.split([' ', '(']).next().unwrap_or_default().to_owned();
        heard.served.insert(name(format!("{effect:?}")));
        if let Effect::Read(read) = &effect {
            heard.served.insert(name(format!("{read:?}")));
        }
        let message = match effect {
            Effect::Read(read) => Msg::Answer(answer(store, &read, now()).unwrap()),
            Effect::State { .. }
            | Effect::Due { .. }
            | Effect::Decide(..)
            | Effect::Attach { .. }
            | Effect::Seen(_)
            | Effect::Visit
            | Effect::Undo
            | Effect::Redo => {
                let done = write(store, now(), &effect);
                Msg::Decided(super::deed(effect, false), done)
            }
            // config.toml, no database.
            Effect::Keep { .. } => Msg::Decided(Deed::Seen, Ok(None)),
            other => match beside(store, &database, other) {
                Some(message) => message,
                None => continue,
            },
        };
        let into = if writes { &mut heard.writing } else { &mut heard.screen };
        into.extend(std::mem::take(&mut *asked.lock().unwrap()).into_keys());
        waiting.extend(update::update(model, message));
    }
}

/// What is wrong with the plan of a question that an import, or taking one back, asks while it writes. It has a thread of
/// its own that nothing on the screen waits for, and gathers what it writes anew: it may sort, and run through the links
/// to replace those a person set. What has a row for each message it may not run through either.
fn wrong_while_writing(plan: &[String]) -> Option<String> {
    let allowed = |line: &str| line.contains("TEMP B-TREE") || line.starts_with("SCAN link");
    let rest: Vec<String> = plan.iter().filter(|l| !allowed(l)).cloned().collect();
    wrong("", &rest)
}

/// What is wrong with a plan, if anything.
fn wrong(sql: &str, plan: &[String]) -> Option<String> {
    // A subquery of a row is bounded by what the row gives it, if it searches by that.
    let (outer, inner) = match plan.iter().position(|l| l.contains("SCALAR SUBQUERY")) {
        Some(at) => plan.split_at(at),
        None => (plan, &[][..]),
    };
    let grows = |line: &str| {
        let name = line.trim_start_matches("SCAN ").split(' ').next().unwrap_or_default();
        // A name for what a subquery gave is none of a table.
        let given =
            |l: &String| matches!(l.split_once(' '), Some(("MATERIALIZE" | "CO-ROUTINE", n)) if n == name);
        GROWING.contains(&name) && !plan.iter().any(given)
    };
    // An index may be run through to count or to look for letters: it is small and asked in the background.
    let scans = |line: &&String| {
        line.starts_with("SCAN ")
            && grows(line)
            && !line.contains("VIRTUAL TABLE INDEX")
            && !line.contains("COVERING INDEX")
    };
    let one = OF_ONE_NOTICE.iter().any(|words| sql.contains(words));
    let named = |l: &String| l.split(' ').nth(1).is_some_and(|name| GROWING.contains(&name));
    let few = !outer.iter().any(named);
    let sorts = |line: &&String| line.contains("TEMP B-TREE");
    let bounded = inner.iter().any(|l| l.starts_with("SEARCH")) || !inner.iter().any(named);
    let sorted = outer.iter().find(sorts).filter(|_| !one && !few);
    let sorted = sorted.or_else(|| inner.iter().find(sorts).filter(|_| !bounded));
    plan.iter().find(scans).or(sorted).cloned()
}

/// Files of the store that only commands ask, or threads that nothing on the screen waits for.
const OTHERS: &[&str] = &["join.rs", "handover.rs", "check.rs", "keep.rs", "list_tests.rs", "plans.rs"];
/// How statements begin that are not looked at, and why.
const LET_BE: &[(&str, &str)] = &[
    ("SELECT name FROM own_name UNION SELECT DISTINCT sender", "`me --suggest`, no screen"),
    ("SELECT g.name, m.sender, count(*) FROM message m", "`me --suggest`, no screen"),
    (
        "SELECT notice FROM duty WHERE returns_at <= ?1 OR recurs",
        "the clock was put back: a thread of its own, once",
    ),
    ("INSERT INTO enrichment (message, source, before)", "a piece; by the row of a message"),
    ("UPDATE message SET id = ?3,", "a piece; by the row of a message"),
];

/// The statements written out in a source of the store, each up to where something is put into it.
fn statements(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code: String =
        code.lines().filter(|l| !l.trim_start().starts_with("//")).map(|l| format!("{l}\n")).collect();
    let mut found = Vec::new();
    for (n, part) in code.replace("\\\"", "'").split('"').enumerate() {
        let text = plain(part);
        let verb = text.split(' ').next().unwrap_or_default();
        if n % 2 == 1 && ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb) {
            found.push(text.split('{').next().unwrap_or_default().trim_end().to_owned());
        }
    }
    found
}

/// A statement on one line.
fn plain(sql: &str) -> String {
    sql.replace('\\', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is written in the store and was not asked on the tour, by file. What is whole can be planned all the same; a piece
/// of a statement is a hole in the tour.
fn unheard(heard: &Heard) -> Vec<(String, String)> {
    let asked: Vec<String> = heard.screen.iter().chain(&heard.writing).map(|sql| plain(sql)).collect();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store")];
    let mut out = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !OTHERS.contains(&name.as_str()) {
                let silent = statements(&std::fs::read_to_string(&path).unwrap()).into_iter();
                let silent = silent.filter(|sql| !asked.iter().any(|a| a.contains(sql)));
                let silent = silent.filter(|sql| !LET_BE.iter().any(|(begin, _)| sql.starts_with(begin)));
                out.extend(silent.map(|sql| (name.clone(), sql)));
            }
        }
    }
    out
}

/// What is wrong with the plans of what was asked, and of what is written in the store and was not asked.
fn all_wrong(store: &Store, heard: &Heard) -> Vec<String> {
    let unheard = unheard(heard);
    let asked = heard.screen.iter().map(|sql| (sql, false));
    let written = heard.writing.difference(&heard.screen).map(|sql| (sql, true));
    let rest = unheard.iter().map(|(_, sql)| (sql, !sql.starts_with("SELECT")));
    let mut bad = Vec::new();
    for (sql, writing) in asked.chain(written).chain(rest) {
        // What FTS5 and triggers do inside begins with dashes, and is none of these.
        let head = sql.trim_start().get(..6).unwrap_or_default().to_uppercase();
        if !["SELECT", "UPDATE", "DELETE", "INSERT"].contains(&head.as_str()) {
            continue;
        }
        let why = match store.plan(sql) {
            None => Some("nobody asked it on the tour, and it is no whole statement".to_owned()),
            Some(plan) if writing => wrong_while_writing(&plan),
            Some(plan) => wrong(sql, &plan),
        };
        bad.extend(why.map(|why| format!("{why}\n    {sql}")));
    }
    bad
}

#[test]
fn no_question_of_the_screen_scans_or_sorts() {
    lang::set("zh");
    let (folder, mut store) = sample();
    for (name, text) in [("枫塘应急群.txt", CHAT), ("不认识.txt", STRANGE), ("复制.txt", BARE)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let asked = store.write_down();
    let mut model = Model::default();
    model.digest.folder = folder.path().to_owned();
    model.env.database = folder.path().join("qunbox.db");
    update::update(&mut model, Msg::Now(now()));
    update::update(&mut model, Msg::Resize(120, 36));
    let effects = update::start(&mut model);
    let mut heard = Heard::default();
    serve(&mut model, &mut store, effects, &asked, &mut heard);
    for keys in TOUR {
        for word in keys.split(' ') {
            let effects = update::update(&mut model, said(word, folder.path()));
            serve(&mut model, &mut store, effects, &asked, &mut heard);
        }
    }
    assert!(
        model.import.generation > 6 && !heard.writing.is_empty(),
        "too little was imported on the tour: {} runs",
        model.import.generation
    );
    let skipped: Vec<&str> = ASKING.split_whitespace().filter(|name| !heard.served.contains(*name)).collect();
    assert!(skipped.is_empty(), "the tour skips {skipped:?}");
    assert!(heard.screen.len() > 140, "the tour is too short: {} questions", heard.screen.len());
    let bad = all_wrong(&store, &heard);
    assert!(bad.is_empty(), "{} of them:\n  {}", bad.len(), bad.join("\n  "));
}
