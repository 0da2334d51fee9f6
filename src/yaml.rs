//! The only reader of YAML (and of JSON, which is YAML 1.2): spanned nodes, with budgets, and duplicate keys refused.
//! Configuration, plans and OpenAPI documents are read through it, so that the parser can be exchanged.

use anyhow::Result;
use serde::de::DeserializeOwned;

/// A place in a text. Both count from 1; columns count characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where the value begins.
    pub mark: Mark,
    /// The value.
    pub value: Value,
}

/// A value by the core schema of YAML 1.2.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`, and no other word.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Any other scalar.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// A mapping in the order of the file; keys are unique.
    Mapping(Vec<Entry>),
}

/// A number, as exactly as the text gives it.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// Fits 128 bits.
    Integer(i128),
    /// Has a fraction, an exponent, or is infinite or not a number.
    Float(f64),
    /// An integer of more than 128 bits, as written, without sign `+` and leading zeros.
    Big(String),
}

/// A key with its value. A key that is a number or a boolean is its text (`200:`).
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// Where the key begins.
    pub mark: Mark,
    /// The value.
    pub value: Node,
}

/// How much a document may ask for before it is refused.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nodes, aliases expanded.
    pub nodes: usize,
    /// Levels of nesting.
    pub depth: usize,
}

/// Parses one document.
///
/// # Errors
/// Exit code 2 with file, line and column: a syntax error, a duplicate key, a second document, a key that is no scalar, or
/// a document beyond the limits.
pub fn parse(_file: &str, _text: &str, _limits: Limits) -> Result<Node> {
    Err(crate::report::Failure::not_supported("yaml").into())
}

/// Parses one document into a type; an empty document is an empty mapping.
///
/// # Errors
/// As [`parse`], and a value that the type refuses, at its place; an unknown key with the nearest known one.
pub fn from_str<T: DeserializeOwned>(_file: &str, _text: &str) -> Result<T> {
    Err(crate::report::Failure::not_supported("yaml").into())
}
