//! Files of the work tree.

use std::path::Path;

use anyhow::{Context as _, Result};

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

/// Replaces a file in one step, folders included: a reader sees the old bytes or the new ones, never half.
///
/// # Errors
/// Exit code 3 where the folder or the file cannot be written.
pub fn write(path: &Path, contents: &[u8]) -> Result<()> {
    replace(path, contents)
        .map_err(|error| Failure::cannot_tell("io/write", format!("cannot write {}: {error}", path.display())).into())
}

fn replace(path: &Path, contents: &[u8]) -> Result<()> {
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
    file.persist(path).context("the new file could not take the old one's place")?;
    Ok(())
}
