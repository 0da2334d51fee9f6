//! Sign-offs: by role, by the login of the token or an SSH key, bound to the plan.

use std::process::Command;

use super::{aged, by, deploy, lines, names, peopled, planned};
use crate::support::{ExitCode, Harbor, skip};

const PLAN: &str = "
roles: {boss: '@bea', qa: '@acme/qa', dba: ['@dan', '@bea']}
jobs:
  go:
    steps:
      - {run: 'echo before >> log'}
      - {id: ready, role: [boss, qa, dba], uses: zarpe/sign, with: {statement: Ready, quorum: all, evidence: required}}
      - {run: 'echo after >> log'}
";

fn harbor(plan: &str) -> Harbor {
    let harbor = peopled(&["bea", "quinn", "dan"], plan);
    harbor.github.state(|state| state.teams.insert("acme/qa".to_owned(), vec!["quinn".to_owned()]));
    harbor
}

#[test]
fn each_role_signs_once_each_by_another_person_and_the_run_goes_on() {
    let harbor = harbor(PLAN);
    let run = by(&harbor, "bea", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    run.says("go/ready waits for a sign-off: boss, qa, dba").says("zarpe deploy sign 7 go/ready");
    let sign = |login: &str, more: &[&str]| by(&harbor, login, &[&["sign", "7", "ready"], more].concat()).run();
    sign("bea", &[]).exits(ExitCode::Usage).says("go/ready is signed on evidence");
    sign("bea", &["--evidence", "seen"])
        .exits(ExitCode::Done)
        .says("bea signed go/ready of run 7 for boss")
        .says("qa, dba");
    sign("bea", &["--evidence", "seen"]).exits(ExitCode::Refused).says("one person signs for one role");
    sign("dan", &["--evidence", "x", "--role", "qa"]).exits(ExitCode::Refused).says("dan: not a member of qa");
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Waiting).says("qa, dba");
    sign("quinn", &["--evidence", "tests/42"]).exits(ExitCode::Done).says("for qa");
    sign("dan", &["--evidence", "x"]).exits(ExitCode::Done).says("for dba; zarpe deploy resume 7");
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&harbor.repo, "log"), ["before", "after"]);
    // Of whom it was asked then is kept: it is not asked again.
    let members = super::events(&harbor.repo).into_iter().filter(|event| event["event"] == "signed");
    assert_eq!(members.map(|event| event["member"].clone()).collect::<Vec<_>>(), ["bea", "acme/qa", "dan"]);
    sign("dan", &["--evidence", "x"]).exits(ExitCode::Refused).says("does not wait for a sign-off now");
    let status = by(&harbor, "bea", &["status", "7", "--format", "json"]).run();
    assert_eq!(
        status.json_of("deploy/v1")["jobs"][0]["steps"][1]["signed"],
        serde_json::json!(["bea", "quinn", "dan"])
    );
}

#[test]
fn neither_a_machine_nor_nobody_signs() {
    let harbor = harbor(PLAN);
    by(&harbor, "bea", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let words = ["deploy", "sign", "7", "ready", "--evidence", "x"];
    harbor.zarpe(words).run().exits(ExitCode::Refused).says("is no person: it cannot sign");
    harbor
        .zarpe(words)
        .env("ZARPE_TOKEN", "")
        .env("USER", "bea")
        .run()
        .exits(ExitCode::Usage)
        .says("nobody is known here");
}

#[test]
fn a_changed_plan_voids_what_was_signed() {
    let plan = PLAN.replace("quorum: all, ", "");
    let mut harbor = harbor(&plan);
    by(&harbor, "bea", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    by(&harbor, "bea", &["sign", "7", "ready", "--evidence", "x"]).run().exits(ExitCode::Done);
    harbor.repo = harbor.repo.write("plan.yml", &plan.replace("echo after", "echo other"));
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Refused).says("the sign-offs are void then");
    by(&harbor, "bea", &["resume", "7", "--changed-plan"]).run().exits(ExitCode::Waiting);
    by(&harbor, "bea", &["sign", "7", "ready", "--evidence", "x"]).run().exits(ExitCode::Done);
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&harbor.repo, "log"), ["before", "other"]);
}

#[test]
fn a_changed_commit_voids_what_was_signed() {
    let plan = PLAN.replace("quorum: all, ", "").replace("echo after", "echo ${{ zarpe.sha }}");
    let mut harbor = harbor(&plan.replace("statement: Ready", "statement: 'Ready: ${{ zarpe.sha }}'"));
    let then = harbor.head();
    by(&harbor, "bea", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    by(&harbor, "bea", &["sign", "7", "ready", "--evidence", "x"]).run().exits(ExitCode::Done);
    harbor.repo = harbor.repo.commit("fix: something else");
    let refused = by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Refused);
    refused.says(&format!("git checkout {then}")).says("--changed-commit");
    assert_eq!(lines(&harbor.repo, "log"), ["before"]);
    let goes_on = by(&harbor, "bea", &["resume", "7", "--changed-commit"]).run().exits(ExitCode::Waiting);
    goes_on.says("who signed must sign again").never_says("git checkout");
    let report = by(&harbor, "bea", &["report", "7", "--format", "json"]).run().exits(ExitCode::Done);
    let report = report.json_of("deploy-report/v1");
    let incident = report["incidents"]["items"][0].as_str().unwrap().to_owned();
    assert!(incident.ends_with(&format!("the run went on by another commit: {}", &harbor.head()[..12])), "{incident}");
    let sign_off = &report["sign_offs"][0];
    let told = (&sign_off["holds"], &sign_off["void"], &sign_off["statement"]);
    assert_eq!(told, (&false.into(), &"commit-changed".into(), &format!("Ready: {then}").into()));
    by(&harbor, "bea", &["sign", "7", "ready", "--evidence", "x"]).run().exits(ExitCode::Done);
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&harbor.repo, "log"), ["before".to_owned(), harbor.head()]);
}

/// A plan whose steps check out the commit before the head, and that commit.
fn deploys_the_one_before(plan: &str) -> (Harbor, String) {
    let mut harbor = harbor(plan);
    harbor.repo = harbor.repo.commit("chore: plan");
    let deployed = harbor.head();
    harbor.repo = harbor.repo.commit("fix: something else");
    (harbor, deployed)
}

/// What was signed is the plan, and its steps check out what they deploy: that is no other commit.
#[test]
fn where_a_step_left_the_clone_the_run_goes_on() {
    let plan = "
roles: {boss: '@bea'}
jobs:
  go:
    steps:
      - {id: first, role: boss, uses: zarpe/sign}
      - {run: 'git checkout --quiet --detach HEAD~1', idempotent: true}
      - {id: second, role: boss, uses: zarpe/sign}
      - {run: 'git rev-parse HEAD > log', idempotent: true}
";
    let (harbor, deployed) = deploys_the_one_before(plan);
    let resumed = || by(&harbor, "bea", &["resume", "7"]).run();
    by(&harbor, "bea", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    by(&harbor, "bea", &["sign", "7", "first"]).run().exits(ExitCode::Done);
    resumed().exits(ExitCode::Waiting);
    by(&harbor, "bea", &["sign", "7", "second"]).run().exits(ExitCode::Done);
    harbor.repo.git(["commit", "--quiet", "--allow-empty", "--message", "fix: by hand"]);
    let refused = || {
        let refused = resumed().exits(ExitCode::Refused);
        refused.says(&format!("run 7 goes by commit {deployed}")).says(&format!("git checkout {deployed}"));
    };
    refused();
    // Where the run began is what is deployed no more.
    harbor.repo.git(["checkout", "--quiet", "main"]);
    refused();
    harbor.repo.git(["checkout", "--quiet", "--orphan", "nothing"]);
    resumed().exits(ExitCode::Refused).says("nobody can tell at which one this clone is");
    harbor.repo.git(["checkout", "--quiet", "--detach", &deployed]);
    let again = by(&harbor, "bea", &["run", "plan.yml", "--or-resume"]).run().exits(ExitCode::Done);
    again.never_says("this clone is at");
    assert_eq!(lines(&harbor.repo, "log"), [deployed]);
}

/// Its process was killed before it wrote that down: who moved the clone nobody can tell, but a person.
#[test]
fn where_a_lost_step_left_the_clone_a_person_says_whether_that_is_meant() {
    let plan = "
roles: {boss: '@bea'}
jobs:
  go:
    steps:
      - {id: first, role: boss, uses: zarpe/sign}
      - run: |
          git checkout --quiet --detach main~1
          test -e killed || { touch killed; kill -9 $PPID; }
        idempotent: true
      - {id: second, role: boss, uses: zarpe/sign}
      - {run: 'git rev-parse HEAD > log', idempotent: true}
";
    let (harbor, deployed) = deploys_the_one_before(plan);
    by(&harbor, "bea", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    by(&harbor, "bea", &["sign", "7", "first"]).run().exits(ExitCode::Done);
    assert!(!by(&harbor, "bea", &["resume", "7"]).command().status().unwrap().success());
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Refused).says("error: run 7 goes by commit");
    by(&harbor, "bea", &["resume", "7", "--changed-commit"]).run().exits(ExitCode::Waiting);
    for step in ["first", "second"] {
        by(&harbor, "bea", &["sign", "7", step]).run().exits(ExitCode::Done);
        by(&harbor, "bea", &["resume", "7"]).run().never_says("this clone is at");
    }
    assert_eq!(lines(&harbor.repo, "log"), [deployed]);
}

/// Who went on with a warning, before anybody had signed, checked that out by hand: it is no commit of the run.
#[test]
fn what_was_checked_out_by_hand_is_another_commit_until_that_is_said() {
    let plan = "
roles: {boss: '@bea'}
jobs:
  go:
    steps:
      - {run: 'test -e there', idempotent: true}
      - {id: ready, role: boss, uses: zarpe/sign}
      - {run: 'echo after >> log', idempotent: true}
";
    let mut harbor = harbor(plan);
    let then = harbor.head();
    by(&harbor, "bea", &["run", "plan.yml"]).run().exits(ExitCode::Refused);
    harbor.repo = harbor.repo.write("there", "").commit("fix: what was missing");
    let told = format!("run 7 goes by commit {then}");
    let warned = by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Waiting);
    warned.says(&format!("warning: {told}")).says("--changed-commit");
    by(&harbor, "bea", &["sign", "7", "ready"]).run().exits(ExitCode::Done);
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Refused).says(&format!("error: {told}"));
}

#[test]
fn at_another_commit_a_run_is_taken_back() {
    let plan = "
roles: {boss: '@bea'}
jobs:
  go:
    steps: [{run: 'echo up >> log; exit 1'}]
    rollback: [{id: decide, role: boss, uses: zarpe/sign}, {run: 'echo back >> log', idempotent: true}]
";
    let mut harbor = harbor(plan);
    by(&harbor, "bea", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    harbor.repo = harbor.repo.commit("fix: something else");
    by(&harbor, "bea", &["sign", "7", "decide"]).run().exits(ExitCode::Done);
    by(&harbor, "bea", &["resume", "7"]).run().says("warning: run 7 goes by commit");
    assert_eq!(lines(&harbor.repo, "log"), ["up", "back"]);
}

#[test]
fn at_another_commit_days_later_a_run_is_taken_back() {
    let plan = "jobs: {go: {steps: [{run: 'true', idempotent: true}], rollback: [{run: 'echo back >> log', idempotent: true}]}}\n";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    let repo = repo.commit("fix: something else");
    let run = deploy(&repo, ["rollback", "7", "--accept-loss", "1h"]).run().exits(ExitCode::Refused);
    run.says("7: taken back").says("warning: run 7 goes by commit");
    assert_eq!(lines(&repo, "log"), ["back"]);
}

#[test]
fn at_another_commit_a_run_is_cleaned_up() {
    let plan = "
jobs:
  go: {steps: [{run: 'true', post: 'test ! -e stuck; echo off >> log', post-if: always()}, {run: 'exit 1'}]}
  next: {needs: go, steps: [{run: 'echo next >> log'}]}
";
    let mut harbor = harbor(plan);
    harbor.repo = harbor.repo.write("stuck", "");
    by(&harbor, "bea", &["run", "plan.yml"]).run();
    harbor.repo = harbor.repo.commit("fix: something else");
    std::fs::remove_file(harbor.repo.path().join("stuck")).unwrap();
    by(&harbor, "bea", &["resume", "7"]).run().says("warning: run 7 goes by commit");
    assert_eq!(lines(&harbor.repo, "log"), ["off"]);
}

#[test]
fn what_is_signed_is_the_plan_that_the_run_goes_by() {
    let plan = PLAN.replace("quorum: all, ", "");
    let mut harbor = harbor(&plan);
    by(&harbor, "bea", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    harbor.repo = harbor.repo.write("plan.yml", &plan.replace("id: ready", "id: other"));
    let sign = by(&harbor, "bea", &["sign", "7", "ready", "--evidence", "x"]).run().exits(ExitCode::Done);
    sign.says("plan.yml is another plan now: this goes by the one that run 7 went by");
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Refused).says("the sign-offs are void then");
    harbor.repo = harbor.repo.write("plan.yml", &plan);
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&harbor.repo, "log"), ["before", "after"]);
}

#[test]
fn an_ssh_key_signs_as_the_file_of_signers_says() {
    let plan = "roles: {boss: '@bea'}\njobs: {go: {steps: [{id: ready, role: boss, uses: zarpe/sign}, {run: 'echo after >> log'}]}}\n";
    let repo = planned(plan);
    let key = |name: &str| {
        let path = repo.scratch().join(name);
        let made =
            Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "x", "-f"]).arg(&path).status();
        made.is_ok_and(|status| status.success()).then_some(path)
    };
    let (Some(own), Some(other)) = (key("own"), key("other")) else {
        return skip("ssh-keygen is missing (Debian: apt-get install openssh-client)");
    };
    let public = std::fs::read_to_string(own.with_extension("pub")).unwrap();
    let repo = repo.write(".github/allowed_signers", &format!("bea namespaces=\"zarpe-deploy\" {public}"));
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let sign = |key: &std::path::Path| deploy(&repo, ["sign", "7", "ready", "--ssh-key", key.to_str().unwrap()]).run();
    sign(&other).exits(ExitCode::Refused).says("does not say whose key");
    // A file of one's own says nothing.
    let line = ["sign", "7", "ready", "--ssh-key", other.to_str().unwrap(), "--signers", "forged"];
    deploy(&repo, line).run().exits(ExitCode::Usage);
    let line = ["sign", "7", "ready", "--ssh-key", own.to_str().unwrap(), "--evidence", "saw hunter2-secret"];
    deploy(&repo, line)
        .env("ZARPE_TOKEN", "hunter2-secret")
        .run()
        .exits(ExitCode::Usage)
        .says("a secret stands in the evidence");
    sign(&own).exits(ExitCode::Done).says("bea signed go/ready of run 7 for boss");
    // Taken out of the file since, her key signs nothing any more.
    let signers = repo.path().join(".github/allowed_signers");
    let line = std::fs::read_to_string(&signers).unwrap();
    std::fs::write(&signers, line.replace("bea ", "dan ")).unwrap();
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Waiting).says("the key is not a signer's");
    std::fs::write(&signers, line).unwrap();
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Waiting);
    // From a folder of it, with a path from there.
    std::fs::create_dir_all(repo.path().join("here")).unwrap();
    std::fs::copy(&own, repo.path().join("here/key")).unwrap();
    deploy(&repo, ["sign", "7", "ready", "--ssh-key", "key"]).at("here").run().exits(ExitCode::Done);
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "log"), ["after"]);
    let events = super::events(&repo);
    let signed = events.iter().rfind(|event| event["event"] == "signed").unwrap();
    assert!(signed["signature"].as_str().unwrap().starts_with("-----BEGIN SSH SIGNATURE-----"));
    assert_eq!(signed["proof"], "ssh");
}

/// Who signs has the secrets of a deployment as little as the machine that asks for it.
#[test]
fn who_signs_needs_no_secret_of_the_plan() {
    let plan = "secrets: [KEY]\nroles: {boss: '@bea'}\njobs: {go: {steps: [{id: ready, role: boss, uses: zarpe/sign}, {run: 'test -n \"$KEY\"', idempotent: true}]}}\n";
    let harbor = harbor(plan);
    let with = |words: &[&str]| by(&harbor, "bea", words).env("KEY", "abretesesamo");
    with(&["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    by(&harbor, "bea", &["sign", "7", "ready"]).run().exits(ExitCode::Done).says("bea signed go/ready");
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Usage).says("the secret `KEY` is not set");
    with(&["resume", "7"]).run().exits(ExitCode::Done);
}

#[test]
fn a_rollback_begins_with_its_first_sign_off() {
    let harbor = harbor(
        "
roles: {boss: '@bea'}
jobs:
  go:
    steps: [{run: 'echo go >> log; exit 1'}]
    rollback:
      - {id: decide, role: boss, uses: zarpe/sign}
      - {run: 'echo back >> log', idempotent: true}
",
    );
    by(&harbor, "bea", &["run", "plan.yml"])
        .run()
        .exits(ExitCode::Waiting)
        .says("zarpe deploy sign 7 go/rollback/decide");
    by(&harbor, "dan", &["sign", "7", "go/rollback/decide"]).run().exits(ExitCode::Refused);
    by(&harbor, "bea", &["rollback", "7"]).run().exits(ExitCode::Waiting);
    assert_eq!(lines(&harbor.repo, "log"), ["go"]);
    by(&harbor, "bea", &["sign", "7", "decide"]).run().exits(ExitCode::Done);
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Refused).says("rollback: done");
    assert_eq!(lines(&harbor.repo, "log"), ["go", "back"]);
    assert!(names(&harbor.repo).contains(&"run_finished".to_owned()));
}

#[test]
fn a_rollback_that_was_signed_goes_on_by_the_plan_that_was_signed() {
    let plan = "
roles: {boss: '@bea'}
jobs:
  go:
    steps: [{run: 'echo go >> log; exit 1'}]
    rollback: [{id: decide, role: boss, uses: zarpe/sign}, {run: 'echo back >> log', idempotent: true}]
";
    let mut harbor = harbor(plan);
    by(&harbor, "bea", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    harbor.repo = harbor.repo.write("plan.yml", &plan.replace("echo back", "echo other"));
    by(&harbor, "bea", &["sign", "7", "decide"]).run().exits(ExitCode::Done).says("zarpe deploy rollback 7 go");
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Refused).says("is not the plan that run 7 went by");
    by(&harbor, "bea", &["rollback", "7", "go"]).run().exits(ExitCode::Refused).says("rollback: done");
    assert_eq!(lines(&harbor.repo, "log"), ["go", "back"]);
}

/// What is lost by a rollback of a site that is open is more with each hour: who signed for ten minutes has not signed for five days.
#[test]
fn what_was_signed_about_a_rollback_long_ago_is_asked_anew() {
    let harbor = harbor(
        "
roles: {boss: '@bea'}
jobs:
  go:
    steps: [{run: 'echo go >> log'}]
    rollback:
      - {id: decide, role: boss, uses: zarpe/sign}
      - {run: 'echo back >> log', idempotent: true}
",
    );
    by(&harbor, "bea", &["run", "plan.yml"]).run().exits(ExitCode::Done);
    by(&harbor, "bea", &["rollback", "7"]).run().exits(ExitCode::Waiting);
    by(&harbor, "bea", &["sign", "7", "decide"]).run().exits(ExitCode::Done);
    let bare = harbor.github.bare().to_str().unwrap().to_owned();
    let runs = harbor.repo.git(["ls-remote", &bare, "refs/zarpe/*"]);
    for name in runs.lines().filter_map(|line| line.split_whitespace().last()) {
        harbor.repo.git(["push", "--quiet", &bare, &format!(":{name}")]);
    }
    aged(&harbor.repo, "7", jiff::Timestamp::now() - jiff::SignedDuration::from_hours(5 * 24), 1);
    let asked = by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Waiting);
    asked.says("go/rollback/decide waits for a sign-off: boss").says("zarpe deploy sign 7 go/rollback/decide");
    assert_eq!(lines(&harbor.repo, "log"), ["go"]);
    let void = || {
        let report = by(&harbor, "bea", &["report", "7", "--format", "json"]).run().json_of("deploy-report/v1");
        let signed = report["sign_offs"].as_array().unwrap().clone();
        signed.iter().map(|one| (one["holds"] == true, one["void"].clone())).collect::<Vec<_>>()
    };
    let other = (false, serde_json::Value::from("other-rollback"));
    assert_eq!(void(), std::slice::from_ref(&other));
    by(&harbor, "bea", &["sign", "7", "decide"]).run().exits(ExitCode::Done);
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Refused).says("rollback: done");
    assert_eq!(void(), [other, (true, serde_json::Value::Null)]);
    by(&harbor, "bea", &["report", "7", "--format", "markdown"]).run().says("given for an earlier rollback");
    assert_eq!(lines(&harbor.repo, "log"), ["go", "back"]);
}

#[test]
fn a_sign_off_that_was_passed_is_given_anew_for_another_plan() {
    let plan = "
roles: {qa: ['@ana']}
jobs:
  a:
    steps:
      - {id: go, uses: zarpe/sign, role: qa, with: {statement: go}}
      - {id: done, run: 'echo done >> log'}
      - {id: next, run: 'false'}
";
    let mut harbor = peopled(&["ana"], plan);
    by(&harbor, "ana", &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    by(&harbor, "ana", &["sign", "7", "a/go"]).run().exits(ExitCode::Done);
    by(&harbor, "ana", &["resume", "7"]).run().exits(ExitCode::Refused).says("a/next failed");
    harbor.repo = harbor.repo.write("plan.yml", &plan.replace("'false'", "'echo next >> log'"));
    let again = ["resume", "7", "--changed-plan", "--retry"];
    by(&harbor, "ana", &again).run().exits(ExitCode::Waiting).says("a/go waits for a sign-off");
    by(&harbor, "ana", &["sign", "7", "a/go"]).run().exits(ExitCode::Done);
    by(&harbor, "ana", &["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&harbor.repo, "log"), ["done", "next"]);
}
