//! What libgit2 could not do, said in one line with the remedy.

use std::path::Path;

use crate::history::{Id, Sha};
use crate::report::Failure;

/// The repository could not be opened.
pub(super) fn opening(directory: &Path, error: &git2::Error) -> Failure {
    let (place, message) = (directory.display(), error.message());
    match error.code() {
        git2::ErrorCode::NotFound => {
            Failure::usage("git/not-a-repository", format!("{place} is not in a git repository"))
                .help("run zarpe in a clone, or name one with -C DIR")
        }
        git2::ErrorCode::Owner => {
            let path = std::path::absolute(directory).unwrap_or_else(|_| directory.to_path_buf());
            let path =
                path.components().filter(|part| *part != std::path::Component::CurDir).collect::<std::path::PathBuf>();
            Failure::cannot_tell(
                "git/owner",
                format!("{} belongs to another user, and git trusts only your own", path.display()),
            )
            .help(format!("if you trust it: git config --global --add safe.directory {}", path.display()))
        }
        _ if message.contains("object format") => Failure::cannot_tell(
            "git/sha256",
            "the repository uses SHA-256 names, which libgit2 1.9 cannot read (git can)",
        )
        .help("zarpe works on SHA-1 repositories (git init --object-format=sha1)"),
        _ if message.contains("unsupported extension") => Failure::cannot_tell(
            "git/extension",
            format!("the repository uses a form of storage that libgit2 1.9 cannot read (git can): {message}"),
        )
        .help("make a plain clone with `git clone --ref-format=files`, and run zarpe there"),
        _ => reading("the repository", error),
    }
}

/// HEAD leads to no commit.
pub(super) fn head(error: &git2::Error) -> Failure {
    match error.code() {
        git2::ErrorCode::UnbornBranch => {
            Failure::usage("git/empty", "the repository has no commit yet").help("commit something first")
        }
        _ => Failure::cannot_tell("git/corrupt", format!("the commit of HEAD cannot be read: {}", error.message()))
            .help("the repository is damaged: see `git fsck`, or clone it again"),
    }
}

/// A revision leads to no commit.
pub(super) fn revision(revision: &str, shallow: bool, error: &git2::Error) -> Failure {
    use git2::ErrorCode::{Ambiguous, InvalidSpec, NotFound, Peel};
    if !matches!(error.code(), Ambiguous | InvalidSpec | NotFound | Peel) {
        return reading(revision, error);
    }
    let help = match (error.code(), shallow) {
        (Ambiguous, _) => "give more digits of the name",
        (_, true) => "fetch what the shallow clone lacks: git fetch --unshallow --tags",
        (_, false) => "see `git tag` and `git log`; what is on the remote only must be fetched: git fetch --tags",
    };
    Failure::usage("git/revision", format!("`{revision}` names no commit of this clone")).help(help)
}

/// A range runs over the end of a shallow clone.
pub(super) fn shallow() -> Failure {
    Failure::cannot_tell("git/shallow", "the clone is shallow, and its history ends inside the range")
        .help("git fetch --unshallow --tags (in actions/checkout: fetch-depth: 0)")
}

/// An object could not be read.
pub(super) fn object(id: &Id, error: &git2::Error) -> Failure {
    let what = if error.code() == git2::ErrorCode::NotFound { "is missing" } else { "cannot be read" };
    Failure::cannot_tell("git/corrupt", format!("object {} {what}: {}", id.sha(), error.message()))
        .help("the repository is damaged: see `git fsck`, or clone it again")
}

/// A file of a commit could not be read.
pub(super) fn file(commit: &Sha, path: &str, error: &git2::Error) -> Failure {
    let failure =
        Failure::cannot_tell("git/file", format!("cannot read {path} of {}: {}", commit.short(), error.message()));
    if error.code() == git2::ErrorCode::NotFound {
        // A partial clone fetches a file's contents only when the git program asks for them.
        return failure.help(format!("the clone may be partial; fetch the file: git cat-file -e {commit}:{path}"));
    }
    failure.help("see `git fsck`, or clone it again")
}

/// Something could not be read.
pub(super) fn reading(what: &str, error: &git2::Error) -> Failure {
    Failure::cannot_tell("git/read", format!("cannot read {what}: {}", error.message()))
        .help("see `git fsck` and `git status`")
}

/// Something could not be written.
pub(super) fn writing(what: &str, error: &git2::Error) -> Failure {
    Failure::cannot_tell("git/write", format!("cannot write {what}: {}", error.message()))
        .help("see that the repository's folder can be written and has room")
}

/// A tag's lock does not go away: its holder is at work, or was killed and left it.
pub(super) fn locked(name: &str, lock: &Path) -> Failure {
    let message =
        format!("tag {name} cannot be written here: another program is writing it, or was killed while it was");
    Failure::cannot_tell("git/locked", message)
        .help(format!("if no git is running here: rm {}; then run it again", lock.display()))
}
