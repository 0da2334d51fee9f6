//! What is next in a job, by the plan and by where the run stands. The same question after a kill has the same answer.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::contexts::{Sight, View, status, status_of_needs};
use super::sign::Request;
use super::{Standing, State, key, list, needed, step_of};
use crate::deploy::expression::{Expression, Status, condition_of};
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::plan::{Job, Step};

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
    /// The job is not wanted any more: this one was taken back.
    Drop(String),
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
        if self.jobs.get(id).is_none_or(|job| job.begun.is_none()) {
            return self.halted(view, id).unwrap_or_else(|| self.before_its_beginning(view, id, job));
        }
        // What it needs may be tried again as well.
        if self.waits_for_needs(view, id) {
            return self.halted(view, id).unwrap_or(Decision::Blocked);
        }
        if let Some(decision) = self.walk(view, id, job, Part::Steps) {
            return self.halted(view, id).unwrap_or(decision);
        }
        let failed = self.has_failed_by(view, id, Part::Steps);
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
        Decision::End { result, outputs: self.outputs_of(view, id, job, failed) }
    }

    /// Whether a job that this one needs has not ended.
    fn waits_for_needs(&self, view: View<'_>, id: &str) -> bool {
        let result = |need: &str| self.jobs.get(need).and_then(|job| job.result);
        needed(view.plan, id).into_iter().any(|need| result(need).is_none())
    }

    fn before_its_beginning(&self, view: View<'_>, id: &str, job: &Job) -> Decision {
        if self.waits_for_needs(view, id) {
            return Decision::Blocked;
        }
        let asks = job.condition.as_ref().is_some_and(|condition| may_ask_whether_safe(condition.as_str()));
        let status = Status { safe: asks && self.is_safe_for_job(view, id), ..status_of_needs(self, view.plan, id) };
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
        let failed = self.has_failed_for_cleanups(view, id, job);
        if let Some(decision) = self.clean_up(view, id, job, failed) {
            return decision;
        }
        if self.failed_by_cleanup(id, job) && !self.cleanup_failed(id) {
            let outputs = self.outputs_of(view, id, job, false);
            return Decision::End { result: Outcome::Success, outputs };
        }
        Decision::Ended
    }

    /// The next of a list of steps; `None` where all are behind.
    pub(super) fn walk(&mut self, view: View<'_>, id: &str, job: &Job, part: Part) -> Option<Decision> {
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
        // Another plan may have something half done before it by now.
        let again = |pause| match self.is_unsafe(view, place, step, failed) {
            true => Err(true),
            false => Ok(Decision::Run { place: place.clone(), r#try: tries + 1, pause }),
        };
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

    /// Whether a step that was begun while that was safe would do it again where it is not.
    fn is_unsafe(&self, view: View<'_>, place: &Place, step: &Step, failed: bool) -> bool {
        let Some(condition) = step.condition.as_deref().filter(|condition| may_ask_whether_safe(condition)) else {
            return false;
        };
        let sight =
            Sight { job: Some(&place.job), step: Some(step), status: self.step_status(view, place, failed, true) };
        !view.holds(self, Some(condition), sight).unwrap_or_default()
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
        let asks = step.condition.as_ref().is_some_and(|condition| may_ask_whether_safe(condition.as_str()));
        let status = self.step_status(view, place, failed, asks);
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

    /// What of a job's outputs can be told; what asks for a step that did not run is left out. How things stand they say as a
    /// condition behind the last of its steps would: also of the jobs that this one needs.
    fn outputs_of(&self, view: View<'_>, id: &str, job: &Job, failed: bool) -> BTreeMap<String, String> {
        if job.outputs.is_empty() {
            return BTreeMap::new();
        }
        let status = status(failed, self.cancelled, self.is_safe_at_the_end(view, id, failed));
        let sight = Sight { job: Some(id), step: None, status };
        let value = |text: &str| view.render(self, text, sight).ok();
        job.outputs.iter().filter_map(|(name, text)| Some((name.as_str().to_owned(), value(text)?))).collect()
    }
}

/// Whether a condition asks whether it is safe; one that cannot be read may.
pub(super) fn asks_whether_safe(condition: &str) -> bool {
    condition_of(condition).map_or(true, |condition| condition.calls("safe"))
}

/// The same, also by a variable of the plan: its value may ask.
fn may_ask_whether_safe(condition: &str) -> bool {
    let reads_env = |condition: &Expression| {
        condition.references().iter().any(|one| one.path.first().is_some_and(|context| context == "env"))
    };
    condition_of(condition).map_or(true, |condition| condition.calls("safe") || reads_env(&condition))
}

/// The pause before the next try: each is twice as long as the one before.
fn back_off(step: &Step, tries: u32) -> Duration {
    let doubled = 2u32.saturating_pow(tries.saturating_sub(1));
    step.retry.delay.0.saturating_mul(doubled).min(LONGEST)
}
