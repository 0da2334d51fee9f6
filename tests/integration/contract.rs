//! The embedded GitHub and our queries against GitHub's own descriptions of itself: what `tests/contract/install` installed.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zarpe::embedded::state::{
    App, Enforcement, ForcePush, Protection, RequiredCheck, Role, Rule, Ruleset, State, Token,
};

use crate::support::{Answer, Harbor, clean, send, skip};

/// The token of a person who may do everything.
const ADMIN: &str = "ghp_admin";

/// The installed modules; `None` where the test must be skipped, which was said then.
fn modules() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/contract");
    if folder.join("installed").exists() {
        return Some(folder);
    }
    skip("contract: GitHub's descriptions are not installed (tests/contract/install, which needs npm)");
    None
}

fn node(args: &[&std::ffi::OsStr]) -> Command {
    let mut command = Command::new("node");
    clean(&mut command);
    command.args(args).stdin(Stdio::null());
    command
}

#[test]
fn our_queries_are_valid_in_githubs_own_schema() {
    let Some(modules) = modules() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let queries = std::fs::read_dir(root.join("src/io/queries")).unwrap().map(|entry| entry.unwrap().path());
    let queries: Vec<PathBuf> = queries.filter(|path| path.extension().is_some_and(|kind| kind == "graphql")).collect();
    assert!(!queries.is_empty(), "there are no queries to validate");
    let script = root.join("tests/contract/queries.mjs");
    let mut command = node(&[script.as_os_str(), modules.as_os_str()]);
    let output = command.args(queries).output().expect("node starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
}

/// Prism between the test and the embedded GitHub: it answers with an error where a request or an answer is not as GitHub
/// describes it.
struct Prism {
    child: Child,
    origin: String,
}

impl Prism {
    fn before(upstream: &str, modules: &Path) -> Self {
        let port = free_port();
        let program = modules.join("node_modules/@stoplight/prism-cli/dist/index.js");
        let description = modules.join("node_modules/@octokit/openapi/generated/api.github.com.json");
        let mut command = node(&[program.as_os_str()]);
        command.args(["proxy", "--host", "127.0.0.1", "--port", &port.to_string(), "--errors"]);
        let child = command.arg(description).arg(upstream).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut prism = Self { child: child.expect("node starts"), origin: format!("http://127.0.0.1:{port}") };
        let begin = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert_eq!(prism.child.try_wait().unwrap(), None, "prism ended");
            assert!(begin.elapsed() < Duration::from_secs(120), "prism does not begin to listen");
            std::thread::sleep(Duration::from_millis(100));
        }
        prism
    }

    /// Sends a request through Prism; what it finds wrong is given with what was asked.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Answer, String> {
        let headers = [
            ("authorization", format!("Bearer {ADMIN}")),
            (
                "content-type",
                if path.contains("/assets?") { "application/octet-stream" } else { "application/json" }.to_owned(),
            ),
            ("accept", "application/json".to_owned()),
        ];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = send(method, &format!("{}{path}", self.origin), &headers, body);
        let violations = answer.header("sl-violations").to_owned();
        if answer.header("content-type").starts_with("application/problem+json") || !violations.is_empty() {
            return Err(format!("{method} {path}: {}: {violations} {}", answer.status, answer.text()));
        }
        Ok(answer)
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A harbour in which every endpoint has something to tell.
fn full_harbor() -> Harbor {
    let harbor = Harbor::new().tagged("v1.0.0").merged_pull("feat: sail", "berta").approved_by("rita");
    let harbor = harbor.check("test", "success").check("lint", "in_progress").status("deploy/preview", "success");
    let (head, pull) = (harbor.head(), 1);
    harbor.requires(&["test"]).state(|state| {
        state.add_user("acme", Role::Admin);
        state.add_token(ADMIN, Token::classic("acme"));
        state.add_app_check(&head, &App::new(7, "codecov"), "codecov/patch", "neutral");
        state.add_review(pull, "nobody", "COMMENTED");
        state.users.retain(|user| user.login != "nobody");
        fill(state, &head);
    })
}

fn fill(state: &mut State, head: &str) {
    let pull = state.pull_mut(1).unwrap();
    pull.labels.push("bug".to_owned());
    pull.body = Some("What and why".to_owned());
    let push = ForcePush { at: pull.created_at, actor: "berta".into(), before: head.into(), after: head.into() };
    pull.force_pushes.push(push);
    state.add_pull("fix: leak", "berta", head, &[head]);
    state.add_rule(Rule::PullRequest { approvals: 1, dismiss_stale: true, code_owners: false, last_push: false });
    let pinned = RequiredCheck { context: "lint".to_owned(), app: Some(15_368) };
    let ruleset = Ruleset {
        id: 9,
        organization: true,
        enforcement: Enforcement::Active,
        branches: vec!["refs/heads/m*".to_owned()],
        rules: vec![Rule::RequiredChecks(vec![pinned.clone()]), Rule::NonFastForward, Rule::Deletion],
    };
    state.rulesets.push(ruleset);
    state.protections.push(Protection {
        branch: "main".to_owned(),
        checks: vec![pinned],
        approvals: Some(2),
        code_owners: true,
    });
}

#[test]
fn every_answer_is_as_github_describes_it() {
    let Some(modules) = modules() else { return };
    let harbor = full_harbor();
    let prism = Prism::before(&harbor.github.api_url(), &modules);
    let mut wrong = Vec::new();
    let mut ask = |method: &str, path: &str, body: Value, status: u16| match prism.ask(method, path, &body) {
        Ok(answer) => {
            if answer.status != status {
                wrong.push(format!("{method} {path}: {} in place of {status}: {}", answer.status, answer.text()));
            }
            serde_json::from_slice(&answer.bytes).unwrap_or(Value::Null)
        }
        Err(violation) => {
            wrong.push(violation);
            Value::Null
        }
    };
    let head = harbor.head();
    let (suite, run, job, workflow_run) = harbor.github.state(|state| {
        let suite = state.suites.iter().find(|suite| suite.head_sha == head && suite.workflow.is_some()).unwrap();
        (suite.id, suite.runs[0].id, suite.runs[0].id, suite.workflow.as_ref().unwrap().id)
    });
    for path in ["/user", "/rate_limit"] {
        ask("GET", path, Value::Null, 200);
    }
    for path in [
        String::new(),
        "/tags".into(),
        "/branches".into(),
        "/branches/main".into(),
        "/branches/main/protection".into(),
        "/rules/branches/main".into(),
        "/collaborators/rita/permission".into(),
        "/commits".into(),
        format!("/commits/{head}"),
        format!("/commits/{head}/check-runs?filter=all&per_page=2"),
        format!("/commits/{head}/check-suites"),
        format!("/commits/{head}/status"),
        format!("/commits/{head}/statuses"),
        format!("/commits/{head}/pulls"),
        format!("/check-suites/{suite}/check-runs"),
        format!("/check-runs/{run}"),
        format!("/actions/runs?head_sha={head}"),
        format!("/actions/runs/{workflow_run}"),
        format!("/actions/runs/{workflow_run}/jobs"),
        format!("/actions/runs/{workflow_run}/attempts/1/jobs"),
        format!("/actions/jobs/{job}"),
        "/pulls?state=all".into(),
        "/pulls/1".into(),
        "/pulls/1/commits".into(),
        "/pulls/1/reviews".into(),
        "/git/ref/heads%2Fmain".into(),
        "/git/matching-refs/tags".into(),
    ] {
        ask("GET", &format!("/repos/acme/boat{path}"), Value::Null, 200);
    }
    let mut ask = |method: &str, path: &str, body: Value, status: u16| {
        ask(method, &format!("/repos/acme/boat{path}"), body, status)
    };
    let id = |value: &Value| value["id"].as_u64().unwrap_or_default();

    ask("POST", "/git/refs", json!({ "ref": "refs/tags/v1.1.0", "sha": head }), 201);
    ask("POST", "/git/refs", json!({ "ref": "refs/tags/v1.1.0", "sha": head }), 422);
    ask("POST", &format!("/statuses/{head}"), json!({ "state": "success", "context": "zarpe" }), 201);
    ask("POST", "/pulls/2/reviews", json!({ "event": "APPROVE", "body": "yes" }), 200);

    let draft = id(&ask("POST", "/releases", json!({ "tag_name": "v1.1.0", "name": "One", "draft": true }), 201));
    ask("PATCH", &format!("/releases/{draft}"), json!({ "body": "notes" }), 200);
    let asset = id(&ask("POST", &format!("/releases/{draft}/assets?name=schema.yml"), json!("openapi: 3.1.0"), 201));
    ask("POST", &format!("/releases/{draft}/assets?name=schema.yml"), json!("openapi: 3.1.0"), 422);
    ask("PATCH", &format!("/releases/{draft}"), json!({ "draft": false }), 200);
    ask("POST", "/releases", json!({ "tag_name": "v1.1.0" }), 422);
    for path in [
        "/releases".into(),
        "/releases/latest".into(),
        "/releases/tags/v1.1.0".into(),
        format!("/releases/{draft}"),
        format!("/releases/{draft}/assets"),
        format!("/releases/assets/{asset}"),
    ] {
        ask("GET", &path, Value::Null, 200);
    }
    ask("DELETE", &format!("/releases/assets/{asset}"), Value::Null, 204);
    ask("DELETE", &format!("/releases/{draft}"), Value::Null, 204);
    ask("GET", "/releases/tags/v1.1.0", Value::Null, 404);

    let deployment = id(&ask("POST", "/deployments", json!({ "ref": "main", "description": "go" }), 201));
    let statuses = format!("/deployments/{deployment}/statuses");
    ask(
        "POST",
        &statuses,
        json!({ "state": "success", "log_url": "https://example.com/1", "environment_url": "https://example.com" }),
        201,
    );
    for path in ["/deployments".into(), format!("/deployments/{deployment}"), statuses] {
        ask("GET", &path, Value::Null, 200);
    }
    assert!(wrong.is_empty(), "{} of the answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
