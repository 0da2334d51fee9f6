//! How a run ends, and whether what it deploys is in service.

use std::collections::BTreeMap;

use super::contexts::View;
use super::half_done::starts_later;
use super::{JobState, Standing, State, step_of};
use crate::deploy::journal::{Outcome, Part};
use crate::deploy::plan::{Action, Builtin, Job, Plan, Step};

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
        let mut environments: BTreeMap<&str, Vec<(&str, &Job)>> = BTreeMap::new();
        for (id, job) in plan.jobs.iter().filter(|(id, _)| !starts_later(plan, id.as_str())) {
            let Some(environment) = &job.environment else { continue };
            environments.entry(environment.name.as_str()).or_default().push((id.as_str(), job));
        }
        let mut stand: Vec<Option<bool>> = environments.values().map(|jobs| self.serves(plan, jobs)).collect();
        stand.dedup();
        match stand.as_slice() {
            [] => {
                let now = plan.jobs.iter().filter(|(id, _)| !starts_later(plan, id.as_str()));
                self.serves(plan, &now.map(|(id, job)| (id.as_str(), job)).collect::<Vec<_>>())
            }
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

impl State {
    /// Whether what the jobs of one environment deploy serves there; `None` where nobody can tell: one of them failed when something of
    /// it was begun and is not taken back, a rollback did not succeed, or one job was taken back and another that has a rollback of
    /// its own was not.
    fn serves(&self, plan: &Plan, jobs: &[(&str, &Job)]) -> Option<bool> {
        // One that was skipped did nothing there.
        let known = || {
            let known = jobs.iter().filter_map(|(id, job)| Some((*id, *job, self.jobs.get(*id)?)));
            known.filter(|(_, _, known)| known.result != Some(Outcome::Skipped))
        };
        let rollbacks = || known().filter_map(|(_, _, known)| known.rollback);
        if rollbacks().any(|rollback| rollback != Outcome::Success) {
            return None;
        }
        let has_succeeded = |known: &JobState| known.result == Some(Outcome::Success) && known.rollback.is_none();
        if rollbacks().next().is_some() {
            let stays = known().any(|(_, job, known)| has_succeeded(known) && !job.rollback.is_empty());
            return if stays { None } else { Some(false) };
        }
        if known().all(|(_, _, known)| has_succeeded(known)) {
            return Some(known().next().is_some());
        }
        let may_serve = known().any(|(id, ..)| self.may_have_changed(plan, id));
        if may_serve { None } else { Some(false) }
    }

    /// Whether a job may have changed what it works on: a command of it was started, and nothing says that it left all as it was.
    fn may_have_changed(&self, plan: &Plan, id: &str) -> bool {
        self.steps.iter().filter(|(place, _)| place.job == id && place.part == Part::Steps).any(|(place, step)| {
            let is_shown_undone = step.standing == Standing::NotDone;
            step.touched.is_some() && !is_shown_undone && step_of(plan, place).is_none_or(changes)
        })
    }
}

/// Whether a step may change what is in service: a command may, and a request that is no question.
fn changes(step: &Step) -> bool {
    match &step.action {
        Action::Run { .. } => true,
        Action::Uses { builtin, .. } => **builtin == Builtin::Http && !step.is_check(),
    }
}
