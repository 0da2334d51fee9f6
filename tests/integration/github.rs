//! The transport against a wire that misbehaves: what is repeated, how long, and where a token goes.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use zarpe::context::Environment;
use zarpe::io::github::{GitHub, Upload, failure};
use zarpe::report::{ExitCode, Failure};

use crate::support::{timed, within};

const TOKEN: &str = "ghs_secretsecret";

/// A server that gives one scripted answer a connection, the last one again and again, and keeps what it was sent.
struct Wire {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Wire {
    fn new<T: Into<String>>(answers: impl IntoIterator<Item = T>) -> Self {
        let answers: Vec<String> = answers.into_iter().map(Into::into).collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                let request = read_request(&mut stream);
                kept.lock().unwrap().push(request);
                match answers[number.min(answers.len() - 1)].as_str() {
                    "hang" => std::mem::forget(stream),
                    "drop" => drop(stream),
                    answer => drop(stream.write_all(answer.replace("PORT", &port.to_string()).as_bytes())),
                }
            }
        });
        Self { port, seen }
    }

    fn github(&self, variables: &[(&str, &str)]) -> GitHub {
        let api = format!("http://127.0.0.1:{}/api/v3", self.port);
        let environment = Environment::read(|name| {
            match name {
                "GITHUB_API_URL" => Some(api.clone()),
                "GITHUB_REPOSITORY" => Some("o/r".to_owned()),
                "GITHUB_TOKEN" => Some(TOKEN.to_owned()),
                "ZARPE_TIMEOUT" => Some("20".to_owned()),
                _ => None,
            }
            .filter(|_| !variables.contains(&(name, "")))
            .map(|value| variables.iter().find(|(key, _)| *key == name).map_or(value, |(_, own)| (*own).to_owned()))
        });
        GitHub::connect(&environment, None).unwrap()
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// Head and body, as far as Content-Length says.
fn read_request(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            if body.len() >= length.unwrap_or(0) {
                break;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn reply(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
}

fn ask(github: &GitHub) -> Result<serde_json::Value, Box<Failure>> {
    on_runtime(async { github.get("/x").await })
}

fn on_runtime<T>(work: impl Future<Output = anyhow::Result<T>>) -> Result<T, Box<Failure>> {
    zarpe::io::runtime().unwrap().block_on(work).map_err(|error| {
        let failure = Failure::from_error(&error);
        assert_eq!(failure.exit, ExitCode::CannotTell);
        assert!(!format!("{error:?}").contains(TOKEN), "the token is shown: {error:?}");
        Box::new(failure)
    })
}

#[test]
fn a_question_carries_the_token_and_names_the_program() {
    let wire = Wire::new([reply("200 OK", "", "[1]")]);
    assert_eq!(ask(&wire.github(&[])).unwrap(), serde_json::json!([1]));
    let request = wire.seen().remove(0).to_lowercase();
    assert!(request.starts_with("get /api/v3/x http/1.1\r\n"), "{request}");
    for header in
        [&format!("authorization: bearer {TOKEN}"), "accept: application/vnd.github+json", "user-agent: zarpe/"]
    {
        assert_eq!(request.matches(header).count(), 1, "{header} in {request}");
    }
    assert_eq!(request.matches("user-agent").count(), 1, "{request}");
}

#[test]
fn a_wrong_token_is_final_and_its_variable_is_named() {
    let body = format!(r#"{{"message":"Bad credentials {TOKEN}"}}"#);
    let wire = Wire::new([reply("401 Unauthorized", "", &body)]);
    let failure = ask(&wire.github(&[])).unwrap_err();
    assert_eq!(failure.finding.rule, failure::UNAUTHORIZED);
    insta::assert_snapshot!(failure.finding.message, @"GET /x on 127.0.0.1: the token in GITHUB_TOKEN is not accepted (Bad credentials ***)");
    insta::assert_snapshot!(failure.finding.help.unwrap(), @"it is wrong, expired or revoked: set GITHUB_TOKEN to one that is valid");
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn a_missing_permission_is_final_and_named() {
    let wire =
        Wire::new([reply("403 Forbidden", "X-Accepted-GitHub-Permissions: checks=read\r\n", r#"{"message":"No"}"#)]);
    let failure = ask(&wire.github(&[])).unwrap_err();
    assert_eq!(failure.finding.rule, failure::FORBIDDEN);
    insta::assert_snapshot!(failure.finding.message, @"GET /x on 127.0.0.1: the token in GITHUB_TOKEN lacks the permission checks=read (No)");
    assert_eq!(wire.seen().len(), 1);
}

#[test]
fn without_a_token_not_found_says_that_it_may_be_private() {
    let wire = Wire::new([reply("404 Not Found", "", "{}")]);
    let failure = ask(&wire.github(&[("GITHUB_TOKEN", "")])).unwrap_err();
    assert_eq!(failure.finding.rule, failure::NOT_FOUND);
    assert!(failure.finding.help.unwrap().contains("private and no token was sent"));
    assert!(!wire.seen()[0].to_lowercase().contains("authorization"));
}

#[test]
fn a_limit_is_waited_for_at_least_as_long_as_it_says() {
    for status in ["403 Forbidden", "429 Too Many Requests"] {
        let wire = Wire::new([reply(status, "Retry-After: 1\r\n", "{}"), reply("200 OK", "", "1")]);
        let start = Instant::now();
        assert_eq!(ask(&wire.github(&[])).unwrap(), 1);
        assert!(start.elapsed() >= Duration::from_secs(1));
    }
}

#[test]
fn a_limit_that_ends_after_the_deadline_is_not_waited_for() {
    let headers = "Retry-After: 600\r\nDate: Sun, 01 Mar 2026 12:00:00 GMT\r\n";
    let wire = Wire::new([reply("429 Too Many Requests", headers, "{}")]);
    let failure = within(Duration::from_secs(1), || timed(|| ask(&wire.github(&[])).unwrap_err()));
    assert_eq!(failure.finding.rule, failure::RATE_LIMIT);
    insta::assert_snapshot!(failure.finding.message, @"GET /x on 127.0.0.1: the rate limit is used up until 2026-03-01T12:10:00Z");
}

#[test]
fn a_fault_that_may_pass_is_asked_again() {
    let html =
        "HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>";
    let wire = Wire::new([html.to_owned(), "drop".to_owned(), reply("200 OK", "", "1")]);
    assert_eq!(ask(&wire.github(&[])).unwrap(), 1);
    assert_eq!(wire.seen().len(), 3);

    let wire = Wire::new([html]);
    let failure = ask(&wire.github(&[])).unwrap_err();
    insta::assert_snapshot!(failure.finding.message, @"GET /x on 127.0.0.1: 502 Bad Gateway (a web page, not JSON)");
    assert_eq!(wire.seen().len(), 4);
}

#[test]
fn a_change_is_sent_once_whatever_happens() {
    for answer in [reply("502 Bad Gateway", "", ""), reply("500 Oops", "", ""), "drop".to_owned()] {
        let wire = Wire::new([answer]);
        let github = wire.github(&[]);
        let body = serde_json::json!({"tag_name": "v1.0.0"});
        let sent = on_runtime(async { github.send::<serde_json::Value>(http::Method::POST, "/x", &body).await });
        assert!(sent.is_err());
        assert_eq!(wire.seen().len(), 1);
        assert!(wire.seen()[0].ends_with(r#"{"tag_name":"v1.0.0"}"#), "{:?}", wire.seen());
    }
}

#[test]
fn half_an_answer_is_no_answer() {
    let wire = Wire::new([reply("200 OK", "", "[1, 2")]);
    assert_eq!(ask(&wire.github(&[])).unwrap_err().finding.rule, failure::ANSWER);
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\nconnection: close\r\n\r\n[1]";
    let wire = Wire::new([cut]);
    assert_eq!(ask(&wire.github(&[])).unwrap_err().finding.rule, failure::NETWORK);
}

#[test]
fn a_web_page_with_200_is_no_answer() {
    let wire = Wire::new(["HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<html>log in"]);
    let failure = ask(&wire.github(&[])).unwrap_err();
    assert_eq!(failure.finding.rule, failure::ANSWER);
    assert!(failure.finding.message.contains("a web page instead of JSON"), "{failure}");
}

#[test]
fn a_host_that_says_nothing_is_left_at_the_deadline() {
    let wire = Wire::new(["hang"]);
    let ask = || timed(|| ask(&wire.github(&[("ZARPE_TIMEOUT", "1")])).unwrap_err());
    let failure = within(Duration::from_secs(2), ask);
    assert!(failure.finding.message.ends_with("no whole answer in time"), "{failure}");
}

#[test]
fn a_host_that_is_not_there_is_said_to_be_so() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let wire = Wire { port, seen: Arc::default() };
    let failure = ask(&wire.github(&[])).unwrap_err();
    assert!(failure.finding.message.contains("the host cannot be reached: Connection refused"), "{failure}");
}

#[test]
fn a_redirect_to_another_host_gets_no_token() {
    let other = Wire::new([reply("200 OK", "", "1")]);
    let location = format!("Location: http://127.0.0.1:{}/x\r\n", other.port);
    let wire = Wire::new([reply("301 Moved Permanently", &location, "")]);
    let failure = ask(&wire.github(&[])).unwrap_err();
    assert!(failure.finding.message.contains("a redirect to another host"), "{failure}");
    assert_eq!(other.seen(), Vec::<String>::new());
}

#[test]
fn a_renamed_repository_is_followed_and_a_circle_is_not() {
    let moved = reply("301 Moved Permanently", "Location: /api/v3/repositories/7\r\n", "");
    let wire = Wire::new([moved.clone(), reply("200 OK", "", "1")]);
    assert_eq!(ask(&wire.github(&[])).unwrap(), 1);
    assert!(wire.seen()[1].starts_with("GET /api/v3/repositories/7 "));
    let wire = Wire::new([moved]);
    assert!(ask(&wire.github(&[])).unwrap_err().finding.message.contains("more than 5 redirects"));
    assert_eq!(wire.seen().len(), 6);
}

#[test]
fn pages_are_followed_to_the_end_on_the_same_host_only() {
    let pages = |github: &GitHub| on_runtime(async { github.pages::<Vec<u32>>("/x").await });
    let next = "Link: <http://127.0.0.1:PORT/api/v3/x?page=2>; rel=\"next\", <http://h/>; rel=\"last\"\r\n";
    let wire = Wire::new([reply("200 OK", next, "[1]"), reply("200 OK", "", "[2]")]);
    assert_eq!(pages(&wire.github(&[])).unwrap(), [[1], [2]]);

    let elsewhere = Wire::new([reply("200 OK", "Link: <https://h/x>; rel=\"next\"\r\n", "[1]")]);
    assert_eq!(pages(&elsewhere.github(&[])).unwrap_err().finding.rule, failure::ANSWER);

    let circle = Wire::new([reply("200 OK", next, "[1]")]);
    assert_eq!(pages(&circle.github(&[])).unwrap_err().finding.rule, failure::ANSWER);
    assert_eq!(circle.seen().len(), 2);
}

#[test]
fn partial_data_of_graphql_is_kept_with_its_errors() {
    let body = r#"{"data":{"a":1,"b":null},"errors":[{"type":"FORBIDDEN","message":"not b"}]}"#;
    let wire = Wire::new([reply("502 Bad Gateway", "", ""), reply("200 OK", "", body)]);
    let github = wire.github(&[]);
    let variables = serde_json::json!({"n": 1});
    let answer =
        on_runtime(async { github.graphql::<serde_json::Value>("query Q { a b }", &variables).await }).unwrap();
    assert_eq!((answer.data.unwrap()["a"].clone(), answer.errors[0].message.as_str()), (1.into(), "not b"));
    assert!(wire.seen()[1].starts_with("POST /api/graphql "), "{:?}", wire.seen());
    assert!(wire.seen()[1].ends_with(r#"{"query":"query Q { a b }","variables":{"n":1}}"#), "{:?}", wire.seen());
}

#[test]
fn a_limit_told_by_graphql_is_a_limit() {
    let body = r#"{"data":null,"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}"#;
    let wire = Wire::new([reply("200 OK", "X-RateLimit-Reset: 1772366460\r\n", body)]);
    let github = wire.github(&[]);
    let failure = on_runtime(async { github.graphql::<serde_json::Value>("query Q { a }", &()).await }).unwrap_err();
    assert_eq!(failure.finding.rule, failure::RATE_LIMIT);
    assert!(failure.finding.message.ends_with("until 2026-03-01T12:01:00Z"), "{failure}");
}

#[test]
fn what_a_repetition_no_longer_finds_is_gone() {
    let wire = Wire::new([reply("502 Bad Gateway", "", ""), reply("404 Not Found", "", "{}")]);
    let github = wire.github(&[]);
    on_runtime(async { github.delete("/x").await }).unwrap();
    let wire = Wire::new([reply("404 Not Found", "", "{}")]);
    let github = wire.github(&[]);
    assert_eq!(on_runtime(async { github.delete("/x").await }).unwrap_err().finding.rule, failure::NOT_FOUND);
}

#[test]
fn an_upload_carries_its_length_its_name_and_the_token() {
    let wire = Wire::new([reply("201 Created", "", r#"{"id":1}"#)]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    std::fs::write(&file, "bytes").unwrap();
    let github = wire.github(&[]);
    let name = "schema & más #1.yml";
    let fingerprint = zarpe::io::files::fingerprint(&file).unwrap();
    let upload = Upload {
        name,
        path: &file,
        fingerprint: &fingerprint,
        content_type: "application/yaml",
        sent: std::sync::Arc::default(),
    };
    on_runtime(async { github.upload(7, &upload).await }).unwrap();
    assert_eq!(upload.sent.load(std::sync::atomic::Ordering::Relaxed), 5);
    let request = wire.seen().remove(0);
    assert!(
        request.starts_with("POST /api/uploads/repos/o/r/releases/7/assets?name=schema%20%26%20m%C3%A1s%20%231.yml "),
        "{request}"
    );
    let lower = request.to_lowercase();
    for line in ["content-length: 5\r\n", "content-type: application/yaml\r\n", &format!("bearer {TOKEN}\r\n")] {
        assert!(lower.contains(line), "{line} in {request}");
    }
    assert!(request.ends_with("\r\n\r\nbytes"), "{request}");
}
