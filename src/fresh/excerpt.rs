//! What differs between two texts, as few lines as say it.

use similar::{ChangeTag, TextDiff};

/// How many lines of a difference are shown; the rest is counted.
const LINES: usize = 24;

/// How two texts differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The first line of the old text that is not in the new one, from 1; where a line is only added, the line that follows it.
    pub(super) line: usize,
    /// Lines that are only in the new text.
    pub(super) added: usize,
    /// Lines that are only in the old text.
    pub(super) removed: usize,
    /// The unified difference, cut to a few lines.
    pub(super) text: String,
}

/// How two texts differ; `None` where one is no text, for nobody reads bytes.
pub(super) fn excerpt(old: &[u8], new: &[u8]) -> Option<Excerpt> {
    let text = |bytes| std::str::from_utf8(bytes).ok().filter(|text: &&str| !text.contains('\0'));
    let (old, new) = (text(old)?, text(new)?);
    let diff = TextDiff::from_lines(old, new);
    let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    let (added, removed) = (count(ChangeTag::Insert), count(ChangeTag::Delete));
    let before = diff.iter_all_changes().take_while(|change| change.tag() == ChangeTag::Equal).count();
    let all = diff.unified_diff().context_radius(1).to_string();
    let mut lines: Vec<&str> = all.lines().collect();
    let more = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    let mut text = lines.join("\n");
    if more > 0 {
        text.push_str(&format!("\n… and {more} more lines"));
    }
    Some(Excerpt { line: before + 1, added, removed, text })
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("a\nb\nc\n", "a\nB\nc\n" => Some((2, 1, 1)); "a line changed")]
    #[test_case("a\n", "a\nb\n" => Some((2, 1, 0)); "a line added")]
    #[test_case("a\nb\n", "b\n" => Some((1, 0, 1)); "a line removed")]
    #[test_case("a\n", "a" => Some((1, 1, 1)); "the last line end")]
    #[test_case("a\0", "b" => None; "no text")]
    fn it_says_where_and_how_much(old: &str, new: &str) -> Option<(usize, usize, usize)> {
        excerpt(old.as_bytes(), new.as_bytes()).map(|found| (found.line, found.added, found.removed))
    }

    #[test]
    fn a_long_one_is_cut() {
        let new: String = (0..100).map(|line| format!("{line}\n")).collect();
        let found = excerpt(b"", new.as_bytes()).unwrap();
        assert!(found.text.ends_with("… and 77 more lines"), "{}", found.text);
        assert_eq!(found.text.lines().count(), LINES + 1);
    }
}
