//! The release notes. Pure: assessed commits in, sections and Markdown out.

mod categories;
pub mod changelog;
mod collect;
mod known;
mod markdown;
mod people;
pub mod preview;
mod references;
mod rules;
mod summary;
mod template;
mod words;

use std::sync::Arc;

use jiff::civil::Date;
use semver::Version;

pub use categories::categories;
pub use collect::sections;
pub use known::{Known, Pull, named_pull};
pub use markdown::Links;
pub use people::{Contributor, contributors, identity};
pub use preview::Proposal;
pub use references::{Issue, Tracker};
pub use rules::{Rule, Rules};
pub use summary::{commits, summary};
pub use template::{GIT_CLIFF, Template};
pub use words::Words;

use crate::history::{Person, Sha};
use crate::report::Finding;
use crate::version::ApiChange;

/// The notes of one release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notes {
    /// What is released: a tag, or the end of the range as typed; or that it is not released yet.
    pub name: String,
    /// What the range ends at: the tag, or as typed.
    pub tip: String,
    /// Its version, where it has one.
    pub version: Option<Version>,
    /// Where the range begins: the tag of the last release, or as typed.
    pub previous: Option<String>,
    /// The day that stands in the heading.
    pub date: Date,
    /// The words of the headings.
    pub words: Arc<Words>,
    /// What changed, in the order of the sections; none of them is empty.
    pub sections: Vec<Section>,
    /// What changed for callers of the API, by the difference of its documents.
    pub api: Vec<ApiChange>,
    /// Who brought it, in the order in which they first did.
    pub contributors: Vec<Contributor>,
    /// The files that the release carries.
    pub assets: Vec<Asset>,
    /// Addresses on the web.
    pub links: Links,
    /// All of it by a template, where there is one; the built-in form otherwise.
    pub templated: Option<String>,
    /// What who asked for them must know about how they came to be.
    pub remark: Option<Finding>,
}

/// A file that a release carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its name.
    pub name: String,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// A part of the notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub kind: Kind,
    /// Its heading; not yet escaped.
    pub heading: String,
    /// Its entries: by scope, then the oldest first.
    pub entries: Vec<Entry>,
}

/// What a section is about; the order is that of the notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What callers must change for.
    Breaking,
    /// What is new.
    Features,
    /// What works again.
    Fixes,
    /// What is faster.
    Performance,
    /// What is safer.
    Security,
    /// What will go.
    Deprecations,
    /// What the configuration names, by its place there.
    Custom(usize),
    /// What was released and is taken back.
    Reverts,
    /// Everything else.
    Others,
}

impl Kind {
    /// Every kind that needs no configuration, in the order of the notes.
    pub const ALL: [Self; 8] = [
        Self::Breaking,
        Self::Features,
        Self::Fixes,
        Self::Performance,
        Self::Security,
        Self::Deprecations,
        Self::Reverts,
        Self::Others,
    ];

    /// Its stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Features => "features",
            Self::Fixes => "fixes",
            Self::Performance => "performance",
            Self::Security => "security",
            Self::Deprecations => "deprecations",
            Self::Custom(_) => "custom",
            Self::Reverts => "reverts",
            Self::Others => "others",
        }
    }
}

/// One change in the notes; text from outside, not yet escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The commit.
    pub commit: Sha,
    /// The type as written, in lower case; empty where it has none.
    pub kind: String,
    /// What it concerns.
    pub scope: Option<String>,
    /// What was done, without the number of the pull request.
    pub description: String,
    /// The title of the pull request, where GitHub was asked.
    pub title: Option<String>,
    /// Its labels, where GitHub was asked.
    pub labels: Vec<String>,
    /// Number of the pull request that brought it.
    pub pull_request: Option<u64>,
    /// What callers must do, where it breaks them and says more than the description.
    pub upgrade: Option<String>,
    /// What it closes or names beside its pull request.
    pub issues: Vec<Issue>,
    /// Who wrote it: the author, then those whom its trailers name.
    pub authors: Arc<[Person]>,
}
