//! `zarpe deploy`: the commands about deployment plans and their runs.

mod attended;
mod board;
mod bring;
mod check;
mod dry_run;
mod elsewhere;
mod engine;
mod follow_up;
mod ground;
mod import;
mod later;
mod lease;
mod out_of_sight;
mod past;
pub mod report;
mod resume;
mod rollback;
mod run;
mod seen;
mod settle;
mod sides;
mod sign;
mod signer;
mod status;
mod unlock;
mod work;

use anyhow::Result;

use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::state::TakenOver;
use crate::deploy::words::Word;
use crate::report::Failure;
use ground::{Ground, StateOptions};
use past::Past;

/// Run a deployment plan as code, durably.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "the doc comment of a variant's options is its help text")]
pub enum Command {
    Check(check::Options),
    Import(import::Options),
    Run(run::Options),
    Resume(resume::Options),
    Status(status::Options),
    Report(report::Options),
    Board(board::Options),
    FollowUp(follow_up::Options),
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
        Command::Status(options) => status::run(cx, options).await,
        Command::Report(options) => report::run(cx, "deploy report", options).await,
        Command::Board(options) => board::run(cx, options).await,
        Command::FollowUp(options) => follow_up::run(cx, options).await,
        Command::Settle(options) => settle::run(cx, options).await,
        Command::Sign(options) => sign::run(cx, options).await,
        Command::Rollback(options) => rollback::run(cx, options).await,
        Command::Unlock(options) => unlock::run(cx, options).await,
    }
}

/// Who asks, for the journal: the login of the token, where there is one; never the name that the operating system gives.
async fn person(cx: &Context, ground: &Ground) -> String {
    signer::login(cx, ground).await.unwrap_or_else(|_| Word::Whoever.text(cx.config.language).to_owned())
}

/// When what a run deploys took over, by its journal, and the times in which other runs worked in its environment, by theirs.
///
/// # Errors
/// Exit code 2 where there is no such run, 3 where its journal is not believed, or none of its jobs has ended.
pub(super) fn taken_over(cx: &Context, run: &str) -> Result<(TakenOver, Vec<TakenOver>)> {
    let ground = Ground::open(cx, &StateOptions::default())?;
    let Past { state, read, .. } = Past::of(&ground, run)?;
    let own = state.taken_over(&read.plan).ok_or_else(|| {
        let message = format!("no job of run {run} has ended: when the new version took over is not known");
        Failure::cannot_tell("logs/no-cut-over", message)
            .help("let the job `needs` the one that deploys, or say --cut-over TIME")
    })?;
    let mut others = Vec::new();
    for other in ground.store.runs()?.iter().filter(|other| *other != run) {
        // One that is not believed says nothing of the traffic.
        let Ok(past) = Past::of(&ground, other) else { continue };
        if past.state.started.environment == state.started.environment {
            let times = past.state.taken_over_so_far(&past.read.plan);
            others.extend(times.map(|(from, to)| TakenOver { from, to: to.unwrap_or(cx.now).max(from) }));
        }
    }
    Ok((own, others))
}
