//! The one number of a text: what is none, or more than one, is no number to judge.

use regex::Regex;
use serde_json::Value;

use super::piece;
use crate::steps::document::{Document, Repeated, Unread};
use crate::steps::number::Number;
use crate::steps::path::Path;

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
    /// What the pattern found is a piece of a number, and this is all of it.
    Piece(String),
    /// Right behind the number stands a scale that the pattern does not take; both.
    Scaled(String),
    /// The JSON is deeper, or has a larger number, than can be read, at this line and column.
    Beyond(usize, usize),
    /// A key on the way to it is there twice.
    Repeated,
    /// It could not be asked for, or did not answer as it should: why, and what of it stood in the way.
    Unheard(String, Hindrance),
}

/// What keeps a source from giving its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// There is no such file.
    NoFile,
    /// It is a folder.
    Folder,
    /// The program that the command names is not there.
    NoProgram,
    /// The program that the command names may not be run.
    NotRunnable,
    /// The command failed.
    Failed,
    /// The address did not answer with it.
    Address,
    /// It took longer than it may.
    Late,
    /// Something else.
    Other,
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
            Err(format!("`{text}` has {} groups, and the number is in one: write it as count: (\\S+)", groups - 1))
        }
    }
}

/// Reads it.
///
/// # Errors
/// Why there is none.
pub fn read(text: &str, reading: &Reading) -> Result<Number, Doubt> {
    let text = text.trim_start_matches('\u{feff}');
    match reading {
        Reading::Whole => number(text.trim()),
        Reading::Path(path) => {
            let document = Document::parse(text).map_err(|unread| match unread {
                Unread::NoJson(why) => Doubt::NoJson(why),
                Unread::Beyond(line, column) => Doubt::Beyond(line, column),
            })?;
            match document.at(path).map_err(|Repeated| Doubt::Repeated)?.as_slice() {
                [] => Err(Doubt::Nothing),
                [one] => match (one.value(), one.digits()) {
                    (_, Some(digits)) => number(digits),
                    // Many programs write their numbers as texts.
                    (Value::String(text), _) => number(text.trim()),
                    (Value::Null, _) => Err(Doubt::Nothing),
                    _ => Err(Doubt::NoNumber),
                },
                more => Err(Doubt::Several(more.len())),
            }
        }
        Reading::Pattern(pattern) => {
            let taken = |found: regex::Captures<'_>| found.get(0).map_or(0..0, |all| all.range());
            let found: Vec<_> =
                pattern.captures_iter(text).filter_map(|found| Some((found.get(1)?, taken(found)))).collect();
            match found.as_slice() {
                [] => Err(Doubt::Nothing),
                [(one, taken)] => {
                    let number = number(one.as_str().trim())?;
                    let start = one.end() - one.as_str().trim_start().len();
                    let place = start..start + one.as_str().trim().len();
                    if let Some(whole) = piece::whole(text, place.clone(), taken.clone()) {
                        return Err(Doubt::Piece(whole.to_owned()));
                    }
                    let scaled = piece::scaled(text, place, taken.clone());
                    scaled.map_or(Ok(number), |scaled| Err(Doubt::Scaled(scaled.to_owned())))
                }
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
    #[test_case("\u{feff}7" => "7"; "a byte order mark")]
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
    #[test_case("$.count", "{\"count\": 18446744073709551616}" => "18446744073709551616"; "as it is written")]
    #[test_case("$.count", "{\"count\": 100.00000000000000001}" => "100.00000000000000001"; "a long fraction as it is written")]
    #[test_case("$[0]", "[100.00000000000000001, 100.0]" => "100.00000000000000001"; "a long fraction and its neighbour")]
    #[test_case("$.count", "{\"count\": 1, \"max\": 1e400}" => "Beyond(1, 25)"; "a number that cannot be read")]
    #[test_case("$.count", "{\"count\": 5000, \"count\": 1}" => "Repeated"; "a key twice")]
    #[test_case("$.a.count", "{\"a\": {\"count\": 1}, \"a\": {}}" => "Repeated"; "a key above it twice")]
    #[test_case("$.count", "{\"count\": 1, \"a\": 1, \"a\": 2}" => "1"; "another key twice")]
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
    #[test_case("used: (\\d+)", "used: 1,234,567" => "Piece(\"1,234,567\")"; "a piece of a number")]
    #[test_case("used: (\\S+)", "used: 1.5e9" => "1.5e9"; "all of it")]
    #[test_case("used:([ \\d]+)", "used: 7 .5" => "7"; "spaces around it")]
    #[test_case("used: (\\d+)", "used: 5×10⁶" => "Piece(\"5×10⁶\")"; "a power of ten")]
    #[test_case("used: (\\S+)", "used: 5×10⁶" => "NoNumber"; "all of a power of ten")]
    #[test_case("up (\\d+)h", "up 5h30m" => "5"; "the hours, as the pattern says")]
    #[test_case("used: (\\d+)", "used: 812/1000" => "Piece(\"812/1000\")"; "of so many")]
    #[test_case("used: (\\d+)/", "used: 812/1000" => "812"; "of so many, as the pattern says")]
    #[test_case("-03-(\\d+)", "2026-03-15" => "15"; "of a date, as the pattern says")]
    #[test_case("(\\d+) errores", "1 000 errores" => "Piece(\"1 000\")"; "thousands apart by a blank")]
    #[test_case("^(\\d+) 200", "5 200" => "5"; "a column and another one, as the pattern says")]
    #[test_case("^(\\d+) ", "5 200" => "Piece(\"5 200\")"; "a blank alone says nothing")]
    #[test_case("(\\d+)", "usado 2G" => "Scaled(\"2G\")"; "a scale")]
    #[test_case("(\\d+) ", "usado 2 GB" => "Scaled(\"2 GB\")"; "a scale and a blank")]
    #[test_case("(\\d+) ?GB", "usado 2 GB" => "2"; "a scale, as the pattern says")]
    #[test_case("(\\d+) mil", "3 millones" => "3"; "a part of a scale, as the pattern says")]
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
