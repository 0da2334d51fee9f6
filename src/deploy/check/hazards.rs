//! What a plan may say and seldom means: warnings, and errors where the check is strict.

use std::collections::{BTreeMap, BTreeSet};

use super::commands::{Command, commands};
use super::containers::{builds_over, is_blind_up, pulls};
use super::place::Source;
use super::programs::{migrates, replaces_code};
use super::{lifted, maintenance};
use crate::deploy::expression::{Expression, Scope, Status, condition_of};
use crate::deploy::plan::{Action, Job, Plan, Step, Text};
use crate::report::{Finding, Level};
use crate::yaml::{Mark, Spanned};

/// The hazards of every job: of what it does itself, and of that after what the jobs did that it waits for.
pub(super) fn check(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    let jobs = Jobs::of(plan);
    let each = (0..jobs.0.len()).flat_map(|at| of_job(&jobs, at, source));
    each.chain(half_locked(plan, source)).collect()
}

/// Several environments under the lock of the first one: a plan for another of them would run at the same time.
fn half_locked(plan: &Plan, source: &Source<'_>) -> Option<Finding> {
    let mut names = plan.jobs.iter().filter_map(|(_, job)| Some(&job.environment.as_ref()?.name));
    let first = names.next().filter(|_| plan.concurrency.is_none())?;
    let other = names.find(|name| name.as_str() != first.as_str())?;
    let message = format!(
        "only `{}` is locked, not `{}`: another run may work there at the same time",
        first.as_str(),
        other.as_str()
    );
    let finding = source.finding("deploy/half-locked", Level::Warning, other.mark(), message);
    Some(finding.help("name one lock for all of them: concurrency: NAME"))
}

fn of_job(jobs: &Jobs<'_>, at: usize, source: &Source<'_>) -> Vec<Finding> {
    let Some(Work { job, done, back, .. }) = jobs.0.get(at) else { return Vec::new() };
    let mut findings = rebuilt(done, || jobs.before(at), source);
    findings.extend(rebuilt(back, Vec::new, source));
    for commands in [done, back] {
        findings.extend(commands.iter().filter(|one| is_blind_up(&one.command)).map(|one| {
            let message = "`up` ends with success while the new containers are still down";
            one.warning(source, "deploy/up-without-wait", message).help("add --wait, with --wait-timeout SECONDS")
        }));
    }
    findings.extend(maintenance::left_on(done, || jobs.after(at), source));
    findings.extend(maintenance::left_on(back, Vec::new, source));
    findings.extend(maintenance::restored_in_the_open(done, back, source));
    findings.extend(lifted::unasked(job, done, || jobs.before(at), source));
    findings.extend(lifted::within(back, source));
    findings.extend(code_before_migration(done, || jobs.before(at), source));
    findings.extend(job.steps.iter().chain(&job.rollback).filter_map(|step| kept_after_failure(step, source)));
    findings.extend(job.steps.iter().filter(|_| job.rollback.is_empty()).filter_map(|step| repeated(step, source)));
    findings
}

/// The commands of every job, and which jobs it waits for.
struct Jobs<'p>(Vec<Work<'p>>);

struct Work<'p> {
    job: &'p Job,
    done: Vec<Done<'p>>,
    back: Vec<Done<'p>>,
    needs: Vec<usize>,
}

impl<'p> Jobs<'p> {
    fn of(plan: &'p Plan) -> Self {
        let places: BTreeMap<&str, usize> =
            plan.jobs.iter().enumerate().map(|(at, (id, _))| (id.as_str(), at)).collect();
        let work = |job: &'p Job| Work {
            job,
            done: job.steps.iter().flat_map(done).collect(),
            back: job.rollback.iter().flat_map(done).collect(),
            needs: job.needs.iter().filter_map(|need| places.get(need.as_str()).copied()).collect(),
        };
        Self(plan.jobs.iter().map(|(_, job)| work(job)).collect())
    }

    /// The places of the jobs that must have ended before this one begins.
    fn awaited(&self, at: usize) -> BTreeSet<usize> {
        let (mut found, mut next) = (BTreeSet::new(), vec![at]);
        while let Some(needs) = next.pop().and_then(|at| self.0.get(at)).map(|work| &work.needs) {
            next.extend(needs.iter().filter(|need| found.insert(**need)));
        }
        found
    }

    /// What is done before a job begins.
    fn before(&self, at: usize) -> Vec<&Done<'p>> {
        self.awaited(at).into_iter().filter_map(|at| self.0.get(at)).flat_map(|work| &work.done).collect()
    }

    /// What is done only after a job has ended.
    fn after(&self, at: usize) -> Vec<&Done<'p>> {
        let later = (0..self.0.len()).filter(|other| self.awaited(*other).contains(&at));
        later.filter_map(|other| self.0.get(other)).flat_map(|work| &work.done).collect()
    }
}

/// A command of a step.
pub(super) struct Done<'p> {
    pub(super) step: &'p Step,
    text: &'p Text,
    pub(super) command: Command<'p>,
}

fn done(step: &Spanned<Step>) -> Vec<Done<'_>> {
    let Action::Run { command: text, .. } = &step.action else { return Vec::new() };
    commands(text.as_str()).into_iter().map(|command| Done { step: &step.value, text, command }).collect()
}

impl Done<'_> {
    /// A warning at it.
    pub(super) fn warning(&self, source: &Source<'_>, rule: &str, message: impl Into<String>) -> Finding {
        let (at, width) = (self.command.at, self.command.width);
        let mut finding = source.within(self.text.mark(), self.text.as_str(), (at, width), rule, message);
        finding.level = Level::Warning;
        finding
    }
}

/// A pull, then a build: what was pulled is built over.
fn rebuilt<'a, 'p: 'a>(
    commands: &[Done<'_>],
    before: impl Fn() -> Vec<&'a Done<'p>>,
    source: &Source<'_>,
) -> Vec<Finding> {
    let earlier = before();
    let is_over = |one: &Done<'_>, at: usize| {
        let own = commands.iter().take(at).filter_map(|one| pulls(&one.command));
        own.chain(earlier.iter().filter_map(|one| pulls(&one.command))).any(|pull| builds_over(&one.command, &pull))
    };
    let built = commands.iter().enumerate().filter(|(at, one)| is_over(one, *at));
    built
        .map(|(_, one)| {
            let (message, help) = if one.command.has(&["--build"]) {
                (
                    "the image was pulled before, and `--build` builds another one over it",
                    "leave --build out: what was tested is what runs",
                )
            } else {
                (
                    "the image was pulled before, and this builds another one over it",
                    "leave it out: what was tested is what runs",
                )
            };
            one.warning(source, "deploy/pull-then-build", message).help(help)
        })
        .collect()
}

/// The first migration of all, after the code that needs it.
fn code_before_migration<'a, 'p: 'a>(
    commands: &[Done<'_>],
    before: impl Fn() -> Vec<&'a Done<'p>>,
    source: &Source<'_>,
) -> Option<Finding> {
    let first = commands.iter().position(|one| migrates(&one.command))?;
    let (earlier, late) = commands.split_at_checked(first)?;
    let before = before();
    let mut sooner = earlier.iter().map(|one| &one.command).chain(before.iter().map(|one| &one.command));
    let runs = sooner.any(replaces_code);
    let message = "the new code runs already when its migration does";
    let help = "migrate first, from the new image: docker compose run --rm SERVICE migrate";
    let is_late = runs && !before.iter().any(|one| migrates(&one.command));
    let late = late.first().filter(|_| is_late)?;
    Some(late.warning(source, "deploy/code-before-migration", message).help(help))
}

/// A clean-up that no failure lets run: it is held back even where it is safe, and maintenance stays on until a person lifts it.
fn kept_after_failure(step: &Spanned<Step>, source: &Source<'_>) -> Option<Finding> {
    let text = step.post_if.as_ref()?;
    let condition = condition_of(text.as_str()).ok()?;
    let asks_for_success = condition.calls("success") || !condition.asks_for_status();
    let runs_after_failure = ["always", "failure"].iter().any(|name| condition.calls(name));
    if !asks_for_success || runs_after_failure || is_met_by_safe(&condition) {
        return None;
    }
    let message = "after a failure this clean-up is held back, also where it is safe: maintenance can stay on";
    let finding = source.finding("deploy/kept-after-failure", Level::Warning, text.mark(), message);
    Some(
        finding
            .help("write `post-if: safe()`: success, a rollback that was completed, or nothing begun after the step"),
    )
}

/// Whether a condition that asks for nothing else holds after a failure where it is safe.
fn is_met_by_safe(condition: &Expression) -> bool {
    let contexts = serde_json::Value::Object(serde_json::Map::new());
    let status = Status { success: false, failure: true, cancelled: false, safe: true };
    let scope = Scope { contexts: &contexts, status, withheld: &[] };
    condition.references().is_empty() && condition.ask(&scope).is_ok_and(|value| value.is_true())
}

/// What cannot be done twice, cannot be looked at, and cannot be taken back: after a kill only a person can go on.
fn repeated(step: &Spanned<Step>, source: &Source<'_>) -> Option<Finding> {
    if step.is_repeatable() || step.done_if.is_some() {
        return None;
    }
    let message = format!("after a kill nobody can tell whether `{}` was done", step.label().trim());
    let finding = source.finding("deploy/not-repeatable", Level::Warning, place(step), message);
    Some(finding.help("say `idempotent: true` where twice is as once, or give it `done-if`, or the job a `rollback`"))
}

/// Where people look for the step: at its name, else at what it does.
fn place(step: &Spanned<Step>) -> Mark {
    let does = match &step.action {
        Action::Run { command, .. } => command.mark(),
        Action::Uses { builtin, .. } => builtin.mark,
    };
    step.name.as_ref().map_or(does, Text::mark)
}
