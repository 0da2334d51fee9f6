//! Components that no operation reaches: their changes matter to nobody, and are not passed over in silence either.

use std::collections::BTreeSet;

use super::document::{Document, Place};
use super::rules::Endpoint;
use super::value;
use super::walk::Walk;

impl<'a> Walk<'a> {
    pub(super) fn components(&mut self) {
        self.new_schemes();
        let (base, head) = (self.base, self.head);
        let reached: BTreeSet<String> = reached(base).union(&reached(head)).cloned().collect();
        let around = head.top().get("components").unwrap_or_else(|| head.top()).spot();
        for (kind, list) in base.top().get("components").iter().flat_map(Place::entries) {
            for (name, old) in list.entries() {
                match head.find(&old.pointer) {
                    None if kind == "schemas" => {
                        self.record_apart(Endpoint::SchemaRemoved, old.spot(), around.clone(), "", String::new());
                    }
                    None if kind == "securitySchemes" => {
                        self.record_apart(Endpoint::SchemeRemoved, old.spot(), around.clone(), "", format!("`{name}`"));
                    }
                    Some(new) if !reached.contains(&old.pointer) && !value::same(old.node, new.node) => {
                        self.record_apart(Endpoint::UnusedChanged, old.spot(), new.spot(), name, String::new());
                    }
                    _ => {}
                }
            }
        }
    }

    fn new_schemes(&mut self) {
        let (base, head) = (self.base, self.head);
        let around = base.top().get("components").unwrap_or_else(|| base.top()).spot();
        let all = head.top().get("components").and_then(|all| all.get("securitySchemes"));
        for (name, new) in all.iter().flat_map(Place::entries) {
            if base.find(&new.pointer).is_none() {
                self.record_apart(Endpoint::SchemeAdded, around.clone(), new.spot(), "", format!("`{name}`"));
            }
        }
    }

    /// Fields of the document itself that no rule judges.
    pub(super) fn root(&mut self) {
        let (base, head) = (self.base.top(), self.head.top());
        for (field, base, head) in super::fields::unjudged(super::fields::Object::Root, &base, &head) {
            self.record_apart(Endpoint::FieldNotJudged, base.spot(), head.spot(), field, format!("`{field}`"));
        }
    }
}

/// The pointers of the components that are referred to, from outside the components or from one that is.
fn reached(document: &Document) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<Place<'_>> =
        document.top().entries().filter(|(key, _)| *key != "components").map(|(_, place)| place).collect();
    while let Some(place) = next.pop() {
        for target in targets(document, &place) {
            if reached.insert(target.pointer.clone()) {
                next.push(target);
            }
        }
        next.extend(place.items());
        next.extend(place.entries().map(|(_, place)| place));
    }
    reached
}

/// Where a node leads: a reference, the schemas of a discriminator, the schemes of a security requirement.
fn targets<'a>(document: &'a Document, place: &Place<'a>) -> Vec<Place<'a>> {
    let mapped = place.get("mapping").into_iter().flat_map(|mapping| {
        let names: Vec<&str> = mapping.entries().filter_map(|(_, place)| value::text(place.node)).collect();
        names
    });
    let mapped = mapped.filter_map(|name| {
        document.find(&name.strip_prefix('#').map_or_else(|| format!("/components/schemas/{name}"), ToOwned::to_owned))
    });
    let schemes = place.get("security").into_iter().flat_map(|list| list.items().collect::<Vec<_>>());
    let schemes = schemes.flat_map(|one| one.entries().map(|(name, _)| name).collect::<Vec<_>>());
    let schemes = schemes.filter_map(|name| document.top().get("components")?.get("securitySchemes")?.get(name));
    document.follow(place).and_then(super::document::Target::found).into_iter().chain(mapped).chain(schemes).collect()
}
