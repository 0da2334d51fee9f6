//! The scenarios of a release, judged as values: one line each, the verdict beside it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use test_case::test_case;

use super::*;
use crate::config::Glob;

mod own;
mod waiting;

const ACTIONS: u64 = 15_368;

/// A situation in a few words: everything is well until a word says otherwise.
struct Story {
    evidence: Evidence,
    policy: Policy,
    next: u64,
}

fn sha(digit: char) -> Sha {
    Sha::parse(&digit.to_string().repeat(40)).unwrap()
}

/// Minutes after the beginning, by the server's clock.
fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

fn person(login: &str) -> Option<Account> {
    (login != "ghost").then(|| Account { login: login.to_owned(), bot: login.ends_with("[bot]") })
}

/// The head was pushed at minute 10 and merged at minute 100.
fn pull(number: u64) -> Pull {
    Pull {
        node: "PR_1".to_owned(),
        forced_by: None,
        number,
        title: format!("feat: {number}"),
        url: String::new(),
        repository: "acme/boat".to_owned(),
        merged: Some(at(100)),
        base: "main".to_owned(),
        head: "head".to_owned(),
        merge_commit: None,
        author: person("ana"),
        authors: vec![PersonSeen { login: Some("ana".to_owned()), email: "ana@example.com".to_owned() }],
        authors_whole: true,
        reviews: Vec::new(),
        reviews_whole: true,
        head_seen: Some(at(10)),
        force_push: None,
    }
}

/// `bob APPROVED 20`: at minute 20, of the head; `~bob`: without write access; `APPROVED@old`: of another commit.
fn review(text: &str) -> Review {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (state, commit) = words[1].split_once('@').unwrap_or((words[1], "head"));
    Review {
        author: person(words[0].trim_start_matches('~')),
        state: state.to_owned(),
        submitted: words.get(2).map(|minutes| at(minutes.parse().unwrap())),
        commit: Some(commit.to_owned()),
        can_push: !words[0].starts_with('~'),
        url: String::new(),
    }
}

fn change(digit: char, pulls: Vec<Pull>) -> Change {
    Change {
        commit: sha(digit),
        subject: "feat: x".to_owned(),
        url: String::new(),
        pulls,
        pulls_whole: true,
        queued: Queued::No,
        author: "ana@example.com".to_owned(),
        files: None,
    }
}

impl Story {
    /// No check yet, one commit that bob approved.
    fn new() -> Self {
        let mut pull = pull(1);
        pull.reviews.push(review("bob APPROVED 20"));
        Self {
            evidence: Evidence {
                repository: "acme/boat".to_owned(),
                commit: sha('a'),
                branch: "main".to_owned(),
                moved: None,
                checks: Ok(Vec::new()),
                jobs_only: None,
                statuses: Ok(Vec::new()),
                runs: Ok(Vec::new()),
                required: Ok(Requirements::default()),
                range: Ok(Range { label: "since v1.0.0".to_owned(), changes: vec![change('a', vec![pull])] }),
                ownership: BTreeMap::new(),
                own: Own::default(),
                stand_ins: Vec::new(),
                skip: None,
                asked: Some(at(1000)),
                committed: None,
                watched: Duration::ZERO,
            },
            policy: Policy { bases: vec!["main".parse().unwrap()], ..Policy::default() },
            next: 0,
        }
    }

    fn id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// `test success`, `ci/test failure` in another workflow, `acme:test success` of another app.
    fn check(mut self, text: &str) -> Self {
        let (name, word) = text.rsplit_once(' ').unwrap();
        let (app, name) = name.split_once(':').map_or((ACTIONS, name), |(_, name)| (7, name));
        let (workflow, name) = name.split_once('/').unwrap_or(("ci", name));
        let suite = (app == ACTIONS).then(|| self.run(workflow));
        let id = self.id();
        let check = Check {
            id,
            name: name.to_owned(),
            state: state(word),
            app: Some((app, if app == ACTIONS { "github-actions" } else { "acme" }.to_owned())),
            suite,
            registered: Some(at(101)),
            url: String::new(),
        };
        self.evidence.checks.as_mut().unwrap().push(check);
        self
    }

    /// The suite of a workflow's run, which passed until a word says otherwise.
    fn run(&mut self, workflow: &str) -> u64 {
        let runs = self.evidence.runs.as_ref().unwrap();
        if let Some(run) = runs.iter().find(|run| run.name == workflow) {
            return run.suite.unwrap();
        }
        let id = self.id();
        let number = workflow.bytes().map(u64::from).sum();
        let run = Run {
            id,
            workflow: number,
            name: workflow.to_owned(),
            path: format!(".github/workflows/{workflow}.yml"),
            repository: Some(1),
            event: "push".to_owned(),
            state: state("success"),
            suite: Some(id + 1000),
            registered: Some(at(101)),
            url: String::new(),
        };
        self.evidence.runs.as_mut().unwrap().push(run);
        id + 1000
    }

    fn run_is(mut self, workflow: &str, word: &str) -> Self {
        self.run(workflow);
        let runs = self.evidence.runs.as_mut().unwrap();
        runs.iter_mut().find(|run| run.name == workflow).unwrap().state = state(word);
        self
    }

    fn status(mut self, context: &str, word: &str) -> Self {
        let status =
            Status { context: context.to_owned(), state: word.to_owned(), registered: Some(at(101)), url: None };
        self.evidence.statuses.as_mut().unwrap().push(status);
        self
    }

    fn requires(mut self, name: &str, app: Option<u64>) -> Self {
        self.required().checks.push(Required { name: name.to_owned(), app });
        self
    }

    fn required(&mut self) -> &mut Requirements {
        self.evidence.required.as_mut().unwrap()
    }

    fn ignore(mut self, glob: &str) -> Self {
        self.policy.ignore.push(glob.parse::<Glob>().unwrap());
        self
    }

    /// Changes the pull request of the newest commit.
    fn pull(mut self, change: impl FnOnce(&mut Pull)) -> Self {
        change(&mut self.evidence.range.as_mut().unwrap().changes[0].pulls[0]);
        self
    }

    fn reviews(self, reviews: &[&str]) -> Self {
        self.pull(|pull| pull.reviews = reviews.iter().map(|text| review(text)).collect())
    }

    fn judged(&self) -> Judgement {
        judge(&self.evidence, &self.policy)
    }

    fn green(self) -> &'static str {
        self.judged().green.word.as_str()
    }

    /// The word on the approvals, and why.
    fn approved(&self) -> String {
        let approvals = self.judged().approvals;
        let bad = approvals.changes.iter().find(|change| change.standing != Standing::Approved);
        let why = bad.map(|change| change.reason.clone());
        let why = why.or_else(|| approvals.obstacles.first().map(|obstacle| obstacle.message.clone()));
        format!("{}{}", approvals.word.as_str(), why.map(|why| format!(": {why}")).unwrap_or_default())
    }
}

fn state(word: &str) -> State {
    match word {
        "queued" | "in_progress" | "waiting" | "requested" | "pending" => {
            State { status: word.to_owned(), conclusion: None }
        }
        _ => State { status: "completed".to_owned(), conclusion: Some(word.to_owned()) },
    }
}

#[test]
fn all_success_and_one_approval_pass() {
    let story = Story::new().check("test success").check("lint success").status("ci/legacy", "success");
    assert_eq!(story.judged().word, Word::Pass);
}

#[test_case("success" => "PASS"; "success")]
#[test_case("skipped" => "PASS"; "skipped")]
#[test_case("neutral" => "PASS"; "neutral")]
#[test_case("failure" => "RED"; "failure")]
#[test_case("cancelled" => "RED"; "cancelled")]
#[test_case("timed_out" => "RED"; "timed out")]
#[test_case("action_required" => "RED"; "action required")]
#[test_case("stale" => "RED"; "stale")]
#[test_case("startup_failure" => "RED"; "startup failure")]
#[test_case("splendid" => "RED"; "a word that GitHub adds one day")]
#[test_case("queued" => "PENDING"; "queued")]
#[test_case("in_progress" => "PENDING"; "in progress")]
#[test_case("waiting" => "PENDING"; "waiting")]
#[test_case("requested" => "PENDING"; "requested")]
#[test_case("pending" => "PENDING"; "pending")]
fn a_check_counts_by_its_word(word: &str) -> &'static str {
    Story::new().check(&format!("test {word}")).green()
}

#[test]
fn a_completed_check_without_a_conclusion_has_not_passed() {
    let mut story = Story::new().check("test success");
    story.evidence.checks.as_mut().unwrap()[0].state.conclusion = None;
    assert_eq!(story.green(), "RED");
}

#[test_case("success" => "PASS")]
#[test_case("pending" => "PENDING")]
#[test_case("expected" => "PENDING")]
#[test_case("failure" => "RED")]
#[test_case("error" => "RED")]
#[test_case("wonderful" => "RED")]
fn a_status_counts_by_its_word(word: &str) -> &'static str {
    Story::new().check("test success").status("ci/x", word).green()
}

#[test_case(Story::new() => "UNKNOWN"; "9: no checks and no statuses")]
#[test_case(Story::new().check("test success").ignore("*") => "UNKNOWN"; "everything ignored is nothing")]
#[test_case(Story::new().check("test success").check("docs failure").ignore("docs") => "PASS"; "an ignored failure")]
#[test_case(Story::new().check("test failure").requires("test", None).ignore("*") => "RED"; "what is required is never ignored")]
#[test_case(Story::new().check("gate skipped").check("build failure").requires("gate", None) => "RED"; "3: a gate skipped because its upstream failed")]
#[test_case(Story::new().check("test success").requires("lint", None) => "MISSING"; "8: a required check never ran")]
#[test_case(Story::new().check("test success").run_is("ci", "in_progress").requires("lint", None) => "PENDING"; "7: a required check may still come")]
#[test_case(Story::new().check("x success").status("x", "failure").requires("x", None) => "RED"; "12: a check and a status of one name")]
#[test_case(Story::new().check("test failure").check("test success") => "PASS"; "13: re-run, now well")]
#[test_case(Story::new().check("test success").check("test failure") => "RED"; "13: re-run, now bad")]
#[test_case(Story::new().check("ci/test success").check("nightly/test failure") => "RED"; "14: one name in two workflows")]
#[test_case(Story::new().check("ci/test failure").check("nightly/test success") => "RED"; "14: whichever is newer")]
#[test_case(Story::new().check("acme:test success").requires("test", Some(ACTIONS)) => "MISSING"; "15: from the wrong app")]
#[test_case(Story::new().check("test success").requires("test", Some(ACTIONS)) => "PASS"; "15: from the right app")]
#[test_case(Story::new().check("a success").status("test", "success").requires("test", Some(7)) => "UNKNOWN"; "15: a status does not show its app")]
#[test_case(Story::new().check("test success").run_is("ci", "in_progress") => "PENDING"; "18: a job that is not made yet")]
#[test_case(Story::new().check("test success").run_is("broken", "failure") => "RED"; "19: a failed run without jobs")]
#[test_case(Story::new().check("test success").run_is("ci", "failure") => "RED"; "a failed run that no check shows")]
#[test_case(Story::new().check("test success").check("docs failure").run_is("ci", "failure").ignore("docs") => "PASS"; "a run that failed by an ignored check")]
#[test_case(Story::new().check("test success").run_is("fork", "action_required") => "RED"; "a run that waits to be allowed")]
fn is_green(story: Story) -> &'static str {
    story.green()
}

#[test]
fn a_wrong_source_is_named() {
    let rows = Story::new().check("acme:test success").requires("test", Some(ACTIONS)).judged().green.rows;
    assert_eq!(rows[0].note.as_deref(), Some("only from acme: the rules name app 15368"));
}

#[test]
fn the_names_of_the_configuration_stand_instead_of_the_rules() {
    let mut story = Story::new().check("test success").requires("other", None);
    story.policy.checks = vec!["test".to_owned()];
    assert_eq!(story.judged().green.word, Word::Pass);
    story.evidence.required = Err(Obstacle { word: Word::Auth, message: "no".to_owned(), help: None });
    assert_eq!(story.judged().green.word, Word::Pass);
    story.policy.checks.clear();
    assert_eq!(story.judged().green.word, Word::Auth);
}

#[test]
fn a_required_workflow_is_not_taken_for_granted() {
    let mut story = Story::new().check("test success");
    story.required().unjudged_checks.push("the workflow x.yml to run".to_owned());
    assert_eq!(story.green(), "UNKNOWN");
}

#[test]
fn no_part_that_was_not_seen_counts_as_a_yes() {
    let obstacle = || Obstacle { word: Word::Infra, message: "down".to_owned(), help: None };
    let parts: [fn(&mut Evidence, Obstacle); 5] = [
        |evidence, obstacle| evidence.checks = Err(obstacle),
        |evidence, obstacle| evidence.statuses = Err(obstacle),
        |evidence, obstacle| evidence.runs = Err(obstacle),
        |evidence, obstacle| evidence.required = Err(obstacle),
        |evidence, obstacle| evidence.range = Err(obstacle),
    ];
    for hide in parts {
        let mut story = Story::new().check("test success").status("s", "success");
        hide(&mut story.evidence, obstacle());
        assert_eq!(story.judged().word, Word::Infra);
    }
}

#[test]
fn a_no_is_a_no_whatever_else_was_not_seen() {
    let mut story = Story::new().check("test failure");
    story.evidence.statuses = Err(Obstacle { word: Word::Auth, message: "no".to_owned(), help: None });
    assert_eq!(story.green(), "RED");
}

// 17. The own job is checks[1] of run `release`; another job has its name.
#[test_case(Own { check: Some(4), run: None, job: None, jobs: None } => "PASS"; "by its number")]
#[test_case(Own { check: None, run: Some(3), job: Some("gate".to_owned()), jobs: None } => "PASS"; "by its run and name")]
#[test_case(Own { check: None, run: Some(3), job: Some("key".to_owned()), jobs: None } => "PASS"; "as the only one that runs there")]
#[test_case(Own { check: None, run: Some(1), job: Some("gate".to_owned()), jobs: None } => "PENDING"; "not in another run")]
#[test_case(Own { check: None, run: None, job: Some("gate".to_owned()), jobs: None } => "PENDING"; "not by its name alone")]
#[test_case(Own::default() => "PENDING"; "not at all")]
fn the_own_job_is_left_out_exactly(own: Own) -> &'static str {
    let mut story =
        Story::new().check("ci/test success").check("release/gate in_progress").run_is("release", "in_progress");
    story.evidence.own = own;
    story.green()
}

#[test]
fn a_job_of_the_same_name_elsewhere_is_judged() {
    let story = Story::new().check("ci/gate in_progress").run_is("ci", "in_progress");
    let mut story = story.check("release/gate in_progress").run_is("release", "in_progress");
    story.evidence.own = Own { check: None, run: Some(3), job: Some("gate".to_owned()), jobs: None };
    assert_eq!(story.green(), "PENDING");
}

#[test]
fn two_jobs_that_could_be_the_own_one_are_both_judged() {
    let mut story = Story::new().check("release/a in_progress").check("release/b in_progress");
    story.evidence.own = Own { check: None, run: Some(1), job: Some("gate".to_owned()), jobs: None };
    let green = story.judged().green;
    assert_eq!(green.word, Word::Pending);
    assert!(green.rows[0].note.as_ref().unwrap().contains("ZARPE_CHECK_RUN_ID"));
}

#[test]
fn a_commit_judged_by_its_own_job_alone_is_not_green() {
    let mut story = Story::new().check("release/gate in_progress").run_is("release", "in_progress");
    story.evidence.own = Own { check: None, run: Some(1), job: None, jobs: None };
    assert_eq!(story.green(), "UNKNOWN");
}

#[test_case(&["bob APPROVED 20"] => "PASS"; "1: one approval")]
#[test_case(&[] => "UNAPPROVED: needs 1 approval, has none"; "no review")]
#[test_case(&["bob APPROVED 20", "bob COMMENTED 30"] => "PASS"; "29: a comment takes nothing back")]
#[test_case(&["bob APPROVED 20", "bob DISMISSED 30"] => "UNAPPROVED: needs 1 approval, has none; @bob was dismissed"; "29: dismissed")]
#[test_case(&["bob APPROVED 20", "bob CHANGES_REQUESTED 30"] => "UNAPPROVED: changes requested by @bob"; "29: changes requested")]
#[test_case(&["bob CHANGES_REQUESTED 20", "bob APPROVED 30"] => "PASS"; "changes made")]
#[test_case(&["bob APPROVED 20", "eva CHANGES_REQUESTED 30"] => "UNAPPROVED: changes requested by @eva"; "somebody else wants changes")]
#[test_case(&["bob APPROVED 20", "~eva CHANGES_REQUESTED 30"] => "PASS"; "changes wanted without write access")]
#[test_case(&["bob APPROVED 5"] => "STALE: @bob: approved 5 min before the last push"; "30: re-bound to the head")]
#[test_case(&["bob APPROVED@old 20"] => "STALE: @bob: approved an earlier commit than was merged"; "30: of an earlier commit")]
#[test_case(&["bob APPROVED 10"] => "STALE: @bob: approved 0 s before the last push"; "30: in the same second")]
#[test_case(&["ana APPROVED 20"] => "UNAPPROVED: needs 1 approval, has none; @ana is an author of it"; "31: by its author")]
#[test_case(&["ANA APPROVED 20"] => "UNAPPROVED: needs 1 approval, has none; @ANA is an author of it"; "31: whatever the case")]
#[test_case(&["~bob APPROVED 20"] => "UNAPPROVED: needs 1 approval, has none; @bob has no write access"; "31: read-only")]
#[test_case(&["ci[bot] APPROVED 20"] => "UNAPPROVED: needs 1 approval, has none; @ci[bot] is not a person"; "31: a bot")]
#[test_case(&["bob APPROVED 101"] => "UNAPPROVED: needs 1 approval, has none; @bob approved only after the merge"; "32: after the merge")]
#[test_case(&["bob APPROVED 20", "bob APPROVED 101"] => "PASS"; "again after the merge")]
#[test_case(&["ghost APPROVED 20"] => "UNAPPROVED: needs 1 approval, has none; a deleted account does not count"; "33: a deleted account")]
#[test_case(&["bob APPROVED"] => "UNKNOWN: @bob: approved at an unknown time"; "no time")]
#[test_case(&["bob WONDERFUL 20"] => "UNAPPROVED: needs 1 approval, has none"; "a word that GitHub adds one day")]
fn is_approved(reviews: &[&str]) -> String {
    Story::new().reviews(reviews).approved()
}

#[test]
fn a_co_author_of_any_of_its_commits_does_not_count() {
    let with = |login: Option<&str>, email: &str| {
        let author = PersonSeen { login: login.map(ToOwned::to_owned), email: email.to_owned() };
        Story::new().pull(|pull| pull.authors.push(author)).approved()
    };
    assert!(with(Some("Bob"), "b@example.com").starts_with("UNAPPROVED"));
    assert!(with(None, "12+bob@users.noreply.github.com").starts_with("UNAPPROVED"));
    assert!(with(None, "bob@users.noreply.ghes.example").starts_with("UNAPPROVED"));
    assert_eq!(with(Some("eva"), "b@example.com"), "PASS");
}

#[test]
fn an_author_without_an_account_is_named() {
    let author = PersonSeen { login: None, email: "x@example.com".to_owned() };
    let story = Story::new().check("test success").pull(|pull| pull.authors.push(author));
    let report = report(&story.judged());
    assert_eq!(report.exit, ExitCode::Done);
    assert!(report.findings[0].message.contains("x@example.com"), "{:?}", report.findings);
}

#[test]
fn without_a_time_of_the_server_it_cannot_be_told() {
    let story = Story::new().pull(|pull| pull.head_seen = None);
    assert_eq!(story.approved(), "UNKNOWN: @bob: approved, but the server's time of the last push is not known");
    let pushed = |head: &str, time| {
        let push = Some((at(time), Some(head.to_owned())));
        Story::new().pull(|pull| (pull.head_seen, pull.force_push) = (None, push)).approved()
    };
    assert_eq!(pushed("head", 15), "PASS");
    assert!(pushed("other", 15).starts_with("UNKNOWN"), "a later push without force is not seen");
    assert!(pushed("head", 25).starts_with("STALE"));
}

#[test]
fn a_push_by_force_after_the_approval_makes_it_stale_though_the_head_was_seen_before() {
    let story = Story::new().pull(|pull| pull.force_push = Some((at(30), Some("head".to_owned()))));
    assert_eq!(story.approved(), "STALE: @bob: approved 10 min before the last push");
}

#[test]
fn the_largest_number_counts() {
    let mut story = Story::new();
    story.required().approvals = Some(2);
    assert_eq!(story.approved(), "UNAPPROVED: needs 2 approvals, has 1 (@bob)");
    story.policy.approvals = Some(1);
    assert!(story.approved().starts_with("UNAPPROVED"), "the configuration asks for no less than the rules");
    story = story.reviews(&["bob APPROVED 20", "eva APPROVED 21"]);
    assert_eq!(story.approved(), "PASS");
    story.required().approvals = Some(0);
    story.policy.approvals = None;
    assert_eq!(story.reviews(&[]).approved(), "UNAPPROVED: needs 1 approval, has none", "one by default");
}

#[test]
fn a_direct_push_is_not_approved() {
    let mut story = Story::new();
    story.evidence.range.as_mut().unwrap().changes.push(change('b', Vec::new()));
    assert_eq!(story.approved(), "UNAPPROVED: pushed to main without a pull request");
}

#[test]
fn every_commit_counts_not_only_the_head() {
    let mut story = Story::new();
    story.evidence.range.as_mut().unwrap().changes.push(change('b', vec![pull(2)]));
    assert!(story.approved().starts_with("UNAPPROVED"));
}

#[test]
fn the_pull_request_whose_merge_made_the_commit_is_judged() {
    let mut story = Story::new();
    let mut second = pull(2);
    second.merge_commit = Some(sha('a').to_string());
    story.evidence.range.as_mut().unwrap().changes[0].pulls.push(second);
    assert_eq!(story.judged().approvals.changes[0].pull, Some(2));
    assert!(story.approved().starts_with("UNAPPROVED"));
}

#[test_case(|pull| pull.merged = None => "UNAPPROVED: only in #1, which is not merged"; "28: an open one")]
#[test_case(|pull| pull.base = "dev".to_owned() => "UNAPPROVED: only in #1, which was merged into dev"; "28: another base")]
#[test_case(|pull| pull.repository = "evil/boat".to_owned() => "UNAPPROVED: only in #1, which was merged into main"; "another repository")]
fn other_pull_requests_do_not_count(edit: fn(&mut Pull)) -> String {
    Story::new().pull(edit).approved()
}

#[test]
fn lists_that_are_not_whole_prove_nothing() {
    assert!(Story::new().pull(|pull| pull.reviews_whole = false).approved().starts_with("UNKNOWN"));
    assert!(Story::new().pull(|pull| pull.authors_whole = false).approved().starts_with("UNKNOWN"));
    let mut story = Story::new();
    let change = &mut story.evidence.range.as_mut().unwrap().changes[0];
    (change.pulls_whole, change.pulls) = (false, Vec::new());
    assert!(story.approved().starts_with("UNKNOWN"));
}

#[test]
fn an_empty_range_is_no_evidence() {
    let mut story = Story::new();
    story.evidence.range.as_mut().unwrap().changes.clear();
    assert_eq!(story.approved(), "UNKNOWN: there is no commit since v1.0.0");
}

#[test]
fn a_rule_that_cannot_be_judged_is_not_taken_for_granted() {
    let mut story = Story::new();
    story.required().unjudged_reviews.push("reviews by certain teams".to_owned());
    assert_eq!(
        story.approved(),
        "UNKNOWN: the rules of main require reviews by certain teams, which cannot be judged yet"
    );
}

/// Names of fields and variants as `Debug` writes them, which leaves none out.
fn named(value: &impl std::fmt::Debug) -> std::collections::BTreeSet<String> {
    let text = format!("{value:#?}");
    let field = |line: &str| line.trim_start().split_once(": ").map(|(name, _)| name.to_owned());
    text.lines()
        .filter_map(field)
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        .collect()
}

/// Names of fields in JSON, at every depth; a number is a whole one.
fn keys(value: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            found.insert(name.clone());
            keys(value, found);
        }),
        serde_json::Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        serde_json::Value::Number(number) => assert!(!number.is_f64(), "{number} is not a whole number"),
        _ => {}
    }
}

/// Whatever is added to the evidence or to the policy is in the digest, unless it is named here with its reason.
#[test]
fn the_digests_cover_every_field() {
    let mut story = Story::new().check("test success").reviews(&["bob APPROVED 20", "eva COMMENTED 30"]);
    story.required().checks.push(Required { name: "test".to_owned(), app: Some(ACTIONS) });
    let run = |story: &Story| story.judged().digests.expect("digests");
    let waiver =
        Waiver { sha: sha('b'), reason: "r".to_owned(), by: "ana".to_owned(), expires: Date::constant(2026, 1, 1) };
    // Globs show how they are matched in `Debug`; as JSON they are as written.
    let policy = Policy { bases: vec![], checks: vec!["test".to_owned()], waive: vec![waiver], ..Policy::default() };
    // The times: the same policy is the same tomorrow, and so is the same evidence.
    for (named, value, without) in [
        (named(&story.evidence), serde_json::to_value(&story.evidence).unwrap(), ["asked", "watched"].as_slice()),
        (named(&policy), serde_json::to_value(&policy).unwrap(), ["today"].as_slice()),
    ] {
        let mut written = std::collections::BTreeSet::new();
        keys(&value, &mut written);
        let missing: Vec<_> = named.difference(&written).filter(|name| !without.contains(&name.as_str())).collect();
        assert_eq!(missing, Vec::<&String>::new(), "not in the digest");
    }
    let before = run(&story);
    assert_eq!(before, run(&story));
    story.policy.today = Date::constant(2030, 1, 1);
    assert_eq!(before, run(&story));
    story.policy.since = "head".to_owned();
    let other = run(&story);
    assert!(other.policy != before.policy && other.evidence == before.evidence);
    story.evidence.own.job = Some("clear".to_owned());
    assert!(run(&story).evidence != before.evidence);
}

#[test]
fn every_word_has_its_exit_code() {
    let codes: Vec<(&str, u8)> = Word::ALL.into_iter().map(|word| (word.as_str(), word.exit().code())).collect();
    let no = ["RED", "MISSING", "UNAPPROVED", "STALE"].map(|word| (word, 1));
    let unknown = ["AUTH", "RATE_LIMIT", "INFRA", "PENDING", "UNKNOWN"].map(|word| (word, 3));
    assert_eq!(codes, [&no[..], &unknown[..], &[("PASS", 0)]].concat());
}

proptest! {
    /// Whatever else there is: with one check that did not pass, it is not green.
    #[test]
    fn one_bad_check_is_never_green(
        words in prop::collection::vec("success|skipped|neutral|failure|queued|[a-z_]{3,9}", 0..6),
        bad in "failure|cancelled|queued|odd_[a-z]{3}",
    ) {
        let story = words.iter().enumerate().fold(Story::new(), |story, (at, word)| story.check(&format!("c{at} {word}")));
        let word = story.check(&format!("bad {bad}")).judged().green.word;
        prop_assert!(word != Word::Pass);
        prop_assert!(word == Word::Red || word == Word::Pending);
    }

    /// A review more never makes less of the refusals: only an approval can help.
    #[test]
    fn only_an_approval_helps(word in "CHANGES_REQUESTED|DISMISSED|COMMENTED|PENDING|[A-Z]{4,8}", who in "bob|eva|ana|ghost", time in 0_i64..200) {
        let story = Story::new().reviews(&[&format!("{who} {word} {time}")]);
        prop_assert!(story.approved().starts_with("UNAPPROVED"));
    }
}
