//! Types, values, limits and patterns of two schemas.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::compare::View;
use super::merge::tightness;
use super::patterns;
use super::{Bound, Schema, Types, Values};
use crate::openapi::document::Place;
use crate::openapi::rules::{Limit, Relation, SchemaChange, Step, Where};
use crate::openapi::value;
use crate::report::Level;
use crate::yaml::Number;

impl View<'_, '_, '_> {
    pub(super) fn scalars(&mut self) {
        self.types();
        self.null();
        self.values();
        self.limits();
        self.multiples();
        self.patterns();
        match (self.base.unique, self.head.unique) {
            (false, true) => self.record(SchemaChange::BecameUnique, "uniqueItems", "", String::new()),
            (true, false) => self.record(SchemaChange::BecameNotUnique, "uniqueItems", "", String::new()),
            _ => {}
        }
    }

    fn types(&mut self) {
        if self.base.types == self.head.types {
            return self.formats();
        }
        let (base, head) = (self.read(self.base), self.read(self.head));
        let relation = relation(base.within(head), head.within(base));
        if relation == Relation::Equal {
            return self.formats();
        }
        let relation = match (relation, self.format_relation()) {
            (Relation::Widened, Relation::Narrowed) | (Relation::Narrowed, Relation::Widened) => Relation::Changed,
            (relation, _) => relation,
        };
        let list = (self.base.types.is_list() || self.head.types.is_list()) && self.has_alternatives();
        let change = match relation {
            Relation::Widened | Relation::Narrowed if self.is_only_text(relation) => SchemaChange::TypeCompatible,
            Relation::Widened if list => SchemaChange::TypesWidened,
            Relation::Widened => SchemaChange::TypeGeneralized,
            Relation::Narrowed if list => SchemaChange::TypesNarrowed,
            Relation::Narrowed => SchemaChange::TypeSpecialized,
            _ => SchemaChange::TypeChanged,
        };
        let words = |schema: &Schema<'_>| match schema.formats.first() {
            Some(format) => format!("{} ({format})", schema.types),
            None => schema.types.to_string(),
        };
        self.record(change, "type", "", format!("from {} to {}", words(self.base), words(self.head)));
        self.add_parts(self.parts_of_type());
    }

    /// Whether the types of a side may be written as alternatives.
    fn has_alternatives(&self) -> bool {
        [self.base, self.head].iter().any(|schema| schema.is_written("oneOf") || schema.is_written("anyOf"))
    }

    /// Further changes that are a part of the one that was recorded last.
    pub(super) fn add_parts(&mut self, parts: Vec<SchemaChange>) {
        if let Some(local) = self.out.local.last_mut() {
            local.parts.extend(parts);
        }
    }

    /// The types as they are read where the schema stands; a text that is restricted, or told from other types by name,
    /// stands for itself only.
    pub(super) fn read(&self, schema: &Schema<'_>) -> Types {
        let listed = self.base.types.is_list() || self.head.types.is_list();
        let free = schema.formats.is_empty() && schema.patterns.is_empty() && schema.values.is_none();
        match schema.types {
            types if !free || listed => types,
            Types::STRING if self.pair.mode.text => Types::ALL,
            types if self.pair.at.is_text() => types.as_text(),
            types => types,
        }
    }

    /// Whether a body is no JSON, or a header, so that a string stands for whatever is written there, and nobody sees the difference.
    fn is_only_text(&self, relation: Relation) -> bool {
        let plain = |schema: &Schema<'_>| schema.types == Types::STRING;
        let either = plain(self.base) || plain(self.head);
        let text = self.pair.mode.text || self.pair.at == Where::ResponseHeader;
        text && either && relation.level(self.direction()) == Level::Info
    }

    fn formats(&mut self) {
        let (base, head) = (&self.base.formats, &self.head.formats);
        if base == head {
            return;
        }
        let change = match self.format_relation() {
            Relation::Widened => SchemaChange::TypeGeneralized,
            Relation::Narrowed => SchemaChange::TypeSpecialized,
            _ => SchemaChange::TypeChanged,
        };
        self.record(change, "format", "format", format!("format from {} to {}", names(base), names(head)));
    }

    fn format_relation(&self) -> Relation {
        let (base, head) = (&self.base.formats, &self.head.formats);
        relation(base.is_superset(head) || widens(base, head), head.is_superset(base) || widens(head, base))
    }

    /// Where no type is given at all, the type's own change says it.
    fn null(&mut self) {
        if self.base.types == Types::ALL && self.base.nullable || self.head.types == Types::ALL && self.head.nullable {
            return;
        }
        self.nullable();
    }

    /// Whether `null` came or went; as one of several alternatives it is one of the types that did.
    pub(super) fn nullable(&mut self) {
        let (change, part) = match (self.base.nullable, self.head.nullable) {
            (false, true) => (SchemaChange::BecameNullable, SchemaChange::TypesWidened),
            (true, false) => (SchemaChange::BecameNotNullable, SchemaChange::TypesNarrowed),
            _ => return,
        };
        self.record(change, "type", "", String::new());
        self.add_parts(if self.has_alternatives() { vec![part] } else { Vec::new() });
    }

    fn values(&mut self) {
        let overlap = self.may_share_values();
        match (&self.base.values, &self.head.values) {
            (None, Some(head)) if overlap => {
                let change = if head.constant { SchemaChange::ConstAdded } else { SchemaChange::BecameEnum };
                self.record(change, keyword(head), "", list(head));
                let listed = change == SchemaChange::BecameEnum && self.pair.at.is_parameter();
                self.add_parts(if listed { vec![SchemaChange::EnumValueAdded] } else { Vec::new() });
            }
            (Some(base), None) if overlap => {
                let change = if base.constant { SchemaChange::ConstRemoved } else { SchemaChange::BecameNotEnum };
                self.record(change, keyword(base), "", list(base));
            }
            (Some(base), Some(head)) => self.both_values(base, head),
            _ => {}
        }
    }

    fn both_values(&mut self, base: &Values<'_>, head: &Values<'_>) {
        let lacks =
            |values: &Values<'_>, one: &Place<'_>| !values.all.iter().any(|other| value::same(one.node, other.node));
        let removed: Vec<_> = base.all.iter().filter(|one| lacks(head, one)).collect();
        let added: Vec<_> = head.all.iter().filter(|one| lacks(base, one)).collect();
        if let (true, true, [was], [is]) = (base.constant, head.constant, &*removed, &*added) {
            let detail = format!("from {} to {}", value::brief(was.node), value::brief(is.node));
            return self.record(SchemaChange::ConstChanged, "const", "", detail);
        }
        for one in removed {
            let (spot, text) = (self.head.keyword(keyword(head)), value::brief(one.node));
            self.record_at(SchemaChange::EnumValueRemoved, one.spot(), spot, &text, text.clone());
        }
        for one in added {
            let (spot, text) = (self.base.keyword(keyword(base)), value::brief(one.node));
            self.record_at(SchemaChange::EnumValueAdded, spot, one.spot(), &text, text.clone());
        }
    }

    fn limits(&mut self) {
        let limits: BTreeSet<Limit> = self.base.limits.keys().chain(self.head.limits.keys()).copied().collect();
        for limit in limits {
            if !self.concerns(limit.types()) {
                continue;
            }
            match (self.base.limits.get(&limit), self.head.limits.get(&limit)) {
                (None, Some(head)) => {
                    self.record(SchemaChange::Limit(called(limit, head), Step::Set), head.keyword, "", words(head))
                }
                (Some(base), None) => {
                    self.record(SchemaChange::Limit(called(limit, base), Step::Unset), base.keyword, "", words(base))
                }
                (Some(base), Some(head)) => self.both_limits(limit, base, head),
                (None, None) => {}
            }
        }
    }

    fn both_limits(&mut self, limit: Limit, base: &Bound, head: &Bound) {
        let step = match (tightness(limit, head, base), limit.is_lower()) {
            (Ordering::Equal, _) => return,
            (Ordering::Greater, true) | (Ordering::Less, false) => Step::Increased,
            (Ordering::Greater, false) | (Ordering::Less, true) => Step::Decreased,
        };
        let (was, is) = (self.base.keyword(base.keyword), self.head.keyword(head.keyword));
        let detail = format!("from {} to {}", words(base), words(head));
        let called = if base.is_exclusive() { called(limit, head) } else { limit };
        self.record_at(SchemaChange::Limit(called, step), was, is, "", detail);
    }

    fn multiples(&mut self) {
        let (base, head) = (&self.base.multiples, &self.head.multiples);
        let covers = |these: &[&Number], those: &[&Number]| {
            those.iter().all(|factor| these.iter().any(|multiple| is_multiple(multiple, factor)))
        };
        let change = match relation(covers(base, head), covers(head, base)) {
            Relation::Equal => return,
            Relation::Widened => SchemaChange::MultipleOfWidened,
            Relation::Narrowed => SchemaChange::MultipleOfNarrowed,
            _ => SchemaChange::MultipleOfChanged,
        };
        let text = |all: &[&Number]| names(&all.iter().map(|number| value::digits(number)).collect::<BTreeSet<_>>());
        self.record(change, "multipleOf", "", format!("from {} to {}", text(base), text(head)));
    }

    fn patterns(&mut self) {
        if !self.concerns(Types::STRING) {
            return;
        }
        let (base, head) = (&self.base.patterns, &self.head.patterns);
        let change = match relation(base.is_superset(head), head.is_superset(base)) {
            Relation::Equal => return,
            Relation::Changed => match patterns::relation(base, head) {
                Relation::Equal => return,
                Relation::Widened => SchemaChange::PatternGeneralized,
                Relation::Narrowed => SchemaChange::PatternSpecialized,
                _ => SchemaChange::PatternChanged,
            },
            Relation::Widened if self.head.is_written("pattern") => SchemaChange::PatternGeneralized,
            Relation::Widened => SchemaChange::PatternRemoved,
            Relation::Narrowed => SchemaChange::PatternAdded,
            _ => SchemaChange::PatternChanged,
        };
        self.record(change, "pattern", "", format!("from {} to {}", names(base), names(head)));
        if matches!(change, SchemaChange::PatternGeneralized | SchemaChange::PatternSpecialized) {
            self.add_parts(vec![SchemaChange::PatternChanged]);
        }
    }
}

/// How the head's set stands to the base's, where it is known whether each holds the other.
pub(super) fn relation(base_within_head: bool, head_within_base: bool) -> Relation {
    match (base_within_head, head_within_base) {
        (true, true) => Relation::Equal,
        (true, false) => Relation::Widened,
        (false, true) => Relation::Narrowed,
        (false, false) => Relation::Changed,
    }
}

/// Whether every value of one numeric format is one of the other.
fn widens(base: &BTreeSet<&str>, head: &BTreeSet<&str>) -> bool {
    let only = |set: &BTreeSet<&str>| if set.len() == 1 { set.first().map(|one| (*one).to_owned()) } else { None };
    let pair = (only(base), only(head));
    matches!(
        (pair.0.as_deref(), pair.1.as_deref()),
        (Some("int32"), Some("int64" | "float" | "double")) | (Some("int64" | "float"), Some("double"))
    )
}

fn is_multiple(number: &Number, factor: &Number) -> bool {
    match (number, factor) {
        _ if value::compare(number, factor) == Some(Ordering::Equal) => true,
        (Number::Integer(number), Number::Integer(factor)) => number.checked_rem(*factor) == Some(0),
        _ => {
            let ratio = value::approximate(number) / value::approximate(factor);
            (ratio - ratio.round()).abs() < 1e-9
        }
    }
}

fn names<T: AsRef<str>>(all: &BTreeSet<T>) -> String {
    let all: Vec<String> = all.iter().map(|one| format!("`{}`", one.as_ref())).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(" and ") }
}

fn words(bound: &Bound) -> String {
    format!("{}{}", value::digits(&bound.value), if bound.exclusive { " (exclusive)" } else { "" })
}

pub(super) fn called(limit: Limit, bound: &Bound) -> Limit {
    if bound.is_exclusive() { limit.exclusive() } else { limit }
}

fn keyword(values: &Values<'_>) -> &'static str {
    if values.constant { "const" } else { "enum" }
}

fn list(values: &Values<'_>) -> String {
    const SHOWN: usize = 5;
    let mut shown: Vec<String> = values.all.iter().take(SHOWN).map(|one| value::brief(one.node)).collect();
    if values.all.len() > SHOWN {
        shown.push(format!("and {} more", values.all.len() - SHOWN));
    }
    shown.join(", ")
}
