//! `notes/v1`: the release notes, in parts and as Markdown.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use super::next::Change;
use crate::config::Language;

/// The release notes, in parts and as Markdown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Notes {
    /// The notes; `null` where there is nothing to release.
    pub notes: Option<Release>,
}

/// The notes of one release.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Release {
    /// What is released: a tag, or the end of the range as typed.
    pub name: String,
    /// Its version, where it has one.
    pub version: Option<String>,
    /// Where the range begins.
    pub previous: Option<String>,
    /// The day in the heading, ISO 8601.
    pub date: String,
    /// The language of the headings.
    pub language: String,
    /// What changed.
    pub sections: Vec<Section>,
    /// What changed for callers of the API.
    pub openapi: Vec<Change>,
    /// Address of the page that compares it with the release before.
    pub compare: Option<String>,
    /// All of it under a heading.
    pub markdown: String,
    /// The same without the heading, for the page of a release.
    pub body: String,
}

/// A part of the notes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Section {
    /// `breaking`, `features`, `fixes`, `performance`, `reverts` or `others`.
    pub kind: String,
    /// Its heading in the language of the notes.
    pub heading: String,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// One change; text as it was written, not escaped.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Entry {
    /// The commit.
    pub sha: String,
    /// What it concerns.
    pub scope: Option<String>,
    /// What was done.
    pub description: String,
    /// Number of the pull request.
    pub pull_request: Option<u64>,
    /// What callers must do.
    pub upgrade: Option<String>,
}

impl Document for Notes {
    const NAME: &'static str = "notes/v1";
    const ACTS: bool = true;
}

impl Notes {
    /// The document of notes, or of nothing to release.
    #[must_use]
    pub fn new(notes: Option<&crate::notes::Notes>) -> Self {
        Self { notes: notes.map(Release::from) }
    }
}

impl From<&crate::notes::Notes> for Release {
    fn from(notes: &crate::notes::Notes) -> Self {
        let section = |section: &crate::notes::Section| Section {
            kind: section.kind.as_str().to_owned(),
            heading: notes.heading(section).to_owned(),
            entries: section.entries.iter().map(Entry::from).collect(),
        };
        Self {
            name: notes.name.clone(),
            version: notes.version.as_ref().map(ToString::to_string),
            previous: notes.previous.clone(),
            date: notes.date.to_string(),
            language: match notes.language {
                Language::En => "en",
                Language::Es => "es",
            }
            .to_owned(),
            sections: notes.sections.iter().map(section).collect(),
            openapi: notes.api.iter().map(Change::from).collect(),
            compare: notes.compare_address(),
            markdown: notes.document(),
            body: notes.body(),
        }
    }
}

impl From<&crate::notes::Entry> for Entry {
    fn from(entry: &crate::notes::Entry) -> Self {
        Self {
            sha: entry.commit.to_string(),
            scope: entry.scope.clone(),
            description: entry.description.clone(),
            pull_request: entry.pull_request,
            upgrade: entry.upgrade.clone(),
        }
    }
}
