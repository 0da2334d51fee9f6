//! The renderers: a report into what a person or a program reads. Pure: text in, text out.

pub mod escape;
mod github;
pub(crate) mod html;
mod human;
pub mod json;
mod markdown;
mod outputs;
mod sarif;
mod table;
#[cfg(test)]
mod tests;
mod words;

use crate::cli::Format;
use crate::config::Language;
use crate::report::{Body, Failure, Finding, Level, Report};

/// How to write.
#[derive(Clone, Copy, Debug, Default)]
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
    /// The language of the words before what is said, which is in it already.
    pub language: Language,
}

/// What goes to the two standard streams.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The answer.
    pub stdout: String,
    /// Everything beside the answer.
    pub stderr: String,
}

/// Renders the answer of a command.
#[must_use]
pub fn answer(answer: &Result<Report, Failure>, style: &Style) -> Rendered {
    match answer {
        Ok(found) => report(found, style),
        Err(stopped) => failure(stopped, style),
    }
}

/// Renders a report.
///
/// Standard output has the answer in the format asked for and nothing else. Where that form of the answer does not say
/// what needs attention (a text of its own, a document for a program), standard error says it. In GitHub Actions standard
/// error has annotations instead, whatever the format: standard output is often captured by a script.
#[must_use]
pub fn report(report: &Report, style: &Style) -> Rendered {
    let language = style.language;
    let stdout = match style.format {
        Format::Human => human::answer(report, style),
        Format::Markdown => {
            report.pages.as_ref().map_or_else(|| markdown::answer(report, language), |own| own.markdown.clone())
        }
        Format::Html => report.pages.as_ref().map_or_else(|| html::answer(report, language), |own| own.html.clone()),
        Format::Json => json::text(&json::report(report)),
        Format::Sarif => json::text(&sarif::report(report, language)),
        Format::Github => return Rendered { stdout: github::answer(report, style), stderr: String::new() },
    };
    let for_people = matches!(style.format, Format::Human | Format::Markdown | Format::Html);
    let stderr = match &report.body {
        _ if style.actions => github::aside(report, style),
        Body::Sections(_) if for_people => String::new(),
        _ => human::aside(report, style),
    };
    Rendered { stdout: if style.actions { harmless(stdout) } else { stdout }, stderr }
}

/// A report as a page of Markdown.
#[must_use]
pub fn markdown_of(report: &Report, language: Language) -> String {
    markdown::answer(report, language)
}

/// Renders what stopped a command.
#[must_use]
pub fn failure(failure: &Failure, style: &Style) -> Rendered {
    let language = style.language;
    let stdout = match style.format {
        Format::Human => String::new(),
        Format::Markdown => markdown::failure(failure, language),
        Format::Html => html::failure(failure, language),
        Format::Json => json::text(&json::failure(failure)),
        Format::Sarif => json::text(&sarif::failure(failure, language)),
        Format::Github => return Rendered { stdout: github::failure(failure, language), stderr: String::new() },
    };
    Rendered { stdout: if style.actions { harmless(stdout) } else { stdout }, stderr: aside(failure, style) }
}

/// What went wrong beside the answer, for standard error.
#[must_use]
pub fn aside(failure: &Failure, style: &Style) -> String {
    if style.actions { github::failure(failure, style.language) } else { human::failure(failure, style) }
}

/// The lines of `GITHUB_OUTPUT`: the report's values, and `result` with the verdict's word.
///
/// # Errors
/// Exit code 3 where a value contains `token`, which must be random.
pub fn step_outputs(answer: &Result<Report, Failure>, token: &str) -> anyhow::Result<String> {
    let (verdict, values) = match answer {
        Ok(report) => (report.verdict(), report.outputs.as_slice()),
        Err(failure) => (failure.exit.verdict(), &[][..]),
    };
    let values = values.iter().map(|value| (value.name.as_ref(), value.value.as_str()));
    outputs::lines(values.chain([("result", verdict.word())]), token)
}

/// The step's summary in Markdown, in at most `limit` bytes.
#[must_use]
pub fn summary(answer: &Result<Report, Failure>, language: Language, limit: usize) -> String {
    let text = match answer {
        Ok(report) => markdown::summary(report, language),
        Err(failure) => markdown::failure(failure, language),
    };
    markdown::bounded(text, limit)
}

/// The text in so many columns of a terminal, its end replaced by `…` where it is wider.
#[must_use]
pub fn fit(text: &str, room: usize) -> String {
    table::cut(text, Some(room))
}

/// The text as it is, unless GitHub's runner could find a command in it.
fn harmless(text: String) -> String {
    let seen = escape::visible(&text);
    let inert = escape::inert(&seen);
    if inert == seen { text } else { inert }
}

/// The findings that are shown.
fn shown<'a>(findings: &'a [Finding], style: &Style) -> impl Iterator<Item = &'a Finding> {
    let quiet = style.quiet;
    findings.iter().filter(move |finding| !quiet || finding.level == Level::Error)
}
