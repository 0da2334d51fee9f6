//! The jobs of GitHub Actions in place of check runs, where a token may not read checks: fine-grained ones often may not.

use anyhow::Result;
use jiff::Timestamp;
use serde::Deserialize;

use super::super::GitHub;
use super::{obstacle, whole};
use crate::history::Sha;
use crate::verify::{Change, Check, Obstacle, Run, Seen, State, Word};

/// Number of GitHub Actions as an app on github.com.
const ACTIONS: u64 = 15_368;

#[derive(Deserialize)]
struct Page {
    total_count: usize,
    jobs: Vec<Job>,
}

#[derive(Deserialize)]
struct Job {
    id: u64,
    name: String,
    status: String,
    conclusion: Option<String>,
    started_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    html_url: Option<String>,
}

/// The checks; where they may not be read, the jobs of the runs, and why they are all that is seen.
pub(super) async fn instead(
    github: &GitHub,
    checks: Seen<Vec<Check>>,
    runs: &Seen<Vec<Run>>,
) -> (Seen<Vec<Check>>, Option<Obstacle>) {
    match (checks, runs) {
        (Err(obstacle), Ok(runs)) if obstacle.word == Word::Auth && github.has_token() => {
            match of_runs(github, runs).await {
                Ok(jobs) => (Ok(jobs), Some(obstacle)),
                Err(_) => (Err(obstacle), None),
            }
        }
        (checks, _) => (checks, None),
    }
}

async fn of_runs(github: &GitHub, runs: &[Run]) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    for run in runs {
        let path = github.path(&format!("actions/runs/{}/jobs?filter=latest&per_page=100", run.id));
        let pages: Vec<Page> = github.pages(&path).await?;
        let count = pages.first().map_or(0, |page| page.total_count);
        let jobs = whole("jobs", pages.into_iter().flat_map(|page| page.jobs).collect(), count)?;
        checks.extend(jobs.into_iter().map(|job| check(job, run)));
    }
    Ok(checks)
}

/// A job is a check run of the same number.
fn check(job: Job, run: &Run) -> Check {
    Check {
        id: job.id,
        name: job.name,
        state: State { status: job.status, conclusion: job.conclusion },
        app: Some((ACTIONS, "github-actions".to_owned())),
        suite: run.suite,
        registered: job.started_at.max(job.completed_at),
        url: job.html_url.unwrap_or_default(),
    }
}

/// When the server first saw the heads of pull requests, where their check suites may not be read: the first workflow run on each.
/// Where there is none it stays unknown, and an approval of unknown freshness is no approval.
pub(super) async fn heads(github: &GitHub, changes: &mut [Change]) {
    for pull in changes.iter_mut().flat_map(|change| &mut change.pulls).filter(|pull| pull.head_seen.is_none()) {
        let Ok(head) = Sha::parse(&pull.head) else { continue };
        let runs = super::checks::runs(github, &head).await.map_err(|error| obstacle(&error, &head));
        pull.head_seen = runs.ok().and_then(|runs| runs.iter().filter_map(|run| run.registered).min());
    }
}
