//! What the tests are written with: a repository, the real binary in a clean environment, and what came of a run.

#![allow(unused_imports, dead_code, reason = "the vocabulary is larger than one test needs")]

mod gate;
mod generated;
mod harbor;
mod http;
pub mod invariants;
#[cfg(unix)]
pub mod parts;
mod patience;
mod proxy;
mod registry;
mod repo;
mod run;
mod servers;
mod skip;
mod smtp;
pub mod traffic;
mod web;

pub use generated::generated;
pub use harbor::{Harbor, TOKEN};
pub use http::{Answer, send};
pub use patience::{timed, within};
pub use proxy::{Fault, Proxy};
pub use registry::{PASSWORD, Registry, USER};
pub use repo::Repo;
pub use run::{Run, Zarpe, clean, git};
pub use servers::Server;
pub use skip::skip;
pub use smtp::{Letter, Manner, Smtp};
pub use web::{Asked, CA, LEAF, OTHER, OWN, Reply, Web, tls, tls_of_its_own};
pub use zarpe::report::ExitCode;
