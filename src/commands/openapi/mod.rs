//! `zarpe openapi`: the commands about OpenAPI documents.

mod cases;
pub(super) mod check;
mod diff;
pub(super) mod documents;
mod rules;

use anyhow::Result;

use crate::commands::Outcome;
use crate::context::Context;

/// Is the committed schema current, and what breaks its callers?
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "the doc comment of a variant's options is its help text")]
pub enum Command {
    Check(check::Options),
    Diff(diff::Options),
    Rules(rules::Options),
}

/// Gathers, judges, and says what shall be so.
///
/// # Errors
/// When it could not do its job.
pub async fn run(cx: &Context, command: &Command) -> Result<Outcome> {
    match command {
        Command::Check(options) => check::run(cx, options).await,
        Command::Diff(options) => diff::run(cx, options).await,
        Command::Rules(options) => rules::run(options),
    }
}
