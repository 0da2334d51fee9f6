//! One process that works on a run, from its opened journal to what is told of it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use anyhow::Result;

use super::engine::Engine;
use super::ground::{Ground, Read};
use crate::context::Context;
use crate::deploy::journal::{Event, Part, Place, Who};
use crate::deploy::mask::Mask;
use crate::deploy::plan::{Plan, Step};
use crate::deploy::state::{Facts, State, Told, View, key};
use crate::history::Sha;
use crate::io::journal::Writer;
use crate::io::live::Live;
use crate::io::process;
use crate::io::signals::Signals;
use crate::report::Report;
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

/// A run that this process may write to.
pub(super) struct Work<'a> {
    pub(super) cx: &'a Context,
    pub(super) ground: &'a Ground,
    pub(super) run: &'a str,
    pub(super) read: &'a Read,
    pub(super) facts: &'a Facts,
    pub(super) mask: &'a Mask,
    pub(super) signals: Signals,
    /// The process that worked on it before.
    pub(super) before: Option<Who>,
    /// The commit by which the lock is this process's, where there is a remote.
    pub(super) tenure: Option<Sha>,
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
            before: self.before.clone(),
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
            shown: RefCell::default(),
            tenure: RefCell::new(self.tenure.clone()),
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
        let engine = self.engine(state, writer);
        for secret in self.facts.secrets.values() {
            engine.live.mask(secret);
        }
        for event in &first {
            engine.write(event)?;
        }
        engine.go().await?;
        let remarks = engine.remarks.take();
        let mut state = engine.state.into_inner();
        let rests = state.finished.is_some() || state.rests(View { plan: &self.read.plan, facts: self.facts });
        if let (true, Some(nonce)) = (rests, &state.lock_nonce) {
            self.ground.lock(&state.started.environment).release(nonce).await?;
        }
        let mut report = self.told(&state, false).report(command);
        report.findings.extend(remarks);
        Ok(report)
    }

    /// What is told of the run.
    pub(super) fn told<'s>(&'s self, state: &'s State, steps: bool) -> Told<'s> {
        let view = View { plan: &self.read.plan, facts: self.facts };
        Told { run: self.run, view, state, language: self.cx.config.language, steps }
    }
}
