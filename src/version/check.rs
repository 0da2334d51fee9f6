//! What a version must not be: given twice, smaller than one before it, or ahead of a later line.

use anyhow::Result;
use semver::Version;

use super::{Line, Policy};
use crate::history::History;
use crate::report::Failure;

/// Refuses a version that is not greater than those before it, that is given already, or that runs ahead of a later line.
///
/// # Errors
/// Exit code 2 where a person named one that is too small, 1 for every other.
pub(super) fn check(history: &History, version: &Version, policy: &Policy) -> Result<()> {
    let before = [&history.base, &history.pre_release].into_iter().flatten();
    if let Some(release) = before.max_by_key(|release| &release.version).filter(|release| *version <= release.version) {
        return Err(Failure::usage(
            "version/not-greater",
            format!("{version} is not greater than {}, which is before this commit", release.version),
        )
        .help("name a greater version, or leave it to zarpe")
        .into());
    }
    if history.versions.contains(version) {
        return Err(Failure::refused(
            "version/taken",
            format!("{version} is released already, at a commit that is not before this one"),
        )
        .help("release from a commit behind it, or name a free version: --version X.Y.Z")
        .into());
    }
    if let Some(line) = policy.line.as_ref().filter(|line| line.is_before(version)) {
        return Err(beyond(line, history, version).into());
    }
    if policy.exactly.is_none()
        && let Some(later) = later_line(history).filter(|later| version >= later)
    {
        return Err(Failure::refused(
            "version/later-line",
            format!("{version} would run ahead of {later}, which is released from another branch"),
        )
        .help("keep what asks for it off this branch, or name the version: --version X.Y.Z")
        .into());
    }
    Ok(())
}

/// The lowest release of a later line (another major or minor part) that is not before this commit: where there is one, this
/// commit is on a maintenance branch.
fn later_line(history: &History) -> Option<&Version> {
    let base = &history.base.as_ref()?.version;
    let later =
        |version: &&Version| version.pre.is_empty() && (version.major, version.minor) > (base.major, base.minor);
    history.versions.iter().filter(later).min()
}

/// A version that the branch's own name rules out, whoever asks for it.
fn beyond(line: &Line, history: &History, version: &Version) -> Failure {
    let later = history.versions.iter().filter(|version| version.pre.is_empty() && line.is_before(version)).min();
    let first = later.map_or_else(String::new, |first| format!("; the next line begins at {first}"));
    Failure::refused(
        "version/maintenance-branch",
        format!("{version} is beyond the line {line} that branch `{}` is for{first}", line.branch),
    )
    .help("keep what asks for it off this branch, or release it from the branch of a later line")
}
