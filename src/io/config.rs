//! Finds and reads `zarpe.yml`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::config::Config;
use crate::report::Failure;

/// Where the file may be, from the repository's top.
const PLACES: [&str; 2] = ["zarpe.yml", ".github/zarpe.yml"];

/// The configuration of the repository that holds `directory`, and the file it came from; the defaults where there is none.
/// A `file` that is named is read instead, from where the process is.
///
/// # Errors
/// Exit code 2 where the file cannot be read or is wrong, or where there are two.
pub fn load(directory: &Path, file: Option<&Path>) -> Result<(Config, Option<PathBuf>)> {
    let Some(path) = file.map_or_else(|| find(directory), |file| Ok(Some(file.to_owned())))? else {
        return Ok((Config::default(), None));
    };
    let config = Config::parse(&path.display().to_string(), &text(&path)?)?;
    Ok((config, Some(path)))
}

fn find(directory: &Path) -> Result<Option<PathBuf>> {
    let top = top(directory);
    let mut there: Vec<PathBuf> = PLACES.iter().map(|place| top.join(place)).filter(|path| is_there(path)).collect();
    if let [one, other] = there.as_slice() {
        let message = format!("there are two configurations: {} and {}", one.display(), other.display());
        return Err(Failure::usage("config/two-files", message).help("keep one of them").into());
    }
    Ok(there.pop())
}

/// A link to nowhere is there as well: it is meant to be read.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The nearest folder upwards that holds `.git`, as a path that a person would type; the folder itself where there is none.
fn top(directory: &Path) -> PathBuf {
    let Ok(levels) = directory.canonicalize().map(|whole| whole.components().count()) else {
        return directory.to_owned();
    };
    let up = |level| if level == 0 { directory.to_owned() } else { directory.join(vec![".."; level].join("/")) };
    let top = (0..levels).map(up).find(|folder| folder.join(".git").exists());
    let top = top.unwrap_or_else(|| directory.to_owned());
    top.strip_prefix(".").map(Path::to_owned).unwrap_or(top)
}

fn text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|error| {
        let reason = if path.is_dir() { "it is a folder".to_owned() } else { error.to_string() };
        Failure::usage("config/unreadable", format!("cannot read the configuration {}: {reason}", path.display()))
            .help("name a file with --config FILE, or correct this one")
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        Failure::usage("config/encoding", format!("{} is not UTF-8, from line {line} on", path.display()))
            .help("save it again as UTF-8")
            .into()
    })
}
