//! How the parts of a form or a multipart body are written (Encoding Object), with what holds where nothing is said.

use std::collections::BTreeSet;

use super::field;
use crate::openapi::document::{Document, Place};
use crate::openapi::fields::{self, Object};
use crate::openapi::rules::{Endpoint, Where};
use crate::openapi::schema::{Types, Written, normalise};
use crate::openapi::value;
use crate::openapi::walk::{Call, Walk};

/// The rules about the parts of one kind of body.
#[derive(Clone, Copy)]
pub(super) struct Encodings {
    pub(super) widened: Endpoint,
    pub(super) narrowed: Endpoint,
    pub(super) changed: Endpoint,
    /// Where a part stands.
    pub(super) part: Where,
}

/// A part on one side: what is said about it, and its schema.
struct Part<'a> {
    name: String,
    /// What encloses it.
    around: Place<'a>,
    encoding: Option<Place<'a>>,
    schema: Option<Place<'a>>,
}

/// What is said of how a part is written, with what holds where nothing is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Writing {
    types: BTreeSet<String>,
    style: (String, bool),
    reserved: bool,
}

impl<'a> Walk<'a> {
    /// The parts of both sides of a media type, or of a part that has parts itself (OpenAPI 3.2).
    pub(super) fn encodings(&mut self, call: &Call, (base, head): (&Place<'a>, &Place<'a>), rules: Encodings) {
        let part = |around: &Place<'a>, name: &str, encoding, schema| Part {
            name: name.to_owned(),
            around: around.clone(),
            encoding,
            schema,
        };
        let named = |document: &'a Document, around: &Place<'a>, name: &str| {
            let schema = around.get("schema").and_then(|schema| self::property(document, schema, name));
            part(around, name, around.get("encoding").and_then(|all| all.get(name)), schema)
        };
        for name in &names(base, head) {
            self.part(call, &named(self.base, base, name), &named(self.head, head, name), rules);
        }
        let listed = |around: &Place<'a>, index: usize| {
            let encoding = around.get("prefixEncoding").and_then(|all| all.at(index));
            part(around, &format!("part {}", index + 1), encoding, None)
        };
        let count = [base, head].map(|side| side.get("prefixEncoding").map_or(0, |all| value::items(all.node).len()));
        for index in 0..count.into_iter().max().unwrap_or_default() {
            self.part(call, &listed(base, index), &listed(head, index), rules);
        }
        let each = |around: &Place<'a>| part(around, "each part", around.get("itemEncoding"), around.get("itemSchema"));
        self.part(call, &each(base), &each(head), rules);
    }

    fn part(&mut self, call: &Call, base: &Part<'a>, head: &Part<'a>, rules: Encodings) {
        if base.encoding.is_none() && head.encoding.is_none() {
            return;
        }
        let spot = |part: &Part<'a>| part.encoding.as_ref().unwrap_or(&part.around).spot();
        let places = (spot(base), spot(head));
        let (was, is) = (writing(self.base, base), writing(self.head, head));
        let (subset, superset) = (is.types.is_subset(&was.types), is.types.is_superset(&was.types));
        let types = match (subset, superset) {
            (true, true) => None,
            (false, true) => Some(rules.widened),
            (true, false) => Some(rules.narrowed),
            (false, false) => Some(rules.changed),
        };
        let style = (was.style != is.style).then_some(rules.changed);
        let reserved = match (was.reserved, is.reserved) {
            (false, true) => Some(rules.widened),
            (true, false) => Some(rules.narrowed),
            _ => None,
        };
        let list = |types: &BTreeSet<String>| types.iter().cloned().collect::<Vec<_>>().join(", ");
        for (what, keyword, detail) in [
            (types, "contentType", format!("from {} to {}", list(&was.types), list(&is.types))),
            (style, "style", format!("from {} to {}", words(&was.style), words(&is.style))),
            (reserved, "allowReserved", format!("from {} to {}", was.reserved, is.reserved)),
        ] {
            if let Some(what) = what {
                let (base_spot, head_spot) = places.clone();
                let subject = format!("{} {keyword}", head.name);
                self.record(call, what, base_spot, head_spot, &subject, format!("`{}`: {keyword} {detail}", head.name));
            }
        }
        self.part_headers(call, base, head, rules);
        if let (Some(old), Some(new)) = (&base.encoding, &head.encoding) {
            for (name, old, new) in fields::unjudged(Object::Encoding, old, new) {
                self.record(call, Endpoint::FieldNotJudged, old.spot(), new.spot(), name, format!("`{name}`"));
            }
            if names_parts(old) || names_parts(new) {
                self.encodings(call, (old, new), rules);
            }
        }
    }

    /// Headers of a part; one that must be there narrows what is accepted.
    fn part_headers(&mut self, call: &Call, base: &Part<'a>, head: &Part<'a>, rules: Encodings) {
        let list = |part: &Part<'a>| -> Vec<(&'a str, Place<'a>)> {
            let all = part.encoding.as_ref().and_then(|encoding| encoding.get("headers"));
            all.map(|all| all.entries().collect()).unwrap_or_default()
        };
        let around =
            |part: &Part<'a>| part.encoding.as_ref().map_or_else(|| part.around.spot(), |own| field(own, "headers"));
        let (was, is) = (list(base), list(head));
        let names: BTreeSet<String> = was.iter().chain(&is).map(|(name, _)| name.to_ascii_lowercase()).collect();
        for name in names.iter().filter(|name| *name != "content-type") {
            let find = |all: &[(&'a str, Place<'a>)]| {
                all.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, place)| place.clone())
            };
            let (old, new) = (find(&was), find(&is));
            let needed = |document: &'a Document, place: &Option<Place<'a>>| {
                let found = place.as_ref().and_then(|place| document.resolve(place).found());
                found.is_some_and(|header| value::flag(header.node, "required"))
            };
            let places = (
                old.as_ref().map_or_else(|| around(base), Place::spot),
                new.as_ref().map_or_else(|| around(head), Place::spot),
            );
            let what = match (needed(self.base, &old), needed(self.head, &new)) {
                (false, true) => Some(rules.narrowed),
                (true, false) => Some(rules.widened),
                _ => None,
            };
            if let Some(what) = what {
                let detail = format!("`{}`: header `{name}`", head.name);
                self.record(call, what, places.0, places.1, &format!("{} {name}", head.name), detail);
            }
            if let (Some(old), Some(new)) = (old, new)
                && let Some((old, new)) = self.resolve(call, &old, &new)
            {
                self.serialized(call, &old, &new, "simple", call.at(rules.part));
            }
        }
    }
}

/// The names of parts that one of the sides says something about.
fn names(base: &Place<'_>, head: &Place<'_>) -> BTreeSet<String> {
    let of = |side: &Place<'_>| -> Vec<String> {
        let all = side.get("encoding");
        all.iter().flat_map(|all| all.entries().map(|(name, _)| name.to_owned()).collect::<Vec<_>>()).collect()
    };
    of(base).into_iter().chain(of(head)).collect()
}

fn names_parts(encoding: &Place<'_>) -> bool {
    ["encoding", "prefixEncoding", "itemEncoding"].into_iter().any(|key| encoding.get(key).is_some())
}

fn property<'a>(document: &'a Document, schema: Place<'a>, name: &str) -> Option<Place<'a>> {
    normalise(document, &Written::once(schema)).properties.get(name)?.places.first().cloned()
}

fn writing(document: &Document, part: &Part<'_>) -> Writing {
    let said = part.encoding.as_ref().map(|place| place.node);
    let text = |key| said.and_then(|node| value::text_of(node, key));
    let flag = |key| said.is_some_and(|node| value::flag(node, key));
    let types = match text("contentType") {
        Some(list) => list.split(',').map(|one| one.trim().to_ascii_lowercase()).collect(),
        None => BTreeSet::from([default_type(document, part.schema.as_ref(), 0).to_owned()]),
    };
    let style = text("style").unwrap_or("form");
    let explode = said.and_then(|node| value::get(node, "explode")).map_or(style == "form", |_| flag("explode"));
    Writing { types, style: (style.to_owned(), explode), reserved: flag("allowReserved") }
}

/// The media type of a part where none is written (OpenAPI 3.1.1, Encoding Object, contentType).
fn default_type(document: &Document, schema: Option<&Place<'_>>, depth: usize) -> &'static str {
    let Some(schema) = schema else { return "application/octet-stream" };
    let schema = normalise(document, &Written::once(schema.clone()));
    let binary = schema.formats.iter().any(|format| matches!(*format, "binary" | "byte"));
    let encoded = schema.opaque.keys().any(|(keyword, _)| keyword.is_encoding());
    match schema.types {
        Types::OBJECT => "application/json",
        Types::ARRAY if depth < 8 => {
            let items = schema.items.as_ref().and_then(|items| items.places.first().cloned());
            default_type(document, items.as_ref(), depth + 1)
        }
        Types::ALL | Types::NONE => "application/octet-stream",
        types if types.meets(Types::OBJECT) => "application/json",
        Types::STRING if binary || encoded => "application/octet-stream",
        _ => "text/plain",
    }
}

fn words((style, explode): &(String, bool)) -> String {
    format!("{style}, explode {explode}")
}
