//! A real repository in a scratch folder, made with the git program.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::invariants;
use super::run::{Zarpe, git};

/// A repository in a scratch folder; times and identities are fixed, so that every SHA is the same in every run.
pub struct Repo {
    folder: TempDir,
    path: PathBuf,
}

impl Repo {
    /// An empty repository on branch `main`.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("work");
        std::fs::create_dir(&path).unwrap();
        let repo = Self { folder, path };
        repo.git(["init", "--quiet", "--initial-branch=main"]);
        repo.git(["config", "user.name", "Ana Marina"]);
        repo.git(["config", "user.email", "ana@example.com"]);
        repo
    }

    /// The work tree.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The scratch folder that holds the work tree and whatever else a test needs.
    pub fn scratch(&self) -> &Path {
        self.folder.path()
    }

    /// Goes on in another folder of the scratch folder (a clone, a worktree).
    pub fn at(mut self, name: &str) -> Self {
        self.path = self.folder.path().join(name);
        self
    }

    /// Runs git here; its standard output without the last line end.
    #[track_caller]
    pub fn git<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> String {
        let mut command = git();
        let time = "2026-03-01T12:00:00+00:00";
        command.env("GIT_AUTHOR_DATE", time).env("GIT_COMMITTER_DATE", time);
        let output = command.current_dir(&self.path).args(args).output().expect("git starts");
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Writes a file of the work tree, folders included.
    pub fn write(self, path: &str, text: &str) -> Self {
        let path = self.path.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Commits all that is in the work tree; an empty commit where nothing changed.
    pub fn commit(self, message: &str) -> Self {
        self.git(["add", "--all"]);
        self.git(["commit", "--quiet", "--allow-empty", "--message", message]);
        self
    }

    /// A commit for each message.
    pub fn commits<'a>(self, messages: impl IntoIterator<Item = &'a str>) -> Self {
        messages.into_iter().fold(self, Self::commit)
    }

    /// An annotated tag at HEAD.
    pub fn tag(self, name: &str) -> Self {
        self.git(["tag", "--annotate", "--message", name, name]);
        self
    }

    /// Goes on in a shallow clone of this repository, as CI makes it: `depth` commits and no tags.
    pub fn shallow(self, depth: usize) -> Self {
        let source = format!("file://{}", self.path.display());
        self.git(["clone", "--quiet", "--no-tags", "--depth", &depth.to_string(), &source, "../shallow"]);
        self.at("shallow")
    }

    /// The SHA of a revision.
    pub fn sha(&self, revision: &str) -> String {
        self.git(["rev-parse", "--verify", &format!("{revision}^{{commit}}")])
    }

    /// The binary, about to run here.
    pub fn zarpe<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Zarpe {
        Zarpe::new(&self.path).args(args)
    }
}

impl Drop for Repo {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            invariants::of_files(self.folder.path());
        }
    }
}
