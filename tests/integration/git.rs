//! The repository as git sees it, read by us: the git program is the oracle.

use jiff::Timestamp;
use zarpe::config::VersionTag;
use zarpe::history::{CutOff, Person, Sha};
use zarpe::io::git::Repository;

use super::support::Repo;

fn open(repo: &Repo) -> Repository {
    Repository::open(repo.path()).unwrap()
}

fn head(repo: &Repo) -> Sha {
    open(repo).head().unwrap().commit
}

#[test]
fn a_range_is_what_rev_list_says() {
    let repo = Repo::new().commits(["one", "two"]).tag("v1.0.0");
    repo.git(["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    let repo = repo.commits(["side one", "side two"]);
    repo.git(["checkout", "--quiet", "main"]);
    let repo = repo.commit("three");
    repo.git(["merge", "--quiet", "--no-ff", "--message", "Merge branch 'side'", "side"]);
    for (base, tip) in [("v1.0.0", "main"), ("side", "main"), ("main", "side"), ("main~1", "main"), ("main", "main")] {
        let opened = open(&repo);
        let range = opened.range(Some(&opened.resolve(base).unwrap()), &opened.resolve(tip).unwrap()).unwrap();
        let mut ours: Vec<&str> = range.iter().map(|commit| commit.sha.as_str()).collect();
        let listed = repo.git(["rev-list", &format!("{base}..{tip}")]);
        let mut gits: Vec<&str> = listed.lines().collect();
        ours.sort_unstable();
        gits.sort_unstable();
        assert_eq!(ours, gits, "{base}..{tip}");
    }
}

#[test]
fn the_last_release_is_the_highest_final_version_among_the_ancestors() {
    let repo = Repo::new().commit("one").tag("v1.9.0").tag("sha-1234567").tag("nightly-2026");
    let repo = repo.commit("two").tag("v1.10.0").tag("v1.10").tag("v01.11.0").tag("v99999999999999999999.0.0");
    let repo = repo.commit("three").tag("v1.11.0-rc.1").tag("other/v7.0.0");
    repo.git(["tag", "v1.8.0"]);
    repo.git(["checkout", "--quiet", "-b", "next"]);
    let repo = repo.commit("four").tag("v2.0.0");
    repo.git(["checkout", "--quiet", "main"]);
    for packed in [false, true] {
        if packed {
            repo.git(["pack-refs", "--all"]);
        }
        let history = open(&repo).history(&head(&repo), &VersionTag::default()).unwrap();
        assert_eq!(history.base.unwrap().tag, "v1.10.0");
        assert_eq!(history.pre_release.unwrap().tag, "v1.11.0-rc.1");
        assert_eq!(history.cut_off, None);
        assert_eq!(history.commits.iter().map(|commit| commit.subject()).collect::<Vec<_>>(), ["three"]);
        let versions: Vec<String> = history.versions.iter().map(ToString::to_string).collect();
        assert_eq!(versions, ["2.0.0", "1.11.0-rc.1", "1.10.0", "1.9.0", "1.8.0"]);
    }
}

#[test]
fn many_tags_elsewhere_do_not_hide_the_last_release() {
    let repo = Repo::new().commit("one").tag("v1.0.0");
    repo.git(["checkout", "--quiet", "-b", "next"]);
    let repo = (0..12).fold(repo, |repo, minor| repo.commit("more").tag(&format!("v2.{minor}.0")));
    repo.git(["checkout", "--quiet", "main"]);
    let repo = repo.commit("two");
    let history = open(&repo).history(&head(&repo), &VersionTag::default()).unwrap();
    assert_eq!((history.base.unwrap().tag.as_str(), history.commits.len()), ("v1.0.0", 1));
}

#[test]
fn a_shallow_clone_that_reaches_the_last_release_is_whole() {
    let repo = Repo::new().commits(["one", "two"]).tag("v1.0.0").commits(["three", "four"]);
    let source = format!("file://{}", repo.path().display());
    for (depth, cut_off) in [("2", Some(CutOff::NoTags)), ("3", None)] {
        repo.git(["clone", "--quiet", "--depth", depth, &source, &format!("../depth-{depth}")]);
        let clone = Repository::open(&repo.scratch().join(format!("depth-{depth}"))).unwrap();
        let history = clone.history(&clone.head().unwrap().commit, &VersionTag::default()).unwrap();
        assert_eq!(history.cut_off, cut_off, "depth {depth}");
        assert_eq!(history.base.is_some(), cut_off.is_none(), "depth {depth}");
    }
}

#[test]
fn a_clone_without_tags_is_not_taken_for_whole() {
    let repo = Repo::new().commits(["one", "two"]).tag("v1.0.0");
    repo.git(["clone", "--quiet", "--no-tags", ".", "../clone"]);
    let clone = repo.at("clone");
    let history = open(&clone).history(&head(&clone), &VersionTag::default()).unwrap();
    assert_eq!(history.cut_off, Some(CutOff::NoTags));
}

#[test]
fn a_tag_object_is_what_git_makes_and_the_same_each_time() {
    let repo = Repo::new().commit("one");
    let opened = open(&repo);
    let commit = head(&repo);
    let person = Person { name: "Ana <Marina>\n".into(), email: "ana@example.com".into() };
    let when: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let object = opened.write_tag_object("v1.0.0", &commit, &person, when, "v1.0.0\n\nnotes\n").unwrap();
    assert_eq!(opened.write_tag_object("v1.0.0", &commit, &person, when, "v1.0.0\n\nnotes").unwrap(), object);
    assert_eq!(repo.git(["tag", "--list"]), "", "no reference yet");
    assert_eq!(repo.git(["fsck", "--strict", "--no-dangling"]), "");
    assert!(opened.create_tag_ref("v1.0.0", &object).unwrap());
    assert!(!opened.create_tag_ref("v1.0.0", &object).unwrap(), "there already");
    assert!(opened.create_tag_ref("v1.0.0", &commit).unwrap_err().to_string().contains("already here"));
    let shown =
        repo.git(["for-each-ref", "--format=%(objecttype) %(taggername) %(*objectname) %(subject)", "refs/tags"]);
    assert_eq!(shown, format!("tag Ana Marina {commit} v1.0.0"));
    assert!(opened.write_tag_object("-d", &commit, &person, when, "").is_err());
}

#[test]
fn files_remotes_and_identity_are_read_as_git_has_them() {
    let repo = Repo::new().write("docs/schema.yml", "openapi: 3.1.0\n").commit("one").write("docs/schema.yml", "x");
    repo.git(["remote", "add", "origin", "https://github.example/acme/app.git"]);
    repo.git(["config", "url.https://evil.example/.insteadOf", "https://github.example/"]);
    let opened = open(&repo);
    let commit = head(&repo);
    assert_eq!(opened.file_at(&commit, "docs/schema.yml").unwrap().unwrap(), b"openapi: 3.1.0\n");
    for absent in ["docs", "docs/other.yml", "other/schema.yml", "docs/schema.yml/x"] {
        assert_eq!(opened.file_at(&commit, absent).unwrap(), None, "{absent}");
    }
    assert_eq!(opened.remote_url("origin").unwrap().unwrap(), "https://github.example/acme/app.git");
    assert_eq!(opened.remote_url("a b.c").unwrap(), None);
    assert_eq!(opened.identity().unwrap().unwrap().email, "ana@example.com");
}

#[test]
fn a_worktree_and_a_bare_repository_are_repositories() {
    let repo = Repo::new().commits(["one", "two"]).tag("v1.0.0").commit("three");
    repo.git(["worktree", "add", "--quiet", "-b", "other", "../tree", "HEAD"]);
    repo.git(["clone", "--quiet", "--bare", ".", "../bare.git"]);
    for (name, work_tree) in [("tree", true), ("bare.git", false)] {
        let opened = Repository::open(&repo.scratch().join(name)).unwrap();
        let history = opened.history(&opened.head().unwrap().commit, &VersionTag::default()).unwrap();
        assert_eq!((history.commits.len(), opened.work_tree().is_some()), (1, work_tree), "{name}");
    }
}

#[test]
fn each_release_of_a_generated_history_has_the_commits_that_rev_list_says() {
    let repo = Repo::new();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/large_repository.py");
    let mut command = std::process::Command::new("python3");
    command.arg(script).args(["../large", "--commits", "500", "--tags", "40"]).current_dir(repo.path());
    let Ok(output) = command.output() else { return super::support::skip("python3 is not installed") };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let head = String::from_utf8(output.stdout).unwrap();
    assert_eq!(head.trim(), "f5cb848a7cae29d7b7a7a6f77cee640281464596", "the same in every run");
    let large = repo.at("large");
    let opened = open(&large);
    let tags = opened.version_tags(&VersionTag::default()).unwrap();
    assert_eq!(tags.len(), 20);
    for (newer, older) in tags.iter().zip(&tags[1..]) {
        let commit = |tag: &str| opened.resolve(tag).unwrap();
        let range = opened.range(Some(&commit(&older.1)), &commit(&newer.1)).unwrap();
        let mut ours: Vec<String> = range.iter().map(|commit| commit.sha.to_string()).collect();
        let listed = large.git(["rev-list", &format!("{}..{}", older.1, newer.1)]);
        let mut gits: Vec<String> = listed.lines().map(str::to_owned).collect();
        ours.sort_unstable();
        gits.sort_unstable();
        assert!(!gits.is_empty() && ours == gits, "{}..{}", older.1, newer.1);
    }
}
