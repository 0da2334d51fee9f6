//! The numbers of `zarpe verify`: how many requests a verdict takes, and how long. The bound here holds on a loaded machine and
//! without optimisation; `benches/verify.rs` checks the strict ones, of memory as well.

use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use jiff::SignedDuration;

use crate::support::{Fault, Harbor, Proxy, Run, timed, within};
use crate::verify::word;

/// Since `v1.0.0` so many approved changes, and so many checks on the last of them.
fn release(commits: usize, checks: usize) -> Harbor {
    let harbor = Harbor::new().tagged("v1.0.0");
    import(&harbor, commits);
    harbor.push("main");
    let shas = harbor.repo.git(["rev-list", "v1.0.0..HEAD"]);
    let base = harbor.repo.sha("v1.0.0");
    harbor.state(|state| {
        for sha in shas.lines() {
            let number = state.add_pull("feat: x", "bruno", &base, &[sha]);
            let suite = state.workflow_suite(sha, "ci", "pull_request");
            state.add_check_run(suite, "test", "success");
            state.advance(SignedDuration::from_secs(1));
            state.add_review(number, "rita", "APPROVED");
            state.advance(SignedDuration::from_secs(1));
            state.merge_pull(number, "bruno", sha);
        }
        for number in 0..checks {
            state.add_check(shas.lines().next().unwrap(), &format!("check {number}"), "success");
        }
        state.advance(SignedDuration::from_mins(1));
    })
}

fn import(harbor: &Harbor, commits: usize) {
    let mut stream = String::new();
    for number in 1..=commits {
        let (when, message) = (1_700_000_000 + 60 * number, format!("feat: {number} (#{number})"));
        let from = if number == 1 { "from refs/heads/main^0\n" } else { "" };
        stream.push_str(&format!(
            "commit refs/heads/main\ncommitter Ana Marina <ana@example.com> {when} +0000\ndata {}\n{message}\n{from}\
             M 100644 inline file\ndata {}\n{number}\n",
            message.len(),
            number.to_string().len(),
        ));
    }
    let mut command = crate::support::git();
    command.arg("-C").arg(harbor.repo.path()).args(["fast-import", "--quiet", "--force"]).stdin(Stdio::piped());
    let mut importing = command.spawn().expect("git starts");
    importing.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(importing.wait().unwrap().success(), "git fast-import");
}

/// Runs `zarpe verify` where everything on the network, git's remote included, answers 50 ms late; and how long it took.
fn late(harbor: &Harbor) -> (Duration, Run) {
    let proxy = Proxy::before(harbor.github.origin()).on("", 0, Fault::Late(Duration::from_millis(50)));
    let remote = harbor.github.clone_url().replace(harbor.github.origin(), proxy.origin());
    harbor.repo.git(["remote", "set-url", "origin", &remote]);
    timed(|| harbor.at_github(harbor.repo.zarpe(["verify", "--format", "json"]), proxy.origin()).run())
}

#[test]
fn a_release_of_a_hundred_commits_and_sixty_checks_takes_few_requests() {
    let harbor = release(100, 60);
    harbor.github.forget_requests();
    let run = harbor.zarpe(["verify", "--format", "json", "--verbose"]).run();
    assert_eq!(word(&run), "PASS");
    assert_eq!(run.json()["approved"]["commits"].as_array().unwrap().len(), 100);
    let requests = harbor.github.requests();
    let api: Vec<_> = requests.iter().filter(|request| request.path.starts_with("/api/")).collect();
    assert!(api.len() <= 6, "{api:?}");
    // What it cost is told as it was.
    run.says(&format!("{} requests to GitHub", api.len())).says("points of the rate limit");
}

#[test]
fn a_verdict_over_a_slow_network_comes_soon() {
    within(Duration::from_secs(5), || {
        let (took, run) = late(&release(100, 60));
        (took, assert_eq!(word(&run), "PASS"))
    });
}
