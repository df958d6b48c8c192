//! The labelled corpora beside the repository, rendered as real exporters would write them and read back.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use qunbox::message::{GroupRef, Message, rfc3339};
use serde_json::Value;

use super::{read_file, squeeze};

/// The labelled corpora, rendered in every format by the project's own tool: at least 99.8 % of the messages a perfect
/// importer could read, none twice. Skipped where the corpora or Python are not there.
#[test]
fn rendered_corpora_are_read_whole() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let tool = shared.join("tools/render_exports.py");
    let python = std::process::Command::new("python3").arg("--version").output();
    if !tool.exists() || python.is_err() {
        println!("skipped: no corpora or no python3 here");
        return;
    }
    for (corpus, seed) in [("core", 1), ("core", 2), ("town", 1), ("town", 5)] {
        let dir = tempfile::tempdir().unwrap();
        let messages = shared.join("corpus").join(corpus).join("messages.jsonl");
        let (plan, out) = (dir.path().join("plan.json"), dir.path().join("out"));
        let run = |args: &[&std::ffi::OsStr]| {
            let done = std::process::Command::new("python3").arg(&tool).args(args).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        };
        let seed_text = seed.to_string();
        run(&[
            "--make-plan".as_ref(),
            messages.as_ref(),
            plan.as_ref(),
            "--seed".as_ref(),
            seed_text.as_ref(),
            "--overlap".as_ref(),
            "3".as_ref(),
            "--second".as_ref(),
            "4".as_ref(),
        ]);
        run(&[messages.as_ref(), out.as_ref(), "--plan".as_ref(), plan.as_ref()]);
        let expected = std::fs::read_to_string(dir.path().join("expected.jsonl")).unwrap();
        let (expected, found, extra) = compare(&expected, &out);
        println!("{corpus} seed {seed}: {found} of {expected}, {extra} more");
        assert!(found * 1000 >= expected * 998, "{corpus} seed {seed}: {found} of {expected}");
        assert!(extra * 500 <= expected, "{corpus} seed {seed}: {extra} too many");
    }
}

/// Expected, found and surplus messages: group, time at its precision, sender and text agree.
fn compare(expected: &str, out: &Path) -> (usize, usize, usize) {
    let rows: Vec<Value> = expected.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let pools: RefCell<BTreeMap<String, Vec<(GroupRef, Message)>>> = RefCell::default();
    let (mut found, mut total) = (0, 0);
    for row in &rows {
        let file = row["file"].as_str().unwrap();
        let mut pools = pools.borrow_mut();
        let pool = pools.entry(file.to_owned()).or_insert_with(|| {
            let read = read_file(out, file);
            total += read.messages.len();
            read.messages
        });
        let text = |name: &str| row[name].as_str().unwrap_or("");
        let at = text("sent_at");
        let same = |(group, message): &(GroupRef, Message)| {
            let stamp = rfc3339(message.sent_at);
            let on_time = match at.len() {
                0 => true,
                22 => stamp[..16] == at[..16],
                25 => stamp == at,
                _ => stamp[..19].ends_with(at.trim_start_matches('-')),
            };
            let by = message.sender == text("sender")
                || message.sender == text("sender_id")
                || message.sender.is_empty() && text("sender") == "我";
            on_time
                && by
                && squeeze(&message.text) == squeeze(text("text"))
                && group.name.as_deref().unwrap_or("") == text("group")
        };
        if let Some(place) = pool.iter().position(same) {
            pool.remove(place);
            found += 1;
        }
    }
    let left = pools.borrow().values().map(Vec::len).sum();
    assert_eq!(total, found + left);
    (rows.len(), found, left)
}
