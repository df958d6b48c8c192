//! The only place that reads the clock. `--now` replaces it.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};

static FIXED: OnceLock<i64> = OnceLock::new();

/// Fixes the clock for the whole run, for `--now` and the demo. The first call wins.
pub fn fix(now: DateTime<Utc>) {
    let _ = FIXED.set(now.timestamp_millis());
}

/// Now, in milliseconds since the epoch.
#[must_use]
pub fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    FIXED.get().copied().unwrap_or_else(|| Utc::now().timestamp_millis())
}
