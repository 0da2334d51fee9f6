//! What the remote holds, and whether it would take a tag.

use super::{Line, Remote, Repository};
use crate::config::{Config, VersionTag};

pub(super) fn lines(found: &Remote, config: &Config, repository: Option<&Repository>) -> Vec<Line> {
    let address = repository.and_then(|repository| repository.remote_address.clone()).unwrap_or_default();
    let mut lines = vec![branch(found, &address)];
    lines.extend(repository.and_then(|repository| missing_tags(found, repository, &config.tag.name)));
    match &found.push {
        Some(Ok(())) => {
            lines.push(Line::yes(
                "push",
                "the remote would take a tag from here (tried without sending; its rules come later)",
            ));
        }
        Some(Err(failure)) => lines.push(Line::failed("push", failure)),
        None => {}
    }
    lines
}

fn branch(found: &Remote, address: &str) -> Line {
    match &found.branch {
        Some(branch) if found.has_branch => Line::yes("remote", format!("{address}, releases are made from {branch}")),
        Some(branch) => {
            let remedy = "push it, or name another one: `branch: …` in zarpe.yml";
            Line::no("remote", format!("{address} has no branch {branch}"), remedy)
        }
        None => {
            let says = format!("{address} does not say which branch is its default");
            Line::cannot_tell("remote", says, "name it: `branch: main` in zarpe.yml")
        }
    }
}

/// `next` is local: it needs the releases' tags here.
fn missing_tags(found: &Remote, repository: &Repository, names: &VersionTag) -> Option<Line> {
    let is_missing = |tag: &&String| names.version(tag).is_some() && !repository.tags.contains(tag);
    let missing: Vec<&String> = found.tags.iter().filter(is_missing).collect();
    let last = missing.iter().max_by_key(|tag| names.version(tag))?;
    let says = format!("{} of the remote's releases are not here, the last is {last}", missing.len());
    Some(Line::no("tags", says, "git fetch --tags"))
}
