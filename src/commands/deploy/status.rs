//! `zarpe deploy status`: the runs that there were, or one of them step by step.

use anyhow::Result;

use super::bring::Apart;
use super::ground::{Ground, StateOptions};
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::account::standing_of;
use crate::deploy::state::{Facts, State, Told, View, second};
use crate::deploy::words::{self, Word};
use crate::language::said;
use crate::output::json::Document as _;
use crate::output::json::deploy_report::State as Standing;
use crate::output::json::deploy_runs::{DeployRuns, Run};
use crate::report::{Body, ExitCode, Failure, Finding, Level, Mark, Report, Section};

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
            (one(cx, &ground, run)?, unread)
        }
        None => {
            let (apart, unread) = match ground.bring_all().await {
                Ok(apart) => (apart, None),
                Err(error) => (Vec::new(), Some(error)),
            };
            (all(cx, &ground, &apart)?, unread)
        }
    };
    let warning = |error| Finding { level: Level::Warning, ..Failure::from_error(&error).finding };
    report.findings.extend(unread.map(warning));
    Ok(Outcome::report(report))
}

fn one(cx: &Context, ground: &Ground, run: &str) -> Result<Report> {
    let journal = ground.store.read(run)?.ok_or_else(|| {
        Failure::usage("deploy/no-run", format!("there is no run {run}")).help("zarpe deploy status lists them")
    })?;
    let state = State::of(&journal);
    let read = ground.kept(run, &state)?;
    let facts = Facts { run_id: run.to_owned(), inputs: state.started.inputs.clone(), ..read.facts() };
    let view = View { plan: &read.plan, facts: &facts };
    let is_worked_on = ground.store.is_worked_on(run);
    let told = Told { run, view, state: &state, language: cx.config.language, steps: true, is_worked_on };
    Ok(told.report("deploy status"))
}

fn all(cx: &Context, ground: &Ground, apart: &[Apart]) -> Result<Report> {
    let heads = [Word::Run, Word::Environment, Word::Plan, Word::State, Word::Last];
    let heads = heads.map(|word| word.text(cx.config.language));
    let mut section = Section::new(Mark::Plain, Word::Runs.text(cx.config.language), "").columns(heads);
    let runs = ground.store.runs()?;
    // They are told as they are here.
    let mut exit = apart.iter().map(|apart| apart.failure.exit).next().unwrap_or(ExitCode::Done);
    let mut findings: Vec<Finding> = apart.iter().map(|apart| apart.finding(cx.config.language)).collect();
    let mut document = DeployRuns::default();
    for run in runs.iter().rev() {
        let journal = match ground.store.read(run) {
            Ok(Some(journal)) => journal,
            Ok(None) => continue,
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
        let is_worked_on = state.finished.is_none() && ground.store.is_worked_on(run);
        let plan = ground.kept(run, &state).ok().map(|read| read.plan);
        let standing = if is_worked_on { Standing::Running } else { standing_of(&state, plan.as_ref()) };
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

fn shown(state: &State, standing: Standing) -> Word {
    if standing == Standing::Waiting && state.waits_for_window() { Word::AtWindow } else { word(standing) }
}

fn word(standing: Standing) -> Word {
    match standing {
        Standing::Open => Word::Open,
        Standing::Waiting => Word::Waiting,
        Standing::Running => Word::Running,
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
