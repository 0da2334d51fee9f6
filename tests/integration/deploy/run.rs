//! `zarpe deploy run`, `resume` and `status`: steps in their order, and what they hand on.

use serde_json::json;
use test_case::test_case;

use super::{deploy, events, lines, names, planned, previous};
use crate::support::ExitCode;

/// The runner reads these files as the workflow's own, and no step of the plan would see what is in them.
#[test]
fn what_a_step_writes_for_the_runner_reaches_neither_the_workflow_nor_a_later_step_unheard() {
    let plan = "
jobs:
  a:
    steps:
      - {run: 'echo TAG=v9 >> \"$GITHUB_ENV\"', idempotent: true}
      - {run: 'echo /opt/bin | tee -a $GITHUB_PATH', idempotent: true}
      - {run: 'sh tag.sh; echo deploy $TAG >> log', idempotent: true}
";
    let repo = planned(plan).write("tag.sh", "echo TAG=v9 >> $GITHUB_ENV\n");
    let outer = repo.scratch().join("outer");
    std::fs::write(&outer, "").unwrap();
    let of = |words: [&str; 2]| {
        let zarpe = deploy(&repo, words).env("GITHUB_ENV", outer.display().to_string());
        zarpe.env("GITHUB_PATH", outer.display().to_string()).run()
    };
    for words in [["check", "plan.yml"], ["run", "plan.yml"]] {
        let run = of(words).exits(ExitCode::Usage);
        let run = run.says("no step of a plan reads `$GITHUB_ENV`: what is written there is lost").says("plan.yml:5:");
        run.says("write NAME=VALUE to $GITHUB_OUTPUT").says("no step of a plan reads `$GITHUB_PATH`");
    }
    // What a script writes nobody sees before it runs.
    let left: String = plan.lines().filter(|line| !line.contains("$GITHUB")).map(|line| format!("{line}\n")).collect();
    let repo = repo.write("plan.yml", &left);
    let zarpe = deploy(&repo, ["run", "plan.yml"]).env("GITHUB_ENV", outer.display().to_string());
    zarpe.run().exits(ExitCode::Refused).says("no-GITHUB_ENV-in-a-plan:write-to-GITHUB_OUTPUT");
    assert_eq!((lines(&repo, "log"), std::fs::read_to_string(&outer).unwrap()), (Vec::new(), String::new()));
}

#[test]
fn jobs_run_by_their_needs_and_steps_hand_on_what_they_say() {
    let repo = planned(
        "
inputs: {who: {default: world}}
env: {GREETING: 'hello ${{ inputs.who }}'}
jobs:
  last:
    needs: [first]
    steps: [{run: 'echo \"last ${{ needs.first.outputs.said }}\" >> log', idempotent: true}]
  first:
    env: {MORE: '${{ env.GREETING }}!'}
    outputs: {said: '${{ steps.say.outputs.text }}'}
    steps:
      - id: say
        run: |
          echo \"text=$MORE\" >> \"$GITHUB_OUTPUT\"
          echo \"$OWN\" >> log
        env: {OWN: own}
        idempotent: true
        post: echo post >> log
      - {run: 'echo no >> log', if: inputs.who == 'nobody'}
      - {run: 'echo \"${{ steps.say.outcome }} ${{ steps.say.outputs.text }}\" >> log', idempotent: true}
",
    );
    deploy(&repo, ["run", "plan.yml", "--input", "who=sea"]).run().exits(ExitCode::Done).says("7: done");
    assert_eq!(lines(&repo, "log"), ["own", "success hello sea!", "post", "last hello sea!"]);
    let said = deploy(&repo, ["status", "7", "--format", "json"]).run().exits(ExitCode::Done);
    let document = said.json_of("deploy/v1");
    assert_eq!(document["jobs"][1]["steps"][1]["state"], "skipped");
    assert_eq!(document["state"], "done");
    deploy(&repo, ["status"]).run().exits(ExitCode::Done).says("plan.yml  done");
    // A journal that is not believed hides no other.
    let repo = repo.write(".git/zarpe/runs/8/journal.jsonl", "{}\n");
    let status = deploy(&repo, ["status"]).run().exits(ExitCode::CannotTell);
    status.says("plan.yml  done").says("8: this journal is not believed");
    let json = deploy(&repo, ["status", "--format", "json"]).run().exits(ExitCode::CannotTell);
    let listed = json.json_of("deploy-runs/v1")["runs"].clone();
    assert_eq!(
        listed[0],
        serde_json::json!({"run": "8", "environment": null, "plan": null, "version": null, "state": "unknown", "at": null})
    );
    let (run, at) = (&listed[1], listed[1]["at"].as_str().unwrap().parse::<jiff::Timestamp>());
    assert!(at.is_ok() && listed.as_array().is_some_and(|all| all.len() == 2), "{listed:#}");
    assert_eq!(
        [&run["run"], &run["environment"], &run["plan"], &run["state"]],
        ["7", "default", "plan.yml", "success"]
    );
    // It stops a run of a plan that asks what ran before, and no other.
    let repo = repo.write("before.yml", "jobs: {a: {steps: [{run: 'echo ${{ zarpe.previous_tag }}'}]}}\n");
    let asks = deploy(&repo, ["run", "before.yml", "--run-id", "9"]).run().exits(ExitCode::CannotTell);
    asks.says("this journal is not believed").says("--previous TAG");
    deploy(&repo, ["run", "plan.yml", "--run-id", "9"]).run().exits(ExitCode::Done);
}

#[test]
fn jobs_that_wait_for_nobody_run_at_the_same_time() {
    let meet = |own: &str, other: &str| {
        format!(
            "{{steps: [{{run: 'touch {own}; for i in $(seq 100); do test -e {other} && exit 0; sleep 0.05; done; exit 1'}}]}}"
        )
    };
    let repo = planned(&format!("jobs:\n  a: {}\n  b: {}\n", meet("a", "b"), meet("b", "a")));
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
}

#[test]
fn a_step_that_fails_is_tried_again_and_then_stops_its_job() {
    let repo = planned(
        "
jobs:
  a:
    steps:
      - {id: flaky, run: 'echo try >> log; test $(wc -l < log) -ge 3', retry: {attempts: 3, delay: 0s}, idempotent: true}
      - {run: 'echo broken >> log; exit 9', idempotent: true}
      - {run: 'echo never >> log'}
      - {run: 'echo told >> log', if: failure()}
  b: {needs: a, steps: [{run: 'echo never >> log'}]}
  c: {needs: a, if: always(), steps: [{run: 'echo ${{ needs.a.result }} >> log', idempotent: true}]}
",
    );
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    run.says("a/2 failed (exit code 9)").says("b    skipped");
    assert_eq!(lines(&repo, "log"), ["try", "try", "try", "broken", "told", "failure"]);
}

#[test]
fn a_failed_run_goes_on_where_twice_is_as_once() {
    let repo = planned(
        "
jobs:
  a: {steps: [{run: 'echo once >> log'}, {run: 'test -e there', idempotent: true}]}
  b: {needs: a, steps: [{run: 'echo after >> log'}]}
",
    );
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let repo = repo.write("there", "");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["once", "after"]);
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["once", "after"]);
}

#[test]
fn where_twice_is_not_as_once_a_person_must_want_it() {
    let repo = planned("jobs: {a: {steps: [{run: 'echo try >> log; test -e there'}]}}\n");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let repo = repo.write("there", "");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused);
    assert_eq!(lines(&repo, "log").len(), 1);
    deploy(&repo, ["resume", "7", "--retry"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log").len(), 2);
}

#[test]
fn a_dry_run_shows_what_each_step_would_do_and_does_nothing() {
    let repo = planned(
        "inputs: {v: {required: true}}\njobs: {a: {steps: [{run: 'touch ${{ inputs.v }}', post: rm x, post-if: safe()}]}}\n",
    );
    let run = deploy(&repo, ["run", "--dry-run", "plan.yml", "--input", "v=x"]).run().exits(ExitCode::Done);
    run.says("touch x").says("rm x (if safe())");
    assert!(!repo.path().join("x").exists() && names(&repo).is_empty());
}

#[test]
fn a_dry_run_of_a_run_that_is_there_goes_on_with_nothing() {
    let repo = planned("jobs: {a: {steps: [{run: 'test -e there', idempotent: true}, {run: 'touch done'}]}}\n");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let repo = repo.write("there", "");
    let run = deploy(&repo, ["run", "plan.yml", "--or-resume", "--dry-run"]).run().exits(ExitCode::Done);
    run.says("nothing was run");
    assert!(!repo.path().join("done").exists());
}

#[test]
fn a_dry_run_shows_when_each_job_would_run() {
    let plan = "
concurrency: sea
jobs:
  a: {steps: [{run: 'true', if: always(), post: rm x}], rollback: [{id: back, run: undo}]}
  b: {needs: a, if: failure(), start-in: 90m, steps: [{run: look}]}
";
    let repo = planned(plan);
    let dry = |more: &[&str]| deploy(&repo, [&["run", "plan.yml", "--dry-run"][..], more].concat()).run();
    dry(&[]).exits(ExitCode::Done).says("after a, 1h30m later, if failure()");
    let json = dry(&["--format", "json"]).exits(ExitCode::Done).json_of("deploy-dry-run/v1");
    assert_eq!(json["environment"], "sea");
    let steps = json["jobs"][0]["steps"].as_array().unwrap().iter();
    let steps: Vec<_> =
        steps.map(|step| [&step["step"], &step["what"], &step["if"]].map(|text| text.as_str())).collect();
    let expected = [["1", "true", "always()"], ["1/post", "rm x", "always()"]].map(|one| one.map(Some));
    assert_eq!(steps, [&expected[..], &[[Some("rollback/back"), Some("undo"), None]]].concat());
    let later = &json["jobs"][1];
    assert_eq!(
        (&later["if"], &later["start_in"], &later["needs"][0]),
        (&json!("failure()"), &json!(5400), &json!("a"))
    );
}

#[test_case("secrets: [HARBOUR_KEY]\njobs: {a: {steps: [{run: 'true'}]}}", "the secret `HARBOUR_KEY` is not set")]
#[test_case("jobs: {a: {steps: [{run: 'echo ${{ vars.NOPE }}'}]}}", "`vars.NOPE` is not known")]
#[test_case("jobs: {a: {steps: [{run: 'echo ${{ zarpe.previous_tag }}'}]}}", "--previous TAG")]
#[test_case("inputs: {v: {required: true}}\njobs: {a: {steps: [{run: 'true'}]}}", "the input `v` is missing")]
#[test_case("jobs: {a: {needs: b, steps: [{run: 'true'}]}}", "there is no job `b`")]
fn what_is_lacking_is_said_before_the_first_step(plan: &str, says: &str) {
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Usage).says(says);
    assert!(names(&repo).is_empty());
}

#[test]
fn the_last_version_deployed_with_success_is_the_previous_one() {
    let repo = planned(
        "inputs: {version: {required: true}}\njobs: {a: {steps: [{run: 'echo ${{ zarpe.previous_tag }} >> log'}]}}\n",
    );
    deploy(&repo, ["run", "plan.yml", "--input", "version=v2", "--previous", "v1"]).run().exits(ExitCode::Done);
    deploy(&repo, ["run", "plan.yml", "--input", "version=v3"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["v1", "v2"]);
}

#[test]
fn a_version_is_in_service_whatever_became_of_the_jobs_behind_its_deployment() {
    let repo = planned(
        "inputs: {version: {required: true}}\njobs:\n  go: {environment: sea, steps: [{run: 'echo ${{ zarpe.previous_tag }} >> log'}]}\n\
         \x20 tell: {needs: go, steps: [{run: 'test ! -e mute', idempotent: true}]}\n",
    );
    deploy(&repo, ["run", "plan.yml", "--input", "version=v2", "--previous", "v1"]).run().exits(ExitCode::Done);
    let repo = repo.write("mute", "");
    let run = |id: &str, version: &str| deploy(&repo, ["run", "plan.yml", "--input", version]).env("GITHUB_RUN_ID", id);
    run("8", "version=v3").run().exits(ExitCode::Refused);
    run("9", "version=v4").run().exits(ExitCode::Refused);
    assert_eq!(lines(&repo, "log"), ["v1", "v2", "v3"]);
}

#[test]
fn outside_its_window_a_plan_does_not_begin() {
    let hour =
        |after: i64| (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(after)).strftime("%H:00").to_string();
    let plan = |start: i64, end: i64| {
        let (start, end) = (hour(start), hour(end));
        format!(
            "window: {{start: '{start}', end: '{end}', timezone: Etc/UTC}}\njobs: {{a: {{steps: [{{run: 'true'}}]}}}}\n"
        )
    };
    let repo = planned(&plan(3, 5));
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused).says("the plan's window is closed: it opens ");
    let repo = repo.write("plan.yml", &plan(0, 2));
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
}

#[test]
fn a_plan_that_changed_is_refused_unless_it_is_wanted() {
    let repo = planned("jobs: {a: {steps: [{run: 'test -e there', idempotent: true}]}}\n");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    std::fs::remove_file(repo.path().join("plan.yml")).unwrap();
    let gone = deploy(&repo, ["resume", "7", "--changed-plan"]).run().exits(ExitCode::Usage);
    gone.says("there is no plan plan.yml any more");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("a/1 failed");
    let repo = repo.write("plan.yml", "jobs: {a: {steps: [{run: 'echo other >> log', idempotent: true}]}}\n");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("is not the plan that run 7 went by");
    deploy(&repo, ["resume", "7", "--changed-plan"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["other"]);
}

#[test]
fn a_process_that_was_killed_before_it_went_on_by_another_plan_changed_nothing() {
    let plan = "jobs: {a: {steps: [{run: 'exit 1', idempotent: true}], rollback: [{run: 'echo back >> log', idempotent: true}]}}\n";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    // It had kept the other plan, and the journal does not say that it goes by it.
    let folder = repo.path().join(".git/zarpe/runs/7");
    let other = plan.replace("echo back", "echo other");
    std::fs::rename(folder.join("plan.yml"), folder.join("plan.before.yml")).unwrap();
    std::fs::write(folder.join("plan.yml"), &other).unwrap();
    let repo = repo.write("plan.yml", &other);
    deploy(&repo, ["status", "7"]).run().exits(ExitCode::Waiting);
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused).says("was taken back");
    assert_eq!(lines(&repo, "log"), ["back"]);
    assert_eq!(std::fs::read_to_string(folder.join("plan.yml")).unwrap(), plan);
}

#[test]
fn a_step_that_was_done_is_not_done_again_under_another_name() {
    let plan = "jobs:\n  a:\n    steps:\n      - {id: migrate, run: 'echo migrate >> log'}\n      - {id: two, run: 'test -e there', idempotent: true}\n";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let repo = repo.write("plan.yml", &plan.replace("id: migrate", "id: migrar")).write("there", "");
    let refused = deploy(&repo, ["resume", "7", "--changed-plan"]).run().exits(ExitCode::Refused);
    refused.says("a/migrate");
    let repo = repo.write("plan.yml", &plan.replace("test -e", "test -f"));
    deploy(&repo, ["resume", "7", "--changed-plan"]).run().exits(ExitCode::Done);
    assert_eq!(super::lines(&repo, "log"), ["migrate"]);
    // One that had no name before.
    let unnamed = plan.replace("id: migrate, ", "");
    let repo = planned(&unnamed);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let repo = repo.write("plan.yml", plan).write("there", "");
    deploy(&repo, ["resume", "7", "--changed-plan"]).run().exits(ExitCode::Refused).says("a/1");
    assert_eq!(super::lines(&repo, "log"), ["migrate"]);
}

/// What is done is known by its words, wherever a changed plan has it under a new name.
#[test_case("  a:", "  b:" => false; "its job has another name")]
#[test_case("{run: 'echo m", "{id: m, run: 'echo m" => false; "it got an id, and nothing has failed")]
#[test_case("{run: 'echo m >> log'}, ", "" => true; "another one that does the same was there before")]
fn what_is_done_stays_so_in_a_changed_plan(old: &str, new: &str) -> bool {
    let again = if new.is_empty() { "{id: again, run: 'echo m >> log'}, " } else { "" };
    let first = if new.is_empty() { "{id: first, run: 'echo m >> log'}, " } else { "{run: 'echo m >> log'}, " };
    let old = if new.is_empty() { first } else { old };
    let plan = format!(
        "roles: {{qa: ['@ana']}}\njobs:\n  a:\n    steps: [{first}{{id: s, uses: zarpe/sign, role: qa, with: {{statement: sure}}}}, {again}{{id: z, run: 'true'}}]\n"
    );
    let repo = planned(&plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let repo = repo.write("plan.yml", &plan.replacen(old, new, 1));
    let run = deploy(&repo, ["resume", "7", "--changed-plan"]).run();
    assert_eq!(super::lines(&repo, "log"), ["m"]);
    match run.code {
        Some(1) => {
            run.says("a/");
            false
        }
        _ => {
            run.exits(ExitCode::Waiting);
            true
        }
    }
}

#[test]
fn a_changed_plan_is_checked_before_anything_of_it_is_done() {
    let plan = "jobs:\n  a:\n    steps:\n      - {id: one, run: 'echo one >> log', idempotent: true}\n      - {id: two, run: 'false', idempotent: true}\n";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let repo = repo.write("plan.yml", &plan.replace("'false'", "'echo ${{ steps.none.outputs.x }}'"));
    let refused = deploy(&repo, ["resume", "7", "--changed-plan"]).run().exits(ExitCode::Usage);
    refused.says("plan.yml:5:").says("steps.none");
    let repo = repo.write("plan.yml", &plan.replace("'false'", "'echo two >> log'"));
    deploy(&repo, ["resume", "7", "--changed-plan"]).run().exits(ExitCode::Done);
    assert_eq!(super::lines(&repo, "log"), ["one", "two"]);
}

#[test]
fn a_plan_is_the_same_file_from_whatever_folder_a_later_command_is_given() {
    let plan = "jobs: {a: {steps: [{run: 'test -e there && echo done >> log', idempotent: true}]}}\n";
    let other = "jobs: {a: {steps: [{run: 'echo other >> log', idempotent: true}]}}\n";
    let repo = planned(other).write("ops/plan.yml", plan);
    let from = |folder: &str, words: &[&str]| {
        crate::support::Zarpe::new(&repo.path().join(folder))
            .args(["deploy"])
            .args(words)
            .env("GITHUB_RUN_ID", "7")
            .run()
    };
    from("ops", &["run", "plan.yml"]).exits(ExitCode::Refused);
    assert_eq!(events(&repo)[0]["plan"], "ops/plan.yml");
    from(".", &["resume", "7", "--changed-plan"]).exits(ExitCode::Refused);
    std::fs::write(repo.path().join("there"), "").unwrap();
    // A journal from before has the path as it was typed.
    let journal = repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let written = std::fs::read(&journal).unwrap();
    super::edited(&repo, |event| {
        if let zarpe::deploy::journal::Event::RunStarted(started) = event {
            started.plan = "plan.yml".to_owned();
        }
    });
    from(".", &["resume", "7"]).exits(ExitCode::Refused).says("plan.yml is not the plan that run 7 went by");
    from("ops", &["resume", "7"]).exits(ExitCode::Done);
    std::fs::write(&journal, written).unwrap();
    from(".", &["resume", "7"]).exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["done", "done"]);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_any_more_holds_no_outputs_and_stops_no_other_step() {
    let plan = "
jobs:
  a: {steps: [{run: 'rm $GITHUB_OUTPUT && mkfifo $GITHUB_OUTPUT', idempotent: true}]}
  b: {steps: [{run: 'rm $GITHUB_OUTPUT && mkdir -p $GITHUB_OUTPUT/x', idempotent: true, retry: {attempts: 2, delay: 1s}}]}
  c: {needs: [a, b], if: always(), steps: [{run: 'echo on >> log'}]}
";
    let repo = planned(plan);
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let why = "failed: what the step left at GITHUB_OUTPUT is no regular file";
    run.says(&format!("a/1 {why}")).says(&format!("b/1 {why}"));
    assert_eq!(lines(&repo, "log"), ["on"]);
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("b/1 failed: what the step left");
}

#[test]
fn a_folder_that_is_not_there_is_named_with_its_step() {
    let step = "{id: x, run: 'true', working-directory: ops/DIR, idempotent: true, done-if: 'true'}";
    let plan = format!(
        "jobs:\n  a: {{steps: [{}]}}\n  b: {{steps: [{}]}}\n",
        step.replace("DIR", "here"),
        step.replace("DIR", "file")
    );
    let repo = planned(&plan).write("ops/file", "");
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let run = run.says("a/x failed: there is no folder ops/here (working-directory)").says("let a step before make it");
    run.says("b/x failed: ops/file (working-directory) is no folder").never_says("cannot run");
}

#[test]
fn a_changed_journal_is_not_believed() {
    let repo = planned("jobs: {a: {steps: [{run: 'false'}]}}\n");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let journal = repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, text.replace("\"failure\"", "\"success\"")).unwrap();
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::CannotTell).says("this journal is not believed");
}

#[test]
fn a_run_in_which_nothing_is_defined_ends_in_a_failure_that_says_so() {
    let repo = planned(
        "jobs:\n  a:\n    steps:\n      - {id: x, run: 'true', idempotent: true}\n      - {run: 'echo ${{ steps.x.outputs.none }}', idempotent: true}\n",
    );
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused).says("`steps.x.outputs.none` is not defined");
    assert!(events(&repo).iter().any(|event| event["end"] == "not-started"));
}

#[test]
fn a_run_needs_no_repository() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plan.yml"), "jobs: {a: {steps: [{run: 'true'}]}}\n").unwrap();
    let zarpe = || crate::support::Zarpe::new(folder.path());
    zarpe().args(["deploy", "run", "plan.yml"]).run().exits(ExitCode::Usage).says("--state DIR");
    zarpe().args(["deploy", "run", "plan.yml", "--state", "runs"]).run().exits(ExitCode::Done);
}

#[test]
fn h91_where_nothing_can_be_kept_nothing_is_run() {
    let repo = planned("jobs: {a: {steps: [{run: 'touch ran'}]}}\n");
    deploy(&repo, ["run", "plan.yml", "--state", "/proc/zarpe"])
        .run()
        .exits(ExitCode::CannotTell)
        .says("cannot write /proc/zarpe");
    assert!(!repo.path().join("ran").exists());
}

#[test]
fn a_job_that_starts_later_is_waited_for_or_resumed_and_keeps_nobody_out() {
    let plan = |later: &str| {
        format!(
            "inputs: {{version: {{required: true}}}}\njobs:\n  go: {{environment: sea, steps: [{{run: 'echo go >> log'}}]}}\n  look: {{needs: go, start-in: {later}, steps: [{{run: 'echo look >> log', idempotent: true}}]}}\n"
        )
    };
    let repo = planned(&plan("1s"));
    deploy(&repo, ["run", "plan.yml", "--input", "version=v1"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["go", "look"]);
    let repo = repo.write("plan.yml", &plan("24h"));
    let run =
        |id: &str, version: &str| deploy(&repo, ["run", "plan.yml", "--input", version]).env("GITHUB_RUN_ID", id).run();
    run("8", "version=v2").exits(ExitCode::Done).says("look is due at").says("zarpe deploy follow-up --due");
    deploy(&repo, ["resume", "8"]).run().exits(ExitCode::Done);
    // The next one may begin, and what is in service is what the one before it deployed.
    run("9", "version=v3").exits(ExitCode::Done);
    assert_eq!(super::previous(&repo, "9").as_deref(), Some("v2"));
    assert_eq!(lines(&repo, "log"), ["go", "look", "go", "go"]);
}

#[test]
fn all_of_it_is_told_in_the_language_of_the_configuration() {
    let plan = "
jobs:
  a:
    steps: [{id: go, run: 'exit 3', idempotent: true}]
    rollback: [{run: 'true', idempotent: true}]
";
    let repo = planned(plan).write("zarpe.yml", "language: es\n");
    let zarpe = |words: &[&str]| deploy(&repo, words.iter().copied()).run();
    let shown = zarpe(&["run", "plan.yml", "--dry-run", "--format", "markdown"]).exits(ExitCode::Done);
    shown.says("no se ejecutó nada").says("qué hace");
    let run = zarpe(&["run", "plan.yml"]).exits(ExitCode::Waiting);
    run.says("a/go falló (código de salida 3)").says("el rollback de a espera una decisión");
    zarpe(&["status", "--format", "markdown"]).exits(ExitCode::Done).says("1 ejecución").says("entorno");
    zarpe(&["sign", "7", "a/go"]).exits(ExitCode::Refused).says("no espera una firma ahora");
    zarpe(&["settle", "7", "a/go", "--as", "done"]).exits(ExitCode::Refused).says("ya se sabe qué pasó");
    zarpe(&["unlock", "otro", "--nonce", "0"]).exits(ExitCode::Refused).says("no está bloqueado");
    zarpe(&["rollback", "7"]).exits(ExitCode::Refused).says("rollback: hecho");
    zarpe(&["rollback", "7"]).exits(ExitCode::Refused).says("ya se revirtió");
    let repo = repo.write("plan.yml", &plan.replace("exit 3", "exit 4"));
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Refused).says("no es el plan con el que corrió");
}

#[test]
fn a_step_that_failed_by_its_time_limit_is_told() {
    use zarpe::deploy::journal::{End, Event, Outcome};
    let repo = planned("jobs: {a: {steps: [{id: slow, run: 'false', idempotent: true}]}}");
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    run.says("a/slow failed").says("zarpe deploy resume 7 --retry");
    // The shortest limit is a minute, which is too long for a test.
    super::edited(&repo, |event| {
        if let Event::StepFinished { end, outcome, note, .. } = event {
            (*end, *outcome, *note) = (End::TimedOut, Outcome::Unknown, Some("time limit".to_owned()));
        }
    });
    deploy(&repo, ["status", "7"]).run().says("a/slow failed: time limit").says("zarpe deploy resume 7 --retry");
}

#[test]
fn a_commit_is_no_version_that_ran_before() {
    let repo = planned("jobs: {a: {steps: [{run: 'echo ${{ zarpe.previous_tag }} >> log'}]}}\n");
    deploy(&repo, ["run", "plan.yml", "--previous", "v1.0.0"]).run().exits(ExitCode::Done);
    let again = |id: &str| deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", id).run();
    again("8")
        .exits(ExitCode::Usage)
        .says("run 7, has neither an input `version` nor a version's tag")
        .says("--previous TAG");
    // The tag of the commit that was deployed names it.
    repo.git(["tag", "v1.1.0-rc.1"]);
    repo.git(["tag", "v1.1.0"]);
    repo.git(["tag", "other"]);
    again("9").exits(ExitCode::Done);
    assert_eq!(
        (lines(&repo, "log"), previous(&repo, "9")),
        (vec!["v1.0.0".into(), "v1.1.0".into()], Some("v1.1.0".into()))
    );
}

#[test]
fn what_a_step_said_before_it_failed_is_there_for_those_behind_it() {
    let plan = "jobs:\n  a:\n    outputs: {machine: '${{ steps.m.outputs.vm }}'}\n    steps:\n\
                \x20     - id: m\n        run: echo vm=v7 >> $GITHUB_OUTPUT; exit 1\n        idempotent: true\n        post: echo release ${{ steps.m.outputs.vm }} >> log\n\
                \x20     - {run: 'echo failed ${{ steps.m.outputs.vm }} >> log', if: failure(), idempotent: true}\n\
                \x20 b:\n    needs: a\n    if: always()\n    steps: [{run: 'echo later ${{ needs.a.outputs.machine }} >> log', idempotent: true}]\n";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    assert_eq!(lines(&repo, "log"), ["failed v7", "release v7", "later v7"]);
}

#[test]
fn an_output_that_was_not_given_is_nothing_where_it_is_only_asked_for() {
    let repo = planned(
        "
inputs: {full: {type: boolean, default: false}, n: {type: number, default: 1}}
jobs:
  a:
    outputs: {w: \"${{ steps.x.outputs.v || 'none' }}\", only: '${{ steps.x.outputs.v }}'}
    steps:
      - {id: x, if: inputs.full, run: 'echo v=1 >> \"$GITHUB_OUTPUT\"', idempotent: true}
      - {if: \"steps.x.outputs.v != '1'\", run: \"echo ${{ steps.x.outputs.v || 'none' }} >> log\", idempotent: true}
      - {if: steps.x.outputs.v, run: 'echo never >> log', idempotent: true}
  b:
    needs: a
    steps:
      - {run: \"echo ${{ needs.a.outputs.only || needs.a.outputs.w }} >> log\", idempotent: true}
      - {id: y, run: 'echo ${{ needs.a.outputs.only }} >> log', idempotent: true}
",
    );
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    run.says("`needs.a.outputs.only` is not defined");
    assert_eq!(lines(&repo, "log"), ["none", "none"]);
    for number in ["NaN", "1e400", "inf"] {
        let told = format!("n={number}");
        let run = deploy(&repo, ["run", "plan.yml", "--run-id", "8", "--input", &told]).run().exits(ExitCode::Usage);
        run.says("`n` is a number");
    }
}

/// Both are tried again, one after the other as before.
#[test]
fn a_job_that_is_tried_again_waits_for_what_it_needs() {
    let plan = "
jobs:
  a: {steps: [{id: s, run: 'sleep 0.5; echo a >> log; echo v=1 >> $GITHUB_OUTPUT; test -e go', idempotent: true}], outputs: {v: '${{ steps.s.outputs.v }}'}}
  b: {needs: a, if: always(), steps: [{run: 'echo b${{ needs.a.outputs.v }} >> log; test -e go', idempotent: true}]}
";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    std::fs::write(repo.path().join("go"), "").unwrap();
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["a", "b1", "a", "b1"]);
}

/// As on GitHub `needs.*` and `needs` are the jobs that are named there; a job beyond them is there by its name.
#[test]
fn all_of_needs_are_the_jobs_that_are_named_there() {
    let repo = planned(
        "jobs:
  build: {outputs: {v: '3'}, steps: [{run: 'true', idempotent: true}]}
  deploy: {needs: build, steps: [{run: 'exit 1', idempotent: true}]}
  announce:
    needs: deploy
    if: \"!cancelled() && contains(needs.*.result, 'success')\"
    steps: [{run: 'echo announced >> log', idempotent: true}]
  by-name:
    needs: deploy
    if: always() && needs.build.result == 'success' && !contains(toJSON(needs), 'build')
    steps:
      - {run: \"echo ${{ join(needs.*.result) }} ${{ needs['Build'].outputs.v }} >> log\", idempotent: true}
",
    );
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    assert_eq!(lines(&repo, "log"), ["failure 3"]);
}
