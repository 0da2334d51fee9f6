//! The only reader of YAML (and of JSON, which is YAML 1.2): spanned nodes, with budgets, and duplicate keys refused.
//! Configuration, plans and OpenAPI documents are read through it, so that the parser can be exchanged.

mod build;
mod core_schema;
mod de;
mod events;
mod json;
mod spanned;
#[cfg(test)]
mod tests;
mod texts;
mod written;

use anyhow::Result;
use serde::de::DeserializeOwned;
pub use texts::Text;

use crate::report::{Failure, Location};

pub use spanned::{Map, OneOrMany, Spanned};
pub use written::Written;

/// A place in a text. Both count from 1; columns count characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl Mark {
    /// The place in a file, for a report.
    #[must_use]
    pub fn in_file(self, file: &str) -> Location {
        Location { file: file.to_owned(), line: Some(self.line as usize), column: Some(self.column as usize) }
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where the value begins.
    pub mark: Mark,
    /// The value.
    pub value: Value,
}

impl Node {
    /// The value of a key, where this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Value::Mapping(entries) = &self.value else { return None };
        entries.iter().find(|entry| entry.key == *key).map(|entry| &entry.value)
    }
}

/// A value by the core schema of YAML 1.2.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`; `yes`, `no`, `on` and `off` are text.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Any other scalar; shared, for documents say the same words again and again.
    String(Text),
    /// A list.
    Sequence(Box<[Node]>),
    /// A mapping in the order of the file; keys are unique.
    Mapping(Box<[Entry]>),
}

/// A number, as exactly as the text gives it.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// Fits 64 bits with its sign.
    Integer(i64),
    /// Has a fraction, an exponent, or is infinite or not a number.
    Float(f64),
    /// An integer beyond that, as written, without sign `+` and leading zeros; of a plan's `with:` any number, as it is written.
    Big(Box<str>),
}

impl Number {
    /// The number that a text is, as a document has it; `None` where it is none.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        core_schema::number(text)
    }
}

/// A key with its value. A key that is a number or a boolean is its text (`200:`).
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key's text.
    pub key: Text,
    /// Where the key begins.
    pub mark: Mark,
    /// The value.
    pub value: Node,
}

/// How much a document may ask for before it is refused.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Values in the text itself.
    pub nodes: usize,
    /// Values that anchors and aliases copy, long texts counted by their length: the document's length does not bound them.
    pub copies: usize,
    /// Levels of nesting, aliases expanded. Small enough for code that follows a document by recursion.
    pub depth: usize,
}

impl Limits {
    /// For files that people write: `zarpe.yml` and plans.
    pub const CONFIG: Self = Self { nodes: 100_000, copies: 10_000, depth: 64 };
    /// For OpenAPI documents: ten times GitHub's own description.
    pub const OPENAPI: Self = Self { nodes: 10_000_000, copies: 500_000, depth: 256 };
}

/// Parses one document; an empty one is `null`.
///
/// # Errors
/// Exit code 2 with file, line and column: a syntax error, a duplicate key, a second document, a key that is no scalar, or
/// a document beyond the limits.
pub fn parse(file: &str, text: &str, limits: Limits) -> Result<Node> {
    let read = || match json::read(text, limits)? {
        Some(node) => Ok(node),
        None => events::read(text, limits),
    };
    read().map_err(|refusal: Refusal| refusal.in_file(file).into())
}

/// Parses one document into a type; an empty document is an empty mapping.
///
/// # Errors
/// As [`parse`] and [`from_node`].
pub fn from_str<T: DeserializeOwned>(file: &str, text: &str) -> Result<T> {
    from_node(file, &parse_file(file, text)?)
}

/// Parses a file that people write; an empty one is an empty mapping.
///
/// # Errors
/// As [`parse`].
pub fn parse_file(file: &str, text: &str) -> Result<Node> {
    let mut node = parse(file, text, Limits::CONFIG)?;
    if node.value == Value::Null {
        node.value = Value::Mapping(Box::default());
    }
    Ok(node)
}

/// Reads a parsed document into a type; `file` is its name for messages.
///
/// # Errors
/// Exit code 2 with file, line and column: a value that the type refuses, at its place; an unknown key with the nearest
/// known one; a missing key at the place of its mapping.
pub fn from_node<T: DeserializeOwned>(file: &str, node: &Node) -> Result<T> {
    de::read(node).map_err(|refusal| refusal.in_file(file).into())
}

/// Why a document was refused, and where.
#[derive(Debug)]
struct Refusal {
    rule: &'static str,
    /// `None` only until the place is known: the error of a value is made where its place is not.
    mark: Option<Mark>,
    message: String,
    help: Option<String>,
}

impl Refusal {
    fn new(rule: &'static str, mark: Mark, message: impl Into<String>) -> Self {
        Self { rule, mark: Some(mark), message: message.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn in_file(self, file: &str) -> Failure {
        let mark = self.mark.unwrap_or(Mark { line: 1, column: 1 });
        let mut failure = Failure::usage(self.rule, self.message).at(mark.in_file(file));
        failure.finding.help = self.help;
        failure
    }
}
