//! Texts that a shell reads from the lines behind a command: `cat <<END`.

/// How such a text ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct End<'t> {
    word: &'t str,
    /// Whether tabs may stand before it: `<<-`.
    is_indented: bool,
}

/// The end of the text that is asked for right before a place, by the second `<` there; it stands before `to`.
pub(super) fn end(text: &str, (from, at): (usize, usize), to: usize) -> Option<End<'_>> {
    let before = text.get(from..at)?;
    let rest = text.get(at..to)?;
    // `<<<` has its text behind it.
    if !before.ends_with("<<") || before.ends_with("<<<") || rest.starts_with('<') {
        return None;
    }
    let (is_indented, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let rest = rest.trim_start_matches([' ', '\t']).trim_start_matches('\\');
    let quoted = ['"', '\''].into_iter().find_map(|quote| rest.strip_prefix(quote)?.split_once(quote));
    let is_sign = |c: char| c.is_whitespace() || matches!(c, ';' | '|' | '&' | '<' | '>' | '(' | ')');
    let word = quoted.map_or_else(|| rest.split(is_sign).next().unwrap_or_default(), |(word, _)| word);
    Some(End { word, is_indented }).filter(|end| !end.word.is_empty())
}

/// Where the line behind such a text begins; `None` where nothing ends it, and it is none.
pub(super) fn over(text: &str, from: usize, to: usize, end: End<'_>) -> Option<usize> {
    let mut next = from;
    for line in text.get(from..to)?.split_inclusive('\n') {
        next += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let line = if end.is_indented { line.trim_start_matches('\t') } else { line };
        if line == end.word {
            return Some(next);
        }
    }
    None
}
