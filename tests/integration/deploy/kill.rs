//! A run killed at every line of its journal: resumed, it ends as one that was never killed, and nothing is done twice that
//! must not be.

use std::os::unix::process::ExitStatusExt as _;

use test_case::test_case;

use super::{deploy, lines, names, planned};
use crate::kills::{can_trace, traced};
use crate::support::{ExitCode, Repo, Run};

/// `once` must not be done twice: what it did is in `log`, and `done-if` looks there.
const PLAN: &str = "
jobs:
  before: {steps: [{run: 'echo before >> log2', idempotent: true}]}
  window:
    needs: before
    steps:
      - {id: on, run: 'touch maintenance', idempotent: true, post: 'rm -f maintenance; echo off >> log2', post-if: safe()}
      - {id: once, run: 'echo once >> log', done-if: 'grep -qx once log'}
      - {id: smoke, run: 'test ! -e broken', idempotent: true}
    rollback:
      - {id: back, run: 'echo back >> back', idempotent: true}
  after: {needs: window, steps: [{id: tell, run: 'echo tell >> log', done-if: 'grep -qx tell log'}]}
";

/// The calls that write the journal: nothing else of this program makes them.
const CALLS: &str = "pwrite64,fdatasync";

/// The signals in turn: each place of the journal meets one of them.
const SIGNALS: [&str; 3] = ["KILL", "TERM", "INT"];

/// Killed, or stopped by itself with something left to do.
#[track_caller]
fn stopped(status: std::process::ExitStatus, signal: &str, call: &str) {
    let right = match signal {
        "KILL" => status.signal() == Some(9),
        _ => matches!(status.code(), Some(0 | 1 | 5 | 6)),
    };
    assert!(right, "{call} {signal}: {status}");
}

fn resumed(repo: &Repo, code: ExitCode) {
    // Killed before its first line, there is no run yet.
    if names(repo).is_empty() {
        let _ = std::fs::remove_dir_all(repo.path().join(".git/zarpe"));
        deploy(repo, ["run", "plan.yml"]).run().exits(code);
    } else {
        deploy(repo, ["resume", "7"]).run().exits(code);
    }
}

#[test]
fn b17_b18_killed_at_every_line_it_ends_the_same() {
    if !can_trace() {
        return;
    }
    let repo = planned(PLAN);
    let (status, calls) = traced(deploy(&repo, ["run", "plan.yml"]), CALLS, None);
    assert!(status.success(), "{status}");
    assert!(calls.len() > 30, "{calls:?}");
    for (at, (call, nth)) in calls.iter().enumerate() {
        let (repo, signal) = (planned(PLAN), SIGNALS[at % 3]);
        let (status, _) =
            traced(deploy(&repo, ["run", "plan.yml"]), CALLS, Some(&format!("{call}:signal={signal}:when={nth}")));
        stopped(status, signal, call);
        resumed(&repo, ExitCode::Done);
        assert_eq!(lines(&repo, "log"), ["once", "tell"], "{call} {nth}");
        assert!(!repo.path().join("maintenance").exists(), "{call} {nth}");
        assert!(names(&repo).contains(&"run_finished".to_owned()), "{call} {nth}");
        assert!(!repo.path().join(".git/zarpe/locks/default.json").exists(), "{call} {nth}");
    }
}

#[test]
fn b19_killed_at_every_line_of_its_rollback_it_is_taken_back() {
    if !can_trace() {
        return;
    }
    let begun = || {
        let repo = planned(PLAN).write("broken", "");
        deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting).says("zarpe deploy rollback 7 window");
        assert!(repo.path().join("maintenance").exists());
        repo
    };
    let repo = begun();
    let (_, calls) = traced(deploy(&repo, ["rollback", "7"]), CALLS, None);
    assert!(calls.len() > 14, "{calls:?}");
    for (at, (call, nth)) in calls.iter().enumerate() {
        let (repo, signal) = (begun(), SIGNALS[at % 3]);
        let injection = format!("{call}:signal={signal}:when={nth}");
        let (status, _) = traced(deploy(&repo, ["rollback", "7"]), CALLS, Some(&injection));
        stopped(status, signal, call);
        if names(&repo).contains(&"rollback_requested".to_owned()) {
            deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused);
        } else {
            deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused);
        }
        assert!(!lines(&repo, "back").is_empty(), "{call} {nth}");
        assert!(!repo.path().join("maintenance").exists(), "{call} {nth}");
        assert_eq!(lines(&repo, "log"), ["once"], "{call} {nth}");
    }
}

#[test]
fn what_cannot_be_told_waits_for_a_person() {
    let repo = planned(
        "jobs: {a: {steps: [{id: pay, run: 'echo pay >> log; kill -9 $PPID; sleep 0.2'}, {run: 'echo next >> log'}]}}\n",
    );
    let status = deploy(&repo, ["run", "plan.yml"]).command().status().unwrap();
    assert_eq!(status.signal(), Some(9));
    let told = deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Waiting);
    told.says("nobody can tell whether a/pay was done").says("zarpe deploy settle 7 a/pay --as done");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Waiting);
    deploy(&repo, ["settle", "7", "pay", "--as", "done"]).run().exits(ExitCode::Done);
    deploy(&repo, ["settle", "7", "pay", "--as", "failed"]).run().exits(ExitCode::Refused);
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["pay", "next"]);
}

/// What asks cannot be run, so nothing is known: it is not taken for a no.
#[test]
fn a_done_if_that_cannot_be_run_answers_nothing() {
    let plan =
        "jobs: {a: {steps: [{id: pay, run: 'echo pay >> log; kill -9 $PPID', done-if: 'no-such-program-here'}]}}\n";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).command().status().unwrap();
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Waiting).says("zarpe deploy settle 7 a/pay");
    assert_eq!(lines(&repo, "log"), ["pay"]);
}

/// Goes on with run 7; the step that still works ends when that was said.
fn goes_on_when_heard<'a>(repo: &Repo, words: impl IntoIterator<Item = &'a str>) -> Run {
    let go = repo.path().join("go");
    deploy(repo, words).run_when("its command still runs: waiting for its end", || std::fs::write(go, "").unwrap())
}

#[test]
fn the_command_of_a_lost_process_is_let_end_before_it_is_judged() {
    let plan = "jobs: {a: {steps: [{id: slow, run: 'kill -9 $PPID; until test -e go; do sleep 0.05; done; echo slow >> log', done-if: 'test -e log'}]}}\n";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).command().status().unwrap();
    goes_on_when_heard(&repo, ["resume", "7"]).exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["slow"]);
}

/// A run whose process was killed while its migration went on: a command of `rollback` or `settle` may be what comes next.
fn lost_at_work() -> Repo {
    let repo = planned(
        "
jobs:
  a:
    steps:
      - {id: on, run: 'echo on >> log', idempotent: true, post: 'echo off >> log', post-if: safe()}
      - {id: migrate, run: 'test -e migrated || { touch migrated; kill -9 $PPID; }; until test -e go; do sleep 0.05; done; echo migrated >> log'}
    rollback: [{run: 'echo back >> log', idempotent: true}]
",
    );
    let ended = deploy(&repo, ["run", "plan.yml"]).command().status().unwrap();
    assert_eq!(ended.signal(), Some(9));
    repo
}

#[test]
fn what_a_lost_process_left_at_work_ends_before_its_run_does() {
    let repo = lost_at_work();
    let settle = deploy(&repo, ["settle", "7", "a/migrate", "--as", "failed"]).run().exits(ExitCode::Refused);
    settle.says("the command of a/migrate still runs (process ").says("wait for its end, or end it");
    goes_on_when_heard(&repo, ["settle", "7"]);
    assert_eq!(lines(&repo, "log"), ["on", "migrated"]);
    deploy(&repo, ["rollback", "7", "a", "--accept-loss", "1h"]).run();
    assert_eq!(lines(&repo, "log"), ["on", "migrated", "back", "off"]);
}

#[test]
fn b21_a_torn_line_is_dropped_and_the_run_goes_on() {
    let repo = planned("jobs: {a: {steps: [{run: 'test -e there', idempotent: true}]}}\n");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let journal = repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, format!("{text}{{\"v\":1,\"seq\"")).unwrap();
    let repo = repo.write("there", "");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
}

/// A full disk, as each write and each synchronisation of the journal meets it.
#[test_case("pwrite64"; "writing")]
#[test_case("fdatasync"; "synchronising")]
fn b20_h90_where_the_journal_cannot_be_written_nothing_begins(call: &str) {
    if !can_trace() {
        return;
    }
    let repo = planned(PLAN);
    let (_, calls) = traced(deploy(&repo, ["run", "plan.yml"]), call, None);
    for (_, nth) in &calls {
        let repo = planned(PLAN);
        let injection = format!("{call}:error=ENOSPC:when={nth}");
        let (status, _) = traced(deploy(&repo, ["run", "plan.yml"]), call, Some(&injection));
        // Where the site is closed, that is what is told.
        let is_closed = repo.path().join("maintenance").exists();
        let told = status.code();
        assert!(told == Some(6) || told == Some(3) && !is_closed, "{call} {nth}: {told:?}");
        resumed(&repo, ExitCode::Done);
        assert_eq!(lines(&repo, "log"), ["once", "tell"], "{call} {nth}");
        assert!(!repo.path().join("maintenance").exists(), "{call} {nth}");
    }
}

#[test]
fn two_cannot_work_on_one_run() {
    let repo = planned(
        "jobs: {a: {steps: [{run: 'touch begun; for i in $(seq 200); do test -e go && exit; sleep 0.05; done'}]}}\n",
    );
    let mut first = deploy(&repo, ["run", "plan.yml"]).command().spawn().unwrap();
    while !repo.path().join("begun").exists() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("another process works on this run");
    // What another process does is not lost.
    let status = deploy(&repo, ["status", "7"]).run().exits(ExitCode::Waiting);
    status.says("7: running").never_says("nobody can tell").never_says("settle");
    let repo = repo.write("go", "");
    assert!(first.wait().unwrap().success());
    assert_eq!(names(&repo).last().map(String::as_str), Some("run_finished"));
}

#[test]
fn what_done_if_writes_down_are_the_outputs_of_the_step_that_was_lost() {
    let plan = "
jobs:
  a:
    steps:
      - id: make
        run: 'echo made >> log; echo v=7 >> $GITHUB_OUTPUT; kill -9 $PPID'
        done-if: 'grep -qx made log && echo v=7 >> $GITHUB_OUTPUT'
      - {run: 'echo ${{ steps.make.outputs.v }} >> log', idempotent: true}
";
    let repo = planned(plan);
    assert_eq!(deploy(&repo, ["run", "plan.yml"]).command().status().unwrap().signal(), Some(9));
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["made", "7"]);
}

/// What a refused run leaves is taken away, and a process may be killed at each call of that.
#[test]
fn what_is_left_of_a_refused_run_is_cleaned_by_the_next_process() {
    if !can_trace() {
        return;
    }
    const REMOVES: &str = "?rename,renameat,?renameat2,?unlink,unlinkat,?rmdir";
    let held = || {
        let repo = planned("roles: {boss: '@bea'}\njobs: {a: {steps: [{role: boss, uses: zarpe/sign}]}}\n");
        deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
        repo
    };
    let refused = |repo: &Repo| deploy(repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", "8");
    let (status, calls) = traced(refused(&held()), REMOVES, None);
    assert!(status.code() == Some(1) && calls.len() > 4, "{status} {calls:?}");
    for (call, nth) in &calls {
        let repo = held();
        let (status, _) = traced(refused(&repo), REMOVES, Some(&format!("{call}:signal=KILL:when={nth}")));
        assert_eq!(status.signal(), Some(9), "{call} {nth}");
        deploy(&repo, ["status"]).run().exits(ExitCode::Done);
        let names = |folder: &str| -> Vec<String> {
            let entries = std::fs::read_dir(repo.path().join(folder)).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        };
        for name in names(".git/zarpe") {
            assert!(["runs", "locks"].contains(&name.as_str()), "{call} {nth}: {name}");
        }
        // It may not have come to that; then it is there as a whole, and goes no further than before.
        for run in names(".git/zarpe/runs") {
            assert!(["7", "8"].contains(&run.as_str()), "{call} {nth}: {run}");
        }
        if names(".git/zarpe/runs").len() == 1 {
            refused(&repo).run().exits(ExitCode::Refused).says("default is locked by run 7");
        }
    }
}

/// Its process was killed: nothing of it runs, whatever the journal says last.
#[test]
fn a_run_whose_process_has_ended_is_not_shown_as_running() {
    let repo = planned(
        "jobs: {a: {steps: [{run: 'true', idempotent: true}, {id: pay, run: 'kill -9 $PPID', done-if: 'test -e paid'}]}}\n",
    );
    assert_eq!(deploy(&repo, ["run", "plan.yml"]).command().status().unwrap().signal(), Some(9));
    let status = deploy(&repo, ["status", "7"]).run().exits(ExitCode::Waiting);
    status.says("7: interrupted").says("is gone and did not say that it leaves the run").says("zarpe deploy resume 7");
    deploy(&repo, ["status", "7"]).run().never_says("running");
    let json = deploy(&repo, ["status", "7", "--format", "json"]).run().json_of("deploy/v1");
    assert_eq!(json["state"], "interrupted");
    deploy(&repo, ["status"]).run().exits(ExitCode::Done).says("plan.yml  interrupted").never_says("running");
    let json = deploy(&repo, ["status", "--format", "json"]).run().json_of("deploy-runs/v1");
    assert_eq!(json["runs"][0]["state"], "interrupted");
    for words in [&["report", "7"][..], &["board"]] {
        let told = deploy(&repo, [words, &["--format", "markdown"]].concat()).run().exits(ExitCode::Done);
        told.says("interrupted").never_says("in progress");
    }
    let repo = repo.write("zarpe.yml", "language: es\n");
    deploy(&repo, ["status"]).run().says("plan.yml  interrumpid").never_says("en curso");
}

/// A machine that nobody can look at from here: what runs there is not seen to have ended.
#[test]
fn who_asks_for_what_another_machine_began_is_told_where_to_look_first() {
    let plan = "jobs: {a: {steps: [{id: pay, run: 'test -e paid || { touch paid; kill -9 $PPID; }', done-if: 'test -e paid'}]}}\n";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).command().status().unwrap();
    super::edited(&repo, |event| {
        if let zarpe::deploy::journal::Event::RunStarted(started) = event {
            started.who.host = "elsewhere".to_owned();
        }
    });
    let run = deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    let pid = super::events(&repo).iter().find_map(|event| event["pid"].as_u64()).unwrap();
    run.says(&format!("the command of a/pay may still run on elsewhere (process {pid})"))
        .says(&format!("look there first: ps -o pid,etime,args -g {pid}"));
    // One that was rebooted since runs nothing of before.
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).command().status().unwrap();
    super::edited(&repo, |event| {
        if let zarpe::deploy::journal::Event::RunStarted(started) = event {
            started.who.boot_id = "another".to_owned();
        }
    });
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done).never_says("may still run");
}

/// The lock of a lost machine is removed by hand: what is at work there is named before anybody goes on.
#[test]
fn who_removes_the_lock_of_another_machine_is_told_what_may_still_run_there() {
    let repo = planned("jobs: {a: {steps: [{id: pay, run: 'kill -9 $PPID'}]}}\n");
    deploy(&repo, ["run", "plan.yml"]).command().status().unwrap();
    super::edited(&repo, |event| {
        if let zarpe::deploy::journal::Event::RunStarted(started) = event {
            started.who.host = "elsewhere".to_owned();
        }
    });
    let lock: serde_json::Value =
        serde_json::from_slice(&std::fs::read(repo.path().join(".git/zarpe/locks/default.json")).unwrap()).unwrap();
    let unlock = deploy(&repo, ["unlock", "default", "--nonce", lock["nonce"].as_str().unwrap()]);
    unlock.run().exits(ExitCode::Done).says("the command of a/pay may still run on elsewhere (process ");
    // It may be at work all the same, and is not said to have ended.
    let status = deploy(&repo, ["status", "7"]).run().exits(ExitCode::Waiting);
    status.says("the lock of default is lost: it was removed").never_says("is gone").never_says("interrupted");
    let settle = deploy(&repo, ["settle", "7", "pay", "--as", "done"]).run().exits(ExitCode::Done);
    settle.says("the command of a/pay may still run on elsewhere (process ");
}
