//! The renderers: a report into what a person or a program reads. Pure: text in, text out.

pub mod escape;
mod human;
pub mod json;
mod markdown;
mod table;
#[cfg(test)]
mod tests;

use crate::cli::Format;
use crate::report::{Body, Failure, Report};

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The format of standard output.
    pub format: Format,
    /// Whether colours may be used on standard output.
    pub colour: bool,
    /// Whether colours may be used on standard error.
    pub colour_stderr: bool,
    /// How many columns the terminal of standard output has, where it is one.
    pub width: Option<usize>,
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
///
/// Standard output has the answer in the format asked for and nothing else. Where that form of the answer does not say
/// what needs attention (a text of its own, a document for a program), standard error says it.
#[must_use]
pub fn report(report: &Report, style: &Style) -> Rendered {
    let told = matches!(report.body, Body::Sections(_));
    let (stdout, told) = match style.format {
        Format::Human => (human::answer(report, style), told),
        Format::Markdown => (markdown::answer(report), told),
        Format::Json => (json::text(&json::report(report)), false),
        Format::Github | Format::Sarif => return failure(&not_yet(style.format), style),
    };
    Rendered { stdout, stderr: if told { String::new() } else { human::aside(report, style) } }
}

/// Renders what stopped a command.
#[must_use]
pub fn failure(failure: &Failure, style: &Style) -> Rendered {
    let stdout = match style.format {
        Format::Json => json::text(&json::failure(failure)),
        Format::Markdown => markdown::failure(failure),
        Format::Human | Format::Github | Format::Sarif => String::new(),
    };
    Rendered { stdout, stderr: human::failure(failure, style) }
}

fn not_yet(format: Format) -> Failure {
    Failure::not_supported(&format!("--format {format:?}").to_lowercase())
}
