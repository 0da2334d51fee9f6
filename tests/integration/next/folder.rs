//! A part of a repository with releases of its own: `--path DIR` and the prefix of its tags.

use std::collections::BTreeSet;

use proptest::prelude::*;
use zarpe::history::Sha;
use zarpe::io::git::Repository;

use crate::support::ExitCode::{CannotTell, Done, Usage};
use crate::support::{Harbor, Repo, generated};

/// Two services, released apart; `zarpe.yml` is that of the first.
fn two() -> Repo {
    Repo::new()
        .write("zarpe.yml", "tag:\n  name: api/v{version}\nversion:\n  path: api\n")
        .write("api/a", "1")
        .write("web/b", "1")
        .commit("feat: start")
        .tag("api/v1.2.0")
        .tag("web/v3.0.0")
}

#[test]
fn only_what_changes_the_folder_counts() {
    let repo = two().write("web/b", "2").commit("feat!: for the web").write("api/a", "2").commit("fix: for the api");
    repo.zarpe(["next"]).run().exits(Done).prints("1.2.1\n");
    repo.zarpe(["next", "--path", "./web/"]).run().exits(Done).prints("2.0.0\n");
    let run = repo.zarpe(["next", "--explain"]).run().exits(Done);
    run.says("1 commit since api/v1.2.0 that change api").says("fix: for the api").never_says("for the web");
    repo.zarpe(["notes"]).run().exits(Done).says("for the api").never_says("for the web");
    assert_eq!(repo.zarpe(["next", "--format", "json"]).run().json_of("next/v1")["path"], "api");
}

#[test]
fn a_folder_that_nobody_touched_has_nothing_to_release() {
    let repo = two().write("web/b", "2").commit("feat: for the web");
    repo.zarpe(["next"]).run().exits(Done).prints("").says("nothing to release since api/v1.2.0");
}

#[test]
fn a_folder_that_is_nowhere_is_a_mistake() {
    let repo = two().write("api/a", "2").commit("fix: a");
    repo.zarpe(["next", "--path", "appi"]).run().exits(Usage).says("there is nothing at appi in commit");
    repo.zarpe(["next", "--path", "../api"]).run().exits(Usage).says("leads out of the repository");
    repo.zarpe(["next", "--path", "/"]).run().exits(Usage).says("names no folder");
    let run = repo.write("zarpe.yml", "version:\n  path: a/../b\n").zarpe(["next"]).run().exits(Usage);
    run.says("zarpe.yml:2:9").says("leads out of the repository");
}

#[test]
fn a_folder_that_is_gone_still_counts() {
    let repo = two();
    repo.git(["rm", "--quiet", "-r", "api"]);
    repo.commit("feat!: the end of the api").zarpe(["next"]).run().exits(Done).prints("2.0.0\n");
}

#[test]
fn a_revert_is_known_by_the_whole_range() {
    let repo = two().write("web/b", "2").write("api/a", "2").commit("feat: both");
    repo.git(["revert", "--no-edit", "HEAD"]);
    repo.zarpe(["next"]).run().exits(Done).prints("").says("nothing to release");
}

#[test]
fn its_tags_are_made_with_its_prefix() {
    let mut harbor = Harbor::new().tagged("api/v1.0.0");
    harbor.repo = harbor.repo.write("zarpe.yml", "tag:\n  name: api/v{version}\n").write("api/a", "1");
    let harbor = harbor.pushed("feat: a").pushed("feat!: elsewhere");
    let run = harbor.zarpe(["tag", "--push", "--path", "api"]).run().exits(Done);
    run.says("api/v1.1.0");
    assert!(harbor.remote_refs("refs/tags/*").contains("refs/tags/api/v1.1.0 "));
}

#[test]
fn two_parts_that_are_released_at_one_commit_share_its_short_hash_tag() {
    let mut harbor = Harbor::new();
    for part in ["api", "web"] {
        let config =
            format!("tag: {{name: '{part}/v{{version}}', short-hash: 'build-{{hash}}'}}\nversion: {{path: {part}}}\n");
        harbor.repo = harbor.repo.write(&format!("{part}/zarpe.yml"), &config);
    }
    let harbor = harbor.pushed("feat: both");
    let short = format!("build-{}", &harbor.head()[..7]);
    for part in ["api", "web"] {
        let config = format!("{part}/zarpe.yml");
        let tag = || harbor.zarpe(["tag", "--push", "--config", &config]).run().exits(Done);
        tag().says(&format!("{part}/v0.1.0 and {short} are at")).says("made now");
        tag().says("already right");
    }
    let tags = harbor.remote_refs("refs/tags/*");
    for tag in ["api/v0.1.0^{}", "web/v0.1.0^{}", &short] {
        assert!(tags.contains(&format!("refs/tags/{tag} {}", harbor.head())), "{tag}: {tags}");
    }
}

#[test]
fn no_file_is_read_and_missing_trees_are_said_to_be_missing() {
    let repo = two().write("api/a", "2").commit("fix: a");
    repo.git(["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", repo.path().display());
    for (filter, code) in [("blob:none", Done), ("tree:0", CannotTell)] {
        let name = filter.replace(':', "-");
        repo.git(["clone", "--quiet", "--bare", &format!("--filter={filter}"), &source, &format!("../{name}")]);
        let config = repo.path().join("zarpe.yml");
        let clone = format!("../{name}");
        let run = repo.zarpe(["-C", &clone, "--config", config.to_str().unwrap(), "next"]).run().exits(code);
        if code == Done {
            run.prints("1.2.1\n");
        } else {
            run.prints("").says("git fetch --refetch --filter=blob:none");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// What touches a folder is what `git log --full-history -- DIR` says, merges and all.
    #[test]
    fn the_folder_s_commits_are_those_of_git(seed: u64) {
        let repo = generated(seed, 60);
        let opened = Repository::open(repo.path()).unwrap();
        let head = opened.head().unwrap().commit;
        let commits = opened.range(None, &head).unwrap();
        for path in ["a", "b", "a/deep", "a/deep/file", "nothing"] {
            let listed = repo.git(["rev-list", "--full-history", "HEAD", "--", path]);
            let gits: BTreeSet<&str> = listed.lines().collect();
            let ours = opened.touching(&head, &commits, path);
            let Ok(ours) = ours else {
                prop_assert!(gits.is_empty(), "{}", path);
                continue;
            };
            prop_assert_eq!(ours.iter().map(Sha::as_str).collect::<BTreeSet<_>>(), gits, "{}", path);
        }
    }
}
