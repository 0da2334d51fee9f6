//! The one number of a text: what is none, or more than one, is no number to judge.

use regex::Regex;
use serde_json::Value;

use crate::steps::number::Number;
use crate::steps::path::Path;

/// From here on 64-bit floating point does not tell each whole number from the next: 2⁵³.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Where in a text the number is.
#[derive(Clone, Debug)]
pub enum Reading {
    /// The text is the number.
    Whole,
    /// The text is JSON, and the path leads to it.
    Path(Path),
    /// The one group of the pattern is it.
    Pattern(Regex),
}

/// Why there is no number to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The text is no JSON; what the parser says of it.
    NoJson(String),
    /// Nothing is there.
    Nothing,
    /// More than one value is there.
    Several(usize),
    /// What is there is no number.
    NoNumber,
    /// It is so large that JSON's numbers do not tell it from its neighbours.
    Inexact,
    /// It could not be asked for, or did not answer as it should.
    Unheard(String),
}

/// A pattern that can say where a number is.
///
/// # Errors
/// What is wrong with it.
pub fn pattern(text: &str) -> Result<Regex, String> {
    let regex = regex::RegexBuilder::new(text).multi_line(true).size_limit(1 << 20).build();
    let regex = regex.map_err(|error| format!("`{text}` is no regular expression: {error}"))?;
    match regex.captures_len() {
        2 => Ok(regex),
        groups => {
            Err(format!("`{text}` has {} groups, and the number is in one: write it as count: (\\d+)", groups - 1))
        }
    }
}

/// Reads it.
///
/// # Errors
/// Why there is none.
pub fn read(text: &str, reading: &Reading) -> Result<Number, Doubt> {
    match reading {
        Reading::Whole => number(text.trim()),
        Reading::Path(path) => {
            let document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
                .map_err(|error| Doubt::NoJson(error.to_string()))?;
            match path.values(&document).as_slice() {
                // A whole number of more digits than this has lost some: what is left may be within a limit that it is not.
                [Value::Number(number)]
                    if number.is_f64() && number.as_f64().is_some_and(|value| value.abs() >= EXACT) =>
                {
                    Err(Doubt::Inexact)
                }
                [Value::Number(number)] => self::number(&number.to_string()),
                // Many programs write their numbers as texts.
                [Value::String(text)] => number(text.trim()),
                [Value::Null] | [] => Err(Doubt::Nothing),
                [_] => Err(Doubt::NoNumber),
                more => Err(Doubt::Several(more.len())),
            }
        }
        Reading::Pattern(pattern) => {
            let found: Vec<&str> =
                pattern.captures_iter(text).filter_map(|found| found.get(1)).map(|group| group.as_str()).collect();
            match found.as_slice() {
                [] => Err(Doubt::Nothing),
                [one] => number(one.trim()),
                more => Err(Doubt::Several(more.len())),
            }
        }
    }
}

fn number(text: &str) -> Result<Number, Doubt> {
    if text.is_empty() {
        return Err(Doubt::Nothing);
    }
    text.parse().map_err(|_| Doubt::NoNumber)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn said(text: &str, reading: &Reading) -> String {
        match read(text, reading) {
            Ok(number) => number.to_string(),
            Err(Doubt::NoJson(_)) => "NoJson".to_owned(),
            Err(doubt) => format!("{doubt:?}"),
        }
    }

    #[test_case("  812\n" => "812")]
    #[test_case("-1.5" => "-1.5")]
    #[test_case("" => "Nothing"; "nothing")]
    #[test_case("1 2" => "NoNumber"; "two")]
    #[test_case("NaN" => "NoNumber"; "not a number")]
    #[test_case("count: 3" => "NoNumber"; "words")]
    fn whole(text: &str) -> String {
        said(text, &Reading::Whole)
    }

    #[test_case("$.count", "{\"count\": 812, \"max\": 1000}" => "812")]
    #[test_case("$.count", "\u{feff}{\"count\": \" 812 \"}" => "812"; "a number as a text, and a byte order mark")]
    #[test_case("$.count", "{\"count\": null}" => "Nothing"; "null")]
    #[test_case("$.count", "{}" => "Nothing"; "not there")]
    #[test_case("$.count", "{\"count\": true}" => "NoNumber"; "a boolean")]
    #[test_case("$.count", "{\"count\": 18446744073709551616}" => "Inexact"; "too large to be read exactly")]
    #[test_case("$.count", "{\"count\": [1]}" => "NoNumber"; "a list")]
    #[test_case("$..count", "[{\"count\": 1}, {\"count\": 1}]" => "Several(2)"; "two")]
    #[test_case("$.count", "WARNING: x\n{\"count\": 1}" => "NoJson"; "words before it")]
    #[test_case("$.count", "{\"count\": NaN}" => "NoJson"; "what Python writes")]
    #[test_case("$[?@.month=='2026-03'].count", "[{\"month\": \"2026-02\", \"count\": 1}, {\"month\": \"2026-03\", \"count\": 2}]" => "2"; "a filter")]
    fn path(path: &str, text: &str) -> String {
        said(text, &Reading::Path(path.parse().unwrap()))
    }

    #[test_case("^used: (\\d+)$", "max: 9\nused: 7\n" => "7"; "a line")]
    #[test_case("used: (\\S+)", "used: many" => "NoNumber"; "no number")]
    #[test_case("(\\d+)", "1 and 2" => "Several(2)"; "two")]
    #[test_case("used: (\\d+)", "none" => "Nothing"; "none")]
    fn by_pattern(text: &str, of: &str) -> String {
        said(of, &Reading::Pattern(pattern(text).unwrap()))
    }

    #[test_case("\\d+"; "no group")]
    #[test_case("(a)(b)"; "two groups")]
    #[test_case("(a"; "an open group")]
    fn a_pattern_has_one_group(text: &str) {
        assert!(pattern(text).is_err());
    }
}
