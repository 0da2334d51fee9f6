//! A run that goes on at another machine: all that it knows of the first is the journal on the remote.

use std::os::unix::process::CommandExt as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use test_case::test_case;

use super::{at, cloned};
use crate::support::{ExitCode, Harbor, Zarpe};

fn lines(file: &std::path::Path) -> Vec<String> {
    std::fs::read_to_string(file).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// A harbor with this plan.
fn with(plan: &str) -> Harbor {
    with_plan(Harbor::new(), plan)
}

/// The same of one that is there.
fn with_plan(mut harbor: Harbor, plan: &str) -> Harbor {
    harbor.repo = harbor.repo.write("plan.yml", plan).commit("feat: a plan");
    harbor.push("main");
    harbor
}

/// What a step does last that writes into this log: it waits until the process that began it has ended.
fn until_lost(log: &std::path::Path) -> String {
    format!("until test -e {}.lost; do sleep 0.05; done", log.display())
}

/// A plan whose second step cannot be done twice, and takes its time.
fn harbor(log: &std::path::Path, done_if: &str) -> Harbor {
    let (until_lost, log) = (until_lost(log), log.display());
    with(&format!(
        "
concurrency: sea
jobs:
  go:
    environment: sea
    steps:
      - {{id: before, run: 'echo before >> {log}', idempotent: true}}
      - {{id: once, run: 'echo once >> {log}; {until_lost}'{done_if}}}
      - {{id: after, run: 'echo after >> {log}', idempotent: true}}
"
    ))
}

/// Begins the run at the first machine and loses it while a step works: the one that writes this line.
fn lost_in(harbor: &Harbor, folder: &std::path::Path, log: &std::path::Path, line: &str) {
    ended_in(harbor, folder, log, line, rustix::process::Signal::KILL);
}

/// The same by a signal: one that can be heard lets it say that it leaves the run.
fn ended_in(
    harbor: &Harbor,
    folder: &std::path::Path,
    log: &std::path::Path,
    line: &str,
    signal: rustix::process::Signal,
) {
    let first = cloned(harbor, &folder.join("first"));
    let mut zarpe = at(harbor, &first, &["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", "7");
    let command = zarpe.command();
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).process_group(0);
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    while !lines(log).contains(&line.to_owned()) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the step did not begin");
        std::thread::sleep(Duration::from_millis(20));
    }
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
    child.wait().unwrap();
    std::fs::write(format!("{}.lost", log.display()), "").unwrap();
    std::fs::remove_dir_all(&first).unwrap();
}

/// The same in its second step.
fn lost(harbor: &Harbor, folder: &std::path::Path, log: &std::path::Path) {
    lost_in(harbor, folder, log, "once");
}

#[test]
fn a_machine_that_never_saw_the_first_goes_on_by_the_remote_alone() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let harbor = harbor(&log, &format!(", done-if: 'grep -qx once {}'", log.display()));
    lost(&harbor, folder.path(), &log);
    let second = cloned(&harbor, &folder.path().join("second"));
    let run = at(&harbor, &second, &["deploy", "resume", "7"]).run().exits(ExitCode::Done);
    run.says("was done already");
    assert_eq!(lines(&log), ["before", "once", "after"]);
    let report = at(&harbor, &second, &["deploy", "report", "7", "--format", "json"]).run();
    assert_eq!(report.json_of("deploy-report/v1")["attempts"], 2);
}

/// Two jobs of one workflow run deploy to two environments, and a run is called as the workflow's.
#[test]
fn a_name_is_that_of_one_run_whatever_its_environment() {
    let folder = tempfile::tempdir().unwrap();
    let harbor = with(
        "inputs: {to: {required: true}}\nconcurrency: ${{ inputs.to }}\nroles: {dev: ['@dana']}\njobs: {go: {steps: [{id: s, role: dev, uses: zarpe/sign}]}}\n",
    );
    let run = |clone: &str, to: &str| {
        let clone = cloned(&harbor, &folder.path().join(clone));
        let line = ["deploy", "run", "plan.yml", "--input", to];
        (at(&harbor, &clone, &line).env("GITHUB_RUN_ID", "7").run(), clone)
    };
    let (first, one) = run("one", "to=staging");
    first.exits(ExitCode::Waiting);
    run("two", "to=production").0.exits(ExitCode::Usage).says("there is a run 7 already").says("--run-id NAME");
    at(&harbor, &one, &["deploy", "resume", "7"]).run().exits(ExitCode::Waiting);
    // At the same moment neither sees the other: each goes on where it began, and nobody takes one for the other.
    let bare = harbor.github.bare().to_str().unwrap().to_owned();
    let tip = harbor.remote_refs("refs/zarpe/runs/staging").split_whitespace().last().unwrap_or_default().to_owned();
    harbor.repo.git(["--git-dir", &bare, "update-ref", "refs/zarpe/runs/production", &tip]);
    at(&harbor, &one, &["deploy", "resume", "7"]).run().exits(ExitCode::Waiting);
    let fresh = cloned(&harbor, &folder.path().join("fresh"));
    let run = at(&harbor, &fresh, &["deploy", "resume", "7"]).run().exits(ExitCode::CannotTell);
    run.says("there is a run 7 in production and another one in staging");
}

#[test]
fn what_people_wrote_about_a_run_is_in_the_report_of_another_machine() {
    let folder = tempfile::tempdir().unwrap();
    let harbor = harbor(&folder.path().join("log"), ", timeout-minutes: 1").later();
    let first = cloned(&harbor, &folder.path().join("first"));
    let plan = "concurrency: sea\nsecrets: [PHRASE]\njobs: {go: {environment: sea, steps: [{run: 'true', idempotent: true}]}}\n";
    std::fs::write(first.join("plan.yml"), plan).unwrap();
    for run in ["7", "8"] {
        let line = ["deploy", "run", "plan.yml"];
        at(&harbor, &first, &line).env("GITHUB_RUN_ID", run).env("PHRASE", "open-sesame").run().exits(ExitCode::Done);
    }
    std::fs::write(first.join("seen"), "- the mail was late\n").unwrap();
    std::fs::write(first.join("next"), "say open-sesame aloud\n").unwrap();
    let write = ["deploy", "report", "7", "--incidents", "seen", "--recommendations", "next"];
    let run = at(&harbor, &first, &write).env("PHRASE", "open-sesame").run().exits(ExitCode::Done);
    run.says("the incidents of run 7 are kept").says("2 made now");
    let second = cloned(&harbor, &folder.path().join("second"));
    let report = at(&harbor, &second, &["deploy", "report", "7", "--format", "json"]).run().exits(ExitCode::Done);
    let told = report.json_of("deploy-report/v1");
    assert_eq!(told["incidents"]["items"], serde_json::json!(["the mail was late"]), "{told:#}");
    assert_eq!(told["recommendations"]["items"], serde_json::json!(["say *** aloud"]), "no secret leaves");
    // Whoever writes last is believed everywhere, and a remote that does not answer is no empty list.
    std::fs::write(second.join("seen"), "two mails were late\n").unwrap();
    at(&harbor, &second, &["deploy", "report", "7", "--incidents", "seen"]).run().exits(ExitCode::Done);
    at(&harbor, &first, &["deploy", "report", "7"]).run().exits(ExitCode::Done).says("two mails were late");
    let away = |address: &str| {
        let git = ["-C", first.to_str().unwrap(), "remote", "set-url", "origin", address];
        assert!(std::process::Command::new("git").args(git).status().unwrap().success());
    };
    away("http://127.0.0.1:9/x.git");
    at(&harbor, &first, &["deploy", "report", "7"]).run().exits(ExitCode::Done).says("at other machines is not known");
    std::fs::write(first.join("seen"), "three mails were late\n").unwrap();
    at(&harbor, &first, &["deploy", "report", "7", "--incidents", "seen"]).run().exits(ExitCode::CannotTell);
    away(&harbor.github.clone_url());
    at(&harbor, &first, &["deploy", "report", "7"]).run().exits(ExitCode::Done).says("three mails were late");
}

#[test]
fn a_workflow_that_is_run_again_goes_on_with_what_it_began() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let harbor = harbor(&log, &format!(", done-if: 'grep -qx once {}'", log.display()));
    let line = ["deploy", "run", "plan.yml", "--run-id", "7-sea", "--or-resume"];
    // Nothing is lost here that would be waited for.
    std::fs::write(folder.path().join("log.lost"), "").unwrap();
    let first = cloned(&harbor, &folder.path().join("first"));
    at(&harbor, &first, &line).run().exits(ExitCode::Done);
    let second = cloned(&harbor, &folder.path().join("second"));
    at(&harbor, &second, &line).run().exits(ExitCode::Done).says("7-sea: done");
    assert_eq!(lines(&log), ["before", "once", "after"], "nothing is done again");
    at(&harbor, &second, &["deploy", "run", "plan.yml", "--run-id", "a/b"]).run().exits(ExitCode::Usage);
}

#[test]
fn what_nobody_can_tell_waits_for_a_person_there_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let harbor = harbor(&log, "");
    lost(&harbor, folder.path(), &log);
    let second = cloned(&harbor, &folder.path().join("second"));
    let run = at(&harbor, &second, &["deploy", "resume", "7"]).run().exits(ExitCode::Waiting);
    run.says("nobody can tell whether go/once was done");
    assert_eq!(lines(&log), ["before", "once"], "it is not done again");
    at(&harbor, &second, &["deploy", "settle", "7", "go/once", "--as", "done"]).run().exits(ExitCode::Done);
    at(&harbor, &second, &["deploy", "resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&log), ["before", "once", "after"]);
}

#[test]
fn a_machine_that_is_lost_in_its_first_step_leaves_nobody_locked_out() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let harbor = with(&format!(
        "jobs: {{a: {{steps: [{{run: 'echo in >> {}; {}', idempotent: true}}]}}}}\n",
        log.display(),
        until_lost(&log)
    ));
    lost_in(&harbor, folder.path(), &log, "in");
    let second = cloned(&harbor, &folder.path().join("second"));
    at(&harbor, &second, &["deploy", "run", "plan.yml", "--run-id", "7", "--or-resume"]).run().exits(ExitCode::Done);
    assert_eq!(harbor.remote_refs("refs/zarpe/locks/*"), "");
}

#[test]
fn only_what_was_begun_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let harbor = with("inputs: {version: {required: true}}\njobs: {a: {steps: [{run: 'test -e there'}]}}\n");
    let machine = cloned(&harbor, &folder.path().join("machine"));
    let run = |version: &str| {
        let line = ["deploy", "run", "plan.yml", "--run-id", "7", "--or-resume", "--input", version];
        at(&harbor, &machine, &line).run()
    };
    run("version=v1").exits(ExitCode::Refused).says("a/1 failed");
    run("version=v2").exits(ExitCode::Refused).says("run 7 was begun with version=v1");
    run("version=v1").exits(ExitCode::Refused).says("a/1 failed");
    harbor.repo.git([
        "-C",
        machine.to_str().unwrap(),
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@x",
        "commit",
        "-qm",
        "x",
        "--allow-empty",
    ]);
    run("version=v1").exits(ExitCode::Refused).says("and this clone is at").says("git checkout");
}

#[test]
fn each_run_of_an_environment_is_found_on_the_remote_and_not_only_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let plan = "inputs: {version: {required: true}}\njobs: {a: {environment: sea, steps: [{run: 'echo ${{ zarpe.previous_tag }}'}]}}\n";
    let harbor = with(plan);
    let run = |folder: &std::path::Path, run: &str, version: &str, more: &[&str]| {
        let line = ["deploy", "run", "plan.yml", "--run-id", run, "--input", version];
        at(&harbor, folder, &[&line[..], more].concat()).run().exits(ExitCode::Done);
    };
    let first = cloned(&harbor, &folder.path().join("first"));
    run(&first, "9", "version=v1", &["--previous", "v0"]);
    run(&first, "8", "version=v2", &[]);
    let second = cloned(&harbor, &folder.path().join("second"));
    at(&harbor, &second, &["deploy", "report", "9"]).run().exits(ExitCode::Done).says("plan.yml (9): done");
    // What was deployed last is what began last, in whatever order the journals came here.
    run(&second, "7", "version=v3", &[]);
    let journal = std::fs::read_to_string(second.join(".git/zarpe/runs/7/journal.jsonl")).unwrap();
    let first: serde_json::Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
    assert_eq!(first["previous_tag"], "v2");
}

#[test]
fn what_is_in_service_goes_by_the_order_on_the_remote_and_not_by_the_clocks_of_machines() {
    let plan = "
inputs: {version: {required: true}}
concurrency: sea
jobs:
  up:
    steps: [{run: 'echo ${{ zarpe.previous_tag }}', idempotent: true}]
    rollback: [{run: 'true', idempotent: true}]
";
    let harbor = with(plan);
    let first = harbor.zarpe(["deploy", "run", "plan.yml", "--run-id", "1", "--input", "version=v1"]);
    first.args(["--previous", "v0"]).run().exits(ExitCode::Done);
    // The clock of this machine is an hour ahead of all others.
    super::aged(&harbor.repo, "1", jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1), 0);
    let bare = harbor.github.bare().display().to_string();
    let gone = crate::support::git().args(["-C", &bare, "update-ref", "-d", "refs/zarpe/runs/sea"]).status();
    assert!(gone.unwrap().success());
    harbor.zarpe(["deploy", "resume", "1"]).run().exits(ExitCode::Done);
    let folder = tempfile::tempdir().unwrap();
    let second = cloned(&harbor, &folder.path().join("second"));
    for (run, version, before) in [("2", "version=v2", "v1"), ("3", "version=v3", "v2")] {
        let line = ["deploy", "run", "plan.yml", "--run-id", run, "--input", version];
        at(&harbor, &second, &line).run().exits(ExitCode::Done);
        let journal = std::fs::read_to_string(second.join(format!(".git/zarpe/runs/{run}/journal.jsonl"))).unwrap();
        let began: serde_json::Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
        assert_eq!(began["previous_tag"], before);
    }
    let back = at(&harbor, &second, &["deploy", "rollback", "1", "--accept-loss", "2h"]).run().exits(ExitCode::Refused);
    back.says("run 3 has been deployed to sea since run 1 began");
    let board = at(&harbor, &second, &["deploy", "board", "--format", "json"]).run().json_of("deploy-board/v1");
    let sea = &board["environments"][0];
    assert_eq!((&sea["version"], &sea["deployments"][2]["run"]), (&"v3".into(), &"1".into()), "{sea:#}");
}

const REFUSES: &str = "#!/bin/sh\ncase $1 in refs/zarpe/runs/*) echo 'not here' >&2; exit 1;; esac\n";

#[test]
fn where_the_journal_cannot_be_kept_nothing_is_begun() {
    let harbor = with("jobs: {a: {steps: [{run: 'echo once >> log'}]}}\n");
    harbor.github.install_hook("update", REFUSES).unwrap();
    let run = |words: &[&str]| harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", "7").run();
    let refused = run(&["run", "plan.yml"]).exits(ExitCode::CannotTell).says("cannot keep the journal on");
    refused.says("contents: write").says("not here");
    assert_eq!((super::lines(&harbor.repo, "log").len(), harbor.remote_refs("refs/zarpe/*")), (0, String::new()));
    harbor.github.install_hook("update", "#!/bin/sh\n").unwrap();
    run(&["run", "plan.yml"]).exits(ExitCode::Done);
    assert_eq!(super::lines(&harbor.repo, "log"), ["once"]);
}

/// What happens to the journal on the remote while a step runs, what is said, and how it ends.
#[test_case::test_case("cp $REFUSES $BARE/hooks/update", "cannot keep the journal on", ExitCode::CannotTell; "it is refused")]
#[test_case::test_case("git -C $BARE update-ref -d refs/zarpe/runs/default", "cannot keep the journal on", ExitCode::CannotTell; "it is removed")]
#[test_case::test_case("git -C $BARE update-ref refs/zarpe/runs/default main", "another process works on default", ExitCode::Refused; "it is rewritten")]
fn a_step_that_cannot_be_done_twice_does_not_begin_without_its_journal(what: &str, says: &str, exit: ExitCode) {
    let plan = format!("jobs: {{a: {{steps: [{{run: '{what}'}}, {{id: once, run: 'echo once >> log'}}]}}}}\n");
    let harbor = with(&plan);
    let refuses = harbor.github.install_hook("refuses", REFUSES).unwrap();
    let zarpe = harbor.zarpe(["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", "7").env("REFUSES", refuses);
    zarpe.env("BARE", harbor.github.bare()).run().exits(exit).says(says);
    assert_eq!(super::lines(&harbor.repo, "log"), [""; 0]);
    // A run that stands still and does not lose its lock: nobody else begins.
    let other = harbor.zarpe(["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", "8").run();
    other.exits(ExitCode::Refused).says("default is locked by run 7");
    harbor.github.install_hook("update", "#!/bin/sh\n").unwrap();
    if what.contains("default main") {
        // What this clone had put there is gone: a person says that it holds all the same.
        harbor.zarpe(["deploy", "resume", "7"]).run().exits(ExitCode::CannotTell).says("zarpe deploy settle 7 --take");
        harbor.zarpe(["deploy", "settle", "7", "--take", "here"]).run().exits(ExitCode::Done);
    }
    harbor.zarpe(["deploy", "resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(super::lines(&harbor.repo, "log"), ["once"]);
}

#[test]
fn what_another_process_wrote_since_is_not_overwritten() {
    let more = "\n          old=$(git -C $BARE rev-parse refs/zarpe/runs/default)\n          git -C $BARE show $old:journal.jsonl > more; echo more >> more\n          tree=$(printf '100644 blob %s\\tjournal.jsonl\\n100644 blob %s\\tplan.yml\\n' $(git -C $BARE hash-object -w $PWD/more) $(git -C $BARE rev-parse $old:plan.yml) | git -C $BARE mktree)\n          git -C $BARE update-ref refs/zarpe/runs/default $(git -C $BARE -c user.name=x -c user.email=x@x commit-tree -p $old -m 7 $tree)\n";
    let plan = format!(
        "jobs:\n  a:\n    steps:\n      - {{id: ready, run: 'test -e there', idempotent: true}}\n      - idempotent: true\n        run: |{more}      - {{id: once, run: 'echo once >> log'}}\n"
    );
    let mut harbor = with(&plan);
    let run = |harbor: &Harbor, words: &[&str]| {
        let zarpe = harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", "7");
        zarpe.env("BARE", harbor.github.bare()).run()
    };
    run(&harbor, &["run", "plan.yml"]).exits(ExitCode::Refused).says("a/ready failed");
    harbor.repo = harbor.repo.write("there", "");
    let refused = run(&harbor, &["resume", "7"]).exits(ExitCode::Refused);
    refused.says("another process works on default");
    assert_eq!(super::lines(&harbor.repo, "log"), [""; 0]);
}

#[test]
fn of_four_machines_at_once_one_is_in_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let (inside, twice) = (folder.path().join("inside"), folder.path().join("twice"));
    let (inside, twice) = (inside.display(), twice.display());
    let harbor = with(&format!(
        "concurrency: sea\njobs: {{a: {{steps: [{{run: 'mkdir {inside} || touch {twice}; sleep 1; rmdir {inside}'}}]}}}}\n"
    ));
    let machines = ["1", "2", "3", "4"].map(|run| (run, cloned(&harbor, &folder.path().join(run))));
    let begun = machines.map(|(run, machine)| {
        let zarpe = at(&harbor, &machine, &["deploy", "run", "plan.yml", "--run-id", run]);
        std::thread::spawn(move || zarpe.run())
    });
    let codes = begun.map(|one| one.join().unwrap().code);
    assert!(codes.contains(&Some(0)) && codes.iter().all(|code| matches!(code, Some(0 | 1))), "{codes:?}");
    assert!(!folder.path().join("twice").exists() && !folder.path().join("inside").exists());
    assert_eq!(harbor.remote_refs("refs/zarpe/locks/*"), "");
}

#[test]
fn where_the_remote_is_gone_at_the_end_the_run_has_ended_all_the_same() {
    let harbor = with("jobs: {go: {steps: [{run: 'mv $BARE $BARE.gone', idempotent: true}]}}\n");
    let bare = harbor.github.bare().to_path_buf();
    let run = harbor.zarpe(["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", "7");
    let run = run.env("BARE", bare.to_str().unwrap()).run().exits(ExitCode::CannotTell);
    run.says("7: done").says("the run has ended").says("zarpe deploy resume 7");
    std::fs::rename(format!("{}.gone", bare.display()), &bare).unwrap();
    harbor.zarpe(["deploy", "resume", "7"]).run().exits(ExitCode::Done);
    harbor.zarpe(["deploy", "run", "plan.yml", "--dry-run"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Done);
}

#[test]
fn of_a_step_that_runs_nobody_says_what_became_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let step =
        format!("echo once >> {0}; for i in $(seq 200); do test -e {0}.go && exit; sleep 0.05; done", log.display());
    let harbor = with(&format!("jobs: {{go: {{steps: [{{id: once, run: '{step}'}}]}}}}\n"));
    let first = cloned(&harbor, &folder.path().join("first"));
    let mut zarpe = at(&harbor, &first, &["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", "7");
    let command = zarpe.command();
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
    let child = command.spawn().unwrap();
    let begun = Instant::now();
    while lines(&log).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the step did not begin");
        std::thread::sleep(Duration::from_millis(20));
    }
    let second = cloned(&harbor, &folder.path().join("second"));
    let settle = ["deploy", "settle", "7", "go/once", "--as", "failed"];
    // Neither is the step judged nor the run taken away from the process that is at work.
    for words in [&settle[..], &["deploy", "resume", "7"], &["deploy", "settle", "7"]] {
        let refused = at(&harbor, &second, words).run().exits(ExitCode::Refused).says("a process of run 7 on ");
        refused.says("is at work: it has the lock since").says("zarpe deploy unlock default --nonce ");
    }
    // Nor does it lose its lock on its own machine without a word.
    let said = at(&harbor, &second, &["deploy", "resume", "7"]).run().exits(ExitCode::Refused).stderr;
    let nonce = said.split_once("--nonce ").unwrap().1.split_whitespace().next().unwrap().to_owned();
    let unlock = ["deploy", "unlock", "default", "--nonce", &nonce];
    at(&harbor, &second, &unlock).run().exits(ExitCode::Refused).says("a process of run 7 is at work on this machine");
    // One whose lock somebody removed is believed to be lost, but its command is seen to run.
    harbor.repo.git(["-C", harbor.github.bare().to_str().unwrap(), "update-ref", "-d", "refs/zarpe/locks/default"]);
    let refused = at(&harbor, &second, &settle).run().exits(ExitCode::Refused);
    refused.says("the command of go/once still runs (process ").says("wait for its end, or end it");
    std::fs::write(folder.path().join("log.go"), "").unwrap();
    let told = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    // It has its own answer, and another run may have been let in since.
    assert!(told.status.code() == Some(1) && !text.contains("failed"), "{text}");
    at(&harbor, &first, &["deploy", "resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&log), ["once"]);
}

/// The lock of a run as another machine would have it, whose clock is this far from ours.
fn held_elsewhere(harbor: &Harbor, apart: jiff::SignedDuration) -> String {
    let bare = harbor.github.bare().to_str().unwrap().to_owned();
    let git = |words: &[&str]| harbor.repo.git([&["--git-dir", &bare], words].concat()).trim().to_owned();
    let tip = git(&["rev-parse", "refs/zarpe/locks/default"]);
    let message = git(&["log", "-1", "--format=%B", &tip]);
    let mut owner: serde_json::Value = serde_json::from_str(&message).unwrap();
    owner["host"] = "elsewhere".into();
    owner["process"]["boot_id"] = "another".into();
    owner["renewed"] = (jiff::Timestamp::now() + apart).to_string().into();
    let tree = git(&["rev-parse", &format!("{tip}^{{tree}}")]);
    let owner = owner.to_string();
    let identity = ["-c", "user.name=zarpe", "-c", "user.email=zarpe@localhost"];
    let commit = [&identity[..], &["commit-tree", &tree, "-p", &tip, "-m", &owner]].concat();
    let made = git(&commit);
    git(&["update-ref", "refs/zarpe/locks/default", &made]);
    made
}

/// A run whose first process ended by a signal while a step worked, as a second machine finds it that watches locks for some seconds.
fn taken_over(folder: &std::path::Path, step: &str, signal: rustix::process::Signal) -> (Harbor, std::path::PathBuf) {
    let log = folder.join("log");
    let harbor = with(&format!("jobs: {{go: {{steps: [{{id: one, run: '{step}', done-if: test -e none}}]}}}}\n"));
    ended_in(&harbor, folder, &log, "one", signal);
    let second = cloned(&harbor, &folder.join("second"));
    std::fs::write(second.join("zarpe.yml"), "deploy: {watch-lock: 3s}\n").unwrap();
    (harbor, second)
}

/// A process of another machine counts as lost where its lock stands still, and not because its clock goes wrong: neither by ours,
/// nor by that of the one before it, which said that it leaves the run.
#[test_case(-60, rustix::process::Signal::KILL; "an hour behind")]
#[test_case(1440, rustix::process::Signal::KILL; "a day ahead")]
#[test_case(-60, rustix::process::Signal::TERM; "an hour behind one that left the run")]
fn whether_another_machine_is_lost_is_told_by_its_lock_and_not_by_its_clock(
    minutes: i64,
    signal: rustix::process::Signal,
) {
    let apart = jiff::SignedDuration::from_mins(minutes);
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let step = format!("echo one >> {}; {}", log.display(), until_lost(&log));
    let (harbor, second) = taken_over(folder.path(), &step, signal);
    let tell = |words: &[&str]| at(&harbor, &second, &[&["deploy"], words].concat()).run();
    let refused = |words: &[&str]| {
        let done = AtomicBool::new(false);
        let run = std::thread::scope(|scope| {
            // Where a busy machine begins to watch late, the other one still works.
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    held_elsewhere(&harbor, apart);
                    std::thread::sleep(Duration::from_millis(500));
                }
            });
            let run = tell(words);
            done.store(true, Ordering::Relaxed);
            run
        });
        run.exits(ExitCode::Refused).says("a process of run 7 on elsewhere is at work");
    };
    refused(&["resume", "7"]);
    if signal == rustix::process::Signal::KILL {
        refused(&["settle", "7", "one", "--as", "done"]);
    }
    tell(&["resume", "7"]).exits(ExitCode::Done);
    assert_eq!(lines(&log), ["one", "one"]);
}

#[test]
fn a_machine_that_is_a_minute_behind_one_that_left_the_run_is_at_work() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let step = format!("echo one >> {}; {}", log.display(), until_lost(&log));
    let (harbor, second) = taken_over(folder.path(), &step, rustix::process::Signal::TERM);
    held_elsewhere(&harbor, jiff::SignedDuration::from_mins(-1));
    let run = at(&harbor, &second, &["deploy", "resume", "7"]).run();
    run.exits(ExitCode::Refused).says("a process of run 7 on elsewhere is at work");
}

/// Its process is lost, and what that had begun goes on: another clone of the same machine asks only then whether it was done.
#[test]
fn what_a_lost_process_left_at_work_ends_before_another_clone_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let step = format!(
        "{{id: once, run: 'echo begun >> {0}; until test -e {0}.heard; do sleep 0.05; done; echo end >> {0}', done-if: 'grep end {0}'}}",
        log.display()
    );
    let harbor = with(&format!("jobs: {{go: {{steps: [{step}]}}}}\n"));
    lost_in(&harbor, folder.path(), &log, "begun");
    let second = cloned(&harbor, &folder.path().join("second"));
    let heard = format!("{}.heard", log.display());
    let resume = at(&harbor, &second, &["deploy", "resume", "7"]);
    let run = resume.run_when("go/once its command still runs", || std::fs::write(heard, "").unwrap());
    run.exits(ExitCode::Done);
    assert_eq!(lines(&log), ["begun", "end"]);
}

/// Its machine may be lost with its disk: who ends the run elsewhere must know of it.
#[test]
fn a_clean_up_is_on_the_remote_before_its_step_begins() {
    let harbor = Harbor::new();
    let show = format!("git --git-dir {} show refs/zarpe/runs/default:journal.jsonl", harbor.github.bare().display());
    let step = format!("{{id: on, run: '{show} | grep -q cleanup_registered', idempotent: true, post: 'true'}}");
    let harbor = with_plan(harbor, &format!("jobs: {{go: {{steps: [{step}]}}}}\n"));
    let folder = tempfile::tempdir().unwrap();
    let clone = cloned(&harbor, &folder.path().join("clone"));
    at(&harbor, &clone, &["deploy", "run", "plan.yml"]).run().exits(ExitCode::Done);
}

/// What the rollback of the second job needs is not there: the run ends, and what the first one did is known elsewhere.
#[test]
fn a_run_that_ends_with_an_error_leaves_its_journal_on_the_remote() {
    let steps = "[{id: up, run: 'true'}]";
    let rollback = "[{id: down, run: ': ${{ zarpe.previous_tag }}'}]";
    let plan = format!(
        "jobs:\n  migrate: {{steps: [{{id: once, run: 'true'}}]}}\n  switch: {{needs: migrate, steps: {steps}, rollback: {rollback}}}\n"
    );
    let harbor = with(&plan);
    let folder = tempfile::tempdir().unwrap();
    let clone = cloned(&harbor, &folder.path().join("clone"));
    std::fs::write(clone.join("zarpe.yml"), "images: [127.0.0.1:1/team/app]\n").unwrap();
    at(&harbor, &clone, &["deploy", "run", "plan.yml", "--previous", "v1.0.0"]).run().exits(ExitCode::CannotTell);
    let bare = harbor.github.bare().to_str().unwrap().to_owned();
    let journal = harbor.repo.git(["--git-dir", &bare, "show", "refs/zarpe/runs/default:journal.jsonl"]);
    assert!(journal.contains("step_finished"), "{journal}");
}

/// Each of them puts the journal on the remote before it begins.
#[test]
fn many_jobs_at_once_do_not_lose_the_run_to_each_other() {
    let jobs: String = (0..50).map(|at| format!("  j{at}: {{steps: [{{run: 'true'}}]}}\n")).collect();
    let harbor = with(&format!("jobs:\n{jobs}"));
    harbor.github.install_hook("pre-receive", "#!/bin/sh\nsleep 1\n").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let clone = cloned(&harbor, &folder.path().join("clone"));
    at(&harbor, &clone, &["deploy", "run", "plan.yml"]).run().exits(ExitCode::Done);
}

/// The plan is the same, and what its steps call may not be.
#[test]
fn who_goes_on_at_another_commit_is_told_so() {
    let mut harbor = with("jobs: {go: {steps: [{run: 'sh deploy.sh'}]}}\n");
    let (folder, then) = (tempfile::tempdir().unwrap(), harbor.head());
    let clone = cloned(&harbor, &folder.path().join("clone"));
    at(&harbor, &clone, &["deploy", "run", "plan.yml", "--run-id", "7"]).run().exits(ExitCode::Refused);
    harbor.repo = harbor.repo.write("deploy.sh", "true\n").commit("fix: deploy");
    harbor.push("main");
    let now = harbor.head();
    harbor.repo.git(["-C", clone.to_str().unwrap(), "pull", "--quiet", harbor.github.bare().to_str().unwrap(), "main"]);
    let says = format!("run 7 goes by commit {then}, and this clone is at {now}");
    let run = at(&harbor, &clone, &["deploy", "resume", "7", "--retry"]).run();
    run.exits(ExitCode::Done).says(&format!("warning: {says}"));
}

/// A clone that leaves files to the remote has those of the journals all the same.
#[test]
fn a_partial_clone_knows_the_runs_of_other_machines() {
    let harbor = with("jobs: {go: {steps: [{run: 'true'}]}}\n");
    let folder = tempfile::tempdir().unwrap();
    let first = cloned(&harbor, &folder.path().join("first"));
    at(&harbor, &first, &["deploy", "run", "plan.yml", "--run-id", "7"]).run().exits(ExitCode::Done);
    let bare = harbor.github.bare().display().to_string();
    for key in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
        harbor.repo.git(["--git-dir", &bare, "config", key, "true"]);
    }
    let partial = folder.path().join("partial");
    let from = format!("file://{bare}");
    harbor.repo.git(["clone", "--quiet", "--filter=blob:none", &from, partial.to_str().unwrap()]);
    harbor.repo.git(["-C", partial.to_str().unwrap(), "remote", "set-url", "origin", &harbor.github.clone_url()]);
    at(&harbor, &partial, &["deploy", "status", "7"]).run().exits(ExitCode::Done);
}

#[test]
fn a_process_renews_its_lock_while_a_long_step_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let harbor = Harbor::new();
    let tip = format!("git --git-dir {} rev-parse refs/zarpe/locks/default", harbor.github.bare().display());
    let step =
        format!("first=$({tip}); for each in $(seq 40); do sleep 0.25; test $first = $({tip}) || exit 0; done; exit 1");
    let harbor = with_plan(harbor, &format!("jobs: {{go: {{steps: [{{id: long, run: '{step}'}}]}}}}\n"));
    let clone = cloned(&harbor, &folder.path().join("clone"));
    std::fs::write(clone.join("zarpe.yml"), "deploy: {watch-lock: 1s}\n").unwrap();
    at(&harbor, &clone, &["deploy", "run", "plan.yml"]).run().exits(ExitCode::Done);
}

/// With this in the place of git; `$AT` is the folder, and `$REAL` the path of programs.
fn with_git(zarpe: Zarpe, folder: &std::path::Path, text: &str) -> Zarpe {
    let programs = folder.join("programs");
    std::fs::create_dir_all(&programs).unwrap();
    let git = programs.join("git");
    std::fs::write(&git, text).unwrap();
    std::fs::set_permissions(&git, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let real = std::env::var("PATH").unwrap();
    zarpe.env("PATH", format!("{}:{real}", programs.display())).env("REAL", real).env("AT", folder)
}

/// Stands in for git: the second look at the lock waits until a process of the run has begun.
const SECOND_LOOK: &str = r#"#!/bin/sh
PATH="$REAL"
case "$*" in *ls-remote*refs/zarpe/locks*)
    if mkdir "$AT/first" 2>/dev/null; then :; elif mkdir "$AT/second" 2>/dev/null; then
        for each in $(seq 600); do test -e "$AT/begun" && break; sleep 0.1; done
    fi;;
esac
exec git "$@"
"#;

#[test]
fn no_lock_is_removed_of_a_process_that_began_after_the_look_at_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let step = format!(
        "test -e {0}/second || exit 1; touch {0}/begun; until test -e {0}/go; do sleep 0.05; done",
        path.display()
    );
    let harbor = with(&format!(
        "concurrency: sea\njobs: {{go: {{steps: [{{run: 'true'}}, {{id: long, run: '{step}'}}], rollback: [{{run: 'true'}}]}}}}\n"
    ));
    let [first, second] = ["one", "two"].map(|name| cloned(&harbor, &path.join(name)));
    at(&harbor, &first, &["deploy", "run", "plan.yml", "--run-id", "7"]).run().exits(ExitCode::Waiting);
    let other = at(&harbor, &first, &["deploy", "run", "plan.yml", "--run-id", "8"]).run().exits(ExitCode::Refused);
    let nonce = other.stderr.split_once("--nonce ").unwrap().1.split_whitespace().next().unwrap();
    std::thread::scope(|scope| {
        let unlock = at(&harbor, &second, &["deploy", "unlock", "sea", "--nonce", nonce]);
        let unlock = scope.spawn(|| with_git(unlock, path, SECOND_LOOK).run());
        let begun = Instant::now();
        while !path.join("second").exists() {
            assert!(begun.elapsed() < Duration::from_secs(60), "nobody looked twice");
            std::thread::sleep(Duration::from_millis(20));
        }
        let resume = scope.spawn(|| at(&harbor, &first, &["deploy", "resume", "7", "--retry"]).run());
        let unlock = unlock.join().unwrap();
        std::fs::write(path.join("go"), "").unwrap();
        unlock.exits(ExitCode::Refused).says("a process of run 7 is at work on this machine");
        resume.join().unwrap().exits(ExitCode::Done);
    });
}

/// Stands in for git: the remote takes the lock, and nothing is heard of it.
const NO_ANSWER: &str = r#"#!/bin/sh
PATH="$REAL"
away() { echo 'fatal: Could not resolve host' >&2; exit 128; }
case "$*" in
    *push*refs/zarpe/locks/*) mkdir "$AT/away" && git "$@" >/dev/null 2>&1; away;;
    *ls-remote*refs/zarpe/locks/*) test ! -e "$AT/away" || away;;
esac
exec git "$@"
"#;

#[test]
fn a_run_whose_lock_was_taken_without_an_answer_goes_on_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let harbor = with("jobs: {a: {steps: [{run: 'echo once >> log'}]}}\n");
    let run = || harbor.zarpe(["deploy", "run", "plan.yml", "--run-id", "7", "--or-resume"]);
    let unheard = || with_git(run(), folder.path(), NO_ANSWER).run().exits(ExitCode::CannotTell);
    // Where nothing was asked for, nothing is left.
    std::fs::create_dir(folder.path().join("away")).unwrap();
    unheard();
    assert!(!harbor.repo.path().join(".git/zarpe/runs/7").exists());
    std::fs::remove_dir(folder.path().join("away")).unwrap();
    unheard().says("zarpe deploy resume 7");
    assert!(harbor.remote_refs("refs/zarpe/locks/*").starts_with("refs/zarpe/locks/default "));
    run().run().exits(ExitCode::Done);
    assert_eq!((super::lines(&harbor.repo, "log").len(), harbor.remote_refs("refs/zarpe/locks/*")), (1, String::new()));
}

/// What a step does to the clone: git takes away what nothing names, and what nothing names any more.
#[test_case("git gc --quiet --prune=now"; "what nothing names is taken away")]
#[test_case("git for-each-ref --format=\"delete %(refname)\" refs/zarpe | git update-ref --stdin; git gc --quiet --prune=now"; "and its names before that")]
#[test_case("git gc --quiet --prune=now; git repack -adq; git prune-packed"; "and what is left is packed anew")]
fn a_step_that_tidies_the_clone_does_not_end_its_run(tidies: &str) {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let harbor = with(&format!(
        "jobs:\n  go:\n    steps:\n      - {{run: 'echo one >> {0}'}}\n      - {{run: '{tidies}'}}\n      - {{run: 'echo two >> {0}'}}\n      - {{id: last, run: 'test -e {0}.on && echo three >> {0}'}}\n",
        log.display()
    ));
    let clone = cloned(&harbor, &folder.path().join("clone"));
    let tidy = |words: &str| {
        let ended = std::process::Command::new("sh").args(["-c", words]).current_dir(&clone).status();
        assert!(ended.unwrap().success());
    };
    let run = |words: &[&str]| at(&harbor, &clone, &[&["deploy"], words].concat()).run();
    run(&["run", "plan.yml", "--run-id", "7"]).exits(ExitCode::Refused).says("go/last failed");
    assert_eq!(lines(&log), ["one", "two"]);
    // The same between two processes, and for who goes on at another machine.
    tidy(tidies);
    run(&["status", "7"]).exits(ExitCode::Refused);
    tidy(tidies);
    std::fs::write(folder.path().join("log.on"), "").unwrap();
    run(&["resume", "7", "--retry"]).exits(ExitCode::Done);
    assert_eq!(lines(&log), ["one", "two", "three"]);
    let second = cloned(&harbor, &folder.path().join("second"));
    at(&harbor, &second, &["deploy", "status", "7"]).run().exits(ExitCode::Done).says("7: done");
}

/// A machine that loses its power forgets a new name of which the folder was not told to be written down.
#[test]
fn a_journal_that_takes_the_place_of_another_is_there_for_good() {
    if !crate::kills::can_trace() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let harbor = with("jobs: {go: {steps: [{run: 'test -e there', idempotent: true}]}}\n");
    let first = cloned(&harbor, &folder.path().join("first"));
    at(&harbor, &first, &["deploy", "run", "plan.yml", "--run-id", "7"]).run().exits(ExitCode::Refused);
    let second = cloned(&harbor, &folder.path().join("second"));
    let synced = |clone: &std::path::Path| {
        let log = folder.path().join("calls");
        let mut zarpe = at(&harbor, clone, &["deploy", "status", "7"]);
        let run = zarpe.command();
        let mut strace = std::process::Command::new("strace");
        strace.arg("-o").arg(&log).args(["-y", "-e", "trace=?rename,renameat,?renameat2,?link,linkat,fsync"]);
        strace.arg(run.get_program()).args(run.get_args()).env_clear().current_dir(run.get_current_dir().unwrap());
        strace.envs(run.get_envs().filter_map(|(name, value)| Some((name, value?)))).output().unwrap();
        let calls = std::fs::read_to_string(log).unwrap();
        let (_, after) = calls.rsplit_once("runs/7/journal.jsonl\"").unwrap_or_else(|| panic!("{calls}"));
        after.lines().any(|call| call.starts_with("fsync(") && call.contains("/zarpe/runs/7>) "))
    };
    assert!(synced(&second), "a journal that was not here");
    std::fs::write(first.join("there"), "").unwrap();
    at(&harbor, &first, &["deploy", "resume", "7", "--retry"]).run().exits(ExitCode::Done);
    assert!(synced(&second), "one that is further on the remote");
}

/// A process that is at work elsewhere is at work, and one that has lost its lock begins nothing more.
#[test]
fn whether_anybody_works_on_a_run_is_told_by_its_lock_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let step =
        format!("echo once >> {0}; for i in $(seq 2400); do test -e {0}.go && exit; sleep 0.05; done", log.display());
    let harbor = with(&format!("jobs: {{go: {{steps: [{{id: once, run: '{step}'}}, {{run: 'true'}}]}}}}\n"));
    let first = cloned(&harbor, &folder.path().join("first"));
    let mut zarpe = at(&harbor, &first, &["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", "7");
    let command = zarpe.command();
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    while lines(&log).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the step did not begin");
        std::thread::sleep(Duration::from_millis(20));
    }
    let second = cloned(&harbor, &folder.path().join("second"));
    let status =
        |clone: &std::path::Path| at(&harbor, clone, &["deploy", "status", "7"]).run().exits(ExitCode::Waiting);
    status(&second).says("7: running").never_says("interrupted").never_says("lost");
    at(&harbor, &second, &["deploy", "status"]).run().says("plan.yml  running");
    let page = |clone: &std::path::Path, of: &str| {
        at(&harbor, clone, &["deploy", of, "--format", "markdown"]).run().exits(ExitCode::Done)
    };
    page(&second, "report").says("in progress");
    page(&second, "board").says("in progress");
    harbor.repo.git(["-C", harbor.github.bare().to_str().unwrap(), "update-ref", "-d", "refs/zarpe/locks/default"]);
    // It still works here, and has no lock any more; elsewhere nobody is seen at work.
    let lost = "the lock of default is lost: it was removed";
    status(&first).says("7: running").says(lost).says("zarpe deploy resume 7");
    status(&second).says("7: waits for a person").says(lost);
    std::fs::write(folder.path().join("log.go"), "").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    status(&first).says("7: interrupted").says(lost).never_says("running");
    page(&first, "report").says("interrupted");
    page(&first, "board").says("interrupted").never_says("in progress");
    // Where the remote does not answer nobody can tell what goes on elsewhere.
    std::fs::rename(harbor.github.bare(), folder.path().join("gone.git")).unwrap();
    let untold = status(&first).says("7: unknown").says("warning: cannot read the remote");
    untold.never_says("interrupted").never_says("lost").never_says("running");
    at(&harbor, &first, &["deploy", "status"]).run().says("plan.yml  unknown");
}
