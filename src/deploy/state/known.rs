//! What the fold of a journal knows of a step, and of a rollback.

use super::{Standing, State};
use crate::deploy::journal::{Outcome, Part, Place};

impl State {
    /// Whether a clean-up of a job's rollback has run.
    #[must_use]
    pub fn has_cleaned_rollback(&self, job: &str) -> bool {
        let cleanups = self.jobs.get(job).into_iter().flat_map(|job| &job.cleanups);
        let mut own = cleanups.filter(|place| place.part == Part::RollbackPost);
        own.any(|place| self.standing(place) == Standing::Finished(Outcome::Success))
    }

    /// Whether the rollback of a job was asked for and has not begun.
    #[must_use]
    pub fn awaits_rollback(&self, job: &str) -> bool {
        self.jobs.get(job).is_some_and(|job| job.rollback_requested && !job.rollback_begun && job.rollback.is_none())
    }

    /// Whether a clean-up of a job has run: what relied on it is not done again.
    #[must_use]
    pub fn has_cleaned(&self, job: &str) -> bool {
        let mut cleanups = self.jobs.get(job).into_iter().flat_map(|job| &job.cleanups);
        cleanups.any(|place| self.standing(place) == Standing::Finished(Outcome::Success))
    }

    /// Whether a person wants no more steps of a list.
    #[must_use]
    pub fn is_stopped(&self, place: &Place) -> bool {
        let after_all = || self.jobs.get(&place.job).is_some_and(|job| job.rollback_after_all);
        self.cancelled && !(place.part.owner() == Part::Rollback && after_all())
    }

    /// Whether a step is one of a rollback that has ended without success.
    #[must_use]
    pub fn has_failed_rollback(&self, place: &Place) -> bool {
        let rollback = self.jobs.get(&place.job).and_then(|job| job.rollback);
        place.part == Part::Rollback && rollback.is_some_and(|result| result != Outcome::Success)
    }

    /// Whether a person may say what became of a step: nobody could tell, the rollback failed by it, or it was passed over.
    #[must_use]
    pub fn may_be_settled(&self, place: &Place) -> bool {
        match self.standing(place) {
            Standing::Started | Standing::Finished(Outcome::Unknown) => true,
            Standing::Finished(Outcome::Failure) | Standing::NotDone => self.has_failed_rollback(place),
            // It was begun once, and nothing says that it is done; or its rollback did nothing.
            Standing::Finished(Outcome::Skipped) => {
                self.steps.get(place).is_some_and(|step| step.touched.is_some()) || self.has_failed_rollback(place)
            }
            _ => false,
        }
    }

    /// Whether a step could not tell, and waits for its role.
    #[must_use]
    pub fn asks(&self, place: &Place) -> bool {
        self.steps.get(place).is_some_and(|step| step.asks && step.standing == Standing::Finished(Outcome::Unknown))
    }

    /// How a step stands.
    #[must_use]
    pub fn standing(&self, place: &Place) -> Standing {
        self.steps.get(place).map_or(Standing::Open, |step| step.standing)
    }
}
