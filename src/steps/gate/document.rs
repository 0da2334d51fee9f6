//! What a JSON text says beyond what its readers make of it: the digits of a number that floating point does not keep, and the first of
//! two values of one key, of which most readers take the last.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::steps::number::Number;

/// The number as it is written, of which a reader made a fraction; `None` where that may be of several.
pub(super) fn written(text: &str, value: f64) -> Option<Number> {
    let is_it = |written: &&str| serde_json::from_str::<f64>(written).is_ok_and(|read| read.total_cmp(&value).is_eq());
    let mut found = numbers(text).filter(is_it).filter_map(|written| written.parse::<Number>().ok());
    let first = found.next()?;
    found.all(|other| other.compare(&first).is_eq()).then_some(first)
}

/// The numbers outside its strings.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let (mut in_string, mut is_escaped) = (false, false);
    let between = text.split(move |c: char| {
        let was_in_string = in_string;
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if in_string => is_escaped = true,
            '"' => in_string = !in_string,
            _ => {}
        }
        was_in_string || !(c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E'))
    });
    between.filter(|piece| piece.contains(|c: char| c.is_ascii_digit()))
}

/// The document as a reader has it that takes the first value of a key.
///
/// # Errors
/// Why it is no JSON.
pub(super) fn by_first_keys(text: &str) -> serde_json::Result<Value> {
    FirstKeys.deserialize(&mut serde_json::Deserializer::from_str(text))
}

struct FirstKeys;

impl<'de> DeserializeSeed<'de> for FirstKeys {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for FirstKeys {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Self)?;
            map.entry(key).or_insert(value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("{\"a\": 18446744073709551616}", 18_446_744_073_709_551_616.0 => Some("18446744073709551616".to_owned()))]
    #[test_case("[100.00000000000000001, \"100.0\", 1]", 100.0 => Some("100.00000000000000001".to_owned()); "not in a string")]
    #[test_case("[1.50, 1.5]", 1.5 => Some("1.50".to_owned()); "the same twice")]
    #[test_case("[1.5, 1.50000000000000001]", 1.5 => None; "two of one")]
    #[test_case("{\"\\\\\": 1.5, \"\\\"2.5\": 0}", 2.5 => None; "escapes")]
    #[test_case("{\"\\\\\": 1.5}", 1.5 => Some("1.5".to_owned()); "behind an escape")]
    fn is_written(text: &str, value: f64) -> Option<String> {
        written(text, value).map(|number| number.to_string())
    }

    #[test]
    fn the_first_value_of_a_key_counts() {
        let text = "{\"a\": [null, true, -1, 1, 1.5, \"b\", {\"c\": 1, \"c\": 2}], \"a\": 3}";
        assert_eq!(by_first_keys(text).unwrap().to_string(), "{\"a\":[null,true,-1,1,1.5,\"b\",{\"c\":1}]}");
    }
}
