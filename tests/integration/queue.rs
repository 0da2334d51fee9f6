//! Merge queues, rebases, machines that push and commits that skip CI: whose checks and whose approval count for a commit.

use test_case::test_case;
use zarpe::embedded::state::QueueEntry;

use crate::support::{ExitCode, Harbor, Run, TOKEN};
use crate::verify::word;

fn verify(harbor: &Harbor, args: &[&str]) -> Run {
    let run = harbor.zarpe(["verify", "--format", "json"].iter().chain(args).copied()).run();
    run.never_says(TOKEN)
}

fn configured(mut harbor: Harbor, text: &str) -> Harbor {
    harbor.repo = harbor.repo.write("zarpe.yml", text);
    harbor
}

/// A merge queue in the middle of a group: each title is a pull request, `+` before it means approved. What was tried is green.
pub(crate) struct Group {
    pub(crate) harbor: Harbor,
    pub(crate) branch: String,
}

pub(crate) fn group(titles: &[&str]) -> Group {
    let mut harbor = Harbor::new().tagged("v1.0.0");
    let mut onto = harbor.head();
    let mut branch = String::new();
    harbor.repo.git(["switch", "--quiet", "--create", "queue"]);
    for title in titles {
        let (base, name) = (harbor.head(), title.trim_start_matches('+'));
        harbor.repo.git(["switch", "--quiet", "--create", "change", "main"]);
        harbor.repo = harbor.repo.commit(name);
        let own = harbor.repo.sha("HEAD");
        let number = harbor.github.state(|state| state.add_pull(name, "bruno", &base, &[&own]));
        harbor.push(&format!("change:refs/pull/{number}/head"));
        harbor = harbor.later();
        harbor.github.state(|state| {
            let suite = state.workflow_suite(&own, "ci", "pull_request");
            state.add_check_run(suite, "test", "success");
        });
        harbor = harbor.later();
        if title.starts_with('+') {
            harbor.github.state(|state| state.add_review(number, "rita", "APPROVED"));
        }
        harbor.repo.git(["switch", "--quiet", "queue"]);
        harbor.repo.git(["branch", "--quiet", "-D", "change"]);
        harbor.repo = harbor.repo.commit(&format!("{name} (#{number})"));
        branch = format!("gh-readonly-queue/main/pr-{number}-{onto}");
        let head = harbor.repo.sha("HEAD");
        let entry = QueueEntry { pull: number, head: head.clone(), base: onto };
        harbor.github.state(|state| state.queue.push(entry));
        onto = head;
    }
    harbor.push(&format!("queue:refs/heads/{branch}"));
    harbor.github.state(|state| {
        let suite = state.workflow_suite(&onto, "ci", "merge_group");
        state.suite(suite).unwrap().head_branch = Some(branch.clone());
        state.add_check_run(suite, "test", "success");
    });
    Group { harbor: harbor.later(), branch }
}

#[test_case(group(&["+feat: one"]), false => "PASS"; "23 one pull request, which the queue names")]
#[test_case(group(&["+feat: one"]), true => "PASS"; "23 one pull request, which the branch names")]
#[test_case(group(&["feat: one"]), true => "UNAPPROVED"; "23 one pull request that nobody approved")]
#[test_case(group(&["+feat: one", "+fix: two", "+fix: three"]), false => "PASS"; "24 three pull requests")]
#[test_case(group(&["+feat: one", "fix: two", "+fix: three"]), false => "UNAPPROVED"; "24 three pull requests, one unapproved")]
#[test_case(group(&["+feat: one", "+fix: two"]), true => "UNKNOWN"; "24 the queue does not show who is in the group")]
fn a_group_is_judged_by_its_pull_requests(group: Group, gone: bool) -> String {
    let Group { harbor, branch } = group;
    if gone {
        harbor.github.state(|state| state.queue.clear());
    }
    let runs = [branch.clone(), format!("refs/heads/{branch}")].map(|name| verify(&harbor, &[&name]));
    assert_eq!(word(&runs[0]), word(&runs[1]));
    word(&runs[0])
}

#[test]
fn n24_the_unapproved_one_of_a_group_is_named() {
    let Group { harbor, branch } = group(&["+feat: one", "fix: two", "+fix: three"]);
    let run = verify(&harbor, &[&branch]);
    let commits = run.json()["approved"]["commits"].as_array().unwrap().clone();
    let found = |commit: &serde_json::Value| (commit["pull_request"].as_u64(), commit["standing"] == "approved");
    assert_eq!(commits.iter().map(found).collect::<Vec<_>>(), [(Some(3), true), (Some(2), false), (Some(1), true)]);
}

#[test]
fn n23_another_branch_s_queue_and_a_name_of_no_group_are_refused() {
    let Group { harbor, branch } = group(&["+feat: one"]);
    let other = configured(harbor, "branch: dev\n");
    other.repo.git(["branch", "dev", "main"]);
    other.push("dev");
    verify(&other, &[&branch]).exits(ExitCode::Usage).says("is no branch of the merge queue of dev");
    verify(&other, &["gh-readonly-queue/main/pr-1"]).exits(ExitCode::Usage);
}

/// A change whose checks ran on its pull request and in the queue, and not on the branch.
fn squashed(tried: &str) -> Harbor {
    let mut harbor = Harbor::new().tagged("v1.0.0");
    harbor.repo = harbor.repo.write("sail", "1\n");
    let harbor = harbor.merged_pull("feat: sail", "bruno").approved_by("rita");
    // What the queue made has the same files under another name.
    let group = harbor.repo.git(["commit-tree", "-p", "HEAD~1", "-m", "feat: sail (#1), tried", tried]);
    let branch = format!("gh-readonly-queue/main/pr-1-{}", harbor.repo.sha("HEAD~1"));
    harbor.push(&format!("{group}:refs/heads/{branch}"));
    harbor.push(&format!(":refs/heads/{branch}"));
    harbor.github.state(|state| {
        let merged = state.pulls[0].merge.as_ref().unwrap().at;
        let id = state.workflow_suite(&group, "ci", "merge_group");
        state.add_check_run(id, "test", "success");
        let suite = state.suite(id).unwrap();
        suite.head_branch = Some(branch);
        suite.created_at = merged - jiff::SignedDuration::from_mins(2);
    });
    harbor.later()
}

/// The same, and what the queue tested has the same files.
pub(crate) fn squashed_by(policy: &str) -> Harbor {
    configured(squashed("HEAD^{tree}"), policy)
}

#[test_case("", "HEAD^{tree}" => "UNKNOWN"; "22 no policy")]
#[test_case("verify: {tested-as: [merge-group]}\n", "HEAD^{tree}" => "PASS"; "22 the group's checks by policy")]
#[test_case("verify: {tested-as: [merge-group]}\n", "HEAD~1^{tree}" => "UNKNOWN"; "22 the group had other files")]
#[test_case("verify: {tested-as: [pull-request]}\n", "HEAD^{tree}" => "PASS"; "22 the pull request's checks by policy")]
#[test_case("verify: {tested-as: [merge-group], checks: [lint]}\n", "HEAD^{tree}" => "MISSING"; "22 a required check ran nowhere")]
fn a_squashed_commit_is_green_by_another_only_where_the_policy_says_so(policy: &str, tried: &str) -> String {
    word(&verify(&configured(squashed(tried), policy), &[]))
}

#[test]
fn n22_a_failure_on_the_commit_itself_or_on_the_other_is_red() {
    let policy = "verify: {tested-as: [merge-group, pull-request]}\n";
    let itself = configured(squashed("HEAD^{tree}").check("deploy", "failure"), policy);
    assert_eq!(word(&verify(&itself, &[])), "RED");
    let other = configured(squashed("HEAD^{tree}"), policy).state(|state| {
        let suite =
            state.suites.iter().find(|suite| suite.workflow.as_ref().unwrap().event == "merge_group").unwrap().id;
        state.add_check_run(suite, "lint", "failure");
    });
    assert_eq!(word(&verify(&other, &[])), "RED");
}

#[test]
fn n22_what_stands_in_is_said() {
    let harbor = configured(squashed("HEAD^{tree}"), "verify: {tested-as: [merge-group]}\n");
    let run = verify(&harbor, &[]);
    assert_eq!(run.json()["stand_ins"][0]["reason"], "the merge queue tested the same files (#1)");
    harbor.zarpe(["verify"]).run().says("the merge queue tested the same files (#1)");
}

/// One pull request of three commits, rebased onto the branch.
pub(crate) fn rebased() -> Harbor {
    let mut harbor = Harbor::new().tagged("v1.0.0");
    let base = harbor.head();
    harbor.repo = harbor.repo.commit("feat: one").commit("fix: two").commit("fix: three");
    let commits: Vec<String> =
        harbor.repo.git(["rev-list", "--reverse", "v1.0.0..HEAD"]).lines().map(Into::into).collect();
    let harbor = harbor.state(|state| {
        let all: Vec<&str> = commits.iter().map(String::as_str).collect();
        let number = state.add_pull("feat: one", "bruno", &base, &all);
        let suite = state.workflow_suite(&commits[2], "ci", "pull_request");
        state.add_check_run(suite, "test", "success");
        state.advance(jiff::SignedDuration::from_mins(1));
        state.add_review(number, "rita", "APPROVED");
        state.advance(jiff::SignedDuration::from_mins(1));
        // The last of the rebased commits is the one that the merge is named after.
        state.merge_pull(number, "bruno", &commits[2]);
    });
    harbor.push("main");
    harbor.check("test", "success")
}

#[test]
fn n27_a_rebase_brings_several_commits_of_one_pull_request() {
    let harbor = rebased();
    let run = verify(&harbor, &[]);
    assert_eq!(word(&run), "PASS");
    let commits = run.json()["approved"]["commits"].as_array().unwrap().clone();
    assert!(commits.len() == 3 && commits.iter().all(|commit| commit["pull_request"] == 1), "{run}");
}

/// After an approved and green change, a machine pushes a commit with this message that changes this file.
fn machine(message: &str, file: &str, email: &str) -> Harbor {
    let mut harbor = Harbor::new().tagged("v1.0.0").merged_pull("feat: sail", "bruno").approved_by("rita");
    harbor = harbor.check("test", "success");
    harbor.repo = harbor.repo.write(file, "changed\n");
    harbor.repo.git(["add", "--all"]);
    harbor.repo.git(["-c", &format!("user.email={email}"), "commit", "--quiet", "-m", message]);
    harbor.push("main");
    harbor.later()
}

const BOT: &str = "41898282+github-actions[bot]@users.noreply.github.com";
const BOTS: &str = "verify: {bots: [{login: 'github-actions[bot]', paths: [CHANGELOG.md]}]}\n";
const BOTH: &str = "verify: {skip-ci: [CHANGELOG.md], bots: [{login: 'github-actions[bot]', paths: [CHANGELOG.md]}]}\n";

#[test_case("", "CHANGELOG.md", BOT => "UNAPPROVED"; "no policy")]
#[test_case(BOTS, "CHANGELOG.md", BOT => "PASS"; "a file that it may change")]
#[test_case(BOTS, "src/main.rs", BOT => "UNAPPROVED"; "a file that it may not change")]
#[test_case(BOTS, "CHANGELOG.md", "ana@example.com" => "UNAPPROVED"; "a person")]
fn a_machine_may_push_what_the_policy_names(policy: &str, file: &str, email: &str) -> String {
    let harbor = machine("chore: note", file, email).check("test", "success");
    word(&verify(&configured(harbor, policy), &[]))
}

#[test_case("", "CHANGELOG.md" => "UNKNOWN"; "no policy")]
#[test_case(BOTH, "CHANGELOG.md" => "PASS"; "a file that does not matter")]
#[test_case(BOTH, "src/main.rs" => "UNKNOWN"; "a file that matters")]
fn a_commit_that_skips_ci_is_judged_by_its_parent_where_the_policy_says_so(policy: &str, file: &str) -> String {
    let run = verify(&configured(machine("chore: note [skip ci]", file, BOT), policy), &[]);
    let green = run.json_of("verify/v1")["green"]["verdict"].as_str().unwrap().to_owned();
    if green == "UNKNOWN" {
        run.says("its message says [skip ci]").says("verify.skip-ci");
    }
    green
}

#[test]
fn a_machine_that_may_push_is_shown() {
    let run = verify(&configured(machine("chore: note [skip ci]", "CHANGELOG.md", BOT), BOTH), &[]);
    assert_eq!((word(&run).as_str(), &run.json()["approved"]["commits"][0]["standing"]), ("PASS", &"exempt".into()));
}
