//! What came of two documents, for those who print it, choose a version by it, or write notes about it.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::changes::{Change, Occurrence};
use super::document::{Document, Place};
use super::operations::methods;
use super::rules::{Profile, Relation};
use super::value;
use super::walk::Walk;
use crate::report::Level;

/// Compares two documents. Whether an announced date of removal has passed is not known: see [`compare_on`].
#[must_use]
pub fn compare(base: &Document, head: &Document) -> Comparison {
    compare_for(base, head, None, Profile::Wire)
}

/// Compares two documents on a day: an operation whose announced date (`x-sunset`) has passed may go.
#[must_use]
pub fn compare_on(base: &Document, head: &Document, today: Date) -> Comparison {
    compare_for(base, head, Some(today), Profile::Wire)
}

/// Compares two documents for a profile; `today` as for [`compare_on`], or not known.
#[must_use]
pub fn compare_for(base: &Document, head: &Document, today: Option<Date>, profile: Profile) -> Comparison {
    let mut walk = Walk::new(base, head, (today, profile));
    walk.root();
    walk.operations();
    walk.components();
    let changes = walk.changes.finish(base, head);
    let operations = Operations::new(base, head, &changes);
    Comparison { changes, operations, identical: value::same(base.root(), head.root()), profile }
}

/// What changed for callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// One for each cause, the worst first.
    pub changes: Vec<Change>,
    /// The operations by what became of them.
    pub operations: Operations,
    /// Whether both documents hold the same values.
    pub identical: bool,
    /// For whom they were judged.
    pub profile: Profile,
}

/// The part of a version that a comparison proves must be raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// The documents are the same.
    None,
    /// They differ only in what no caller can notice.
    Patch,
    /// Something is new, or may be looked at differently.
    Minor,
    /// Callers break.
    Major,
}

impl Bump {
    /// Its name, as other programs read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl Comparison {
    /// The same comparison with other changes.
    pub(super) fn with(self, changes: Vec<Change>, base: &Document, head: &Document) -> Self {
        if changes == self.changes {
            return self;
        }
        Self { operations: Operations::new(base, head, &changes), changes, ..self }
    }

    /// Whether a change breaks callers.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.changes.iter().any(|change| change.level == Level::Error)
    }

    /// The changes of which it could not be determined whether they break callers.
    pub fn undecidable(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.relation == Relation::Undecidable)
    }

    /// The least bump that is proven. Where something is undecidable the true one may be larger: ask [`Self::undecidable`].
    #[must_use]
    pub fn bump(&self) -> Bump {
        match (self.is_breaking(), self.changes.is_empty(), self.identical) {
            (true, ..) => Bump::Major,
            (false, false, _) => Bump::Minor,
            (false, true, false) => Bump::Patch,
            (false, true, true) => Bump::None,
        }
    }
}

/// The operations by what became of them, each in the order of its document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// New ones.
    pub added: Vec<Operation>,
    /// Deprecated now and not before.
    pub deprecated: Vec<Operation>,
    /// Gone, whether that breaks callers or was announced.
    pub removed: Vec<Operation>,
    /// Still there, but a change breaks their callers.
    pub breaking: Vec<Operation>,
}

/// An operation, as notes speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The method in capitals.
    pub method: String,
    /// The path, `webhook NAME`, or the path and expression of a callback.
    pub path: String,
    /// The document's own summary of it; text from outside.
    pub summary: Option<String>,
    /// What breaks, in one line each; empty where nothing does.
    pub changes: Vec<String>,
}

impl Operations {
    fn new(base: &Document, head: &Document, changes: &[Change]) -> Self {
        let with = |ids: &[&str], document: &Document| -> Vec<Operation> {
            let found = changes.iter().filter(|change| ids.contains(&change.id.as_str()));
            found.flat_map(|change| &change.occurrences).map(|occurrence| operation(document, occurrence)).collect()
        };
        let mut all = Self {
            added: with(&["endpoint-added", "webhook-added"], head),
            deprecated: with(&["endpoint-deprecated", "endpoint-deprecated-with-sunset"], head),
            removed: with(
                &[
                    "api-removed-without-deprecation",
                    "api-removed-before-sunset",
                    "api-removed-sunset-unknown",
                    "api-removed-with-deprecation",
                    "api-path-removed-without-deprecation",
                    "api-path-removed-before-sunset",
                    "api-path-removed-with-deprecation",
                    "api-path-sunset-parse",
                    "webhook-removed",
                ],
                base,
            ),
            breaking: Vec::new(),
        };
        all.breaking = breaking(head, changes, &all.removed);
        all
    }
}

fn breaking(head: &Document, changes: &[Change], removed: &[Operation]) -> Vec<Operation> {
    let mut all: Vec<Operation> = Vec::new();
    let removed: HashSet<(&str, &str)> = removed.iter().map(|one| (one.path.as_str(), one.method.as_str())).collect();
    let (mut places, mut told) = (HashMap::new(), HashSet::new());
    let errors = changes.iter().filter(|change| change.level == Level::Error);
    for (change, occurrence) in errors.flat_map(|change| change.occurrences.iter().map(move |one| (change, one))) {
        if occurrence.level < Level::Error {
            continue;
        }
        let key = (occurrence.path.as_str(), occurrence.operation.as_str());
        if removed.contains(&key) {
            continue;
        }
        let at = *places.entry(key).or_insert_with(|| {
            all.push(operation(head, occurrence));
            all.len() - 1
        });
        if told.insert((at, change.text.as_str()))
            && let Some(operation) = all.get_mut(at)
        {
            operation.changes.push(change.text.clone());
        }
    }
    all.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    all
}

fn operation(document: &Document, occurrence: &Occurrence) -> Operation {
    let item = match occurrence.path.strip_prefix("webhook ") {
        Some(name) => document.top().get("webhooks").and_then(|all| all.get(name)),
        None => document.top().get("paths").and_then(|all| all.get(&occurrence.path)),
    };
    let place: Option<Place<'_>> = item
        .and_then(|item| document.resolve(&item).found())
        .and_then(|item| methods(&item).remove(&occurrence.operation));
    let summary = place.and_then(|place| value::text_of(place.node, "summary").map(ToOwned::to_owned));
    Operation { method: occurrence.operation.clone(), path: occurrence.path.clone(), summary, changes: Vec::new() }
}
