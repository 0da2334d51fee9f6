//! `zarpe demo`.

use std::io::Write;

use anyhow::Result;

use crate::commands::Outcome;
use crate::context::Context;
use crate::report::Failure;

/// The whole job on an embedded GitHub, git remote and repository, with no token and no network.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Tells the story to `out` while it happens.
///
/// # Errors
/// When a part of the story went another way than it should.
pub fn run(_cx: &Context, _options: &Options, _out: &mut dyn Write) -> Result<Outcome> {
    Err(Failure::not_supported("demo").into())
}
