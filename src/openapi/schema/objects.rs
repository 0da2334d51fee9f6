//! Properties of two schemas: which there are, which must be there, and which a direction does not see.

use std::collections::BTreeSet;

use super::compare::{Local, Pair, View, compare};
use super::marks::is_hidden;
use super::{Types, Written, normalise};
use crate::openapi::document::{Document, Place};
use crate::openapi::rules::{Direction, PropertyChange, SchemaChange};
use crate::openapi::trail::Spot;
use crate::yaml::Value;

/// How a name stands in an object, seen from one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Absent,
    Hidden,
    Optional,
    Required,
}

impl<'a> View<'a, '_, '_> {
    pub(super) fn objects(&mut self) {
        if !self.concerns(Types::OBJECT) {
            return;
        }
        let base = self.base.properties.keys().chain(&self.base.required);
        let head = self.head.properties.keys().chain(&self.head.required);
        let names: BTreeSet<&'a str> = base.chain(head).copied().collect();
        for name in names {
            self.property(name);
        }
        self.closures();
    }

    fn property(&mut self, name: &'a str) {
        let (base, head) = (self.base.properties.get(name), self.head.properties.get(name));
        let needed = (self.base.required.contains(name), self.head.required.contains(name));
        let was = standing(self.sides.base, base, needed.0, self.direction());
        let is = standing(self.sides.head, head, needed.1, self.direction());
        let hidden = || hidden_change(was, is, needed).or_else(|| self.marked(was, is, base, head));
        if let Some(change) = self.property_change(was, is, head).or_else(hidden) {
            let (base, head) = (self.property_spot(base, self.base), self.property_spot(head, self.head));
            self.record_at(SchemaChange::Property(change), base, head, name, format!("`{name}`"));
        }
        let seen = |standing| matches!(standing, Standing::Optional | Standing::Required);
        if seen(was) && seen(is) {
            self.enter(base, head, self.pair.at.inside());
        }
        if let (Standing::Hidden, Some(base), Some(head)) = (is, base, head) {
            self.hidden(base, head);
        }
    }

    /// What changed in a property that this direction does not see.
    fn hidden(&mut self, base: &Written<'a>, head: &Written<'a>) {
        let at = self.pair.at.inside();
        let pair = Pair { base: base.clone(), head: head.clone(), at, mode: self.pair.mode };
        let compared = compare(self.sides, &pair);
        let told = |local: Local| Some(Local { change: local.change.of_hidden()?, ..local });
        self.out.local.extend(compared.local.into_iter().filter_map(told));
    }

    /// What became of the mark that hides a property from the other direction; this one does not feel it.
    fn marked(
        &self,
        was: Standing,
        is: Standing,
        base: Option<&Written<'a>>,
        head: Option<&Written<'a>>,
    ) -> Option<PropertyChange> {
        let seen = |standing| matches!(standing, Standing::Optional | Standing::Required);
        if !seen(was) || was != is {
            return None;
        }
        let other = self.direction().reversed();
        let (was_marked, is_marked) =
            (is_hidden(self.sides.base, base, other), is_hidden(self.sides.head, head, other));
        let required = is == Standing::Required;
        match (was_marked, is_marked) {
            (false, true) => Some(PropertyChange::Marked { required }),
            (true, false) => Some(PropertyChange::Unmarked { required }),
            _ => None,
        }
    }

    fn property_spot(&self, written: Option<&Written<'a>>, schema: &super::Schema<'a>) -> Spot {
        written.map_or_else(|| schema.keyword("properties"), Written::spot)
    }

    fn property_change(&self, was: Standing, is: Standing, head: Option<&Written<'a>>) -> Option<PropertyChange> {
        use Standing::{Absent, Hidden, Optional, Required};
        let with_default = || head.is_some_and(|head| normalise(self.sides.head, head).default.is_some());
        Some(match (was, is) {
            (Absent, Required) if with_default() => PropertyChange::AddedRequiredWithDefault,
            (Absent, Required) => PropertyChange::AddedRequired,
            (Absent, Optional) => PropertyChange::AddedOptional,
            (Required | Optional, Absent) if self.is_closed() => PropertyChange::RemovedAndRefused,
            (Required, Absent) => PropertyChange::RemovedRequired,
            (Optional, Absent) => PropertyChange::RemovedOptional,
            (Optional, Required) if with_default() => PropertyChange::BecameRequiredWithDefault,
            (Optional, Required) => PropertyChange::BecameRequired,
            (Required, Optional) => PropertyChange::BecameOptional,
            (Required | Optional, Hidden) => PropertyChange::Hidden { required: was == Required },
            (Hidden, Required | Optional) => PropertyChange::Shown { required: is == Required },
            (Absent | Hidden, Absent | Hidden) | (Optional, Optional) | (Required, Required) => return None,
        })
    }

    /// Whether a caller that sends another name is refused now.
    fn is_closed(&self) -> bool {
        self.direction() == Direction::Request && self.head.closures.iter().any(forbids)
    }

    fn closures(&mut self) {
        let (base, head) = (&self.base.closures, &self.head.closures);
        match (base.as_slice(), head.as_slice()) {
            ([], []) => {}
            ([], _) => self.closure(SchemaChange::AdditionalNarrowed),
            (_, []) => self.closure(SchemaChange::AdditionalWidened),
            _ if base.len() == head.len() => {
                for (base, head) in base.iter().zip(head) {
                    self.both_closures(base, head);
                }
            }
            _ => self.closure(SchemaChange::AdditionalChanged),
        }
    }

    fn both_closures(&mut self, base: &Place<'a>, head: &Place<'a>) {
        match (forbids(base), forbids(head)) {
            (true, true) => {}
            (true, false) => self.closure(SchemaChange::AdditionalWidened),
            (false, true) => self.closure(SchemaChange::AdditionalNarrowed),
            (false, false) => {
                let (base, head) = (Written::once(base.clone()), Written::once(head.clone()));
                self.enter(Some(&base), Some(&head), self.pair.at.inside());
            }
        }
    }

    fn closure(&mut self, change: SchemaChange) {
        self.record(change, "additionalProperties", "", String::new());
    }
}

fn forbids(closure: &Place<'_>) -> bool {
    closure.node.value == Value::Bool(false)
}

/// What became of a property that this direction does not see.
fn hidden_change(was: Standing, is: Standing, needed: (bool, bool)) -> Option<PropertyChange> {
    match (was, is) {
        (Standing::Absent, Standing::Hidden) => Some(PropertyChange::AddedHidden { required: needed.1 }),
        (Standing::Hidden, Standing::Absent) => Some(PropertyChange::RemovedHidden { required: needed.0 }),
        (Standing::Hidden, Standing::Hidden) if needed.0 != needed.1 => {
            Some(PropertyChange::HiddenBecame { required: needed.1 })
        }
        _ => None,
    }
}

fn standing<'a>(
    document: &'a Document,
    written: Option<&Written<'a>>,
    required: bool,
    direction: Direction,
) -> Standing {
    match (written, required) {
        _ if is_hidden(document, written, direction) => Standing::Hidden,
        (_, true) => Standing::Required,
        (Some(_), false) => Standing::Optional,
        (None, false) => Standing::Absent,
    }
}
