//! Teaching a layout: mark a header line, look over its pattern, give it a name; or choose the columns. The file is read
//! again then, without writing.

use std::path::Path;

use super::{import, notes, popup};
use crate::config::Template;
use crate::import::template::propose;
use crate::tui::lang::tt;
use crate::tui::model::teach::Teach;
use crate::tui::model::{Model, Popup, Stage};
use crate::tui::msg::Effect;
use crate::tui::widgets::field::Field;

/// The beginning of the file has come.
pub(super) fn came(model: &mut Model, text: Result<Option<String>, String>) -> Vec<Effect> {
    match text {
        Ok(Some(text)) => {
            model.import.teach = Teach::of(&text);
            model.import.stage = Stage::Teach;
            model.import.selected = 0;
            model.import.top = 0;
            Vec::new()
        }
        Ok(None) => notes::tell(model, tt!("tui.teach.no_text")),
        Err(why) => notes::fail(model, why),
    }
}

/// Enter: a line of a text is marked, a part of a table gets its next column.
pub(super) fn accept(model: &mut Model) -> Vec<Effect> {
    let at = model.import.selected;
    if model.import.teach.fields.is_some() {
        model.import.teach.turn(at);
        return Vec::new();
    }
    let proposed = model.import.teach.lines.get(at).and_then(|line| propose(line));
    let pattern = proposed.unwrap_or_else(|| "{name} {date} {time}".to_owned());
    popup::open(model, Popup::AskPattern(Field::with(pattern), None))
}

/// F8: the columns are as they should be.
pub(super) fn done(model: &mut Model) -> Vec<Effect> {
    if model.import.teach.fields.is_none() {
        return accept(model);
    }
    let template = model.import.teach.by_columns();
    check(model, template)
}

/// The pattern was looked over.
pub(super) fn pattern(model: &mut Model, field: &Field) -> Vec<Effect> {
    let header = Some(field.text().trim().to_owned());
    check(model, Template { header, ..Template::default() })
}

/// A template that can be read with gets a name; else it is said what is missing.
fn check(model: &mut Model, template: Template) -> Vec<Effect> {
    let header = template.header.clone();
    let rows = template.rows.as_deref();
    match crate::import::template::Template::new("", header.as_deref(), rows, &template.columns, None) {
        Ok(ready) => {
            let day = crate::message::local(model.env.now).date();
            model.import.teach.try_out(template, ready, day);
            if model.import.teach.preview.is_empty() {
                let why = tt!("tui.teach.reads_nothing");
                return match header {
                    Some(pattern) => popup::open(model, Popup::AskPattern(Field::with(pattern), Some(why))),
                    None => notes::tell(model, why),
                };
            }
            let name = name(model);
            popup::open(model, Popup::AskTemplate(Field::with(name)))
        }
        Err(why) => match header {
            Some(pattern) => popup::open(model, Popup::AskPattern(Field::with(pattern), Some(why))),
            None => notes::tell(model, why),
        },
    }
}

/// A name to begin with: that of the file.
fn name(model: &Model) -> String {
    let path = model.import.asking().map(|f| f.path.as_str()).filter(|path| *path != "-");
    let stem = path.and_then(|path| Path::new(path).file_stem()).map(|s| s.to_string_lossy().into_owned());
    stem.unwrap_or_else(|| tt!("tui.desk.name"))
}

/// It has a name: it is kept, and the file is read by it.
pub(super) fn keep(model: &mut Model, name: &str) -> Vec<Effect> {
    let template = Template { name: name.trim().to_owned(), ..model.import.teach.template.clone() };
    vec![Effect::KeepTemplate(Box::new(template))]
}

pub(super) fn kept(model: &mut Model, result: Result<(), String>) -> Vec<Effect> {
    match result {
        Ok(()) => {
            let job = model.import.job.clone();
            import::read(model, job)
        }
        Err(why) => notes::fail(model, why),
    }
}
