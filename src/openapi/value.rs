//! JSON values as OpenAPI means them: `1` is `1.0`, and the order of a mapping's keys says nothing.

use std::cmp::Ordering;

use crate::yaml::{Entry, Node, Number, Value};

/// The value of a key; `None` where the node is no mapping or has no such key.
pub(super) fn get<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    entries(node).iter().find(|entry| entry.key == *key).map(|entry| &entry.value)
}

/// The entries of a mapping; none for any other node.
pub(super) fn entries(node: &Node) -> &[Entry] {
    match &node.value {
        Value::Mapping(entries) => entries,
        _ => &[],
    }
}

/// The items of a list; none for any other node.
pub(super) fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::Sequence(items) => items,
        _ => &[],
    }
}

/// The text of a string.
pub(super) fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The text under a key.
pub(super) fn text_of<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    text(get(node, key)?)
}

/// Whether a key holds `true`.
pub(super) fn flag(node: &Node, key: &str) -> bool {
    matches!(get(node, key).map(|node| &node.value), Some(Value::Bool(true)))
}

/// Whether two nodes are the same JSON value, wherever they stand.
pub(super) fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => compare(a, b) == Some(Ordering::Equal),
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Sequence(a), Value::Sequence(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Mapping(a), Value::Mapping(b)) => a.len() == b.len() && same_entries(a, b),
        _ => false,
    }
}

/// Two mappings of one length: in most, both have their keys in one order.
fn same_entries(a: &[Entry], b: &[Entry]) -> bool {
    let same_entry = |(a, b): (&Entry, &Entry)| a.key == b.key && same(&a.value, &b.value);
    if a.iter().zip(b).all(|(a, b)| a.key == b.key) {
        return a.iter().zip(b).all(same_entry);
    }
    sorted(a).into_iter().zip(sorted(b)).all(same_entry)
}

/// The entries of a mapping by their keys.
fn sorted(entries: &[Entry]) -> Vec<&Entry> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    sorted
}

/// Orders two numbers by value; `None` where one of them is not a number (NaN).
pub(super) fn compare(a: &Number, b: &Number) -> Option<Ordering> {
    match (a, b) {
        (Number::Integer(a), Number::Integer(b)) => Some(a.cmp(b)),
        (Number::Big(a), Number::Big(b)) => Some(compare_big(a, b)),
        (Number::Big(a), Number::Integer(_)) => {
            Some(if a.starts_with('-') { Ordering::Less } else { Ordering::Greater })
        }
        (Number::Integer(_), Number::Big(_)) => compare(b, a).map(Ordering::reverse),
        _ => approximate(a).partial_cmp(&approximate(b)),
    }
}

/// Two integers of more than 128 bits, as digits without leading zeros.
fn compare_big(a: &str, b: &str) -> Ordering {
    let magnitude = |a: &str, b: &str| a.len().cmp(&b.len()).then_with(|| a.cmp(b));
    match (a.strip_prefix('-'), b.strip_prefix('-')) {
        (None, None) => magnitude(a, b),
        (Some(a), Some(b)) => magnitude(b, a),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
    }
}

/// The nearest double; an integer beyond its precision is compared with a fraction as near as a double can tell.
pub(super) fn approximate(number: &Number) -> f64 {
    match number {
        Number::Integer(value) => *value as f64,
        Number::Float(value) => *value,
        Number::Big(digits) => digits.parse().unwrap_or(f64::NAN),
    }
}

/// A value in one line of JSON, cut after about 60 characters: what a person needs to recognise it.
pub(super) fn brief(node: &Node) -> String {
    let mut out = String::new();
    write(node, &mut out, 200);
    if out.chars().count() > 60 {
        out = out.chars().take(59).collect();
        out.push('…');
    }
    out
}

/// A value in one line of JSON, keys sorted: the same text for the same value.
pub(super) fn canonical(node: &Node) -> String {
    let mut out = String::new();
    write(node, &mut out, usize::MAX);
    out
}

fn write(node: &Node, out: &mut String, limit: usize) {
    if out.len() > limit {
        return;
    }
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&digits(number)),
        Value::String(text) => out.push_str(&serde_json::Value::from(text.as_str()).to_string()),
        Value::Sequence(items) => list(out, '[', ']', items, |item, out| write(item, out, limit)),
        Value::Mapping(entries) => {
            list(out, '{', '}', &sorted(entries), |entry, out| {
                out.push_str(&serde_json::Value::from(entry.key.as_str()).to_string());
                out.push(':');
                write(&entry.value, out, limit);
            });
        }
    }
}

fn list<T>(out: &mut String, open: char, close: char, items: &[T], each: impl Fn(&T, &mut String)) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        each(item, out);
    }
    out.push(close);
}

/// A number's text; a float that is an integer is written as one.
pub(super) fn digits(number: &Number) -> String {
    match number {
        Number::Integer(value) => value.to_string(),
        Number::Float(value) => value.to_string(),
        Number::Big(digits) => digits.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn number(text: &str) -> Number {
        match text.parse::<i64>() {
            Ok(value) => Number::Integer(value),
            Err(_) if text.contains('.') => Number::Float(text.parse().unwrap()),
            Err(_) => Number::Big(text.into()),
        }
    }

    const HUGE: &str = "9999999999999999999999999999999999999999999999";

    #[test_case("1", "1.0" => Some(Ordering::Equal))]
    #[test_case("2", "10" => Some(Ordering::Less))]
    #[test_case("0.5", "0" => Some(Ordering::Greater))]
    #[test_case(HUGE, HUGE => Some(Ordering::Equal))]
    #[test_case(HUGE, "1" => Some(Ordering::Greater))]
    #[test_case("-99999999999999999999999999999999999999999999999", "1.5" => Some(Ordering::Less))]
    fn numbers_are_ordered_by_value(a: &str, b: &str) -> Option<Ordering> {
        compare(&number(a), &number(b))
    }
}
