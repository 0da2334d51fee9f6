//! Maintenance is on as long as it must be, and is never lifted over what is half done.

use test_case::test_case;

use super::{deploy, lines, planned};
use crate::support::{ExitCode, Repo};

fn plan(first: &str, second: &str) -> Repo {
    planned(&format!(
        "
jobs:
  window:
    steps:
      - {{id: on, run: 'touch maintenance; {first}', idempotent: true, post: 'rm maintenance', post-if: safe()}}
      - {{id: migrate, run: '{second}'}}
"
    ))
}

#[test_case("true", "true", ExitCode::Done, false; "all goes well")]
#[test_case("false", "true", ExitCode::Refused, false; "nothing after it was started")]
#[test_case("true", "false", ExitCode::Maintenance, true; "what came after it failed")]
fn it_is_lifted_where_that_is_safe(first: &str, second: &str, exit: ExitCode, stays: bool) {
    let repo = plan(first, second);
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(exit);
    assert_eq!(repo.path().join("maintenance").exists(), stays);
    if stays {
        run.says("7: left in maintenance").says("zarpe deploy settle 7 --lift");
        // Going on does not lift it, and the lock is not given away under it.
        deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Maintenance);
        let other = deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Refused);
        other.says("default is locked by run 7");
        let repo = repo.commit("fix: off");
        let lifted = deploy(&repo, ["settle", "7", "--lift"]).run().exits(ExitCode::Refused).says("7: failed");
        lifted.says("warning: run 7 goes by commit");
        assert!(!repo.path().join("maintenance").exists());
        assert!(!repo.path().join(".git/zarpe/locks/default.json").exists());
    }
}

#[test]
fn a_run_that_is_ended_half_way_keeps_it_until_it_is_taken_back() {
    let repo = planned(
        "
roles: {boss: '@bea'}
jobs:
  window:
    steps:
      - {id: on, run: 'touch maintenance', idempotent: true, post: 'rm maintenance', post-if: safe()}
      - {run: 'echo new > schema'}
      - {id: go, role: boss, uses: zarpe/sign}
    rollback: [{run: 'echo old > schema', idempotent: true}]
",
    );
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting).says("window/go waits for a sign-off");
    // Nobody signs it: the run is ended first, and then taken back.
    let early = deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused);
    early.says("the job window has neither ended nor failed").says("zarpe deploy settle 7");
    deploy(&repo, ["settle", "7"]).run().exits(ExitCode::Maintenance).says("window/on is held back");
    assert!(repo.path().join("maintenance").exists());
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused).says("cancelled; rollback: done");
    assert!(!repo.path().join("maintenance").exists());
    assert_eq!(lines(&repo, "schema"), ["old"]);
}

#[test]
fn where_it_is_left_by_a_kill_the_command_that_goes_on_is_named() {
    let repo = planned(
        "
jobs:
  a:
    steps:
      - {id: on, run: 'touch maintenance', idempotent: true, post: 'rm -f maintenance', post-if: safe()}
      - {id: next, run: 'echo next', idempotent: true}
",
    );
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    let journal = repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let written = std::fs::read_to_string(&journal).unwrap();
    let kept = written.lines().take_while(|line| !line.contains("\"step_finished\"") || !line.contains("\"next\""));
    std::fs::write(&journal, kept.map(|line| line.to_owned() + "\n").collect::<String>()).unwrap();
    let status = deploy(&repo, ["status", "7"]).run().exits(ExitCode::Maintenance);
    status.says("7: left in maintenance").says("zarpe deploy resume 7, or zarpe deploy settle 7");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
}

#[test]
fn a_clean_up_that_fails_is_tried_again_by_the_next() {
    let repo = planned(
        "
jobs:
  a: {environment: sea, steps: [{id: on, run: 'true', post: 'echo try >> log; test -e there', post-if: safe(), idempotent: true}]}
  b: {needs: a, steps: [{run: 'echo tag >> log'}]}
",
    );
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Maintenance);
    let run = run.says("the clean-up of a/on failed").says("this runs it again: zarpe deploy resume 7");
    run.never_says("held back").never_says("--retry");
    deploy(&repo, ["settle", "7", "--lift"]).run().exits(ExitCode::Maintenance);
    let repo = repo.write("there", "");
    // All that it was to do is done: it has succeeded, and what waits for it goes on.
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done).says("7: done");
    assert_eq!(lines(&repo, "log"), ["try", "try", "try", "tag"]);
}

#[test]
fn what_is_within_maintenance_is_undone_before_it_is_lifted() {
    let repo = planned(
        "
jobs:
  a:
    steps:
      - {id: on, run: 'touch maintenance', idempotent: true, post: 'rm maintenance', post-if: safe()}
      - {id: read-only, run: 'true', idempotent: true, post: 'test -e there', post-if: safe()}
      - {id: x, run: 'true'}
",
    );
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Maintenance);
    run.says("the clean-up of a/read-only failed").says("the clean-up of a/on comes after that of a/read-only");
    assert!(repo.path().join("maintenance").exists());
    let repo = repo.write("there", "");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    assert!(!repo.path().join("maintenance").exists());
}

#[test]
fn a_text_is_told_of_the_status_what_a_condition_is() {
    let told = "echo ${{ safe() }} ${{ success() }} ${{ failure() }} ${{ cancelled() }}";
    let repo = planned(&format!(
        "
jobs:
  b:
    steps:
      - {{id: m, run: 'true', idempotent: true, post: '{told} >> log'}}
      - {{id: x, run: 'kill -9 $$', done-if: 'false'}}
  c:
    steps:
      - {{id: m, run: 'true', idempotent: true, post: '{told} >> log2'}}
      - {{id: x, run: 'false'}}
    rollback: [{{run: 'true'}}]
"
    ));
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    deploy(&repo, ["rollback", "7", "c"]).run().exits(ExitCode::Refused);
    assert_eq!(lines(&repo, "log"), ["false false true false"]);
    assert_eq!(lines(&repo, "log2"), ["true false true false"]);
}

/// The journal of run 7 as a kill right after this event would have left it, the last time that it happened.
fn killed_after(repo: &Repo, event: &str) {
    let journal = repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let written = std::fs::read_to_string(&journal).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    let last = lines.iter().rposition(|line| line.contains(&format!("\"{event}\""))).unwrap();
    std::fs::write(&journal, lines[..=last].join("\n") + "\n").unwrap();
}

#[test]
fn what_was_begun_once_is_not_forgotten_by_a_second_try() {
    let repo = plan("true", "false");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Maintenance);
    deploy(&repo, ["resume", "7", "--retry"]).run().exits(ExitCode::Maintenance);
    // The second try was cut off before it came to the step that had failed half way.
    killed_after(&repo, "job_reopened");
    deploy(&repo, ["settle", "7"]).run().exits(ExitCode::Maintenance).says("the clean-up of window/on is held back");
    assert!(repo.path().join("maintenance").exists());
}

/// A window whose maintenance is switched by something that has to be `there`, on and off.
fn switched(migrate: &str, on: &str) -> Repo {
    planned(&format!(
        "
jobs:
  window:
    steps:
      - {{id: on, run: '{on}touch maintenance', idempotent: true, post: 'test -e there && rm maintenance', post-if: safe()}}
      - {{id: migrate, run: '{migrate}'}}
"
    ))
}

#[test]
fn a_word_to_lift_it_holds_for_what_was_done_by_then() {
    let repo = switched("false", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Maintenance);
    deploy(&repo, ["settle", "7", "--lift"]).run().exits(ExitCode::Maintenance);
    let repo = repo.write("there", "");
    deploy(&repo, ["resume", "7", "--retry"]).run().exits(ExitCode::Maintenance);
    assert!(repo.path().join("maintenance").exists());
    deploy(&repo, ["settle", "7", "--lift"]).run().exits(ExitCode::Refused);
    assert!(!repo.path().join("maintenance").exists());
}

#[test]
fn a_clean_up_that_failed_is_held_back_where_it_is_not_safe_any_more() {
    let repo = switched("false", "test -e there && ");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Maintenance);
    let repo = repo.write("there", "");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Maintenance).says("the clean-up of window/on is held back");
    assert!(repo.path().join("maintenance").exists());
}

#[test]
fn a_rollback_that_fails_half_way_keeps_its_own_maintenance_on() {
    let repo = planned(
        "
jobs:
  window:
    steps: [{id: deploy, run: 'true'}]
    rollback:
      - {id: on, run: 'touch maintenance', idempotent: true, post: 'rm maintenance', post-if: safe()}
      - {id: restore, run: 'test -e dump'}
",
    );
    let back = ["rollback", "7", "--accept-loss", "5m"];
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    let run = deploy(&repo, back).run().exits(ExitCode::Maintenance);
    run.says("rollback: failed").says("zarpe deploy rollback 7 window");
    deploy(&repo, back).run().exits(ExitCode::Maintenance);
    // Nor is it lifted where the next try was cut off at its beginning and is ended.
    killed_after(&repo, "rollback_started");
    deploy(&repo, ["settle", "7"]).run().exits(ExitCode::Maintenance);
    assert!(repo.path().join("maintenance").exists());
    let repo = repo.write("dump", "");
    deploy(&repo, back).run().exits(ExitCode::Refused).says("rollback: done");
    assert!(!repo.path().join("maintenance").exists());
}

#[test]
fn maintenance_that_was_left_on_is_told_before_whoever_else_is_waited_for() {
    let repo = planned(
        "
roles: {boss: '@bea'}
jobs:
  a:
    steps:
      - {id: on, run: 'touch closed', idempotent: true, post: 'rm closed', post-if: safe()}
      - {run: 'false'}
  b: {steps: [{id: sure, role: boss, uses: zarpe/sign}]}
",
    );
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Maintenance).says("7: left in maintenance");
    run.says("zarpe deploy settle 7 --lift").says("b/sure waits for a sign-off");
    deploy(&repo, ["status"]).run().exits(ExitCode::Done).says("left in maintenance");
    deploy(&repo, ["settle", "7", "--lift"]).run().exits(ExitCode::Waiting).says("b/sure waits for a sign-off");
    assert!(!repo.path().join("closed").exists());
}

#[test_case(""; "one without maintenance")]
#[test_case("{run: 'touch closed', idempotent: true, post: 'rm -f closed', post-if: safe()}, "; "one in the same maintenance")]
fn what_the_rollback_of_an_earlier_job_does_not_show_is_told(own: &str) {
    let repo = planned(&format!(
        "
jobs:
  a: {{steps: [{{run: 'echo new >> log'}}], rollback: [{own}{{run: 'echo old >> log'}}]}}
  b:
    needs: a
    steps:
      - {{id: on, run: 'touch closed', idempotent: true, post: 'rm -f closed', post-if: safe()}}
      - {{run: 'echo half >> log; false'}}
",
    ));
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting).says("the rollback of a waits for a decision");
    let run = deploy(&repo, ["rollback", "7", "a", "--accept-loss", "1h"]).run().exits(ExitCode::Maintenance);
    let run = run.says("a was taken back, but nothing shows that this took back what b did");
    run.says("zarpe deploy settle 7 --lift");
    assert!(repo.path().join("closed").exists());
    deploy(&repo, ["settle", "7", "--lift"]).run().exits(ExitCode::Refused).says("7: taken back");
    assert!(!repo.path().join("closed").exists());
}
