//! The thread that reads the keyboard, the mouse and pasted text. It drops key releases and takes a burst of
//! characters for pasted text: no hand types six of them within 8 ms each (`ui.md` §3.1).

use std::io;
use std::sync::mpsc::Sender;
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEventKind, MouseEvent, MouseEventKind};

use super::keys::Key;
use super::msg::Msg;
use super::update::is_noise;

/// Characters that come faster than this belong together.
const BURST_GAP: Duration = Duration::from_millis(8);
/// An Enter this soon after a burst belongs to it.
const BURST_ENTER: Duration = Duration::from_millis(120);
/// From this many characters on they are pasted text.
const BURST: usize = 6;

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

/// Reads events until the terminal is gone.
pub(super) fn read_all(send: &Sender<In>) {
    let mut pending: Option<Event> = None;
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
        let Some(first) = character(&event) else {
            if let Some(message) = single(event)
                && send.send(message).is_err()
            {
                return;
            }
            continue;
        };
        let (keys, next) = match burst(first) {
            Ok(read) => read,
            Err(e) => {
                let _ = send.send(In::Closed(e.to_string()));
                return;
            }
        };
        pending = next;
        for message in gather(&keys) {
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
fn burst(first: Key) -> io::Result<(Vec<Key>, Option<Event>)> {
    let mut keys = vec![first];
    loop {
        let wait = if keys.len() >= BURST { BURST_ENTER } else { BURST_GAP };
        if !event::poll(wait)? {
            return Ok((keys, None));
        }
        let event = event::read()?;
        match &event {
            Event::Key(key) if key.kind == KeyEventKind::Release => {}
            Event::Key(key) => {
                let key = Key::from_event(*key);
                let text = key.typed().is_some()
                    || (keys.len() >= 2
                        && key.mods.is_empty()
                        && matches!(key.code, KeyCode::Enter | KeyCode::Tab));
                if !text {
                    return Ok((keys, Some(event)));
                }
                keys.push(key);
            }
            _ => return Ok((keys, Some(event))),
        }
    }
}

/// A burst becomes one piece of text. So do a few different characters at once: an input method hands over letters
/// that way when Enter or Shift ends a composition, and in a list they must not be taken for commands. One key held
/// down stays what it is.
fn gather(keys: &[Key]) -> Vec<Msg> {
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

    #[test]
    fn a_burst_is_text_and_a_few_keys_are_keys() {
        let keys = |text: &str| -> Vec<Key> { text.chars().map(|c| Key::plain(KeyCode::Char(c))).collect() };
        assert!(matches!(&gather(&keys("防汛物资统计"))[..], [Msg::Paste(t)] if t == "防汛物资统计"));
        assert_eq!(gather(&keys("jjj")).len(), 3);
        assert!(matches!(&gather(&keys("nih"))[..], [Msg::Paste(t)] if t == "nih"));
        let mut lines = keys("请速报");
        lines.push(Key::plain(KeyCode::Enter));
        lines.extend(keys("收到"));
        assert!(matches!(&gather(&lines)[..], [Msg::Paste(t)] if t == "请速报\n收到"));
    }
}
