//! The embedded GitHub itself: it refuses, counts and pages as GitHub does, and its git remote is a real one.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use zarpe::embedded::state::{Access, Quota, Role, Token};

use crate::support::{Fault, Harbor, Proxy, TOKEN, send};

/// The remote's address with the token of the harbour in it.
fn authorized(harbor: &Harbor) -> String {
    harbor.github.clone_url().replacen("http://", &format!("http://x-access-token:{TOKEN}@"), 1)
}

fn git(directory: &Path, args: &[&str]) -> Output {
    let mut command = crate::support::git();
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

#[test]
fn nobody_approves_their_own_pull_request_and_a_reference_is_made_once() {
    let harbor = Harbor::new();
    let head = harbor.head();
    harbor.github.state(|state| {
        state.add_user("berta", Role::Write);
        state.add_token("berta", Token::classic("berta"));
        state.add_pull("feat: sail", "berta", &head, &[&head]);
    });
    let own = harbor.ask("POST", "/pulls/1/reviews", "berta", r#"{"event":"APPROVE"}"#);
    assert_eq!((own.status, &own.json()["errors"][0]), (422, &Value::from("Can not approve your own pull request")));
    let body = serde_json::json!({ "ref": "refs/tags/v1.0.0", "sha": head }).to_string();
    assert_eq!(harbor.ask("POST", "/git/refs", TOKEN, &body).status, 201);
    let twice = harbor.ask("POST", "/git/refs", TOKEN, &body);
    assert_eq!((twice.status, &twice.json()["message"]), (422, &Value::from("Reference already exists")));
}

#[test]
fn a_private_repository_is_not_there_for_who_may_not_see_it() {
    let harbor = Harbor::new().state(|state| {
        state.repository.private = true;
        state.add_token("stranger", Token::classic("stranger"));
    });
    assert_eq!(harbor.ask("GET", "", "", "").status, 404);
    assert_eq!(harbor.ask("GET", "", "stranger", "").status, 404);
    assert_eq!(harbor.get("").status, 200);
    let anonymous = git(harbor.repo.path(), &["ls-remote", &harbor.github.clone_url()]);
    assert!(!anonymous.status.success(), "{anonymous:?}");
}

#[test]
fn lists_come_in_pages_that_link_to_each_other() {
    let harbor = Harbor::new();
    let head = harbor.head();
    harbor.github.state(|state| (0..5).for_each(|n| state.add_status(&head, &format!("c{n}"), "success")));
    let path = format!("/commits/{head}/statuses?per_page=2");
    let page = |number: usize| harbor.get(&format!("{path}&page={number}"));
    let link = |number: usize, relation: &str| format!("<{}&page={number}>; rel=\"{relation}\"", harbor.url(&path));
    assert_eq!(page(1).json().as_array().unwrap().len(), 2);
    assert_eq!(page(1).header("link"), [link(2, "next"), link(3, "last")].join(", "));
    assert_eq!(page(3).json().as_array().unwrap().len(), 1);
    assert_eq!(page(3).header("link"), [link(2, "prev"), link(1, "first")].join(", "));
    let most = harbor.get(&format!("/commits/{head}/statuses?per_page=1000"));
    assert_eq!((most.json().as_array().unwrap().len(), most.header("link")), (5, ""));
}

#[test]
fn what_the_client_has_is_304_until_it_changes() {
    let harbor = Harbor::new();
    let path = "/commits/main/status";
    let tag = harbor.get(path).header("etag").to_owned();
    let again = || {
        let authorization = format!("Bearer {TOKEN}");
        send("GET", &harbor.url(path), &[("if-none-match", &tag), ("authorization", &authorization)], "")
    };
    let same = again();
    assert_eq!((same.status, same.bytes.len()), (304, 0));
    let head = harbor.head();
    harbor.github.state(|state| state.add_status(&head, "ci", "success"));
    assert_eq!(again().status, 200);
}

#[test]
fn the_quota_ends_and_comes_back_with_the_hour() {
    let harbor = Harbor::new();
    harbor.github.state(|state| state.tokens.get_mut(TOKEN).unwrap().quota = Quota::of(2));
    let remaining = |expected: &str| {
        let answer = harbor.get("");
        assert_eq!(answer.header("x-ratelimit-remaining"), expected);
        answer.status
    };
    assert_eq!((remaining("1"), remaining("0"), remaining("0")), (200, 200, 403));
    harbor.github.state(|state| state.advance(jiff::SignedDuration::from_hours(1)));
    assert_eq!(remaining("1"), 200);
}

#[test]
fn a_secondary_limit_is_for_as_many_requests_as_wanted() {
    let harbor = Harbor::new();
    harbor.github.state(|state| state.limit_next(1, 429, Some(7)));
    let limited = harbor.get("");
    assert_eq!((limited.status, limited.header("retry-after")), (429, "7"));
    assert_eq!(harbor.get("").status, 200);
}

#[test]
fn a_hook_that_refuses_one_tag_refuses_both() {
    let harbor = Harbor::new();
    let hook = "#!/bin/sh\ncase $1 in refs/tags/v*) echo 'tags are protected' >&2; exit 1;; esac\n";
    harbor.github.install_hook("update", hook).unwrap();
    let url = authorized(&harbor);
    let push = git(harbor.repo.path(), &["push", "--atomic", &url, "HEAD:refs/tags/v1.0.0", "HEAD:refs/tags/sha-1"]);
    assert!(!push.status.success());
    assert!(String::from_utf8_lossy(&push.stderr).contains("tags are protected"), "{push:?}");
    assert_eq!(harbor.remote_refs("refs/tags/*"), "");
}

#[test]
fn a_push_needs_a_token_that_may_write() {
    let harbor = Harbor::new();
    harbor.github.state(|state| state.add_token("few", Token::workflow(&[("contents", Access::Read)])));
    let push = |url: &str| git(harbor.repo.path(), &["push", url, "HEAD:refs/heads/other"]);
    assert!(!push(&harbor.github.clone_url()).status.success());
    let few = push(&authorized(&harbor).replace(TOKEN, "few"));
    assert!(String::from_utf8_lossy(&few.stderr).contains("denied to github-actions[bot]"), "{few:?}");
    assert!(push(&authorized(&harbor)).status.success());
}

#[test]
fn a_push_of_six_megabytes_comes_in_chunks_and_whole() {
    let harbor = Harbor::new();
    // Noise, so that nothing is left to compress: more than git's http.postBuffer of 1 MB.
    let mut seed = 1_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 56) as u8
    })
    .take(6 << 20)
    .collect();
    std::fs::write(harbor.repo.path().join("large"), &noise).unwrap();
    harbor.repo.git(["add", "large"]);
    harbor.repo.git(["commit", "--quiet", "--message", "large"]);
    let push = git(harbor.repo.path(), &["push", &authorized(&harbor), "main"]);
    assert!(push.status.success(), "{push:?}");
    assert!(harbor.remote_refs("refs/heads/main").contains(&harbor.head()));
}

#[test]
fn a_release_is_drafted_filled_and_published_once() {
    let harbor = Harbor::new();
    let draft = harbor.ask("POST", "/releases", TOKEN, r#"{"tag_name":"v1.0.0","draft":true}"#).json();
    assert_eq!(harbor.get("/releases/tags/v1.0.0").status, 404, "a draft has no tag");
    let upload = draft["upload_url"].as_str().unwrap().replace("{?name,label}", "?name=a%20b.txt");
    let authorization = format!("Bearer {TOKEN}");
    let headers = [("authorization", authorization.as_str()), ("content-type", "text/plain")];
    let asset = send("POST", &upload, &headers, "bytes").json();
    assert_eq!((&asset["name"], &asset["state"], &asset["size"]), (&"a.b.txt".into(), &"uploaded".into(), &5.into()));
    let accept = [("authorization", authorization.as_str()), ("accept", "application/octet-stream")];
    assert_eq!(send("GET", asset["url"].as_str().unwrap(), &accept, "").text(), "bytes");
    harbor.github.state(|state| state.repository.immutable_releases = true);
    let one = format!("/releases/{}", draft["id"]);
    assert_eq!(harbor.ask("PATCH", &one, TOKEN, r#"{"draft":false}"#).json()["immutable"], true);
    assert_eq!(harbor.remote_refs("refs/tags/v1.0.0"), format!("refs/tags/v1.0.0 {}", harbor.head()));
    let again = harbor.ask("POST", "/releases", TOKEN, r#"{"tag_name":"v1.0.0"}"#);
    assert_eq!((again.status, &again.json()["errors"][0]["code"]), (422, &Value::from("already_exists")));
    assert_eq!(send("POST", &upload.replace("a%20b", "c"), &headers, "bytes").status, 422);
    assert_eq!(harbor.ask("DELETE", &one, TOKEN, "").status, 204);
    assert_eq!(harbor.ask("POST", "/releases", TOKEN, r#"{"tag_name":"v1.0.0"}"#).status, 422, "the tag is burned");
}

#[test]
fn an_upload_that_breaks_off_leaves_a_starter() {
    use std::io::Write as _;
    let harbor = Harbor::new();
    let draft = harbor.ask("POST", "/releases", TOKEN, r#"{"tag_name":"v1.0.0","draft":true}"#).json();
    let address = harbor.github.origin().trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let path = format!("/api/uploads/repos/acme/boat/releases/{}/assets?name=a.txt", draft["id"]);
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\n"
    );
    stream.write_all(format!("{head}half").as_bytes()).unwrap();
    drop(stream);
    let assets = || harbor.get(&format!("/releases/{}/assets", draft["id"])).json();
    let begin = std::time::Instant::now();
    while assets()[0]["state"] != "starter" {
        assert!(begin.elapsed() < std::time::Duration::from_secs(10), "{}", assets());
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn a_renamed_repository_is_301_to_its_number() {
    let harbor = Harbor::new().state(|state| state.repository.former_names.push("acme/raft".to_owned()));
    let old = send("GET", &format!("{}/repos/acme/raft/tags", harbor.github.api_url()), &[], "");
    assert_eq!(old.status, 301);
    assert_eq!(send("GET", old.header("location"), &[], "").status, 200);
}

#[test]
fn the_proxy_does_to_a_request_what_it_was_told() {
    let harbor = Harbor::new();
    let proxy = Proxy::before(harbor.github.origin())
        .on("GET /api/v3/rate_limit", 2, Fault::Status(502, "bad"))
        .on("/tags", 0, Fault::Html)
        .on("/branches", 1, Fault::Redirect("http://elsewhere.invalid/".to_owned()));
    let get = |path: &str| send("GET", &format!("{}/api/v3{path}", proxy.origin()), &[], "");
    assert_eq!([get("/rate_limit").status, get("/rate_limit").status, get("/rate_limit").status], [200, 502, 200]);
    assert!(get("/repos/acme/boat/tags").text().starts_with("<html>"));
    assert_eq!(get("/repos/acme/boat/branches").header("location"), "http://elsewhere.invalid/");
    assert_eq!(proxy.seen().len(), 5);
    // What the proxy answered itself never came to the server.
    assert_eq!(harbor.github.requests().iter().filter(|request| request.path.contains("/api/")).count(), 2);
}

#[test]
fn a_reset_after_the_change_leaves_it_made_and_one_before_does_not() {
    let broken = |fault: Fault| {
        let harbor = Harbor::new();
        let proxy = Proxy::before(harbor.github.origin()).on("POST", 1, fault);
        let url = format!("{}/api/v3/repos/acme/boat/releases", proxy.origin());
        let authorization = format!("Bearer {TOKEN}");
        let sent = std::panic::catch_unwind(|| {
            let answer = send("POST", &url, &[("authorization", &authorization)], r#"{"tag_name":"v1","draft":true}"#);
            answer.status
        });
        assert!(sent.is_err(), "the connection held: {sent:?}");
        harbor.github.state(|state| state.releases.len())
    };
    assert_eq!((broken(Fault::ResetBefore), broken(Fault::ResetAfter), broken(Fault::Truncate)), (0, 1, 1));
}
