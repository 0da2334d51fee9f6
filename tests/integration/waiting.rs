//! `zarpe verify --wait`: what comes late is waited for, nothing is green too early, and nothing lasts longer than it may.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use zarpe::embedded::state::{RequiredCheck, Rule};

use crate::support::{Fault, Harbor, Proxy, Run, TOKEN, timed, within};

/// One approved change, and a check on it that was registered just now by the server's clock.
fn fresh(word: &str) -> Harbor {
    let harbor = Harbor::new().tagged("v1.0.0").merged_pull("feat: list the cargo", "bruno").approved_by("rita");
    let head = harbor.head();
    harbor.github.state(|state| state.add_check(&head, "test", word));
    harbor
}

fn verify(harbor: &Harbor, args: &[&str]) -> Run {
    harbor.zarpe(["verify", "--format", "json"].iter().chain(args).copied()).run().never_says(TOKEN)
}

fn word(run: &Run) -> String {
    run.json_of("verify/v1")["verdict"].as_str().unwrap_or_else(|| panic!("no verdict: {run}")).to_owned()
}

/// Runs while something happens on the server, `after` the first question was answered.
fn meanwhile(harbor: &Harbor, args: &[&str], after: Duration, change: impl FnOnce()) -> Run {
    harbor.github.forget_requests();
    std::thread::scope(|scope| {
        let run = scope.spawn(|| verify(harbor, args));
        while !harbor.github.requests().iter().any(|request| request.path.contains("/branches/main")) {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(after);
        change();
        run.join().unwrap()
    })
}

#[test]
fn n46_what_was_registered_just_now_is_not_green_yet() {
    let run = verify(&fresh("success"), &[]);
    assert_eq!((word(&run).as_str(), run.json()["green"]["settles_in"].as_u64()), ("PENDING", Some(60)));
    assert_eq!(word(&verify(&fresh("success"), &["--settle", "0"])), "PASS");
    assert_eq!(word(&verify(&fresh("success").requires(&["test"]), &[])), "PASS");
    assert_eq!(word(&verify(&fresh("success").later(), &[])), "PASS");
}

#[test]
fn n46_the_checks_that_come_late_are_waited_for() {
    let harbor = fresh("success");
    let head = harbor.head();
    let late = || {
        harbor.github.state(|state| {
            let suite = state.workflow_suite(&head, "late", "push");
            state.add_check_run(suite, "lint", "failure");
        });
    };
    let run = meanwhile(&harbor, &["--wait", "20s", "--settle", "6s"], Duration::from_millis(300), late);
    assert_eq!(word(&run), "RED");
}

#[test]
fn n07_a_required_check_may_come_within_the_window_and_is_missing_after_it() {
    let harbor = fresh("success");
    let required = ["test", "docs"].map(RequiredCheck::new).to_vec();
    harbor.github.state(|state| state.add_rule(Rule::RequiredChecks(required)));
    assert_eq!(word(&verify(&harbor, &[])), "PENDING");
    let run = within(Duration::from_secs(10), || timed(|| verify(&harbor, &["--wait", "30s", "--settle", "1s"])));
    assert_eq!(word(&run), "MISSING");
    assert_eq!(word(&verify(&harbor.later(), &[])), "MISSING");
}

#[test]
fn n47_a_check_that_ends_while_it_is_waited_for_is_counted() {
    let harbor = fresh("in_progress").requires(&["test"]);
    let head = harbor.head();
    let end = || {
        harbor.github.state(|state| state.add_check(&head, "test", "success"));
    };
    // The first question is asked again after 2 s.
    let run = meanwhile(&harbor, &["--wait", "20s"], Duration::ZERO, end);
    assert_eq!(word(&run), "PASS");
    // The pull requests are asked for at the beginning, and once more before it says yes.
    let requests = harbor.github.requests();
    let count = |what: &str| requests.iter().filter(|request| request.path.contains(what)).count();
    assert_eq!(count("graphql"), 2, "{requests:#?}");
    // What did not change was not sent again.
    assert!(requests.iter().any(|request| request.path.contains("rules/branches") && request.status == 304));
    let checks = requests.iter().filter(|request| request.path.contains("check-runs"));
    assert!(checks.filter(|request| request.status == 200).count() == 2, "{requests:#?}");
}

#[test]
fn a_check_that_does_not_end_is_pending_when_the_time_is_over() {
    within(Duration::from_secs(5), || {
        let (took, run) = timed(|| verify(&fresh("in_progress"), &["--wait", "2s"]));
        assert_eq!(word(&run), "PENDING");
        assert!(took >= Duration::from_secs(1), "{took:?}");
        run.never_says("waiting for");
        (took, ())
    });
}

#[test]
fn a_no_ends_the_waiting_at_once() {
    let red = fresh("failure").check("x", "queued");
    let unapproved = Harbor::new().tagged("v1.0.0").pushed("fix: straight in").check("x", "queued");
    for (harbor, verdict) in [(red, "RED"), (unapproved, "UNAPPROVED")] {
        let run = within(Duration::from_secs(8), || timed(|| verify(&harbor, &["--wait", "10m"])));
        assert_eq!(word(&run), verdict);
    }
}

#[test]
fn a_network_that_fails_while_it_waits_neither_makes_a_yes_nor_holds_it_up() {
    within(Duration::from_secs(6), || {
        let harbor = fresh("in_progress");
        let proxy = (2..30)
            .fold(Proxy::before(harbor.github.origin()), |proxy, nth| proxy.on("/check-runs", nth, Fault::Blackhole));
        let zarpe = harbor.at_github(harbor.repo.zarpe(["verify", "--format", "json", "--wait", "3s"]), proxy.origin());
        let start = Instant::now();
        assert_eq!(word(&zarpe.run()), "PENDING");
        (start.elapsed(), ())
    });
}

#[test]
fn a_network_that_comes_back_is_waited_for() {
    let harbor = fresh("success").later();
    let proxy = (1..=4).fold(Proxy::before(harbor.github.origin()), |proxy, nth| {
        proxy.on("/check-runs", nth, Fault::Status(502, "<html>"))
    });
    let zarpe = harbor.at_github(harbor.repo.zarpe(["verify", "--format", "json", "--wait", "30s"]), proxy.origin());
    assert_eq!(word(&zarpe.run()), "PASS");
}

#[test]
fn in_a_job_a_line_says_what_is_missing_once() {
    let harbor = fresh("in_progress");
    let zarpe = harbor.zarpe(["verify", "--wait", "3s"]).env("GITHUB_ACTIONS", "true");
    let run = zarpe.run();
    let lines: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("waiting")).collect();
    assert_eq!(lines, ["waiting for test"], "{run}");
}

#[test]
fn a_signal_ends_the_waiting() {
    within(Duration::from_secs(2), || {
        let harbor = fresh("in_progress");
        let mut zarpe = harbor.zarpe(["verify", "--wait", "10m"]);
        let mut child = zarpe.command().stdout(std::process::Stdio::null()).spawn().unwrap();
        while !harbor.github.requests().iter().any(|request| request.path.contains("/branches/main")) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let start = Instant::now();
        // TERM: a shell may have told its children to ignore INT, and what is ignored is ignored by theirs.
        std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        let ended = child.wait().unwrap();
        assert!(!ended.success(), "{ended}");
        (start.elapsed(), ())
    });
}

#[test]
fn a_duration_that_is_none_is_told_how_to_be_written() {
    let run = verify(&fresh("success"), &["--wait", "10"]);
    assert_eq!(run.code, Some(2), "{run}");
    run.says("`10` has no unit: write it as 10s, 10m, 10h or 10d");
}

#[test]
fn a_clock_that_is_a_day_off_here_changes_nothing() {
    // The times are those of the server alone: its clock stands years before that of this machine.
    let harbor = fresh("success").state(|state| state.now -= SignedDuration::from_hours(24));
    let head = harbor.head();
    harbor.github.state(|state| state.add_check(&head, "test", "success"));
    assert_eq!(word(&verify(&harbor, &[])), "PENDING");
}
