//! A job that starts later: `zarpe deploy follow-up`.

use super::{aged, at, cloned, deploy, events, lines, planned};
use crate::support::{ExitCode, Harbor, Repo};

const PLAN: &str = "
concurrency: sea
jobs:
  go: {environment: sea, steps: [{run: 'echo go >> log', idempotent: true}]}
  look: {needs: go, start-in: 24h, steps: [{id: look, run: 'echo look >> log; test ! -e broken', idempotent: true}]}
";

fn waiting() -> Repo {
    let repo = planned(PLAN);
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    run.says("the rest is due later").says("look is due at").says("zarpe deploy follow-up --due");
    repo
}

fn a_day_ago(repo: &Repo) {
    aged(repo, "7", jiff::Timestamp::now() - jiff::SignedDuration::from_hours(25), 1);
}

#[test]
fn what_is_not_due_is_left_alone() {
    let repo = waiting();
    let run = deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Done);
    run.says("0 of 1 runs with a follow-up are due").says("look");
    let json = deploy(&repo, ["follow-up", "--format", "json"]).run().exits(ExitCode::Done);
    let one = &json.json_of("deploy-follow-up/v1")["runs"][0];
    assert_eq!((&one["run"], &one["job"], &one["is_due"]), (&"7".into(), &"look".into(), &false.into()), "{one:#}");
    let human = deploy(&repo, ["follow-up"]).run();
    let due = human.stdout.split_whitespace().find(|word| word.ends_with('Z')).unwrap().to_owned();
    assert_eq!(due.len(), "2026-03-01T22:00:00Z".len(), "{due}");
    assert_eq!(lines(&repo, "log"), ["go"]);
    // Whoever is asked says the same of it: what it deploys is done.
    deploy(&repo, ["status"]).run().exits(ExitCode::Done).says("plan.yml  done");
    let state = |command: &str, at: &str| {
        let document: serde_json::Value =
            serde_json::from_str(&deploy(&repo, [command, "--format", "json"]).run().stdout).unwrap();
        document.pointer(at).and_then(|state| state.as_str()).map(ToOwned::to_owned)
    };
    for (command, at) in
        [("status", "/runs/0/state"), ("report", "/state"), ("board", "/environments/0/deployments/0/state")]
    {
        assert_eq!(state(command, at).as_deref(), Some("success"), "{command}");
    }
    planned(PLAN).zarpe(["deploy", "follow-up", "--due"]).run().exits(ExitCode::Done).says("0 of 0 runs");
}

#[test]
fn what_is_due_is_done_once() {
    let repo = waiting();
    a_day_ago(&repo);
    deploy(&repo, ["follow-up"]).run().exits(ExitCode::Done).says("1 of 1 runs with a follow-up are due");
    assert_eq!(lines(&repo, "log"), ["go"], "without --due nothing is done");
    let repo = repo.commit("fix: something else");
    let run = deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Done).says("7: done");
    run.says("warning: run 7 goes by commit");
    deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Done).says("0 of 0 runs");
    assert_eq!(lines(&repo, "log"), ["go", "look"]);
    // The day of waiting is no part of the deployment.
    let board = deploy(&repo, ["board", "--format", "json"]).run().json_of("deploy-board/v1");
    let seconds = board["environments"][0]["deployments"][0]["seconds"].as_u64().unwrap();
    assert!(seconds < 3600, "{seconds}");
    assert_eq!(reported(&repo), seconds);
}

/// A machine that was lost in the middle of it leaves nobody who would say so.
#[test]
fn what_was_cut_off_is_heard_of_until_somebody_decides() {
    let repo =
        planned(&PLAN.replace(
            "id: look, run: 'echo look >> log; test ! -e broken', idempotent: true",
            "run: 'echo look >> log'",
        ));
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    a_day_ago(&repo);
    deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Done);
    let journal = repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let written = std::fs::read_to_string(&journal).unwrap();
    let begun = written.lines().position(|line| line.contains("\"step_finished\"") && line.contains("look")).unwrap();
    std::fs::write(&journal, written.lines().take(begun).map(|line| line.to_owned() + "\n").collect::<String>())
        .unwrap();
    for _ in 0..2 {
        let run = deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Waiting);
        run.says("1 of 1 runs").says("nobody can tell whether look/1 was done").says("zarpe deploy settle 7 look/1");
    }
    deploy(&repo, ["settle", "7", "look/1", "--as", "done"]).run().exits(ExitCode::Done);
    // Nobody is at work on it, however lately the process that asked for this was.
    let run = deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Done);
    run.says("7: done").never_says("another process");
    deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Done).says("0 of 0 runs");
    assert_eq!(lines(&repo, "log"), ["go", "look"]);
}

/// How long the report says that it took.
fn reported(repo: &Repo) -> u64 {
    let report = deploy(repo, ["report", "7", "--format", "json"]).run().json_of("deploy-report/v1");
    report["seconds"].as_u64().unwrap()
}

#[test]
fn what_another_process_goes_on_with_is_left_to_it() {
    let repo = waiting();
    a_day_ago(&repo);
    let journal = std::fs::File::open(repo.path().join(".git/zarpe/runs/7/journal.jsonl")).unwrap();
    journal.lock().unwrap();
    let run = deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Done);
    run.says("another process goes on with it").never_says("look/look");
    assert_eq!(lines(&repo, "log"), ["go"]);
}

#[test]
fn a_follow_up_that_fails_says_so() {
    let repo = waiting().write("broken", "");
    a_day_ago(&repo);
    deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Refused).says("look/look failed");
    assert!(reported(&repo) < 3600);
    deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Done).says("0 of 0 runs");
}

#[test]
fn the_wait_for_it_is_no_part_of_a_deployment_of_which_something_else_failed() {
    let repo = planned(&format!("{PLAN}  rest: {{steps: [{{run: 'false'}}]}}\n"));
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    a_day_ago(&repo);
    deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Refused);
    assert_eq!(lines(&repo, "log"), ["go", "look"]);
    assert!(reported(&repo) < 3600, "{}", reported(&repo));
}

#[test]
fn one_run_that_cannot_go_on_stops_no_other() {
    let repo = waiting();
    deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Done);
    for run in ["7", "8"] {
        aged(&repo, run, jiff::Timestamp::now() - jiff::SignedDuration::from_hours(25), 1);
    }
    let journal = repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, text.replacen("\"v\":1", "\"v\":9", 1)).unwrap();
    let run = deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::CannotTell);
    run.says("7: this journal is not believed").says("8: done");
}

#[test]
fn one_run_whose_journals_went_apart_stops_no_other() {
    let waits = "concurrency: lake\njobs: {a: {steps: [{run: 'exit 1'}], rollback: [{run: 'true'}]}}\n";
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("plan.yml", PLAN).write("other.yml", &PLAN.replace("sea", "lake"));
    harbor.repo = harbor.repo.write("waits.yml", waits);
    let run = |words: &[&str]| harbor.zarpe(["deploy"]).args(words).run();
    run(&["run", "plan.yml", "--run-id", "7"]).exits(ExitCode::Done);
    run(&["run", "other.yml", "--run-id", "8"]).exits(ExitCode::Done);
    // Of 8 there is no copy on the remote, and what is there of 7 says something else than what is here.
    let bare = harbor.github.bare().to_str().unwrap();
    harbor.repo.git(["push", "--quiet", bare, ":refs/zarpe/runs/lake"]);
    for id in ["7", "8"] {
        aged(&harbor.repo, id, jiff::Timestamp::now() - jiff::SignedDuration::from_hours(25), 1);
    }
    let apart = "the journal of run 7 here and on the remote say different things";
    run(&["follow-up"]).exits(ExitCode::CannotTell).says(apart).says("1 of 1 runs with a follow-up are due");
    run(&["follow-up", "--due"]).exits(ExitCode::CannotTell).says(apart).says("8: done");
    assert_eq!(lines(&harbor.repo, "log"), ["go", "go", "look"]);
    // The only one that has not ended and of which one can tell is meant, in whichever environment.
    run(&["run", "waits.yml", "--run-id", "9"]).exits(ExitCode::Waiting);
    run(&["resume"]).exits(ExitCode::Waiting).says(apart).says("the rollback of a waits for a decision");
    run(&["rollback", "9"]).exits(ExitCode::Refused).says("rollback: done");
    run(&["resume"]).exits(ExitCode::CannotTell).says(apart);
    run(&["resume", "7"]).exits(ExitCode::CannotTell).says(apart);
    let status = run(&["status"]).exits(ExitCode::CannotTell);
    status.says(apart).says("waits.yml");
    assert_eq!(lines(&harbor.repo, "log"), ["go", "go", "look"]);
}

#[test]
fn what_failed_is_no_success_because_the_rest_is_due_later() {
    let plan = PLAN.replace("jobs:", "jobs:\n  other: {steps: [{run: 'false', idempotent: true}]}");
    deploy(&planned(&plan), ["run", "plan.yml"]).run().exits(ExitCode::Refused).says("the rest is due later");
}

#[test]
fn it_goes_by_the_plan_that_it_went_by_whatever_the_file_holds_now() {
    let repo = waiting().write("plan.yml", &PLAN.replace("echo look", "echo other"));
    a_day_ago(&repo);
    deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Done).says("7: done");
    assert_eq!(lines(&repo, "log"), ["go", "look"]);
}

#[test]
fn one_that_waits_for_a_person_keeps_nobody_out() {
    let plan = "
concurrency: sea
roles: {qa: ['@ana']}
jobs:
  go: {steps: [{run: 'echo go >> log', idempotent: true}]}
  look:
    needs: go
    start-in: 24h
    steps:
      - {run: 'true', idempotent: true}
      - {id: sure, uses: zarpe/sign, role: qa, with: {statement: sure}}
  then: {needs: look, steps: [{run: 'echo then >> log', idempotent: true}]}
";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    a_day_ago(&repo);
    deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Waiting).says("zarpe deploy sign 7 look/sure");
    // The next deployment begins meanwhile, and keeps the follow-up out only as long as it works.
    let repo = repo.write("next.yml", &plan.replace("    start-in: 24h\n", ""));
    deploy(&repo, ["run", "next.yml"])
        .env("GITHUB_RUN_ID", "8")
        .run()
        .exits(ExitCode::Waiting)
        .says("sign 8 look/sure");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("sea is locked by run 8");
    deploy(&repo, ["settle", "8"]).run().exits(ExitCode::Refused);
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Waiting).says("zarpe deploy sign 7 look/sure");
    assert_eq!(lines(&repo, "log"), ["go", "go"]);
}

#[test]
fn of_two_machines_that_follow_up_at_once_one_goes_on_to_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let plan = format!(
        "
concurrency: sea
jobs:
  go: {{environment: sea, steps: [{{run: 'true', idempotent: true}}]}}
  look: {{needs: go, start-in: 24h, steps: [{{run: 'echo one >> {0}; sleep 1'}}, {{run: 'echo two >> {0}'}}]}}
",
        log.display()
    );
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("plan.yml", &plan).commit("feat: a plan");
    harbor.push("main");
    let clones = ["second", "third"].map(|name| cloned(&harbor, &folder.path().join(name)));
    let (first, [second, third]) = (harbor.repo.path(), &clones);
    at(&harbor, first, &["deploy", "run", "plan.yml", "--run-id", "7"]).run().exits(ExitCode::Done);
    // A day later both know of it: what the remote has of it is what is here.
    let bare = harbor.github.bare().to_str().unwrap();
    harbor.repo.git(["push", "--quiet", bare, ":refs/zarpe/runs/sea"]);
    a_day_ago(&harbor.repo);
    let kept = second.join(".git/zarpe/runs/7");
    std::fs::create_dir_all(&kept).unwrap();
    for file in ["plan.yml", "journal.jsonl"] {
        std::fs::copy(first.join(".git/zarpe/runs/7").join(file), kept.join(file)).unwrap();
    }
    let runs = std::thread::scope(|scope| {
        let machines = &harbor;
        let follow = |clone| scope.spawn(move || at(machines, clone, &["deploy", "follow-up", "--due"]).run());
        [follow(first), follow(second.as_path())].map(|run| run.join().unwrap())
    });
    let done = runs.iter().filter(|run| run.stdout.contains("7: done")).count();
    assert_eq!(done, 1, "{}{}{}{}", runs[0].stdout, runs[0].stderr, runs[1].stdout, runs[1].stderr);
    runs.into_iter().for_each(|run| drop(run.exits(ExitCode::Done)));
    let text = std::fs::read_to_string(&log).unwrap();
    assert_eq!(text.lines().collect::<Vec<_>>(), ["one", "two"]);
    at(&harbor, third, &["deploy", "follow-up", "--due"]).run().exits(ExitCode::Done).says("0 of 0");
    at(&harbor, second, &["deploy", "status", "7"]).run().exits(ExitCode::Done).says("7: done");
}

#[test]
fn what_was_to_look_at_a_version_that_was_taken_back_is_dropped() {
    let repo = planned(
        "
jobs:
  a: {steps: [{run: 'echo new >> log'}], rollback: [{run: 'echo old >> log', idempotent: true}]}
  b: {needs: a, start-in: 24h, steps: [{run: 'echo late >> log'}]}
  c: {needs: b, steps: [{run: 'echo later >> log'}]}
",
    );
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done).says("b is due at");
    let run = deploy(&repo, ["rollback", "7", "--accept-loss", "1h"]).run().exits(ExitCode::Refused);
    run.says("7: taken back").says("b: dropped: the version was taken back").never_says("due at");
    let dropped: Vec<_> = events(&repo).into_iter().filter(|event| event["event"] == "job_dropped").collect();
    assert_eq!((&dropped[0]["job"], &dropped[0]["taken_back"]), (&"b".into(), &"a".into()), "{dropped:?}");
    deploy(&repo, ["status", "7"]).run().exits(ExitCode::Refused).says("dropped: the version was taken back");
    deploy(&repo, ["report", "7"]).run().exits(ExitCode::Done).says("dropped: the version was taken back");
    deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Done).says("0 of 0 runs");
    assert_eq!(lines(&repo, "log"), ["new", "old"]);
}
