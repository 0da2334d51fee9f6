//! `notes --all`: every release, each with exactly the commits that git counts to it.

use std::collections::BTreeSet;

use super::released;
use crate::support::Repo;
use zarpe::report::ExitCode::{CannotTell, Done};

/// The names of the commits under each heading, by the tag in it.
fn told(repo: &Repo) -> Vec<(String, BTreeSet<String>)> {
    let document = repo.zarpe(["notes", "--all", "--format", "json"]).run().exits(Done).json();
    let release = |release: &serde_json::Value| {
        let sections = release["sections"].as_array().unwrap().iter();
        let entries = sections.flat_map(|section| section["entries"].as_array().unwrap());
        let names = entries.map(|entry| entry["sha"].as_str().unwrap().to_owned()).collect();
        (release["name"].as_str().unwrap().to_owned(), names)
    };
    document["releases"].as_array().unwrap().iter().map(release).collect()
}

/// What git says is new in one, without merges, which say nothing themselves.
fn range(repo: &Repo, range: &str) -> BTreeSet<String> {
    repo.git(["rev-list", "--no-merges", range]).lines().map(ToOwned::to_owned).collect()
}

#[test]
fn every_release_is_told_by_the_commits_that_git_counts_to_it() {
    let repo = released().commits(["fix: a", "feat: b"]).tag("v1.3.0-rc.1").commit("fix: c").tag("v1.3.0").tag("sha-1");
    repo.git(["checkout", "--quiet", "-b", "line", "v1.2.0"]);
    let repo = repo.commit("fix: on the line").tag("v1.2.1");
    repo.git(["checkout", "--quiet", "main"]);
    repo.git(["merge", "--quiet", "--no-ff", "--message", "Merge branch 'line'", "line"]);
    let repo = repo.commit("feat: d").tag("v1.4.0").commit("docs: not released");
    let expected = [
        ("Unreleased", "v1.4.0..HEAD"),
        ("v1.4.0", "v1.3.0..v1.4.0"),
        ("v1.3.0", "v1.2.0..v1.3.0"),
        ("v1.2.1", "v1.2.0..v1.2.1"),
        ("v1.2.0", "v1.2.0"),
    ];
    let expected: Vec<_> = expected.map(|(name, text)| (name.to_owned(), range(&repo, text))).into();
    assert_eq!(told(&repo), expected);
}

#[test]
fn every_release_reads_as_it_does_alone() {
    let repo = released().commits(["fix: a", "feat(api)!: b (#4)"]).tag("v2.0.0").commit("perf: c").tag("v2.0.1");
    let all = repo.zarpe(["notes", "--all"]).run().exits(Done).stdout;
    let alone = |range: &str| repo.zarpe(["notes", range]).run().exits(Done).stdout;
    let expected = ["v2.0.0..v2.0.1", "v1.2.0..v2.0.0", "..v1.2.0"].map(alone);
    assert_eq!(all, expected.map(|text| text + "\n").concat());
    repo.zarpe(["notes", "--all", "--language", "es"]).run().exits(Done).says("### Rendimiento");
}

#[test]
fn two_versions_at_one_commit_follow_each_other() {
    let repo = released().commit("fix: a").tag("v1.2.1").tag("v1.3.0");
    let told = told(&repo);
    assert_eq!(told[0], ("v1.3.0".to_owned(), BTreeSet::new()));
    assert_eq!(told[1].1.len(), 1);
}

#[test]
fn what_is_not_released_compares_with_head() {
    let repo = released().commit("fix: a");
    let run = repo.zarpe(["notes", "--all"]).run().exits(Done);
    run.says("## Unreleased (").says("[v1.2.0...HEAD](https://github.com/acme/app/compare/v1.2.0...HEAD)");
}

#[test]
fn a_shallow_clone_does_not_tell_half_of_it() {
    let repo = Repo::new().commit("feat: start").tag("v1.0.0").commits(["feat: a", "fix: b"]).shallow(2);
    repo.zarpe(["notes", "--all"]).run().exits(CannotTell).prints("").says("git fetch --unshallow --tags");
}
