//! The only door outside: everything that reads or changes the world, behind functions that take and give plain values.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the door: what is banned elsewhere is used here"
)]

pub mod actions;
pub mod apply;
pub mod ask;
pub mod attestation;
pub mod child;
pub mod clock;
mod coding;
pub mod config;
mod cookies;
pub mod download;
mod fetch;
pub mod files;
pub mod git;
pub mod github;
mod innermost;
pub mod journal;
pub mod lines;
pub mod live;
pub mod lock;
pub mod log;
pub mod machine;
pub mod mail;
pub mod network;
pub mod ownership;
pub mod process;
pub mod progress;
mod redirects;
pub mod registry;
pub mod remarks;
pub mod remote;
pub mod runs;
pub mod scratch;
pub mod session;
pub mod sign;
pub mod signals;
pub mod sshsig;
pub mod stand_in;
pub mod terminal;
pub mod timed;
mod trust;

use anyhow::{Context as _, Result};

/// The runtime of one command: one thread is enough for what waits on the network.
///
/// # Errors
/// When the operating system gives no event queue.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start the event loop")
}

/// Does the work of one command. What nobody waits for any more when it is done, as the name of a host that is still looked up, is left
/// behind: it ends with the process.
///
/// # Errors
/// Those of the work, and where there is no runtime.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = runtime()?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    done
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_nobody_waits_for_does_not_hold_up_the_end() {
        let watch = clock::Stopwatch::start();
        let work = async {
            let slow = tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(30)));
            Ok(clock::within(Duration::from_millis(50), slow).await.is_none())
        };
        assert!(block_on(work).unwrap() && watch.elapsed() < Duration::from_secs(10));
    }
}
