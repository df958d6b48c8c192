//! The import screen: choose, read without writing, confirm, run, result.

use std::path::{Path, PathBuf};

use super::{counts, list, notes, popup};
use crate::tui::actions::Act;
use crate::tui::lang::tt;
use crate::tui::layout;
use crate::tui::model::{Model, Popup, Question, Stage, Tab};
use crate::tui::msg::{Effect, Entry, ImportJob, ReportView};
use crate::tui::screens;
use crate::tui::widgets::field::Field;

/// The two entries above those of the folder: the whole folder, and the folder above.
pub const FIXED_ENTRIES: usize = 2;

/// The view comes to the front.
pub(in crate::tui) fn enter(model: &mut Model) -> Vec<Effect> {
    if model.import.stage == Stage::Result {
        restart(model);
    }
    let folder = model.import.folder.clone();
    list_folder(model, folder)
}

/// Lists a folder to choose from.
pub(super) fn list_folder(model: &mut Model, folder: PathBuf) -> Vec<Effect> {
    model.import.folder_gen += 1;
    vec![Effect::Folder(model.import.folder_gen, folder)]
}

pub(super) fn folder_listed(
    model: &mut Model,
    generation: u64,
    result: Result<(PathBuf, Vec<Entry>), String>,
) -> Vec<Effect> {
    if generation != model.import.folder_gen {
        return Vec::new();
    }
    let import = &mut model.import;
    match result {
        Ok((folder, entries)) => {
            if import.folder != folder {
                import.selected = 0;
            }
            import.folder = folder;
            import.entries = entries;
            import.folder_error = None;
        }
        Err(why) => import.folder_error = Some(why),
    }
    Vec::new()
}

/// Lines that the cursor can stand on.
pub(super) fn lines(model: &Model) -> usize {
    match model.import.stage {
        Stage::Choose => model.import.entries.len() + FIXED_ENTRIES,
        Stage::Teach => model.import.teach.len(),
        _ => screens::import::report_lines(model).len(),
    }
}

/// Enter on the import screen.
pub(super) fn accept(model: &mut Model) -> Vec<Effect> {
    match model.import.stage {
        Stage::Choose => choose(model),
        Stage::Confirm => match model.import.asking().and_then(|f| f.needs.as_deref()) {
            Some("date" | "year") => popup::open(model, Popup::AskDate(Field::default())),
            Some("group") => popup::open(model, Popup::AskGroup(Field::default())),
            Some("format") => beginning(model),
            _ if model.import.brings_nothing() => back(model),
            _ => run(model),
        },
        Stage::Result => {
            restart(model);
            let mut effects = list::home(model);
            model.settings.names_due = true;
            effects.extend(super::settings::ask_names_once(model));
            effects
        }
        Stage::Teach => super::teach::accept(model),
        Stage::Reading | Stage::Running | Stage::Desk => Vec::new(),
    }
}

/// A file no format claims is shown.
fn beginning(model: &Model) -> Vec<Effect> {
    let path = model.import.asking().map(|f| PathBuf::from(&f.path)).unwrap_or_default();
    vec![Effect::Beginning(path, model.import.job.pasted.clone())]
}

/// Its own meaning of an action: on the result, undoing means taking back the import.
pub(in crate::tui) fn act(model: &mut Model, act: Act) -> Option<Vec<Effect>> {
    let undo = act == Act::Undo && model.import.stage == Stage::Result && !brought(model).is_empty();
    undo.then(|| popup::ask(model, Question::TakeBack))
}

/// The files of the result that brought something, by the hashes of their contents.
#[must_use]
pub(in crate::tui) fn brought(model: &Model) -> Vec<String> {
    let files = model.import.report.iter().flat_map(|r| &r.files);
    files
        .filter(|f| matches!(f.status.as_str(), "imported" | "partial"))
        .filter_map(|f| f.sha256.clone())
        .collect()
}

/// The user said that the import shall be taken back.
pub(super) fn take_back(model: &mut Model) -> Vec<Effect> {
    let files = brought(model);
    model.import.taking_back = true;
    vec![Effect::TakeBack(files)]
}

pub(super) fn taken_back(model: &mut Model, result: Result<u64, String>) -> Vec<Effect> {
    model.import.taking_back = false;
    let mut effects = match result {
        Ok(gone) => {
            restart(model);
            notes::tell(model, tt!("tui.toast.taken_back", count = gone))
        }
        Err(why) => notes::fail(model, why),
    };
    effects.push(counts(model));
    effects
}

/// Opens the paste desk; what was on it is still there.
pub(super) fn open_desk(model: &mut Model) -> Vec<Effect> {
    model.import.stage = Stage::Desk;
    if model.import.sheet.is_empty() { vec![Effect::Clipboard] } else { Vec::new() }
}

/// What the clipboard holds goes onto the desk.
pub(super) fn clipboard(model: &mut Model, text: Option<String>) -> Vec<Effect> {
    match text {
        Some(text) if model.import.stage == Stage::Desk => {
            model.import.sheet.insert(&text);
            Vec::new()
        }
        // an empty desk was opened: it says itself how to paste
        None if model.import.stage == Stage::Desk && !model.import.sheet.is_empty() => {
            notes::tell(model, tt!("tui.toast.clipboard_empty"))
        }
        _ => Vec::new(),
    }
}

/// A paste of the terminal: onto the desk when it is open, and opening it when the text has lines and is no path.
pub(super) fn pasted(model: &mut Model, text: &str) -> bool {
    if model.tab != Tab::Import || model.popup.is_some() || !model.over.is_empty() {
        return false;
    }
    let chat = model.import.stage == Stage::Choose && text.trim().contains(['\n', '\r']);
    if model.import.stage != Stage::Desk && !chat {
        return false;
    }
    model.import.stage = Stage::Desk;
    model.import.sheet.insert(text);
    true
}

/// Reads what lies on the desk without writing.
pub(super) fn check_desk(model: &mut Model) -> Vec<Effect> {
    let pasted = Some(model.import.sheet.text());
    read(model, ImportJob { paths: vec![PathBuf::from("-")], pasted, ..ImportJob::default() })
}

/// Watches the folder listed, or none.
pub(super) fn toggle_watch(model: &mut Model) -> Vec<Effect> {
    if model.env.demo {
        return notes::tell(model, tt!("tui.reason.elsewhere"));
    }
    let folder = if model.env.watched.is_some() { None } else { Some(model.import.folder.clone()) };
    vec![Effect::Watch(folder)]
}

pub(super) fn watching(model: &mut Model, folder: Option<PathBuf>) -> Vec<Effect> {
    let text = match (&model.env.watched, &folder) {
        (None, None) => None,
        (_, Some(folder)) => Some(tt!("tui.toast.watching", path = folder.display())),
        (Some(_), None) => Some(tt!("tui.toast.watch_off")),
    };
    model.env.watched = folder;
    text.map_or_else(Vec::new, |text| notes::tell(model, text))
}

/// A file of the watched folder was read: a line about what came in.
pub(super) fn arrived(model: &mut Model, result: Result<Box<ReportView>, String>) -> Vec<Effect> {
    let report = match result {
        Ok(report) => report,
        Err(why) => return notes::fail(model, why),
    };
    let Some(file) = report.files.iter().find(|f| f.status != "unchanged") else { return Vec::new() };
    let name = file.path.rsplit('/').next().unwrap_or(&file.path).to_owned();
    let text = match file.status.as_str() {
        "imported" | "partial" => {
            tt!(
                "tui.toast.arrived",
                file = name,
                new = report.totals.new,
                notices = report.totals.notices_new
            )
        }
        _ => tt!("tui.toast.arrived_not", file = name),
    };
    let mut effects = notes::tell(model, text);
    effects.push(counts(model));
    if model.tab == Tab::Inbox && model.over.is_empty() {
        effects.extend(list::reload(model));
    }
    effects
}

fn choose(model: &mut Model) -> Vec<Effect> {
    let typed = unquote(model.import.field.text());
    if !typed.is_empty() {
        return read(model, ImportJob { paths: vec![PathBuf::from(typed)], ..ImportJob::default() });
    }
    let folder = model.import.folder.clone();
    match model.import.selected {
        0 => read(model, ImportJob { paths: vec![folder], ..ImportJob::default() }),
        1 => match folder.parent().map(Path::to_path_buf) {
            Some(up) => list_folder(model, up),
            None => Vec::new(),
        },
        at => match model.import.entries.get(at - FIXED_ENTRIES).cloned() {
            Some(entry) if entry.folder => list_folder(model, folder.join(entry.name)),
            Some(entry) => {
                read(model, ImportJob { paths: vec![folder.join(entry.name)], ..ImportJob::default() })
            }
            None => Vec::new(),
        },
    }
}

/// A path as it is pasted or dragged in: quotes and escaped blanks are taken off.
pub(super) fn unquote(text: &str) -> String {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|t| t.strip_suffix(quote)) {
            return inner.to_string();
        }
    }
    let path = text.strip_prefix("file://").unwrap_or(text);
    if cfg!(unix) { path.replace("\\ ", " ") } else { path.to_string() }
}

/// Whether a path says all of where it leads, on this system or another.
pub(super) fn is_whole(path: &str) -> bool {
    let drive = path.get(1..3).is_some_and(|t| t == ":\\" || t == ":/");
    !path.contains(['\n', '\r']) && (path.starts_with('/') || path.starts_with("\\\\") || drive)
}

/// Reads without writing, to show what would come in.
pub(super) fn read(model: &mut Model, job: ImportJob) -> Vec<Effect> {
    begin(model, Stage::Reading, job);
    vec![Effect::Preview(model.import.generation, model.import.job.clone())]
}

/// Imports what was shown.
fn run(model: &mut Model) -> Vec<Effect> {
    let job = model.import.job.clone();
    begin(model, Stage::Running, job);
    vec![Effect::Import(model.import.generation, model.import.job.clone())]
}

/// Imports without a preview: paths of the command line.
pub(super) fn run_now(model: &mut Model, paths: Vec<PathBuf>) -> Vec<Effect> {
    begin(model, Stage::Running, ImportJob { paths, ..ImportJob::default() });
    vec![Effect::Import(model.import.generation, model.import.job.clone())]
}

fn begin(model: &mut Model, stage: Stage, job: ImportJob) {
    let import = &mut model.import;
    import.stage = stage;
    import.job = job;
    import.generation += 1;
    import.progress = crate::tui::msg::ProgressView::default();
    import.report = None;
    import.cancelling = false;
    import.selected = 0;
    import.top = 0;
}

pub(super) fn reported(
    model: &mut Model,
    generation: u64,
    dry: bool,
    result: Result<Box<ReportView>, String>,
) -> Vec<Effect> {
    if generation != model.import.generation {
        return Vec::new();
    }
    if matches!(model.popup, Some(Popup::Confirm(_))) {
        model.popup = None;
    }
    let cancelled = model.import.cancelling;
    model.import.cancelling = false;
    let mut effects = match result {
        Ok(report) if dry && (cancelled || report.cancelled) => {
            model.import.stage = Stage::Choose;
            Vec::new()
        }
        Ok(report) => {
            model.import.stage = if dry { Stage::Confirm } else { Stage::Result };
            if !dry && model.import.job.pasted.is_some() {
                model.import.sheet = crate::tui::widgets::sheet::Sheet::default();
            }
            let text = (!dry).then(|| imported(&report));
            model.import.report = Some(*report);
            // a paste says little: what it leaves open is asked at once, one thing after the other
            if dry && model.import.job.pasted.is_some() && model.import.asking().is_some() {
                return accept(model);
            }
            text.map_or_else(Vec::new, |text| notes::tell(model, text))
        }
        Err(why) => {
            model.import.stage = Stage::Choose;
            notes::fail(model, why)
        }
    };
    if !dry {
        effects.push(counts(model));
        effects.extend(super::refresh(model));
    }
    effects
}

/// One line for the log: what came in.
fn imported(report: &ReportView) -> String {
    let t = &report.totals;
    if report.cancelled {
        tt!("tui.toast.import_cancelled", new = t.new)
    } else {
        tt!("tui.toast.imported", new = t.new, known = t.known, issues = t.issues)
    }
}

/// The user said that it shall stop.
pub(super) fn cancel(model: &mut Model) -> Vec<Effect> {
    if matches!(model.import.stage, Stage::Reading | Stage::Running) {
        model.import.cancelling = true;
        return vec![Effect::CancelImport];
    }
    Vec::new()
}

/// The group or the day that was asked for: the files are read again with it.
pub(super) fn answer(model: &mut Model, group: Option<String>, date: Option<String>) -> Vec<Effect> {
    let mut job = model.import.job.clone();
    job.group = group.or(job.group);
    job.date = date.or(job.date);
    read(model, job)
}

/// Moves to the next file with something that was not understood.
pub(super) fn next_issue(model: &mut Model) -> Vec<Effect> {
    let lines = screens::import::report_lines(model);
    let here = model.import.selected;
    let next = (here + 1..lines.len()).chain(0..=here).find(|at| lines.get(*at).is_some_and(|l| l.is_issue));
    match next {
        Some(at) => {
            model.import.selected = at;
            Vec::new()
        }
        None => notes::tell(model, tt!("tui.toast.no_issues")),
    }
}

/// Esc: one step back; from the first step to the inbox.
pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    match model.import.stage {
        Stage::Choose if !model.import.field.text().is_empty() => {
            model.import.field = Field::default();
            Vec::new()
        }
        Stage::Choose => list::home(model),
        Stage::Teach => {
            model.import.stage = Stage::Confirm;
            Vec::new()
        }
        Stage::Confirm if model.import.job.pasted.is_some() => {
            model.import.stage = Stage::Desk;
            Vec::new()
        }
        Stage::Desk | Stage::Confirm | Stage::Result => {
            // The path that was typed is there to be corrected.
            let dry = model.import.stage == Stage::Confirm;
            let typed = if dry { std::mem::take(&mut model.import.field) } else { Field::default() };
            restart(model);
            model.import.field = typed;
            let folder = model.import.folder.clone();
            list_folder(model, folder)
        }
        Stage::Reading | Stage::Running => Vec::new(),
    }
}

/// Moves the cursor over entries or lines of the report.
pub(in crate::tui) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let len = lines(model);
    super::shift(&mut model.import.selected, len, by);
    Vec::new()
}

/// A click on an entry.
pub(in crate::tui) fn pick(model: &mut Model, at: usize, double: bool) -> Vec<Effect> {
    model.import.selected = at;
    if double && model.import.stage == Stage::Choose { popup::accept(model) } else { Vec::new() }
}

fn restart(model: &mut Model) {
    let import = &mut model.import;
    import.stage = Stage::Choose;
    import.report = None;
    import.field = Field::default();
    import.job = ImportJob::default();
    import.selected = 0;
    import.top = 0;
}

pub(in crate::tui) fn settle(model: &mut Model) {
    if model.tab != Tab::Import {
        return;
    }
    let head = if model.import.stage == Stage::Choose { 3 } else { 2 };
    let height = layout::body_lines(model, head);
    model.import.sheet.settle(height);
    model.import.selected = model.import.selected.min(lines(model).saturating_sub(1));
    layout::keep_in_sight(&mut model.import.top, model.import.selected, height);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dragged_paths_lose_their_wrapping() {
        let cases = [
            ("\"C:\\群 记录\\a.txt\"", "C:\\群 记录\\a.txt"),
            (" '/tmp/群 记录' ", "/tmp/群 记录"),
            ("file:///tmp/a.txt", "/tmp/a.txt"),
        ];
        for (text, want) in cases {
            assert_eq!(unquote(text), want);
        }
        if cfg!(unix) {
            assert_eq!(unquote("/tmp/a\\ b.txt"), "/tmp/a b.txt");
        }
    }
}
