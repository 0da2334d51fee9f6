//! What the tests are written with: a repository, the real binary in a clean environment, and what came of a run.

#![allow(unused_imports, dead_code, reason = "the vocabulary is larger than one test needs")]

mod repo;
mod run;
mod skip;

pub use repo::Repo;
pub use run::{Run, Zarpe};
pub use skip::skip;
pub use zarpe::report::ExitCode;
