//! Which commits change something in a folder: trees are compared by name down the path, and no file is read.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use super::{Repository, error, objects};
use crate::history::{Commit, Id, Sha};
use crate::report::Failure;

impl Repository {
    /// The commits that `git log --full-history -- PATH` would show among these: what differs in the folder from its parent, a
    /// first commit that has it, and a merge that differs there from any of its parents.
    ///
    /// # Errors
    /// Exit code 2 where neither the head nor any of these commits has anything at the path, 3 where a tree cannot be read or the
    /// clone leaves trees out.
    pub fn touching(&self, head: &Sha, commits: &[Commit], path: &str) -> Result<HashSet<Sha>> {
        let odb = self.odb()?;
        let mut folder = Folder { odb: &odb, path, known: HashMap::new() };
        let mut is_there = folder.at(head)?.is_some();
        let mut touching = HashSet::new();
        for commit in commits {
            let own = folder.at(&commit.sha)?;
            is_there |= own.is_some();
            let mut differs = commit.parents.is_empty() && own.is_some();
            for parent in &commit.parents {
                let before = folder.at(parent)?;
                is_there |= before.is_some();
                differs |= before != own;
            }
            if differs {
                touching.insert(commit.sha.clone());
            }
        }
        if is_there {
            return Ok(touching);
        }
        Err(Failure::usage("version/path", format!("there is nothing at {path} in commit {}", head.short()))
            .help(
                "name a folder by its path from the top of the repository: --path DIR, or `version.path` in zarpe.yml",
            )
            .into())
    }
}

/// What stands at a path, commit by commit; each commit is read once.
struct Folder<'a> {
    odb: &'a git2::Odb<'a>,
    path: &'a str,
    known: HashMap<Sha, Option<Id>>,
}

impl Folder<'_> {
    /// The name of what stands at the path in a commit.
    fn at(&mut self, commit: &Sha) -> Result<Option<Id>> {
        if let Some(known) = self.known.get(commit) {
            return Ok(*known);
        }
        let id = Id::try_from(commit)?;
        let object = objects::read(self.odb, &id)?;
        let mut next = crate::history::root_tree(object.data()).ok_or_else(|| objects::not_a_commit(&id))?;
        let mut found = None;
        let mut parts = self.path.split('/').peekable();
        while let Some(part) = parts.next() {
            let tree = self.odb.read(objects::oid(&next)?).map_err(|error| missing_tree(&next, &error))?;
            // The entries are in git's order, and only one has the name.
            let Some((kind, entry)) = crate::history::tree_entry(tree.data(), part.as_bytes()) else { break };
            if parts.peek().is_none() {
                found = Some(entry);
            } else if kind != crate::history::EntryKind::Tree {
                break;
            }
            next = entry;
        }
        self.known.insert(commit.clone(), found);
        Ok(found)
    }
}

fn missing_tree(id: &Id, error: &git2::Error) -> Failure {
    if error.code() != git2::ErrorCode::NotFound {
        return error::object(id, error);
    }
    Failure::cannot_tell("git/no-trees", format!("tree {} is not in this clone", id.sha()))
        .help("a clone with --filter=tree:0 leaves it out: git fetch --refetch --filter=blob:none; else see `git fsck`")
}
