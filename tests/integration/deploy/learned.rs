//! What a run comes to know as secret: later steps of its process use it, and nobody reads it anywhere.

use super::{deploy, events, lines, planned};
use crate::support::{ExitCode, Reply, Repo, Web};

const TOKEN: &str = "hidden-answered-token";

/// Gives a token to who logs in, and tells what a bearer may see.
fn service() -> Web {
    Web::start(|asked| match (asked.method.as_str(), asked.target.as_str()) {
        (_, "/login") => Reply::json(200, &format!("{{\"user\": \"smoke\", \"token\": \"{TOKEN}\", \"pin\": \"k7\"}}")),
        _ if asked.header("authorization") == format!("Bearer {TOKEN}") => Reply::json(200, "{\"n\": 7}"),
        _ => Reply::new(401, "who are you?"),
    })
}

fn plan(web: &Web, login: &str) -> Repo {
    let address = web.address();
    planned(&format!(
        "
jobs:
  a:
    outputs: {{token: '${{{{ steps.login.outputs.token }}}}', user: '${{{{ steps.login.outputs.user }}}}'}}
    steps:
      - {{id: login, uses: zarpe/http, {login}with: {{url: '{address}/login', method: POST, capture: {{token: $.token, user: $.user}}}}}}
      - {{run: 'echo \"got ${{{{ steps.login.outputs.token }}}} $T\" | tee -a log; printf %s $T | base64', idempotent: true, env: {{T: '${{{{ steps.login.outputs.token }}}}'}}}}
      - {{name: 'with ${{{{ steps.login.outputs.token }}}}', idempotent: true, run: 'test -e go'}}
      - {{uses: zarpe/http, with: {{url: '{address}/see', headers: {{authorization: 'Bearer ${{{{ steps.login.outputs.token }}}}'}}}}}}
      - {{uses: zarpe/gate, if: \"steps.login.outputs.token != ''\", with: {{value: 'echo ${{{{ steps.login.outputs.token }}}}', max: 1}}}}
  b: {{needs: a, if: always(), steps: [{{run: 'test -e go && echo \"${{{{ needs.a.outputs.user }}}} ${{{{ needs.a.outputs.token }}}}\" >> log', idempotent: true}}]}}
"
    ))
}

/// Nothing of the run's folder, its copy for others, or what reads it, has the token.
fn assert_kept_nowhere(repo: &Repo) {
    let state = repo.path().join(".git/zarpe");
    let found = std::process::Command::new("grep").args(["-rlaE", "hidden-answered|aGlkZGVu"]).arg(&state).output();
    assert_eq!(String::from_utf8_lossy(&found.unwrap().stdout), "");
    for words in [["report", "7", "--format", "json"], ["status", "7", "--format", "json"]] {
        deploy(repo, words).run().never_says("hidden-answered").never_says("aGlkZGVu");
    }
}

#[test]
fn a_token_that_is_captured_is_used_and_shown_nowhere() {
    let web = service();
    let repo = plan(&web, "idempotent: true, ").write("go", "");
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let run = run.says("got *** ***").says("a/3 begins: with ***").says("a/4 done");
    let run = run.says("login done: left out of the journal, for a secret stands in it: token");
    run.never_says("hidden-answered").never_says("aGlkZGVu");
    assert_eq!(lines(&repo, "log"), [format!("got {TOKEN} {TOKEN}"), format!("smoke {TOKEN}")]);
    let login = events(&repo).into_iter().find(|event| event["event"] == "step_finished").unwrap();
    assert_eq!((&login["outputs"]["user"], &login["withheld"][0]), (&"smoke".into(), &"token".into()));
    assert_kept_nowhere(&repo);
}

#[test]
fn another_process_gets_it_again_where_that_can_be_done_twice() {
    let web = service();
    let repo = plan(&web, "idempotent: true, ");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused).says("a/3 failed");
    let repo = repo.write("go", "");
    let run = deploy(&repo, ["resume", "7", "--retry"]).run().exits(ExitCode::Refused).never_says("hidden-answered");
    run.says("a/login is done again: a/4 needs a secret that it gives, which no journal keeps").says("a/4 done");
    assert_eq!(web.asked().iter().filter(|asked| asked.target == "/login").count(), 2);
    assert_kept_nowhere(&repo);
}

#[test]
fn where_it_cannot_be_done_twice_what_is_lost_is_said() {
    let web = service();
    let repo = plan(&web, "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused).says("a/3 failed");
    let repo = repo.write("go", "");
    let run = deploy(&repo, ["resume", "7", "--retry"]).run().exits(ExitCode::Refused).never_says("hidden-answered");
    let lost = "`steps.login.outputs.token` was a secret, which no journal keeps: only the process that got it knew it";
    let run = run.says(&format!("a/4 failed: {lost}; make the step `login` `idempotent: true`"));
    // What only asks about it is not told that there is none.
    run.says("`needs.a.outputs.token` was a secret").never_says("a/5 skipped");
    assert_eq!(web.asked().iter().filter(|asked| asked.target == "/login").count(), 1);
}

#[test]
fn github_is_told_of_what_is_captured_and_people_of_what_is_too_short() {
    let (web, repo) = (service(), Repo::new());
    let ask = |capture: &str| {
        repo.zarpe(["http", "--url", &format!("{}/login", web.address()), "--capture", capture])
            .env("GITHUB_ACTIONS", "true")
            .run()
            .exits(ExitCode::Done)
    };
    let run = ask("bearer=$.token");
    assert_eq!(run.stderr.lines().next(), Some("::add-mask::hidden-answered-token"));
    assert!(!run.stdout.contains(TOKEN), "{}", run.stdout);
    ask("password=$.pin").says("a captured secret of fewer than 4 characters is not hidden");
    assert_eq!(ask("user=$.user").stderr, "");
}

#[test]
fn what_a_step_tells_to_be_secret_is_hidden_from_then_on() {
    let repo = planned(
        "
jobs:
  a:
    steps:
      - {id: t, idempotent: true, run: 'printf \"::add-mask::told-word\\n::add-mask::abc\\n\"; sleep 0.5; echo told-word >&2; echo v=told-word >> $GITHUB_OUTPUT'}
      - {idempotent: true, run: 'echo ${{ steps.t.outputs.v }} | tr a-z a-z; echo ${{ steps.t.outputs.v }} > used'}
",
    );
    let run = deploy(&repo, ["run", "plan.yml"]).env("GITHUB_ACTIONS", "true").run().exits(ExitCode::Done);
    let run = run.says("a/t: a secret of fewer than 4 characters is not hidden").says("a | ***");
    let shown: Vec<&str> = run.stderr.lines().filter(|line| line.contains("told-word")).collect();
    assert_eq!(shown, ["::add-mask::told-word"]);
    assert!(run.stderr.contains("\n::add-mask::abc\n") || run.stderr.starts_with("::add-mask::abc\n"));
    assert_eq!(lines(&repo, "used"), ["told-word"]);
}
