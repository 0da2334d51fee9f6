//! `zarpe verify`: the scenarios of a release against the embedded GitHub, each by its number, and a wire that misbehaves.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use test_case::test_case;
use zarpe::embedded::state::{
    Access, App, Enforcement, ForcePush, Progress, Protection, Pull, RequiredCheck, RequiredWorkflow, Review, Role,
    Rule, Ruleset, Token,
};

use crate::support::{ExitCode, Fault, Harbor, Proxy, Run, TOKEN, timed, within};
use crate::{owners, queue};

/// Since `v1.0.0` one change was merged; nothing judges it yet.
fn merged() -> Harbor {
    Harbor::new().tagged("v1.0.0").merged_pull("feat: list the cargo", "bruno")
}

/// The change is approved.
fn approved() -> Harbor {
    merged().approved_by("rita")
}

/// The change is approved, and one check passed.
pub(crate) fn ready() -> Harbor {
    approved().check("test", "success")
}

/// The verdict's word; its exit code is the documented one, and only `PASS` is a yes.
pub(crate) fn word(run: &Run) -> String {
    let word = run.json_of("verify/v1")["verdict"].as_str().unwrap_or_else(|| panic!("no verdict: {run}")).to_owned();
    let code = match word.as_str() {
        "PASS" => 0,
        "RED" | "MISSING" | "UNAPPROVED" | "STALE" => 1,
        _ => 3,
    };
    assert_eq!(run.code, Some(code), "{run}");
    word
}

fn verify(harbor: &Harbor, args: &[&str]) -> Run {
    let run = harbor.zarpe(["verify", "--format", "json"].iter().chain(args).copied()).run();
    run.never_says(TOKEN)
}

fn edit(harbor: Harbor, change: impl FnOnce(&mut Pull)) -> Harbor {
    harbor.state(|state| change(state.pulls.last_mut().expect("a pull request")))
}

/// Changes come by pull requests with so many approvals.
fn approvals(count: u32) -> Rule {
    Rule::PullRequest { approvals: count, dismiss_stale: false, code_owners: false, last_push: false }
}

fn pinned(app: u64) -> Rule {
    Rule::RequiredChecks(vec![RequiredCheck { context: "test".to_owned(), app: Some(app) }])
}

fn run_without_jobs(harbor: Harbor, word: &str) -> Harbor {
    let head = harbor.head();
    harbor.state(|state| {
        let suite = state.workflow_suite(&head, "broken", "push");
        state.suite(suite).unwrap().without_runs = Progress::of(word);
    })
}

fn in_workflow(harbor: Harbor, workflow: &str, check: &str, word: &str) -> Harbor {
    let head = harbor.head();
    harbor.state(|state| {
        let suite = state.workflow_suite(&head, workflow, "push");
        state.add_check_run(suite, check, word);
    })
}

fn evaluated(harbor: Harbor) -> Harbor {
    harbor.state(|state| {
        let id = state.id();
        state.rulesets.push(Ruleset {
            id,
            organization: true,
            enforcement: Enforcement::Evaluate,
            branches: vec!["~ALL".to_owned()],
            rules: vec![Rule::RequiredChecks(vec![RequiredCheck::new("lint")]), approvals(3)],
        });
    })
}

fn protected(harbor: Harbor, approvals: u32) -> Harbor {
    harbor.state(|state| {
        state.protections.push(Protection {
            branch: "main".to_owned(),
            checks: vec![RequiredCheck::new("test")],
            approvals: Some(approvals),
            code_owners: false,
        });
    })
}

fn by_app(harbor: Harbor, word: &str) -> Harbor {
    let head = harbor.head();
    harbor.state(|state| {
        state.add_app_check(&head, &App::new(7, "acme"), "test", word);
    })
}

fn many(harbor: Harbor) -> Harbor {
    let head = harbor.head();
    // The list begins with the newest: the failure is the oldest, on the second page.
    let harbor = in_workflow(harbor, "first", "bad", "failure");
    harbor.state(|state| {
        for number in 0..101 {
            let suite = state.workflow_suite(&head, &format!("w{number}"), "push");
            state.add_check_run(suite, "test", "success");
        }
    })
}

fn role(harbor: Harbor, login: &str, role: Role) -> Harbor {
    harbor.state(|state| state.add_user(login, role))
}

fn forced(harbor: Harbor) -> Harbor {
    edit(harbor, |pull| {
        // The same patch again, after the review: GitHub binds the approval to the new head.
        let at = pull.reviews[0].submitted_at.unwrap() + SignedDuration::from_mins(5);
        let (before, after) = ("0".repeat(40), pull.head_sha.clone());
        pull.force_pushes.push(ForcePush { at, actor: "bruno".to_owned(), before, after });
    })
}

fn early(harbor: Harbor) -> Harbor {
    edit(harbor, |pull| pull.reviews[0].submitted_at = Some(pull.created_at - SignedDuration::from_hours(5)))
}

fn late(harbor: Harbor) -> Harbor {
    edit(harbor, |pull| {
        let after = pull.merge.as_ref().unwrap().at + SignedDuration::from_mins(1);
        pull.reviews[0].submitted_at = Some(after);
    })
}

fn days(harbor: Harbor, days: i64) -> Harbor {
    harbor.github.state(|state| state.advance(SignedDuration::from_hours(24 * days)));
    harbor
}

/// A workflow that must pass; its file is in this repository, or so many numbers further.
fn required_workflow(harbor: Harbor, name: &str, further: u64) -> Harbor {
    let path = format!(".github/workflows/{name}.yml");
    harbor.state(|state| {
        let repository = state.repository.id + further;
        state.add_rule(Rule::Workflows(vec![RequiredWorkflow { path, repository }]));
    })
}

fn ghost(harbor: Harbor) -> Harbor {
    edit(harbor, |pull| pull.reviews.iter_mut().for_each(|review: &mut Review| review.author = None))
}

fn without_suites(harbor: Harbor) -> Harbor {
    let heads = harbor.github.state(|state| state.pulls.iter().map(|pull| pull.head_sha.clone()).collect::<Vec<_>>());
    harbor.state(|state| state.suites.retain(|suite| !heads.contains(&suite.head_sha)))
}

/// `#1` is merged and nobody approved it; the head, `#2`, is approved.
fn second_approved() -> Harbor {
    merged().merged_pull("fix: sink less", "bruno").approved_by("rita").check("test", "success")
}

#[test_case(ready() => "PASS"; "01 all success, one approval")]
#[test_case(approved().check("test", "skipped").check("lint", "neutral") => "PASS"; "02 skipped and neutral only")]
#[test_case(approved().check("build", "failure").check("gate", "skipped").requires(&["gate"]) => "RED"; "03 a gate skipped because its upstream failed")]
#[test_case(ready().check("x", "cancelled") => "RED"; "04 cancelled")]
#[test_case(ready().check("x", "timed_out") => "RED"; "04 timed out")]
#[test_case(ready().check("x", "action_required") => "RED"; "04 action required")]
#[test_case(ready().check("x", "stale") => "RED"; "04 stale")]
#[test_case(ready().check("x", "startup_failure") => "RED"; "04 startup failure")]
#[test_case(ready().check("x", "splendid") => "RED"; "05 an unknown conclusion")]
#[test_case(ready().check("x", "queued") => "PENDING"; "06 queued")]
#[test_case(ready().check("x", "waiting") => "PENDING"; "06 waiting")]
#[test_case(ready().check("x", "in_progress").requires(&["late"]) => "PENDING"; "07 a required check may still come")]
#[test_case(ready().requires(&["test", "docs"]) => "MISSING"; "08 a required check never ran")]
#[test_case(approved() => "UNKNOWN"; "09 no checks and no statuses")]
#[test_case(ready().status("old", "success") => "PASS"; "10 checks and statuses")]
#[test_case(ready().status("old", "error") => "RED"; "11 one status is an error")]
#[test_case(ready().status("test", "failure").requires(&["test"]) => "RED"; "12 one name as check and status")]
#[test_case(approved().check("test", "failure").check("test", "success") => "PASS"; "13 re-run, now well")]
#[test_case(ready().check("test", "failure") => "RED"; "13 re-run, now bad")]
#[test_case(days(ready().check("x", "queued"), 14) => "RED"; "04 not ended for 14 days")]
#[test_case(days(ready(), 399) => "PASS"; "42 checks that are kept")]
#[test_case(in_workflow(ready(), "nightly", "test", "failure") => "RED"; "14 one job name in two workflows")]
#[test_case(by_app(approved(), "success").rule(pinned(15_368)) => "MISSING"; "15 from the wrong app")]
#[test_case(ready().rule(pinned(15_368)) => "PASS"; "15 from the right app")]
#[test_case(required_workflow(ready(), "ci", 0) => "PASS"; "08 a required workflow passed")]
#[test_case(required_workflow(ready(), "docs", 0) => "MISSING"; "08 a required workflow did not run")]
#[test_case(required_workflow(ready(), "docs", 1) => "UNKNOWN"; "08 a required workflow of another repository")]
#[test_case(required_workflow(in_workflow(ready(), "docs", "build", "failure"), "docs", 0) => "RED"; "08 a required workflow failed")]
#[test_case(evaluated(ready()) => "PASS"; "16 a ruleset that is only tried out")]
#[test_case(run_without_jobs(ready(), "in_progress") => "PENDING"; "18 a run whose jobs are not there yet")]
#[test_case(run_without_jobs(ready(), "failure") => "RED"; "19 a failed run without jobs")]
#[test_case(run_without_jobs(ready(), "action_required") => "RED"; "19 a run that waits to be allowed")]
#[test_case(many(approved()) => "RED"; "20 the failure on page two")]
#[test_case(ready().pushed("fix: straight in").check("test", "success") => "UNAPPROVED"; "25 a direct push")]
#[test_case(second_approved() => "UNAPPROVED"; "26 an unapproved commit below an approved head")]
#[test_case(edit(ready(), |pull| pull.base = "dev".to_owned()) => "UNAPPROVED"; "28 merged into another base")]
#[test_case(edit(ready(), |pull| pull.merge = None) => "UNAPPROVED"; "28 an open pull request")]
#[test_case(ready().reviewed_by("rita", "COMMENTED") => "PASS"; "29 then commented")]
#[test_case(ready().reviewed_by("rita", "DISMISSED") => "UNAPPROVED"; "29 then dismissed")]
#[test_case(ready().reviewed_by("rita", "CHANGES_REQUESTED") => "UNAPPROVED"; "29 then changes requested")]
#[test_case(edit(ready(), |pull| pull.reviews[0].commit = Some("0".repeat(40))) => "STALE"; "30 approved before the last push")]
#[test_case(forced(ready()) => "STALE"; "30 bound to the head anew")]
#[test_case(early(ready()) => "STALE"; "30 submitted before the server saw the head")]
#[test_case(without_suites(approved()).check("test", "success") => "UNKNOWN"; "30 no time of the server")]
#[test_case(merged().approved_by("bruno").check("test", "success") => "UNAPPROVED"; "31 by its author")]
#[test_case(merged().approved_by("ana").check("test", "success") => "UNAPPROVED"; "31 by an author of its commits")]
#[test_case(role(merged(), "leo", Role::Triage).approved_by("leo").check("test", "success") => "UNAPPROVED"; "31 without write access")]
#[test_case(role(merged(), "ci[bot]", Role::Write).approved_by("ci[bot]").check("test", "success") => "UNAPPROVED"; "31 by a bot")]
#[test_case(late(ready()) => "UNAPPROVED"; "32 only after the merge")]
#[test_case(ghost(ready()) => "UNAPPROVED"; "33 by a deleted account")]
#[test_case(ready().rule(approvals(2)) => "UNAPPROVED"; "34 needs two, has one")]
#[test_case(protected(ready().rule(approvals(1)), 2) => "UNAPPROVED"; "34 a rule asks for one, the protection for two")]
#[test_case(protected(ready().approved_by("eva").rule(approvals(1)), 2) => "PASS"; "34 and has two")]
#[test_case(ready().rule(approvals(0)) => "PASS"; "35 no review required, one given")]
#[test_case(own_job("success") => "PASS"; "17 the own job is in progress")]
#[test_case(own_job("failure") => "RED"; "17 a job of its name elsewhere failed")]
#[test_case(moved() => "PASS"; "21 the branch has moved on from the commit")]
#[test_case(queue::squashed_by("") => "UNKNOWN"; "22 the queue alone was tested, and no policy")]
#[test_case(queue::squashed_by("verify: {tested-as: [merge-group]}\n") => "PASS"; "22 the queue alone was tested, by policy")]
#[test_case(of_group(&["+feat: one"]) => "PASS"; "23 a merge group of one")]
#[test_case(of_group(&["+feat: one", "fix: two", "+fix: three"]) => "UNAPPROVED"; "24 a merge group with one unapproved")]
#[test_case(queue::rebased() => "PASS"; "27 the inner commits of a rebase")]
#[test_case(owners::owned("/api/ @eva\n") => "UNAPPROVED"; "36 the owner did not approve")]
#[test_case(owners::owned("/api/ @rita\n") => "PASS"; "36 the owner approved")]
#[test_case(few(ready()) => "AUTH"; "37 a token that may not read checks")]
#[test_case(ready().state(|state| state.limit_next(1, 429, Some(1))) => "PASS"; "38 a limit that is waited for")]
#[test_case(ready().state(|state| state.limit_next(1000, 403, Some(3600))) => "RATE_LIMIT"; "38 a limit beyond the deadline")]
#[test_case(faulty(ready(), 1) => "PASS"; "39 one web page in place of an answer")]
#[test_case(faulty(ready(), 0) => "INFRA"; "39 web pages in place of answers")]
#[test_case(renamed() => "PASS"; "40 a renamed repository")]
#[test_case(enterprise(ready()) => "PASS"; "41 the addresses of an enterprise server")]
#[test_case(days(protected_by_names(ready()), 401) => "UNKNOWN"; "42 checks that are no longer kept")]
fn each_scenario_has_its_verdict(scene: impl Into<Scene>) -> String {
    let Scene { harbor, args, variables, proxy, bare } = scene.into();
    let args = ["verify", "--format", "json"].into_iter().chain(args.iter().map(String::as_str));
    let origin = proxy.as_ref().map_or(harbor.github.origin(), Proxy::origin);
    let zarpe = if bare { harbor.repo.zarpe(args) } else { harbor.at_github(harbor.repo.zarpe(args), origin) };
    let zarpe = zarpe.env("ZARPE_TOKEN", TOKEN).env("ZARPE_TIMEOUT", "10");
    let zarpe = variables.iter().fold(zarpe, |zarpe, (name, value)| zarpe.env(name, value));
    word(&zarpe.run().never_says(TOKEN))
}

/// A situation, and how it is asked about.
struct Scene {
    harbor: Harbor,
    args: Vec<String>,
    variables: Vec<(&'static str, String)>,
    proxy: Option<Proxy>,
    /// Nothing but the remote says where GitHub is.
    bare: bool,
}

impl From<Harbor> for Scene {
    fn from(harbor: Harbor) -> Self {
        Self { harbor, args: Vec::new(), variables: Vec::new(), proxy: None, bare: false }
    }
}

fn own_job(elsewhere: &str) -> Scene {
    let harbor = in_workflow(in_workflow(ready(), "release", "gate", "in_progress"), "other", "gate", elsewhere);
    let run = harbor.github.state(|state| {
        let mut runs = state.suites.iter().filter_map(|suite| suite.workflow.as_ref());
        runs.find(|run| run.name == "release").unwrap().id
    });
    let variables = vec![("GITHUB_RUN_ID", run.to_string()), ("GITHUB_JOB", "gate".to_owned())];
    Scene { variables, ..harbor.into() }
}

fn moved() -> Scene {
    let harbor = ready();
    let args = vec![harbor.head()];
    Scene { args, ..harbor.pushed("fix: straight in").into() }
}

fn of_group(titles: &[&str]) -> Scene {
    let queue::Group { harbor, branch } = queue::group(titles);
    Scene { args: vec![branch], ..harbor.into() }
}

fn few(harbor: Harbor) -> Scene {
    let harbor = harbor.state(|state| state.add_token("github_pat_few", without_checks().unwrap()));
    Scene { variables: vec![("ZARPE_TOKEN", "github_pat_few".to_owned())], ..harbor.into() }
}

/// The nth question for checks (0: each) is answered by a web page.
fn faulty(harbor: Harbor, nth: usize) -> Scene {
    let fault = Fault::Status(502, "<html>bad gateway</html>");
    let proxy = Proxy::before(harbor.github.origin()).on("/check-runs", nth, fault);
    Scene { proxy: Some(proxy), ..harbor.into() }
}

fn renamed() -> Scene {
    let harbor = ready().state(|state| {
        state.repository.former_names.push("acme/boat".to_owned());
        state.repository.name = "ship".to_owned();
    });
    Scene { variables: vec![("GITHUB_REPOSITORY", "acme/boat".to_owned())], ..harbor.into() }
}

fn enterprise(harbor: Harbor) -> Scene {
    Scene { bare: true, ..harbor.into() }
}

fn protected_by_names(harbor: Harbor) -> Harbor {
    harbor.requires(&["test"])
}

#[test]
fn the_table_has_each_of_the_42_scenarios() {
    let output = std::process::Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let names = String::from_utf8(output.stdout).unwrap();
    let rows = names.lines().filter_map(|line| line.strip_prefix("verify::each_scenario_has_its_verdict::test_case_"));
    let numbers: std::collections::BTreeSet<u32> =
        rows.filter_map(|row| row.trim_start_matches(|c: char| c.is_ascii_digit()).get(1..3)?.parse().ok()).collect();
    assert_eq!(numbers, (1..=42).collect());
}

#[test]
fn a_check_of_another_commit_is_no_check_of_this_one() {
    let earlier = ready();
    let harbor = earlier.merged_pull("fix: sink less", "bruno").approved_by("rita");
    assert_eq!(word(&verify(&harbor, &[])), "UNKNOWN");
}

#[test]
fn n17_the_own_job_is_left_out_and_a_job_of_its_name_elsewhere_is_not() {
    let own = |elsewhere: &str| {
        let harbor = in_workflow(in_workflow(ready(), "release", "gate", "in_progress"), "other", "gate", elsewhere);
        let run = harbor.github.state(|state| {
            let mut runs = state.suites.iter().filter_map(|suite| suite.workflow.as_ref());
            runs.find(|run| run.name == "release").unwrap().id
        });
        let zarpe = harbor.zarpe(["verify", "--format", "json"]).env("GITHUB_RUN_ID", run.to_string());
        word(&zarpe.env("GITHUB_JOB", "gate").run())
    };
    assert_eq!(own("success"), "PASS");
    assert_eq!(own("in_progress"), "PENDING");
    assert_eq!(own("failure"), "RED");
}

#[test]
fn n17_the_own_job_is_known_by_the_number_of_its_check_run() {
    let harbor = ready();
    let head = harbor.head();
    let own = harbor.github.state(|state| state.add_check(&head, "release", "in_progress"));
    assert_eq!(word(&verify(&harbor, &[])), "PENDING");
    let run = harbor.zarpe(["verify", "--format", "json"]).env("ZARPE_CHECK_RUN_ID", own.to_string()).run();
    assert_eq!(word(&run), "PASS");
}

#[test]
fn n17_the_jobs_that_need_the_own_one_are_left_out_and_the_others_are_not() {
    let workflow = "jobs: {test: {}, clear: {needs: test}, publish: {needs: clear}}\n";
    let judged = |queued: &str, known: bool| {
        let mut harbor = Harbor::new();
        harbor.repo = harbor.repo.write(".github/workflows/release.yml", workflow);
        let harbor = harbor.pushed("ci: release").tagged("v1.0.0").merged_pull("feat: x", "bruno").approved_by("rita");
        let harbor = in_workflow(in_workflow(harbor, "release", "test", "success"), "release", "clear", "in_progress");
        let harbor = in_workflow(harbor, "release", queued, "queued");
        let head = harbor.head();
        let run = harbor.github.state(|state| {
            let mut suites = state.suites.iter().filter(|suite| suite.head_sha == head);
            suites.find_map(|suite| suite.workflow.as_ref()).unwrap().id
        });
        let zarpe = harbor.zarpe(["verify", "--format", "json"]).env("GITHUB_RUN_ID", run.to_string());
        let zarpe = zarpe.env("GITHUB_JOB", "clear");
        let file = "acme/boat/.github/workflows/release.yml@refs/heads/main";
        let run = if known { zarpe.env("GITHUB_WORKFLOW_REF", file) } else { zarpe }.run();
        word(&run)
    };
    assert_eq!(judged("publish", true), "PASS");
    assert_eq!(judged("publish", false), "PENDING");
    assert_eq!(judged("lint", true), "PENDING");
}

#[test]
fn n21_a_branch_that_moves_meanwhile_changes_nothing_about_the_pinned_commit() {
    let harbor = ready();
    let (head, branch) = (harbor.head(), "refs/heads/main");
    let next = harbor.repo.git(["commit-tree", "-p", "HEAD", "-m", "fix: later", "HEAD^{tree}"]);
    // The branch is asked when the others have answered; it moves while one of them takes its time.
    let proxy = Proxy::before(harbor.github.origin()).on("/graphql", 1, Fault::Late(Duration::from_secs(2)));
    let zarpe = harbor.at_github(harbor.repo.zarpe(["verify", "--format", "json"]), proxy.origin());
    let run = std::thread::scope(|scope| {
        let run = scope.spawn(|| zarpe.run());
        while !proxy.seen().iter().any(|line| line.contains("/graphql")) {
            std::thread::sleep(Duration::from_millis(5));
        }
        harbor.push(&format!("{next}:{branch}"));
        run.join().unwrap()
    });
    assert_eq!(word(&run), "PASS");
    assert_eq!((&run.json()["commit"], &run.json()["moved_to"]), (&head.into(), &next.into()));
}

#[test]
fn n27_a_rebased_inner_commit_belongs_to_its_pull_request() {
    let harbor = ready();
    let inner = harbor.head();
    // The merge made another commit; this one is only among the commits of the pull request.
    let harbor = edit(harbor, |pull| {
        pull.commits.insert(0, inner);
        pull.merge.as_mut().unwrap().commit = "0".repeat(40);
    });
    let run = verify(&harbor, &[]);
    assert_eq!(word(&run), "PASS");
    assert_eq!(run.json()["approved"]["commits"][0]["pull_request"], 1);
}

#[test]
fn n37_a_missing_permission_is_named_and_never_red() {
    for (permission, others) in [("checks", "actions"), ("actions", "checks")] {
        let harbor = ready().check("bad", "success").state(|state| {
            let read = ["contents", "statuses", "pull_requests", others].map(|name| (name, Access::Read));
            state.add_token("github_pat_few", Token::fine_grained("ana", &read));
        });
        let run = harbor.zarpe(["verify", "--format", "json"]).env("ZARPE_TOKEN", "github_pat_few").run();
        assert_eq!(word(&run), "AUTH");
        run.says(&format!("{permission}=read"));
    }
}

#[test]
fn n38_a_limit_is_waited_for_or_told() {
    let waits = ready().state(|state| state.limit_next(1, 429, Some(1)));
    let start = Instant::now();
    assert_eq!(word(&verify(&waits, &[])), "PASS");
    assert!(start.elapsed() >= Duration::from_secs(1));
    let told = ready().state(|state| state.limit_next(1000, 403, Some(3600)));
    let run = told.zarpe(["verify", "--format", "json"]).env("ZARPE_TIMEOUT", "3").run();
    assert_eq!(word(&run), "RATE_LIMIT");
}

#[test_case(Fault::Status(502, "<html>bad gateway</html>") => "INFRA"; "39 502 with a web page")]
#[test_case(Fault::Status(401, "{}") => "AUTH"; "23 401")]
#[test_case(Fault::Status(403, "{}") => "AUTH"; "24 a plain 403")]
#[test_case(Fault::StatusWith(429, "{}", &["retry-after: 3600"]) => "RATE_LIMIT"; "25 a limit beyond the deadline")]
#[test_case(Fault::Truncate => "INFRA"; "32 half an answer")]
#[test_case(Fault::Html => "INFRA"; "33 a web page with 200")]
#[test_case(Fault::ResetBefore => "INFRA"; "31 reset")]
#[test_case(Fault::Drip(Duration::from_millis(300)) => "INFRA"; "34 byte by byte")]
#[test_case(Fault::Blackhole => "INFRA"; "35 nothing ever comes")]
#[test_case(Fault::Redirect("http://127.0.0.2:9/x".to_owned()) => "INFRA"; "36 sent to another host")]
fn no_fault_of_any_endpoint_makes_a_yes_or_lasts_longer_than_it_may(fault: Fault) -> String {
    let harbor = ready();
    let endpoints = ["/check-runs", "/actions/runs", "/rules/branches", "/branches/main ", "/graphql"];
    // An answer that is final needs no deadline.
    let seconds = if matches!(fault, Fault::Status(..500, _) | Fault::StatusWith(..)) { "20" } else { "2" };
    let ask = &|endpoint: &str| {
        let proxy = Proxy::before(harbor.github.origin()).on(endpoint, 0, fault.clone());
        let zarpe = || harbor.at_github(harbor.repo.zarpe(["verify", "--format", "json"]), proxy.origin());
        // The branch is asked after the others: two questions one after the other, and what starting takes.
        within(Duration::from_secs(9), || {
            timed(|| word(&zarpe().env("ZARPE_TIMEOUT", seconds).run().never_says(TOKEN)))
        })
    };
    let words = std::thread::scope(|scope| {
        endpoints.map(|endpoint| scope.spawn(move || ask(endpoint))).map(|asked| asked.join().unwrap())
    });
    assert!(words.iter().all(|word| *word == words[0]), "{words:?}");
    words[0].clone()
}

#[test]
fn n39_a_fault_that_passes_is_asked_again() {
    let harbor = ready();
    let proxy = Proxy::before(harbor.github.origin()).on("/check-runs", 1, Fault::Status(502, "<html>"));
    let zarpe = harbor.at_github(harbor.repo.zarpe(["verify", "--format", "json"]), proxy.origin());
    assert_eq!(word(&zarpe.run()), "PASS");
}

#[test]
fn n40_a_renamed_repository_is_followed() {
    let harbor = ready().state(|state| {
        state.repository.former_names.push("acme/boat".to_owned());
        state.repository.name = "ship".to_owned();
    });
    let zarpe = harbor.zarpe(["verify", "--format", "json"]).env("GITHUB_REPOSITORY", "acme/boat");
    let run = zarpe.run();
    assert_eq!((word(&run).as_str(), &run.json()["repository"]), ("PASS", &"acme/ship".into()));
}

#[test]
fn n41_an_enterprise_server_is_found_by_the_remote_alone() {
    let harbor = ready();
    let run = harbor.repo.zarpe(["verify", "--format", "json"]).env("ZARPE_TOKEN", TOKEN).run();
    assert_eq!(word(&run), "PASS");
    let paths: Vec<String> = harbor.github.requests().into_iter().map(|request| request.path).collect();
    assert!(paths.iter().any(|path| path == "/api/graphql"), "{paths:?}");
    assert!(paths.iter().any(|path| path.starts_with("/api/v3/repos/acme/boat/actions/runs")), "{paths:?}");
}

#[test]
fn n42_checks_that_are_no_longer_kept_are_told_of() {
    for harbor in [ready(), ready().requires(&["test"])] {
        let run = verify(&days(harbor, 401), &[]);
        assert_eq!(run.json()["green"]["verdict"], "UNKNOWN", "{run}");
        run.says("the checks have expired").says("workflow_dispatch");
    }
}

#[test]
fn the_document_says_where_each_thing_can_be_looked_at() {
    let harbor = ready();
    let document = verify(&harbor, &[]).json_of("verify/v1");
    let page = format!("{}/acme/boat", harbor.github.origin());
    let check = &document["green"]["checks"][0];
    let pull = &document["approved"]["pull_requests"][0];
    let begins = |value: &serde_json::Value, with: &str| {
        assert!(value.as_str().is_some_and(|url| url.starts_with(&format!("{page}{with}"))), "{value} in {document:#}");
    };
    assert!(check["id"].is_u64(), "{document:#}");
    begins(&check["url"], "/actions/runs/");
    begins(&document["approved"]["commits"][0]["url"], &format!("/commit/{}", harbor.head()));
    begins(&pull["url"], "/pull/1");
    begins(&pull["reviews"][0]["url"], "/pull/1#pullrequestreview-");
}

#[test]
fn a_wrong_token_cannot_tell_and_its_variable_is_named() {
    let run = ready().zarpe(["verify", "--format", "json"]).env("ZARPE_TOKEN", "wrong0token").run();
    assert_eq!(word(&run), "AUTH");
    run.says("ZARPE_TOKEN").never_says("wrong0token");
}

/// What each kind of token is told of a public repository: the verdict, and whether it is green.
fn by_token(harbor: &Harbor, token: Option<Token>, config: &str) -> (String, String) {
    std::fs::write(harbor.repo.path().join("zarpe.yml"), config).unwrap();
    let zarpe = harbor.repo.zarpe(["verify", "--format", "json"]);
    let run = match token {
        Some(token) => {
            harbor.github.state(|state| state.add_token("kind0of0token", token));
            zarpe.env("ZARPE_TOKEN", "kind0of0token").run()
        }
        None => zarpe.run(),
    };
    (word(&run), run.json()["green"]["verdict"].as_str().unwrap().to_owned())
}

fn without_checks() -> Option<Token> {
    let read = ["contents", "statuses", "pull_requests", "actions"].map(|name| (name, Access::Read));
    Some(Token::fine_grained("ana", &read))
}

fn words(verdict: &str, green: &str) -> (String, String) {
    (verdict.to_owned(), green.to_owned())
}

#[test]
fn a_classic_token_sees_everything() {
    assert_eq!(by_token(&ready(), Some(Token::classic("ana")), ""), words("PASS", "PASS"));
    assert_eq!(by_token(&ready().check("x", "failure"), Some(Token::classic("ana")), ""), words("RED", "RED"));
}

#[test]
fn without_a_token_it_is_seen_whether_a_public_repository_is_green_and_nothing_is_guessed() {
    assert_eq!(by_token(&ready(), None, ""), words("AUTH", "PASS"));
    assert_eq!(by_token(&ready().status("old", "error"), None, ""), words("RED", "RED"));
    // Classic protection is only shown to tokens.
    assert_eq!(by_token(&protected(ready(), 1), None, ""), words("AUTH", "UNKNOWN"));
    let private = ready().state(|state| state.repository.private = true);
    let run = private.repo.zarpe(["verify", "--format", "json"]).run();
    assert_eq!(run.code, Some(3), "{run}");
}

#[test]
fn n37_a_token_that_may_not_read_checks_judges_the_jobs_that_the_configuration_names() {
    let named = "verify: {checks: [test]}\n";
    assert_eq!(by_token(&ready(), without_checks(), named), words("PASS", "PASS"));
    assert_eq!(by_token(&ready().requires(&["test"]), without_checks(), ""), words("AUTH", "AUTH"));
    assert_eq!(by_token(&ready().check("test", "failure"), without_checks(), named), words("RED", "RED"));
    assert_eq!(by_token(&ready().status("test", "failure"), without_checks(), named), words("RED", "RED"));
    assert_eq!(by_token(&ready().check("x", "queued"), without_checks(), named).0, "PENDING");
    // Whether another app reported it is not seen: it is not said to be missing.
    assert_eq!(by_token(&ready(), without_checks(), "verify: {checks: [test, lint]}\n").0, "UNKNOWN");
    // That there were only jobs to see is said.
    let harbor = ready();
    by_token(&harbor, without_checks(), named);
    let run = harbor.repo.zarpe(["verify"]).env("ZARPE_TOKEN", "kind0of0token").run();
    run.says("checks of other apps than GitHub Actions were not seen").says("checks=read");
}

#[test]
fn n30_an_approval_is_no_fresher_where_checks_may_not_be_read() {
    let named = "verify: {checks: [test]}\n";
    assert_eq!(by_token(&early(ready()), without_checks(), named).0, "STALE");
    assert_eq!(by_token(&forced(ready()), without_checks(), named).0, "STALE");
    let unseen = without_suites(approved()).check("test", "success");
    assert_eq!(by_token(&unseen, without_checks(), named).0, "UNKNOWN");
}

#[test]
fn a_host_that_is_not_there_is_no_verdict() {
    let harbor = ready();
    let run = harbor.at_github(harbor.repo.zarpe(["verify", "--format", "json"]), "http://127.0.0.1:9").run();
    assert_eq!(word(&run), "INFRA");
    run.says("cannot be reached");
}

#[test]
fn the_options_stand_instead_of_the_configuration() {
    let harbor = second_approved().check("docs", "failure");
    assert_eq!(word(&verify(&harbor, &[])), "RED");
    assert_eq!(word(&verify(&harbor, &["--ignore", "docs"])), "UNAPPROVED");
    assert_eq!(word(&verify(&harbor, &["--ignore", "docs", "--since", "HEAD~1"])), "PASS");
    assert_eq!(word(&verify(&harbor, &["--ignore", "docs", "--since", "HEAD~1", "--check", "lint"])), "MISSING");
    assert_eq!(word(&verify(&harbor, &["--ignore", "docs", "--since", "HEAD~1", "--approvals", "2"])), "UNAPPROVED");
    verify(&harbor, &["--since", "nonsense"]).exits(ExitCode::Usage);
}

/// With this configuration in the clone.
fn configured(mut harbor: Harbor, text: &str) -> Harbor {
    harbor.repo = harbor.repo.write("zarpe.yml", text);
    harbor
}

#[test]
fn a_repository_that_adopts_zarpe_late_begins_at_its_baseline() {
    let begin = Harbor::new().pushed("fix: long ago").merged_pull("feat: long ago", "bruno");
    let baseline = begin.head();
    let harbor = begin.merged_pull("feat: today", "bruno").approved_by("rita").check("test", "success");
    assert_eq!(word(&verify(&harbor, &[])), "UNAPPROVED");
    let harbor = configured(harbor, &format!("verify: {{baseline: {baseline}}}\n"));
    let run = verify(&harbor, &[]);
    assert_eq!((word(&run).as_str(), run.json()["approved"]["commits"].as_array().unwrap().len()), ("PASS", 1));
    assert_eq!(run.json()["approved"]["range"], format!("since the baseline {}", &baseline[..7]));
    // After the next release the baseline means nothing any more.
    let later = harbor.tagged("v1.0.0").pushed("fix: straight in").check("test", "success");
    let run = verify(&later, &[]);
    assert_eq!((word(&run).as_str(), &run.json()["approved"]["range"]), ("UNAPPROVED", &"since v1.0.0".into()));
}

#[test]
fn a_baseline_that_is_not_before_the_commit_is_refused() {
    let unknown = configured(ready(), &format!("verify: {{baseline: {}}}\n", "a".repeat(40)));
    let run = verify(&unknown, &[]);
    assert_eq!(word(&run), "UNKNOWN");
    run.says("the baseline aaaaaaa is not in this clone").says("verify.baseline");
    let harbor = ready();
    let other = harbor.repo.git(["commit-tree", "-m", "alone", "HEAD^{tree}"]);
    let run = verify(&configured(harbor, &format!("verify: {{baseline: {other}}}\n")), &[]).exits(ExitCode::Usage);
    run.says("is no ancestor of").says("verify.baseline");
}

#[test]
fn the_configuration_says_into_which_branches_a_pull_request_counts() {
    let into = |base: &str| edit(ready(), |pull| pull.base = base.to_owned());
    let bases = "verify: {bases: [main, 'release/*']}\n";
    assert_eq!(word(&verify(&configured(into("release/1.x"), bases), &[])), "PASS");
    assert_eq!(word(&verify(&configured(into("dev"), bases), &[])), "UNAPPROVED");
}

#[test]
fn what_was_tagged_already_is_still_judged_since_the_release_before() {
    let harbor = merged().check("test", "success").tagged("v1.1.0");
    assert_eq!(word(&verify(&harbor, &[])), "UNAPPROVED");
}

#[test]
fn a_shallow_clone_is_told_to_fetch() {
    let mut harbor = ready();
    harbor.repo = harbor.repo.shallow(1);
    harbor.repo.git(["remote", "set-url", "origin", &harbor.github.clone_url()]);
    let run = verify(&harbor, &[]);
    assert_eq!(word(&run), "UNKNOWN");
    run.says("git fetch --unshallow --tags");
}

#[test]
fn a_commit_that_was_not_pushed_is_told_to_be_pushed() {
    let mut harbor = ready();
    harbor.repo = harbor.repo.commit("feat: local");
    let run = verify(&harbor, &["HEAD"]);
    assert_eq!(word(&run), "UNKNOWN");
    run.says("is not on GitHub").says("push it first");
}

/// What a person sees, with the commits' names taken out.
fn seen(harbor: &Harbor, args: &[&str]) -> String {
    let run = harbor.zarpe(["verify"].iter().chain(args).copied()).run();
    let mut text = run.stdout;
    for sha in harbor.repo.git(["rev-list", "HEAD"]).lines() {
        text = text.replace(&sha[..7], "COMMIT ");
    }
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_refusal_says_what_is_wrong_and_what_to_do() {
    let harbor = merged().reviewed_by("ana", "APPROVED").pushed("fix: straight in");
    let harbor = harbor.check("test", "success").check("lint", "failure").requires(&["docs", "lint"]);
    insta::assert_snapshot!(seen(&harbor, &[]), @"
    ✗ RED: COMMIT  is not green, and not every commit is approved

    ✗ not green      1 failed, 1 missing, 1 passed
      ✗ lint  ci (push)  failure (required)
      ✗ docs             missing (required)
      ✓ test  ci (push)  success
      help: mend what failed on main, or run it again; leave out what does not matter with `verify.ignore` in zarpe.yml

    ✗ not approved   2 of 2 commits since v1.0.0
      COMMIT   fix: straight in           pushed to main without a pull request
      COMMIT   feat: list the cargo (#1)  needs 1 approval, has none; @ana is an author of it
      help: each needs 1 approval before its merge; have them reviewed now, and record who answers for them: `verify.waive` in zarpe.yml
    ");
}

#[test]
fn a_clearance_says_what_it_rests_on() {
    insta::assert_snapshot!(seen(&ready().requires(&["test"]).status("ci/old", "success"), &[]), @"
    ✓ PASS: COMMIT  is green, and every commit is approved

    ✓ green      2 passed
      ci/old  status     success
      test    ci (push)  success (required)

    ✓ approved   1 commit since v1.0.0, 1 pull request
      COMMIT   feat: list the cargo (#1)  approved by @rita
    ");
}
