//! The values of expressions, and how one becomes another: what GitHub documents as coercion.

use serde_json::Value as Json;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, perhaps not a number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Names with values, in order.
    Object(Vec<(String, Self)>),
}

impl Value {
    /// Whether it counts as true: all but `false`, 0, not-a-number, the empty text and nothing.
    #[must_use]
    pub fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(value) => *value != 0.0 && !value.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::List(_) | Self::Object(_) => true,
        }
    }

    /// Whether it is a list or an object.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self, Self::List(_) | Self::Object(_))
    }

    /// As a number; not a number where it is none.
    #[must_use]
    pub fn number(&self) -> f64 {
        match self {
            Self::Null => 0.0,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Number(value) => *value,
            Self::Text(text) if text.trim().is_empty() => 0.0,
            Self::Text(text) => number(text.trim()).unwrap_or(f64::NAN),
            Self::List(_) | Self::Object(_) => f64::NAN,
        }
    }

    /// As a text.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) if value.is_infinite() => {
                if *value > 0.0 {
                    "Infinity".to_owned()
                } else {
                    "-Infinity".to_owned()
                }
            }
            Self::Number(value) => digits(*value),
            Self::Text(text) => text.clone(),
            Self::List(_) => "Array".to_owned(),
            Self::Object(_) => "Object".to_owned(),
        }
    }

    /// Loosely equal: texts without regard to case, all else as numbers. Lists and objects are none, and equal to nothing.
    #[must_use]
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => folded(one) == folded(other),
            _ => self.number() == other.number(),
        }
    }

    /// Their order; `None` where they have none.
    #[must_use]
    pub fn order(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => Some(folded(one).cmp(&folded(other))),
            _ => self.number().partial_cmp(&other.number()),
        }
    }

    /// The part of a name, without regard to case, or of a number from 0; `None` where there is no such part.
    pub(super) fn part(&self, key: &Self) -> Option<&Self> {
        match (self, key) {
            (Self::Object(fields), key) => {
                let key = folded(&key.text());
                fields.iter().find(|(name, _)| folded(name) == key).map(|(_, value)| value)
            }
            (Self::List(items), key) => {
                let at = key.number();
                // A fraction is cut off; what is no index is none.
                if at.is_finite() && at >= 0.0 { items.get(at as usize) } else { None }
            }
            _ => None,
        }
    }
}

/// A text as it is compared: character by character, as .NET's `OrdinalIgnoreCase` of GitHub's runner does.
pub fn folded(text: &str) -> String {
    let upper = |c: char| {
        let mut upper = c.to_uppercase();
        // `ß` is no `SS`, and what is not ASCII is none in capitals either.
        upper.next().filter(|one| upper.next().is_none() && one.is_ascii() == c.is_ascii()).unwrap_or(c)
    };
    text.chars().map(upper).collect()
}

/// A number with 15 digits at most, as .NET's `G15` of GitHub's runner writes it: `0.1`, `1E+21`.
fn digits(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    let scientific = format!("{value:.14e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..15).contains(&exponent) {
        let places = usize::try_from(14 - exponent).unwrap_or(0);
        let text = format!("{value:.places$}");
        let text = if places > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        // There is one zero in a text.
        return if text == "-0" { "0".to_owned() } else { text.to_owned() };
    }
    let (sign, size) = if exponent < 0 { ('-', -exponent) } else { ('+', exponent) };
    format!("{}E{sign}{size:02}", mantissa.trim_end_matches('0').trim_end_matches('.'))
}

/// The number that a text is written as: decimal, with an exponent, hexadecimal or octal.
pub(super) fn number(text: &str) -> Option<f64> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return u32::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+')).map(f64::from);
        }
    }
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if magnitude == "Infinity" {
        return Some(sign * f64::INFINITY);
    }
    let is_decimal = magnitude.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && magnitude.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+'));
    magnitude.parse::<f64>().ok().filter(|_| is_decimal).map(|value| sign * value)
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(value) => Self::Number(value.as_f64().unwrap_or(f64::NAN)),
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Json::Object(fields) => {
                Self::Object(fields.iter().map(|(name, value)| (name.clone(), value.into())).collect())
            }
        }
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(value) if value.fract() == 0.0 && value.abs() < 1e15 => (*value as i64).into(),
            Value::Number(value) => (*value).into(),
            Value::Text(text) => text.clone().into(),
            Value::List(items) => items.iter().map(Self::from).collect::<Vec<_>>().into(),
            Value::Object(fields) => {
                Self::Object(fields.iter().map(|(name, value)| (name.clone(), value.into())).collect())
            }
        }
    }
}
