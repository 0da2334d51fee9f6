//! What a scalar means: the core schema of YAML 1.2.2, §10.3.2, <https://yaml.org/spec/1.2.2/#1032-tag-resolution>.

use super::{Number, Value};

/// The value of a plain (unquoted) scalar.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        other => number(other).map_or_else(|| Value::String(text.into()), Value::Number),
    }
}

/// Whether a plain scalar is text at first sight: most are, and nothing else begins like them.
pub(super) fn is_word(text: &str) -> bool {
    !text.starts_with(|first: char| first.is_ascii_digit() || "-+.~ntfNTF".contains(first)) && !text.is_empty()
}

/// The number that the text is written as; `None` where it is no number.
pub(super) fn number(text: &str) -> Option<Number> {
    integer(text).or_else(|| float(text).map(Number::Float))
}

fn integer(text: &str) -> Option<Number> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix).filter(|digits| all(digits, |c| c.is_digit(radix))) {
            let value = i128::from_str_radix(digits, radix);
            return Some(value.map_or_else(|_| Number::Big(text.into()), whole));
        }
    }
    let (minus, digits) = sign(text);
    if !all(digits, |c| c.is_ascii_digit()) {
        return None;
    }
    let written = format!("{}{}", if minus { "-" } else { "" }, digits.trim_start_matches('0'));
    // Nothing but zeros leaves nothing to parse.
    let value = if matches!(written.as_str(), "" | "-") { Ok(0) } else { written.parse() };
    Some(value.map_or_else(|_| Number::Big(written.as_str().into()), Number::Integer))
}

fn whole(value: i128) -> Number {
    i64::try_from(value).map_or_else(|_| Number::Big(value.to_string().into()), Number::Integer)
}

fn float(text: &str) -> Option<f64> {
    let (minus, magnitude) = sign(text);
    let magnitude = match magnitude {
        ".inf" | ".Inf" | ".INF" => f64::INFINITY,
        ".nan" | ".NaN" | ".NAN" if magnitude.len() == text.len() => f64::NAN,
        decimal => {
            let (mantissa, exponent) = decimal.split_once(['e', 'E']).map_or((decimal, "0"), |(m, e)| (m, e));
            let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            let is_number = digits(whole)
                && digits(fraction)
                && !(whole.is_empty() && fraction.is_empty())
                && all(sign(exponent).1, |c| c.is_ascii_digit());
            is_number.then(|| decimal.parse().ok()).flatten()?
        }
    };
    Some(if minus { -magnitude } else { magnitude })
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn all(text: &str, is_right: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is_right)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("" => "Null")]
    #[test_case("~" => "Null")]
    #[test_case("null" => "Null")]
    #[test_case("nULL" => r#"String("nULL")"#)]
    #[test_case("true" => "Bool(true)")]
    #[test_case("False" => "Bool(false)")]
    #[test_case("yes" => r#"String("yes")"#; "yes is text")]
    #[test_case("off" => r#"String("off")"#; "off is text")]
    #[test_case("0" => "Number(Integer(0))")]
    #[test_case("-0" => "Number(Integer(0))"; "minus zero")]
    #[test_case("+12" => "Number(Integer(12))"; "with plus")]
    #[test_case("012" => "Number(Integer(12))"; "leading zero is decimal")]
    #[test_case("0o14" => "Number(Integer(12))"; "octal")]
    #[test_case("0o8" => r#"String("0o8")"#; "no octal digit")]
    #[test_case("0xfF" => "Number(Integer(255))"; "hexadecimal")]
    #[test_case("0x" => r#"String("0x")"#; "hexadecimal without digits")]
    #[test_case("0b1" => r#"String("0b1")"#; "binary is YAML 1.1")]
    #[test_case("1_000" => r#"String("1_000")"#; "underscores are YAML 1.1")]
    #[test_case("9223372036854775807" => "Number(Integer(9223372036854775807))")]
    #[test_case("9223372036854775808" => r#"Number(Big("9223372036854775808"))"#)]
    #[test_case("0xffffffffffffffff" => r#"Number(Big("18446744073709551615"))"#; "a long hexadecimal")]
    #[test_case("+0170141183460469231731687303715884105728" => r#"Number(Big("170141183460469231731687303715884105728"))"#)]
    #[test_case("-170141183460469231731687303715884105729" => r#"Number(Big("-170141183460469231731687303715884105729"))"#)]
    #[test_case("1.5" => "Number(Float(1.5))")]
    #[test_case("-.5" => "Number(Float(-0.5))")]
    #[test_case("1." => "Number(Float(1.0))"; "a point alone")]
    #[test_case("." => r#"String(".")"#; "nothing but a point")]
    #[test_case("1e3" => "Number(Float(1000.0))")]
    #[test_case("1e" => r#"String("1e")"#; "no exponent")]
    #[test_case("-1.5E-2" => "Number(Float(-0.015))")]
    #[test_case("-.inf" => "Number(Float(-inf))")]
    #[test_case(".nan" => "Number(Float(NaN))")]
    #[test_case("-.nan" => r#"String("-.nan")"#; "not a number has no sign")]
    #[test_case("inf" => r#"String("inf")"#; "inf without a point")]
    #[test_case("1.2.3" => r#"String("1.2.3")"#; "a version")]
    #[test_case("2026-01-01" => r#"String("2026-01-01")"#; "a date")]
    #[test_case("12:30" => r#"String("12:30")"#; "sexagesimal is YAML 1.1")]
    #[test_case("-" => r#"String("-")"#; "a dash")]
    #[test_case("--1" => r#"String("--1")"#; "two signs")]
    fn means(text: &str) -> String {
        format!("{:?}", plain(text))
    }
}
