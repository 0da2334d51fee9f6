//! Commits into sections: what was taken back inside the range is not there, and nothing stands twice.

use std::collections::BTreeMap;

use super::{Entry, Kind, Section};
use crate::version::{Assessed, Change, Reason};

/// The sections of these commits, which are given newest first.
#[must_use]
pub fn sections(commits: &[Assessed]) -> Vec<Section> {
    let mut by_kind: BTreeMap<Kind, Vec<Entry>> = BTreeMap::new();
    for commit in commits.iter().rev().filter(|commit| !commit.is_cancelled()) {
        for (kind, entry) in entries(commit) {
            by_kind.entry(kind).or_default().push(entry);
        }
    }
    let section = |(kind, mut entries): (Kind, Vec<Entry>)| {
        // A stable sort: within a scope the order of the history stays. What has no scope comes first.
        entries.sort_by(|a, b| a.scope.cmp(&b.scope));
        Section { kind, entries }
    };
    by_kind.into_iter().map(section).collect()
}

fn entries(commit: &Assessed) -> Vec<(Kind, Entry)> {
    let (subject, number) = without_number(&commit.subject);
    let entry = |change: &Change| {
        let (description, own) = without_number(&change.description);
        let upgrade = change.breaking.as_ref().filter(|text| without_number(text).0 != description);
        let entry = Entry {
            commit: commit.sha.clone(),
            scope: change.scope.clone(),
            description: description.to_owned(),
            pull_request: own.or(number),
            upgrade: upgrade.cloned(),
        };
        (kind(change), entry)
    };
    if matches!(commit.reason, Reason::NotConventional(_)) {
        let description = subject.to_owned();
        let entry = Entry { commit: commit.sha.clone(), scope: None, description, pull_request: number, upgrade: None };
        return vec![(Kind::Others, entry)];
    }
    // Under a conventional first line, what a squash listed is how it was made; only what it breaks is news.
    let has_own = commit.reading.flaw.is_none();
    let told = |(at, change): &(usize, &Change)| !has_own || *at == 0 || change.breaking.is_some();
    commit.reading.changes.iter().enumerate().filter(told).map(|(_, change)| entry(change)).collect()
}

fn kind(change: &Change) -> Kind {
    if change.breaking.is_some() {
        return Kind::Breaking;
    }
    match change.kind.as_str() {
        "feat" => Kind::Features,
        "fix" => Kind::Fixes,
        "perf" => Kind::Performance,
        "revert" => Kind::Reverts,
        _ => Kind::Others,
    }
}

/// The text without ` (#12)` at its end, as GitHub writes it when it squashes, and the number.
fn without_number(text: &str) -> (&str, Option<u64>) {
    text.strip_suffix(')')
        .and_then(|rest| rest.rsplit_once(" (#"))
        .and_then(|(rest, number)| Some((rest.trim_end(), Some(number.parse().ok()?))))
        .unwrap_or((text, None))
}
