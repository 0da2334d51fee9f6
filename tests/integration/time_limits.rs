//! What a built-in step reads is given up when its time is over: a pipe may say nothing for ever.

use std::fs::File;
use std::process::Command;
use std::time::{Duration, Instant};

use test_case::test_case;

use crate::support::{ExitCode, Repo};

/// A repository with a named pipe that nobody writes to, and a plan.
fn repo() -> Repo {
    let repo = Repo::new().write(".env", "KEY=pipe\n");
    let made = Command::new("mkfifo").arg(repo.path().join("pipe")).status();
    assert!(made.unwrap().success());
    repo
}

const LATE: &str = "it did not come to its end within 1s";

#[test_case(&["gate", "--file", "pipe", "--max", "1"], LATE; "the number of a gate")]
#[test_case(&["env", "--from", "pipe", "--required", "A"], LATE; "an environment")]
#[test_case(&["env", "--from", ".env", "--files", "KEY"], "KEY: its file does not come to an end in time"; "a file that a variable names")]
#[test_case(&["logs", "pipe"], LATE; "a log")]
#[test_case(&["logs", "-"], "cannot read standard input: it did not come to its end within 1s"; "standard input")]
#[test_case(&["http", "--url", "http://127.0.0.1:1/", "--ca", "pipe"], LATE; "certificates")]
#[test_case(&["http", "--url", "http://127.0.0.1:1/", "--multipart", "a=@pipe"], LATE; "a file that is sent")]
#[test_case(&["notify", "--to", "webhook:HOOK", "--template", "pipe"], LATE; "a template")]
#[test_case(&["openapi", "check", "--schema", "pipe", "--generate", "true"], LATE; "a schema")]
#[test_case(&["openapi", "check", "--schema", "/dev/stdin", "--generate", "true"], "/dev/stdin: it did not come to its end within 1s"; "a schema on standard input")]
#[test_case(&["openapi", "diff", "pipe", "x"], LATE; "a document")]
#[test_case(&["openapi", "diff", "-", "x"], "cannot read standard input: it did not come to its end within 1s"; "a document on standard input")]
fn a_pipe_that_says_nothing_is_given_up(words: &[&str], says: &str) {
    let (repo, began) = (repo(), Instant::now());
    // Open for both, it never comes to its end.
    let open = File::options().read(true).write(true).open(repo.path().join("pipe")).unwrap();
    let mut zarpe = repo.zarpe(words.iter().copied()).args(["--timeout", "200ms"]);
    zarpe.command().stdin(open);
    zarpe.run().exits(ExitCode::CannotTell).says(says).says("--timeout");
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn what_a_device_gives_without_end_is_not_all_taken() {
    let run = repo().zarpe(["gate", "--file", "/dev/zero", "--max", "1"]).run();
    run.exits(ExitCode::CannotTell).says("it is no file, and gives more than 64 MB");
}

#[test_case(&["verify"]; "verify")]
#[test_case(&["tag", "--push"]; "tag")]
#[test_case(&["release", "--yes"]; "release")]
#[test_case(&["notes"]; "notes")]
#[test_case(&["openapi", "diff", "ADDRESS/old.json", "ADDRESS/new.json"]; "openapi diff")]
#[test_case(&["openapi", "check", "--schema", "schema.yml", "--generate", "sleep 20"]; "openapi check")]
fn a_question_that_nobody_answers_is_given_up(words: &[&str]) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let repo = Repo::new().write("schema.yml", "openapi: 3.0.3\n").commit("feat: begin");
    repo.git(["remote", "add", "origin", &format!("{address}/o/r.git")]);
    let began = Instant::now();
    let words: Vec<String> = words.iter().map(|word| word.replace("ADDRESS", &address)).collect();
    let zarpe = repo.zarpe(words.iter().map(String::as_str)).args(["--timeout", "1s"]);
    let zarpe =
        zarpe.env("GITHUB_API_URL", &address).env("GITHUB_REPOSITORY", "o/r").env("ZARPE_TOKEN", "x".repeat(20));
    zarpe.run().exits(ExitCode::CannotTell).says("it was not done within 1s").says("--timeout 10m");
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

#[test]
fn a_remote_that_says_nothing_is_given_up() {
    let repo = repo().commit("chore: begin").write("plan.yml", "jobs: {go: {steps: [{run: 'true'}]}}\n");
    repo.zarpe(["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", "7").run().exits(ExitCode::Done);
    let late = |words: &[&str]| repo.zarpe(words.iter().copied()).args(["--timeout", "200ms"]).run();
    late(&["report", "7", "--incidents", "pipe"]).exits(ExitCode::CannotTell).says(LATE).says("--timeout");
    // It takes connections, and that is all.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/o/r.git", silent.local_addr().unwrap());
    repo.git(["remote", "add", "origin", &address]);
    let began = Instant::now();
    late(&["report", "8"]).exits(ExitCode::CannotTell).says("were not read within 1s").says("--timeout 10m");
    // What is here is told, and what is lacking is said.
    late(&["report", "7"]).exits(ExitCode::Done).says("at other machines is not known: the runs on");
    late(&["deploy", "board"]).exits(ExitCode::Done).says("were not read within 1s").says("--timeout 10m");
    assert!(began.elapsed() < Duration::from_secs(40));
}
