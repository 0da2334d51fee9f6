//! How long a verdict takes, and how much memory: against the embedded GitHub with 50 ms between each question and its
//! answer, those of git to its remote included.
//!
//! `cargo bench --bench verify` prints a table and ends with 1 where a limit is not kept.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::exit,
    missing_docs,
    unreachable_pub,
    reason = "a bench stands outside the walls"
)]

#[path = "../tests/integration/support/mod.rs"]
mod support;

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use support::{Fault, Harbor, Proxy};

/// What lies between a question and its answer.
const LATENCY: Duration = Duration::from_millis(50);

/// Verdicts of each kind that are taken; the least counts, for the machine may have other work.
const ROUNDS: usize = 9;

/// What is measured, and what it may take.
struct Case {
    what: &'static str,
    commits: usize,
    checks: usize,
    time: Duration,
    /// KiB.
    memory: u64,
}

const CASES: [Case; 2] = [
    Case {
        what: "100 commits, 60 checks",
        commits: 100,
        checks: 60,
        time: Duration::from_millis(500),
        memory: 60 << 10,
    },
    Case {
        what: "1,000 commits, 500 checks",
        commits: 1000,
        checks: 500,
        time: Duration::from_secs(3),
        memory: 60 << 10,
    },
];

fn main() {
    println!("| what | requests | least | median | peak memory |\n|---|---|---|---|---|");
    let kept: Vec<bool> = CASES.iter().map(measure).collect();
    std::process::exit(i32::from(kept.contains(&false)));
}

/// Prints a row of the table; whether the limits are kept.
fn measure(case: &Case) -> bool {
    let harbor = harbor(case);
    let proxy = Proxy::before(harbor.github.origin()).on("", 0, Fault::Late(LATENCY));
    let remote = harbor.github.clone_url().replace(harbor.github.origin(), proxy.origin());
    harbor.repo.git(["remote", "set-url", "origin", &remote]);
    let mut taken: Vec<(Duration, u64)> = (0..ROUNDS).map(|_| verdict(&harbor, &proxy)).collect();
    let requests = proxy.seen().iter().filter(|line| line.contains("/api/")).count() / ROUNDS;
    taken.sort();
    let (least, median) = (taken.first().unwrap().0, taken.get(ROUNDS / 2).unwrap().0);
    let memory = taken.iter().map(|(_, memory)| *memory).max().unwrap();
    let what = case.what;
    let [least_ms, median_ms] = [least, median].map(|time| time.as_millis());
    println!("| {what} | {requests} | {least_ms} ms | {median_ms} ms | {:.1} MiB |", memory as f64 / 1024.0);
    least <= case.time && memory <= case.memory
}

/// So many approved pull requests of one commit each since the last release, and so many checks on the last.
fn harbor(case: &Case) -> Harbor {
    let mut harbor = Harbor::new().tagged("v1.0.0");
    for number in 0..case.commits {
        harbor.repo = harbor.repo.commit(&format!("feat: {number} (#{})", number + 1));
    }
    harbor.push("main");
    let commits: Vec<String> = harbor.repo.git(["rev-list", "v1.0.0..HEAD"]).lines().map(ToOwned::to_owned).collect();
    let base = harbor.repo.sha("v1.0.0");
    harbor.state(|state| {
        for commit in &commits {
            let number = state.add_pull("feat: x", "bruno", &base, &[commit]);
            let suite = state.workflow_suite(commit, "ci", "pull_request");
            state.add_check_run(suite, "test", "success");
            state.advance(SignedDuration::from_mins(1));
            state.add_review(number, "rita", "APPROVED");
            state.advance(SignedDuration::from_mins(1));
            state.merge_pull(number, "bruno", commit);
        }
        for number in 0..case.checks {
            state.add_check(commits.first().unwrap(), &format!("check {number}"), "success");
        }
    })
}

/// How long one verdict took, and its peak memory in KiB. It is a yes.
fn verdict(harbor: &Harbor, proxy: &Proxy) -> (Duration, u64) {
    let mut zarpe = harbor.at_github(harbor.repo.zarpe(["verify"]), proxy.origin());
    let start = Instant::now();
    let mut child = zarpe.command().stdout(Stdio::null()).spawn().expect("the binary starts");
    let mut memory = 0;
    let status = loop {
        memory = peak(&child).unwrap_or(memory);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    zarpe.command().stdout(Stdio::piped());
    assert!(status.success(), "no yes ({status}): {}", zarpe.run());
    (start.elapsed(), memory)
}

/// The most memory that a running process had so far, in KiB, as Linux tells it.
fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse().ok())
}
