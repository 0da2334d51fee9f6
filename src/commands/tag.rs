//! `zarpe tag`.

use anyhow::Result;

use crate::commands::Outcome;
use crate::context::Context;
use crate::report::Failure;

/// Make the version tag and the short-hash tag, and push both in one transaction.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Gathers, judges, and says what shall be so.
///
/// # Errors
/// When it could not do its job.
pub async fn run(_cx: &Context, _options: &Options) -> Result<Outcome> {
    Err(Failure::not_supported("tag").into())
}
