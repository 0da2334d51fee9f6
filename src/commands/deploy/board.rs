//! `zarpe deploy board`: all deployments as one page.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use jiff::tz::TimeZone;

use super::attended::Holders;
use super::ground::{Ground, StateOptions, mask};
use crate::cli::Change;
use crate::commands::Outcome;
use crate::config::Language;
use crate::context::{self, Context};
use crate::deploy::account::{Manner, Template};
use crate::deploy::board::{Puts, Seen, board, page, summary};
use crate::deploy::journal::{self, Journal};
use crate::deploy::plan::Plan;
use crate::deploy::preflight;
use crate::deploy::state::{Facts, State};
use crate::duration;
use crate::effect::{Effect, WriteFile};
use crate::io::{files, machine, runs};
use crate::language::said;
use crate::output::json::Document as _;
use crate::report::{ExitCode, Failure, Finding, Level, Pages, Verdict};

/// Which deployments were there: versions, times, who, how long, how they ended, and how that changes?
///
/// It is told from the journals here and from those on the remote (refs/zarpe/runs).
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Only this environment, as its lock (`concurrency`) or a job (`environment`) is named; default: all.
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// Write the board to this file, as one HTML page.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How long the look at the remote may take.
    #[arg(long, value_name = "DURATION", value_parser = duration::limit, default_value = "2m")]
    timeout: Duration,
    #[command(flatten)]
    state: StateOptions,
    #[command(flatten)]
    change: Change,
}

/// Gathers, and says which file shall be written.
///
/// # Errors
/// Exit code 2 where there is neither a clone nor a named folder, 3 where the journals here cannot be read.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let ground = Ground::open(cx, &options.state)?;
    let language = cx.config.language;
    let mut seen = Vec::new();
    let (mut trouble, mut help): (Vec<String>, Option<String>) = Default::default();
    for id in ground.store.runs()? {
        match ground.store.read(&id) {
            Ok(Some(journal)) => {
                let plan = files::read(&ground.store.run(&id).join("plan.yml"))?.unwrap_or_default();
                seen.push(seen_of(id, journal, &plan));
            }
            Ok(None) => {}
            Err(error) => {
                trouble.push(format!("{id}: {}", said(language, &Failure::from_error(&error).finding.message)))
            }
        }
    }
    let (mut puts, mut is_read) = (Puts::new(), true);
    match ground.within(options.timeout, elsewhere(&ground)).await {
        Ok((found, order)) => {
            seen.extend(found);
            puts = order;
        }
        Err(error) => {
            let finding = Failure::from_error(&error).finding;
            trouble.push(said(language, &finding.message).into_owned());
            (help, is_read) = (finding.help, false);
        }
    }
    attend(&ground, &mut seen, options.timeout, is_read).await;
    let mask = mask(cx, &Facts::default());
    let incomplete = (!trouble.is_empty()).then(|| mask.text(&trouble.join("; ")));
    let zone = clock(&seen);
    let board = board(seen, &puts, options.environment.as_deref(), &mask, incomplete.clone());
    let manner = Manner { language, template: Template::Report, zone: &zone };
    let html = page(&board, &manner, machine::now());
    let mut report = summary(&board, &manner);
    report.document = board.value();
    if let Some(name) = options.environment.as_ref().filter(|name| !board.known.contains(*name)) {
        // A name that nobody knows is no environment without deployments.
        report.exit = ExitCode::CannotTell;
        report.findings.push(unknown(name, &board.known, language));
    }
    if let Some(why) = incomplete {
        // What cannot be read may be all that there is.
        if board.environments.is_empty() {
            (report.exit, report.title) = (ExitCode::CannotTell, manner.incomplete().to_owned());
        }
        let message = format!("{}: {why}", manner.incomplete());
        report.findings.push(Finding { help, ..Finding::new("deploy/incomplete", Level::Warning, message) });
    }
    let mut effects = Vec::new();
    if let Some(out) = &options.out {
        let path = files::absolute(&cx.directory.join(out))?;
        effects.push(Effect::WriteFile(WriteFile { path, contents: html.clone().into_bytes() }));
    }
    report.pages = Some(Pages { markdown: crate::output::markdown_of(&report, cx.config.language), html });
    Ok(Outcome::act(report, effects, options.change.into()))
}

/// Looks whether a process works on each of the runs, where the remote can be asked.
async fn attend(ground: &Ground, seen: &mut [Seen], time: Duration, is_read: bool) {
    let mut holders = Holders::new();
    for one in seen {
        let state = State::of(&one.journal);
        if !is_read {
            holders.entry(state.started.environment.clone()).or_default();
        }
        one.works = ground.works_on(&one.run, &state, time, &mut holders).await;
    }
}

/// The clock of all plans that name one, where it is the same; else UTC.
fn clock(seen: &[Seen]) -> TimeZone {
    let mut zones = seen.iter().filter_map(|one| Some(&one.plan.as_ref()?.window.as_ref()?.timezone.0));
    let first = zones.next().filter(|first| zones.all(|other| other == *first));
    first.cloned().unwrap_or(TimeZone::UTC)
}

fn unknown(name: &str, known: &BTreeSet<String>, language: Language) -> Finding {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let known = if known.is_empty() { "–".to_owned() } else { known.join(", ") };
    let (message, help) = match language {
        Language::En => (format!("no deployment to {name} is known"), format!("those that are known: {known}")),
        Language::Es => (format!("no se conoce ningún despliegue en {name}"), format!("los que se conocen: {known}")),
    };
    Finding::new("deploy/environment", Level::Error, message).help(help)
}

/// The runs on the remote, of every environment, and in which order their journals came there.
async fn elsewhere(ground: &Ground) -> Result<(Vec<Seen>, Puts)> {
    let (Some(remote), Some(repository)) = (&ground.remote, &ground.repository) else { return Ok(Default::default()) };
    let (mut seen, mut order) = (Vec::new(), Puts::new());
    for environment in runs::environments(remote).await? {
        let (tip, copies) = runs::history(remote, repository, &environment, None).await?;
        if let Some(tip) = tip {
            order.insert(environment, runs::puts(repository, &tip, &copies)?);
        }
        for copy in copies {
            let journal = journal::read(&copy.journal).map_err(|broken| {
                let message = format!("the journal of run {} on the remote is not believed: {}", copy.run, broken.why);
                Failure::cannot_tell("deploy/journal", message)
            })?;
            seen.push(seen_of(copy.run, journal, &copy.plan));
        }
    }
    Ok((seen, order))
}

/// A run with its plan, where that can still be read.
fn seen_of(run: String, journal: Journal, plan: &[u8]) -> Seen {
    let plan = std::str::from_utf8(plan).ok().and_then(|text| Plan::parse("plan.yml", text).ok());
    let names = plan.as_ref().map(preflight::vars).unwrap_or_default();
    let works = Verdict::CannotTell;
    Seen { run, journal, works, plan, vars: context::variables(names.iter().map(String::as_str)) }
}
