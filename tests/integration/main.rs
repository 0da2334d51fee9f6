//! The front door: the real binary against real repositories, a real git server and the embedded GitHub.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "tests stand outside the walls"
)]

mod actions;
mod clearance;
mod completions;
mod config;
mod contract;
mod demo;
mod deploy;
mod doctor;
mod embedded;
mod env;
mod faults;
mod fresh;
mod gate;
mod git;
mod github;
mod help;
mod histories;
mod http;
mod images;
mod init;
#[cfg(unix)]
mod kills;
#[cfg(unix)]
mod kills_of_release;
mod logs;
mod next;
mod notes;
mod notify;
mod numbers;
mod openapi;
mod owners;
mod prepare;
mod publish;
mod queue;
mod races;
mod release;
mod remotes;
mod schema;
mod signing;
mod streams;
mod support;
mod tag;
mod texts;
#[cfg(unix)]
mod time_limits;
mod verify;
mod waiting;
mod walls;
