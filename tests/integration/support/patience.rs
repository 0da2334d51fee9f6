//! What a test says of time: a machine may stand still for seconds, for reasons of its own.

use std::time::{Duration, Instant};

/// How often what takes too long is measured.
const TRIES: usize = 3;

/// What it comes to, and how long that took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}

/// Does it until it takes less than this, three times at most: a defect takes too long each time, a busy machine does not.
#[track_caller]
pub fn within<T>(limit: Duration, mut work: impl FnMut() -> (Duration, T)) -> T {
    let mut times = Vec::new();
    for _ in 0..TRIES {
        let (took, done) = work();
        if took < limit {
            return done;
        }
        times.push(took);
    }
    panic!("it takes {limit:?} or longer each time: {times:?}");
}
