//! What GitHub is told of a run by its Deployments API, and what a run learns from there.

use zarpe::embedded::state::{Access, Token};

use super::{deploy, events, lines, previous};
use crate::support::{ExitCode, Harbor, Zarpe};

const PLAN: &str = "
inputs: {version: {required: true}}
roles: {boss: '@ana'}
jobs:
  up:
    environment: production
    steps: [{run: 'echo up ${{ zarpe.previous_tag }} >> log'}, {run: 'test ! -e broken', idempotent: true}]
    rollback: [{run: 'echo back >> log', idempotent: true}]
";

fn harbor(plan: &str) -> Harbor {
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("plan.yml", plan);
    harbor.tagged("v1.0.0")
}

fn at(harbor: &Harbor, run: &str, words: &[&str]) -> Zarpe {
    harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", run)
}

/// Each deployment with what was said of it, oldest first.
fn told(harbor: &Harbor) -> Vec<String> {
    harbor.github.state(|state| {
        let line = |deployment: &zarpe::embedded::state::Deployment| {
            let states: Vec<&str> = deployment.statuses.iter().map(|status| status.state.as_str()).collect();
            format!("{} {}", deployment.environment, states.join(","))
        };
        state.deployments.iter().map(line).collect()
    })
}

#[test]
fn github_is_told_of_each_run_and_tells_what_runs_where_no_journal_does() {
    let harbor = harbor(PLAN);
    let run = ["run", "plan.yml", "--input", "version=v1.0.0"];
    at(&harbor, "7", &run).run().exits(ExitCode::Usage).says("say which one runs, --previous TAG");
    at(&harbor, "7", &[&run[..], &["--previous", "v0.9.0"]].concat()).run().exits(ExitCode::Done);
    assert_eq!(told(&harbor), ["production in_progress,success"]);
    let (sha, environment, statuses) = harbor.github.state(|state| {
        let deployment = &state.deployments[0];
        (deployment.sha.clone(), deployment.environment.clone(), deployment.statuses.clone())
    });
    assert_eq!((sha, environment), (harbor.head(), "production".to_owned()));
    assert!(statuses.iter().all(|status| !status.description.is_empty() && status.description.len() <= 140));
    assert!(statuses[1].log_url.ends_with("/acme/boat/actions/runs/7"), "{}", statuses[1].log_url);
    // Another machine: neither a journal nor its copy.
    let lose = |harbor: &Harbor| {
        std::fs::remove_dir_all(harbor.repo.path().join(".git/zarpe")).unwrap();
        let bare = harbor.github.bare().to_str().unwrap().to_owned();
        harbor.repo.git(["push", "--quiet", &bare, ":refs/zarpe/runs/production"]);
    };
    lose(&harbor);
    let next = ["run", "plan.yml", "--input", "version=v1.1.0"];
    at(&harbor, "8", &next).run().exits(ExitCode::Done);
    assert_eq!(previous(&harbor.repo, "8").as_deref(), Some("v1.0.0"));
    assert_eq!(told(&harbor), ["production in_progress,success,inactive", "production in_progress,success"]);
    // Taken back, what was there before is in service again.
    at(&harbor, "8", &["rollback", "8", "--accept-loss", "1m"]).run().exits(ExitCode::Refused);
    assert_eq!(
        told(&harbor),
        ["production in_progress,success,inactive,success", "production in_progress,success,inactive"]
    );
    lose(&harbor);
    at(&harbor, "9", &next).run().exits(ExitCode::Done);
    assert_eq!(previous(&harbor.repo, "9").as_deref(), Some("v1.0.0"));
    assert_eq!(lines(&harbor.repo, "log"), ["up v0.9.0", "up v1.0.0", "back", "up v1.0.0"]);
}

#[test]
fn what_one_service_runs_is_not_what_another_one_does() {
    let plan = PLAN.replace(
        "inputs: {version",
        "concurrency: production-${{ inputs.service }}\ninputs: {service: {required: true}, version",
    );
    let harbor = harbor(&plan);
    let run = |service: &str, id: &str, more: &[&str]| {
        let line = ["run", "plan.yml", "--input", "version=v1.0.0", "--input", service];
        at(&harbor, id, &[&line[..], more].concat()).run()
    };
    run("service=web", "7", &["--previous", "v0.9.0"]).exits(ExitCode::Done);
    run("service=mail", "8", &[]).exits(ExitCode::Usage).says("say which one runs, --previous TAG");
    // Another machine knows by GitHub alone what its own service runs.
    std::fs::remove_dir_all(harbor.repo.path().join(".git/zarpe")).unwrap();
    let bare = harbor.github.bare().to_str().unwrap().to_owned();
    harbor.repo.git(["push", "--quiet", &bare, ":refs/zarpe/runs/production-web"]);
    run("service=web", "9", &[]).exits(ExitCode::Done);
    assert_eq!(previous(&harbor.repo, "9").as_deref(), Some("v1.0.0"));
}

#[test]
fn a_run_that_fails_or_waits_says_so() {
    let plan = PLAN.replace("    rollback: [{run: 'echo back >> log', idempotent: true}]\n", "");
    let mut harbor = harbor(&plan.replace("steps: [", "steps: [{id: ready, role: boss, uses: zarpe/sign}, "));
    harbor.repo = harbor.repo.write("broken", "");
    let run = ["run", "plan.yml", "--input", "version=v1.0.0", "--previous", "v0.9.0"];
    at(&harbor, "7", &run).run().exits(ExitCode::Waiting);
    let last = harbor.github.state(|state| state.deployments[0].statuses.last().unwrap().description.clone());
    assert_eq!(last, "up/ready: waits for a person");
    harbor.github.state(|state| state.add_token(concat!("ghp_", "ana0token"), Token::classic("ana")));
    let sign = at(&harbor, "7", &["sign", "7", "ready"]).env("ZARPE_TOKEN", concat!("ghp_", "ana0token"));
    sign.run().exits(ExitCode::Done);
    at(&harbor, "7", &["resume", "7"]).run().exits(ExitCode::Refused);
    assert_eq!(told(&harbor), ["production in_progress,in_progress,in_progress,failure"]);
}

/// GitHub makes a deployment for a job of a workflow that names an environment.
fn made_by_job(harbor: &Harbor, run: &str) {
    let head = harbor.head();
    let body = format!(r#"{{"ref":"{head}","environment":"production","auto_merge":false,"required_contexts":[]}}"#);
    let id = harbor.ask("POST", "/deployments", crate::support::TOKEN, &body).json()["id"].as_u64().unwrap();
    let url = format!("{}/acme/boat/actions/runs/{run}/job/3", harbor.github.origin());
    let body = format!(r#"{{"state":"queued","log_url":"{url}"}}"#);
    harbor.ask("POST", &format!("/deployments/{id}/statuses"), crate::support::TOKEN, &body);
}

#[test]
fn the_deployment_of_a_job_of_actions_is_the_one_that_is_used() {
    let harbor = harbor(PLAN);
    made_by_job(&harbor, "7");
    made_by_job(&harbor, "77");
    // One for each environment: the run is not called as the workflow run.
    let run = ["run", "plan.yml", "--run-id", "7-production", "--input", "version=v1.0.0", "--previous", "v0.9.0"];
    at(&harbor, "7", &run).env("GITHUB_ACTIONS", "true").run().exits(ExitCode::Done);
    assert_eq!(told(&harbor), ["production queued,in_progress,success", "production queued"]);
}

#[test]
fn each_job_that_goes_on_has_a_deployment_of_its_own() {
    let mut harbor = harbor(PLAN);
    harbor.repo = harbor.repo.write("broken", "");
    made_by_job(&harbor, "7");
    let run = ["run", "plan.yml", "--input", "version=v1.0.0", "--previous", "v0.9.0"];
    at(&harbor, "7", &run).env("GITHUB_ACTIONS", "true").run().exits(ExitCode::Waiting);
    made_by_job(&harbor, "8");
    at(&harbor, "8", &["rollback", "7"]).env("GITHUB_ACTIONS", "true").run().exits(ExitCode::Refused);
    assert_eq!(told(&harbor), ["production queued,in_progress,in_progress", "production queued,in_progress,inactive"]);
}

#[test]
fn a_token_that_may_not_tell_stops_nothing() {
    let harbor = harbor(PLAN);
    let token = concat!("ghs_", "harbor0poor");
    harbor.github.state(|state| state.add_token(token, Token::workflow(&[("contents", Access::Write)])));
    let poor = |words: &[&str]| at(&harbor, "7", words).env("ZARPE_TOKEN", token);
    let run = ["run", "plan.yml", "--input", "version=v1.0.0"];
    poor(&run).run().exits(ExitCode::Usage).says("the token needs `deployments: read`");
    let mut harbor = harbor;
    harbor.repo = harbor.repo.write("broken", "");
    let poor = |words: &[&str]| at(&harbor, "7", words).env("ZARPE_TOKEN", token);
    let told_once = poor(&[&run[..], &["--previous", "v0.9.0"]].concat()).run().exits(ExitCode::Waiting);
    told_once.says("the token needs `deployments: write`");
    let again = poor(&["rollback", "7"]).run().exits(ExitCode::Refused);
    assert!(!format!("{}{}", again.stdout, again.stderr).contains("deployments: write"));
    assert_eq!(told(&harbor), [""; 0]);
    assert!(events(&harbor.repo).iter().any(|event| event["event"] == "deployment" && event["id"].is_null()));
}

#[test]
fn a_plan_without_an_environment_tells_nobody() {
    let harbor = harbor("jobs: {a: {steps: [{run: 'true'}]}}\n");
    at(&harbor, "7", &["run", "plan.yml"]).run().exits(ExitCode::Done);
    assert_eq!(told(&harbor), [""; 0]);
    let repo = super::planned(PLAN);
    deploy(&repo, ["run", "plan.yml", "--input", "version=v1", "--previous", "v0"]).run().exits(ExitCode::Done);
}
