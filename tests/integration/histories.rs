//! Real histories on a GitHub that has them: this project's own, and a generated one with releases behind it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use zarpe::config::VersionTag;
use zarpe::embedded::Embedded;
use zarpe::embedded::state::{Access, State, Token};
use zarpe::io::git::Repository;

use crate::support::{ExitCode, Repo, TOKEN, Zarpe, clean, generated, skip};

/// A clone of this project whose remote is an embedded GitHub; `None`, said aloud, where the history is not here.
fn own() -> Option<(Repo, Embedded)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let repo = Repo::new();
    let shallow = || repo.git(["-C", root.to_str()?, "rev-parse", "--is-shallow-repository"]).parse::<bool>().ok();
    if !root.join(".git").exists() || shallow() != Some(false) {
        skip("the whole history of this project is not here");
        return None;
    }
    Some(served(repo, root))
}

/// A clone of what the repository at `source` has checked out, with its tags; its remote is an embedded GitHub.
fn served(repo: Repo, source: &Path) -> (Repo, Embedded) {
    let mut state = State::new("acme", "own");
    let reads = ["contents", "checks", "statuses", "actions", "pull-requests"].map(|name| (name, Access::Read));
    state.add_token(TOKEN, Token::workflow(&reads));
    let github = Embedded::start(state).unwrap();
    let (source, bare) = (source.to_str().unwrap(), github.bare().to_str().unwrap().to_owned());
    repo.git(["-C", source, "push", "--quiet", &bare, "HEAD:refs/heads/main", "refs/tags/*:refs/tags/*"]);
    repo.git(["clone", "--quiet", &github.clone_url(), "../own"]);
    (repo.at("own"), github)
}

fn zarpe<'a>(repo: &Repo, github: &Embedded, args: impl IntoIterator<Item = &'a str>) -> Zarpe {
    repo.zarpe(args).env("ZARPE_TOKEN", TOKEN).env("GITHUB_SERVER_URL", github.origin())
}

#[test]
fn our_own_commits_are_read_and_noted() {
    let Some((repo, github)) = own() else { return };
    zarpe(&repo, &github, ["next"]).run().exits(ExitCode::Done);
    zarpe(&repo, &github, ["next", "--explain"]).run().exits(ExitCode::Done).says("feat(demo)");
    zarpe(&repo, &github, ["notes"]).run().exits(ExitCode::Done).says("**demo:**");
}

#[test]
fn our_own_release_is_refused_where_nobody_reviewed_it() {
    let Some((repo, github)) = own() else { return };
    let run = zarpe(&repo, &github, ["release", "--dry-run"]).run().exits(ExitCode::Refused);
    run.says("pushed to main without a pull request").says("is not cleared");
}

/// The last release before each tag of a generated history is the highest final version among git's ancestors, and what it brought is
/// what `git rev-list TAG` has more than `git rev-list PREVIOUS`. With a range git goes by the clocks of commits, and lists now and
/// then what the previous one has.
fn compare(seed: u64) {
    let repo = generated(seed, 80);
    let names = VersionTag::default();
    let opened = Repository::open(repo.path()).unwrap();
    let tags = opened.tags().unwrap();
    for tag in tags.iter().filter(|tag| names.version(&tag.name).is_some()) {
        let others: Vec<_> = tags.iter().filter(|other| other.commit != tag.commit).cloned().collect();
        let history = opened.history_by(&tag.commit, &names, &others).unwrap();
        let merged = repo.git(["tag", "--merged", tag.commit.as_str()]);
        let finals = merged.lines().filter(|name| others.iter().any(|other| other.name == *name));
        let finals = finals.filter_map(|name| names.version(name)).filter(|version| version.pre.is_empty());
        assert_eq!(history.base.as_ref().map(|base| base.version.clone()), finals.max(), "{}", tag.name);
        let reached =
            |from: &str| -> BTreeSet<String> { repo.git(["rev-list", from]).lines().map(str::to_owned).collect() };
        let before = history.base.as_ref().map(|base| reached(&base.tag)).unwrap_or_default();
        let gits: BTreeSet<String> = reached(tag.commit.as_str()).difference(&before).cloned().collect();
        let ours: BTreeSet<String> = history.commits.iter().map(|commit| commit.sha.to_string()).collect();
        assert_eq!(ours.len(), history.commits.len());
        assert_eq!(ours, gits, "{}", tag.name);
    }
    let run = repo.zarpe(["next", "--explain"]).run();
    assert!(matches!(run.code, Some(0..=3)), "{run}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    /// Whatever is merged, reverted, picked or clocked wrong.
    #[test]
    fn each_release_has_the_commits_that_rev_list_says(seed: u64) {
        compare(seed);
    }
}

/// Of this one `git rev-list v4.1.0..TAG` lists a commit that v4.1.0 has.
#[test]
fn a_release_has_no_commit_of_the_one_before_where_clocks_are_hours_wrong() {
    compare(378_002_175_516_389_567);
}

/// The large repository of the benches, made smaller: nobody reviewed it, so its release is refused by name, not cleared.
#[test]
fn a_generated_history_with_releases_is_read_and_refused() {
    let repo = Repo::new();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/large_repository.py");
    let made = repo.scratch().join("generated");
    let mut command = Command::new("python3");
    clean(&mut command);
    command.arg(script).arg(&made).args(["--commits", "500", "--tags", "40"]);
    let Ok(output) = command.output() else { return skip("python3 is not installed") };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (repo, github) = served(repo, &made);
    zarpe(&repo, &github, ["next", "--explain"]).run().exits(ExitCode::Done);
    zarpe(&repo, &github, ["notes"]).run().exits(ExitCode::Done);
    let run = zarpe(&repo, &github, ["release", "--dry-run"]).run().exits(ExitCode::Refused);
    run.says("pushed to main without a pull request").says("is not cleared");
}
