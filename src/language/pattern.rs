//! A sentence with places in it: whether a text is that sentence, and what stands in its places.

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Words that are always the same.
    Words(String),
    /// A place for a name or a value; of a translation, the one of this number.
    Place(Option<usize>),
    /// A place for a count: nothing but digits.
    Count,
    /// A place for a sentence or a part of one, which has a translation of its own.
    Sentence,
}

/// Where the sources join two parts: it is none of the sentence's words.
pub(super) const SEAM: &str = "{+}";

/// The pieces of a sentence: `{}` and `{2}` are places, `{#}` is one for a count, `{*}` one for a sentence, `{+}` a [`SEAM`]. Any
/// other brace is a word's.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        words.push_str(before);
        let inside = after.split_once('}');
        let (piece, behind) = match inside {
            Some(("", behind)) => (Piece::Place(None), behind),
            Some(("#", behind)) => (Piece::Count, behind),
            Some(("*", behind)) => (Piece::Sentence, behind),
            Some(("+", behind)) => {
                rest = behind;
                continue;
            }
            Some((number, behind)) if number.len() == 1 && number.parse::<usize>().is_ok() => {
                (Piece::Place(number.parse().ok()), behind)
            }
            _ => {
                words.push('{');
                rest = after;
                continue;
            }
        };
        if !words.is_empty() {
            pieces.push(Piece::Words(std::mem::take(&mut words)));
        }
        pieces.push(piece);
        rest = behind;
    }
    words.push_str(rest);
    if !words.is_empty() {
        pieces.push(Piece::Words(words));
    }
    pieces
}

/// What stands in the places of a sentence, and whether it is a sentence itself; `None` where the text is another one.
///
/// A place takes as little as it can, and the last one the rest.
pub(super) fn places<'t>(pieces: &[Piece], text: &'t str) -> Option<Vec<(&'t str, bool)>> {
    let mut found = Vec::new();
    let (mut rest, mut open) = (text, None);
    let mut put = |piece: &Piece, inside: &'t str| {
        let fits = *piece != Piece::Count || !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
        found.push((inside, *piece == Piece::Sentence));
        Some(()).filter(|()| fits)
    };
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Words(words) = piece else {
            open = Some(piece);
            continue;
        };
        let is_last = at + 1 == pieces.len();
        rest = match open.take() {
            None => rest.strip_prefix(words.as_str())?,
            Some(place) => {
                let (inside, after) =
                    if is_last { (rest.strip_suffix(words.as_str())?, "") } else { rest.split_once(words.as_str())? };
                put(place, inside)?;
                after
            }
        };
    }
    match open {
        Some(place) => put(place, rest)?,
        None if !rest.is_empty() => return None,
        None => {}
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("there is no run {}", "there is no run 7" => Some("7".to_owned()))]
    #[test_case("there is no run {}", "there is a run 7" => None; "another sentence")]
    #[test_case("{} has {}: {*}", "a has b: c: d" => Some("a|b|c: d!".to_owned()); "the last takes the rest")]
    #[test_case("{} is not set", "a is not set is not set" => Some("a is not set".to_owned()); "the end is the end")]
    #[test_case("nothing", "nothing" => Some(String::new()); "without places")]
    #[test_case("nothing", "nothing more" => None; "more than it")]
    #[test_case("{}{+} step", "1 step" => Some("1".to_owned()); "a seam")]
    #[test_case("{#} steps", "12 steps" => Some("12".to_owned()); "a count")]
    #[test_case("{#} steps", "more steps" => None; "no count")]
    #[test_case("ask for ${{ secrets.NAME }} in {}", "ask for ${{ secrets.NAME }} in b" => Some("b".to_owned()); "braces that are words")]
    fn finds(pattern: &str, text: &str) -> Option<String> {
        let found = places(&pieces(pattern), text)?;
        let shown = found.iter().map(|(text, is_sentence)| format!("{text}{}", if *is_sentence { "!" } else { "" }));
        Some(shown.collect::<Vec<_>>().join("|"))
    }
}
