//! When what a run deploys was in service before it was taken back: nobody worked on it then.

use jiff::Timestamp;

use crate::deploy::journal::{Event, Journal, Outcome};
use crate::deploy::plan::Plan;
use crate::deploy::state::{State as Fold, starts_later};

/// A time in which it was in service, and a rollback ended that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InService {
    /// When all that was to deploy it had ended.
    pub(super) since: Timestamp,
    /// When the jobs that deploy it had, and their clean-ups.
    pub(super) used_until: Timestamp,
    /// When its rollback began: until then nothing was done, whatever was decided and signed.
    pub(super) until: Timestamp,
}

/// Each such time of a run, in order. A rollback of what failed ends none.
pub(super) fn in_service(journal: &Journal, plan: &Plan) -> Vec<InService> {
    let mut found = Vec::new();
    // Few journals have a rollback, and a board reads all of them.
    if !journal.entries.iter().any(|entry| matches!(entry.event, Event::RollbackStarted { .. })) {
        return found;
    }
    let mut fold = Fold::default();
    for entry in &journal.entries {
        if let Event::RollbackStarted { job } = &entry.event
            && !starts_later(plan, job)
            && let Some(since) = deployed_at(&fold, plan)
        {
            let used_until = fold.worked_on(plan).and_then(|(_, to)| to).unwrap_or(since);
            found.push(InService { since, used_until, until: entry.ts.max(since) });
        }
        fold.apply(entry.ts, entry.attempt, &entry.event);
    }
    found
}

/// When the deployment was done, where it is in service and nothing but follow-ups is left of it.
fn deployed_at(fold: &Fold, plan: &Plan) -> Option<Timestamp> {
    let result = |id: &str| fold.jobs.get(id).and_then(|job| job.result);
    let now = || plan.jobs.iter().map(|(id, _)| id.as_str()).filter(|id| !starts_later(plan, id));
    let is_done = now().all(|id| matches!(result(id), Some(Outcome::Success | Outcome::Skipped)));
    fold.worked_until(plan).filter(|_| is_done && fold.is_deployed(plan) && fold.left_cleanups().is_empty())
}
