//! Real histories on a GitHub that has them: this project's own, and a generated one with releases behind it.

use std::path::Path;
use std::process::Command;

use zarpe::embedded::Embedded;
use zarpe::embedded::state::{Access, State, Token};

use crate::support::{ExitCode, Repo, TOKEN, Zarpe, clean, skip};

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
