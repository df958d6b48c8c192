//! Ctrl+C on a command that writes: the first ends it at the next safe point, the second at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::SigId;
use signal_hook::consts::{SIGINT, SIGTERM};

/// Listens for Ctrl+C as long as it lives.
pub(super) struct Stop {
    asked: Arc<AtomicBool>,
    ids: Vec<SigId>,
}

impl Stop {
    /// Begins to listen. A second Ctrl+C ends the program at once; what is being written is then finished at the next
    /// start.
    pub(super) fn listen() -> io::Result<Stop> {
        let asked = Arc::new(AtomicBool::new(false));
        let mut ids = Vec::new();
        for signal in [SIGINT, SIGTERM] {
            ids.push(signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&asked))?);
            ids.push(signal_hook::flag::register(signal, Arc::clone(&asked))?);
        }
        Ok(Stop { asked, ids })
    }

    /// Whether it was asked for.
    pub(super) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        for id in self.ids.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}
