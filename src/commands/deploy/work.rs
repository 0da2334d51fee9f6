//! One process that works on a run, from its opened journal to what is told of it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;

use super::engine::Engine;
use super::ground::{Ground, Read};
use crate::context::Context;
use crate::deploy::journal::{Event, Part, Place};
use crate::deploy::mask::Mask;
use crate::deploy::plan::{Plan, Step};
use crate::deploy::state::{Facts, State, StepState, Told, View, key};
use crate::deploy::words::{self, Word};
use crate::history::Sha;
use crate::io::journal::Writer;
use crate::io::live::Live;
use crate::io::lock::Tenure;
use crate::io::signals::Signals;
use crate::io::{machine, process};
use crate::report::{ExitCode, Failure, Finding, Level, Report, Verdict};
use crate::yaml::Spanned;

/// The steps of a plan by their places.
fn steps(plan: &Plan) -> BTreeMap<Place, &Step> {
    let of = |job: &str, part: Part, list: &'_ [Spanned<Step>]| -> Vec<Place> {
        list.iter().enumerate().map(|(at, step)| Place { job: job.to_owned(), step: key(step, at), part }).collect()
    };
    plan.jobs
        .iter()
        .flat_map(|(id, job)| {
            let steps = of(id.as_str(), Part::Steps, &job.steps).into_iter().zip(&job.steps);
            steps.chain(of(id.as_str(), Part::Rollback, &job.rollback).into_iter().zip(&job.rollback))
        })
        .map(|(place, step)| (place, &step.value))
        .collect()
}

/// Whether a step has begun whose clean-up, as maintenance's off, is still to come.
fn is_closed(state: &State) -> bool {
    let owner = |place: &&Place| place.of(place.part.owner());
    state.left_cleanups().iter().any(|place| state.steps.get(&owner(place)).is_some_and(|step| step.touched.is_some()))
}

/// A run that this process may write to.
pub(super) struct Work<'a> {
    pub(super) cx: &'a Context,
    pub(super) ground: &'a Ground,
    pub(super) run: &'a str,
    pub(super) read: &'a Read,
    pub(super) facts: &'a Facts,
    pub(super) mask: &'a Mask,
    pub(super) signals: Signals,
    /// How this process holds the lock.
    pub(super) tenure: Tenure,
    /// The commit of the journal's copy on the remote that this process made.
    pub(super) copied: Option<Sha>,
}

impl<'a> Work<'a> {
    /// The engine of this process.
    pub(super) fn engine(&self, state: State, writer: Writer) -> Engine<'a> {
        Engine {
            cx: self.cx,
            view: View { plan: &self.read.plan, facts: self.facts },
            mask: self.mask,
            folder: self.ground.store.run(self.run),
            top: self.ground.top.clone(),
            state: RefCell::new(state),
            writer: RefCell::new(writer),
            signals: self.signals.clone(),
            live: Live::new(self.cx),
            clocks: RefCell::default(),
            shell: if process::is_there("bash") { "bash" } else { "sh" },
            broken: RefCell::default(),
            unanswered: RefCell::default(),
            told: Cell::new(false),
            declined: RefCell::default(),
            ground: self.ground,
            read: self.read,
            steps: steps(&self.read.plan),
            copied: RefCell::new(self.copied.clone()),
            running: RefCell::default(),
            remarks: RefCell::default(),
            void: RefCell::default(),
            held: RefCell::default(),
            shown: RefCell::default(),
            tenure: tokio::sync::Mutex::new(self.tenure.commit.clone()),
            there: tokio::sync::Mutex::default(),
            looked: Cell::default(),
        }
    }

    /// Writes the first lines of this process, goes on as far as the run goes, and tells how it stands.
    ///
    /// # Errors
    /// Exit code 3 where the journal cannot be written, or the lock cannot be released.
    pub(super) async fn go(
        &self,
        command: &'static str,
        state: State,
        writer: Writer,
        first: Vec<Event>,
    ) -> Result<Report> {
        let mut before = state.clone();
        let engine = self.engine(state, writer);
        for secret in self.facts.secrets.values() {
            engine.live.mask(secret);
        }
        for event in &first {
            // Of one that failed some has been done: it needs less now, and what it needed was shown.
            let is_new = |job: &str| before.jobs.get(job).is_none_or(|job| job.rollback.is_none());
            if let Event::RollbackRequested { job, .. } = event
                && is_new(job)
                && let Err(unready) = engine.ready_to_take_back(job).await
            {
                // Nothing was asked: what had ended, or rests, is as it was before.
                let mut state = engine.state.into_inner();
                if let (true, Some(nonce)) = (self.tenure.is_new, &state.lock_nonce) {
                    self.ground.lock(&state.started.environment).release(nonce).await?;
                } else {
                    self.release(&mut state).await?;
                }
                return if is_closed(&state) { Ok(self.stopped(&state, command, &unready)) } else { Err(unready) };
            }
            if let Err(error) = engine.write(event) {
                self.ground.let_go(&before.started.environment, event).await;
                return Err(error);
            }
            before.apply(self.cx.now, before.attempt, event);
        }
        let ended = engine.go().await;
        let remarks = engine.remarks.take();
        let mut state = engine.state.into_inner();
        state.forget();
        let mut report = match ended {
            Ok(()) => match self.release(&mut state).await {
                Ok(()) => self.told(&state, false).report(command),
                Err(error) if state.finished.is_some() => self.ended(&state, command, &error),
                Err(error) => return Err(error),
            },
            // All is done, and only the remote does not know of it.
            Err(error) if state.finished.is_some() => self.ended(&state, command, &error),
            // Whatever stopped it: that the site is closed is told, and by which command it goes on.
            Err(error) if is_closed(&state) => self.stopped(&state, command, &error),
            Err(error) => return Err(error),
        };
        report.findings.extend(remarks);
        report.findings.extend(self.overrun(&mut before, &state, machine::now()));
        Ok(report)
    }

    /// What is told where an error ended this process with a clean-up, as maintenance's off, still to come.
    fn stopped(&self, state: &State, command: &'static str, error: &anyhow::Error) -> Report {
        let mut report = self.told(state, false).report(command);
        let finding = Failure::from_error(error).finding;
        report.findings.insert(0, Finding { message: self.mask.text(&finding.message), ..finding });
        report.exit = ExitCode::Maintenance;
        report.title = words::stopped_closed(self.cx.config.language, self.run);
        report
    }

    /// What is told where a run has ended and the remote could not be told: how it ended, and by which command its lock goes.
    fn ended(&self, state: &State, command: &'static str, error: &anyhow::Error) -> Report {
        let mut report = self.told(state, false).report(command);
        let failure = Failure::from_error(error);
        let help = words::end_on_remote(self.cx.config.language, self.run);
        let finding = Finding { message: self.mask.text(&failure.finding.message), ..failure.finding };
        report.findings.insert(0, finding.help(help));
        report.exit = failure.exit;
        report
    }

    /// Lets others in, where nothing of the run goes on.
    ///
    /// # Errors
    /// Exit code 3 where the lock cannot be released.
    async fn release(&self, state: &mut State) -> Result<()> {
        let view = View { plan: &self.read.plan, facts: self.facts };
        let rests = state.finished.is_some() || state.rests(view);
        if let (true, Some(nonce)) = (rests, &state.lock_nonce) {
            self.ground.lock(&state.started.environment).release(nonce).await?;
        }
        Ok(())
    }

    /// A warning where the run went on beyond its window: a command was at work after it. What was to start later anyway is not bound
    /// to it.
    fn overrun(&self, before: &mut State, state: &State, now: Timestamp) -> Option<Finding> {
        let language = self.cx.config.language;
        let window = self.read.plan.window.as_ref()?;
        let view = View { plan: &self.read.plan, facts: self.facts };
        let message = if window.is_open(self.cx.now) {
            let closed = window.closed(self.cx.now, now)?;
            let is_late =
                |step: &StepState| step.touched.is_some() && step.begun.max(step.ended).is_some_and(|at| at >= closed);
            if !state.steps.values().any(is_late) {
                return None;
            }
            let closed = closed.to_zoned(window.timezone.0.clone());
            words::overran(language, &closed.strftime("%H:%M %Z").to_string())
        } else if before.is_half_done(view) || !before.is_follow_up(view) {
            Word::Overrun.text(language).to_owned()
        } else {
            return None;
        };
        Some(Finding::new("deploy/overrun", Level::Warning, message))
    }

    /// What is told of the run.
    pub(super) fn told<'s>(&'s self, state: &'s State, steps: bool) -> Told<'s> {
        let view = View { plan: &self.read.plan, facts: self.facts };
        Told { run: self.run, view, state, language: self.cx.config.language, steps, is_worked_on: Verdict::No }
    }
}
