//! `zarpe doctor`: what is set up, what the token may do, what is missing.

mod gather;

use anyhow::Result;

use crate::commands::Outcome;
use crate::context::Context;
use crate::doctor::{self, Line};
use crate::output::json::Document as _;
use crate::output::json::doctor::Doctor;
use crate::report::{Body, Finding, Level, Mark, Report, Section, Verdict};

/// What is set up, what the token may do, what is missing.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Looks at everything that a release needs. What cannot be looked at is a line of its own, never an error.
///
/// # Errors
/// None of its own.
pub async fn run(cx: &Context, _options: &Options) -> Result<Outcome> {
    let lines = doctor::judge(&gather::facts(cx).await);
    Ok(Outcome::report(report(&lines)))
}

fn report(lines: &[Line]) -> Report {
    let verdict = doctor::verdict(lines);
    let count = |verdict| lines.iter().filter(|line| line.verdict == verdict).count();
    let title = match verdict {
        Verdict::Yes => "everything that a release needs is here".to_owned(),
        Verdict::No => format!("{} missing for a release", things(count(Verdict::No))),
        Verdict::CannotTell => format!("{} could not be told", things(count(Verdict::CannotTell))),
    };
    let mut section = Section::new(Mark::from(verdict), "looked at", "").columns(["what", "found"]);
    for line in lines {
        section.row(line.verdict.into(), [line.what, line.says.as_str()]);
    }
    let mut report = Report::new("doctor", verdict, title, Body::Sections(vec![section]));
    report.findings = lines.iter().filter_map(finding).collect();
    // Worst first; the order of the lines within.
    report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    report.document = Doctor::new(verdict, lines).value();
    report
}

fn things(count: usize) -> String {
    if count == 1 { "1 thing is".to_owned() } else { format!("{count} things are") }
}

fn finding(line: &Line) -> Option<Finding> {
    let (rule, level) = match line.verdict {
        Verdict::Yes => return None,
        Verdict::No => ("doctor/missing", Level::Error),
        Verdict::CannotTell => ("doctor/cannot-tell", Level::Warning),
    };
    let mut finding = Finding::new(rule, level, format!("{}: {}", line.what, line.says));
    finding.help = line.remedy.clone();
    Some(finding)
}
