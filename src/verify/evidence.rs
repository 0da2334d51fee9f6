//! What GitHub shows about a commit and its range, as plain values. Words that GitHub may add to stay words.
//!
//! `Serialize` is for the digest of a clearance: what is added here is covered by it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::{Jobs, Ownership, Queued, Word};
use crate::history::Sha;

/// A part of the evidence, or why it could not be seen.
pub type Seen<T> = Result<T, Obstacle>;

/// Why a part of the evidence could not be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    /// One of the words that cannot tell.
    pub word: Word,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Everything that the judgement is made of.
#[derive(Clone, Debug, Serialize)]
pub struct Evidence {
    /// `OWNER/NAME`.
    pub repository: String,
    /// The commit that is judged.
    pub commit: Sha,
    /// The branch whose rules hold.
    pub branch: String,
    /// Where the branch is at the end, if it was at the commit at the beginning and is elsewhere now.
    pub moved: Option<Sha>,
    /// The check runs on the commit, the newest of each suite and name.
    pub checks: Seen<Vec<Check>>,
    /// Why the checks are only the jobs of GitHub Actions; `None` where they are those of every app.
    pub jobs_only: Option<Obstacle>,
    /// The commit statuses, the newest of each context.
    pub statuses: Seen<Vec<Status>>,
    /// The workflow runs on the commit.
    pub runs: Seen<Vec<Run>>,
    /// What the branch requires.
    pub required: Seen<Requirements>,
    /// The commits to be approved.
    pub range: Seen<Range>,
    /// Who owns what each pull request changes, by its number, where the branch requires their approval.
    pub ownership: BTreeMap<u64, Seen<Ownership>>,
    /// The job that asks.
    pub own: Own,
    /// Other commits whose checks are among the checks.
    pub stand_ins: Vec<StandIn>,
    /// The words in the commit's message that keep workflows from running: `[skip ci]`.
    pub skip: Option<String>,
    /// When the checks were asked for, by the server's clock; `None` where the server does not say. Not in the digest: the same
    /// evidence is the same a minute later.
    #[serde(skip)]
    pub asked: Option<Timestamp>,
    /// When the commit was made, by the clock of whoever made it.
    pub committed: Option<Timestamp>,
    /// How long the set of checks was seen unchanged. Not in the digest, as `asked`.
    #[serde(skip)]
    pub watched: Duration,
}

impl Evidence {
    /// What is registered on the commit: checks, statuses and runs, whatever their state; `None` where a part was not seen.
    #[must_use]
    pub fn registered(&self) -> Option<BTreeSet<String>> {
        let (checks, statuses, runs) =
            (self.checks.as_ref().ok()?, self.statuses.as_ref().ok()?, self.runs.as_ref().ok()?);
        let checks = checks.iter().map(|check| format!("check {}", check.id));
        let statuses = statuses.iter().map(|status| format!("status {}", status.context));
        let runs = runs.iter().map(|run| format!("run {} {:?}", run.id, run.registered));
        Some(checks.chain(statuses).chain(runs).collect())
    }

    /// When the commit came onto the branch by a merge on the server; `None` where it came another way.
    #[must_use]
    pub fn merged(&self) -> Option<Timestamp> {
        let changes = &self.range.as_ref().ok()?.changes;
        let change = changes.iter().find(|change| change.commit == self.commit)?;
        let is_it = |pull: &&Pull| pull.merge_commit.as_deref() == Some(self.commit.as_str());
        change.pulls.iter().find(is_it)?.merged
    }
}

/// Another commit whose checks count for the one that is judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StandIn {
    /// Its name.
    pub commit: Sha,
    /// Why, in words.
    pub reason: String,
}

/// How far something is: a status, and once it is completed a conclusion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    /// `queued`, `in_progress`, `completed`, `waiting`, `requested`, `pending`.
    pub status: String,
    /// `success`, `failure`, … only where it is completed.
    pub conclusion: Option<String>,
}

/// A check run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Number; a newer one is higher.
    pub id: u64,
    /// Name; rules require it.
    pub name: String,
    /// How far it is.
    pub state: State,
    /// Number and short name of the app that made it; a rule may pin the number.
    pub app: Option<(u64, String)>,
    /// Number of its suite, which ties it to a workflow run.
    pub suite: Option<u64>,
    /// The latest time that is known of it: when it began, or ended.
    pub registered: Option<Timestamp>,
    /// Where it can be looked at.
    pub url: String,
}

/// A commit status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Name; rules require it.
    pub context: String,
    /// `success`, `pending`, `expected`, `failure`, `error`.
    pub state: String,
    /// When it was reported, by the server's clock.
    pub registered: Option<Timestamp>,
    /// Where it can be looked at.
    pub url: Option<String>,
}

/// A run of a workflow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Number; a newer one is higher.
    pub id: u64,
    /// Number of the workflow.
    pub workflow: u64,
    /// Name of the workflow.
    pub name: String,
    /// Its file, with `@` and a branch where GitHub says so.
    pub path: String,
    /// Number of the repository that it runs in.
    pub repository: Option<u64>,
    /// What started it.
    pub event: String,
    /// How far it is.
    pub state: State,
    /// Number of the suite that holds its check runs.
    pub suite: Option<u64>,
    /// When its newest attempt was started, by the server's clock.
    pub registered: Option<Timestamp>,
    /// Where it can be looked at.
    pub url: String,
}

/// The job that asks: its own check cannot have ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Own {
    /// Number of its check run.
    pub check: Option<u64>,
    /// Number of its workflow run.
    pub run: Option<u64>,
    /// Its key in the workflow, which is its name where it has no other.
    pub job: Option<String>,
    /// The jobs of its workflow; `None` where its file is not known.
    pub jobs: Option<Jobs>,
}

/// What a branch requires, from rulesets and classic protection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Requirements {
    /// Checks that must be there and pass.
    pub checks: Vec<Required>,
    /// Workflows that must have run and passed.
    pub workflows: Vec<RequiredWorkflow>,
    /// How many approvals, the largest of all rules; `None` where no rule asks for any.
    pub approvals: Option<u32>,
    /// Whether the owners of what is changed must approve it.
    pub code_owners: bool,
    /// Whether somebody else than who pushed last must approve it.
    pub last_push: bool,
    /// Rules about checks that cannot be judged, each in words.
    pub unjudged_checks: Vec<String>,
    /// Rules about reviews that cannot be judged, each in words.
    pub unjudged_reviews: Vec<String>,
}

/// A check that must be there and pass.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Required {
    /// Name of the check run or context of the status.
    pub name: String,
    /// The app that it must come from.
    pub app: Option<u64>,
}

/// A workflow that must have run and passed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RequiredWorkflow {
    /// Its file.
    pub path: String,
    /// Number of the repository that the file is in.
    pub repository: u64,
    /// The branch or tag that the file is taken from, where the rule names one.
    pub reference: Option<String>,
}

/// The commits to be approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Range {
    /// In words, for the reader: `since v1.4.0`.
    pub label: String,
    /// The commits, newest first.
    pub changes: Vec<Change>,
}

/// A commit and the pull requests that hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The commit.
    pub commit: Sha,
    /// First line of its message.
    pub subject: String,
    /// Where it can be looked at.
    pub url: String,
    /// The pull requests.
    pub pulls: Vec<Pull>,
    /// Whether these are all of them.
    pub pulls_whole: bool,
    /// Whether a merge queue made it, and for which pull request.
    pub queued: Queued,
    /// Who wrote it, by the mail address.
    pub author: String,
    /// The files that it changes, where the policy asks for them.
    pub files: Option<Vec<String>>,
}

/// A pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pull {
    /// GraphQL's name of it.
    pub node: String,
    /// The number that people use.
    pub number: u64,
    /// Title.
    pub title: String,
    /// Where it can be looked at.
    pub url: String,
    /// `OWNER/NAME` of the repository that it goes into.
    pub repository: String,
    /// When it was merged; `None` where it was not.
    pub merged: Option<Timestamp>,
    /// The branch that it goes into.
    pub base: String,
    /// The last commit of its own branch.
    pub head: String,
    /// The commit that the merge made on the base.
    pub merge_commit: Option<String>,
    /// Who opened it; `None` where the account was deleted.
    pub author: Option<Account>,
    /// Authors and co-authors of its commits.
    pub authors: Vec<PersonSeen>,
    /// Whether these are all of them.
    pub authors_whole: bool,
    /// Reviews, oldest first.
    pub reviews: Vec<Review>,
    /// Whether these are all of them.
    pub reviews_whole: bool,
    /// When the server first saw the head: its first check suite.
    pub head_seen: Option<Timestamp>,
    /// The last push by force: when, and to which commit.
    pub force_push: Option<(Timestamp, Option<String>)>,
    /// Who pushed the last time by force; `None` where nobody did, or the account was deleted.
    pub forced_by: Option<String>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Login.
    pub login: String,
    /// Not a person.
    pub bot: bool,
}

/// Somebody as a commit names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonSeen {
    /// The account that the mail address belongs to, where it is known.
    pub login: Option<String>,
    /// Mail address.
    pub email: String,
}

/// A review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Review {
    /// Who wrote it; `None` where the account was deleted.
    pub author: Option<Account>,
    /// `APPROVED`, `CHANGES_REQUESTED`, `DISMISSED`, `COMMENTED`, `PENDING`.
    pub state: String,
    /// The server's time; `None` while it is pending.
    pub submitted: Option<Timestamp>,
    /// The commit that it is bound to.
    pub commit: Option<String>,
    /// Whether its author may push to the repository.
    pub can_push: bool,
    /// Where it can be looked at.
    pub url: String,
}
