//! `preview/v1`: what merging a pull request gives.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use super::notes::Section;
use crate::config::TagNames;
use crate::notes::{Notes, Proposal};
use crate::version::{Assessed, Decision, Reason};

/// What merging a pull request gives.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Preview {
    /// Number of the pull request, where it is known.
    pub pull_request: Option<u64>,
    /// Its title.
    pub title: String,
    /// The version that merging gives; `null` where nothing asks for one.
    pub version: Option<String>,
    /// Its tag.
    pub tag: Option<String>,
    /// The last release before it.
    pub previous: Option<String>,
    /// What is raised since the last release: `major`, `minor`, `patch`, `initial` or `none`.
    pub bump: String,
    /// What this pull request itself asks for.
    pub asks: String,
    /// Whether every first line that it brings is of a conventional commit.
    pub conventional: bool,
    /// What it adds to the notes.
    pub sections: Vec<Section>,
    /// The same in Markdown.
    pub markdown: String,
}

impl Document for Preview {
    const NAME: &'static str = "preview/v1";
}

impl Preview {
    /// The document of a preview.
    #[must_use]
    pub fn new(
        proposal: &Proposal,
        decision: &Decision,
        names: &TagNames,
        added: &Notes,
        brought: &[Assessed],
    ) -> Self {
        let speaks = |commit: &&Assessed| !matches!(commit.reason, Reason::Merge);
        Self {
            pull_request: proposal.number,
            title: proposal.title.clone(),
            version: decision.version().map(ToString::to_string),
            tag: decision.version().map(|version| names.name.name(version)),
            previous: decision.base.as_ref().map(|base| base.tag.clone()),
            bump: decision.raised().to_owned(),
            asks: brought.iter().map(|commit| commit.bump).max().unwrap_or_default().as_str().to_owned(),
            conventional: brought.iter().filter(speaks).all(|commit| commit.reading.flaw.is_none()),
            sections: added.sections.iter().map(Section::from).collect(),
            markdown: added.body(),
        }
    }
}
