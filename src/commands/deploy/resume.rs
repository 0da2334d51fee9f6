//! `zarpe deploy resume`: goes on with a run that waited, failed, or was cut off.

use anyhow::Result;

use super::ground::{Ground, Read, StateOptions, mask};
use super::run::outside;
use super::work::Work;
use super::{later, lease};
use crate::commands::Outcome;
use crate::commands::steps::STEPS;
use crate::context::Context;
use crate::deploy::advice::Advice;
use crate::deploy::check::check;
use crate::deploy::journal::{self, Event, Part};
use crate::deploy::mask::Mask;
use crate::deploy::plan::Plan;
use crate::deploy::preflight;
use crate::deploy::refused::Refused;
use crate::deploy::state::{Facts, JobState, Standing, State, View, dependents, key, needed};
use crate::deploy::words;
use crate::io::journal::Writer;
use crate::io::lock::Tenure;
use crate::io::machine;
use crate::io::signals::Signals;
use crate::report::{ExitCode, Failure, Finding, Level};

/// Go on with a run that waits, failed, or was cut off.
///
/// What succeeded is not done again. What was cut off is settled by `done-if`, done again where it is `idempotent`, and waits
/// for a person otherwise.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The run; default: the only one that has not ended.
    #[arg(value_name = "RUN")]
    run: Option<String>,
    /// Try what failed again, also where twice is not as once, and instead of its rollback; a rollback that failed likewise.
    #[arg(long)]
    retry: bool,
    /// Go on by the plan as it is now: who signed has seen another one, and must sign again.
    #[arg(long)]
    changed_plan: bool,
    /// Go on by the commit that is checked out now: who signed has seen another one, and must sign again.
    #[arg(long)]
    changed_commit: bool,
    /// Go on also where another run of the environment was deployed or taken back since this one began.
    #[arg(long)]
    over_later: bool,
    /// Ask for sign-offs by a comment on this issue or pull request from now on.
    #[arg(long, value_name = "NUMBER")]
    issue: Option<u64>,
    #[command(flatten)]
    state: StateOptions,
}

/// A run that was opened to be worked on.
pub(super) struct Opened {
    pub(super) run: String,
    pub(super) writer: Writer,
    pub(super) state: State,
    pub(super) read: Read,
    pub(super) facts: Facts,
    pub(super) mask: Mask,
    /// Where sign-offs are asked for from now on, where that is named anew.
    pub(super) issue: Option<u64>,
    /// Whether it may go on over a later run.
    pub(super) over_later: bool,
    /// The commit that it goes on by, where that is another one from now on.
    pub(super) commit: Option<String>,
}

/// Which plan a run goes on by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The one that it went by, and its file is still the same.
    Same,
    /// The one that its file holds now.
    Changed,
    /// The one that it went by, whatever its file holds now.
    Kept,
}

impl By {
    /// As `--changed-plan` says.
    pub(super) fn option(changed_plan: bool) -> Self {
        if changed_plan { Self::Changed } else { Self::Same }
    }
}

/// Opens a run for this process alone.
///
/// # Errors
/// Exit code 1 where another process works on it or its plan has changed, 2 where there is none, 3 where it is not believed.
pub(super) fn open(cx: &Context, ground: &Ground, run: String, by: By) -> Result<Opened> {
    let (writer, journal) = ground.store.resume(&run).map_err(|error| ground.in_language(error))?;
    let state = State::of(&journal);
    let kept = ground.kept(&run, &state)?;
    // What goes by the plan that was kept does not ask whether its file holds one at all by now.
    let current = if by == By::Kept { None } else { ground.current(cx, &state.started.plan, &state.plan_sha256)? };
    let read = match current {
        Some(current) if current.sha256 == state.plan_sha256 => current,
        Some(_) if by == By::Same => {
            let message = Refused::ChangedPlan(&state.started.plan, &run).text(cx.config.language);
            return Err(Failure::refused("deploy/changed-plan", message)
                .help(Advice::PutBack.text(cx.config.language))
                .into());
        }
        Some(current) => {
            if let Some(place) = state.moved(&kept.plan, &current.plan) {
                let message = Refused::Moved(&place.to_string()).text(cx.config.language);
                return Err(Failure::refused("deploy/moved-step", message)
                    .help(Advice::KeepSteps.text(cx.config.language))
                    .into());
            }
            // In the middle of a run a mistake costs more than before it.
            let mut wrong = check(&current.file, &current.text, &current.plan, STEPS).into_iter();
            if let Some(finding) = wrong.find(|finding| finding.level == Level::Error) {
                return Err(Failure { exit: ExitCode::Usage, finding }.into());
            }
            current
        }
        None if by == By::Changed => {
            let message = format!("there is no plan {} any more", state.started.plan);
            return Err(Failure::usage("deploy/no-plan", message).help("go on without --changed-plan").into());
        }
        None if kept.sha256 == state.plan_sha256 => kept,
        // A process was killed before it went on by another one, or somebody changed it.
        None => {
            let path = ground.store.run(&run).join("plan.yml").display().to_string();
            let message = Refused::OtherKept(&run, &path).text(cx.config.language);
            return Err(Failure::cannot_tell("deploy/no-plan", message)
                .help(Advice::PutBack.text(cx.config.language))
                .into());
        }
    };
    let facts = Facts {
        run_id: run.clone(),
        inputs: state.started.inputs.clone(),
        sha: state.started.sha.clone(),
        previous_tag: state.started.previous_tag.clone(),
        ..read.facts()
    };
    let mask = mask(cx, &facts);
    Ok(Opened { run, writer, state, read, facts, mask, issue: None, over_later: true, commit: None })
}

impl Opened {
    /// That the plan's file holds another plan by now than the one that the run goes by, where it does.
    ///
    /// # Errors
    /// Exit code 3 where the file cannot be read.
    pub(super) fn differs(&self, cx: &Context, ground: &Ground) -> Result<Option<Finding>> {
        let file = &self.state.started.plan;
        let differs = ground.differs(cx, file, &self.read.sha256)?;
        let message = || words::another_plan(cx.config.language, file, &self.run);
        Ok(differs.then(|| Finding::new("deploy/changed-plan", Level::Warning, message())))
    }

    /// Goes by the commit that the clone is at from now on, where it is another one and can be told.
    fn moves_on(&mut self, cx: &Context, ground: &Ground) -> Option<Finding> {
        let known = [&self.state.started.sha, &self.state.left_at];
        let now = ground.commit().filter(|now| known.iter().any(|known| known.as_ref() != Some(now)))?;
        let left = self.state.left_at.as_deref();
        let message = Refused::OtherCommit(&self.run, left, Some(&now)).text(cx.config.language);
        self.facts.sha = Some(now.clone());
        self.commit = Some(now);
        let help = "from now on it goes by this one; who signed must sign again";
        Some(Finding::new("deploy/other-commit", Level::Warning, message).help(help))
    }

    /// Whether steps of the deployment would begin that people signed at another commit. What cleans up, takes back, or was to start
    /// later goes on all the same.
    fn begins_what_was_signed(&self, more: &[Event]) -> bool {
        let mut state = self.state.clone();
        let is_signed = state.signatures.iter().any(|one| one.place.part == Part::Steps);
        if !is_signed || state.cancelled || state.finished.is_some() && more.is_empty() {
            return false;
        }
        let (at, attempt) = (state.at, state.attempt);
        more.iter().for_each(|event| state.apply(at, attempt, event));
        state.begins_steps(View { plan: &self.read.plan, facts: &self.facts })
    }

    /// The line by which this process begins, with the lock that it takes where the run has none any more.
    ///
    /// # Errors
    /// Exit code 1 where another run holds the lock, or was deployed since and this one may not go on over it.
    async fn begin(
        &self,
        cx: &Context,
        ground: &Ground,
        seen: &lease::Seen<'_>,
        more: &[Event],
    ) -> Result<(Event, Tenure)> {
        let Self { run, state, .. } = self;
        let environment = &state.started.environment;
        let view = View { plan: &self.read.plan, facts: &self.facts };
        let (nonce, tenure) = match &state.lock_nonce {
            Some(nonce) if state.finished.is_none() && !state.clone().rests(view) => {
                (nonce.clone(), ground.take(cx, environment, (run, nonce), seen).await?)
            }
            // Its lock was released: of all who would go on now, only one may.
            former => ground.take_anew(cx, environment, run, former.as_deref(), seen).await?,
        };
        // With the lock: nobody else is deployed from now on.
        if !self.over_later
            && later::changes_service(self, more)
            && let Err(refused) = later::refuse(cx, ground, self, takes_back(more)).await
        {
            let view = View { plan: &self.read.plan, facts: &self.facts };
            if tenure.is_new || self.state.finished.is_some() || self.state.clone().rests(view) {
                ground.lock(&self.state.started.environment).release(&nonce).await?;
            }
            return Err(refused);
        }
        let taken = (self.state.lock_nonce.as_deref() != Some(nonce.as_str())).then_some(nonce);
        let plan_sha256 = self.read.sha256.clone();
        let (who, issue, sha) = (machine::who(None), self.issue, self.commit.clone());
        let event = Event::RunResumed { who, plan_sha256, lock_nonce: taken, issue, sha };
        Ok((event, tenure))
    }

    /// Goes on with it.
    ///
    /// # Errors
    /// As [`Work::go`], and exit code 2 where something that the plan needs is not set.
    pub(super) async fn go(
        self,
        cx: &Context,
        ground: &Ground,
        command: &'static str,
        more: Vec<Event>,
    ) -> Result<Outcome> {
        // Who only signs, or says what became of a step, needs none of it.
        let lacking = preflight::lacking(&self.read.file, &self.read.text, &self.read.plan, &self.facts);
        if let Some(finding) = lacking.into_iter().next() {
            return Err(Failure { exit: ExitCode::Usage, finding }.into());
        }
        let signals = Signals::listen()?;
        let seen = ground.watch(cx, &self.run, &self.state, &signals).await?;
        let (begin, tenure) = self.begin(cx, ground, &seen, &more).await?;
        if let Err(error) = ground.keep_plan(&self.run, &self.read.text) {
            ground.let_go(&self.state.started.environment, &begin).await;
            return Err(error);
        }
        let Self { run, writer, state, read, facts, mask, .. } = self;
        let (read, facts, mask) = (&read, &facts, &mask);
        let work = Work { cx, ground, run: &run, read, facts, mask, signals, tenure, copied: None };
        let first = [begin].into_iter().chain(more).collect();
        Ok(Outcome::report(work.go(command, state, writer, first).await?))
    }
}

/// Goes on with a run.
///
/// # Errors
/// Exit code 1 where it may not go on, 2 where there is no such run, 3 where the journal is not believed or cannot be written.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let ground = Ground::open(cx, &options.state)?;
    let (run, apart) = match &options.run {
        Some(run) => {
            ground.bring(run).await?;
            (run.clone(), Vec::new())
        }
        None => {
            let apart = ground.bring_all().await?;
            (ground.only_open(&apart)?, apart)
        }
    };
    let mut opened = open(cx, &ground, run, By::option(options.changed_plan))?;
    (opened.issue, opened.over_later) = (options.issue, options.over_later);
    let more = if opened.state.finished == Some(journal::Outcome::Success) || opened.state.cancelled {
        Vec::new()
    } else {
        reopened(cx, &opened.state, &opened.read.plan, options.retry)?
    };
    if let Some(refused) = outside(cx, &opened.read.plan).filter(|_| !may_go_on(&opened, &more)) {
        return Err(refused.into());
    }
    let mut elsewhere = ground.elsewhere(cx.config.language, &opened.run, &opened.state);
    if options.changed_commit && ground.commit().is_some() {
        elsewhere = opened.moves_on(cx, &ground);
    } else if let Some(finding) = elsewhere.clone().filter(|_| opened.begins_what_was_signed(&more)) {
        return Err(Failure { exit: ExitCode::Refused, finding: Finding { level: Level::Error, ..finding } }.into());
    }
    let mut outcome = opened.go(cx, &ground, "deploy resume", more).await?;
    // It is said already where that kept a step from beginning.
    let is_said = elsewhere.as_ref().is_some_and(|finding| outcome.report.findings.contains(finding));
    outcome.report.findings.extend(elsewhere.filter(|_| !is_said));
    outcome.report.findings.extend(apart.iter().map(|apart| apart.finding(cx.config.language)));
    if !apart.is_empty() && outcome.report.exit == ExitCode::Done {
        outcome.report.exit = ExitCode::CannotTell;
    }
    Ok(outcome)
}

/// Whether a job is to be taken back.
fn takes_back(more: &[Event]) -> bool {
    more.iter().any(|event| matches!(event, Event::RollbackRequested { .. }))
}

/// What who began a run may say when they name it again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Again {
    /// Where sign-offs are asked for from now on.
    pub(super) issue: Option<u64>,
    /// Whether it goes on over a later run.
    pub(super) over_later: bool,
}

/// Goes on with a run that the one who began it names again.
///
/// # Errors
/// As [`run`].
pub(super) async fn again(cx: &Context, run: &str, by: Again, state: &StateOptions) -> Result<Outcome> {
    let Again { issue, over_later } = by;
    let (run, state) = (Some(run.to_owned()), state.clone());
    let options = Options { run, retry: false, changed_plan: false, changed_commit: false, over_later, issue, state };
    self::run(cx, &options).await
}

/// Whether a run may go on beyond its window: nothing more of it begins, something of it is half done, or what is next was to
/// start later anyway.
fn may_go_on(opened: &Opened, more: &[Event]) -> bool {
    let mut state = opened.state.clone();
    if state.cancelled || state.finished.is_some() && more.is_empty() {
        return true;
    }
    let (at, attempt) = (state.at, state.attempt);
    more.iter().for_each(|event| state.apply(at, attempt, event));
    let view = View { plan: &opened.read.plan, facts: &opened.facts };
    state.is_half_done(view) || state.is_follow_up(view)
}

/// The jobs that are tried again: those that failed by a step that may be, and what was not needed after them.
fn reopened(cx: &Context, state: &State, plan: &Plan, retry: bool) -> Result<Vec<Event>> {
    let mut events: Vec<Event> = rollbacks_reopened(cx, state, retry)?;
    let mut named: Vec<&str> = Vec::new();
    let mut kept: Option<(&str, &str)> = None;
    for (id, job) in plan.jobs.iter() {
        let Some(known) = state.jobs.get(id.as_str()) else { continue };
        let failed: Vec<_> = job
            .steps
            .iter()
            .enumerate()
            .filter(|(at, step)| {
                let place = journal::Place { job: id.as_str().to_owned(), step: key(step, *at), part: Part::Steps };
                match state.standing(&place) {
                    Standing::Finished(journal::Outcome::Failure) | Standing::NotDone => true,
                    // It was killed or ran out of time at its last try, and its job failed by it.
                    Standing::Finished(journal::Outcome::Unknown) => step.is_repeatable() && step.done_if.is_none(),
                    _ => false,
                }
            })
            .collect();
        let has_failed =
            known.result == Some(journal::Outcome::Failure) || known.result.is_none() && !failed.is_empty();
        let taken_back = state.has_begun_rollback(id.as_str());
        let may = failed.iter().all(|(_, step)| step.idempotent);
        // One that waits for the decision on its rollback is not tried again behind the back of who decides.
        let offered = || [id.as_str()].into_iter().chain(needed(plan, id.as_str()));
        let asked: Vec<&str> = offered().filter(|job| state.awaits_rollback(job)).collect();
        // Who takes a job back says nothing of another one.
        let is_due = !state.takes_back && known.result.is_some() && may && !failed.is_empty() && asked.is_empty();
        let wanted = retry || is_due;
        if !has_failed || taken_back || !wanted {
            continue;
        }
        // It does not go on with what is taken back.
        if let Some(need) = state.need_gone(plan, id.as_str()) {
            kept.get_or_insert((id.as_str(), need));
            continue;
        }
        if state.has_cleaned(id.as_str()) {
            let message = Refused::CleanedUp(id.as_str()).text(cx.config.language);
            if retry {
                return Err(Failure::refused("deploy/cleaned-up", message)
                    .help(Advice::AnotherRun.text(cx.config.language))
                    .into());
            }
            continue;
        }
        for job in asked {
            let withdrawn = Event::RollbackWithdrawn { job: job.to_owned() };
            if !events.contains(&withdrawn) {
                events.push(withdrawn);
            }
        }
        for job in [id.as_str()].into_iter().chain(dependents(plan, id.as_str())) {
            let skipped = || {
                let known = state.jobs.get(job);
                known.is_some_and(|job| job.result == Some(journal::Outcome::Skipped) && job.dropped.is_none())
            };
            if !named.contains(&job) && (job == id.as_str() || skipped()) {
                named.push(job);
                events.push(Event::JobReopened { job: job.to_owned() });
            }
        }
    }
    match kept.filter(|_| retry && events.is_empty()) {
        Some((job, need)) => {
            let message = Refused::NeedTakenBack(job, need).text(cx.config.language);
            Err(Failure::refused("deploy/need-taken-back", message)
                .help(Advice::AnotherRun.text(cx.config.language))
                .into())
        }
        None => Ok(events),
    }
}

/// The rollbacks that are tried again, which a person must ask for.
fn rollbacks_reopened(cx: &Context, state: &State, retry: bool) -> Result<Vec<Event>> {
    let failed = |job: &JobState| job.rollback.is_some_and(|result| result != journal::Outcome::Success);
    let failed = state.jobs.iter().filter(|(_, job)| retry && failed(job));
    failed
        .map(|(id, _)| {
            // What succeeded of it is not done again, and relied on what was cleaned up.
            if state.has_cleaned_rollback(id) {
                let message = Refused::CleanedUp(id).text(cx.config.language);
                return Err(Failure::refused("deploy/cleaned-up", message)
                    .help(format!(
                        "{}; zarpe deploy settle RUN {id}/rollback/STEP --as done",
                        Advice::ByHand.text(cx.config.language)
                    ))
                    .into());
            }
            Ok(Event::RollbackReopened { job: id.clone() })
        })
        .collect()
}
