//! Regular expressions that differ only in how often something may be repeated: `^\d{0,8}$` and `^\d{0,28}$`. What matches the
//! one with the narrower counts matches the other; of anything else it is not known.

use std::collections::BTreeSet;

use crate::openapi::rules::Relation;

/// A count: at least, and at most where there is a limit.
type Count = (u64, Option<u64>);

/// How what matches the new patterns stands to what matched the old ones; `Changed` where that is not known.
pub(super) fn relation(base: &BTreeSet<&str>, head: &BTreeSet<&str>) -> Relation {
    let only = |set: &BTreeSet<&str>| if set.len() == 1 { set.first().and_then(|one| counted(one)) } else { None };
    let (Some((was, old)), Some((is, new))) = (only(base), only(head)) else { return Relation::Changed };
    if was != is {
        return Relation::Changed;
    }
    let within = |these: &[Count], those: &[Count]| these.iter().zip(those).all(|(a, b)| is_within(*a, *b));
    match (within(&old, &new), within(&new, &old)) {
        (true, true) => Relation::Equal,
        (true, false) => Relation::Widened,
        (false, true) => Relation::Narrowed,
        (false, false) => Relation::Changed,
    }
}

fn is_within(inner: Count, outer: Count) -> bool {
    let ends = match (inner.1, outer.1) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(inner), Some(outer)) => inner <= outer,
    };
    outer.0 <= inner.0 && ends
}

/// A pattern without its counts, and the counts in order; `None` where more repetitions may match less: behind a negation.
fn counted(pattern: &str) -> Option<(String, Vec<Count>)> {
    if pattern.contains("(?!") || pattern.contains("(?<!") {
        return None;
    }
    let (mut rest, mut counts) = (String::new(), Vec::new());
    let (mut in_class, mut after_count) = (false, false);
    let mut chars = pattern.char_indices();
    while let Some((at, c)) = chars.next() {
        let was_count = std::mem::take(&mut after_count);
        let count = match c {
            '\\' => {
                rest.push(c);
                rest.extend(chars.next().map(|(_, escaped)| escaped));
                continue;
            }
            _ if in_class => {
                in_class = c != ']';
                None
            }
            '[' => {
                in_class = true;
                None
            }
            // As few as possible, or as many: the same texts match.
            '?' if was_count => continue,
            '?' if rest.ends_with('(') => None,
            '?' => Some((0, Some(1))),
            '*' => Some((0, None)),
            '+' => Some((1, None)),
            '{' => braces(pattern.get(at..)?).map(|(count, length)| {
                // The opening brace is read already; what follows is ASCII.
                let _closing = chars.nth(length.saturating_sub(2));
                count
            }),
            _ => None,
        };
        match count {
            Some(count) => {
                counts.push(count);
                rest.push('\0');
                after_count = true;
            }
            None => rest.push(c),
        }
    }
    Some((rest, counts))
}

/// `{2}`, `{2,}` or `{2,5}` at the start of a text, and its length.
fn braces(text: &str) -> Option<(Count, usize)> {
    let end = text.find('}')?;
    let inside = text.get(1..end)?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    let count = match inside.split_once(',') {
        None => {
            let exactly = number(inside)?;
            (exactly, Some(exactly))
        }
        Some((least, "")) => (number(least)?, None),
        Some((least, most)) => (number(least)?, Some(number(most)?)),
    };
    Some((count, end + 1))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case(r"^-?\d{0,28}(?:\.\d{0,2})?$", r"^-?\d{0,8}(?:\.\d{0,2})?$" => Relation::Narrowed; "fewer digits")]
    #[test_case("^[a-z]{1,5}$", "^[a-z]{1,9}$" => Relation::Widened; "more letters")]
    #[test_case("^a+$", "^a*$" => Relation::Widened; "none as well")]
    #[test_case("^a{0,1}$", "^a?$" => Relation::Equal; "the same count")]
    #[test_case("^a{1,}?$", "^a+$" => Relation::Equal; "as few as possible")]
    #[test_case("^a{1,2}b{1,2}$", "^a{1,3}b{1,1}$" => Relation::Changed; "more of one, fewer of another")]
    #[test_case("^a{2}$", "^a{3}$" => Relation::Changed; "another count")]
    #[test_case("^a{1,2}$", "^b{1,3}$" => Relation::Changed; "other letters")]
    #[test_case("^(?!a{1,2}$)", "^(?!a{1,3}$)" => Relation::Changed; "behind a negation")]
    #[test_case(r"^a\{1,2}$", r"^a\{1,3}$" => Relation::Changed; "no count but a brace")]
    #[test_case("^[{1,2}]$", "^[{1,3}]$" => Relation::Changed; "no count but letters of a class")]
    #[test_case("^(?:a)$", "^(a)?$" => Relation::Changed; "a group")]
    #[test_case("a{", "a{" => Relation::Equal; "a brace alone")]
    #[test_case("ä{1}\u{1F600}{2,3}", "ä{1}\u{1F600}{2,4}" => Relation::Widened; "beyond ascii")]
    #[test_case("a{99999999999999999999}", "a{1}" => Relation::Changed; "a count beyond all bounds")]
    fn stands_to(base: &str, head: &str) -> Relation {
        relation(&BTreeSet::from([base]), &BTreeSet::from([head]))
    }
}
