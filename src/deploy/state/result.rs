//! How a run ends, and whether what it deploys is in service.

use super::contexts::View;
use super::{JobState, State};
use crate::deploy::journal::Outcome;
use crate::deploy::plan::Plan;

impl State {
    /// Whether what the plan deploys is in service, all of it.
    #[must_use]
    pub fn is_deployed(&self, plan: &Plan) -> bool {
        self.deployed(plan) == Some(true)
    }

    /// Whether what the plan deploys was put in service and is not taken back: by every job with an `environment`, or by none. `None`
    /// where it was by some of them, or by one whose rollback did not succeed: then nobody can tell what serves. What follows later by
    /// `start-in` deploys nothing; where no job has an `environment` all of them do, together.
    #[must_use]
    pub fn deployed(&self, plan: &Plan) -> Option<bool> {
        let jobs = plan.jobs.iter().filter(|(_, job)| job.environment.is_some() && job.start_in.is_none());
        let known = |id: &str| self.jobs.get(id);
        let mut stand: Vec<Option<bool>> = jobs
            .map(|(id, _)| match known(id.as_str()).map(|job| (job.result, job.rollback)) {
                Some((Some(Outcome::Success), None)) => Some(true),
                Some((_, Some(rollback))) if rollback != Outcome::Success => None,
                _ => Some(false),
            })
            .collect();
        if stand.is_empty() {
            return Some(self.finished == Some(Outcome::Success));
        }
        stand.dedup();
        match stand.as_slice() {
            [one] => *one,
            _ => None,
        }
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
