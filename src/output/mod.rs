//! The renderers: a report into what a person or a program reads. Pure: text in, text out.

pub mod json;

use crate::cli::Format;
use crate::report::{Failure, Report};

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The format of standard output.
    pub format: Format,
    /// Whether colours may be used.
    pub colour: bool,
    /// Leave out everything but the answer.
    pub quiet: bool,
    /// Say more.
    pub verbose: bool,
    /// Whether this is a job of GitHub Actions: annotations are written as well.
    pub actions: bool,
}

/// What goes to the two standard streams.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The answer.
    pub stdout: String,
    /// Everything beside the answer.
    pub stderr: String,
}

/// Renders a report.
#[must_use]
pub fn report(report: &Report, _style: &Style) -> Rendered {
    Rendered { stdout: format!("{}\n", report.title), stderr: String::new() }
}

/// Renders what stopped a command.
#[must_use]
pub fn failure(failure: &Failure, _style: &Style) -> Rendered {
    Rendered { stdout: String::new(), stderr: format!("error: {failure}\n") }
}
