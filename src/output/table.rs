//! Rows of cells as aligned lines, by the width that a terminal gives them.

use unicode_width::UnicodeWidthStr as _;

/// A cell that is wider than this does not push the others of its column to the right.
const WIDEST: usize = 60;
/// The last column keeps at least this much, however narrow the terminal is.
const NARROWEST: usize = 12;
/// Characters that one column may take, so that a heap of combining marks costs no time.
const MARKS: usize = 8;

/// The rows as lines; `room` is the width that a line may have, where it is known: only the last column is wrapped for it, into
/// further lines below its beginning.
pub(super) fn lines(rows: &[Vec<String>], room: Option<usize>) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(|column| width_of(rows, column)).collect();
    rows.iter().map(|row| line(row, &widths, room)).collect()
}

fn width_of(rows: &[Vec<String>], column: usize) -> usize {
    rows.iter()
        .filter_map(|row| row.get(column))
        .map(|cell| cell.width())
        .filter(|width| *width <= WIDEST)
        .max()
        .unwrap_or(0)
}

fn line(row: &[String], widths: &[usize], room: Option<usize>) -> String {
    let mut line = String::new();
    for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
        if column + 1 == widths.len() {
            let left = room.map(|room| room.saturating_sub(line.width()).max(NARROWEST));
            let below = format!("\n{}", " ".repeat(line.width()));
            line.push_str(&wrapped(cell, left).join(&below));
        } else {
            line.push_str(&pad(cell, *width));
            line.push_str("  ");
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// The text in pieces that have room, parted between words; a word that has none is cut.
fn wrapped(text: &str, room: Option<usize>) -> Vec<String> {
    let Some(room) = room.filter(|room| text.width() > *room) else { return vec![text.to_owned()] };
    let mut pieces: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match pieces.last_mut() {
            Some(piece) if piece.width() + 1 + word.width() <= room => piece.extend([" ", word]),
            _ => pieces.push(cut(word, Some(room))),
        }
    }
    pieces
}

/// How many columns of a terminal the text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// The text, filled up with spaces.
pub(super) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// The text, its end replaced by `…` where it is wider than `room`.
pub(super) fn cut(text: &str, room: Option<usize>) -> String {
    let Some(room) = room.filter(|room| text.width() > *room) else { return text.to_owned() };
    // Not the sum of the characters' widths: an emoji of several characters is narrower or wider than its parts.
    let beginnings = text.char_indices().take(room * MARKS).map_while(|(end, _)| text.get(..end));
    let kept = beginnings.take_while(|text| text.width() < room).last().unwrap_or_default();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows() {
        let rows = [["日本", "two"], ["abcde", "cinco"], ["é", ""]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(lines(&rows, None), ["日本   two", "abcde  cinco", "é"]);
    }

    #[test]
    fn an_overlong_cell_does_not_move_the_others() {
        let rows = [vec!["x".repeat(500), "a".into()], vec!["y".into(), "b".into()]];
        assert_eq!(lines(&rows, None)[1], "y  b");
    }

    #[test_case("abcdef", None => "abcdef")]
    #[test_case("abcdef", Some(6) => "abcdef")]
    #[test_case("abcdef", Some(4) => "abc…")]
    #[test_case("日本語", Some(4) => "日…")]
    #[test_case("ab cdef", Some(4) => "ab…")]
    fn cuts(text: &str, room: Option<usize>) -> String {
        cut(text, room)
    }

    #[test]
    fn the_last_column_is_wrapped_below_its_beginning() {
        let rows =
            [vec!["a1".to_owned(), "needs 1 approval, has none".to_owned()], vec!["b".to_owned(), "fine".to_owned()]];
        assert_eq!(lines(&rows, Some(20)), ["a1  needs 1\n    approval, has\n    none", "b   fine"]);
    }

    proptest! {
        #[test]
        fn a_wrapped_text_has_room_and_loses_no_word(words in prop::collection::vec("[a-zé日]{1,9}", 1..20), room in 20usize..60) {
            let text = words.join(" ");
            let pieces = wrapped(&text, Some(room));
            prop_assert!(pieces.iter().all(|piece| piece.width() <= room));
            prop_assert_eq!(pieces.join(" "), text);
        }

        #[test]
        fn a_cut_text_has_room(text in "(\\PC|[*#0-9❤⚠\u{fe0f}\u{200d}👩🇪🇸]){0,80}", room in 1usize..40) {
            prop_assert!(cut(&text, Some(room)).width() <= room.max(1));
        }
    }
}
