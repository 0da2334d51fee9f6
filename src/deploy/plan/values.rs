//! The small values of a plan, each validated at the door: texts, ids, names of variables, members, times.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor, value::MapAccessDeserializer};

use crate::duration;
use crate::yaml::{Mark, Spanned};

/// A scalar as a text with its place, in which `${{ … }}` may stand.
#[derive(Clone, Debug, Default)]
pub struct Text(Spanned<Scalar>);

impl Text {
    /// Where it begins.
    #[must_use]
    pub fn mark(&self) -> Mark {
        self.0.mark
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.value.0
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

/// Text, a number or a boolean, as a text: `1`, `true`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Scalar(String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor).map(Self)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_bool<E>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E>(self, value: f64) -> Result<String, E> {
        Ok(value.to_string())
    }
}

impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

/// A text, or a mapping that says more.
#[derive(Clone, Debug)]
pub(super) enum TextOr<T> {
    /// The short form.
    Text(Text),
    /// The long form.
    Other(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TextOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { mark, value } = Spanned::<Either<T>>::deserialize(deserializer)?;
        Ok(match value {
            Either::Scalar(text) => Self::Text(Text(Spanned { mark, value: Scalar(text) })),
            Either::Other(other) => Self::Other(other),
        })
    }
}

enum Either<T> {
    Scalar(String),
    Other(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Either<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EitherVisitor(std::marker::PhantomData))
    }
}

struct EitherVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EitherVisitor<T> {
    type Value = Either<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a mapping")
    }

    fn visit_str<E>(self, text: &str) -> Result<Either<T>, E> {
        Ok(Either::Scalar(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Either<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Either::Other)
    }
}

impl<T: JsonSchema> JsonSchema for TextOr<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("TextOr_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, generator.subschema_for::<T>()] })
    }
}

/// In the JSON Schema, a type that is read from another one is as that one is written.
macro_rules! schema_as_written {
    ($name:ident, $written:ty) => {
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                <$written as schemars::JsonSchema>::json_schema(generator)
            }
        }
    };
}
pub(super) use schema_as_written;

/// A text that is checked while it is read, and is a string in the JSON Schema.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $pattern:literal, $is_right:expr, $wrong:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(String);

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                let is_right: fn(&str) -> bool = $is_right;
                if is_right(&text) { Ok(Self(text)) } else { Err(D::Error::custom(format!($wrong, text = text))) }
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

checked_text!(
    /// The id of a job, step, role, output or option: it stands in expressions.
    Id,
    "^[A-Za-z_][A-Za-z0-9_-]*$",
    |text| is_word(text, |c| c == '-'),
    "`{text}` is no id: letters, digits, `-` and `_`, a letter or `_` first"
);

checked_text!(
    /// The name of an environment variable or of an input.
    Name,
    "^[A-Za-z_][A-Za-z0-9_-]*$",
    |text| is_word(text, |_| false),
    "`{text}` is no name of a variable: letters, digits and `_`, no digit first"
);

checked_text!(
    /// A person or a team on GitHub: `@login` or `@organisation/team`.
    Member,
    "^@[^@/\\s]+(/[^@/\\s]+)?$",
    is_member,
    "`{text}` is no member: write @login or @organisation/team"
);

impl Member {
    /// The login of a person; `None` where it is a team.
    #[must_use]
    pub fn login(&self) -> Option<&str> {
        self.as_str().strip_prefix('@').filter(|name| !name.contains('/'))
    }
}

fn is_word(text: &str, also: fn(char) -> bool) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || also(c);
    text.chars().all(is_part) && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

fn is_member(text: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && !name.contains(['@', '/']) && !name.contains(char::is_whitespace);
    let Some(name) = text.strip_prefix('@') else { return false };
    name.split_once('/').map_or_else(|| is_name(name), |(organisation, team)| is_name(organisation) && is_name(team))
}

/// A time limit in whole minutes, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minutes(pub u32);

impl Minutes {
    /// The same as a duration.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.0) * 60)
    }
}

impl<'de> Deserialize<'de> for Minutes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            0 => Err(D::Error::custom("a time limit is a whole number of minutes, from 1")),
            minutes => Ok(Self(minutes)),
        }
    }
}

impl JsonSchema for Minutes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Minutes".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 1 })
    }
}

/// A duration as people write it: `90s`, `10m`, `24h`, `7d`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span(pub Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SpanVisitor)
    }
}

struct SpanVisitor;

impl Visitor<'_> for SpanVisitor {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as 90s, 10m or 1h30m")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Span, E> {
        duration::parse(text).map(Span).map_err(E::custom)
    }
}

impl JsonSchema for Span {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(0|([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?)$" })
    }
}
