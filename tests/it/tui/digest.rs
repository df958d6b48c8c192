//! The view 每日摘要: the form, the keys, the file.

use std::path::PathBuf;

use qunbox::export::Audience;
use qunbox::tui::model::Popup;
use qunbox::tui::model::digest::{Choice, DigestAsk, DigestShown, Exported, Range, What};
use qunbox::tui::msg::{Effect, Msg, Read};
use qunbox::tui::update;

use super::{answer, press, screen, text};

/// What the reader would say.
pub(super) fn shown(ask: &DigestAsk) -> DigestShown {
    let lines = [
        "【每日摘要】2024年1月9日（周二）",
        "35 个群：31 个已更新到今天，3 个停在1月8日，1 个导入失败",
        "",
        "◆ 今日到期（1 条）",
        "1．防汛物资统计表 — 1月9日（周二）17:00 — 12 群",
        "",
        "◆ 逾期：无",
    ];
    DigestShown {
        lines: lines.map(str::to_owned).to_vec(),
        exact: matches!(ask.format, "txt" | "md" | "csv" | "json" | "ics"),
        bytes: 812,
        masked: Some("已脱敏：电话 1 个。".into()),
        period: if ask.back == 0 {
            "2024年1月9日（周二）".into()
        } else {
            "2024年1月8日（周一）".into()
        },
        name: "每日摘要-2024-01-09".into(),
        closed: Some("1月8日（周一）17:42".into()),
        groups: vec!["安监消防群".into(), "民政残联群".into()],
        empty: false,
    }
}

fn asked(effects: &[Effect]) -> DigestAsk {
    let ask = effects.iter().rev().find_map(|e| match e {
        Effect::Read(Read::Digest(_, ask)) => Some(ask.clone()),
        _ => None,
    });
    ask.unwrap_or_else(|| panic!("no digest asked for: {effects:?}"))
}

/// Keys, and what the digest is then made of.
#[test]
fn the_form_says_what_is_made() {
    type Check = fn(&DigestAsk) -> bool;
    let table: [(&str, Check); 15] = [
        ("3", |a| a.back == 0 && a.range == Range::Days(1) && a.format == "txt" && a.group.is_none()),
        ("3 Left", |a| a.back == 1),
        ("3 Left Left Right", |a| a.back == 1),
        ("3 Down Right", |a| a.range == Range::SinceClosed),
        ("3 Down Right Right", |a| a.range == Range::Days(2)),
        ("3 Down Down Right", |a| a.audience == Audience::Committee),
        ("3 Down Down Left", |a| a.audience == Audience::Internal),
        ("3 Down Down Down Right", |a| a.format == "docx"),
        ("3 Down Down Down Down Right Right", |a| a.group.as_deref() == Some("民政残联群")),
        ("3 End", |a| !a.detail),
        ("3 Down Down Down Down Down Right", |a| a.detail),
        ("3 Up Right", |a| a.what == What::Evidence && a.subject.1.with_files),
        ("3 Up Right Right", |a| a.what == What::Burden && a.range == Range::Whole),
        ("3 Up Left", |a| a.what == What::Groups),
        // A report is no calendar.
        ("3 Down Down Down Left Up Up Up Up Right", |a| a.what == What::Evidence && a.format == "txt"),
    ];
    for (keys, check) in table {
        let mut model = screen("zh", 80, 24);
        let mut last = Vec::new();
        for key in keys.split(' ') {
            let effects = press(&mut model, key);
            if effects.iter().any(|e| matches!(e, Effect::Read(Read::Digest(..)))) {
                last = effects;
            }
        }
        let ask = asked(&last);
        assert!(check(&ask), "{keys}: {ask:?}");
    }
}

#[test]
fn a_file_is_named_asked_about_written_and_told() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "3");
    model.digest.folder = PathBuf::from("/文档");
    press(&mut model, "F8");
    let Some(Popup::SaveAs(field)) = &model.popup else { panic!("{:?}", model.popup) };
    let path = std::path::Path::new("/文档").join("每日摘要-2024-01-09.txt");
    assert_eq!(field.text(), path.to_str().unwrap());
    let effects = press(&mut model, "Enter");
    let Some(Effect::Export(job)) = effects.first() else { panic!("{effects:?}") };
    assert!(!job.force && job.path == std::path::Path::new("/文档/每日摘要-2024-01-09.txt"));
    let path = job.path.clone();
    update::update(&mut model, Msg::Exported(Exported::Taken(path.clone())));
    assert!(text(&model).contains("已经有了"), "{}", text(&model));
    let effects = press(&mut model, "Enter");
    let Some(Effect::Export(job)) = effects.first() else { panic!("{effects:?}") };
    assert!(job.force && job.path == path);
    let told = format!("已写出 {}", path.display());
    update::update(&mut model, Msg::Exported(Exported::Done(path, None)));
    assert!(text(&model).contains(&told), "{}", text(&model));
}

#[test]
fn ctrl_c_copies_what_would_be_written() {
    let mut model = screen("zh", 80, 24);
    let effects = press(&mut model, "3");
    answer(&mut model, &effects);
    let effects = press(&mut model, "Ctrl+C");
    let Some(Effect::Copy(text)) = effects.first() else { panic!("{effects:?}") };
    assert!(text.starts_with("【每日摘要】") && text.contains("12 群"));
    press(&mut model, "Down");
    assert_eq!(model.digest.choice, Choice::Range);
}

/// A text too long for one message is copied part by part: the one at the top of what is seen.
#[test]
fn ctrl_c_copies_the_part_in_sight() {
    let mut model = screen("zh", 80, 24);
    let effects = press(&mut model, "3");
    answer(&mut model, &effects);
    let cut = qunbox::export::CUT_LINE;
    let mut lines: Vec<String> = ["（1/2）", "一", "", cut, "", "（2/2）"].map(str::to_owned).to_vec();
    lines.extend((0..40).map(|n| format!("第{n}行")));
    model.digest.shown.lines = lines;
    let copied = |model: &qunbox::tui::model::Model| update::copy_text(model).unwrap();
    assert_eq!(copied(&model), "（1/2）\n一");
    assert!(text(&model).contains("第 1/2 段"), "{}", text(&model));
    press(&mut model, "PgDn");
    assert!(copied(&model).starts_with("（2/2）\n第0行"), "{}", copied(&model));
    assert!(text(&model).contains("第 2/2 段"));
}

/// An evidence index is about what the list shows: a filter without a name, else a saved view.
#[test]
fn the_subject_of_an_index_is_what_the_list_shows() {
    use qunbox::store::{ListFilter, SavedView};
    let mut model = screen("zh", 80, 24);
    let filter = ListFilter { words: "消防".into(), ..ListFilter::default() };
    model.views = vec![SavedView { name: "检查".into(), filter }];
    model.list.words = "防汛".into();
    press(&mut model, "3");
    let effects = [press(&mut model, "Up"), press(&mut model, "Right")].concat();
    assert_eq!(asked(&effects).subject.1.words, "防汛");
    press(&mut model, "Down");
    assert_eq!(asked(&press(&mut model, "Right")).subject.0, "检查");
    assert!(text(&model).contains("< 检查 >"), "{}", text(&model));
    model.list.words.clear();
    model.list.named = Some("检查".into());
    model.digest.subject = None;
    press(&mut model, "Up");
    press(&mut model, "Right");
    assert_eq!(asked(&press(&mut model, "Left")).subject.1.words, "消防");
}

/// Whatever stands in a text, the view shows plain words.
#[test]
fn nothing_in_a_text_acts_on_the_screen() {
    let mut model = screen("zh", 80, 24);
    press(&mut model, "3");
    let tricks = [
        "\u{1b}[31m红\u{1b}]52;c;aGk=\u{7}",
        "报表\u{202e}xcod.exe",
        "前\0后\u{9b}31m",
        "报\u{200b}送\u{feff}",
        "\u{fffd}",
    ];
    model.digest.shown.lines = tricks.map(str::to_owned).to_vec();
    model.digest.shown.lines.push("长".repeat(10_000));
    model.digest.shown.period = tricks.concat();
    model.digest.shown.masked = Some(tricks.concat());
    let seen = text(&model);
    assert!(seen.contains("[31m红") && seen.contains("前后"), "{seen}");
    let acts = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}')
    };
    assert!(!seen.chars().any(acts), "{seen}");
}
