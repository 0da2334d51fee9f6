//! A copy of a work tree in a scratch folder, for commands that must not touch the work tree itself.
//!
//! In it is what git tracks and what it does not ignore, as it lies in the work tree, and a repository of its own at the same
//! commit that borrows the objects. A git command in it changes neither the branches nor the index of the real one.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Result;
use tempfile::TempDir;

use super::files;
use super::process::{self, Invocation, Limits};
use crate::fresh::{Entry, Files};
use crate::report::Failure;

/// Git copies no objects here, and a list of paths is all that it prints.
const LIMITS: Limits = Limits { time: Duration::from_secs(300), stdout: 256 << 20, stderr: 64 << 10 };

/// What git sets for its hooks: in the copy it would lead back to the real repository.
const OF_HOOKS: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"];

/// How old generated files look in the copy: 1 January 2000. Before 1980, makers of ZIP files would refuse them.
const OLD: Duration = Duration::from_secs(946_684_800);

/// The copy; it is gone when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    _folder: TempDir,
    top: PathBuf,
}

impl Scratch {
    /// Copies the work tree whose top this is, with these paths even where git ignores them.
    ///
    /// # Errors
    /// Exit code 3 where something cannot be read or written, or git fails.
    pub async fn copy(tree: &Path, ignored: &[String]) -> Result<Self> {
        let folder = tempfile::tempdir().map_err(|error| trouble("make a scratch folder", &error))?;
        let tree = tree.canonicalize().map_err(|error| trouble(&format!("find {}", tree.display()), &error))?;
        // Some generators write the folder's name.
        let name = tree.file_name().map_or_else(|| "tree".into(), ToOwned::to_owned);
        let top = folder.path().join(name);
        borrow(&tree, &top).await?;
        let copy = Copy { tree: &tree, top: &top };
        let listed = git(&tree, &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).await?;
        for path in listed.split(|byte| *byte == 0).filter(|path| !path.is_empty()) {
            let path = std::str::from_utf8(path).map_err(|_| {
                let name = String::from_utf8_lossy(path).into_owned();
                Failure::cannot_tell("io/path", format!("the name of {name} is not UTF-8")).help("rename it")
            })?;
            copy.path(Path::new(path))?;
        }
        for path in ignored {
            copy.path(Path::new(path))?;
        }
        Ok(Self { _folder: folder, top })
    }

    /// Its top.
    #[must_use]
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// Takes a path away, or makes it look as old as can be, so that a generator that goes by times makes it anew.
    ///
    /// # Errors
    /// Exit code 3 where that fails.
    pub fn prepare(&self, path: &str, remove: bool) -> Result<()> {
        let failed = |error| trouble(&format!("prepare the copy of {path}"), &error);
        if remove {
            let whole = self.top.join(path);
            let removed = match std::fs::symlink_metadata(&whole) {
                Ok(metadata) if metadata.is_dir() => std::fs::remove_dir_all(&whole),
                Ok(_) => std::fs::remove_file(&whole),
                Err(_) => Ok(()),
            };
            return Ok(removed.map_err(failed)?);
        }
        let old = SystemTime::UNIX_EPOCH + OLD;
        for (file, entry) in survey(&self.top, path)? {
            if let Entry::File { .. } = entry {
                let aged = std::fs::OpenOptions::new().append(true).open(self.top.join(&file));
                // A file that may not be written keeps its time: its generator has to replace it anyway.
                if let Ok(file) = aged {
                    file.set_modified(old).map_err(failed)?;
                }
            }
        }
        Ok(())
    }

    /// A command line that the user wrote, about to run at the top of the copy.
    #[must_use]
    pub fn shell(&self, command: &str) -> Invocation {
        OF_HOOKS.iter().fold(Invocation::shell(&self.top, command), |invocation, name| invocation.env(name, None))
    }
}

/// A repository without files at the same commit, that borrows every object of this one.
async fn borrow(tree: &Path, top: &Path) -> Result<()> {
    let (from, to) = (tree.display().to_string(), top.display().to_string());
    git(tree, &["clone", "--quiet", "--shared", "--no-checkout", "--", &from, &to]).await?;
    if git(tree, &["rev-parse", "--quiet", "--verify", "HEAD"]).await.is_ok() {
        git(top, &["read-tree", "HEAD"]).await?;
    }
    // Generators write links to the remote; the copy's own is a folder of this machine.
    if let Ok(address) = git(tree, &["config", "--get", "remote.origin.url"]).await {
        let address = String::from_utf8_lossy(&address).trim_end().to_owned();
        git(top, &["config", "remote.origin.url", &address]).await?;
    }
    Ok(())
}

async fn git(directory: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let invocation = Invocation::new(directory, "git", arguments.iter().copied());
    let invocation = OF_HOOKS.iter().fold(invocation, |invocation, name| invocation.env(name, None));
    let finished = process::run(&invocation, LIMITS).await?;
    if finished.succeeded() && !finished.stdout.cut {
        return Ok(finished.stdout.bytes);
    }
    let said = finished.stderr.text();
    let message = format!("git {} failed: {}", arguments.first().copied().unwrap_or_default(), said.trim_end());
    Err(Failure::cannot_tell("io/git", message).help("see what git itself says in this folder").into())
}

fn trouble(what: &str, error: &std::io::Error) -> Failure {
    Failure::cannot_tell("io/scratch", format!("cannot {what}: {error}"))
        .help("see that there is room in the folder for temporary files, and that both folders may be read and written")
}

struct Copy<'a> {
    tree: &'a Path,
    top: &'a Path,
}

impl Copy<'_> {
    /// Copies what stands at a path, a folder with all that is in it; what is not there is left out.
    fn path(&self, path: &Path) -> Result<()> {
        self.any(path).map_err(|error| trouble(&format!("copy {}", path.display()), &error).into())
    }

    fn any(&self, path: &Path) -> std::io::Result<()> {
        let (from, to) = (self.tree.join(path), self.top.join(path));
        let metadata = match std::fs::symlink_metadata(&from) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        if metadata.is_dir() {
            for entry in std::fs::read_dir(&from)? {
                let name = entry?.file_name();
                if name != ".git" {
                    self.any(&path.join(name))?;
                }
            }
            return std::fs::create_dir_all(&to);
        }
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder)?;
        }
        if std::fs::symlink_metadata(&to).is_ok() {
            std::fs::remove_file(&to)?;
        }
        if metadata.is_symlink() {
            let target = std::fs::read_link(&from)?;
            // An absolute link into the work tree would let a generator write there.
            let target = target.strip_prefix(self.tree).map(|inside| self.top.join(inside)).unwrap_or(target);
            return link(&target, &to);
        }
        if metadata.is_file() {
            std::fs::copy(&from, &to)?;
        }
        Ok(())
    }
}

#[cfg(unix)]
fn link(target: &Path, at: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(not(unix))]
fn link(_target: &Path, at: &Path) -> std::io::Result<()> {
    Err(std::io::Error::other(format!("{} is a symbolic link", at.display())))
}

/// What stands at a path below a folder.
///
/// # Errors
/// Exit code 3 where something cannot be read.
pub fn survey(top: &Path, path: &str) -> Result<Files> {
    let mut found = Files::new();
    let mut next = vec![path.to_owned()];
    while let Some(path) = next.pop() {
        let whole = top.join(&path);
        let unreadable = |error| trouble(&format!("read {path}"), &error);
        let metadata = match std::fs::symlink_metadata(&whole) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(unreadable(error).into()),
        };
        if metadata.is_dir() {
            for entry in std::fs::read_dir(&whole).map_err(unreadable)? {
                let name = entry.map_err(unreadable)?.file_name();
                let Some(name) = name.to_str() else {
                    let message = format!("a name in {path} is not UTF-8: {}", name.to_string_lossy());
                    return Err(Failure::cannot_tell("io/path", message).help("rename it").into());
                };
                if name != ".git" {
                    next.push(format!("{path}/{name}"));
                }
            }
        } else if metadata.is_symlink() {
            let target = std::fs::read_link(&whole).map_err(unreadable)?;
            // The copy's own place is no difference.
            let target = target.strip_prefix(top).map_or_else(|_| target.clone(), Path::to_owned);
            found.insert(path, Entry::Link(target.to_string_lossy().into_owned()));
        } else if metadata.is_file() {
            // What is neither (a socket, a pipe) no generator commits, and reading it may never end.
            let digest = files::fingerprint(&whole)?.sha256;
            found.insert(path, Entry::File { digest, executable: is_executable(&metadata) });
        }
    }
    Ok(found)
}

#[cfg(unix)]
fn is_executable(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_metadata: &std::fs::Metadata) -> bool {
    false
}
