//! `zarpe schema`.

use anyhow::Result;

use crate::commands::Outcome;
use crate::report::Failure;

/// The JSON Schemas of zarpe.yml and of the JSON documents.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Prints it.
///
/// # Errors
/// When it could not do its job.
pub fn run(_options: &Options) -> Result<Outcome> {
    Err(Failure::not_supported("schema").into())
}
