//! What some fields of an operation's responses reach: schemas, however deep and through whatever components.

use std::collections::HashSet;

use super::super::super::document::{Document, Place, Target};
use super::catalogue::{self, Key};
use crate::yaml::Value;

/// A field of a response, as in `lines.sku`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field(String);

impl Field {
    /// Reads `lines[].sku`, `.lines.sku` and `$.lines[0].sku` alike; `None` where it names nothing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let plain = |part: &str| part.split('[').next().unwrap_or_default().to_owned();
        let parts: Vec<String> = text.split('.').map(plain).filter(|part| !part.is_empty() && part != "$").collect();
        if parts.is_empty() { None } else { Some(Self(parts.join("."))) }
    }

    fn begins_with(&self, prefix: &str) -> bool {
        self.0.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is reached in one document, by JSON Pointers.
#[derive(Debug, Default)]
pub(super) struct Reached {
    read: HashSet<String>,
    unread: HashSet<String>,
    /// Fields that are there, and beginnings of fields below which anything may be.
    met: HashSet<String>,
    open: HashSet<String>,
}

impl Reached {
    /// Whether the field is there, or may be.
    pub(super) fn met(&self, field: &Field) -> bool {
        self.met.contains(&field.0) || self.open.iter().any(|open| open.is_empty() || field.begins_with(open))
    }

    /// Whether what stands at a pointer is read: by the nearest schema around it. What is no schema of a response's content (a
    /// status, a header) is always.
    pub(super) fn holds(&self, pointer: &str) -> bool {
        let mut here = pointer;
        loop {
            match (self.read.contains(here), self.unread.contains(here)) {
                (true, _) => return true,
                (false, true) => return false,
                (false, false) => {}
            }
            let Some((around, _)) = here.rsplit_once('/') else { return true };
            here = around;
        }
    }
}

/// How a schema is come upon.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Way {
    /// On the way to fields; so far along them.
    Along(String),
    /// All of it is read.
    Whole,
    /// It is not read.
    Unread,
}

/// Keywords whose value is a schema, or a list or a mapping of schemas, about the same value or its items.
const ONE: [&str; 9] = [
    "items",
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "not",
    "if",
    "then",
    "else",
];
const LISTS: [&str; 4] = ["allOf", "oneOf", "anyOf", "prefixItems"];
const MAPS: [&str; 2] = ["patternProperties", "dependentSchemas"];

/// What the fields reach of an operation's responses.
pub(super) fn reached(document: &Document, operation: &Key, fields: &[Field]) -> Reached {
    let mut all = Reached::default();
    let mut next: Vec<(Place<'_>, Way)> =
        contents(document, operation).map(|place| (place, Way::Along(String::new()))).collect();
    let mut seen = HashSet::new();
    while let Some((place, way)) = next.pop() {
        if !seen.insert((place.identity(), way.clone())) {
            continue;
        }
        if way == Way::Unread { &mut all.unread } else { &mut all.read }.insert(place.pointer());
        if let Some(Target::Found(target)) = document.follow(&place) {
            next.push((target, way.clone()));
        }
        let same = |part: Place<'_>| matches!(part.node.value, Value::Mapping(_));
        let parts = ONE.iter().filter_map(|key| place.get(key));
        let parts = parts
            .chain(LISTS.iter().filter_map(|key| place.get(key)).flat_map(|list| list.items().collect::<Vec<_>>()));
        let maps = MAPS.iter().filter_map(|key| place.get(key));
        let parts = parts.chain(maps.flat_map(|map| map.entries().map(|(_, part)| part).collect::<Vec<_>>()));
        next.extend(parts.filter(|part| same(part.clone())).map(|part| (part, way.clone())));
        properties(&place, &way, fields, &mut all, &mut next);
    }
    all
}

fn properties<'a>(place: &Place<'a>, way: &Way, fields: &[Field], all: &mut Reached, next: &mut Vec<(Place<'a>, Way)>) {
    let Some(properties) = place.get("properties") else {
        if let Way::Along(so_far) = way
            && !["$ref", "items", "additionalProperties"].iter().chain(&LISTS).any(|key| place.get(key).is_some())
        {
            all.open.insert(so_far.clone());
        }
        return;
    };
    for (name, property) in properties.entries() {
        let way = match way {
            Way::Along(so_far) => {
                let here = if so_far.is_empty() { name.to_owned() } else { format!("{so_far}.{name}") };
                if fields.iter().any(|field| field.0 == here) {
                    all.met.insert(here);
                    Way::Whole
                } else if fields.iter().any(|field| field.begins_with(&here)) {
                    Way::Along(here)
                } else {
                    Way::Unread
                }
            }
            other => other.clone(),
        };
        next.push((property, way));
    }
}

/// The schemas of what the responses of an operation hold.
fn contents<'a>(document: &'a Document, operation: &Key) -> impl Iterator<Item = Place<'a>> {
    let responses = catalogue::find(document, operation).and_then(|place| place.get("responses"));
    let responses: Vec<Place<'a>> =
        responses.iter().flat_map(|all| all.entries().map(|(_, response)| response).collect::<Vec<_>>()).collect();
    let found = responses.into_iter().filter_map(|response| document.resolve(&response).found());
    found
        .filter_map(|response| response.get("content"))
        .flat_map(|content| content.entries().filter_map(|(_, media)| media.get("schema")).collect::<Vec<_>>())
}
