//! A job is taken back: after it failed, after a later one failed, and days later.

use super::{aged, deploy, lines, planned};
use crate::support::{ExitCode, Repo};

const PLAN: &str = "
jobs:
  window:
    steps:
      - {id: on, run: 'touch maintenance', idempotent: true, post: 'rm maintenance', post-if: safe()}
      - {id: migrate, run: 'echo new > schema', done-if: 'grep -q new schema'}
      - {id: smoke, run: 'test ! -e broken', idempotent: true}
    rollback:
      - {id: restore, if: \"steps.migrate.outcome != 'skipped'\", run: 'echo old > schema', idempotent: true}
      - {run: 'grep -q old schema', idempotent: true}
  watch: {needs: window, steps: [{run: 'test ! -e noisy', idempotent: true}]}
";

fn journal(repo: &Repo) -> std::path::PathBuf {
    repo.path().join(".git/zarpe/runs/7/journal.jsonl")
}

#[test]
fn a_failed_job_waits_for_the_decision_and_is_taken_back() {
    let repo = planned(PLAN).write("broken", "");
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    run.says("the rollback of window waits for a decision").says("zarpe deploy rollback 7 window");
    assert!(repo.path().join("maintenance").exists());
    // Maintenance is not held back while that waits: a word to lift it now would lift it later, over what fails then.
    deploy(&repo, ["settle", "7", "--lift"]).run().exits(ExitCode::Refused).says("no clean-up is held back");
    deploy(&repo, ["settle", "7", "window/rollback/restore", "--as", "done"])
        .run()
        .exits(ExitCode::Refused)
        .says("has not begun");
    // A resume that nobody decided about changes nothing.
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Waiting);
    assert_eq!(lines(&repo, "schema"), ["new"]);
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused).says("failed; rollback: done");
    assert_eq!(lines(&repo, "schema"), ["old"]);
    assert!(!repo.path().join("maintenance").exists());
}

#[test]
fn it_can_be_tried_again_instead() {
    let repo = planned(PLAN).write("broken", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    std::fs::remove_file(repo.path().join("broken")).unwrap();
    deploy(&repo, ["resume", "7", "--retry"]).run().exits(ExitCode::Done);
    assert!(!repo.path().join("maintenance").exists());
}

#[test]
fn a_later_failure_offers_it_too() {
    let repo = planned(PLAN).write("noisy", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting).says("zarpe deploy rollback 7 window");
    assert!(!repo.path().join("maintenance").exists());
    let run = deploy(&repo, ["rollback", "7", "--accept-loss", "1m"]).run().exits(ExitCode::Refused);
    run.says("window has been open for 0 minutes: what was written since would be lost");
    assert_eq!(lines(&repo, "schema"), ["old"]);
}

#[test]
fn what_was_written_since_the_site_is_open_is_lost_only_by_a_word() {
    let repo = planned(PLAN);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    aged(&repo, "7", jiff::Timestamp::now() - jiff::SignedDuration::from_secs(90 * 60 + 30), 0);
    let lost = "window has been open for 90 minutes: what was written since would be lost";
    let run = deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Waiting);
    run.says(lost).says("zarpe deploy rollback 7 window --accept-loss 1h40m");
    deploy(&repo, ["rollback", "7", "--accept-loss", "1h"]).run().exits(ExitCode::Waiting).says(lost);
    assert_eq!(lines(&repo, "schema"), ["new"]);
    // Nothing of it was written down: the run is what it was.
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    // A word is for what is lost when it is given: who was killed before anything began is asked again.
    let written = std::fs::read(journal(&repo)).unwrap();
    deploy(&repo, ["rollback", "7", "--accept-loss", "2h"]).run().exits(ExitCode::Refused).says("rollback: done");
    let all = std::fs::read_to_string(journal(&repo)).unwrap();
    let requested = all.lines().take_while(|line| !line.contains("\"rollback_started\"")).count();
    assert!(all.contains("\"lost_minutes\":90") && all.as_bytes().starts_with(&written));
    let kept: String = all.lines().take(requested).map(|line| line.to_owned() + "\n").collect();
    std::fs::write(journal(&repo), kept).unwrap();
    let run = deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Waiting);
    run.says("the rollback of window waits for a decision; window has been open for 90 minutes");
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Waiting).says(lost);
    deploy(&repo, ["rollback", "7", "--accept-loss", "2h"]).run().exits(ExitCode::Refused);
}

#[test]
fn maintenance_that_was_lifted_by_hand_is_open_as_well() {
    let repo = planned(PLAN).write("broken", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    deploy(&repo, ["settle", "7"]).run().exits(ExitCode::Maintenance);
    deploy(&repo, ["settle", "7", "--lift"]).run().exits(ExitCode::Refused);
    assert!(!repo.path().join("maintenance").exists());
    let run = deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Waiting);
    run.says("window has been open for 0 minutes: what was written since would be lost");
    deploy(&repo, ["rollback", "7", "--accept-loss", "1m"]).run().exits(ExitCode::Refused);
    assert_eq!(lines(&repo, "schema"), ["old"]);
}

#[test]
fn it_can_be_taken_back_days_later_and_once() {
    let repo = planned(PLAN);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    deploy(&repo, ["rollback", "7", "watch"]).run().exits(ExitCode::Usage).says("no job `watch` with a rollback");
    let accepted = ["rollback", "7", "--accept-loss", "1m"];
    deploy(&repo, accepted).run().exits(ExitCode::Refused).says("rollback: done");
    assert_eq!(lines(&repo, "schema"), ["old"]);
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused).says("taken back already");
}

#[test]
fn it_is_taken_back_by_the_plan_that_it_went_by_whatever_the_file_holds_now() {
    let repo = planned(PLAN);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    let repo = repo.write("plan.yml", &PLAN.replace("echo old", "echo other"));
    let again = ["rollback", "7", "--accept-loss", "1h"];
    let run = deploy(&repo, again).run().exits(ExitCode::Refused).says("rollback: done");
    run.says("plan.yml is another plan now: this goes by the one that run 7 went by");
    assert_eq!(lines(&repo, "schema"), ["old"]);
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("is not the plan that run 7 went by");
    // What holds no plan at all any more is not asked; but what was kept must be what the journal names.
    let repo = repo.write("plan.yml", "[");
    deploy(&repo, again).run().exits(ExitCode::Refused).says("was taken back already");
    std::fs::write(repo.path().join(".git/zarpe/runs/7/plan.yml"), PLAN.replace("echo old", "echo worse")).unwrap();
    deploy(&repo, again).run().exits(ExitCode::CannotTell).says("is not the one that it went by");
}

#[test]
fn a_rollback_that_fails_leaves_maintenance_on() {
    let repo = planned(&PLAN.replace("echo old > schema", "false")).write("broken", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let run = deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Maintenance);
    run.says("zarpe deploy settle 7 --lift").says("again: zarpe deploy rollback 7 window");
    assert!(repo.path().join("maintenance").exists());
}

#[test]
fn a_rollback_that_failed_is_tried_again_from_there() {
    let plan = PLAN.replace(
        "      - {run: 'grep",
        "      - {run: 'echo checks >> log && test ! -e mute', idempotent: true}\n      - {run: 'grep",
    );
    let repo = planned(&plan.replace("echo old", "echo back >> log; echo old")).write("broken", "").write("mute", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Maintenance).says("rollback: failed");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Maintenance);
    std::fs::remove_file(repo.path().join("mute")).unwrap();
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused).says("rollback: done");
    assert_eq!(lines(&repo, "log"), ["back", "checks", "checks"]);
    assert!(!repo.path().join("maintenance").exists());
}

#[test]
fn a_rollback_that_has_cleaned_up_after_itself_is_not_tried_again() {
    let plan = PLAN.replace("run: 'echo old > schema', ", "run: 'echo old > schema', post: 'touch gone', ");
    let repo = planned(&plan.replace("grep -q old schema", "false")).write("broken", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Maintenance);
    assert!(repo.path().join("gone").exists());
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused).says("window has cleaned up after itself");
}

#[test]
fn a_rollback_that_nobody_decides_about_can_be_dropped() {
    let plan = PLAN.replacen("jobs:", "roles: {boss: '@bea'}\njobs:", 1);
    let repo = planned(&plan.replace("    rollback:\n", "    rollback:\n      - {role: boss, uses: zarpe/sign}\n"));
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Waiting).says("window/rollback/1 waits for a sign-off");
    deploy(&repo, ["settle", "7"]).run().exits(ExitCode::Done).says("7: done");
    assert_eq!(lines(&repo, "schema"), ["new"]);
    assert!(!repo.path().join(".git/zarpe/locks/default.json").exists());
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Waiting).says("window/rollback/1 waits for a sign-off");
}

#[test]
fn a_rollback_that_a_person_stopped_is_not_done_and_keeps_maintenance_on() {
    let sign = "roles: {boss: '@bea'}\njobs:";
    let plan = PLAN
        .replacen("jobs:", sign, 1)
        .replace("    rollback:\n", "    rollback:\n      - {run: 'true'}\n      - {role: boss, uses: zarpe/sign}\n");
    let repo = planned(&plan).write("broken", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    deploy(&repo, ["settle", "7"]).run().exits(ExitCode::Maintenance);
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Waiting).says("window/rollback/2 waits for a sign-off");
    deploy(&repo, ["settle", "7"]).run().exits(ExitCode::Maintenance).says("cancelled; rollback: cancelled");
    assert_eq!(lines(&repo, "schema"), ["new"]);
    assert!(repo.path().join("maintenance").exists());
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Waiting).says("window/rollback/2 waits for a sign-off");
}

/// A rollback of three steps of which the one in the middle has failed; it would succeed now.
fn stuck() -> crate::support::Repo {
    let rollback = "    rollback:
      - {id: one, run: 'echo one >> back', idempotent: true}
      - {id: two, run: 'test ! -e stuck && echo two >> back'}
      - {id: three, run: 'echo old > schema; echo three >> back'}
";
    let (before, rest) = PLAN.split_once("    rollback:").unwrap();
    let (_, after) = rest.split_once("  watch:").unwrap();
    let repo = planned(&format!("{before}{rollback}  watch:{after}")).write("broken", "").write("stuck", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let run = deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Maintenance);
    run.says("zarpe deploy settle 7 window/rollback/two --as done");
    std::fs::remove_file(repo.path().join("stuck")).unwrap();
    repo
}

#[test]
fn a_rollback_that_failed_is_tried_again_by_resume_where_that_is_asked() {
    let repo = stuck();
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Maintenance);
    let run = deploy(&repo, ["resume", "7", "--retry"]).run().exits(ExitCode::Refused).says("failed; rollback: done");
    run.says("window was taken back as it was asked");
    assert_eq!(lines(&repo, "back"), ["one", "two", "three"]);
    assert!(!repo.path().join("maintenance").exists());
}

/// The process that was to try its rollback again is killed before that.
#[test]
fn a_job_whose_rollback_was_half_done_is_not_tried_again() {
    let repo = stuck().write("stuck", "");
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Maintenance);
    let journal = journal(&repo);
    let text = std::fs::read_to_string(&journal).unwrap();
    let asked = text.rfind("\"rollback_requested\"").unwrap();
    let end = asked + text[asked..].find('\n').unwrap() + 1;
    std::fs::write(&journal, &text[..end]).unwrap();
    std::fs::remove_file(repo.path().join("broken")).unwrap();
    std::fs::remove_file(repo.path().join("stuck")).unwrap();
    let run = deploy(&repo, ["resume", "7", "--retry"]).run().exits(ExitCode::Refused);
    run.says("failed; rollback: done").never_says("window/smoke begins");
    assert_eq!(lines(&repo, "back"), ["one", "two", "three"]);
}

#[test]
fn what_a_person_did_of_a_rollback_by_hand_is_settled() {
    let repo = stuck();
    deploy(&repo, ["settle", "7", "window/rollback/one", "--as", "done"]).run().exits(ExitCode::Refused);
    deploy(&repo, ["settle", "7", "window/rollback/two", "--as", "done"]).run().exits(ExitCode::Done);
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("failed; rollback: done");
    assert_eq!(lines(&repo, "back"), ["one", "three"]);
    assert!(!repo.path().join("maintenance").exists());
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused).says("taken back already").says("deploy status 7");
}

#[test]
#[cfg(unix)]
fn a_step_that_was_killed_and_is_not_done_has_failed_for_what_asks_about_it() {
    let plan = PLAN.replace("'echo new > schema', done-if: 'grep -q new schema'", "'kill -9 $$', done-if: 'false'");
    let repo = planned(&plan).write("schema", "half\n");
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    run.says("window/migrate failed: it is not done").says("zarpe deploy resume 7 --retry");
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused).says("failed; rollback: done");
    assert_eq!(lines(&repo, "schema"), ["old"]);
    assert!(!repo.path().join("maintenance").exists());
    // Nothing is to be mended any more.
    deploy(&repo, ["status", "7"]).run().exits(ExitCode::Refused).says("7: taken back").never_says("--retry");
}

#[test]
#[cfg(unix)]
fn a_rollback_that_was_killed_is_tried_again() {
    let kill = "run: 'test -e fixed || kill -9 $$; echo old > schema'";
    let plan = PLAN.replace("run: 'echo old > schema', idempotent: true", kill);
    for done_if in [", done-if: 'grep -q old schema'", ", idempotent: true"] {
        let repo = planned(&plan.replace(kill, &format!("{kill}{done_if}"))).write("broken", "");
        deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
        let run = deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Maintenance);
        run.says("window/rollback/restore").says("zarpe deploy rollback 7 window");
        let repo = repo.write("fixed", "");
        deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused).says("rollback: done");
        assert_eq!(lines(&repo, "schema"), ["old"]);
        assert!(!repo.path().join("maintenance").exists());
    }
}

#[test]
fn what_was_closed_all_the_time_has_lost_nothing() {
    let repo = planned(&PLAN.replace("echo old > schema", "test -e fixed && echo old > schema")).write("broken", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Maintenance);
    deploy(&repo.write("fixed", ""), ["rollback", "7"]).run().exits(ExitCode::Refused).never_says("would be lost");
}

#[test]
fn a_clean_up_that_failed_is_not_held_back_and_is_run_again() {
    let repo = planned(&PLAN.replace("'rm maintenance'", "'test ! -e stuck && rm maintenance'"));
    let repo = repo.write("broken", "").write("stuck", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let run = deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Maintenance);
    run.says("the clean-up of window/on failed")
        .says("zarpe deploy resume 7")
        .never_says("held back")
        .never_says("--lift");
    std::fs::remove_file(repo.path().join("stuck")).unwrap();
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("7: taken back");
    assert!(!repo.path().join("maintenance").exists());
}

#[test]
fn what_is_advised_after_a_failure_is_not_refused() {
    let repo = planned("jobs: {a: {steps: [{run: 'true', idempotent: true, post: 'true'}, {run: 'false'}]}}\n");
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    run.says("a/2 failed").says("begin another run: zarpe deploy run").never_says("--retry");
    deploy(&repo, ["resume", "7", "--retry"]).run().exits(ExitCode::Refused).says("has cleaned up after itself");
}

#[test]
fn nothing_goes_on_with_what_is_taken_back() {
    let repo = planned(
        "
roles: {qa: '@ana'}
jobs:
  a:
    steps: [{id: deploy, run: 'echo deploy >> log', idempotent: true}]
    rollback: [{run: 'echo back >> log; sleep 0.2; echo there >> log'}]
  b: {needs: a, steps: [{id: smoke, run: 'false', idempotent: true}]}
  c: {needs: a, steps: [{id: begins, run: 'echo c >> log'}, {uses: zarpe/sign, role: qa}, {run: 'echo MORE >> log'}]}
  d: {needs: c, steps: [{run: 'echo SWITCH >> log'}]}
",
    );
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting).says("c/2 waits for a sign-off");
    let run = deploy(&repo, ["rollback", "7", "a", "--accept-loss", "1h"]).run().exits(ExitCode::Refused);
    run.says("7: taken back").says("c: dropped: the version was taken back").never_says("waits for a sign-off");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("d: dropped: the version was taken back");
    let again = deploy(&repo, ["resume", "7", "--retry"]).run().exits(ExitCode::Refused);
    again.says("the job b needs a, which was taken back or is to be: it does not go on");
    assert_eq!(lines(&repo, "log"), ["deploy", "c", "back", "there"]);
}

#[test]
fn a_rollback_of_which_nothing_ran_is_none() {
    let plan = PLAN
        .replace("steps.migrate.outcome != 'skipped'", "failure()")
        .replace("- {run: 'grep", "- {if: failure(), run: 'grep");
    let repo = planned(&plan).write("broken", "");
    // A job of which nothing was begun is not taken back at all.
    let early = planned(
        &PLAN
            .replace("      - {id: on", "      - {uses: zarpe/sign, role: qa}\n      - {id: on")
            .replace("jobs:", "roles: {qa: '@ana'}\njobs:"),
    );
    deploy(&early, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    deploy(&early, ["settle", "7"]).run().exits(ExitCode::Refused);
    deploy(&early, ["rollback", "7"])
        .run()
        .exits(ExitCode::Refused)
        .says("no job of this run has a rollback and was run");
    let named = deploy(&early, ["rollback", "7", "window", "--accept-loss", "1h"]).run().exits(ExitCode::Refused);
    named.says("the job window was not run: there is nothing to take back");
    assert!(lines(&early, "schema").is_empty());

    let check = deploy(&repo, ["check", "plan.yml"]).run().exits(ExitCode::Done);
    let check = check.says("`failure()` in a rollback asks about the steps of the rollback itself");
    check.says("each step of the rollback of `window` has an `if`: where all are false nothing is taken back");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let run = deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Maintenance);
    run.says("the rollback of window did nothing").never_says("taken back as it was asked");
    assert!(repo.path().join("maintenance").exists());
    assert_eq!(lines(&repo, "schema"), ["new"]);
    // Who did it by hand says so.
    std::fs::write(repo.path().join("schema"), "old\n").unwrap();
    deploy(&repo, ["settle", "7", "window/rollback/restore", "--as", "done"]).run().exits(ExitCode::Done);
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("failed; rollback: done");
    assert!(!repo.path().join("maintenance").exists());
}

#[test]
fn the_rollback_of_a_job_before_that_fails_half_way_keeps_maintenance_on() {
    let repo = planned(
        "
jobs:
  a: {steps: [{run: 'echo new > schema'}], rollback: [{run: 'echo half > schema; false'}]}
  b:
    needs: a
    steps: [{id: on, run: 'touch maintenance; false', idempotent: true, post: 'rm maintenance', post-if: safe()}]
",
    );
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting).says("the rollback of a waits for a decision");
    let run = deploy(&repo, ["rollback", "7", "a", "--accept-loss", "1h"]).run().exits(ExitCode::Maintenance);
    run.says("the clean-up of b/on is held back");
    assert!(repo.path().join("maintenance").exists());
}

/// Who takes a job back goes on with that: what failed beside it is tried again by a word of its own.
#[test]
fn what_failed_beside_a_rollback_is_not_tried_again_with_it() {
    let plan = "
jobs:
  a:
    steps: [{run: 'echo new >> log'}]
    rollback: [{run: 'test -e go || { touch go; kill -TERM $PPID; sleep 5; }; echo old >> log', idempotent: true}]
  b: {steps: [{run: 'until grep -qs new log; do sleep 0.05; done; echo b >> log; test -e go', idempotent: true}]}
";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    deploy(&repo, ["rollback", "7", "a", "--accept-loss", "1h"]).run().exits(ExitCode::Waiting).says("interrupted");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused);
    assert_eq!(lines(&repo, "log"), ["new", "b", "old"]);
    deploy(&repo, ["resume", "7", "--retry"]).run();
    assert_eq!(lines(&repo, "log"), ["new", "b", "old", "b"]);
}

#[test]
fn a_plan_without_rollback_is_told_so() {
    let repo = planned("jobs: {a: {steps: [{run: 'true', idempotent: true}]}}\n");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    let said = deploy(&repo, ["rollback", "7", "a"]).run().exits(ExitCode::Usage);
    said.says("there is no job `a` with a rollback").says("no job of the plan has one").never_says("jobs:");
}
