//! What was begun and is not done keeps maintenance on, whatever the plan, a condition or a second try says by then.

use test_case::test_case;

use super::{deploy, lines, names, planned};
use crate::support::{ExitCode, Repo, Run};

const ON: &str = "{id: m, run: 'echo on >> log', idempotent: true, post: 'echo off >> log', post-if: safe()}";

/// A plan of one job with these steps.
fn steps(steps: &[&str]) -> String {
    format!("jobs:\n  a:\n    steps:\n{}", list(steps))
}

fn list(steps: &[&str]) -> String {
    steps.iter().map(|step| format!("      - {step}\n")).collect()
}

fn log(repo: &Repo) -> String {
    lines(repo, "log").join(" ")
}

fn go(repo: &Repo, words: &[&str]) -> Run {
    deploy(repo, words.iter().copied()).run()
}

#[test]
fn a_step_that_another_plan_calls_otherwise_is_not_forgotten() {
    let repo = planned(&steps(&[ON, "{id: migrate, run: 'echo half >> log; exit 1'}"]));
    go(&repo, &["run", "plan.yml"]).exits(ExitCode::Maintenance);
    let mended = [ON, "{id: migrate2, run: 'echo whole >> log'}"];
    let repo =
        repo.write("plan.yml", &steps(&["{id: before, run: 'test -e ok', idempotent: true}", mended[0], mended[1]]));
    let run = go(&repo, &["resume", "7", "--changed-plan", "--retry"]).exits(ExitCode::Maintenance);
    run.says("a/migrate was begun, is not done, and is passed over now").says("settle 7 a/migrate --as done");
    assert_eq!(log(&repo), "on half");
    // A person says that nothing of it is left.
    go(&repo, &["settle", "7", "a/migrate", "--as", "done"]).exits(ExitCode::Done).says("resume 7 --retry");
    let repo = repo.write("ok", "");
    go(&repo, &["resume", "7", "--retry"]).exits(ExitCode::Done);
    assert_eq!(log(&repo), "on half whole off");
}

#[test]
fn a_step_that_was_lost_is_not_forgotten_where_the_run_is_ended_by_another_plan() {
    let migrate = |id: &str, more: &str| format!("{{id: {id}, run: 'echo half >> log; kill -9 $${more}'}}");
    let repo = planned(&steps(&[ON, &migrate("migrate", "")]));
    go(&repo, &["run", "plan.yml"]).exits(ExitCode::Waiting);
    // The same under another name would be done twice.
    let repo = repo.write("plan.yml", &steps(&[ON, &migrate("other", "")]));
    go(&repo, &["settle", "7", "--changed-plan"]).exits(ExitCode::Refused).says("a/migrate has begun");
    let repo = repo.write("plan.yml", &steps(&[ON, &migrate("other", " # another one")]));
    go(&repo, &["settle", "7", "--changed-plan"]).exits(ExitCode::Maintenance).says("the clean-up of a/m is held back");
    assert_eq!(log(&repo), "on half");
}

/// Begun where it was wanted, and not wanted in the second try: that is no success, whatever letters stand in the condition.
#[test]
fn a_step_that_failed_half_way_and_is_not_wanted_any_more_is_not_done() {
    let once = "{id: x, if: \"steps.b.outcome != 'failure' && vars.GO == 'yes'\", run: 'echo half >> log; exit 1'}";
    let repo = planned(&steps(&["{id: b, run: 'true', idempotent: true}", ON, once]));
    deploy(&repo, ["run", "plan.yml"]).env("GO", "yes").run().exits(ExitCode::Maintenance);
    let run = deploy(&repo, ["resume", "7", "--retry"]).env("GO", "no").run().exits(ExitCode::Maintenance);
    run.says("a/x was begun, is not done, and is passed over now");
    assert_eq!(log(&repo), "on half");
}

#[test]
fn a_rollback_that_passes_over_what_failed_in_it_took_nothing_back() {
    let plan = steps(&[ON, "{id: x, run: 'echo half >> log; exit 1'}"])
        + "    rollback:\n"
        + &list(&["{id: r, if: \"vars.RB == 'yes'\", run: 'test -e ok', idempotent: true}"]);
    let repo = planned(&plan);
    let back = |repo: &Repo, rb| deploy(repo, ["rollback", "7"]).env("RB", rb).run();
    deploy(&repo, ["run", "plan.yml"]).env("RB", "yes").run().exits(ExitCode::Waiting);
    back(&repo, "yes").exits(ExitCode::Maintenance);
    back(&repo, "no").exits(ExitCode::Maintenance).says("rollback: failed").says("a/rollback/r was begun");
    assert_eq!(log(&repo), "on half");
    let repo = repo.write("ok", "");
    back(&repo, "yes").exits(ExitCode::Refused).says("rollback: done");
    assert_eq!(log(&repo), "on half off");
}

#[test_case("success()", ""; "where all went well")]
#[test_case("success() && safe()", "    rollback: [{run: 'echo back >> log', idempotent: true}]\n"; "and it is safe")]
fn a_clean_up_that_no_failure_lets_run_is_held_back_and_released(condition: &str, rollback: &str) {
    let on = ON.replace("safe()", &format!("'{condition}'"));
    let repo = planned(&(steps(&[&on, "{id: x, run: 'exit 1', idempotent: true}"]) + rollback));
    go(&repo, &["check", "plan.yml"]).exits(ExitCode::Done).says("after a failure this clean-up is held back");
    let run = go(&repo, &["run", "plan.yml"]);
    let run = if rollback.is_empty() { run } else { go(&repo, &["rollback", "7"]) };
    run.exits(ExitCode::Maintenance).says("the clean-up of a/m is held back").says("settle 7 --lift");
    go(&repo, &["settle", "7", "--lift"]).exits(ExitCode::Refused);
    assert!(log(&repo).ends_with(" off"), "{}", log(&repo));
}

#[test_case("{id: x, run: 'echo half >> log', working-directory: nowhere}"; "its folder is not there")]
#[test_case("{id: x, run: 'echo ${{ steps.z.outputs.v }} >> log'}"; "its text asks for what is not there")]
#[test_case("{id: x, if: \"fromJSON('[') == 1\", run: 'echo half >> log', retry: {attempts: 2}}"; "its condition cannot be answered")]
fn a_step_that_never_began_does_not_keep_it_on(x: &str) {
    let repo = planned(&steps(&["{id: z, if: 'false', run: 'true', idempotent: true}", ON, x]));
    go(&repo, &["run", "plan.yml"]).exits(ExitCode::Refused);
    assert_eq!(log(&repo), "on off");
}

/// A run that a person ends between two halves: neither a step nor a job takes that for safe, and what they leave is said.
#[test_case("      - {id: off, if: safe(), run: 'echo off >> log', idempotent: true}\n", "a/off"; "a step of the same job")]
#[test_case("  off:\n    needs: a\n    if: safe()\n    steps: [{run: 'echo off >> log', idempotent: true}]\n", "off"; "a job")]
#[test_case("  off:\n    needs: a\n    if: always()\n    steps: [{id: off, if: safe(), run: 'echo off >> log', idempotent: true}]\n", "off/off"; "a step of another job")]
fn what_is_there_for_when_it_is_safe_does_not_run_over_what_is_half_done(off: &str, told: &str) {
    let half = [
        "{id: m, run: 'echo on >> log', idempotent: true}",
        "{id: x, run: 'echo one >> log'}",
        "{id: s, uses: zarpe/sign, role: qa}",
        "{id: y, run: 'echo two >> log'}",
    ];
    let repo = planned(&("roles: {qa: '@ana'}\n".to_owned() + &steps(&half) + off));
    go(&repo, &["run", "plan.yml"]).exits(ExitCode::Waiting);
    go(&repo, &["settle", "7"]).exits(ExitCode::Refused).says(&format!("{told} was not run: it was not safe"));
    assert_eq!(log(&repo), "on one");
}

#[test]
fn a_job_that_was_taken_back_is_safe_for_those_that_need_it() {
    let repo = planned(
        "
jobs:
  w:
    steps:
      - {id: m, run: 'echo on >> log', idempotent: true}
      - {id: x, run: 'echo half >> log; exit 1'}
    rollback: [{run: 'echo back >> log', idempotent: true}]
  off:
    needs: w
    if: safe()
    steps: [{id: off, if: safe(), run: 'echo off >> log', idempotent: true}]
",
    );
    go(&repo, &["run", "plan.yml"]).exits(ExitCode::Waiting);
    go(&repo, &["rollback", "7"]).exits(ExitCode::Refused).says("w      failed; rollback: done");
    assert_eq!(log(&repo), "on half back off");
}

#[test]
fn what_is_tried_again_instead_of_its_rollback_waits_for_that_no_more() {
    let repo = planned(
        &("roles: {qa: '@ana'}\n".to_owned()
            + &steps(&[ON, "{id: x, run: 'echo x >> log; test -e ok'}"])
            + "    rollback: [{id: rs, uses: zarpe/sign, role: qa}, {run: 'echo back >> log'}]\n"),
    );
    go(&repo, &["run", "plan.yml"]).exits(ExitCode::Waiting);
    go(&repo, &["rollback", "7"]).exits(ExitCode::Waiting);
    let repo = repo.write("ok", "");
    go(&repo, &["resume", "7", "--retry"]).exits(ExitCode::Done);
    assert!(names(&repo).contains(&"rollback_withdrawn".to_owned()));
    assert_eq!(log(&repo), "on x x off");
}

#[test]
fn another_plan_may_not_take_a_clean_up_away_that_must_still_run() {
    let repo = planned(&steps(&[ON, "{id: x, run: 'exit 1', idempotent: true}"]));
    go(&repo, &["run", "plan.yml"]).exits(ExitCode::Maintenance);
    let without = "{id: m, run: 'echo on >> log', idempotent: true}";
    let repo = repo.write("plan.yml", &steps(&[without, "{id: x, run: 'true', idempotent: true}"]));
    let run = go(&repo, &["resume", "7", "--changed-plan", "--retry"]).exits(ExitCode::Refused);
    run.says("a/m");
}

/// Maintenance's off as a job: it was skipped while what it needs was half taken back, and is asked again once that is.
#[test]
fn a_job_that_was_unsafe_is_asked_again_when_a_later_rollback_succeeds() {
    let repo = planned(
        "jobs:
  w:
    steps: [{run: 'echo w >> log; false'}]
    rollback: [{run: 'echo back >> log; test -e good', idempotent: true}]
  off: {needs: w, if: safe(), steps: [{run: 'echo off >> log', idempotent: true}]}
  told: {needs: w, steps: [{run: 'echo told >> log', idempotent: true}]}
",
    );
    go(&repo, &["run", "plan.yml"]).exits(ExitCode::Waiting);
    go(&repo, &["rollback", "7"]).exits(ExitCode::Refused).says("off was not run");
    let repo = repo.write("good", "");
    let back = go(&repo, &["rollback", "7", "--accept-loss", "1h"]).exits(ExitCode::Refused);
    back.says("was taken back").never_says("off was not run");
    assert_eq!(lines(&repo, "log"), ["w", "back", "back", "off"]);
}

/// A migration that failed half way, and a step or a clean-up after it that acts by what its surroundings say.
#[test_case("    env: {OPEN: \"${{ safe() && 'yes' || 'no' }}\"}\n", "run: 'test $OPEN = no || echo off >> log'"; "a variable of the job")]
#[test_case("", "env: {OPEN: '${{ safe() }}'}, run: 'test $OPEN = false || echo off >> log'"; "a variable of the step")]
#[test_case("", "run: 'test ${{ safe ( ) }} = false || echo off >> log'"; "written with blanks")]
#[test_case("", "env: {OPEN: '${{ success() || !failure() }}'}, run: 'test $OPEN = false || echo off >> log'"; "another function")]
#[test_case("", "working-directory: \"${{ safe() && 'open' || '.' }}\", run: 'test -e plan.yml || echo off >> ../log'"; "its folder")]
#[test_case("    env: {OPEN: '${{ safe() }}'}\n", "run: \"${{ env.OPEN == 'true' && 'echo off >> log' || 'true' }}\""; "a variable in its text")]
fn what_a_step_is_given_says_whether_it_is_safe_at_that_moment(job: &str, lift: &str) {
    let plan = format!(
        "jobs:\n  a:\n{job}    steps:\n{}",
        list(&[
            "{run: 'echo on >> log', idempotent: true}",
            "{run: 'echo half >> log; exit 1', done-if: 'false'}",
            &format!("{{if: always(), {lift}, idempotent: true}}"),
        ])
    );
    let repo = planned(&plan).write("open/x", "");
    go(&repo, &["run", "plan.yml"]).exits(ExitCode::Refused);
    assert_eq!(log(&repo), "on half");
}

/// The clean-up of a step sees what became of the others since, not what it was when the step ran.
#[test]
fn a_clean_up_is_given_what_holds_when_it_runs() {
    let on = "{run: 'echo on-$SAFE >> log', idempotent: true, env: {SAFE: '${{ safe() }}'}, post: 'echo off-$SAFE >> log', post-if: always()}";
    let repo = planned(&steps(&[on, "{run: 'echo half >> log; exit 1'}"]));
    go(&repo, &["run", "plan.yml"]).exits(ExitCode::Refused);
    assert_eq!(log(&repo), "on-true half off-false");
}

/// In a condition as well: the variable by which it asks is not always false.
#[test_case("    if: env.SAFE == 'true'\n", ""; "of a job")]
#[test_case("", "if: \"env.SAFE == 'true'\", "; "of a step")]
fn a_condition_may_ask_whether_it_is_safe_by_a_variable(job: &str, step: &str) {
    let repo = planned(&format!(
        "env: {{SAFE: '${{{{ safe() }}}}'}}\njobs:\n  a: {{steps: [{{run: 'true', idempotent: true}}]}}\n  b:\n    needs: a\n{job}    steps: [{{{step}run: 'echo off >> log', idempotent: true}}]\n"
    ));
    go(&repo, &["run", "plan.yml"]).exits(ExitCode::Done);
    assert_eq!(log(&repo), "off");
}

/// What a job gives others speaks of the jobs that it needs as well, and of what is half done in it.
#[test_case("exit 1", "true", "false true"; "a job before it is half done")]
#[test_case("true", "exit 1", "false false"; "a step of its own is")]
#[test_case("true", "true", "true true"; "all went well")]
fn an_output_of_a_job_says_whether_it_is_safe(before: &str, own: &str, said: &str) {
    let repo = planned(&format!(
        "jobs:
  w: {{steps: [{{run: '{before}'}}]}}
  open:
    needs: w
    if: always()
    outputs: {{safe: '${{{{ safe() }}}}', well: '${{{{ success() }}}}'}}
    steps: [{{run: '{own}'}}]
  after:
    needs: open
    if: always()
    steps: [{{run: 'echo ${{{{ needs.open.outputs.safe }}}} ${{{{ needs.open.outputs.well }}}} >> log', idempotent: true}}]
"
    ));
    go(&repo, &["run", "plan.yml"]);
    assert_eq!(log(&repo), said);
}
