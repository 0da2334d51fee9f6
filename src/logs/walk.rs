//! One pass over a line of JSON (RFC 8259) that keeps only what is asked for: no tree is built, and texts without escapes are
//! not copied.
//!
//! A log has a million lines, and most of each is of no interest. So what is passed over is read no closer than needed to find
//! its end: a text there may hold what JSON would have escaped.

use std::borrow::Cow;

use super::shape::{Asks, Shape};

/// What a line is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Time,
    Status,
    Route,
    Client,
    Agent,
    /// The line as it was, where this is an export of it.
    Line,
}

/// The deepest list or object that is read.
const DEEPEST: usize = 128;

/// So many bytes are looked at one by one.
const SHORT: usize = 16;

/// A value that is no list and no object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    Text(Cow<'a, str>),
    Number(f64),
}

impl<'a> Scalar<'a> {
    /// As text.
    pub(super) fn plain(&self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => Cow::Owned(number.to_string()),
        }
    }
}

/// Where each field may be: a name with dots goes into nested objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    all: Vec<Name>,
    /// Those that begin with each byte.
    begin: Vec<Set>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    name: String,
    field: Field,
    /// Of several names of a field that a line has, the lowest counts.
    rank: usize,
}

/// A set of names, a bit each.
pub(super) type Set = u64;

impl Names {
    /// Adds the names of a field, the first of which counts most. No more than 64 names are looked for.
    pub(super) fn add(&mut self, field: Field, names: &[&str]) {
        let named = |(rank, name): (usize, &&str)| Name { name: (*name).to_owned(), field, rank };
        self.all.extend(names.iter().enumerate().map(named));
        self.begin = vec![0; 256];
        for (at, name) in self.all.iter().enumerate().take(Set::BITS as usize) {
            let first = name.name.bytes().next().unwrap_or_default();
            if let Some(set) = self.begin.get_mut(usize::from(first)) {
                *set |= 1 << at;
            }
        }
    }

    /// Says where a field is, instead of the names that it had.
    pub(super) fn set(&mut self, field: Field, name: &str) {
        self.all.retain(|other| other.field != field);
        self.add(field, &[name]);
    }

    /// Those among `live` whose rest, from a place on, is this key, and those that lead into the object under it.
    fn under(&self, live: Set, from: usize, key: &str) -> (Set, Set) {
        let (mut here, mut inside) = (0, 0);
        let first = key.bytes().next().unwrap_or_default();
        let begin = self.begin.get(usize::from(first)).copied().unwrap_or_default();
        for (name, bit) in self.each(if from == 0 { live & begin } else { live }) {
            let rest = name.name.as_bytes().get(from..).unwrap_or_default();
            match rest.get(key.len()) {
                None if rest == key.as_bytes() => here |= bit,
                Some(b'.') if rest.starts_with(key.as_bytes()) => inside |= bit,
                _ => {}
            }
        }
        (here, inside)
    }

    fn each(&self, mut live: Set) -> impl Iterator<Item = (&Name, Set)> {
        std::iter::from_fn(move || {
            let bit = live & live.wrapping_neg();
            live ^= bit;
            let name = self.all.get(bit.trailing_zeros() as usize).filter(|_| bit != 0)?;
            Some((name, bit))
        })
    }

    /// Walks over a line, of which the one before had this shape; `None` where it is no object of JSON.
    pub(super) fn find<'a>(&self, line: &'a str, shape: &mut Shape) -> Option<Found<'a>> {
        let mut walk = Walk { names: self, line, at: 0, found: Found::default() };
        walk.space();
        walk.outermost(shape)?;
        walk.space();
        walk.peek().is_none().then_some(walk.found)
    }
}

/// What was found: for each field the value of the first of its names that the line has.
#[derive(Debug, Default)]
pub(super) struct Found<'a>([Option<(usize, Scalar<'a>)>; 6]);

impl<'a> Found<'a> {
    /// The value of a field.
    pub(super) fn of(&self, field: Field) -> Option<&Scalar<'a>> {
        self.0.get(field as usize)?.as_ref().map(|(_, value)| value)
    }

    fn put(&mut self, Name { field, rank, .. }: &Name, value: &Scalar<'a>) {
        if let Some(slot) = self.0.get_mut(*field as usize)
            && slot.as_ref().is_none_or(|(other, _)| rank < other)
        {
            *slot = Some((*rank, value.clone()));
        }
    }
}

struct Walk<'w, 'a> {
    names: &'w Names,
    line: &'a str,
    at: usize,
    found: Found<'a>,
}

impl<'a> Walk<'_, 'a> {
    fn peek(&self) -> Option<u8> {
        self.line.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Whether the next byte behind any space is this one, which is then passed.
    fn is(&mut self, byte: u8) -> bool {
        self.space();
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    fn must(&mut self, byte: u8) -> Option<()> {
        self.is(byte).then_some(())
    }

    /// The object that the line is.
    fn outermost(&mut self, shape: &mut Shape) -> Option<()> {
        self.must(b'{')?;
        if self.is(b'}') {
            return Some(());
        }
        for number in 0.. {
            self.space();
            let asks = match shape.known(number, self.line.as_bytes().get(self.at..)?) {
                Some((asks, length)) => {
                    self.at += length;
                    asks
                }
                None => {
                    let key = self.text(near_end)?;
                    let name = key.read()?;
                    let (here, inside) = self.names.under(Set::MAX, 0, &name);
                    let asks = Asks { here, inside, from: name.len() + 1 };
                    if !key.escaped {
                        shape.keep(number, key.text, asks);
                    }
                    asks
                }
            };
            self.must(b':')?;
            self.value((asks.here, asks.inside), asks.from, 0)?;
            if !self.is(b',') {
                break;
            }
        }
        self.must(b'}')
    }

    fn object(&mut self, live: Set, from: usize, depth: usize) -> Option<()> {
        self.must(b'{')?;
        if self.is(b'}') {
            return Some(());
        }
        loop {
            let key = self.text(near_end)?;
            self.must(b':')?;
            if live == 0 {
                self.value((0, 0), 0, depth)?;
            } else {
                let key = key.read()?;
                self.value(self.names.under(live, from, &key), from + key.len() + 1, depth)?;
            }
            if !self.is(b',') {
                return self.must(b'}');
            }
        }
    }

    /// A list is asked for as its first value is: some servers write each header as one.
    fn list(&mut self, mut here: Set, depth: usize) -> Option<()> {
        self.must(b'[')?;
        if self.is(b']') {
            return Some(());
        }
        loop {
            self.value((std::mem::take(&mut here), 0), 0, depth)?;
            if !self.is(b',') {
                return self.must(b']');
            }
        }
    }

    /// A value that is asked for by the names `here`, if it is no object, and by those `inside` if it is one.
    fn value(&mut self, (here, inside): (Set, Set), from: usize, depth: usize) -> Option<()> {
        self.space();
        match self.peek()? {
            b'{' | b'[' if depth == DEEPEST => None,
            b'{' => self.object(inside, from, depth + 1),
            b'[' => self.list(here, depth + 1),
            b'"' => {
                let text = self.text(end)?;
                if here != 0 {
                    self.put(here, &Scalar::Text(text.read()?));
                }
                Some(())
            }
            _ => {
                let word = self.word();
                match word.as_bytes() {
                    b"true" | b"false" | b"null" => {}
                    [b'-' | b'0'..=b'9', ..] if here == 0 => {}
                    [b'-' | b'0'..=b'9', ..] => self.put(here, &Scalar::Number(serde_json::from_str(word).ok()?)),
                    _ => return None,
                }
                Some(())
            }
        }
    }

    fn put(&mut self, here: Set, value: &Scalar<'a>) {
        for (name, _) in self.names.each(here) {
            self.found.put(name, value);
        }
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> &'a str {
        let rest = self.line.get(self.at..).unwrap_or_default();
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let length = rest.as_bytes().iter().take_while(|byte| is_word(byte)).count();
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// A text, of which `end` finds the next quote or backslash.
    fn text(&mut self, end: impl Fn(&[u8]) -> Option<usize>) -> Option<Quoted<'a>> {
        self.space();
        let (begin, mut escaped) = (self.at, false);
        self.must(b'"')?;
        loop {
            let rest = self.line.as_bytes().get(self.at..)?;
            let next = end(rest)?;
            self.at += next + 1;
            if rest.get(next) == Some(&b'"') {
                return Some(Quoted { text: self.line.get(begin..self.at)?, escaped });
            }
            escaped = true;
            self.at += 1;
        }
    }
}

/// Where the next quote or backslash is.
fn end(bytes: &[u8]) -> Option<usize> {
    memchr::memchr2(b'"', b'\\', bytes)
}

/// The same where it is near, as in keys: they are so short that the search would take longer to begin than to end.
fn near_end(bytes: &[u8]) -> Option<usize> {
    let near = bytes.iter().take(SHORT).position(|byte| matches!(byte, b'"' | b'\\'));
    near.or_else(|| Some(SHORT + end(bytes.get(SHORT..)?)?))
}

/// A text in its quotes.
struct Quoted<'a> {
    text: &'a str,
    escaped: bool,
}

impl<'a> Quoted<'a> {
    /// What it says; `None` where an escape is none of JSON's.
    fn read(&self) -> Option<Cow<'a, str>> {
        if self.escaped {
            return serde_json::from_str(self.text).ok().map(Cow::Owned);
        }
        self.text.get(1..self.text.len() - 1).map(Cow::Borrowed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;
    use test_case::test_case;

    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        names.add(Field::Status, &["s", "a.s", "a.b.s"]);
        names.add(Field::Route, &["r"]);
        names
    }

    fn status(line: &str) -> Option<String> {
        names()
            .find(line, &mut Shape::default())
            .map(|found| found.of(Field::Status).map_or("-".to_owned(), |value| value.plain().into_owned()))
    }

    #[test_case(r#"{"s":1}"# => Some("1".to_owned()); "a number")]
    #[test_case(r#" { "s" : "a\u00e9\n" } "# => Some("aé\n".to_owned()); "a text with escapes")]
    #[test_case(r#"{"a":{"b":{"s":3},"s":2}}"# => Some("2".to_owned()); "the first name that the line has")]
    #[test_case(r#"{"a.b":{"s":3}}"# => Some("3".to_owned()); "a key with a dot in it")]
    #[test_case(r#"{"x":{"s":1},"y":[{"s":2}],"s":true,"a":null}"# => Some("-".to_owned()); "nowhere that it is asked for")]
    #[test_case(r#"{"\u0073":4}"# => Some("4".to_owned()); "a key with escapes")]
    #[test_case(r#"{"x":"\\","s":5,"y":"\""}"# => Some("5".to_owned()); "quotes and backslashes")]
    #[test_case(r#"{"s":1"# => None; "cut off")]
    #[test_case(r#"{"s":1}}"# => None; "something behind it")]
    #[test_case(r#"{"s":1,}"# => None; "a comma too many")]
    #[test_case(r#"{"s":"\x"}"# => None; "an escape that is none")]
    #[test_case(r#"{"s":nil}"# => None; "a word that is none")]
    #[test_case(r#"{"s":0200}"# => None; "a number that begins with 0")]
    #[test_case(r#"{"s":200.}"# => None; "a number without its end")]
    #[test_case(r#"{"s":-inf}"# => None; "no number at all")]
    #[test_case(r#"{"s":1,"s":2}"# => Some("1".to_owned()); "a key twice: the first counts")]
    #[test_case(r#"{"a":{"s":["x","y"]}}"# => Some("x".to_owned()); "the first of a list")]
    #[test_case(r#"{"s":[],"a":{"s":[{"s":1},2]}}"# => Some("-".to_owned()); "a list whose first is no text")]
    #[test_case("[1]" => None; "a list")]
    #[test_case("" => None; "nothing")]
    fn finds(line: &str) -> Option<String> {
        status(line)
    }

    #[test]
    fn what_is_too_deep_is_no_request() {
        let nested = |depth: usize| format!("{{\"s\":1,\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!((status(&nested(128)), status(&nested(100_000))), (Some("1".to_owned()), None));
    }

    fn document() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[ a\"\\\\é{}\\[\\]:,\n]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[sabr.]{1,3}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_the_library_reads_is_read_alike(document in document(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) }.unwrap();
            let found = names().find(&text, &mut Shape::default());
            prop_assert_eq!(found.is_some(), document.is_object());
            if let Some(value) = document.get("s").filter(|value| value.is_i64() || value.is_string()) {
                let expected = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
                prop_assert_eq!(found.and_then(|found| found.of(Field::Status).map(|value| value.plain().into_owned())), Some(expected));
            }
        }

        #[test]
        fn no_text_is_too_strange(line in "[{}\\[\\]\"\\\\a:,0-9é ]{0,40}") {
            let library = serde_json::from_str::<Value>(&line).is_ok_and(|value| value.is_object());
            prop_assert!(names().find(&line, &mut Shape::default()).is_some() || !library, "{line}");
        }

        /// What the line before was makes no difference.
        #[test]
        fn the_shape_of_the_line_before_changes_nothing(
            keys in proptest::collection::vec(proptest::collection::vec("(s|a|a.s|r|s\"|\\\\u0073|sa|é)", 0..4), 1..5),
            spaced in any::<bool>(),
        ) {
            let mut shape = Shape::default();
            for (at, keys) in keys.iter().enumerate() {
                let space = if spaced && at % 2 == 0 { " " } else { "" };
                let value = |at: usize| if at.is_multiple_of(2) { at.to_string() } else { format!("{{\"s\":{at},\"b\":{{\"s\":9}}}}") };
                let pair = |(at, key): (usize, &String)| format!("{space}\"{key}\"{space}:{}", value(at));
                let pairs: Vec<String> = keys.iter().enumerate().map(pair).collect();
                let line = format!("{{{}}}", pairs.join(","));
                let names = names();
                let found = names.find(&line, &mut shape).map(|found| found.0);
                prop_assert_eq!(found, names.find(&line, &mut Shape::default()).map(|found| found.0));
            }
        }
    }
}
