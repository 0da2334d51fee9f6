//! `tag/v1`: the tags that a commit gets.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::effect::EnsureTags;
use crate::version::Decision;

/// The tags that a commit gets; `actions` says what came of them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tag {
    /// The commit.
    pub sha: String,
    /// The version; `null` where there is nothing to release, or it is not known.
    pub version: Option<String>,
    /// The version tag.
    pub tag: Option<String>,
    /// The short-hash tag.
    pub short_tag: Option<String>,
    /// The tag of the last release before the commit.
    pub previous_tag: Option<String>,
    /// Digest of the clearance that it is tagged by, `sha256:` with lowercase hexadecimal digits; `null` without one.
    pub clearance: Option<String>,
    /// What is raised: `none`, `patch`, `minor`, `major`, or `initial` for the first release.
    pub bump: String,
}

impl Document for Tag {
    const NAME: &'static str = "tag/v1";
    const ACTS: bool = true;
}

impl Tag {
    /// The document of a decision and its tags.
    #[must_use]
    pub fn new(decision: &Decision, tags: Option<&EnsureTags>) -> Self {
        Self {
            sha: decision.head.to_string(),
            version: decision.version().map(ToString::to_string),
            tag: tags.map(|tags| tags.version_tag.clone()),
            short_tag: tags.map(|tags| tags.short_tag.clone()),
            previous_tag: decision.base.as_ref().map(|base| base.tag.clone()),
            clearance: None,
            bump: decision.raised().to_owned(),
        }
    }

    /// The document with the digest of the clearance.
    #[must_use]
    pub fn cleared_by(mut self, clearance: Option<String>) -> Self {
        self.clearance = clearance;
        self
    }
}
