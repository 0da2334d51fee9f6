//! Files of the work tree.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use sha2::Digest as _;

use super::timed::{self, Timed};
use crate::report::Failure;

/// The bytes of a file; `None` where it is not there.
///
/// # Errors
/// Exit code 3 where it is there and cannot be read.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::cannot_tell("io/read", format!("cannot read {}: {error}", path.display())).into()),
    }
}

/// The rule of what names a folder and should name a file.
pub const FOLDER: &str = "io/folder";

/// How much is taken of what is no regular file: a device may give bytes without end.
const MOST: u64 = 64 << 20;

/// As [`read`], given up when the time is over: what a path leads to may be a pipe that says nothing.
///
/// # Errors
/// As [`read`], and with the rule [`TIMED_OUT`](super::timed::TIMED_OUT) where it did not come to its end in time, [`FOLDER`] where it is
/// a folder.
pub fn read_within(path: &Path, limit: Duration) -> Result<Option<Vec<u8>>> {
    use std::io::Read as _;
    let shown = path.display().to_string();
    let unreadable = |error: &std::io::Error| match error.kind() {
        std::io::ErrorKind::IsADirectory => {
            Failure::cannot_tell(FOLDER, format!("cannot read {shown}: it is a folder")).help("name a file in it")
        }
        _ => timed::unreadable(&shown, error),
    };
    let mut source = match Timed::open(path, limit) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(|error| unreadable(&error))?,
    };
    let most = if source.is_file() { u64::MAX } else { MOST };
    let mut bytes = Vec::new();
    source.by_ref().take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > most) {
        let message = format!("cannot read {shown}: it is no file, and gives more than {} MB", MOST >> 20);
        return Err(Failure::cannot_tell("io/read", message).help("name a file").into());
    }
    Ok(Some(bytes))
}

/// Whether nothing is at a path. What is there is not opened.
#[must_use]
pub fn is_missing(path: &Path) -> bool {
    std::fs::metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

/// Whether a path leads to a folder.
#[must_use]
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Whether a path leads to a regular file. What is there is not opened.
#[must_use]
pub fn is_regular(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|there| there.is_file())
}

/// All that is on standard input, given up when the time is over.
///
/// # Errors
/// Exit code 3 where it cannot be read, or does not come to its end in time.
pub fn standard_input(limit: Duration) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let read = Timed::standard_input(limit).and_then(|mut source| source.read_to_end(&mut bytes));
    read.map_err(|error| timed::unreadable("standard input", &error))?;
    Ok(bytes)
}

/// A path that means the same from everywhere; the file need not be there.
///
/// # Errors
/// Exit code 3 where the current folder is not known.
pub fn absolute(path: &Path) -> Result<std::path::PathBuf> {
    std::path::absolute(path).map_err(|error| {
        Failure::cannot_tell("io/path", format!("cannot tell where {} is: {error}", path.display())).into()
    })
}

/// What stands at a path that may lead out of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inside {
    /// The bytes of a file that is in the folder, all links followed.
    File(Vec<u8>),
    /// It is not in the folder.
    Outside,
    /// Nothing is there.
    Missing,
}

/// Reads a file where it lies in a folder, all links followed; what lies outside is not opened.
///
/// # Errors
/// Exit code 3 where it is there and cannot be read.
pub fn read_inside(folder: &Path, path: &Path) -> Result<Inside> {
    let (Ok(folder), Ok(whole)) = (folder.canonicalize(), path.canonicalize()) else { return Ok(Inside::Missing) };
    if !whole.starts_with(&folder) {
        return Ok(Inside::Outside);
    }
    if !whole.is_file() {
        return Ok(Inside::Missing);
    }
    Ok(read(&whole)?.map_or(Inside::Missing, Inside::File))
}

/// The path of a folder from another that holds it, all links followed, with `/`; `None` where it does not, or is not there.
#[must_use]
pub fn below(top: &Path, folder: &Path) -> Option<String> {
    let (top, folder) = (top.canonicalize().ok()?, folder.canonicalize().ok()?);
    let parts =
        folder.strip_prefix(top).ok()?.components().map(|part| part.as_os_str().to_str().map(ToOwned::to_owned));
    Some(parts.collect::<Option<Vec<String>>>()?.join("/"))
}

/// The path of a file from a folder that holds it, with `/`; `None` where it does not, or is not there.
#[must_use]
pub fn path_below(top: &Path, file: &Path) -> Option<String> {
    if !file.is_file() {
        return None;
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (folder, name) = (below(top, folder)?, file.file_name()?.to_str()?);
    Some(if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
}

/// Whether two paths lead to one file that is there.
#[must_use]
pub fn same(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok().zip(other.canonicalize().ok()).is_some_and(|(one, other)| one == other)
}

/// Replaces a file in one step, folders included: a reader sees the old bytes or the new ones, never half.
///
/// # Errors
/// Exit code 3 where the folder or the file cannot be written.
pub fn write(path: &Path, contents: &[u8]) -> Result<()> {
    replace(path, contents).map_err(|error| unwritable(path, &error).into())
}

/// As [`write()`] where nothing is there; whether nothing was.
///
/// # Errors
/// As [`write()`].
pub fn make(path: &Path, contents: &[u8]) -> Result<bool> {
    let file = staged(path, contents).map_err(|error| unwritable(path, &error))?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(there) if there.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(failed) => Err(unwritable(path, &failed.error).into()),
    }
}

fn unwritable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::cannot_tell("io/write", format!("cannot write {}: {error}", path.display()))
}

fn replace(path: &Path, contents: &[u8]) -> Result<()> {
    staged(path, contents)?.persist(path).context("the new file could not take the old one's place")?;
    Ok(())
}

/// A file that is to come to a path, whole and on the disk, under another name beside it.
pub(super) fn staged(path: &Path, contents: &[u8]) -> Result<tempfile::NamedTempFile> {
    use std::io::Write as _;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(contents)?;
    file.as_file().sync_all()?;
    let mode = std::fs::metadata(path).map(|old| old.permissions());
    #[cfg(unix)]
    let mode = mode.unwrap_or_else(|_| std::os::unix::fs::PermissionsExt::from_mode(0o644));
    #[cfg(unix)]
    file.as_file().set_permissions(mode)?;
    #[cfg(not(unix))]
    drop(mode);
    Ok(file)
}

/// An empty file that only its owner reads, in a folder that is made where it is not there.
///
/// # Errors
/// Exit code 3 where it cannot be made.
pub fn private(path: &Path) -> Result<()> {
    let made = (|| {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // To open a named pipe that was left there waits for its other end.
        if std::fs::symlink_metadata(path).is_ok_and(|there| !there.is_file()) {
            clear(path)?;
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)
    })();
    made.map(drop)
        .map_err(|error| Failure::cannot_tell("io/write", format!("cannot write {}: {error}", path.display())).into())
}

/// Removes whatever is at a path, a folder with all that is in it; a link is not followed.
fn clear(path: &Path) -> std::io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(there) if there.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Takes away what a program made at a path that was given to it for a file of its own, whatever that is. What cannot be removed
/// stays: it is no other's business, and [`private`] says so where the path is wanted again.
pub fn take_away(path: &Path) {
    let _ = clear(path);
}

/// Removes a file; one that is not there is no trouble.
///
/// # Errors
/// Exit code 3 where it is there and cannot be removed.
pub fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::cannot_tell("io/write", format!("cannot remove {}: {error}", path.display())).into())
        }
        _ => Ok(()),
    }
}

/// Whether a relative path names a regular file of a folder: no link on the way, and no `..`.
///
/// # Errors
/// Exit code 3 where a part of the path cannot be looked at.
pub fn is_regular_inside(folder: &Path, path: &Path) -> Result<bool> {
    let is_plain = |part| matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir);
    if !path.components().all(is_plain) {
        return Ok(false);
    }
    let mut here = folder.to_owned();
    let mut is_file = false;
    for part in path.components() {
        here.push(part);
        match std::fs::symlink_metadata(&here) {
            Ok(metadata) if metadata.is_symlink() => return Ok(false),
            Ok(metadata) => is_file = metadata.is_file(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(error) => {
                let message = format!("cannot look at {}: {error}", here.display());
                return Err(Failure::cannot_tell("io/read", message).into());
            }
        }
    }
    Ok(is_file)
}

/// How many bytes a file has.
///
/// # Errors
/// Exit code 3 where it cannot be looked at.
pub fn size(path: &Path) -> Result<u64> {
    let metadata = std::fs::metadata(path);
    metadata
        .map(|metadata| metadata.len())
        .map_err(|error| Failure::cannot_tell("io/read", format!("cannot look at {}: {error}", path.display())).into())
}

/// What a file holds, in few bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Bytes.
    pub size: u64,
    /// `sha256:` with the digest in lowercase hexadecimal, as GitHub and OCI write it.
    pub sha256: String,
}

/// Reads a file of any size in small pieces.
///
/// # Errors
/// Exit code 3 where it cannot be read.
pub fn fingerprint(path: &Path) -> Result<Fingerprint> {
    let unreadable = |error| Failure::cannot_tell("io/read", format!("cannot read {}: {error}", path.display()));
    let mut hasher = sha2::Sha256::new();
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let size = std::io::copy(&mut file, &mut hasher).map_err(unreadable)?;
    Ok(Fingerprint { size, sha256: format!("sha256:{:x}", hasher.finalize()) })
}
