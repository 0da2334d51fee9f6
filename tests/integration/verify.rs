//! `zarpe verify`: the scenarios that GitHub makes, each by what a person would see.

use test_case::test_case;
use zarpe::embedded::state::{Access, App, RequiredCheck, Role, Rule, Token};

use crate::support::{ExitCode, Fault, Harbor, Proxy, TOKEN};

/// `v1.0.0` is released; since then one pull request by bruno was merged.
fn merged() -> Harbor {
    Harbor::new().tagged("v1.0.0").merged_pull("feat: list the cargo", "bruno")
}

/// The same, approved by rita.
fn approved() -> Harbor {
    merged().approved_by("rita")
}

#[track_caller]
fn verdict(harbor: &Harbor, word: &str, exit: ExitCode) {
    let run = harbor.zarpe(["verify", "--format", "json"]).run().exits(exit);
    assert_eq!(run.json_of("verify/v1")["verdict"], word, "{run}");
}

#[test_case(&["test success"], "PASS", ExitCode::Done; "01 all passed")]
#[test_case(&["test skipped", "lint neutral"], "PASS", ExitCode::Done; "02 skipped and neutral")]
#[test_case(&["test cancelled"], "RED", ExitCode::Refused; "04 cancelled")]
#[test_case(&["test timed_out"], "RED", ExitCode::Refused; "04 timed out")]
#[test_case(&["test startup_failure"], "RED", ExitCode::Refused; "04 startup failure")]
#[test_case(&["test a_new_word"], "RED", ExitCode::Refused; "05 an unknown conclusion")]
#[test_case(&["test success", "lint queued"], "PENDING", ExitCode::CannotTell; "06 queued")]
#[test_case(&[], "UNKNOWN", ExitCode::CannotTell; "09 no checks and no statuses")]
#[test_case(&["test failure", "test success"], "PASS", ExitCode::Done; "13 a later attempt passed")]
#[test_case(&["test success", "test failure"], "RED", ExitCode::Refused; "13 a later attempt failed")]
fn checks_alone(checks: &[&str], word: &str, exit: ExitCode) {
    let harbor = checks.iter().fold(approved(), |harbor, check| {
        let (name, word) = check.split_once(' ').unwrap();
        harbor.check(name, word)
    });
    verdict(&harbor, word, exit);
}

#[test]
fn s08_a_required_check_that_never_ran_is_missing_by_name() {
    let harbor = approved().check("test", "success").requires(&["test", "lint"]);
    harbor.zarpe(["verify"]).run().exits(ExitCode::Refused).says("MISSING").says("lint");
}

#[test]
fn s11_s12_a_status_counts_beside_the_check_of_its_name() {
    verdict(&approved().check("test", "success").status("build", "error"), "RED", ExitCode::Refused);
    verdict(&approved().check("test", "success").status("test", "failure"), "RED", ExitCode::Refused);
    verdict(&approved().check("test", "success").status("build", "success"), "PASS", ExitCode::Done);
}

#[test]
fn s14_one_name_in_two_workflows_is_two_checks() {
    let harbor = approved().check("test", "success");
    let head = harbor.head();
    let harbor = harbor.state(|state| {
        let suite = state.workflow_suite(&head, "nightly", "push");
        state.add_check_run(suite, "test", "failure");
    });
    verdict(&harbor, "RED", ExitCode::Refused);
}

#[test]
fn s15_a_required_name_from_another_app_is_missing() {
    let harbor = approved().check("test", "success");
    let head = harbor.head();
    let other = App::new(7, "acme");
    let required = RequiredCheck { app: Some(other.id), ..RequiredCheck::new("scan") };
    let harbor = harbor.rule(Rule::RequiredChecks(vec![required])).check("scan", "success");
    verdict(&harbor, "MISSING", ExitCode::Refused);
    harbor.github.state(|state| state.add_app_check(&head, &other, "scan", "success"));
    verdict(&harbor, "PASS", ExitCode::Done);
}

#[test]
fn s17_the_own_job_is_left_out_and_only_that_one() {
    let harbor = approved().check("test", "success");
    let head = harbor.head();
    let own = harbor.github.state(|state| state.add_check(&head, "release", "in_progress"));
    verdict(&harbor, "PENDING", ExitCode::CannotTell);
    let run = harbor.zarpe(["verify"]).env("ZARPE_CHECK_RUN_ID", own.to_string()).run();
    run.exits(ExitCode::Done).says("PASS");
}

#[test]
fn s20_a_failure_on_a_later_page_is_seen() {
    let harbor = (0..120).fold(approved(), |harbor, number| harbor.check(&format!("job {number}"), "success"));
    verdict(&harbor.check("the last one", "failure"), "RED", ExitCode::Refused);
}

#[test]
fn s25_a_direct_push_is_listed() {
    let harbor = approved().pushed("fix: straight to main").check("test", "success");
    let run = harbor.zarpe(["verify"]).run().exits(ExitCode::Refused);
    run.says("UNAPPROVED").says("pushed to main without a pull request").says("fix: straight to main");
}

#[test]
fn s26_an_unapproved_commit_inside_the_range_refuses_an_approved_head() {
    let harbor = merged().merged_pull("fix: more", "bruno").approved_by("rita").check("test", "success");
    verdict(&harbor, "UNAPPROVED", ExitCode::Refused);
}

#[test]
fn s29_the_last_opinion_of_a_reviewer_counts() {
    let green = |harbor: Harbor| harbor.check("test", "success");
    verdict(&green(approved().reviewed_by("rita", "COMMENTED")), "PASS", ExitCode::Done);
    verdict(&green(approved().reviewed_by("rita", "DISMISSED")), "UNAPPROVED", ExitCode::Refused);
    verdict(&green(approved().reviewed_by("sam", "CHANGES_REQUESTED")), "UNAPPROVED", ExitCode::Refused);
}

#[test]
fn s30_an_approval_before_the_last_push_is_stale() {
    let harbor = approved().check("test", "success");
    let harbor = harbor.state(|state| {
        let pull = state.pulls.last_mut().unwrap();
        let long_ago = pull.created_at - jiff::SignedDuration::from_hours(5);
        pull.reviews[0].submitted_at = Some(long_ago);
    });
    verdict(&harbor, "STALE", ExitCode::Refused);
}

#[test_case("bruno"; "the author")]
#[test_case("robot[bot]"; "a bot")]
#[test_case("guest"; "without write access")]
fn s31_an_approval_that_does_not_count(login: &str) {
    let harbor = merged().state(|state| state.add_user("guest", Role::Read)).approved_by(login);
    verdict(&harbor.check("test", "success"), "UNAPPROVED", ExitCode::Refused);
}

#[test]
fn s33_a_review_of_a_deleted_account_does_not_count() {
    let harbor = approved().check("test", "success");
    let harbor = harbor.state(|state| state.pulls.last_mut().unwrap().reviews[0].author = None);
    verdict(&harbor, "UNAPPROVED", ExitCode::Refused);
}

#[test]
fn s34_as_many_approvals_as_are_asked_for() {
    let harbor = approved().check("test", "success");
    harbor.zarpe(["verify", "--approvals", "2"]).run().exits(ExitCode::Refused).says("needs 2 approvals, has 1");
    let harbor = harbor.approved_by("sam");
    harbor.zarpe(["verify", "--approvals", "2"]).run().exits(ExitCode::Done);
}

#[test]
fn s37_a_missing_permission_is_named_and_never_red() {
    let harbor = approved().check("test", "failure");
    let limited = [("contents", Access::Read), ("pull-requests", Access::Read)];
    let harbor = harbor.state(|state| state.add_token("limited0token", Token::fine_grained("ana", &limited)));
    let run = harbor.zarpe(["verify"]).env("ZARPE_TOKEN", "limited0token").run().exits(ExitCode::CannotTell);
    run.says("AUTH").says("checks").never_says("RED").never_says("limited0token");
}

#[test]
fn a_wrong_token_cannot_tell() {
    let harbor = approved().check("test", "success");
    let run = harbor.zarpe(["verify"]).env("ZARPE_TOKEN", "wrong0token").run().exits(ExitCode::CannotTell);
    run.says("ZARPE_TOKEN").never_says("wrong0token").never_says("PASS");
}

#[test]
fn without_a_token_the_private_evidence_is_not_guessed() {
    let harbor = approved().check("test", "success");
    harbor.repo.zarpe(["verify"]).run().exits(ExitCode::CannotTell).never_says("PASS");
}

#[test_case(Fault::Status(502, "<html>bad gateway</html>"); "s39 a bad gateway")]
#[test_case(Fault::Html; "a page for people")]
#[test_case(Fault::Truncate; "half an answer")]
#[test_case(Fault::ResetBefore; "a reset")]
#[test_case(Fault::Blackhole; "nothing ever comes")]
#[test_case(Fault::Redirect("http://127.0.0.1:9/elsewhere".to_owned()); "sent elsewhere")]
fn a_broken_network_is_never_a_yes(fault: Fault) {
    let harbor = approved().check("test", "success");
    harbor.github.forget_requests();
    verdict(&harbor, "PASS", ExitCode::Done);
    let asked = harbor.github.requests();
    let paths = asked.iter().filter(|request| request.path.starts_with("/api/")).map(|request| request.path.clone());
    let paths: Vec<String> = paths.collect();
    assert!(paths.len() >= 4, "{paths:?}");
    for path in paths {
        let proxy = Proxy::before(harbor.github.origin()).on(&path, 0, fault.clone());
        let run = harbor.at_github(harbor.repo.zarpe(["verify"]), proxy.origin()).env("ZARPE_TIMEOUT", "1").run();
        assert_eq!(run.code, Some(i32::from(ExitCode::CannotTell.code())), "{path}: {run}");
        run.never_says("PASS").never_says(TOKEN);
    }
}

#[test]
fn a_hundred_commits_take_few_requests() {
    let mut harbor = Harbor::new().tagged("v1.0.0");
    for number in 0..100 {
        harbor = harbor.merged_pull(&format!("fix: part {number}"), "bruno").approved_by("rita");
    }
    let harbor = (0..60).fold(harbor, |harbor, number| harbor.check(&format!("job {number}"), "success"));
    harbor.github.forget_requests();
    verdict(&harbor, "PASS", ExitCode::Done);
    let api: Vec<_> =
        harbor.github.requests().into_iter().filter(|request| request.path.starts_with("/api/")).collect();
    assert!(api.len() <= 6, "{api:#?}");
}
