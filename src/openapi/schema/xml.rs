//! How a value is written in XML (XML Object); in any other format it says nothing.

use super::compare::View;
use super::{Schema, Types, Written};
use crate::openapi::rules::SchemaChange;
use crate::openapi::value;

/// What is read of it. A prefix is only a short name for the namespace.
#[derive(Debug, PartialEq, Eq)]
struct Writing<'a> {
    /// The element's or the attribute's name; the property's or the component's where none is written.
    name: String,
    namespace: Option<&'a str>,
    /// `element`, `attribute` and so on (OpenAPI 3.2); before, two flags said it.
    node: &'a str,
}

impl View<'_, '_, '_> {
    pub(super) fn xml(&mut self) {
        if !self.pair.mode.xml || self.base.xml.is_none() && self.head.xml.is_none() {
            return;
        }
        let (was, is) = (writing(self.base, &self.pair.base), writing(self.head, &self.pair.head));
        if was != is {
            let words = |one: &Writing<'_>| {
                let namespace = one.namespace.map(|name| format!(" of {name}")).unwrap_or_default();
                format!("{} `{}`{namespace}", one.node, one.name)
            };
            self.record(SchemaChange::XmlChanged, "xml", "", format!("from {} to {}", words(&was), words(&is)));
        }
    }
}

fn writing<'a>(schema: &Schema<'a>, written: &Written<'_>) -> Writing<'a> {
    let node = schema.xml.as_ref().map(|place| place.node);
    let text = |key| node.and_then(|node| value::text_of(node, key));
    let flag = |key| node.is_some_and(|node| value::flag(node, key));
    let place = written.spot().pointer.rsplit('/').next().unwrap_or_default().to_owned();
    // A whole body is called like its component.
    let component = schema.names.first().filter(|_| place == "schema");
    let place = component.map_or(place, |name| (*name).to_owned());
    let list = schema.types.meets(Types::ARRAY);
    let kind = match text("nodeType") {
        Some(kind) => kind,
        None if flag("attribute") => "attribute",
        // A list has an element of its own only where it is wrapped.
        None if list && !flag("wrapped") => "none",
        None => "element",
    };
    Writing { name: text("name").map_or(place, ToOwned::to_owned), namespace: text("namespace"), node: kind }
}
