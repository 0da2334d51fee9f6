//! The release notes. Pure: assessed commits in, sections and Markdown out.

pub mod changelog;
mod collect;
mod markdown;
mod summary;
mod words;

use jiff::civil::Date;
use semver::Version;

pub use collect::sections;
pub use markdown::Links;
pub use summary::{commits, summary};

use crate::config::Language;
use crate::history::Sha;
use crate::version::ApiChange;

/// The notes of one release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notes {
    /// What is released: a tag, or the end of the range as typed.
    pub name: String,
    /// Its version, where it has one.
    pub version: Option<Version>,
    /// Where the range begins: the tag of the last release, or as typed.
    pub previous: Option<String>,
    /// The day that stands in the heading.
    pub date: Date,
    /// The language of the headings.
    pub language: Language,
    /// What changed, in the order of the sections; none of them is empty.
    pub sections: Vec<Section>,
    /// What changed for callers of the API, by the difference of its documents.
    pub api: Vec<ApiChange>,
    /// Addresses on the web.
    pub links: Links,
}

/// A part of the notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub kind: Kind,
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
    /// What was released and is taken back.
    Reverts,
    /// Everything else.
    Others,
}

impl Kind {
    /// Every kind, in the order of the notes.
    pub const ALL: [Self; 6] =
        [Self::Breaking, Self::Features, Self::Fixes, Self::Performance, Self::Reverts, Self::Others];

    /// Its stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Features => "features",
            Self::Fixes => "fixes",
            Self::Performance => "performance",
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
    /// What it concerns.
    pub scope: Option<String>,
    /// What was done, without the number of the pull request.
    pub description: String,
    /// Number of the pull request that brought it.
    pub pull_request: Option<u64>,
    /// What callers must do, where it breaks them and says more than the description.
    pub upgrade: Option<String>,
}
