//! `notes/v1`: the release notes, in parts and as Markdown.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use super::next::Change;

/// The release notes, in parts and as Markdown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Notes {
    /// The notes; `null` where there is nothing to release, and with `--all`.
    pub notes: Option<Release>,
    /// With `--all`: the notes of every release, the newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub releases: Vec<Release>,
}

/// The notes of one release: what a template gets.
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
    /// The same as people write it.
    pub day: String,
    /// The language of the headings.
    pub language: String,
    /// What changed.
    pub sections: Vec<Section>,
    /// What changed for callers of the API.
    pub openapi: Vec<Change>,
    /// Who brought it.
    pub contributors: Vec<Contributor>,
    /// The files that it carries.
    pub assets: Vec<Asset>,
    /// Address of the repository's page.
    pub repository: Option<String>,
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
    /// `breaking`, `features`, `fixes`, `performance`, `security`, `deprecations`, `custom`, `reverts` or `others`.
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
    /// The type of the commit in lower case; empty where it has none.
    pub kind: String,
    /// What it concerns.
    pub scope: Option<String>,
    /// What was done.
    pub description: String,
    /// Number of the pull request.
    pub pull_request: Option<u64>,
    /// Its title; `null` where GitHub was not asked.
    pub title: Option<String>,
    /// Its labels; none where GitHub was not asked.
    pub labels: Vec<String>,
    /// What callers must do.
    pub upgrade: Option<String>,
    /// What it closes or names beside its pull request.
    pub issues: Vec<Issue>,
    /// The names of those who wrote it, the author first.
    pub authors: Vec<String>,
}

/// An issue that a change names.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Issue {
    /// How it is called.
    pub name: String,
    /// Its address, where another tracker has it.
    pub address: Option<String>,
    /// Whether the change closes it.
    pub closes: bool,
}

/// Somebody who brought a change.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Contributor {
    /// The name in the commit.
    pub name: String,
    /// The account on GitHub, where it is known.
    pub login: Option<String>,
    /// Whether nothing before is theirs; `null` where that was not looked for.
    pub first: Option<bool>,
    /// The pull request of their first change here.
    pub pull_request: Option<u64>,
}

/// A file that the release carries.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Asset {
    /// Its name.
    pub name: String,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}

impl Document for Notes {
    const NAME: &'static str = "notes/v1";
    const ACTS: bool = true;
}

impl Document for Release {
    const NAME: &'static str = "notes-context/v1";
}

impl Notes {
    /// The document of notes, or of nothing to release.
    #[must_use]
    pub fn new(notes: Option<&crate::notes::Notes>) -> Self {
        Self { notes: notes.map(Release::from), releases: Vec::new() }
    }

    /// The document of every release.
    #[must_use]
    pub fn all(releases: &[crate::notes::Notes]) -> Self {
        Self { notes: None, releases: releases.iter().map(Release::from).collect() }
    }
}

impl From<&crate::notes::Notes> for Release {
    fn from(notes: &crate::notes::Notes) -> Self {
        Self {
            name: notes.name.clone(),
            version: notes.version.as_ref().map(ToString::to_string),
            previous: notes.previous.clone(),
            date: notes.date.to_string(),
            day: notes.words.day(notes.date),
            language: notes.words.code.clone(),
            sections: notes.sections.iter().map(Section::from).collect(),
            openapi: notes.api.iter().map(Change::from).collect(),
            contributors: notes.contributors.iter().map(Contributor::from).collect(),
            assets: notes.assets.iter().map(Asset::from).collect(),
            repository: notes.links.repository.clone(),
            compare: notes.compare_address(),
            markdown: notes.document(),
            body: notes.body(),
        }
    }
}

impl From<&crate::notes::Section> for Section {
    fn from(section: &crate::notes::Section) -> Self {
        Self {
            kind: section.kind.as_str().to_owned(),
            heading: section.heading.clone(),
            entries: section.entries.iter().map(Entry::from).collect(),
        }
    }
}

impl From<&crate::notes::Entry> for Entry {
    fn from(entry: &crate::notes::Entry) -> Self {
        Self {
            sha: entry.commit.to_string(),
            kind: entry.kind.clone(),
            scope: entry.scope.clone(),
            description: entry.description.clone(),
            pull_request: entry.pull_request,
            title: entry.title.clone(),
            labels: entry.labels.clone(),
            upgrade: entry.upgrade.clone(),
            issues: entry.issues.iter().map(Issue::from).collect(),
            authors: entry.authors.iter().map(|person| person.name.clone()).collect(),
        }
    }
}

impl From<&crate::notes::Issue> for Issue {
    fn from(issue: &crate::notes::Issue) -> Self {
        Self { name: issue.name.clone(), address: issue.address.clone(), closes: issue.closes }
    }
}

impl From<&crate::notes::Contributor> for Contributor {
    fn from(person: &crate::notes::Contributor) -> Self {
        let crate::notes::Contributor { name, login, first, pull_request } = person.clone();
        Self { name, login, first, pull_request }
    }
}

impl From<&crate::notes::Asset> for Asset {
    fn from(asset: &crate::notes::Asset) -> Self {
        Self { name: asset.name.clone(), sha256: asset.sha256.clone() }
    }
}
