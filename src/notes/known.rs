//! What GitHub knows of the commits of a release beyond what they say themselves.

use std::collections::HashMap;

use super::identity;
use crate::history::{Person, Sha};

/// What GitHub knows; empty where it was not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The pull request that brought a commit.
    pub pulls: HashMap<Sha, Pull>,
    /// The account of a person, by [`identity`].
    pub accounts: HashMap<String, String>,
}

/// What GitHub says about a merged pull request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// The account that opened it; a program's ends with `[bot]`.
    pub author: Option<String>,
}

impl Known {
    pub(super) fn account(&self, person: &Person) -> Option<&String> {
        if self.accounts.is_empty() { None } else { self.accounts.get(&identity(person)) }
    }

    pub(super) fn pull(&self, commit: &Sha) -> Option<&Pull> {
        if self.pulls.is_empty() { None } else { self.pulls.get(commit) }
    }
}

/// The pull request that a commit's first line names, as GitHub writes it when it squashes: `text (#12)`.
#[must_use]
pub fn named_pull(subject: &str) -> Option<u64> {
    super::collect::without_number(subject).1
}
