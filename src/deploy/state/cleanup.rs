//! The clean-ups of a job, as maintenance's off: which runs next, which is needless, and which is held back.

use std::time::Duration;

use super::contexts::{Sight, View, status};
use super::{Decision, Standing, State, key, list};
use crate::deploy::expression::{Expression, condition_of};
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::plan::{Job, Step};

/// What becomes of a clean-up.
enum Due {
    Runs,
    Needless,
    HeldBack,
}

impl State {
    /// The clean-ups that have neither run nor been found needless.
    #[must_use]
    pub fn left_cleanups(&self) -> Vec<&Place> {
        self.jobs.values().flat_map(|job| &job.cleanups).filter(|place| self.is_left(place)).collect()
    }

    /// Whether a job has a clean-up that has not run, or failed.
    pub(super) fn cleanup_failed(&self, id: &str) -> bool {
        self.jobs.get(id).is_some_and(|job| job.cleanups.iter().any(|place| self.is_left(place)))
    }

    /// Whether a clean-up has neither run nor been found needless.
    pub(super) fn is_left(&self, place: &Place) -> bool {
        !matches!(self.standing(place), Standing::Finished(Outcome::Success | Outcome::Skipped))
    }

    /// The next clean-up of a job, the last registered first; `None` where all are behind or are held back.
    pub(super) fn clean_up(&self, view: View<'_>, id: &str, job: &Job, failed: bool) -> Option<Decision> {
        let known = self.jobs.get(id)?;
        for place in known.cleanups.iter().rev() {
            let step = list(job, place.part).iter().enumerate().find(|(at, step)| key(step, *at) == place.step);
            // A plan that was changed may not have it any more: it is held back, never dropped.
            let Some((at, step)) = step.filter(|(_, step)| step.post.is_some()) else { continue };
            let (standing, tries) =
                self.steps.get(place).map_or((Standing::Open, 0), |step| (step.standing, step.tries));
            let run = Decision::Run { place: place.clone(), r#try: tries + 1, pause: Duration::ZERO };
            match standing {
                Standing::Finished(Outcome::Success | Outcome::Skipped) => continue,
                // It failed, or was cut off: the next process tries it again.
                Standing::Finished(_) if self.steps.get(place).is_some_and(|step| step.attempt == self.attempt) => {
                    continue;
                }
                _ => {}
            }
            if self.released.contains(place) {
                return Some(run);
            }
            let is_of_rollback = place.part == Part::RollbackPost;
            // A rollback that has not ended may still need what this takes away.
            if is_of_rollback && known.rollback.is_none() {
                continue;
            }
            let failed = if is_of_rollback { !self.is_rolled_back(id) } else { failed };
            match self.due(view, (id, job), place, (at, step), failed) {
                Due::HeldBack => {}
                Due::Needless if standing == Standing::Open => return Some(Decision::Skip(place.clone())),
                Due::Needless | Due::Runs => return Some(run),
            }
        }
        None
    }

    /// What becomes of a clean-up by its `post-if`. It is held back where only `safe()` stands in its way, or only that the job did
    /// not go well: what it cleans up is there, and nobody has said that it may stay.
    fn due(
        &self,
        view: View<'_>,
        (id, job): (&str, &Job),
        place: &Place,
        (at, step): (usize, &Step),
        failed: bool,
    ) -> Due {
        let safe = self.cleanup_status(view, job, place, at, failed).safe;
        let condition = step.post_if.as_ref().map_or("always()", |condition| condition.as_str());
        let holds = |status| view.holds(self, Some(condition), Sight { job: Some(id), step: Some(step), status });
        let is_well = !failed && !self.cancelled;
        let has_begun = self.steps.get(&place.of(place.part.owner())).is_some_and(|step| step.touched.is_some());
        match holds(status(failed, self.cancelled, safe)) {
            Ok(true) => Due::Runs,
            // Only `safe()` stands in its way, also where it was begun before and did not succeed.
            Ok(false) if !safe && holds(status(failed, self.cancelled, true)) == Ok(true) => Due::HeldBack,
            Ok(false) if !is_well && has_begun && holds(status(false, false, true)) == Ok(true) => Due::HeldBack,
            Ok(false) => Due::Needless,
            // What cannot be answered is not shown to be safe, and is not needless.
            Err(_) => {
                let asks = condition_of(condition);
                let asks_safe = asks.as_ref().map_or(true, |asks| asks.calls("safe"));
                let asks_success = asks.as_ref().map_or(true, asks_for_success);
                if !safe && asks_safe || !is_well && asks_success { Due::HeldBack } else { Due::Runs }
            }
        }
    }
}

/// Whether a condition asks that all went well; one that asks for no status does.
fn asks_for_success(condition: &Expression) -> bool {
    condition.calls("success") || !condition.asks_for_status()
}
