//! The embedded GitHub itself: it refuses, counts and pages as GitHub does, and its git remote is a real one.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use zarpe::embedded::state::{Access, Token};

use crate::support::{Harbor, TOKEN, send};

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

/// Asks the GraphQL endpoint.
fn graphql(harbor: &Harbor, token: &str, query: &str, variables: Value) -> Value {
    let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
    let answer = send("POST", &harbor.github.graphql_url(), &[("authorization", &format!("Bearer {token}"))], body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[test]
fn a_query_is_answered_from_the_state_and_the_repository() {
    let harbor = Harbor::new().merged_pull("feat: sail", "berta").approved_by("rita");
    let head = harbor.head();
    let query = "query Q($oid: GitObjectID!) { repository(owner: \"acme\", name: \"boat\") { object(oid: $oid) {
        ... on Commit { history(first: 1) { pageInfo { hasNextPage endCursor } nodes { oid headline: messageHeadline
          associatedPullRequests(first: 3) { nodes { number merged author { login } ...Judged } } } } } } } }
        fragment Judged on PullRequest { reviews(last: 9, states: [APPROVED]) { nodes {
          state authorCanPushToRepository author { __typename login } } } }";
    let answer = graphql(&harbor, TOKEN, query, serde_json::json!({ "oid": head }));
    let history = &answer["data"]["repository"]["object"]["history"];
    assert_eq!(history["pageInfo"], serde_json::json!({ "hasNextPage": true, "endCursor": "1" }));
    let expected = serde_json::json!([{
        "oid": head,
        "headline": "feat: sail (#1)",
        "associatedPullRequests": { "nodes": [{
            "number": 1, "merged": true, "author": { "login": "berta" },
            "reviews": { "nodes": [{
                "state": "APPROVED", "authorCanPushToRepository": true, "author": { "__typename": "User", "login": "rita" },
            }] },
        }] },
    }]);
    assert_eq!(history["nodes"], expected);
}

#[test]
fn a_query_that_may_not_see_all_gets_the_rest_and_is_told_what_is_missing() {
    let harbor = Harbor::new();
    harbor.github.state(|state| state.add_token("few", Token::workflow(&[("contents", Access::Read)])));
    let query =
        "{ repository(owner: \"acme\", name: \"boat\") { nameWithOwner pullRequests(first: 1) { totalCount } } }";
    let answer = graphql(&harbor, "few", query, Value::Null);
    assert_eq!(answer["data"]["repository"]["nameWithOwner"], "acme/boat");
    assert_eq!(answer["data"]["repository"]["pullRequests"], Value::Null);
    assert_eq!(answer["errors"][0]["type"], "FORBIDDEN");
    assert_eq!(answer["errors"][0]["path"], serde_json::json!(["repository", "pullRequests"]));
}

#[test_case::test_case("{ repository(owner: \"acme\", name: \"boat\") { nonsense } }", "Field 'nonsense' doesn't exist on type 'Repository'"; "an unknown field")]
#[test_case::test_case("{ repository(owner: \"acme\", name: \"ship\") { name } }", "Could not resolve to a Repository"; "an unknown repository")]
#[test_case::test_case("{ repository(owner: \"acme\", name: \"boat\") { pullRequests { totalCount } } }", "`first` or `last`"; "no page size")]
#[test_case::test_case("{ repository(owner: \"acme\", name: \"boat\") { pullRequests(first: 101) { totalCount } } }", "101 records"; "a page too large")]
#[test_case::test_case("{ ...A } fragment A on Query { ...A }", "Fragment A"; "a fragment in itself")]
#[test_case::test_case("{", "Unexpected end"; "half a query")]
fn a_wrong_query_is_answered_with_its_error(query: &str, error: &str) {
    let answer = graphql(&Harbor::new(), TOKEN, query, Value::Null);
    let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
    assert!(message.contains(error), "{answer}");
}
