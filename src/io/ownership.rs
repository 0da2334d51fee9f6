//! Who owns what the pull requests of a range changed: the files and their owners from the clone, teams from GitHub.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;

use super::git::Repository;
use super::github::GitHub;
use super::github::evidence::{behalf, obstacle};
use crate::history::Sha;
use crate::report::Failure;
use crate::verify::codeowners::{CodeOwners, LARGEST, PLACES};
use crate::verify::{Change, Evidence, Ownership, Pull, Queued, Seen};

/// Fills in who owns what, where a rule asks for code owners. `known` are the teams whose members the configuration names.
pub async fn gather(
    repository: &Repository,
    github: &GitHub,
    evidence: &mut Evidence,
    known: &BTreeMap<String, Vec<String>>,
) {
    let (Ok(required), Ok(range)) = (&evidence.required, &evidence.range) else { return };
    if !required.code_owners {
        return;
    }
    let mut ownership: BTreeMap<u64, Seen<Ownership>> = BTreeMap::new();
    let mut asked = HashMap::new();
    for (pull, commits) in by_pull(&range.changes) {
        let owned = of_pull(repository, pull, &commits).map_err(|error| obstacle(&error, &evidence.commit));
        if owned.as_ref().is_ok_and(|owned| owned.names_team(known)) {
            asked.insert(pull.number, pull.node.clone());
        }
        ownership.insert(pull.number, owned);
    }
    if !asked.is_empty() {
        let ids: Vec<String> = asked.values().cloned().collect();
        let teams = behalf::teams(github, &ids).await.map_err(|error| obstacle(&error, &evidence.commit));
        for number in asked.keys() {
            let of_pull = teams.as_ref().map(|teams| teams.get(number).cloned().unwrap_or_default());
            if let Some(Ok(owned)) = ownership.get_mut(number) {
                owned.behalf = Some(of_pull.map_err(Clone::clone));
            }
        }
    }
    evidence.ownership = ownership;
}

/// Each pull request, merged or in a merge queue, with its commits in the range, newest first.
fn by_pull(changes: &[Change]) -> Vec<(&Pull, Vec<&Sha>)> {
    let mut pulls: BTreeMap<u64, (&Pull, Vec<&Sha>)> = BTreeMap::new();
    for change in changes {
        for pull in
            change.pulls.iter().filter(|pull| pull.merged.is_some() || change.queued == Queued::For(pull.number))
        {
            pulls.entry(pull.number).or_insert((pull, Vec::new())).1.push(&change.commit);
        }
    }
    pulls.into_values().collect()
}

/// What a merge or a squash changed on its branch; of a rebase, what each of its commits changed. The owners are those of the
/// branch before it.
fn of_pull(repository: &Repository, pull: &Pull, commits: &[&Sha]) -> Result<Ownership> {
    let merge = commits.iter().find(|commit| pull.merge_commit.as_deref() == Some(commit.as_str()));
    let mut pairs = Vec::new();
    for commit in commits {
        let parents = repository.commit(commit)?.parents;
        let is_merge = Some(commit) == merge && parents.len() > 1;
        pairs.push((parents.into_iter().next(), (*commit).clone()));
        if is_merge {
            pairs.drain(..pairs.len() - 1);
            break;
        }
    }
    let mut files = Vec::new();
    for (base, commit) in &pairs {
        files.extend(repository.changed(base.as_ref(), commit)?);
    }
    files.sort();
    files.dedup();
    let Some((Some(base), _)) = pairs.last() else { return Ok(Ownership::default()) };
    match code_owners(repository, base)? {
        Some((place, owners)) => Ok(Ownership::of(format!("{place} of {}", base.short()), &owners, &files)),
        None => Ok(Ownership::default()),
    }
}

fn code_owners(repository: &Repository, commit: &Sha) -> Result<Option<(&'static str, CodeOwners)>> {
    for place in PLACES {
        let Some(bytes) = repository.file_at(commit, place)? else { continue };
        if bytes.len() > LARGEST {
            let message = format!("{place} of {} is larger than 3 MB: GitHub does not load it", commit.short());
            return Err(Failure::cannot_tell("verify/code-owners", message).help("make it smaller").into());
        }
        return Ok(Some((place, CodeOwners::parse(&String::from_utf8_lossy(&bytes)))));
    }
    Ok(None)
}
