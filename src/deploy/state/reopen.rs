//! What is open again where a job or its rollback is tried anew. That it was begun is never forgotten.

use super::{Standing, State, StepState};
use crate::deploy::journal::{Outcome, Part};

impl State {
    /// A rollback that failed, or was stopped, is tried again from what succeeded of it on.
    pub(super) fn requested(&mut self, id: &str) {
        self.finished = None;
        let after_all = self.cancelled;
        let job = self.job_mut(id);
        (job.rollback_requested, job.rollback_accepted, job.rollback_after_all) = (true, true, after_all);
        // One that was stopped may have passed over steps that are wanted now.
        if job.rollback.take().is_none() && !job.rollback_begun {
            return;
        }
        (job.rollback_begun, job.behind) = (false, Default::default());
        self.rollback_is_open(id);
    }

    /// A rollback that has not begun is not wanted any more, and who signed for it has not decided about a later one.
    pub(super) fn withdrawn(&mut self, id: &str) {
        self.signatures.retain(|one| one.place.job != id || one.place.part != Part::Rollback);
        let job = self.job_mut(id);
        (job.rollback_requested, job.rollback_accepted, job.rollback_after_all) = (false, false, false);
    }

    /// The steps of a rollback that did not succeed are open again, and its clean-ups.
    fn rollback_is_open(&mut self, id: &str) {
        self.open_again(id, Part::Rollback);
    }

    /// What did not succeed of a list is open again, and its clean-ups. That it was begun is not forgotten; and of what nobody can
    /// tell, it is found out first.
    fn open_again(&mut self, id: &str, part: Part) {
        for (_, step) in self.steps.iter_mut().filter(|(place, _)| place.job == id && place.part.owner() == part) {
            match step.standing {
                Standing::Finished(Outcome::Success) | Standing::Started | Standing::Open => {}
                Standing::Finished(Outcome::Unknown) if !step.asks => (step.lost, step.tries) = (true, 0),
                Standing::Finished(_) | Standing::NotDone => {
                    let StepState { registered, touched, after_failure, .. } = *step;
                    *step = StepState { registered, touched, after_failure, ..StepState::default() };
                }
            }
        }
    }

    /// A rollback that was decided and has begun goes on from what failed in it.
    pub(super) fn rollback_reopened(&mut self, id: &str) {
        self.finished = None;
        let after_all = self.cancelled;
        let job = self.job_mut(id);
        (job.rollback_requested, job.rollback_after_all, job.rollback) = (true, after_all, None);
        job.behind = Default::default();
        self.rollback_is_open(id);
    }

    /// What succeeded stays; what failed, was not needed after it, or is not known is open again.
    pub(super) fn reopened(&mut self, job: &str) {
        self.open_again(job, Part::Steps);
        let job = self.job_mut(job);
        (job.result, job.ended, job.dropped) = (None, None, None);
        job.behind = Default::default();
        self.finished = None;
    }
}
