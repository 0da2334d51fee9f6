//! A run that is told to stop: it passes the signal on, writes it down, and can be resumed.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use test_case::test_case;

use super::{deploy, lines, names, planned};
use crate::support::{ExitCode, Repo};

fn begun(repo: &Repo, file: &str) -> Child {
    let mut zarpe = deploy(repo, ["run", "plan.yml"]);
    let child = zarpe.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let since = Instant::now();
    while !repo.path().join(file).exists() {
        assert!(since.elapsed() < Duration::from_secs(20), "it does not begin");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn tell(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().unwrap().success());
}

#[test_case("INT")]
#[test_case("TERM")]
#[test_case("HUP")]
fn b22_the_signal_reaches_the_command_and_the_run_goes_on_later(signal: &str) {
    let plan = format!(
        "jobs: {{a: {{steps: [{{id: s, run: 'trap \"echo told >> log; exit 1\" {signal}; touch begun; test -e go && exit 0; while :; do sleep 0.05; done', idempotent: true}}]}}}}\n"
    );
    let repo = planned(&plan);
    let child = begun(&repo, "begun");
    let since = Instant::now();
    tell(&child, signal);
    let output = child.wait_with_output().unwrap();
    assert!(since.elapsed() < Duration::from_secs(3), "{:?}", since.elapsed());
    assert_eq!(output.status.code(), Some(i32::from(ExitCode::Waiting.code())));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("zarpe deploy resume 7, or zarpe deploy settle 7"), "{said}");
    assert_eq!(lines(&repo, "log"), ["told"]);
    assert_eq!(names(&repo).iter().rev().take(2).collect::<Vec<_>>(), ["step_finished", "interrupted"]);
    let repo = repo.write("go", "");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
}

#[test]
fn b22_a_command_that_does_not_listen_is_killed_in_time() {
    let repo = planned(
        "jobs: {a: {steps: [{id: s, run: 'trap \"\" INT TERM; touch begun; sleep 60 & while :; do wait; done', post: 'echo post >> log'}]}}\n",
    );
    let child = begun(&repo, "begun");
    let since = Instant::now();
    tell(&child, "INT");
    let output = child.wait_with_output().unwrap();
    let took = since.elapsed();
    assert!(took > Duration::from_secs(6) && took < Duration::from_millis(7400), "{took:?}");
    // A clean-up is left: nobody can tell what is half done.
    assert_eq!(output.status.code(), Some(i32::from(ExitCode::Maintenance.code())));
    assert!(lines(&repo, "log").is_empty(), "no clean-up while there is no time for it");
    let said = deploy(&repo, ["settle", "7"]).run().exits(ExitCode::Refused);
    said.says("cancelled");
    assert_eq!(lines(&repo, "log"), ["post"]);
}

/// The remote does not answer: a process that is told to stop does not wait for it.
#[test]
fn b22_a_push_that_hangs_keeps_nobody_from_ending() {
    let plan = "
jobs:
  a:
    steps:
      - {id: m, run: 'touch on', idempotent: true, post: 'rm on', post-if: safe()}
      - {id: h, run: 'printf \"#!/bin/sh\\ntouch $PWD/hangs; sleep 30\\n\" > $BARE/hooks/pre-receive; chmod +x $BARE/hooks/pre-receive', idempotent: true}
      - {id: n, run: 'echo n >> log'}
";
    let repo = planned(plan);
    let bare = repo.scratch().join("bare.git").display().to_string();
    repo.git(["init", "--quiet", "--bare", &bare]);
    repo.git(["remote", "add", "origin", &bare]);
    let mut zarpe = deploy(&repo, ["run", "plan.yml"]).env("BARE", &bare);
    let child = zarpe.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while !repo.path().join("hangs").exists() {
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing is pushed");
        std::thread::sleep(Duration::from_millis(20));
    }
    let since = Instant::now();
    tell(&child, "INT");
    let output = child.wait_with_output().unwrap();
    assert!(since.elapsed() < Duration::from_millis(7400), "{:?}", since.elapsed());
    // What was to be pushed has not begun, and the clean-up is left for who goes on.
    assert_eq!(output.status.code(), Some(i32::from(ExitCode::Maintenance.code())));
    assert!(names(&repo).contains(&"interrupted".to_owned()) && lines(&repo, "log").is_empty());
    std::fs::remove_file(format!("{bare}/hooks/pre-receive")).unwrap();
    deploy(&repo, ["resume", "7"]).env("BARE", &bare).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["n"]);
}
