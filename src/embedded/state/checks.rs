//! What machines say about a commit: check suites, check runs, workflow runs, statuses.

use jiff::{SignedDuration, Timestamp};

use super::State;

/// The app that made a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Number; rules pin it.
    pub id: u64,
    /// Short name.
    pub slug: String,
    /// Display name.
    pub name: String,
}

impl App {
    /// GitHub Actions, with the number that it has on github.com.
    #[must_use]
    pub fn actions() -> Self {
        Self { id: 15_368, slug: "github-actions".to_owned(), name: "GitHub Actions".to_owned() }
    }

    /// Another app.
    #[must_use]
    pub fn new(id: u64, slug: &str) -> Self {
        Self { id, slug: slug.to_owned(), name: slug.to_owned() }
    }
}

/// How far something is, and how it ended. Open words: GitHub adds new ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// `queued`, `in_progress`, `completed`, …
    pub status: String,
    /// `success`, `failure`, …; only where it is completed.
    pub conclusion: Option<String>,
}

impl Progress {
    /// From one word: a status that is not the last one, or else a conclusion.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "queued" | "in_progress" | "waiting" | "requested" | "pending" => {
                Self { status: word.to_owned(), conclusion: None }
            }
            conclusion => Self { status: "completed".to_owned(), conclusion: Some(conclusion.to_owned()) },
        }
    }
}

/// The checks of one app (of one workflow run, with GitHub Actions) on one commit.
#[derive(Clone, Debug)]
pub struct CheckSuite {
    /// Number.
    pub id: u64,
    /// Who made it.
    pub app: App,
    /// The commit.
    pub head_sha: String,
    /// The branch, where there was one.
    pub head_branch: Option<String>,
    /// The server's time: close to when the commit was pushed.
    pub created_at: Timestamp,
    /// Every attempt of every check, oldest first.
    pub runs: Vec<CheckRun>,
    /// What it says while it holds no check runs (an invalid workflow file fails without any).
    pub without_runs: Progress,
    /// The workflow run, where the app is GitHub Actions.
    pub workflow: Option<WorkflowRun>,
}

impl CheckSuite {
    /// The newest check run of each name, which is what `filter=latest` gives.
    #[must_use]
    pub fn latest(&self) -> Vec<&CheckRun> {
        let newer = |run: &CheckRun| self.runs.iter().any(|other| other.name == run.name && other.id > run.id);
        self.runs.iter().filter(|run| !newer(run)).collect()
    }

    /// The suite as a whole: unfinished while one is, else as bad as the worst.
    #[must_use]
    pub fn progress(&self) -> Progress {
        const WORST_FIRST: [&str; 6] =
            ["failure", "timed_out", "cancelled", "action_required", "stale", "startup_failure"];
        let latest = self.latest();
        if latest.is_empty() {
            return self.without_runs.clone();
        }
        if let Some(open) = latest.iter().find(|run| run.progress.status != "completed") {
            return open.progress.clone();
        }
        let has = |word: &&str| latest.iter().any(|run| run.progress.conclusion.as_deref() == Some(word));
        let mild = || ["success", "neutral", "skipped"].into_iter().find(has);
        Progress::of(WORST_FIRST.into_iter().find(has).or_else(mild).unwrap_or("failure"))
    }
}

/// One attempt of one check.
#[derive(Clone, Debug)]
pub struct CheckRun {
    /// Number; also the number of the job that it is.
    pub id: u64,
    /// Name; rules require it.
    pub name: String,
    /// How far it is.
    pub progress: Progress,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// The attempt of the workflow run that it belongs to, from 1.
    pub attempt: u32,
    /// The machine that runs it.
    pub runner: Option<String>,
}

/// A run of a workflow; its jobs are the check runs of its suite.
#[derive(Clone, Debug)]
pub struct WorkflowRun {
    /// Number.
    pub id: u64,
    /// Number of the workflow.
    pub workflow_id: u64,
    /// Name of the workflow.
    pub name: String,
    /// Its file.
    pub path: String,
    /// What started it.
    pub event: String,
    /// The newest attempt, from 1.
    pub attempt: u32,
}

/// A commit status: what was reported before there were checks, and still is.
#[derive(Clone, Debug)]
pub struct Status {
    /// Number.
    pub id: u64,
    /// The commit.
    pub sha: String,
    /// Name; rules require it.
    pub context: String,
    /// `success`, `pending`, `failure` or `error`.
    pub state: String,
    /// A line of text.
    pub description: Option<String>,
    /// Who reported it.
    pub creator: String,
    /// When.
    pub created_at: Timestamp,
}

impl State {
    /// A check run of GitHub Actions in the workflow `ci`, given by one word ([`Progress::of`]); gives its number. A name that
    /// is there already runs again.
    pub fn add_check(&mut self, sha: &str, name: &str, word: &str) -> u64 {
        let suite = self.workflow_suite(sha, "ci", "push");
        self.add_check_run(suite, name, word)
    }

    /// A check run of another app.
    pub fn add_app_check(&mut self, sha: &str, app: &App, name: &str, word: &str) -> u64 {
        let known = self.suites.iter().find(|suite| suite.head_sha == sha && suite.app == *app).map(|suite| suite.id);
        let suite = known.unwrap_or_else(|| self.add_suite(sha, app.clone(), None));
        self.add_check_run(suite, name, word)
    }

    /// The suite of a workflow's run on a commit, made where there is none.
    pub fn workflow_suite(&mut self, sha: &str, workflow: &str, event: &str) -> u64 {
        let is_it = |suite: &&CheckSuite| {
            let run = suite.workflow.as_ref();
            suite.head_sha == sha && run.is_some_and(|run| run.name == workflow && run.event == event)
        };
        if let Some(suite) = self.suites.iter().find(is_it) {
            return suite.id;
        }
        let of_workflow = self.suites.iter().filter_map(|suite| suite.workflow.as_ref());
        let known = of_workflow.into_iter().find(|run| run.name == workflow).map(|run| run.workflow_id);
        let run = WorkflowRun {
            id: self.id(),
            workflow_id: known.unwrap_or_else(|| self.id()),
            name: workflow.to_owned(),
            path: format!(".github/workflows/{workflow}.yml"),
            event: event.to_owned(),
            attempt: 1,
        };
        self.add_suite(sha, App::actions(), Some(run))
    }

    /// A suite without check runs, queued.
    pub fn add_suite(&mut self, sha: &str, app: App, workflow: Option<WorkflowRun>) -> u64 {
        let id = self.id();
        self.suites.push(CheckSuite {
            id,
            app,
            head_sha: sha.to_owned(),
            head_branch: Some(self.repository.default_branch.clone()),
            created_at: self.now,
            runs: Vec::new(),
            without_runs: Progress::of("queued"),
            workflow,
        });
        id
    }

    /// The suite of this number.
    pub fn suite(&mut self, id: u64) -> Option<&mut CheckSuite> {
        self.suites.iter_mut().find(|suite| suite.id == id)
    }

    /// A check run in a suite; gives its number.
    pub fn add_check_run(&mut self, suite: u64, name: &str, word: &str) -> u64 {
        let (id, now) = (self.id(), self.now);
        let progress = Progress::of(word);
        let Some(suite) = self.suite(suite) else { return id };
        if let Some(workflow) = &mut suite.workflow {
            let attempt = suite.runs.iter().filter(|run| run.name == name).map(|run| run.attempt + 1).max();
            workflow.attempt = workflow.attempt.max(attempt.unwrap_or(1));
        }
        suite.runs.push(CheckRun {
            id,
            name: name.to_owned(),
            started_at: now,
            completed_at: progress.conclusion.is_some().then_some(now),
            progress,
            attempt: suite.workflow.as_ref().map_or(1, |workflow| workflow.attempt),
            runner: None,
        });
        id
    }

    /// What time does to checks: one that has not ended for 14 days is stale, and after 400 days none is kept.
    /// <https://docs.github.com/rest/checks/runs>
    pub(super) fn age_checks(&mut self) {
        const DAY: SignedDuration = SignedDuration::from_hours(24);
        let now = self.now;
        self.suites.retain(|suite| now.duration_since(suite.created_at) < DAY * 400);
        let open = self.suites.iter_mut().flat_map(|suite| &mut suite.runs);
        let open = open.filter(|run| run.progress.status != "completed");
        for run in open.filter(|run| now.duration_since(run.started_at) >= DAY * 14) {
            run.progress = Progress::of("stale");
            run.completed_at = Some(now);
        }
    }

    /// A commit status.
    pub fn add_status(&mut self, sha: &str, context: &str, state: &str) {
        let status = Status {
            id: self.id(),
            sha: sha.to_owned(),
            context: context.to_owned(),
            state: state.to_owned(),
            description: None,
            creator: self.repository.owner.clone(),
            created_at: self.now,
        };
        self.statuses.push(status);
    }
}
