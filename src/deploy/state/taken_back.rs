//! What a rollback has done, and whether that is all of it: what cannot be shown is not assumed.

use super::{JobState, Standing, State, key, needed};
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::plan::{Job, Plan};

impl State {
    /// Whether nothing of a job's rollback was done: its steps were needless, all but the sign-off that decides about it.
    #[must_use]
    pub fn took_nothing_back(&self, id: &str, job: &Job) -> bool {
        let decides = |at: usize| {
            at == 0 && job.rollback.len() > 1 && job.rollback.first().is_some_and(|step| step.is_sign_off())
        };
        let steps = job.rollback.iter().enumerate().filter(|(at, _)| !decides(*at));
        !steps.into_iter().any(|(at, step)| {
            let place = Place { job: id.to_owned(), step: key(step, at), part: Part::Rollback };
            self.standing(&place) == Standing::Finished(Outcome::Success)
        })
    }

    /// Whether a job that this one needs is half taken back: nothing that stands on it is done, or safe.
    pub(super) fn stands_on_half_taken_back(&self, plan: &Plan, id: &str) -> bool {
        let is_half = |need: &str| {
            let has_begun = self.has_begun(need, Part::Rollback) && !self.is_rolled_back(need);
            has_begun || self.jobs.get(need).is_some_and(JobState::is_half_taken_back)
        };
        self.takes_back && needed(plan, id).into_iter().any(is_half)
    }

    /// Whether anything of a job was ever begun that could be taken back: a sign-off before it leaves all as it is. Where the job has no
    /// others, people do by hand what they sign.
    #[must_use]
    pub fn has_begun_work(&self, plan: &Plan, id: &str) -> bool {
        let own = || self.steps.iter().filter(|(place, _)| place.job == id && place.part == Part::Steps);
        let by_hand = plan.job(id).is_some_and(|job| job.steps.iter().all(|step| step.is_sign_off()));
        own().any(|(_, step)| step.touched.is_some())
            || by_hand && own().any(|(_, step)| step.standing == Standing::Finished(Outcome::Success))
    }
}

impl JobState {
    /// Whether its rollback was asked for and has not succeeded.
    #[must_use]
    pub fn is_half_taken_back(&self) -> bool {
        self.has_open_rollback() || self.rollback.is_some_and(|result| result != Outcome::Success)
    }
}
