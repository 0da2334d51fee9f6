//! What a network and a server can do to `zarpe verify`, each by its number: never a yes by mistake, never longer than it may.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

use test_case::test_case;

use crate::support::{Fault, Harbor, Proxy, Run, TOKEN, Zarpe, timed, within};
use crate::verify::{ready, word};

/// All that a verdict asks for.
const ENDPOINTS: [&str; 5] = ["/check-runs", "/actions/runs", "/rules/branches", "/branches/main ", "/graphql"];

fn asked(harbor: &Harbor, proxy: &Proxy) -> Zarpe {
    harbor.at_github(harbor.repo.zarpe(["verify", "--format", "json"]), proxy.origin())
}

/// The verdict where one endpoint alone is at fault, for each in turn; it is the same for all.
fn word_of_any(fault: &(dyn Fn(&str) -> Fault + Sync)) -> String {
    let harbor = &ready();
    let ask = |endpoint: &str| {
        within(Duration::from_secs(6), || {
            let proxy = Proxy::before(harbor.github.origin());
            let fault = fault(proxy.origin());
            // An answer that is final needs no deadline.
            let seconds = if matches!(fault, Fault::Status(..500, _)) { "20" } else { "2" };
            let proxy = proxy.on(endpoint, 0, fault);
            timed(|| word(&asked(harbor, &proxy).env("ZARPE_TIMEOUT", seconds).run().never_says(TOKEN)))
        })
    };
    let words: Vec<String> = std::thread::scope(|scope| {
        let runs = ENDPOINTS.map(|endpoint| scope.spawn(move || ask(endpoint)));
        runs.map(|run| run.join().unwrap()).into()
    });
    assert!(words.iter().all(|word| *word == words[0]), "{words:?}");
    words[0].clone()
}

#[test_case(409 => "INFRA"; "27 conflict")]
#[test_case(422 => "UNKNOWN"; "28 and 29 not to be processed")]
#[test_case(500 => "INFRA"; "30 an error of the server")]
#[test_case(503 => "INFRA"; "30 not available")]
fn no_status_makes_a_yes(status: u16) -> String {
    word_of_any(&|_| Fault::Status(status, "{}"))
}

#[test]
fn n35_a_verdict_takes_no_longer_than_one_question_may() {
    let harbor = ready();
    // The branch is asked when the others have been: both wait for the same end.
    let proxy = Proxy::before(harbor.github.origin()).on("/api/", 0, Fault::Blackhole);
    within(Duration::from_secs(9), || {
        let (took, run) = timed(|| asked(&harbor, &proxy).env("ZARPE_TIMEOUT", "5").run());
        assert_eq!(word(&run), "INFRA");
        assert!(took >= Duration::from_secs(5), "{took:?}");
        (took, ())
    });
}

#[test]
fn n26_what_is_not_found_yet_is_never_a_yes_and_found_later() {
    let harbor = ready();
    let not_yet = |endpoint| {
        let proxy = Proxy::before(harbor.github.origin()).on(endpoint, 1, Fault::Status(404, "{}"));
        let first = word(&asked(&harbor, &proxy).run());
        (first, word(&asked(&harbor, &proxy).run()))
    };
    for endpoint in ENDPOINTS {
        let (first, then) = not_yet(endpoint);
        assert!(matches!(first.as_str(), "AUTH" | "UNKNOWN" | "INFRA"), "{endpoint}: {first}");
        assert_eq!(then, "PASS", "{endpoint}");
    }
}

#[test]
fn n31_a_connection_that_is_reset_once_is_asked_again() {
    for fault in [Fault::ResetBefore, Fault::ResetAfter] {
        let harbor = ready();
        let proxy = Proxy::before(harbor.github.origin()).on("/graphql", 1, fault);
        assert_eq!(word(&asked(&harbor, &proxy).run()), "PASS");
    }
}

#[test]
fn n38_a_circle_of_redirects_ends() {
    assert_eq!(
        word_of_any(&|origin| Fault::Redirect(format!(
            "{origin}/check-runs/actions/runs/rules/branches/graphql/branches/main"
        ))),
        "INFRA"
    );
}

#[test]
fn n39_an_answer_without_end_is_cut_off() {
    assert_eq!(word_of_any(&|_| Fault::Huge), "INFRA");
}

/// Each page says that there is one more.
#[test]
fn n40_pages_in_a_circle_and_a_page_that_is_missing_are_no_evidence() {
    let harbor = ready();
    let body = r#"{"total_count":2,"check_runs":[]}"#;
    let whole = Proxy::before(harbor.github.origin());
    let link = format!("link: <{}/api/v3/repos/acme/boat/commits/x/check-runs>; rel=\"next\"", whole.origin());
    let headers: &'static [&'static str] = vec![&*link.leak()].leak();
    let circle = whole.on("/check-runs", 0, Fault::StatusWith(200, body, headers));
    assert_eq!(word(&asked(&harbor, &circle).run()), "INFRA");
    let missing = Proxy::before(harbor.github.origin()).on("/check-runs", 0, Fault::Status(200, body));
    assert_eq!(word(&asked(&harbor, &missing).run()), "INFRA");
}

#[test]
fn n41_a_token_that_expires_midway_cannot_tell() {
    let harbor = ready();
    for from in 2..=5 {
        let proxy = Proxy::before(harbor.github.origin());
        let expired =
            |proxy: Proxy, nth| proxy.on("/api/", nth, Fault::Status(401, r#"{"message":"Bad credentials"}"#));
        let proxy = (from..20).fold(proxy, expired);
        let run = asked(&harbor, &proxy).run();
        assert_eq!(word(&run), "AUTH", "from request {from} on");
        run.says("ZARPE_TOKEN").never_says(TOKEN);
    }
}

/// The first line that a proxy is sent, where an enterprise server is asked for; empty where it is sent none.
fn line_at_proxy(variables: &[(&str, &str)]) -> (String, Run) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let harbor = ready();
    let zarpe = harbor.repo.zarpe(["verify", "--format", "json"]).env("ZARPE_TOKEN", TOKEN).env("ZARPE_TIMEOUT", "2");
    let zarpe = zarpe
        .env("GITHUB_API_URL", "https://ghes.invalid/api/v3")
        .env("GITHUB_GRAPHQL_URL", "https://ghes.invalid/api/graphql")
        .env("GITHUB_SERVER_URL", "https://ghes.invalid")
        .env("GITHUB_REPOSITORY", "acme/boat")
        .env("HTTPS_PROXY", &address);
    let zarpe = variables.iter().fold(zarpe, |zarpe, (name, value)| zarpe.env(name, value));
    let first = std::thread::spawn(move || {
        let mut first = String::new();
        for stream in listener.incoming().map_while(Result::ok) {
            let mut bytes = [0; 4096];
            let count = { &stream }.read(&mut bytes).unwrap_or(0);
            if count == 0 {
                break;
            }
            first = String::from_utf8_lossy(&bytes[..count]).lines().next().unwrap_or_default().to_owned();
            drop({ &stream }.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"));
        }
        first
    });
    let run = zarpe.run().never_says(TOKEN);
    // An empty connection ends the listener.
    drop(std::net::TcpStream::connect(address.trim_start_matches("http://")));
    (first.join().unwrap(), run)
}

#[test]
fn n42_a_proxy_is_used_and_no_proxy_keeps_a_host_from_it() {
    let (line, run) = line_at_proxy(&[]);
    assert_eq!((line.as_str(), word(&run).as_str()), ("CONNECT ghes.invalid:443 HTTP/1.1", "INFRA"));
    let (line, run) = line_at_proxy(&[("NO_PROXY", "ghes.invalid")]);
    assert_eq!((line.as_str(), word(&run).as_str()), ("", "INFRA"));
}
