//! An expression's words: literals, names and signs, each with its place.

use super::Wrong;

/// The longest expression that is read, in characters, as on GitHub.
const LONGEST: usize = 21_000;

/// A word of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Name(String),
    /// One of `( ) [ ] . , * ! == != < <= > >= && ||`.
    Sign(&'static str),
}

/// A word and where it stands, in characters.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
    pub(super) width: usize,
}

/// The signs, longer ones first.
const SIGNS: [&str; 16] = ["==", "!=", "<=", ">=", "&&", "||", "(", ")", "[", "]", ".", ",", "*", "!", "<", ">"];

/// The words of a text; places count from `offset`.
pub(super) fn words(text: &str, offset: usize) -> Result<Vec<Placed>, Wrong> {
    let mut lexer = Lexer { rest: text, at: offset };
    if text.chars().count() > LONGEST {
        return Err(Wrong::new(format!("this expression is longer than {LONGEST} characters"), offset, 1));
    }
    let mut words: Vec<Placed> = Vec::new();
    loop {
        let space = lexer.rest.len() - lexer.rest.trim_start().len();
        lexer.take(space);
        if lexer.rest.is_empty() {
            return Ok(words);
        }
        let at = lexer.at;
        let after_value = words.last().is_some_and(|word| ends_a_value(&word.token));
        let token = lexer.token(after_value)?;
        words.push(Placed { token, at, width: lexer.at - at });
    }
}

/// Whether a point after this word asks for a part of it: else it begins a number.
fn ends_a_value(token: &Token) -> bool {
    matches!(token, Token::Name(_) | Token::Sign(")" | "]" | "*"))
}

struct Lexer<'t> {
    rest: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.at += taken.chars().count();
        taken
    }

    fn token(&mut self, after_value: bool) -> Result<Token, Wrong> {
        let first = self.rest.chars().next().unwrap_or_default();
        let second = self.rest.chars().nth(1).unwrap_or_default();
        let begins_number = first.is_ascii_digit()
            || matches!(first, '-' | '+')
            || first == '.' && second.is_ascii_digit() && !after_value;
        match first {
            '\'' => self.text(),
            '"' => Err(Wrong::new("a text in an expression stands in single quotes", self.at, 1).help("write 'text'")),
            _ if begins_number => self.number(),
            _ if first.is_ascii_alphabetic() || first == '_' => Ok(self.name()),
            _ => self.sign(first),
        }
    }

    fn sign(&mut self, first: char) -> Result<Token, Wrong> {
        if let Some(sign) = SIGNS.into_iter().find(|sign| self.rest.starts_with(sign)) {
            self.take(sign.len());
            return Ok(Token::Sign(sign));
        }
        let wrong = Wrong::new(format!("`{}` means nothing in an expression", first.escape_debug()), self.at, 1);
        Err(match first {
            '=' => wrong.help("write == to compare"),
            '&' => wrong.help("write && for and"),
            '|' => wrong.help("write || for or"),
            _ => wrong.help("operators: ! < <= > >= == != && ||"),
        })
    }

    /// A quote inside is written twice.
    fn text(&mut self) -> Result<Token, Wrong> {
        let start = self.at;
        self.take(1);
        let mut text = String::new();
        loop {
            let Some(end) = self.rest.find('\'') else {
                return Err(Wrong::new("this text has no end", start, 1).help("end it with a single quote"));
            };
            text.push_str(self.take(end));
            self.take(1);
            if !self.rest.starts_with('\'') {
                return Ok(Token::Text(text));
            }
            text.push_str(self.take(1));
        }
    }

    fn number(&mut self) -> Result<Token, Wrong> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let at = self.at;
        let word = self.take(end);
        let wrong = || Wrong::new(format!("`{word}` is no number"), at, word.chars().count());
        super::value::number(word).map(Token::Number).ok_or_else(wrong)
    }

    fn name(&mut self) -> Token {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        match self.take(end) {
            "null" => Token::Null,
            "true" => Token::Bool(true),
            "false" => Token::Bool(false),
            "NaN" => Token::Number(f64::NAN),
            "Infinity" => Token::Number(f64::INFINITY),
            name => Token::Name(name.to_owned()),
        }
    }
}
