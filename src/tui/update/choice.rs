//! Merging, splitting out, linking, choosing a deadline: what is asked, and what the answer does.

use super::{detail, list, popup};
use crate::notice::{LinkKind, Notice, NoticeRow, State};
use crate::store::Decision;
use crate::tui::actions::Act;
use crate::tui::lang::tt;
use crate::tui::model::choice::{Choice, Pick, What};
use crate::tui::model::{Model, Popup};
use crate::tui::msg::{Effect, Loaded};
use crate::tui::screens::detail::link_name;
use crate::tui::time;
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::field::Field;

/// More notices than this are put together only with their number in sight.
const MANY: usize = 5;

fn open(model: &mut Model, title: String, about: Vec<String>, picks: Vec<Pick>) -> Vec<Effect> {
    popup::open(model, Popup::Choose(Box::new(Choice { title, about, picks, selected: 0 })))
}

fn decide(decision: Decision, text: String) -> What {
    What::Decide(Box::new(Effect::Decide(decision, text)))
}

/// The marked rows in the order of the list.
fn marked(model: &Model) -> Vec<&NoticeRow> {
    model.list.rows.iter().filter(|r| model.list.marks.contains(&r.id)).collect()
}

/// `「标题」7 个群`
fn named(title: &str, groups: u32) -> String {
    tt!("tui.choose.named", title = short(title), groups = groups)
}

/// A title cut so that a line of the window also holds what is said around it.
fn short(title: &str) -> String {
    const CELLS: usize = 40;
    Cells::default().fit(title, CELLS)
}

/// Whether an action is asked about here.
pub(super) fn asks(act: Act) -> bool {
    use Act::{Compare, Due, Merge, NextDifference, Relate, Split};
    matches!(act, Merge | Split | Compare | Relate | NextDifference | Due)
}

/// Merging, splitting out, linking, a deadline: asks what the action needs to know. Or goes to the next difference.
pub(super) fn ask(model: &mut Model, act: Act) -> Vec<Effect> {
    match act {
        Act::Merge => merge(model),
        Act::Split => split(model),
        Act::Compare => compare(model),
        Act::Due => popup::ask_due(model),
        Act::NextDifference => detail::next_difference(model),
        _ => relate(model),
    }
}

/// Asks which of the marked notices leads when they become one.
fn merge(model: &mut Model) -> Vec<Effect> {
    let mut rows: Vec<NoticeRow> = marked(model).into_iter().cloned().collect();
    // Most people saw the notice with most groups: it is offered first.
    rows.sort_by_key(|r| std::cmp::Reverse(r.groups));
    let mut about: Vec<String> = rows.iter().take(MANY).map(|r| named(&r.title, r.groups)).collect();
    if rows.len() > MANY {
        about.push(tt!("tui.choose.many", n = rows.len()));
    }
    let settled = |r: &NoticeRow| !matches!(r.state, State::Unread | State::Open);
    if rows.iter().any(settled) && !rows.iter().all(settled) {
        about.push(tt!("tui.choose.stays_open"));
    }
    about.push(tt!("tui.choose.merge_about"));
    let picks = rows.iter().take(MANY).map(|lead| {
        let others: Vec<String> = rows.iter().filter(|r| r.id != lead.id).map(|r| r.id.clone()).collect();
        let text = tt!("tui.toast.merged", n = rows.len(), title = named(&lead.title, lead.groups));
        let what = What::Merge { lead: lead.id.clone(), others, text };
        Pick { text: tt!("tui.choose.lead", n = rows.len(), title = named(&lead.title, lead.groups)), what }
    });
    let picks = picks.collect();
    open(model, tt!("tui.choose.merge"), about, picks)
}

/// Asks which copy leaves the notice; those that say something else come first.
fn split(model: &mut Model) -> Vec<Effect> {
    let Some(loaded) = model.detail.notice() else { return Vec::new() };
    let notice = &loaded.notice;
    let about = vec![
        named(&notice.title, u32::try_from(notice.groups.len()).unwrap_or(u32::MAX)),
        tt!("tui.choose.split_about"),
    ];
    let picks = odd_first(notice)
        .into_iter()
        .map(|n| {
            let copy = &notice.copies[n];
            let said = if n == 0 {
                tt!("tui.detail.lead")
            } else {
                match &copy.differences {
                    Some(d) if !d.facts.is_empty() => tt!("tui.choose.facts_differ"),
                    Some(_) => tt!("tui.choose.words_differ"),
                    None => tt!("tui.choose.equal"),
                }
            };
            let text = format!("{}  {}  {}  {said}", time::sent(copy.sent_at.0), copy.group, copy.sender);
            let decision =
                Decision::Split { notice: notice.id.clone(), messages: vec![copy.message.clone()] };
            Pick { text, what: decide(decision, tt!("tui.toast.split", group = copy.group)) }
        })
        .collect();
    open(model, tt!("tui.choose.split"), about, picks)
}

/// Asks which copy the others are compared with.
fn compare(model: &mut Model) -> Vec<Effect> {
    let Some(loaded) = model.detail.notice() else { return Vec::new() };
    let notice = &loaded.notice;
    let now = loaded.baseline.as_ref().or(notice.copies.first().map(|c| &c.message)).cloned();
    let picks: Vec<Pick> = notice
        .copies
        .iter()
        .enumerate()
        .map(|(n, copy)| {
            let said = if n == 0 { tt!("tui.detail.lead") } else { String::new() };
            let text = format!("{}  {}  {}  {said}", time::sent(copy.sent_at.0), copy.group, copy.sender);
            Pick { text: text.trim_end().to_owned(), what: What::Compare(copy.message.clone()) }
        })
        .collect();
    let selected = notice.copies.iter().position(|c| Some(&c.message) == now.as_ref()).unwrap_or(0);
    let (title, about) = (tt!("tui.choose.compare"), vec![tt!("tui.choose.compare_about")]);
    popup::open(model, Popup::Choose(Box::new(Choice { title, about, picks, selected })))
}

/// Indexes of the copies: other facts first, then other words, then the rest; the lead copy last.
fn odd_first(notice: &Notice) -> Vec<usize> {
    let rank = |n: &usize| match &notice.copies[*n].differences {
        _ if *n == 0 => 3,
        Some(d) if !d.facts.is_empty() => 0,
        Some(_) => 1,
        None => 2,
    };
    let mut order: Vec<usize> = (0..notice.copies.len()).collect();
    order.sort_by_key(rank);
    order
}

/// Asks how two marked notices stand to each other; without two, which link of the notice goes.
fn relate(model: &mut Model) -> Vec<Effect> {
    let rows: Vec<NoticeRow> = marked(model).into_iter().cloned().collect();
    if let [one, other] = &rows[..] {
        let about = vec![
            format!("A  {}", named(&one.title, one.groups)),
            format!("B  {}", named(&other.title, other.groups)),
        ];
        let picks = pairs(&one.id, &other.id);
        return open(model, tt!("tui.choose.relate"), about, picks);
    }
    let Some(loaded) = model.detail.notice() else { return Vec::new() };
    let about = vec![tt!("tui.choose.unlink_about")];
    let mut picks = accepting(loaded);
    for (link, title) in loaded.notice.links.iter().zip(&loaded.linked) {
        let (a, b) = (loaded.notice.id.clone(), link.notice.clone());
        let how = link_name(link.kind, link.direction == "to");
        let decision = Decision::Unlink { a: a.clone(), b: b.clone(), kind: Some(link.kind) };
        let text = tt!("tui.choose.unlink", how = how, title = title);
        picks.push(Pick { text, what: decide(decision, tt!("tui.toast.unlinked")) });
        if link.kind == LinkKind::Similar {
            let merge = Decision::Merge { notices: vec![a.clone(), b.clone()], lead: a.clone() };
            let text = tt!("tui.choose.is_same", title = title);
            let toast = tt!("tui.toast.merged", n = 2, title = title);
            picks.push(Pick { text, what: decide(merge, toast) });
            let text = tt!("tui.choose.not_same", title = title);
            picks.push(Pick { text, what: decide(Decision::NotSame { a, b }, tt!("tui.toast.apart")) });
        }
    }
    picks.extend(untying(&loaded.notice));
    open(model, tt!("tui.choose.relate"), about, picks)
}

/// Accepting what the rules propose; each with what the proposal may be besides, so that 更正 which was taken for 催办 is
/// no dead end.
fn accepting(loaded: &Loaded) -> Vec<Pick> {
    let here = &loaded.notice.id;
    let mut picks = Vec::new();
    for (link, title) in loaded.notice.links.iter().zip(&loaded.linked) {
        let Some(kind) = link.accepted() else { continue };
        let speaks = link.direction == "to";
        let (from, to) = if speaks { (here, &link.notice) } else { (&link.notice, here) };
        let how = link_name(kind, speaks);
        let decision = Decision::Link { from: from.clone(), to: to.clone(), kind };
        let text = tt!("tui.choose.accept", how = how, title = title);
        picks.push(Pick { text, what: decide(decision, tt!("tui.toast.linked", how = how)) });
        if link.proposes.is_some() {
            let text = tt!("tui.choose.otherwise", title = title);
            let ends = Box::new([from.clone(), to.clone()]);
            let about = if speaks { [&loaded.notice.title, title] } else { [title, &loaded.notice.title] };
            let about = about.map(|title| short(title));
            picks.push(Pick { text, what: What::Relate { ends, about: Box::new(about) } });
        }
    }
    picks
}

/// Saying of a reply that it does not answer this notice.
fn untying(notice: &Notice) -> Vec<Pick> {
    let seen = notice.acks.seen.iter();
    seen.map(|seen| {
        let (at, group) = (time::sent(seen.sent_at.0), &seen.group);
        let decision = Decision::Untie { message: seen.message.clone(), tied: false };
        let text = tt!("tui.choose.untie", at = at, group = group, text = seen.text);
        Pick { text, what: decide(decision, tt!("tui.toast.untied", group = group)) }
    })
    .collect()
}

/// What can be said of two notices, by their ids.
fn pairs(one: &str, other: &str) -> Vec<Pick> {
    let apart = Decision::NotSame { a: one.to_owned(), b: other.to_owned() };
    let mut picks = vec![Pick { text: tt!("tui.choose.apart"), what: decide(apart, tt!("tui.toast.apart")) }];
    for kind in [LinkKind::Corrects, LinkKind::Reminds, LinkKind::Cancels, LinkKind::Closes] {
        for (from, to, ends) in [(one, other, ("A", "B")), (other, one, ("B", "A"))] {
            let text = format!("{}  {}  {}", ends.0, link_name(kind, true), ends.1);
            let decision = Decision::Link { from: from.to_owned(), to: to.to_owned(), kind };
            picks.push(Pick { what: decide(decision, tt!("tui.toast.linked", how = text)), text });
        }
    }
    let decision = Decision::Link { from: one.to_owned(), to: other.to_owned(), kind: LinkKind::SameData };
    let how = link_name(LinkKind::SameData, true);
    let toast = tt!("tui.toast.linked", how = how);
    picks.push(Pick { text: how, what: decide(decision, toast) });
    picks
}

/// Asks which of several stated deadlines holds; `None` when the copies agree.
pub(super) fn due(model: &mut Model) -> Option<Vec<Effect>> {
    let id = list::targets(model).into_iter().next()?;
    let notice = &model.detail.notice().filter(|l| l.notice.id == id)?.notice;
    let mut stated: Vec<(i64, Vec<&str>)> = Vec::new();
    for copy in &notice.copies {
        let Some(at) = copy.due_at else { continue };
        match stated.iter_mut().find(|s| s.0 == at.0) {
            Some((_, groups)) if groups.contains(&copy.group.as_str()) => {}
            Some((_, groups)) => groups.push(&copy.group),
            None => stated.push((at.0, vec![&copy.group])),
        }
    }
    if stated.len() < 2 {
        return None;
    }
    stated.sort_by_key(|s| s.0);
    let now = model.env.now;
    let mut picks: Vec<Pick> = stated
        .iter()
        .map(|(at, groups)| {
            let when = time::full(now, *at, true);
            let mut text = format!("{when}  {}", tt!("tui.list.groups", n = groups.len()));
            if groups.len() <= 2 {
                text.push_str(&format!("  {}", groups.join(" ")));
            }
            let said = tt!("tui.toast.due_set", at = crate::message::local(*at).format("%m-%d %H:%M"));
            let effect = Effect::Due { id: id.clone(), at: Some(*at), text: said };
            Pick { text, what: What::Decide(Box::new(effect)) }
        })
        .collect();
    picks.push(Pick { text: tt!("tui.choose.type_due"), what: What::TypeDue(id) });
    let about = vec![tt!("tui.choose.due_about")];
    Some(open(model, tt!("tui.choose.due"), about, picks))
}

/// Enter.
pub(super) fn chosen(model: &mut Model, mut choice: Choice) -> Vec<Effect> {
    if choice.selected >= choice.picks.len() {
        return Vec::new();
    }
    match choice.picks.swap_remove(choice.selected).what {
        What::Decide(effect) => {
            model.list.marks.clear();
            model.list.anchor = None;
            vec![*effect]
        }
        What::Compare(message) => detail::compare(model, message),
        What::Relate { ends, about } => {
            let [one, other] = *about;
            let about = vec![format!("A  {one}"), format!("B  {other}")];
            let picks = pairs(&ends[0], &ends[1]);
            open(model, tt!("tui.choose.relate"), about, picks)
        }
        What::TypeDue(id) => popup::open(model, Popup::Due { id, field: Field::default(), wrong: false }),
        What::Merge { lead, others, text } => {
            let list = &mut model.list;
            list.marks.clear();
            list.anchor = None;
            list.rows.retain(|r| !others.contains(&r.id));
            list.selected = list.rows.iter().position(|r| r.id == lead).unwrap_or(list.selected);
            let mut notices = vec![lead.clone()];
            notices.extend(others);
            vec![Effect::Decide(Decision::Merge { notices, lead }, text)]
        }
    }
}
