//! References in the values of a file of variables, by one rule for `$NAME` and `${NAME}`: outside single quotes they stand for
//! what the file says of NAME before them. `${NAME:-text}` and `${NAME-text}` say what else, `${NAME:+text}` and `${NAME+text}` what
//! instead, `${NAME:?text}` and `${NAME?text}` that there must be something; these texts may refer on. `\$` is no reference.

use std::collections::BTreeMap;

/// How long a value may become; one that would grow further keeps its references.
const LONGEST: usize = 64 << 10;
/// How deep references may stand in each other; a deeper one is kept as it is written.
const DEEPEST: usize = 32;

/// Whether a value refers to a variable of which the file says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refers {
    /// It does not.
    No,
    /// It does not, and not all who read it make the same of it: shells run its commands, and take the quotes away in it.
    Unclear,
    /// A part of it does.
    Partly,
    /// All of it is such a reference.
    Wholly,
}

/// A value with what its references stand for; one that stands for nothing is kept as it is written. `escapes` are those of double
/// quotes; `value` is what the file says of a name so far, and whether that refers on.
pub(super) fn expand<'v>(
    raw: &str,
    escapes: bool,
    value: impl Fn(&str) -> Option<(&'v str, Refers)>,
) -> (String, Refers) {
    Expansion { raw, escapes, value, braces: braces(raw) }.part(0, raw.len(), 0)
}

/// Where the brace of each `${` is closed, by where it is opened.
fn braces(raw: &str) -> BTreeMap<usize, usize> {
    let (mut closed, mut open) = (BTreeMap::new(), Vec::new());
    let mut chars = raw.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => _ = chars.next(),
            '$' => open.extend(chars.next_if(|(_, next)| *next == '{').map(|(brace, _)| brace)),
            '}' => closed.extend(open.pop().map(|brace| (brace, at))),
            _ => {}
        }
    }
    closed
}

struct Expansion<'r, F> {
    raw: &'r str,
    escapes: bool,
    value: F,
    braces: BTreeMap<usize, usize>,
}

impl<'r, 'v, F: Fn(&str) -> Option<(&'v str, Refers)>> Expansion<'r, F> {
    /// What a part of it stands for.
    fn part(&self, from: usize, to: usize, depth: usize) -> (String, Refers) {
        let (mut text, mut refers, mut at) = (String::new(), Refers::No, from);
        while let Some(c) = self.slice(at, to).chars().next() {
            let after = at + c.len_utf8();
            match (c, self.slice(after, to).chars().next()) {
                ('\\', Some(next)) => {
                    match next {
                        'n' if self.escapes => text.push('\n'),
                        'r' if self.escapes => text.push('\r'),
                        't' if self.escapes => text.push('\t'),
                        '"' | '\\' | '$' | '`' if self.escapes => text.push(next),
                        _ => text.extend(['\\', next]),
                    }
                    at = after + next.len_utf8();
                }
                ('$', Some(next)) => {
                    let Some(reference) = self.reference(after, to) else {
                        if matches!(next, '{' | '(') {
                            refers = refers.max(Refers::Unclear);
                        }
                        text.push('$');
                        at = after;
                        continue;
                    };
                    let written = self.slice(at, reference.end);
                    let (found, mut how) = self.stands_for(&reference, depth);
                    let found = found.filter(|found| text.len() + found.len() <= LONGEST).unwrap_or_else(|| {
                        how = how.max(Refers::Partly);
                        written.to_owned()
                    });
                    // Beside other text it is a part.
                    refers = refers.max(if written.len() == to - from { how } else { how.min(Refers::Partly) });
                    text += &found;
                    at = reference.end;
                }
                _ => {
                    // In double quotes those of a text in braces are themselves.
                    if c == '`' || depth > 0 && !self.escapes && matches!(c, '"' | '\'') {
                        refers = refers.max(Refers::Unclear);
                    }
                    text.push(c);
                    at = after;
                }
            }
        }
        (text, refers)
    }

    fn slice(&self, from: usize, to: usize) -> &'r str {
        self.raw.get(from..to).unwrap_or_default()
    }

    /// The reference of a `$` that stands right before a place.
    fn reference(&self, from: usize, to: usize) -> Option<Reference<'r>> {
        if !self.slice(from, to).starts_with('{') {
            let name = name(self.slice(from, to))?;
            return Some(Reference { name, colon: false, operator: None, text: (0, 0), end: from + name.len() });
        }
        let close = *self.braces.get(&from)?;
        let name = name(self.slice(from + 1, close))?;
        let rest = self.slice(from + 1 + name.len(), close);
        let (colon, rest) = rest.strip_prefix(':').map_or((false, rest), |rest| (true, rest));
        let operator = rest.chars().next();
        let text = (close - rest.len() + operator.map_or(0, char::len_utf8), close);
        Some(Reference { name, colon, operator, text, end: close + 1 })
    }

    /// What a reference stands for, or nothing where it stays as it is written.
    fn stands_for(&self, reference: &Reference<'_>, depth: usize) -> (Option<String>, Refers) {
        let value = (self.value)(reference.name);
        let is_full = value.is_some_and(|(text, refers)| !text.is_empty() && refers != Refers::Wholly);
        let is_there = if reference.colon { is_full } else { value.is_some() };
        let doubt = value.map_or(Refers::No, |(_, refers)| refers);
        match reference.operator {
            Some('-' | '+') if depth >= DEEPEST => (None, Refers::Partly),
            Some('-') if !is_there => self.text(reference, depth),
            Some('+') if !is_there => (Some(String::new()), Refers::No),
            Some('+') => {
                let (text, refers) = self.text(reference, depth);
                // What is full perhaps stands for it perhaps.
                (text, if reference.colon { refers.max(doubt) } else { refers })
            }
            Some('?') if !is_there => (None, Refers::Wholly),
            operator => match value {
                None | Some((_, Refers::Wholly)) => (None, Refers::Wholly),
                // Shells know more of these.
                Some((text, _)) if !matches!(operator, None | Some('-' | '?')) => {
                    (Some(text.to_owned()), Refers::Partly)
                }
                Some((text, refers)) => (Some(text.to_owned()), refers),
            },
        }
    }

    fn text(&self, reference: &Reference<'_>, depth: usize) -> (Option<String>, Refers) {
        let (from, to) = reference.text;
        let (text, refers) = self.part(from, to, depth + 1);
        (Some(text), refers)
    }
}

/// What stands behind a `$`.
struct Reference<'r> {
    name: &'r str,
    /// Whether what is empty counts as what is not set.
    colon: bool,
    /// `-` for what else, `+` for what instead, `?` for what must be.
    operator: Option<char>,
    /// From where to where the operator's text goes.
    text: (usize, usize),
    end: usize,
}

/// The name that a text begins with.
fn name(text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    text.get(..end).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("a$A/${A}" => ("a1/1".to_owned(), Refers::No); "both forms")]
    #[test_case("$NO" => ("$NO".to_owned(), Refers::Wholly); "all of it")]
    #[test_case("${NO}" => ("${NO}".to_owned(), Refers::Wholly); "all of it in braces")]
    #[test_case("pa$NO" => ("pa$NO".to_owned(), Refers::Partly); "a part")]
    #[test_case("pa${NO}" => ("pa${NO}".to_owned(), Refers::Partly); "a part in braces")]
    #[test_case("${NO:-x}${NO-y}${E:-z}${E-w}" => ("xyz".to_owned(), Refers::No); "what else")]
    #[test_case("$$ $1 $ a$" => ("$$ $1 $ a$".to_owned(), Refers::No); "no references")]
    #[test_case("x${A" => ("x${A".to_owned(), Refers::Unclear); "a brace that is not closed")]
    #[test_case("${1}" => ("${1}".to_owned(), Refers::Unclear); "no name in braces")]
    #[test_case("${NO:-${A}" => ("${NO:-1".to_owned(), Refers::Unclear); "an outer brace that is not closed")]
    #[test_case("$(cat f)" => ("$(cat f)".to_owned(), Refers::Unclear); "a command")]
    #[test_case("`cat f`" => ("`cat f`".to_owned(), Refers::Unclear); "a command in backticks")]
    #[test_case("\\$(x \\`" => ("\\$(x \\`".to_owned(), Refers::No); "no commands")]
    #[test_case("${NO:-$(cat f)}" => ("$(cat f)".to_owned(), Refers::Unclear); "a command as what else")]
    #[test_case("${A:-$(cat f)}" => ("1".to_owned(), Refers::No); "a command that is not needed")]
    #[test_case("${NO:-\"\"}" => ("\"\"".to_owned(), Refers::Unclear); "quotes as what else")]
    #[test_case("${NO-''}" => ("''".to_owned(), Refers::Unclear); "single quotes as what else")]
    #[test_case("${A:-\"\"}" => ("1".to_owned(), Refers::No); "quotes that are not needed")]
    #[test_case("$NO$(x)" => ("$NO$(x)".to_owned(), Refers::Partly); "a reference and a command")]
    #[test_case("\\$A \\n" => ("\\$A \\n".to_owned(), Refers::No); "an escape without quotes")]
    #[test_case("" => (String::new(), Refers::No); "nothing")]
    #[test_case("${NO:-$A}${NO-${A}}${NO:-a${NO:-b}c}d" => ("11abcd".to_owned(), Refers::No); "what else refers on")]
    #[test_case("${NO:-$NO}" => ("$NO".to_owned(), Refers::Wholly); "what else is nothing but a reference")]
    #[test_case("pre${NO:-${NO}}post" => ("pre${NO}post".to_owned(), Refers::Partly); "what else is nothing amid a text")]
    #[test_case("${NO:-a$NO}" => ("a$NO".to_owned(), Refers::Partly); "a part of what else")]
    #[test_case("${A:-$NO}" => ("1".to_owned(), Refers::No); "what else is not needed")]
    #[test_case("${NO:-\\}}" => ("\\}".to_owned(), Refers::No); "a brace with an escape")]
    #[test_case("${A:+x}${A+y}${E:+z}${E+w}${NO:+v}${NO+u}" => ("xyw".to_owned(), Refers::No); "what instead")]
    #[test_case("${A:+$NO}" => ("$NO".to_owned(), Refers::Wholly); "what instead is not set")]
    #[test_case("${A:?x}${A?x}${E?x}" => ("11".to_owned(), Refers::No); "what must be")]
    #[test_case("${E:?x}" => ("${E:?x}".to_owned(), Refers::Wholly); "what must be and is empty")]
    #[test_case("${NO?x}" => ("${NO?x}".to_owned(), Refers::Wholly); "what must be and is not")]
    #[test_case("${A%x}" => ("1".to_owned(), Refers::Partly); "what only shells know")]
    #[test_case("$P" => ("p$NO".to_owned(), Refers::Partly); "what refers on in part")]
    #[test_case("${P:-x}" => ("p$NO".to_owned(), Refers::Partly); "what refers on in part is not replaced")]
    #[test_case("${P:+x}" => ("x".to_owned(), Refers::Partly); "what refers on in part may be empty")]
    #[test_case("$W" => ("$W".to_owned(), Refers::Wholly); "what is nothing but a reference")]
    #[test_case("${W:-x}${W:+y}" => ("x".to_owned(), Refers::No); "what is nothing but a reference is replaced")]
    fn expands(raw: &str) -> (String, Refers) {
        expand(raw, false, |name| match name {
            "A" => Some(("1", Refers::No)),
            "E" => Some(("", Refers::No)),
            "P" => Some(("p$NO", Refers::Partly)),
            "W" => Some(("$NO", Refers::Wholly)),
            _ => None,
        })
    }

    #[test]
    fn it_does_not_go_down_without_end() {
        let deep = |depth: usize| format!("{}x{}", "${NO:-".repeat(depth), "}".repeat(depth));
        assert_eq!(expand(&deep(DEEPEST), false, |_| None), ("x".to_owned(), Refers::No));
        assert_eq!(expand(&deep(100_000), false, |_| None).1, Refers::Partly);
        assert_eq!(expand(&"${".repeat(100_000), false, |_| None).1, Refers::Unclear);
    }

    #[test]
    fn in_quotes_it_has_escapes_and_it_does_not_grow_without_end() {
        assert_eq!(expand("\\$A\\n\\\\", true, |_| Some(("1", Refers::No))).0, "$A\n\\");
        // A shell keeps them there too.
        assert_eq!(expand("${A:-it's}\\`", true, |_| None), ("it's`".to_owned(), Refers::No));
        let long = "x".repeat(LONGEST);
        let (text, refers) = expand("$A$A", false, |_| Some((long.as_str(), Refers::No)));
        assert_eq!((text.len(), refers), (LONGEST + 2, Refers::Partly));
    }
}
