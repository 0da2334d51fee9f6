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
pub mod config;
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

use anyhow::{Context as _, Result};

/// The runtime of one command: one thread is enough for what waits on the network.
///
/// # Errors
/// When the operating system gives no event queue.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start the event loop")
}
