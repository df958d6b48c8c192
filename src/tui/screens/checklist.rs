//! Parts of a notice in full: its checklist, its sign-up, its 收到 ledger.

use super::detail::Page;
use super::uploads;
use crate::notice::{Duty, Notice};
use crate::tui::lang::tt;
use crate::tui::time;

impl Page {
    /// 应办行: what is owed where, with reason, remark, parts, files and hints.
    pub(super) fn duties(&mut self, notice: &Notice) {
        if notice.duties.is_empty() {
            return;
        }
        let open = notice.duties.iter().filter(|d| d.state == "open").count();
        self.heading(&tt!("tui.detail.duties", n = notice.duties.len(), open = open));
        for duty in &notice.duties {
            self.duty(duty);
        }
    }

    fn duty(&mut self, duty: &Duty) {
        let (look, now) = (self.look, self.now);
        let mark = match duty.state.as_str() {
            "done" => "[x]",
            "waived" => "[-]",
            _ => "[ ]",
        };
        let name = duty.group.clone().or_else(|| duty.destination.as_ref().map(|d| d.name.clone()));
        let mut to = name.unwrap_or_default();
        if duty.assumed {
            to.push('?');
        }
        let due = duty.due_at.map(|m| time::short(now, m.0, true)).unwrap_or_default();
        let late = duty.state == "open" && duty.due_at.is_some_and(|m| m.0 < now);
        let style = if late { look.alarm() } else { look.plain() };
        self.entry(format!("{mark} {to}  {due}  {}", duty.what.join(" ")).trim_end(), style);
        let mut more: Vec<(String, bool)> = Vec::new();
        if duty.ask {
            more.push((tt!("tui.detail.ask"), true));
        }
        if duty.reopened {
            more.push((tt!("tui.uploads.reopened"), true));
        }
        more.extend(duty.reason.iter().map(|r| (format!("{}  {r}", tt!("tui.uploads.reason")), false)));
        more.extend(
            duty.settled_at.map(|m| (tt!("tui.detail.settled", at = time::full(now, m.0, true)), false)),
        );
        let typed = duty.typed_at.map(|m| time::full(now, m.0, false));
        more.extend(typed.map(|at| (format!("{}  {at}", tt!("tui.uploads.sign_late")), false)));
        more.extend(duty.note.iter().map(|n| (format!("{}  {n}", tt!("tui.uploads.note")), false)));
        for target in &duty.targets {
            let mark = if target.done_at.is_some() { "[x]" } else { "[ ]" };
            more.push((format!("{mark} {}", target.name), false));
        }
        for file in &duty.evidence {
            let bad = file.missing || file.changed;
            more.push((format!("{}  {}", file.path, uploads::file_facts(file)), bad));
        }
        if duty.missed > 0 {
            more.push((tt!("tui.uploads.missed", n = duty.missed), true));
        }
        if duty.state == "open" {
            let offered = duty.offered.iter();
            more.extend(offered.map(|p| (format!("{}  {p}", tt!("tui.uploads.offered")), false)));
            for hint in &duty.hints {
                let name = hint.name.clone().unwrap_or_default();
                more.push((tt!("tui.detail.hint", at = time::sent(hint.sent_at.0), name = name), false));
            }
        }
        for (text, bad) in more {
            let style = if bad { look.alarm() } else { look.dim() };
            self.entry(&format!("    {text}"), style);
        }
    }

    /// 接龙: who joined when, which entry is mine, who of those listed is missing.
    pub(super) fn signup(&mut self, notice: &Notice) {
        let Some(signup) = &notice.signup else { return };
        let mine = match &signup.mine[..] {
            [] => tt!("tui.detail.not_in"),
            mine => {
                let numbers: Vec<String> = mine.iter().map(u32::to_string).collect();
                tt!("tui.detail.my_number", n = numbers.join(" "))
            }
        };
        self.heading(&tt!("tui.detail.signup_list", n = signup.entries, me = mine));
        for entry in &signup.list {
            let me = if signup.mine.contains(&entry.number) { tt!("tui.detail.me") } else { String::new() };
            let style = if me.is_empty() { self.look.plain() } else { self.look.strong() };
            let at = time::sent(entry.joined_at.0);
            self.entry(format!("{:>3}. {}  {at}  {me}", entry.number, entry.text).trim_end(), style);
        }
        if !signup.missing.is_empty() {
            let text = tt!("tui.detail.signup_missing", names = signup.missing.join("、"));
            self.entry(&text, self.look.warn());
        }
    }

    /// 收到: seen with time and words; asked and not seen in the export, with how far it reaches; not asked.
    pub(super) fn ledger(&mut self, notice: &Notice) {
        let acks = &notice.acks;
        if acks.asked.is_empty() && acks.seen.is_empty() {
            return;
        }
        self.heading(&tt!("tui.detail.ledger"));
        for seen in &acks.seen {
            let at = time::sent(seen.sent_at.0);
            let why = if seen.tied_by == "quote" {
                tt!("tui.detail.tied_quote")
            } else {
                tt!("tui.detail.tied_follows")
            };
            let text = tt!("tui.detail.ack_seen", group = seen.group, at = at, text = seen.text, why = why);
            self.entry(&text, self.look.plain());
        }
        for missing in &acks.not_seen {
            let until = missing.covered_until.map(|m| time::sent(m.0)).unwrap_or_default();
            self.entry(
                &tt!("tui.detail.ack_not_seen", group = missing.group, until = until),
                self.look.warn(),
            );
        }
        let seen = |g: &String| acks.seen.iter().any(|s| s.group == *g);
        let not_asked: Vec<&str> = acks.not_asked.iter().filter(|g| !seen(g)).map(String::as_str).collect();
        if !not_asked.is_empty() {
            let comma = if crate::tui::lang::is_chinese() { "、" } else { ", " };
            let groups = not_asked.join(comma);
            self.entry(&tt!("tui.detail.ack_not_asked", group = groups), self.look.dim());
        }
        if !acks.reply.is_empty() {
            self.entry(&tt!("tui.detail.reply", text = acks.reply), self.look.dim());
        }
    }
}
