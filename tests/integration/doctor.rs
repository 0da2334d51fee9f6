//! `zarpe doctor`.

use serde_json::Value;
use test_case::test_case;
use zarpe::embedded::state::{Access, Role, Token};

use crate::support::{ExitCode, Harbor, Repo, Run, TOKEN};

/// What the document says about one thing: its verdict and its words.
fn line(run: &Run, what: &str) -> (String, String) {
    let document = run.json_of("doctor/v1");
    let found = document["lines"].as_array().unwrap().iter().find(|line| line["what"] == what);
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    found.map_or(("absent".into(), String::new()), |line| (text(line, "verdict"), text(line, "says")))
}

fn doctor(harbor: &Harbor) -> Run {
    harbor.zarpe(["doctor", "--format", "json"]).run()
}

fn local(repo: &Repo) -> Run {
    repo.zarpe(["doctor", "--format", "json"]).run()
}

#[test]
fn all_is_well_in_a_whole_clone_with_a_token_that_may() {
    let harbor = Harbor::new().tagged("v1.0.0");
    let run = harbor.zarpe(["doctor"]).run().exits(ExitCode::Done);
    let said = run.stdout.replace(&harbor.github.clone_url(), "REMOTE").replace(&harbor.head()[..7], "COMMIT");
    let git = harbor.repo.git(["--version"]);
    insta::assert_snapshot!(said.replace(&git, "git version"), @"
    ✓ everything that a release needs is here

    ✓ looked at
      git            git version
      configuration  none: the defaults hold (`zarpe init` writes one)
      repository     on branch main at COMMIT
      history        whole
      releases       1 here, the last is v1.0.0
      remote         REMOTE, releases are made from main
      push           the remote would take a tag from here (tried without sending; its rules come later)
      token          from ZARPE_TOKEN
      GitHub         the token sees acme/boat on 127.0.0.1
      checks         may be read
      statuses       may be read
      pull requests  may be read
      contents       may be read
      rules          none on the branch
      workflows      none waits for a tag or a release
    ");
}

#[test]
fn looking_changes_nothing() {
    let harbor = Harbor::new();
    let before = harbor.remote_refs("*");
    doctor(&harbor).exits(ExitCode::Done);
    assert_eq!(harbor.remote_refs("*"), before);
    let changes = harbor.github.requests().into_iter().filter(|request| {
        request.method != "GET" && !request.path.contains("graphql") && !request.path.contains("git-upload-pack")
    });
    assert_eq!(changes.count(), 0);
}

#[test]
fn outside_of_a_repository_that_is_what_is_missing() {
    let repo = Repo::new();
    std::fs::create_dir(repo.scratch().join("bare")).unwrap();
    let run = repo.at("bare");
    let run = local(&run);
    assert_eq!(line(&run, "repository").0, "no");
    assert_eq!(line(&run, "git").0, "yes");
    run.exits(ExitCode::Refused);
}

#[test]
fn without_a_remote_it_says_how_to_name_one() {
    let run = local(&Repo::new().commit("feat: start"));
    assert_eq!(line(&run, "remote").0, "no");
    run.exits(ExitCode::Refused).says("git remote add origin ADDRESS");
}

#[test]
fn an_empty_repository_has_no_commit() {
    let run = local(&Repo::new());
    assert_eq!(line(&run, "repository"), ("no".into(), "the repository has no commit yet".into()));
}

#[test]
fn a_shallow_clone_is_named_with_its_remedy() {
    let repo = Repo::new().commits(["feat: a", "feat: b"]).tag("v1.0.0").shallow(1);
    let run = local(&repo).exits(ExitCode::Refused);
    assert_eq!(line(&run, "history").0, "no");
    assert_eq!(line(&run, "tags"), ("no".into(), "1 of the remote's releases are not here, the last is v1.0.0".into()));
    run.says("git fetch --unshallow --tags");
}

#[test_case("", "yes"; "without documents")]
#[test_case("openapi: [{schema: schema.yml}]", "no"; "with documents")]
fn a_partial_clone_is_enough_unless_documents_are_compared(config: &str, verdict: &str) {
    let repo = Repo::new().write("zarpe.yml", config).write("schema.yml", "openapi: 3.0.0").commit("feat: a");
    repo.git(["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", repo.path().display());
    repo.git(["clone", "--quiet", "--filter=blob:none", &source, "../partial"]);
    let run = local(&repo.at("partial"));
    assert_eq!(line(&run, "file contents").0, verdict);
}

#[test]
fn a_detached_head_is_fine() {
    let harbor = Harbor::new();
    harbor.repo.git(["switch", "--quiet", "--detach"]);
    let run = doctor(&harbor).exits(ExitCode::Done);
    assert!(line(&run, "repository").1.ends_with("on no branch"));
}

#[test]
fn a_wrong_configuration_is_a_line_and_no_end() {
    let harbor = Harbor::new();
    std::fs::write(harbor.repo.path().join("zarpe.yml"), "verfy: {}\n").unwrap();
    let run = doctor(&harbor).exits(ExitCode::Refused);
    assert_eq!(line(&run, "configuration"), ("no".into(), "unknown key `verfy` (zarpe.yml:1:1)".into()));
    assert_eq!(line(&run, "GitHub").0, "yes");
}

#[test]
fn a_configuration_that_is_named_is_the_one_that_is_read() {
    let harbor = Harbor::new();
    std::fs::write(harbor.repo.path().join("other.yml"), "nay: {}\n").unwrap();
    let run = harbor.zarpe(["--config", "other.yml", "doctor", "--format", "json"]).run();
    assert_eq!(line(&run, "configuration").1, "unknown key `nay` (other.yml:1:1)");
}

#[test]
fn files_that_the_configuration_names_must_be_tracked() {
    let config = "openapi: [{schema: schema.yml}]\nnotes: {assets: [schema.yml, dist.zip]}\n";
    let run = local(
        &Repo::new().write("zarpe.yml", config).write("schema.yml", "x").commit("feat: a").write("dist.zip", "x"),
    );
    assert_eq!(line(&run, "OpenAPI document"), ("yes".into(), "schema.yml".into()));
    run.says("dist.zip is not tracked by git");
}

#[test]
fn without_a_token_it_says_which_variable() {
    let harbor = Harbor::new();
    let run = harbor.zarpe(["doctor", "--format", "json"]).env("ZARPE_TOKEN", "").run().exits(ExitCode::Refused);
    assert_eq!(line(&run, "token").0, "no");
    run.says("set ZARPE_TOKEN");
}

#[test]
fn a_wrong_token_is_not_a_riddle() {
    let harbor = Harbor::new();
    let run = harbor.zarpe(["doctor", "--format", "json"]).env("ZARPE_TOKEN", "ghs_wrong").run();
    assert_eq!(line(&run, "GitHub").0, "no");
    run.exits(ExitCode::Refused).never_says("ghs_wrong");
}

#[test_case("checks", &["statuses", "pull-requests"])]
#[test_case("statuses", &["checks", "pull-requests"])]
#[test_case("pull requests", &["checks", "statuses"])]
fn a_permission_that_is_missing_is_named(missing: &str, held: &[&str]) {
    let mut permissions = vec![("contents", Access::Write)];
    permissions.extend(held.iter().map(|name| (*name, Access::Read)));
    let harbor = Harbor::new().state(|state| state.add_token(TOKEN, Token::workflow(&permissions)));
    let run = doctor(&harbor).exits(ExitCode::Refused);
    let (verdict, says) = line(&run, missing);
    assert_eq!(verdict, "no");
    assert!(says.contains(&format!("lacks the permission {}=read", missing.replace(' ', "_"))), "{says}");
}

#[test]
fn a_token_that_may_only_read_pushes_no_tag() {
    let reads = ["contents", "checks", "statuses", "pull-requests"].map(|name| (name, Access::Read));
    let harbor = Harbor::new().state(|state| state.add_token(TOKEN, Token::workflow(&reads)));
    let run = doctor(&harbor).exits(ExitCode::Refused);
    assert_eq!(line(&run, "push").0, "no");
    run.says("`contents: write` in a workflow").never_says(TOKEN);
}

#[test]
fn the_scopes_of_a_classic_token_are_shown_where_github_lists_them() {
    let harbor = Harbor::new().state(|state| {
        state.add_user("luz", Role::Admin);
        state.add_token(TOKEN, Token::classic("luz"));
    });
    let run = doctor(&harbor).exits(ExitCode::Done);
    assert_eq!(line(&run, "GitHub").1, "the token sees acme/boat on 127.0.0.1, with the scopes repo, workflow");
}

#[test_case("on:\n  push:\n    tags: ['v*']\n"; "tags")]
#[test_case("on:\n  release:\n    types: [published]\n"; "a release")]
#[test_case("on: [release, push]\n"; "a list of events")]
#[test_case("on: release\n"; "one event")]
fn a_workflow_that_waits_for_the_tag_is_not_started_by_the_workflows_own_token(workflow: &str) {
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write(".github/workflows/publish.yml", workflow);
    harbor = harbor.pushed("ci: publish");
    let run = doctor(&harbor).exits(ExitCode::Refused);
    assert_eq!(line(&run, "workflows").0, "no");
    run.says("publish.yml wait for a tag").says("token of a GitHub App");
    let harbor = harbor.state(|state| {
        state.add_user("luz", Role::Admin);
        state.add_token(TOKEN, Token::classic("luz"));
    });
    let run = doctor(&harbor).exits(ExitCode::Done);
    assert_eq!(
        line(&run, "workflows"),
        ("yes".into(), "a tag pushed as luz starts .github/workflows/publish.yml".into())
    );
}

#[test_case("on: push\n"; "every push")]
#[test_case("on: {push: {branches: [main]}}\n"; "branches")]
#[test_case("on: [push, pull_request]\n"; "a list")]
#[test_case(": no yaml: [\n"; "no YAML")]
fn a_workflow_that_does_not_wait_is_no_reason(workflow: &str) {
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write(".github/workflows/ci.yml", workflow);
    let harbor = harbor.pushed("ci: test");
    assert_eq!(line(&doctor(&harbor), "workflows").1, "none waits for a tag or a release");
}

#[test]
fn an_unreachable_host_is_cannot_tell_and_does_not_take_long() {
    let repo = Repo::new().commit("feat: a");
    repo.git(["remote", "add", "origin", "http://127.0.0.1:9/acme/boat.git"]);
    let began = std::time::Instant::now();
    let run = repo.zarpe(["doctor", "--format", "json"]).env("ZARPE_TOKEN", "t").run();
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    assert_eq!(line(&run, "remote").0, "cannot-tell");
    assert_eq!(line(&run, "GitHub").0, "cannot-tell");
    run.exits(ExitCode::CannotTell);
}

#[test]
fn a_branch_that_the_remote_has_not_is_said() {
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("zarpe.yml", "branch: trunk\n");
    let run = doctor(&harbor).exits(ExitCode::Refused);
    assert!(line(&run, "remote").1.ends_with("has no branch trunk"), "{run}");
}

#[test]
fn without_git_nothing_can_be_pushed() {
    let repo = Repo::new().commit("feat: a");
    let run = repo.zarpe(["doctor", "--format", "json"]).env("PATH", "/nowhere").run();
    assert_eq!(line(&run, "git").0, "no");
    run.exits(ExitCode::Refused).says("install git");
}
