//! What a command found out, as plain values: every renderer reads these and nothing else.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// The three answers. What cannot be determined is never a yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Shown to hold.
    Yes,
    /// Shown not to hold.
    No,
    /// Neither could be shown: the network, a permission, a limit or missing history stood in the way.
    CannotTell,
}

impl Verdict {
    /// The word for programs: the `result` of a workflow step.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::CannotTell => "cannot-tell",
        }
    }
}

/// The exit codes of every subcommand. This enum is their only definition; the README's table is tested against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum ExitCode {
    /// Yes, or done.
    Done = 0,
    /// No: a gate refused, and the reason is on the screen.
    Refused = 1,
    /// The usage or the configuration is wrong.
    Usage = 2,
    /// Cannot tell: network, permission, rate limit, missing history.
    CannotTell = 3,
    /// Something committed is stale, and a command that fixes it is named.
    Stale = 4,
    /// Waiting for a person.
    Waiting = 5,
    /// Left in maintenance.
    Maintenance = 6,
}

impl ExitCode {
    /// Every code, in order.
    pub const ALL: [Self; 7] =
        [Self::Done, Self::Refused, Self::Usage, Self::CannotTell, Self::Stale, Self::Waiting, Self::Maintenance];

    /// The number that the process ends with.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// One line for the documentation.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "yes, or done",
            Self::Refused => "no: a gate refused, and the reason is on the screen",
            Self::Usage => "the usage or the configuration is wrong",
            Self::CannotTell => "cannot tell: network, permission, rate limit, missing history",
            Self::Stale => "something committed is stale, and a command that fixes it is named",
            Self::Waiting => "waiting for a person",
            Self::Maintenance => "left in maintenance",
        }
    }

    /// The answer that this code stands for.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Done => Verdict::Yes,
            Self::CannotTell => Verdict::CannotTell,
            Self::Refused | Self::Usage | Self::Stale | Self::Waiting | Self::Maintenance => Verdict::No,
        }
    }
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Yes => Self::Done,
            Verdict::No => Self::Refused,
            Verdict::CannotTell => Self::CannotTell,
        }
    }
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Worth a look before going on.
    Warning,
    /// Stops the release.
    Error,
}

/// A place in a file. Lines and columns count from 1; columns count characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// Path as the user would type it.
    pub file: String,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Column, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for part in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{part}")?;
        }
        Ok(())
    }
}

/// The line of a file that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line; text from outside, not yet escaped.
    pub line: String,
    /// How many characters are meant, from the finding's column on.
    pub width: usize,
}

/// One thing that a person should know: what happened, where, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable kebab-case id, `area/name` outside OpenAPI.
    pub rule: String,
    /// How much it matters.
    pub level: Level,
    /// What happened, in one sentence without a full stop.
    pub message: String,
    /// Where, if it has a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The line of that place, for people.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Finding {
    /// A finding without a place and without a remedy; add them with [`Finding::at`] and [`Finding::help`].
    pub fn new(rule: impl Into<String>, level: Level, message: impl Into<String>) -> Self {
        Self { rule: rule.into(), level, message: message.into(), location: None, excerpt: None, help: None }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// Shows the line of its place, out of the file's text; what is meant is the word that begins there.
    #[must_use]
    pub fn quoting(self, text: &str) -> Self {
        let word = |rest: &str| {
            let end = match rest.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    rest.char_indices().skip(1).find(|(_, c)| *c == quote).map(|(at, _)| at + 1)
                }
                _ => rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}')),
            };
            rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest).trim_end_matches(':').chars().count()
        };
        self.quoting_with(text, word)
    }

    /// As [`Finding::quoting`], with so many characters meant.
    #[must_use]
    pub fn quoting_span(self, text: &str, width: usize) -> Self {
        self.quoting_with(text, |rest| width.min(rest.trim_end().chars().count()))
    }

    fn quoting_with(mut self, text: &str, width: impl FnOnce(&str) -> usize) -> Self {
        let place = self.location.as_ref().and_then(|place| Some((place.line?, place.column?)));
        let line = place.and_then(|(line, _)| text.lines().nth(line.checked_sub(1)?));
        if let (Some((_, column)), Some(line)) = (place, line) {
            let rest: String = line.chars().skip(column.saturating_sub(1)).collect();
            self.excerpt = Some(Excerpt { line: line.to_owned(), width: width(&rest).max(1) });
        }
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Why a command could not do its job: a finding, and the exit code it ends with.
///
/// A problem that a command was asked to look for is a [`Finding`] in a [`Report`], never a `Failure`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What the process ends with.
    pub exit: ExitCode,
    /// What a person reads.
    pub finding: Finding,
}

impl Failure {
    /// The usage or configuration is wrong: exit 2.
    pub fn usage(rule: &'static str, message: impl Into<String>) -> Self {
        Self { exit: ExitCode::Usage, finding: Finding::new(rule, Level::Error, message) }
    }

    /// It cannot be determined: exit 3.
    pub fn cannot_tell(rule: &'static str, message: impl Into<String>) -> Self {
        Self { exit: ExitCode::CannotTell, finding: Finding::new(rule, Level::Error, message) }
    }

    /// Something else in the world says no: exit 1.
    pub fn refused(rule: &'static str, message: impl Into<String>) -> Self {
        Self { exit: ExitCode::Refused, finding: Finding::new(rule, Level::Error, message) }
    }

    /// What the product will do and does not do yet: exit 2.
    pub fn not_supported(what: &str) -> Self {
        Self::usage("usage/not-supported", format!("not supported: {what}"))
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.finding = self.finding.at(location);
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.finding = self.finding.help(help);
        self
    }

    /// Shows the line of its place, out of the file's text.
    #[must_use]
    pub fn quoting(mut self, text: &str) -> Self {
        self.finding = self.finding.quoting(text);
        self
    }

    /// The failure inside an error, wherever it was given context; any other error cannot tell (exit 3).
    #[must_use]
    pub fn from_error(error: &anyhow::Error) -> Self {
        error
            .chain()
            .find_map(|cause| cause.downcast_ref::<Self>())
            .cloned()
            .unwrap_or_else(|| Self::cannot_tell("internal/unexpected", format!("{error:#}")))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.finding.message)
    }
}

impl std::error::Error for Failure {}

/// How a row or a section stands; the renderers choose sign and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// Could not be determined.
    Unknown,
    /// Not finished yet.
    Pending,
    /// Neither good nor bad.
    Plain,
}

impl From<ExitCode> for Mark {
    fn from(exit: ExitCode) -> Self {
        match exit {
            ExitCode::Waiting => Self::Pending,
            _ => exit.verdict().into(),
        }
    }
}

impl From<Verdict> for Mark {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Yes => Self::Good,
            Verdict::No => Self::Bad,
            Verdict::CannotTell => Self::Unknown,
        }
    }
}

/// One line of a section's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// How it stands.
    pub mark: Mark,
    /// As many cells as the section has columns; text from outside, not yet escaped.
    pub cells: Vec<String>,
}

/// A part of a report: a heading with its summary, a table, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// How the part stands as a whole.
    pub mark: Mark,
    /// A word or two.
    pub heading: String,
    /// The rest of the heading's line.
    pub summary: String,
    /// Column names, for formats that need them.
    pub columns: Vec<&'static str>,
    /// The table.
    pub rows: Vec<Row>,
    /// What to do next.
    pub help: Option<String>,
}

impl Section {
    /// A section without a table; add rows with [`Section::row`].
    pub fn new(mark: Mark, heading: impl Into<String>, summary: impl Into<String>) -> Self {
        Self {
            mark,
            heading: heading.into(),
            summary: summary.into(),
            columns: Vec::new(),
            rows: Vec::new(),
            help: None,
        }
    }

    /// Names the columns.
    #[must_use]
    pub fn columns(mut self, columns: impl IntoIterator<Item = &'static str>) -> Self {
        self.columns = columns.into_iter().collect();
        self
    }

    /// Adds a row.
    pub fn row(&mut self, mark: Mark, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(Row { mark, cells: cells.into_iter().map(Into::into).collect() });
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What a person reads on standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The answer is a text of its own (a version, notes, a schema): it stands alone on standard output, byte for byte,
    /// and the title and the findings go to standard error.
    Text(String),
    /// The title, then sections.
    Sections(Vec<Section>),
}

/// A value that a later workflow step reads (`GITHUB_OUTPUT`, the action's outputs).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Kebab-case name, without `=`, `<<` or a line end; one that the user chose is taken as it is.
    pub name: Cow<'static, str>,
    /// Any text.
    pub value: String,
}

/// What a command found out.
#[derive(Clone, Debug)]
pub struct Report {
    /// The subcommand, as typed: `verify`, `openapi diff`.
    pub command: &'static str,
    /// What the process ends with; the verdict is derived from it.
    pub exit: ExitCode,
    /// Whether it is let pass though it was not shown: then the exit code alone says yes.
    pub is_let_pass: bool,
    /// How the answer stands, where the exit code alone does not say it.
    pub standing: Option<Mark>,
    /// The answer in one line.
    pub title: String,
    /// What a person reads.
    pub body: Body,
    /// What needs attention, worst first.
    pub findings: Vec<Finding>,
    /// What a later workflow step reads.
    pub outputs: Vec<Output>,
    /// The versioned JSON document of this command (`output::json`).
    pub document: serde_json::Value,
    /// Pages of its own, instead of the title and the sections.
    pub pages: Option<Pages>,
}

/// An answer that is a document of its own in the formats that people keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// As GitHub Flavored Markdown.
    pub markdown: String,
    /// As one HTML file.
    pub html: String,
}

impl Report {
    /// A report without findings, outputs and document.
    pub fn new(command: &'static str, exit: impl Into<ExitCode>, title: impl Into<String>, body: Body) -> Self {
        Self {
            command,
            exit: exit.into(),
            is_let_pass: false,
            standing: None,
            title: title.into(),
            body,
            findings: Vec::new(),
            outputs: Vec::new(),
            document: serde_json::Value::Null,
            pages: None,
        }
    }

    /// How the answer stands.
    #[must_use]
    pub fn mark(&self) -> Mark {
        self.standing.unwrap_or(if self.is_let_pass { Mark::Unknown } else { self.exit.into() })
    }

    /// What the answer is.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.is_let_pass { Verdict::CannotTell } else { self.exit.verdict() }
    }

    /// Adds a value for later workflow steps.
    #[must_use]
    pub fn output(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.outputs.push(Output { name: name.into(), value: value.into() });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_the_documented_numbers() {
        let codes: Vec<u8> = ExitCode::ALL.into_iter().map(ExitCode::code).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn only_done_is_a_yes() {
        for exit in ExitCode::ALL {
            assert_eq!(exit.verdict() == Verdict::Yes, exit == ExitCode::Done, "{exit:?}");
        }
    }

    #[test]
    fn a_failure_is_found_under_its_context() {
        let error = anyhow::Error::new(Failure::usage("x/y", "bad")).context("while reading");
        assert_eq!(Failure::from_error(&error).exit, ExitCode::Usage);
        assert_eq!(Failure::from_error(&anyhow::anyhow!("lost")).exit, ExitCode::CannotTell);
    }
}
