//! `zarpe deploy`: the commands about deployment plans and their runs.

mod check;
mod engine;
mod ground;
mod import;
mod resume;
mod rollback;
mod run;
mod settle;
mod sign;
mod signer;
mod status;
mod unlock;
mod work;

use anyhow::Result;

use crate::commands::Outcome;
use crate::context::Context;
use ground::Ground;

/// Run a deployment plan as code, durably.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "the doc comment of a variant's options is its help text")]
pub enum Command {
    Check(check::Options),
    Import(import::Options),
    Run(run::Options),
    Resume(resume::Options),
    Status(status::Options),
    Settle(settle::Options),
    Sign(sign::Options),
    Rollback(rollback::Options),
    Unlock(unlock::Options),
}

/// Gathers, judges, and says what shall be so.
///
/// # Errors
/// When it could not do its job.
pub async fn run(cx: &Context, command: &Command) -> Result<Outcome> {
    match command {
        Command::Check(options) => check::run(cx, options),
        Command::Import(options) => import::run(cx, options),
        Command::Run(options) => run::run(cx, options).await,
        Command::Resume(options) => resume::run(cx, options).await,
        Command::Status(options) => status::run(cx, options),
        Command::Settle(options) => settle::run(cx, options).await,
        Command::Sign(options) => sign::run(cx, options).await,
        Command::Rollback(options) => rollback::run(cx, options).await,
        Command::Unlock(options) => unlock::run(cx, options).await,
    }
}

/// Who asks, for the journal: the login of the token, where there is one; never the name that the operating system gives.
async fn person(cx: &Context, ground: &Ground) -> String {
    signer::login(cx, ground).await.unwrap_or_else(|_| "whoever runs this".to_owned())
}
