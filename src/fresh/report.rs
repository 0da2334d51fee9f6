//! What a person reads about generated files.

use super::judge::{Checked, Difference, Kind, State};
use crate::report::{Body, ExitCode, Finding, Level, Location, Mark, Report, Section};

/// How many files of a path are shown; the rest is counted.
pub const SHOWN: usize = 20;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The command that makes the files.
    pub run: String,
}

/// What a person reads about all paths.
#[must_use]
pub fn report(question: &Question, checked: &[Checked]) -> Report {
    let unknown = checked.iter().any(|one| matches!(one.state, State::Unknown(_)));
    let stale = checked.iter().filter(|one| matches!(one.state, State::Stale(_)));
    let stale: Vec<&str> = stale.map(|one| one.path.as_str()).collect();
    let all: Vec<&str> = checked.iter().map(|one| one.path.as_str()).collect();
    let (exit, title) = match (unknown, stale.is_empty()) {
        (true, _) => (ExitCode::CannotTell, format!("cannot tell whether {} is fresh", all.join(", "))),
        (false, true) => (ExitCode::Done, format!("{} is what its generator makes", all.join(", "))),
        (false, false) => (ExitCode::Stale, format!("{} is not what its generator makes", stale.join(", "))),
    };
    let sections = checked.iter().map(section).collect();
    let mut report = Report::new("fresh", exit, title, Body::Sections(sections));
    for one in checked {
        match &one.state {
            State::Stale(found) if !unknown => {
                report.findings.extend(found.iter().take(SHOWN).map(|difference| finding(question, difference)));
            }
            State::Unknown(why) if !report.findings.contains(why) => report.findings.push(why.clone()),
            _ => {}
        }
    }
    report.output("stale", stale.join(" "))
}

fn section(one: &Checked) -> Section {
    let (mark, summary) = match (&one.state, one.files) {
        (State::Fresh, 1) => (Mark::Good, "fresh".to_owned()),
        (State::Fresh, files) => (Mark::Good, format!("fresh: {files} files")),
        (State::Stale(found), _) if found.len() == 1 => (Mark::Bad, "stale: 1 file".to_owned()),
        (State::Stale(found), _) => (Mark::Bad, format!("stale: {} files", found.len())),
        (State::Unknown(_), _) => (Mark::Unknown, "not known".to_owned()),
    };
    let mut section = Section::new(mark, one.path.as_str(), summary).columns(["file", "what", "lines"]);
    if let State::Stale(found) = &one.state {
        for difference in found.iter().take(SHOWN) {
            let lines = difference.lines().map(|(added, removed)| format!("+{added} -{removed}")).unwrap_or_default();
            section.row(Mark::Plain, [difference.file.as_str(), difference.kind.name(), &lines]);
        }
        if let Some(more) = found.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            section.row(Mark::Plain, ["…".to_owned(), format!("and {more} more"), String::new()]);
        }
    }
    section
}

fn finding(question: &Question, difference: &Difference) -> Finding {
    let Difference { file, kind, excerpt } = difference;
    let what = match kind {
        Kind::Missing => "is made by the command, and is not there",
        Kind::Extra => "is there, and the command takes it away",
        Kind::Changed => "is not what the command makes",
        Kind::Mode => "has another mode: only one of both may be executed",
    };
    // The lines of a file that is not there yet say nothing more than that it is not there.
    let shown = excerpt.as_ref().filter(|_| *kind == Kind::Changed);
    let lines = shown.map(|excerpt| format!("\n{}", excerpt.text)).unwrap_or_default();
    let location = Location { file: file.clone(), line: shown.map(|excerpt| excerpt.line), column: None };
    Finding::new("fresh/stale", Level::Error, format!("{file} {what}{lines}"))
        .at(location)
        .help(format!("{} (run it at the top of the repository, and commit what it makes)", question.run))
}
