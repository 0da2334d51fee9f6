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

/// By another name than a secret's: what is hidden where it is shown is kept nowhere either.
#[test]
fn what_stands_within_a_captured_value_is_kept_nowhere() {
    let web = Web::start(|asked| match asked.target.as_str() {
        "/user" => Reply::json(200, "{\"user\": {\"name\": \"bob\", \"password\": \"hidden-answered-1\"}}"),
        _ => Reply::json(201, "{}").header("location", "/items/1?page=next&sig=hidden-answered-2"),
    });
    let plan = "
jobs:
  a:
    steps:
      - {id: u, uses: zarpe/http, with: {url: 'URL/user', capture: {who: $.user, name: $.user.name}}}
      - {id: c, uses: zarpe/http, with: {url: 'URL/created', capture: {place: header:location, all: $}}}
      - {env: {W: '${{ steps.u.outputs.who }}', P: '${{ steps.c.outputs.place }}'}, run: 'echo \"$W $P\" | tee log; echo \"sig ${P##*=}\"'}
";
    let repo = planned(&plan.replace("URL", &web.address()));
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done).never_says("hidden-answered");
    let run = run.says("a/u done: left out of the journal, for a secret stands in it: who");
    run.says("{\"name\":\"bob\",\"password\":\"***\"} /items/1?page=next&sig=***").says("sig ***");
    let log = "{\"name\":\"bob\",\"password\":\"hidden-answered-1\"} /items/1?page=next&sig=hidden-answered-2";
    assert_eq!(lines(&repo, "log"), [log]);
    let outputs: Vec<_> = events(&repo).iter().filter_map(|event| event.get("outputs").cloned()).collect();
    assert_eq!((&outputs[0]["name"], &outputs[1]["all"]), (&"bob".into(), &"{}".into()));
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

/// As in one job, also where the outputs of a job are those of another one.
#[test]
fn another_process_gets_again_what_other_jobs_gave() {
    let plan = "
secrets: [KEY]
jobs:
  a:
    outputs: {t: '${{ steps.s.outputs.t }}'}
    steps: [{id: s, idempotent: true, env: {T: '${{ secrets.KEY }}'}, run: 'echo once >> log; echo t=pre-$T >> $GITHUB_OUTPUT'}]
  b:
    needs: a
    outputs: {t: '${{ needs.a.outputs.t }}'}
    steps: [{run: 'test -e go', idempotent: true}]
  c: {needs: b, steps: [{idempotent: true, env: {T: '${{ needs.b.outputs.t }}'}, run: 'test $T = pre-hidden-harbour-key'}]}
";
    let repo = planned(plan);
    let tell = |words: &[&str]| deploy(&repo, words.iter().copied()).env("KEY", "hidden-harbour-key").run();
    tell(&["run", "plan.yml"]).exits(ExitCode::Refused);
    std::fs::write(repo.path().join("go"), "").unwrap();
    let run = tell(&["resume", "7"]).exits(ExitCode::Done).never_says("hidden-harbour");
    run.says("a/s is done again: c/1 needs a secret that it gives, which no journal keeps");
    assert_eq!(lines(&repo, "log"), ["once", "once"]);
}

/// What gave it fails when it is to give it again: the next process asks it once more.
#[test]
fn what_did_not_give_it_again_is_asked_by_the_next_process() {
    let plan = "
secrets: [KEY]
jobs:
  a:
    outputs: {t: '${{ steps.s.outputs.t }}'}
    steps: [{id: s, idempotent: true, env: {T: '${{ secrets.KEY }}'}, run: 'test ! -e down; echo t=pre-$T >> $GITHUB_OUTPUT'}]
  b: {needs: a, steps: [{run: 'test -e go', idempotent: true}, {idempotent: true, env: {T: '${{ needs.a.outputs.t }}'}, run: 'test $T = pre-hidden-harbour-key'}]}
";
    let repo = planned(plan);
    let tell = |words: &[&str]| deploy(&repo, words.iter().copied()).env("KEY", "hidden-harbour-key").run();
    tell(&["run", "plan.yml"]).exits(ExitCode::Refused);
    ["go", "down"].into_iter().for_each(|name| std::fs::write(repo.path().join(name), "").unwrap());
    tell(&["resume", "7"]).exits(ExitCode::Refused).says("a/s failed").says("was a secret");
    std::fs::remove_file(repo.path().join("down")).unwrap();
    tell(&["resume", "7"]).exits(ExitCode::Done).says("a/s is done again");
}

/// A second login would have no second logout.
#[test]
fn what_has_cleaned_up_after_itself_gives_nothing_again() {
    let plan = "
secrets: [KEY]
jobs:
  a:
    outputs: {t: '${{ steps.s.outputs.t }}'}
    steps: [{id: s, idempotent: true, env: {T: '${{ secrets.KEY }}'}, run: 'echo in >> log; echo t=pre-$T >> $GITHUB_OUTPUT', post: 'echo out >> log'}]
  b: {needs: a, steps: [{run: 'test -e go', idempotent: true}, {idempotent: true, env: {T: '${{ needs.a.outputs.t }}'}, run: 'true'}]}
";
    let repo = planned(plan);
    let tell = |words: &[&str]| deploy(&repo, words.iter().copied()).env("KEY", "hidden-harbour-key").run();
    tell(&["run", "plan.yml"]).exits(ExitCode::Refused);
    std::fs::write(repo.path().join("go"), "").unwrap();
    tell(&["resume", "7"]).exits(ExitCode::Refused).says("`needs.a.outputs.t` was a secret");
    assert_eq!(lines(&repo, "log"), ["in", "out"]);
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
