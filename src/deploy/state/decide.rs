//! What is next in a job, by the plan and by where the run stands. The same question after a kill has the same answer.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::contexts::{Sight, View, status, status_of_needs};
use super::sign::Request;
use super::{Standing, State, key, list, needed, step_of};
use crate::deploy::expression::Status;
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::plan::{Job, Plan, Step};

/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(3600);

/// What is next in a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing: others must end first.
    Blocked,
    /// Nothing: it has ended.
    Ended,
    /// Nothing before this time.
    Later(Timestamp),
    /// The job begins.
    Begin,
    /// The job ends, or is not needed.
    End {
        /// How.
        result: Outcome,
        /// What later jobs read.
        outputs: BTreeMap<String, String>,
    },
    /// The step's clean-up must run from now on, whatever happens.
    Register(Place),
    /// The step, or the clean-up, is not needed.
    Skip(Place),
    /// The command of a step, or of a clean-up, runs.
    Run {
        /// Which.
        place: Place,
        /// Which go it is, from 1.
        r#try: u32,
        /// How long to wait before.
        pause: Duration,
    },
    /// `done-if` is asked what became of the step.
    Probe(Place),
    /// Enough have signed.
    Signed(Place),
    /// Somebody must sign.
    Sign(Place),
    /// A person must say what became of the step.
    Person(Place),
    /// A person must say whether the job is taken back.
    Decide(Place),
    /// The step's condition cannot be answered.
    Broken {
        /// The step.
        place: Place,
        /// Why.
        why: String,
    },
    /// The job is taken back from here on.
    BeginRollback(String),
    /// The rollback of a job ends.
    EndRollback {
        /// The job.
        job: String,
        /// How.
        result: Outcome,
    },
}

impl State {
    /// What is next in a job. Not to be asked while a command of the job runs: what was started and has no end counts as lost.
    pub fn decide(&mut self, view: View<'_>, id: &str) -> Decision {
        let Some(job) = view.plan.job(id) else { return Decision::Ended };
        let known = self.jobs.get(id);
        if known.is_some_and(|job| job.result.is_some()) {
            return self.after_its_end(view, id, job);
        }
        if known.is_none_or(|job| job.begun.is_none()) {
            return self.before_its_beginning(view, id, job);
        }
        if let Some(decision) = self.walk(view, id, job, Part::Steps) {
            return decision;
        }
        let failed = self.job_mut(id).behind.first().is_some_and(|(_, failed)| *failed);
        if failed && !self.cancelled {
            for target in self.offered(view, id, job) {
                if let Some(decision) = self.take_back(view, &target, id) {
                    return decision;
                }
            }
        }
        if let Some(decision) = self.clean_up(view, id, job, failed) {
            return decision;
        }
        let result = match (failed || self.cleanup_failed(id), self.cancelled) {
            (_, true) => Outcome::Cancelled,
            (true, false) => Outcome::Failure,
            (false, false) => Outcome::Success,
        };
        Decision::End { result, outputs: self.outputs_of(view, id, job, status(failed, self.cancelled, !failed)) }
    }

    fn before_its_beginning(&self, view: View<'_>, id: &str, job: &Job) -> Decision {
        let result = |need: &str| self.jobs.get(need).and_then(|job| job.result);
        if needed(view.plan, id).into_iter().any(|need| result(need).is_none()) {
            return Decision::Blocked;
        }
        let status = status_of_needs(self, view.plan, id);
        let sight = Sight { job: Some(id), step: None, status };
        let end = |result| Decision::End { result, outputs: BTreeMap::new() };
        match view.holds(self, job.condition.as_deref(), sight) {
            Ok(true) => {}
            Ok(false) => return end(if self.cancelled { Outcome::Cancelled } else { Outcome::Skipped }),
            Err(wrong) => {
                let place = Place { job: id.to_owned(), step: "if".to_owned(), part: Part::Steps };
                return Decision::Broken { place, why: wrong.message };
            }
        }
        let last = job.needs.iter().filter_map(|need| self.jobs.get(need.as_str())?.ended).max();
        let due = job.start_in.zip(last).and_then(|(span, last)| last.checked_add(span.0).ok());
        due.map_or(Decision::Begin, Decision::Later)
    }

    fn after_its_end(&mut self, view: View<'_>, id: &str, job: &Job) -> Decision {
        let known = self.job_mut(id);
        // One that began for a job that failed later goes on as well.
        if (known.rollback_requested || known.rollback_begun)
            && known.rollback.is_none()
            && let Some(decision) = self.take_back(view, id, id)
        {
            return decision;
        }
        let failed = self.jobs.get(id).is_some_and(|job| job.result != Some(Outcome::Success));
        self.clean_up(view, id, job, failed).unwrap_or(Decision::Ended)
    }

    /// The next of a list of steps; `None` where all are behind.
    fn walk(&mut self, view: View<'_>, id: &str, job: &Job, part: Part) -> Option<Decision> {
        let row = usize::from(part == Part::Rollback);
        loop {
            let (at, failed) = self.jobs.get(id).and_then(|job| job.behind.get(row).copied()).unwrap_or_default();
            let step = list(job, part).get(at)?;
            let place = Place { job: id.to_owned(), step: key(step, at), part };
            match self.step_decision(view, &place, step, failed) {
                Ok(decision @ (Decision::Register(_) | Decision::Run { .. })) => {
                    return Some(self.signed_anew(view, &place, failed).unwrap_or(decision));
                }
                Ok(decision) => return Some(decision),
                Err(fails) => {
                    if let Some(behind) = self.job_mut(id).behind.get_mut(row) {
                        *behind = (at + 1, failed || fails);
                    }
                }
            }
        }
    }

    /// What is next of one step; `Err(whether it failed)` where it is behind.
    fn step_decision(&self, view: View<'_>, place: &Place, step: &Step, failed: bool) -> Result<Decision, bool> {
        let known = self.steps.get(place);
        let (tries, lost) = known.map_or((0, false), |step| (step.tries, step.lost));
        let again = |pause| Ok(Decision::Run { place: place.clone(), r#try: tries + 1, pause });
        let is_stopped = self.is_stopped(place);
        let may_retry = tries < step.retry.attempts && !is_stopped;
        let lost = lost || self.standing(place) == Standing::Started;
        match self.standing(place) {
            Standing::Open => self.first(view, place, step, failed),
            Standing::Finished(Outcome::Success | Outcome::Skipped) => Err(false),
            Standing::Finished(Outcome::Cancelled) => Err(true),
            Standing::Finished(Outcome::Failure) if may_retry && !known.is_some_and(|step| step.settled) => {
                again(back_off(step, tries))
            }
            Standing::Finished(Outcome::Failure) => Err(true),
            Standing::Started if step.is_sign_off() => self.first(view, place, step, failed),
            Standing::Finished(Outcome::Unknown) if known.is_some_and(|step| step.asks) => {
                if is_stopped {
                    Err(true)
                } else {
                    Ok(self.signed_instead(place, step))
                }
            }
            Standing::Started | Standing::Finished(Outcome::Unknown) => match (&step.done_if, step.is_repeatable()) {
                (Some(_), _) => Ok(Decision::Probe(place.clone())),
                (None, _) if is_stopped => Err(true),
                (None, true) if lost => again(Duration::ZERO),
                (None, true) if may_retry => again(back_off(step, tries)),
                (None, true) => Err(true),
                (None, false) => Ok(Decision::Person(place.clone())),
            },
            Standing::NotDone if is_stopped => Err(true),
            Standing::NotDone if lost || may_retry => again(Duration::ZERO),
            Standing::NotDone => Err(true),
        }
    }

    /// What must be signed anew before a step begins: a sign-off before it that was given for another plan. What is there for failures
    /// does not wait for that.
    fn signed_anew(&self, view: View<'_>, place: &Place, failed: bool) -> Option<Decision> {
        if failed || self.void.is_empty() {
            return None;
        }
        let before = if place.part == Part::Steps { needed(view.plan, &place.job) } else { Default::default() };
        let is_before =
            |of: &&Place| of.part == place.part && (of.job == place.job || before.contains(&of.job.as_str()));
        self.void.iter().filter(is_before).find_map(|of| {
            let step = step_of(view.plan, of).filter(|step| step.is_sign_off())?;
            Some(match Request::of(step) {
                Ok(request) if request.missing(self, of).is_empty() => Decision::Signed(of.clone()),
                Ok(_) => Decision::Sign(of.clone()),
                Err(why) => Decision::Broken { place: of.clone(), why },
            })
        })
    }

    /// A step that could not tell: its role says whether all is well.
    fn signed_instead(&self, place: &Place, step: &Step) -> Decision {
        match Request::of(step) {
            Ok(request) if request.missing(self, place).is_empty() => Decision::Signed(place.clone()),
            Ok(_) => Decision::Sign(place.clone()),
            Err(_) => Decision::Person(place.clone()),
        }
    }

    /// A step that nothing was done of.
    fn first(&self, view: View<'_>, place: &Place, step: &Step, failed: bool) -> Result<Decision, bool> {
        let safe = !failed || place.part == Part::Steps && self.is_rolled_back(&place.job);
        let status = status(failed, self.is_stopped(place), safe);
        let sight = Sight { job: Some(&place.job), step: Some(step), status };
        match view.holds(self, step.condition.as_deref(), sight) {
            Ok(true) => {}
            Ok(false) => return Ok(Decision::Skip(place.clone())),
            Err(wrong) => return Ok(Decision::Broken { place: place.clone(), why: wrong.message }),
        }
        if step.is_sign_off() {
            return Ok(match Request::of(step) {
                Ok(request) if request.missing(self, place).is_empty() => Decision::Signed(place.clone()),
                Ok(_) => Decision::Sign(place.clone()),
                Err(why) => Decision::Broken { place: place.clone(), why },
            });
        }
        if step.post.is_some() && !self.steps.get(place).is_some_and(|step| step.registered) {
            return Ok(Decision::Register(place.clone()));
        }
        Ok(Decision::Run { place: place.clone(), r#try: 1, pause: Duration::ZERO })
    }

    /// The jobs whose rollback is offered where this one failed: its own, else those of the jobs before it, the last first.
    fn offered(&self, view: View<'_>, id: &str, job: &Job) -> Vec<String> {
        if !job.rollback.is_empty() {
            let began = self.began_from(id, job, Part::Steps, 0);
            return if began { vec![id.to_owned()] } else { Vec::new() };
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
    fn take_back(&mut self, view: View<'_>, target: &str, wanted_by: &str) -> Option<Decision> {
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
            let failed = self.job_mut(target).behind.get(1).is_some_and(|(_, failed)| *failed);
            let result = match failed {
                true => Outcome::Failure,
                false if self.is_cut_short(target, job) => Outcome::Cancelled,
                false => Outcome::Success,
            };
            return Some(Decision::EndRollback { job: target.to_owned(), result });
        }
        let step = job.rollback.first()?;
        let place = Place { job: target.to_owned(), step: key(step, 0), part: Part::Rollback };
        if !step.is_sign_off() {
            // Where the site is open again, a word from before this process did not know what is lost now.
            let is_said = known.rollback_requested && (known.rollback_accepted || self.opened(target).is_none());
            let begin = Decision::BeginRollback(target.to_owned());
            return Some(if is_said { begin } else { Decision::Decide(place) });
        }
        Some(match Request::of(step) {
            Ok(request) if request.missing(self, &place).is_empty() => Decision::BeginRollback(target.to_owned()),
            Ok(_) => Decision::Sign(place),
            Err(_) => Decision::Decide(place),
        })
    }

    /// Whether a job that failed and is still open wants another one, or itself, taken back.
    fn wants(&self, view: View<'_>, id: &str, target: &str) -> bool {
        let (Some(job), Some(known)) = (view.plan.job(id), self.jobs.get(id)) else { return false };
        let is_open = known.begun.is_some() && known.result.is_none();
        let failed = known.behind.first().is_some_and(|(at, failed)| *failed && *at >= job.steps.len());
        is_open && failed && self.offered(view, id, job).iter().any(|offered| offered == target)
    }

    /// Whether a person wanted no more steps while some of a rollback were left.
    fn is_cut_short(&self, id: &str, job: &Job) -> bool {
        job.rollback.iter().enumerate().any(|(at, step)| {
            let place = Place { job: id.to_owned(), step: key(step, at), part: Part::Rollback };
            self.is_stopped(&place) && self.standing(&place) == Standing::Finished(Outcome::Skipped)
        })
    }

    fn is_rolled_back(&self, job: &str) -> bool {
        self.jobs.get(job).is_some_and(|job| job.rollback == Some(Outcome::Success))
    }

    /// The next clean-up of a job, the last registered first; `None` where all are behind or are held back.
    fn clean_up(&self, view: View<'_>, id: &str, job: &Job, failed: bool) -> Option<Decision> {
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
                (Err(_), _) if !safe && condition.contains("safe") => continue,
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
    fn began_from(&self, id: &str, job: &Job, part: Part, from: usize) -> bool {
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
            let is_for_failures = step.condition.as_ref().is_some_and(|text| text.as_str().contains("failure"));
            is_undone && !is_for_failures
        })
    }

    fn cleanup_failed(&self, id: &str) -> bool {
        let failed =
            |place: &Place| !matches!(self.standing(place), Standing::Finished(Outcome::Success | Outcome::Skipped));
        self.jobs.get(id).is_some_and(|job| job.cleanups.iter().any(failed))
    }

    /// What of a job's outputs can be told; what asks for a step that did not run is left out.
    fn outputs_of(&self, view: View<'_>, id: &str, job: &Job, status: Status) -> BTreeMap<String, String> {
        let sight = Sight { job: Some(id), step: None, status };
        let value = |text: &str| view.render(self, text, sight).ok();
        job.outputs.iter().filter_map(|(name, text)| Some((name.as_str().to_owned(), value(text)?))).collect()
    }

    /// Whether what the plan deploys is in service: the run ended with success, or every job with an `environment` did, whatever
    /// became of those behind them, and was not taken back.
    #[must_use]
    pub fn is_deployed(&self, plan: &Plan) -> bool {
        if self.finished == Some(Outcome::Success) {
            return true;
        }
        let mut jobs = plan.jobs.iter().filter(|(_, job)| job.environment.is_some()).peekable();
        let succeeded = |id: &str| {
            self.jobs.get(id).is_some_and(|job| job.result == Some(Outcome::Success) && job.rollback.is_none())
        };
        jobs.peek().is_some() && jobs.all(|(id, _)| succeeded(id.as_str()))
    }

    /// Whether a job has failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.jobs.values().any(|job| job.result == Some(Outcome::Failure))
    }

    /// How the run ends, where every job has and nothing is left.
    #[must_use]
    pub fn result(&self, view: View<'_>) -> Option<Outcome> {
        let result = |id: &str| self.jobs.get(id).and_then(|job| job.result);
        let results: Option<Vec<Outcome>> = view.plan.jobs.iter().map(|(id, _)| result(id.as_str())).collect();
        let results = results?;
        let is_open = |job: &super::JobState| (job.rollback_requested || job.rollback_begun) && job.rollback.is_none();
        if self.jobs.values().any(is_open) || !self.left_cleanups().is_empty() {
            return None;
        }
        let taken_back = self.jobs.values().any(|job| job.rollback.is_some());
        Some(if results.contains(&Outcome::Failure) || results.contains(&Outcome::Unknown) || taken_back {
            Outcome::Failure
        } else if results.contains(&Outcome::Cancelled) {
            Outcome::Cancelled
        } else {
            Outcome::Success
        })
    }
}

/// The pause before the next try: each is twice as long as the one before.
fn back_off(step: &Step, tries: u32) -> Duration {
    let doubled = 2u32.saturating_pow(tries.saturating_sub(1));
    step.retry.delay.0.saturating_mul(doubled).min(LONGEST)
}
