//! This project's own history, on a GitHub that has it: what we build is used on what we build.

use std::path::Path;

use zarpe::embedded::Embedded;
use zarpe::embedded::state::{Access, State, Token};

use crate::support::{ExitCode, Repo, TOKEN, Zarpe, skip};

/// A clone of this project whose remote is an embedded GitHub; `None`, said aloud, where the history is not here.
fn own() -> Option<(Repo, Embedded)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let repo = Repo::new();
    let shallow = || repo.git(["-C", root.to_str()?, "rev-parse", "--is-shallow-repository"]).parse::<bool>().ok();
    if !root.join(".git").exists() || shallow() != Some(false) {
        skip("the whole history of this project is not here");
        return None;
    }
    let mut state = State::new("zarpe", "zarpe");
    let reads = ["contents", "checks", "statuses", "actions", "pull-requests"].map(|name| (name, Access::Read));
    state.add_token(TOKEN, Token::workflow(&reads));
    let github = Embedded::start(state).unwrap();
    let bare = github.bare().to_str().unwrap().to_owned();
    repo.git(["-C", root.to_str().unwrap(), "push", "--quiet", &bare, "HEAD:refs/heads/main"]);
    repo.git(["clone", "--quiet", &github.clone_url(), "../own"]);
    Some((repo.at("own"), github))
}

fn zarpe<'a>(repo: &Repo, github: &Embedded, args: impl IntoIterator<Item = &'a str>) -> Zarpe {
    repo.zarpe(args).env("ZARPE_TOKEN", TOKEN).env("GITHUB_SERVER_URL", github.origin())
}

#[test]
fn our_own_commits_are_read_and_noted() {
    let Some((repo, github)) = own() else { return };
    zarpe(&repo, &github, ["next"]).run().exits(ExitCode::Done).prints("0.1.0\n");
    zarpe(&repo, &github, ["next", "--explain"]).run().exits(ExitCode::Done).says("feat(demo)");
    zarpe(&repo, &github, ["notes"]).run().exits(ExitCode::Done).says("**demo:**");
}

#[test]
fn our_own_release_is_refused_where_nobody_reviewed_it() {
    let Some((repo, github)) = own() else { return };
    let run = zarpe(&repo, &github, ["release", "--dry-run"]).run().exits(ExitCode::Refused);
    run.says("pushed to main without a pull request").says("is not cleared");
}
