//! The embedded GitHub itself: it refuses, counts and pages as GitHub does, and its git remote is a real one.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use zarpe::embedded::state::{Access, Token};

use crate::support::{Harbor, TOKEN};

/// The remote's address with the token of the harbour in it.
fn authorized(harbor: &Harbor) -> String {
    harbor.github.clone_url().replacen("http://", &format!("http://x-access-token:{TOKEN}@"), 1)
}

fn git(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("git");
    crate::support::clean(&mut command);
    command.current_dir(directory).args(args).output().unwrap()
}

#[test]
fn a_wrong_token_is_401_and_a_missing_permission_is_403_that_names_it() {
    let harbor = Harbor::new();
    harbor.github.state(|state| state.add_token("few", Token::workflow(&[("contents", Access::Read)])));
    let wrong = harbor.ask("GET", "", "nonsense", "");
    assert_eq!((wrong.status, &wrong.json()["message"]), (401, &Value::from("Bad credentials")));
    let missing = harbor.ask("GET", "/commits/main/check-runs", "few", "");
    assert_eq!(missing.status, 403);
    assert_eq!(missing.json()["message"], "Resource not accessible by integration");
    assert_eq!(missing.header("x-accepted-github-permissions"), "checks=read");
}

#[test]
fn clone_and_atomic_create_only_push_are_gits_own() {
    let harbor = Harbor::new();
    let url = authorized(&harbor);
    let clone = git(harbor.repo.scratch(), &["clone", "--quiet", &harbor.github.clone_url(), "clone"]);
    assert!(clone.status.success(), "{clone:?}");
    let push =
        ["push", "--atomic", "--force-with-lease=refs/tags/v1.0.0:", "--force-with-lease=refs/tags/sha-1:", &url];
    let both = [push.as_slice(), &["HEAD:refs/tags/v1.0.0", "HEAD:refs/tags/sha-1"]].concat();
    let first = git(harbor.repo.path(), &both);
    assert!(first.status.success(), "{first:?}");
    let refs = harbor.remote_refs("refs/tags/*");
    assert_eq!(refs.lines().count(), 2, "{refs}");
    harbor.repo.git(["commit", "--quiet", "--allow-empty", "--message", "more"]);
    let second = git(harbor.repo.path(), &both);
    assert!(!second.status.success(), "a tag that exists was moved: {second:?}");
    assert_eq!(harbor.remote_refs("refs/tags/*"), refs);
}
