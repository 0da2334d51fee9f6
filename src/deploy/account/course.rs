//! How long a deployment took: the one rule of the report and of the board.

use jiff::Timestamp;

use super::collect::standing_of;
use super::in_service::in_service;
use crate::deploy::journal::{Entry, Event, Journal, Outcome};
use crate::deploy::plan::Plan;
use crate::deploy::state::{State as Fold, starts_later};
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
            Some(Outcome::Success) => fold.worked_until(plan).filter(|_| has_follow_ups(plan)),
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

fn has_follow_ups(plan: &Plan) -> bool {
    plan.jobs.iter().any(|(id, _)| starts_later(plan, id.as_str()))
}

/// Whether a rollback has begun and has not ended: nobody may count on what was deployed.
fn is_going_back(fold: &Fold) -> bool {
    fold.jobs.values().any(|job| job.rollback_begun && job.rollback.is_none())
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;
    use crate::deploy::journal::{self, Tip};

    /// Its jobs end after 10, 20, … seconds, and the run five seconds after the last of them.
    #[test_case("{a: {steps: [{run: x}]}}" => Some(15); "a process was slow to end, or lost there")]
    #[test_case("{a: {steps: [{run: x}]}, b: {needs: a, start-in: 3d, steps: [{run: x}]}}" => Some(10); "a follow-up")]
    fn seconds(jobs: &str) -> Option<u64> {
        let plan = Plan::parse("p", &format!("jobs: {jobs}\n")).unwrap();
        let mut events = vec![(0, Event::RunStarted(Box::default()))];
        for (at, (job, _)) in (1..).zip(plan.jobs.iter()) {
            let (job, outputs, withheld) = (job.to_string(), [].into(), [].into());
            events.push((10 * at, Event::JobFinished { job, result: Outcome::Success, outputs, withheld }));
        }
        let last = events.last().map_or(0, |(at, _)| *at);
        events.push((last + 5, Event::RunFinished { result: Outcome::Success }));
        let (mut text, mut tip, mut fold) = (String::new(), Tip::beginning("1"), Fold::default());
        for (at, event) in events {
            let ts = Timestamp::from_second(at).unwrap();
            fold.apply(ts, 1, &event);
            let (line, next) = tip.line(ts, event).unwrap();
            text.push_str(&line);
            tip = next;
        }
        let journal = journal::read(text.as_bytes()).unwrap();
        Course::of(&journal, &fold, Some(&plan)).seconds()
    }
}
