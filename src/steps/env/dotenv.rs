//! Files of variables as dotenv, `docker --env-file` and shells read them: `NAME=value`, quotes, `export`, comments. A value
//! outside single quotes may refer to a variable that stands before it. What `env -0` prints is read as well: as it is.

use super::refer::{Refers, expand};

/// A variable of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its value. It is shown nowhere.
    pub value: String,
    /// The line that it begins at, from 1.
    pub line: usize,
    /// Whether it refers to what the file does not say before it.
    pub refers: Refers,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.line, self.name)
    }
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dotenv {
    /// Its variables in their order; of two of one name the last one counts.
    pub entries: Vec<Entry>,
    /// Lines that are neither a variable nor a comment, or whose quotes are not closed.
    pub wrong: Vec<usize>,
    /// Those of them that have a colon right behind the name, with no blank behind it.
    pub colons: Vec<usize>,
}

impl Dotenv {
    /// Reads a text. What stands in a line is in no message about it.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.contains('\0') {
            return Self::of_process(text);
        }
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (mut found, mut rest, mut line) = (Self::default(), text.as_str(), 1);
        while !rest.is_empty() {
            let (taken, entry) = next(rest);
            match entry {
                Next::Entry(name, raw) => {
                    let (value, refers) = match raw {
                        Raw::Literal(text) => (text.replace("\\'", "'"), Refers::No),
                        Raw::Plain(text) => expand(text, false, |name| found.value(name)),
                        Raw::Quoted(text) => expand(text, true, |name| found.value(name)),
                        Raw::Various(text) => (text.to_owned(), Refers::Unclear),
                    };
                    found.entries.push(Entry { name: name.to_owned(), value, line, refers });
                }
                Next::Nothing => {}
                Next::Wrong => {
                    found.wrong.push(line);
                    found.colons.extend(has_colon(rest).then_some(line));
                }
            }
            let (this, after) = rest.split_at(taken);
            line += this.matches('\n').count();
            rest = after;
        }
        found
    }

    /// Reads the variables of a process, each with a NUL behind it, as `env -0` prints them: what a value has is itself.
    fn of_process(text: &str) -> Self {
        let variables = text.split('\0').enumerate().filter_map(|(at, variable)| {
            let (name, value) = variable.split_once('=')?;
            let (name, value) = (name.to_owned(), value.to_owned());
            Some(Entry { name, value, line: at + 1, refers: Refers::No })
        });
        Self { entries: variables.collect(), ..Self::default() }
    }

    /// The variable of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.name == name)
    }

    fn value(&self, name: &str) -> Option<(&str, Refers)> {
        self.get(name).map(|entry| (entry.value.as_str(), entry.refers))
    }

    /// Each line that gives a name again, with the first one.
    #[must_use]
    pub fn repeated(&self) -> Vec<(&Entry, &Entry)> {
        let first = |entry: &Entry| self.entries.iter().find(|one| one.name == entry.name);
        self.entries.iter().filter_map(|entry| Some((entry, first(entry)?))).filter(|(a, b)| a.line != b.line).collect()
    }
}

enum Next<'t> {
    Entry(&'t str, Raw<'t>),
    Nothing,
    Wrong,
}

/// A value as it is written.
enum Raw<'t> {
    /// In single quotes: every character is itself, and `\'` is a quote.
    Literal(&'t str),
    /// Without quotes.
    Plain(&'t str),
    /// In double quotes: it has escapes.
    Quoted(&'t str),
    /// In a way that some programs read and others do not.
    Various(&'t str),
}

/// What the text begins with, and how many bytes of it that is: whole lines.
fn next(text: &str) -> (usize, Next<'_>) {
    let end = text.find('\n').map_or(text.len(), |at| at + 1);
    let line = text.get(..end).unwrap_or_default();
    let trimmed = line.trim();
    if trimmed.is_empty() || trimmed.starts_with('#') {
        return (end, Next::Nothing);
    }
    let exported = |text: &'_ str| text.strip_prefix("export").is_some_and(|rest| rest.starts_with([' ', '\t']));
    // docker compose reads it, and python-dotenv does not.
    if let Some((name, value)) = trimmed.split_once(':')
        && is_name(name)
        && (value.is_empty() || value.starts_with([' ', '\t']))
    {
        return (end, Next::Entry(name, Raw::Various(value.trim())));
    }
    let Some(equals) = line.find('=') else {
        // A shell passes on what has its value elsewhere; no value is given here.
        let is_bare = exported(trimmed) && trimmed.split_whitespace().skip(1).all(is_name);
        return (end, if is_bare { Next::Nothing } else { Next::Wrong });
    };
    let name = line.get(..equals).unwrap_or_default().trim();
    let name = if exported(name) { name.get("export".len()..).unwrap_or_default().trim() } else { name };
    if !is_name(name) {
        return (end, Next::Wrong);
    }
    let value = line.get(equals + 1..).unwrap_or_default();
    let start = equals + 1 + (value.len() - value.trim_start_matches([' ', '\t']).len());
    let quote = text.get(start..).and_then(|rest| rest.chars().next()).filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = quote else {
        let value = value.trim();
        // A comment begins with a space before it.
        let is_comment = value.starts_with('#') && text.get(equals + 1..start).is_some_and(|space| !space.is_empty());
        let comment = if is_comment { Some(0) } else { value.find(" #").or_else(|| value.find("\t#")) };
        let value = value.get(..comment.unwrap_or(value.len())).unwrap_or_default().trim_end();
        // Without one `#` is part of the value to docker compose and python-dotenv, and to Node's --env-file it ends there.
        let raw = if value.contains('#') { Raw::Various(value) } else { Raw::Plain(value) };
        return (end, Next::Entry(name, raw));
    };
    match quoted(text.get(start + 1..).unwrap_or_default(), quote) {
        None => (end, Next::Wrong),
        Some((length, value)) => {
            let behind = start + 1 + length;
            let rest = text.get(behind..).unwrap_or_default();
            let end = behind + rest.find('\n').map_or(rest.len(), |at| at + 1);
            let tail = text.get(behind..end).unwrap_or_default();
            if is_clean(tail) {
                return (end, Next::Entry(name, if quote == '"' { Raw::Quoted(value) } else { Raw::Literal(value) }));
            }
            // A shell joins what stands right behind the quote to it, or ends its command there.
            let whole = text.get(start..end).unwrap_or_default().trim_end();
            let is_read = is_word(tail) && !value.ends_with('\\');
            (end, if is_read { Next::Entry(name, Raw::Various(whole)) } else { Next::Wrong })
        }
    }
}

/// Whether the first line of a text has a colon where `=` should stand. That of an address is none.
fn has_colon(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default().trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    line.split_once(':').is_some_and(|(name, value)| is_name(name.trim()) && !value.starts_with("//"))
}

/// Whether nothing is left of a line but a comment.
fn is_clean(tail: &str) -> bool {
    let tail = tail.trim_start();
    tail.is_empty() || tail.starts_with('#')
}

/// Whether the rest of a line is the rest of one word of a shell, its quotes closed.
fn is_word(tail: &str) -> bool {
    let mut chars = tail.char_indices();
    let mut open = None;
    while let Some((at, c)) = chars.next() {
        match (c, open) {
            ('\\', None | Some('"')) => _ = chars.next(),
            ('"' | '\'', None) => open = Some(c),
            (_, Some(quote)) if c == quote => open = None,
            (_, None) if c.is_whitespace() => return is_clean(tail.get(at..).unwrap_or_default()),
            _ => {}
        }
    }
    open.is_none()
}

/// Whether a text is the name of a variable.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(is_part)
}

/// A value up to its closing quote as it is written, and its length with the quote. A quote behind a backslash is part of it, as
/// docker compose and python-dotenv read it; in single quotes it closes the value, as in a shell, where no other one does.
fn quoted(text: &str, quote: char) -> Option<(usize, &str)> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => return Some((at + 1, text.get(..at)?)),
            '\\' => _ = chars.next(),
            _ => {}
        }
    }
    let at = text.find(quote).filter(|_| quote == '\'')?;
    Some((at + 1, text.get(..at)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    #[test_case("A=b" => "1:A=b")]
    #[test_case("\u{feff}export A = b c \r\nB=\r\n" => "1:A=b c|2:B="; "a byte order mark, export, spaces, CRLF")]
    #[test_case("# x\n\n  # y\nA=b # z\nB=b#z\nC=#\n" => "4:A=b|5:B=b#z?|6:C=#?"; "comments")]
    #[test_case("A=#ff0000\nB= # none\nC= #\n" => "1:A=#ff0000?|2:B=|3:C="; "a colour right behind it")]
    #[test_case("A=b # c#d\nB=\"#e\"\nC='f#g'" => "1:A=b|2:B=#e|3:C=f#g"; "a sign in a comment and in quotes")]
    #[test_case("A=\"b \\\"c\\\" # d\\n\" # e\nB='\\n $X'" => "1:A=b \"c\" # d\n|2:B=\\n $X"; "quotes")]
    #[test_case("A='it\\'s' # b\nB='c\\\\'\nC='\\d'" => "1:A=it's|2:B=c\\\\|3:C=\\d"; "a single quote in single quotes")]
    #[test_case("A=b\nB='c\\'\nC=d" => "1:A=b|2:B=c\\|3:C=d"; "a backslash before the last quote")]
    #[test_case("A='it\\'s\nB=c" => "2:B=c wrong [1]"; "a single quote that is not closed")]
    #[test_case("A=\"-----BEGIN\nb=c\n-----END\"\nB=d" => "1:A=-----BEGIN\nb=c\n-----END|4:B=d"; "several lines")]
    #[test_case("A\n=b\n1A=c\nA B=d\nE=\"f\" g\nG=h" => "6:G=h wrong [1, 2, 3, 4, 5]"; "what is no variable")]
    #[test_case("A='it'\\''s' # b\nexport B=\"1\";\nC: d e \nD:" => "1:A='it'\\''s' # b?|2:B=\"1\";?|3:C=d e?|4:D=?"; "what not all read alike")]
    #[test_case("A='it's'\nB='a'b c\nC: d: e\nD:e\nhttp://x" => "3:C=d: e? wrong [1, 2, 4, 5]"; "what nobody reads")]
    #[test_case("A=a$b\0P=-----BEGIN\nx=\n-----END\0B_x%%=() { :;\n}\0Q=\"q\"\0" => "1:A=a$b|2:P=-----BEGIN\nx=\n-----END|3:B_x%%=() { :;\n}|4:Q=\"q\""; "a process")]
    #[test_case("A=\"b\nB=c" => "2:B=c wrong [1]"; "a quote that is not closed")]
    #[test_case("A=b=c==\nURL=postgres://u:p@h/d?x=y#z" => "1:A=b=c==|2:URL=postgres://u:p@h/d?x=y#z?"; "equals signs")]
    #[test_case("A='ñ' \nB=ü" => "1:A=ñ|2:B=ü"; "letters")]
    #[test_case("export A\n export A B \nA=b" => "3:A=b"; "an export without a value")]
    #[test_case("export\nexport 1A\nexported" => " wrong [1, 2, 3]"; "what is no export")]
    #[test_case("A=b\nB=$A-${A}\nC=\"${A}/\\$A\"\nD='$A'" => "1:A=b|2:B=b-b|3:C=b/$A|4:D=$A"; "references")]
    #[test_case("A=$B\nB=c\nC=$A" => "1:A=$B?|2:B=c|3:C=$A?"; "what stands after it, and what refers to that")]
    fn parses(text: &str) -> String {
        let found = Dotenv::parse(text);
        let entries: Vec<String> =
            found.entries.iter().map(|one| format!("{}:{}={}{}", one.line, one.name, one.value, mark(one))).collect();
        let wrong = if found.wrong.is_empty() { String::new() } else { format!(" wrong {:?}", found.wrong) };
        entries.join("|") + &wrong
    }

    fn mark(entry: &Entry) -> &'static str {
        if entry.refers == Refers::No { "" } else { "?" }
    }

    #[test]
    fn a_colon_in_place_of_the_sign_is_known() {
        let text = "A:b\nexport B:c\nC :d\nhttp://x\nD\nE=\"f\nG:postgres://u:p@h/d?x=y#z\nH: i\n=:j";
        let found = Dotenv::parse(text);
        assert_eq!((found.wrong, found.colons), (vec![1, 2, 3, 4, 5, 6, 7, 9], vec![1, 2, 3, 7]));
    }

    #[test]
    fn the_last_of_a_name_counts_and_the_others_are_known() {
        let found = Dotenv::parse("A=1\nB=2\nA=3");
        assert_eq!(found.get("A").map(|entry| entry.value.as_str()), Some("3"));
        assert_eq!(
            found.repeated().iter().map(|(again, first)| (again.line, first.line)).collect::<Vec<_>>(),
            [(3, 1)]
        );
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "([A-Z]=|\"|'|\\\\|\n|#|\\PC){0,40}") {
            let _ = Dotenv::parse(&text);
        }
    }
}
