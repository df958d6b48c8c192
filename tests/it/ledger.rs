//! The 收到 ledger from export files: whose words answer which notice, and groups that share a name.

use std::fs;

use serde_json::{Value, json};

use crate::corpus::Run;

/// A conversation of one group in ChatLab's JSON: `HH:MM:SS|sender|text`, the user being 林芳.
fn chat(group: &str, platform: &str, lines: &[&str]) -> String {
    let messages: Vec<Value> = lines
        .iter()
        .map(|line| {
            let [at, sender, text] = line.splitn(3, '|').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let at = chrono::DateTime::parse_from_rfc3339(&format!("2026-03-16T{at}+08:00")).unwrap();
            json!({"sender": sender, "accountName": sender, "timestamp": at.timestamp(), "type": 0, "content": text})
        })
        .collect();
    json!({
        "chatlab": {"version": "0.0.1", "exportedAt": 1_773_700_000},
        "meta": {"name": group, "platform": platform, "type": "group"},
        "members": [], "messages": messages,
    })
    .to_string()
}

/// Imports the conversations and says whose names are the user's.
fn desk(chats: &[(&str, &str, &[&str])], me: &[&str]) -> Run {
    let run = Run::new("2026-03-16T18:00:00+08:00");
    let folder = tempfile::tempdir().unwrap();
    for (n, (group, platform, lines)) in chats.iter().enumerate() {
        fs::write(folder.path().join(format!("{n}.json")), chat(group, platform, lines)).unwrap();
    }
    run.import(folder.path());
    run.qunbox(&[&["me"], me].concat());
    run
}

/// The ledger of the notice with these words.
fn acks(run: &Run, words: &str) -> Value {
    let rows = run.lines(&["inbox", "--view", "all", "--json"]);
    let row = rows.iter().find(|r| r["text"].as_str().unwrap().contains(words));
    row.unwrap_or_else(|| panic!("no notice {words}: {rows:#?}"))["acks"].clone()
}

fn texts(acks: &Value) -> Vec<&str> {
    acks["seen"].as_array().unwrap().iter().map(|s| s["text"].as_str().unwrap()).collect()
}

const NOTICE: &str =
    "各社区：请于3月20日17:00前将楼道堆物清理台账报街道安监办邮箱，每处附前后对比照片。收到请回复。";

/// Lines between a notice and the user's words, and whether those words answer the notice.
#[rstest::rstest]
#[case::plain(&["10:05:00|林芳|收到"], Some("收到"))]
#[case::answer_to_a_question(
    &["10:05:00|大桥-何|照片要几张", "10:07:00|安监办老赵|每处两张就够了，手机拍", "10:09:00|林芳|收到，马上办"],
    Some("收到，马上办")
)]
#[case::reminder_takes_it(
    &["10:05:00|安监办老赵|再次提醒：楼道堆物台账还有北门、林桥两个社区没报，请抓紧。", "10:09:00|林芳|收到"],
    None
)]
#[case::too_fast(&["10:00:05|林芳|收到"], None)]
#[case::other_words_unnamed(&["10:05:00|林芳|材料在柜子里"], None)]
fn what_answers_a_notice(#[case] after: &[&str], #[case] want: Option<&str>) {
    let first = format!("10:00:00|安监办老赵|{NOTICE}");
    let lines: Vec<&str> = std::iter::once(first.as_str()).chain(after.iter().copied()).collect();
    let run = desk(&[("街道安监工作群", "wechat", &lines)], &["林芳"]);
    let acks = acks(&run, "楼道堆物");
    assert_eq!(texts(&acks).first().copied(), want, "{acks:#}");
}

const CALL: &str = "今晚降温，林芳把12户独居老人分一下，明早8点前每家走一遍，看炉子看被子，在这里回我。";

/// Who is called by name answers with whatever words, soon, and not with a question.
#[rstest::rstest]
#[case::done("21:03:00|林芳|分好了，一组我5户，二组小孟7户", true)]
#[case::card("21:03:00|望湖社区-林芳|分好了，一组我5户", true)]
#[case::question("21:03:00|林芳|二组的也算我的？", false)]
#[case::late("21:40:00|林芳|楼下的灯坏了", false)]
#[case::somebody_else("21:03:00|孟强|楼下的灯坏了", false)]
fn who_is_called_by_name_answers(#[case] line: &str, #[case] answers: bool) {
    let first = format!("21:00:00|书记老郑|{CALL}");
    let lines: Vec<&str> = vec!["20:00:00|书记老郑|请各位明天上午9点到居委会开会，带笔记本。", &first, line];
    let run = desk(&[("望湖社区两委群", "wechat", &lines)], &["林芳", "望湖社区-林芳", "孟强"]);
    let acks = acks(&run, "12户");
    assert_eq!(!texts(&acks).is_empty(), answers, "{acks:#}");
}

/// Two groups of one name on two services: a reply in one is no reply in the other, and each can be told.
#[test]
fn groups_of_one_name_are_told_apart() {
    let first = format!("10:00:00|安监办老赵|{NOTICE}");
    let second = format!("10:20:00|赵建国|{}", NOTICE.replace("报街道安监办邮箱", "发本群"));
    let run = desk(
        &[
            ("街道安监工作群", "wechat", &[&first]),
            (
                "街道安监工作群",
                "dingtalk",
                &[&first.replace("10:00:00|安监办老赵", "10:10:00|赵建国"), "10:15:00|林芳|收到"],
            ),
        ],
        &["林芳"],
    );
    let acks = acks(&run, "楼道堆物");
    assert_eq!(acks["seen"][0]["group"], "街道安监工作群（钉钉）", "{acks:#}");
    assert_eq!(acks["not_seen"][0]["group"], "街道安监工作群");
    // Alone it keeps its bare name.
    let alone = desk(&[("街道安监工作群", "dingtalk", &[&first, "10:05:00|林芳|收到"])], &["林芳"]);
    assert_eq!(self::acks(&alone, "楼道堆物")["seen"][0]["group"], "街道安监工作群");
    // Pasted text does not say from which service it is.
    let run = Run::new("2026-03-16T18:00:00+08:00");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("某群.txt"), format!("2026-03-16 10:00:00 安监办老赵\n{NOTICE}\n")).unwrap();
    run.import(folder.path());
    assert_eq!(run.lines(&["inbox", "--json"]).len(), 1, "a group of no service is shown");
    let both = desk(
        &[
            ("街道安监工作群", "wechat", &[&second.replace("10:20:00", "10:01:00")]),
            ("街道安监工作群", "dingtalk", &[&second]),
        ],
        &["林芳"],
    );
    let rows = both.lines(&["uploads", "--json"]);
    let mut groups: Vec<&str> = rows.iter().map(|r| r["group"].as_str().unwrap()).collect();
    groups.sort_unstable();
    assert_eq!(groups, ["街道安监工作群", "街道安监工作群（钉钉）"]);
}

/// A reminder that names the user's place raises the notice it speaks of to the top, whenever the names are told; one
/// that names others does not.
#[rstest::rstest]
#[case::mine("还有望湖、林桥两个社区没报", true)]
#[case::others("还有北门、林桥两个社区没报", false)]
fn a_reminder_that_names_my_place_raises_its_notice(#[case] owing: &str, #[case] raised: bool) {
    let reminder = format!("15:30:00|安监办老赵|再次提醒：楼道堆物清理台账{owing}，请抓紧。");
    let first = format!("10:00:00|安监办老赵|{NOTICE}");
    let earlier = "09:00:00|安监办老赵|请各社区今天17:30前把值班表发本群。";
    let run = desk(&[("街道安监工作群", "wechat", &[earlier, &first, &reminder])], &["王老五"]);
    let top = || run.lines(&["inbox", "--json"])[0].clone();
    assert_eq!(top()["urgent"], false, "whose place it is nobody has said: {:#}", top());
    run.qunbox(&["me", "望湖社区-林芳"]);
    let got = top();
    let is_it = got["text"].as_str().unwrap().contains("楼道堆物");
    assert_eq!((is_it, got["urgent"] == true), (raised, raised), "{got:#}");
    let rows = run.lines(&["inbox", "--json"]);
    assert!(rows.iter().all(|r| r["kind"] != "reminder"), "it hangs under its notice");
    assert_eq!(rows.len(), 2, "{rows:#?}");
    for (step, urgent) in [("undo", false), ("redo", raised), ("undo", false)] {
        run.qunbox(&[step]);
        let rows = run.lines(&["inbox", "--json"]);
        assert_eq!(rows.iter().any(|r| r["urgent"] == true), urgent, "after {step}: {rows:#?}");
    }
}

/// What calls itself urgent stays so when the names that raised it too are taken back.
#[test]
fn what_is_urgent_by_itself_stays_urgent_without_my_names() {
    let first = format!("10:00:00|安监办老赵|紧急！{NOTICE}");
    let reminder = "15:30:00|安监办老赵|再次提醒：楼道堆物清理台账还有望湖、林桥两个社区没报，请抓紧。";
    let run = desk(&[("街道安监工作群", "wechat", &[&first, reminder])], &["王老五"]);
    let urgent = || run.lines(&["inbox", "--json"])[0]["urgent"] == true;
    assert!(urgent(), "紧急");
    run.qunbox(&["me", "望湖社区-林芳"]);
    run.qunbox(&["undo"]);
    assert!(urgent(), "紧急 still");
}

const EXPECTED: &str =
    "#接龙\n防汛值班人员，望湖、林桥、北门、松涛四个社区各报一人\n\n1. 街道 老赵\n2. 北门-何静\n3. 望湖-林芳";

/// A sign-up that says who is expected says who is missing.
#[test]
fn a_sign_up_tells_who_of_those_expected_is_missing() {
    let opening = format!("10:00:00|街道老赵|{}", EXPECTED.split("\n2.").next().unwrap());
    let later = format!("10:20:00|望湖-林芳|{EXPECTED}");
    let run = desk(&[("街道安监工作群", "wechat", &[&opening, &later])], &["望湖-林芳"]);
    let rows = run.lines(&["inbox", "--view", "all", "--json"]);
    let signup = &rows[0]["signup"];
    assert_eq!(signup["entries"], 3, "{signup:#}");
    assert_eq!(signup["mine"], json!([3]));
    assert_eq!(signup["missing"], json!(["林桥", "松涛"]), "{signup:#}");
}
