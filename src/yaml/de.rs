//! From nodes into Rust types by serde, with every refusal at its place and in plain words.

use std::fmt::Display;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, Visitor,
};

use super::spanned::{ONE_OR_MANY, SPANNED};
use super::{Entry, Mark, Node, Number, Refusal, Value};

/// Reads a node into a type.
pub(super) fn read<T: DeserializeOwned>(node: &Node) -> Result<T, Refusal> {
    T::deserialize(Reader(node)).map_err(|refusal| refusal.by_default_at(node.mark))
}

impl Refusal {
    fn by_default_at(mut self, mark: Mark) -> Self {
        self.mark = self.mark.or(Some(mark));
        self
    }

    fn value(message: impl Into<String>) -> Self {
        Self { rule: "config/value", mark: None, message: message.into(), help: None }
    }
}

/// A node about to be read.
struct Reader<'de>(&'de Node);

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match &self.0.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(Number::Float(value)) => visitor.visit_f64(*value),
            Value::Number(Number::Integer(value)) => visitor.visit_i64(*value),
            Value::Number(Number::Big(text)) => match text.parse() {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => Err(out_of_range(text)),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Sequence(items) => visitor.visit_seq(Items(items.iter())),
            Value::Mapping(entries) => visitor.visit_map(Entries { rest: entries.iter(), value: None }),
        }
        .map_err(|refusal| refusal.by_default_at(self.0.mark))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if self.0.value == Value::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        match &self.0.value {
            Value::Sequence(items) if name == ONE_OR_MANY => visitor.visit_seq(Items(items.iter())),
            _ if name == ONE_OR_MANY => visitor.visit_seq(Items(std::slice::from_ref(self.0).iter())),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    /// By its keys alone: serde would take a list for a struct as well.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match &self.0.value {
            _ if name == SPANNED => visitor.visit_map(Placed::new(self.0.mark, self)),
            Value::Mapping(_) => self.deserialize_any(visitor),
            _ => Err(Refusal::invalid_type(unexpected(self.0), &visitor).by_default_at(self.0.mark)),
        }
    }

    /// Only enums of plain words: the others have no use in what people write here.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let Value::String(word) = &self.0.value else {
            let message = format!("expected one of {}, found {}", words.join(", "), found(&unexpected(self.0)));
            return Err(Refusal::value(message).by_default_at(self.0.mark));
        };
        visitor.visit_enum(Word(word)).map_err(|refusal| refusal.by_default_at(self.0.mark))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

fn unexpected(node: &Node) -> Unexpected<'_> {
    match &node.value {
        Value::Null => Unexpected::Unit,
        Value::Bool(value) => Unexpected::Bool(*value),
        Value::Number(Number::Float(value)) => Unexpected::Float(*value),
        Value::Number(Number::Integer(_) | Number::Big(_)) => Unexpected::Other("a number"),
        Value::String(text) => Unexpected::Str(text),
        Value::Sequence(_) => Unexpected::Seq,
        Value::Mapping(_) => Unexpected::Map,
    }
}

struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refusal> {
        let Some(node) = self.0.next() else { return Ok(None) };
        seed.deserialize(Reader(node)).map(Some).map_err(|refusal| refusal.by_default_at(node.mark))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'de> {
    rest: std::slice::Iter<'de, Entry>,
    value: Option<&'de Node>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        let Some(entry) = self.rest.next() else { return Ok(None) };
        self.value = Some(&entry.value);
        seed.deserialize(Key(entry)).map(Some).map_err(|refusal| refusal.by_default_at(entry.mark))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        let node = self.value.take().ok_or_else(|| Refusal::custom("a value was asked for before its key"))?;
        seed.deserialize(Reader(node)).map_err(|refusal| refusal.by_default_at(node.mark))
    }
}

/// A key about to be read.
struct Key<'de>(&'de Entry);

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_borrowed_str(&self.0.key)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        if name == SPANNED { visitor.visit_map(Placed::new(self.0.mark, self)) } else { self.deserialize_any(visitor) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_enum(Word(&self.0.key))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any option
    }
}

/// A value as the fields `line`, `column` and `value`, in this order.
struct Placed<D> {
    mark: Mark,
    value: Option<D>,
    at: u8,
}

impl<D> Placed<D> {
    fn new(mark: Mark, value: D) -> Self {
        Self { mark, value: Some(value), at: 0 }
    }
}

impl<'de, D: Deserializer<'de, Error = Refusal>> MapAccess<'de> for Placed<D> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        let name: StrDeserializer<'_, Refusal> = match self.at {
            0 => "line",
            1 => "column",
            2 => "value",
            _ => return Ok(None),
        }
        .into_deserializer();
        self.at += 1;
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        let number = |number: u32| IntoDeserializer::<Refusal>::into_deserializer(number);
        match (self.at, self.value.take_if(|_| self.at > 2)) {
            (1, _) => seed.deserialize(number(self.mark.line)),
            (2, _) => seed.deserialize(number(self.mark.column)),
            (_, Some(value)) => seed.deserialize(value).map_err(|refusal| refusal.by_default_at(self.mark)),
            (_, None) => Err(Refusal::custom("a value was asked for before its key")),
        }
    }
}

struct Word<'de>(&'de str);

impl<'de> EnumAccess<'de> for Word<'de> {
    type Error = Refusal;
    type Variant = WordOnly;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, WordOnly), Refusal> {
        let word: StrDeserializer<'_, Refusal> = self.0.into_deserializer();
        Ok((seed.deserialize(word)?, WordOnly))
    }
}

struct WordOnly;

impl<'de> de::VariantAccess<'de> for WordOnly {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Refusal> {
        Err(Refusal::value("expected a mapping, found a word"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Refusal> {
        Err(Refusal::value("expected a mapping, found a word"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Refusal> {
        Err(Refusal::value("expected a mapping, found a word"))
    }
}

impl std::error::Error for Refusal {}

impl Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl de::Error for Refusal {
    fn custom<T: Display>(message: T) -> Self {
        Self::value(message.to_string())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let wanted = plain(&expected.to_string());
        let refusal = Self::value(format!("expected {wanted}, found {}", found(&unexpected)));
        match (wanted.as_str(), unexpected) {
            (
                "a text",
                Unexpected::Signed(_) | Unexpected::Unsigned(_) | Unexpected::Float(_) | Unexpected::Bool(_),
            ) => refusal.help("put it in quotes"),
            ("a list", Unexpected::Str(text)) => refusal.help(format!("write it as a list: [{text}]")),
            (_, Unexpected::Unit) => refusal.help("give the key a value, or remove it"),
            _ => refusal,
        }
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::value(format!("expected {}, found {}", plain(&expected.to_string()), found(&unexpected)))
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        let mut refusal = Self::value(format!("unknown key `{field}`")).help(suggest(field, known, "known keys"));
        refusal.rule = "config/unknown-key";
        refusal
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        Self::value(format!("`{variant}` is not known here")).help(suggest(variant, known, "known words"))
    }

    fn missing_field(field: &'static str) -> Self {
        let mut refusal = Self::value(format!("the key `{field}` is missing here"));
        refusal.rule = "config/missing-key";
        refusal
    }
}

/// The nearest known word, where one is near enough to be meant, and all of them.
fn suggest(word: &str, known: &[&str], what: &str) -> String {
    let nearest = known.iter().min_by_key(|name| strsim::damerau_levenshtein(word, name));
    let is_near = |name: &&&str| strsim::damerau_levenshtein(word, name) <= (name.chars().count() / 3).max(1);
    let all = format!("{what}: {}", known.join(", "));
    nearest.filter(is_near).map_or(all.clone(), |name| format!("did you mean `{name}`? {all}"))
}

fn out_of_range(number: &dyn Display) -> Refusal {
    Refusal::value(format!("the number {number} is too large"))
}

/// What serde expects, in the words of people who write YAML.
fn plain(expected: &str) -> String {
    match expected {
        "a string" | "a borrowed string" => "a text".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a map" => "a mapping".to_owned(),
        "u8" => format!("a whole number from 0 to {}", u8::MAX),
        "u16" => format!("a whole number from 0 to {}", u16::MAX),
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "u64" | "usize" => "a whole number from 0".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        other if other.starts_with("struct ") => "a mapping".to_owned(),
        other => other.to_owned(),
    }
}

/// What stands there instead.
fn found(unexpected: &Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Bool(value) => format!("`{value}`"),
        Unexpected::Unsigned(value) => format!("the number {value}"),
        Unexpected::Signed(value) => format!("the number {value}"),
        Unexpected::Float(value) => format!("the number {value}"),
        Unexpected::Str(text) if text.chars().count() > 40 => "a long text".to_owned(),
        Unexpected::Str(text) => format!("the text `{text}`"),
        Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a mapping".to_owned(),
        other => other.to_string(),
    }
}
