//! Which rollback a failed job offers, and what is next in it.

use jiff::Timestamp;

use super::contexts::View;
use super::decide::Decision;
use super::sign::Request;
use super::{Standing, State, key, needed};
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::plan::Job;

impl State {
    /// The jobs whose rollback is offered where this one failed: its own, else those of the jobs before it, the last first.
    pub(super) fn offered(&self, view: View<'_>, id: &str, job: &Job) -> Vec<String> {
        if !job.rollback.is_empty() {
            return if self.has_begun(id, Part::Steps) { vec![id.to_owned()] } else { Vec::new() };
        }
        let mut before: Vec<(&str, Option<Timestamp>)> = needed(view.plan, id)
            .into_iter()
            .filter(|need| view.plan.job(need).is_some_and(|job| !job.rollback.is_empty()))
            .filter_map(|need| Some((need, self.jobs.get(need)?)))
            .filter(|(_, known)| known.result == Some(Outcome::Success))
            .map(|(need, known)| (need, known.ended))
            .collect();
        before.sort_by_key(|(_, ended)| std::cmp::Reverse(*ended));
        before.into_iter().map(|(need, _)| need.to_owned()).collect()
    }

    /// What is next in the rollback of a job, wanted by one that failed; `None` where it has ended.
    pub(super) fn take_back(&mut self, view: View<'_>, target: &str, wanted_by: &str) -> Option<Decision> {
        let job = view.plan.job(target)?;
        let known = self.job_mut(target).clone();
        if known.rollback.is_some() {
            return None;
        }
        // Two jobs may want the same one taken back: the first of the plan does it.
        let first = view.plan.jobs.iter().map(|(id, _)| id.as_str()).find(|id| self.wants(view, id, target));
        if first.is_some_and(|first| first != wanted_by) {
            return Some(Decision::Blocked);
        }
        if known.rollback_begun {
            if let Some(decision) = self.walk(view, target, job, Part::Rollback) {
                return Some(decision);
            }
            // What was begun of it and is not done any more takes nothing back.
            let is_whole = self.passed_over(view, target, Part::Rollback).is_empty();
            let result = match !is_whole || self.has_failed_by(view, target, Part::Rollback) {
                true => Outcome::Failure,
                false if self.is_cut_short(target, job) => Outcome::Cancelled,
                false if self.took_nothing_back(target, job) => Outcome::Failure,
                false => Outcome::Success,
            };
            return Some(Decision::EndRollback { job: target.to_owned(), result });
        }
        let step = job.rollback.first()?;
        let place = Place { job: target.to_owned(), step: key(step, 0), part: Part::Rollback };
        if !step.is_sign_off() {
            // Where the site is open again, a word from before this process did not know what is lost now.
            let is_said = known.rollback_requested && (known.rollback_accepted || self.opened(target).is_none());
            return Some(if is_said { self.begin_rollback(view, target) } else { Decision::Decide(place) });
        }
        Some(match Request::of(step) {
            Ok(request) if request.missing(self, &place).is_empty() => self.begin_rollback(view, target),
            Ok(_) => Decision::Sign(place),
            Err(_) => Decision::Decide(place),
        })
    }

    /// Whether a list of steps that is behind failed: one of them did, or was begun once, is not done, and is found needless now.
    pub(super) fn has_failed_by(&self, view: View<'_>, id: &str, part: Part) -> bool {
        let row = usize::from(part == Part::Rollback);
        let known = self.jobs.get(id).and_then(|job| job.behind.get(row));
        known.is_some_and(|(_, failed)| *failed) || self.is_left_undone(view, id, part)
    }

    /// A rollback begins when no command runs any more that goes on with what it takes away.
    fn begin_rollback(&self, view: View<'_>, target: &str) -> Decision {
        if self.is_run_behind(view.plan, target) {
            Decision::Blocked
        } else {
            Decision::BeginRollback(target.to_owned())
        }
    }

    /// Whether a job that failed and is still open wants another one, or itself, taken back.
    pub(super) fn wants(&self, view: View<'_>, id: &str, target: &str) -> bool {
        let (Some(job), Some(known)) = (view.plan.job(id), self.jobs.get(id)) else { return false };
        let is_open = known.begun.is_some() && known.result.is_none();
        let is_behind = known.behind.first().is_some_and(|(at, _)| *at >= job.steps.len());
        is_open
            && is_behind
            && self.has_failed_by(view, id, Part::Steps)
            && self.offered(view, id, job).iter().any(|offered| offered == target)
    }

    /// Whether a person wanted no more steps while some of a rollback were left.
    fn is_cut_short(&self, id: &str, job: &Job) -> bool {
        job.rollback.iter().enumerate().any(|(at, step)| {
            let place = Place { job: id.to_owned(), step: key(step, at), part: Part::Rollback };
            self.is_stopped(&place) && self.standing(&place) == Standing::Finished(Outcome::Skipped)
        })
    }
}
