//! The check runs and the workflow runs on a commit.

use anyhow::Result;
use jiff::Timestamp;
use serde::Deserialize;

use super::super::GitHub;
use super::whole;
use crate::history::Sha;
use crate::verify::{Check, Run, State};

#[derive(Deserialize)]
struct CheckPage {
    total_count: usize,
    check_runs: Vec<CheckRun>,
}

#[derive(Deserialize)]
struct CheckRun {
    id: u64,
    name: String,
    status: String,
    conclusion: Option<String>,
    html_url: Option<String>,
    details_url: Option<String>,
    started_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    app: Option<App>,
    check_suite: Option<Numbered>,
}

#[derive(Deserialize)]
struct App {
    id: u64,
    slug: Option<String>,
}

#[derive(Deserialize)]
struct Numbered {
    id: u64,
}

#[derive(Deserialize)]
struct RunPage {
    total_count: usize,
    workflow_runs: Vec<WorkflowRun>,
}

#[derive(Deserialize)]
struct WorkflowRun {
    id: u64,
    workflow_id: u64,
    name: Option<String>,
    path: Option<String>,
    event: String,
    status: Option<String>,
    conclusion: Option<String>,
    check_suite_id: Option<u64>,
    created_at: Option<Timestamp>,
    run_started_at: Option<Timestamp>,
    html_url: String,
    repository: Option<Numbered>,
}

/// The newest check run of each suite and name.
pub(super) async fn checks(github: &GitHub, commit: &Sha) -> Result<Vec<Check>> {
    let path = github.path(&format!("commits/{commit}/check-runs?filter=latest&per_page=100"));
    let pages: Vec<CheckPage> = github.pages(&path).await?;
    let count = pages.first().map_or(0, |page| page.total_count);
    let runs = pages.into_iter().flat_map(|page| page.check_runs).map(Check::from).collect();
    whole("check runs", runs, count)
}

/// The workflow runs.
pub(super) async fn runs(github: &GitHub, commit: &Sha) -> Result<Vec<Run>> {
    let path = github.path(&format!("actions/runs?head_sha={commit}&per_page=100"));
    let pages: Vec<RunPage> = github.pages(&path).await?;
    let count = pages.first().map_or(0, |page| page.total_count);
    let runs = pages.into_iter().flat_map(|page| page.workflow_runs).map(Run::from).collect();
    whole("workflow runs", runs, count)
}

impl From<CheckRun> for Check {
    fn from(run: CheckRun) -> Self {
        Self {
            id: run.id,
            name: run.name,
            state: State { status: run.status, conclusion: run.conclusion },
            app: run.app.map(|app| (app.id, app.slug.unwrap_or_else(|| format!("app {}", app.id)))),
            suite: run.check_suite.map(|suite| suite.id),
            registered: run.started_at.max(run.completed_at),
            // The address of a job names its run, whatever the app shows to people.
            url: run.html_url.or(run.details_url).unwrap_or_default(),
        }
    }
}

impl From<WorkflowRun> for Run {
    fn from(run: WorkflowRun) -> Self {
        Self {
            id: run.id,
            workflow: run.workflow_id,
            // An invalid workflow file has no name; its path is then the name.
            name: run.name.filter(|name| !name.is_empty()).or_else(|| run.path.clone()).unwrap_or_default(),
            path: run.path.unwrap_or_default(),
            repository: run.repository.map(|repository| repository.id),
            event: run.event,
            state: State { status: run.status.unwrap_or_default(), conclusion: run.conclusion },
            suite: run.check_suite_id,
            registered: run.created_at.max(run.run_started_at),
            url: run.html_url,
        }
    }
}
