//! The expressions of GitHub Actions, `${{ … }}`, as far as plans have them, and `safe()`.
//! Meaning: <https://docs.github.com/en/actions/reference/workflows-and-actions/expressions>.
//!
//! One thing is stricter: what is not defined is a mistake, never an empty text. An output that a step or a job could have given
//! and has not is nothing where a text only asks about it: in a condition, before `||` and `&&`, after `!`, and on either side of a
//! comparison, as in `steps.x.outputs.tag || 'none'`. Where it would be what is written, it is a mistake when the step runs.

mod evaluate;
mod functions;
mod lexer;
mod parser;
mod template;
mod value;

use std::fmt;

pub use evaluate::{Scope, Status};
pub use parser::{Expression, Reference};
pub use template::{Part, Template};
pub use value::{Value, folded};

/// Contexts whose names must be there: what they lack is a mistake, never nothing.
pub const CONTEXTS: [&str; 7] = ["env", "inputs", "needs", "secrets", "steps", "vars", "zarpe"];

/// Beside the contexts, under a name that no expression can write: the jobs that `needs` has by their names alone, and not in
/// `needs.*` or all of it.
pub const INDIRECT: &str = "needs (indirect)";

/// What is wrong with an expression, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What happened, in one sentence without a full stop.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
    /// The characters before the place, counted in the text that was read.
    pub at: usize,
    /// How many characters are meant.
    pub width: usize,
    /// The output that was a secret and is not known any more, where that is what is wrong: its context, and whose it is.
    pub withheld: Option<[String; 2]>,
}

impl Wrong {
    fn new(message: impl Into<String>, at: usize, width: usize) -> Self {
        Self { message: message.into(), help: None, at, width, withheld: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Wrong {}

/// The text with every `${{ … }}` replaced by its value.
///
/// # Errors
/// A mistake of the text, or a name that is not there.
pub fn render(text: &str, scope: &Scope<'_>) -> Result<String, Wrong> {
    Template::parse(text)?.render(scope)
}

/// Whether a condition (`if`, `post-if`) holds, written with or without `${{ }}`. One that asks for no status holds only
/// where `success()` does.
///
/// # Errors
/// A mistake of the text, or a name that is not there.
pub fn holds(condition: &str, scope: &Scope<'_>) -> Result<bool, Wrong> {
    let expression = condition_of(condition)?;
    if !expression.asks_for_status() && !scope.status.success {
        return Ok(false);
    }
    Ok(expression.ask(scope)?.is_true())
}

/// The expression of a condition.
///
/// # Errors
/// A mistake of the text.
pub fn condition_of(text: &str) -> Result<Expression, Wrong> {
    match Template::parse(text)?.into_single() {
        Ok(Some(expression)) => Ok(expression),
        Ok(None) => Expression::parse(text),
        Err(at) => Err(Wrong::new("a condition is one expression: text around `${{ }}` is always true", at, 3)
            .help("write the whole condition as one expression; `if` needs no `${{ }}`")),
    }
}

#[cfg(test)]
mod tests;
