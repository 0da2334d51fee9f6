//! The changes found so far: one for each cause, with the operations that it reaches.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use super::cause::{Cause, cause};
use super::document::Document;
use super::rules::{self, Direction, Relation, Rule};
use super::trail::Spot;
use super::words;
use crate::report::Level;

/// A change of the API: one cause, and every operation that it reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The rule's id; of the worst, where one cause falls under several.
    pub id: String,
    /// The ids of the other rules that the same cause falls under: in the other direction, or as a part of it.
    pub also: Vec<String>,
    /// How bad it is for whom it is judged: the worst of its occurrences.
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
    /// Where else the same cause stands, before and after: in a variant of the component, in another operation.
    pub elsewhere: Vec<(Spot, Spot)>,
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
    /// The rule that it falls under here.
    pub id: String,
    /// How bad it is here.
    pub level: Level,
}

impl Change {
    /// Whether it falls under the rule of an id.
    #[must_use]
    pub fn falls_under(&self, id: &str) -> bool {
        self.id == id || self.also.iter().any(|other| other == id)
    }

    /// Keeps these occurrences, and is by its rule and level what the worst of them is. The fingerprint and the words stay: it is
    /// the same change.
    pub(super) fn keep(&mut self, kept: impl Fn(&Occurrence) -> bool) {
        let (occurrences, gone): (Vec<Occurrence>, Vec<Occurrence>) =
            std::mem::take(&mut self.occurrences).into_iter().partition(|one| kept(one));
        self.occurrences = occurrences;
        let worst = self.occurrences.iter().max_by_key(|one| (one.level, one.id == self.id));
        let Some((id, level)) = worst.map(|worst| (worst.id.clone(), worst.level)) else { return };
        self.level = level;
        if id != self.id {
            self.relation = rules::find(&id).map_or(self.relation, |rule| rule.relation);
            self.also.push(std::mem::replace(&mut self.id, id));
        }
        let is_left = |id: &String| self.occurrences.iter().any(|one| one.id == *id);
        let was = |id: &String| gone.iter().any(|one| one.id == *id);
        self.also.retain(|id| *id != self.id && (is_left(id) || !was(id)));
        self.also.sort();
    }
}

/// An operation as a walk meets it: its path, its method in capitals, and who sends what changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Met {
    pub(super) path: String,
    pub(super) operation: String,
    pub(super) direction: Direction,
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
    /// What happened, whoever sends it: the same cause has the same aspect in both directions.
    pub(super) aspect: String,
    /// Further rules that it falls under.
    pub(super) also: Vec<String>,
    /// What it is one cause with, wherever else it is found; `None` where its own place says it.
    pub(super) whole: Option<String>,
}

/// Collects what is found; the same cause is found once.
#[derive(Debug, Default)]
pub(super) struct Changes {
    numbers: BTreeMap<Cause, usize>,
    groups: Vec<Group>,
}

/// What one cause was found as.
#[derive(Debug)]
struct Group {
    worst: Found,
    ids: BTreeSet<String>,
    places: BTreeSet<(Spot, Spot)>,
    /// Each operation with the worst that it is there.
    met: BTreeMap<Met, (Level, Rc<str>)>,
}

impl Changes {
    /// Adds what was found, and gives the number of its cause.
    pub(super) fn add(&mut self, found: Found) -> usize {
        let number = *self.numbers.entry(cause(&found)).or_insert(self.groups.len());
        if number == self.groups.len() {
            let (ids, places) = (BTreeSet::new(), BTreeSet::new());
            self.groups.push(Group { worst: found.clone(), ids, places, met: BTreeMap::new() });
        }
        let Some(group) = self.groups.get_mut(number) else { return number };
        group.places.insert((found.base.clone(), found.head.clone()));
        group.ids.insert(found.rule.id.clone());
        group.ids.extend(found.also.iter().cloned());
        if rank(&found) > rank(&group.worst) {
            group.worst = found;
        }
        number
    }

    /// Says that an operation meets what has this number.
    pub(super) fn meet(&mut self, number: usize, met: Met, level: Level, id: &Rc<str>) {
        let Some(group) = self.groups.get_mut(number) else { return };
        let known = group.met.entry(met).or_insert_with(|| (level, Rc::clone(id)));
        if level > known.0 {
            *known = (level, Rc::clone(id));
        }
    }

    /// Adds what an operation meets.
    pub(super) fn add_met(&mut self, found: Found, met: Met) {
        let (level, id) = (found.level, found.rule.id.as_str().into());
        let number = self.add(found);
        self.meet(number, met, level, &id);
    }

    /// The worst first, then in the order of the documents.
    pub(super) fn finish(self, base: &Document, head: &Document) -> Vec<Change> {
        // In the order of their causes, whichever was found first.
        let mut groups: Vec<Option<Group>> = self.groups.into_iter().map(Some).collect();
        let in_order = self.numbers.into_values().filter_map(|number| groups.get_mut(number)?.take());
        let mut changes: Vec<Change> = in_order.map(|group| change(base, head, group)).collect();
        changes.sort_by(|a, b| {
            let place = |change: &Change| (change.head.mark, change.base.mark, change.id.clone());
            b.level.cmp(&a.level).then_with(|| place(a).cmp(&place(b)))
        });
        tell_apart(&mut changes);
        changes
    }
}

/// Which of two findings of one cause stands for it: the worse, then the one that is not decided, then what the caller sends,
/// then the shorter place.
fn rank(found: &Found) -> (Level, bool, Reverse<Direction>, Reverse<(usize, &str)>) {
    let (open, pointer) = (found.rule.relation == Relation::Undecidable, found.head.pointer.as_str());
    (found.level, open, Reverse(found.rule.direction), Reverse((pointer.len(), pointer)))
}

fn change(base: &Document, head: &Document, group: Group) -> Change {
    let Group { worst: found, mut ids, mut places, met } = group;
    ids.remove(&found.rule.id);
    places.remove(&(found.base.clone(), found.head.clone()));
    let (document, pointer) = if found.head.pointer.len() >= found.base.pointer.len() {
        (head, &found.head.pointer)
    } else {
        (base, &found.base.pointer)
    };
    Change {
        text: text(&words::place(document, pointer), &found),
        fingerprint: fingerprint(&found.rule.id, &identity(&found, pointer, &places), &found.subject),
        component: words::component(pointer),
        id: found.rule.id,
        also: ids.into_iter().collect(),
        level: found.level,
        relation: found.rule.relation,
        base: found.base,
        head: found.head,
        elsewhere: places.into_iter().collect(),
        occurrences: met.into_iter().map(occurrence).collect(),
    }
}

fn occurrence((met, (level, id)): (Met, (Level, Rc<str>))) -> Occurrence {
    Occurrence { path: met.path, operation: met.operation, direction: met.direction, id: id.to_string(), level }
}

fn text(place: &str, found: &Found) -> String {
    let joint = if found.detail.starts_with("from ") { " " } else { ": " };
    let detail = if found.detail.is_empty() { String::new() } else { format!("{joint}{}", found.detail) };
    let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
    format!("{place}{}{detail}", found.rule.text)
}

/// What the fingerprint goes by: the place, or all places of what stands in several operations. One more of them is another
/// finding: who let the others pass has not seen it.
fn identity(found: &Found, pointer: &str, others: &BTreeSet<(Spot, Spot)>) -> String {
    let Some(whole) = &found.whole else { return pointer.to_owned() };
    let mut places: Vec<&str> = others.iter().map(|(base, _)| base.pointer.as_str()).collect();
    places.push(&found.base.pointer);
    places.sort_unstable();
    format!("{whole}\n{}", places.join("\n"))
}

/// Gives those that stand at one place, with the same rule and the same subject, fingerprints of their own, in their order.
fn tell_apart(changes: &mut [Change]) {
    let mut known = BTreeSet::new();
    for change in changes {
        let mut others = 0;
        while !known.insert(change.fingerprint.clone()) {
            others += 1;
            let places = format!("{}\n{}", change.base.pointer, change.head.pointer);
            change.fingerprint = fingerprint(&change.fingerprint, &places, &others.to_string());
        }
    }
}

/// The first 16 digits of a hash over what does not move: the rule, the pointer, the subject; not the message.
fn fingerprint(id: &str, pointer: &str, subject: &str) -> String {
    let digest = Sha256::digest(format!("{id}\n{pointer}\n{subject}"));
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
