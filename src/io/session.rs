//! What the stages of one command share: each part of the world is opened once, when first asked for.

use std::path::PathBuf;

use anyhow::Result;
use tokio::sync::OnceCell;

use super::fetch;
use crate::cli::Fetch;
use crate::context::Context;
use crate::history::{Sha, Tag};
use crate::io::git::Repository;
use crate::io::github::GitHub;
use crate::io::remote::{References, Remote};
use crate::report::Failure;

/// The open repository with its remote and its GitHub.
pub struct Session<'cx> {
    /// What the command was given.
    pub cx: &'cx Context,
    /// The repository.
    pub repository: Repository,
    remote: OnceCell<Remote>,
    references: OnceCell<References>,
    github: OnceCell<GitHub>,
}

impl<'cx> Session<'cx> {
    /// Opens the repository.
    ///
    /// # Errors
    /// As [`Repository::open`].
    pub fn open(cx: &'cx Context) -> Result<Self> {
        Ok(Self {
            cx,
            repository: Repository::open(&cx.directory)?,
            remote: OnceCell::new(),
            references: OnceCell::new(),
            github: OnceCell::new(),
        })
    }

    /// Opens the repository, and where the command line says so fetches first what it lacks, as far as the last release before
    /// the commit. `own_tags`: whether a version tag at the commit itself is the last release.
    ///
    /// # Errors
    /// As [`Repository::open`], and exit code 3 where the remote does not give what is missing.
    pub async fn open_with(cx: &'cx Context, fetch: Fetch, revision: Option<&str>, own_tags: bool) -> Result<Self> {
        let session = Self::open(cx)?;
        if !fetch.fetch {
            return Ok(session);
        }
        fetch::fetch(&session, revision, own_tags).await?;
        // The library remembers what the clone was like when it was opened.
        Ok(Self { repository: Repository::open(&cx.directory)?, ..session })
    }

    /// The folder that paths of the configuration are relative to.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.repository.work_tree().unwrap_or_else(|| self.cx.directory.clone())
    }

    /// The address of the configured remote.
    ///
    /// # Errors
    /// Exit code 2 where the clone has none.
    pub fn remote_address(&self) -> Result<String> {
        let name = self.cx.remote_name();
        self.repository.remote_url(name)?.ok_or_else(|| {
            Failure::usage("remote/none", format!("this repository has no remote `{name}`"))
                .help(format!("git remote add {name} ADDRESS, or name another one with ZARPE_REMOTE"))
                .into()
        })
    }

    /// The configured remote.
    ///
    /// # Errors
    /// As [`Session::remote_address`] and [`Remote::new`].
    pub async fn remote(&self) -> Result<&Remote> {
        self.remote
            .get_or_try_init(|| async { Remote::new(&self.remote_address()?, &self.folder(), &self.cx.environment) })
            .await
    }

    /// What the remote holds, asked once.
    ///
    /// # Errors
    /// As [`Session::remote`] and [`Remote::references`].
    pub async fn references(&self) -> Result<&References> {
        self.references.get_or_try_init(|| async { self.remote().await?.references().await }).await
    }

    /// The remote's GitHub.
    ///
    /// # Errors
    /// As [`GitHub::connect`].
    pub async fn github(&self) -> Result<&GitHub> {
        self.github
            .get_or_try_init(|| async {
                let address = self.repository.remote_url(self.cx.remote_name())?;
                GitHub::connect(&self.cx.environment, address.as_deref())
            })
            .await
    }

    /// The branch that releases are made from: as configured, else the remote's default branch.
    ///
    /// # Errors
    /// Exit code 3 where neither is known.
    pub async fn branch(&self) -> Result<String> {
        if let Some(branch) = &self.cx.config.branch {
            return Ok(branch.clone());
        }
        self.references().await?.default_branch.clone().ok_or_else(|| {
            Failure::cannot_tell("remote/no-default-branch", "the remote does not say which branch is its default")
                .help("name it: `branch: main` in zarpe.yml")
                .into()
        })
    }

    /// The commit to judge: a revision of this clone, else the head of the branch on the remote. Pinned by being a value.
    ///
    /// # Errors
    /// Exit code 2 where the revision names no commit, 3 where the remote cannot be asked.
    pub async fn commit(&self, revision: Option<&str>) -> Result<Sha> {
        if let Some(revision) = revision {
            return self.repository.resolve(revision);
        }
        let branch = self.branch().await?;
        self.references().await?.branch(&branch).cloned().ok_or_else(|| {
            Failure::usage("remote/no-branch", format!("the remote has no branch `{branch}`"))
                .help("push it, or name another one: `branch: …` in zarpe.yml")
                .into()
        })
    }

    /// The same, and its history is here.
    ///
    /// # Errors
    /// As [`Session::commit`], and exit code 3 where this clone does not hold the commit.
    pub async fn commit_here(&self, revision: Option<&str>) -> Result<Sha> {
        let commit = self.commit(revision).await?;
        match self.repository.resolve(commit.as_str()) {
            Ok(commit) => Ok(commit),
            Err(_) => Err(Failure::cannot_tell(
                "history/not-here",
                format!("commit {} is on the remote, but not in this clone", commit.short()),
            )
            .help("git fetch --tags")
            .into()),
        }
    }

    /// Refuses a commit that is not part of the release branch on the remote: its tag would publish unreviewed commits.
    ///
    /// # Errors
    /// Exit code 1 where it is not part of it, 3 where this clone cannot tell.
    pub async fn require_on_branch(&self, commit: &Sha) -> Result<()> {
        let branch = self.branch().await?;
        let tip = self.commit_here(None).await?;
        if self.repository.is_ancestor(commit, &tip)? {
            return Ok(());
        }
        let message = format!("commit {} is not on `{branch}` of the remote ({})", commit.short(), tip.short());
        Err(Failure::refused("tag/not-on-branch", message)
            .help(format!("push it first, or tag a commit of {branch}: zarpe tag {}", tip.short()))
            .into())
    }

    /// The remote's tags.
    ///
    /// # Errors
    /// As [`Session::references`].
    pub async fn remote_tags(&self) -> Result<Vec<Tag>> {
        Ok(self.references().await?.tags())
    }
}
