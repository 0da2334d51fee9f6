//! Commits, with what machines say about them.

use super::item::{Arguments, Found, Item, Object, Trouble, actor, connection, page};
use super::select::Execution;
use crate::embedded::git::{Commit, Signature};
use crate::embedded::state::{CheckRun, CheckSuite, Progress, Status};

impl Execution<'_> {
    pub(super) fn commit_field(&self, sha: &str, field: &str, arguments: &Arguments) -> Found {
        let Some(commit) = self.commit(sha) else { return Ok(Item::NULL) };
        Ok(match field {
            "oid" => sha.into(),
            "id" => format!("C_{sha}").into(),
            "abbreviatedOid" => sha.get(..7).unwrap_or(sha).into(),
            "message" => commit.message.as_str().into(),
            "messageHeadline" => commit.message.lines().next().unwrap_or_default().into(),
            "messageBody" => commit.message.split_once('\n').map_or("", |(_, body)| body.trim_start()).into(),
            "url" | "commitUrl" => self.call.html(&format!("/commit/{sha}")).into(),
            "committedDate" => commit.committer.date.to_string().into(),
            "authoredDate" => commit.author.date.to_string().into(),
            // GitHub keeps the field and has no value for it any more.
            "pushedDate" => Item::NULL,
            "author" => self.git_actor(&commit.author),
            "committer" => self.git_actor(&commit.committer),
            "authors" => return connection("GitActorConnection", field, self.authors(&commit), arguments),
            "parents" => {
                let parents = commit.parents.iter().map(|parent| self.commit_item(parent)).collect();
                return connection("CommitConnection", field, parents, arguments);
            }
            "history" => return self.history(sha, arguments),
            "associatedPullRequests" => {
                return self.permitted("pull_requests", || {
                    let pulls = self.call.state.pulls_of(sha).into_iter();
                    let pulls = pulls.map(|pull| Item::Object(Object::Pull(pull.number))).collect();
                    connection("PullRequestConnection", field, pulls, arguments)
                });
            }
            "checkSuites" => {
                return self.permitted("checks", || {
                    let suites = self.suites(sha).map(|suite| self.suite(suite)).collect();
                    connection("CheckSuiteConnection", field, suites, arguments)
                });
            }
            "status" => return self.permitted("statuses", || Ok(self.status(sha))),
            "statusCheckRollup" => {
                return self.permitted("checks", || self.permitted("statuses", || Ok(self.rollup(sha))));
            }
            _ => return Err(Trouble::Unknown),
        })
    }

    /// A page of the history, read from the repository as far as it is asked for.
    fn history(&self, sha: &str, arguments: &Arguments) -> Found {
        let window = arguments.window("history")?;
        if window.backwards {
            return Err(Trouble::Refused(
                "ARGUMENT_ERROR",
                "The embedded GitHub reads history forwards only.".to_owned(),
            ));
        }
        let mut commits = self.call.git.commits(sha, window.after, window.size + 1);
        let more = commits.len() > window.size;
        commits.truncate(window.size);
        let nodes = commits.iter().map(|commit| Item::Object(Object::Commit(commit.sha.clone()))).collect();
        self.remember(commits);
        Ok(page("CommitHistoryConnection", nodes, window.after, more, self.call.git.count(sha)))
    }

    /// The author and whoever a `Co-authored-by` line names.
    fn authors(&self, commit: &Commit) -> Vec<Item> {
        let named = commit.message.lines().filter_map(|line| {
            let (key, value) = line.split_once(':')?;
            let (name, email) = value.trim().strip_suffix('>')?.split_once('<')?;
            let signature =
                || Signature { name: name.trim().to_owned(), email: email.to_owned(), date: commit.author.date };
            key.eq_ignore_ascii_case("co-authored-by").then(signature)
        });
        let named: Vec<Item> = named.map(|signature| self.git_actor(&signature)).collect();
        [self.git_actor(&commit.author)].into_iter().chain(named).collect()
    }

    fn git_actor(&self, who: &Signature) -> Item {
        let state = &self.call.state;
        let user = state.user_by_email(&who.email).map(|user| {
            let fields = vec![("login", user.login.as_str().into()), ("name", user.name.as_str().into())];
            Item::record("User", fields)
        });
        let fields = vec![
            ("name", who.name.as_str().into()),
            ("email", who.email.as_str().into()),
            ("date", who.date.to_string().into()),
            ("user", user.unwrap_or(Item::NULL)),
        ];
        Item::record("GitActor", fields)
    }

    fn suites<'b>(&'b self, sha: &'b str) -> impl Iterator<Item = &'b CheckSuite> {
        self.call.state.suites.iter().filter(move |suite| suite.head_sha == sha)
    }

    fn suite(&self, suite: &CheckSuite) -> Item {
        let progress = suite.progress();
        let app = vec![
            ("databaseId", suite.app.id.into()),
            ("slug", suite.app.slug.as_str().into()),
            ("name", suite.app.name.as_str().into()),
        ];
        let workflow = suite.workflow.as_ref().map(|run| {
            let workflow = vec![("name", run.name.as_str().into()), ("databaseId", run.workflow_id.into())];
            let fields = vec![
                ("databaseId", run.id.into()),
                ("event", run.event.as_str().into()),
                ("url", self.call.html(&format!("/actions/runs/{}", run.id)).into()),
                ("workflow", Item::record("Workflow", workflow)),
            ];
            Item::record("WorkflowRun", fields)
        });
        let runs = suite.latest().into_iter().map(|run| self.run_item(suite, run)).collect();
        let mut fields = vec![
            ("databaseId", suite.id.into()),
            ("id", format!("CS_{}", suite.id).into()),
            ("createdAt", suite.created_at.to_string().into()),
            ("updatedAt", suite.created_at.to_string().into()),
            ("app", Item::record("App", app)),
            ("workflowRun", workflow.unwrap_or(Item::NULL)),
            ("checkRuns", Item::Connection("CheckRunConnection", runs)),
            ("commit", self.commit_item(&suite.head_sha)),
        ];
        fields.extend(state_of(&progress));
        Item::record("CheckSuite", fields)
    }

    fn run_item(&self, suite: &CheckSuite, run: &CheckRun) -> Item {
        let page = self.call.check_run_page(suite, run);
        let mut fields = vec![
            ("databaseId", run.id.into()),
            ("id", format!("CR_{}", run.id).into()),
            ("name", run.name.as_str().into()),
            ("startedAt", run.started_at.to_string().into()),
            ("completedAt", run.completed_at.map(|time| time.to_string()).into()),
            ("url", page.as_str().into()),
            ("detailsUrl", page.as_str().into()),
        ];
        fields.extend(state_of(&run.progress));
        Item::record("CheckRun", fields)
    }

    /// The newest status of each context.
    fn contexts(&self, sha: &str) -> Vec<&Status> {
        let mut newest: Vec<&Status> = Vec::new();
        for status in self.call.state.statuses.iter().rev().filter(|status| status.sha == sha) {
            if !newest.iter().any(|newer| newer.context == status.context) {
                newest.push(status);
            }
        }
        newest
    }

    fn context(&self, status: &Status) -> Item {
        let fields = vec![
            ("context", status.context.as_str().into()),
            ("state", status.state.to_uppercase().into()),
            ("description", status.description.clone().into()),
            ("targetUrl", Item::NULL),
            ("createdAt", status.created_at.to_string().into()),
            ("creator", actor(self.call.state, self.call.origin, &status.creator)),
        ];
        Item::record("StatusContext", fields)
    }

    /// Null where nobody reported any.
    fn status(&self, sha: &str) -> Item {
        let contexts = self.contexts(sha);
        if contexts.is_empty() {
            return Item::NULL;
        }
        let words = contexts.iter().map(|status| status.state.clone());
        let state = rollup(words);
        let contexts = contexts.into_iter().map(|status| self.context(status)).collect();
        Item::record("Status", vec![("state", state.into()), ("contexts", Item::List(contexts))])
    }

    /// Null where there are neither checks nor statuses.
    fn rollup(&self, sha: &str) -> Item {
        let runs: Vec<(&CheckSuite, &CheckRun)> =
            self.suites(sha).flat_map(|suite| suite.latest().into_iter().map(move |run| (suite, run))).collect();
        let statuses = self.contexts(sha);
        if runs.is_empty() && statuses.is_empty() {
            return Item::NULL;
        }
        let word = |progress: &Progress| progress.conclusion.clone().unwrap_or_else(|| "pending".to_owned());
        let words = runs.iter().map(|(_, run)| word(&run.progress));
        let state = rollup(words.chain(statuses.iter().map(|status| status.state.clone())));
        let runs = runs.into_iter().map(|(suite, run)| self.run_item(suite, run));
        let contexts = runs.chain(statuses.into_iter().map(|status| self.context(status))).collect();
        let contexts = Item::Connection("StatusCheckRollupContextConnection", contexts);
        Item::record("StatusCheckRollup", vec![("state", state.into()), ("contexts", contexts)])
    }
}

/// Status and conclusion in the words of GraphQL.
fn state_of(progress: &Progress) -> [(&'static str, Item); 2] {
    let conclusion = progress.conclusion.as_ref().map(|word| word.to_uppercase());
    [("status", progress.status.to_uppercase().into()), ("conclusion", conclusion.into())]
}

/// All in one word.
fn rollup(words: impl Iterator<Item = String>) -> &'static str {
    let words: Vec<String> = words.collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    if has(&["error"]) {
        "ERROR"
    } else if words.iter().any(|word| !["success", "neutral", "skipped", "pending"].contains(&word.as_str())) {
        "FAILURE"
    } else if has(&["pending"]) {
        "PENDING"
    } else {
        "SUCCESS"
    }
}
