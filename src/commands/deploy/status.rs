//! `zarpe deploy status`: the runs that there were, or one of them step by step.

use anyhow::Result;

use super::attended::{Attended, Holders};
use super::bring::Apart;
use super::ground::{Ground, StateOptions};
use super::past::Past;
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::account::standing_with;
use crate::deploy::plan::Plan;
use crate::deploy::state::{Facts, State, Told, View, second};
use crate::deploy::words::{self, Word};
use crate::language::said;
use crate::output::json::Document as _;
use crate::output::json::deploy_report::State as Standing;
use crate::output::json::deploy_runs::{DeployRuns, Run};
use crate::report::{Body, ExitCode, Failure, Finding, Level, Mark, Report, Section, Verdict};

/// How does a run stand? Without a run: which runs there are.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The run.
    #[arg(value_name = "RUN")]
    run: Option<String>,
    #[command(flatten)]
    state: StateOptions,
}

/// Reads the journals, those on the remote too. Where it cannot be asked, what is here is told with a warning.
///
/// # Errors
/// Exit code 2 where there is no such run, 3 where its journal is not believed.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let ground = Ground::open(cx, &options.state)?;
    let (mut report, unread) = match &options.run {
        Some(run) => {
            let unread = ground.bring(run).await.err();
            (one(cx, &ground, run, unread.is_none()).await?, unread)
        }
        None => {
            let (apart, unread) = match ground.bring_all().await {
                Ok(apart) => (apart, None),
                Err(error) => (Vec::new(), Some(error)),
            };
            (all(cx, &ground, &apart, unread.is_none()).await?, unread)
        }
    };
    let warning = |error| Finding { level: Level::Warning, ..Failure::from_error(&error).finding };
    report.findings.extend(unread.map(warning));
    Ok(Outcome::report(report))
}

async fn one(cx: &Context, ground: &Ground, run: &str, is_read: bool) -> Result<Report> {
    let Past { state, read, .. } = Past::of(ground, run)?;
    let facts = Facts { run_id: run.to_owned(), inputs: state.started.inputs.clone(), ..read.facts() };
    let view = View { plan: &read.plan, facts: &facts };
    let holder =
        if is_read && state.finished.is_none() { ground.holder(&state.started.environment).await } else { None };
    let Attended { works, finding } = ground.attended(run, &state, Some(view), holder.as_ref());
    let told = Told { run, view, state: &state, language: cx.config.language, steps: true, is_worked_on: works };
    let mut report = told.report("deploy status");
    // It was not told to stop: what became of it only who looks knows.
    let cut_off = |finding: &&mut Finding| finding.rule == "deploy/interrupted" && state.interrupted.is_none();
    for finding in report.findings.iter_mut().filter(cut_off) {
        finding.message = words::gone(cx.config.language, &state.who.host);
    }
    report.findings.extend(finding);
    Ok(report)
}

async fn all(cx: &Context, ground: &Ground, apart: &[Apart], is_read: bool) -> Result<Report> {
    let heads = [Word::Run, Word::Environment, Word::Plan, Word::State, Word::Last];
    let heads = heads.map(|word| word.text(cx.config.language));
    let mut section = Section::new(Mark::Plain, Word::Runs.text(cx.config.language), "").columns(heads);
    let runs = ground.store.runs()?;
    // They are told as they are here.
    let mut exit = apart.iter().map(|apart| apart.failure.exit).next().unwrap_or(ExitCode::Done);
    let mut findings: Vec<Finding> = apart.iter().map(|apart| apart.finding(cx.config.language)).collect();
    let mut document = DeployRuns::default();
    let mut holders = Holders::new();
    for run in runs.iter().rev() {
        let journal = match ground.store.read(run) {
            Ok(None) => continue,
            // Nothing was done by it: it was cut off before its first line, or is about to write that.
            Ok(Some(journal)) if journal.entries.is_empty() => {
                let word = Word::Open.text(cx.config.language);
                section.row(Mark::Plain, [run.as_str(), "", "", word, ""]);
                document.runs.push(Run { state: Standing::Open, ..Run::unknown(run) });
                continue;
            }
            Ok(Some(journal)) => journal,
            // One that is not believed hides no other.
            Err(error) => {
                let word = Word::Unknown.text(cx.config.language);
                section.row(Mark::Unknown, [run.as_str(), "", "", word, ""]);
                document.runs.push(Run::unknown(run));
                if apart.iter().all(|apart| apart.copy.run != *run) {
                    let failure = Failure::from_error(&error);
                    exit = failure.exit;
                    let message = format!("{run}: {}", said(cx.config.language, &failure.finding.message));
                    findings.push(Finding { message, ..failure.finding });
                }
                continue;
            }
        };
        let state = State::of(&journal);
        let environment = &state.started.environment;
        if state.finished.is_none() && is_read && !holders.contains_key(environment) {
            holders.insert(environment.clone(), ground.holder(environment).await);
        }
        let holder = holders.get(environment).and_then(Option::as_ref);
        let works = ground.attended(run, &state, None, holder).works;
        let plan = ground.kept(run, &state).ok().map(|read| read.plan);
        let standing = standing(&state, plan.as_ref(), works);
        let (started, word) = (&state.started, shown(&state, standing).text(cx.config.language));
        let cells = [run, &started.environment, &started.plan, word, &second(state.at)];
        section.row(Mark::Plain, cells.map(ToOwned::to_owned));
        document.runs.push(Run {
            run: run.clone(),
            environment: Some(started.environment.clone()),
            plan: Some(started.plan.clone()),
            version: started.version.clone(),
            state: standing,
            at: Some(state.at),
        });
    }
    let title = format!("{}: {}", words::runs(cx.config.language, runs.len()), ground.store.folder().display());
    let mut report = Report::new("deploy status", exit, title, Body::Sections(vec![section]));
    report.findings = findings;
    report.document = document.value();
    Ok(report)
}

/// How a run stands: what has begun of it and has no end runs only where a process works on it.
fn standing(state: &State, plan: Option<&Plan>, works: Verdict) -> Standing {
    if works == Verdict::Yes { Standing::Running } else { standing_with(state, plan, works) }
}

fn shown(state: &State, standing: Standing) -> Word {
    match standing {
        Standing::Waiting if state.waits_for_window() => Word::AtWindow,
        Standing::Waiting if state.waiting.is_empty() => Word::GoesOn,
        other => word(other),
    }
}

fn word(standing: Standing) -> Word {
    match standing {
        Standing::Open => Word::Open,
        Standing::Waiting => Word::Waiting,
        Standing::Running => Word::Running,
        Standing::Interrupted => Word::Interrupted,
        Standing::Success => Word::Success,
        Standing::Failure => Word::Failure,
        Standing::RolledBack => Word::Reverted,
        Standing::Maintenance => Word::Maintenance,
        Standing::Skipped => Word::Skipped,
        Standing::Dropped => Word::Dropped,
        Standing::Unknown | Standing::CannotTell => Word::Unknown,
        Standing::Cancelled => Word::Cancelled,
    }
}
