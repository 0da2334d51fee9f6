//! Components that no operation reaches: their changes matter to nobody, and are not passed over in silence either.

use std::collections::HashSet;

use super::document::{Document, Identity, Place};
use super::rules::Endpoint;
use super::value;
use super::walk::Walk;
use crate::yaml::{Node, Value};

impl<'a> Walk<'a> {
    pub(super) fn components(&mut self) {
        self.new_schemes();
        let (base, head) = (self.base, self.head);
        let (old_reached, new_reached) = (reached(base), reached(head));
        let around = head.top().get("components").unwrap_or_else(|| head.top()).spot();
        for (kind, list) in base.top().get("components").iter().flat_map(Place::entries) {
            for (name, old) in list.entries() {
                match head.find(&old.pointer()) {
                    None if kind == "schemas" && self.renamed.contains(name) => {}
                    None if kind == "schemas" => {
                        self.record_apart(Endpoint::SchemaRemoved, old.spot(), around.clone(), "", String::new());
                    }
                    None if kind == "securitySchemes" => {
                        self.record_apart(Endpoint::SchemeRemoved, old.spot(), around.clone(), "", format!("`{name}`"));
                    }
                    Some(new)
                        if !old_reached.contains(&old.identity())
                            && !new_reached.contains(&new.identity())
                            && !value::same(old.node, new.node) =>
                    {
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
            if base.find(&new.pointer()).is_none() {
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

/// The components that are referred to, from outside the components or from one that is.
fn reached(document: &Document) -> HashSet<Identity> {
    let mut reached = HashSet::new();
    let outside = value::entries(document.root()).iter().filter(|entry| entry.key != "components");
    let mut next: Vec<&Node> = outside.map(|entry| &entry.value).collect();
    let mut met = HashSet::new();
    while let Some(node) = next.pop() {
        for target in targets(document, node, &mut met) {
            if reached.insert(target.identity()) {
                next.push(target.node);
            }
        }
        let holds = |node: &&Node| matches!(node.value, Value::Sequence(_) | Value::Mapping(_));
        next.extend(value::items(node).iter().filter(holds));
        next.extend(value::entries(node).iter().map(|entry| &entry.value).filter(holds));
    }
    reached
}

/// Where a node leads that was not met before: a reference, the schemas of a discriminator, the schemes of a security requirement.
fn targets<'a>(document: &'a Document, node: &'a Node, met: &mut HashSet<(&'static str, &'a str)>) -> Vec<Place<'a>> {
    let mut targets = Vec::new();
    for entry in value::entries(node) {
        match entry.key.as_str() {
            "$ref" => {
                let new = value::text(&entry.value).filter(|name| met.insert(("", *name)));
                targets.extend(new.and_then(|_| document.follow(&Place::root(node))?.found()));
            }
            "mapping" => {
                let names = value::entries(&entry.value).iter().filter_map(|entry| value::text(&entry.value));
                let pointer = |name: &str| {
                    name.strip_prefix('#').map_or_else(|| format!("/components/schemas/{name}"), ToOwned::to_owned)
                };
                let new = names.filter(|name| met.insert(("schemas", *name)));
                targets.extend(new.filter_map(|name| document.find(&pointer(name))));
            }
            "security" => {
                let names = value::items(&entry.value).iter().flat_map(value::entries).map(|entry| entry.key.as_str());
                let new = names.filter(|name| met.insert(("securitySchemes", *name)));
                let scheme = |name| document.top().get("components")?.get("securitySchemes")?.get(name);
                targets.extend(new.filter_map(scheme));
            }
            _ => {}
        }
    }
    targets
}
