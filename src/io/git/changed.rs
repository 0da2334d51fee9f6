//! Which files a commit changes.

use anyhow::Result;

use super::{Repository, error, objects};
use crate::history::{Id, Sha};

impl Repository {
    /// The paths that differ between two commits, old and new names alike, without a base all of them; no file is read.
    ///
    /// # Errors
    /// Exit code 3 where a commit or a tree cannot be read, or the clone leaves trees out.
    pub fn changed(&self, base: Option<&Sha>, head: &Sha) -> Result<Vec<String>> {
        let tree = |sha: &Sha| -> Result<git2::Tree<'_>> {
            let id = Id::try_from(sha)?;
            let found = self.inner.find_commit(objects::oid(&id)?).and_then(|commit| commit.tree());
            found.map_err(|error| error::reading(&format!("the files of commit {}", sha.short()), &error).into())
        };
        let old = base.map(tree).transpose()?;
        let diff = self.inner.diff_tree_to_tree(old.as_ref(), Some(&tree(head)?), None);
        let diff = diff.map_err(|error| error::reading(&format!("what commit {} changes", head.short()), &error))?;
        let paths = diff.deltas().flat_map(|delta| [delta.old_file().path_bytes(), delta.new_file().path_bytes()]);
        let mut paths: Vec<String> = paths.flatten().map(|path| String::from_utf8_lossy(path).into_owned()).collect();
        paths.sort();
        paths.dedup();
        Ok(paths)
    }
}
