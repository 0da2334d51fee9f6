//! How a place of a document was reached. Its JSON Pointer is written only where somebody asks: of the places that a comparison
//! comes to, few are told.

use std::fmt::Write as _;
use std::rc::Rc;

use crate::yaml::Mark;

/// The way from the root of a document to a place, and where a person looks for it: at its key where it has one.
#[derive(Clone, Debug)]
pub(super) struct Trail<'a> {
    last: Option<Rc<Step<'a>>>,
    mark: Mark,
}

#[derive(Debug)]
struct Step<'a> {
    before: Option<Rc<Step<'a>>>,
    token: Token<'a>,
}

/// A step of the way: into a mapping, or into a list.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'a> {
    /// The value of a key.
    Key(&'a str),
    /// An item, from 0.
    Index(usize),
}

impl<'a> Trail<'a> {
    /// At the root.
    pub(super) fn root(mark: Mark) -> Self {
        Self { last: None, mark }
    }

    /// One step further.
    pub(super) fn then(&self, token: Token<'a>, mark: Mark) -> Self {
        Self { last: Some(Rc::new(Step { before: self.last.clone(), token })), mark }
    }

    /// The JSON Pointer (RFC 6901).
    pub(super) fn pointer(&self) -> String {
        let steps = std::iter::successors(self.last.as_deref(), |step| step.before.as_deref());
        let tokens: Vec<Token<'_>> = steps.map(|step| step.token).collect();
        tokens.iter().rev().fold(String::new(), |mut pointer, token| {
            pointer.push('/');
            match token {
                Token::Key(key) if key.contains(['~', '/']) => pointer.push_str(&escape(key)),
                Token::Key(key) => pointer.push_str(key),
                // Writing into a text does not fail.
                Token::Index(index) => _ = write!(pointer, "{index}"),
            }
            pointer
        })
    }

    /// Where it leads, for a finding.
    pub(super) fn spot(&self) -> Spot {
        Spot { pointer: self.pointer(), mark: self.mark }
    }
}

/// A token of a JSON Pointer.
pub(super) fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// Where a finding stands in one of the two documents; where the thing itself is not there, what encloses it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// JSON Pointer (RFC 6901).
    pub pointer: String,
    /// Line and column.
    pub mark: Mark,
}
