//! What GitHub shows about a commit and its range, gathered for `verify`: five requests for a hundred commits.

pub mod behalf;
mod changes;
mod checks;
mod jobs;
mod pull;
mod queue;
mod rules;
mod statuses;
pub mod tested;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use serde::Deserialize;

use super::{GitHub, failure};
use crate::history::{Commit, Sha};
use crate::report::Failure;
use crate::verify::{Check, Evidence, Obstacle, Own, QueueBranch, Range, Run, Seen, Word};
use changes::Found;

const QUERY: &str = pull::with_pulls!("evidence.graphql");

/// What is to be known about.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The commit.
    pub commit: &'a Sha,
    /// The branch whose rules hold, without `refs/heads/`.
    pub branch: &'a str,
    /// Whether the branch was at the commit at the beginning.
    pub is_head: bool,
    /// The commits to be approved, newest first; or why they are not known.
    pub range: &'a Seen<Commits>,
    /// The job that asks.
    pub own: &'a Own,
    /// The merge queue that made the commit, where one did.
    pub queue: Option<&'a Queue>,
}

/// A group of a merge queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// What the name of its branch tells.
    pub branch: QueueBranch,
    /// The commits of the group that are not on the branch yet.
    pub fresh: Vec<Commit>,
}

/// The commits to be approved, as the repository has them.
#[derive(Clone, Debug)]
pub struct Commits {
    /// In words, for the reader: `since v1.4.0`.
    pub label: String,
    /// Newest first.
    pub commits: Vec<Commit>,
}

/// What the GraphQL query cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Cost {
    /// Points of the rate limit, all pages together.
    pub cost: u32,
    /// Points that are left.
    pub remaining: u32,
}

impl Cost {
    /// Both together.
    #[must_use]
    pub fn and(self, later: Self) -> Self {
        if later == Self::default() { self } else { Self { cost: self.cost + later.cost, ..later } }
    }
}

/// Gathers the evidence, as often as it is asked for. What cannot be seen is an obstacle in its place.
pub struct Gatherer<'a> {
    github: &'a GitHub,
    question: Question<'a>,
    /// What the query told when it was last asked.
    found: Option<Found>,
}

impl<'a> Gatherer<'a> {
    /// Nothing is asked yet.
    #[must_use]
    pub fn new(github: &'a GitHub, question: Question<'a>) -> Self {
        Self { github, question, found: None }
    }

    /// Everything.
    pub async fn whole(&mut self) -> (Evidence, Cost) {
        let (commit, branch) = (self.question.commit, self.question.branch);
        let (checks, runs, rules, found) = tokio::join!(
            checks::checks(self.github, commit),
            checks::runs(self.github, commit),
            rules::rules(self.github, branch),
            changes::read(self.github, &self.question),
        );
        let cost = found.as_ref().map(|found| found.cost).unwrap_or_default();
        let found = match found {
            Ok(found) => self.of_queue(found).await,
            Err(error) => Err(error),
        };
        self.found = found.as_ref().ok().cloned();
        (self.evidence(checks, runs, rules, found).await, cost)
    }

    /// The pull requests of a group are not merged, so no commit leads to them.
    async fn of_queue(&self, mut found: Found) -> Result<Found> {
        let Question { commit, branch, queue: Some(queue), .. } = self.question else { return Ok(found) };
        queue::read(self.github, branch, commit, queue).await?.mark(&mut found.changes, commit, queue);
        Ok(found)
    }

    /// What changes while checks run: the pull requests of commits that are merged stay as they were seen. The query for them
    /// costs more of the rate limit than all else.
    pub async fn again(&mut self) -> (Evidence, Cost) {
        let Some(found) = self.found.clone() else { return self.whole().await };
        let (commit, branch) = (self.question.commit, self.question.branch);
        let (checks, runs, rules, statuses) = tokio::join!(
            checks::checks(self.github, commit),
            checks::runs(self.github, commit),
            rules::rules(self.github, branch),
            statuses::statuses(self.github, commit),
        );
        let found = statuses.map(|statuses| Found { statuses, ..found });
        (self.evidence(checks, runs, rules, found).await, Cost::default())
    }

    async fn evidence(
        &self,
        checks: Result<Vec<Check>>,
        runs: Result<Vec<Run>>,
        rules: Result<Vec<rules::Rule>>,
        found: Result<Found>,
    ) -> Evidence {
        let Self { github, question, .. } = self;
        // What is registered after this was not seen.
        let asked = github.time();
        // Last of all, so that a move of the branch in between is seen.
        let branch = rules::branch(github, question.branch).await;
        let moved = branch.as_ref().ok().and_then(rules::Branch::head);
        let seen = |error: anyhow::Error| obstacle(&error, question.commit);
        let (checks, runs, mut found) = (checks.map_err(seen), runs.map_err(seen), found.map_err(seen));
        let (checks, jobs_only) = jobs::instead(github, checks, &runs).await;
        if let (Some(_), Ok(found)) = (&jobs_only, &mut found) {
            jobs::heads(github, &mut found.changes).await;
        }
        let repository = found.as_ref().map_or_else(|_| github.place().repository(), |found| found.repository.clone());
        let required = match (rules.map_err(seen), branch.map_err(seen), &found) {
            (Err(obstacle), ..) | (_, Err(obstacle), _) => Err(obstacle),
            // What only GraphQL tells is the classic protection: where there is none, the rules are all.
            (Ok(rules), Ok(branch), found) => {
                rules::required(&rules, &branch, found.as_ref().ok().and_then(|found| found.protection.as_ref()))
            }
        };
        let committed = found.as_ref().ok().and_then(|found| found.committed);
        let (statuses, range) = match found {
            Ok(found) => (Ok(found.statuses), range(question.range, found.changes)),
            // GraphQL answers nobody without a token; the statuses of a public repository are there for everybody.
            Err(obstacle) if !github.has_token() => {
                (statuses::statuses(github, question.commit).await.map_err(seen), Err(obstacle))
            }
            Err(obstacle) => (Err(obstacle.clone()), Err(obstacle)),
        };
        Evidence {
            repository,
            commit: question.commit.clone(),
            branch: question.branch.to_owned(),
            moved: moved.filter(|now| question.is_head && now != question.commit),
            checks,
            jobs_only,
            statuses,
            runs,
            required,
            range,
            ownership: BTreeMap::new(),
            own: question.own.clone(),
            stand_ins: Vec::new(),
            skip: None,
            asked,
            committed,
            watched: Duration::ZERO,
        }
    }
}

fn range(asked: &Seen<Commits>, changes: Vec<crate::verify::Change>) -> Seen<Range> {
    asked.as_ref().map(|asked| Range { label: asked.label.clone(), changes }).map_err(Clone::clone)
}

/// A failure as an obstacle: the token, a limit, the network, or a commit that GitHub does not have.
#[must_use]
pub fn obstacle(error: &anyhow::Error, commit: &Sha) -> Obstacle {
    let Failure { finding, .. } = Failure::from_error(error);
    let word = match finding.rule.as_str() {
        failure::UNAUTHORIZED | failure::FORBIDDEN | failure::NOT_FOUND => Word::Auth,
        failure::RATE_LIMIT => Word::RateLimit,
        failure::UNPROCESSABLE => {
            return Obstacle {
                word: Word::Unknown,
                message: format!("commit {} is not on GitHub", commit.short()),
                help: Some("push it first".to_owned()),
            };
        }
        rule if rule.starts_with("github/") => Word::Infra,
        _ => Word::Unknown,
    };
    Obstacle { word, message: finding.message, help: finding.help }
}

fn lacking(what: &str) -> Failure {
    Failure::cannot_tell(failure::ANSWER, format!("GraphQL answered without {what}")).help("run it again")
}

/// An answer that lacks a part of what it says it has is no evidence.
fn whole<T>(what: &str, items: Vec<T>, count: usize) -> Result<Vec<T>> {
    if items.len() >= count {
        return Ok(items);
    }
    let message = format!("GitHub says that there are {count} {what}, and gave {}", items.len());
    Err(Failure::cannot_tell(failure::ANSWER, message).help("run it again").into())
}
