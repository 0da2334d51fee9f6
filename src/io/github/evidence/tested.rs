//! Other commits that were tested in place of one: their checks, and whether they hold the same files.

use anyhow::Result;
use jiff::Timestamp;
use serde::Deserialize;

use super::super::{GitHub, segment};
use super::{checks, statuses};
use crate::history::Sha;
use crate::verify::{Check, QueueBranch, Run, Status};

#[derive(Deserialize)]
struct Page {
    workflow_runs: Vec<GroupRun>,
}

#[derive(Deserialize)]
struct GroupRun {
    head_branch: Option<String>,
    head_sha: String,
}

#[derive(Deserialize)]
struct Whole {
    commit: Inner,
}

#[derive(Deserialize)]
struct Inner {
    tree: Tree,
}

#[derive(Deserialize)]
struct Tree {
    sha: String,
}

/// What judges a commit.
pub struct Judged {
    /// Check runs.
    pub checks: Vec<Check>,
    /// Statuses.
    pub statuses: Vec<Status>,
    /// Workflow runs.
    pub runs: Vec<Run>,
}

/// Everything that judges another commit.
///
/// # Errors
/// Exit code 3 where GitHub does not show it.
pub async fn judged(github: &GitHub, commit: &Sha) -> Result<Judged> {
    let (checks, statuses, runs) =
        tokio::join!(checks::checks(github, commit), statuses::statuses(github, commit), checks::runs(github, commit));
    Ok(Judged { checks: checks?, statuses: statuses?, runs: runs? })
}

/// The commits that a merge queue tried for a pull request before its merge, the newest first: as far as the last hundred runs of
/// groups before it tell.
///
/// # Errors
/// Exit code 3 where GitHub does not show them.
pub async fn groups(github: &GitHub, base: &str, pull: u64, merged: Timestamp) -> Result<Vec<Sha>> {
    let created = segment(&format!("<={merged:.0}"));
    let path = github.path(&format!("actions/runs?event=merge_group&created={created}&per_page=100"));
    let page: Page = github.get(&path).await?;
    let prefix = QueueBranch::prefix(base, pull);
    let is_it = |run: &GroupRun| run.head_branch.as_ref().is_some_and(|branch| branch.starts_with(&prefix));
    let mut heads: Vec<Sha> = Vec::new();
    for run in page.workflow_runs.into_iter().filter(is_it) {
        heads.extend(Sha::parse(&run.head_sha).ok().filter(|head| !heads.contains(head)));
    }
    Ok(heads)
}

/// The name of what a commit holds: two commits of the same tree hold the very same files.
///
/// # Errors
/// Exit code 3 where GitHub does not show the commit.
pub async fn tree(github: &GitHub, commit: &Sha) -> Result<String> {
    let whole: Whole = github.get(&github.path(&format!("commits/{commit}"))).await?;
    Ok(whole.commit.tree.sha)
}
