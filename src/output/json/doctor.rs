//! `doctor/v1`: what is set up, and what is missing.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::report;

/// What is set up, and what is missing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Doctor {
    /// `yes` where everything that a release needs is here.
    pub verdict: Verdict,
    /// What was looked at, in order.
    pub lines: Vec<Line>,
}

/// One thing that a release needs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Line {
    /// What.
    pub what: String,
    /// Whether it is as it should be.
    pub verdict: Verdict,
    /// What was found.
    pub says: String,
    /// What to do, where it is not as it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// One of the three answers.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Shown to hold.
    Yes,
    /// Shown not to hold.
    No,
    /// Neither could be shown.
    CannotTell,
}

impl Document for Doctor {
    const NAME: &'static str = "doctor/v1";
}

impl Doctor {
    /// The document of a diagnosis.
    #[must_use]
    pub fn new(verdict: report::Verdict, lines: &[crate::doctor::Line]) -> Self {
        let line = |line: &crate::doctor::Line| Line {
            what: line.what.to_owned(),
            verdict: line.verdict.into(),
            says: line.says.clone(),
            remedy: line.remedy.clone(),
        };
        Self { verdict: verdict.into(), lines: lines.iter().map(line).collect() }
    }
}

impl From<report::Verdict> for Verdict {
    fn from(verdict: report::Verdict) -> Self {
        match verdict {
            report::Verdict::Yes => Self::Yes,
            report::Verdict::No => Self::No,
            report::Verdict::CannotTell => Self::CannotTell,
        }
    }
}
