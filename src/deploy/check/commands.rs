//! The simple commands of a shell text, as far as a hazard can be seen in them: words, no meaning.

/// A simple command, and where in the text it stands, in characters.
pub(super) struct Command<'t> {
    pub(super) words: Vec<&'t str>,
    pub(super) at: usize,
    pub(super) width: usize,
}

impl Command<'_> {
    /// Whether these words stand in it in this order, options between them or not.
    pub(super) fn says(&self, words: &[&str]) -> bool {
        let mut wanted = words.iter().peekable();
        for word in &self.words {
            if wanted.peek().is_some_and(|wanted| *wanted == word) {
                wanted.next();
            }
        }
        wanted.peek().is_none()
    }

    /// Whether one of its words is one of these, or an option `--word=value`.
    pub(super) fn has(&self, words: &[&str]) -> bool {
        self.words.iter().any(|word| words.contains(&word.split_once('=').map_or(*word, |(name, _)| name)))
    }
}

/// The commands of a text: lines and their parts between `;`, `&&`, `||`, `|`; comments and what is quoted are no commands.
pub(super) fn commands(text: &str) -> Vec<Command<'_>> {
    let (mut found, mut start, mut quote) = (Vec::new(), 0, None);
    let mut before = '\n';
    let mut is_comment = false;
    for (at, c) in text.char_indices() {
        let ends = match quote {
            _ if c == '\n' => before != '\\' && quote.is_none(),
            _ if is_comment => false,
            Some(open) => {
                if c == open {
                    quote = None;
                }
                false
            }
            None => {
                if c == '"' || c == '\'' {
                    quote = Some(c);
                }
                is_comment = c == '#' && before.is_whitespace();
                matches!(c, ';' | '|' | '&') || is_comment
            }
        };
        if c == '\n' {
            is_comment = false;
        }
        if ends {
            found.extend(command(text, start, at));
            start = at;
        }
        if ends || is_comment {
            start = at + c.len_utf8();
        }
        before = c;
    }
    found.extend(command(text, start, text.len()).filter(|_| !is_comment));
    found
}

fn command(text: &str, start: usize, end: usize) -> Option<Command<'_>> {
    let part = text.get(start..end)?;
    let line = part.trim_start();
    let start = end - line.len();
    let line = line.trim_end();
    let words: Vec<&str> =
        line.split_whitespace().filter(|word| *word != "\\").map(|word| word.trim_matches(['"', '\''])).collect();
    let at = text.get(..start)?.chars().count();
    let width = line.lines().next().unwrap_or_default().trim_end_matches(['\\', ' ']).chars().count();
    if words.is_empty() { None } else { Some(Command { words, at, width }) }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case("a b" => "0+3 a b")]
    #[test_case("a; b && c || d | e" => "0+1 a, 3+1 b, 8+1 c, 13+1 d, 17+1 e")]
    #[test_case("a \\\n  b\nc" => "0+1 a b, 8+1 c"; "a line goes on")]
    #[test_case("# up\na # up\nb" => "5+1 a, 12+1 b"; "comments")]
    #[test_case("echo 'a; b' \"c && d\" e" => "0+22 echo a; b c && d e"; "quotes")]
    #[test_case("é; b" => "0+1 é, 3+1 b"; "places count characters")]
    #[test_case("a '" => "0+3 a "; "an open quote")]
    fn commands(text: &str) -> String {
        let shown =
            super::commands(text).into_iter().map(|one| format!("{}+{} {}", one.at, one.width, one.words.join(" ")));
        shown.collect::<Vec<_>>().join(", ")
    }
}
