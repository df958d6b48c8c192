//! The words a deadline was read from stand out in the detail: in the lead text, in a copy that says another one, and in
//! the correction that set it.

use super::*;
use qunbox::notice::{Differences, Quote};
use ratatui::style::Style;

/// The stretches of the detail drawn in the style of a deadline, joined per line.
fn marked(notice: Notice, style: Style) -> Vec<String> {
    let mut model = screen("zh", 100, 40);
    model.detail.id = Some(notice.id.clone());
    model.detail.shown = Some(qunbox::tui::model::Shown::Notice(Box::new(Loaded { notice, ..loaded() })));
    qunbox::tui::screens::detail::lines(&model, 90)
        .iter()
        .flat_map(|line| line.spans.iter().filter(|s| s.style == style).map(|s| s.content.to_string()))
        .collect()
}

fn style() -> Style {
    screen("zh", 100, 40).env.look.due()
}

#[test]
fn in_the_lead_text() {
    assert_eq!(marked(notice(), style()), ["1月10日17:00前"]);
}

#[test]
fn in_a_copy_that_says_another_day() {
    let mut shown = notice();
    shown.copies[2].text = "请于1月12日17:00前报送。收到请回复".into();
    shown.copies[2].due_span = Some([2, 13]);
    shown.copies[2].differences = Some(Differences::default());
    assert_eq!(marked(shown, style()), ["1月10日17:00前", "1月12日17:00前"]);
}

#[test]
fn in_the_correction_that_set_it() {
    let mut shown = notice();
    let quote = Quote {
        text: "更正：报送时间延至1月15日12:00前，其他不变。".into(), span: [9, 20]
    };
    shown.due = Some(DueView {
        was: Some(Moment(at(10, 17, 0))),
        quote: Some(quote),
        ..due(at(15, 12, 0), "stated", "1月15日12:00前")
    });
    assert_eq!(marked(shown, style()), ["1月15日12:00前"]);
}
