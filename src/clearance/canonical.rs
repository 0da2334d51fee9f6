//! A value as canonical JSON, and its digest: the subset of RFC 8785 (JSON Canonicalization Scheme) without fractions.
//!
//! Keys stand in the order of their UTF-16 code units, there is no white space, and every text has one spelling. So two
//! programs that hold the same value hold the same bytes, whatever order their fields were written in.

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;
use sha2::Digest as _;

use crate::report::Failure;

/// The largest whole number that every reader of JSON keeps exact (RFC 8785 §3.2.2.3, RFC 7493 §2.2).
const EXACT: u64 = (1 << 53) - 1;

/// The value as canonical JSON.
///
/// # Errors
/// Exit code 3 where the value has a part that this subset has no spelling for: a fraction, a number beyond 2^53, a key that
/// is no text.
pub fn text(value: &impl Serialize) -> Result<String> {
    let value = serde_json::to_value(value).map_err(|error| unspeakable(&error.to_string()))?;
    let mut text = String::new();
    write(&value, &mut text)?;
    Ok(text)
}

/// The SHA-256 of the value's canonical JSON, in lowercase hexadecimal.
///
/// # Errors
/// As [`text`].
pub fn digest(value: &impl Serialize) -> Result<String> {
    Ok(sha256(text(value)?.as_bytes()))
}

/// The SHA-256 of bytes, in lowercase hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", sha2::Sha256::digest(bytes))
}

fn write(value: &Value, text: &mut String) -> Result<()> {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            text.push('{');
            for (at, (name, value)) in fields.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(&Value::String(name.clone()), text)?;
                text.push(':');
                write(value, text)?;
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(item, text)?;
            }
            text.push(']');
        }
        Value::Number(number) if !is_exact(number) => {
            return Err(unspeakable(&format!("the number {number} has no canonical form")).into());
        }
        // serde_json escapes as RFC 8785 §3.2.2.2 wants it: what must be, the short way where there is one.
        plain => text.push_str(&plain.to_string()),
    }
    Ok(())
}

fn is_exact(number: &serde_json::Number) -> bool {
    number.as_i64().map(i64::unsigned_abs).or(number.as_u64()).is_some_and(|size| size <= EXACT)
}

fn unspeakable(why: &str) -> Failure {
    Failure::cannot_tell("clearance/canonical", format!("a value has no canonical form: {why}"))
        .help("this is a mistake in zarpe: please report it")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use test_case::test_case;

    use super::*;

    #[test_case(json!({"b": 1, "a": [true, null, {"d": "", "c": -7}]}) => r#"{"a":[true,null,{"c":-7,"d":""}],"b":1}"#; "keys")]
    #[test_case(json!({}) => "{}"; "empty")]
    // The order of RFC 8785 §3.2.3, whose example this is: UTF-16 code units, not code points.
    #[test_case(json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7})
        => "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}"; "order of the specification")]
    #[test_case(json!("\u{20ac}$\u{f}\nA'B\"\\\\\"/\u{7f}") => "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\""; "text of the specification")]
    #[test_case(json!(EXACT) => "9007199254740991"; "largest")]
    fn is_written(value: Value) -> String {
        text(&value).unwrap()
    }

    #[test_case(json!({"a": [0.5]}); "a fraction")]
    #[test_case(json!(EXACT + 1); "too large")]
    #[test_case(json!(-9_007_199_254_740_993_i64); "too small")]
    fn is_refused(value: Value) {
        let failure = Failure::from_error(&text(&value).unwrap_err());
        assert_eq!(failure.finding.rule, "clearance/canonical");
    }

    #[test]
    fn a_digest_is_that_of_the_bytes() {
        // `printf '{}' | sha256sum`
        let expected = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(digest(&json!({})).unwrap(), expected);
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    fn reversed(value: &Value) -> Value {
        match value {
            Value::Object(fields) => fields.iter().rev().map(|(name, value)| (name.clone(), reversed(value))).collect(),
            Value::Array(items) => items.iter().map(reversed).collect(),
            plain => plain.clone(),
        }
    }

    proptest! {
        #[test]
        fn the_same_value_is_read_back(value in values()) {
            prop_assert_eq!(serde_json::from_str::<Value>(&text(&value).unwrap()).unwrap(), value);
        }

        #[test]
        fn the_order_of_fields_is_nothing(value in values()) {
            prop_assert_eq!(text(&value).unwrap(), text(&reversed(&value)).unwrap());
        }
    }
}
