//! What the fold of a journal knows of a step, and of a rollback.

use super::{JobState, Standing, State};
use crate::deploy::journal::{Outcome, Part, Place};

impl State {
    /// Whether a clean-up of a job's rollback has run.
    #[must_use]
    pub fn has_cleaned_rollback(&self, job: &str) -> bool {
        let cleanups = self.jobs.get(job).into_iter().flat_map(|job| &job.cleanups);
        let mut own = cleanups.filter(|place| place.part == Part::RollbackPost);
        own.any(|place| self.standing(place) == Standing::Finished(Outcome::Success))
    }

    /// Whether anything of the rollback of a job was begun, in any try: the job does not go on with what that left.
    #[must_use]
    pub fn has_begun_rollback(&self, job: &str) -> bool {
        let is_it = |job: &JobState| job.rollback_begun || job.rollback.is_some();
        self.jobs.get(job).is_some_and(is_it) || self.has_begun(job, Part::Rollback)
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

    /// Whether a step was started and its list has ended without it: what became of it nobody knows, and it does not run any more.
    #[must_use]
    pub fn is_lost(&self, place: &Place) -> bool {
        let job = self.jobs.get(&place.job);
        let has_ended = match place.part {
            Part::Steps => job.is_some_and(|job| job.result.is_some()),
            Part::Rollback => job.is_some_and(|job| job.rollback.is_some()),
            Part::Post | Part::RollbackPost => false,
        };
        self.standing(place) == Standing::Started && (has_ended || self.finished.is_some())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::deploy::journal::Event;

    /// Nobody knows better what became of the tries before it.
    #[test]
    fn a_try_that_was_announced_and_not_begun_is_none() {
        let place = Place { job: "a".to_owned(), step: "1".to_owned(), part: Part::Steps };
        let mut state = State::default();
        let mut apply = |attempt: u32, events: &[Event]| {
            events.iter().for_each(|event| state.apply(Timestamp::UNIX_EPOCH, attempt, event));
            // What it remembers of the try before is no matter of how it stands.
            state.steps.get(&place).map(|step| crate::deploy::state::StepState { before: None, ..step.clone() })
        };
        let started = |r#try| Event::StepStarted { place: place.clone(), r#try };
        let running = Event::StepRunning { place: place.clone(), pid: 7 };
        let settled = |outcome, by: &str| Event::StepSettled { place: place.clone(), outcome, by: by.to_owned() };
        let not_begun = settled(Outcome::Failure, crate::deploy::journal::NOT_BEGUN);
        let registered = Event::CleanupRegistered { place: place.clone() };
        let open = apply(1, &[registered]);
        assert_eq!(apply(1, &[started(1), running.clone(), not_begun.clone()]), open);
        for (attempt, before) in [(2, vec![started(1)]), (4, vec![started(1), settled(Outcome::Failure, "done-if")])] {
            let before = apply(attempt, &before);
            assert_eq!(apply(attempt + 1, &[started(2), running.clone(), not_begun.clone()]), before);
            assert!(before.is_some_and(|step| step.tries > 0 && step.touched.is_some() && step.registered));
        }
    }

    #[test]
    fn a_step_that_was_started_is_lost_once_its_list_has_ended() {
        let place = |part| Place { job: "a".to_owned(), step: "1".to_owned(), part };
        let mut state = State::default();
        let mut apply = |event: Event, part: Part| {
            state.apply(Timestamp::UNIX_EPOCH, 1, &event);
            state.is_lost(&place(part))
        };
        let started = |part| Event::StepStarted { place: place(part), r#try: 1 };
        assert!(!apply(started(Part::Steps), Part::Steps));
        assert!(apply(Event::JobDropped { job: "a".to_owned(), taken_back: "b".to_owned() }, Part::Steps));
        assert!(!apply(started(Part::Rollback), Part::Rollback), "its rollback runs after its end");
        let ended = Event::RollbackFinished { job: "a".to_owned(), result: Outcome::Failure };
        assert!(apply(ended, Part::Rollback));
        assert!(!apply(started(Part::Post), Part::Post));
        assert!(apply(Event::RunFinished { result: Outcome::Failure }, Part::Post));
    }
}
