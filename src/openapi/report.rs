//! What a person reads about a comparison.

use std::collections::BTreeSet;

use super::changes::{Change, Occurrence};
use super::comparison::Comparison;
use super::document::Document;
use super::rules::Relation;
use crate::report::{Body, ExitCode, Finding, Level, Mark, Report, Section};

/// The level from which a comparison is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// What breaks callers.
    Error,
    /// What may break them as well.
    Warning,
    /// Nothing.
    Never,
}

/// What is shown, and how.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The document as it was.
    pub base: &'a Document,
    /// The document as it is.
    pub head: &'a Document,
    /// The level from which it is refused.
    pub fail_on: FailOn,
    /// A finding for each operation, not for each cause.
    pub flat: bool,
}

/// How many operations a finding names; the rest is counted.
const NAMED: usize = 4;

/// What a person reads about a comparison.
#[must_use]
pub fn report(comparison: &Comparison, shown: &Shown<'_>) -> Report {
    let exit = exit(comparison, shown.fail_on);
    let title = title(comparison, shown);
    let mut report = Report::new("openapi diff", exit, title, Body::Sections(sections(comparison)));
    let serious = comparison.changes.iter().filter(|change| change.level > Level::Info);
    report.findings = serious.flat_map(|change| findings(change, shown)).collect();
    report
        .output("breaking", comparison.is_breaking().to_string())
        .output("undecidable", comparison.undecidable().count().to_string())
        .output("bump", comparison.bump().name())
}

fn exit(comparison: &Comparison, fail_on: FailOn) -> ExitCode {
    let decided = |change: &&Change| change.relation != Relation::Undecidable || change.level == Level::Error;
    let worst = comparison.changes.iter().filter(decided);
    let worst = worst.map(|change| change.level).max();
    match fail_on {
        FailOn::Never => ExitCode::Done,
        FailOn::Error if worst >= Some(Level::Error) => ExitCode::Refused,
        FailOn::Warning if worst >= Some(Level::Warning) => ExitCode::Refused,
        _ if comparison.undecidable().next().is_some() => ExitCode::CannotTell,
        _ => ExitCode::Done,
    }
}

fn title(comparison: &Comparison, shown: &Shown<'_>) -> String {
    let errors = comparison.changes.iter().filter(|change| change.level == Level::Error).count();
    let between = format!("between {} and {}", shown.base.file(), shown.head.file());
    match (errors, comparison.undecidable().count(), comparison.changes.len()) {
        (0, 0, 0) if comparison.identical => format!("nothing changed {between}"),
        (0, 0, 0) => format!("nothing that a caller could notice changed {between}"),
        (0, 0, 1) => format!("1 change {between}, and it breaks no caller"),
        (0, 0, all) => format!("{all} changes {between}, and none breaks callers"),
        (0, 1, _) => format!("cannot tell whether 1 change {between} breaks callers"),
        (0, open, _) => format!("cannot tell whether {open} changes {between} break callers"),
        (1, ..) => format!("1 change {between} breaks callers"),
        (errors, ..) => format!("{errors} changes {between} break callers"),
    }
}

fn sections(comparison: &Comparison) -> Vec<Section> {
    let mut sections = Vec::new();
    let known: Vec<&Change> = comparison.changes.iter().filter(|change| change.level == Level::Info).collect();
    if !known.is_empty() {
        let summary = format!("{} to know about", known.len());
        let mut section = Section::new(Mark::Plain, "compatible", summary).columns(["change", "operations", "rule"]);
        for change in known {
            let reached: Vec<&Occurrence> = change.occurrences.iter().collect();
            section.row(Mark::Plain, [change.text.clone(), reach(&reached), change.id.clone()]);
        }
        sections.push(section);
    }
    if !comparison.changes.is_empty() {
        let bump = comparison.bump().name();
        let at_least = if comparison.undecidable().next().is_some() { "at least " } else { "" };
        sections.push(Section::new(Mark::Plain, "version", format!("these changes ask for {at_least}{bump}")));
    }
    sections
}

/// One finding for a cause, or one for each operation that it reaches.
fn findings(change: &Change, shown: &Shown<'_>) -> Vec<Finding> {
    if !shown.flat || change.occurrences.is_empty() {
        return vec![finding(change, &change.occurrences, shown)];
    }
    let here = |one: &Occurrence| {
        let occurrences = vec![one.clone()];
        Change { id: one.id.clone(), level: one.level, occurrences, ..change.clone() }
    };
    let serious = change.occurrences.iter().filter(|one| one.level > Level::Info).map(here);
    serious.map(|one| finding(&one, &one.occurrences, shown)).collect()
}

fn finding(change: &Change, occurrences: &[Occurrence], shown: &Shown<'_>) -> Finding {
    let was = shown.base.location(change.base.mark);
    let (worst, others): (Vec<_>, Vec<_>) = occurrences.iter().partition(|one| one.level == change.level);
    let mut reaches = if worst.is_empty() { String::new() } else { format!("\nreaches {}", reach(&worst)) };
    if !others.is_empty() {
        let ids: BTreeSet<&str> = others.iter().map(|one| one.id.as_str()).collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        reaches.push_str(&format!("\nreaches {} as {} only", reach(&others), ids.join(", ")));
    }
    let message = format!("{}{reaches}\nwas at {was}{}", change.text, elsewhere(change, shown));
    Finding::new(change.id.clone(), change.level, message).at(shown.head.location(change.head.mark)).help(help(change))
}

/// Where else it stands now.
fn elsewhere(change: &Change, shown: &Shown<'_>) -> String {
    let places = change.elsewhere.iter().map(|(_, head)| shown.head.location(head.mark).to_string());
    let mut places: Vec<String> = places.take(NAMED).collect();
    places.dedup();
    if let Some(more) = change.elsewhere.len().checked_sub(NAMED).filter(|more| *more > 0) {
        places.push(format!("and {more} more"));
    }
    if places.is_empty() { String::new() } else { format!("\nis at {} as well", places.join(", ")) }
}

fn help(change: &Change) -> String {
    let id = &change.id;
    if change.id.ends_with("-reference-not-followed") {
        return "--allow-refs DIR follows references to files below DIR; for one to an address, bundle the document first".to_owned();
    }
    match (change.relation, change.level) {
        (Relation::Undecidable, _) => format!("compare both places yourself; zarpe openapi rules --explain {id}"),
        (_, Level::Error) => {
            format!(
                "keep what callers use beside what is new, or release a major version; zarpe openapi rules --explain {id}"
            )
        }
        _ => format!("see that no caller relies on it; zarpe openapi rules --explain {id}"),
    }
}

fn reach(occurrences: &[&Occurrence]) -> String {
    let name = |one: &&Occurrence| format!("{} {}", one.operation, one.path).trim().to_owned();
    let mut all: Vec<String> = occurrences.iter().map(name).collect();
    all.dedup();
    let more = all.len().saturating_sub(NAMED);
    all.truncate(NAMED);
    if more > 0 {
        all.push(format!("and {more} more"));
    }
    all.join(", ")
}
