//! `zarpe verify`.

use anyhow::Result;

use crate::commands::Outcome;
use crate::context::Context;
use crate::report::Failure;

/// Is this commit green, and is every commit since the last release approved?
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Gathers, judges, and says what shall be so.
///
/// # Errors
/// When it could not do its job.
pub async fn run(_cx: &Context, _options: &Options) -> Result<Outcome> {
    Err(Failure::not_supported("verify").into())
}
