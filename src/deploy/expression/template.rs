//! A text in which `${{ … }}` stands.

use super::Wrong;
use super::evaluate::Scope;
use super::parser::{Expression, Reference};

/// A text in parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    parts: Vec<Part>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// As it is.
    Plain(String),
    /// The value of an expression.
    Value(Expression),
}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// What is wrong with one of its expressions, and where in the text.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        let (mut parts, mut rest, mut at) = (Vec::new(), text, 0);
        while let Some((plain, after)) = rest.split_once("${{") {
            if !plain.is_empty() {
                parts.push(Part::Plain(plain.to_owned()));
            }
            at += plain.chars().count();
            let open = || Wrong::new("this `${{` has no `}}`", at, 3).help("end the expression with }}");
            let end = end(after).ok_or_else(open)?;
            let (inside, after) = after.split_at_checked(end).ok_or_else(open)?;
            parts.push(Part::Value(Expression::parse_at(inside, at + 3)?));
            at += 3 + inside.chars().count() + 2;
            rest = after.strip_prefix("}}").unwrap_or(after);
        }
        if !rest.is_empty() {
            parts.push(Part::Plain(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    /// The text with each expression's value in its place.
    ///
    /// # Errors
    /// A name that is not there, or a function that cannot answer.
    pub fn render(&self, scope: &Scope<'_>) -> Result<String, Wrong> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Plain(plain) => text.push_str(plain),
                Part::Value(expression) => text.push_str(&expression.evaluate(scope)?.text()),
            }
        }
        Ok(text)
    }

    /// Its parts in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The names that its expressions ask for.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let of = |part: &Part| if let Part::Value(expression) = part { expression.references() } else { Vec::new() };
        self.parts.iter().flat_map(of).collect()
    }

    /// Those of them whose value is written whatever the others are: none that only decides, or stands beside an operator.
    #[must_use]
    pub fn written(&self) -> Vec<Reference> {
        let of = |part: &Part| if let Part::Value(expression) = part { expression.written() } else { Vec::new() };
        self.parts.iter().flat_map(of).collect()
    }

    /// What its expressions ask, by `==` and `!=`, whether it is this text.
    #[must_use]
    pub fn compared(&self) -> Vec<(Reference, String)> {
        let of = |part: &Part| if let Part::Value(expression) = part { expression.compared() } else { Vec::new() };
        self.parts.iter().flat_map(of).collect()
    }

    /// The one expression that it is, white space aside; `None` where it has none; the place of what is beside it otherwise.
    pub(super) fn into_single(self) -> Result<Option<Expression>, usize> {
        let mut found = None;
        let mut words = false;
        for part in self.parts {
            match part {
                Part::Plain(plain) => words |= !plain.trim().is_empty(),
                Part::Value(_) if found.is_some() => return Err(0),
                Part::Value(expression) => found = Some(expression),
            }
        }
        if words && found.is_some() { Err(0) } else { Ok(found) }
    }
}

/// Where `}}` ends an expression: not inside a text of it.
fn end(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut braces = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && braces == 1 => return at.checked_sub(1),
            _ => {}
        }
        braces = usize::from(byte == b'}' && !quoted);
    }
    None
}
