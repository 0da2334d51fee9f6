//! The hours in which a plan may run, once a run waits or was cut off.

use test_case::test_case;

use super::{deploy, lines, planned};
use crate::support::{ExitCode, Repo};

/// Jobs of which the second waits until there is a file, and the third starts later.
const WAITS: &str = "
roles: {qa: ['@ana']}
jobs:
  a: {steps: [{id: one, run: 'echo one >> log'}]}
  b:
    needs: a
    steps:
      - BEFORE
      - {id: sure, uses: zarpe/sign, role: qa, with: {statement: sure}}
      - {id: two, run: 'echo two >> log'}
";

/// A window that opens in two hours.
fn closed() -> String {
    let at = |hours: i64| (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours)).strftime("%H:%M");
    format!("window: {{start: '{}', end: '{}', timezone: UTC}}\n", at(2), at(3))
}

/// A run that waits, by a plan whose window has closed meanwhile.
fn late(plan: &str, rests: ExitCode) -> Repo {
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(rests);
    repo.write("plan.yml", &format!("{}{plan}", closed()))
}

#[test_case("{run: 'true', idempotent: true}" => false; "only what may be done twice was started in the job")]
#[test_case("{uses: zarpe/env, with: {required: [PATH]}}" => false; "only what looks was started in the job")]
#[test_case("{id: half, run: 'true'}" => true; "what cannot be done twice")]
#[test_case("{id: on, run: 'true', idempotent: true, post: 'true', post-if: safe()}" => true; "a clean-up is open")]
fn a_run_goes_on_after_its_window_only_where_something_is_half_done(before: &str) -> bool {
    let repo = late(&WAITS.replace("BEFORE", before), ExitCode::Waiting);
    let run = deploy(&repo, ["resume", "7", "--changed-plan"]).run();
    if run.code == Some(1) {
        run.says("the plan's window is closed");
        return false;
    }
    run.exits(ExitCode::Waiting).says("the window is closed: this goes on beyond it");
    true
}

#[test]
fn a_job_that_waits_for_its_rollback_may_be_taken_back_after_the_window() {
    let repo = late(
        "
jobs:
  a:
    steps: [{id: one, run: 'false', idempotent: true}]
    rollback: [{run: 'echo back >> log', idempotent: true}]
",
        ExitCode::Waiting,
    );
    deploy(&repo, ["resume", "7", "--changed-plan"]).run().exits(ExitCode::Waiting);
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused).says("was taken back");
    assert_eq!(lines(&repo, "log"), ["back"]);
}

#[test]
fn what_was_to_start_later_is_not_bound_to_the_window() {
    let repo = late(
        "
jobs:
  a: {steps: [{run: 'true'}]}
  b: {needs: a, start-in: 1s, steps: [{id: w, run: 'echo later >> log'}]}
  c: {needs: b, start-in: 24h, steps: [{run: 'true'}]}
",
        ExitCode::Done,
    );
    let run = deploy(&repo, ["resume", "7", "--changed-plan"]).run().exits(ExitCode::Done);
    run.says("c is due at").never_says("the window is closed");
    assert_eq!(lines(&repo, "log"), ["later"]);
}
