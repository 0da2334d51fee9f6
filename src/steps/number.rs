//! A decimal number as it was written.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A finite decimal number, with its text.
#[derive(Clone, Debug)]
pub struct Number {
    text: String,
    value: f64,
}

impl Number {
    /// Its value.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The number as a JSON number.
    #[must_use]
    pub fn json(&self) -> serde_json::Number {
        let whole = self.text.trim_start_matches('+').parse::<i64>().ok().map(serde_json::Number::from);
        whole.or_else(|| serde_json::Number::from_f64(self.value)).unwrap_or_else(|| 0.into())
    }

    /// How it stands to another one. Whole numbers are compared exactly, others as 64-bit floating point.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self.text.parse::<i128>(), other.text.parse::<i128>()) {
            (Ok(one), Ok(other)) => one.cmp(&other),
            _ => self.value.total_cmp(&other.value),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Number {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| Err(format!("{why}: write it as 12, -3 or 0.5"));
        if text.is_empty() {
            return wrong("nothing is no number; is the variable that it comes from empty?");
        }
        // Words such as `inf` and `nan` are numbers to the parser of floating point, and no measure of anything.
        let is_decimal = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E'));
        match text.parse::<f64>() {
            Ok(value) if is_decimal && value.is_finite() => Ok(Self { text: text.to_owned(), value }),
            _ => wrong(&format!("`{text}` is no number")),
        }
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("12" => Some(12.0))]
    #[test_case("-0.5" => Some(-0.5))]
    #[test_case("1e3" => Some(1000.0))]
    #[test_case("" => None; "nothing")]
    #[test_case(" 1" => None; "a space")]
    #[test_case("NaN" => None; "not a number")]
    #[test_case("inf" => None; "infinity")]
    #[test_case("1e999" => None; "more than there is")]
    #[test_case("1,234" => None; "a comma")]
    #[test_case("80%" => None; "a share")]
    #[test_case("0x10" => None; "hexadecimal")]
    #[test_case("--1" => None; "two signs")]
    fn reads(text: &str) -> Option<f64> {
        text.parse::<Number>().ok().map(|number| number.value())
    }

    #[test_case("9007199254740993", "9007199254740992" => Ordering::Greater; "beyond what floating point tells apart")]
    #[test_case("1.0", "1" => Ordering::Equal)]
    #[test_case("+1", "1" => Ordering::Equal; "a sign")]
    #[test_case("-2", "1" => Ordering::Less)]
    fn compares(one: &str, other: &str) -> Ordering {
        one.parse::<Number>().unwrap().compare(&other.parse().unwrap())
    }
}
