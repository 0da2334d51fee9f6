//! The account of a run, put together from its plan and its journal.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::course::Course;
use super::incidents::incidents;
use super::notices::notices;
use super::sign_offs::sign_offs;
use super::trial::is_test;
use super::window::window;
use super::words::Words;
use crate::config::Language;
use crate::deploy::journal::{End, Entry, Event, Journal, NOT_BEGUN, Outcome, Part, Place};
use crate::deploy::mask::Mask;
use crate::deploy::plan::Plan;
use crate::deploy::plan::{Action, Step as Planned};
use crate::deploy::state::{Condition, JobState, Sight, Standing, State as Fold, View, key, list, step_of};
use crate::output::json::deploy_report::{DeployReport, Job, Maintenance, Notes, Noticed, State, Step};
use crate::report::{ExitCode, Verdict};
use crate::steps::notice::{Facts, built_in};

/// A run that is told of.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The run.
    pub run: &'a str,
    /// Its plan.
    pub view: View<'a>,
    /// Its journal.
    pub journal: &'a Journal,
    /// What hides secrets, also where somebody typed one.
    pub mask: &'a Mask,
    /// The language of who reads.
    pub language: Language,
    /// Whether a process works on it.
    pub works: Verdict,
    /// The moment at which it is told.
    pub now: Timestamp,
}

/// What is to be known of the end of a step.
#[derive(Clone, Default)]
struct Ended {
    end: Option<End>,
    log_sha256: Option<String>,
    note: Option<String>,
    /// When its command was seen to end, in its last try.
    seen: Option<Timestamp>,
    /// Whether it was said afterwards what became of it: when that was is no end of its command.
    settled: bool,
}

/// The account of a run; what people write down is added by who asked for it.
#[must_use]
pub fn account(source: &Source<'_>) -> DeployReport {
    let fold = Fold::of(source.journal);
    let teller = Teller { source, fold: &fold, ends: ends(&source.journal.entries) };
    teller.report()
}

struct Teller<'a> {
    source: &'a Source<'a>,
    fold: &'a Fold,
    ends: BTreeMap<&'a Place, Ended>,
}

fn ends(entries: &[Entry]) -> BTreeMap<&Place, Ended> {
    let mut ends: BTreeMap<&Place, Ended> = BTreeMap::new();
    for entry in entries {
        match &entry.event {
            Event::StepFinished { place, end, log_sha256, note, .. } => {
                let ended = ends.entry(place).or_default();
                ended.note.clone_from(note);
                (ended.seen, ended.settled) = (Some(entry.ts).filter(|_| *end != End::Unseen), false);
                // A signature that comes after what could not be told leaves the log where it is.
                if *end != End::Unseen || ended.end != Some(End::ASKS) {
                    (ended.end, ended.log_sha256) = (Some(*end), log_sha256.clone());
                }
            }
            Event::StepStarted { place, .. } => {
                let ended = ends.entry(place).or_default();
                (ended.seen, ended.settled) = (None, false);
            }
            Event::StepSettled { place, by, .. } if by != NOT_BEGUN => ends.entry(place).or_default().settled = true,
            _ => {}
        }
    }
    ends
}

impl Teller<'_> {
    fn report(&self) -> DeployReport {
        let Source { run, view, journal, .. } = *self.source;
        let (fold, started) = (self.fold, &self.fold.started);
        let plan = view.plan;
        let name = plan.run_name.as_ref().or(plan.name.as_ref());
        let name = name.map_or_else(|| started.plan.clone(), |name| self.rendered(name, Sight::default()));
        let course = Course::of(journal, fold, Some(plan));
        let ended = |entry: &Entry| matches!(entry.event, Event::RunFinished { .. }).then_some(entry.ts);
        let ended = fold.finished.and_then(|_| journal.entries.iter().rev().find_map(ended));
        let sign_offs = sign_offs(self.source, fold, &|place| self.label(place));
        let mut responsible: Vec<String> = Vec::new();
        for sign_off in &sign_offs {
            if !responsible.contains(&sign_off.login) {
                responsible.push(sign_off.login.clone());
            }
        }
        DeployReport {
            run: run.to_owned(),
            name,
            environment: self.hide(&fold.environment(Some(view))),
            service: fold.service(Some(view)).map(|service| self.hide(service)),
            lock: started.environment.clone(),
            state: standing_with(fold, Some(view.plan), self.source.works),
            last_step: self.is_last_step(),
            plan: started.plan.clone(),
            plan_sha256: fold.plan_sha256.clone(),
            version: started.version.clone(),
            previous: started.previous_tag.clone(),
            commit: started.sha.clone(),
            started_by: self.hide(started.who.login.as_ref().unwrap_or(&started.who.host)),
            responsible,
            attempts: fold.attempt,
            began: course.began,
            ended,
            seconds: course.seconds(),
            as_of: fold.at,
            window: window(self.source, fold, course.began),
            maintenance: self.maintenance(),
            jobs: plan.jobs.iter().map(|(id, _)| self.job(id.as_str())).collect(),
            sign_offs,
            notices: self.notices(),
            incidents: Notes { items: self.incidents(), open: false },
            recommendations: Notes::default(),
        }
    }

    /// Whether the step that makes a report is all that is left, but for what starts later.
    fn is_last_step(&self) -> bool {
        let (fold, plan) = (self.fold, self.source.view.plan);
        let is_open = |id: &str| fold.jobs.get(id).is_none_or(|job| job.result.is_none());
        let mut open = plan.jobs.iter().filter(|(id, job)| is_open(id.as_str()) && job.start_in.is_none());
        let (Some((id, job)), None) = (open.next(), open.next()) else { return false };
        let Some((at, step)) = job.steps.iter().enumerate().next_back() else { return false };
        let place = Place { job: id.as_str().to_owned(), step: key(step, at), part: Part::Steps };
        let is_report =
            matches!(&step.action, Action::Uses { builtin, .. } if **builtin == crate::deploy::plan::Builtin::Report);
        is_report && fold.standing(&place) == Standing::Started && fold.left_cleanups().is_empty()
    }

    fn hide(&self, text: &str) -> String {
        self.source.mask.text(text)
    }

    /// A text of the plan with what its expressions stood for, as far as that is known.
    fn rendered(&self, text: &str, sight: Sight<'_>) -> String {
        let rendered = self.source.view.render(self.fold, text, sight);
        self.hide(&rendered.unwrap_or_else(|_| text.to_owned()))
    }

    fn label(&self, place: &Place) -> String {
        let words = Words::of(self.source.language);
        let owner = place.of(place.part.owner());
        let Some(step) = step_of(self.source.view.plan, &owner) else { return owner.to_string() };
        let label = self.rendered(step.label(), Sight { job: Some(&place.job), ..Sight::default() });
        if place.part == owner.part { label } else { format!("{}: {label}", words.cleanup) }
    }

    fn incidents(&self) -> Vec<String> {
        let words = Words::of(self.source.language);
        let zone = self.source.view.plan.window.as_ref().map_or(TimeZone::UTC, |window| window.timezone.0.clone());
        let label = |place: &Place| format!("{} ({place})", self.label(place));
        let told = incidents(&self.source.journal.entries, words, &zone, &label);
        told.iter().map(|text| self.hide(text)).collect()
    }

    fn notices(&self) -> Vec<Noticed> {
        let hidden = |one: Noticed| Noticed {
            what: self.hide(&one.what),
            why: one.why.as_deref().map(|why| self.hide(why)),
            ..one
        };
        notices(&self.source.journal.entries, &|template| self.subject(template)).into_iter().map(hidden).collect()
    }

    /// What a notice says that the run told by itself, by its template.
    fn subject(&self, template: &str) -> String {
        let (view, name) = (self.source.view, self.source.view.plan.name.as_ref());
        let facts = Facts {
            plan: name.map(|name| self.rendered(name, Sight::default())).unwrap_or_default(),
            version: self.fold.started.inputs.get("version").cloned().unwrap_or_default(),
            environment: self.fold.environments(view).next().unwrap_or_default(),
            service: self.fold.service(Some(view)).unwrap_or_default().to_owned(),
            ..Facts::default()
        };
        let text = built_in(template, self.source.language, &facts).ok().flatten();
        text.map_or_else(|| template.to_owned(), |text| text.subject)
    }

    /// From the beginning of each step with a clean-up until that has run.
    fn maintenance(&self) -> Vec<Maintenance> {
        let cleanups = self.fold.jobs.values().flat_map(|job| &job.cleanups);
        let mut found: Vec<Maintenance> = cleanups
            .filter_map(|cleanup| {
                let owner = cleanup.of(cleanup.part.owner());
                let from = self.fold.steps.get(&owner)?.begun?;
                let done =
                    self.fold.steps.get(cleanup).filter(|step| step.standing == Standing::Finished(Outcome::Success));
                let to = done.and_then(|step| step.ended);
                Some(Maintenance { step: owner.to_string(), label: self.label(&owner), from, to })
            })
            .collect();
        found.sort_by_key(|one| one.from);
        found
    }

    fn job(&self, id: &str) -> Job {
        let plan = self.source.view.plan;
        let known = self.fold.jobs.get(id);
        let name = plan.job(id).and_then(|job| job.name.as_ref());
        let name =
            name.map_or_else(|| id.to_owned(), |name| self.rendered(name, Sight { job: Some(id), ..Sight::default() }));
        let mut told = BTreeSet::new();
        let mut steps = Vec::new();
        let parts = plan.job(id).into_iter().flat_map(|job| {
            [Part::Steps, Part::Rollback]
                .into_iter()
                .flat_map(|part| list(job, part).iter().enumerate().map(move |one| (part, one)))
        });
        let mut cleanups = Vec::new();
        for (part, (at, step)) in parts {
            let place = Place { job: id.to_owned(), step: key(step, at), part };
            // A rollback that nobody asked for is not a part of what happened, and that a person is asked whether it is wanted is.
            let is_wanted = known.is_some_and(|job| job.rollback_begun || job.rollback_requested);
            if part == Part::Rollback && !is_wanted && !self.waits(&place) {
                continue;
            }
            cleanups
                .extend(self.fold.steps.get(&place).filter(|step| step.registered).map(|_| place.of(part.cleanup())));
            steps.push(self.step(&place, Some(step)));
            told.insert(place);
        }
        for cleanup in cleanups {
            steps.push(self.step(&cleanup, None));
            told.insert(cleanup);
        }
        // What was done by a plan that was changed meanwhile was done all the same.
        let gone =
            self.fold.steps.keys().filter(|place| place.job == id && !told.contains(*place) && place.step != "if");
        let gone: Vec<&Place> =
            gone.filter(|place| self.fold.steps.get(*place).is_some_and(|step| step.tries > 0)).collect();
        steps.extend(gone.into_iter().map(|place| self.step(place, None)));
        Job {
            id: id.to_owned(),
            name,
            state: match known {
                Some(job) if job.rollback == Some(Outcome::Success) => State::RolledBack,
                Some(job) if self.is_dropped(job) => State::Dropped,
                Some(job) => match (job.result, job.begun) {
                    (Some(result), _) => state_of(result),
                    (None, Some(_)) if self.fold.waiting.keys().any(|place| place.job == id) => State::Waiting,
                    (None, Some(_)) => self.begun(),
                    (None, None) => State::Open,
                },
                None => State::Open,
            },
            began: known.and_then(|job| job.begun),
            ended: known.and_then(|job| job.ended),
            steps,
        }
    }

    /// Whether a job is not wanted any more, for the one that it needs was taken back.
    fn is_dropped(&self, job: &JobState) -> bool {
        let of = job.dropped.as_ref().and_then(|of| self.fold.jobs.get(of));
        of.is_some_and(|of| of.rollback == Some(Outcome::Success))
    }

    /// How something stands that has begun and has no end.
    fn begun(&self) -> State {
        let is_cut_off = self.fold.interrupted.is_some() && self.fold.finished.is_none();
        match self.source.works {
            _ if is_cut_off => State::Interrupted,
            Verdict::No if !self.fold.left => State::Interrupted,
            Verdict::CannotTell if !self.fold.left => State::Unknown,
            Verdict::Yes | Verdict::No | Verdict::CannotTell => State::Running,
        }
    }

    /// Whether a step waits for a person.
    fn waits(&self, place: &Place) -> bool {
        self.fold.waiting.contains_key(place) && self.fold.finished.is_none()
    }

    fn step(&self, place: &Place, planned: Option<&Planned>) -> Step {
        let known = self.fold.steps.get(place);
        let label = self.label(place);
        let ended = self.ends.get(place).cloned().unwrap_or_default();
        let waits = self.waits(place);
        let state = match known.map_or(Standing::Open, |step| step.standing) {
            Standing::Open | Standing::Started | Standing::Finished(Outcome::Unknown) if waits => State::Waiting,
            Standing::Open => State::Open,
            Standing::Started if self.fold.is_lost(place) => state_of(Outcome::Unknown),
            Standing::Started => self.begun(),
            Standing::NotDone => state_of(Outcome::Failure),
            Standing::Finished(Outcome::Failure) if has_no_answer(planned, ended.end) => State::CannotTell,
            Standing::Finished(outcome) => state_of(outcome),
        };
        let words = Words::of(self.source.language);
        let signed = self.fold.signatures.iter().filter(|one| one.place == *place).map(|one| one.at).max();
        let is_sign_off = planned.is_some_and(Planned::is_sign_off);
        let (began, done) = known.map_or((None, None), |step| (step.begun, step.ended));
        let done = if ended.settled { ended.seen } else { done };
        Step {
            step: place.to_string(),
            rollback: place.part.owner() == Part::Rollback,
            test: planned.is_some_and(|step| is_test(step, &label)),
            sign_off: is_sign_off,
            roles: planned
                .map_or_else(Vec::new, |step| step.role.iter().map(|role| role.as_str().to_owned()).collect()),
            state,
            tries: known.map_or(0, |step| step.tries),
            began: if is_sign_off { signed.or(began) } else { began },
            ended: if is_sign_off { signed.or(done) } else { done },
            end: ended.end.and_then(|end| words.end(end)),
            log_sha256: ended.log_sha256,
            note: ended.note.map(|note| self.hide(&note)),
            label,
        }
    }
}

/// Whether a built-in step ended without an answer. A command of the plan's own may mean anything by its exit code.
fn has_no_answer(planned: Option<&Planned>, end: Option<End>) -> bool {
    let is_builtin = planned.is_some_and(|step| matches!(step.action, Action::Uses { .. }));
    is_builtin && end == Some(End::Code(ExitCode::CannotTell.code().into()))
}

/// How a run stands as a whole: one that goes on, of which only what was to start later is left, has done what it deploys.
#[must_use]
pub fn standing_of(fold: &Fold, plan: Option<&Plan>) -> State {
    let mut rollbacks = fold.jobs.values().filter_map(|job| job.rollback).peekable();
    let taken_back = rollbacks.peek().is_some() && rollbacks.all(|result| result == Outcome::Success);
    // A rollback that was asked for and has not begun is nothing but a question.
    let is_at_work =
        |job: &JobState| job.begun.is_some() && job.result.is_none() || job.rollback_begun && job.rollback.is_none();
    let rests = !fold.has_failed() && !fold.jobs.values().any(is_at_work);
    match fold.finished {
        Some(Outcome::Failure) if taken_back => State::RolledBack,
        Some(outcome) => state_of(outcome),
        None if plan.is_some_and(|plan| !fold.left_on(plan).is_empty()) => State::Maintenance,
        None if !fold.waiting.is_empty() => State::Waiting,
        None if fold.condition() == Condition::Maintenance => State::Maintenance,
        None if plan.is_some_and(|plan| fold.is_deployed(plan)) && rests => State::Success,
        // Who goes on with it takes that back.
        None if fold.interrupted.is_some() => State::Interrupted,
        None => State::Running,
    }
}

/// The same where it is known whether a process works on it: what has begun and has no end goes on only where one does.
#[must_use]
pub fn standing_with(fold: &Fold, plan: Option<&Plan>, works: Verdict) -> State {
    match (standing_of(fold, plan), works) {
        (State::Running, Verdict::CannotTell) => State::Unknown,
        // Who is to go on with it is a person.
        (State::Running, Verdict::No) if fold.left => State::Waiting,
        (State::Running, Verdict::No) => State::Interrupted,
        (standing, _) => standing,
    }
}

fn state_of(outcome: Outcome) -> State {
    match outcome {
        Outcome::Success => State::Success,
        Outcome::Failure => State::Failure,
        Outcome::Skipped => State::Skipped,
        Outcome::Unknown => State::Unknown,
        Outcome::Cancelled => State::Cancelled,
    }
}
