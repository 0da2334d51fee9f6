//! Two documents as values: where they differ, whatever that means to callers. The order of keys and `1` for `1.0` are no
//! difference; the order of a list is.

use super::document::Place;
use super::trail::{Spot, escape};
use super::value;
use crate::yaml::{Node, Value};

/// A place where two documents differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// JSON Pointer (RFC 6901) to the value, in the document that has it.
    pub pointer: String,
    /// What happened there.
    pub kind: Kind,
    /// Where it stands in the first document; where it is not there, what encloses it.
    pub place: Spot,
}

/// What happened at a place; values are cut to one short line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only the second document has it.
    Added(String),
    /// Only the first document has it.
    Removed(String),
    /// Both have it, and it is another value: the first document's, then the second's.
    Changed(String, String),
}

/// Every place where two documents differ, in the order of the first; the outermost place stands for all that is in it.
#[must_use]
pub fn differences(first: &Node, second: &Node) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut next = vec![(Place::root(first), second)];
    while let Some((place, other)) = next.pop() {
        if value::same(place.node, other) {
            continue;
        }
        match (&place.node.value, &other.value) {
            (Value::Mapping(_), Value::Mapping(theirs)) => {
                let added = theirs.iter().filter(|entry| value::get(place.node, &entry.key).is_none());
                let added = added.map(|entry| self::added(&place, &entry.key, &entry.value));
                found.extend(added);
                let ours: Vec<_> = place.entries().collect();
                for (key, ours) in ours.into_iter().rev() {
                    match value::get(other, key) {
                        Some(theirs) => next.push((ours, theirs)),
                        None => found.push(removed(&ours)),
                    }
                }
            }
            (Value::Sequence(_), Value::Sequence(theirs)) => {
                let ours: Vec<_> = place.items().collect();
                let more = theirs.iter().enumerate().skip(ours.len());
                found.extend(more.map(|(index, theirs)| added(&place, &index.to_string(), theirs)));
                for (index, ours) in ours.into_iter().enumerate().rev() {
                    match theirs.get(index) {
                        Some(theirs) => next.push((ours, theirs)),
                        None => found.push(removed(&ours)),
                    }
                }
            }
            _ => found.push(Difference {
                pointer: place.pointer(),
                kind: Kind::Changed(value::brief(place.node), value::brief(other)),
                place: place.spot(),
            }),
        }
    }
    found.sort_by(|a, b| (a.place.mark, &a.pointer).cmp(&(b.place.mark, &b.pointer)));
    found
}

fn added(around: &Place<'_>, key: &str, theirs: &Node) -> Difference {
    let pointer = format!("{}/{}", around.pointer(), escape(key));
    Difference { pointer, kind: Kind::Added(value::brief(theirs)), place: around.spot() }
}

fn removed(ours: &Place<'_>) -> Difference {
    Difference { pointer: ours.pointer(), kind: Kind::Removed(value::brief(ours.node)), place: ours.spot() }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;
    use crate::yaml::{Limits, parse};

    #[test_case("{a: 1, b: [x]}", "{\"b\": [\"x\"], \"a\": 1.0}" => ""; "order and form are no difference")]
    #[test_case("{a: 1}", "{a: 1, b: {c: 2}}" => "+/b {\"c\":2}")]
    #[test_case("{a: {b: 1, c: 2}}", "{a: {b: 3}}" => "~/a/b 1 3 -/a/c 2")]
    #[test_case("[1, 2]", "[1]" => "-/1 2")]
    #[test_case("{a/b: 1}", "{a/b: '1'}" => "~/a~1b 1 \"1\"")]
    fn every_place_is_named_once(first: &str, second: &str) -> String {
        let node = |text| parse("x", text, Limits::CONFIG).unwrap();
        let word = |one: Difference| match one.kind {
            Kind::Added(is) => format!("+{} {is}", one.pointer),
            Kind::Removed(was) => format!("-{} {was}", one.pointer),
            Kind::Changed(was, is) => format!("~{} {was} {is}", one.pointer),
        };
        differences(&node(first), &node(second)).into_iter().map(word).collect::<Vec<_>>().join(" ")
    }
}
