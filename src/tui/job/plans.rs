//! Every screen is opened and keyed through on the sample, everything the store is asked meanwhile is written down, and the
//! plan of each question looked at: none runs through a table that grows with the messages, none sorts more than a page.

#[cfg(test)]
use std::ops::ControlFlow;

use super::{answer, write};
use crate::ingest::{self, ImportOptions};
use crate::message::epoch_ms;
use crate::store::Store;
use crate::tui::keys::Key;
use crate::tui::lang;
use crate::tui::model::Model;
use crate::tui::msg::{Effect, Msg, Timer};
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
const OF_ONE_NOTICE: [&str; 5] = [
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
    "3 Down Right Right Right Down Right Right Down Right Right Right Right Down Right Right Up Up Up Up Left Left",
    "4 Down Down Enter Down Enter Esc Esc",
    "6 Down Down Enter Esc Down Enter Esc",
    "1 1",
];

fn now() -> i64 {
    epoch_ms("2026-11-18T08:10:00".parse().unwrap())
}

fn sample() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    crate::demo::unpack(&folder.path().join("exports")).unwrap();
    let mut store = Store::open(&folder.path().join("qunbox.db")).unwrap();
    let options = ImportOptions { now: now(), ..ImportOptions::default() };
    let paths = [folder.path().join("exports")];
    ingest::import(&mut store, &paths, &options, &mut |_| ControlFlow::Continue(())).unwrap();
    (folder, store)
}

/// Does what the core asks until it asks nothing more.
fn serve(model: &mut Model, store: &mut Store, effects: Vec<Effect>) {
    let mut waiting = effects;
    while let Some(effect) = waiting.pop() {
        let message = match effect {
            Effect::Read(read) => Msg::Answer(answer(store, &read, now()).unwrap()),
            Effect::State { .. }
            | Effect::Due { .. }
            | Effect::Decide(..)
            | Effect::Seen(_)
            | Effect::Visit
            | Effect::Undo
            | Effect::Redo => {
                let done = write(store, now(), &effect);
                Msg::Decided(super::deed(effect, false), done)
            }
            Effect::After(_, timer @ Timer::Preview(_)) => Msg::Timer(timer),
            _ => continue,
        };
        waiting.extend(update::update(model, message));
    }
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
    let few = !outer.iter().any(|l| l.split(' ').nth(1).is_some_and(|name| GROWING.contains(&name)));
    let sorts = |line: &&String| line.contains("TEMP B-TREE");
    let bounded = inner.iter().any(|l| l.starts_with("SEARCH"));
    let sorted = outer.iter().find(sorts).filter(|_| !one && !few);
    let sorted = sorted.or_else(|| inner.iter().find(sorts).filter(|_| !bounded));
    plan.iter().find(scans).or(sorted).cloned()
}

#[test]
fn no_question_of_the_screen_scans_or_sorts() {
    lang::set("zh");
    let (_folder, mut store) = sample();
    let asked = store.write_down();
    let mut model = Model::default();
    update::update(&mut model, Msg::Now(now()));
    update::update(&mut model, Msg::Resize(120, 36));
    let effects = update::start(&mut model);
    serve(&mut model, &mut store, effects);
    for keys in TOUR {
        for word in keys.split(' ') {
            let key = Key::parse(word).unwrap_or_else(|| panic!("{word} is no key"));
            let effects = update::update(&mut model, Msg::Key(key));
            serve(&mut model, &mut store, effects);
        }
    }
    let asked: Vec<String> = asked.lock().unwrap().keys().cloned().collect();
    // What FTS5 and triggers do inside begins with dashes.
    let questions: Vec<&String> = asked.iter().filter(|sql| !sql.trim_start().starts_with("--")).collect();
    assert!(questions.len() > 120, "the tour is too short: {} questions", questions.len());
    let mut bad = Vec::new();
    for sql in questions {
        let head = sql.trim_start().get(..6).unwrap_or_default().to_uppercase();
        if !["SELECT", "UPDATE", "DELETE", "INSERT"].contains(&head.as_str()) {
            continue;
        }
        let plan = store.plan(sql);
        bad.extend(wrong(sql, &plan).map(|why| format!("{why}\n    {sql}")));
    }
    assert!(bad.is_empty(), "{} of them:\n  {}", bad.len(), bad.join("\n  "));
}
