//! The thread that reads the keyboard, the mouse and pasted text. It drops key releases and takes a burst of
//! characters for one piece of text: no hand types six of them within 8 ms each (`ui.md` §3.1). Whether an Enter in it is
//! the end of a pasted line or a key depends on whether the terminal says itself what was pasted.

use std::io;
use std::sync::mpsc::Sender;
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEventKind, MouseEvent, MouseEventKind};

use super::keys::Key;
use super::msg::Msg;
use super::update::is_noise;

/// Characters that come faster than this belong together.
const BURST_GAP: Duration = Duration::from_millis(8);
/// Where pastes are not marked, an Enter this soon after a burst belongs to it.
const BURST_ENTER: Duration = Duration::from_millis(120);
/// From this many characters on they are pasted text.
const BURST: usize = 6;

/// Whether the terminal marks what is pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pastes {
    /// It does not: every console of Windows (crossterm#737). An Enter in a burst is the end of a pasted line.
    Unmarked,
    /// It was asked to, and nearly every terminal does. Characters at once were typed then, by an input method, a slow
    /// line or another program, and the Enter that ends them is a key. Lines at once are still taken for a paste.
    Asked,
    /// It has done so: nothing else can be a paste, and each Enter is a key.
    Marked,
}

/// What comes in, before the mouse is put on what was drawn.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "moved once through a channel; nearly all are messages")]
pub(super) enum In {
    /// Ready for the core.
    Msg(Msg),
    /// The mouse, in cells.
    Mouse(MouseEvent),
    /// Keys come no more.
    Closed(String),
}

impl In {
    /// Whether the user did it.
    pub(super) fn is_touch(&self) -> bool {
        match self {
            In::Mouse(_) => true,
            In::Msg(msg) => {
                matches!(msg, Msg::Key(_) | Msg::Paste(_) | Msg::Click(..) | Msg::Wheel(..) | Msg::Resize(..))
            }
            In::Closed(_) => false,
        }
    }
}

/// Reads events until the terminal is gone.
pub(super) fn read_all(send: &Sender<In>) {
    let mut pending: Option<Event> = None;
    let mut pastes = if cfg!(unix) { Pastes::Asked } else { Pastes::Unmarked };
    loop {
        let event = match pending.take() {
            Some(event) => event,
            None => match event::read() {
                Ok(event) => event,
                Err(e) => {
                    let _ = send.send(In::Closed(e.to_string()));
                    return;
                }
            },
        };
        if matches!(event, Event::Paste(_)) {
            pastes = Pastes::Marked;
        }
        let Some(first) = character(&event) else {
            if let Some(message) = single(event)
                && send.send(message).is_err()
            {
                return;
            }
            continue;
        };
        let (keys, next) = match burst(first, pastes) {
            Ok(read) => read,
            Err(e) => {
                let _ = send.send(In::Closed(e.to_string()));
                return;
            }
        };
        pending = next;
        for message in gather(&keys, pastes) {
            if send.send(In::Msg(message)).is_err() {
                return;
            }
        }
    }
}

/// The key of an event that types a character; Enter and Tab count inside a burst only.
fn character(event: &Event) -> Option<Key> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            let key = Key::from_event(*key);
            key.typed().map(|_| key)
        }
        _ => None,
    }
}

/// Collects what comes right after a character. Gives also the first event that does not belong to it.
fn burst(first: Key, pastes: Pastes) -> io::Result<(Vec<Key>, Option<Event>)> {
    let mut keys = vec![first];
    loop {
        let pasted = keys.len() >= BURST && pastes == Pastes::Unmarked;
        let wait = if pasted { BURST_ENTER } else { BURST_GAP };
        if !event::poll(wait)? {
            return Ok((keys, None));
        }
        let event = event::read()?;
        match &event {
            Event::Key(key) if key.kind == KeyEventKind::Release => {}
            Event::Key(key) => {
                let key = Key::from_event(*key);
                if key.typed().is_none() && (keys.len() < 2 || !ends_line(key)) {
                    return Ok((keys, Some(event)));
                }
                keys.push(key);
            }
            _ => return Ok((keys, Some(event))),
        }
    }
}

/// Enter and Tab, which stand between pasted lines and cells.
fn ends_line(key: Key) -> bool {
    key.mods.is_empty() && matches!(key.code, KeyCode::Enter | KeyCode::Tab)
}

/// A burst becomes text, and keys where an Enter in it was pressed and not pasted.
fn gather(keys: &[Key], pastes: Pastes) -> Vec<Msg> {
    let typed = match pastes {
        Pastes::Unmarked => false,
        Pastes::Asked => keys.iter().rposition(|k| !ends_line(*k)).is_some_and(|last| {
            // One line with its end, or one word with a Tab.
            keys.len() - last <= 2 && !keys[..last].iter().any(|k| ends_line(*k))
        }),
        Pastes::Marked => true,
    };
    if !typed {
        return together(keys);
    }
    // Each Enter is a piece of its own.
    keys.chunk_by(|a, b| !ends_line(*a) && !ends_line(*b)).flat_map(together).collect()
}

/// Characters at once become one piece of text, also a few different ones: an input method hands over letters that way
/// when Enter or Shift ends a composition, and in a list they must not be taken for commands. One key held down stays
/// what it is.
fn together(keys: &[Key]) -> Vec<Msg> {
    let held = keys.iter().all(|k| *k == keys[0]);
    if keys.len() == 1 || (held && keys.len() < BURST) {
        return keys.iter().map(|k| Msg::Key(*k)).collect();
    }
    let text = keys.iter().map(|k| match k.code {
        KeyCode::Char(c) => c,
        KeyCode::Enter => '\n',
        _ => ' ',
    });
    vec![Msg::Paste(text.collect())]
}

fn single(event: Event) -> Option<In> {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Release || is_noise(key.code) => None,
        Event::Key(key) => Some(In::Msg(Msg::Key(Key::from_event(key)))),
        Event::Paste(text) => Some(In::Msg(Msg::Paste(text))),
        Event::Resize(w, h) => Some(In::Msg(Msg::Resize(w, h))),
        Event::Mouse(mouse) if mouse.kind == MouseEventKind::Moved => None,
        Event::Mouse(mouse) => Some(In::Mouse(mouse)),
        Event::FocusGained | Event::FocusLost => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What arrives at once (`⏎` Enter, `⇥` Tab) → what the core gets: `[text]`, single keys.
    fn told(burst: &str, pastes: Pastes) -> String {
        let key = |c| match c {
            '⏎' => KeyCode::Enter,
            '⇥' => KeyCode::Tab,
            c => KeyCode::Char(c),
        };
        let keys: Vec<Key> = burst.chars().map(|c| Key::plain(key(c))).collect();
        let said = |message: &Msg| match message {
            Msg::Paste(text) => format!("[{}]", text.replace('\n', "/")),
            Msg::Key(Key { code: KeyCode::Char(c), .. }) => c.to_string(),
            Msg::Key(key) => format!("<{:?}>", key.code),
            other => panic!("{other:?}"),
        };
        gather(&keys, pastes).iter().map(said).collect()
    }

    #[test]
    fn a_burst_is_text_and_an_enter_is_a_key_where_pastes_are_marked() {
        for (burst, unmarked, asked, marked) in [
            ("防汛物资统计", "[防汛物资统计]", "[防汛物资统计]", "[防汛物资统计]"),
            ("jjj", "jjj", "jjj", "jjj"),
            ("nih", "[nih]", "[nih]", "[nih]"),
            ("排查表⏎", "[排查表/]", "[排查表]<Enter>", "[排查表]<Enter>"),
            ("jj⏎", "[jj/]", "jj<Enter>", "jj<Enter>"),
            ("排查⇥", "[排查 ]", "[排查]<Tab>", "[排查]<Tab>"),
            ("请速报⏎收到", "[请速报/收到]", "[请速报/收到]", "[请速报]<Enter>[收到]"),
            ("请速报⏎收到⏎", "[请速报/收到/]", "[请速报/收到/]", "[请速报]<Enter>[收到]<Enter>"),
            ("请速报⏎⏎", "[请速报//]", "[请速报//]", "[请速报]<Enter><Enter>"),
        ] {
            assert_eq!(told(burst, Pastes::Unmarked), unmarked, "{burst}");
            assert_eq!(told(burst, Pastes::Asked), asked, "{burst}");
            assert_eq!(told(burst, Pastes::Marked), marked, "{burst}");
        }
    }
}
