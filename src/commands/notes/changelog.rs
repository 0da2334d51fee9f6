//! The changelog of the work tree with the entry of a release.

use std::path::Path;

use anyhow::Result;

use crate::context::Context;
use crate::effect::WriteFile;
use crate::io::files;
use crate::io::git::Repository;
use crate::notes::{Notes, changelog};
use crate::report::{Failure, Location};

/// The changelog with the entry of the release; a new one where there is none.
pub(super) fn entry(repository: &Repository, cx: &Context, file: &Path, notes: &Notes) -> Result<WriteFile> {
    let folder = repository.work_tree().unwrap_or_else(|| cx.directory.clone());
    let shown = file.display().to_string();
    let refuse = |line, why: String| {
        let place = Location { file: shown.clone(), line, column: None };
        Failure::usage("notes/changelog", why).at(place).help("mend the line; nothing was written")
    };
    let bytes = files::read(&folder.join(file))?;
    let text = match bytes {
        None => changelog::EMPTY.to_owned(),
        Some(bytes) => String::from_utf8(bytes).map_err(|error| {
            let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
            refuse(Some(line), "the changelog is not UTF-8".to_owned())
        })?,
    };
    let Some(release) = notes.release() else {
        return Err(Failure::usage("notes/changelog", "the notes are of no version").into());
    };
    let text =
        changelog::with_release(&text, &release).map_err(|unreadable| refuse(Some(unreadable.line), unreadable.why))?;
    Ok(WriteFile { path: file.to_owned(), contents: text.into_bytes() })
}
