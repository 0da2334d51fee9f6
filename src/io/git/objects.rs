//! Objects read raw from the database, once each: commits by their bytes, files only when asked for by name.

use std::path::Path;

use anyhow::Result;

use super::error;
use crate::history::{Commit, Id, Links, Sha};
use crate::report::Failure;

/// libgit2's name as ours.
pub(super) fn sha(oid: git2::Oid) -> Result<Sha> {
    Sha::parse(&oid.to_string())
}

/// Our name as libgit2's.
pub(super) fn oid(id: &Id) -> Result<git2::Oid> {
    git2::Oid::from_bytes(id.as_bytes()).map_err(|error| error::reading("a name", &error).into())
}

/// An object of a kind.
pub(super) fn read<'a>(odb: &'a git2::Odb<'_>, id: &Id) -> Result<git2::OdbObject<'a>> {
    odb.read(oid(id)?).map_err(|error| error::object(id, &error).into())
}

/// What the walk needs of a commit.
pub(super) fn links(odb: &git2::Odb<'_>, id: &Id) -> Result<Links> {
    Links::parse(read(odb, id)?.data()).ok_or_else(|| not_a_commit(id))
}

/// The commits in full.
pub(super) fn commits(odb: &git2::Odb<'_>, ids: &[Id]) -> Result<Vec<Commit>> {
    ids.iter().map(|id| Commit::parse(id, read(odb, id)?.data()).ok_or_else(|| not_a_commit(id))).collect()
}

/// The bytes of a file in a commit.
pub(super) fn file_at(repository: &git2::Repository, commit: &Sha, path: &str) -> Result<Option<Vec<u8>>> {
    let id = Id::try_from(commit)?;
    let tree = repository
        .find_commit(oid(&id)?)
        .and_then(|commit| commit.tree())
        .map_err(|error| error::file(commit, path, &error))?;
    let blob = match tree.get_path(Path::new(path)) {
        Ok(entry) if entry.kind() == Some(git2::ObjectType::Blob) => entry.id(),
        Ok(_) => return Ok(None),
        Err(error) if error.code() == git2::ErrorCode::NotFound && error.class() == git2::ErrorClass::Tree => {
            return Ok(None);
        }
        Err(error) => return Err(error::file(commit, path, &error).into()),
    };
    let blob = repository.find_blob(blob).map_err(|error| error::file(commit, path, &error))?;
    Ok(Some(blob.content().to_vec()))
}

/// Whether a path goes over a symbolic link, or is one.
pub(super) fn is_linked(repository: &git2::Repository, commit: &Sha, path: &str) -> Result<bool> {
    let id = Id::try_from(commit)?;
    let tree = repository
        .find_commit(oid(&id)?)
        .and_then(|commit| commit.tree())
        .map_err(|error| error::file(commit, path, &error))?;
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    let is_link = |part: &str| tree.get_path(Path::new(part)).is_ok_and(|entry| entry.filemode() == 0o120_000);
    Ok(ends.filter_map(|end| path.get(..end)).any(is_link))
}

/// What is said of an object that should be a commit.
pub(super) fn not_a_commit(id: &Id) -> anyhow::Error {
    Failure::cannot_tell("git/corrupt", format!("object {} is not a commit that can be read", id.sha()))
        .help("the repository is damaged: see `git fsck`, or clone it again")
        .into()
}
