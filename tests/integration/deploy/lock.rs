//! One run at a time in an environment: by a file, and where there is a remote by a reference of it.

use super::{at, cloned, deploy, names, planned};
use crate::support::{ExitCode, Harbor, Zarpe};

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
    // Another machine would have no file of it, and this one has none either.
    assert!(!harbor.repo.path().join(".git/zarpe/locks").exists());
    let other = zarpe(&["run", "plan.yml"], "8").run().exits(ExitCode::Refused).says("harbour is locked by run 7");
    assert!(!names(&harbor.repo).is_empty());
    zarpe(&["unlock", "harbour", "--nonce", "0"], "8").run().exits(ExitCode::Refused);
    assert_eq!(harbor.remote_refs("refs/zarpe/locks/*"), reference);
    zarpe(&["rollback", "7"], "7").run().exits(ExitCode::Refused);
    assert_eq!(harbor.remote_refs("refs/zarpe/locks/*"), "", "{other}");
}

#[test]
fn a_run_that_another_machine_ended_keeps_nobody_out() {
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("plan.yml", WAITS).commit("feat: a plan");
    harbor.push("main");
    let run = |run: &str| harbor.zarpe(["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", run).run();
    // What a process without a remote, or one before this version, left behind says nothing against the remote.
    let stale = harbor.repo.path().join(".git/zarpe/locks/harbour.json");
    std::fs::create_dir_all(stale.parent().unwrap()).unwrap();
    std::fs::write(&stale, r#"{"run":"6","nonce":"0","host":"here","at":"2026-03-01T22:00:00Z"}"#).unwrap();
    run("7").exits(ExitCode::Waiting);
    run("8").exits(ExitCode::Refused).says("harbour is locked by run 7");
    let second = cloned(&harbor, &harbor.repo.scratch().join("second"));
    at(&harbor, &second, &["deploy", "rollback", "7"]).run().exits(ExitCode::Refused).says("rollback: done");
    run("8").exits(ExitCode::Waiting);
    run("9").exits(ExitCode::Refused).says("harbour is locked by run 8");
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

#[test]
fn another_run_is_told_who_holds_it_how_long_and_what_it_waits_for() {
    let repo = planned(WAITS);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let other = deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Refused);
    other.says("it waits for a person: a/rollback/1");
    let repo = repo.write("zarpe.yml", "language: es\n");
    let other = deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Refused);
    other.says("está bloqueado por la ejecución 7").says("espera a una persona: a/rollback/1");
}

#[test]
fn each_process_of_a_run_renews_the_lock_by_fast_forward() {
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("plan.yml", WAITS);
    let zarpe = |words: &[&str], run: &str| harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", run);
    let tip = || harbor.remote_refs("refs/zarpe/locks/*").split_whitespace().last().unwrap_or_default().to_owned();
    zarpe(&["run", "plan.yml"], "7").run().exits(ExitCode::Waiting);
    let first = tip();
    // Another machine has neither the file nor the journal.
    std::fs::remove_dir_all(harbor.repo.path().join(".git/zarpe")).unwrap();
    zarpe(&["resume", "7"], "7").run().exits(ExitCode::Waiting);
    let second = tip();
    assert_ne!(first, second);
    let commit = harbor.repo.git(["--git-dir", harbor.github.bare().to_str().unwrap(), "cat-file", "commit", &second]);
    assert!(commit.contains(&format!("parent {first}")) && commit.contains("\"renewed\""), "{commit}");
    zarpe(&["run", "plan.yml"], "8").run().exits(ExitCode::Refused).says("it said at").says("it waits for a person");
}

/// A plan whose first step does something to the lock, and whose second one must not begin then.
fn loses(how: &str) -> String {
    format!("concurrency: harbour\njobs: {{a: {{steps: [{{run: {how}}}, {{id: next, run: 'echo next >> log'}}]}}}}\n")
}

#[test]
fn who_has_lost_the_lock_begins_nothing_more() {
    let repo = planned(&loses("rm .git/zarpe/locks/harbour.json"));
    deploy(&repo, ["run", "plan.yml"])
        .run()
        .exits(ExitCode::Refused)
        .says("the lock of harbour is lost: it was removed");
    assert_eq!(super::lines(&repo, "log"), [""; 0]);
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(super::lines(&repo, "log"), ["next"]);
}

/// Another run may have been deployed since: nothing more of this one is put over it, and its end is no success.
#[test]
fn who_has_lost_the_lock_neither_begins_what_can_be_done_twice_nor_succeeds() {
    const GONE: &str =
        "concurrency: harbour\njobs: {a: {steps: [{idempotent: true, run: 'rm .git/zarpe/locks/harbour.json'}]}}\n";
    let next = GONE.replace(".json'}", ".json; sleep 3'}, {id: next, idempotent: true, run: 'echo next >> log'}");
    for plan in [GONE, &next] {
        let repo = planned(plan).write("zarpe.yml", "deploy: {watch-lock: 1s}\n");
        let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
        run.says("the lock of harbour is lost: it was removed");
        assert_eq!(super::lines(&repo, "log"), [""; 0]);
        assert!(!names(&repo).contains(&"run_finished".to_owned()));
        deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    }
}

/// It took the lock anew, and was killed before the journal named it.
#[test]
fn what_a_process_left_that_was_killed_before_its_first_line_keeps_its_own_run_out_no_more() {
    let plan = |keeps: &str| {
        format!(
            "concurrency: harbour\njobs: {{a: {{steps: [{{run: '{keeps}; test -e mended || exit 1; rm mended'}}]}}}}\n"
        )
    };
    let of_another_nonce = |owner: &str| {
        let mut owner: serde_json::Value = serde_json::from_str(owner).unwrap();
        owner["nonce"] = "0".into();
        owner.to_string()
    };
    let repo = planned(&plan("cp .git/zarpe/locks/harbour.json left"));
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let lock = repo.path().join(".git/zarpe/locks/harbour.json");
    std::fs::write(&lock, of_another_nonce(&super::lines(&repo, "left")[0])).unwrap();
    let repo = repo.write("mended", "");
    let other = deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Refused);
    other.says("harbour is locked by run 7");
    deploy(&repo, ["resume", "7", "--retry"]).run().exits(ExitCode::Done);
    assert!(!lock.exists());

    let mut harbor = bared(&plan("git -C $BARE update-ref refs/kept refs/zarpe/locks/harbour"));
    zarpe(&harbor, &["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let bare = harbor.github.bare().to_str().unwrap().to_owned();
    let git = |words: &[&str]| harbor.repo.git([&["--git-dir", &bare], words].concat()).trim().to_owned();
    let owner = of_another_nonce(&git(&["log", "-1", "--format=%B", "refs/kept"]));
    let made = git(&["-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "refs/kept^{tree}", "-m", &owner]);
    git(&["update-ref", "refs/zarpe/locks/harbour", &made]);
    harbor.repo = harbor.repo.write("mended", "");
    zarpe(&harbor, &["resume", "7", "--retry"]).run().exits(ExitCode::Done);
    assert_eq!(harbor.remote_refs("refs/zarpe/locks/*"), "");
}

#[test]
fn a_run_that_is_refused_leaves_no_lock_that_it_took_for_it() {
    let plan = "concurrency: harbour\njobs: {a: {environment: harbour, steps: [{run: 'true'}, {run: 'test -e ok', idempotent: true}], rollback: [{run: 'true'}]}}\n";
    let repo = planned(plan);
    let run = |id: &str| deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", id).run();
    run("7").exits(ExitCode::Waiting);
    let nonce = nonce(&run("8").exits(ExitCode::Refused).stderr);
    deploy(&repo, ["unlock", "harbour", "--nonce", &nonce]).run().exits(ExitCode::Done);
    std::fs::write(repo.path().join("ok"), "").unwrap();
    run("8").exits(ExitCode::Done);
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("run 8 has been deployed to harbour");
    run("9").exits(ExitCode::Done);
}

/// What a process of the run does: its own commit onto the one that is there, with the owner's data as this makes it.
fn renews(owner: &str) -> String {
    format!(
        "|\n          old=$(git -C $BARE rev-parse refs/zarpe/locks/harbour)\n          git -C $BARE cat-file commit $old | sed '/^{{/{owner}' | sed \"s/^author/parent $old\\nauthor/;\" > commit\n          git -C $BARE update-ref refs/zarpe/locks/harbour $(git -C $BARE hash-object -w -t commit $PWD/commit)\n"
    )
}

/// Makes the owner's data those of another process.
const ANOTHER: &str = r#"s/"pid":/"pid":9/"#;

/// A harbor with this plan, where each command is told the folder of the remote.
fn bared(plan: &str) -> Harbor {
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("plan.yml", plan);
    harbor
}

fn zarpe(harbor: &Harbor, words: &[&str]) -> Zarpe {
    let zarpe = harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", "7");
    zarpe.env("BARE", harbor.github.bare().display().to_string())
}

/// It was not waited for, or its answer was lost.
#[test]
fn a_renewal_of_which_a_process_had_no_answer_is_its_own() {
    let renews = renews("s/$/ /");
    let harbor = bared(&format!(
        "concurrency: harbour\njobs:\n  a:\n    steps:\n      - run: {renews}      - {{id: next, run: 'echo next >> log'}}\n"
    ));
    zarpe(&harbor, &["run", "plan.yml"]).run().exits(ExitCode::Done);
    assert_eq!(super::lines(&harbor.repo, "log"), ["next"]);
}

/// What its process said before its clock was put back is later than now.
#[test]
fn a_process_renews_its_lock_though_its_clock_was_put_back() {
    let (renews, tip) = (renews(r#"s/"at":"2/"at":"3/"#), "git -C $BARE rev-parse refs/zarpe/locks/harbour");
    let harbor = bared(&format!(
        "concurrency: harbour\njobs:\n  a:\n    steps:\n      - run: {renews}          first=$({tip}); for each in $(seq 80); do sleep 0.25; test $first = $({tip}) || exit 0; done; exit 1\n"
    ));
    std::fs::write(harbor.repo.path().join("zarpe.yml"), "deploy: {watch-lock: 1s}\n").unwrap();
    zarpe(&harbor, &["run", "plan.yml"]).run().exits(ExitCode::Done);
}

#[test]
fn who_has_lost_the_lock_of_the_remote_begins_nothing_more() {
    let renews = renews(ANOTHER);
    let plan = format!(
        "concurrency: harbour\njobs:\n  a:\n    steps:\n      - run: {renews}      - {{id: next, run: 'echo next >> log'}}\n"
    );
    for (plan, says) in [
        (loses("git -C $BARE update-ref -d refs/zarpe/locks/harbour"), "it was removed"),
        (plan, "another process of run 7"),
    ] {
        let harbor = bared(&plan);
        let run = zarpe(&harbor, &["run", "plan.yml"]).run().exits(ExitCode::Refused);
        run.says("the lock of harbour is lost").says(says);
        assert_eq!(super::lines(&harbor.repo, "log"), [""; 0]);
        zarpe(&harbor, &["resume", "7"]).run().exits(ExitCode::Done);
        assert_eq!(super::lines(&harbor.repo, "log"), ["next"]);
    }
}

#[test]
fn who_has_lost_the_lock_does_not_end_the_maintenance_of_another_process() {
    let renews = renews(ANOTHER);
    let harbor = bared(&format!(
        "concurrency: harbour\njobs:\n  a:\n    steps:\n      - post: echo off >> log\n        post-if: safe()\n        idempotent: true\n        run: {renews}          exit 1\n"
    ));
    zarpe(&harbor, &["run", "plan.yml"]).run().says("the lock of harbour is lost: another process of run 7");
    assert_eq!(super::lines(&harbor.repo, "log"), [""; 0]);
    zarpe(&harbor, &["resume", "7"]).run().exits(ExitCode::Refused);
    assert_eq!(super::lines(&harbor.repo, "log"), ["off"]);
}

/// Between its look and its push another renewal of its own is there: one that it had not waited for.
#[test]
fn a_renewal_of_its_own_that_lands_before_the_next_is_no_loss() {
    const RACES: &str = "#!/bin/sh
case $1 in refs/zarpe/locks/*) ;; *) exit 0;; esac
case $2$3 in *0000000000000000*) exit 0;; esac
test -e raced && { touch renewed; exit 0; }
made=$(git cat-file commit $3 | sed '/^{/s/$/ /' | git hash-object -w -t commit --stdin)
git update-ref $1 $made $2 && touch raced
";
    let waits = "for each in $(seq 600); do test -e $BARE/renewed && break; sleep 0.1; done; test -e $BARE/raced";
    let harbor = bared(&format!(
        "concurrency: harbour\njobs: {{a: {{steps: [{{run: '{waits}'}}, {{id: next, run: 'echo next >> log'}}]}}}}\n"
    ));
    std::fs::write(harbor.repo.path().join("zarpe.yml"), "deploy: {watch-lock: 1s}\n").unwrap();
    harbor.github.install_hook("update", RACES).unwrap();
    zarpe(&harbor, &["run", "plan.yml"]).run().exits(ExitCode::Done);
    assert_eq!(super::lines(&harbor.repo, "log"), ["next"]);
}

/// Another run has it since: the first one is not at work, and its status says why.
#[test]
fn a_run_whose_lock_another_one_has_says_so() {
    let repo = planned(WAITS);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    deploy(&repo, ["status", "7"]).run().exits(ExitCode::Waiting).never_says("is lost");
    let other = deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Refused);
    deploy(&repo, ["unlock", "harbour", "--nonce", &nonce(&other.stderr)]).run().exits(ExitCode::Done);
    deploy(&repo, ["status", "7"]).run().says("the lock of harbour is lost: it was removed");
    deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Waiting);
    let status = deploy(&repo, ["status", "7"]).run().exits(ExitCode::Waiting);
    status.says("the lock of harbour is lost: run 8 of ").says("zarpe deploy resume 7");
    deploy(&repo, ["status", "8"]).run().never_says("is lost");
    let repo = repo.write("zarpe.yml", "language: es\n");
    deploy(&repo, ["status", "7"]).run().says("se perdió el candado de harbour: lo tiene la ejecución 8");
}
