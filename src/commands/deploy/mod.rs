//! `zarpe deploy`: the commands about deployment plans.

mod check;

use anyhow::Result;

use crate::commands::Outcome;
use crate::context::Context;

/// Run a deployment plan as code, durably.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "the doc comment of a variant's options is its help text")]
pub enum Command {
    Check(check::Options),
}

/// Gathers, judges, and says what shall be so.
///
/// # Errors
/// When it could not do its job.
pub fn run(cx: &Context, command: &Command) -> Result<Outcome> {
    match command {
        Command::Check(options) => check::run(cx, options),
    }
}
