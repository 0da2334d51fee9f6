//! `zarpe notes`.

use anyhow::Result;

use crate::commands::Outcome;
use crate::context::Context;
use crate::report::Failure;

/// The release notes of the next release.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Gathers, judges, and says what shall be so.
///
/// # Errors
/// When it could not do its job.
pub fn run(_cx: &Context, _options: &Options) -> Result<Outcome> {
    Err(Failure::not_supported("notes").into())
}
