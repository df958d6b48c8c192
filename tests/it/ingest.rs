//! Import as a whole: identity over overlapping exports in several formats, in any order, and nothing lost.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use qunbox::facts::Settings;
use qunbox::ingest::{self, ImportOptions, Report, Status, Step};
use qunbox::message::{epoch_ms, local};
use qunbox::notice::View;
use qunbox::store::{Decision, ListQuery, MessageFilter, PageFrom, Store};

/// Something somebody said.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    group: usize,
    second: i64,
    sender: usize,
    text: usize,
}

const GROUPS: [&str; 3] = ["青溪镇工作群", "青溪应急群", "柳湾村两委群"];
const SENDERS: [&str; 4] = ["李主任", "王科长 民政", "赵书记(东岗村)", "小陈"];
const TEXTS: [&str; 8] = [
    "收到",
    "好的",
    "请各村于7月29日17:00前将高龄津贴核查表报民政办，逾期不补。",
    "请各村于7月30日17:00前将高龄津贴核查表报民政办，逾期不补。",
    "【通知】明天上午9点在镇三楼会议室召开防汛工作会议，请各村书记准时参加。",
    "转：请各村于7月29日17:00前将高龄津贴核查表报民政办，逾期不补。",
    "今晚有暴雨，请各网格员立即排查地质灾害点并在群里报平安，收到请回复",
    "谢谢领导",
];

fn start() -> i64 {
    epoch_ms("2026-07-27T08:00:00".parse().unwrap())
}

fn moment(said: &Said) -> i64 {
    start() + said.second * 1000
}

#[derive(Clone, Copy, Debug)]
enum Form {
    /// Seconds, no ids.
    Qq,
    /// Minutes, no ids.
    Mail,
    /// Seconds and the chat service's ids.
    Chatlab,
}

/// Writes one group's messages as an export.
fn export(folder: &Path, name: &str, form: Form, group: usize, said: &[(usize, Said)]) -> PathBuf {
    let mut text = String::new();
    let title = GROUPS[group];
    match form {
        Form::Qq => {
            text.push_str("消息记录（此消息记录为文本格式，不支持重新导入）\n\n");
            let rule = "=".repeat(64);
            write!(text, "{rule}\n消息分组:我的群聊\n{rule}\n消息对象:{title}\n{rule}\n\n").unwrap();
            for (_, m) in said {
                let time = local(moment(m)).format("%Y-%m-%d %H:%M:%S");
                writeln!(text, "{time} {}(1000000{})\n{}\n", SENDERS[m.sender], m.sender, TEXTS[m.text])
                    .unwrap();
            }
        }
        Form::Mail => {
            write!(text, "{title} 微信群上的聊天记录如下，请查收。\n\n").unwrap();
            let mut day = None;
            for (_, m) in said {
                let time = local(moment(m));
                if day != Some(time.date()) {
                    day = Some(time.date());
                    write!(text, "—————  {}  —————\n\n", time.format("%Y-%m-%d")).unwrap();
                }
                write!(text, "{}  {}\n\n{}\n\n", SENDERS[m.sender], time.format("%H:%M"), TEXTS[m.text])
                    .unwrap();
            }
        }
        Form::Chatlab => {
            let head = serde_json::json!({"_type": "header", "chatlab": {"version": "0.0.2", "exportedAt": 1_785_200_000},
                "meta": {"name": title, "platform": "wechat", "type": "group", "groupId": format!("{group}@chatroom")}});
            writeln!(text, "{head}").unwrap();
            for (id, m) in said {
                let line = serde_json::json!({"_type": "message", "sender": format!("wxid_{}", m.sender),
                    "accountName": SENDERS[m.sender], "timestamp": moment(m) / 1000, "type": 0,
                    "content": TEXTS[m.text], "platformMessageId": format!("70000000000{id:06}")});
                writeln!(text, "{line}").unwrap();
            }
        }
    }
    let ending = if matches!(form, Form::Chatlab) { "jsonl" } else { "txt" };
    let path = folder.join(format!("{name}.{ending}"));
    std::fs::write(&path, text).unwrap();
    path
}

fn run(store: &mut Store, paths: &[PathBuf]) -> Report {
    let options = ImportOptions { now: start() + 86_400_000, ..ImportOptions::default() };
    ingest::import(store, paths, &options, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// Every message with what became of it, and every notice, in a form that does not depend on ids or order.
fn state(store: &Store) -> (Vec<String>, BTreeSet<String>) {
    let mut messages = Vec::new();
    store
        .messages(&MessageFilter::default(), &mut |m| {
            messages.push(format!("{} {} {} {} {}", m.group, m.sent_at.0, m.sender, m.text, m.role.as_str()));
            ControlFlow::Continue(())
        })
        .unwrap();
    messages.sort();
    let query = ListQuery { view: View::All, now: start() + 86_400_000, ..ListQuery::default() };
    let mut notices = BTreeSet::new();
    for row in store.page(&query, PageFrom::Start, 10_000).unwrap() {
        let notice = store.notice(&row.id).unwrap().unwrap();
        let mut copies: Vec<String> =
            notice.copies.iter().map(|c| format!("{}/{}/{}", c.group, c.sent_at.0, c.sender)).collect();
        copies.sort();
        notices.insert(format!("{:?} {} {copies:?}", notice.due.map(|d| d.at.0), notice.text));
    }
    let sums = store.sums().unwrap();
    assert!(sums.adds_up(), "{sums:?}");
    (messages, notices)
}

fn conversation() -> impl Strategy<Value = Vec<Said>> {
    let said = (0..GROUPS.len(), 0_i64..7200, 0..SENDERS.len(), 0..TEXTS.len())
        .prop_map(|(group, second, sender, text)| Said { group, second, sender, text });
    proptest::collection::vec(said, 1..40).prop_map(|mut said| {
        said.sort_by_key(|m| m.second);
        // One second holds one message of a group, as in a chat.
        said.dedup_by_key(|m| m.second);
        said
    })
}

/// The exports of a conversation: per group two overlapping stretches in the given forms.
fn exports(folder: &Path, said: &[Said], forms: [Form; 2]) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for group in 0..GROUPS.len() {
        let own: Vec<(usize, Said)> =
            said.iter().cloned().enumerate().filter(|(_, m)| m.group == group).collect();
        if own.is_empty() {
            continue;
        }
        // Stretches end between minutes: a cut between two equal messages of a minute is the stated limit.
        let minute = |m: &Said| moment(m).div_euclid(60_000);
        let (low, high) = (minute(&own[own.len() / 3].1), minute(&own[own.len() * 2 / 3].1));
        let early: Vec<_> = own.iter().filter(|(_, m)| minute(m) <= high).cloned().collect();
        let late: Vec<_> = own.iter().filter(|(_, m)| minute(m) >= low).cloned().collect();
        paths.push(export(folder, &format!("a{group}"), forms[0], group, &early));
        paths.push(export(folder, &format!("b{group}"), forms[1], group, &late));
    }
    paths
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_repetition_do_not_matter(
        said in conversation(),
        forms in prop_oneof![
            Just([Form::Qq, Form::Qq]),
            Just([Form::Chatlab, Form::Mail]),
            Just([Form::Mail, Form::Chatlab]),
            Just([Form::Mail, Form::Mail]),
        ],
        shuffle in any::<u64>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let paths = exports(folder.path(), &said, forms);
        let mut once = Store::open_in_memory().unwrap();
        run(&mut once, &paths);
        let (messages, notices) = state(&once);
        prop_assert_eq!(messages.len(), said.len(), "{:?}", messages);

        let mut twice = Store::open_in_memory().unwrap();
        let mut order = paths.clone();
        for n in (1..order.len()).rev() {
            order.swap(n, (shuffle.rotate_left(n as u32 * 7) % (n as u64 + 1)) as usize);
        }
        for path in order.iter().chain(&paths) {
            run(&mut twice, std::slice::from_ref(path));
        }
        prop_assert_eq!(&state(&twice), &(messages.clone(), notices.clone()));

        ingest::rebuild(&mut twice, &qunbox::facts::Settings::default(), &mut |_| ControlFlow::Continue(())).unwrap();
        prop_assert_eq!(&state(&twice), &(messages, notices));
    }
}

/// Who said what in which minute.
fn said_in(store: &Store) -> Vec<String> {
    let mut out = Vec::new();
    store
        .messages(&MessageFilter::default(), &mut |m| {
            out.push(format!("{} {} {} {}", m.group, m.sent_at.0.div_euclid(60_000), m.sender, m.text));
            ControlFlow::Continue(())
        })
        .unwrap();
    out.sort();
    out
}

/// The states of all notices by what is in them.
fn states(store: &Store) -> BTreeSet<String> {
    let query = ListQuery { view: View::All, now: start() + 86_400_000, ..ListQuery::default() };
    let mut out = BTreeSet::new();
    for row in store.page(&query, PageFrom::Start, 10_000).unwrap() {
        let notice = store.notice(&row.id).unwrap().unwrap();
        out.insert(format!("{} {:?} {}", notice.text, notice.state, notice.copies.len()));
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// What an import alone brought goes with it, what it made fuller is as before, and what was decided holds again
    /// when it comes back.
    #[test]
    fn an_import_taken_back_is_as_if_it_had_never_been(
        said in conversation(),
        forms in prop_oneof![Just([Form::Qq, Form::Qq]), Just([Form::Chatlab, Form::Mail]), Just([Form::Mail, Form::Chatlab])],
        which in any::<prop::sample::Index>(),
        last in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        // with another deadline in several copies the last of those that are left may open again what was done
        let said: Vec<Said> = said.into_iter().filter(|m| m.text != 3).collect();
        prop_assume!(!said.is_empty());
        let mut paths = exports(folder.path(), &said, forms);
        // one content under two names is one import
        let mut seen = BTreeSet::new();
        paths.retain(|path| seen.insert(std::fs::read(path).unwrap()));
        let gone = which.index(paths.len());
        let rest: Vec<PathBuf> = paths.iter().enumerate().filter(|(n, _)| *n != gone).map(|(_, p)| p.clone()).collect();
        let mut without = Store::open_in_memory().unwrap();
        run(&mut without, &rest);

        let mut store = Store::open_in_memory().unwrap();
        let (first, second) = if last { (&rest[..], &paths[gone..=gone]) } else { (&paths[gone..=gone], &rest[..]) };
        run(&mut store, first);
        run(&mut store, second);
        let query = ListQuery { view: View::All, now: start() + 86_400_000, ..ListQuery::default() };
        let notices = store.page(&query, PageFrom::Start, 10_000).unwrap().into_iter().map(|r| r.id).collect::<Vec<_>>();
        if !notices.is_empty() {
            store.decide(start() + 86_400_000, &Decision::Finish { notices, note: None }).unwrap();
        }
        let (whole, decided) = (state(&store), states(&store));

        let settings = qunbox::facts::Settings::default();
        let name = paths[gone].to_string_lossy().into_owned();
        ingest::take_back(&mut store, &name, &settings, &mut |_| ControlFlow::Continue(())).unwrap().unwrap();
        if last {
            prop_assert_eq!(state(&store), state(&without));
        } else {
            // a message it was the first to bring keeps the finer time it had from it
            prop_assert_eq!(said_in(&store), said_in(&without));
        }

        run(&mut store, &paths[gone..=gone]);
        prop_assert_eq!(state(&store), whole);
        prop_assert_eq!(states(&store), decided);
    }
}

#[test]
fn a_file_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let said = Said { group: 0, second: 5, sender: 0, text: 2 };
    let path = export(folder.path(), "a", Form::Qq, 0, &[(0, said)]);
    let mut store = Store::open_in_memory().unwrap();
    let first = run(&mut store, std::slice::from_ref(&path));
    assert_eq!((first.totals.new, first.files[0].status), (1, Status::Imported), "{first:?}");
    assert_eq!(first.totals.notices_new, 1);
    let second = run(&mut store, &[path]);
    assert_eq!((second.totals.new, second.files[0].status), (0, Status::Unchanged));
}

#[test]
fn a_cancelled_import_is_finished_by_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let said: Vec<(usize, Said)> = (0..2500)
        .map(|n| (n, Said { group: 0, second: n as i64 * 70, sender: n % 4, text: n % 8 }))
        .collect();
    let path = export(folder.path(), "a", Form::Qq, 0, &said);
    let mut store = Store::open_in_memory().unwrap();
    let options = ImportOptions { now: start(), ..ImportOptions::default() };
    let mut calls = 0;
    let report = ingest::import(&mut store, std::slice::from_ref(&path), &options, &mut |p| {
        calls += 1;
        if p.messages >= 1000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    if !report.cancelled {
        println!("skipped: the import was faster than its first report");
        return;
    }
    assert!(store.stale_from().unwrap().is_some());
    ingest::catch_up(&mut store, &qunbox::facts::Settings::default(), &mut |_| ControlFlow::Continue(()))
        .unwrap();
    assert_eq!(store.sums().unwrap().without_role, 0);
    run(&mut store, &[path]);
    assert_eq!(store.sums().unwrap().messages, 2500);
}

/// Thousands of texts that differ in a number are the slowest to place: it looks whether to stop between them, not only
/// between chunks, and what was not written yet is done by the next start.
#[test]
fn a_stop_is_heard_while_messages_are_placed() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "消息记录（此消息记录为文本格式，不支持重新导入）\n\n消息对象:青溪镇工作群\n".to_owned();
    for n in 0..1900 {
        let at = local(start() + n * 7000).format("%Y-%m-%d %H:%M:%S");
        write!(text, "\n{at} 李主任(10000{:03})\n第{n}条：请各村今天下班前把统计表报上来\n", n % 40).unwrap();
    }
    let path = folder.path().join("青溪镇工作群.txt");
    std::fs::write(&path, text).unwrap();
    let options = ImportOptions { now: start(), ..ImportOptions::default() };
    let mut store = Store::open_in_memory().unwrap();
    let mut looks = 0;
    let report = ingest::import(&mut store, std::slice::from_ref(&path), &options, &mut |p| {
        looks += u32::from(p.step == Step::Clustering && p.messages == 0);
        // the first is the beginning of the step, the next stand before and among what is placed
        if looks > 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    assert!(report.cancelled, "{looks} looks");
    let sums = store.sums().unwrap();
    assert_eq!((sums.messages, sums.without_role), (1900, 1900), "nothing of the chunk was written");
    ingest::catch_up(&mut store, &qunbox::facts::Settings::default(), &mut |_| ControlFlow::Continue(()))
        .unwrap();
    let mut whole = Store::open_in_memory().unwrap();
    run(&mut whole, &[path]);
    assert_eq!(state(&store), state(&whole));
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let said = Said { group: 1, second: 5, sender: 0, text: 4 };
    let path =
        export(folder.path(), "a", Form::Mail, 1, &[(0, said.clone()), (1, Said { second: 90, ..said })]);
    let mut store = Store::open_in_memory().unwrap();
    let options = ImportOptions { dry_run: true, ..ImportOptions::default() };
    let report = ingest::import(&mut store, &[path], &options, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(report.totals.new, 2);
    assert_eq!(store.sums().unwrap().messages, 0);
    assert!(store.groups(start()).unwrap().is_empty());
}

#[test]
fn the_same_name_on_two_platforms_is_two_groups() {
    let folder = tempfile::tempdir().unwrap();
    let said = Said { group: 0, second: 5, sender: 0, text: 2 };
    let qq = export(folder.path(), "qq", Form::Qq, 0, &[(0, said.clone())]);
    let wechat = export(folder.path(), "wechat", Form::Chatlab, 0, &[(0, said)]);
    let mut store = Store::open_in_memory().unwrap();
    run(&mut store, &[qq, wechat]);
    assert_eq!(store.groups(start()).unwrap().len(), 2);
}

/// Office hours of the user hold for each of several notices that one message carries.
#[test]
fn office_hours_hold_for_every_notice_of_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let qq = |group: &str, said: &[&str]| {
        let mut text = format!(
            "消息记录（此消息记录为文本格式，不支持重新导入）\n\n{line}\n消息分组:群\n{line}\n消息对象:{group}\n{line}\n\n",
            line = "=".repeat(64)
        );
        for (n, words) in said.iter().enumerate() {
            let _ = write!(text, "2026-07-27 {:02}:00:00 办公室(10001)\n{words}\n\n", 9 + n);
        }
        let path = folder.path().join(format!("{group}.txt"));
        std::fs::write(&path, text).unwrap();
        path
    };
    let first = "请各村今天下班前将防汛物资清单及照片报送至镇应急办邮箱，逾期不报的全镇通报。";
    let other = "请各村明天下班前将独居老人走访名单发到镇民政办邮箱，每村不少于5户。";
    let files =
        [qq("应急群", &[first]), qq("书记群", &["大家早", &format!("合并转两个：\n①{first}\n②{other}")])];
    let settings =
        Settings { office_close: chrono::NaiveTime::from_hms_opt(18, 0, 0).unwrap(), ..Settings::default() };
    let options = ImportOptions { now: start(), settings, ..ImportOptions::default() };
    let mut store = Store::open(&folder.path().join("qunbox.db")).unwrap();
    ingest::import(&mut store, &files, &options, &mut |_| ControlFlow::Continue(())).unwrap();
    let query = ListQuery { view: View::All, now: start(), ..ListQuery::default() };
    let rows = store.page(&query, PageFrom::Start, 10).unwrap();
    let notices: Vec<_> = rows.iter().map(|r| store.notice(&r.id).unwrap().unwrap()).collect();
    let due = |words: &str| {
        let notice = notices.iter().find(|n| n.title.contains(words)).unwrap();
        local(notice.due.as_ref().unwrap().at.0).to_string()
    };
    assert_eq!(notices.len(), 2, "{:?}", notices.iter().map(|n| &n.title).collect::<Vec<_>>());
    assert_eq!(due("防汛物资"), "2026-07-27 18:00:00");
    assert_eq!(due("独居老人"), "2026-07-28 18:00:00");
}
