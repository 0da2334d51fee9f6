//! A run that is told to stop: it passes the signal on, writes it down, and can be resumed.

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use test_case::test_case;

use super::{deploy, lines, names, planned};
use crate::support::{ExitCode, Repo, timed, within};

/// A job of GitHub Actions that is cancelled is killed 7.5 s later.
const IN_TIME: Duration = Duration::from_millis(7400);

fn begun(repo: &Repo, file: &str) -> Child {
    let mut zarpe = deploy(repo, ["run", "plan.yml"]);
    let child = zarpe.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_for(repo, file);
    child
}

fn wait_for(repo: &Repo, file: &str) {
    let since = Instant::now();
    while !repo.path().join(file).exists() {
        assert!(since.elapsed() < Duration::from_secs(20), "it does not begin");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn tell(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().unwrap().success());
}

/// How a run ends that was told to, and how long that takes.
fn told(child: Child, signal: &str) -> (Duration, Output) {
    tell(&child, signal);
    timed(|| child.wait_with_output().unwrap())
}

#[test_case("INT")]
#[test_case("TERM")]
#[test_case("HUP")]
fn b22_the_signal_reaches_the_command_and_the_run_goes_on_later(signal: &str) {
    let plan = format!(
        "jobs: {{a: {{steps: [{{id: s, run: 'trap \"echo told >> log; exit 1\" {signal}; touch begun; test -e go && exit 0; while :; do sleep 0.05; done', idempotent: true}}]}}}}\n"
    );
    let (repo, output) = within(Duration::from_secs(3), || {
        let repo = planned(&plan);
        let (took, output) = told(begun(&repo, "begun"), signal);
        (took, (repo, output))
    });
    assert_eq!(output.status.code(), Some(i32::from(ExitCode::Waiting.code())));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("zarpe deploy resume 7, or zarpe deploy settle 7"), "{said}");
    assert_eq!(lines(&repo, "log"), ["told"]);
    assert_eq!(names(&repo).iter().rev().take(2).collect::<Vec<_>>(), ["step_finished", "interrupted"]);
    let repo = repo.write("go", "");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
}

/// What a try left at work must not meet the next one; what a step starts and succeeds with is a service.
#[test]
fn what_a_failed_try_left_at_work_ends_with_it() {
    let run = "echo try >> log; n=$(grep -c try log); (sleep 3; echo late $n >> log) & test $n -ge 2";
    let repo = planned(&format!(
        "jobs: {{a: {{steps: [{{run: '{run}', idempotent: true, retry: {{attempts: 2, delay: 0s}}}}]}}}}\n"
    ));
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    let since = Instant::now();
    while lines(&repo, "log").len() < 3 && since.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(lines(&repo, "log"), ["try", "try", "late 2"]);
}

/// A run under `nohup` outlives the terminal that it was begun at.
#[test]
fn who_was_told_to_ignore_a_hangup_does() {
    let repo = planned("jobs: {a: {steps: [{run: 'touch begun; sleep 1; echo end >> log'}]}}\n");
    let mut zarpe = deploy(&repo, ["run", "plan.yml"]);
    let zarpe = zarpe.command();
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]).arg(zarpe.get_program()).args(zarpe.get_args());
    shell.env_clear().envs(zarpe.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut child = shell.current_dir(zarpe.get_current_dir().unwrap()).stdout(Stdio::null()).spawn().unwrap();
    wait_for(&repo, "begun");
    tell(&child, "HUP");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(lines(&repo, "log"), ["end"]);
}

/// Many commands obey a signal and say that all is well: whether they did what they were for is another question.
#[test]
fn what_obeys_a_signal_and_says_that_all_is_well_is_not_done() {
    let plan = "jobs: {a: {steps: [{id: s, done-if: 'test -e done', run: 'test -e begun && { touch done; exit 0; }; trap \"exit 0\" TERM; touch begun; while :; do sleep 0.05; done'}, {run: 'echo next >> log'}]}}\n";
    let repo = planned(plan);
    let child = begun(&repo, "begun");
    tell(&child, "TERM");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(i32::from(ExitCode::Waiting.code())));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("a/s unknown"), "{said}");
    assert!(lines(&repo, "log").is_empty());
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    assert!(repo.path().join("done").exists(), "it was done again");
    assert_eq!(lines(&repo, "log"), ["next"]);
}

/// The same of who is asked whether a step was done.
#[test]
fn what_obeys_a_signal_has_not_said_that_a_step_was_done() {
    let plan = "jobs: {a: {steps: [{id: s, run: 'test -e begun && echo again >> log || { touch begun; kill -9 $PPID; }', done-if: 'test -e asked && exit 1; trap \"exit 0\" TERM; touch asked; while :; do sleep 0.05; done'}]}}\n";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).command().status().unwrap();
    let mut zarpe = deploy(&repo, ["resume", "7"]);
    let mut child = zarpe.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_for(&repo, "asked");
    tell(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(i32::from(ExitCode::Waiting.code())));
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["again"]);
}

/// The shell of a step dies of the signal, and what it had begun does not: it has ended before anybody is asked whether it was done.
#[test_case("TERM"; "told to stop")]
#[test_case("KILL"; "its shell is killed")]
fn what_outlives_the_shell_of_its_step_is_waited_for(signal: &str) {
    let plan = "jobs: {a: {steps: [{id: s, done-if: 'test -e done', run: 'echo $$ > shell; (trap \"\" INT TERM; touch begun; until test -e go; do sleep 0.05; done; echo end >> log; touch done) & wait'}, {run: 'echo next >> log'}]}}\n";
    let repo = planned(plan);
    let child = begun(&repo, "begun");
    if signal == "TERM" {
        tell(&child, signal);
    } else {
        let shell = std::fs::read_to_string(repo.path().join("shell")).unwrap();
        assert!(Command::new("kill").args(["-KILL", shell.trim()]).status().unwrap().success());
    }
    // Time for who would not wait.
    std::thread::sleep(Duration::from_secs(1));
    std::fs::write(repo.path().join("go"), "").unwrap();
    let output = child.wait_with_output().unwrap();
    let ended = if signal == "TERM" { ExitCode::Waiting } else { ExitCode::Done };
    assert_eq!(output.status.code(), Some(i32::from(ended.code())), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(lines(&repo, "log").first().map(String::as_str), Some("end"));
    deploy(&repo, ["resume", "7"]).run();
    assert_eq!(lines(&repo, "log"), ["end", "next"]);
}

#[test]
fn b22_a_command_that_does_not_listen_is_killed_in_time() {
    let plan = "jobs: {a: {steps: [{id: s, run: 'trap \"\" INT TERM; touch begun; sleep 60 & while :; do wait; done', post: 'echo post >> log'}]}}\n";
    let (repo, output) = within(IN_TIME, || {
        let repo = planned(plan);
        let (took, output) = told(begun(&repo, "begun"), "INT");
        assert!(took > Duration::from_secs(6), "{took:?}");
        (took, (repo, output))
    });
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
    let (repo, bare, output) = within(IN_TIME, || {
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
        let (took, output) = told(child, "INT");
        (took, (repo, bare, output))
    });
    // What was to be pushed has not begun, and the clean-up is left for who goes on.
    assert_eq!(output.status.code(), Some(i32::from(ExitCode::Maintenance.code())));
    assert!(names(&repo).contains(&"interrupted".to_owned()) && lines(&repo, "log").is_empty());
    std::fs::remove_file(format!("{bare}/hooks/pre-receive")).unwrap();
    // It is shown as what it is, not begun, and never as failed.
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(!said.contains("failed") && !said.contains("not done"), "{said}");
    let status = deploy(&repo, ["status", "7"]).env("BARE", &bare).run().never_says("failed");
    let row = status
        .stdout
        .lines()
        .find(|line| line.trim_start_matches([' ', '·', '✗', '…', '✓']).starts_with("n  "))
        .unwrap_or_default()
        .to_owned();
    assert!(row.contains("not begun"), "{}", status.stdout);
    let json = deploy(&repo, ["status", "7", "--format", "json"]).env("BARE", &bare).run().json_of("deploy/v1");
    let step = &json["jobs"][0]["steps"][2];
    assert_eq!((&step["state"], &step["tries"]), (&"open".into(), &0.into()), "{json:#}");
    let json = deploy(&repo, ["report", "7", "--format", "json"]).env("BARE", &bare).run().json_of("deploy-report/v1");
    assert_eq!(json["jobs"][0]["state"], "interrupted");
    let steps = json["jobs"][0]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["step"] == "a/n").unwrap();
    assert_eq!((&step["state"], &step["tries"], &step["began"]), (&"open".into(), &0.into(), &serde_json::Value::Null));
    deploy(&repo, ["resume", "7"]).env("BARE", &bare).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["n"]);
}
