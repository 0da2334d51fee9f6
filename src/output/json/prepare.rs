//! `prepare/v1`: what the release pull request changes.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::history::Sha;

/// What the release pull request changes; `actions` says what came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Prepare {
    /// The commit that it goes onto.
    pub sha: String,
    /// The version; `null` where there is nothing to release, or it is not known.
    pub version: Option<String>,
    /// The branch that holds the changes.
    pub branch: Option<String>,
    /// The branch that it is to be merged into.
    pub base: Option<String>,
    /// The title of the pull request and of its commit.
    pub title: Option<String>,
    /// The files that change.
    pub files: Vec<Changed>,
}

/// A file that changes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Changed {
    /// Its path from the top.
    pub path: String,
    /// What changes, as `diff -u` has it.
    pub diff: String,
}

impl Document for Prepare {
    const NAME: &'static str = "prepare/v1";
    const ACTS: bool = true;
}

impl Prepare {
    /// Where there is nothing to prepare.
    #[must_use]
    pub fn nothing(sha: &Sha) -> Self {
        Self { sha: sha.to_string(), version: None, branch: None, base: None, title: None, files: Vec::new() }
    }
}
