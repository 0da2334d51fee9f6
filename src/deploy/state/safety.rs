//! What keeps maintenance on: one `safe()` for the `post-if` of steps, for their `if` and for that of jobs.
//!
//! What was begun is known from the journal, whatever the plan has by now: a step that was ever started and is not done keeps
//! it on also where another plan has it no more, or finds it needless.

use std::collections::{BTreeMap, BTreeSet};

use super::contexts::{Sight, View, status, status_of_needs};
use super::{Standing, State, StepState, dependents, key, list, needed};
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::plan::{Job, Plan, Text};

impl State {
    /// `safe()` for the clean-up of the step with this number in its list: the job is taken back and none that needs it is left in
    /// maintenance, or all that was begun of it is
    /// done, or nothing was begun after that step, in no try. A rollback that was begun and has not succeeded is no better than
    /// the job that it was to take back.
    pub(super) fn is_safe_to_clean_up(
        &self,
        view: View<'_>,
        (id, job): (&str, &Job),
        cleanup: &Place,
        at: usize,
        failed: bool,
    ) -> bool {
        if self.is_rolled_back(id) {
            // What stands on it may be half done, and its own maintenance is left on for that.
            return !dependents(view.plan, id).into_iter().any(|other| self.cleanup_failed(other));
        }
        let owner = cleanup.of(cleanup.part.owner());
        if cleanup.part == Part::RollbackPost {
            let was_whole = self.jobs.get(id).is_some_and(|known| known.result == Some(Outcome::Success));
            return was_whole && !self.began_after(job, &owner, at);
        }
        if self.has_begun(id, Part::Rollback) {
            return false;
        }
        let is_whole =
            !failed && !self.is_half_way(id, job, Part::Steps, usize::MAX) && !self.has_undone(view, id, Part::Steps);
        is_whole || !self.began_after(job, &owner, at)
    }

    /// `safe()` in the `if` of a step: all that was begun before it is done, in its job and in those that this one needs, or
    /// nothing was begun there.
    pub(super) fn is_safe_for_step(&self, view: View<'_>, place: &Place, failed: bool) -> bool {
        let Some(job) = view.plan.job(&place.job) else { return false };
        let id = place.job.as_str();
        let at = list(job, place.part).iter().enumerate().position(|(at, step)| key(step, at) == place.step);
        let others = || self.steps_of(id, place.part).filter(|(other, _)| *other != place);
        let is_whole = !failed
            && !self.is_half_way(id, job, place.part, at.unwrap_or(usize::MAX))
            && !others().any(|(other, step)| self.is_undone(view, other, step));
        if place.part == Part::Rollback {
            return is_whole;
        }
        if !self.is_safe_for_job(view, id) {
            return false;
        }
        if self.is_rolled_back(id) {
            return true;
        }
        let is_untouched = others().all(|(_, step)| step.touched.is_none());
        !self.has_begun(id, Part::Rollback) && (is_whole || is_untouched)
    }

    /// `safe()` behind the last step of a job, as in its outputs.
    pub(super) fn is_safe_at_the_end(&self, view: View<'_>, id: &str, failed: bool) -> bool {
        // No step has an empty name: all of them stand before this one.
        let end = Place { job: id.to_owned(), step: String::new(), part: Part::Steps };
        self.is_safe_for_step(view, &end, failed)
    }

    /// `safe()` in the `if` of a job: each job that it needs is done, or was taken back, or nothing of it was ever begun; and so is
    /// what the plan has no more.
    pub(super) fn is_safe_for_job(&self, view: View<'_>, id: &str) -> bool {
        needed(view.plan, id).into_iter().all(|need| self.is_left_safe(view, need)) && !self.has_lost_job(view)
    }

    /// Whether a job leaves what it worked on in order.
    fn is_left_safe(&self, view: View<'_>, id: &str) -> bool {
        let Some(known) = self.jobs.get(id) else { return false };
        if known.rollback.is_some() || known.rollback_begun || known.rollback_requested {
            return self.is_rolled_back(id);
        }
        let is_untouched = !self.has_begun(id, Part::Steps) && !self.has_begun(id, Part::Rollback);
        let is_done = matches!(known.result, Some(Outcome::Success | Outcome::Skipped));
        is_untouched || is_done && !self.has_undone(view, id, Part::Steps)
    }

    /// Whether something was begun in a job that the plan has no more, and is not done.
    fn has_lost_job(&self, view: View<'_>) -> bool {
        let is_lost = |id: &String| view.plan.job(id).is_none() && !self.is_rolled_back(id);
        self.jobs
            .keys()
            .filter(|id| is_lost(id))
            .any(|id| [Part::Steps, Part::Rollback].into_iter().any(|part| self.has_undone(view, id, part)))
    }

    /// Whether a job was taken back with success.
    pub(super) fn is_rolled_back(&self, job: &str) -> bool {
        self.jobs.get(job).is_some_and(|job| job.rollback == Some(Outcome::Success))
    }

    /// Whether any step of a list was ever started.
    pub(super) fn has_begun(&self, id: &str, part: Part) -> bool {
        self.steps_of(id, part).any(|(_, step)| step.touched.is_some())
    }

    /// What was begun of a list, is not done, and is not done any more by itself: its `if` is false now, or the plan has it no more.
    #[must_use]
    pub fn passed_over<'s>(&'s self, view: View<'_>, id: &'s str, part: Part) -> Vec<&'s Place> {
        let places = places(view.plan, id, part);
        let is_passed = |place: &Place, step: &StepState| {
            step.standing == Standing::Finished(Outcome::Skipped) || !places.contains_key(&place.step)
        };
        let undone = self.steps_of(id, part).filter(|(place, step)| is_passed(place, step));
        undone.filter(|(place, step)| self.is_undone(view, place, step)).map(|(place, _)| place).collect()
    }

    /// The same of all jobs that were not taken back.
    #[must_use]
    pub fn all_passed_over(&self, view: View<'_>) -> Vec<&Place> {
        let jobs = self.jobs.keys().filter(|id| !self.is_rolled_back(id));
        let lists = jobs.flat_map(|id| [Part::Steps, Part::Rollback].map(|part| (id, part)));
        lists.flat_map(|(id, part)| self.passed_over(view, id, part)).collect()
    }

    /// The jobs, and the steps of jobs that have ended, that were not run only because `safe()` did not hold in their `if`.
    #[must_use]
    pub fn kept_from_safe(&self, view: View<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for (id, job) in view.plan.jobs.iter().map(|(id, job)| (id.as_str(), job)) {
            let Some(known) = self.jobs.get(id).filter(|known| known.result.is_some()) else { continue };
            let is_only_unsafe = |condition: Option<&Text>, step, failed| {
                let holds = |safe| {
                    let sight = Sight { job: Some(id), step, status: status(failed, self.cancelled, safe) };
                    view.holds(self, condition.map(|condition| condition.as_str()), sight)
                };
                condition.is_some() && holds(false) == Ok(false) && holds(true) == Ok(true)
            };
            if known.begun.is_none() {
                let needs = status_of_needs(self, view.plan, id);
                found.extend(is_only_unsafe(job.condition.as_ref(), None, needs.failure).then(|| id.to_owned()));
                continue;
            }
            let failed = known.result == Some(Outcome::Failure);
            let steps =
                job.steps.iter().enumerate().map(|(at, step)| {
                    (Place { job: id.to_owned(), step: key(step, at), part: Part::Steps }, &step.value)
                });
            let skipped = steps.filter(|(place, _)| self.standing(place) == Standing::Finished(Outcome::Skipped));
            let kept = skipped.filter(|(_, step)| is_only_unsafe(step.condition.as_ref(), Some(*step), failed));
            found.extend(kept.map(|(place, _)| place.to_string()));
        }
        found
    }

    /// Whether a step was begun, is not done, and is found needless now.
    pub(super) fn is_left_undone(&self, view: View<'_>, id: &str, part: Part) -> bool {
        let mut skipped =
            self.steps_of(id, part).filter(|(_, step)| step.standing == Standing::Finished(Outcome::Skipped));
        skipped.any(|(place, step)| self.is_undone(view, place, step))
    }

    fn has_undone(&self, view: View<'_>, id: &str, part: Part) -> bool {
        self.steps_of(id, part).any(|(place, step)| self.is_undone(view, place, step))
    }

    /// Whether a step was begun and is not shown to be done. One that was begun only after failures and is wanted only then is no
    /// part of what is to be done.
    fn is_undone(&self, view: View<'_>, place: &Place, step: &StepState) -> bool {
        step.touched.is_some()
            && step.standing != Standing::Finished(Outcome::Success)
            && !(step.after_failure && has_ended(step.standing) && is_for_failures(self, view, place))
    }

    /// Whether a step was ever started after this one of the same list, by the plan as it is now or by the journal.
    fn began_after(&self, job: &Job, owner: &Place, at: usize) -> bool {
        let begun = self.steps.get(owner).and_then(|step| step.touched);
        let later = list(job, owner.part).iter().enumerate().skip(at + 1);
        let later: BTreeSet<String> = later.map(|(at, step)| key(step, at)).collect();
        let mut others = self.steps_of(&owner.job, owner.part).filter(|(place, _)| *place != owner);
        others.any(|(place, step)| {
            step.touched
                .is_some_and(|touched| later.contains(&place.step) || begun.is_some_and(|begun| touched > begun))
        })
    }

    /// Whether a person wanted no more steps before these of a list were done.
    fn is_half_way(&self, id: &str, job: &Job, part: Part, until: usize) -> bool {
        let steps = list(job, part).iter().enumerate().take(until);
        self.cancelled
            && steps
                .map(|(at, step)| Place { job: id.to_owned(), step: key(step, at), part })
                .any(|place| self.is_stopped(&place) && self.standing(&place) != Standing::Finished(Outcome::Success))
    }

    /// All that is known of the steps of a list, those among them that the plan has no more.
    fn steps_of<'s>(&'s self, id: &'s str, part: Part) -> impl Iterator<Item = (&'s Place, &'s StepState)> {
        let first = Place { job: id.to_owned(), step: String::new(), part: Part::Steps };
        let own = self.steps.range(first..).take_while(move |(place, _)| place.job == id);
        own.filter(move |(place, _)| place.part == part)
    }
}

/// The numbers of the steps of a list by what the journal calls them.
fn places(plan: &Plan, id: &str, part: Part) -> BTreeMap<String, usize> {
    let steps = plan.job(id).map(|job| list(job, part)).unwrap_or_default();
    steps.iter().enumerate().map(|(at, step)| (key(step, at), at)).collect()
}

/// Whether it is known how the last try ended.
fn has_ended(standing: Standing) -> bool {
    !matches!(standing, Standing::Started | Standing::Finished(Outcome::Unknown))
}

/// Whether a step is wanted where something failed and not where all went well.
fn is_for_failures(state: &State, view: View<'_>, place: &Place) -> bool {
    let at = places(view.plan, &place.job, place.part).get(&place.step).copied();
    let job = view.plan.job(&place.job);
    let Some(step) = job.zip(at).and_then(|(job, at)| list(job, place.part).get(at)) else { return false };
    let holds = |status| {
        let sight = Sight { job: Some(&place.job), step: Some(step), status };
        view.holds(state, step.condition.as_ref().map(|condition| condition.as_str()), sight)
    };
    holds(status(true, false, false)) == Ok(true) && holds(status(false, false, true)) == Ok(false)
}
