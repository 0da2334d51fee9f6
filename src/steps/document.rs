//! What a JSON text says beyond what most of its readers make of it: the digits of a number that floating point does not keep, and the
//! first of two values of one key, of which most readers take the last.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::number::Number;
use super::path::Path;

/// A JSON text, as a reader has it that takes the last value of a key, and as one that takes the first.
#[derive(Clone, Debug)]
pub struct Document {
    last: Exact,
    first: Exact,
}

/// A value with the digits of its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    value: Value,
    /// The same with a text in the place of each number: as it is written.
    written: Value,
}

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The text is no JSON; what the parser says of it.
    NoJson(String),
    /// It is deeper, or has a larger number, than can be read, at this line and column.
    Beyond(usize, usize),
}

/// A key on the way to a value is there twice, and readers differ on which counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated;

impl Document {
    /// Reads a text.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn parse(text: &str) -> Result<Self, Unread> {
        let numbers: Vec<&str> = numbers(text).collect();
        let read = |keeps_first| {
            let next = Cell::new(0);
            let mut reader = serde_json::Deserializer::from_str(text);
            let value = Reader { numbers: &numbers, next: &next, keeps_first }.deserialize(&mut reader)?;
            reader.end().map(|()| value)
        };
        let unread = |error: serde_json::Error| {
            let why = error.to_string();
            // Its kinds do not tell them apart.
            let is_beyond =
                ["number out of range", "recursion limit exceeded"].iter().any(|kind| why.starts_with(kind));
            if is_beyond { Unread::Beyond(error.line(), error.column()) } else { Unread::NoJson(why) }
        };
        Ok(Self { last: read(false).map_err(unread)?, first: read(true).map_err(unread)? })
    }

    /// The values that a path leads to, in their order.
    ///
    /// # Errors
    /// Where that depends on which of two values of one key counts.
    pub fn at(&self, path: &Path) -> Result<Vec<Exact>, Repeated> {
        let found = self.last.at(path);
        if found == self.first.at(path) { Ok(found) } else { Err(Repeated) }
    }

    /// All of it.
    ///
    /// # Errors
    /// Where a key is there twice.
    pub fn whole(self) -> Result<Exact, Repeated> {
        if self.last == self.first { Ok(self.last) } else { Err(Repeated) }
    }
}

impl Exact {
    /// The value, as floating point has its numbers.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The digits of a number; `None` where it is none.
    #[must_use]
    pub fn digits(&self) -> Option<&str> {
        self.written.as_str().filter(|_| self.value.is_number())
    }

    /// As JSON, no digit of which is lost.
    #[must_use]
    pub fn text(&self) -> String {
        text(&self.value, &self.written)
    }

    /// Whether it is the same value: 1 and 1.0 are the same number, also within lists and objects.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        same((&self.value, &self.written), (&other.value, &other.written))
    }

    /// The pairs of an object; `None` where it is none.
    #[must_use]
    pub fn pairs(&self) -> Option<Vec<(String, Self)>> {
        let (value, written) = (self.value.as_object()?, self.written.as_object()?);
        let pairs = value
            .iter()
            .zip(written.values())
            .map(|((key, value), written)| (key.clone(), Self { value: value.clone(), written: written.clone() }));
        Some(pairs.collect())
    }

    fn at(&self, path: &Path) -> Vec<Self> {
        let found = path.located(&self.value).into_iter().map(|(place, value)| {
            let written = self.written.pointer(&place).cloned().unwrap_or_default();
            Self { value: value.clone(), written }
        });
        found.collect()
    }
}

impl From<String> for Exact {
    fn from(text: String) -> Self {
        Self { written: Value::String(text.clone()), value: Value::String(text) }
    }
}

fn text(value: &Value, written: &Value) -> String {
    match (value, written) {
        (Value::Number(number), Value::String(written)) if !is_kept(&number.to_string(), written) => written.clone(),
        (Value::Array(items), Value::Array(written)) => {
            let items: Vec<String> = items.iter().zip(written).map(|(item, written)| text(item, written)).collect();
            format!("[{}]", items.join(","))
        }
        (Value::Object(pairs), Value::Object(written)) => {
            let pairs = pairs.iter().zip(written.values());
            let pairs: Vec<String> = pairs
                .map(|((key, value), written)| format!("{}:{}", Value::String(key.clone()), text(value, written)))
                .collect();
            format!("{{{}}}", pairs.join(","))
        }
        _ => value.to_string(),
    }
}

/// Whether two texts are the same number, digit by digit.
fn is_kept(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|text| text.parse::<Number>().ok());
    one.zip(other).is_some_and(|(one, other)| one.compare(&other).is_eq())
}

fn same((one, in_one): (&Value, &Value), (other, in_other): (&Value, &Value)) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => match (in_one, in_other) {
            (Value::String(one), Value::String(other)) => is_kept(one, other),
            _ => false,
        },
        (Value::Array(a), Value::Array(b)) => {
            let item = |written: &Value, at: usize| written.get(at).cloned().unwrap_or_default();
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .enumerate()
                    .all(|(at, (a, b))| same((a, &item(in_one, at)), (b, &item(in_other, at))))
        }
        (Value::Object(a), Value::Object(b)) => {
            let of = |written: &Value, key: &str| written.get(key).cloned().unwrap_or_default();
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same((a, &of(in_one, key)), (b, &of(in_other, key)))))
        }
        _ => one == other,
    }
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

/// Takes values in the order of the text, and so the numbers in that order too.
#[derive(Clone, Copy)]
struct Reader<'r> {
    numbers: &'r [&'r str],
    next: &'r Cell<usize>,
    keeps_first: bool,
}

impl Reader<'_> {
    fn number(self, value: Value) -> Exact {
        let at = self.next.replace(self.next.get() + 1);
        let written = self.numbers.get(at).map_or_else(|| value.to_string(), |&written| written.to_owned());
        Exact { value, written: Value::String(written) }
    }
}

fn plain<E: Error>(value: Value) -> Result<Exact, E> {
    Ok(Exact { written: value.clone(), value })
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Exact;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Exact, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Exact;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Exact, E> {
        plain(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Exact, E> {
        plain(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Exact, E> {
        Ok(self.number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Exact, E> {
        Ok(self.number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Exact, E> {
        Ok(self.number(value.into()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Exact, E> {
        plain(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Exact, A::Error> {
        let (mut list, mut written) = (Vec::new(), Vec::new());
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item.value);
            written.push(item.written);
        }
        Ok(Exact { value: Value::Array(list), written: Value::Array(written) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Exact, A::Error> {
        let (mut map, mut written) = (Map::new(), Map::new());
        while let Some(key) = entries.next_key::<String>()? {
            let entry = entries.next_value_seed(self)?;
            if self.keeps_first && map.contains_key(&key) {
                continue;
            }
            map.insert(key.clone(), entry.value);
            written.insert(key, entry.written);
        }
        Ok(Exact { value: Value::Object(map), written: Value::Object(written) })
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn at(path: &str, text: &str) -> String {
        match Document::parse(text) {
            Ok(document) => match document.at(&path.parse().unwrap()) {
                Ok(found) => found.iter().map(Exact::text).collect::<Vec<_>>().join(" "),
                Err(Repeated) => "twice".to_owned(),
            },
            Err(Unread::Beyond(..)) => "beyond".to_owned(),
            Err(Unread::NoJson(_)) => "no JSON".to_owned(),
        }
    }

    #[test_case("$.a", "{\"a\": 18446744073709551616}" => "18446744073709551616")]
    #[test_case("$[*]", "[100.00000000000000001, \"100.0\", 100.0]" => "100.00000000000000001 \"100.0\" 100.0"; "each by itself")]
    #[test_case("$", "{\"\\\\\": 1.5, \"\\\"2.5\": {\"b\": [1e2, 12345678901234567890123]}}" => "{\"\\\\\":1.5,\"\\\"2.5\":{\"b\":[100.0,12345678901234567890123]}}"; "within, and escapes")]
    #[test_case("$.b", "{\"a\": [true, null, 1], \"b\": -0.1}" => "-0.1"; "words between")]
    #[test_case("$.a", "{\"a\": 1, \"a\": 2}" => "twice"; "a key twice")]
    #[test_case("$.a.b", "{\"a\": {\"b\": 1}, \"a\": {}}" => "twice"; "a key above it twice")]
    #[test_case("$.b", "{\"a\": 1, \"a\": 2.5, \"b\": 3.5}" => "3.5"; "another key twice")]
    #[test_case("$.a", "{\"a\": 12345678901234567890123, \"a\": 12345678901234567890124}" => "twice"; "a key twice with neighbours")]
    #[test_case("$['a/b~c'].d", "{\"a/b~c\": {\"d\": 1.50}}" => "1.5"; "a key with the signs of a pointer")]
    #[test_case("$.a", "{\"a\": 1e400}" => "beyond"; "a number that is too large")]
    #[test_case("$.a", "{\"a\": 1} x" => "no JSON"; "more behind it")]
    #[test_case("$.a", "<html>" => "no JSON"; "a page")]
    fn leads_to(path: &str, text: &str) -> String {
        at(path, text)
    }

    #[test]
    fn what_is_too_deep_is_beyond() {
        assert_eq!(at("$", &("[".repeat(500) + &"]".repeat(500))), "beyond");
    }

    #[test_case("5", "5.0" => true; "alone")]
    #[test_case(r#"{"a": [1.0, {"b": 2}]}"#, r#"{"a": [1, {"b": 2.0}]}"# => true; "within")]
    #[test_case(r#"{"a": 1, "b": 2.5}"#, r#"{"b": 2.50, "a": 1}"# => true; "in another order")]
    #[test_case("[1]", "[1, 1]" => false; "another length")]
    #[test_case(r#"{"a": 1}"#, r#"{"b": 1}"# => false; "another key")]
    #[test_case(r#"{"a": 1}"#, r#"{"a": 1, "b": 1}"# => false; "a key more")]
    #[test_case("1", "\"1\"" => false; "a text")]
    #[test_case("9007199254740993", "9007199254740992" => false; "whole numbers beyond what a float holds")]
    #[test_case("12345678901234567890", "12345678901234567891" => false; "whole numbers beyond 63 bits")]
    #[test_case("12345678901234567890123", "12345678901234567890124" => false; "whole numbers beyond 64 bits")]
    #[test_case("12345678901234567890123", "12345678901234567890123" => true; "the same beyond 64 bits")]
    #[test_case("12345678901234567890", "1.2345678901234567e19" => false; "a float close by")]
    #[test_case("[0.1]", "[0.10000000000000000001]" => false; "a fraction close by")]
    #[test_case("1e3", "1000" => true; "with an exponent")]
    fn is_the_same(one: &str, other: &str) -> bool {
        let [one, other] = [one, other].map(|text| Document::parse(text).unwrap().whole().unwrap());
        one.is_same(&other)
    }
}
