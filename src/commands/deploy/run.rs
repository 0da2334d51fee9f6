//! `zarpe deploy run`: a deployment plan is carried out, and what happens is written down before and after.

use std::path::PathBuf;

use anyhow::Result;

use super::check;
use super::dry_run::dry_run;
use super::ground::{Before, Ground, Read, StateOptions, mask};
use super::lease::Seen;
use super::resume;
use super::signer;
use super::work::Work;
use crate::commands::Outcome;
use crate::commands::steps::STEPS;
use crate::context::Context;
use crate::deploy::advice::Advice;
use crate::deploy::check::{check, report};
use crate::deploy::journal::{Event, Started};
use crate::deploy::mask::Mask;
use crate::deploy::plan::Plan;
use crate::deploy::preflight;
use crate::deploy::refused::Refused;
use crate::deploy::state::{Facts, Sight, State, View, lock_name};
use crate::io::signals::Signals;
use crate::io::{files, lock, machine};
use crate::report::{Body, ExitCode, Failure, Finding, Level, Report};

/// Run a deployment plan: what happens is written down before and after, and a run that was cut off is resumed.
///
/// Jobs run by `needs`, those that wait for nobody at the same time. Where a person must sign or decide, it ends with exit
/// code 5 and goes on with `zarpe deploy resume`; where maintenance was left on, with 6.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The plan.
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// What the run is told; may be given again.
    #[arg(long, value_name = "NAME=VALUE")]
    input: Vec<String>,
    /// The name of the run, of letters, digits, `-` and `_`; default: GITHUB_RUN_ID, else the time.
    #[arg(long, value_name = "ID", value_parser = name)]
    run_id: Option<String>,
    /// Go on with the run of this name where there is one, here or on the remote.
    #[arg(long)]
    or_resume: bool,
    /// Go on with it also where another run of the environment was deployed or taken back since.
    #[arg(long, requires = "or_resume")]
    over_later: bool,
    /// The version that runs now; default: the last one that was deployed here with success.
    #[arg(long, value_name = "TAG")]
    previous: Option<String>,
    /// Ask for sign-offs by a comment on this issue or pull request; `resume` reads what was answered.
    #[arg(long, value_name = "NUMBER")]
    issue: Option<u64>,
    #[command(flatten)]
    state: StateOptions,
    /// Show what each step would do, and stop.
    #[arg(long)]
    dry_run: bool,
}

/// Carries the plan out.
///
/// # Errors
/// Exit code 2 where the plan or what it is told is wrong, 1 outside its window or where it is locked, 3 where the journal
/// cannot be written.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let file = options.plan.display().to_string();
    let read = Read::of(&file, check::text(cx, &options.plan, "plan")?)?;
    let findings = check(&file, &read.text, &read.plan, STEPS);
    if findings.iter().any(|finding| finding.level == Level::Error) {
        return Ok(Outcome::report(report(&file, &read.plan, findings, false)));
    }
    let ground = Ground::open(cx, &options.state)?;
    let inputs = preflight::inputs(&read.plan, &options.input)?;
    let mut facts = Facts { inputs, sha: ground.commit(), ..read.facts() };
    let named = options.run_id.as_deref().or_else(|| cx.environment.get("GITHUB_RUN_ID"));
    facts.run_id = named.map_or_else(|| run_id(cx), ToOwned::to_owned);
    if options.or_resume && !options.dry_run {
        ground.bring(&facts.run_id).await?;
        if let Some(journal) = ground.store.read(&facts.run_id)?.filter(|journal| !journal.entries.is_empty()) {
            same(cx, &State::of(&journal), &facts)?;
            let by = resume::Again { issue: options.issue, over_later: options.over_later };
            return resume::again(cx, &facts.run_id, by, &options.state).await;
        }
    } else if named.is_some() && !options.dry_run {
        // Another machine may have begun a run of this name, in another environment as well: there can be only one.
        ground.bring(&facts.run_id).await?;
    }
    let version = match facts.inputs.get("version").filter(|version| !version.is_empty()) {
        Some(version) => Some(version.clone()),
        None => ground.version_at(facts.sha.as_deref(), &cx.config.tag.name)?,
    };
    let mask = mask(cx, &facts);
    if let Some(key) = tells_secret(&read.plan, &facts, &mask) {
        let message = format!("a secret stands in `{key}`");
        let help = "its value names the lock, and stands in the journal and on the remote: name it by something else";
        return Err(Failure::usage("deploy/secret-name", message).help(help).into());
    }
    let environment = environment(&read.plan, &facts)?;
    let (previous_tag, untold) = previous(cx, &ground, options, &read.plan, &facts, &environment).await?;
    facts.previous_tag = previous_tag;
    if let Some((name, _)) = facts.inputs.iter().find(|(_, value)| mask.finds(value.as_bytes())) {
        // An input stands in the journal, and a secret may not.
        let message = format!("a secret stands in the input `{name}`");
        let help = "name the variable that holds it under the plan's `secrets`, and ask for ${{ secrets.NAME }}";
        return Err(Failure::usage("deploy/secret-input", message).help(help).into());
    }
    if options.dry_run {
        return Ok(dry_run(cx, &read, &facts, &mask, environment));
    }
    let lacking = preflight::lacking(&file, &read.text, &read.plan, &facts);
    if !lacking.is_empty() {
        let mut report =
            Report::new("deploy run", ExitCode::Usage, format!("{file} cannot run"), Body::Sections(Vec::new()));
        report.findings = lacking;
        report.findings.extend(untold);
        return Ok(Outcome::report(report));
    }
    if let Some(refused) = outside(cx, &read.plan) {
        return Err(refused.into());
    }
    let signals = Signals::listen()?;
    let mut writer = ground.store.create(&facts.run_id)?;
    files::write(&ground.store.run(&facts.run_id).join("plan.yml"), read.text.as_bytes())?;
    let nonce = machine::nonce();
    let started = Started {
        plan: ground.named(cx, &options.plan)?,
        plan_sha256: read.sha256.clone(),
        inputs: facts.inputs.clone(),
        environment: environment.clone(),
        sha: facts.sha.clone(),
        version,
        previous_tag: facts.previous_tag.clone(),
        who: machine::who(None),
        lock_nonce: Some(nonce.clone()),
        issue: options.issue,
    };
    let event = Event::RunStarted(Box::new(started));
    let now = machine::now();
    writer.append(now, &event, true)?;
    // The journal names the lock before it is taken: what a kill leaves of it is known to be whose.
    let tenure = match ground.take(cx, &environment, (&facts.run_id, &nonce), &Seen::default()).await {
        Ok(tenure) => tenure,
        Err(refused) => {
            // Where it may have been taken, the journal has the nonce by which the run goes on.
            if Failure::from_error(&refused).finding.rule != lock::UNCLEAR {
                ground.store.forget(writer);
            }
            return Err(refused);
        }
    };
    // From its copy on another machine knows of it, and by its nonce whose the lock is.
    let begun = async {
        if preflight::asks_previous(&read.plan) {
            let (now, _) = previous(cx, &ground, options, &read.plan, &facts, &environment).await?;
            not_overtaken(cx, facts.previous_tag.as_deref(), now.as_deref())?;
        }
        ground.copy(&facts.run_id, &environment, &read.text, None).await
    };
    let copied = match begun.await {
        Ok(copied) => copied,
        Err(error) => {
            ground.lock(&environment).release(&nonce).await?;
            ground.store.forget(writer);
            return Err(error);
        }
    };
    let mut state = State::default();
    state.apply(now, writer.attempt(), &event);
    let run = facts.run_id.clone();
    let (read, facts, mask) = (&read, &facts, &mask);
    let work = Work { cx, ground: &ground, run: &run, read, facts, mask, signals, tenure, copied };
    Ok(Outcome::report(work.go("deploy run", state, writer, Vec::new()).await?))
}

/// Whether a run is the one that is asked for: by the same inputs, at the same commit or where a step of it left the clone.
///
/// # Errors
/// Exit code 1 where it is another one.
fn same(cx: &Context, state: &State, facts: &Facts) -> Result<()> {
    let (run, language, started) = (&facts.run_id, cx.config.language, &state.started);
    let names = started.inputs.keys().chain(facts.inputs.keys());
    let other = names.into_iter().find(|name| started.inputs.get(*name) != facts.inputs.get(*name));
    if let Some(name) = other {
        // What it was begun with stands in its journal; what is given now may hold anything.
        let told = format!("{name}={}", started.inputs.get(name).map_or("", String::as_str));
        return Err(Failure::refused("deploy/other-input", Refused::OtherInput(run, &told).text(language))
            .help("give it again, or begin another run")
            .into());
    }
    let both = started.sha.as_deref().zip(facts.sha.as_deref()).filter(|(then, now)| then != now);
    if let Some((then, now)) = both.filter(|(_, now)| state.left_at.as_deref() != Some(*now)) {
        // Its steps would run what nobody signed.
        return Err(Failure::refused(
            "deploy/other-commit",
            Refused::OtherCommit(run, Some(then), Some(now)).text(language),
        )
        .help(format!("git checkout {then}; in a workflow: run the failed jobs of the first run again"))
        .into());
    }
    Ok(())
}

/// That no other run was deployed while this one did not have the lock yet: a rollback would go back behind that.
///
/// # Errors
/// Exit code 1 where one was.
fn not_overtaken(cx: &Context, then: Option<&str>, now: Option<&str>) -> Result<()> {
    if now == then {
        return Ok(());
    }
    let refused = Refused::Overtaken(then.unwrap_or("?"), now.unwrap_or("?")).text(cx.config.language);
    Err(Failure::refused("deploy/overtaken", refused).help("run it again").into())
}

/// The version that runs now: as it is named, by the journals of the environment, or by the last deployment of which GitHub was
/// told that it succeeded; and why the last could not be asked.
async fn previous(
    cx: &Context,
    ground: &Ground,
    options: &Options,
    plan: &Plan,
    facts: &Facts,
    environment: &str,
) -> Result<(Option<String>, Option<Finding>)> {
    if let Some(previous) = &options.previous {
        return Ok((Some(previous.clone()), None));
    }
    // Another machine may have deployed since; what would be done is shown without a network.
    let brought = if options.dry_run { Ok(Vec::new()) } else { ground.bring_of(environment, None).await };
    let believed = brought.and_then(|apart| apart.into_iter().next().map_or(Ok(()), |apart| Err(apart.failure.into())));
    match believed.and_then(|()| ground.previous(environment, &cx.config.tag.name)) {
        Ok(Before::Version(version)) => return Ok((Some(version), None)),
        Ok(Before::Unnamed(run)) => {
            let message =
                format!("the last deployment here, run {run}, has neither an input `version` nor a version's tag");
            return Ok((None, Some(Finding::new("deploy/previous", Level::Warning, message))));
        }
        Ok(Before::Unclear(run)) => {
            let message = format!(
                "run {run} put a part of its version in service, or failed after it had begun: nobody can tell what serves"
            );
            return Ok((None, Some(Finding::new("deploy/previous", Level::Warning, message))));
        }
        Ok(Before::Nothing) => {}
        // A journal of another run that is not believed stops only a plan that asks for what it may say.
        Err(_) if options.dry_run || !preflight::asks_previous(plan) => return Ok((None, None)),
        Err(error) => {
            return Err(Failure::from_error(&error).help("or say which version runs: --previous TAG").into());
        }
    }
    if options.dry_run || !preflight::asks_previous(plan) {
        return Ok((None, None));
    }
    let Some(name) = deployed_to(View { plan, facts }) else { return Ok((None, None)) };
    let Ok(github) = signer::github(cx, ground) else { return Ok((None, None)) };
    match github.last_deployed(&name, environment, lock_name(&name) == environment).await {
        Ok(previous) => Ok((previous, None)),
        Err(error) => {
            let finding = Failure::from_error(&error).finding;
            let help = "the token needs `deployments: read`";
            Ok((None, Some(Finding { level: Level::Warning, ..finding }.help(help))))
        }
    }
}

/// The environment that GitHub knows: of the first job that has one.
pub(super) fn deployed_to(view: View<'_>) -> Option<String> {
    let name = view.plan.jobs.iter().find_map(|(_, job)| Some(&job.environment.as_ref()?.name))?;
    view.render(&State::default(), name, Sight::default()).ok().filter(|name| !name.is_empty())
}

/// A name of a run: it is that of a folder, and stands in a commit.
fn name(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let fits = !text.is_empty() && text.len() <= 100 && text.chars().all(is_plain);
    fits.then(|| text.to_owned()).ok_or_else(|| "a run's name has letters, digits, `-` and `_`, at most 100".to_owned())
}

fn run_id(cx: &Context) -> String {
    let nonce = machine::nonce();
    format!("{}-{}", cx.now.strftime("%Y%m%d-%H%M%S"), nonce.get(..4).unwrap_or(&nonce))
}

/// Why a plan may not begin now.
pub(super) fn outside(cx: &Context, plan: &Plan) -> Option<Failure> {
    let window = plan.window.as_ref()?;
    let opens = window.opens(cx.now)?;
    let local = opens.to_zoned(window.timezone.0.clone());
    let opens = local.strftime("%Y-%m-%d %H:%M %Z").to_string();
    let message = Refused::Closed(&opens).text(cx.config.language);
    Some(Failure::refused("deploy/window", message).help(Advice::InTheWindow.text(cx.config.language)))
}

/// The name of what is locked: the plan's group, else the environment of its first job that has one.
pub(super) fn environment(plan: &Plan, facts: &Facts) -> Result<String> {
    let group = plan.concurrency.as_ref().map(|lock| &lock.group);
    let first = || plan.jobs.iter().find_map(|(_, job)| Some(&job.environment.as_ref()?.name));
    let Some(text) = group.or_else(first) else { return Ok("default".to_owned()) };
    let name = View { plan, facts }.render(&State::default(), text, Sight::default()).map_err(|wrong| {
        Failure::usage("deploy/expression", format!("the name of what is locked: {}", wrong.message))
    })?;
    let name = lock_name(&name);
    Ok(if name.is_empty() { "default".to_owned() } else { name })
}

/// The key of the plan by whose value things are named before anybody is asked, and that has a secret in it.
fn tells_secret(plan: &Plan, facts: &Facts, mask: &Mask) -> Option<String> {
    let group = plan.concurrency.as_ref().map(|lock| ("concurrency".to_owned(), None, &lock.group));
    let jobs = plan.jobs.iter().filter_map(|(id, job)| {
        Some((format!("jobs.{}.environment", id.as_str()), Some(id.as_str()), &job.environment.as_ref()?.name))
    });
    let has_secret = |text: &str, job| {
        let sight = Sight { job, ..Sight::default() };
        let value = View { plan, facts }.render(&State::default(), text, sight);
        value.is_ok_and(|value| mask.finds(value.as_bytes()))
    };
    group.into_iter().chain(jobs).find(|(_, job, text)| has_secret(text, *job)).map(|(key, ..)| key)
}
