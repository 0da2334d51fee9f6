//! What GitHub shows about a commit and its range, gathered for `verify`: five requests for a hundred commits.

pub mod behalf;
mod changes;
mod checks;
mod rules;

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use super::{GitHub, failure};
use crate::history::{Commit, Sha};
use crate::report::Failure;
use crate::verify::{Evidence, Obstacle, Own, Range, Seen, Word};

/// The query; the embedded GitHub answers it by its operation's name.
pub const QUERY: &str = include_str!("../../queries/evidence.graphql");

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

/// Gathers the evidence. What cannot be seen is an obstacle in its place.
pub async fn gather(github: &GitHub, question: Question<'_>) -> (Evidence, Cost) {
    let seen = |error: anyhow::Error| obstacle(&error, question.commit);
    let (checks, runs, rules, found) = tokio::join!(
        checks::checks(github, question.commit),
        checks::runs(github, question.commit),
        rules::rules(github, question.branch),
        changes::read(github, &question),
    );
    // Last of all, so that a move of the branch in between is seen.
    let branch = rules::branch(github, question.branch).await;
    let moved = branch.as_ref().ok().and_then(rules::Branch::head);
    let found = found.map_err(seen);
    let repository = found.as_ref().map_or_else(|_| github.place().repository(), |found| found.repository.clone());
    let cost = found.as_ref().map(|found| found.cost).unwrap_or_default();
    let required = match (rules.map_err(seen), branch.map_err(seen), &found) {
        (Ok(rules), Ok(branch), Ok(found)) => rules::required(&rules, &branch, found.protection.as_ref()),
        (Err(obstacle), ..) | (_, Err(obstacle), _) => Err(obstacle),
        (.., Err(obstacle)) => Err(obstacle.clone()),
    };
    let (statuses, range) = match found {
        Ok(found) => (Ok(found.statuses), range(question.range, found.changes)),
        Err(obstacle) => (Err(obstacle.clone()), Err(obstacle)),
    };
    let evidence = Evidence {
        repository,
        commit: question.commit.clone(),
        branch: question.branch.to_owned(),
        moved: moved.filter(|now| question.is_head && now != question.commit),
        checks: checks.map_err(seen),
        statuses,
        runs: runs.map_err(seen),
        required,
        range,
        ownership: BTreeMap::new(),
        own: question.own.clone(),
    };
    (evidence, cost)
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

/// An answer that lacks a part of what it says it has is no evidence.
fn whole<T>(what: &str, items: Vec<T>, count: usize) -> Result<Vec<T>> {
    if items.len() >= count {
        return Ok(items);
    }
    let message = format!("GitHub says that there are {count} {what}, and gave {}", items.len());
    Err(Failure::cannot_tell(failure::ANSWER, message).help("run it again").into())
}
