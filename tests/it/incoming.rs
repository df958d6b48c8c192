//! What surrounds an import: taking one back, coverage, groups joined and parted, the watched folder, pastes.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use qunbox::facts::Settings;
use qunbox::ingest::watch::Watcher;
use qunbox::ingest::{self, ImportOptions, Progress, Report, Status};
use qunbox::message::epoch_ms;
use qunbox::notice::View;
use qunbox::store::{Coverage, Decision, Declared, ListQuery, MessageFilter, PageFrom, Store};

fn now() -> i64 {
    epoch_ms("2026-07-30T09:00:00".parse().unwrap())
}

fn go_on(_: &Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn import(store: &mut Store, paths: &[&Path]) -> Report {
    let paths: Vec<PathBuf> = paths.iter().map(|p| (*p).to_owned()).collect();
    ingest::import(store, &paths, &ImportOptions { now: now(), ..ImportOptions::default() }, &mut go_on)
        .unwrap()
}

fn paste(store: &mut Store, text: &str, group: Option<&str>, date: Option<&str>) -> Report {
    let said = qunbox::import::Options {
        group: group.map(str::to_owned),
        date: date.map(|d| d.parse().unwrap()),
        ..Default::default()
    };
    let options =
        ImportOptions { import: said, pasted: Some(text.into()), now: now(), ..ImportOptions::default() };
    ingest::import(store, &[PathBuf::from("-")], &options, &mut go_on).unwrap()
}

/// Everything a person sees of the messages and notices, without row numbers.
fn seen(store: &Store) -> (Vec<String>, Vec<String>) {
    let mut messages = Vec::new();
    store
        .messages(&MessageFilter::default(), &mut |m| {
            let (at, fine) = (m.sent_at, m.precision);
            messages.push(format!("{} {} {:?} {at:?} {fine:?} {}", m.id, m.group, m.sender, m.text));
            ControlFlow::Continue(())
        })
        .unwrap();
    messages.sort();
    let query = ListQuery { view: View::All, now: now(), ..ListQuery::default() };
    let page = store.page(&query, PageFrom::Start, 10_000).unwrap();
    let mut notices: Vec<String> = page
        .iter()
        .map(|row| {
            let notice = store.notice(&row.id).unwrap().unwrap();
            let copies: BTreeSet<String> =
                notice.copies.iter().map(|c| format!("{} {}", c.group, c.text)).collect();
            format!("{} {:?} {} {copies:?}", notice.id, notice.state, notice.title)
        })
        .collect();
    notices.sort();
    (messages, notices)
}

const NOTICE: &str = "请各村于7月31日17:00前将高龄津贴核查表报民政办，逾期不补。";

fn mail(group: &str, lines: &[(&str, &str, &str)]) -> String {
    let mut text = format!("{group} 微信群上的聊天记录如下，请查收。\n\n—————  2026-07-29  —————\n\n");
    for (name, time, body) in lines {
        text.push_str(&format!("{name}  {time}\n\n{body}\n\n"));
    }
    text
}

fn weflow_txt(lines: &[(&str, &str, &str)]) -> String {
    lines.iter().map(|(name, time, body)| format!("2026-07-29 {time} '{name}'\n{body}\n\n")).collect()
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn an_import_taken_back_leaves_what_others_hold_and_every_decision() {
    let folder = tempfile::tempdir().unwrap();
    let a = write(
        folder.path(),
        "a.txt",
        &mail("青溪镇工作群", &[("李主任", "08:15", NOTICE), ("老王", "08:16", "收到")]),
    );
    let b = write(
        folder.path(),
        "青溪镇工作群.txt",
        &weflow_txt(&[
            ("李主任", "08:15:03", NOTICE),
            ("老王", "08:16:10", "收到"),
            ("赵书记", "09:00:00", "请各村8月3日前报送防汛物资统计表到应急办邮箱，收到回复。"),
        ]),
    );
    let mut store = Store::open_in_memory().unwrap();
    import(&mut store, &[&a]);
    let before = seen(&store);
    let report = import(&mut store, &[&b]);
    assert_eq!((report.totals.new, report.totals.enriched), (1, 2));
    let query = ListQuery { view: View::All, now: now(), ..ListQuery::default() };
    let ids: Vec<String> =
        store.page(&query, PageFrom::Start, 10).unwrap().iter().map(|r| r.id.clone()).collect();
    assert_eq!(ids.len(), 2);
    let done = Decision::Finish { notices: ids, note: None };
    store.decide(now(), &done).unwrap();
    let both = seen(&store);

    let gone =
        ingest::take_back(&mut store, "青溪镇工作群.txt", &Settings::default(), &mut go_on).unwrap().unwrap();
    assert_eq!((gone.gone, gone.kept, gone.files.len()), (1, 2, 1));
    let after = seen(&store);
    assert_eq!(after.0, before.0, "minutes are minutes again");
    assert_eq!(after.1.len(), 1);
    assert!(after.1[0].contains("Done"), "{:?}", after.1);

    import(&mut store, &[&b]);
    assert_eq!(seen(&store), both, "what was decided holds again");
    assert!(
        ingest::take_back(&mut store, "nothing.txt", &Settings::default(), &mut go_on).unwrap().is_none()
    );
    let all = folder.path().to_string_lossy().into_owned();
    let gone = ingest::take_back(&mut store, &all, &Settings::default(), &mut go_on).unwrap().unwrap();
    assert_eq!((gone.gone, gone.groups.len()), (3, 1));
    assert_eq!(seen(&store), (Vec::new(), Vec::new()));
    assert!(store.groups(now()).unwrap().is_empty());
}

#[test]
fn a_quiet_group_and_one_never_exported_do_not_look_alike() {
    let folder = tempfile::tempdir().unwrap();
    let line = [("李主任", "08:15:03", "收到")];
    let quiet = write(folder.path(), "安静群_2026-07-01_2026-07-30.txt", &weflow_txt(&line));
    let stale = write(folder.path(), "停更群.txt", &weflow_txt(&line).replace("07-29", "07-20"));
    let failed = write(
        folder.path(),
        "坏掉的群.json",
        "{\"weflow\":{\"version\":\"1\"},\"session\":{\"wxid\":\"1@chatroom\"},\"messages\":[{\"x\":",
    );
    let mut store = Store::open_in_memory().unwrap();
    let names = ["坏掉的群", "从没导出的群", "安静群", "退出的群"];
    let declared = names.map(|n| Declared { name: n.into(), platform: None, retired: n.starts_with('退') });
    store.declare(&declared).unwrap();
    let report = import(&mut store, &[&quiet, &stale, &failed]);
    assert_eq!(report.files[2].status, Status::Failed, "{report:?}");
    let rows = store.groups(now()).unwrap();
    let row =
        |name: &str| rows.iter().find(|r| r.group == name).unwrap_or_else(|| panic!("{name}: {rows:?}"));
    assert_eq!(row("安静群").coverage, Coverage::Current);
    assert_eq!(row("停更群").coverage, Coverage::Stale);
    assert_eq!(row("停更群").quiet_days(), None);
    assert_eq!(row("从没导出的群").coverage, Coverage::Missing);
    assert_eq!(row("坏掉的群").coverage, Coverage::Failed);
    assert!(row("退出的群").retired && row("安静群").declared && !row("停更群").declared);
    assert!(row("安静群").covered_until > row("安静群").last);

    // a good export of it clears the failure
    let good = write(folder.path(), "坏掉的群.txt", &weflow_txt(&[("老王", "08:15:03", "在")]));
    std::fs::remove_file(&failed).unwrap();
    import(&mut store, &[&good]);
    let rows = store.groups(now()).unwrap();
    assert_eq!(rows.iter().find(|r| r.group == "坏掉的群").unwrap().coverage, Coverage::Current);
}

#[test]
fn groups_are_joined_and_parted_by_the_users_word() {
    let folder = tempfile::tempdir().unwrap();
    let old = write(
        folder.path(),
        "旧名群.txt",
        &weflow_txt(&[("李主任", "08:15:03", NOTICE), ("老王", "08:16:10", "收到")]),
    );
    let new = write(
        folder.path(),
        "新名群.txt",
        &mail("新名群", &[("李主任", "08:15", NOTICE), ("小赵", "10:00", "谢谢")]),
    );
    let mut store = Store::open_in_memory().unwrap();
    import(&mut store, &[&old, &new]);
    let apart = seen(&store);
    assert_eq!(apart.0.len(), 4);
    let settings = Settings::default();
    ingest::join(&mut store, "新名群", "旧名群", now(), &settings, &mut go_on).unwrap();
    let joined = seen(&store);
    assert_eq!(joined.0.len(), 3, "{:#?}", joined.0);
    assert!(joined.0.iter().all(|m| m.contains(" 新名群 ")));
    assert_eq!(store.groups(now()).unwrap().len(), 1);
    // later exports under the old name go to the joined group
    let more = write(
        folder.path(),
        "2/旧名群.txt",
        &weflow_txt(&[("李主任", "08:15:03", NOTICE), ("老王", "11:00:00", "好的")]),
    );
    let report = import(&mut store, &[&more]);
    assert_eq!((report.totals.new, report.files[0].group.as_deref()), (1, Some("新名群")));
    ingest::take_back(&mut store, &more.to_string_lossy(), &settings, &mut go_on).unwrap().unwrap();
    assert_eq!(seen(&store), joined);

    let parted = ingest::part(&mut store, now(), &settings, &mut go_on).unwrap().unwrap();
    assert_eq!((parted.kept.as_str(), parted.gone.as_str()), ("新名群", "旧名群"));
    assert_eq!(seen(&store), apart);
    assert!(ingest::part(&mut store, now(), &settings, &mut go_on).unwrap().is_none());
    assert!(ingest::join(&mut store, "新名群", "新名群", now(), &settings, &mut go_on).is_err());
    assert!(ingest::join(&mut store, "新名群", "没有的群", now(), &settings, &mut go_on).is_err());

    ingest::alias(&mut store, "新名群", "第三个名字", now(), &settings, &mut go_on).unwrap();
    let third = write(folder.path(), "第三个名字.txt", &weflow_txt(&[("老王", "12:00:00", "在")]));
    assert_eq!(import(&mut store, &[&third]).files[0].group.as_deref(), Some("新名群"));
    assert!(store.unalias_group("新名群", "第三个名字", now()).unwrap());
}

#[test]
fn a_join_and_a_name_are_steps_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let line = [("李主任", "08:15:03", NOTICE), ("老王", "08:16:10", "收到")];
    let old = write(folder.path(), "旧名群.txt", &weflow_txt(&line));
    let new =
        write(folder.path(), "新名群.txt", &weflow_txt(&[line[0], line[1], ("小赵", "10:00:00", "谢谢")]));
    let mut store = Store::open_in_memory().unwrap();
    import(&mut store, &[&old, &new]);
    let (apart, settings) = (seen(&store), Settings::default());
    let labels = |store: &Store| -> Vec<(String, bool)> {
        store.undo_list(9).unwrap().into_iter().map(|r| (r.label, r.undone_at.is_some())).collect()
    };
    ingest::join(&mut store, "新名群", "旧名群", now(), &settings, &mut go_on).unwrap();
    let joined = seen(&store);
    assert_eq!((apart.0.len(), joined.0.len()), (5, 3));
    ingest::alias(&mut store, "新名群", "三号群", now(), &settings, &mut go_on).unwrap();
    assert!(store.unalias_group("新名群", "三号群", now()).unwrap());
    assert!(!store.unalias_group("新名群", "三号群", now()).unwrap());
    assert_eq!(labels(&store).len(), 3);

    // the name comes back, goes, and may be given again; then the join is undone
    let third = write(folder.path(), "三号群.txt", &weflow_txt(&[("老王", "12:00:00", "在")]));
    let goes_to = |store: &mut Store| {
        let group = import(store, &[&third]).files[0].group.clone().unwrap();
        ingest::take_back(store, &third.to_string_lossy(), &settings, &mut go_on).unwrap().unwrap();
        group
    };
    assert_eq!(goes_to(&mut store), "三号群");
    ingest::undo(&mut store, &settings, now()).unwrap().unwrap();
    assert_eq!(goes_to(&mut store), "新名群");
    ingest::undo(&mut store, &settings, now()).unwrap().unwrap();
    assert_eq!(goes_to(&mut store), "三号群");
    ingest::redo(&mut store, &settings, now()).unwrap().unwrap();
    assert_eq!(goes_to(&mut store), "新名群");
    ingest::undo(&mut store, &settings, now()).unwrap().unwrap();
    ingest::undo(&mut store, &settings, now()).unwrap().unwrap();
    assert_eq!(seen(&store), apart);
    assert!(labels(&store).iter().all(|(_, undone)| *undone), "{:?}", labels(&store));
    assert!(store.group_joins().unwrap()[0].undone_at.is_some());
    assert!(ingest::undo(&mut store, &settings, now()).unwrap().is_none());

    // done again, and again undone; nothing else may come first
    let label = ingest::redo(&mut store, &settings, now()).unwrap().unwrap().label;
    assert_eq!((label, seen(&store)), (labels(&store).pop().unwrap().0, joined.clone()));
    assert!(store.group_joins().unwrap()[0].undone_at.is_none());
    ingest::redo(&mut store, &settings, now()).unwrap().unwrap();
    assert_eq!(goes_to(&mut store), "新名群");
    ingest::undo(&mut store, &settings, now()).unwrap().unwrap();
    ingest::undo(&mut store, &settings, now()).unwrap().unwrap();
    assert_eq!(seen(&store), apart);

    // parted by its own command, a join is no longer there to be undone
    ingest::join(&mut store, "新名群", "旧名群", now(), &settings, &mut go_on).unwrap();
    assert_eq!(seen(&store), joined);
    ingest::part(&mut store, now(), &settings, &mut go_on).unwrap().unwrap();
    assert_eq!(seen(&store), apart);
    assert!(ingest::undo(&mut store, &settings, now()).unwrap().is_none());
}

#[test]
fn pastes_ask_for_what_they_do_not_say_and_are_not_doubled() {
    let mut store = Store::open_in_memory().unwrap();
    let text = format!("李主任:\n{NOTICE}\n\n老王:\n收到\n\n赵书记:\n收到\n");
    let report = paste(&mut store, &text, None, None);
    assert_eq!(report.files[0].needs, Some("date"), "{report:?}");
    let report = paste(&mut store, &text, None, Some("2026-07-29"));
    assert_eq!(report.files[0].needs, Some("group"));
    let report = paste(&mut store, &text, Some("青溪镇工作群"), Some("2026-07-29"));
    assert_eq!((report.totals.new, report.files[0].needs), (3, None));
    // the next paste begins inside the last one and goes on
    let more = "老王:\n收到\n\n赵书记:\n收到\n\n小陈:\n我们村也收到\n";
    let report = paste(&mut store, more, Some("青溪镇工作群"), Some("2026-07-29"));
    assert_eq!((report.totals.new, report.totals.known), (1, 2), "{report:?}");
    // the whole export comes later: the same messages, now with their times
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        ("李主任", "08:15", NOTICE),
        ("老王", "08:16", "收到"),
        ("赵书记", "08:16", "收到"),
        ("小陈", "08:20", "我们村也收到"),
    ];
    let whole = write(folder.path(), "a.txt", &mail("青溪镇工作群", &lines));
    let report = import(&mut store, &[&whole]);
    assert_eq!((report.totals.new, report.totals.enriched), (0, 4), "{report:?}");
}

#[test]
fn a_watched_folder_hands_out_files_that_are_whole_and_each_state_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut watcher = Watcher::new(folder.path().to_owned(), 3000);
    let look = |watcher: &mut Watcher, at: i64| -> Vec<String> {
        let ready = watcher.look(at).unwrap();
        ready
            .iter()
            .map(|p| p.strip_prefix(folder.path()).unwrap().to_string_lossy().replace('\\', "/"))
            .collect()
    };
    assert!(look(&mut watcher, 0).is_empty());
    write(folder.path(), "群.txt", "一半");
    write(folder.path(), "别的.txt.part", "x");
    write(folder.path(), ".隐藏.txt", "x");
    write(folder.path(), "照片.jpg", "x");
    write(folder.path(), "空.txt", "");
    assert!(look(&mut watcher, 1000).is_empty(), "seen for the first time");
    write(folder.path(), "群.txt", "一半，还有一半");
    assert!(look(&mut watcher, 4100).is_empty(), "it grew");
    assert_eq!(look(&mut watcher, 7200), ["群.txt"]);
    assert!(look(&mut watcher, 60_000).is_empty(), "never twice");
    // an export of several files waits for all of them
    write(folder.path(), "导出/manifest.json", "{}");
    assert!(look(&mut watcher, 61_000).is_empty());
    write(folder.path(), "导出/chunks/c1.jsonl", "{}");
    assert!(look(&mut watcher, 64_000).is_empty(), "its neighbour is new");
    assert_eq!(look(&mut watcher, 67_100), ["导出/chunks/c1.jsonl", "导出/manifest.json"]);
    write(folder.path(), "群.txt", "又变了的内容");
    assert!(look(&mut watcher, 70_000).is_empty());
    assert_eq!(look(&mut watcher, 73_100), ["群.txt"]);
    watcher.again(&folder.path().join("群.txt"));
    assert_eq!(look(&mut watcher, 73_200), ["群.txt"], "it was held by another program");
}

#[test]
fn a_taught_layout_reads_what_no_format_claims() {
    use std::collections::BTreeMap;

    use qunbox::import::template::{Template, fields, propose};

    let text =
        format!("【李主任】2026年7月29日 上午8:15 说\n{NOTICE}\n\n【老王】2026年7月29日 下午1:02 说\n收到\n");
    let table = "谁,何时,说了什么,哪个群\n李主任,2026-07-29 08:15:03,请各村报表,甲群\n老王,2026-07-29 08:16:00,收到,乙群\n";
    let json = "{\"code\":0,\"data\":{\"items\":[{\"from\":{\"n\":\"李主任\"},\"ts\":1785284103,\"b\":\"请各村报表\"},{\"from\":{\"n\":\"老王\"},\"ts\":1785284163000,\"b\":\"收到\"},{\"from\":1}]}}";
    let header = propose(text.lines().next().unwrap()).unwrap();
    assert_eq!(header, "【{name}】{date} {time} {text}");
    let pairs = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    let of_table = pairs(&[("name", "谁"), ("time", "何时"), ("text", "说了什么"), ("group", "哪个群")]);
    let of_json = pairs(&[("name", "from.n"), ("time", "ts"), ("text", "b")]);
    assert_eq!(fields(json).unwrap().rows, "data.items");
    let none = BTreeMap::new();
    let templates = vec![
        Template::new("文字", Some("【{name}】{date} {time} 说"), None, &none, Some("dingtalk")).unwrap(),
        Template::new("表", None, None, &of_table, None).unwrap(),
        Template::new("接口", None, Some("data.items"), &of_json, None).unwrap(),
    ];
    for (name, text, messages, group, issues) in [
        ("丙群.txt", text.as_str(), 2, "丙群", 0),
        ("x.csv", table, 2, "甲群、乙群", 0),
        ("丁群.json", json, 2, "丁群", 1),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = write(folder.path(), name, text);
        let mut store = Store::open_in_memory().unwrap();
        let report = import(&mut store, &[&path]);
        assert_eq!(report.files[0].needs, Some("format"), "{name} {report:?}");
        let said = qunbox::import::Options { templates: templates.clone(), ..Default::default() };
        let options = ImportOptions { import: said, now: now(), ..ImportOptions::default() };
        let report = ingest::import(&mut store, &[path], &options, &mut go_on).unwrap();
        let file = &report.files[0];
        assert_eq!((file.messages, file.group.as_deref()), (messages, Some(group)), "{report:?}");
        assert_eq!((file.format.as_deref(), file.issues.len()), (Some("template"), issues), "{report:?}");
    }
    assert!(Template::new("坏", Some("{date}"), None, &none, None).is_err());
    assert!(Template::new("坏", None, None, &pairs(&[("when", "x")]), None).is_err());
}
