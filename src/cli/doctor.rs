//! `doctor`: versions, paths, terminal, the database's own check, and the sum of promise 1.

use std::io::{self, IsTerminal, Write};

use rust_i18n::t;
use serde_json::{Value, json};

use super::context::{Context, json_line};
use super::{DONE, FAILED};
use crate::store::{Store, Sums};

/// Prints the state of things; exit code 1 when something is wrong.
pub(super) fn run(context: &Context, out: &mut dyn Write) -> anyhow::Result<u8> {
    let store = context.store()?;
    let (sqlite, schema, derived) = store.versions()?;
    let trouble = store.integrity()?;
    let sums = store.sums()?;
    let loose = store.snowballs()?;
    let healthy = trouble.is_empty() && sums.adds_up();
    if context.json {
        let value = json!({
            "version": env!("CARGO_PKG_VERSION"), "sqlite": sqlite, "schema": schema, "derived": derived,
            "data": context.paths.data, "config": context.paths.config(), "portable": context.paths.portable, "terminal": terminal(),
            "integrity": trouble, "snowballs": loose.iter().map(|(id, _)| id).collect::<Vec<_>>(), "sums": sums, "adds_up": sums.adds_up(), "ok": healthy,
        });
        json_line(out, &value)?;
    } else {
        print(
            context,
            &store,
            &[sqlite, schema.to_string(), derived.to_string()],
            &trouble,
            &sums,
            &loose,
            out,
        )?;
    }
    Ok(if healthy { DONE } else { FAILED })
}

/// What is around the program: the terminal, its characters, the input method.
fn terminal() -> Value {
    let env = |name: &str| std::env::var(name).ok();
    let console = crate::tui::console();
    json!({
        "stdout": io::stdout().is_terminal(), "stdin": io::stdin().is_terminal(), "term": env("TERM"),
        "columns": console.map(|c| c.size.0), "rows": console.map(|c| c.size.1),
        "ambiguous_width": console.map(|c| if c.wide { "wide" } else { "narrow" }),
        "charset": charset(), "lang": language(), "input_method": input_method(),
        "windows_terminal": env("WT_SESSION").is_some(),
    })
}

/// The locale's language, as the system names it.
fn language() -> Option<String> {
    ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()))
}

/// In which characters the terminal speaks: on Windows the console's code page, elsewhere what the locale says.
fn charset() -> Option<String> {
    if cfg!(windows) {
        let said = std::process::Command::new("chcp.com").output().ok()?;
        let page: String =
            said.stdout.iter().filter(|b| b.is_ascii_digit()).map(|b| char::from(*b)).collect();
        return (!page.is_empty()).then(|| format!("cp{page}"));
    }
    let language = language();
    let (_, charset) = language.as_deref()?.split_once('.')?;
    Some(charset.split('@').next().unwrap_or(charset).to_owned())
}

/// The input method, where the environment names it: `fcitx`, `ibus`.
fn input_method() -> Option<String> {
    let named = |name: &&str| std::env::var(name).ok().filter(|v| !v.is_empty());
    let found = ["XMODIFIERS", "GTK_IM_MODULE", "QT_IM_MODULE"].iter().find_map(named)?;
    Some(found.trim_start_matches("@im=").to_owned())
}

/// The same in words.
fn about_terminal() -> String {
    let found = terminal();
    let word = |name: &str| match &found[name] {
        Value::String(text) => super::table::line(text),
        Value::Number(number) => number.to_string(),
        _ => "-".to_owned(),
    };
    let width = match found["ambiguous_width"].as_str() {
        Some("wide") => t!("cli.doctor.wide"),
        Some(_) => t!("cli.doctor.narrow"),
        None => t!("cli.doctor.unprobed"),
    };
    t!(
        "cli.doctor.terminal",
        term = word("term"),
        columns = word("columns"),
        rows = word("rows"),
        charset = word("charset"),
        width = width,
        method = word("input_method")
    )
    .into_owned()
}

fn print(
    context: &Context,
    store: &Store,
    versions: &[String; 3],
    trouble: &[String],
    sums: &Sums,
    loose: &[(String, String)],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let [sqlite, schema, derived] = versions;
    writeln!(
        out,
        "{}",
        t!(
            "cli.doctor.versions",
            version = env!("CARGO_PKG_VERSION"),
            sqlite = sqlite,
            schema = schema,
            derived = derived
        )
    )?;
    writeln!(out, "{}", t!("cli.doctor.data", path = context.paths.data.display()))?;
    writeln!(out, "{}", t!("cli.doctor.config", path = context.paths.config().display()))?;
    writeln!(out, "{}", about_terminal())?;
    writeln!(out, "{}", t!("cli.doctor.ime"))?;
    if trouble.is_empty() {
        writeln!(out, "{}", t!("cli.doctor.whole"))?;
    }
    for line in trouble {
        writeln!(out, "{}", t!("cli.doctor.damaged", why = line))?;
    }
    let text = t!(
        "cli.doctor.sum",
        files = sums.files,
        read = sums.read,
        new = sums.new,
        known = sums.known,
        issues = sums.issues
    );
    writeln!(out, "{text}")?;
    let roles: Vec<String> = sums.roles.iter().map(|(role, n)| format!("{role} {n}")).collect();
    let text = t!("cli.doctor.roles", messages = sums.messages, roles = roles.join(" + "));
    writeln!(out, "{text}")?;
    writeln!(
        out,
        "{}",
        if sums.adds_up() {
            t!("cli.doctor.adds_up")
        } else {
            t!("cli.doctor.amiss", count = sums.without_role)
        }
    )?;
    for (id, title) in loose {
        writeln!(out, "{}", t!("cli.doctor.snowball", id = id, title = super::table::line(title)))?;
    }
    for text in super::keys::troubles(context) {
        writeln!(out, "{text}")?;
    }
    for import in store.imports(5)? {
        writeln!(
            out,
            "  {}  {}  {}",
            crate::message::rfc3339(import.added_at.0),
            import.status,
            import.path
        )?;
    }
    Ok(())
}
