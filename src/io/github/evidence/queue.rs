//! What a merge queue tries at this moment.

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use super::super::GitHub;
use super::changes::believed;
use super::pull::{List, Oid, PullRequest, with_pulls};
use super::{Queue, lacking};
use crate::history::Sha;
use crate::verify::{Change, Pull, QueueEntry, Queued, bringers};

const QUERY: &str = with_pulls!("queue.graphql");

#[derive(Deserialize)]
struct Answer {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository {
    merge_queue: Option<MergeQueue>,
    pull_request: Option<PullRequest>,
}

#[derive(Deserialize)]
struct MergeQueue {
    entries: List<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    head_commit: Option<Oid>,
    base_commit: Option<Oid>,
    pull_request: Option<PullRequest>,
}

/// The pull requests of a group: those that the queue tries, and the one that the branch is named after.
#[derive(Clone)]
pub(super) struct Group {
    entries: Vec<QueueEntry>,
    pulls: Vec<Pull>,
}

/// Reads the queue of the branch.
pub(super) async fn read(github: &GitHub, branch: &str, tip: &Sha, queue: &Queue) -> Result<Group> {
    let place = github.place();
    let variables = json!({ "owner": place.owner, "name": place.name, "branch": branch, "number": queue.branch.pull });
    let answer = believed(github, github.graphql::<Answer>(QUERY, &variables).await?)?;
    let repository = answer.repository.ok_or_else(|| lacking("the repository"))?;
    let (mut entries, mut pulls) = (Vec::new(), Vec::new());
    for entry in repository.merge_queue.into_iter().flat_map(|queue| queue.entries.nodes) {
        let sha = |oid: Option<Oid>| oid.and_then(|oid| Sha::parse(&oid.oid).ok());
        let (head, onto) = (sha(entry.head_commit), sha(entry.base_commit));
        if let (Some(head), Some(onto), Some(pull)) = (head, onto, entry.pull_request) {
            entries.push(QueueEntry { pull: pull.number, head, onto });
            pulls.push(Pull::from(pull));
        }
    }
    // A group that has left the queue is still told by the name of its branch.
    if let Some(pull) = repository.pull_request {
        entries.push(QueueEntry { pull: pull.number, head: tip.clone(), onto: queue.branch.onto.clone() });
        pulls.push(Pull::from(pull));
    }
    Ok(Group { entries, pulls })
}

impl Group {
    /// Says of each commit of the group which pull request brought it.
    pub(super) fn mark(&self, changes: &mut [Change], tip: &Sha, queue: &Queue) {
        let brought = bringers(&queue.fresh, tip, &self.entries);
        for change in changes {
            if !queue.fresh.iter().any(|commit| commit.sha == change.commit) {
                continue;
            }
            change.queued = brought.get(&change.commit).map_or(Queued::Unknown, |number| Queued::For(*number));
            let pull = self.pulls.iter().find(|pull| Queued::For(pull.number) == change.queued);
            if let Some(pull) = pull
                && !change.pulls.iter().any(|known| known.number == pull.number)
            {
                change.pulls.push(pull.clone());
            }
        }
    }
}
