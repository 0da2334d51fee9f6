//! In what condition a run leaves what it deploys, as far as it has come: what people may be told of it while it goes on.

use super::{Standing, State};
use crate::deploy::journal::{Outcome, Part, Place};

/// In what condition a run leaves what it deploys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing failed, and nothing is left to be cleaned up: the service is open.
    Open,
    /// Nothing failed so far, and a clean-up is still to come.
    Running,
    /// Something failed, and a clean-up was held back: the service is in maintenance.
    Maintenance,
    /// Something failed that was taken back since.
    TakenBack,
    /// Something failed.
    Failed,
}

impl Condition {
    /// The word for programs and templates.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Running => "running",
            Self::Maintenance => "maintenance",
            Self::TakenBack => "taken-back",
            Self::Failed => "failed",
        }
    }
}

impl State {
    /// The condition as it stands now. A step that runs, the one that asks among them, is no failure.
    #[must_use]
    pub fn condition(&self) -> Condition {
        let is_left = !self.left_cleanups().is_empty();
        let is_bad = |outcome: Outcome| !matches!(outcome, Outcome::Success | Outcome::Skipped);
        let job_failed = self.jobs.values().any(|job| job.result.is_some_and(is_bad));
        let goes_on = |place: &Place| self.jobs.get(&place.job).is_none_or(|job| job.result.is_none());
        let step_failed = self.steps.iter().any(|(place, step)| {
            let failed = match step.standing {
                Standing::Finished(outcome) => is_bad(outcome),
                // One that was lost is tried again.
                Standing::NotDone => !step.lost,
                Standing::Open | Standing::Started => false,
            };
            // One that asks is decided by a person.
            failed && !step.asks && place.part == Part::Steps && goes_on(place)
        });
        let failed = job_failed || step_failed || self.cancelled;
        let is_taken_back = |rollback: Option<Outcome>| rollback == Some(Outcome::Success);
        let taken_back = self.jobs.values().any(|job| is_taken_back(job.rollback))
            && self.jobs.values().all(|job| job.rollback.is_none() || is_taken_back(job.rollback));
        match (failed || taken_back, is_left) {
            (false, false) => Condition::Open,
            (false, true) => Condition::Running,
            (true, true) => Condition::Maintenance,
            (true, false) if taken_back => Condition::TakenBack,
            (true, false) => Condition::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use test_case::test_case;

    use super::*;
    use crate::deploy::state::{JobState, StepState};

    fn place(step: &str, part: Part) -> Place {
        Place { job: "a".to_owned(), step: step.to_owned(), part }
    }

    /// A job: how it ended, its rollback, its step, and the clean-up that is registered.
    #[test_case(None, None, None, None => Condition::Open; "nothing has begun")]
    #[test_case(Some(Outcome::Success), None, Some(Outcome::Success), Some(true) => Condition::Open; "all went well")]
    #[test_case(None, None, Some(Outcome::Success), Some(false) => Condition::Running; "maintenance is still on")]
    #[test_case(None, None, Some(Outcome::Failure), None => Condition::Failed; "a step failed")]
    #[test_case(Some(Outcome::Failure), None, None, Some(true) => Condition::Failed; "a job failed")]
    #[test_case(Some(Outcome::Unknown), None, None, Some(false) => Condition::Maintenance; "it may have failed")]
    #[test_case(Some(Outcome::Failure), None, None, Some(false) => Condition::Maintenance; "it is held back")]
    #[test_case(Some(Outcome::Failure), Some(Outcome::Success), None, None => Condition::TakenBack)]
    #[test_case(Some(Outcome::Failure), Some(Outcome::Failure), None, None => Condition::Failed; "so did its rollback")]
    #[test_case(Some(Outcome::Failure), Some(Outcome::Success), None, Some(false) => Condition::Maintenance; "taken back, and still closed")]
    #[test_case(Some(Outcome::Skipped), None, Some(Outcome::Skipped), None => Condition::Open; "skipped is no failure")]
    fn a_run_stands(
        result: Option<Outcome>,
        rollback: Option<Outcome>,
        step: Option<Outcome>,
        cleaned: Option<bool>,
    ) -> Condition {
        let cleanup = place("1", Part::Post);
        let mut steps = BTreeMap::new();
        let ended = |outcome| StepState { standing: Standing::Finished(outcome), ..StepState::default() };
        steps.extend(step.map(|outcome| (place("2", Part::Steps), ended(outcome))));
        steps.extend(cleaned.filter(|cleaned| *cleaned).map(|_| (cleanup.clone(), ended(Outcome::Success))));
        let cleanups = cleaned.map(|_| cleanup).into_iter().collect();
        let job = JobState { result, rollback, cleanups, ..JobState::default() };
        State { jobs: BTreeMap::from([("a".to_owned(), job)]), steps, ..State::default() }.condition()
    }
}
