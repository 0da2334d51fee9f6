//! `release/v1`: the stages of a release, and what would leave.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use super::tag::Tag;
use crate::effect::EnsureRelease;

/// The stages of a release, and what would leave; `actions` says what came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Release {
    /// The commit with its version and its tags.
    pub candidate: Tag,
    /// What was judged, in order.
    pub stages: Vec<Stage>,
    /// The notes, in Markdown; `null` where there is nothing to release.
    pub notes: Option<String>,
    /// The files to attach.
    pub assets: Vec<String>,
}

/// A stage of a release.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Stage {
    /// The subcommand that asks the same question alone.
    pub command: String,
    /// The exit code that it would have.
    pub exit: u8,
    /// The answer in one line.
    pub title: String,
    /// The document that it would print.
    pub document: serde_json::Value,
}

impl Document for Release {
    const NAME: &'static str = "release/v1";
    const ACTS: bool = true;
}

impl Release {
    /// The document of a release that was judged.
    #[must_use]
    pub fn new(candidate: Tag, stages: &[crate::report::Report], release: Option<&EnsureRelease>) -> Self {
        Self {
            candidate,
            stages: stages.iter().map(Stage::from).collect(),
            notes: release.map(|release| release.notes.clone()),
            assets: release
                .map(|release| release.assets.iter().map(|path| path.display().to_string()).collect())
                .unwrap_or_default(),
        }
    }
}

impl From<&crate::report::Report> for Stage {
    fn from(report: &crate::report::Report) -> Self {
        Self {
            command: report.command.to_owned(),
            exit: report.exit.code(),
            title: report.title.clone(),
            document: super::report(report),
        }
    }
}
