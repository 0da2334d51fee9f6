//! The local repository, read through git2 and given as plain values. Writes nothing but objects and tags.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::config::VersionTag;
use crate::history::{Commit, History, Sha, Tag};
use crate::report::Failure;

/// An open repository.
pub struct Repository {
    #[allow(dead_code)]
    inner: git2::Repository,
}

/// Where HEAD is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The commit.
    pub commit: Sha,
    /// The branch, without `refs/heads/`; `None` where HEAD is detached.
    pub branch: Option<String>,
}

impl Repository {
    /// Opens the repository that holds the folder.
    ///
    /// # Errors
    /// Exit code 2 where there is none, 3 where it is there and cannot be read (foreign owner, sha256): each with its remedy.
    pub fn open(_directory: &Path) -> Result<Self> {
        Err(Failure::not_supported("git").into())
    }

    /// The work tree; `None` in a bare repository.
    #[must_use]
    pub fn work_tree(&self) -> Option<PathBuf> {
        None
    }

    /// Where HEAD is.
    ///
    /// # Errors
    /// Exit code 2 where there is no commit yet.
    pub fn head(&self) -> Result<Head> {
        Err(Failure::not_supported("git").into())
    }

    /// The commit that a revision names, as `git rev-parse REV^{commit}`.
    ///
    /// # Errors
    /// Exit code 2 where it names none.
    pub fn resolve(&self, _revision: &str) -> Result<Sha> {
        Err(Failure::not_supported("git").into())
    }

    /// Whether the clone's history ends before the first commit.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
    }

    /// Every tag that leads to a commit.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn tags(&self) -> Result<Vec<Tag>> {
        Err(Failure::not_supported("git").into())
    }

    /// What happened since the last release before `head`: the highest version of a tag that is its ancestor.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn history(&self, _head: &Sha, _names: &VersionTag) -> Result<History> {
        Err(Failure::not_supported("git").into())
    }

    /// The commits of `git rev-list exclude..head`, newest first.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn range(&self, _exclude: Option<&Sha>, _head: &Sha) -> Result<Vec<Commit>> {
        Err(Failure::not_supported("git").into())
    }

    /// The bytes of a file in a commit; `None` where it is not there.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn file_at(&self, _commit: &Sha, _path: &str) -> Result<Option<Vec<u8>>> {
        Err(Failure::not_supported("git").into())
    }

    /// The address of a remote, `insteadOf` not applied; `None` where there is no such remote.
    ///
    /// # Errors
    /// Exit code 3 where the configuration cannot be read.
    pub fn remote_url(&self, _name: &str) -> Result<Option<String>> {
        Err(Failure::not_supported("git").into())
    }
}
