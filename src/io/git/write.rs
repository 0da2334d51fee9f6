//! A commit made of another one and a few files, without a work tree and without an index.

use jiff::Timestamp;

use super::{Person, Repository, error, objects};
use crate::effect::WriteFile;
use crate::history::{Id, Sha};

impl Repository {
    /// Writes a commit on `base` with these files in place of its own, and no reference to it. A file keeps its mode.
    ///
    /// # Errors
    /// Exit code 3 where the base cannot be read or an object cannot be written.
    pub fn write_commit(
        &self,
        base: &Sha,
        files: &[WriteFile],
        person: &Person,
        when: Timestamp,
        message: &str,
    ) -> anyhow::Result<Sha> {
        let base = objects::oid(&Id::try_from(base)?)?;
        let write = || {
            let parent = self.inner.find_commit(base)?;
            let tree = parent.tree()?;
            let mut update = git2::build::TreeUpdateBuilder::new();
            for file in files {
                let blob = self.inner.blob(&file.contents)?;
                let is_program = tree.get_path(&file.path).is_ok_and(|entry| entry.filemode() == 0o100_755);
                let mode = if is_program { git2::FileMode::BlobExecutable } else { git2::FileMode::Blob };
                update.upsert(file.path.as_path(), blob, mode);
            }
            let tree = self.inner.find_tree(update.create_updated(&self.inner, &tree)?)?;
            let who = git2::Signature::new(&person.name, &person.email, &git2::Time::new(when.as_second(), 0))?;
            self.inner.commit(None, &who, &who, message, &tree, &[&parent])
        };
        objects::sha(write().map_err(|error| error::writing("the commit", &error))?)
    }

    /// Whether two commits have the same files, the same parents and the same message.
    ///
    /// # Errors
    /// Exit code 3 where one cannot be read.
    pub fn is_same_change(&self, one: &Sha, other: &Sha) -> anyhow::Result<bool> {
        let find = |sha: &Sha| {
            let oid = objects::oid(&Id::try_from(sha)?)?;
            self.inner.find_commit(oid).map_err(|error| anyhow::Error::from(error::reading("a commit", &error)))
        };
        let (one, other) = (find(one)?, find(other)?);
        let same_parents = one.parent_ids().eq(other.parent_ids());
        Ok(one.tree_id() == other.tree_id() && same_parents && one.message_bytes() == other.message_bytes())
    }
}
