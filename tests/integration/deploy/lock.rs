//! One run at a time in an environment: by a file, and where there is a remote by a reference of it.

use super::{deploy, names, planned};
use crate::support::{ExitCode, Harbor};

const WAITS: &str = "concurrency: harbour\njobs: {a: {steps: [{run: 'true'}, {run: 'exit 1', idempotent: true}], rollback: [{run: 'true'}]}}\n";

/// The nonce that a refusal tells.
fn nonce(said: &str) -> String {
    said.split_once("--nonce ").unwrap().1.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a11_a_lock_is_removed_by_its_nonce_and_no_other() {
    let repo = planned(WAITS);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let other = deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Refused);
    let nonce = nonce(&other.stderr);
    deploy(&repo, ["unlock", "harbour", "--nonce", "0"]).run().exits(ExitCode::Refused).says("has another nonce");
    deploy(&repo, ["unlock", "harbour", "--nonce", &nonce]).run().exits(ExitCode::Done);
    deploy(&repo, ["unlock", "harbour", "--nonce", &nonce]).run().exits(ExitCode::Refused).says("is not locked");
    deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Waiting);
    // The first one has lost it, and does not go on beside the second.
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("harbour is locked by run 8");
}

#[test]
fn a10_of_eight_deployments_one_holds_the_lock() {
    let plan = "concurrency: harbour\njobs: {a: {steps: [{run: 'echo in >> log; sleep 1; test $(wc -l < log) = 1 || echo two >> log'}, {run: 'rm log'}]}}\n";
    let repo = planned(plan);
    let runs: Vec<_> = (0..8)
        .map(|at: u32| {
            deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", at.to_string()).command().spawn().unwrap()
        })
        .collect();
    let codes: Vec<Option<i32>> = runs.into_iter().map(|mut run| run.wait().unwrap().code()).collect();
    let done = codes.iter().filter(|code| **code == Some(0)).count();
    assert!(done >= 1 && codes.iter().all(|code| matches!(code, Some(0 | 1))), "{codes:?}");
    assert!(!repo.path().join("log").exists(), "two were in it at once");
}

#[test]
fn where_there_is_a_remote_the_lock_is_a_reference_of_it() {
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("plan.yml", WAITS);
    let zarpe = |words: &[&str], run: &str| harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", run);
    zarpe(&["run", "plan.yml"], "7").run().exits(ExitCode::Waiting);
    let reference = harbor.remote_refs("refs/zarpe/locks/*");
    assert!(reference.starts_with("refs/zarpe/locks/harbour "), "{reference}");
    // Another machine has no file of it: the reference is enough.
    std::fs::remove_file(harbor.repo.path().join(".git/zarpe/locks/harbour.json")).unwrap();
    let other = zarpe(&["run", "plan.yml"], "8").run().exits(ExitCode::Refused).says("harbour is locked by run 7");
    assert!(!names(&harbor.repo).is_empty());
    zarpe(&["unlock", "harbour", "--nonce", "0"], "8").run().exits(ExitCode::Refused);
    assert_eq!(harbor.remote_refs("refs/zarpe/locks/*"), reference);
    zarpe(&["rollback", "7"], "7").run().exits(ExitCode::Refused);
    assert_eq!(harbor.remote_refs("refs/zarpe/locks/*"), "", "{other}");
}

#[test]
fn a_run_goes_on_where_there_is_nothing_of_it_but_the_remote() {
    let mut harbor = Harbor::new();
    let plan = "jobs: {a: {steps: [{id: pay, run: 'echo pay >> log'}, {id: wait, run: 'test -e there'}, {run: 'echo on >> log'}]}}\n";
    harbor.repo = harbor.repo.write("plan.yml", plan);
    harbor.zarpe(["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", "7").run().exits(ExitCode::Refused);
    assert!(harbor.remote_refs("refs/zarpe/runs/*").starts_with("refs/zarpe/runs/default "));
    // Another machine: the same clone without its journals, its logs, and its lock.
    let here = harbor.repo.path().join(".git/zarpe");
    std::fs::rename(&here, harbor.repo.scratch().join("lost")).unwrap();
    harbor.repo = harbor.repo.write("there", "");
    harbor.zarpe(["deploy", "resume", "7", "--retry"]).run().exits(ExitCode::Done);
    assert_eq!(super::lines(&harbor.repo, "log"), ["pay", "on"]);
    assert!(!harbor.repo.path().join(".git/shallow").exists());
    // The first one comes back with an older journal, and learns how it went on.
    std::fs::remove_dir_all(&here).unwrap();
    std::fs::rename(harbor.repo.scratch().join("lost"), &here).unwrap();
    harbor.zarpe(["deploy", "resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(super::lines(&harbor.repo, "log"), ["pay", "on"]);
}
