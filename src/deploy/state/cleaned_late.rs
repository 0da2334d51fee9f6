//! Jobs that failed by nothing but a clean-up, as maintenance's off: once it has run they have succeeded, and what waits for them goes
//! on.

use super::decide::asks_whether_safe;
use super::{Standing, State, dependents, key};
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::plan::{Job, Plan};

impl State {
    /// Whether a job has ended as failed, and all that it was to do is done: a clean-up alone was not.
    #[must_use]
    pub fn failed_by_cleanup(&self, id: &str, job: &Job) -> bool {
        let Some(known) = self.jobs.get(id) else { return false };
        let is_untouched = !known.rollback_requested && !known.rollback_begun && known.rollback.is_none();
        if known.result != Some(Outcome::Failure) || known.cleanups.is_empty() || !is_untouched {
            return false;
        }
        let is_behind =
            |place: &Place| matches!(self.standing(place), Standing::Finished(Outcome::Success | Outcome::Skipped));
        let planned = job
            .steps
            .iter()
            .enumerate()
            .all(|(at, step)| is_behind(&Place { job: id.to_owned(), step: key(step, at), part: Part::Steps }));
        // Of what was ever started nothing is left, also where the plan has it no more.
        let mut own = self
            .steps
            .iter()
            .filter(|(place, step)| place.job == id && place.part == Part::Steps && step.touched.is_some());
        planned && own.all(|(_, step)| step.standing == Standing::Finished(Outcome::Success))
    }

    /// The jobs that were skipped behind one that ends anew now, and are asked again.
    #[must_use]
    pub fn skipped_behind(&self, plan: &Plan, id: &str) -> Vec<String> {
        if self.jobs.get(id).is_none_or(|job| job.result.is_none()) {
            return Vec::new();
        }
        let is_skipped = |other: &&str| {
            let known = self.jobs.get(*other);
            known
                .is_some_and(|job| job.result == Some(Outcome::Skipped) && job.begun.is_none() && job.dropped.is_none())
        };
        dependents(plan, id).into_iter().filter(is_skipped).map(str::to_owned).collect()
    }

    /// The jobs that were skipped while this one was half done, for they ask whether it is `safe()`: once it was taken back they are
    /// asked again.
    #[must_use]
    pub fn skipped_as_unsafe(&self, plan: &Plan, id: &str) -> Vec<String> {
        let asks = |other: &String| {
            let condition = plan.job(other).and_then(|job| job.condition.as_ref());
            condition.is_some_and(|condition| asks_whether_safe(condition.as_str()))
        };
        self.skipped_behind(plan, id).into_iter().filter(asks).collect()
    }
}
