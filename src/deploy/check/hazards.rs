//! What a plan may say and seldom means: warnings, and errors where the check is strict.

use std::collections::{BTreeMap, BTreeSet};

use super::commands::{Command, commands};
use super::place::Source;
use crate::deploy::expression::{Expression, Scope, Status, condition_of};
use crate::deploy::plan::{Action, Job, Plan, Step, Text};
use crate::report::{Finding, Level};
use crate::yaml::{Mark, Spanned};

/// The hazards of every job: of what it does itself, and of that after what the jobs did that it waits for.
pub(super) fn check(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    let jobs = Jobs::of(plan);
    (0..jobs.0.len()).flat_map(|at| of_job(&jobs, at, source)).collect()
}

fn of_job(jobs: &Jobs<'_>, at: usize, source: &Source<'_>) -> Vec<Finding> {
    let Some(Work { job, done, back, .. }) = jobs.0.get(at) else { return Vec::new() };
    let mut findings = rebuilt(done, || jobs.before(at).iter().any(|one| one.is_pull()), source);
    findings.extend(rebuilt(back, || false, source));
    for commands in [done, back] {
        findings.extend(commands.iter().filter(|one| one.is_blind_up()).map(|one| {
            let message = "`up` ends with success while the new containers are still down";
            one.warning(source, "deploy/up-without-wait", message).help("add --wait, with --wait-timeout SECONDS")
        }));
    }
    findings.extend(maintenance_left_on(done, || jobs.after(at), source));
    findings.extend(maintenance_left_on(back, Vec::new, source));
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
struct Done<'p> {
    step: &'p Step,
    text: &'p Text,
    command: Command<'p>,
}

fn done(step: &Spanned<Step>) -> Vec<Done<'_>> {
    let Action::Run { command: text, .. } = &step.action else { return Vec::new() };
    commands(text.as_str()).into_iter().map(|command| Done { step: &step.value, text, command }).collect()
}

impl Done<'_> {
    fn warning(&self, source: &Source<'_>, rule: &str, message: impl Into<String>) -> Finding {
        let (at, width) = (self.command.at, self.command.width);
        let mut finding = source.within(self.text.mark(), self.text.as_str(), (at, width), rule, message);
        finding.level = Level::Warning;
        finding
    }

    fn is_compose(&self, subcommand: &str) -> bool {
        self.command.says(&["docker", "compose", subcommand]) || self.command.says(&["docker-compose", subcommand])
    }

    fn is_pull(&self) -> bool {
        self.is_compose("pull") || self.command.says(&["docker", "pull"])
    }

    fn is_blind_up(&self) -> bool {
        self.is_compose("up") && !self.command.has(&["--wait"])
    }

    /// Whether it makes other code run.
    fn replaces_code(&self) -> bool {
        self.is_compose("up")
            || [["kubectl", "set"], ["kubectl", "apply"], ["helm", "upgrade"]]
                .iter()
                .any(|words| self.command.says(words))
    }

    /// Whether it changes the database's schema; asking whether it must (`--check`) does not.
    fn migrates(&self) -> bool {
        let tools: [&[&str]; 4] =
            [&["alembic", "upgrade"], &["flyway", "migrate"], &["liquibase", "update"], &["prisma", "migrate"]];
        let is_tool = tools.iter().any(|words| self.command.says(words));
        (is_tool || self.command.has(&["migrate", "db:migrate"])) && !self.command.has(&["--check", "--plan"])
    }

    fn puts_maintenance_on(&self) -> bool {
        is_about_maintenance(&self.command) && has_part(&self.command, &ON)
    }

    fn takes_maintenance_off(&self) -> bool {
        let post = self.step.post.as_ref().map(|post| commands(post.as_str())).unwrap_or_default();
        (is_about_maintenance(&self.command) && has_part(&self.command, &OFF))
            || post.iter().any(|command| has_part(command, &OFF) || has_part(command, &OPEN))
    }
}

const ON: [&str; 9] = ["on", "enable", "start", "up", "touch", "activar", "activate", "encender", "iniciar"];
const OFF: [&str; 10] =
    ["off", "disable", "stop", "down", "rm", "desactivar", "deactivate", "apagar", "terminar", "finalizar"];
/// How a `post` says it without the word maintenance.
const OPEN: [&str; 6] = ["open", "reopen", "abrir", "reabrir", "lift", "levantar"];

fn is_about_maintenance(command: &Command<'_>) -> bool {
    let is_it = |word: &str| word.contains("maintenance") || word.contains("mantenimiento");
    command.words.iter().any(|word| is_it(&word.to_lowercase()))
}

/// Whether one of these words is a part of a command's word: `off` in `ops/maintenance-off.sh`.
fn has_part(command: &Command<'_>, words: &[&str]) -> bool {
    let parts = command.words.iter().flat_map(|word| word.split(|c: char| !c.is_alphanumeric()));
    parts.map(str::to_lowercase).any(|part| words.contains(&part.as_str()))
}

/// `pull`, then `up --build`: what was pulled is built over.
fn rebuilt(commands: &[Done<'_>], is_pulled: impl Fn() -> bool, source: &Source<'_>) -> Vec<Finding> {
    let builds = |one: &&Done<'_>| one.is_compose("up") && one.command.has(&["--build"]);
    let pulled = commands.iter().position(Done::is_pull);
    let built = commands.iter().enumerate().filter(|(_, one)| builds(one));
    built
        .filter(|(at, _)| pulled.is_some_and(|pulled| pulled < *at) || is_pulled())
        .map(|(_, one)| {
            let message = "the image was pulled before, and `--build` builds another one over it";
            one.warning(source, "deploy/pull-then-build", message)
                .help("leave --build out: what was tested is what runs")
        })
        .collect()
}

/// The first migration of all, after the code that needs it.
fn code_before_migration<'a, 'p: 'a>(
    commands: &[Done<'_>],
    before: impl Fn() -> Vec<&'a Done<'p>>,
    source: &Source<'_>,
) -> Option<Finding> {
    let first = commands.iter().position(Done::migrates)?;
    let (earlier, late) = commands.split_at_checked(first)?;
    let before = before();
    let runs = earlier.iter().any(Done::replaces_code) || before.iter().any(|one| one.replaces_code());
    let message = "the new code runs already when its migration does";
    let help = "migrate first, from the new image: docker compose run --rm SERVICE migrate";
    let is_late = runs && !before.iter().any(|one| one.migrates());
    let late = late.first().filter(|_| is_late)?;
    Some(late.warning(source, "deploy/code-before-migration", message).help(help))
}

/// Maintenance is off again by the `post` of its own step, which is never dropped, or by what is done later.
fn maintenance_left_on<'a, 'p: 'a>(
    commands: &[Done<'_>],
    after: impl Fn() -> Vec<&'a Done<'p>>,
    source: &Source<'_>,
) -> Vec<Finding> {
    let on = commands.iter().enumerate().filter(|(_, one)| one.puts_maintenance_on());
    on.filter(|(at, _)| !commands.iter().skip(*at).any(Done::takes_maintenance_off))
        .filter(|_| !after().iter().any(|one| one.takes_maintenance_off()))
        .map(|(_, one)| {
            let message = "maintenance goes on here, and nothing after it takes it off";
            one.warning(source, "deploy/maintenance-left-on", message)
                .help("give the step a `post` that takes it off, and `post-if: safe()`")
        })
        .collect()
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
