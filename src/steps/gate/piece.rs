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
    let is_grouped = is_grouped(text, &found, &taken);
    if !goes_on(after) && !has_begun(before) && !is_joined && !is_grouped {
        return None;
    }
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let is_group = |at: usize| {
        let (before, after) = (text.get(..at), text.get(at + 1..));
        let sides = [before.and_then(|text| text.chars().next_back()), after.and_then(|text| text.chars().next())];
        is_grouped && text.get(at..).is_some_and(|text| text.starts_with(' ')) && sides.into_iter().all(is_digit)
    };
    let is_part = |c: char| c.is_alphanumeric() || is_mark(c) || is_times(c) || is_joint(c) || c == '+';
    let half = SHOWN / 2;
    let apart = times_apart(after).unwrap_or_default();
    let left = before.char_indices().rev().take_while(|(at, c)| is_part(*c) || is_group(*at)).take(half).last();
    let is_right = |at: usize, c: char| at < apart || is_part(c) || is_group(found.end + at);
    let right = after.char_indices().take_while(|(at, c)| is_right(*at, *c)).take(half).last();
    let start = left.map_or(found.start, |(at, _)| at);
    let end = right.map_or(found.end, |(at, c)| found.end + at + c.len_utf8());
    text.get(start..end)
}

/// Whether a blank parts thousands beside it, as people write them in Mexico: `1 000`. What the pattern took of the next digits is meant.
fn is_grouped(text: &str, found: &Range<usize>, taken: &Range<usize>) -> bool {
    let [before, from, until, after] =
        [text.get(..found.start), text.get(found.start..), text.get(..found.end), text.get(found.end..)]
            .map(Option::unwrap_or_default);
    let goes_on = taken.end <= found.end + 1 && after.strip_prefix(' ').is_some_and(is_thousand) && is_head(until);
    let has_begun =
        taken.start + 1 >= found.start && is_thousand(from) && before.strip_suffix(' ').is_some_and(is_head);
    goes_on || has_begun
}

/// Whether a text begins with exactly three digits that are of a number, and not of a time, a date or an address.
fn is_thousand(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let behind = rest.strip_prefix('.').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    text.len() - rest.len() == 3
        && !is_joined(rest.chars())
        && !behind.is_some_and(|rest| {
            rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        })
}

/// Whether a text ends with one to three digits that stand by themselves.
fn is_head(text: &str) -> bool {
    let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | ':' | '/' | '_');
    let is_hyphen = rest.ends_with('-') && !rest.trim_end_matches('-').ends_with([' ', '=']) && rest.len() > 1;
    (1..=3).contains(&(text.len() - rest.len())) && !rest.ends_with(is_inner) && !is_hyphen
}

/// A number with the scale that stands right behind it, where the pattern did not take any of that: `2G`, `3 millones`.
#[must_use]
pub(super) fn scaled(text: &str, found: Range<usize>, taken: Range<usize>) -> Option<&str> {
    let after = text.get(found.end..)?;
    let word = after.strip_prefix(is_blank).unwrap_or(after);
    let begins = text.len() - word.len();
    let end = word.find(|c: char| !c.is_alphanumeric()).unwrap_or(word.len());
    let (word, rest) = word.split_at_checked(end)?;
    // `T` of `T-shirts` is no word of its own.
    let goes_on = rest.starts_with('_') || rest.starts_with(['-', '\'', '’']) && is_letter(rest.chars().nth(1));
    (taken.end <= begins && !goes_on && is_scale(word)).then(|| text.get(found.start..begins + end)).flatten()
}

fn is_letter(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphabetic)
}

/// Whether a word makes another number of that before it: a prefix of a unit, of bytes or of nothing, or a large number itself.
fn is_scale(word: &str) -> bool {
    const WORDS: [&str; 15] = [
        "mil",
        "miles",
        "millón",
        "millon",
        "millones",
        "billón",
        "billon",
        "billones",
        "thousand",
        "thousands",
        "million",
        "millions",
        "billion",
        "billions",
        "trillion",
    ];
    if WORDS.contains(&word.to_lowercase().as_str()) {
        return true;
    }
    let mut chars = word.chars();
    let prefix = chars.next().unwrap_or_default();
    // A small letter alone is rather a unit of its own: minutes, grams, tonnes.
    match (prefix, chars.as_str()) {
        ('K' | 'M' | 'G' | 'T' | 'P' | 'k', "" | "i") => true,
        (prefix, unit) => "KMGTP".contains(prefix.to_ascii_uppercase()) && matches!(unit, "B" | "b" | "iB" | "ib"),
    }
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
    #[test_case("free: [1] 23" => None; "two columns")]
    #[test_case("free: [1] 2345" => None; "two columns of which one is long")]
    #[test_case("[1] 000 errores" => Some("1 000"); "thousands apart by a blank")]
    #[test_case("1 [000] errores" => Some("1 000"); "the last of them")]
    #[test_case("son 12 [345] 678.5 en total" => Some("12 345 678.5"); "amid them")]
    #[test_case("-[1] 000" => Some("-1 000"); "thousands below zero")]
    #[test_case("[2026] 123" => None; "four digits are no group")]
    #[test_case("12:30:45 [200]" => None; "behind a time")]
    #[test_case("2026-03-15 [200]" => None; "behind a date")]
    #[test_case("HTTP/1.1 [200]" => None; "behind a version")]
    #[test_case("[5] 192.168.0.1" => None; "before an address")]
    #[test_case("[5] 123:45" => None; "before a time")]
    #[test_case("cpu5 [200]" => None; "behind a name")]
    #[test_case("cpu-[5]: x" => None; "behind a word")]
    #[test_case("[812]" => None; "all of it")]
    #[test_case("[3] errors" => None; "a word behind it")]
    fn stands_in(text: &str) -> Option<&str> {
        bracketed(text, |text, found| whole(text, found.clone(), found))
    }

    #[test_case("usado [2]G" => Some("2G"); "giga")]
    #[test_case("usado [2] GB, de 9" => Some("2 GB"); "gigabytes")]
    #[test_case("[1.5]Ki" => Some("1.5Ki"); "kibi")]
    #[test_case("[1]kb" => Some("1kb"); "small letters")]
    #[test_case("[9] MB/s" => Some("9 MB"); "a rate")]
    #[test_case("[3] millones" => Some("3 millones"))]
    #[test_case("[3] Millón" => Some("3 Millón"); "a million")]
    #[test_case("[2] mil" => Some("2 mil"); "thousands")]
    #[test_case("[2] million errors" => Some("2 million"))]
    #[test_case("[2]  GB" => None; "two blanks")]
    #[test_case("[2]\nGB" => None; "another line")]
    #[test_case("[2] milisegundos" => None; "the beginning of a word")]
    #[test_case("[5]m" => None; "minutes")]
    #[test_case("[5] MX" => None; "a country")]
    #[test_case("[5] T-shirts" => None; "the beginning of a word with a hyphen")]
    #[test_case("[5] Mb_total" => None; "the beginning of a name")]
    #[test_case("[80]%" => None; "percent, which is no scale")]
    #[test_case("[5] B" => None; "bytes")]
    fn has_a_scale(text: &str) -> Option<&str> {
        bracketed(text, |text, found| scaled(text, found.clone(), found))
    }

    fn bracketed(
        text: &str,
        judge: impl Fn(&'static str, Range<usize>) -> Option<&'static str>,
    ) -> Option<&'static str> {
        let (before, rest) = text.split_once('[').unwrap();
        let (found, after) = rest.split_once(']').unwrap();
        let all: &'static str = Box::leak([before, found, after].concat().into_boxed_str());
        judge(all, before.len()..before.len() + found.len())
    }
}
