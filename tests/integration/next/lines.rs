//! Lines of versions: maintenance branches by their names, channels of pre-releases, versions before 1.0.0.

use crate::support::ExitCode::{Done, Refused};
use crate::support::{Harbor, Repo};

fn released() -> Repo {
    Repo::new().commit("feat: start").tag("v1.4.2")
}

fn on(repo: Repo, branch: &str) -> Repo {
    repo.git(["checkout", "--quiet", "-b", branch]);
    repo
}

#[test]
fn a_branch_of_a_line_keeps_to_it() {
    for (branch, message, version) in [("release/1.4", "fix: a", "1.4.3\n"), ("1.x", "feat: a", "1.5.0\n")] {
        on(released(), branch).commit(message).zarpe(["next"]).run().exits(Done).prints(version);
    }
    for (branch, message) in [("release/1.4", "feat: a"), ("1.4.x", "feat!: a"), ("1.x", "feat!: a")] {
        let repo = on(released(), branch).commit(message);
        let run = repo.zarpe(["next"]).run().exits(Refused).prints("");
        run.says("is beyond the line 1.").says(&format!("that branch `{branch}` is for"));
    }
}

#[test]
fn a_line_ends_where_the_next_one_begins_whoever_asks() {
    let repo = released();
    repo.git(["branch", "release/1.4"]);
    let repo = repo.commit("feat: next line").tag("v1.5.0").commit("feat: more").tag("v1.6.0");
    repo.git(["checkout", "--quiet", "release/1.4"]);
    let repo = repo.commit("feat: late");
    let run = repo.zarpe(["next", "--version", "1.7.0"]).run().exits(Refused).prints("");
    run.says("1.7.0 is beyond the line 1.4.x that branch `release/1.4` is for; the next line begins at 1.5.0");
    repo.zarpe(["next", "--pre", "rc"]).run().exits(Refused).says("1.5.0-rc.1 is beyond the line");
    repo.zarpe(["next", "--version", "1.4.3"]).run().exits(Done).prints("1.4.3\n");
}

#[test]
fn the_branch_is_also_known_by_the_revision_and_of_a_worktree() {
    let repo = released();
    repo.git(["worktree", "add", "--quiet", "-b", "release/1.4", "../line"]);
    let line = repo.at("line").commit("feat: a");
    line.zarpe(["next"]).run().exits(Refused);
    line.at("work").zarpe(["next", "release/1.4"]).run().exits(Refused).says("beyond the line 1.4.x");
}

#[test]
fn a_release_from_a_maintenance_branch_is_refused_too() {
    let mut harbor = Harbor::new().tagged("v1.4.0");
    harbor.repo.git(["checkout", "--quiet", "-b", "release/1.4"]);
    harbor.repo = harbor.repo.commit("feat: a");
    harbor.push("release/1.4");
    harbor.repo = harbor.repo.write("zarpe.yml", "branch: release/1.4\n");
    let before = harbor.remote_refs("refs/tags/*");
    harbor.zarpe(["tag", "--push"]).run().exits(Refused).says("beyond the line 1.4.x");
    assert_eq!(harbor.remote_refs("refs/tags/*"), before);
}

#[test]
fn a_channel_goes_from_candidate_to_candidate_to_the_final() {
    let repo = released().commit("feat: a");
    repo.zarpe(["next", "--pre", "rc"]).run().exits(Done).prints("1.5.0-rc.1\n");
    let repo = repo.tag("v1.5.0-rc.1").commit("fix: b");
    repo.zarpe(["next", "--pre", "rc"]).run().exits(Done).prints("1.5.0-rc.2\n");
    repo.zarpe(["next", "--pre", "beta"]).run().exits(crate::support::ExitCode::Usage).says("is not greater than");
    let repo = repo.tag("v1.5.0-rc.2");
    let run = repo.zarpe(["next", "--explain"]).run().exits(Done);
    run.says("1.5.0 comes after 1.4.2").says("2 commits since v1.4.2").says("feat: a").says("fix: b");
    let repo = repo.tag("v1.5.0").commit("fix: c");
    repo.zarpe(["next"]).run().exits(Done).prints("1.5.1\n");
}

#[test]
fn a_candidate_becomes_the_final_at_the_same_commit() {
    let harbor = Harbor::new().tagged("v1.4.2").pushed("feat: a").pushed("fix: b");
    let run = |args: &[&str]| harbor.zarpe([&["tag", "--push"], args].concat()).run().exits(Done);
    run(&["--pre", "rc"]).says("v1.5.0-rc.1").says("made now");
    run(&["--pre", "rc"]).says("v1.5.0-rc.1").says("already right");
    run(&["--pre", "beta"]).says("nothing to release");
    run(&[]).says("1.5.0 comes after 1.4.2").says("tags v1.5.0 and").says("made now");
    run(&[]).says("already right");
    let message = harbor.repo.git(["cat-file", "tag", "v1.5.0"]);
    assert!(message.contains("2 commits since v1.4.2 (Features: 1, Fixes: 1)"), "{message}");
    run(&["--pre", "rc"]).says("nothing to release since v1.5.0");
    let tags = harbor.remote_refs("refs/tags/v*");
    assert_eq!(tags.lines().filter(|line| !line.contains("^{}")).count(), 3, "{tags}");
}

#[test]
fn a_commit_that_is_released_is_not_released_again_under_another_number() {
    let harbor = Harbor::new().tagged("v1.0.0").pushed("feat: a").tagged("v1.1.0");
    let before = harbor.remote_refs("refs/tags/v*");
    for version in ["1.0.5", "2.0.0"] {
        let run = harbor.zarpe(["tag", "--push", "--version", version]).run().exits(Done);
        run.says("nothing to release since v1.1.0");
        harbor.zarpe(["next", "--version", version]).run().exits(Done).prints("");
    }
    assert_eq!(harbor.remote_refs("refs/tags/v*"), before);
    harbor.zarpe(["tag", "--push", "--version", "1.1.0"]).run().exits(Done).says("tags v1.1.0 and");
}

#[test]
fn before_one_a_feature_raises_what_is_configured() {
    let repo = Repo::new().commit("feat: start").tag("v0.4.1").commit("feat: a");
    repo.zarpe(["next"]).run().exits(Done).prints("0.5.0\n");
    let repo = repo.write("zarpe.yml", "version:\n  zero-feature: patch\n");
    repo.zarpe(["next"]).run().exits(Done).prints("0.4.2\n");
    repo.zarpe(["next", "--explain"]).run().exits(Done).says("minor, which raises patch before 1.0.0");
    repo.zarpe(["next", "--bump", "minor"]).run().exits(Done).prints("0.5.0\n");
    let repo = repo.commit("fix!: b");
    repo.zarpe(["next"]).run().exits(Done).prints("0.5.0\n");
    repo.zarpe(["next", "--bump", "major"]).run().exits(Done).prints("1.0.0\n");
    let repo = Repo::new().write("zarpe.yml", "version:\n  zero-feature: patch\n").commit("feat: start").tag("v1.0.0");
    repo.commit("feat: a").zarpe(["next"]).run().exits(Done).prints("1.1.0\n");
}
