//! Commits for references that are no branches: they hold a note, or a few files, and nothing of the work tree.

use anyhow::Result;
use jiff::Timestamp;

use super::{Repository, error, objects};
use crate::history::{Id, Person, Sha};

/// A regular file, as git writes it.
const REGULAR: i32 = 0o100_644;

impl Repository {
    /// Writes a commit of these files onto its parent. No reference is made.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be written, or the parent is not here.
    pub fn note(
        &self,
        author: &Person,
        when: Timestamp,
        message: &str,
        files: &[(&str, &[u8])],
        parent: Option<&Sha>,
    ) -> Result<Sha> {
        let parent = parent.map(|sha| objects::oid(&Id::try_from(sha)?)).transpose()?;
        let made = (|| {
            let mut tree = self.inner.treebuilder(None)?;
            for (name, bytes) in files {
                tree.insert(name, self.inner.blob(bytes)?, REGULAR)?;
            }
            let tree = self.inner.find_tree(tree.write()?)?;
            let time = git2::Time::new(when.as_second(), 0);
            let author = git2::Signature::new(&author.name, &author.email, &time)?;
            let parent = parent.map(|oid| self.inner.find_commit(oid)).transpose()?;
            let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
            self.inner.commit(None, &author, &author, message, &tree, &parents)
        })();
        objects::sha(made.map_err(|error| error::reading("a new commit", &error))?)
    }

    /// A commit and those before it, the newest first, each with its message.
    ///
    /// # Errors
    /// Exit code 3 where one of them cannot be read.
    pub fn noted_before(&self, tip: &Sha) -> Result<Vec<(Sha, String)>> {
        let oid = objects::oid(&Id::try_from(tip)?)?;
        let read = (|| {
            let (mut found, mut next) = (Vec::new(), Some(self.inner.find_commit(oid)?));
            while let Some(commit) = next {
                found.push((commit.id(), String::from_utf8_lossy(commit.message_bytes()).into_owned()));
                next = commit.parent(0).ok();
            }
            Ok(found)
        })();
        let found = read.map_err(|error: git2::Error| error::reading("the journals of the remote", &error))?;
        found.into_iter().map(|(oid, message)| Ok((objects::sha(oid)?, message))).collect()
    }

    /// A file at the top of a commit; `None` where it has none of this name.
    ///
    /// # Errors
    /// Exit code 3 where the commit or the file cannot be read.
    pub fn noted(&self, commit: &Sha, name: &str) -> Result<Option<Vec<u8>>> {
        let oid = objects::oid(&Id::try_from(commit)?)?;
        let read = (|| {
            let tree = self.inner.find_commit(oid)?.tree()?;
            let Some(entry) = tree.get_name(name) else { return Ok(None) };
            Ok(Some(self.inner.find_blob(entry.id())?.content().to_vec()))
        })();
        Ok(read.map_err(|error: git2::Error| error::reading("a journal of the remote", &error))?)
    }

    /// Writes a commit as [`Self::note`] does, onto the last one of a reference of the remote, and names it here until the next one is:
    /// what nothing names a `git gc --prune=now` takes away, and who made it goes on from it.
    ///
    /// # Errors
    /// As [`Self::note`].
    pub fn note_for(
        &self,
        reference: &str,
        author: &Person,
        (when, message): (Timestamp, &str),
        files: &[(&str, &[u8])],
        parent: Option<&Sha>,
    ) -> Result<Sha> {
        let made = self.note(author, when, message, files, parent)?;
        let name = reference.replacen("refs/zarpe/", "refs/zarpe/here/", 1);
        // Another process may name its own at this moment. Nothing is lost by it: what is not here is got from the remote.
        let _ = self.keep(&name, &made);
        Ok(made)
    }

    /// Whether a commit is here.
    ///
    /// # Errors
    /// Exit code 3 where the objects cannot be read.
    pub fn has(&self, commit: &Sha) -> Result<bool> {
        Ok(self.odb()?.exists(objects::oid(&Id::try_from(commit)?)?))
    }

    /// Names a commit here, so that it stays: a reference that is made, or moved to it.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be made.
    pub fn keep(&self, name: &str, commit: &Sha) -> Result<()> {
        let oid = objects::oid(&Id::try_from(commit)?)?;
        let made = self.inner.reference(name, oid, true, "zarpe");
        Ok(made.map(drop).map_err(|error| error::reading("a reference to a journal", &error))?)
    }

    /// How many bytes a file at the top of a commit has; `None` where it has none of this name.
    ///
    /// # Errors
    /// Exit code 3 where the commit or the file cannot be read.
    pub fn noted_length(&self, commit: &Sha, name: &str) -> Result<Option<usize>> {
        let oid = objects::oid(&Id::try_from(commit)?)?;
        let read = (|| {
            let tree = self.inner.find_commit(oid)?.tree()?;
            let Some(entry) = tree.get_name(name) else { return Ok(None) };
            Ok(Some(self.inner.odb()?.read_header(entry.id())?.0))
        })();
        Ok(read.map_err(|error: git2::Error| error::reading("a journal of the remote", &error))?)
    }
}
