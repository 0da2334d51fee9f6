//! What can be told without a network: git, the configuration, the clone.

use super::{Answer, Configuration, Line, Repository};
use crate::config::Config;

/// The oldest git that is given a token by its environment alone (`GIT_CONFIG_COUNT`); atomic pushes came with 2.4.
const OLDEST_GIT: (u32, u32) = (2, 31);

pub(super) fn git(answer: &Answer<String>) -> Line {
    let said = match answer {
        Ok(said) => said.trim(),
        Err(failure) => return Line::failed("git", failure),
    };
    let (major, minor) = OLDEST_GIT;
    match version(said) {
        Some(found) if found >= OLDEST_GIT => Line::yes("git", said),
        Some(_) => Line::no("git", format!("{said} is too old"), format!("install git {major}.{minor} or newer")),
        None => Line::cannot_tell(
            "git",
            format!("`git --version` prints `{said}`"),
            format!("use git {major}.{minor} or newer"),
        ),
    }
}

/// 2.47 of `git version 2.47.3 (Apple Git-1)`.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut parts = said.strip_prefix("git version ")?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.split_whitespace().next()?.parse().ok()?))
}

pub(super) fn configuration(answer: &Answer<Configuration>) -> Line {
    match answer {
        Ok(Configuration { file: Some(file), .. }) => Line::yes("configuration", file),
        Ok(Configuration { file: None, .. }) => {
            Line::yes("configuration", "none: the defaults hold (`zarpe init` writes one)")
        }
        Err(failure) => Line::failed("configuration", failure),
    }
}

pub(super) fn repository(found: &Repository, config: &Config) -> Vec<Line> {
    let mut lines = vec![head(found), history(found)];
    lines.extend(contents(found, config));
    lines.push(tags(found, config));
    lines.extend(files(found, config));
    if found.remote_address.is_none() {
        let name = &found.remote_name;
        lines.push(Line::no(
            "remote",
            format!("this repository has no remote `{name}`"),
            format!("git remote add {name} ADDRESS, or name another one with ZARPE_REMOTE"),
        ));
    }
    lines
}

fn head(found: &Repository) -> Line {
    let kind = if found.work_tree { "" } else { ", in a bare repository" };
    match &found.head {
        Ok((commit, Some(branch))) => Line::yes("repository", format!("on branch {branch} at {commit}{kind}")),
        Ok((commit, None)) => Line::yes("repository", format!("at {commit}, on no branch{kind}")),
        Err(failure) => Line::failed("repository", failure),
    }
}

fn history(found: &Repository) -> Line {
    if found.shallow {
        let remedy = "git fetch --unshallow --tags (in actions/checkout: fetch-depth: 0)";
        return Line::no("history", "the clone is shallow: what was released is not all here", remedy);
    }
    Line::yes("history", "whole")
}

/// A partial clone only lacks what nobody asks for, unless documents of older commits are compared.
fn contents(found: &Repository, config: &Config) -> Option<Line> {
    if !found.partial {
        return None;
    }
    let line = if config.openapi.is_empty() {
        Line::yes("file contents", "a partial clone, which is enough: no OpenAPI document is configured")
    } else {
        let says = "a partial clone: the documents of the last release may not be here";
        Line::no("file contents", says, "git fetch --refetch, or clone without --filter")
    };
    Some(line)
}

fn tags(found: &Repository, config: &Config) -> Line {
    let version = |tag: &&String| config.tag.name.version(tag);
    let releases: Vec<&String> = found.tags.iter().filter(|tag| version(tag).is_some()).collect();
    match releases.iter().copied().max_by_key(version) {
        Some(last) => Line::yes("releases", format!("{} here, the last is {last}", releases.len())),
        None => Line::yes("releases", "none here"),
    }
}

/// The files that the configuration names and git does not track.
fn files(found: &Repository, config: &Config) -> Vec<Line> {
    let schemas = config.openapi.iter().flat_map(|document| {
        let beside = [("ignore file", &document.ignore), ("used-by file", &document.used_by)];
        let beside = beside.into_iter().filter_map(|(what, path)| Some((what, path.as_ref()?)));
        [("OpenAPI document", &document.schema)].into_iter().chain(beside)
    });
    let assets = config.notes.assets.iter().map(|asset| ("asset", asset));
    let line = |(what, path): (&'static str, &String)| {
        if found.tracked.contains(path) {
            return Line::yes(what, path);
        }
        Line::no(what, format!("{path} is not tracked by git"), "commit it, or correct its path in zarpe.yml")
    };
    schemas.chain(assets).map(line).collect()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;
    use crate::report::Verdict;

    #[test_case("git version 2.47.3\n" => Verdict::Yes; "new")]
    #[test_case("git version 2.39.5 (Apple Git-154)" => Verdict::Yes; "of a vendor")]
    #[test_case("git version 3.0.0" => Verdict::Yes; "next major")]
    #[test_case("git version 2.30.9" => Verdict::No; "old")]
    #[test_case("git version 1.9" => Verdict::No; "very old")]
    #[test_case("hub" => Verdict::CannotTell; "something else")]
    fn a_git_is(said: &str) -> Verdict {
        git(&Ok(said.to_owned())).verdict
    }
}
