//! What a version is decided by beside its history: gathered here for every command that decides one.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use crate::commands::next::Wanted;
use crate::commands::pairs;
use crate::config::{VersionSource, folder_inside};
use crate::context::Context;
use crate::history::{Copy, Elsewhere, Fate, History, Sha, copies, fates, suspects};
use crate::io::git::Repository;
use crate::io::github::{GitHub, labels};
use crate::report::Failure;
use crate::version::{Api, Facts, Labels, steps};

/// Gathers the facts about a range, as far as what is wanted needs them.
///
/// # Errors
/// Exit code 2 where the path is none, 3 where the repository cannot be read.
pub(super) async fn facts(
    cx: &Context,
    repository: &Repository,
    history: &History,
    wanted: &Wanted,
    asked_remote: bool,
) -> Result<Facts> {
    // What is not whole is not decided on: there is nothing to weigh.
    if history.cut_off.is_some() {
        return Ok(Facts { asked_remote, ..Facts::default() });
    }
    let path = match &wanted.path {
        Some(path) => Some(folder_inside(path).map_err(|error| {
            Failure::usage("version/path", error).help("name a folder by its path from the top of the repository")
        })?),
        None => cx.config.version.path.clone(),
    };
    let only = match path {
        Some(path) => {
            let touching = repository.touching(&history.head, &history.commits, &path)?;
            Some((path, touching))
        }
        None => None,
    };
    let labelled = history
        .commits
        .iter()
        .filter(|commit| only.as_ref().is_none_or(|(_, touching)| touching.contains(&commit.sha)));
    Ok(Facts {
        api: api(cx, repository, history)?,
        labels: match &wanted.version {
            // Whoever names the version asks no label.
            Some(_) => Labels::NotAsked,
            None => labels_of(cx, repository, history, &labelled.cloned().collect::<Vec<_>>()).await?,
        },
        copies: copies_of(cx, repository, history)?,
        only,
        asked_remote,
    })
}

/// What changed in the OpenAPI documents since the last release.
fn api(cx: &Context, repository: &Repository, history: &History) -> Result<Api> {
    let asked = cx.config.version.from.contains(&VersionSource::Openapi);
    let Some(base) = history.base.as_ref().filter(|_| asked && !cx.config.openapi.is_empty()) else {
        return Ok(Api::NotCompared);
    };
    let pairs = cx.config.openapi.iter().map(|document| {
        let mut pair = pairs::pair(repository, document, &base.tag, &base.commit, &history.head)?;
        // Of a document of several files it is not told which commit changed which.
        if pair.whole.is_none() && pair.old.is_some() && pair.new.is_some() && pair.old != pair.new {
            let touching = repository.touching(&history.head, &history.commits, &document.schema)?;
            pair.steps = steps(&history.head, &history.commits, &touching);
        }
        Ok(pair)
    });
    let pairs = pairs.collect::<Result<Vec<_>>>()?;
    // Where a document cannot be read on the way, the commits around it are named.
    let mut load = |schema: &str, commit: &Sha| repository.file_at(commit, schema).ok().flatten();
    Ok(Api::of(&pairs, cx.now.to_zoned(jiff::tz::TimeZone::UTC).date(), &mut load))
}

/// The labels of the pull requests; the first release asks nobody.
async fn labels_of(
    cx: &Context,
    repository: &Repository,
    history: &History,
    commits: &[crate::history::Commit],
) -> Result<Labels> {
    if !cx.config.version.from.contains(&VersionSource::Labels) || history.base.is_none() {
        return Ok(Labels::NotAsked);
    }
    let address = repository.remote_url(cx.remote_name())?;
    let seen = match GitHub::connect(&cx.environment, address.as_deref()) {
        Ok(github) => labels::labels(&github, commits).await,
        Err(error) => Err(error),
    };
    Ok(seen.map_or_else(|error| Labels::CannotTell(Failure::from_error(&error)), Labels::Seen))
}

/// The commits that bring what was there already: in the range itself, or in a later release of the base's own line, which was
/// made from another branch.
fn copies_of(cx: &Context, repository: &Repository, history: &History) -> Result<HashMap<Sha, Copy>> {
    let (mut elsewhere, mut taken_back): (Vec<Elsewhere>, HashSet<Sha>) = Default::default();
    let base = history.base.as_ref().map(|base| &base.commit);
    for release in &history.beside {
        // The highest comes first: what it took back, the lower ones no longer bring. What a shallow clone does not show is not left out.
        let Ok(commits) = repository.range(base, &release.commit) else { continue };
        let fates = fates(&commits);
        let reverted = |fate: &Fate| matches!(fate, Fate::RevertedBy(_));
        taken_back
            .extend(commits.iter().zip(&fates).filter(|(_, fate)| reverted(fate)).map(|(one, _)| one.sha.clone()));
        let counting = commits
            .into_iter()
            .zip(fates)
            .filter(|(one, fate)| *fate == Fate::Counts && !taken_back.contains(&one.sha));
        elsewhere.push(Elsewhere { tag: release.tag.clone(), commits: counting.map(|(commit, _)| commit).collect() });
    }
    // The lowest release that has a change is the one that brought it.
    elsewhere.reverse();
    let patches = repository.patch_ids(cx.remote_name(), &suspects(&history.commits, &elsewhere))?;
    Ok(copies(&history.commits, &elsewhere, &patches))
}
