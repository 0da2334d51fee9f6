//! The changes found so far: one for each cause, with the operations that it reaches.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::document::{Document, Spot};
use super::rules::{Direction, Relation, Rule};
use super::words;
use crate::report::Level;

/// A change of the API: one cause, and every operation that it reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The rule's id.
    pub id: String,
    /// How bad it is for a running client.
    pub level: Level,
    /// What happened to the set of accepted values.
    pub relation: Relation,
    /// What happened, in one line: where in the component or operation, what, from what to what.
    pub text: String,
    /// Tells this change from every other, and stays the same where the document moves around it.
    pub fingerprint: String,
    /// The component that changed, as in `schemas/Item`; `None` where it is written in the operation itself.
    pub component: Option<String>,
    /// Where it was.
    pub base: Spot,
    /// Where it is.
    pub head: Spot,
    /// The operations that it reaches, in order.
    pub occurrences: Vec<Occurrence>,
}

/// An operation that a change reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The path, `webhook NAME`, or the path and expression of a callback.
    pub path: String,
    /// The method in capitals.
    pub operation: String,
    /// Who sends it.
    pub direction: Direction,
}

/// What is found, before it has its text.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) rule: Rule,
    pub(super) level: Level,
    pub(super) base: Spot,
    pub(super) head: Spot,
    /// What tells it from others of the rule at the same place.
    pub(super) subject: String,
    pub(super) detail: String,
}

/// Collects what is found; the same cause is found once.
#[derive(Debug, Default)]
pub(super) struct Changes {
    found: BTreeMap<Cause, (Found, BTreeSet<Occurrence>)>,
}

/// The rule, both pointers and the subject.
type Cause = (String, String, String, String);

impl Changes {
    pub(super) fn add(&mut self, found: Found, occurrence: Option<Occurrence>) {
        let key =
            (found.rule.id.clone(), found.base.pointer.clone(), found.head.pointer.clone(), found.subject.clone());
        let (known, occurrences) = self.found.entry(key).or_insert_with(|| (found.clone(), BTreeSet::new()));
        known.level = known.level.max(found.level);
        occurrences.extend(occurrence);
    }

    /// The worst first, then in the order of the documents.
    pub(super) fn finish(self, base: &Document, head: &Document) -> Vec<Change> {
        let finish = |(found, occurrences): (Found, BTreeSet<Occurrence>)| change(base, head, found, occurrences);
        let mut changes: Vec<Change> = self.found.into_values().map(finish).collect();
        changes.sort_by(|a, b| {
            let place = |change: &Change| (change.head.mark, change.base.mark, change.id.clone());
            b.level.cmp(&a.level).then_with(|| place(a).cmp(&place(b)))
        });
        changes
    }
}

fn change(base: &Document, head: &Document, found: Found, occurrences: BTreeSet<Occurrence>) -> Change {
    let (document, pointer) = if found.head.pointer.len() >= found.base.pointer.len() {
        (head, &found.head.pointer)
    } else {
        (base, &found.base.pointer)
    };
    Change {
        text: text(&words::place(document, pointer), &found),
        fingerprint: fingerprint(&found.rule.id, pointer, &found.subject),
        component: words::component(pointer),
        id: found.rule.id,
        level: found.level,
        relation: found.rule.relation,
        base: found.base,
        head: found.head,
        occurrences: occurrences.into_iter().collect(),
    }
}

fn text(place: &str, found: &Found) -> String {
    let joint = if found.detail.starts_with("from ") { " " } else { ": " };
    let detail = if found.detail.is_empty() { String::new() } else { format!("{joint}{}", found.detail) };
    let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
    format!("{place}{}{detail}", found.rule.text)
}

/// The first 16 digits of a hash over what does not move: the rule, the pointer, the subject; not the message.
fn fingerprint(id: &str, pointer: &str, subject: &str) -> String {
    let digest = Sha256::digest(format!("{id}\n{pointer}\n{subject}"));
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
