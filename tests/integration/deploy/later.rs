//! A run that is not the last one of its environment: it is not put over a later one without a word, and what is in service is what
//! was done last.

use test_case::test_case;

use super::{aged, deploy, lines, planned, previous};
use crate::support::{ExitCode, Repo, Run};

const PLAN: &str = "
inputs: {version: {required: true}}
concurrency: sea
jobs:
  up:
    steps:
      - {run: 'echo ${{ inputs.version }} > serving; test ! -e broken', idempotent: true}
      - {run: 'echo up ${{ inputs.version }}, before ${{ zarpe.previous_tag }} >> log', idempotent: true}
    rollback: [{run: 'echo ${{ zarpe.previous_tag }} > serving', idempotent: true}]
";

fn begin(repo: &Repo, run: &str, version: &str) -> Run {
    let input = format!("version={version}");
    let line = ["run", "plan.yml", "--input", &input];
    let previous: &[&str] = if run == "1" { &["--previous", "v0"] } else { &[] };
    deploy(repo, line.into_iter().chain(previous.iter().copied())).env("GITHUB_RUN_ID", run).run()
}

fn back(repo: &Repo, run: &str, more: &[&str]) -> Run {
    deploy(repo, ["rollback", run, "--accept-loss", "1h"].into_iter().chain(more.iter().copied())).run()
}

#[test]
fn a_run_before_the_last_one_is_not_taken_back_without_a_word() {
    let repo = planned(PLAN);
    for (run, version) in [("1", "v1"), ("2", "v2"), ("3", "v3")] {
        begin(&repo, run, version).exits(ExitCode::Done);
    }
    let run = deploy(&repo, ["rollback", "2"]).run().exits(ExitCode::Refused);
    run.says("run 3 has been deployed to sea since run 2 began").says("rollback 3").says("--over-later");
    assert_eq!(lines(&repo, "serving"), ["v3"]);
    // The board says what is in service, as the next run takes it.
    let board = |repo: &Repo| {
        let board = deploy(repo, ["board", "--format", "json"]).run().json_of("deploy-board/v1");
        board["environments"][0]["version"].as_str().map(str::to_owned)
    };
    assert_eq!(board(&repo).as_deref(), Some("v3"));
    back(&repo, "2", &["--over-later"]).exits(ExitCode::Refused).says("rollback: done");
    assert_eq!((lines(&repo, "serving"), board(&repo)), (vec!["v1".to_owned()], Some("v1".to_owned())));
    // Run 3 went with it; run 1 is what is in service, and is taken back as ever.
    back(&repo, "3", &[]).exits(ExitCode::Refused).says("run 2 has been taken back in sea since run 3 began");
    begin(&repo, "4", "v4").exits(ExitCode::Done);
    assert_eq!(previous(&repo, "4").as_deref(), Some("v1"));
    back(&repo, "4", &[]).exits(ExitCode::Refused).says("rollback: done");
    back(&repo, "1", &[]).exits(ExitCode::Refused).says("rollback: done");
    assert_eq!(lines(&repo, "serving"), ["v0"]);
    begin(&repo, "5", "v5").exits(ExitCode::Done);
    assert_eq!(previous(&repo, "5").as_deref(), Some("v0"));
}

#[test]
fn a_run_that_failed_is_not_resumed_over_a_later_one_without_a_word() {
    let (plan, _) = PLAN.split_once("    rollback:").unwrap();
    let repo = planned(plan).write("broken", "");
    begin(&repo, "1", "v1").exits(ExitCode::Refused);
    std::fs::remove_file(repo.path().join("broken")).unwrap();
    deploy(&repo, ["run", "plan.yml", "--input", "version=v2", "--previous", "v0"])
        .env("GITHUB_RUN_ID", "2")
        .run()
        .exits(ExitCode::Done);
    let refused = "run 2 has been deployed to sea since run 1 began";
    let run = deploy(&repo, ["resume", "1"]).run().exits(ExitCode::Refused).says(refused);
    run.says("zarpe deploy run").says("--over-later");
    let again = deploy(&repo, ["run", "plan.yml", "--or-resume", "--input", "version=v1"]).env("GITHUB_RUN_ID", "1");
    again.run().exits(ExitCode::Refused).says(refused);
    let spanish = repo.write("zarpe.yml", "language: es\n");
    deploy(&spanish, ["resume", "1"]).run().exits(ExitCode::Refused).says("la ejecución 2 se desplegó en sea");
    std::fs::remove_file(spanish.path().join("zarpe.yml")).unwrap();
    let repo = spanish;
    assert_eq!(lines(&repo, "serving"), ["v2"]);
    assert!(!repo.path().join(".git/zarpe/locks/sea.json").exists(), "nobody is kept out by what was refused");
    // As a workflow names it again.
    let over = ["run", "plan.yml", "--over-later", "--input", "version=v1"];
    let over = |more: &[&'static str]| deploy(&repo, [&over[..], more].concat()).env("GITHUB_RUN_ID", "1").run();
    over(&[]).exits(ExitCode::Usage).says("--or-resume");
    over(&["--or-resume"]).exits(ExitCode::Done);
    deploy(&repo, ["resume", "1", "--over-later"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "serving"), ["v1"]);
    begin(&repo, "3", "v3").exits(ExitCode::Done);
    assert_eq!(previous(&repo, "3").as_deref(), Some("v1"), "by when it was done, not by when it began");
    // One that was resumed to its end has nothing left to do.
    deploy(&repo, ["resume", "1"]).run().exits(ExitCode::Done);
}

#[test]
fn a_follow_up_goes_on_after_a_later_run_and_the_rollback_that_it_offers_does_not() {
    let plan = PLAN.replace("    steps:", "    environment: sea\n    steps:");
    let plan = plan + "  look: {needs: up, start-in: 24h, steps: [{run: 'test ! -e wrong', idempotent: true}]}\n";
    let repo = planned(&plan).write("wrong", "");
    begin(&repo, "1", "v1").exits(ExitCode::Done);
    aged(&repo, "1", jiff::Timestamp::now() - jiff::SignedDuration::from_hours(25), 1);
    begin(&repo, "2", "v2").exits(ExitCode::Done);
    assert_eq!(previous(&repo, "2").as_deref(), Some("v1"));
    deploy(&repo, ["resume", "1"]).run().exits(ExitCode::Waiting).says("look/1 failed");
    back(&repo, "1", &[]).exits(ExitCode::Refused).says("run 2 has been deployed to sea since run 1 began");
    assert_eq!(lines(&repo, "serving"), ["v2"]);
}

#[test]
fn what_a_part_of_a_plan_put_in_service_is_no_version_of_all_of_it() {
    let job = |to: &str| {
        format!(
            "  {to}: {{environment: {to}, if: inputs.to == '{to}', steps: [{{run: 'echo {to} over ${{{{ zarpe.previous_tag }}}} >> log'}}]}}\n"
        )
    };
    let head = "concurrency: app\ninputs: {version: {required: true}, to: {required: true}}\njobs:\n";
    let repo = planned(&[head, &job("staging"), &job("production")].concat());
    let run = |run: &str, to: &str, more: &[&str]| {
        let line = [&["run", "plan.yml", "--input", to, "--input", "version=v2"][..], more].concat();
        deploy(&repo, line).env("GITHUB_RUN_ID", run).run()
    };
    run("1", "to=production", &["--previous", "v0"]).exits(ExitCode::Done);
    let refused = run("2", "to=staging", &[]).exits(ExitCode::Usage);
    refused.says("run 1 put a part of its version in service").says("--previous");
    run("2", "to=staging", &["--previous", "v1"]).exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["production over v0", "staging over v1"]);
}

/// A job of the same environment that was skipped, or has no rollback of its own, does not hide what serves there.
#[test]
fn the_jobs_of_one_environment_put_one_version_in_service() {
    let repo = planned(
        "inputs: {version: {required: true}}
concurrency: sea
jobs:
  migrate: {environment: sea, steps: [{run: 'true', idempotent: true}]}
  extra: {environment: sea, if: inputs.version == 'never', steps: [{run: 'true', idempotent: true}]}
  look: {environment: sea, needs: up, start-in: 24h, steps: [{run: 'true', idempotent: true}]}
  told: {environment: sea, needs: look, steps: [{run: 'true', idempotent: true}]}
  up:
    needs: [migrate, extra]
    if: always()
    environment: sea
    steps: [{run: 'echo up ${{ inputs.version }}, before ${{ zarpe.previous_tag }} >> log', idempotent: true}]
    rollback: [{run: 'echo back to ${{ zarpe.previous_tag }} >> log', idempotent: true}]
",
    );
    begin(&repo, "1", "v1").exits(ExitCode::Done);
    begin(&repo, "2", "v2").exits(ExitCode::Done);
    deploy(&repo, ["rollback", "2", "up", "--accept-loss", "1h"]).run().exits(ExitCode::Refused);
    begin(&repo, "3", "v3").exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["up v1, before v0", "up v2, before v1", "back to v1", "up v3, before v1"]);
}

#[test]
fn a_follow_up_in_the_environment_puts_nothing_in_service() {
    let plan = PLAN.replace("    steps:", "    environment: sea\n    steps:");
    let plan =
        plan + "  look: {needs: up, start-in: 24h, environment: sea, steps: [{run: 'true', idempotent: true}]}\n";
    let repo = planned(&plan);
    begin(&repo, "1", "v1").exits(ExitCode::Done);
    aged(&repo, "1", jiff::Timestamp::now() - jiff::SignedDuration::from_hours(25), 1);
    begin(&repo, "2", "v2").exits(ExitCode::Done);
    deploy(&repo, ["resume", "1"]).run().exits(ExitCode::Done);
    begin(&repo, "3", "v3").exits(ExitCode::Done);
    assert_eq!(previous(&repo, "3").as_deref(), Some("v2"));
}

/// A deployment that failed and is not taken back: what it put in service nobody can tell. One that failed before it began anything
/// changed nothing.
#[test_case("" => vec!["v2 over ?".to_owned()]; "a command had begun")]
#[test_case("{uses: zarpe/env, with: {required: [NOWHERE]}}, " => vec!["v2 over v1".to_owned()]; "a check failed before")]
fn what_failed_half_way_is_not_in_service_for_sure(first: &str) -> Vec<String> {
    let plan = "inputs: {version: {required: true}}
concurrency: sea
jobs:
  up:
    environment: sea
    steps: [FIRST{run: 'echo ${{ inputs.version }} over ${{ zarpe.previous_tag }} >> log; test ! -e broken', idempotent: true}]
    rollback: [{run: 'echo back >> log', idempotent: true}]
";
    let repo = planned(&plan.replace("FIRST", ""));
    begin(&repo, "1", "v1").exits(ExitCode::Done);
    std::fs::remove_file(repo.path().join("log")).unwrap();
    let repo = repo.write("broken", "").write("plan.yml", &plan.replace("FIRST", first));
    begin(&repo, "2", "v2").exits(ExitCode::Waiting);
    deploy(&repo, ["settle", "2"]).run().exits(ExitCode::Refused);
    std::fs::remove_file(repo.path().join("broken")).unwrap();
    let repo = repo.write("plan.yml", &plan.replace("FIRST", ""));
    let next = begin(&repo, "3", "v3");
    if first.is_empty() {
        next.exits(ExitCode::Usage)
            .says("run 2 put a part of its version in service, or failed after it had begun")
            .says("--previous");
        let spanish = repo.write("zarpe.yml", "language: es\n");
        let back = back(&spanish, "1", &[]).exits(ExitCode::Refused);
        back.says("la ejecución 2 pudo haber puesto en servicio una parte").says("--over-later");
        return vec!["v2 over ?".to_owned()];
    }
    next.exits(ExitCode::Done);
    lines(&repo, "log").iter().map(|line| line.replace("v3", "v2")).collect()
}
