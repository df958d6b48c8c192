//! The conversation of the fixtures in the layouts whose own fixtures are only a few lines long: such lines over and over
//! would measure what no group writes.

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use serde_json::Value;

struct Said {
    name: String,
    number: usize,
    at: NaiveDateTime,
    text: String,
}

fn conversation(canonical: &str) -> Vec<Said> {
    let rows: Vec<Value> = serde_json::from_str(canonical).unwrap();
    let china = TimeDelta::hours(8);
    let said = rows.iter().enumerate().map(|(n, row)| Said {
        name: row["sender_name"].as_str().unwrap_or("").to_owned(),
        number: 10_000_000 + n % 5,
        at: DateTime::from_timestamp_millis(row["sent_at_ms"].as_i64().unwrap()).unwrap().naive_utc() + china,
        text: row["text"].as_str().unwrap_or("").to_owned(),
    });
    said.filter(|said| !said.text.is_empty() && !said.name.is_empty()).collect()
}

/// Layouts that lose the year or the date: the span that one of their files can cover, in messages a minute. What covers
/// more runs back, and is not read as messages.
fn crowd(fixture: &str) -> Option<i32> {
    match fixture {
        _ if fixture.starts_with("chatlog-txt/no-date/") => Some(600),
        "qq-copy/青溪镇工作群_20260727.txt" => Some(600),
        _ if fixture.starts_with("chatlog-txt/no-year/") => Some(1),
        "chatlog-txt/two-talkers/20260728.txt" | "qq-copy/nt_2026-07-28.txt" => Some(1),
        _ => None,
    }
}

/// Whether a fixture's own rows cannot be written over and over: they would run back in time.
pub(crate) fn loses_its_day(fixture: &str) -> bool {
    crowd(fixture).is_some()
}

/// What stands before the rows, between them and behind them.
fn frame(fixture: &str) -> [&'static str; 3] {
    match fixture.split('/').next().unwrap() {
        "telegram" => [r#"{"name":"群","type":"private_group","id":4567890123,"messages":["#, ",\n", "]}"],
        "weflow-api" => {
            [r#"{"success":true,"talker":"34567890123@chatroom","hasMore":false,"messages":["#, ",\n", "]}"]
        }
        "wecom-cli" => [r#"{"errcode":0,"errmsg":"ok","messages":["#, ",\n", r#"],"next_cursor":""}"#],
        "weflow-md" => ["# 群\n\n- 会话ID: 1@chatroom\n\n---\n\n", "", ""],
        "wechat-mail-ios" => ["微信群\"群\"的聊天记录如下:\n\n\n", "", ""],
        _ => ["", "", ""],
    }
}

/// A message as its layout writes it; `None` for layouts that are not known here.
fn row(fixture: &str, said: &Said, at: NaiveDateTime, first_of_day: bool) -> Option<String> {
    let Said { name, number, text, .. } = said;
    let json = serde_json::to_string(text).unwrap();
    let stamp = at.format("%Y-%m-%d %H:%M:%S");
    let clock = at.format("%H:%M:%S");
    let day = |form: &str| if first_of_day { at.format(form).to_string() } else { String::new() };
    let seconds = at.and_utc().timestamp();
    Some(match fixture {
        "qq-copy/date-and-time.txt" => format!("{name} {stamp}\n{text}\n"),
        "qq-copy/manager.txt" => format!("{}{name}({number}) {clock}\n{text}\n", day(" %Y-%m-%d\n")),
        "qq-copy/phone.txt" => format!("{}{name}  {clock} \n{text}\n\n", day("— —  %Y-%-m-%-d  — —\n\n")),
        "qq-copy/nt_2026-07-28.txt" => format!("{name}: {} {clock}\n{text}\n", at.format("%m-%d")),
        "qq-copy/青溪镇工作群_20260727.txt" => format!("{name} {clock}\n{text}\n\n"),
        "chatlog-txt/two-talkers/20260728.txt" => format!(
            "{name}(wxid_{number}) [群(34567890123@chatroom)] {} {clock}\n{text}\n\n",
            at.format("%m-%d")
        ),
        _ if fixture.starts_with("chatlog-txt/no-year/") => {
            format!("{name}(wxid_{number}) {} {clock}\n{text}\n\n", at.format("%m-%d"))
        }
        _ if fixture.starts_with("chatlog-txt/no-date/") => {
            format!("{name}(wxid_{number}) {clock}\n{text}\n\n")
        }
        "qq-copy/us.txt" => format!("{name} {}\n{text}\n", at.format("%-m/%-d/%Y %-I:%M:%S %p")),
        "dated-lines/青溪镇工作群.txt" => format!("[{stamp}] {name}: {text}\n"),
        "paste/青溪镇工作群.txt" => format!("{name}: {text}\n"),
        "welink/青溪镇工作群.txt" => format!("{name}(z{number})\t{stamp}\n{text}\n"),
        "whatsapp/青溪镇工作群/_chat.txt" => {
            format!("[{}] {name}: {text}\n", at.format("%Y/%-m/%-d %H:%M:%S"))
        }
        "weflow-md/export.md" => format!("## {stamp} {name}\n\n{text}\n\n"),
        "wechat-mail-ios/12h.txt" => {
            format!("{}{name} {}\n{text}\n\n", day("\n—————  %Y-%-m-%-d  —————\n\n"), at.format("%H:%M"))
        }
        "telegram/result.json" => format!(
            r#"{{"id":{seconds},"type":"message","date":"{}","date_unixtime":"{seconds}","from":"{name}","from_id":"user{number}","text":{json}}}"#,
            at.format("%Y-%m-%dT%H:%M:%S")
        ),
        "weflow-api/api.json" => format!(
            r#"{{"localId":1,"serverId":"654321098{seconds}","localType":1,"createTime":{seconds},"isSend":0,"senderUsername":"wxid_{number}","content":{json},"rawContent":{json},"parsedContent":{json}}}"#
        ),
        "wecom-cli/青溪镇工作群.json" => format!(
            r#"{{"userid":"u{number}","send_time":"{stamp}","msgtype":"text","text":{{"content":{json}}}}}"#
        ),
        _ => return None,
    })
}

/// A text of at least `size` bytes in the layout of a fixture, and the number of its messages.
pub(crate) fn sample(fixture: &str, canonical: &str, size: usize) -> Option<(String, usize)> {
    let said = conversation(canonical);
    let [head, joint, tail] = frame(fixture);
    let (mut out, mut count, mut day) = (head.to_owned(), 0_i32, None);
    let mut shift = TimeDelta::zero();
    while out.len() < size {
        for said in &said {
            let at = match crowd(fixture) {
                Some(crowd) => new_year() + TimeDelta::minutes(1) * count / crowd,
                None => said.at + shift,
            };
            if count > 0 {
                out.push_str(joint);
            }
            out.push_str(&row(fixture, said, at, day != Some(at.date()))?);
            day = Some(at.date());
            count += 1;
        }
        shift += TimeDelta::days(2);
    }
    out.push_str(tail);
    Some((out, usize::try_from(count).ok()?))
}

fn new_year() -> NaiveDateTime {
    DateTime::from_timestamp_millis(1_767_225_600_000).unwrap().naive_utc()
}
