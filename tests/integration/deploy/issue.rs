//! Sign-offs on GitHub: a comment asks, and what members answer counts.

use zarpe::embedded::state::{Access, Token};

use super::{aged, by, deploy, events, lines, peopled, token};
use crate::support::{ExitCode, Harbor};

const PLAN: &str = "
roles: {boss: '@bea', qa: '@acme/qa', dba: ['@dan', '@bea']}
jobs:
  go:
    steps:
      - {run: 'echo before >> log'}
      - {id: ready, role: [boss, qa, dba], uses: zarpe/sign, with: {statement: Ready, quorum: all, evidence: required}}
      - {run: 'echo after >> log'}
";

const ANY: &str = "
roles: {boss: ['@bea', '@dan'], qa: '@acme/qa'}
jobs:
  go: {steps: [{id: ready, role: [boss, qa], uses: zarpe/sign}, {run: 'echo after >> log'}]}
";

/// A GitHub with people, their tokens, and the issue 1.
fn harbor(plan: &str) -> Harbor {
    let harbor = peopled(&["bea", "quinn", "dan", "mal"], plan);
    harbor.github.state(|state| {
        state.teams.insert("acme/qa".to_owned(), vec!["quinn".to_owned()]);
        let permissions = [("contents", Access::Write), ("issues", Access::Write), ("pull-requests", Access::Read)];
        state.add_token(&token("job"), Token::workflow(&permissions));
        state.add_issue("Deploy", "bea");
    });
    harbor
}

fn comment(harbor: &Harbor, who: &str, body: &str) -> u64 {
    harbor.github.state(|state| state.add_comment(1, who, body))
}

/// The texts of the comments.
fn comments(harbor: &Harbor) -> Vec<String> {
    harbor.github.state(|state| state.comments_on(1).map(|comment| comment.body.clone()).collect())
}

/// What was answered was said of the commit at which it was asked.
#[test]
fn an_answer_that_comes_at_another_commit_lets_nothing_begin_there() {
    let plan = PLAN.replace("quorum: all, ", "");
    let mut harbor = harbor(&plan);
    let then = harbor.head();
    by(&harbor, "bea", &["run", "plan.yml", "--issue", "1"]).run().exits(ExitCode::Waiting);
    comment(&harbor, "bea", "/zarpe sign go/ready seen");
    harbor.repo = harbor.repo.commit("fix: something else");
    let resumed = by(&harbor, "bea", &["resume", "7"]).run();
    resumed.exits(ExitCode::Waiting).says(&format!("warning: run 7 goes by commit {then}"));
    assert_eq!(lines(&harbor.repo, "log"), ["before"]);
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Refused);
    harbor.repo.git(["checkout", "--quiet", "--detach", &then]);
    harbor.repo.git(["checkout", "--quiet", "main", "--", "."]);
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&harbor.repo, "log"), ["before", "after"]);
}

#[test]
fn members_answer_on_an_issue_and_the_run_goes_on() {
    let harbor = harbor(PLAN);
    comment(&harbor, "bea", "/zarpe sign go/ready before it was asked for");
    by(&harbor, "bea", &["run", "plan.yml", "--issue", "1"])
        .run()
        .exits(ExitCode::Waiting)
        .says("asked for the sign-offs on #1")
        .says("or answer on #1");
    let asked = comments(&harbor).pop().unwrap();
    let sha256 = events(&harbor.repo)[0]["plan_sha256"].as_str().unwrap().to_owned();
    for words in ["/zarpe sign go/ready WHAT-IT-IS-SIGNED-ON", &sha256, "boss (@bea); qa (@acme/qa); dba (@dan, @bea)"]
    {
        assert!(asked.contains(words), "{words}: {asked}");
    }
    comment(&harbor, "bea", "/zarpe sign go/ready seen");
    comment(&harbor, "bea", "/zarpe sign go/ready seen once more");
    comment(&harbor, "dan", "/zarpe sign go/ready");
    comment(&harbor, "mal", "/zarpe sign go/ready me too");
    let edited = comment(&harbor, "quinn", "/zarpe sign go/ready tests/41");
    harbor.github.state(|state| {
        let later = state.now + jiff::SignedDuration::from_secs(1);
        let comment = state.comment_mut(edited).unwrap();
        comment.updated_at = later;
    });
    let resumed = by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Waiting);
    resumed
        .says("bea signed go/ready for boss")
        .says("it was written before the sign-off was asked for")
        .says("one person signs for one role")
        .says("(mal, comment")
        .says("not a member of qa, dba")
        .says("it was edited")
        .says("it does not say what it is signed on");
    let told = comments(&harbor).pop().unwrap();
    assert!(told.contains("@mal") && told.contains("@quinn") && told.contains("@dan"), "{told}");
    // What was told is not told again.
    let before = comments(&harbor).len();
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Waiting);
    assert_eq!(comments(&harbor).len(), before);
    comment(&harbor, "quinn", "```\n/zarpe sign go/ready no\n```\n/zarpe sign `go/ready` tests/42");
    comment(&harbor, "dan", "> /zarpe sign go/ready\n\n/zarpe sign ready the backup is there");
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&harbor.repo, "log"), ["before", "after"]);
    let signed: Vec<String> = events(&harbor.repo)
        .iter()
        .filter(|event| event["event"] == "signed")
        .map(|event| format!("{} {} {} {}", event["login"], event["role"], event["proof"], event["evidence"]))
        .collect();
    assert_eq!(
        signed.join("\n").replace('"', ""),
        "bea boss comment seen\nquinn qa comment tests/42\ndan dba comment the backup is there"
    );
}

#[test]
fn a_token_that_sees_no_team_cannot_tell_who_is_in_it() {
    let harbor = harbor(ANY);
    by(&harbor, "job", &["run", "plan.yml", "--issue", "1"]).run().exits(ExitCode::Waiting);
    comment(&harbor, "quinn", "/zarpe sign go/ready");
    by(&harbor, "job", &["resume", "7"])
        .run()
        .exits(ExitCode::Waiting)
        .says("whether quinn is a member of @acme/qa is not shown to this token")
        .says("members: read");
    // One that sees it can, by the same comment.
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Done).says("quinn signed go/ready for qa");
    assert_eq!(lines(&harbor.repo, "log"), ["after"]);
}

#[test]
fn a_login_needs_no_team_and_a_machine_is_no_person() {
    let harbor = harbor(ANY);
    by(&harbor, "job", &["run", "plan.yml", "--issue", "1"]).run().exits(ExitCode::Waiting);
    comment(&harbor, "github-actions[bot]", "/zarpe sign go/ready");
    by(&harbor, "job", &["resume", "7"]).run().exits(ExitCode::Waiting).says("is no person");
    comment(&harbor, "dan", "/zarpe sign go/ready");
    by(&harbor, "job", &["resume", "7"]).run().exits(ExitCode::Done).says("dan signed go/ready for boss");
}

#[test]
fn a_changed_plan_is_asked_for_anew() {
    let mut harbor = harbor(ANY);
    by(&harbor, "job", &["run", "plan.yml", "--issue", "1"]).run().exits(ExitCode::Waiting);
    comment(&harbor, "dan", "/zarpe sign go/ready");
    harbor.repo = harbor.repo.write("plan.yml", &ANY.replace("echo after", "echo other"));
    by(&harbor, "job", &["resume", "7", "--changed-plan"])
        .run()
        .exits(ExitCode::Waiting)
        .says("asked for the sign-offs");
    by(&harbor, "job", &["resume", "7"]).run().exits(ExitCode::Waiting).says("before the sign-off was asked for");
    comment(&harbor, "dan", "/zarpe sign go/ready");
    by(&harbor, "job", &["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&harbor.repo, "log"), ["other"]);
}

#[test]
fn a_question_that_was_edited_is_asked_again_and_one_that_was_lost_is_found() {
    let harbor = harbor(ANY);
    by(&harbor, "job", &["run", "plan.yml", "--issue", "1"]).run().exits(ExitCode::Waiting);
    harbor.github.state(|state| {
        let later = state.now + jiff::SignedDuration::from_secs(1);
        let asked = state.comments.last_mut().unwrap();
        asked.body = asked.body.replace("go", "stay");
        asked.updated_at = later;
    });
    comment(&harbor, "dan", "/zarpe sign go/ready");
    by(&harbor, "job", &["resume", "7"])
        .run()
        .exits(ExitCode::Waiting)
        .says("was edited or removed")
        .says("asked for the sign-offs on #1");
    assert_eq!(comments(&harbor).len(), 3);
    // Killed after the comment and before the journal's line: the comment is found.
    let journal = harbor.repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    let cut = text.rfind("{\"v\":1").unwrap();
    assert!(text[cut..].contains("\"asked\""), "{}", &text[cut..]);
    std::fs::write(&journal, &text[..cut]).unwrap();
    harbor.repo.git(["update-ref", "-d", "refs/zarpe/none"]);
    let bare = harbor.github.bare().to_owned();
    std::fs::remove_file(bare.join("refs/zarpe/runs/default")).ok();
    by(&harbor, "job", &["resume", "7"]).run().exits(ExitCode::Waiting);
    assert_eq!(comments(&harbor).len(), 3);
    comment(&harbor, "dan", "/zarpe sign go/ready");
    by(&harbor, "job", &["resume", "7"]).run().exits(ExitCode::Done);
}

#[test]
fn an_approving_review_of_a_pull_request_signs() {
    let harbor = harbor(ANY).merged_pull("feat: sails", "bea");
    let number = harbor.github.state(|state| state.pulls[0].number);
    let approve = |who: &str| harbor.github.state(|state| state.add_review(number, who, "APPROVED"));
    approve("dan");
    let harbor = harbor.later();
    by(&harbor, "bea", &["run", "plan.yml", "--issue", &number.to_string()]).run().exits(ExitCode::Waiting);
    // What was approved before is not this.
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Waiting);
    harbor.github.state(|state| state.add_review(number, "mal", "APPROVED"));
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Waiting).says("not a member of boss, qa");
    harbor.github.state(|state| state.add_review(number, "quinn", "APPROVED"));
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Done).says("quinn signed go/ready for qa");
    assert!(events(&harbor.repo).iter().any(|event| event["proof"] == "review"));
}

#[test]
fn the_question_is_in_the_language_of_the_configuration_and_hides_secrets() {
    let plan = ANY.replace("uses: zarpe/sign", "uses: zarpe/sign, with: {statement: 'con ${{ secrets.KEY }}'}");
    let mut harbor = harbor(&("secrets: [KEY]".to_owned() + &plan));
    harbor.repo = harbor.repo.write("zarpe.yml", "language: es\n");
    let zarpe = |who: &str, words: &[&str]| by(&harbor, who, words).env("KEY", "s3cr3t-value");
    zarpe("job", &["run", "plan.yml", "--issue", "1"])
        .run()
        .exits(ExitCode::Waiting)
        .says("se pidieron las firmas en #1");
    let asked = comments(&harbor).pop().unwrap();
    assert!(asked.contains("espera una firma") && !asked.contains("s3cr3t-value"), "{asked}");
    comment(&harbor, "dan", "/zarpe sign go/ready visto con s3cr3t-value");
    zarpe("job", &["resume", "7"]).run().exits(ExitCode::Done).says("dan firmó go/ready por boss");
    let journal = std::fs::read_to_string(harbor.repo.path().join(".git/zarpe/runs/7/journal.jsonl")).unwrap();
    assert!(!journal.contains("s3cr3t-value"));
}

#[test]
fn where_nobody_can_be_asked_the_run_waits_all_the_same() {
    let harbor = harbor(ANY);
    // No such issue, and no token.
    by(&harbor, "job", &["run", "plan.yml", "--issue", "99"]).run().exits(ExitCode::Waiting).says("not found");
    by(&harbor, "job", &["resume", "7", "--issue", "1"]).run().exits(ExitCode::Waiting).says("on #1");
    comment(&harbor, "dan", "/zarpe sign go/ready");
    by(&harbor, "job", &["resume", "7"]).run().exits(ExitCode::Done);
    let repo = super::planned(ANY);
    deploy(&repo, ["run", "plan.yml", "--issue", "1"]).run().exits(ExitCode::Waiting);
}

#[test]
fn an_answer_counts_from_when_it_was_written_and_not_from_when_it_was_read() {
    let back = "
roles: {boss: '@bea'}
jobs:
  go:
    steps: [{run: 'true', idempotent: true}]
    rollback: [{id: decide, role: boss, uses: zarpe/sign}, {run: 'echo back >> log', idempotent: true}]
";
    let harbor = harbor(back);
    by(&harbor, "bea", &["run", "plan.yml", "--issue", "1"]).run().exits(ExitCode::Done);
    by(&harbor, "bea", &["rollback", "7"]).run().exits(ExitCode::Waiting).says("asked for the sign-offs on #1");
    harbor.github.state(|state| state.now += jiff::SignedDuration::from_mins(5));
    comment(&harbor, "bea", "/zarpe sign go/rollback/decide");
    // Nobody went on with it for six hours.
    aged(&harbor.repo, "7", jiff::Timestamp::now() - jiff::SignedDuration::from_mins(365), 0);
    let bare = harbor.github.bare().display().to_string();
    let gone = crate::support::git().args(["-C", &bare, "update-ref", "-d", "refs/zarpe/runs/default"]).status();
    assert!(gone.unwrap().success());
    let late = by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Waiting);
    late.says("go has been open for 36").says("asked for the sign-offs on #1");
    assert_eq!(lines(&harbor.repo, "log"), [""; 0]);
    let asked = comments(&harbor).pop().unwrap();
    assert!(asked.contains("go has been open for 36"), "{asked}");
    // It is not asked a third time.
    let before = comments(&harbor).len();
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Waiting);
    assert_eq!(comments(&harbor).len(), before);
    harbor.github.state(|state| state.now += jiff::SignedDuration::from_mins(5));
    comment(&harbor, "bea", "/zarpe sign go/rollback/decide");
    by(&harbor, "bea", &["resume", "7"]).run().exits(ExitCode::Refused).says("rollback: done");
    assert_eq!(lines(&harbor.repo, "log"), ["back"]);
}

/// Who is asked after a failure is told of it.
#[test]
fn a_statement_says_whether_something_failed() {
    let plan = "
roles: {boss: ['@bea']}
jobs:
  go:
    steps:
      - {run: 'false'}
      - {id: ready, if: always(), role: boss, uses: zarpe/sign, with: {statement: 'failed: ${{ failure() }}, safe: ${{ safe() }}'}}
";
    let harbor = harbor(plan);
    by(&harbor, "bea", &["run", "plan.yml", "--issue", "1"]).run().exits(ExitCode::Waiting);
    let asked = comments(&harbor).pop().unwrap();
    assert!(asked.contains("failed: true, safe: false"), "{asked}");
}
