//! Links of a response: which operation takes what it gave.

use std::collections::BTreeSet;

use super::field;
use crate::openapi::document::Place;
use crate::openapi::fields::Object;
use crate::openapi::rules::Endpoint;
use crate::openapi::value;
use crate::openapi::walk::{Call, Walk};

/// What a link says.
const FIELDS: [&str; 5] = ["operationRef", "operationId", "parameters", "requestBody", "server"];

impl<'a> Walk<'a> {
    pub(super) fn links(&mut self, call: &Call, base: &Place<'a>, head: &Place<'a>) {
        let list = |place: &Place<'a>| -> Vec<(&'a str, Place<'a>)> {
            place.get("links").map(|all| all.entries().collect()).unwrap_or_default()
        };
        let (was, is) = (list(base), list(head));
        let names: BTreeSet<&str> = was.iter().chain(&is).map(|(name, _)| *name).collect();
        for name in names {
            let find = |all: &[(&'a str, Place<'a>)]| {
                all.iter().find(|(other, _)| *other == name).map(|(_, place)| place.clone())
            };
            let words = || format!("`{name}`");
            match (find(&was), find(&is)) {
                (Some(old), Some(new)) => self.link(call, name, &old, &new),
                (None, Some(new)) => {
                    self.record(call, Endpoint::LinkAdded, field(base, "links"), new.spot(), name, words());
                }
                (Some(old), None) => {
                    self.record(call, Endpoint::LinkRemoved, old.spot(), field(head, "links"), name, words());
                }
                (None, None) => {}
            }
        }
    }

    fn link(&mut self, call: &Call, name: &str, base: &Place<'a>, head: &Place<'a>) {
        let Some((base, head)) = self.resolve(call, base, head) else { return };
        self.unjudged(call, Endpoint::ResponseFieldNotJudged, Object::Link, &base, &head);
        for key in FIELDS {
            let same = match (base.get(key), head.get(key)) {
                (Some(old), Some(new)) => value::same(old.node, new.node),
                (old, new) => old.is_none() && new.is_none(),
            };
            if !same {
                let (was, is) = (field(&base, key), field(&head, key));
                self.record(call, Endpoint::LinkChanged, was, is, &format!("{name} {key}"), format!("`{name}`: {key}"));
            }
        }
    }
}
