//! `zarpe deploy rollback`: a job is taken back, also days later.

use anyhow::Result;

use super::ground::{Ground, StateOptions};
use super::resume::open;
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::journal::Event;
use crate::deploy::plan::Plan;
use crate::deploy::refused::Refused;
use crate::deploy::state::State;
use crate::report::Failure;

/// Take a job of a run back by its `rollback`, also days later. Its first sign-off is the decision.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The run.
    #[arg(value_name = "RUN")]
    run: String,
    /// The job; default: the last one of the run that has a rollback.
    #[arg(value_name = "JOB")]
    job: Option<String>,
    #[command(flatten)]
    state: StateOptions,
}

/// Asks for the rollback, and goes on as far as that goes.
///
/// # Errors
/// Exit code 1 where the job was not run or is taken back already, 2 where there is no such run or job.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let ground = Ground::open(cx, &options.state)?;
    ground.bring(Some(&options.run)).await?;
    let opened = open(cx, &ground, options.run.clone(), false)?;
    let job = job(cx, &opened.state, &opened.read.plan, options.job.as_deref())?;
    let known = opened.state.jobs.get(&job);
    let mut events = Vec::new();
    if known.is_none_or(|known| known.begun.is_none()) {
        return Err(Failure::refused("deploy/not-run", Refused::NotRun(&job).text(cx.config.language)).into());
    }
    if known.is_some_and(|known| known.rollback.is_some()) {
        return Err(Failure::refused("deploy/taken-back", Refused::TakenBack(&job).text(cx.config.language)).into());
    }
    if known.is_none_or(|known| !known.rollback_requested) {
        let by = super::person(cx, &ground).await;
        events.push(Event::RollbackRequested { job, by });
    }
    opened.go(cx, &ground, "deploy rollback", events).await
}

fn job(cx: &Context, state: &State, plan: &Plan, named: Option<&str>) -> Result<String> {
    let has = |id: &str| plan.job(id).is_some_and(|job| !job.rollback.is_empty());
    let all: Vec<&str> = plan.jobs.iter().map(|(id, _)| id.as_str()).filter(|id| has(id)).collect();
    if let Some(named) = named {
        if has(named) {
            return Ok(named.to_owned());
        }
        let message = format!("there is no job `{named}` with a rollback");
        return Err(Failure::usage("deploy/no-rollback", message).help(format!("jobs: {}", all.join(", "))).into());
    }
    let begun = all.into_iter().filter_map(|id| Some((state.jobs.get(id)?.begun?, id))).max();
    let none = || Failure::refused("deploy/no-rollback", Refused::NoRollback.text(cx.config.language));
    Ok(begun.map(|(_, id)| id.to_owned()).ok_or_else(none)?)
}
