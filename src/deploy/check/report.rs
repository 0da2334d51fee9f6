//! What a person reads about a plan that was checked: its jobs at a glance, then what is wrong.

use crate::deploy::plan::{Job, Plan};
use crate::report::{Body, ExitCode, Finding, Level, Mark, Report, Section};

/// The report: exit code 2 with an error, 1 with a warning where warnings count, else 0.
#[must_use]
pub fn report(file: &str, plan: &Plan, mut findings: Vec<Finding>, strict: bool) -> Report {
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    let (exit, says) = match (errors, warnings) {
        (1.., _) => (ExitCode::Usage, format!("{file} cannot run: {}", number(errors, "error"))),
        (0, 1..) if strict => (ExitCode::Refused, format!("{file} has {}", number(warnings, "warning"))),
        (0, 1..) => (ExitCode::Done, format!("{file} is a plan, with {}", number(warnings, "warning"))),
        (0, 0) => (ExitCode::Done, format!("{file} is a sound plan")),
    };
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let mut report = Report::new("deploy check", exit, says, Body::Sections(vec![jobs(plan)]));
    report.findings = findings;
    report
}

/// So many of something.
#[must_use]
pub fn number(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn jobs(plan: &Plan) -> Section {
    let steps = number(plan.steps().count(), "step");
    let summary = format!("{}, {steps}", number(plan.jobs.iter().count(), "job"));
    let mut section = Section::new(Mark::Plain, "plan", summary).columns(["job", "name", "steps", "after"]);
    for (id, job) in plan.jobs.iter() {
        let name = job.name.as_ref().map_or("", |name| name.as_str());
        section.row(Mark::Plain, [id.as_str(), name, &work(job), &after(job)]);
    }
    section
}

fn work(job: &Job) -> String {
    let steps = number(job.steps.len(), "step");
    if job.rollback.is_empty() { steps } else { format!("{steps}, {} to roll back", job.rollback.len()) }
}

fn after(job: &Job) -> String {
    let needs: Vec<&str> = job.needs.iter().map(|need| need.as_str()).collect();
    let wait = job.start_in.map(|span| format!(" + {}", crate::duration::shown(span.0))).unwrap_or_default();
    if needs.is_empty() { String::new() } else { format!("after {}{wait}", needs.join(", ")) }
}
