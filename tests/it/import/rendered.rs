//! The whole way, measured: the labelled corpora beside the repository, dealt over all formats with overlaps and second
//! formats, imported in order and shuffled. The share a perfect importer could read, no message twice, the same messages
//! and notices in any order. `QUNBOX_SEEDS=20` measures the plans 1–20; two are measured otherwise. Skipped where the
//! corpora or Python are missing.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

struct Corpus {
    folder: tempfile::TempDir,
    messages: PathBuf,
    tools: PathBuf,
}

fn python(tool: &Path, args: &[&OsStr]) -> String {
    let done = Command::new("python3").arg(tool).args(args).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

impl Corpus {
    /// Deals the formats over the groups and renders them.
    fn render(name: &str, seed: u32, shared: &Path) -> Corpus {
        let folder = tempfile::tempdir().unwrap();
        let tools = shared.join("tools");
        let messages = shared.join("corpus").join(name).join("messages.jsonl");
        let render = tools.join("render_exports.py");
        let (plan, out, seed) =
            (folder.path().join("plan.json"), folder.path().join("out"), seed.to_string());
        let words = ["--make-plan", "--seed", "--overlap", "--second", "--plan", "3", "4"].map(OsStr::new);
        let [make, seed_of, overlap, second, planned, three, four] = words;
        let (from, to) = (messages.as_os_str(), plan.as_os_str());
        python(&render, &[make, from, to, seed_of, seed.as_ref(), overlap, three, second, four]);
        python(&render, &[from, out.as_os_str(), planned, to]);
        Corpus { folder, messages, tools }
    }

    fn files(&self) -> Vec<PathBuf> {
        let (mut files, mut folders) = (Vec::new(), vec![self.folder.path().join("out")]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                if entry.path().is_dir() { &mut folders } else { &mut files }.push(entry.path());
            }
        }
        files.sort();
        files
    }

    fn qunbox(&self, data: &str, args: &[&OsStr]) -> String {
        let done = Command::new(env!("CARGO_BIN_EXE_qunbox"))
            .arg("--data-dir")
            .arg(self.folder.path().join(data))
            .args(["--now", "2026-11-25T09:00:00+08:00", "--json"])
            .args(args)
            .output()
            .unwrap();
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// Imports files in this order; messages and notices as they stand then.
    fn import(&self, data: &str, files: &[PathBuf]) -> (Vec<Value>, Vec<Value>) {
        let paths: Vec<&OsStr> =
            [OsStr::new("import")].into_iter().chain(files.iter().map(|f| f.as_os_str())).collect();
        self.qunbox(data, &paths);
        let lines = |text: String| text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let messages = self.qunbox(data, &["messages"].map(OsStr::new));
        std::fs::write(self.folder.path().join(format!("{data}.jsonl")), &messages).unwrap();
        (lines(messages), lines(self.qunbox(data, &["inbox", "--view", "all"].map(OsStr::new))))
    }

    fn share(&self, data: &str) -> f64 {
        let expected = self.folder.path().join("expected.jsonl");
        let found = self.folder.path().join(format!("{data}.jsonl"));
        let told = python(&self.tools.join("compare_import.py"), &[expected.as_os_str(), found.as_os_str()]);
        told.trim().rsplit(' ').next().unwrap().parse().unwrap()
    }

    /// Messages that stand in the files, each counted once however many files hold it.
    fn distinct(&self) -> usize {
        let expected = std::fs::read_to_string(self.folder.path().join("expected.jsonl")).unwrap();
        let rows = expected.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
        rows.map(|e| format!("{} {} {}", e["corpus_group"], e["id"], e["part"]))
            .collect::<BTreeSet<_>>()
            .len()
    }
}

/// What a message is, without the id, which depends on the form in which it was seen first.
fn content(m: &Value) -> String {
    ["group", "sent_at", "precision", "sender", "is_self", "kind", "text", "role"]
        .map(|k| m[k].to_string())
        .join("|")
}

/// Messages by content, each with the content of its notice's copies.
fn placed(messages: &[Value], notices: &[Value]) -> BTreeMap<String, Vec<String>> {
    let by_id: BTreeMap<&str, String> =
        messages.iter().map(|m| (m["id"].as_str().unwrap(), content(m))).collect();
    let mut notice_of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for n in notices {
        let copies = n["copies"].as_array().unwrap();
        let mut inside: Vec<String> =
            copies.iter().map(|c| by_id[c["message"].as_str().unwrap()].clone()).collect();
        inside.sort();
        inside.push(format!("{} {} {} {}", n["title"], n["due"], n["event"], n["state"]));
        notice_of.insert(n["id"].as_str().unwrap(), inside);
    }
    let inside = |m: &Value| m["notice"].as_str().and_then(|n| notice_of.get(n)).cloned().unwrap_or_default();
    messages.iter().map(|m| (content(m), inside(m))).collect()
}

#[test]
fn rendered_exports_come_in_whole_once_and_in_any_order() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let python = Command::new("python3").arg("--version").output();
    if !shared.join("tools/render_exports.py").exists() || python.is_err() {
        println!("skipped: no corpora or no python3 here");
        return;
    }
    let seeds: u32 = std::env::var("QUNBOX_SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(2);
    for name in ["core", "town"] {
        for seed in 1..=seeds {
            let corpus = Corpus::render(name, seed, &shared);
            let mut files = corpus.files();
            let (messages, notices) = corpus.import("ordered", &files);
            let (share, distinct) = (corpus.share("ordered"), corpus.distinct());
            println!(
                "{name} seed {seed}: share {share}, {distinct} in the files, {} messages",
                messages.len()
            );
            assert!(share >= 0.998, "{name} seed {seed}: {share} of {}", corpus.messages.display());
            assert_eq!(messages.len(), distinct, "{name} seed {seed}: a message twice or lost");
            // every second file first, then the rest backwards: an order nobody sorted
            let (even, odd): (Vec<_>, Vec<_>) =
                files.drain(..).enumerate().partition(|(n, _)| (n * 7 + seed as usize).is_multiple_of(3));
            let mut order: Vec<PathBuf> =
                even.into_iter().chain(odd.into_iter().rev()).map(|(_, f)| f).collect();
            order.rotate_left(seed as usize % 5);
            let (again, regrouped) = corpus.import("shuffled", &order);
            assert_eq!(
                placed(&messages, &notices),
                placed(&again, &regrouped),
                "{name} seed {seed}: order matters"
            );
        }
    }
}
