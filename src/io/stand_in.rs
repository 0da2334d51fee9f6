//! Other commits whose checks count for the one that is judged, where the policy says so: what a merge queue or a pull request
//! tested with the very same files, and the parent of a commit that skips CI.

use anyhow::Result;

use super::git::Repository;
use super::github::GitHub;
use super::github::evidence::{obstacle, tested};
use crate::config::TestedAs;
use crate::history::Sha;
use crate::verify::{Evidence, Policy, Pull, StandIn, skips_ci};

/// How many commits that skip CI may follow each other.
const SKIPS: usize = 50;

/// Adds the checks of the commits that the policy lets stand in. Where they cannot be seen, the checks are not known.
pub async fn gather(repository: &Repository, github: &GitHub, evidence: &mut Evidence, policy: &Policy) {
    let message = repository.commit(&evidence.commit).map(|commit| commit.message).unwrap_or_default();
    evidence.skip = skips_ci(&message).map(ToOwned::to_owned);
    if let Err(error) = add(repository, github, evidence, policy).await {
        evidence.checks = Err(obstacle(&error, &evidence.commit));
    }
}

async fn add(repository: &Repository, github: &GitHub, evidence: &mut Evidence, policy: &Policy) -> Result<()> {
    let mut stand_ins = Vec::new();
    for kind in &policy.tested_as {
        stand_ins.extend(same_files(github, evidence, *kind).await?);
    }
    stand_ins.extend(parent(repository, evidence, policy)?);
    for stand_in in stand_ins {
        let found = tested::judged(github, &stand_in.commit).await?;
        let Evidence { checks, statuses, runs, .. } = evidence;
        if let (Ok(checks), Ok(statuses), Ok(runs)) = (checks, statuses, runs) {
            checks.extend(found.checks);
            statuses.extend(found.statuses);
            runs.extend(found.runs);
            evidence.stand_ins.push(stand_in);
        }
    }
    Ok(())
}

/// The commit that was tested in place of this one, if it holds the same files.
async fn same_files(github: &GitHub, evidence: &Evidence, kind: TestedAs) -> Result<Option<StandIn>> {
    let Some(pull) = brought_by(evidence) else { return Ok(None) };
    let (candidates, what) = match (kind, pull.merged) {
        (TestedAs::MergeGroup, Some(merged)) => {
            (tested::groups(github, &pull.base, pull.number, merged).await?, "the merge queue tested")
        }
        (TestedAs::MergeGroup, None) => return Ok(None),
        (TestedAs::PullRequest, _) => (Sha::parse(&pull.head).into_iter().collect(), "its pull request tested"),
    };
    // A queue that merges without squashing gives the branch the very commit that it tested.
    let candidates: Vec<Sha> = candidates.into_iter().filter(|candidate| *candidate != evidence.commit).collect();
    if candidates.is_empty() {
        return Ok(None);
    }
    let tree = tested::tree(github, &evidence.commit).await?;
    for commit in candidates {
        if tested::tree(github, &commit).await? == tree {
            let reason = format!("{what} the same files (#{})", pull.number);
            return Ok(Some(StandIn { commit, reason }));
        }
    }
    Ok(None)
}

/// The pull request whose merge made the commit.
fn brought_by(evidence: &Evidence) -> Option<&Pull> {
    let changes = &evidence.range.as_ref().ok()?.changes;
    let change = changes.iter().find(|change| change.commit == evidence.commit)?;
    change.pulls.iter().find(|pull| pull.merge_commit.as_deref() == Some(evidence.commit.as_str()))
}

/// The nearest commit below that does not skip CI, if all above it change nothing but what the policy names.
fn parent(repository: &Repository, evidence: &Evidence, policy: &Policy) -> Result<Option<StandIn>> {
    if policy.skip_ci.is_empty() {
        return Ok(None);
    }
    let mut at = evidence.commit.clone();
    for _ in 0..SKIPS {
        let commit = repository.commit(&at)?;
        let skips = skips_ci(&commit.message).is_some();
        if !skips {
            let reason = "what is above it skips CI and changes only files of verify.skip-ci".to_owned();
            return Ok((at != evidence.commit).then_some(StandIn { commit: at, reason }));
        }
        let [below] = commit.parents.as_slice() else { return Ok(None) };
        let files = repository.changed(Some(below), &at)?;
        if !files.iter().all(|file| policy.skip_ci.iter().any(|glob| glob.matches(file))) {
            return Ok(None);
        }
        at = below.clone();
    }
    Ok(None)
}

/// Fills in what commits without a pull request change, where the policy lets machines push.
pub fn files(repository: &Repository, evidence: &mut Evidence, policy: &Policy) {
    let Ok(range) = &mut evidence.range else { return };
    if policy.bots.is_empty() {
        return;
    }
    for change in range.changes.iter_mut().filter(|change| change.pulls.is_empty()) {
        let parents = repository.commit(&change.commit).map(|commit| commit.parents);
        // What a merge brings in is not what it changes: it is judged by its pull request alone.
        let Ok([parent]) = parents.as_deref() else { continue };
        change.files = repository.changed(Some(parent), &change.commit).ok();
    }
}
