//! Where a file goes and in which format: said by `--format`, by the ending of `-o`, or left to the program. One rule for
//! every command that writes a file.

use std::io::Write;
use std::path::{Path, PathBuf};

use rust_i18n::t;

use super::ask::ask;
use super::{DONE, Wrong};
use crate::export::{self, Rendered, TARGETS, Target};

/// Where a file is to go.
pub(super) struct Destination<'a> {
    /// What `-o` says.
    pub output: Option<&'a Path>,
    /// Whether an existing file is replaced.
    pub force: bool,
    /// Its name without the ending, where none was said.
    pub name: &'a str,
    /// Whether to answer in JSON.
    pub json: bool,
}

/// The format asked for: by name, by the ending of the file, by `--json`; else text.
pub(super) fn target(
    format: Option<&str>,
    output: Option<&Path>,
    json: bool,
) -> Result<&'static Target, Wrong> {
    let ending = output.and_then(Path::extension).and_then(|e| e.to_str());
    let by_name = format.and_then(export::target);
    let by_ending = || TARGETS.iter().find(|t| ending.is_some_and(|e| e.eq_ignore_ascii_case(t.extension)));
    by_name
        .or_else(by_ending)
        .or_else(|| export::target(if json { "json" } else { "txt" }))
        .ok_or_else(|| Wrong(t!("export.no_format").into_owned()))
}

/// Asks before private data is left readable, where there is somebody to ask.
pub(super) fn may_unmask(unmask: bool) -> anyhow::Result<()> {
    if unmask && ask(&t!("export.ask_unmask"))? == Some(false) {
        return Err(Wrong(t!("export.not_unmasked").into_owned()).into());
    }
    Ok(())
}

/// Writes a file and prints its path and what was masked; or writes it to `out` where no file is named and the format is
/// text, or the file is `-`.
pub(super) fn deliver(
    rendered: &Rendered,
    target: &Target,
    to: &Destination<'_>,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    let Some(path) = path(target, to) else {
        out.write_all(&rendered.bytes)?;
        // A table has no place to say it.
        if let Some(masked) = rendered.masked.as_ref().filter(|_| target.name == "csv") {
            writeln!(std::io::stderr(), "{masked}")?;
        }
        return Ok(DONE);
    };
    let bytes = target.in_file(&rendered.bytes);
    export::write_file(&path, &bytes, to.force)?;
    if to.json {
        super::context::json_line(
            out,
            &serde_json::json!({ "path": path, "bytes": bytes.len(), "masked": rendered.masked }),
        )?;
        return Ok(DONE);
    }
    writeln!(out, "{}", crate::privacy::neutral(&path.display().to_string()))?;
    if let Some(masked) = &rendered.masked {
        writeln!(out, "{masked}")?;
    }
    Ok(DONE)
}

/// Where it goes: `None` is standard output. A folder gets a file with the name made up; so does a format that is no
/// text when no file is named.
fn path(target: &Target, to: &Destination<'_>) -> Option<PathBuf> {
    let name = format!("{}.{}", to.name, target.extension);
    match to.output {
        Some(path) if path == Path::new("-") => None,
        Some(path) if path.is_dir() => Some(path.join(name)),
        Some(path) => Some(path.to_owned()),
        None if target.is_text() => None,
        None => Some(PathBuf::from(name)),
    }
}
