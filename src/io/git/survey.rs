//! What a repository is like: its branches, its tracked files, the words of a tag.

use anyhow::Result;

use super::{Repository, error};

impl Repository {
    /// The default branch of a remote, as this clone remembers it; `None` where it does not.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn remote_head(&self, remote: &str) -> Result<Option<String>> {
        let prefix = format!("refs/remotes/{remote}/");
        match self.inner.find_reference(&format!("{prefix}HEAD")) {
            Ok(head) => {
                let target = head.symbolic_target().ok().flatten();
                Ok(target.and_then(|name| name.strip_prefix(&prefix)).map(ToOwned::to_owned))
            }
            // A remote's name that makes no name of a reference has no HEAD either.
            Err(error) if matches!(error.code(), git2::ErrorCode::NotFound | git2::ErrorCode::InvalidSpec) => Ok(None),
            Err(error) => Err(error::reading("the remote's HEAD", &error).into()),
        }
    }

    /// The names of the local branches; one that is not UTF-8 is left out.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn branches(&self) -> Result<Vec<String>> {
        let reading = |error: git2::Error| error::reading("the branches", &error);
        let branches = self.inner.branches(Some(git2::BranchType::Local)).map_err(reading)?;
        let mut names = Vec::new();
        for branch in branches {
            let (branch, _) = branch.map_err(reading)?;
            names.extend(branch.name().ok().flatten().map(ToOwned::to_owned));
        }
        Ok(names)
    }

    /// The paths of the tracked files, from the top; one that is not UTF-8 is left out.
    ///
    /// # Errors
    /// Exit code 3 where the index cannot be read.
    pub fn tracked(&self) -> Result<Vec<String>> {
        let index = self.inner.index().map_err(|error| error::reading("the index", &error))?;
        Ok(index.iter().filter_map(|entry| String::from_utf8(entry.path).ok()).collect())
    }

    /// Whether the clone leaves objects to a remote (`--filter`).
    ///
    /// # Errors
    /// Exit code 3 where the configuration cannot be read.
    pub fn is_partial(&self, remote: &str) -> Result<bool> {
        let promised = self.configured(&format!("remote.{remote}.promisor"))?;
        Ok(promised.as_deref() == Some("true") || self.configured("extensions.partialclone")?.is_some())
    }

    /// The message of an annotated tag; `None` where it is not annotated, or not there.
    #[must_use]
    pub fn tag_message(&self, name: &str) -> Option<String> {
        let tag = self.inner.find_reference(&format!("refs/tags/{name}")).ok()?.peel_to_tag().ok()?;
        Some(String::from_utf8_lossy(tag.message_bytes()?).into_owned())
    }
}
