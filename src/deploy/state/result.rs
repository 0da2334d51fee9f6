//! How a run ends, and whether what it deploys is in service.

use std::collections::BTreeMap;

use super::contexts::View;
use super::half_done::starts_later;
use super::{JobState, State};
use crate::deploy::journal::Outcome;
use crate::deploy::plan::{Job, Plan};

impl State {
    /// Whether what the plan deploys is in service, all of it.
    #[must_use]
    pub fn is_deployed(&self, plan: &Plan) -> bool {
        self.deployed(plan) == Some(true)
    }

    /// Whether what the plan deploys was put in service and is not taken back, in every environment that it names; `None` where it was
    /// in some of them, or nobody can tell what serves in one. What follows later deploys nothing; where no job has an
    /// `environment` all of them do, together.
    #[must_use]
    pub fn deployed(&self, plan: &Plan) -> Option<bool> {
        let mut environments: BTreeMap<&str, Vec<(&JobState, &Job)>> = BTreeMap::new();
        for (id, job) in plan.jobs.iter().filter(|(id, _)| !starts_later(plan, id.as_str())) {
            let Some(environment) = &job.environment else { continue };
            // One that was skipped did nothing there.
            let known = self.jobs.get(id.as_str()).filter(|known| known.result != Some(Outcome::Skipped));
            environments.entry(environment.name.as_str()).or_default().extend(known.map(|known| (known, job)));
        }
        let mut stand: Vec<Option<bool>> = environments.values().map(|jobs| serves(jobs)).collect();
        stand.dedup();
        match stand.as_slice() {
            [] => Some(self.finished == Some(Outcome::Success)),
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

/// Whether what the jobs of one environment deploy serves there; `None` where nobody can tell: a rollback did not succeed, or one job
/// was taken back and another that has a rollback of its own was not.
fn serves(jobs: &[(&JobState, &Job)]) -> Option<bool> {
    let rollbacks = || jobs.iter().filter_map(|(known, _)| known.rollback);
    if rollbacks().any(|rollback| rollback != Outcome::Success) {
        return None;
    }
    let has_succeeded = |known: &JobState| known.result == Some(Outcome::Success) && known.rollback.is_none();
    if rollbacks().next().is_some() {
        let stays = jobs.iter().any(|(known, job)| has_succeeded(known) && !job.rollback.is_empty());
        return if stays { None } else { Some(false) };
    }
    Some(!jobs.is_empty() && jobs.iter().all(|(known, _)| has_succeeded(known)))
}
