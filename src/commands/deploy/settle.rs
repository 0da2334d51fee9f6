//! `zarpe deploy settle`: a person says what became of a step, lets a clean-up run, or ends a run.

use anyhow::Result;

use super::ground::{Ground, StateOptions, again};
use super::out_of_sight::out_of_sight;
use super::resume::{By, Opened, open};
use super::sides::{self, Side};
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::advice::Advice;
use crate::deploy::journal::{self, Event, Part, Place};
use crate::deploy::refused::Refused;
use crate::deploy::state::{Standing, State, Told, View, find};
use crate::deploy::words::Word;
use crate::io::machine;
use crate::report::{Failure, Finding, Level, Verdict};

/// Say what became of a step, let a clean-up run, or end a run: no step begins any more, and what is left is cleaned up.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The run.
    #[arg(value_name = "RUN")]
    run: String,
    /// A step of which nobody could tell whether it was done: JOB/STEP, or its id.
    #[arg(value_name = "STEP", requires = "word")]
    step: Option<String>,
    /// What became of it.
    #[arg(long = "as", value_name = "WORD", value_enum, requires = "step")]
    word: Option<Settled>,
    /// Let the clean-ups run that were held back because it was not safe.
    #[arg(long, conflicts_with = "step")]
    lift: bool,
    /// Say which of two journals of the run holds that went apart: the one of this clone, or the one on the remote. The other is kept.
    #[arg(long, value_name = "SIDE", value_enum, conflicts_with_all = ["step", "lift", "changed_plan"])]
    take: Option<Side>,
    /// Go by the plan as it is now.
    #[arg(long)]
    changed_plan: bool,
    #[command(flatten)]
    state: StateOptions,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Settled {
    /// Its work is done.
    Done,
    /// Its work is not done.
    Failed,
}

/// Writes down what the person says, and goes on as far as that goes.
///
/// # Errors
/// Exit code 1 where there is nothing to settle, 2 where there is no such run or step.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let ground = Ground::open(cx, &options.state)?;
    if let Some(side) = options.take {
        return sides::take(cx, &ground, &options.run, side).await;
    }
    let by = super::person(cx, &ground).await;
    if let Some((word, settled)) = options.step.as_ref().zip(options.word) {
        return again(async || settle(cx, &ground, options, word, settled, by.clone()).await).await;
    }
    ground.bring(&options.run).await?;
    let opened = open(cx, &ground, options.run.clone(), By::option(options.changed_plan))?;
    if opened.state.finished.is_some() {
        return Err(Failure::refused("deploy/ended", Refused::Ended(&opened.run).text(cx.config.language)).into());
    }
    let events = if options.lift {
        // Those of a job that has not ended are not held back: its next step, or its rollback, decides about them.
        let has_ended = |place: &&Place| opened.state.jobs.get(&place.job).is_some_and(|job| job.result.is_some());
        let held: Vec<Place> = opened.state.left_cleanups().into_iter().filter(has_ended).cloned().collect();
        if held.is_empty() {
            return Err(Failure::refused("deploy/nothing-held", Refused::NothingHeld.text(cx.config.language))
                .help(format!("zarpe deploy status {}", opened.run))
                .into());
        }
        held.into_iter().map(|place| Event::CleanupReleased { place, by: by.clone() }).collect()
    } else {
        vec![Event::RunCancelled { by }]
    };
    // The clean-ups run what is here.
    let elsewhere = ground.elsewhere(cx.config.language, &opened.run, &opened.state);
    let mut outcome = opened.go(cx, &ground, "deploy settle", events).await?;
    outcome.report.findings.extend(elsewhere);
    Ok(outcome)
}

async fn settle(
    cx: &Context,
    ground: &Ground,
    options: &Options,
    word: &str,
    settled: Settled,
    by: String,
) -> Result<Outcome> {
    ground.bring(&options.run).await?;
    let mut opened = open(cx, ground, options.run.clone(), By::option(options.changed_plan))?;
    let view = View { plan: &opened.read.plan, facts: &opened.facts };
    // Another plan may have it no more: what was begun of it is there all the same.
    let named = find(view.plan, word);
    let is_it = |place: &&&Place| place.to_string() == word || matches!(named.as_slice(), [one] if one == **place);
    let passed = opened.state.all_passed_over(view).iter().find(is_it).map(|place| (*place).clone());
    let place = match &passed {
        Some(place) => place.clone(),
        None => one(&named, word)?,
    };
    if passed.is_none() && !opened.state.may_be_settled(&place) {
        let step = place.to_string();
        let has_begun = opened.state.standing(&place) != Standing::Open;
        let refused = if has_begun { Refused::Settled(&step) } else { Refused::NotBegun(&step) };
        let message = refused.text(cx.config.language);
        return Err(Failure::refused("deploy/settled", message)
            .help(format!("zarpe deploy status {}", opened.run))
            .into());
    }
    // What of it nobody can tell yet its own process is about to.
    if opened.state.standing(&place) == Standing::Started {
        ground.none_at_work(cx, &opened.run, &opened.state).await?;
        let command = opened.state.steps.get(&place).and_then(|step| opened.state.command_of(step));
        if let Some((_, pid)) = command.filter(|(who, pid)| machine::still_runs(who, *pid)) {
            let message = Refused::StillRuns(&place.to_string(), pid).text(cx.config.language);
            let help = Advice::WaitOrEnd.text(cx.config.language);
            return Err(Failure::refused("deploy/still-runs", message).help(help).into());
        }
    }
    if settled == Settled::Done && opened.state.asks(&place) {
        let message = Refused::ForItsRole(&place.to_string()).text(cx.config.language);
        return Err(Failure::refused("deploy/for-its-role", message)
            .help(format!("zarpe deploy sign {} {place}", opened.run))
            .into());
    }
    let outcome = match settled {
        Settled::Done => journal::Outcome::Success,
        Settled::Failed => journal::Outcome::Failure,
    };
    let settled_step = place.to_string();
    let unseen = out_of_sight(cx.config.language, &opened.state);
    // Its job has ended without it.
    let again = if passed.is_some() && place.part == Part::Steps { " --retry" } else { "" };
    let event = Event::StepSettled { place, outcome, by };
    ground.record(&mut opened, &event).await?;
    let Opened { run, state, read, facts, .. } = opened;
    let view = View { plan: &read.plan, facts: &facts };
    let language = cx.config.language;
    let told = Told { run: &run, view, state: &state, language, steps: false, is_worked_on: Verdict::No };
    let mut report = told.report("deploy settle");
    let word = match settled {
        Settled::Done => Word::Success,
        Settled::Failed => Word::Failure,
    };
    report.title = format!("{run}: {settled_step} {}", word.text(language));
    report.findings.retain(|finding| finding.rule != "deploy/go-on");
    report.findings.extend(unseen);
    report.findings.push(
        crate::report::Finding::new(
            "deploy/go-on",
            crate::report::Level::Info,
            Word::WrittenDown.text(cx.config.language),
        )
        .help(format!("zarpe deploy resume {run}{again}")),
    );
    report.exit = crate::report::ExitCode::Done;
    Ok(Outcome::report(report))
}

/// What is told after one of two journals was taken.
///
/// # Errors
/// Exit code 3 where the run's plan is not there.
pub(super) fn told(
    cx: &Context,
    ground: &Ground,
    run: &str,
    state: &State,
    what: &str,
    kept: String,
) -> Result<Outcome> {
    let read = ground.kept(run, state)?;
    let facts = read.facts().of_past(run, state);
    let view = crate::deploy::state::View { plan: &read.plan, facts: &facts };
    let told = Told { run, view, state, language: cx.config.language, steps: false, is_worked_on: Verdict::No };
    let mut report = told.report("deploy settle");
    report.title = format!("{run}: {what}");
    report.findings.push(Finding::new("deploy/go-on", Level::Info, kept).help(format!("zarpe deploy resume {run}")));
    report.exit = crate::report::ExitCode::Done;
    Ok(Outcome::report(report))
}

/// The one step that a word means.
///
/// # Errors
/// Exit code 2 where it means none, or more than one.
pub(super) fn one(found: &[Place], word: &str) -> Result<Place> {
    match found {
        [place] => Ok(place.clone()),
        [] => Err(Failure::usage("deploy/no-step", format!("the plan has no step `{word}`"))
            .help("write it as JOB/STEP, with its id or its number: zarpe deploy status RUN lists them")
            .into()),
        several => {
            let names: Vec<String> = several.iter().map(Place::to_string).collect();
            Err(Failure::usage("deploy/which-step", format!("`{word}` may be {}", names.join(" or "))).into())
        }
    }
}
