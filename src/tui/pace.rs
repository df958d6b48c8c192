//! When a frame is drawn: at once where the user did something, else at most five times a second, so that progress and
//! the rows that come in meanwhile share one.

use std::time::{Duration, Instant};

/// Between two frames that nobody asked for.
const GAP: Duration = Duration::from_millis(200);
/// What comes within this time of a key is taken for its answer; a later one finds the last frame old enough.
const ANSWER: Duration = Duration::from_millis(300);

/// The last frame, and the last thing the user did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    drawn: Option<Instant>,
    touched: Instant,
    /// Whether something changed since the last frame.
    stale: bool,
}

impl Pace {
    /// The program has started, and that is something the user did.
    pub(super) fn new(now: Instant) -> Self {
        Pace { drawn: None, touched: now, stale: true }
    }

    /// The user did something.
    pub(super) fn touched(&mut self, now: Instant) {
        self.touched = now;
    }

    /// Something has changed.
    pub(super) fn changed(&mut self) {
        self.stale = true;
    }

    /// A frame was drawn.
    pub(super) fn drawn(&mut self, now: Instant) {
        (self.drawn, self.stale) = (Some(now), false);
    }

    /// When the next frame is to be drawn, which may have passed; `None` while nothing has changed.
    pub(super) fn next(&self, now: Instant) -> Option<Instant> {
        if !self.stale {
            return None;
        }
        let answers = now.saturating_duration_since(self.touched) < ANSWER;
        Some(self.drawn.filter(|_| !answers).map_or(now, |drawn| drawn + GAP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_answered_at_once_and_the_rest_waits_for_its_turn() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut pace = Pace::new(start);
        assert_eq!(pace.next(at(3)), Some(at(3)), "the first frame");
        for (drawn, changed, key, next) in [
            (0, 250, None, Some(250)),
            (290, 350, None, Some(490)),
            (2_000, 2_050, None, Some(2_200)),
            (2_200, 2_900, None, Some(2_400)),
            (3_000, 3_010, Some(3_010), Some(3_010)),
            (3_020, 3_300, None, Some(3_300)),
            (3_305, 3_320, None, Some(3_505)),
        ] {
            pace.drawn(at(drawn));
            assert_eq!(pace.next(at(drawn)), None);
            pace.changed();
            if let Some(key) = key {
                pace.touched(at(key));
            }
            assert_eq!(pace.next(at(changed)), next.map(at), "{drawn} {changed}");
        }
    }
}
