//! `zarpe deploy rollback`: a job is taken back, also days later.

use std::time::Duration;

use anyhow::Result;
use jiff::SignedDuration;

use super::ground::{Ground, StateOptions};
use super::later;
use super::resume::{By, Opened, open};
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::advice::Advice;
use crate::deploy::journal::{self, Event, Place};
use crate::deploy::plan::Plan;
use crate::deploy::refused::Refused;
use crate::deploy::state::{Decision, State, View};
use crate::deploy::words;
use crate::duration;
use crate::io::{machine, terminal};
use crate::report::{ExitCode, Failure, Finding, Level};

/// Take a job of a run back by its `rollback`, also days later. Its first sign-off is the decision.
///
/// It goes by the plan that the run went by, whatever its file holds by now.
///
/// Where no sign-off is asked and the site has been open again, what was written since may be lost: at a terminal that is asked,
/// elsewhere it needs --accept-loss, else the run waits (5).
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The run.
    #[arg(value_name = "RUN")]
    run: String,
    /// The job; default: the last one of the run that has a rollback.
    #[arg(value_name = "JOB")]
    job: Option<String>,
    /// What was written at most so long ago may be lost.
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    accept_loss: Option<Duration>,
    /// Take it back also where another run of the environment was deployed or taken back since it began.
    #[arg(long)]
    over_later: bool,
    #[command(flatten)]
    state: StateOptions,
}

/// Asks for the rollback, and goes on as far as that goes.
///
/// # Errors
/// Exit code 1 where the job was not run or is taken back already, 2 where there is no such run or job, 5 where nobody accepts
/// what is lost by it.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let ground = Ground::open(cx, &options.state)?;
    ground.bring(&options.run).await?;
    let mut opened = open(cx, &ground, options.run.clone(), By::Kept)?;
    let differs = opened.differs(cx, &ground)?;
    let job = job(cx, &opened.state, &opened.read.plan, options.job.as_deref())?;
    let known = opened.state.jobs.get(&job);
    let mut events = Vec::new();
    if !opened.state.has_begun_work(&opened.read.plan, &job) {
        return Err(Failure::refused("deploy/not-run", Refused::NotRun(&job).text(cx.config.language)).into());
    }
    if known.is_some_and(|known| known.rollback == Some(journal::Outcome::Success)) {
        return Err(Failure::refused("deploy/taken-back", Refused::TakenBack(&job).text(cx.config.language))
            .help(format!("zarpe deploy status {}", options.run))
            .into());
    }
    if known.is_some_and(|known| known.result.is_none() && !known.rollback_begun) && !is_offered(&opened, &job) {
        let message = Refused::NotEnded(&job).text(cx.config.language);
        let help = words::end_first(cx.config.language, &opened.run);
        return Err(Failure::refused("deploy/not-ended", message).help(help).into());
    }
    // What succeeded of it is not done again, and relied on what was cleaned up.
    if known.is_some_and(|known| known.rollback.is_some()) && opened.state.has_cleaned_rollback(&job) {
        let message = Refused::CleanedUp(&job).text(cx.config.language);
        return Err(Failure::refused("deploy/cleaned-up", message)
            .help(Advice::ByHand.text(cx.config.language))
            .into());
    }
    opened.over_later = options.over_later;
    // Before anybody is asked about what is lost.
    if !opened.over_later {
        later::refuse(cx, &ground, &opened, true).await?;
    }
    let lost = lost(&opened, &job);
    if let Some(lost) = lost {
        accept(cx, options, &opened, &job, lost).await?;
    }
    if lost.is_some() || known.is_none_or(|known| !known.rollback_requested || known.rollback.is_some()) {
        let by = super::person(cx, &ground).await;
        events.push(Event::RollbackRequested { job, by, lost_minutes: lost.map(minutes) });
    }
    let elsewhere = ground.elsewhere(cx.config.language, &opened.run, &opened.state);
    let mut outcome = opened.go(cx, &ground, "deploy rollback", events).await?;
    outcome.report.findings.extend(differs.into_iter().chain(elsewhere));
    Ok(outcome)
}

/// Whether a job that has not ended waits for the decision on a rollback.
fn is_offered(opened: &Opened, job: &str) -> bool {
    let mut state = opened.state.clone();
    let view = View { plan: &opened.read.plan, facts: &opened.facts };
    let is_asked = |place: &Place| place.part == journal::Part::Rollback && place.job == job;
    opened.read.plan.jobs.iter().any(|(id, _)| match state.decide(view, id.as_str()) {
        Decision::Decide(place) | Decision::Sign(place) => is_asked(&place),
        Decision::BeginRollback(of) => of == job,
        _ => false,
    })
}

/// How long the site has been open again, where no sign-off decides about a rollback that has not begun.
fn lost(opened: &Opened, job: &str) -> Option<SignedDuration> {
    let is_signed = opened.read.plan.job(job)?.rollback.first().is_some_and(|step| step.is_sign_off());
    let known = opened.state.jobs.get(job);
    let has_begun = known.is_some_and(|known| known.rollback_begun && known.rollback.is_none());
    let since = opened.state.opened(job).filter(|_| !is_signed && !has_begun)?;
    Some(machine::now().duration_since(since))
}

/// So many whole minutes, as people are told them.
fn minutes(lost: SignedDuration) -> i64 {
    // Where the clock was set back it is not known: the same span is told, advised and accepted.
    lost.abs().as_mins()
}

/// Who asks says that so much may be lost.
///
/// # Errors
/// Exit code 5 where nobody does.
async fn accept(cx: &Context, options: &Options, opened: &Opened, job: &str, lost: SignedDuration) -> Result<()> {
    if options.accept_loss.is_some_and(|most| lost.unsigned_abs() <= most) {
        return Ok(());
    }
    let message = words::would_be_lost(cx.config.language, job, minutes(lost));
    let title = format!("zarpe deploy rollback {} {job}", opened.run);
    if cx.interactive && terminal::confirm(&title, std::slice::from_ref(&message), cx.config.language).await? {
        return Ok(());
    }
    // Some minutes more than now: it takes a while to type it.
    let most = duration::shown(Duration::from_secs(u64::try_from(minutes(lost)).unwrap_or_default() * 60 + 600));
    let finding = Finding::new("deploy/writes-lost", Level::Error, message);
    let help = words::accept_loss(cx.config.language, &format!("{title} --accept-loss {most}"));
    Err(Failure { exit: ExitCode::Waiting, finding: finding.help(help) }.into())
}

fn job(cx: &Context, state: &State, plan: &Plan, named: Option<&str>) -> Result<String> {
    let has = |id: &str| plan.job(id).is_some_and(|job| !job.rollback.is_empty());
    let all: Vec<&str> = plan.jobs.iter().map(|(id, _)| id.as_str()).filter(|id| has(id)).collect();
    if let Some(named) = named {
        if has(named) {
            return Ok(named.to_owned());
        }
        let message = format!("there is no job `{named}` with a rollback");
        let help = if all.is_empty() {
            "no job of the plan has one: take it back by hand, or by a plan of its own".to_owned()
        } else {
            format!("jobs: {}", all.join(", "))
        };
        return Err(Failure::usage("deploy/no-rollback", message).help(help).into());
    }
    let begun = all.into_iter().filter(|id| state.has_begun_work(plan, id));
    let begun = begun.filter_map(|id| Some((state.jobs.get(id)?.begun?, id))).max();
    let none = || Failure::refused("deploy/no-rollback", Refused::NoRollback.text(cx.config.language));
    Ok(begun.map(|(_, id)| id.to_owned()).ok_or_else(none)?)
}
