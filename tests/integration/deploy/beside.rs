//! Words of people that are put down elsewhere while a run is worked on: none is lost, and nobody is stopped by one.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{at, cloned, peopled, token};
use crate::support::{ExitCode, Harbor, Zarpe, skip};

fn harbor(plan: &str) -> Harbor {
    let mut harbor = peopled(&["bea", "dan"], plan);
    harbor.repo = harbor.repo.commit("feat: a plan");
    harbor.push("main");
    harbor
}

/// As somebody, in another clone.
fn by(harbor: &Harbor, clone: &std::path::Path, login: &str, words: &[&str]) -> Zarpe {
    let words: Vec<&str> = ["deploy"].into_iter().chain(words.iter().copied()).collect();
    at(harbor, clone, &words).env("GITHUB_RUN_ID", "7").env("ZARPE_TOKEN", token(login))
}

fn spawned(mut zarpe: Zarpe) -> Child {
    zarpe.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn ended(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

fn until(file: &std::path::Path) {
    let begun = Instant::now();
    while !file.exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{} is not there", file.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn who_signs_elsewhere_while_the_run_works_does_not_stop_it_and_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display();
    let harbor = harbor(&format!(
        "
roles: {{boss: '@bea'}}
jobs:
  asks: {{steps: [{{id: ready, role: boss, uses: zarpe/sign}}, {{run: 'echo signed >> {path}/log'}}]}}
  works:
    steps:
      - {{run: 'touch {path}/begun; until test -e {path}/go; do sleep 0.05; done'}}
      - {{run: 'echo one >> {path}/log'}}
      - {{run: 'echo two >> {path}/log'}}
"
    ));
    let (first, second) =
        (cloned(&harbor, &folder.path().join("first")), cloned(&harbor, &folder.path().join("second")));
    let run = spawned(by(&harbor, &first, "dan", &["run", "plan.yml"]));
    until(&folder.path().join("begun"));
    by(&harbor, &second, "bea", &["sign", "7", "asks/ready"]).run().exits(ExitCode::Done).says("bea signed asks/ready");
    std::fs::write(folder.path().join("go"), "").unwrap();
    let (code, text) = ended(run);
    assert_eq!(code, Some(0), "{text}");
    let mut log: Vec<String> =
        std::fs::read_to_string(folder.path().join("log")).unwrap().lines().map(str::to_owned).collect();
    log.sort_unstable();
    assert_eq!(log, ["one", "signed", "two"]);
    by(&harbor, &second, "bea", &["status", "7"]).run().exits(ExitCode::Done);
    by(&harbor, &second, "bea", &["resume", "7"]).run().exits(ExitCode::Done).says("7: done");
}

#[test]
fn of_two_who_sign_at_the_same_moment_both_have_signed() {
    let folder = tempfile::tempdir().unwrap();
    let harbor = harbor(
        "
roles: {boss: '@bea', qa: '@dan'}
jobs: {go: {steps: [{id: ready, role: [boss, qa], uses: zarpe/sign, with: {quorum: all}}, {run: 'true', idempotent: true}]}}
",
    );
    let clones = ["first", "second"].map(|name| cloned(&harbor, &folder.path().join(name)));
    by(&harbor, &clones[0], "bea", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let sign = |clone, login| spawned(by(&harbor, clone, login, &["sign", "7", "ready"]));
    let signing = [sign(&clones[0], "bea"), sign(&clones[1], "dan")];
    for child in signing {
        let (code, text) = ended(child);
        assert_eq!(code, Some(0), "{text}");
    }
    // Whoever was second, each goes on from what both said.
    by(&harbor, &clones[1], "dan", &["sign", "7", "ready"]).run().exits(ExitCode::Refused);
    by(&harbor, &clones[0], "bea", &["resume", "7"]).run().exits(ExitCode::Done).says("7: done");
    by(&harbor, &clones[1], "dan", &["resume", "7"]).run().exits(ExitCode::Done).says("7: done");
}

/// Stands in for ssh-keygen: before the first signature is made, somebody else signs in another clone.
const FIRST_ANOTHER: &str = r#"#!/bin/sh
PATH="$REAL"
if mkdir "$ONCE" 2>/dev/null; then
    (cd "$OTHER" && "$ZARPE" deploy sign 7 ready --role boss --ssh-key "$BOSS") </dev/null >&2 || exit 9
fi
exec ssh-keygen "$@"
"#;

#[test]
fn who_signs_between_the_look_of_another_and_their_push_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let key = |name: &str| {
        let path = folder.path().join(name);
        let made =
            Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "x", "-f"]).arg(&path).status();
        made.is_ok_and(|status| status.success()).then_some(path)
    };
    let (Some(boss), Some(qa)) = (key("boss"), key("qa")) else {
        return skip("ssh-keygen is missing (Debian: apt-get install openssh-client)");
    };
    let public = |key: &Path| std::fs::read_to_string(key.with_extension("pub")).unwrap();
    let mut harbor = harbor(
        "
roles: {boss: '@bea', qa: '@dan'}
jobs: {go: {steps: [{id: ready, role: [boss, qa], uses: zarpe/sign, with: {quorum: all}}, {run: 'true', idempotent: true}]}}
",
    );
    let signers = format!("bea {}dan {}", public(&boss), public(&qa));
    harbor.repo = harbor.repo.write(".github/allowed_signers", &signers).commit("chore: signers");
    harbor.push("main");
    let [first, second] = ["first", "second"].map(|name| cloned(&harbor, &folder.path().join(name)));
    by(&harbor, &first, "bea", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let programs = folder.path().join("programs");
    std::fs::create_dir(&programs).unwrap();
    let program = programs.join("ssh-keygen");
    std::fs::write(&program, FIRST_ANOTHER).unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let real = std::env::var("PATH").unwrap();
    let line = ["sign", "7", "ready", "--role", "qa", "--ssh-key", qa.to_str().unwrap()];
    let zarpe =
        by(&harbor, &second, "dan", &line).env("PATH", format!("{}:{real}", programs.display())).env("REAL", &real);
    let zarpe = zarpe.env("OTHER", &first).env("BOSS", &boss).env("ZARPE", env!("CARGO_BIN_EXE_zarpe"));
    zarpe.env("ONCE", folder.path().join("once")).run().exits(ExitCode::Done).says("dan signed go/ready");
    // By what is on the remote alone: each of the two clones still has its own word.
    let third = cloned(&harbor, &folder.path().join("third"));
    by(&harbor, &third, "bea", &["resume", "7"]).run().exits(ExitCode::Done).says("7: done");
}

/// Stands in for git: before the first look at the lock, somebody else deploys from another clone.
const FIRST_DEPLOYED: &str = r#"#!/bin/sh
PATH="$REAL"
case " $* " in *" ls-remote "*refs/zarpe/locks/*)
    if mkdir "$ONCE" 2>/dev/null; then
        (cd "$OTHER" && "$ZARPE" deploy run plan.yml --run-id b --input version=v2.0.0) </dev/null >&2 || exit 9
    fi ;;
esac
exec git "$@"
"#;

#[test]
fn who_was_overtaken_before_the_lock_does_not_go_back_behind_that() {
    let harbor = harbor(
        "
inputs: {version: {required: true}}
jobs:
  go:
    steps: [{run: ': ${{ inputs.version }}'}]
    rollback: [{run: ': ${{ zarpe.previous_tag }}', idempotent: true}]
",
    );
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["first", "second"].map(|name| cloned(&harbor, &folder.path().join(name)));
    let run = |clone: &Path, id: &str, version: &str| {
        by(&harbor, clone, "bea", &["run", "plan.yml", "--run-id", id, "--input", &format!("version={version}")])
    };
    run(&first, "a", "v1.0.0").args(["--previous", "v0.9.0"]).run().exits(ExitCode::Done);
    let programs = folder.path().join("programs");
    std::fs::create_dir(&programs).unwrap();
    std::fs::write(programs.join("git"), FIRST_DEPLOYED).unwrap();
    std::fs::set_permissions(programs.join("git"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let real = std::env::var("PATH").unwrap();
    let late = || {
        let zarpe = run(&second, "c", "v3.0.0").env("PATH", format!("{}:{real}", programs.display()));
        let zarpe = zarpe.env("REAL", &real).env("OTHER", &first).env("ZARPE", env!("CARGO_BIN_EXE_zarpe"));
        zarpe.env("ONCE", folder.path().join("once")).run()
    };
    let refused = late().exits(ExitCode::Refused);
    refused.says("another run was deployed while this one began: v1.0.0 was in service, and now v2.0.0 is");
    late().exits(ExitCode::Done);
}

#[test]
fn a_run_that_was_killed_before_its_first_line_is_begun_again() {
    let repo = super::planned("jobs: {go: {steps: [{run: 'echo go >> log'}]}}\n");
    for left in ["", "{\"v\":1,\"seq\":1,\"prev"] {
        let run = repo.path().join(".git/zarpe/runs/7");
        std::fs::create_dir_all(&run).unwrap();
        std::fs::write(run.join("journal.jsonl"), left).unwrap();
        for word in ["resume", "status", "report"] {
            super::deploy(&repo, [word, "7"]).run().exits(ExitCode::Usage).says("there is no run 7: it was cut off");
        }
        super::deploy(&repo, ["status"]).run().exits(ExitCode::Done).says("not begun").never_says("1970");
        super::deploy(&repo, ["run", "plan.yml", "--or-resume"]).run().exits(ExitCode::Done);
        std::fs::remove_dir_all(run).unwrap();
    }
    assert_eq!(super::lines(&repo, "log"), ["go", "go"]);
}

#[test]
fn who_is_stopped_by_an_error_with_maintenance_on_says_so() {
    let harbor = harbor(
        "
jobs:
  window:
    steps:
      - {id: on, run: 'touch closed', idempotent: true, post: 'rm closed', post-if: safe()}
      - {run: 'git -C $BARE update-ref -d refs/zarpe/runs/default'}
      - {run: 'echo once >> log'}
",
    );
    let zarpe = harbor.zarpe(["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", "7").env("BARE", harbor.github.bare());
    let run = zarpe.run().exits(ExitCode::Maintenance).says("7: stopped, and left in maintenance");
    run.says("cannot keep the journal on").says("zarpe deploy resume 7");
    assert!(super::lines(&harbor.repo, "log").is_empty());
}

#[test]
fn a_step_without_an_id_that_has_begun_is_not_done_again_in_another_place() {
    let plan = "jobs:\n  go:\n    steps:\n      - run: echo one >> log\n      - run: test -e ok\n";
    let repo = super::planned(plan);
    super::deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let repo = repo
        .write("ok", "")
        .write("plan.yml", &plan.replace("      - run: echo", "      - run: echo zero >> log\n      - run: echo"));
    let line = ["resume", "7", "--changed-plan", "--retry"];
    super::deploy(&repo, line).run().exits(ExitCode::Refused).says("go/1 has begun, and is not that step in the plan");
    let repo = repo.write("plan.yml", &format!("{plan}      - run: echo three >> log\n"));
    super::deploy(&repo, line).run().exits(ExitCode::Done);
    assert_eq!(super::lines(&repo, "log"), ["one", "three"]);
}

#[test]
fn a_journal_that_is_not_believed_stops_no_plan_that_asks_nothing_of_it() {
    let harbor = harbor("jobs: {go: {steps: [{run: 'echo go >> log'}]}}\n");
    let run = |id: &str| harbor.zarpe(["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", id).run();
    run("7").exits(ExitCode::Done);
    let journal = harbor.repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, text.replace("\"success\"", "\"failure\"")).unwrap();
    run("8").exits(ExitCode::Done);
    assert_eq!(super::lines(&harbor.repo, "log"), ["go", "go"]);
}

#[test]
fn a_look_at_a_run_holds_nothing_of_it() {
    let harbor = harbor("roles: {boss: '@bea'}\njobs: {go: {steps: [{id: ready, role: boss, uses: zarpe/sign}]}}\n");
    by(&harbor, harbor.repo.path(), "dan", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let journal = std::fs::File::open(harbor.repo.path().join(".git/zarpe/runs/7/journal.jsonl")).unwrap();
    let then = std::time::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    journal.set_modified(then).unwrap();
    by(&harbor, harbor.repo.path(), "dan", &["status"]).run().exits(ExitCode::Done);
    // Who works on a run holds its journal, and cuts off what a kill left of a last line.
    assert_eq!(journal.metadata().unwrap().modified().unwrap(), then);
}

/// Stands in for git: behind the first answer of the remote on the journals somebody signs in the same clone.
const SIGNED_BEHIND_THE_ANSWER: &str = r#"#!/bin/sh
PATH="$REAL"
case "$*" in
*ls-remote*refs/zarpe/runs/*)
    answer=$(git "$@") || exit
    if mkdir "$ONCE" 2>/dev/null; then
        "$ZARPE" deploy sign 7 ready </dev/null >&2 || exit 9
    fi
    echo "$answer"
    ;;
*) exec git "$@" ;;
esac
"#;

#[test]
fn what_another_process_puts_down_behind_a_look_at_the_remote_is_not_lost_there() {
    let folder = tempfile::tempdir().unwrap();
    let harbor = harbor(
        "
roles: {boss: '@bea'}
jobs: {go: {steps: [{id: ready, role: boss, uses: zarpe/sign}, {id: then, role: boss, uses: zarpe/sign}]}}
",
    );
    by(&harbor, harbor.repo.path(), "bea", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let program = folder.path().join("git");
    std::fs::write(&program, SIGNED_BEHIND_THE_ANSWER).unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let real = std::env::var("PATH").unwrap();
    let look = by(&harbor, harbor.repo.path(), "bea", &["status"]).env("ZARPE", env!("CARGO_BIN_EXE_zarpe"));
    let look = look.env("PATH", format!("{}:{real}", folder.path().display())).env("REAL", &real);
    let look = look.env("ONCE", folder.path().join("once")).run();
    assert!(super::names(&harbor.repo).contains(&"signed".to_owned()));
    look.exits(ExitCode::Done).never_says("the remote does not have any more what this clone saw");
}
