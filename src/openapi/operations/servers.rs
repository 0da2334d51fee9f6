//! Where an operation is served.

use std::collections::BTreeSet;

use super::{Operation, field};
use crate::openapi::document::{Document, Place};
use crate::openapi::fields::Object;
use crate::openapi::rules::Endpoint;
use crate::openapi::value;
use crate::openapi::walk::{Call, Walk};

impl<'a> Walk<'a> {
    /// The servers in effect. Where a document names none, where it is served is not known.
    pub(super) fn servers(&mut self, call: &Call, base: &Operation<'a>, head: &Operation<'a>) {
        let (was, is) = (servers(self.base, base), servers(self.head, head));
        let around = (holder(self.base, base).spot(), holder(self.head, head).spot());
        for (url, old) in &was {
            match is.iter().find(|(other, _)| other == url) {
                Some((_, new)) => {
                    self.unjudged(call, Endpoint::FieldNotJudged, Object::Server, old, new);
                    self.server_variables(call, url, old, new);
                }
                None => {
                    self.record(call, Endpoint::ServerRemoved, old.spot(), around.1.clone(), url, format!("`{url}`"))
                }
            }
        }
        for (url, new) in is.iter().filter(|(url, _)| !was.iter().any(|(other, _)| other == url)) {
            self.record(call, Endpoint::ServerAdded, around.0.clone(), new.spot(), url, format!("`{url}`"));
        }
    }
}

impl<'a> Walk<'a> {
    /// The variables that the address is made of; what is said about any other has no effect.
    fn server_variables(&mut self, call: &Call, url: &str, base: &Place<'a>, head: &Place<'a>) {
        let list = |server: &Place<'a>| -> Vec<(&'a str, Place<'a>)> {
            let all = server.get("variables").map(|all| all.entries().collect::<Vec<_>>()).unwrap_or_default();
            all.into_iter().filter(|(name, _)| url.contains(&format!("{{{name}}}"))).collect()
        };
        let (was, is) = (list(base), list(head));
        let names: BTreeSet<&str> = was.iter().chain(&is).map(|(name, _)| *name).collect();
        for name in names {
            let find = |all: &[(&'a str, Place<'a>)], server: &Place<'a>| {
                let known = all.iter().find(|(other, _)| *other == name).map(|(_, place)| place.clone());
                known.unwrap_or_else(|| server.clone())
            };
            let (old, new) = (find(&was, base), find(&is, head));
            if was.len() == is.len() {
                self.unjudged(call, Endpoint::FieldNotJudged, Object::ServerVariable, &old, &new);
            }
            self.server_variable(call, name, &old, &new);
        }
    }

    fn server_variable(&mut self, call: &Call, name: &str, base: &Place<'a>, head: &Place<'a>) {
        let default = |place: &Place<'a>| place.get("default").map(|default| value::brief(default.node));
        let (was, is) = (default(base), default(head));
        if was != is {
            let word = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
            let detail = format!("`{name}` from {} to {}", word(was), word(is));
            let (was, is) = (field(base, "default"), field(head, "default"));
            self.record(call, Endpoint::ServerVariableDefaultChanged, was, is, name, detail);
        }
        let values = |place: &Place<'a>| -> Option<BTreeSet<String>> {
            Some(value::items(place.get("enum")?.node).iter().map(value::brief).collect())
        };
        let places = (field(base, "enum"), field(head, "enum"));
        let mut record = |what, subject: &str| {
            let (was, is) = places.clone();
            self.record(call, what, was, is, &format!("{name} {subject}"), format!("`{name}` {subject}"));
        };
        match (values(base), values(head)) {
            (None, Some(_)) => record(Endpoint::ServerVariableBecameEnum, ""),
            (Some(_), None) => record(Endpoint::ServerVariableBecameNotEnum, ""),
            (Some(was), Some(is)) => {
                was.difference(&is).for_each(|gone| record(Endpoint::ServerVariableValueRemoved, gone));
                is.difference(&was).for_each(|new| record(Endpoint::ServerVariableValueAdded, new));
            }
            (None, None) => {}
        }
    }
}

/// The nearest object that names servers, or the document.
fn holder<'a>(document: &'a Document, operation: &Operation<'a>) -> Place<'a> {
    let near = [&operation.place, &operation.item].into_iter().find(|place| place.get("servers").is_some());
    near.cloned().unwrap_or_else(|| document.top())
}

fn servers<'a>(document: &'a Document, operation: &Operation<'a>) -> Vec<(&'a str, Place<'a>)> {
    let Some(list) = holder(document, operation).get("servers") else { return Vec::new() };
    let url = |place: &Place<'a>| value::text_of(place.node, "url").map(|url| url.trim_end_matches('/'));
    list.items().filter_map(|place| Some((url(&place)?, place))).collect()
}
