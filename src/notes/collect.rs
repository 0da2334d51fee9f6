//! Commits into sections: what was taken back inside the range is not there, and nothing stands twice.

use std::collections::{BTreeMap, HashSet};

use super::{Entry, Kind, Known, Pull, Rules, Section, Words, references};
use crate::version::{Assessed, Change, Reading, Reason};

/// The sections of these commits, which are given newest first.
#[must_use]
pub fn sections(commits: &[Assessed], rules: &Rules, words: &Words, known: &Known) -> Vec<Section> {
    let mut by_kind: BTreeMap<Kind, Vec<Entry>> = BTreeMap::new();
    let mut titles = HashSet::new();
    for commit in commits.iter().rev().filter(|commit| !commit.is_cancelled()) {
        let pull = known.pull(&commit.sha);
        let collected = Collected { commit, rules, pull };
        match (&commit.reason, pull) {
            // Several such commits of one pull request are one change, which its title names.
            (Reason::NotConventional(_), Some(pull)) if !titles.insert(pull.number) => {}
            _ => collected.entries(&mut by_kind),
        }
    }
    let section = |(kind, mut entries): (Kind, Vec<Entry>)| {
        // A stable sort: within a scope the order of the history stays. What has no scope comes first.
        entries.sort_by(|a, b| a.scope.cmp(&b.scope));
        let custom = if let Kind::Custom(at) = kind { rules.sections.get(at) } else { None };
        let heading = custom.map_or_else(|| words.heading(kind).to_owned(), |rule| rule.title.clone());
        Section { kind, heading, entries }
    };
    by_kind.into_iter().map(section).collect()
}

/// A commit on its way into the sections.
struct Collected<'a> {
    commit: &'a Assessed,
    rules: &'a Rules,
    pull: Option<&'a Pull>,
}

impl Collected<'_> {
    fn entries(&self, by_kind: &mut BTreeMap<Kind, Vec<Entry>>) {
        let commit = self.commit;
        let mut add = |kind: Option<Kind>, entry: Entry| {
            if let Some(kind) = kind {
                by_kind.entry(kind).or_default().push(entry);
            }
        };
        if matches!(commit.reason, Reason::NotConventional(_)) {
            let subject = || Change { description: commit.subject.clone(), ..Change::default() };
            let change = self.pull.map_or_else(subject, titled);
            return add(self.rules.kind(&change, self.pull), self.entry(&change, None));
        }
        // Under a conventional first line, what a squash listed is how it was made; only what it breaks is news.
        let has_own = commit.reading.flaw.is_none();
        for (at, change) in commit.reading.changes.iter().enumerate() {
            if has_own && at > 0 && change.breaking.is_none() {
                continue;
            }
            let (description, _) = without_number(&change.description);
            let upgrade = change.breaking.as_ref().filter(|text| without_number(text).0 != description);
            add(self.rules.kind(change, self.pull), self.entry(change, upgrade.cloned()));
            // The convention of Angular: what goes one day, and how to do without it.
            let deprecated = change.footers.iter().filter(|footer| footer.token.eq_ignore_ascii_case("deprecated"));
            for footer in deprecated {
                let (first, rest) = footer.value.split_once('\n').unwrap_or((&footer.value, ""));
                let rest = Some(rest.trim()).filter(|rest| !rest.is_empty()).map(ToOwned::to_owned);
                let entry = Entry { description: first.to_owned(), issues: Vec::new(), ..self.entry(change, rest) };
                add(Some(Kind::Deprecations), entry);
            }
        }
    }

    fn entry(&self, change: &Change, upgrade: Option<String>) -> Entry {
        let (_, number) = without_number(&self.commit.subject);
        let (description, own) = without_number(&change.description);
        let pull_request = own.or(number).or(self.pull.map(|pull| pull.number));
        let mut issues = references::issues(change, &self.rules.trackers);
        // The pull request itself is no news; that it closes an issue of its own number cannot be.
        issues.retain(|issue| pull_request.is_none_or(|number| issue.name != format!("#{number}")));
        Entry {
            commit: self.commit.sha.clone(),
            kind: change.kind.clone(),
            scope: change.scope.clone(),
            description: description.to_owned(),
            pull_request,
            title: self.pull.map(|pull| pull.title.clone()),
            labels: self.pull.map(|pull| pull.labels.clone()).unwrap_or_default(),
            upgrade,
            issues,
            authors: self.commit.authors.clone(),
        }
    }
}

/// What the title of a pull request says of commits that say nothing themselves. Its type is left out: the version does not go
/// by it, and a section must not promise what the version does not keep.
fn titled(pull: &Pull) -> Change {
    let (scope, description) = match Reading::of(&pull.title).changes.into_iter().next() {
        Some(title) => (title.scope, title.description),
        None => (None, pull.title.clone()),
    };
    Change { scope, description, ..Change::default() }
}

/// The text without ` (#12)` at its end, as GitHub writes it when it squashes, and the number.
pub(super) fn without_number(text: &str) -> (&str, Option<u64>) {
    text.strip_suffix(')')
        .and_then(|rest| rest.rsplit_once(" (#"))
        .and_then(|(rest, number)| Some((rest.trim_end(), Some(number.parse().ok()?))))
        .unwrap_or((text, None))
}
