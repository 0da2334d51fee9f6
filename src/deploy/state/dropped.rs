//! Which jobs do not go on where one that they need is taken back: what they would go on with is on its way out, or gone.

use jiff::Timestamp;

use super::contexts::View;
use super::decide::Decision;
use super::half_done::starts_later;
use super::{JobState, Request, Standing, State, dependents, key, needed, step_of};
use crate::deploy::expression::condition_of;
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::plan::{Job, Plan};

/// The functions of a condition that asks how things stand.
const STATUS: [&str; 4] = ["always", "cancelled", "failure", "safe"];

impl State {
    /// What becomes of a job where one that it needs is taken back: it waits while that goes on, and does not go on after it, however
    /// that ended. One that has not begun and whose `if` asks how things stand is asked then.
    pub(super) fn halted(&mut self, view: View<'_>, id: &str) -> Option<Decision> {
        let is_signed = || self.signatures.iter().any(|one| one.place.part == Part::Rollback);
        if !self.takes_back && !is_signed() {
            return None;
        }
        let job = view.plan.job(id)?;
        let needs = needed(view.plan, id);
        if let Some(need) = needs.iter().find(|need| self.is_dropped_by(view, id, job, need)) {
            return Some(Decision::Drop((*need).to_owned()));
        }
        needs.into_iter().any(|need| self.goes_back(view, need)).then_some(Decision::Blocked)
    }

    /// Whether a job does not begin a step by this decision, for one that it needs is taken back meanwhile.
    #[must_use]
    pub fn is_halted(&mut self, view: View<'_>, id: &str, decision: &Decision) -> bool {
        let begins = match decision {
            Decision::Begin | Decision::Later(_) => true,
            Decision::Register(place) | Decision::Run { place, .. } => place.part == Part::Steps,
            _ => false,
        };
        begins && self.halted(view, id).is_some()
    }

    /// Whether a job is not wanted any more, for the rollback of this one has ended since.
    fn is_dropped_by(&self, view: View<'_>, id: &str, job: &Job, need: &str) -> bool {
        let own = self.jobs.get(id);
        let Some(known) = self.jobs.get(need).filter(|known| known.rollback.is_some()) else { return false };
        if own.is_some_and(|own| own.begun.is_some()) {
            return own.is_some_and(|own| !own.begun_behind.contains(need));
        }
        // Who wants no more steps at all is told that of it, and where that job failed the condition says what is skipped.
        let is_later = starts_later(view.plan, id);
        !self.cancelled && (is_later || known.result == Some(Outcome::Success) && !asks_for_status(job))
    }

    /// Whether a job is to be taken back and is not yet: that was asked for, has begun, or is signed where it was offered.
    fn goes_back(&mut self, view: View<'_>, target: &str) -> bool {
        let Some(known) = self.jobs.get(target) else { return false };
        if known.rollback.is_some() || known.has_open_rollback() {
            return known.has_open_rollback();
        }
        let Some(first) = view.plan.job(target).and_then(|job| job.rollback.first()) else { return false };
        let place = Place { job: target.to_owned(), step: key(first, 0), part: Part::Rollback };
        if !first.is_sign_off() || !self.signatures.iter().any(|one| one.place == place) {
            return false;
        }
        let is_signed = Request::of(first).is_ok_and(|request| request.missing(self, &place).is_empty());
        is_signed
            && view.plan.jobs.iter().any(|(other, job)| {
                let is_open =
                    self.jobs.get(other.as_str()).is_some_and(|job| job.begun.is_some() && job.result.is_none());
                // Whether it failed is known only when its steps are behind.
                is_open
                    && self.walk(view, other.as_str(), job, Part::Steps).is_none()
                    && self.wants(view, other.as_str(), target)
            })
    }

    /// Whether this process still runs a command of a job that needs this one: it is let end before that is taken back.
    pub(super) fn is_run_behind(&self, plan: &Plan, target: &str) -> bool {
        let behind = dependents(plan, target);
        self.steps.iter().any(|(place, step)| {
            step.standing == Standing::Started
                && step.attempt == self.attempt
                && place.part == Part::Steps
                && behind.contains(&place.job.as_str())
                && step_of(plan, place).is_some_and(|step| !step.is_sign_off())
        })
    }

    /// The first of the jobs that a job needs that is to be taken back, or was.
    #[must_use]
    pub fn need_taken_back<'p>(&self, plan: &'p Plan, id: &str) -> Option<&'p str> {
        let is_it = |job: &JobState| job.has_open_rollback() || job.rollback.is_some();
        needed(plan, id).into_iter().find(|need| self.jobs.get(*need).is_some_and(is_it))
    }

    /// The first of the jobs that a job needs of whose rollback anything was begun: it does not go on with that.
    #[must_use]
    pub fn need_gone<'p>(&self, plan: &'p Plan, id: &str) -> Option<&'p str> {
        needed(plan, id).into_iter().find(|need| self.has_begun_rollback(need))
    }

    pub(super) fn job_started(&mut self, id: &str, at: Timestamp) {
        let behind = self.jobs.iter().filter(|(_, job)| job.rollback.is_some());
        let behind = behind.map(|(id, _)| id.clone()).collect();
        let job = self.job_mut(id);
        (job.begun, job.begun_behind) = (Some(at), behind);
    }

    pub(super) fn job_dropped(&mut self, id: &str, taken_back: &str, at: Timestamp) {
        let job = self.job_mut(id);
        let result = if job.begun.is_some() { Outcome::Cancelled } else { Outcome::Skipped };
        (job.result, job.ended, job.dropped) = (Some(result), Some(at), Some(taken_back.to_owned()));
    }
}

impl JobState {
    /// Whether it is to be taken back and is not yet.
    #[must_use]
    pub fn has_open_rollback(&self) -> bool {
        (self.rollback_requested || self.rollback_begun) && self.rollback.is_none()
    }
}

/// Whether a job begins by how those before it stand, and not only where all of them went well.
fn asks_for_status(job: &Job) -> bool {
    let condition = job.condition.as_ref().map(|text| condition_of(text.as_str()));
    condition.is_some_and(|parsed| parsed.is_ok_and(|asked| STATUS.iter().any(|function| asked.calls(function))))
}
