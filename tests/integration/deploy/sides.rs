//! Journals here and on the remote that do not go together: a person says which of them holds.

use super::{aged, events, lines};
use crate::support::{ExitCode, Harbor, Run};

/// A run that waits for the decision on its rollback.
fn waiting() -> Harbor {
    let plan = "jobs: {a: {steps: [{run: 'echo once >> log; exit 1'}], rollback: [{run: 'true'}]}}\n";
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("plan.yml", plan);
    run(&harbor, &["run", "plan.yml"]).exits(ExitCode::Waiting);
    harbor
}

fn run(harbor: &Harbor, words: &[&str]) -> Run {
    harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", "7").run()
}

#[test]
fn of_two_journals_that_went_apart_one_is_taken_and_the_other_is_kept() {
    let harbor = waiting();
    let first = events(&harbor.repo);
    let apart = || aged(&harbor.repo, "7", jiff::Timestamp::now() - jiff::SignedDuration::from_hours(1), 1);
    run(&harbor, &["settle", "7", "--take", "here"]).exits(ExitCode::Refused).says("go together");
    apart();
    let refused = run(&harbor, &["resume", "7"]).exits(ExitCode::CannotTell).says("say different things");
    refused.says("zarpe deploy settle 7 --take here").says("zarpe deploy settle 7 --take remote");
    let taken = run(&harbor, &["settle", "7", "--take", "remote"]).exits(ExitCode::Done);
    taken.says("7: the journal of the remote holds").says("kept here as refs/zarpe/kept/7/");
    assert_eq!(events(&harbor.repo), first);
    run(&harbor, &["resume", "7"]).exits(ExitCode::Waiting);
    apart();
    run(&harbor, &["settle", "7", "--take", "here"]).exits(ExitCode::Done).says("the journal of this clone holds");
    let kept = harbor.repo.git(["for-each-ref", "--format=%(refname)", "refs/zarpe/kept/7"]);
    assert_eq!(kept.lines().count(), 2, "{kept}");
    for name in kept.lines() {
        assert!(harbor.repo.git(["show", &format!("{name}:journal.jsonl")]).contains("run_started"));
    }
    run(&harbor, &["rollback", "7"]).exits(ExitCode::Refused).says("rollback: done");
    assert_eq!(lines(&harbor.repo, "log"), ["once"]);
}

#[test]
fn a_journal_that_was_moved_back_on_the_remote_is_noticed() {
    let harbor = waiting();
    let bare = harbor.github.bare().to_str().unwrap();
    let name = "refs/zarpe/runs/default";
    let back = |to: &str| harbor.repo.git(["-C", bare, "update-ref", name, to]);
    back(&format!("{name}~1"));
    let gone = "the remote does not have any more what this clone saw";
    for words in [&["resume", "7"][..], &["rollback", "7"], &["resume"]] {
        run(&harbor, words).exits(ExitCode::CannotTell).says(gone).says("zarpe deploy settle 7 --take here");
    }
    run(&harbor, &["settle", "7", "--take", "here"]).exits(ExitCode::Done);
    run(&harbor, &["rollback", "7"]).exits(ExitCode::Refused).says("rollback: done");
}

/// A person speaks of one run: what the remote has lost of another one is put there again.
#[test]
fn what_the_remote_lost_of_other_runs_is_put_there_again() {
    let plan = "jobs: {a: {steps: [{run: 'true'}]}, b: {needs: a, start-in: 24h, steps: [{run: 'true'}]}}\n";
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("plan.yml", plan);
    let go = |words: &[&str], id: &str| harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", id).run();
    go(&["run", "plan.yml"], "7").exits(ExitCode::Done);
    let bare = harbor.github.bare().to_str().unwrap();
    let name = "refs/zarpe/runs/default";
    let before = harbor.repo.git(["-C", bare, "rev-parse", name]);
    go(&["run", "plan.yml"], "8").exits(ExitCode::Done);
    harbor.repo.git(["-C", bare, "update-ref", name, before.trim()]);
    go(&["resume", "8"], "8").exits(ExitCode::CannotTell);
    go(&["settle", "7", "--take", "here"], "7").exits(ExitCode::Done);
    // A machine that has nothing of it knows both.
    std::fs::remove_dir_all(harbor.repo.path().join(".git/zarpe")).unwrap();
    go(&["resume", "8"], "8").exits(ExitCode::Done).says("b is due at");
    go(&["resume", "7"], "7").exits(ExitCode::Done).says("b is due at");
}

/// Of another run that the remote knows in other words nothing is taken over.
#[test]
fn what_the_remote_says_otherwise_of_other_runs_stays() {
    let plan = "jobs: {a: {steps: [{run: 'true'}]}, b: {needs: a, start-in: 24h, steps: [{run: 'true'}]}}\n";
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("plan.yml", plan);
    let go = |words: &[&str], id: &str| harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", id).run();
    go(&["run", "plan.yml"], "8").exits(ExitCode::Done);
    let bare = harbor.github.bare().to_str().unwrap();
    let name = "refs/zarpe/runs/default";
    let before = harbor.repo.git(["-C", bare, "rev-parse", &format!("{name}~1")]);
    go(&["run", "plan.yml"], "7").exits(ExitCode::Done);
    harbor.repo.git(["-C", bare, "update-ref", name, before.trim()]);
    aged(&harbor.repo, "8", jiff::Timestamp::now() - jiff::SignedDuration::from_hours(1), 1);
    go(&["settle", "7", "--take", "here"], "7").exits(ExitCode::Done);
    go(&["resume", "8"], "8").exits(ExitCode::CannotTell).says("say different things");
    go(&["settle", "8", "--take", "remote"], "8").exits(ExitCode::Done);
    go(&["resume", "7"], "7").exits(ExitCode::Done).says("b is due at");
}
