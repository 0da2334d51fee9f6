//! Workflow runs and their jobs.

use serde_json::{Value, json};

use crate::embedded::call::Call;
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;
use crate::embedded::shape::node;
use crate::embedded::state::{CheckRun, CheckSuite, WorkflowRun};

pub(super) const ROUTES: &[Route] = &[
    Route::get("actions/runs", "actions", runs),
    Route::get("actions/runs/{run}", "actions", run),
    Route::get("actions/runs/{run}/jobs", "actions", newest_jobs),
    Route::get("actions/runs/{run}/attempts/{attempt}/jobs", "actions", jobs_of_attempt),
    Route::get("actions/jobs/{job}", "actions", job),
];

/// Newest first.
fn runs(call: &mut Call<'_>) -> Answer {
    let holds = |name: &str, value: &str| call.query(name).is_none_or(|asked| asked == value);
    let admitted = |(suite, run): &(&CheckSuite, &WorkflowRun)| {
        let progress = suite.progress();
        let status = call.query("status");
        holds("head_sha", &suite.head_sha)
            && holds("event", &run.event)
            && call
                .query("created")
                .and_then(|range| range.strip_prefix("<="))
                .is_none_or(|last| last.parse().is_ok_and(|last: jiff::Timestamp| suite.created_at <= last))
            && holds("branch", suite.head_branch.as_deref().unwrap_or_default())
            && holds("check_suite_id", &suite.id.to_string())
            && status.is_none_or(|word| word == progress.status || Some(word) == progress.conclusion.as_deref())
    };
    let runs = with_runs(call).filter(admitted).map(|(suite, run)| run_json(call, suite, run)).collect();
    Ok(call.counted("workflow_runs", runs))
}

fn run(call: &mut Call<'_>) -> Answer {
    let (suite, run) = asked(call)?;
    Ok(Reply::json(run_json(call, suite, run)))
}

/// The jobs of the newest attempt, or of all with `filter=all`.
fn newest_jobs(call: &mut Call<'_>) -> Answer {
    let (suite, run) = asked(call)?;
    let jobs = if call.query("filter") == Some("all") { suite.runs.iter().collect() } else { suite.latest() };
    let jobs = jobs.into_iter().map(|job| job_json(call, suite, run, job)).collect();
    Ok(call.counted("jobs", jobs))
}

fn jobs_of_attempt(call: &mut Call<'_>) -> Answer {
    let ((suite, run), attempt) = (asked(call)?, call.number("attempt")?);
    if attempt == 0 || attempt > u64::from(run.attempt) {
        return Err(Reply::not_found());
    }
    let jobs = suite.runs.iter().filter(|job| u64::from(job.attempt) == attempt);
    let jobs = jobs.map(|job| job_json(call, suite, run, job)).collect();
    Ok(call.counted("jobs", jobs))
}

fn job(call: &mut Call<'_>) -> Answer {
    let id = call.number("job")?;
    let found =
        with_runs(call).find_map(|(suite, run)| Some((suite, run, suite.runs.iter().find(|job| job.id == id)?)));
    let (suite, run, job) = found.ok_or_else(Reply::not_found)?;
    Ok(Reply::json(job_json(call, suite, run, job)))
}

/// Every workflow run with its suite, newest first.
fn with_runs<'a>(call: &'a Call<'_>) -> impl Iterator<Item = (&'a CheckSuite, &'a WorkflowRun)> {
    call.state.suites.iter().rev().filter_map(|suite| Some((suite, suite.workflow.as_ref()?)))
}

fn asked<'a>(call: &'a Call<'_>) -> Result<(&'a CheckSuite, &'a WorkflowRun), Box<Reply>> {
    let id = call.number("run")?;
    with_runs(call).find(|(_, run)| run.id == id).ok_or_else(Reply::not_found)
}

fn run_json(call: &Call<'_>, suite: &CheckSuite, run: &WorkflowRun) -> Value {
    let url = call.api(&format!("/actions/runs/{}", run.id));
    let progress = suite.progress();
    let created = suite.created_at.to_string();
    let updated = suite.runs.iter().filter_map(|run| run.completed_at).max().unwrap_or(suite.created_at).to_string();
    let repository = call.repository();
    json!({
        "id": run.id,
        "name": run.name,
        "node_id": node("WFR", run.id),
        "check_suite_id": suite.id,
        "check_suite_node_id": node("CS", suite.id),
        "head_branch": suite.head_branch,
        "head_sha": suite.head_sha,
        "path": run.path,
        "display_title": run.name,
        "run_number": 1,
        "run_attempt": run.attempt,
        "event": run.event,
        "status": progress.status,
        "conclusion": progress.conclusion,
        "workflow_id": run.workflow_id,
        "url": url,
        "html_url": call.html(&format!("/actions/runs/{}", run.id)),
        "pull_requests": [],
        "created_at": created,
        "updated_at": updated,
        "run_started_at": created,
        "jobs_url": format!("{url}/jobs"),
        "logs_url": format!("{url}/logs"),
        "check_suite_url": call.api(&format!("/check-suites/{}", suite.id)),
        "artifacts_url": format!("{url}/artifacts"),
        "cancel_url": format!("{url}/cancel"),
        "rerun_url": format!("{url}/rerun"),
        "previous_attempt_url": null,
        "workflow_url": call.api(&format!("/actions/workflows/{}", run.workflow_id)),
        "head_commit": call.simple_commit(&suite.head_sha),
        "repository": repository,
        "head_repository": repository,
    })
}

fn job_json(call: &Call<'_>, suite: &CheckSuite, run: &WorkflowRun, job: &CheckRun) -> Value {
    let started = job.started_at.to_string();
    json!({
        "id": job.id,
        "run_id": run.id,
        "run_url": call.api(&format!("/actions/runs/{}", run.id)),
        "run_attempt": job.attempt,
        "node_id": node("CR", job.id),
        "head_sha": suite.head_sha,
        "url": call.api(&format!("/actions/jobs/{}", job.id)),
        "html_url": call.check_run_page(suite, job),
        "status": job.progress.status,
        "conclusion": job.progress.conclusion,
        "created_at": started,
        "started_at": started,
        "completed_at": job.completed_at.map(|time| time.to_string()),
        "name": job.name,
        "check_run_url": call.api(&format!("/check-runs/{}", job.id)),
        "labels": ["ubuntu-latest"],
        "runner_id": job.runner.as_ref().map(|_| 1),
        "runner_name": job.runner,
        "runner_group_id": job.runner.as_ref().map(|_| 1),
        "runner_group_name": job.runner.as_ref().map(|_| "GitHub Actions"),
        "workflow_name": run.name,
        "head_branch": suite.head_branch,
        "steps": [],
    })
}
