//! The operations of a path item by their methods: those that have a field of their own, and any other (OpenAPI 3.2).

use std::collections::BTreeMap;

use crate::openapi::document::Place;

/// The methods that have a field of their own.
const FIELDS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Each operation by its method: in capitals where it has a field of its own, else as it is written.
pub(in crate::openapi) fn methods<'a>(item: &Place<'a>) -> BTreeMap<String, Place<'a>> {
    let own = FIELDS.iter().filter_map(|field| Some((field.to_ascii_uppercase(), item.get(field)?)));
    let others = item.get("additionalOperations");
    let others = others.iter().flat_map(|all| all.entries().collect::<Vec<_>>());
    others.map(|(method, place)| (method.to_owned(), place)).chain(own).collect()
}
