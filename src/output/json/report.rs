//! What every document of a report says, and `report/v1`: the answer of a command that has nothing to add to it.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;

/// What the document of every command says. It is taken from the report when it is written, so that it is also true of
/// what happened after the command had judged.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Common {
    /// The subcommand, as typed.
    pub command: String,
    /// The exit code.
    pub exit: u8,
    /// The answer in one line.
    pub title: String,
    /// What needs attention, worst first.
    pub findings: Vec<Finding>,
}

/// The answer of a command that has no document of its own.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The answer, where it is a text of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Document for Report {
    const NAME: &'static str = "report/v1";
}

/// One thing that a person should know.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Finding {
    /// Stable id.
    pub rule: String,
    /// How much it matters.
    pub level: Level,
    /// What happened.
    pub message: String,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Worth a look before going on.
    Warning,
    /// Stops the release.
    Error,
}

/// A place in a file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Location {
    /// Path.
    pub file: String,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Column, from 1, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

impl From<&crate::report::Report> for Common {
    fn from(report: &crate::report::Report) -> Self {
        Self {
            command: report.command.to_owned(),
            exit: report.exit.code(),
            title: report.title.clone(),
            findings: report.findings.iter().map(Finding::from).collect(),
        }
    }
}

impl From<&crate::report::Report> for Report {
    fn from(report: &crate::report::Report) -> Self {
        let text = match &report.body {
            crate::report::Body::Text(text) => Some(text.clone()),
            crate::report::Body::Sections(_) => None,
        };
        Self { text }
    }
}

impl From<&crate::report::Finding> for Finding {
    fn from(finding: &crate::report::Finding) -> Self {
        let crate::report::Finding { rule, level, message, location, help, excerpt: _ } = finding.clone();
        Self { rule, level: level.into(), message, location: location.map(Location::from), help }
    }
}

impl From<crate::report::Level> for Level {
    fn from(level: crate::report::Level) -> Self {
        match level {
            crate::report::Level::Info => Self::Info,
            crate::report::Level::Warning => Self::Warning,
            crate::report::Level::Error => Self::Error,
        }
    }
}

impl From<crate::report::Location> for Location {
    fn from(crate::report::Location { file, line, column }: crate::report::Location) -> Self {
        Self { file, line, column }
    }
}
