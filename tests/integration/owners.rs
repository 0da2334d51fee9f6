//! Code owners and who pushed last: what a branch's rules ask of reviews beyond their number.

use jiff::SignedDuration;
use test_case::test_case;
use zarpe::embedded::state::{ForcePush, Protection, Rule};

use crate::support::{Fault, Harbor, Proxy, Run};

/// A rule that asks for an approval, by whom the arguments say.
fn rule(code_owners: bool, last_push: bool) -> Rule {
    Rule::PullRequest { approvals: 1, dismiss_stale: false, code_owners, last_push }
}

/// A change of `api/boat.rs`, approved by `rita`, on a branch whose code owners this file names.
pub(crate) fn owned(owners: &str) -> Harbor {
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("api/boat.rs", "1\n").write(".github/CODEOWNERS", owners);
    let mut harbor = harbor.pushed("chore: name the owners").tagged("v1.0.0");
    harbor.repo = harbor.repo.write("api/boat.rs", "2\n");
    harbor.merged_pull("feat: sail", "bruno").approved_by("rita").check("test", "success").rule(rule(true, false))
}

fn on_behalf(harbor: Harbor, team: &str) -> Harbor {
    harbor.state(|state| state.pulls[0].reviews[0].on_behalf_of.push(team.to_owned()))
}

fn configured(mut harbor: Harbor, text: &str) -> Harbor {
    harbor.repo = harbor.repo.write("zarpe.yml", text);
    harbor
}

fn verdict(run: &Run) -> String {
    run.json_of("verify/v1")["verdict"].as_str().unwrap_or_default().to_owned()
}

fn protected(harbor: Harbor) -> Harbor {
    harbor.state(|state| {
        state.rulesets.clear();
        let branch = "main".to_owned();
        state.protections.push(Protection { branch, checks: Vec::new(), approvals: Some(1), code_owners: true });
    })
}

#[test_case(owned("/api/ @Rita @eva\n") => "PASS"; "36 an owner approved")]
#[test_case(owned("/api/ @eva\n") => "UNAPPROVED"; "36 the owner did not approve")]
#[test_case(protected(owned("/api/ @eva\n")) => "UNAPPROVED"; "36 required by classic protection")]
#[test_case(protected(owned("/api/ @rita\n")) => "PASS"; "36 required by classic protection and approved")]
#[test_case(owned("* @eva\n/api/\n") => "PASS"; "36 nobody owns it")]
#[test_case(owned("/web/ @eva\n") => "PASS"; "36 what is owned is not changed")]
#[test_case(owned("/api/ @acme/back\n") => "UNKNOWN"; "36 the team is not shown")]
#[test_case(on_behalf(owned("/api/ @acme/Back\n"), "acme/back") => "PASS"; "36 approved on behalf of the team")]
#[test_case(on_behalf(owned("/api/ @acme/back\n"), "acme/front") => "UNKNOWN"; "36 approved on behalf of another team")]
#[test_case(configured(owned("/api/ @acme/back\n"), "verify:\n  teams:\n    '@acme/back': [rita]\n") => "PASS"; "36 the configuration names a member")]
#[test_case(configured(owned("/api/ @acme/back\n"), "verify:\n  teams: {acme/back: [eva]}\n") => "UNAPPROVED"; "36 the configuration names others")]
#[test_case(owned("/api/ @eva\n").reviewed_by("eva", "COMMENTED") => "UNAPPROVED"; "36 the owner only commented")]
#[test_case(owned("/api/ @eva\n").approved_by("eva") => "PASS"; "36 the owner approved as the second")]
#[test_case(owned("/api/ @bruno\n") => "UNAPPROVED"; "36 the only owner is its author")]
fn code_owners(harbor: Harbor) -> String {
    verdict(&harbor.zarpe(["verify", "--format", "json"]).run())
}

#[test]
fn a_missing_owner_is_named_with_the_file_and_the_line() {
    let run = owned("# who\n/api/ @eva @acme/back\n/api/ @eva\n").zarpe(["verify"]).run();
    run.says("no owner approved api/boat.rs (line 3 of .github/CODEOWNERS of").says("@eva");
    let run = owned("/api/ @acme/back\n").zarpe(["verify"]).run();
    run.says("verify.teams").says("members: read");
}

#[test]
fn owners_are_asked_for_only_where_a_rule_requires_them() {
    let harbor = owned("/api/ @acme/back\n");
    let asked = |harbor: &Harbor| {
        let proxy = Proxy::before(harbor.github.origin());
        harbor.at_github(harbor.repo.zarpe(["verify"]), proxy.origin()).run();
        proxy.seen().iter().filter(|line| line.contains("/graphql")).count()
    };
    assert_eq!(asked(&harbor), 2);
    harbor.github.state(|state| state.rulesets.clear());
    assert_eq!(asked(&harbor), 1);
}

#[test]
fn teams_that_cannot_be_asked_for_are_not_guessed() {
    let harbor = on_behalf(owned("/api/ @acme/back\n"), "acme/back");
    let proxy = Proxy::before(harbor.github.origin()).on("/graphql", 2, Fault::Status(403, "{}"));
    let run = harbor.at_github(harbor.repo.zarpe(["verify", "--format", "json"]), proxy.origin()).run();
    assert_eq!(verdict(&run), "UNKNOWN");
}

fn pushed_by(harbor: Harbor, login: &str) -> Harbor {
    harbor.state(|state| {
        let pull = &mut state.pulls[0];
        let (at, head) = (pull.created_at - SignedDuration::from_mins(5), pull.head_sha.clone());
        pull.force_pushes.push(ForcePush { at, actor: login.to_owned(), before: head.clone(), after: head });
    })
}

fn last() -> Harbor {
    let harbor = Harbor::new().tagged("v1.0.0").merged_pull("feat: sail", "bruno").approved_by("rita");
    harbor.check("test", "success").rule(rule(false, true))
}

#[test_case(last() => "UNKNOWN"; "one approval and who pushed is not shown")]
#[test_case(last().approved_by("eva") => "PASS"; "of two approvers one did not push last")]
#[test_case(pushed_by(last(), "bruno") => "PASS"; "somebody else pushed by force")]
#[test_case(pushed_by(last(), "rita") => "UNAPPROVED"; "the approver pushed by force")]
fn the_last_pusher(harbor: Harbor) -> String {
    verdict(&harbor.zarpe(["verify", "--format", "json"]).run())
}
