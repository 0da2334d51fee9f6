//! One pass over a line of JSON that keeps only what is asked for: no tree is built, and texts without escapes are not copied.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::fields::Fields;

/// What a line is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Time,
    Status,
    Route,
    Client,
    Agent,
}

impl Field {
    const ALL: [Self; 5] = [Self::Time, Self::Status, Self::Route, Self::Client, Self::Agent];
}

/// Where exports keep a line as it was.
const TEXTS: [&str; 3] = ["message", "textPayload", "log"];

/// The longest name that is followed into objects.
const DEEPEST: usize = 128;

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

/// What was found: for each field the value of the first of its names that the line has.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    fields: [Option<(usize, Scalar<'a>)>; 5],
    text: Option<(usize, Cow<'a, str>)>,
}

impl<'a> Found<'a> {
    /// The value of a field.
    pub(super) fn of(&self, field: Field) -> Option<&Scalar<'a>> {
        self.fields.get(field as usize)?.as_ref().map(|(_, value)| value)
    }

    /// The line as it was, where this is an export of it.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_ref().map(|(_, text)| &**text)
    }

    fn put(&mut self, fields: &Fields, path: &str, value: Scalar<'a>) {
        for field in Field::ALL {
            let Some(rank) = fields.names(field).iter().position(|name| name == path) else { continue };
            if let Some(slot) = self.fields.get_mut(field as usize)
                && slot.as_ref().is_none_or(|(other, _)| rank < *other)
            {
                *slot = Some((rank, value.clone()));
            }
        }
        if let (Some(rank), Scalar::Text(text)) = (TEXTS.iter().position(|name| *name == path), value)
            && self.text.as_ref().is_none_or(|(other, _)| rank < *other)
        {
            self.text = Some((rank, text));
        }
    }
}

/// Walks over a line; `None` where it is no object of JSON.
pub(super) fn found<'a>(fields: &Fields, line: &'a str) -> Option<Found<'a>> {
    let (mut found, mut path) = (Found::default(), String::with_capacity(64));
    let mut json = serde_json::Deserializer::from_str(line);
    Walk { fields, found: &mut found, path: &mut path }.deserialize(&mut json).ok()?;
    json.end().ok()?;
    Some(found)
}

struct Walk<'w, 'a> {
    fields: &'w Fields,
    found: &'w mut Found<'a>,
    path: &'w mut String,
}

impl<'a> Walk<'_, 'a> {
    fn put(self, value: Scalar<'a>) {
        self.found.put(self.fields, self.path, value);
    }

    fn is_wanted(&self) -> bool {
        let path = self.path.as_str();
        let leads =
            |name: &String| name.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        Field::ALL.iter().any(|field| self.fields.names(*field).iter().any(leads)) || TEXTS.contains(&path)
    }
}

impl<'a> DeserializeSeed<'a> for Walk<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<(), E> {
        self.put(Scalar::Text(Cow::Borrowed(text)));
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.put(Scalar::Text(Cow::Owned(text.to_owned())));
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.put(Scalar::Number(number as f64));
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.put(Scalar::Number(number as f64));
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.put(Scalar::Number(number));
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let Walk { fields, found, path } = self;
        let length = path.len();
        while map.next_key_seed(Key(path))?.is_some() {
            let inner = Walk { fields, found, path };
            if inner.is_wanted() && inner.path.len() < DEEPEST {
                map.next_value_seed(inner)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            path.truncate(length);
        }
        Ok(())
    }
}

/// A key, written behind the path that leads to it.
struct Key<'k>(&'k mut String);

impl<'a> DeserializeSeed<'a> for Key<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<(), E> {
        if !self.0.is_empty() {
            self.0.push('.');
        }
        self.0.push_str(key);
        Ok(())
    }
}
