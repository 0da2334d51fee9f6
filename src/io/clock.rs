//! A clock that only goes forward, and pauses.

use std::time::{Duration, Instant};

/// Counts from its beginning.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Begins now.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long it runs.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Lets time pass.
pub async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// What the work gives within the time; `None` where it takes longer, and is given up.
pub async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, work).await.ok()
}
