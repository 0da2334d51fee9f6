//! When what a run deploys took over: the time in between belongs to neither version.

use jiff::Timestamp;

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
    /// The time of the job with an `environment` that ended last, else of the job that ended last; `None` where none has.
    #[must_use]
    pub fn taken_over(&self, plan: &Plan) -> Option<TakenOver> {
        let ended = self.deploying(plan).filter_map(|id| Some((self.jobs.get(id)?.ended?, id)));
        let (to, id) = ended.max()?;
        Some(TakenOver { from: self.first_command(plan, id)?.min(to), to })
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

    /// The jobs with an `environment`; all of them where none has one.
    fn deploying<'p>(&self, plan: &'p Plan) -> impl Iterator<Item = &'p str> + use<'p> {
        let has_environment = plan.jobs.iter().any(|(_, job)| job.environment.is_some());
        let jobs = plan.jobs.iter().filter(move |(_, job)| !has_environment || job.environment.is_some());
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
