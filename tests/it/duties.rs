//! Duties from export files to decisions: which rows a notice has, what is settled, what stays settled.

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use qunbox::duty::{self, Carrier, Input};
use qunbox::facts::{self, Settings};
use qunbox::ingest;
use qunbox::notice::{DemandView, DueView, LinkKind, Moment, State, View};
use qunbox::store::{
    Decision, DutyChange, ListQuery, PageFrom, Store, StoreError, UploadFrom, UploadQuery, UploadView,
};
use serde_json::Value;

use crate::corpus::{Run, imported};

/// The rows of a notice of the core corpus, the notice named by one of its messages.
fn shown(run: &Run, lines: &[crate::corpus::Line], message: &str) -> Value {
    let id =
        run.answers(lines)[message].notice.clone().unwrap_or_else(|| panic!("{message} is in no notice"));
    serde_json::from_str(&run.qunbox(&["show", &id, "--json"])).unwrap()
}

fn words<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    let mut out: Vec<&str> = list.as_array().unwrap().iter().map(|d| d[key].as_str().unwrap_or("")).collect();
    out.sort_unstable();
    out
}

#[test]
fn core_duties_are_those_of_a_careful_reader() {
    let (run, lines) = imported(&["A", "B"]);
    let n1 = shown(&run, &lines, "M03");
    assert_eq!(n1["duties"].as_array().unwrap().len(), 1, "{:#}", n1["duties"]);
    assert_eq!(n1["duties"][0]["destination"]["kind"], "mailbox");
    assert_eq!(n1["duties"][0]["due_at"], "2024-01-12T12:00:00+08:00", "moved by the correction");

    let n6 = shown(&run, &lines, "M21");
    assert_eq!(words(&n6["duties"], "group"), ["县商务局燃气安全联络群", "镇经发办工作群"]);
    let asked: Vec<&str> = n6["duties"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|d| d["ask"] == true)
        .map(|d| d["group"].as_str().unwrap())
        .collect();
    assert_eq!(asked, ["镇经发办工作群"], "the forward's 本群 is asked about");

    let n9 = shown(&run, &lines, "M33");
    assert_eq!(words(&n9["duties"], "group"), ["东片五村防火防汛群", "石桥村两委群", "镇应急消防工作群"]);
    for duty in n9["duties"].as_array().unwrap() {
        let hinted = !duty["hints"].as_array().unwrap().is_empty();
        assert_eq!(hinted, duty["group"] == "石桥村两委群", "{duty:#}");
        assert_eq!(duty["state"], "open", "a picture ticks nothing");
    }
    for no in ["M13", "M15", "M27"] {
        assert_eq!(shown(&run, &lines, no)["duties"], serde_json::json!([]), "{no}");
    }
}

#[test]
fn core_ledger_of_n1() {
    let (run, lines) = imported(&["A", "B"]);
    run.qunbox(&["me", "石桥村-陈岚", "陈岚", "石桥 陈岚", "石桥村陈岚"]);
    let acks = shown(&run, &lines, "M03")["acks"].clone();
    assert_eq!(words(&acks["seen"], "group"), ["镇应急消防工作群", "青禾镇村（社区）书记主任群"]);
    assert_eq!(
        words(&acks["not_seen"], "group"),
        ["东片五村防火防汛群", "石桥村两委群", "镇文明创建群", "镇民政残联群"]
    );
    assert_eq!(acks["not_asked"], serde_json::json!(["镇经发办工作群"]));
    for row in acks["not_seen"].as_array().unwrap() {
        assert!(row["covered_until"].as_str().is_some(), "{row}");
    }
    // A generic 收到 is tied to what it follows, and can be untied.
    let generic = acks["seen"].as_array().unwrap().iter().find(|s| s["text"] == "收到").unwrap();
    assert_eq!(generic["tied_by"], "follows");
    run.qunbox(&["reply", generic["message"].as_str().unwrap(), "--untie"]);
    let after = shown(&run, &lines, "M03")["acks"].clone();
    assert_eq!(after["seen"].as_array().unwrap().len(), 1);
    run.qunbox(&["undo"]);
    assert_eq!(shown(&run, &lines, "M03")["acks"], acks);
}

#[test]
fn core_same_data_and_sign_up() {
    let (run, lines) = imported(&["A", "B"]);
    run.qunbox(&["me", "石桥村-陈岚", "陈岚", "石桥 陈岚", "石桥村陈岚"]);
    let n1 = shown(&run, &lines, "M03");
    let n6 = shown(&run, &lines, "M21");
    let link = n6["links"].as_array().unwrap().iter().find(|l| l["kind"] == "same-data").unwrap();
    assert_eq!(link["notice"], n1["id"]);
    let reason = link["reason"].as_str().unwrap();
    for word in ["餐饮", "小作坊", "消防", "照片"] {
        assert!(reason.contains(word), "{reason}");
    }
    let n7 = shown(&run, &lines, "M27");
    assert_eq!(n7["signup"]["mine"], serde_json::json!([3]));
    let joined: Vec<&str> = n7["signup"]["list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["joined_at"].as_str().unwrap()[11..16])
        .collect();
    assert_eq!(joined, ["19:30", "19:41", "20:03", "20:20"]);
}

/// 名单已收齐 proposes to close both lists; what is accepted is owed no longer, says why, and comes back when undone.
#[test]
fn core_lists_are_closed_when_that_is_accepted() {
    let (run, lines) = imported(&["A", "B"]);
    let id = |m: &str| shown(&run, &lines, m)["id"].as_str().unwrap().to_owned();
    let (low, disabled, closes) = (id("M17"), id("M18"), id("M42"));
    let state = |m: &str| {
        let notice = shown(&run, &lines, m);
        (
            notice["state"].as_str().unwrap().to_owned(),
            notice["duties"][0]["state"].as_str().unwrap().to_owned(),
        )
    };
    let open = ("unread".to_owned(), "open".to_owned());
    let closed = ("done".to_owned(), "waived".to_owned());
    let proposed = shown(&run, &lines, "M42");
    let mut to: Vec<&str> = proposed["links"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|l| l["kind"] == "closes" && l["by"] == "rule")
        .map(|l| l["notice"].as_str().unwrap())
        .collect();
    to.sort_unstable();
    let mut want = [low.as_str(), disabled.as_str()];
    want.sort_unstable();
    assert_eq!(to, want, "proposed, not done");
    assert_eq!((state("M17"), state("M18")), (open.clone(), open.clone()));
    run.qunbox(&["link", &closes, &low, "--kind", "closes"]);
    run.qunbox(&["link", &closes, &disabled, "--kind", "closes"]);
    assert_eq!((state("M17"), state("M18")), (closed.clone(), closed.clone()));
    let reason = shown(&run, &lines, "M17")["duties"][0]["reason"].clone();
    assert!(reason.as_str().unwrap().contains("收齐"), "{reason}");
    run.qunbox(&["rebuild"]);
    assert_eq!(state("M18"), closed, "kept");
    run.qunbox(&["undo"]);
    assert_eq!((state("M17"), state("M18")), (closed, open));
}

/// A proposal that was refused is not made again, whatever is computed anew; undone, it stands again.
#[test]
fn core_same_data_refused_stays_refused() {
    let (run, lines) = imported(&["B"]);
    let (one, other) = (shown(&run, &lines, "M03")["id"].clone(), shown(&run, &lines, "M21")["id"].clone());
    let (one, other) = (one.as_str().unwrap(), other.as_str().unwrap());
    let now = || serde_json::from_str::<Value>(&run.qunbox(&["show", other, "--json"])).unwrap();
    let links = || -> Vec<String> {
        let found = now()["links"].clone();
        let same = |l: &&Value| l["kind"] == "same-data";
        found.as_array().unwrap().iter().filter(same).map(|l| l["by"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(links(), ["rule"]);
    run.qunbox(&["unlink", one, other, "--kind", "same-data"]);
    assert_eq!(links(), Vec::<String>::new());
    run.qunbox(&["rebuild"]);
    assert_eq!(links(), Vec::<String>::new(), "after a rebuild");
    let again = tempfile::tempdir().unwrap();
    let mut more: Vec<crate::corpus::Line> = crate::corpus::core();
    for line in &mut more {
        if line.id == "M02" {
            (line.id, line.at) = ("M02x".to_owned(), "2024-01-13T23:20:00+08:00".to_owned());
        }
    }
    crate::corpus::render(&more, again.path());
    run.import(again.path());
    assert_eq!(links(), Vec::<String>::new(), "after a further import");
    run.qunbox(&["undo"]);
    assert_eq!(links(), ["rule"], "undone");
    run.qunbox(&["link", one, other, "--kind", "same-data"]);
    assert_eq!(links(), ["user"], "accepted");
    assert_eq!(now()["duties"].as_array().unwrap().len(), 2, "two notices, their own rows");
}

/// Whose 本群 a forward means is asked once and kept through import and rebuild.
#[test]
fn core_whose_group_a_forward_means_is_asked_once() {
    let (run, lines) = imported(&["A", "B"]);
    let row = || {
        let notice = shown(&run, &lines, "M21");
        let rows = notice["duties"].as_array().unwrap().clone();
        rows.into_iter().find(|d| d["group"] == "镇经发办工作群").unwrap()
    };
    assert_eq!((row()["ask"].clone(), row()["state"].clone()), (true.into(), "open".into()));
    run.qunbox(&["duty", row()["id"].as_str().unwrap(), "--here", "origin"]);
    assert_eq!((row()["ask"].clone(), row()["state"].clone()), (false.into(), "waived".into()));
    run.qunbox(&["rebuild"]);
    let folder = tempfile::tempdir().unwrap();
    crate::corpus::render(&lines, folder.path());
    run.import(folder.path());
    assert_eq!((row()["ask"].clone(), row()["state"].clone()), (false.into(), "waived".into()), "remembered");
    run.qunbox(&["undo"]);
    assert_eq!(row()["ask"], true);
    run.qunbox(&["duty", row()["id"].as_str().unwrap(), "--here", "own"]);
    assert_eq!(
        (row()["ask"].clone(), row()["state"].clone()),
        (false.into(), "open".into()),
        "a row of its own"
    );
}

/// A notice is done when its last row is, and cannot be before.
#[test]
fn done_means_every_row() {
    let (run, lines) = imported(&["B"]);
    let n9 = shown(&run, &lines, "M33");
    let id = n9["id"].as_str().unwrap();
    let duties: Vec<&str> =
        n9["duties"].as_array().unwrap().iter().map(|d| d["id"].as_str().unwrap()).collect();
    let mut store = open(&run);
    let now = Moment(1_705_195_800_000).0;
    let done = Decision::State { notices: vec![id.to_owned()], state: State::Done, until: None, note: None };
    assert!(matches!(store.decide(now, &done), Err(StoreError::OpenDuties { count: 3, .. })));
    run.qunbox(&["duty", duties[0], "--done"]);
    run.qunbox(&["duty", duties[1], "--waive", "已电话报告"]);
    assert_ne!(shown(&run, &lines, "M33")["state"], "done");
    run.qunbox(&["duty", duties[2], "--done", "--on", "2024-01-13"]);
    let all = shown(&run, &lines, "M33");
    assert_eq!(all["state"], "done");
    let late = all["duties"].as_array().unwrap().iter().find(|d| d["id"] == duties[2]).unwrap();
    assert_eq!(late["typed_at"], "2024-01-13T12:00:00+08:00");
    assert_eq!(late["settled_at"], "2024-01-14T08:00:00+08:00", "the clock stands beside the typed date");
    run.qunbox(&["mark", id, "--reopen"]);
    assert!(shown(&run, &lines, "M33")["duties"].as_array().unwrap().iter().all(|d| d["state"] == "open"));
    run.qunbox(&["mark", id, "--done"]);
    assert_eq!(shown(&run, &lines, "M33")["state"], "done");
    run.qunbox(&["undo"]);
    assert_ne!(shown(&run, &lines, "M33")["state"], "done");
}

fn open(run: &Run) -> Store {
    Store::open(&run.data.path().join("qunbox.db")).unwrap()
}

/// 更正 moves what is open and opens again what was done.
#[test]
fn a_correction_opens_what_was_done() {
    let (run, lines) = imported(&["A"]);
    let n1 = shown(&run, &lines, "M03");
    assert_eq!(n1["duties"][0]["due_at"], "2024-01-10T17:00:00+08:00");
    run.qunbox(&["duty", n1["duties"][0]["id"].as_str().unwrap(), "--done"]);
    assert_eq!(shown(&run, &lines, "M03")["state"], "done");
    let folder = tempfile::tempdir().unwrap();
    crate::corpus::render(&crate::corpus::core(), folder.path());
    run.import(folder.path());
    let after = shown(&run, &lines_of_b(), "M03");
    assert_eq!(after["id"], n1["id"]);
    assert_eq!(after["duties"][0]["id"], n1["duties"][0]["id"], "ids stay");
    assert_eq!(after["duties"][0]["due_at"], "2024-01-12T12:00:00+08:00");
    assert_eq!(
        (&after["duties"][0]["state"], &after["duties"][0]["reopened"], &after["state"]),
        (&Value::from("open"), &Value::from(true), &Value::from("open"))
    );
}

fn lines_of_b() -> Vec<crate::corpus::Line> {
    crate::corpus::core()
}

#[test]
fn evidence_is_looked_at_and_never_touched() {
    let (run, lines) = imported(&["B"]);
    let duty = shown(&run, &lines, "M03")["duties"][0]["id"].as_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("排查表.xlsx");
    fs::write(&path, "第一版").unwrap();
    let file = path.to_str().unwrap();
    run.qunbox(&["duty", &duty, "--done", "--evidence", file]);
    let look = || shown(&run, &lines, "M03")["duties"][0]["evidence"][0].clone();
    let first = look();
    assert_eq!(first["path"], file);
    assert_eq!(first["size"], 9);
    assert_eq!(first["sha256"], "812f7047193410c913d8e95673ba09353bd79236e4642a0a08f97df36b4c5788");
    assert_eq!((&first["missing"], &first["changed"]), (&Value::from(false), &Value::from(false)));
    assert_eq!(fs::read_to_string(&path).unwrap(), "第一版");
    fs::write(&path, "第二版").unwrap();
    assert_eq!(look()["changed"], true, "other content of the same size");
    let moved = folder.path().join("改名.xlsx");
    fs::rename(&path, &moved).unwrap();
    assert_eq!(look()["missing"], true, "renamed");
    fs::rename(&moved, &path).unwrap();
    fs::write(&path, "第一版").unwrap();
    assert_eq!(
        (look()["missing"].clone(), look()["changed"].clone()),
        (Value::from(false), Value::from(false))
    );
    fs::remove_file(&path).unwrap();
    assert_eq!(look()["missing"], true, "deleted");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was copied");
    run.qunbox(&["undo"]);
    assert_eq!(shown(&run, &lines, "M03")["duties"][0]["evidence"], serde_json::json!([]));
}

#[test]
fn a_recurring_duty_comes_again_with_its_list() {
    let (run, lines) = imported(&["B"]);
    let duty = shown(&run, &lines, "M41")["duties"][0].clone();
    let id = duty["id"].as_str().unwrap();
    assert_eq!(duty["due_at"], "2024-01-12T17:30:00+08:00");
    run.qunbox(&["duty", id, "--targets", "老王饭店,小李作坊"]);
    run.qunbox(&["duty", id, "--tick", "老王饭店"]);
    run.qunbox(&["duty", id, "--done"]);
    let next = shown(&run, &lines, "M41")["duties"][0].clone();
    assert_eq!((&next["id"], &next["state"]), (&duty["id"], &Value::from("open")));
    assert_eq!(next["due_at"], "2024-01-19T17:30:00+08:00");
    assert_eq!(words(&next["targets"], "name"), ["小李作坊", "老王饭店"]);
    assert!(
        next["targets"].as_array().unwrap().iter().all(|t| t["done_at"].is_null()),
        "carried on unticked"
    );
    run.qunbox(&["undo"]);
    assert_eq!(shown(&run, &lines, "M41")["duties"][0]["due_at"], "2024-01-12T17:30:00+08:00");
}

/// A weekly report that nobody ticked gives way to the next one when that is nearer, with its list, and says how many
/// were left; what is settled starts the count anew.
#[test]
fn what_comes_round_again_does_not_stand_still() {
    let (mut run, lines) = imported(&["B"]);
    let id = shown(&run, &lines, "M41")["duties"][0]["id"].as_str().unwrap().to_owned();
    run.qunbox(&["duty", &id, "--targets", "老王饭店,小李作坊"]);
    run.qunbox(&["duty", &id, "--tick", "老王饭店"]);
    let mut at = |now| {
        run.now = now;
        let row: Value = serde_json::from_str(&run.qunbox(&["duty", &id, "--json"])).unwrap();
        let ticked = row["targets"].as_array().unwrap().iter().filter(|t| !t["done_at"].is_null()).count();
        let due = row["due"]["at"].as_str().unwrap()[..10].to_owned();
        (due, row["missed"].as_i64().unwrap(), row["overdue"] == true, ticked)
    };
    assert_eq!(at("2024-01-12T09:00:00+08:00"), ("2024-01-12".to_owned(), 0, false, 1));
    assert_eq!(
        at("2024-01-15T18:00:00+08:00"),
        ("2024-01-12".to_owned(), 0, true, 1),
        "late, but the nearer one"
    );
    assert_eq!(
        at("2024-01-17T09:00:00+08:00"),
        ("2024-01-19".to_owned(), 1, false, 0),
        "the list is carried unticked"
    );
    assert_eq!(at("2024-02-07T09:00:00+08:00"), ("2024-02-09".to_owned(), 4, false, 0));
    assert_eq!(
        at("2024-01-17T09:00:00+08:00"),
        ("2024-01-19".to_owned(), 1, false, 0),
        "the clock was put back"
    );
    assert_eq!(at("2024-02-07T09:00:00+08:00"), ("2024-02-09".to_owned(), 4, false, 0));
    run.now = "2024-02-07T09:00:00+08:00";
    run.qunbox(&["rebuild"]);
    run.qunbox(&["duty", &id, "--done"]);
    run.now = "2024-02-13T09:00:00+08:00";
    let row: Value = serde_json::from_str(&run.qunbox(&["duty", &id, "--json"])).unwrap();
    assert_eq!((&row["due"]["at"], &row["missed"]), (&"2024-02-16T17:30:00+08:00".into(), &0.into()));
}

/// The inbox goes by the deadline that counts now, as the view of what is owed does; the first one stays on record.
#[test]
fn what_comes_round_again_is_not_overdue_for_ever_in_the_inbox() {
    let (mut run, lines) = imported(&["B"]);
    let id = shown(&run, &lines, "M41")["id"].as_str().unwrap().to_owned();
    for (now, first, counts, listed) in [
        ("2024-01-12T09:00:00+08:00", "2024-01-12T17:30:00+08:00", Value::Null, "17:30"),
        (
            "2024-01-17T09:00:00+08:00",
            "2024-01-12T17:30:00+08:00",
            "2024-01-19T17:30:00+08:00".into(),
            "01-19 17:30",
        ),
        (
            "2024-02-07T09:00:00+08:00",
            "2024-01-12T17:30:00+08:00",
            "2024-02-09T17:30:00+08:00".into(),
            "02-09 17:30",
        ),
    ] {
        run.now = now;
        let notice: Value = serde_json::from_str(&run.qunbox(&["show", &id, "--json"])).unwrap();
        assert_eq!((&notice["due"]["at"], &notice["next_due"]), (&first.into(), &counts), "{now}");
        let shown = run.qunbox(&["show", &id]);
        assert!(shown.contains("每周五 17:30") && !shown.contains("weekly:"), "{shown}");
        let list = run.qunbox(&["inbox", "--view", "all"]);
        let line = list.lines().find(|l| l.contains(&id)).unwrap();
        assert!(line.contains(listed), "{now}: {line}");
        run.qunbox(&["rebuild"]);
        let notice: Value = serde_json::from_str(&run.qunbox(&["show", &id, "--json"])).unwrap();
        assert_eq!(notice["next_due"], counts, "{now}, computed again");
    }
}

/// Two notices of which was accepted that they ask for the same data can share an answer file: it is offered, not taken.
#[test]
fn same_data_shares_an_answer_file() {
    let (run, lines) = imported(&["B"]);
    let id = |m: &str| shown(&run, &lines, m)["id"].as_str().unwrap().to_owned();
    let row = |m: &str| shown(&run, &lines, m)["duties"][0].clone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("排查表.xlsx");
    fs::write(&path, "表").unwrap();
    let file = path.to_str().unwrap();
    run.qunbox(&["duty", row("M03")["id"].as_str().unwrap(), "--evidence", file]);
    assert_eq!(row("M21")["offered"], serde_json::json!([]), "proposed only");
    run.qunbox(&["link", &id("M03"), &id("M21"), "--kind", "same-data"]);
    assert_eq!(row("M21")["offered"], serde_json::json!([file]));
    assert_eq!((&row("M21")["evidence"], &row("M21")["state"]), (&serde_json::json!([]), &"open".into()));
    run.qunbox(&["duty", row("M21")["id"].as_str().unwrap(), "--evidence", file]);
    assert_eq!(
        (&row("M21")["offered"], &row("M21")["evidence"][0]["path"]),
        (&serde_json::json!([]), &file.into())
    );
    run.qunbox(&["undo"]);
    run.qunbox(&["undo"]);
    assert_eq!(row("M21")["offered"], serde_json::json!([]));
}

/// Texts (of each group its own, where ` || ` parts them), the groups they stand in, and the rows they come down to: destination kinds with groups.
#[rstest::rstest]
#[case::one_mailbox("请于1月10日17:00前将统计表报送至镇应急办邮箱。", &["甲群", "乙群"], &["mailbox"])]
#[case::in_this_group("请各村今天17:00前在本群报巡查照片。", &["甲群", "乙群"], &["group 甲群", "group 乙群"])]
#[case::two_places("请各村1月10日12:00前将台账报镇应急办邮箱，照片1月11日12:00前发本群。", &["甲群"], &["mailbox", "group 甲群"])]
#[case::in_a_named_group("请各村今天17:00前把巡查照片发林业站群。", &["甲群", "乙群"], &["group"])]
#[case::in_one_of_them("请各村今天17:00前把巡查照片发乙工作群。", &["甲群", "乙工作群"], &["group 乙工作群"])]
#[case::here_then_named("请各村今天17:00前把巡查照片发本群。 || 请各村今天17:00前把巡查照片发林业站群。", &["甲群", "乙群"], &["group 甲群", "group"])]
#[case::named_then_here("请各村今天17:00前把巡查照片发林业站群。 || 请各村今天17:00前把巡查照片发本群。", &["甲群", "乙群"], &["group", "group 乙群"])]
#[case::named_for_the_carrier("请各村今天17:00前把巡查照片发本群。 || 请各村今天17:00前把巡查照片发甲工作群。", &["甲工作群", "乙群"], &["group 甲工作群"])]
#[case::nothing_to_hand_in("今天下午3点镇三楼会议室开会，请准时参加。", &["甲群"], &[])]
fn rows_of_a_text(#[case] text: &str, #[case] groups: &[&str], #[case] want: &[&str]) {
    let sent = "2024-01-08T09:00:00".parse().unwrap();
    let texts: Vec<&str> = text.split(" || ").collect();
    let facts = facts::read(&facts::Input::new(texts[0], sent), &Settings::default());
    let demands: Vec<DemandView> = facts.demands.iter().map(DemandView::from).collect();
    let carriers: Vec<Carrier> = groups
        .iter()
        .enumerate()
        .map(|(n, group)| Carrier {
            group: n as i64,
            group_key: (*group).to_owned(),
            group_name: (*group).to_owned(),
            sent_at: n as i64,
            sender: "小吴".to_owned(),
            text: texts[n.min(texts.len() - 1)].to_owned(),
        })
        .collect();
    let due: Option<DueView> = None;
    let rows = duty::plan(&Input { demands: &demands, carriers: &carriers, due: due.as_ref(), recurs: None });
    let got: Vec<String> = rows
        .iter()
        .map(|r| {
            let kind = serde_json::to_value(r.destination.kind).unwrap().as_str().unwrap().to_owned();
            let group = r.group.map(|g| format!(" {}", groups[g as usize])).unwrap_or_default();
            format!("{kind}{group}")
        })
        .collect();
    assert_eq!(got, want, "{:#?}", facts.demands);
}

/// Near spellings of a name are offered, other people's are not.
#[rstest::rstest]
#[case("陈岚", "石桥村-陈岚", true)]
#[case("石桥村-陈岚", "石桥 陈岚", true)]
#[case("石桥村-陈岚", "陈岚（石桥村）", true)]
#[case("陈岚", "李家湾-孙", false)]
#[case("石桥村-陈岚", "大塘村-何军", false)]
fn own_names_are_offered(#[case] given: &str, #[case] sender: &str, #[case] near: bool) {
    let senders = [duty::Sender { group: "甲群".to_owned(), name: sender.to_owned(), messages: 1 }];
    assert_eq!(!duty::propose(&[given.to_owned()], &senders).is_empty(), near);
}

// ---- any sequence of decisions --------------------------------------------------------------------------------------

#[derive(Clone, Debug)]
enum Move {
    Tick(usize),
    Waive(usize),
    Untick(usize),
    Due(usize),
    Mark(usize),
    Finish(usize),
    Reopen(usize),
    Noted(usize),
    Here(usize, bool),
    Accept(usize),
    Refuse(usize),
    Days(i64),
    Correct,
    Reimport,
    Rebuild,
    Undo,
    Redo,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => (0..12_usize).prop_map(Move::Tick),
        2 => (0..12_usize).prop_map(Move::Waive),
        2 => (0..12_usize).prop_map(Move::Untick),
        1 => (0..12_usize).prop_map(Move::Due),
        1 => (0..12_usize).prop_map(Move::Mark),
        1 => (0..12_usize).prop_map(Move::Finish),
        1 => (0..12_usize).prop_map(Move::Reopen),
        1 => (0..12_usize).prop_map(Move::Noted),
        1 => (0..12_usize, any::<bool>()).prop_map(|(n, own)| Move::Here(n, own)),
        2 => (0..4_usize).prop_map(Move::Accept),
        1 => (0..4_usize).prop_map(Move::Refuse),
        1 => (1..9_i64).prop_map(Move::Days),
        1 => Just(Move::Correct),
        1 => Just(Move::Reimport),
        1 => Just(Move::Rebuild),
        3 => Just(Move::Undo),
        1 => Just(Move::Redo),
    ];
    proptest::collection::vec(one, 1..24)
}

/// The closures that stand between notices: who closes, who is closed.
fn closures(store: &Store, now: i64) -> Vec<(String, String)> {
    let query = ListQuery { view: View::All, now, ..ListQuery::default() };
    let rows = store.page(&query, PageFrom::Start, 1000).unwrap();
    let notices = rows.iter().map(|r| store.notice(&r.id).unwrap().unwrap());
    let mut out: Vec<(String, String)> = notices
        .flat_map(|n| {
            let closes = n.links.into_iter().filter(|l| l.kind == LinkKind::Closes && l.direction == "to");
            closes.map(|l| (n.id.clone(), l.notice)).collect::<Vec<_>>()
        })
        .collect();
    out.sort();
    out
}

/// A notice with rows is done when, and only when, all of them are done or waived.
fn holds(store: &Store, now: i64) {
    let query = ListQuery { view: View::All, now, ..ListQuery::default() };
    for row in store.page(&query, PageFrom::Start, 1000).unwrap() {
        let notice = store.notice(&row.id).unwrap().unwrap();
        if notice.duties.is_empty() {
            continue;
        }
        let settled = notice.duties.iter().all(|d| d.state != "open");
        assert_eq!(notice.state == State::Done, settled, "{}: {:#?}", notice.title, notice.duties);
    }
    let all = UploadQuery { view: UploadView::All, now, ..UploadQuery::default() };
    let rows = store.uploads(&all, UploadFrom::Start, 1000).unwrap();
    let counts = store.upload_counts(now).unwrap();
    assert_eq!(rows.len() as u64, counts.open + counts.done + counts.waived);
}

/// How many stories are played: few, or as many as `PROPTEST_CASES` says.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]
    #[test]
    fn done_when_and_only_when_all_rows_are(steps in moves()) {
        use std::ops::ControlFlow;
        let go_on = &mut |_: &ingest::Progress| ControlFlow::Continue(());
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::create_dir_all(&a).unwrap();
        fs::create_dir_all(&b).unwrap();
        let core = crate::corpus::core();
        let first: Vec<crate::corpus::Line> = core.iter().filter(|l| l.batch == "A").cloned().collect();
        crate::corpus::render(&first, &a);
        crate::corpus::render(&core, &b);
        let mut store = Store::open(&folder.path().join("qunbox.db")).unwrap();
        let mut now = 1_705_195_800_000;
        let options = |now| ingest::ImportOptions { now, ..ingest::ImportOptions::default() };
        ingest::import(&mut store, std::slice::from_ref(&a), &options(now), go_on).unwrap();
        for step in steps {
            now += 60_000;
            let all = UploadQuery { view: UploadView::All, now, ..UploadQuery::default() };
            let mut rows = store.uploads(&all, UploadFrom::Start, 1000).unwrap();
            rows.sort_by(|x, y| x.duty.cmp(&y.duty));
            let duty = |n: usize| rows.get(n % rows.len().max(1)).map(|r| r.duty.clone()).into_iter().collect::<Vec<_>>();
            let notice = |n: usize| rows.get(n % rows.len().max(1)).map(|r| r.notice.clone()).into_iter().collect::<Vec<_>>();
            let closures = closures(&store, now);
            let pick = |n: usize| closures.get(n % closures.len().max(1)).cloned();
            let change = |n: usize, change| Decision::Duty { duties: duty(n), change };
            let state = |n: usize, state| Decision::State { notices: notice(n), state, until: None, note: None };
            let decision = match step {
                Move::Tick(n) => Some(change(n, DutyChange::Done { typed_at: None, evidence: Vec::new() })),
                Move::Waive(n) => Some(change(n, DutyChange::Waive { reason: "已电话报告".to_owned() })),
                Move::Untick(n) => Some(change(n, DutyChange::Reopen)),
                Move::Due(n) => Some(change(n, DutyChange::Due(Some(now + 86_400_000)))),
                Move::Mark(n) => Some(state(n, State::Done)),
                Move::Finish(n) => Some(Decision::Finish { notices: notice(n), note: None }),
                Move::Reopen(n) => Some(state(n, State::Open)),
                Move::Noted(n) => Some(state(n, State::Noted)),
                Move::Here(n, own) => Some(change(n, DutyChange::Here(own))),
                Move::Accept(n) => pick(n).map(|(from, to)| Decision::Link { from, to, kind: LinkKind::Closes }),
                Move::Refuse(n) => {
                    pick(n).map(|(a, b)| Decision::Unlink { a, b, kind: Some(LinkKind::Closes) })
                }
                Move::Days(n) => {
                    now += n * 86_400_000;
                    store.look(now).unwrap();
                    None
                }
                Move::Correct => {
                    ingest::import(&mut store, std::slice::from_ref(&b), &options(now), go_on).unwrap();
                    None
                }
                Move::Reimport => {
                    ingest::import(&mut store, std::slice::from_ref(&a), &options(now), go_on).unwrap();
                    None
                }
                Move::Rebuild => {
                    let before = store.uploads(&all, UploadFrom::Start, 1000).unwrap();
                    ingest::rebuild(&mut store, &Settings::default(), go_on).unwrap();
                    let after = store.uploads(&all, UploadFrom::Start, 1000).unwrap();
                    let said = |rows: &[duty::Upload]| -> BTreeMap<String, (String, Option<Moment>)> {
                        rows.iter().map(|r| (r.duty.clone(), (r.state.clone(), r.due.as_ref().map(|d| d.at)))).collect()
                    };
                    prop_assert_eq!(said(&before), said(&after), "a rebuild keeps ids, states and deadlines");
                    None
                }
                Move::Undo => {
                    store.undo(now).unwrap();
                    ingest::catch_up(&mut store, &Settings::default(), go_on).unwrap();
                    None
                }
                Move::Redo => {
                    store.redo(now).unwrap();
                    ingest::catch_up(&mut store, &Settings::default(), go_on).unwrap();
                    None
                }
            };
            if let Some(decision) = decision {
                match ingest::decide(&mut store, &Settings::default(), now, &decision) {
                    Ok(_) => {}
                    Err(why) if matches!(why.downcast_ref(), Some(StoreError::OpenDuties { .. })) => {}
                    Err(why) => panic!("{decision:?}: {why}"),
                }
            }
            holds(&store, now);
        }
    }
}
