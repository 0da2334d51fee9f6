//! What of a run cannot be left as it is, and what can wait: by that it may go on beyond its window, and keeps others out.

use jiff::Timestamp;

use super::{Decision, Standing, State, View, dependents, needed, step_of};
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::plan::Plan;

impl State {
    /// Whether something is half done: a clean-up is still open, a job is to be taken back, one has begun and not ended of which a step
    /// was started that cannot be done twice, or a command that has not succeeded; or such a job is done, and another one that stands
    /// on it in the same environment has not ended.
    #[must_use]
    pub fn is_half_done(&mut self, view: View<'_>) -> bool {
        let takes_back = self.decisions(view).iter().any(|(_, decision)| takes_back(decision));
        let is_started = |(place, step): (&Place, &super::StepState)| {
            let Some(planned) = step_of(view.plan, place).filter(|planned| !planned.is_sign_off()) else {
                return false;
            };
            let has_failed = step.standing != Standing::Finished(Outcome::Success) && !planned.is_check();
            place.part == Part::Steps
                && step.touched.is_some()
                && (has_failed || !planned.is_repeatable())
                && self.is_open_or_needed(view.plan, &place.job)
        };
        takes_back
            || !self.left_cleanups().is_empty()
            || self.jobs.values().any(super::JobState::has_open_rollback)
            || self.steps.iter().any(is_started)
    }

    /// Whether a job has begun and not ended, or is done and another one of the same environment that needs it has not.
    fn is_open_or_needed(&self, plan: &Plan, id: &str) -> bool {
        let result = |id: &str| self.jobs.get(id).and_then(|job| job.result);
        match result(id) {
            None => self.jobs.get(id).is_some_and(|job| job.begun.is_some()),
            Some(Outcome::Success) => {
                let environment = |id: &str| Some(plan.job(id)?.environment.as_ref()?.name.as_str());
                let own = environment(id);
                let is_left = |other: &&str| result(other).is_none() && !starts_later(plan, other);
                let is_beside = |other: &str| own.is_some() && environment(other) == own;
                dependents(plan, id).into_iter().filter(is_left).any(is_beside)
            }
            Some(_) => false,
        }
    }

    /// Whether all that could go on now belongs to jobs that were to start later (`start-in`): a window is not meant for them.
    #[must_use]
    pub fn is_follow_up(&mut self, view: View<'_>) -> bool {
        self.decisions(view).iter().all(|(id, decision)| is_quiet(decision) || starts_later(view.plan, id))
    }

    /// Whether steps of jobs begin that do not start later: now, or once those have ended that such a job waits for and of which
    /// none has failed.
    #[must_use]
    pub fn begins_steps(&mut self, view: View<'_>) -> bool {
        let decisions = self.decisions(view);
        let goes_back = decisions.iter().any(|(_, decision)| takes_back(decision));
        let fails_before = |id: &str| needed(view.plan, id).into_iter().any(|need| self.is_failing(need));
        let begins = |(id, decision): &(&str, Decision)| match decision {
            // What is there for failures goes on.
            Decision::Begin => !fails_before(id),
            Decision::Register(place)
            | Decision::Run { place, .. }
            | Decision::Probe(place)
            | Decision::Signed(place)
            | Decision::Sign(place) => place.part == Part::Steps,
            Decision::Skip(place) => place.part == Part::Steps && !self.is_failing(id),
            Decision::Blocked => !goes_back && !fails_before(id),
            _ => false,
        };
        decisions.iter().filter(|(id, _)| !starts_later(view.plan, id)).any(begins)
    }

    /// Whether a job has failed, or a step of one that has not ended.
    fn is_failing(&self, id: &str) -> bool {
        let is_bad = |standing: Standing| match standing {
            Standing::Finished(outcome) => !matches!(outcome, Outcome::Success | Outcome::Skipped),
            Standing::NotDone => true,
            _ => false,
        };
        let result = self.jobs.get(id).and_then(|job| job.result);
        match result {
            Some(result) => is_bad(Standing::Finished(result)),
            None => self
                .steps
                .iter()
                .any(|(place, step)| place.job == id && place.part == Part::Steps && is_bad(step.standing)),
        }
    }

    /// Whether only jobs are left whose time has not come (`start-in`), or what people sign in them: nobody needs to be kept out
    /// until then.
    #[must_use]
    pub fn rests(&mut self, view: View<'_>) -> bool {
        let decisions = self.decisions(view);
        let is_signed = |id: &str, decision: &Decision| {
            matches!(decision, Decision::Sign(place) if place.part == Part::Steps) && starts_later(view.plan, id)
        };
        self.interrupted.is_none()
            && decisions.iter().all(|(id, decision)| is_quiet(decision) || is_signed(id, decision))
            && decisions.iter().any(|(_, decision)| matches!(decision, Decision::Later(_) | Decision::Sign(_)))
            && !self.is_half_done(view)
    }

    /// When the last of the jobs ended that do not start later: what the waits for follow-ups take is no part of the deployment.
    #[must_use]
    pub fn worked_until(&self, plan: &Plan) -> Option<Timestamp> {
        let now = plan.jobs.iter().map(|(id, _)| id.as_str()).filter(|id| !starts_later(plan, id));
        now.filter_map(|id| self.jobs.get(id)?.ended).max()
    }

    /// When the last of what does not start later was done, a rollback of it among that, where a follow-up has ended, however all
    /// that ended; `None` where none has.
    #[must_use]
    pub fn worked_beside_follow_ups(&self, plan: &Plan) -> Option<Timestamp> {
        let is_later = |id: &str| plan.job(id).is_some() && starts_later(plan, id);
        self.jobs.iter().find(|(id, job)| is_later(id) && job.ended.is_some())?;
        let jobs = self.jobs.iter().filter(|(id, _)| !is_later(id)).filter_map(|(_, job)| job.ended);
        let steps = self.steps.iter().filter(|(place, _)| !is_later(&place.job)).filter_map(|(_, step)| step.ended);
        jobs.chain(steps).max()
    }

    fn decisions<'p>(&mut self, view: View<'p>) -> Vec<(&'p str, Decision)> {
        view.plan.jobs.iter().map(|(id, _)| (id.as_str(), self.decide(view, id.as_str()))).collect()
    }
}

fn is_quiet(decision: &Decision) -> bool {
    matches!(decision, Decision::Ended | Decision::Blocked | Decision::Later(_))
}

/// Whether a decision is about a rollback.
fn takes_back(decision: &Decision) -> bool {
    match decision {
        Decision::Decide(_) | Decision::BeginRollback(_) | Decision::EndRollback { .. } => true,
        Decision::Register(place)
        | Decision::Skip(place)
        | Decision::Run { place, .. }
        | Decision::Probe(place)
        | Decision::Signed(place)
        | Decision::Sign(place)
        | Decision::Person(place)
        | Decision::Broken { place, .. } => place.part.owner() == Part::Rollback,
        Decision::Blocked
        | Decision::Ended
        | Decision::Later(_)
        | Decision::Begin
        | Decision::Drop(_)
        | Decision::End { .. } => false,
    }
}

/// Whether a job starts later than those before it have ended, or comes after one that does.
#[must_use]
pub fn starts_later(plan: &Plan, id: &str) -> bool {
    let own = |id: &str| plan.job(id).is_some_and(|job| job.start_in.is_some());
    own(id) || needed(plan, id).into_iter().any(own)
}
