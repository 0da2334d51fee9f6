//! What a repository can be like, F62 to F71 of the scoreboard: the right version, or one line that says what to do.

use crate::support::ExitCode::{self, CannotTell, Done, Refused, Usage};
use crate::support::{Harbor, Repo, Run, Zarpe, skip};

fn released() -> Repo {
    Repo::new().commit("feat: start").tag("v1.2.0").tag("sha-0123456").tag("nightly")
}

/// `v1.0.0` is released; since then a feature was merged and approved, and checked. A shallow clone without tags is at `clone`.
fn harbor(depth: &str) -> Harbor {
    let harbor = Harbor::new().tagged("v1.0.0").merged_pull("feat: list the cargo", "bruno").approved_by("rita");
    let harbor = harbor.check("test", "success");
    let url = harbor.github.clone_url();
    harbor.repo.git(["clone", "--quiet", "--no-tags", "--depth", depth, &url, "../clone"]);
    harbor.repo.git(["-C", "../clone", "config", "user.name", "Ana Marina"]);
    harbor.repo.git(["-C", "../clone", "config", "user.email", "ana@example.com"]);
    harbor
}

fn in_clone<'a>(harbor: &Harbor, args: impl IntoIterator<Item = &'a str>) -> Zarpe {
    harbor.zarpe(args).at("../clone")
}

/// The answer is in the exit code, and the error is told in one line, with one line of help.
#[track_caller]
fn one_line(run: Run, exit: ExitCode, text: &str) -> Run {
    let run = run.exits(exit).prints("").says(text);
    let told = run.stderr.lines().filter(|line| line.starts_with("error: ")).count();
    assert_eq!(told, 1, "{run}");
    assert!(run.stderr.contains("\n  help: "), "{run}");
    run
}

#[test]
fn f62_a_shallow_clone_is_no_ground_for_a_guess() {
    let repo = Repo::new().commits(["feat: start"]).tag("v5.3.2").commits(["feat!: x", "fix: y"]).shallow(1);
    let run = one_line(repo.zarpe(["next"]).run(), CannotTell, "the clone is shallow");
    run.says("`git fetch --unshallow --tags`").says("--fetch").never_says("0.1.0");
    repo.git(["fetch", "--quiet", "--depth", "1", "--tags"]);
    one_line(repo.zarpe(["next"]).run(), CannotTell, "git fetch --unshallow --tags");
    one_line(repo.zarpe(["next", "--version", "9.0.0"]).run(), CannotTell, "git fetch --unshallow --tags");
    repo.git(["fetch", "--quiet", "--unshallow", "--tags"]);
    repo.zarpe(["next"]).run().exits(Done).prints("6.0.0\n");
}

#[test]
fn f62_a_shallow_clone_that_has_the_last_release_asks_the_remote_which_commit_it_is() {
    let repo = released().commits(["fix: a", "fix: b"]).shallow(3);
    let run = repo.zarpe(["next", "--explain"]).run().exits(Done);
    run.says("1.2.1 comes after 1.2.0").says("of the remote");
}

#[test]
fn f62_fetch_deepens_a_shallow_clone_as_far_as_the_last_release() {
    let old: Vec<String> = (0..120).map(|number| format!("docs: {number}")).collect();
    let repo = Repo::new().commits(old.iter().map(String::as_str)).commit("feat: start").tag("v5.3.2");
    let repo = repo.commits(["feat!: x", "fix: y"]).shallow(1);
    repo.zarpe(["next", "--fetch"]).run().exits(Done).prints("6.0.0\n");
    let count: u32 = repo.git(["rev-list", "--count", "HEAD"]).parse().unwrap();
    assert_eq!((count, repo.git(["rev-parse", "--is-shallow-repository"]).as_str()), (101, "true"));
    assert_eq!(repo.git(["tag", "--list"]), "v5.3.2", "and it is here now");
    repo.zarpe(["next"]).run().exits(Done).prints("6.0.0\n");
    assert!(!repo.path().join(".git/FETCH_HEAD").exists());
}

#[test]
fn f62_fetch_goes_on_where_one_step_is_not_enough() {
    let many: Vec<String> = (0..130).map(|number| format!("docs: {number}")).collect();
    let repo = Repo::new().commit("feat: start").tag("v1.0.0").commits(many.iter().map(String::as_str));
    let repo = repo.commit("fix: a").shallow(1);
    repo.zarpe(["next", "--fetch"]).run().exits(Done).prints("1.0.1\n");
    let never = Repo::new().commits(["feat: start", "fix: a"]).shallow(1);
    one_line(never.zarpe(["next"]).run(), CannotTell, "the clone is shallow");
    never.zarpe(["next", "--fetch"]).run().exits(Done).prints("0.1.0\n");
}

#[test]
fn f62_fetch_serves_every_command_that_needs_history() {
    for (command, before) in [
        (["tag", "--push"].as_slice(), CannotTell),
        (["verify"].as_slice(), CannotTell),
        (["release", "--yes"].as_slice(), CannotTell),
    ] {
        let harbor = harbor("1");
        let tags = harbor.remote_refs("refs/tags/*");
        in_clone(&harbor, command.iter().copied()).run().exits(before).says("shallow");
        assert_eq!(harbor.remote_refs("refs/tags/*"), tags, "nothing was tagged by a guess");
        in_clone(&harbor, command.iter().copied().chain(["--fetch"])).run().exits(Done);
        let made = harbor.remote_refs("refs/tags/v1.1.0");
        assert_eq!(made.is_empty(), command[0] == "verify", "{command:?}: {made}");
    }
}

#[test]
fn f62_fetch_brings_the_commit_itself() {
    let harbor = harbor("1").merged_pull("fix: a leak", "bruno");
    in_clone(&harbor, ["tag"]).run().exits(CannotTell).says("git fetch");
    in_clone(&harbor, ["tag", "--fetch"]).run().exits(Done).says("v1.1.0");
    let head = harbor.head();
    in_clone(&harbor, ["next", "--fetch", &head]).run().exits(Done).prints("1.1.0\n");
}

#[test]
fn f62_fetch_that_fails_is_no_answer() {
    let repo = released().commit("fix: a").shallow(1);
    repo.git(["remote", "set-url", "origin", "https://127.0.0.1:1/acme/app.git"]);
    one_line(repo.zarpe(["next", "--fetch"]).run(), CannotTell, "cannot read the remote");
}

#[test]
fn f62_fetch_goes_where_the_remote_is_and_runs_nothing_of_the_clone() {
    let repo = released().commits(["fix: a", "fix: b"]).shallow(1);
    let canary = repo.scratch().join("canary");
    let touch = format!("touch {}", canary.display());
    repo.git(["config", "remote.origin.uploadpack", &touch]);
    repo.git(["config", "core.fsmonitor", &touch]);
    std::fs::create_dir_all(repo.path().join(".git/hooks")).unwrap();
    std::fs::write(repo.path().join(".git/hooks/reference-transaction"), format!("#!/bin/sh\n{touch}\n")).unwrap();
    repo.zarpe(["next", "--fetch"]).run().exits(Done).prints("1.2.1\n");
    assert!(!canary.exists());
    repo.git(["config", "url.https://127.0.0.1:1/.insteadOf", "file://"]);
    repo.zarpe(["next", "--fetch"]).run().exits(Usage).says("sends");
}

#[test]
fn f63_a_clone_without_tags_asks_the_remote() {
    let repo = released().commit("fix: a");
    repo.git(["clone", "--quiet", "--no-tags", &format!("file://{}", repo.path().display()), "../clone"]);
    let repo = repo.at("clone");
    repo.zarpe(["next"]).run().exits(Done).prints("1.2.1\n");
    assert_eq!(repo.git(["tag", "--list"]), "", "asking changes nothing");
    repo.zarpe(["next", "--fetch"]).run().exits(Done).prints("1.2.1\n");
    assert_eq!(repo.git(["tag", "--list"]), "v1.2.0", "fetching does; and no tag but of versions");
}

#[test]
fn f63_a_remote_that_cannot_be_asked_is_no_first_release() {
    let repo = Repo::new().commit("feat: start");
    repo.git(["remote", "add", "origin", "https://127.0.0.1:1/acme/app.git"]);
    let run = one_line(repo.zarpe(["next"]).run(), CannotTell, "the remote could not be asked");
    run.says("`git fetch --unshallow --tags`").says("`git fetch --tags`").never_says("0.1.0");
}

#[test]
fn f64_a_partial_clone_is_answered_without_a_single_blob() {
    let repo = released().write("a", "text").commit("fix: a");
    repo.git(["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", repo.path().display());
    for filter in ["blob:none", "tree:0"] {
        let name = filter.replace(':', "-");
        let clone = format!("../{name}");
        repo.git(["clone", "--quiet", "--bare", &format!("--filter={filter}"), &source, &clone]);
        let inside = || repo.git(["-C", &clone, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"]);
        assert!(!inside().contains("blob"), "{filter}");
        // A remote that refuses whatever is asked for beside the references.
        std::fs::rename(repo.path().join(".git/objects"), repo.scratch().join("objects")).unwrap();
        repo.zarpe(["-C", &clone, "next"]).run().exits(Done).prints("1.2.1\n");
        repo.zarpe(["-C", &clone, "next", "--explain"]).run().exits(Done);
        repo.zarpe(["-C", &clone, "notes"]).run().exits(Done).says("- a");
        std::fs::rename(repo.scratch().join("objects"), repo.path().join(".git/objects")).unwrap();
        assert!(!inside().contains("blob"), "{filter}");
    }
}

#[test]
fn f64_a_partial_clone_that_is_deepened_stays_partial() {
    let repo = released().write("a", "1").commit("fix: a").write("a", "2").commit("fix: b");
    repo.git(["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", repo.path().display());
    for filter in ["blob:none", "tree:0"] {
        let clone = format!("../{}", filter.replace(':', "-"));
        let filter = format!("--filter={filter}");
        repo.git(["clone", "--quiet", "--bare", "--depth", "1", "--no-tags", &filter, &source, &clone]);
        let config = repo.git(["-C", &clone, "config", "--local", "--list"]);
        repo.zarpe(["-C", &clone, "next"]).run().exits(CannotTell).prints("");
        repo.zarpe(["-C", &clone, "next", "--fetch"]).run().exits(Done).prints("1.2.1\n");
        let inside = repo.git(["-C", &clone, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"]);
        assert!(!inside.contains("blob"), "{filter}: {inside}");
        assert_eq!(repo.git(["-C", &clone, "config", "--local", "--list"]), config, "{filter}");
    }
}

#[test]
fn f64_a_partial_clone_is_tagged_and_no_file_is_asked_for() {
    for filter in ["blob:none", "tree:0"] {
        let mut harbor = Harbor::new().tagged("v1.0.0");
        harbor.repo =
            harbor.repo.write("api/x", "1").write(".github/workflows/deploy.yml", "on: {push: {tags: ['v*']}}\n");
        let harbor = harbor.pushed("feat: one").pushed("Revert \"feat: other\"").pushed("feat: one");
        let (filter, url) = (format!("--filter={filter}"), harbor.github.clone_url());
        harbor.repo.git(["clone", "--quiet", "--no-checkout", &filter, &url, "../clone"]);
        for (key, value) in [("user.name", "Ana"), ("user.email", "ana@example.com")] {
            harbor.repo.git(["-C", "../clone", "config", key, value]);
        }
        let inside =
            || harbor.repo.git(["-C", "../clone", "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"]);
        let before = inside();
        let run = |args: &[&str]| {
            let zarpe = harbor.zarpe(args.iter().copied()).at("../clone").env("GITHUB_ACTIONS", "true");
            zarpe.run().exits(Done)
        };
        run(&["next"]).prints("1.1.0\n");
        run(&["tag", "--push"]).says("tags v1.1.0 and sha-");
        run(&["tag", "--push"]).says("already right");
        let of_kind = |objects: &str, kind| objects.lines().filter(|line| *line == kind).count();
        assert_eq!(inside().lines().count(), before.lines().count() + 1, "{filter}: more than the tag has come");
        assert_eq!(of_kind(&inside(), "tag"), of_kind(&before, "tag") + 1);
        assert_eq!(of_kind(&inside(), "blob"), 0, "{filter}");
    }
}

#[test]
fn f65_a_detached_head_is_answered() {
    let repo = released().commit("fix: a");
    repo.git(["checkout", "--quiet", "--detach"]);
    repo.zarpe(["next"]).run().exits(Done).prints("1.2.1\n");
    repo.git(["checkout", "--quiet", "v1.2.0"]);
    repo.zarpe(["next"]).run().exits(Done).prints("");
}

#[test]
fn f66_a_repository_of_another_user_is_not_trusted() {
    let repo = released();
    let owned = std::process::Command::new("chown").arg("-R").arg("65534").arg(repo.path()).output();
    if !owned.is_ok_and(|output| output.status.success()) {
        return skip("only root can give a repository away");
    }
    let home = repo.scratch().join("home");
    for command in ["next", "tag", "verify", "release", "notes"] {
        let run = repo.zarpe([command]).env("HOME", &home).run();
        one_line(run, CannotTell, "git config --global --add safe.directory").says("belongs to another user");
    }
}

#[test]
fn f67_a_sha_256_repository_is_said_to_be_one() {
    let repo = Repo::new();
    repo.git(["init", "--quiet", "--object-format=sha256", "../sha256"]);
    let repo = repo.at("sha256");
    for command in ["next", "tag", "verify", "release", "notes"] {
        one_line(repo.zarpe([command]).run(), CannotTell, "SHA-256 names, which libgit2 1.9 cannot read");
    }
}

#[test]
fn f68_an_empty_remote_allows_the_first_release_and_an_empty_clone_has_nothing() {
    let repo = Repo::new();
    repo.git(["init", "--quiet", "--bare", "../empty.git"]);
    let url = format!("file://{}", repo.scratch().join("empty.git").display());
    repo.git(["remote", "add", "origin", &url]);
    one_line(repo.zarpe(["next"]).run(), Usage, "the repository has no commit yet");
    let repo = repo.commit("feat: start");
    repo.zarpe(["next"]).run().exits(Done).prints("0.1.0\n");
    repo.zarpe(["next", "--fetch"]).run().exits(Done).prints("0.1.0\n");
    one_line(repo.zarpe(["tag", "--push"]).run(), CannotTell, "the remote does not say which branch is its default");
}

#[test]
fn f68_a_remote_without_releases_allows_the_first() {
    let repo = Repo::new().commit("feat: start");
    repo.git(["clone", "--quiet", &format!("file://{}", repo.path().display()), "../clone"]);
    repo.at("clone").zarpe(["next"]).run().exits(Done).prints("0.1.0\n");
}

#[test]
fn f69_a_worktree_and_a_bare_repository_are_answered() {
    let repo = released().commit("fix: a");
    repo.git(["clone", "--quiet", "--bare", ".", "../bare.git"]);
    repo.git(["worktree", "add", "--quiet", "--detach", "../tree", "HEAD"]);
    for folder in ["bare.git", "tree"] {
        repo.zarpe(["-C", &format!("../{folder}"), "next"]).run().exits(Done).prints("1.2.1\n");
    }
    let shallow = released().commits(["fix: a", "fix: b"]).shallow(1);
    shallow.git(["worktree", "add", "--quiet", "--detach", "../tree", "HEAD"]);
    shallow.zarpe(["-C", "../tree", "next", "--fetch"]).run().exits(Done).prints("1.2.1\n");
}

#[test]
fn f70_next_is_local_and_says_so_where_the_remote_s_tag_is_another() {
    let harbor = Harbor::new().tagged("v1.0.0").pushed("feat: a").pushed("fix: b");
    // In this clone v1.1.0 stands at the feature; on the remote it is at the commit after it.
    harbor.repo.git(["tag", "v1.1.0", "HEAD~1"]);
    harbor.push(&format!("{}:refs/tags/v1.1.0", harbor.head()));
    let harbor = harbor.pushed("fix: c");
    let run = harbor.zarpe(["next", "--explain"]).run().exits(Done);
    run.says("2 commits since v1.1.0").says("of this clone; the remote was not asked");
    let run = harbor.zarpe(["next", "--explain", "--fetch"]).run().exits(Done);
    run.says("1 commit since v1.1.0").says("of the remote");
    assert_eq!(harbor.repo.sha("v1.1.0"), harbor.repo.sha("HEAD~2"), "and it was not moved");
    harbor.zarpe(["tag", "--dry-run", "--verbose"]).run().exits(Done).says("1 commit since v1.1.0");
    harbor.zarpe(["tag", "--push", "--version", "1.1.0"]).run().exits(Refused).says("v1.1.0");
}

#[test]
fn f71_malformed_and_huge_versions_do_not_count() {
    let repo = released();
    for odd in
        ["v1.3", "v01.4.0", "v1.5.0.0", "V1.6.0", "1.7.0", "v99999999999999999999.0.0", "v1.8.0-", "release-v1.9.0"]
    {
        repo.git(["tag", odd]);
    }
    repo.commit("fix: a").zarpe(["next"]).run().exits(Done).prints("1.2.1\n");
    let repo = Repo::new().commit("feat: start").tag("v18446744073709551615.18446744073709551615.18446744073709551615");
    one_line(repo.commit("fix: a").zarpe(["next"]).run(), Refused, "its numbers are at their end");
}

#[test]
fn f71_a_tag_that_leads_to_no_commit_does_not_count() {
    let repo = released();
    let tree = repo.git(["rev-parse", "HEAD^{tree}"]);
    repo.git(["tag", "v7.0.0", &tree]);
    repo.git(["tag", "--annotate", "--message", "again", "v1.2.1", "v1.2.0"]);
    repo.commit("fix: a").zarpe(["next"]).run().exits(Done).prints("1.2.2\n");
}
