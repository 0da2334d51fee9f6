//! When what a run deploys took over: the time in between belongs to neither version.

use jiff::Timestamp;

use super::half_done::starts_later;
use super::{State, key, list};
use crate::deploy::journal::{Part, Place};
use crate::deploy::plan::Plan;

/// The time in which one version took over from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenOver {
    /// When the first of its commands began.
    pub from: Timestamp,
    /// When the last of its clean-ups had ended: maintenance is off, and the new version alone answers.
    pub to: Timestamp,
}

impl State {
    /// The time of the jobs that deploy to the environment of the one that ended last; `None` where none has ended.
    #[must_use]
    pub fn taken_over(&self, plan: &Plan) -> Option<TakenOver> {
        let ended = |id: &&str| self.jobs.get(*id).and_then(|job| job.ended);
        // By its name: where it is written is another place in each job.
        let environment = |id: &str| plan.job(id).and_then(|job| Some(job.environment.as_ref()?.name.as_str()));
        let last = self.deploying(plan).filter(|id| ended(id).is_some()).max_by_key(ended)?;
        let jobs = || self.deploying(plan).filter(|id| ended(id).is_some() && environment(id) == environment(last));
        let to = jobs().filter_map(|id| ended(&id)).max()?;
        let from = jobs().filter_map(|id| self.first_command(plan, id)).min()?;
        Some(TakenOver { from: from.min(to), to })
    }

    /// From the first command of the jobs that deploy to the end of the last of them; `None` for the end where one goes on.
    #[must_use]
    pub fn taken_over_so_far(&self, plan: &Plan) -> Option<(Timestamp, Option<Timestamp>)> {
        let begun: Vec<&str> =
            self.deploying(plan).filter(|id| self.jobs.get(*id).is_some_and(|job| job.begun.is_some())).collect();
        let from = begun.iter().filter_map(|id| self.first_command(plan, id)).min()?;
        let ends: Option<Vec<Timestamp>> = begun.iter().map(|id| self.jobs.get(*id)?.ended).collect();
        Some((from, ends.and_then(|ends| ends.into_iter().max())))
    }

    /// From the first command of the jobs that deploy to the end of all that came of them, their clean-ups and rollbacks among that;
    /// `None` for the end where something of it goes on, or a clean-up is still due.
    #[must_use]
    pub fn worked_on(&self, plan: &Plan) -> Option<(Timestamp, Option<Timestamp>)> {
        let (from, to) = self.taken_over_so_far(plan)?;
        let is_own = |place: &Place| self.deploying(plan).any(|id| id == place.job);
        let goes_back = self.jobs.values().any(|job| job.rollback_begun && job.rollback.is_none());
        let rest = self.steps.iter().filter(|(place, _)| place.part != Part::Steps && is_own(place));
        let last = rest.filter_map(|(_, step)| step.ended).max();
        let to = to.filter(|_| !goes_back && !self.is_kept_closed(plan)).map(|to| last.map_or(to, |last| last.max(to)));
        Some((from, to))
    }

    /// Whether a clean-up of a job that deploys is due, as maintenance's off.
    #[must_use]
    pub fn is_kept_closed(&self, plan: &Plan) -> bool {
        self.left_cleanups().into_iter().any(|place| self.deploying(plan).any(|id| id == place.job))
    }

    /// The jobs with an `environment`; all of them where none has one. What follows later deploys nothing.
    fn deploying<'p>(&self, plan: &'p Plan) -> impl Iterator<Item = &'p str> + use<'p> {
        let jobs = || plan.jobs.iter().filter(|(id, _)| !starts_later(plan, id.as_str()));
        let has_environment = jobs().any(|(_, job)| job.environment.is_some());
        let jobs = jobs().filter(move |(_, job)| !has_environment || job.environment.is_some());
        jobs.map(|(id, _)| id.value.as_str())
    }

    /// When the first command of a job began; a sign-off before it leaves all as it is.
    fn first_command(&self, plan: &Plan, id: &str) -> Option<Timestamp> {
        let steps = list(plan.job(id)?, Part::Steps).iter().enumerate().filter(|(_, step)| !step.is_sign_off());
        let begun = steps.filter_map(|(at, step)| {
            let place = Place { job: id.to_owned(), step: key(step, at), part: Part::Steps };
            self.steps.get(&place)?.begun
        });
        begun.min().or_else(|| self.jobs.get(id)?.begun)
    }
}
