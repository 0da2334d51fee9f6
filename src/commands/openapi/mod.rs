//! `zarpe openapi`.

use anyhow::Result;

use crate::commands::Outcome;
use crate::context::Context;
use crate::report::Failure;

/// Is the committed schema current, and what breaks its callers?
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Is the committed schema what the application generates?
    Check,
}

/// Gathers, judges, and says what shall be so.
///
/// # Errors
/// When it could not do its job.
pub async fn run(_cx: &Context, _command: &Command) -> Result<Outcome> {
    Err(Failure::not_supported("openapi").into())
}
