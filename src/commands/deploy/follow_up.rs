//! `zarpe deploy follow-up`: goes on with each run of which a job was to start later, and is due.

use anyhow::Result;
use jiff::Timestamp;

use super::ground::{Ground, StateOptions};
use super::past::Past;
use super::resume::{By, open};
use crate::commands::Outcome;
use crate::config::Language;
use crate::context::Context;
use crate::deploy::journal::{Event, Journal};
use crate::deploy::plan::Plan;
use crate::deploy::state::{Decision, State, View, second};
use crate::deploy::words::{self, Word};
use crate::io::machine;
use crate::language::said;
use crate::output::json::deploy_follow_up::DeployFollowUp;
use crate::output::json::{self, Document as _};
use crate::report::{Body, ExitCode, Failure, Finding, Level, Mark, Report, Section};

/// How many runs one call goes on with; the next call goes on with more. Those that wait for a person after it are not counted: they would
/// do so each time, before all others.
const MOST: usize = 20;

/// Which runs have a job that starts later (`start-in`)? With --due: go on with those whose time has come.
///
/// It looks at the journals here and on the remote, of every environment. A workflow calls it once an hour; where nothing is due
/// nothing is done.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Go on with the runs that are due.
    #[arg(long)]
    due: bool,
    #[command(flatten)]
    state: StateOptions,
}

/// A run with a job that starts later.
struct Later {
    run: String,
    job: String,
    at: Timestamp,
    /// Its environment, where the job has begun and its last process did not stop: perhaps that is at work on it.
    at_work: Option<String>,
}

/// Looks for them, and goes on with those that are due.
///
/// # Errors
/// Exit code 3 where the journals here cannot be read.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let ground = Ground::open(cx, &options.state)?;
    let apart = ground.bring_all().await?;
    let (now, language) = (machine::now(), cx.config.language);
    let mut section = Section::new(Mark::Plain, Word::Runs.text(language), "")
        .columns([Word::Run, Word::Job, Word::Due, Word::State].map(|word| word.text(language)));
    let (mut findings, mut exits) = (Vec::new(), Vec::new());
    let (mut due, mut all, mut followed, mut left) = (0, 0, 0, 0);
    let mut document = DeployFollowUp::default();
    for id in ground.store.runs()? {
        if let Some(apart) = apart.iter().find(|apart| apart.copy.run == id) {
            exits.push(apart.failure.exit);
            findings.push(apart.finding(language));
            continue;
        }
        let later = match later(&ground, &id) {
            Ok(later) => later,
            // One that is not believed stops nobody else's follow-up, and is told.
            Err(error) => {
                let failure = Failure::from_error(&error);
                exits.push(failure.exit);
                findings.push(Finding {
                    message: format!("{id}: {}", said(language, &failure.finding.message)),
                    ..failure.finding
                });
                continue;
            }
        };
        let Some(later) = later else { continue };
        all += 1;
        let is_due = later.at <= now;
        due += usize::from(is_due);
        let state = if is_due && options.due && followed < MOST {
            let report = follow(cx, &ground, &later).await;
            let (exit, word) = match report {
                Ok(report) => {
                    findings.extend(report.findings);
                    (report.exit, report.title)
                }
                // Two workflows may call it at once: each step is done once, by whoever was first.
                Err(error) if is_elsewhere(&error) => (ExitCode::Done, elsewhere(language).to_owned()),
                Err(error) => {
                    let failure = Failure::from_error(&error);
                    let message = format!("{}: {}", later.run, said(language, &failure.finding.message));
                    findings.push(Finding { message: message.clone(), ..failure.finding });
                    (failure.exit, message)
                }
            };
            followed += usize::from(exit != ExitCode::Waiting);
            exits.push(exit);
            word
        } else {
            left += usize::from(is_due);
            String::new()
        };
        let mark = if is_due { Mark::Pending } else { Mark::Plain };
        section.row(mark, [later.run.as_str(), later.job.as_str(), second(later.at).as_str(), state.as_str()]);
        let (run, job, state) = (later.run, later.job, Some(state).filter(|state| !state.is_empty()));
        document.runs.push(json::deploy_follow_up::Later { run, job, due: later.at, is_due, state });
    }
    if options.due && left > 0 {
        let message = words::more_due(language, left);
        findings.push(Finding::new("deploy/more-due", Level::Warning, message).help("zarpe deploy follow-up --due"));
    }
    let worst = [
        ExitCode::Maintenance,
        ExitCode::Refused,
        ExitCode::CannotTell,
        ExitCode::Usage,
        ExitCode::Stale,
        ExitCode::Waiting,
    ];
    let exit = worst.into_iter().find(|exit| exits.contains(exit)).unwrap_or(ExitCode::Done);
    let title = title(language, all, due);
    let mut report = Report::new("deploy follow-up", exit, title, Body::Sections(vec![section]));
    report.findings = findings;
    report.document = document.value();
    Ok(Outcome::report(report))
}

/// Whether another process goes on with the run.
fn is_elsewhere(error: &anyhow::Error) -> bool {
    ["deploy/busy", "deploy/other-process"].contains(&Failure::from_error(error).finding.rule.as_str())
}

fn elsewhere(language: Language) -> &'static str {
    match language {
        Language::En => "another process goes on with it",
        Language::Es => "otro proceso la continúa",
    }
}

fn title(language: Language, all: usize, due: usize) -> String {
    match language {
        Language::En => format!("{due} of {all} runs with a follow-up are due"),
        Language::Es => format!("{due} de {all} despliegues con seguimiento corresponden ya"),
    }
}

/// The first job of a run that starts later, where the run has not ended and nothing else is left of it; else the first that has
/// begun: what of it waits for a person, or was cut off, is to be heard of until the run has ended.
fn later(ground: &Ground, run: &str) -> Result<Option<Later>> {
    let Some(journal) = ground.store.read(run)? else { return Ok(None) };
    let mut state = State::of(&journal);
    if state.finished.is_some() || journal.entries.len() < 2 {
        return Ok(None);
    }
    let Past { read, .. } = Past::of(ground, run)?;
    let facts = read.facts().of_past(run, &state);
    let later = |job: String, at, at_work| Later { run: run.to_owned(), job, at, at_work };
    let at_work = (!has_stopped(&journal)).then(|| state.started.environment.clone());
    if let Some((job, at)) = first(&mut state, View { plan: &read.plan, facts: &facts }, &read.plan) {
        return Ok(Some(later(job, at, None)));
    }
    let begun = read.plan.jobs.iter().filter(|(_, job)| job.start_in.is_some()).filter_map(|(id, _)| {
        let at = state.jobs.get(id.as_str())?.begun?;
        Some(later(id.as_str().to_owned(), at, at_work.clone()))
    });
    Ok(begun.min_by_key(|later| later.at))
}

/// Whether the last process that went on with a run stopped because a person is needed: what that person says changes nothing of it.
fn has_stopped(journal: &Journal) -> bool {
    let stops = |event: &Event| match event {
        Event::Waiting { .. } => Some(true),
        Event::RunStarted(_) | Event::RunResumed { .. } | Event::StepStarted { .. } => Some(false),
        _ => None,
    };
    journal.entries.iter().rev().find_map(|entry| stops(&entry.event)).unwrap_or(false)
}

fn first(state: &mut State, view: View<'_>, plan: &Plan) -> Option<(String, Timestamp)> {
    let mut found: Option<(String, Timestamp)> = None;
    for (id, _) in plan.jobs.iter() {
        let at = match state.decide(view, id.as_str()) {
            Decision::Later(at) => Some(at),
            // It is not wanted any more, and only the journal is to say so.
            Decision::Drop(_) => Some(state.at),
            _ => None,
        };
        if let Some(at) = at
            && found.as_ref().is_none_or(|(_, first)| at < *first)
        {
            found = Some((id.as_str().to_owned(), at));
        }
    }
    found
}

/// Goes on with a run, by the plan that it went by.
async fn follow(cx: &Context, ground: &Ground, later: &Later) -> Result<Report> {
    if let Some(environment) = &later.at_work
        && ground.is_at_work(environment, &later.run).await?
    {
        return Err(Failure::refused("deploy/busy", elsewhere(cx.config.language)).into());
    }
    // What the plan's file holds by now is for the next deployment.
    let mut opened = open(cx, ground, later.run.clone(), By::Kept)?;
    opened.over_later = false;
    let at_other = ground.elsewhere(cx.config.language, &opened.run, &opened.state);
    let mut report = opened.go(cx, ground, "deploy follow-up", Vec::new()).await?.report;
    report.findings.extend(at_other);
    Ok(report)
}
