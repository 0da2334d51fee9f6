//! `zarpe completions`.

use anyhow::Result;

use crate::commands::Outcome;
use crate::report::Failure;

/// Shell completions.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Prints it.
///
/// # Errors
/// When it could not do its job.
pub fn run(_options: &Options) -> Result<Outcome> {
    Err(Failure::not_supported("completions").into())
}
