//! What another type brings with it, by the names that it would have on its own.

use super::compare::View;
use super::scalars::{called, relation};
use super::{Schema, Types};
use crate::openapi::rules::{PropertyChange, Relation, SchemaChange, Step};

impl View<'_, '_, '_> {
    /// What another type brings with it: the restrictions of the types that only one side has are not compared further.
    pub(super) fn parts_of_type(&self) -> Vec<SchemaChange> {
        let mut parts = self.parts_of_object();
        if !self.concerns(Types::STRING) && !self.base.patterns.is_empty() {
            parts.push(SchemaChange::PatternRemoved);
        }
        if !self.concerns(Types::STRING) && !self.head.patterns.is_empty() {
            parts.push(SchemaChange::PatternAdded);
        }
        if let (None, Some(values), false) = (&self.base.values, &self.head.values, self.may_share_values()) {
            parts.push(if values.constant { SchemaChange::ConstAdded } else { SchemaChange::BecameEnum });
        }
        for (schema, step) in [(self.base, Step::Unset), (self.head, Step::Set)] {
            let limits = schema.limits.iter().filter(|(limit, _)| !self.concerns(limit.types()));
            parts.extend(limits.map(|(limit, bound)| SchemaChange::Limit(called(*limit, bound), step)));
        }
        // A property of a parameter is text to one server, and what its type says to another.
        if self.pair.at.is_parameter()
            && self.pair.at.inside() == self.pair.at
            && relation(self.base.types.within(self.head.types), self.head.types.within(self.base.types))
                == Relation::Changed
        {
            parts.push(SchemaChange::TypeChanged);
        }
        parts
    }

    /// The properties that come and go with the type.
    fn parts_of_object(&self) -> Vec<SchemaChange> {
        if self.concerns(Types::OBJECT) {
            return Vec::new();
        }
        let needed = |schema: &Schema<'_>, name: &str| schema.required.contains(name);
        let gone = self.base.properties.keys().map(|name| match needed(self.base, name) {
            true => PropertyChange::RemovedRequired,
            false => PropertyChange::RemovedOptional,
        });
        let new = self.head.properties.keys().map(|name| match needed(self.head, name) {
            true => PropertyChange::AddedRequired,
            false => PropertyChange::AddedOptional,
        });
        let unnamed = self.head.required.first().map(|_| PropertyChange::AddedRequired);
        gone.chain(new).chain(unnamed).map(SchemaChange::Property).collect()
    }

    /// Whether a value of one side may be one of the other.
    pub(super) fn may_share_values(&self) -> bool {
        self.read(self.base).meets(self.head.types) || self.base.types.meets(self.read(self.head))
    }
}
