//! Files of variables as dotenv, `docker --env-file` and shells read them: `NAME=value`, quotes, `export`, comments.

/// A variable of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its value. It is shown nowhere.
    pub value: String,
    /// The line that it begins at, from 1.
    pub line: usize,
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
}

impl Dotenv {
    /// Reads a text. What stands in a line is in no message about it.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (mut found, mut rest, mut line) = (Self::default(), text.as_str(), 1);
        while !rest.is_empty() {
            let (taken, entry) = next(rest);
            match entry {
                Next::Entry(name, value) => found.entries.push(Entry { name, value, line }),
                Next::Nothing => {}
                Next::Wrong => found.wrong.push(line),
            }
            let (this, after) = rest.split_at(taken);
            line += this.matches('\n').count();
            rest = after;
        }
        found
    }

    /// The variable of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.name == name)
    }

    /// Each line that gives a name again, with the first one.
    #[must_use]
    pub fn repeated(&self) -> Vec<(&Entry, &Entry)> {
        let first = |entry: &Entry| self.entries.iter().find(|one| one.name == entry.name);
        self.entries.iter().filter_map(|entry| Some((entry, first(entry)?))).filter(|(a, b)| a.line != b.line).collect()
    }
}

enum Next {
    Entry(String, String),
    Nothing,
    Wrong,
}

/// What the text begins with, and how many bytes of it that is: whole lines.
fn next(text: &str) -> (usize, Next) {
    let end = text.find('\n').map_or(text.len(), |at| at + 1);
    let line = text.get(..end).unwrap_or_default();
    let trimmed = line.trim();
    if trimmed.is_empty() || trimmed.starts_with('#') {
        return (end, Next::Nothing);
    }
    let Some(equals) = line.find('=') else { return (end, Next::Wrong) };
    let name = line.get(..equals).unwrap_or_default().trim();
    let name = name.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map_or(name, str::trim);
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') || !name.chars().all(is_part) {
        return (end, Next::Wrong);
    }
    let value = line.get(equals + 1..).unwrap_or_default();
    let start = equals + 1 + (value.len() - value.trim_start_matches([' ', '\t']).len());
    let quote = text.get(start..).and_then(|rest| rest.chars().next()).filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = quote else {
        let value = value.trim();
        // A comment begins with a space before it: `#` may be part of a value.
        let comment = if value.starts_with('#') { Some(0) } else { value.find(" #").or_else(|| value.find("\t#")) };
        let value = value.get(..comment.unwrap_or(value.len())).unwrap_or_default().trim_end();
        return (end, Next::Entry(name.to_owned(), value.to_owned()));
    };
    match quoted(text.get(start + 1..).unwrap_or_default(), quote) {
        None => (end, Next::Wrong),
        Some((length, value)) => {
            let behind = start + 1 + length;
            let rest = text.get(behind..).unwrap_or_default();
            let end = behind + rest.find('\n').map_or(rest.len(), |at| at + 1);
            let tail = text.get(behind..end).unwrap_or_default().trim();
            let is_clean = tail.is_empty() || tail.starts_with('#');
            (end, if is_clean { Next::Entry(name.to_owned(), value) } else { Next::Wrong })
        }
    }
}

/// A value up to its closing quote, and its length with it. Between single quotes every character is itself.
fn quoted(text: &str, quote: char) -> Option<(usize, String)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => return Some((at + 1, value)),
            '\\' if quote == '"' => match chars.next()?.1 {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                same @ ('"' | '\\' | '$' | '`') => value.push(same),
                other => value.extend(['\\', other]),
            },
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    #[test_case("A=b" => "1:A=b")]
    #[test_case("\u{feff}export A = b c \r\nB=\r\n" => "1:A=b c|2:B="; "a byte order mark, export, spaces, CRLF")]
    #[test_case("# x\n\n  # y\nA=b # z\nB=b#z\nC=#\n" => "4:A=b|5:B=b#z|6:C="; "comments")]
    #[test_case("A=\"b \\\"c\\\" # d\\n\" # e\nB='\\n $X'" => "1:A=b \"c\" # d\n|2:B=\\n $X"; "quotes")]
    #[test_case("A=\"-----BEGIN\nb=c\n-----END\"\nB=d" => "1:A=-----BEGIN\nb=c\n-----END|4:B=d"; "several lines")]
    #[test_case("A\n=b\n1A=c\nA B=d\nE=\"f\" g\nG=h" => "6:G=h wrong [1, 2, 3, 4, 5]"; "what is no variable")]
    #[test_case("A=\"b\nB=c" => "2:B=c wrong [1]"; "a quote that is not closed")]
    #[test_case("A=b=c==\nURL=postgres://u:p@h/d?x=y#z" => "1:A=b=c==|2:URL=postgres://u:p@h/d?x=y#z"; "equals signs")]
    #[test_case("A='ñ' \nB=ü" => "1:A=ñ|2:B=ü"; "letters")]
    fn parses(text: &str) -> String {
        let found = Dotenv::parse(text);
        let entries: Vec<String> =
            found.entries.iter().map(|one| format!("{}:{}={}", one.line, one.name, one.value)).collect();
        let wrong = if found.wrong.is_empty() { String::new() } else { format!(" wrong {:?}", found.wrong) };
        entries.join("|") + &wrong
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
