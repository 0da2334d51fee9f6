//! Annotations: workflow commands of GitHub Actions, which its runner reads on either standard stream.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use super::escape::{command_data, command_property};
use super::{Style, shown, words};
use crate::config::Language;
use crate::report::{ExitCode, Failure, Finding, Level, Report};

/// The answer on standard output: the title, then the findings.
pub(super) fn answer(report: &Report, style: &Style) -> String {
    title(report) + &findings(report, style)
}

/// What GitHub shows beside an answer in another format: the findings, or the title where nothing else says why the answer
/// is no yes.
pub(super) fn aside(report: &Report, style: &Style) -> String {
    let explained = report.findings.iter().any(|finding| finding.level == Level::Error);
    if report.exit == ExitCode::Done || explained { findings(report, style) } else { answer(report, style) }
}

/// What stopped a command.
pub(super) fn failure(failure: &Failure, language: Language) -> String {
    finding(&failure.finding, language)
}

fn title(report: &Report) -> String {
    let word = if report.exit == ExitCode::Done { "notice" } else { "error" };
    let command = command_property(report.command);
    format!("::{word} title=zarpe {command}::{}\n", command_data(&report.title))
}

fn findings(report: &Report, style: &Style) -> String {
    shown(&report.findings, style).map(|one| finding(one, style.language)).collect()
}

fn finding(finding: &Finding, language: Language) -> String {
    let word = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = &finding.location {
        properties.push(format!("file={}", command_property(&place.file)));
        properties.extend(place.line.map(|line| format!("line={line}")));
        properties.extend(place.column.map(|column| format!("col={column}")));
    }
    properties.push(format!("title={}", command_property(&finding.rule)));
    let help = finding.help.as_ref().map(|help| format!("\n{}: {help}", words::help(language))).unwrap_or_default();
    let message = command_data(&format!("{}{help}", finding.message));
    format!("::{word} {}::{message}\n", properties.join(","))
}
