//! Which clean-up of a job is next, and whether it is safe to run it: maintenance is never lifted over what is half done.

use std::time::Duration;

use super::contexts::{Sight, View, status};
use super::decide::Decision;
use super::{Standing, State, key, list};
use crate::deploy::expression::condition_of;
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::plan::Job;

impl State {
    /// The next clean-up of a job, the last registered first; `None` where all are behind or are held back.
    pub(super) fn clean_up(&self, view: View<'_>, id: &str, job: &Job, failed: bool) -> Option<Decision> {
        let known = self.jobs.get(id)?;
        for place in known.cleanups.iter().rev() {
            let step = list(job, place.part).iter().enumerate().find(|(at, step)| key(step, *at) == place.step);
            // A plan that was changed may not have the step any more: its clean-up is held back, never dropped.
            let Some((at, step)) = step else { continue };
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
            let safe = self.is_safe(id, job, place, at, failed);
            let condition = step.post_if.as_ref().map_or("always()", |condition| condition.as_str());
            let holds = |safe| {
                let sight = Sight { job: Some(id), step: Some(step), status: status(failed, self.cancelled, safe) };
                view.holds(self, Some(condition), sight)
            };
            match (holds(safe), holds(true)) {
                (Ok(true), _) => return Some(run),
                // Only `safe()` stands in its way, also where it was begun before and did not succeed.
                (Ok(false), Ok(true)) if !safe => continue,
                (Ok(false), _) if standing == Standing::Open => return Some(Decision::Skip(place.clone())),
                // What cannot be answered is not shown to be safe, and is not needless.
                (Err(_), _) if !safe && calls(condition, "safe").unwrap_or(true) => continue,
                _ => return Some(run),
            }
        }
        None
    }

    /// Whether a person wanted no more steps before all of a job's were done.
    fn is_half_way(&self, id: &str, job: &Job) -> bool {
        self.cancelled
            && job.steps.iter().enumerate().any(|(at, step)| {
                let place = Place { job: id.to_owned(), step: key(step, at), part: Part::Steps };
                self.standing(&place) != Standing::Finished(Outcome::Success)
            })
    }

    /// Whether `safe()` holds for the clean-up of the step with this number in its list: all that was begun is done, or taken back,
    /// or nothing was begun after that step.
    ///
    /// A step that was ever started counts, whatever was forgotten of it since so that it could be tried again; and a rollback
    /// that was begun and has not succeeded is no better than the job that it was to take back.
    fn is_safe(&self, id: &str, job: &Job, cleanup: &Place, at: usize, failed: bool) -> bool {
        if self.is_rolled_back(id) {
            return true;
        }
        let began_after = |part| self.began_from(id, job, part, at + 1);
        if cleanup.part == Part::RollbackPost {
            let was_whole = self.jobs.get(id).is_some_and(|known| known.result == Some(Outcome::Success));
            return was_whole && !began_after(Part::Rollback);
        }
        if self.began_from(id, job, Part::Rollback, 0) {
            return false;
        }
        let succeeded = !failed && !self.is_half_way(id, job) && !self.is_left_undone(id, job);
        succeeded || !began_after(Part::Steps)
    }

    /// Whether any step of a list was ever started, from this number on.
    pub(super) fn began_from(&self, id: &str, job: &Job, part: Part, from: usize) -> bool {
        list(job, part).iter().enumerate().skip(from).any(|(at, step)| {
            let place = Place { job: id.to_owned(), step: key(step, at), part };
            self.steps.get(&place).is_some_and(|step| step.touched)
        })
    }

    /// Whether a step was started once, did not succeed, and was found needless when it was its turn again.
    fn is_left_undone(&self, id: &str, job: &Job) -> bool {
        job.steps.iter().enumerate().any(|(at, step)| {
            let place = Place { job: id.to_owned(), step: key(step, at), part: Part::Steps };
            let is_undone = self
                .steps
                .get(&place)
                .is_some_and(|known| known.touched && known.standing != Standing::Finished(Outcome::Success));
            // One that is there for failures is no part of what is to be done.
            let condition = step.condition.as_ref().map_or("", |text| text.as_str());
            let is_for_failures = !condition.is_empty() && calls(condition, "failure").unwrap_or(false);
            is_undone && !is_for_failures
        })
    }

    pub(super) fn cleanup_failed(&self, id: &str) -> bool {
        let failed =
            |place: &Place| !matches!(self.standing(place), Standing::Finished(Outcome::Success | Outcome::Skipped));
        self.jobs.get(id).is_some_and(|job| job.cleanups.iter().any(failed))
    }
}

/// Whether a condition calls a function; `None` where it is no condition.
fn calls(condition: &str, function: &str) -> Option<bool> {
    condition_of(condition).ok().map(|expression| expression.calls(function))
}
