//! What a person decides stays: merges, splits, links, deadlines, states, over imports, rebuilds, undo and redo.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use proptest::prelude::*;
use qunbox::facts::Settings;
use qunbox::ingest::{self, ImportOptions};
use qunbox::message::epoch_ms;
use qunbox::notice::{LinkKind, Notice, State, View};
use qunbox::store::{Decided, Decision, DutyChange, ListQuery, PageFrom, Store, StoreError};

use super::corpus;

/// A database and the exports of the core fixture: the first export of every group, then the second ones.
struct Desk {
    _folder: tempfile::TempDir,
    store: Store,
    files: Vec<PathBuf>,
    clock: i64,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut files = Vec::new();
        for batch in ["A", "B"] {
            let part = folder.path().join(batch);
            std::fs::create_dir(&part).unwrap();
            let lines: Vec<_> =
                corpus::core().into_iter().filter(|l| batch == "B" || l.batch == "A").collect();
            corpus::render(&lines, &part);
            let mut names: Vec<PathBuf> =
                std::fs::read_dir(&part).unwrap().map(|e| e.unwrap().path()).collect();
            names.sort();
            files.extend(names);
        }
        let store = Store::open(&folder.path().join("qunbox.db")).unwrap();
        Desk { _folder: folder, store, files, clock: epoch_ms("2024-01-09T08:10:00".parse().unwrap()) }
    }

    /// With the first exports in.
    fn first() -> Self {
        let mut desk = Desk::new();
        let files = desk.files.iter().filter(|f| f.parent().unwrap().ends_with("A")).cloned().collect();
        desk.import(files);
        desk
    }

    fn import(&mut self, files: Vec<PathBuf>) -> u64 {
        let options = ImportOptions { now: self.clock, ..ImportOptions::default() };
        let report =
            ingest::import(&mut self.store, &files, &options, &mut |_| ControlFlow::Continue(())).unwrap();
        report.totals.new
    }

    fn rebuild(&mut self) {
        ingest::rebuild(&mut self.store, &Settings::default(), &mut |_| ControlFlow::Continue(())).unwrap();
    }

    fn try_decide(&mut self, decision: &Decision) -> anyhow::Result<Decided> {
        self.clock += 60_000;
        ingest::decide(&mut self.store, &Settings::default(), self.clock, decision)
    }

    fn decide(&mut self, decision: &Decision) -> Decided {
        self.try_decide(decision).unwrap()
    }

    fn undo(&mut self) -> Option<Decided> {
        self.clock += 60_000;
        ingest::undo(&mut self.store, &Settings::default(), self.clock).unwrap()
    }

    fn redo(&mut self) -> Option<Decided> {
        self.clock += 60_000;
        ingest::redo(&mut self.store, &Settings::default(), self.clock).unwrap()
    }

    /// All rows of the list.
    fn notices(&self) -> Vec<Notice> {
        let query = ListQuery { view: View::All, now: self.clock, ..ListQuery::default() };
        let rows = self.store.page(&query, PageFrom::Start, 500).unwrap();
        rows.iter().map(|r| self.store.notice(&r.id).unwrap().unwrap()).collect()
    }

    /// The notice whose lead copy holds these words.
    fn of(&self, words: &str) -> Notice {
        let mut fits: Vec<Notice> = self.notices().into_iter().filter(|n| n.text.contains(words)).collect();
        assert_eq!(fits.len(), 1, "{words}: {:#?}", fits.iter().map(|n| &n.text).collect::<Vec<_>>());
        fits.remove(0)
    }

    /// What is shown of every notice, by the keys of its messages.
    fn picture(&self) -> BTreeMap<Vec<String>, String> {
        let notices = self.notices();
        let lead: BTreeMap<&str, &str> =
            notices.iter().map(|n| (n.id.as_str(), n.copies[0].message.as_str())).collect();
        let shown = |n: &Notice| {
            let mut keys: Vec<String> = n.copies.iter().map(|c| c.message.clone()).collect();
            keys.sort();
            let mut links: Vec<String> = n
                .links
                .iter()
                .map(|l| {
                    format!(
                        "{:?} {} {} {}",
                        l.kind,
                        l.direction,
                        lead.get(l.notice.as_str()).unwrap_or(&""),
                        l.by
                    )
                })
                .collect();
            links.sort();
            let said = format!(
                "{} {:?} {:?} due {:?} lead {} {:?} {links:?}",
                n.id,
                n.state,
                n.later_until,
                n.due.as_ref().map(|d| (d.at, &d.basis)),
                n.copies[0].message,
                n.conflicts
            );
            (keys, said)
        };
        notices.iter().map(shown).collect()
    }
}

fn state(id: &str, state: State) -> Decision {
    Decision::State { notices: vec![id.to_owned()], state, until: None, note: None }
}

fn merge(lead: &str, other: &str) -> Decision {
    Decision::Merge { notices: vec![lead.to_owned(), other.to_owned()], lead: lead.to_owned() }
}

#[test]
fn a_merge_stays_and_comes_apart_again() {
    let mut desk = Desk::first();
    let (low, disabled) = (desk.of("低保人员名单"), desk.of("残疾人员名单"));
    let before = desk.picture();
    let decided = desk.decide(&merge(&low.id, &disabled.id));
    assert_eq!(decided.notices[0], low.id, "the leading notice keeps its id");
    assert!(decided.label.contains("低保") && decided.label.contains("残疾"), "{}", decided.label);
    let merged = desk.of("低保人员名单");
    assert_eq!((merged.copies.len(), merged.id.as_str()), (2, low.id.as_str()));
    let why = &merged.copies[1].reason;
    assert!(why.contains("合并") || why.contains("merged"), "{why}");
    let after = desk.picture();
    desk.rebuild();
    assert_eq!(desk.picture(), after, "a rebuild changes nothing");
    assert_eq!(desk.import(desk.files.clone().into_iter().take(7).collect()), 0);
    assert_eq!(desk.picture(), after, "nor does importing again");
    desk.undo().unwrap();
    assert_eq!(desk.picture(), before);
    desk.redo().unwrap();
    assert_eq!(desk.picture(), after);
}

#[test]
fn the_later_one_can_lead() {
    let mut desk = Desk::first();
    let (low, disabled) = (desk.of("低保人员名单"), desk.of("残疾人员名单"));
    desk.decide(&merge(&disabled.id, &low.id));
    let merged = desk.of("残疾人员名单");
    assert_eq!((merged.copies.len(), merged.id.as_str()), (2, disabled.id.as_str()));
    desk.rebuild();
    assert_eq!(desk.of("残疾人员名单").id, disabled.id);
}

#[test]
fn a_merged_notice_is_open_when_one_was() {
    let mut desk = Desk::first();
    let (low, disabled) = (desk.of("低保人员名单"), desk.of("残疾人员名单"));
    desk.decide(&state(&low.id, State::Noted));
    let decided = desk.decide(&merge(&low.id, &disabled.id));
    assert!(decided.reason.is_some(), "it is said");
    assert_eq!(desk.of("低保人员名单").state, State::Open);
    desk.undo();
    assert_eq!(desk.of("低保人员名单").state, State::Noted);
    assert_eq!(desk.of("残疾人员名单").state, State::Unread);
    desk.decide(&state(&disabled.id, State::Noted));
    desk.decide(&merge(&low.id, &disabled.id));
    assert_eq!(desk.of("低保人员名单").state, State::Noted, "both were settled");
}

#[test]
fn a_split_stays_and_keeps_the_state() {
    let mut desk = Desk::first();
    let (low, disabled) = (desk.of("低保人员名单"), desk.of("残疾人员名单"));
    desk.decide(&merge(&low.id, &disabled.id));
    desk.decide(&state(&low.id, State::Noted));
    let message = desk.of("低保人员名单").copies[1].message.clone();
    desk.decide(&Decision::Split { notice: low.id.clone(), messages: vec![message] });
    assert_eq!(desk.of("低保人员名单").state, State::Noted);
    assert_eq!(desk.of("残疾人员名单").state, State::Noted);
    let apart = desk.picture();
    desk.rebuild();
    assert_eq!(desk.picture(), apart);
    desk.undo();
    assert_eq!(desk.of("低保人员名单").copies.len(), 2);
    desk.redo();
    assert_eq!(desk.picture(), apart);
}

#[test]
fn one_of_two_equal_messages_can_leave() {
    let mut desk = Desk::first();
    let meeting = desk.of("今天下午3点");
    assert_eq!(meeting.copies.len(), 2);
    let split =
        Decision::Split { notice: meeting.id.clone(), messages: vec![meeting.copies[1].message.clone()] };
    desk.decide(&split);
    let rows = desk.notices().into_iter().filter(|n| n.text.contains("今天下午3点")).count();
    assert_eq!(rows, 2);
    desk.rebuild();
    let rows = desk.notices().into_iter().filter(|n| n.text.contains("今天下午3点")).count();
    assert_eq!(rows, 2);
    let all = Decision::Split {
        notice: meeting.id.clone(),
        messages: vec![desk.store.notice(&meeting.id).unwrap().unwrap().copies[0].message.clone()],
    };
    let why = desk.try_decide(&all).unwrap_err();
    assert!(matches!(why.downcast_ref(), Some(StoreError::WholeNotice)), "{why:?}");
}

#[test]
fn a_refused_link_stays_refused_and_a_set_one_works() {
    let mut desk = Desk::first();
    desk.import(desk.files.clone());
    let fire = desk.of("1月10日（周三）17:00前将");
    let fire = desk.store.notice(&fire.id).unwrap().unwrap();
    let noon = epoch_ms("2024-01-12T12:00:00".parse().unwrap());
    assert_eq!(fire.due.as_ref().unwrap().at.0, noon, "corrected by rule");
    let correction = fire.links.iter().find(|l| l.kind == LinkKind::Corrects).unwrap().notice.clone();
    let before = desk.picture();
    desk.decide(&Decision::Unlink { a: correction.clone(), b: fire.id.clone(), kind: None });
    let alone = desk.store.notice(&fire.id).unwrap().unwrap();
    assert!(alone.links.iter().all(|l| l.kind != LinkKind::Corrects), "{:?}", alone.links);
    assert_eq!(alone.due.unwrap().at.0, epoch_ms("2024-01-10T17:00:00".parse().unwrap()));
    let after = desk.picture();
    desk.rebuild();
    assert_eq!(desk.picture(), after);
    let link = Decision::Link { from: correction, to: fire.id.clone(), kind: LinkKind::Corrects };
    desk.decide(&link);
    let linked = desk.store.notice(&fire.id).unwrap().unwrap();
    assert_eq!(linked.due.unwrap().at.0, noon);
    assert!(
        linked.links.iter().any(|l| l.kind == LinkKind::Corrects && l.by == "user"),
        "{:?}",
        linked.links
    );
    desk.undo();
    assert_eq!(desk.picture(), after);
    desk.undo();
    assert_eq!(desk.picture(), before);
}

/// A correction that was said not to speak of a notice does not by being split: neither side comes back to it.
#[test]
fn a_refused_link_stays_refused_for_what_is_split_out() {
    let mut desk = Desk::first();
    let told = |path: &PathBuf| std::fs::read_to_string(path).unwrap().contains("更正：");
    let first = desk.files.iter().find(|f| told(f)).unwrap().clone();
    desk.import(vec![first]);
    let fire = desk.of("1月10日（周三）17:00前将");
    let correction = fire.links.iter().find(|l| l.kind == LinkKind::Corrects).unwrap().notice.clone();
    desk.decide(&Decision::Unlink { a: correction.clone(), b: fire.id.clone(), kind: None });
    // Its other copies come later.
    desk.import(desk.files.clone());
    let copies = desk.store.notice(&correction).unwrap().unwrap().copies;
    assert!(copies.len() > 2, "several groups were told");
    for n in [0, 1] {
        let before = desk.picture();
        let out = Decision::Split { notice: correction.clone(), messages: vec![copies[n].message.clone()] };
        desk.decide(&out);
        for again in [false, true] {
            if again {
                desk.rebuild();
            }
            let alone = desk.store.notice(&fire.id).unwrap().unwrap();
            assert!(alone.links.iter().all(|l| l.kind != LinkKind::Corrects), "split {n}: {:?}", alone.links);
        }
        let after = desk.picture();
        desk.undo();
        same(&desk.picture(), &before, "undone is as before");
        desk.redo();
        same(&desk.picture(), &after, "redone is as it was");
    }
}

/// Asserts that two pictures are the same; tells only what differs.
fn same(now: &BTreeMap<Vec<String>, String>, want: &BTreeMap<Vec<String>, String>, what: &str) {
    let only = |a: &BTreeMap<Vec<String>, String>, b: &BTreeMap<Vec<String>, String>| {
        a.iter().filter(|(k, v)| b.get(*k) != Some(v)).map(|(k, v)| format!("{k:?} {v}")).collect::<Vec<_>>()
    };
    assert!(now == want, "{what}\n now {:#?}\n want {:#?}", only(now, want), only(want, now));
}

/// A step of the model; numbers choose among what is there.
#[derive(Clone, Debug)]
enum Op {
    Import(u16),
    Rebuild,
    Merge(usize, usize),
    Split(usize, usize),
    NotSame(usize, usize),
    Link(usize, usize),
    Unlink(usize),
    Due(usize),
    Mark(usize, State),
    Undo,
    Redo,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let n = 0_usize..30;
    let states = prop::sample::select(vec![State::Open, State::Noted, State::Done]);
    let op = prop_oneof![
        2 => any::<u16>().prop_map(Op::Import),
        1 => Just(Op::Rebuild),
        3 => (n.clone(), n.clone()).prop_map(|(a, b)| Op::Merge(a, b)),
        3 => (n.clone(), n.clone()).prop_map(|(a, b)| Op::Split(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Op::NotSame(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Op::Link(a, b)),
        1 => n.clone().prop_map(Op::Unlink),
        1 => n.clone().prop_map(Op::Due),
        2 => (n, states).prop_map(|(a, s)| Op::Mark(a, s)),
        3 => Just(Op::Undo),
        2 => Just(Op::Redo),
    ];
    prop::collection::vec(op, 1..12)
}

/// Which messages must stand together, and which apart.
#[derive(Clone, Debug, Default)]
struct Said {
    same: Vec<(String, String)>,
    apart: Vec<(String, String)>,
}

impl Said {
    fn merge(&mut self, keys: &[String]) {
        self.apart.retain(|(a, b)| !(keys.contains(a) && keys.contains(b)));
        self.same.extend(keys.iter().map(|k| (keys[0].clone(), k.clone())));
    }

    fn part(&mut self, out: &[String], rest: &[String]) {
        self.same.retain(|(a, b)| out.contains(a) == out.contains(b));
        self.apart.extend(rest.iter().map(|r| (out[0].clone(), r.clone())));
    }

    fn holds(&self, desk: &Desk) {
        let rows = desk.notices();
        // What is filed under another notice is no row of the list, but linked to one.
        let filed = rows.iter().flat_map(|n| &n.links).map(|l| &l.notice);
        let filed = filed.map(|id| desk.store.notice(id).unwrap().unwrap()).collect::<Vec<Notice>>();
        let copies =
            rows.iter().chain(&filed).flat_map(|n| n.copies.iter().map(move |c| (&c.message, &n.id)));
        let homes: BTreeMap<&String, &String> = copies.collect();
        for (a, b) in &self.same {
            assert_eq!(homes[a], homes[b], "{a} and {b} were put together");
        }
        for (a, b) in &self.apart {
            assert_ne!(homes[a], homes[b], "{a} and {b} were taken apart");
        }
    }
}

/// A step of the log with what was there before and after it.
struct Past {
    before: (Said, BTreeMap<Vec<String>, String>),
    after: (Said, BTreeMap<Vec<String>, String>),
    /// Imports that brought something new, by then.
    imports: u32,
}

/// A story as far as it was played.
struct Tale {
    desk: Desk,
    said: Said,
    imports: u32,
    done: Vec<Past>,
    undone: Vec<Past>,
}

impl Tale {
    /// Carries out a step that is no decision; gives the decision otherwise.
    fn step(&mut self, op: &Op, before: &BTreeMap<Vec<String>, String>) -> Option<Decision> {
        match op {
            Op::Import(mask) => {
                let chosen = self.desk.files.iter().enumerate().filter(|(n, _)| mask >> n & 1 == 1);
                let files: Vec<PathBuf> = chosen.map(|(_, f)| f.clone()).collect();
                if self.desk.import(files) == 0 {
                    same(&self.desk.picture(), before, "importing again changes nothing");
                } else {
                    self.imports += 1;
                }
                None
            }
            Op::Rebuild => {
                self.desk.rebuild();
                same(&self.desk.picture(), before, "a rebuild changes nothing");
                None
            }
            Op::Undo => {
                if self.desk.undo().is_some() {
                    let past = self.done.pop().unwrap();
                    self.said = past.before.0.clone();
                    if past.imports == self.imports {
                        same(&self.desk.picture(), &past.before.1, "undone is as before");
                    }
                    self.undone.push(past);
                }
                None
            }
            Op::Redo => {
                if self.desk.redo().is_some() {
                    let past = self.undone.pop().unwrap();
                    self.said = past.after.0.clone();
                    if past.imports == self.imports {
                        same(&self.desk.picture(), &past.after.1, "redone is as it was");
                    }
                    self.done.push(past);
                }
                None
            }
            _ => Some(self.decision(op)),
        }
    }

    fn decision(&mut self, op: &Op) -> Decision {
        let notices = self.desk.notices();
        let at = |n: usize| &notices[n % notices.len()];
        let keys = |n: &Notice| n.copies.iter().map(|c| c.message.clone()).collect::<Vec<String>>();
        match *op {
            Op::Merge(a, b) => {
                self.said.merge(&[keys(at(a)), keys(at(b))].concat());
                merge(&at(a).id, &at(b).id)
            }
            Op::Split(a, n) => {
                let all = keys(at(a));
                let out = vec![all[n % all.len()].clone()];
                let rest: Vec<String> = all.into_iter().filter(|k| !out.contains(k)).collect();
                self.said.part(&out, &rest);
                Decision::Split { notice: at(a).id.clone(), messages: out }
            }
            Op::NotSame(a, b) => {
                self.said.part(&keys(at(a)), &keys(at(b)));
                Decision::NotSame { a: at(a).id.clone(), b: at(b).id.clone() }
            }
            Op::Link(a, b) => {
                Decision::Link { from: at(a).id.clone(), to: at(b).id.clone(), kind: LinkKind::SameData }
            }
            Op::Unlink(a) => {
                let linked: Vec<_> = notices.iter().filter(|n| !n.links.is_empty()).collect();
                let Some(one) = linked.get(a % linked.len().max(1)) else {
                    return state(&at(a).id, State::Open);
                };
                let link = &one.links[a % one.links.len()];
                Decision::Unlink { a: one.id.clone(), b: link.notice.clone(), kind: Some(link.kind) }
            }
            Op::Mark(a, s) => state(&at(a).id, s),
            Op::Due(a) => Decision::Due { notice: at(a).id.clone(), at: Some(self.desk.clock) },
            Op::Import(_) | Op::Rebuild | Op::Undo | Op::Redo => unreachable!("no decision"),
        }
    }
}

/// Plays a story and checks after every step that what was said holds.
fn play(story: &[Op]) {
    let mut desk = Desk::new();
    let third: Vec<PathBuf> = desk.files.iter().step_by(3).cloned().collect();
    desk.import(third);
    let mut tale = Tale { desk, said: Said::default(), imports: 0, done: Vec::new(), undone: Vec::new() };
    for op in story {
        let before = (tale.said.clone(), tale.desk.picture());
        if let Some(decision) = tale.step(op, &before.1) {
            match tale.desk.try_decide(&decision) {
                Ok(_) => {
                    let after = (tale.said.clone(), tale.desk.picture());
                    tale.done.push(Past { before, after, imports: tale.imports });
                    tale.undone.clear();
                }
                // Merging a notice with itself, taking all out of it: refused, and nothing happened.
                Err(_) => {
                    tale.said = before.0;
                    same(&tale.desk.picture(), &before.1, "refused");
                }
            }
        }
        tale.said.holds(&tale.desk);
    }
}

/// Merging and splitting take the checklist along: rows follow their messages, ticks survive.
#[test]
fn ticks_survive_merging_and_splitting() {
    let mut desk = Desk::first();
    let (low, disabled) = (desk.of("低保人员名单"), desk.of("残疾人员名单"));
    let tick = |desk: &mut Desk, id: &str, n: usize| {
        let duty = desk.store.notice(id).unwrap().unwrap().duties[n].id.clone();
        desk.decide(&Decision::Duty {
            duties: vec![duty],
            change: DutyChange::Done { typed_at: None, evidence: Vec::new() },
        });
    };
    tick(&mut desk, &disabled.id, 0);
    let rows = |desk: &Desk, words: &str| -> Vec<String> {
        let notice = desk.notices().into_iter().find(|n| n.copies.iter().any(|c| c.text.contains(words)));
        notice.unwrap().duties.into_iter().map(|d| d.state).collect()
    };
    let ticked = |rows: &[String]| rows.iter().filter(|state| *state == "done").count();
    assert_eq!(ticked(&rows(&desk, "残疾人员名单")), 1);
    let before = desk.picture();
    desk.decide(&merge(&disabled.id, &low.id));
    assert_eq!(ticked(&rows(&desk, "残疾人员名单")), 1, "the tick goes along");
    desk.rebuild();
    assert_eq!(ticked(&rows(&desk, "残疾人员名单")), 1, "and stays");
    let merged = desk.of("残疾人员名单");
    let out = merged.copies.iter().find(|c| c.text.contains("残疾")).unwrap().message.clone();
    desk.decide(&Decision::Split { notice: merged.id.clone(), messages: vec![out] });
    assert_eq!(ticked(&rows(&desk, "残疾人员名单")), 1, "it belongs to what was ticked");
    assert_eq!(ticked(&rows(&desk, "低保人员名单")), 0, "and to nothing else");
    desk.undo();
    desk.undo();
    same(&desk.picture(), &before, "undone is as before");
    desk.redo();
    assert_eq!(ticked(&rows(&desk, "残疾人员名单")), 1);
}

/// The copy the others are compared with can be chosen: seen from the odd one, all others say something else.
#[test]
fn copies_are_compared_with_the_one_that_is_chosen() {
    let desk = Desk::first();
    let mut fire = desk.of("1月10日（周三）17:00前将");
    let odd = |n: &Notice| {
        let due = |c: &&qunbox::notice::Copy| {
            c.differences.as_ref().is_some_and(|d| d.facts.iter().any(|f| f.fact == "due"))
        };
        n.copies.iter().filter(due).count()
    };
    assert_eq!(odd(&fire), 1);
    let other = fire.copies.iter().find(|c| c.text.contains("1月12日")).unwrap().message.clone();
    assert!(desk.store.compare(&mut fire, &other).unwrap());
    assert_eq!(odd(&fire), fire.copies.len() - 1);
    assert!(!desk.store.compare(&mut fire, "nothing").unwrap());
}

/// A notice that was done opens again for a copy with another place, count, destination or audience and for a correction of
/// them; a mere further copy, under whatever preface, never does it.
#[rstest::rstest]
#[case::plain_copy("转发：", "", "", false)]
#[case::preface("各位书记，这件事镇里盯得紧，请务必按时：", "", "", false)]
#[case::count("", "每家不少于3张", "每家不少于5张", true)]
#[case::destination("", "镇应急办邮箱", "镇党政办邮箱", true)]
#[case::deadline("", "17:00前", "12:00前", true)]
fn new_facts_open_what_was_done(
    #[case] before: &str,
    #[case] old: &str,
    #[case] new: &str,
    #[case] opens: bool,
) {
    let mut desk = Desk::first();
    let fire = desk.of("1月10日（周三）17:00前将");
    let duties: Vec<String> = fire.duties.iter().map(|d| d.id.clone()).collect();
    desk.decide(&Decision::Duty {
        duties,
        change: DutyChange::Done { typed_at: None, evidence: Vec::new() },
    });
    assert_eq!(desk.store.notice(&fire.id).unwrap().unwrap().state, State::Done);
    let mut line = corpus::core().into_iter().find(|l| l.id == "M11").unwrap();
    line.text =
        format!("{before}{}", if old.is_empty() { line.text } else { line.text.replacen(old, new, 1) });
    (line.id, line.group, line.sender) = ("M11x".into(), "河长制水利工作群".into(), "水利站小尹".into());
    line.at = "2024-01-09T08:40:00+08:00".into();
    let folder = tempfile::tempdir().unwrap();
    corpus::render(&[line], folder.path());
    desk.clock += 3_600_000;
    let files: Vec<PathBuf> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(desk.import(files), 1);
    let now = desk.store.notice(&fire.id).unwrap().unwrap();
    assert_eq!(now.copies.len(), fire.copies.len() + 1, "it is a copy");
    assert_eq!(now.state != State::Done, opens, "{:?} {:?}", now.state, now.conflicts);
}

/// Stories that once ended otherwise than they should.
#[rstest::rstest]
// Two notices a month apart, merged by a clock that stands before the second one.
#[case::a_merge_over_the_window(&[Op::Split(13, 0), Op::Import(10700), Op::Merge(14, 12), Op::Rebuild])]
// An undone merge makes more stale than the merge before it did: what is asked again must get the same answer.
#[case::no_more_links(&[Op::NotSame(0, 3), Op::Merge(24, 9), Op::Merge(8, 21), Op::Merge(15, 20), Op::Undo])]
// A link that was refused is none for what comes later either.
#[case::a_refused_link(&[Op::Merge(2, 0), Op::Unlink(25), Op::Merge(12, 13), Op::Split(28, 0), Op::Undo, Op::Rebuild])]
// One of two messages of equal words is split out: it stays apart from what the words were parted from before.
#[case::parted_before(&[Op::Split(8, 15), Op::Split(28, 5)])]
// Copies of a correction are parted from each other, and filed under the notice again.
#[case::no_rows(&[Op::Unlink(6), Op::Import(17664), Op::Split(6, 0), Op::Split(6, 0)])]
// A correction goes back to the notice it was refused for: what it spoke of meanwhile has its own deadline again.
#[case::corrected_meanwhile(&[Op::Split(8, 15), Op::Unlink(29), Op::Undo])]
fn stories(#[case] story: &[Op]) {
    play(story);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    /// The files of both exports one by one in any order, or all at once: the same notices under the same ids.
    #[test]
    fn the_order_of_files_does_not_matter(order in Just((0..15).collect::<Vec<usize>>()).prop_shuffle()) {
        let mut whole = Desk::new();
        let files = whole.files.clone();
        whole.import(files);
        let mut desk = Desk::new();
        for n in order {
            let files = desk.files.get(n).cloned();
            desk.import(files.into_iter().collect());
        }
        same_but_ids(&desk.picture(), &whole.picture());
    }
}

/// Asserts that two inboxes show the same, whatever the ids: a notice whose first copy came last was born under another.
fn same_but_ids(now: &BTreeMap<Vec<String>, String>, want: &BTreeMap<Vec<String>, String>) {
    let bare = |p: &BTreeMap<Vec<String>, String>| -> BTreeMap<Vec<String>, String> {
        let cut = |said: &String| said.split_once(' ').map_or(String::new(), |(_, rest)| rest.to_owned());
        p.iter().map(|(k, v)| (k.clone(), cut(v))).collect()
    };
    same(&bare(now), &bare(want), "in this order");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn decisions_stay_whatever_happens(story in ops()) {
        play(&story);
    }
}
