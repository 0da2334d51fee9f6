//! Finds and reads `zarpe.yml`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::config::Config;

/// The configuration of the repository that holds `directory`, and the file it came from; the defaults where there is none.
///
/// # Errors
/// Exit code 2 where the file cannot be read or is wrong.
pub fn load(_directory: &Path, _file: Option<&Path>) -> Result<(Config, Option<PathBuf>)> {
    Ok((Config::default(), None))
}
