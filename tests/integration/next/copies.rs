//! Cherry-picks: what was there already is neither weighed nor noted again, and `--explain` says how it is known.

use crate::support::ExitCode::{CannotTell, Done, Refused};
use crate::support::Repo;

/// `v1.4.0` on main, and a maintenance branch at it. Each message is a commit of a file of its own.
fn lines() -> Repo {
    let repo = Repo::new().write("start", "").commit("feat: start").tag("v1.4.0");
    repo.git(["branch", "release/1.4"]);
    repo
}

fn change(repo: Repo, file: &str, message: &str) -> Repo {
    repo.write(file, file).commit(message)
}

fn switch(repo: Repo, branch: &str) -> Repo {
    repo.git(["checkout", "--quiet", branch]);
    repo
}

#[test]
fn what_another_branch_released_by_a_cherry_pick_is_not_new() {
    let repo = switch(change(lines(), "a", "fix: a"), "release/1.4");
    repo.git(["cherry-pick", "-x", "main"]);
    let repo = switch(repo.tag("v1.4.1"), "main");
    let run = repo.zarpe(["next", "--explain"]).run().exits(Done);
    run.says("nothing to release").says("released in v1.4.1 as").says("cherry-picked with -x");
    let repo = change(repo, "b", "feat: b");
    repo.zarpe(["next"]).run().exits(Done).prints("1.5.0\n");
    repo.zarpe(["notes"]).run().exits(Done).says("- b").never_says("- a");
}

#[test]
fn a_cherry_pick_the_other_way_is_known_as_well() {
    let repo = switch(lines(), "release/1.4");
    let repo = switch(change(repo, "a", "fix: a").tag("v1.4.1"), "main");
    repo.git(["cherry-pick", "-x", "v1.4.1"]);
    repo.zarpe(["next", "--explain"]).run().exits(Done).says("nothing to release").says("cherry-picked with -x");
}

#[test]
fn a_backport_counts_on_its_own_branch_and_in_a_later_line() {
    let repo = change(lines(), "a", "fix: a");
    let repo = change(repo, "b", "feat: b").tag("v1.5.0");
    let repo = switch(repo, "release/1.4");
    repo.git(["cherry-pick", "-x", "main~1"]);
    repo.zarpe(["next"]).run().exits(Done).prints("1.4.1\n");
    let repo = change(switch(repo.tag("v1.4.1"), "main"), "c", "fix: c");
    repo.git(["checkout", "--quiet", "release/1.4"]);
    repo.git(["cherry-pick", "-x", "main"]);
    let repo = switch(repo.tag("v1.4.2"), "main");
    // 1.4.2 has it, but nobody who runs 1.5.0 does.
    repo.zarpe(["next"]).run().exits(Done).prints("1.5.1\n");
}

#[test]
fn the_number_of_the_pull_request_tells_under_the_same_first_line() {
    let repo = switch(change(lines(), "a", "fix: a (#7)"), "release/1.4");
    let repo = switch(change(repo, "a", "fix: a (#7) (#9)").tag("v1.4.1"), "main");
    repo.zarpe(["next", "--explain"]).run().exits(Done).says("nothing to release").says("the same pull request");
    let repo = change(repo, "b", "fix: something else (#7)");
    repo.zarpe(["next"]).run().exits(Refused).says("1.4.1 is released already");
}

#[test]
fn the_same_difference_tells_where_the_words_were_changed() {
    let repo = switch(change(lines(), "a", "fix: a"), "release/1.4");
    repo.git(["cherry-pick", "main"]);
    repo.git(["commit", "--quiet", "--amend", "--message", "fix: a, for 1.4"]);
    let repo = switch(repo.tag("v1.4.1"), "main");
    repo.zarpe(["next", "--explain"]).run().exits(Done).says("nothing to release").says("the same difference");
    // In a partial clone the contents are not there to compare, and are not fetched: what is not shown is not left out.
    repo.git(["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", repo.path().display());
    repo.git(["clone", "--quiet", "--bare", "--filter=blob:none", &source, "../partial"]);
    repo.zarpe(["-C", "../partial", "next"]).run().exits(Refused).says("1.4.1 is released already");
}

#[test]
fn the_same_first_line_tells_with_author_and_time_only() {
    let repo = switch(change(lines(), "a", "fix: a"), "release/1.4");
    repo.git(["cherry-pick", "--no-commit", "main"]);
    std::fs::write(repo.path().join("more"), "adapted").unwrap();
    let repo = switch(repo.commit("fix: a").tag("v1.4.1"), "main");
    repo.zarpe(["next", "--explain"]).run().exits(Done).says("nothing to release").says("the same first line");
    repo.git(["commit", "--quiet", "--amend", "--no-edit", "--date", "2026-02-02T00:00:00+00:00"]);
    repo.zarpe(["next"]).run().exits(Refused).says("1.4.1 is released already");
}

#[test]
fn what_the_other_branch_took_back_is_new_again() {
    let repo = switch(change(lines(), "a", "fix: a"), "release/1.4");
    repo.git(["cherry-pick", "-x", "main"]);
    let repo = repo.tag("v1.4.1");
    repo.git(["revert", "--no-edit", "HEAD"]);
    let repo = change(repo, "z", "fix: z").tag("v1.4.2");
    let repo = change(switch(repo, "main"), "b", "feat: b");
    repo.zarpe(["next", "--explain"]).run().exits(Done).never_says("released in v1.4.1");
    repo.zarpe(["notes"]).run().exits(Done).says("- a");
}

#[test]
fn a_change_that_comes_on_two_merged_branches_stands_once_in_the_notes() {
    let repo = Repo::new().write("start", "").commit("feat: start").tag("v1.0.0");
    repo.git(["checkout", "--quiet", "-b", "side"]);
    let repo = change(change(repo, "a", "fix: a"), "s", "docs: side");
    let repo = change(switch(repo, "main"), "m", "docs: main");
    repo.git(["cherry-pick", "-x", "side~1"]);
    repo.git(["merge", "--quiet", "--no-edit", "side"]);
    repo.zarpe(["next"]).run().exits(Done).prints("1.0.1\n");
    repo.zarpe(["next", "--explain"]).run().exits(Done).says("a copy of ");
    let notes = repo.zarpe(["notes"]).run().exits(Done).stdout;
    assert_eq!(notes.matches("- a").count(), 1, "{notes}");
}

#[test]
fn two_changes_of_one_name_on_one_branch_are_two() {
    let repo = Repo::new().commit("feat: start").tag("v1.0.0").commits(["fix: typo", "fix: typo"]);
    let run = repo.zarpe(["next", "--explain"]).run().exits(Done);
    assert_eq!(run.stdout.matches("type fix").count(), 2, "{run}");
}

#[test]
fn a_copy_that_asks_for_more_is_not_left_out() {
    let repo = switch(change(lines(), "a", "fix: a"), "release/1.4");
    repo.git(["cherry-pick", "-x", "main"]);
    let repo = switch(repo.tag("v1.4.1"), "main");
    repo.git(["commit", "--quiet", "--amend", "--message", "fix!: a"]);
    repo.zarpe(["next"]).run().exits(Done).prints("2.0.0\n");
}

#[test]
fn a_pick_of_what_was_taken_back_brings_it_again() {
    let repo = change(Repo::new().write("start", "").commit("feat: start").tag("v1.0.0"), "a", "feat: a");
    repo.git(["revert", "--no-edit", "HEAD"]);
    repo.git(["cherry-pick", "-x", "HEAD~1"]);
    repo.zarpe(["next"]).run().exits(Done).prints("1.1.0\n");
}

#[test]
fn a_shallow_clone_does_not_guess_about_other_branches() {
    let repo = change(lines(), "a", "fix: a").shallow(1);
    repo.zarpe(["next"]).run().exits(CannotTell).prints("");
}
