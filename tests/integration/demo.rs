//! `zarpe demo`: the whole story, every command of it really run.

use std::process::Stdio;

use crate::support::{ExitCode, Repo};

#[test]
fn the_demo_is_refused_mended_and_cleared() {
    let repo = Repo::new();
    let run = repo.zarpe(["demo"]).run().exits(ExitCode::Done);
    for text in [
        "RED: ",
        "not approved",
        "schema.yml is stale",
        "required property removed: `flag`",
        "is not cleared",
        "PASS: ",
        "is cleared as 1.1.0",
        "2 made now",
        "2 already right",
        "refs/tags/v1.1.0",
        "refs/tags/sha-",
        "list the cargo of a ship",
        "attached: schema.yml",
    ] {
        assert!(run.stdout.contains(text), "{text}: {run}");
    }
}

#[test]
fn the_demo_needs_no_repository_and_leaves_nothing_behind() {
    let repo = Repo::new();
    std::fs::create_dir(repo.scratch().join("temporary")).unwrap();
    let temporary = repo.scratch().join("temporary");
    repo.zarpe(["demo"]).env("TMPDIR", &temporary).run().exits(ExitCode::Done);
    assert_eq!(std::fs::read_dir(temporary).unwrap().count(), 0);
}

#[test]
fn a_reader_that_leaves_changes_nothing_about_how_the_demo_ends() {
    let repo = Repo::new();
    let mut demo = repo.zarpe(["demo"]);
    let mut child = demo.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
