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

    /// The share the tool beside the corpora finds, which takes a message that another file made fuller for missing.
    fn told(&self, data: &str) -> String {
        let expected = self.folder.path().join("expected.jsonl");
        let found = self.folder.path().join(format!("{data}.jsonl"));
        let told = python(&self.tools.join("compare_import.py"), &[expected.as_os_str(), found.as_os_str()]);
        told.trim().rsplit(' ').next().unwrap().to_owned()
    }

    /// The share of what stands in each file that was read from it: as it stands there, or with what another file says of
    /// the same message (the whole sign-up list, the name behind an id, the time of an answer), and nothing else.
    fn share(&self, messages: &[Value]) -> f64 {
        let expected = std::fs::read_to_string(self.folder.path().join("expected.jsonl")).unwrap();
        let rows: Vec<Value> = expected.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let mut pools: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        let out = self.folder.path().join("out").to_string_lossy().into_owned() + "/";
        for m in messages {
            for source in m["sources"].as_array().unwrap() {
                let file = source["file"].as_str().unwrap().strip_prefix(&out).unwrap().to_owned();
                // chunks are read through their manifest, and their lines are its lines
                let file =
                    file.split_once("/chunks/").map_or(file.clone(), |(f, _)| format!("{f}/manifest.json"));
                pools.entry(file).or_default().push(m);
            }
        }
        let mut same: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for row in &rows {
            same.entry(identity(row)).or_default().push(row);
        }
        let mut read = 0;
        let mut left = Vec::new();
        for helped in [false, true] {
            let wanted = if helped { std::mem::take(&mut left) } else { (0..rows.len()).collect() };
            for n in wanted {
                let pool = pools.entry(rows[n]["file"].as_str().unwrap().to_owned()).or_default();
                let others: &[&Value] = if helped { &same[&identity(&rows[n])] } else { &[] };
                match pool.iter().position(|m| is_read(&rows[n], m, others)) {
                    Some(at) => {
                        pool.swap_remove(at);
                        read += 1;
                    }
                    None => left.push(n),
                }
            }
        }
        for n in left.iter().take(5) {
            println!("    not read: {}", rows[*n]);
        }
        f64::from(read) / rows.len() as f64
    }

    /// Messages that stand in the files, each counted once however many files hold it.
    fn distinct(&self) -> usize {
        let expected = std::fs::read_to_string(self.folder.path().join("expected.jsonl")).unwrap();
        let rows = expected.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
        rows.map(|e| identity(&e)).collect::<BTreeSet<_>>().len()
    }
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

/// Which message of the corpus a line is about.
fn identity(expected: &Value) -> String {
    format!("{} {} {}", expected["corpus_group"], expected["id"], expected["part"])
}

/// Whether a message is the expected one, field by field as its file has it or as one of the `others` has it.
fn is_read(expected: &Value, m: &Value, others: &[&Value]) -> bool {
    let text = |v: &Value, name: &str| v[name].as_str().unwrap_or("").to_owned();
    let (stamp, by, have) = (text(m, "sent_at"), text(m, "sender"), squeeze(&text(m, "text")));
    let on_time = |e: &Value| {
        let at = text(e, "sent_at");
        match at.len() {
            0 => true,
            22 => stamp[..16] == at[..16],
            25 => stamp == at,
            _ => stamp[..19].ends_with(at.trim_start_matches('-')),
        }
    };
    let named = |e: &Value| by == text(e, "sender") || by == text(e, "sender_id");
    let worded = |e: &Value| have == squeeze(&text(e, "text"));
    let nameless = (expected["sender"].is_null() || expected["sender"] == "我") && by.is_empty();
    on_time(expected)
        && (worded(expected) || others.iter().any(|e| worded(e)))
        && (named(expected) || nameless || others.iter().any(|e| named(e)))
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
            let (share, distinct) = (corpus.share(&messages), corpus.distinct());
            let told = corpus.told("ordered");
            println!(
                "{name} seed {seed}: read {share:.4} ({told} by the tool), {distinct} in the files, {} messages",
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
