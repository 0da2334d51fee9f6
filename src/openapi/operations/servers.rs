//! Where an operation is served.

use super::Operation;
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
                Some((_, new)) => self.unjudged(call, Endpoint::FieldNotJudged, Object::Server, old, new),
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
