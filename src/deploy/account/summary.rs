//! The account in short, for a terminal and for a workflow's summary.

use super::{Manner, took};
use crate::output::json::deploy_report::{DeployReport, Notes, Noticed, State, Step};
use crate::report::{Mark, Section};

/// The title, and the parts below it.
#[must_use]
pub fn summary(report: &DeployReport, manner: &Manner<'_>) -> (String, Vec<Section>) {
    let words = manner.words();
    let title = format!("{} ({}): {}", report.name, report.run, words.whole(report));
    let mut jobs = Section::new(mark(report.state), words.jobs, "").columns([words.job, words.state, words.took]);
    for job in &report.jobs {
        let took = took(job.began, job.ended).unwrap_or_default();
        jobs.row(mark(job.state), [job.name.as_str(), words.state(job.state), took.as_str()]);
    }
    let tests: Vec<&Step> = report.jobs.iter().flat_map(|job| &job.steps).filter(|step| step.test).collect();
    let passed = tests.iter().filter(|step| step.state == State::Success).count();
    let failed = tests.iter().filter(|step| matches!(step.state, State::Failure | State::Unknown)).count();
    let untold: Vec<&&Step> = tests.iter().filter(|step| step.state == State::CannotTell).collect();
    let stands = if failed > 0 {
        Mark::Bad
    } else if !untold.is_empty() {
        Mark::Unknown
    } else if passed == tests.len() && passed > 0 {
        Mark::Good
    } else {
        Mark::Plain
    };
    let mut told = Section::new(stands, words.tests, format!("{passed}/{}", tests.len()));
    for step in untold {
        told.row(Mark::Unknown, [step.label.as_str(), words.cannot_tell]);
    }
    let mut parts = vec![jobs, told];
    if let Some(window) = &report.window {
        let (opens, closes) = (manner.time(window.opens), manner.time(window.closes));
        let (stands, how) = match (window.used_from, window.overrun_minutes) {
            (None, _) => (Mark::Plain, words.not_used.to_owned()),
            (Some(_), 0) => (Mark::Good, words.in_time.to_owned()),
            (Some(_), minutes) => (Mark::Bad, format!("{minutes} {}", words.overrun)),
        };
        parts.push(Section::new(stands, words.window, format!("{opens} → {closes} ({}): {how}", manner.clock())));
    }
    parts.push(Section::new(Mark::Plain, words.sign_offs, report.sign_offs.len().to_string()));
    if !report.notices.is_empty() {
        let (mut told, mut untold) = (0, 0);
        let mut section = Section::new(Mark::Good, words.notices, "");
        for (at, one) in report.notices.iter().enumerate() {
            let is_same = |other: &Noticed| (&other.to, &other.what) == (&one.to, &one.what);
            let was_tried = report.notices.iter().take(at).any(|other| is_same(other) && !other.told);
            if one.told {
                told += 1;
                if was_tried {
                    section.row(Mark::Good, [&one.to, words.told, &manner.time(one.at)]);
                }
            // Another try says how it stands.
            } else if !report.notices.iter().skip(at + 1).any(is_same) {
                untold += 1;
                section.row(Mark::Bad, [&one.to, words.not_told, one.why.as_deref().unwrap_or_default()]);
            }
        }
        if untold > 0 {
            section.mark = Mark::Bad;
        }
        section.summary = format!("{told}/{}", told + untold);
        parts.push(section);
    }
    parts.push(noted(words.incidents, &report.incidents, words.no_incidents, words.open));
    parts.push(noted(words.recommendations, &report.recommendations, words.no_recommendations, words.open));
    (title, parts)
}

fn noted(heading: &str, notes: &Notes, none: &str, open: &str) -> Section {
    let (mark, how) = match (notes.open, notes.items.len()) {
        (true, _) => (Mark::Unknown, open.to_owned()),
        (false, 0) => (Mark::Plain, none.to_owned()),
        (false, count) => (Mark::Plain, count.to_string()),
    };
    let mut section = Section::new(mark, heading, how);
    for item in &notes.items {
        section.row(Mark::Plain, [item]);
    }
    section
}

pub(in crate::deploy) fn mark(state: State) -> Mark {
    match state {
        State::Success => Mark::Good,
        State::Failure | State::RolledBack | State::Maintenance | State::Cancelled => Mark::Bad,
        State::Unknown | State::CannotTell | State::Interrupted => Mark::Unknown,
        State::Waiting | State::Running => Mark::Pending,
        State::Open | State::Skipped | State::Dropped => Mark::Plain,
    }
}
