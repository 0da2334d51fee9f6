//! The simple commands of a shell text, as far as a hazard can be seen in them: words, no meaning. What is quoted is a word, and for
//! a shell, here or behind `ssh`, a text of commands again.

use std::iter::Peekable;

use super::heredoc;

/// A simple command, and where in the text it stands, in characters.
#[derive(Debug)]
pub(super) struct Command<'t> {
    /// Its words, without their quotes; from its program on.
    pub(super) words: Vec<&'t str>,
    pub(super) at: usize,
    pub(super) width: usize,
}

impl Command<'_> {
    /// The program's name, without its folder.
    pub(super) fn program(&self) -> &str {
        self.words.first().map_or("", |word| base(word))
    }

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

    /// Whether one of its words is one of these, or an option `--word=value` that is not switched off.
    pub(super) fn has(&self, words: &[&str]) -> bool {
        let is_it = |word: &&str| match word.split_once('=') {
            Some((_, "false" | "0")) => false,
            Some((name, _)) => words.contains(&name),
            None => words.contains(word),
        };
        self.words.iter().any(is_it)
    }

    /// Whether it only tells something to people.
    pub(super) fn only_tells(&self) -> bool {
        matches!(self.program(), "echo" | "printf" | "logger" | ":" | "true" | "test" | "[" | "grep")
            && !self.words.iter().any(|word| word.starts_with('>') && !word.starts_with(">&"))
    }
}

/// The last part of a path.
fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// The commands of a text: lines and their parts between `;`, `&&`, `||`, `|`, and those that a shell is given in quotes; comments
/// are none.
pub(super) fn commands(text: &str) -> Vec<Command<'_>> {
    let mut found = Vec::new();
    read(text, (0, text.len()), 0, &mut found);
    found
}

/// Quotes in quotes in quotes are nobody's plan.
const DEEPEST: usize = 4;

/// The commands between two places.
fn read<'t>(text: &'t str, (from, to): (usize, usize), depth: usize, found: &mut Vec<Command<'t>>) {
    let (mut start, mut quote) = (from, None);
    let mut before = '\n';
    let mut is_comment = false;
    // Where the line begins, the words that end the texts which follow it, and where the last of these texts ends.
    let (mut line, mut ends_of_texts, mut over) = (from, Vec::new(), from);
    let part = text.get(from..to).unwrap_or_default();
    for (at, c) in part.char_indices() {
        let at = from + at;
        if at < over {
            continue;
        }
        let next = text.get(at + c.len_utf8()..to).and_then(|rest| rest.chars().next());
        let ends = match quote {
            _ if c == '\n' => before != '\\' && quote.is_none(),
            _ if is_comment => false,
            Some(open) => {
                if c == open && (c == '\'' || before != '\\') {
                    quote = None;
                }
                false
            }
            None => {
                if (c == '"' || c == '\'') && before != '\\' {
                    quote = Some(c);
                }
                is_comment = c == '#' && before.is_whitespace();
                // `2>&1` and `&>` are no ends.
                let redirects = c == '&' && (before == '>' || next == Some('>'));
                matches!(c, ';' | '|' | '&') && !redirects || is_comment
            }
        };
        if c == '\n' {
            is_comment = false;
        }
        if ends {
            command(text, (start, at), depth, found);
            start = at;
        }
        if ends || is_comment {
            start = at + c.len_utf8();
        }
        if c == '<' && quote.is_none() && !is_comment {
            ends_of_texts.extend(heredoc::end(text, (from, at + 1), to));
        }
        if c == '\n' && ends {
            // A shell runs what it is told so; to other programs it is a text.
            let is_run = !ends_of_texts.is_empty() && words(text, (line, at)).iter().any(|word| runs(base(word.text)));
            for end in ends_of_texts.drain(..) {
                over = heredoc::over(text, over.max(at + 1), to, end).filter(|_| !is_run).unwrap_or(over);
            }
            line = over.max(at + 1);
            start = line;
        }
        before = c;
    }
    if !is_comment {
        command(text, (start, to), depth, found);
    }
}

/// Whether a program runs the commands that it is told.
fn runs(program: &str) -> bool {
    matches!(program, "sh" | "bash" | "dash" | "zsh" | "ksh" | "su" | "ssh")
}

/// A word: without its quotes, and where it stands if all of it is in quotes.
#[derive(Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    quoted: Option<(usize, usize)>,
}

/// The words between two places.
fn words(text: &str, (from, to): (usize, usize)) -> Vec<Word<'_>> {
    let (mut found, mut start, mut quote) = (Vec::new(), None, None);
    let part = text.get(from..to).unwrap_or_default();
    let mut before = ' ';
    for (at, c) in part.char_indices().chain([(part.len(), ' ')]) {
        let is_end = at == part.len();
        if quote.is_none() && c.is_whitespace() || is_end {
            found.extend(start.take().and_then(|start| word(text, (start, from + at))));
        } else {
            start = start.or(Some(from + at));
            match quote {
                Some(open) if c == open && (c == '\'' || before != '\\') => quote = None,
                None if matches!(c, '"' | '\'') && before != '\\' => quote = Some(c),
                _ => {}
            }
        }
        before = c;
    }
    found
}

fn word(text: &str, (from, to): (usize, usize)) -> Option<Word<'_>> {
    let word = text.get(from..to).filter(|word| *word != "\\")?;
    let inner = ['"', '\''].into_iter().find_map(|quote| word.strip_prefix(quote)?.strip_suffix(quote));
    let quoted = inner.map(|inner| (from + 1, from + 1 + inner.len()));
    Some(Word { text: inner.unwrap_or_else(|| word.trim_matches(['"', '\''])), quoted })
}

/// What stands before a program and is none: words of the shell, and programs that begin another one.
const BEFORE: [&str; 19] = [
    "if", "then", "else", "elif", "do", "while", "until", "!", "(", "{", "sudo", "doas", "env", "exec", "command",
    "time", "nice", "nohup", "&",
];

/// Options of those that have a value behind them.
const VALUED: [&str; 3] = ["-u", "-g", "-k"];
/// Those of `ssh`.
const OF_SSH: [&str; 15] = ["-i", "-p", "-o", "-l", "-J", "-F", "-L", "-R", "-D", "-c", "-b", "-E", "-m", "-S", "-W"];

/// A command, and those in it.
fn command<'t>(text: &'t str, place: (usize, usize), depth: usize, found: &mut Vec<Command<'t>>) {
    let Some(part) = text.get(place.0..place.1) else { return };
    let start = place.1 - part.trim_start().len();
    let all = words(text, (start, place.1));
    let mut rest = all.iter().copied().peekable();
    skip_to_program(&mut rest);
    let words: Vec<Word<'t>> = rest.collect();
    let line = text.get(start..place.1).unwrap_or_default();
    let width = line.lines().next().unwrap_or_default().trim_end_matches(['\\', ' ']).chars().count();
    let at = text.get(..start).map_or(0, |before| before.chars().count());
    let of = |words: &[Word<'t>]| Command { words: words.iter().map(|word| word.text).collect(), at, width };
    if words.is_empty() {
        return;
    }
    found.push(of(&words));
    if depth >= DEEPEST {
        return;
    }
    for (at, word) in words.iter().enumerate() {
        let behind = words.get(at + 1..).unwrap_or_default();
        match base(word.text) {
            "sh" | "bash" | "dash" | "zsh" | "ksh" | "su" => {
                let is_text = |word: &str| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
                let option = behind.iter().position(|word| is_text(word.text));
                let text_at = option.and_then(|at| behind.get(at + 1)?.quoted);
                text_at.into_iter().for_each(|place| read(text, place, depth + 1, found));
            }
            "eval" if at == 0 => {
                behind.iter().filter_map(|word| word.quoted).for_each(|place| read(text, place, depth + 1, found));
            }
            "ssh" if at == 0 => {
                let mut rest = behind.iter().copied().peekable();
                skip_options(&mut rest, &OF_SSH);
                let _host = rest.next();
                skip_to_program(&mut rest);
                let far: Vec<Word<'t>> = rest.collect();
                match far.first().map(|word| word.quoted) {
                    Some(Some(place)) => read(text, place, depth + 1, found),
                    Some(None) => found.push(of(&far)),
                    None => {}
                }
            }
            _ => {}
        }
    }
}

/// Leaves out variables, and what begins a program.
fn skip_to_program<'t>(words: &mut Peekable<impl Iterator<Item = Word<'t>>>) {
    let is_variable = |word: &str| {
        let name = word.split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
    };
    loop {
        let Some(word) = words.peek().copied() else { return };
        if BEFORE.contains(&word.text) {
            words.next();
            skip_options(words, &VALUED);
        } else if word.text == "timeout" {
            words.next();
            skip_options(words, &VALUED);
            words.next();
        } else if is_variable(word.text) || word.text.chars().all(|c| c.is_ascii_digit()) {
            words.next();
        } else {
            return;
        }
    }
}

/// Leaves out options, and the values of those that have one.
fn skip_options<'t>(words: &mut Peekable<impl Iterator<Item = Word<'t>>>, valued: &[&str]) {
    while let Some(word) = words.next_if(|word| word.text.starts_with('-') && word.text.len() > 1) {
        if valued.contains(&word.text) {
            words.next();
        }
    }
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
    #[test_case("a 2>&1; b &> c" => "0+6 a 2>&1, 8+6 b &> c"; "redirections")]
    #[test_case("if X=1 sudo -u me timeout -k 5 10 a b; then c" => "0+37 a b, 39+6 c"; "what stands before a program")]
    #[test_case("ssh -p 22 h \"a; b c\"" => "0+20 ssh -p 22 h a; b c, 13+1 a, 16+3 b c"; "for another machine")]
    #[test_case("cat <<X > f; b\nc on\nX\nd" => "0+11 cat <<X > f, 13+1 b, 22+1 d"; "a text for a program")]
    #[test_case("a <<-'X Y' <<Z\nb\n\tX Y\nc\nZ\nd" => "0+14 a <<-'X Y <<Z, 26+1 d"; "two texts")]
    #[test_case("ssh h <<X\nb\nX" => "0+9 ssh h <<X, 0+9 <<X, 10+1 b, 12+1 X"; "a text of commands")]
    #[test_case("a $((1 <<2))\nb\nc <<<d\ne" => "0+12 a $((1 <<2)), 13+1 b, 15+6 c <<<d, 22+1 e"; "what is no such text")]
    #[test_case("ssh h a b" => "0+9 ssh h a b, 0+9 a b"; "for another machine, not in quotes")]
    #[test_case("x run w bash -lc 'a && b'" => "0+25 x run w bash -lc a && b, 18+1 a, 23+1 b"; "for a shell")]
    #[test_case("ssh h 'sh -c \"a; b\"'" => "0+20 ssh h sh -c \"a; b\", 7+12 sh -c a; b, 14+1 a, 17+1 b"; "in quotes in quotes")]
    fn commands(text: &str) -> String {
        let shown =
            super::commands(text).into_iter().map(|one| format!("{}+{} {}", one.at, one.width, one.words.join(" ")));
        shown.collect::<Vec<_>>().join(", ")
    }
}
