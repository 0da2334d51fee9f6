//! How long a deployment took: the one rule of the report and of the board.

use jiff::Timestamp;

use super::collect::standing_of;
use super::in_service::in_service;
use crate::deploy::journal::{Entry, Event, Journal, Outcome};
use crate::deploy::plan::Plan;
use crate::deploy::state::State as Fold;
use crate::output::json::deploy_report::State;

/// From when until when a run worked on its deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::deploy) struct Course {
    /// When it began.
    pub(in crate::deploy) began: Timestamp,
    /// When it ended, or only follow-ups were left: what the waits for these take is no part of the deployment. `None` where it goes on.
    pub(in crate::deploy) ended: Option<Timestamp>,
    /// How long what it deploys was in service in between, in seconds, before a rollback began: no part of that work either.
    rested: u64,
}

impl Course {
    /// That of a run; without its plan nobody knows which of its jobs are follow-ups.
    pub(in crate::deploy) fn of(journal: &Journal, fold: &Fold, plan: Option<&Plan>) -> Self {
        let entries = &journal.entries;
        let end = |entry: &Entry| matches!(entry.event, Event::RunFinished { .. }).then_some(entry.ts);
        let finished = fold.finished.and_then(|_| entries.iter().rev().find_map(end));
        let worked = plan.and_then(|plan| match fold.finished {
            Some(Outcome::Success) => fold.worked_until(plan),
            Some(_) => fold.worked_beside_follow_ups(plan),
            None => fold.worked_until(plan).filter(|_| fold.is_deployed(plan) && !is_going_back(fold)),
        });
        // Nothing goes on by itself there.
        let left = (standing_of(fold, plan) == State::Maintenance).then_some(fold.at);
        let rests = plan.map_or_else(Vec::new, |plan| in_service(journal, plan));
        let rested = rests.iter().map(|one| one.until.duration_since(one.since).unsigned_abs().as_secs()).sum();
        Self { began: entries.first().map_or(fold.at, |entry| entry.ts), ended: worked.or(finished).or(left), rested }
    }

    /// How long that was, in seconds, without the time in service before a rollback.
    pub(in crate::deploy) fn seconds(self) -> Option<u64> {
        let all = self.ended.map(|ended| ended.duration_since(self.began).unsigned_abs().as_secs());
        all.map(|seconds| seconds.saturating_sub(self.rested))
    }
}

/// Whether a rollback has begun and has not ended: nobody may count on what was deployed.
fn is_going_back(fold: &Fold) -> bool {
    fold.jobs.values().any(|job| job.rollback_begun && job.rollback.is_none())
}
