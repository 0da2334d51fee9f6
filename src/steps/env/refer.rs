//! References in the values of a file of variables, by one rule for `$NAME` and `${NAME}`: outside single quotes they stand for
//! what the file says of NAME before them. `${NAME:-text}` and `${NAME-text}` say what else; `\\$` is no reference.

/// How long a value may become; one that would grow further keeps its references.
const LONGEST: usize = 64 << 10;

/// Whether a value refers to a variable of which the file says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refers {
    /// It does not.
    No,
    /// A part of it does.
    Partly,
    /// All of it is such a reference.
    Wholly,
}

/// A value with what its references stand for; one that stands for nothing is kept as it is written. `escapes` are those of double
/// quotes.
pub(super) fn expand<'v>(raw: &str, escapes: bool, value: impl Fn(&str) -> Option<&'v str>) -> (String, Refers) {
    let (mut text, mut refers, mut rest) = (String::new(), Refers::No, raw);
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        match (c, after.chars().next()) {
            ('\\', Some(next)) => {
                match next {
                    'n' if escapes => text.push('\n'),
                    'r' if escapes => text.push('\r'),
                    't' if escapes => text.push('\t'),
                    '"' | '\\' | '$' | '`' if escapes => text.push(next),
                    _ => text.extend(['\\', next]),
                }
                rest = after.get(next.len_utf8()..).unwrap_or_default();
            }
            ('$', Some(_)) => {
                let Some(reference) = Reference::read(after) else {
                    text.push('$');
                    rest = after;
                    continue;
                };
                let (written, behind) = rest.split_at(1 + reference.length);
                match reference.stands_for(&value).filter(|found| text.len() + found.len() <= LONGEST) {
                    Some(found) => text += found,
                    None => {
                        refers = if written == raw { Refers::Wholly } else { Refers::Partly };
                        text += written;
                    }
                }
                rest = behind;
            }
            _ => {
                text.push(c);
                rest = after;
            }
        }
    }
    (text, refers)
}

/// What stands behind a `$`.
struct Reference<'t> {
    name: &'t str,
    /// What it stands for where NAME is not set, or with `true` also where it is empty.
    otherwise: Option<(bool, &'t str)>,
    length: usize,
}

impl<'t> Reference<'t> {
    fn read(text: &'t str) -> Option<Self> {
        let Some(inside) = text.strip_prefix('{') else {
            let name = name(text)?;
            return Some(Self { name, otherwise: None, length: name.len() });
        };
        let inside = inside.get(..inside.find('}')?)?;
        let name = name(inside)?;
        let rest = inside.get(name.len()..)?;
        let otherwise = match (rest.strip_prefix(":-"), rest.strip_prefix('-')) {
            (Some(text), _) => Some((true, text)),
            (None, Some(text)) => Some((false, text)),
            (None, None) => None,
        };
        Some(Self { name, otherwise, length: inside.len() + 2 })
    }

    fn stands_for<'v>(&self, value: &impl Fn(&str) -> Option<&'v str>) -> Option<&'t str>
    where
        'v: 't,
    {
        match (value(self.name), self.otherwise) {
            (None, otherwise) => otherwise.map(|(_, text)| text),
            (Some(""), Some((true, text))) => Some(text),
            (Some(found), _) => Some(found),
        }
    }
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
    #[test_case("$$ $1 $ a$ ${ ${1} $(x)" => ("$$ $1 $ a$ ${ ${1} $(x)".to_owned(), Refers::No); "no references")]
    #[test_case("\\$A \\n" => ("\\$A \\n".to_owned(), Refers::No); "an escape without quotes")]
    #[test_case("" => (String::new(), Refers::No); "nothing")]
    fn expands(raw: &str) -> (String, Refers) {
        expand(raw, false, |name| match name {
            "A" => Some("1"),
            "E" => Some(""),
            _ => None,
        })
    }

    #[test]
    fn in_quotes_it_has_escapes_and_it_does_not_grow_without_end() {
        assert_eq!(expand("\\$A\\n\\\\", true, |_| Some("1")).0, "$A\n\\");
        let long = "x".repeat(LONGEST);
        let (text, refers) = expand("$A$A", false, |_| Some(long.as_str()));
        assert_eq!((text.len(), refers), (LONGEST + 2, Refers::Partly));
    }
}
