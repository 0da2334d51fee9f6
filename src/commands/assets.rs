//! The files that a release carries: configured and named, each once, and as the commit holds them.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::effect::unfit_asset;
use crate::history::Sha;
use crate::io::files;
use crate::io::session::Session;
use crate::report::Failure;

/// The files to attach. What the commit holds must leave as the commit holds it.
///
/// # Errors
/// Exit code 2 where a file is not there, is no regular file of the work tree, or cannot be attached under its name, 1 where
/// it is not as the commit holds it.
pub(super) fn to_attach(session: &Session<'_>, commit: &Sha, given: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let configured = session.cx.config.notes.assets.iter().map(PathBuf::from);
    let mut assets: Vec<PathBuf> = Vec::new();
    for path in configured.chain(given.iter().cloned()) {
        refuse(session, commit, &path)?;
        if assets.contains(&path) {
            continue;
        }
        if let Some(other) = assets.iter().find(|other| other.file_name() == path.file_name()) {
            let message = format!("{} and {} would be one asset", other.display(), path.display());
            return Err(Failure::usage("release/asset-twice", message)
                .help("assets have no folders: give one of the files another name")
                .into());
        }
        assets.push(path);
    }
    Ok(assets)
}

fn refuse(session: &Session<'_>, commit: &Sha, path: &Path) -> Result<()> {
    let (shown, place) = (path.display(), session.folder().join(path));
    if !files::is_regular_inside(&session.folder(), path)? {
        return Err(Failure::usage("release/asset", format!("there is no file {shown} to attach"))
            .help("name a regular file inside the work tree; no link, and no `..`")
            .into());
    }
    if let Some(failure) = unfit_asset(path, files::size(&place)?) {
        return Err(failure.into());
    }
    let committed = session.repository.file_at(commit, &shown.to_string())?;
    if committed.is_some() && committed != files::read(&place)? {
        let message = format!("{shown} is not here as commit {} holds it", commit.short());
        return Err(Failure::refused("release/asset", message)
            .help(format!("git restore --source {} {shown}", commit.short()))
            .into());
    }
    Ok(())
}
