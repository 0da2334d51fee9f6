//! `oneOf` and `anyOf` of two schemas: branches are matched by what they are, never by their order.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::{Pair, Test, View};
use super::{Choice, Schema, Written, normalise};
use crate::openapi::document::{Document, Place};
use crate::openapi::rules::SchemaChange;
use crate::openapi::value;

impl<'a> View<'a, '_, '_> {
    /// A schema that became one of several alternatives, or the reverse; `true` where that is all there is to say.
    pub(super) fn wrapped(&mut self) -> bool {
        let alone = |written: &Written<'a>, one| Choice { one, branches: vec![written.clone()] };
        match (self.base.choices.as_slice(), self.head.choices.as_slice()) {
            ([], [head]) if self.base.is_anything() => return self.of_anything(SchemaChange::ChoiceAdded, head),
            ([base], []) if self.head.is_anything() => return self.of_anything(SchemaChange::ChoiceRemoved, base),
            ([], [head]) if self.head.is_only_choices() => self.branches(&alone(&self.pair.base, head.one), head),
            ([base], []) if self.base.is_only_choices() => self.branches(base, &alone(&self.pair.head, base.one)),
            _ => return false,
        }
        self.nullable();
        self.discriminator();
        true
    }

    /// Alternatives where anything was accepted, or is now.
    fn of_anything(&mut self, change: SchemaChange, choice: &Choice<'a>) -> bool {
        self.record(change, keyword(choice), "", keyword(choice).to_owned());
        self.discriminator();
        true
    }

    pub(super) fn choices(&mut self) {
        let (base, head) = (&self.base.choices, &self.head.choices);
        if base.len() == head.len() {
            for (base, head) in base.iter().zip(head) {
                self.branches(base, head);
            }
        } else {
            let change = if base.len() < head.len() { SchemaChange::ChoiceAdded } else { SchemaChange::ChoiceRemoved };
            let longer = if base.len() < head.len() { head } else { base };
            let keyword = longer.last().map_or("oneOf", keyword);
            self.record(change, keyword, "", keyword.to_owned());
        }
        self.discriminator();
    }

    fn branches(&mut self, base: &Choice<'a>, head: &Choice<'a>) {
        if base.one != head.one {
            let detail = format!("from {} to {}", keyword(base), keyword(head));
            self.record(SchemaChange::ChoiceChanged, keyword(head), "kind", detail);
        }
        let (mut removed, mut added) = (base.branches.clone(), head.branches.clone());
        self.pair_off(&mut removed, &mut added, |_, a, b| reference(a).is_some_and(|name| reference(b) == Some(name)));
        self.pair_off(&mut removed, &mut added, Self::same);
        let (even, one_each) = (removed.len() == added.len(), removed.len() == 1 && added.len() == 1);
        let unnamed = |a: &Written<'_>, b: &Written<'_>| reference(a).is_none() && reference(b).is_none();
        self.pair_off(&mut removed, &mut added, |view, a, b| (one_each || even && unnamed(a, b)) && view.overlap(a, b));
        self.left_over(base, head, &removed, &added);
    }

    /// Has the branches compared that belong together, and leaves the others.
    fn pair_off(
        &mut self,
        removed: &mut Vec<Written<'a>>,
        added: &mut Vec<Written<'a>>,
        mut belong: impl FnMut(&mut Self, &Written<'a>, &Written<'a>) -> bool,
    ) {
        removed.retain(|old| {
            let Some(index) = added.iter().position(|new| belong(self, old, new)) else { return true };
            let new = added.remove(index);
            self.enter(Some(old), Some(&new), self.pair.at);
            false
        });
    }

    /// Whether a value may be of both: what shares no type with a branch is no later form of it.
    fn overlap(&self, base: &Written<'a>, head: &Written<'a>) -> bool {
        let (base, head) = (normalise(self.sides.base, base), normalise(self.sides.head, head));
        base.types.meets(head.types)
    }

    fn same(&mut self, base: &Written<'a>, head: &Written<'a>) -> bool {
        (self.sides.holds)(
            Pair { base: base.clone(), head: head.clone(), at: self.pair.at, mode: self.pair.mode },
            Test::Same,
        )
    }

    fn left_over(&mut self, base: &Choice<'a>, head: &Choice<'a>, removed: &[Written<'a>], added: &[Written<'a>]) {
        if let ([was], true) = (base.branches.as_slice(), !removed.is_empty() && added.len() > 1) {
            return self.single(was, head, added);
        }
        if let ([is], true) = (added, removed.len() > 1)
            && removed.iter().all(|old| self.is_within(old, is))
        {
            return self.record(SchemaChange::ChoiceRemoved, keyword(base), "", keyword(base).to_owned());
        }
        for old in removed {
            let change = if base.one { SchemaChange::OneOfRemoved } else { SchemaChange::AnyOfRemoved };
            self.record_at(change, old.spot(), self.head.keyword(keyword(head)), &name(old), name(old));
        }
        for new in added {
            let change = if head.one { SchemaChange::OneOfAdded } else { SchemaChange::AnyOfAdded };
            self.record_at(change, self.base.keyword(keyword(base)), new.spot(), &name(new), name(new));
        }
    }

    fn is_within(&mut self, base: &Written<'a>, head: &Written<'a>) -> bool {
        let (at, mode) = (self.pair.at, self.pair.mode);
        (self.sides.holds)(Pair { base: base.clone(), head: head.clone(), at, mode }, Test::Within)
    }

    /// One schema became several alternatives, none of which it is.
    fn single(&mut self, was: &Written<'a>, head: &Choice<'a>, added: &[Written<'a>]) {
        let fits = added.iter().filter(|new| self.is_within(was, new)).count();
        let change = match (fits, head.one) {
            (0, _) if self.asks_for_more(was, added) => SchemaChange::WrappedInOneOf,
            (0, _) => SchemaChange::ChoiceChanged,
            // What fits two alternatives fits `oneOf` no longer.
            (2.., true) => SchemaChange::WrappedInOneOf,
            (_, true) => SchemaChange::OneOfAdded,
            (_, false) => SchemaChange::AnyOfAdded,
        };
        self.record(change, keyword(head), "", format!("{} alternatives", added.len()));
    }

    /// Whether each alternative needs a property that was not needed: then the smallest object of before fits none.
    fn asks_for_more(&self, was: &Written<'a>, alternatives: &[Written<'a>]) -> bool {
        let was = normalise(self.sides.base, was);
        alternatives.iter().all(|one| !normalise(self.sides.head, one).required.is_subset(&was.required))
    }

    /// The list of `allOf`: its branches are merged and judged as one schema, and the list only told of.
    pub(super) fn all_of(&mut self) {
        let (base, head) = (all_of(self.base), all_of(self.head));
        let known = |all: &[Place<'a>], one: &Place<'a>| all.iter().any(|other| value::same(other.node, one.node));
        let added: Vec<_> = head.iter().filter(|one| !known(&base, one)).cloned().collect();
        let removed: Vec<_> = base.iter().filter(|one| !known(&head, one)).cloned().collect();
        // One branch beside nothing else is a wrapper.
        let lists = base.len().max(head.len()) > 1;
        if base.len() == head.len() {
            return;
        }
        for new in added {
            let branch = normalise(self.sides.head, &Written::once(new.clone()));
            let change = match branch.is_anything() {
                true => SchemaChange::AllOfAnnotationAdded,
                false if lists => SchemaChange::AllOfAdded,
                false => continue,
            };
            let name = name(&Written::once(new.clone()));
            self.record_at(change, self.base.keyword("allOf"), new.spot(), &name, name.clone());
        }
        for old in removed {
            let branch = normalise(self.sides.base, &Written::once(old.clone()));
            let change = match branch.is_anything() {
                true => SchemaChange::AllOfAnnotationRemoved,
                false if lists => SchemaChange::AllOfRemoved,
                false => continue,
            };
            let name = name(&Written::once(old.clone()));
            self.record_at(change, old.spot(), self.head.keyword("allOf"), &name, name.clone());
        }
    }

    fn discriminator(&mut self) {
        let (Some(base), Some(head)) = (&self.base.discriminator, &self.head.discriminator) else {
            match (&self.base.discriminator, &self.head.discriminator) {
                (None, Some(_)) => self.record(SchemaChange::DiscriminatorAdded, "discriminator", "", String::new()),
                (Some(_), None) => self.record(SchemaChange::DiscriminatorRemoved, "discriminator", "", String::new()),
                _ => {}
            }
            return;
        };
        let (was, is) = (value::text_of(base.node, "propertyName"), value::text_of(head.node, "propertyName"));
        if was != is {
            let detail = format!("from `{}` to `{}`", was.unwrap_or_default(), is.unwrap_or_default());
            self.record(SchemaChange::DiscriminatorRenamed, "discriminator", "", detail);
        }
        self.default_mapping(base, head);
        let (was, is) = (mapping(base), mapping(head));
        let names: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
        for name in names {
            let change = match (was.get(name), is.get(name)) {
                (None, _) => SchemaChange::MappingAdded,
                (_, None) => SchemaChange::MappingRemoved,
                (Some(was), Some(is)) if was != is && !self.means_the_same(was, is) => SchemaChange::MappingChanged,
                _ => continue,
            };
            self.record(change, "discriminator", name, format!("`{name}`"));
        }
    }
}

impl<'a> View<'a, '_, '_> {
    /// The schema of what has no value of its own, or none that is known (OpenAPI 3.2).
    fn default_mapping(&mut self, base: &Place<'a>, head: &Place<'a>) {
        let key = "defaultMapping";
        let (was, is) = (value::text_of(base.node, key), value::text_of(head.node, key));
        let change = match (was, is) {
            (None, Some(_)) => SchemaChange::DefaultMappingAdded,
            (Some(_), None) => SchemaChange::DefaultMappingRemoved,
            (Some(was), Some(is)) if was != is && !self.means_the_same(was, is) => SchemaChange::DefaultMappingChanged,
            _ => return,
        };
        let detail = format!("from `{}` to `{}`", was.unwrap_or("none"), is.unwrap_or("none"));
        self.record(change, "discriminator", key, detail);
    }

    /// Whether two values of a mapping, which are names or references, lead to the same set.
    fn means_the_same(&mut self, base: &str, head: &str) -> bool {
        let find = |document: &'a Document, name: &str| {
            let pointer =
                name.strip_prefix('#').map_or_else(|| format!("/components/schemas/{name}"), ToOwned::to_owned);
            document.find(&pointer).map(Written::once)
        };
        let (base, head) = (find(self.sides.base, base), find(self.sides.head, head));
        base.zip(head).is_some_and(|(base, head)| self.same(&base, &head))
    }
}

/// The schema that each value chooses; a bare name stands for a component.
fn mapping<'a>(discriminator: &Place<'a>) -> BTreeMap<&'a str, &'a str> {
    let Some(mapping) = discriminator.get("mapping") else { return BTreeMap::new() };
    let schema = |place: Place<'a>| {
        value::text(place.node).map(|text| text.strip_prefix("#/components/schemas/").unwrap_or(text))
    };
    mapping.entries().filter_map(|(name, place)| Some((name, schema(place)?))).collect()
}

fn all_of<'a>(schema: &Schema<'a>) -> Vec<Place<'a>> {
    schema.sources.first().and_then(|source| source.get("allOf")).iter().flat_map(Place::items).collect()
}

fn keyword(choice: &Choice<'_>) -> &'static str {
    if choice.one { "oneOf" } else { "anyOf" }
}

fn reference<'a>(written: &Written<'a>) -> Option<&'a str> {
    value::text_of(written.places.first()?.node, "$ref")
}

/// What a person calls a branch.
fn name(branch: &Written<'_>) -> String {
    let node = branch.places.first().map(|place| place.node);
    let title = node.and_then(|node| value::text_of(node, "title"));
    reference(branch)
        .and_then(|reference| reference.rsplit('/').next())
        .or(title)
        .map_or_else(|| node.map(value::brief).unwrap_or_default(), |name| format!("`{name}`"))
}
