//! `zarpe deploy sign`: a person signs a step that waits for it.

use std::path::PathBuf;

use anyhow::Result;

use super::ground::{Ground, StateOptions, again};
use super::resume::{By, Opened, open};
use super::settle::one;
use super::signer::{SignOff, sign};
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::journal::{Event, Part, Place};
use crate::deploy::plan::Plan;
use crate::deploy::refused::Refused;
use crate::deploy::state::{Decision, Facts, Request, State, View, find, step_of};
use crate::deploy::words;
use crate::io::files;
use crate::report::{Body, ExitCode, Failure, Finding, Level, Report};

/// Sign a step that waits for it, as the person whose token or SSH key it is.
///
/// A sign-off is for one role, and for the plan that the run goes by: where it goes by another one, it is void.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The run.
    #[arg(value_name = "RUN")]
    run: String,
    /// The step: JOB/STEP, JOB/rollback/STEP, or its id.
    #[arg(value_name = "STEP")]
    step: String,
    /// The role that is signed for; default: the first missing one that you are a member of, with an SSH key the only missing one.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// What it is signed on: what was looked at, or its address.
    #[arg(long, value_name = "TEXT")]
    evidence: Option<String>,
    /// Sign with this SSH key instead of by the token; its principal in .github/allowed_signers, or where `deploy.signers` of
    /// zarpe.yml says, is the login.
    #[arg(long, value_name = "FILE")]
    ssh_key: Option<PathBuf>,
    #[command(flatten)]
    state: StateOptions,
}

/// Writes the sign-off down.
///
/// # Errors
/// Exit code 1 where the step does not wait for it or this person may not sign, 2 where there is no such run or step, 3 where
/// it cannot be told who this is.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let ground = Ground::open(cx, &options.state)?;
    again(async || attempt(cx, &ground, options).await).await
}

async fn attempt(cx: &Context, ground: &Ground, options: &Options) -> Result<Outcome> {
    ground.bring(&options.run).await?;
    let mut opened = open(cx, ground, options.run.clone(), By::Kept)?;
    let differs = opened.differs(cx, ground)?;
    let asked = asked(&mut opened.state, &opened.read.plan, &opened.facts);
    let found = find(&opened.read.plan, &options.step);
    let waits: Vec<Place> = found.iter().filter(|place| asked.contains(place)).cloned().collect();
    let place = one(if waits.is_empty() { &found } else { &waits }, &options.step)?;
    if waits.is_empty() {
        let message = Refused::NotAsked(&place.to_string()).text(cx.config.language);
        return Err(Failure::refused("deploy/not-asked", message)
            .help(format!("zarpe deploy status {}", options.run))
            .into());
    }
    if let Some(evidence) = &options.evidence
        && opened.mask.finds(evidence.as_bytes())
    {
        // It stands in the journal, and a secret may not.
        return Err(Failure::usage("deploy/secret-evidence", "a secret stands in the evidence")
            .help("say what you looked at, without it")
            .into());
    }
    // The program that signs runs in a folder of its own.
    let key = options.ssh_key.as_ref().map(|file| files::absolute(&cx.directory.join(file))).transpose()?;
    let off = SignOff {
        run: &options.run,
        place: &place,
        role: options.role.as_deref(),
        evidence: options.evidence.as_deref(),
        key: key.as_deref(),
    };
    let event = sign(cx, ground, &opened.read, &opened.state, off).await?;
    let now = ground.record(&mut opened, &event).await?;
    let Opened { run, state, read, .. } = opened;
    let (who, role) = match &event {
        Event::Signed { login, role, .. } => (login.as_str(), role.as_str()),
        _ => ("", ""),
    };
    let request = step_of(&read.plan, &place).and_then(|step| Request::of(step).ok()).unwrap_or_default();
    let missing = request.missing(&state, &place);
    let language = cx.config.language;
    let rest = if missing.is_empty() && differs.is_some() && place.part == Part::Rollback {
        // It goes by the plan that was signed; `resume` would refuse it.
        format!("zarpe deploy rollback {run} {}", place.job)
    } else if missing.is_empty() {
        format!("zarpe deploy resume {run}")
    } else {
        words::still_missing(language, &missing.join(", "))
    };
    let title = format!("{}; {rest}", words::signed_of(language, who, &place.to_string(), &run, role));
    let mut report = Report::new("deploy sign", ExitCode::Done, title, Body::Sections(Vec::new()));
    report.findings.extend(differs);
    if let Some(opened) = state.open_since(&place) {
        let minutes = now.duration_since(opened).as_mins();
        let lost = words::would_be_lost(cx.config.language, &place.job, minutes);
        report.findings.push(Finding::new("deploy/writes-lost", Level::Warning, lost));
    }
    Ok(Outcome::report(report))
}

/// The steps that wait for a sign-off now.
fn asked(state: &mut State, plan: &Plan, facts: &Facts) -> Vec<Place> {
    let view = View { plan, facts };
    let jobs = plan.jobs.iter().map(|(id, _)| id.as_str());
    jobs.filter_map(|id| match state.decide(view, id) {
        Decision::Sign(place) => Some(place),
        _ => None,
    })
    .collect()
}
