//! What a plan may say and seldom means: warnings, and errors where the check is strict.

use super::commands::{Command, commands};
use super::place::Source;
use crate::deploy::plan::{Action, Job, Plan, Step, Text};
use crate::report::{Finding, Level};
use crate::yaml::{Mark, Spanned};

/// The hazards of every job.
pub(super) fn check(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    plan.jobs.iter().flat_map(|(_, job)| of_job(job, source)).collect()
}

fn of_job(job: &Job, source: &Source<'_>) -> Vec<Finding> {
    let done: Vec<Done<'_>> = job.steps.iter().flat_map(done).collect();
    let back: Vec<Done<'_>> = job.rollback.iter().flat_map(self::done).collect();
    let mut findings = Vec::new();
    for commands in [&done, &back] {
        findings.extend(rebuilt(commands, source));
        findings.extend(commands.iter().filter(|one| one.is_blind_up()).map(|one| {
            let message = "`up` ends with success while the new containers are still down";
            one.warning(source, "deploy/up-without-wait", message).help("add --wait, with --wait-timeout SECONDS")
        }));
        findings.extend(maintenance_left_on(commands, source));
    }
    findings.extend(code_before_migration(&done, source));
    findings.extend(job.steps.iter().filter(|_| job.rollback.is_empty()).filter_map(|step| repeated(step, source)));
    findings
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

    fn switches_maintenance(&self, words: &[&str]) -> bool {
        let is_it = |word: &str| {
            let word = word.to_lowercase();
            word.contains("maintenance") || word.contains("mantenimiento")
        };
        self.command.words.iter().any(|word| is_it(word)) && self.command.has(words)
    }
}

const ON: [&str; 8] = ["on", "enable", "start", "up", "activar", "activate", "encender", "iniciar"];
const OFF: [&str; 9] =
    ["off", "disable", "stop", "down", "desactivar", "deactivate", "apagar", "terminar", "finalizar"];

/// `pull`, then `up --build`: what was pulled is built over.
fn rebuilt(commands: &[Done<'_>], source: &Source<'_>) -> Vec<Finding> {
    let pulled = commands.iter().position(|one| one.is_compose("pull") || one.command.says(&["docker", "pull"]));
    let after = commands.iter().skip(pulled.map_or(commands.len(), |at| at + 1));
    let built = after.filter(|one| one.is_compose("up") && one.command.has(&["--build"]));
    built
        .map(|one| {
            let message = "the image was pulled before, and `--build` builds another one over it";
            one.warning(source, "deploy/pull-then-build", message)
                .help("leave --build out: what was tested is what runs")
        })
        .collect()
}

fn code_before_migration(commands: &[Done<'_>], source: &Source<'_>) -> Vec<Finding> {
    let Some(code) = commands.iter().position(Done::replaces_code) else { return Vec::new() };
    let before = commands.iter().take(code).any(Done::migrates);
    let after = commands.iter().skip(code).find(|one| one.migrates());
    let late = after.filter(|_| !before).map(|one| {
        let message = "the new code runs already when its migration does";
        one.warning(source, "deploy/code-before-migration", message)
            .help("migrate first, from the new image: docker compose run --rm SERVICE migrate")
    });
    late.into_iter().collect()
}

/// Maintenance is off again by the `post` of its own step, which is never dropped, or by a later step.
fn maintenance_left_on(commands: &[Done<'_>], source: &Source<'_>) -> Vec<Finding> {
    let on = commands.iter().enumerate().filter(|(_, one)| one.switches_maintenance(&ON) && one.step.post.is_none());
    on.filter(|(at, _)| !commands.iter().skip(*at).any(|one| one.switches_maintenance(&OFF)))
        .map(|(_, one)| {
            let message = "maintenance goes on here, and nothing in this job takes it off";
            one.warning(source, "deploy/maintenance-left-on", message)
                .help("give the step a `post` that takes it off, and `post-if: safe()`")
        })
        .collect()
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
