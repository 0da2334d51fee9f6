//! Check suites and check runs of a commit.

use serde_json::{Value, json};

use crate::embedded::call::Call;
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;
use crate::embedded::shape::node;
use crate::embedded::state::{CheckRun, CheckSuite};

pub(super) const ROUTES: &[Route] = &[
    Route::get("commits/{ref+}/check-runs", "checks", runs_of_commit),
    Route::get("commits/{ref+}/check-suites", "checks", suites_of_commit),
    Route::get("check-suites/{suite}/check-runs", "checks", runs_of_suite),
    Route::get("check-runs/{run}", "checks", run),
];

/// GitHub looks at the newest suites only.
const SUITES: usize = 1000;

fn runs_of_commit(call: &mut Call<'_>) -> Answer {
    let sha = call.commit()?;
    let suites = call.state.suites.iter().rev().filter(|suite| suite.head_sha == sha).take(SUITES);
    let runs = suites.flat_map(|suite| chosen(call, suite)).collect();
    Ok(call.counted("check_runs", runs))
}

fn runs_of_suite(call: &mut Call<'_>) -> Answer {
    let id = call.number("suite")?;
    let suite = call.state.suites.iter().find(|suite| suite.id == id).ok_or_else(Reply::not_found)?;
    let runs = chosen(call, suite);
    Ok(call.counted("check_runs", runs))
}

/// The check runs of a suite that the query asks for.
fn chosen(call: &Call<'_>, suite: &CheckSuite) -> Vec<Value> {
    let app = call.query("app_id").and_then(|id| id.parse().ok());
    if app.is_some_and(|app: u64| app != suite.app.id) {
        return Vec::new();
    }
    let runs = if call.query("filter") == Some("all") { suite.runs.iter().collect() } else { suite.latest() };
    let (name, status) = (call.query("check_name"), call.query("status"));
    runs.into_iter()
        .filter(|run| name.is_none_or(|name| name == run.name))
        .filter(|run| status.is_none_or(|status| status == run.progress.status))
        .map(|run| call.check_run(suite, run))
        .collect()
}

fn run(call: &mut Call<'_>) -> Answer {
    let id = call.number("run")?;
    let found = call.state.suites.iter().find_map(|suite| Some((suite, suite.runs.iter().find(|run| run.id == id)?)));
    let (suite, run) = found.ok_or_else(Reply::not_found)?;
    Ok(Reply::json(call.check_run(suite, run)))
}

fn suites_of_commit(call: &mut Call<'_>) -> Answer {
    let sha = call.commit()?;
    let (app, name) = (call.query("app_id").and_then(|id| id.parse().ok()), call.query("check_name"));
    let suites = call.state.suites.iter().rev().filter(|suite| suite.head_sha == sha).take(SUITES);
    let suites = suites
        .filter(|suite| app.is_none_or(|app: u64| app == suite.app.id))
        .filter(|suite| name.is_none_or(|name| suite.runs.iter().any(|run| run.name == name)))
        .map(|suite| call.check_suite(suite))
        .collect();
    Ok(call.counted("check_suites", suites))
}

impl Call<'_> {
    /// Where people read about a check run: the job, where it is one.
    pub(in crate::embedded) fn check_run_page(&self, suite: &CheckSuite, run: &CheckRun) -> String {
        suite.workflow.as_ref().map_or_else(
            || format!("{}/apps/{}/{}", self.origin, suite.app.slug, run.id),
            |workflow| self.html(&format!("/actions/runs/{}/job/{}", workflow.id, run.id)),
        )
    }

    /// One check run.
    pub(super) fn check_run(&self, suite: &CheckSuite, run: &CheckRun) -> Value {
        let url = self.api(&format!("/check-runs/{}", run.id));
        let details = self.check_run_page(suite, run);
        json!({
            "id": run.id,
            "name": run.name,
            "node_id": node("CR", run.id),
            "head_sha": suite.head_sha,
            "external_id": run.id.to_string(),
            "url": url,
            "html_url": details,
            "details_url": details,
            "status": run.progress.status,
            "conclusion": run.progress.conclusion,
            "started_at": run.started_at.to_string(),
            "completed_at": run.completed_at.map(|time| time.to_string()),
            "output": {
                "title": null, "summary": null, "text": null,
                "annotations_count": 0,
                "annotations_url": format!("{url}/annotations"),
            },
            "check_suite": { "id": suite.id },
            "app": self.app(&suite.app),
            "pull_requests": [],
        })
    }

    /// One check suite.
    pub(super) fn check_suite(&self, suite: &CheckSuite) -> Value {
        let url = self.api(&format!("/check-suites/{}", suite.id));
        let progress = suite.progress();
        let updated = suite.runs.iter().filter_map(|run| run.completed_at).max().unwrap_or(suite.created_at);
        json!({
            "id": suite.id,
            "node_id": node("CS", suite.id),
            "head_branch": suite.head_branch,
            "head_sha": suite.head_sha,
            "status": progress.status,
            "conclusion": progress.conclusion,
            "url": url,
            "before": null,
            "after": suite.head_sha,
            "pull_requests": [],
            "app": self.app(&suite.app),
            "repository": self.repository(),
            "created_at": suite.created_at.to_string(),
            "updated_at": updated.to_string(),
            "head_commit": self.simple_commit(&suite.head_sha),
            "latest_check_runs_count": suite.latest().len(),
            "check_runs_url": format!("{url}/check-runs"),
        })
    }
}
