//! A window that ends while a process is at work on the run.

use test_case::test_case;

use super::{deploy, events, lines, planned};
use crate::support::parts::clock;
use crate::support::{ExitCode, Repo, Zarpe, skip};

/// A window that is open for an hour more.
pub fn open() -> String {
    let at = |hours: i64| (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours)).strftime("%H:%M");
    format!("window: {{start: '{}', end: '{}', timezone: UTC}}\n", at(-1), at(1))
}

/// The same process with a clock that steps move on by writing into the file `$CLOCK`; `None` where that cannot be.
pub fn clocked(zarpe: Zarpe, repo: &Repo) -> Option<Zarpe> {
    let Some(variables) = clock::by_file(&repo.path().join(".git/clock")) else {
        skip("libfaketime is missing (tests/run installs it)");
        return None;
    };
    Some(variables.into_iter().fold(zarpe, |zarpe, (name, value)| zarpe.env(name, value)))
}

#[test]
fn a_run_whose_window_ends_before_its_next_step_waits_for_the_next_one() {
    let plan = format!(
        "{}
jobs:
  a: {{steps: [{{run: 'echo +7200 > $CLOCK; echo a >> log', idempotent: true}}]}}
  b:
    needs: a
    steps:
      - {{id: on, run: 'echo on >> log', idempotent: true, post: 'echo off >> log', post-if: safe()}}
      - {{id: once, run: 'echo once >> log'}}
",
        open()
    );
    let repo = planned(&plan);
    let run = |words: &[&str], ahead: &str| {
        let zarpe = clocked(deploy(&repo, words.iter().copied()), &repo)?;
        std::fs::write(repo.path().join(".git/clock"), ahead).unwrap();
        Some(zarpe.run())
    };
    let Some(begun) = run(&["run", "plan.yml"], "+0") else { return };
    let begun = begun.exits(ExitCode::Waiting).says("7: waits for its window").says("zarpe deploy resume 7");
    let begun = begun.says("the plan's window is closed, and b/on has not begun: it opens");
    begun.says("the window closed at");
    assert_eq!(lines(&repo, "log"), ["a"], "neither maintenance nor what cannot be done twice");
    assert!(events(&repo).iter().any(|event| event["event"] == "waiting" && event["reason"] == "window"));
    run(&["status"], "+7200").unwrap().exits(ExitCode::Done).says("waits for its window");
    let again = run(&["resume", "7"], "+7200").unwrap().exits(ExitCode::Refused);
    again.says("the plan's window is closed");
    assert_eq!(lines(&repo, "log"), ["a"]);
    run(&["resume", "7"], "+86400").unwrap().exits(ExitCode::Done).never_says("the window closed");
    assert_eq!(lines(&repo, "log"), ["a", "on", "once", "off"]);
}

/// What goes on beyond the window in a process that is at work, and what does not.
#[test_case("{id: half, run: 'echo +7200 > $CLOCK'}", true; "what cannot be done twice was begun")]
#[test_case("{run: 'echo +7200 > $CLOCK', idempotent: true, post: 'true', post-if: safe()}", true; "a clean-up is open")]
#[test_case("{run: 'echo +7200 > $CLOCK', idempotent: true}", false; "only what may be done twice")]
#[test_case("{run: 'echo +7200 > $CLOCK; false', idempotent: true}, {if: failure(), run: 'true'}", true; "a failure is told")]
#[test_case("{run: 'echo +7200 > $CLOCK; test -e half || { touch half; false; }', idempotent: true, retry: {attempts: 2}}, {id: o, run: 'true'}", false; "another try is made, and no step begins after it")]
fn goes_on_in_its_process(first: &str, goes_on: bool) {
    let plan = format!("{}\njobs: {{a: {{steps: [{first}, {{if: always(), run: 'echo on >> log'}}]}}}}\n", open());
    let repo = planned(&plan);
    let Some(zarpe) = clocked(deploy(&repo, ["run", "plan.yml"]), &repo) else { return };
    let run = zarpe.run().says("the window closed at");
    assert_eq!((run.code == Some(5), lines(&repo, "log").is_empty()), (!goes_on, !goes_on), "{run}");
}

#[test]
fn a_job_that_is_there_for_failures_is_done_beyond_the_window() {
    let plan = format!(
        "{}\njobs:\n  a: {{steps: [{{run: 'echo +7200 > $CLOCK; false', idempotent: true}}]}}\n  told: {{needs: a, if: failure(), steps: [{{run: 'echo told >> log', idempotent: true}}]}}\n",
        open()
    );
    let repo = planned(&plan);
    let Some(zarpe) = clocked(deploy(&repo, ["run", "plan.yml"]), &repo) else { return };
    zarpe.run().exits(ExitCode::Refused);
    assert_eq!(lines(&repo, "log"), ["told"]);
}

/// A try that failed half way is no end: the next one is made beyond the window, or its job could be neither resumed nor taken back.
#[test]
fn a_step_that_failed_is_tried_again_beyond_the_window() {
    let plan = format!(
        "{}\njobs:\n  a:\n    steps: [{{run: 'echo +7200 > $CLOCK; echo try >> log; false', idempotent: true, retry: {{attempts: 2}}}}]\n    rollback: [{{run: 'echo back >> log', idempotent: true}}]\n",
        open()
    );
    let repo = planned(&plan);
    let Some(zarpe) = clocked(deploy(&repo, ["run", "plan.yml"]), &repo) else { return };
    zarpe.run().exits(ExitCode::Waiting).says("deploy rollback 7");
    let Some(zarpe) = clocked(deploy(&repo, ["rollback", "7"]), &repo) else { return };
    zarpe.run().exits(ExitCode::Refused).says("was taken back");
    assert_eq!(lines(&repo, "log"), ["try", "try", "back"]);
}

/// The jobs of one environment are one deployment; another environment waits for the next window.
#[test_case("sea", &["up", "look"], ExitCode::Done; "the same environment")]
#[test_case("lake", &["up"], ExitCode::Waiting; "another one")]
fn a_deployment_of_several_jobs_is_not_cut_by_the_window(other: &str, done: &[&str], ends: ExitCode) {
    let plan = format!(
        "{}
jobs:
  up: {{environment: sea, steps: [{{run: 'echo up >> log; echo +7200 > $CLOCK'}}]}}
  look: {{environment: {other}, needs: up, steps: [{{run: 'echo look >> log', idempotent: true}}]}}
",
        open()
    );
    let repo = planned(&plan);
    let Some(zarpe) = clocked(deploy(&repo, ["run", "plan.yml"]), &repo) else { return };
    zarpe.run().exits(ends);
    assert_eq!(lines(&repo, "log"), done);
}
