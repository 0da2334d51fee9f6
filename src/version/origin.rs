//! Which commits made a change of an OpenAPI document: found by halving the commits that touch it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;

use super::{ApiChange, ApiEffect, Assessed, Bump};
use crate::history::{Commit, Sha};
use crate::openapi::{self, Document};
use crate::report::{Finding, Level};

/// How many documents are read on the way; a large one takes a tenth of a second.
const BUDGET: usize = 16;

/// How many changes a finding names; the rest is counted.
const NAMED: usize = 3;

/// The commits that made a change: the last of them, and the one after which they begin; one commit where nothing that touches
/// the document lies between the two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Made {
    /// The last commit in which the document is without the change; `None` for the last release.
    pub after: Option<Sha>,
    /// The first commit that is known to have it.
    pub by: Sha,
    /// Whether that commit alone touches the document since.
    pub alone: bool,
}

/// Reads a document at a commit; `None` where it is not there.
pub type Load<'a> = dyn FnMut(&str, &Sha) -> Option<Vec<u8>> + 'a;

/// The search in one document.
pub(super) struct Search<'a, 'b> {
    /// The document's path.
    pub(super) schema: &'a str,
    /// As the last release had it.
    pub(super) base: &'a Document,
    /// The commits on the way to the head that touch the document, oldest first.
    pub(super) steps: &'a [Sha],
    pub(super) today: Date,
    pub(super) load: &'a mut Load<'b>,
}

impl Search<'_, '_> {
    /// Where each of these changes was made, by its fingerprint.
    pub(super) fn origins(mut self, changes: &[&str]) -> BTreeMap<String, Made> {
        let mut seen: BTreeMap<usize, Option<BTreeSet<String>>> = BTreeMap::new();
        let mut made = BTreeMap::new();
        for change in changes {
            // Without it before the first step, with it at the last.
            let (mut without, mut with) = (0, self.steps.len());
            while with > without + 1 {
                let middle = without + (with - without) / 2;
                if seen.len() >= BUDGET && !seen.contains_key(&middle) {
                    break;
                }
                match seen.entry(middle).or_insert_with(|| self.breaking(middle)) {
                    Some(found) if found.contains(*change) => with = middle,
                    Some(_) => without = middle,
                    None => break,
                }
            }
            let at = |step: usize| step.checked_sub(1).and_then(|index| self.steps.get(index)).cloned();
            if let Some(by) = at(with) {
                made.insert((*change).to_owned(), Made { after: at(without), by, alone: with == without + 1 });
            }
        }
        made
    }

    /// What breaks callers of the last release at a step, counted from 1; `None` where the document cannot be read there.
    fn breaking(&mut self, step: usize) -> Option<BTreeSet<String>> {
        let bytes = (self.load)(self.schema, self.steps.get(step.checked_sub(1)?)?)?;
        let document = Document::parse(self.schema, std::str::from_utf8(&bytes).ok()?).ok()?;
        let changes = openapi::compare_on(self.base, &document, self.today).changes;
        Some(
            changes
                .into_iter()
                .filter(|change| change.level == Level::Error)
                .map(|change| change.fingerprint)
                .collect(),
        )
    }
}

/// The commits on the way to a head by first parents, the oldest first.
#[must_use]
pub fn steps(head: &Sha, commits: &[Commit], touching: &HashSet<Sha>) -> Vec<Sha> {
    let by_name: HashMap<&Sha, &Commit> = commits.iter().map(|commit| (&commit.sha, commit)).collect();
    let mut steps = Vec::new();
    let mut next = by_name.get(head);
    while let Some(commit) = next {
        steps.push(commit.sha.clone());
        next = commit.parents.first().and_then(|parent| by_name.get(parent));
    }
    steps.retain(|sha| touching.contains(sha));
    steps.reverse();
    steps
}

/// What breaks callers without a commit that says so: a finding for the commits that made it.
pub(super) fn unannounced(api: &[ApiChange], commits: &[Assessed], history: &[Commit]) -> Vec<Finding> {
    let mut by_origin: BTreeMap<&Made, Vec<&ApiChange>> = BTreeMap::new();
    for change in api.iter().filter(|change| change.effect == ApiEffect::Breaks) {
        if let Some(made) = &change.made {
            by_origin.entry(made).or_default().push(change);
        }
    }
    let found = by_origin.into_iter().filter_map(|(made, changes)| {
        let brought = brought(made, history);
        let concerned = || commits.iter().filter(|commit| brought.contains(&commit.sha));
        let most = concerned().map(|commit| commit.bump).max().unwrap_or_default();
        (most < Bump::Major).then(|| finding(made, &changes, most, commits))
    });
    found.collect()
}

/// The commits of a range: what leads to its end and not to its start.
fn brought(made: &Made, history: &[Commit]) -> HashSet<Sha> {
    let by_name: HashMap<&Sha, &Commit> = history.iter().map(|commit| (&commit.sha, commit)).collect();
    let reach = |from: Option<&Sha>, stop: &HashSet<Sha>| {
        let mut reached = HashSet::new();
        let mut next: Vec<&Sha> = from.into_iter().collect();
        while let Some(commit) = next.pop() {
            let Some(known) = by_name.get(commit).filter(|_| !stop.contains(commit)) else { continue };
            if reached.insert(known.sha.clone()) {
                next.extend(&known.parents);
            }
        }
        reached
    };
    // Where one commit alone touches the document, what lies before it is not concerned.
    let first_parent = by_name.get(&made.by).and_then(|commit| commit.parents.first());
    let before = if made.alone { first_parent } else { made.after.as_ref() };
    let before = reach(before, &HashSet::new());
    reach(Some(&made.by), &before)
}

fn finding(made: &Made, changes: &[&ApiChange], most: Bump, commits: &[Assessed]) -> Finding {
    let subject = commits.iter().find(|commit| commit.sha == made.by).map(|commit| format!(" ({})", commit.subject));
    let by = format!("{}{}", made.by.short(), subject.unwrap_or_default());
    let (came, asks) = match (&made.after, made.alone) {
        (_, true) => (format!("came with {by}"), "asks"),
        (Some(after), false) => (format!("came after {}, up to {by}", after.short()), "ask"),
        (None, false) => (format!("came since the last release, up to {by}"), "ask"),
    };
    let asked = if most == Bump::None { "no version".to_owned() } else { format!("{} only", most.as_str()) };
    let mut named: Vec<String> = changes.iter().take(NAMED).map(|one| format!("{}: {}", one.place, one.text)).collect();
    if let Some(more) = changes.len().checked_sub(NAMED).filter(|more| *more > 0) {
        named.push(format!("and {more} more"));
    }
    let what = if changes.len() == 1 {
        "1 change that breaks callers".to_owned()
    } else {
        format!("{} changes that break callers", changes.len())
    };
    let message = format!("{what} {came}, which {asks} for {asked}\n{}", named.join("\n"));
    Finding::new("version/unannounced", Level::Warning, message)
        .help("the version counts it all the same; to say so in the notes: a commit with `!` after its type, or `BREAKING CHANGE:`")
}
