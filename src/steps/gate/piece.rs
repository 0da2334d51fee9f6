//! Whether what a pattern found is a whole number, or a piece of something: `1` of `1,234,567`, `5` of `5×10⁶`, `12` of `12:30`.

use std::ops::Range;

/// How much of the number around is shown, on both sides together.
const SHOWN: usize = 40;

/// The whole of what a piece stands in; `None` where it stands by itself. What joins it to a time, a date or a ratio does not count
/// where the pattern took it too: then the piece is meant.
#[must_use]
pub(super) fn whole(text: &str, found: Range<usize>, taken: Range<usize>) -> Option<&str> {
    let before = text.get(..found.start)?;
    let after = text.get(found.end..)?;
    let is_joined = taken.end <= found.end && is_joined(after.chars())
        || taken.start >= found.start && is_joined(before.chars().rev());
    if !goes_on(after) && !has_begun(before) && !is_joined {
        return None;
    }
    let is_part = |c: char| c.is_alphanumeric() || is_mark(c) || is_times(c) || is_joint(c) || c == '+';
    let half = SHOWN / 2;
    let apart = times_apart(after).unwrap_or_default();
    let left = before.char_indices().rev().take_while(|(_, c)| is_part(*c)).take(half).last();
    let right = after.char_indices().take_while(|(at, c)| *at < apart || is_part(*c)).take(half).last();
    let start = left.map_or(found.start, |(at, _)| at);
    let end = right.map_or(found.end, |(at, c)| found.end + at + c.len_utf8());
    text.get(start..end)
}

/// What stands between the digits of one number: a point, and what parts thousands.
fn is_mark(c: char) -> bool {
    matches!(c, '.' | ',' | '\'' | '’' | '_' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '٫' | '٬')
}

/// What stands between a number and its power of ten, and between that and its exponent.
fn is_times(c: char) -> bool {
    matches!(c, '×' | '·' | '⋅' | '∙' | '*' | '^')
}

/// The same with blanks around it. A raised point between blanks rather parts what stands beside it.
fn is_times_apart(c: char) -> bool {
    matches!(c, '×' | '⋅' | '*' | 'x' | 'X')
}

/// A blank within a line that is no column's end.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// What joins it to another number that it is a part of, or a part of which it is.
fn is_joint(c: char) -> bool {
    matches!(c, ':' | '/' | '⁄' | '-' | '−' | '–')
}

/// Where the number behind such a sign begins, where there are blanks around that: `5 × 10⁶`.
fn times_apart(text: &str) -> Option<usize> {
    let sign = text.trim_start_matches(is_blank);
    let rest = sign.strip_prefix(is_times_apart)?;
    let number = rest.trim_start_matches(is_blank);
    let is_apart = sign.len() < text.len() && number.len() < rest.len();
    (is_apart && number.starts_with(|c: char| c.is_ascii_digit())).then_some(text.len() - number.len())
}

/// Whether a number ends before such a sign at the end of a text: `5 × ` before `10`.
fn is_times_before(text: &str) -> bool {
    let sign = text.trim_end_matches(is_blank);
    let Some(rest) = sign.strip_suffix(is_times_apart) else { return false };
    let number = rest.trim_end_matches(is_blank);
    sign.len() < text.len() && number.len() < rest.len() && number.ends_with(|c: char| c.is_ascii_digit())
}

/// Whether the next character, or the letters of a unit, join it to more digits: `12:30`, `5h30m`.
fn is_joined(mut chars: impl Iterator<Item = char>) -> bool {
    match chars.next() {
        Some(c) if is_joint(c) => chars.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) if c.is_alphabetic() => chars.find(|c| !c.is_alphabetic()).is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    }
}

/// Whether a number goes on at the beginning of a text.
fn goes_on(text: &str) -> bool {
    let mut chars = text.chars();
    let (first, second, third) = (chars.next(), chars.next(), chars.next());
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    match first {
        Some('e' | 'E') => is_digit(second) || matches!(second, Some('+' | '-')) && is_digit(third),
        Some('x' | 'X') => second.is_some_and(|c| c.is_ascii_hexdigit()),
        Some(c) if is_blank(c) => is_mark(c) && is_digit(second) || times_apart(text).is_some(),
        Some(c) if is_mark(c) || is_times(c) => is_digit(second),
        // Of another script, an exponent, or a fraction.
        first => first.is_some_and(char::is_numeric),
    }
}

/// Whether a number has begun at the end of a text.
fn has_begun(text: &str) -> bool {
    let mut chars = text.chars().rev();
    let (last, second, third) = (chars.next(), chars.next(), chars.next());
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match last {
        Some('e' | 'E' | 'x' | 'X') => is_digit(second),
        // Amid a word it is a hyphen, as in a date.
        Some('-' | '−' | '+') => !is_letter(second) || matches!(second, Some('e' | 'E')) && is_digit(third),
        Some('.') => !second.is_some_and(char::is_alphabetic),
        Some(c) if is_blank(c) => is_mark(c) && is_digit(second) || is_times_before(text),
        Some(c) if is_mark(c) || is_times(c) => is_digit(second),
        last => last.is_some_and(char::is_numeric),
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    // What was found is in brackets.
    #[test_case("used: [1],234,567" => Some("1,234,567"))]
    #[test_case("used: [1].5e9" => Some("1.5e9"); "a fraction")]
    #[test_case("used: [1]e9 of" => Some("1e9"); "an exponent")]
    #[test_case("used: [1]E-9" => Some("1E-9"); "an exponent below zero")]
    #[test_case("used: [1]234" => Some("1234"); "a digit behind it")]
    #[test_case("used: 123[4]" => Some("1234"); "a digit before it")]
    #[test_case("used: 1,[234]" => Some("1,234"); "the end of one")]
    #[test_case("used: 1.[5]" => Some("1.5"); "a fraction alone")]
    #[test_case("used: .[5]" => Some(".5"); "a fraction of nothing")]
    #[test_case("used: -[5]" => Some("-5"); "a sign")]
    #[test_case("[-5]" => None; "with its sign")]
    #[test_case("-[5]" => Some("-5"); "a sign at the beginning")]
    #[test_case("used: 1e-[5]" => Some("1e-5"); "the exponent alone")]
    #[test_case("used: 1e[5]" => Some("1e5"); "the exponent alone without a sign")]
    #[test_case("used: [0]x1F" => Some("0x1F"); "hexadecimal")]
    #[test_case("used: [1]'234" => Some("1'234"); "apart by an apostrophe")]
    #[test_case("used: [1]\u{202f}234" => Some("1\u{202f}234"); "apart by a narrow space")]
    #[test_case("used: [5]×10⁶" => Some("5×10⁶"); "a power of ten")]
    #[test_case("used: 5×[10]⁶" => Some("5×10⁶"); "the power of ten alone")]
    #[test_case("used: 10[⁶]" => Some("10⁶"); "the exponent alone, as it is written small")]
    #[test_case("used: [5]*10^6" => Some("5*10^6"); "a power of ten in ASCII")]
    #[test_case("used: [5] × 10⁶ of" => Some("5 × 10⁶"); "a power of ten with blanks")]
    #[test_case("used: [5]\u{202f}×\u{202f}10⁶" => Some("5\u{202f}×\u{202f}10⁶"); "a power of ten with narrow blanks")]
    #[test_case("used: [5] x 10^6" => Some("5 x 10^6"); "a power of ten with blanks in ASCII")]
    #[test_case("used: 5 × [10]" => Some("10"); "the power of ten alone with blanks")]
    #[test_case("used: [5]·3" => Some("5·3"); "a raised point")]
    #[test_case("used: [5]½" => Some("5½"); "a fraction of its own")]
    #[test_case("used: [5]٫5" => Some("5٫5"); "the point of another script")]
    #[test_case("used: [5]٠" => Some("5٠"); "the digit of another script")]
    #[test_case("up [5]h30m" => Some("5h30m"); "a time in two units")]
    #[test_case("up 5h[30]m" => Some("5h30m"); "the end of a time in two units")]
    #[test_case("id: [5]a3f" => Some("5a3f"); "hexadecimal digits")]
    #[test_case("of [5]–6" => Some("5–6"); "from one to another")]
    #[test_case("area: [5]m²" => None; "a unit with an exponent")]
    #[test_case("[5] · 3 failed" => None; "a raised point between two")]
    #[test_case("[5] x86 hosts" => None; "a word with a digit")]
    #[test_case("[5] * a" => None; "a sign before a word")]
    #[test_case("used: [812]." => None; "the end of a sentence")]
    #[test_case("used: [812], free: 3" => None; "a comma and a space")]
    #[test_case("used: [80]%" => None; "percent")]
    #[test_case("used: [5]ms" => None; "a unit")]
    #[test_case("at [12]:30" => Some("12:30"); "a time")]
    #[test_case("at 12:[30]" => Some("12:30"); "the end of a time")]
    #[test_case("on [2026]-11-29" => Some("2026-11-29"); "a date")]
    #[test_case("on 2026-03-[15]" => Some("2026-03-15"); "the end of a date")]
    #[test_case("ratio: [1]/2" => Some("1/2"); "a ratio")]
    #[test_case("count:[5]: x" => None; "behind a colon")]
    #[test_case("[3]/min" => None; "a rate")]
    #[test_case("a/[3]" => None; "behind a path")]
    #[test_case("[3]-fold" => None; "before a word")]
    #[test_case("free: [1] 234" => None; "two columns")]
    #[test_case("cpu-[5]: x" => None; "behind a word")]
    #[test_case("[812]" => None; "all of it")]
    #[test_case("[3] errors" => None; "a word behind it")]
    fn stands_in(text: &str) -> Option<&str> {
        let (before, rest) = text.split_once('[').unwrap();
        let (found, after) = rest.split_once(']').unwrap();
        let all: &'static str = Box::leak([before, found, after].concat().into_boxed_str());
        let found = before.len()..before.len() + found.len();
        whole(all, found.clone(), found)
    }
}
