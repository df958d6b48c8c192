//! Ctrl+C on a command that writes: the first ends it at the next safe point, the second at once. Where nobody listens any
//! more it ends the program at once, as ever.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};

/// Shared with the signal handlers, which once set stay for good.
struct Flags {
    asked: Arc<AtomicBool>,
    /// Nobody listens.
    idle: Arc<AtomicBool>,
}

static FLAGS: OnceLock<Flags> = OnceLock::new();

/// Listens for Ctrl+C as long as it lives.
pub(super) struct Stop {
    asked: Arc<AtomicBool>,
}

impl Stop {
    /// Begins to listen. A second Ctrl+C ends the program at once; what is being written is then finished at the next
    /// start.
    pub(super) fn listen() -> io::Result<Stop> {
        let flags = match FLAGS.get() {
            Some(flags) => flags,
            None => {
                let flags = Flags { asked: Arc::default(), idle: Arc::default() };
                for signal in [SIGINT, SIGTERM] {
                    for now in [&flags.idle, &flags.asked] {
                        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(now))?;
                    }
                    signal_hook::flag::register(signal, Arc::clone(&flags.asked))?;
                }
                FLAGS.get_or_init(|| flags)
            }
        };
        flags.asked.store(false, Ordering::SeqCst);
        flags.idle.store(false, Ordering::SeqCst);
        Ok(Stop { asked: Arc::clone(&flags.asked) })
    }

    /// Whether it was asked for.
    pub(super) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        if let Some(flags) = FLAGS.get() {
            flags.idle.store(true, Ordering::SeqCst);
        }
    }
}
