//! How a run ends, and whether what it deploys is in service.

use super::contexts::View;
use super::{JobState, State};
use crate::deploy::journal::Outcome;
use crate::deploy::plan::Plan;

impl State {
    /// Whether what the plan deploys is in service: the run ended with success, or every job with an `environment` did, whatever
    /// became of those behind them, and was not taken back.
    #[must_use]
    pub fn is_deployed(&self, plan: &Plan) -> bool {
        if self.finished == Some(Outcome::Success) {
            return true;
        }
        let mut jobs = plan.jobs.iter().filter(|(_, job)| job.environment.is_some()).peekable();
        let succeeded = |id: &str| {
            self.jobs.get(id).is_some_and(|job| job.result == Some(Outcome::Success) && job.rollback.is_none())
        };
        jobs.peek().is_some() && jobs.all(|(id, _)| succeeded(id.as_str()))
    }

    /// Whether a job has failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.jobs.values().any(|job| job.result == Some(Outcome::Failure))
    }

    /// How the run ends, where every job has and nothing is left.
    #[must_use]
    pub fn result(&self, view: View<'_>) -> Option<Outcome> {
        let result = |id: &str| self.jobs.get(id).and_then(|job| job.result);
        let results: Option<Vec<Outcome>> = view.plan.jobs.iter().map(|(id, _)| result(id.as_str())).collect();
        let results = results?;
        if self.jobs.values().any(JobState::has_open_rollback) || !self.left_cleanups().is_empty() {
            return None;
        }
        let taken_back = self.jobs.values().any(|job| job.rollback.is_some());
        Some(if results.contains(&Outcome::Failure) || results.contains(&Outcome::Unknown) || taken_back {
            Outcome::Failure
        } else if results.contains(&Outcome::Cancelled) {
            Outcome::Cancelled
        } else {
            Outcome::Success
        })
    }
}
