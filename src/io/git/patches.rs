//! The differences of commits by name, as `git patch-id` has them.

use std::collections::HashMap;

use anyhow::Result;

use super::{Repository, error, objects};
use crate::history::{Id, Sha};

impl Repository {
    /// The names of the differences that these commits make; merges and empty commits have none. In a partial clone none is
    /// known: the contents of files are not fetched for it.
    ///
    /// # Errors
    /// Exit code 3 where a commit cannot be read.
    pub fn patch_ids(&self, remote: &str, commits: &[Sha]) -> Result<HashMap<Sha, Sha>> {
        let mut ids = HashMap::new();
        if commits.is_empty() || self.is_partial(remote)? {
            return Ok(ids);
        }
        for sha in commits {
            let id = Id::try_from(sha)?;
            let reading = |error: git2::Error| error::object(&id, &error);
            let commit = self.inner.find_commit(objects::oid(&id)?).map_err(reading)?;
            // The end of a shallow clone has parents that are not here, and so no difference.
            let Ok(parent) = commit.parent(0) else { continue };
            let (old, new) = (parent.tree().map_err(reading)?, commit.tree().map_err(reading)?);
            let diff = self.inner.diff_tree_to_tree(Some(&old), Some(&new), None).map_err(reading)?;
            if diff.deltas().len() > 0 {
                ids.insert(sha.clone(), objects::sha(diff.patchid(None).map_err(reading)?)?);
            }
        }
        Ok(ids)
    }
}
