//! Whether a schema is marked as one that a direction does not see.

use super::{Written, normalise};
use crate::openapi::document::{Dialect, Document, Place};
use crate::openapi::rules::Direction;
use crate::openapi::value;
use crate::yaml::Node;

/// `readOnly` never counts in requests, `writeOnly` never in responses.
pub(super) fn is_hidden<'a>(document: &'a Document, written: Option<&Written<'a>>, direction: Direction) -> bool {
    written.is_some_and(|written| {
        let (read_only, write_only) = marks(document, written);
        match direction {
            Direction::Request => read_only,
            Direction::Response => write_only,
            Direction::None => false,
        }
    })
}

/// Whether a schema is in responses only, and whether in requests only. Most say so themselves, or nobody does: these need not be
/// read as sets.
fn marks<'a>(document: &'a Document, written: &Written<'a>) -> (bool, bool) {
    if let [place] = written.places.as_slice()
        && let Some(node) = alone(document, place)
    {
        return (value::flag(node, "readOnly"), value::flag(node, "writeOnly"));
    }
    let schema = normalise(document, written);
    (schema.read_only, schema.write_only)
}

/// The schema that is meant, its reference followed, where no other one takes part in it.
fn alone<'a>(document: &'a Document, place: &Place<'a>) -> Option<&'a Node> {
    let only_refers = document.dialect() == Dialect::V30 || value::entries(place.node).len() == 1;
    let node = if only_refers { document.resolve(place).found()?.node } else { place.node };
    let others = ["$ref", "allOf", "oneOf", "anyOf"];
    value::entries(node).iter().all(|entry| !others.contains(&entry.key.as_str())).then_some(node)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("3.0.3", "{readOnly: true}")]
    #[test_case("3.0.3", "{writeOnly: true, readOnly: yes}")]
    #[test_case("3.0.3", "{$ref: '#/b', readOnly: true}"; "what stands beside a reference does not count")]
    #[test_case("3.1.0", "{$ref: '#/b', readOnly: true}"; "and does since")]
    #[test_case("3.1.0", "{$ref: '#/b'}")]
    #[test_case("3.1.0", "{allOf: [{$ref: '#/b'}, {readOnly: true}]}")]
    #[test_case("3.1.0", "{oneOf: [{readOnly: true}]}")]
    #[test_case("3.1.0", "{$ref: '#/a'}"; "a circle")]
    #[test_case("3.1.0", "{$ref: 'elsewhere.yml', writeOnly: true}")]
    fn are_those_of_the_set(version: &str, schema: &str) {
        let text = format!("openapi: {version}\na: {schema}\nb: {{writeOnly: true}}\n");
        let document = Document::parse("x", &text).unwrap();
        let written = Written::once(document.find("/a").unwrap());
        let set = normalise(&document, &written);
        assert_eq!(marks(&document, &written), (set.read_only, set.write_only));
    }
}
