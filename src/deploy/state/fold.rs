//! The fold of a journal: each line changes where the run stands, and nothing else does.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Giver;
use super::sign::{Ask, Signature};
use super::told::told;
use crate::deploy::journal::{End, Event, Journal, NOT_BEGUN, Outcome, Part, Place, Started, Who};

/// Where a run stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// What it began with.
    pub started: Started,
    /// Counts the processes that have worked on it.
    pub attempt: u32,
    /// The process that worked on it last.
    pub who: Who,
    /// The digest of the plan that it goes by now.
    pub plan_sha256: String,
    /// The commit at which it left the clone: its own, or one that a step has checked out.
    pub left_at: Option<String>,
    /// What its lock is released by.
    pub lock_nonce: Option<String>,
    /// The jobs that anything is known of.
    pub jobs: BTreeMap<String, JobState>,
    /// The steps that anything is known of; clean-ups among them.
    pub steps: BTreeMap<Place, StepState>,
    /// Those that gave a secret among their outputs.
    pub givers: BTreeSet<Giver>,
    /// Who signed.
    pub signatures: Vec<Signature>,
    /// The issue or pull request where sign-offs are asked for.
    pub issue: Option<u64>,
    /// The sign-offs that were given for another plan: nothing more begins after them until they are given anew.
    pub void: BTreeSet<Place>,
    /// Where people were asked to sign, the last one last.
    pub asks: Vec<Ask>,
    /// What GitHub was told of the deployment.
    pub deployment: Option<Deployment>,
    /// The notices that each step has sent, by their ids, in whichever of its tries.
    pub sent: BTreeMap<Place, BTreeSet<String>>,
    /// What each was told of the run, by name.
    pub notified: BTreeMap<String, BTreeSet<String>>,
    /// What was said on GitHub and is settled: where, and the step.
    pub heard: BTreeSet<(String, String)>,
    /// What waits for a person, or for the window, since the last process began.
    pub waiting: BTreeMap<Place, String>,
    /// Whether the last process wrote down how it left the run: it is not at work any more.
    pub left: bool,
    /// Whether any job was ever to be taken back.
    pub takes_back: bool,
    /// The clean-ups that a person let run.
    pub released: BTreeSet<Place>,
    /// Whether a person wants no more steps.
    pub cancelled: bool,
    /// The signal that stopped the last process.
    pub interrupted: Option<String>,
    /// How it ended.
    pub finished: Option<Outcome>,
    /// When the last line was written.
    pub at: Timestamp,
    /// How many lines there are.
    pub(super) lines: u64,
    /// The processes that worked on the run, by their number.
    pub(super) workers: BTreeMap<u32, Who>,
}

/// What GitHub was told of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Its number there; none where it cannot be told.
    pub id: Option<u64>,
    /// Its state and its description.
    pub told: (String, String),
}

/// What is known of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobState {
    /// When it began.
    pub begun: Option<Timestamp>,
    /// How it ended.
    pub result: Option<Outcome>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// The job whose rollback has ended, so that this one was not wanted any more.
    pub dropped: Option<String>,
    /// The jobs whose rollback had ended when it began: it is there for that.
    pub begun_behind: BTreeSet<String>,
    /// What later jobs read.
    pub outputs: BTreeMap<String, String>,
    /// The outputs in which a secret stands: the journal has them not.
    pub withheld: BTreeSet<String>,
    /// Its clean-ups in the order of their registration.
    pub cleanups: Vec<Place>,
    /// Whether a person asked for its rollback.
    pub rollback_requested: bool,
    /// Whether it was asked for of the process that works on the run now: what is lost by it grows until it begins.
    pub rollback_accepted: bool,
    /// Whether it was asked for after a person wanted no more steps: then its steps are wanted all the same.
    pub rollback_after_all: bool,
    /// Whether its rollback has begun.
    pub rollback_begun: bool,
    /// How its rollback ended.
    pub rollback: Option<Outcome>,
    /// How many steps of `steps` and of `rollback` are behind, and whether one of them failed: a memory of the decisions.
    pub(super) behind: [(usize, bool); 2],
}

/// What is known of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepState {
    /// How it stands.
    pub standing: Standing,
    /// How often it was started since it was open last.
    pub tries: u32,
    /// The line of the journal by which it was started first, where it ever was: what it did then is there, also where it is to be
    /// tried again. One whose command was never begun was not started.
    pub touched: Option<u64>,
    /// How it stood before the last try was announced: it stands so again where that was not begun.
    pub(super) before: Option<Box<StepState>>,
    /// Whether other steps of its list had failed whenever it ended without success.
    pub(super) after_failure: bool,
    /// The process that started it last.
    pub attempt: u32,
    /// Whether it was lost with the process that watched it: it ended neither by itself nor at its time limit.
    pub lost: bool,
    /// Whether a person or `done-if` said what became of it.
    pub settled: bool,
    /// Whether it said that a person must decide: its role signs it.
    pub asks: bool,
    /// Whether it has a clean-up that must run.
    pub registered: bool,
    /// What later steps read.
    pub outputs: BTreeMap<String, String>,
    /// The outputs in which a secret stands: the journal has them not.
    pub withheld: BTreeSet<String>,
    /// Its process, where that is known.
    pub pid: Option<u32>,
    /// When it was started last.
    pub begun: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// What the journal notes of its end.
    pub note: Option<String>,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was done.
    #[default]
    Open,
    /// It runs, or was lost.
    Started,
    /// It ended, or was not needed.
    Finished(Outcome),
    /// `done-if` says that its work is not done.
    NotDone,
}

impl State {
    /// Where the run of a journal stands.
    #[must_use]
    pub fn of(journal: &Journal) -> Self {
        let mut state = Self::default();
        for entry in &journal.entries {
            state.apply(entry.ts, entry.attempt, &entry.event);
        }
        state
    }

    /// The process that started a step last, and the id of what it started, where that is known.
    #[must_use]
    pub fn command_of(&self, step: &StepState) -> Option<(&Who, u32)> {
        self.workers.get(&step.attempt).zip(step.pid)
    }

    /// How many lines the journal has.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// The next line of the journal.
    pub fn apply(&mut self, ts: Timestamp, attempt: u32, event: &Event) {
        self.at = ts;
        self.attempt = attempt;
        self.lines += 1;
        match event {
            Event::RunStarted(started) => {
                self.started = (**started).clone();
                self.who = started.who.clone();
                self.workers.insert(attempt, started.who.clone());
                self.plan_sha256.clone_from(&started.plan_sha256);
                self.left_at.clone_from(&started.sha);
                self.lock_nonce.clone_from(&started.lock_nonce);
                self.issue = started.issue;
            }
            Event::RunResumed { who, plan_sha256, lock_nonce, issue, sha } => {
                self.issue = issue.or(self.issue);
                self.workers.insert(attempt, who.clone());
                self.resumed(who, plan_sha256, lock_nonce.as_ref());
                self.moved_on(sha.as_ref());
            }
            Event::CheckedOut { sha } => self.left_at = Some(sha.clone()),
            Event::JobStarted { job } => self.job_started(job, ts),
            Event::JobFinished { job, result, outputs, withheld } => {
                self.gives_secret(Giver::Job(job.clone()), withheld);
                let job = self.job_mut(job);
                (job.result, job.ended) = (Some(*result), Some(ts));
                job.outputs.clone_from(outputs);
                job.withheld.clone_from(withheld);
            }
            Event::JobDropped { job, taken_back } => self.job_dropped(job, taken_back, ts),
            Event::JobReopened { job } => self.reopened(job),
            Event::StepOutputs { place, outputs, withheld } => {
                self.gives_secret(Giver::Step(place.clone()), withheld);
                let step = self.step_mut(place);
                step.outputs.clone_from(outputs);
                step.withheld.clone_from(withheld);
            }
            Event::RollbackReopened { job } => self.rollback_reopened(job),
            Event::CleanupRegistered { place } => {
                self.step_mut(place).registered = true;
                let cleanup = place.of(place.part.cleanup());
                self.job_mut(&place.job).cleanups.push(cleanup);
            }
            Event::CleanupReleased { place, .. } => {
                self.released.insert(place.of(place.part.cleanup()));
                self.finished = None;
            }
            Event::StepSkipped { place } => self.step_mut(place).standing = Standing::Finished(Outcome::Skipped),
            Event::Signed { place, role, login, proof, plan_sha256, evidence, signature, source, at: said, .. } => {
                let at = said.map_or(ts, |said| self.said_at(place, said, ts));
                self.heard.extend(source.iter().map(|source| (source.clone(), place.to_string())));
                self.signatures.push(Signature {
                    place: place.clone(),
                    role: role.clone(),
                    login: login.clone(),
                    proof: *proof,
                    plan_sha256: plan_sha256.clone(),
                    evidence: evidence.clone(),
                    signature: signature.clone(),
                    at,
                });
            }
            Event::SignVoid { place, role, .. } => {
                self.signatures.retain(|one| one.place != *place || one.role != *role);
            }
            Event::Asked { issue, comment, at, plan_sha256, places, found } => self.asks.push(Ask {
                issue: *issue,
                comment: *comment,
                at: *at,
                plan_sha256: plan_sha256.clone(),
                places: places.clone(),
                here: (!found).then_some(ts),
            }),
            Event::Deployment { id, state, description } => {
                self.deployment = Some(Deployment { id: *id, told: (state.clone(), description.clone()) });
            }
            Event::Notified { to, about, why: None, .. } => {
                self.notified.entry(to.clone()).or_default().extend(about.iter().cloned());
            }
            Event::SignRefused { source, step, .. } => {
                self.heard.insert((source.clone(), step.clone()));
            }
            Event::Waiting { place, reason } => {
                self.left = true;
                self.waiting.insert(place.clone(), reason.clone());
            }
            Event::RunCancelled { .. } => {
                (self.cancelled, self.finished) = (true, None);
                for job in self.jobs.values_mut() {
                    job.rollback_after_all = false;
                    // One that has not begun is not wanted any more; one that has is cut short.
                    job.rollback_requested &= job.rollback_begun;
                }
            }
            Event::RollbackRequested { job, .. } => {
                self.takes_back = true;
                self.requested(job);
            }
            Event::RollbackWithdrawn { job } => self.withdrawn(job),
            Event::RollbackReady { .. } | Event::Notified { .. } => {}
            Event::RollbackStarted { job } => {
                self.takes_back = true;
                self.job_mut(job).rollback_begun = true;
            }
            Event::RollbackFinished { job, result } => self.job_mut(job).rollback = Some(*result),
            Event::Interrupted { signal } => (self.interrupted, self.left) = (Some(signal.clone()), true),
            Event::RunFinished { result } => (self.finished, self.left) = (Some(*result), true),
            Event::StepStarted { .. }
            | Event::StepRunning { .. }
            | Event::StepFinished { .. }
            | Event::StepSettled { .. } => self.step(ts, attempt, event),
        }
    }

    fn step(&mut self, ts: Timestamp, attempt: u32, event: &Event) {
        let interrupted = self.interrupted.is_some();
        match event {
            Event::StepStarted { place, .. } => {
                // A word that it is safe was said before this.
                if matches!(place.part, Part::Steps | Part::Rollback) {
                    self.released.retain(|released| released.job != place.job);
                }
                let line = self.lines;
                let step = self.step_mut(place);
                // The tries of one that cannot be begun are written down at once: they are one.
                if step.standing != Standing::Started || step.attempt != attempt {
                    step.before = Some(Box::new(StepState { before: None, ..step.clone() }));
                }
                step.standing = Standing::Started;
                step.after_failure |= step.touched.is_none();
                step.touched = step.touched.or(Some(line));
                step.tries += 1;
                (step.attempt, step.lost, step.pid) = (attempt, false, None);
                (step.begun, step.ended) = (Some(ts), None);
                self.left = false;
                self.waiting.remove(place);
            }
            Event::StepRunning { place, pid } => self.step_mut(place).pid = Some(*pid),
            Event::StepFinished { place, end, outcome, outputs, withheld, note, .. } => {
                self.gives_secret(Giver::Step(place.clone()), withheld);
                self.ended(place, *outcome, *end == End::NotStarted);
                let mut sent = told(outputs).peekable();
                if sent.peek().is_some() {
                    self.sent.entry(place.clone()).or_default().extend(sent);
                }
                let step = self.step_mut(place);
                step.asks = *end == End::ASKS && *outcome == Outcome::Unknown;
                step.standing = Standing::Finished(*outcome);
                (step.ended, step.pid) = (Some(ts), None);
                step.lost = interrupted && *outcome == Outcome::Unknown;
                step.outputs.clone_from(outputs);
                if *outcome != Outcome::Success {
                    // What a secret was that it gave before is still unknown.
                    step.withheld.extend(withheld.iter().cloned());
                } else {
                    step.withheld.clone_from(withheld);
                }
                step.note.clone_from(note);
                self.waiting.remove(place);
                self.void.remove(place);
            }
            // Nothing was done of this try: it did not fail, and it was none.
            Event::StepSettled { place, by, .. } if by == NOT_BEGUN => {
                let step = self.step_mut(place);
                if let Some(before) = step.before.take() {
                    *step = *before;
                }
            }
            Event::StepSettled { place, outcome, by } => {
                self.ended(place, *outcome, false);
                let step = self.step_mut(place);
                let is_seen = *outcome == Outcome::Failure && by == "done-if";
                step.standing = if is_seen { Standing::NotDone } else { Standing::Finished(*outcome) };
                step.lost |= step.ended.is_none();
                step.settled = !is_seen;
                (step.ended, step.pid) = (Some(ts), None);
                self.waiting.remove(place);
                // The rollback that failed by this step goes on after it.
                if *outcome == Outcome::Success && self.has_failed_rollback(place) {
                    self.rollback_reopened(&place.job);
                }
            }
            _ => {}
        }
    }

    /// What the end of a try says of what there is of the step.
    fn ended(&mut self, place: &Place, outcome: Outcome, never_begun: bool) {
        let is_bad = |standing| {
            !matches!(
                standing,
                Standing::Open | Standing::Started | Standing::Finished(Outcome::Success | Outcome::Skipped)
            )
        };
        let is_beside = |other: &Place| other.job == place.job && other.part == place.part && other != place;
        let after_failure = outcome == Outcome::Success
            || self.steps.iter().any(|(other, step)| is_beside(other) && is_bad(step.standing));
        let step = self.step_mut(place);
        if never_begun && step.standing == Standing::Started {
            step.touched = step.before.as_ref().and_then(|before| before.touched);
        } else {
            step.after_failure &= after_failure;
        }
    }

    /// A clean-up that failed is tried again by each process.
    fn resumed(&mut self, who: &Who, plan_sha256: &str, lock_nonce: Option<&String>) {
        self.who = who.clone();
        (self.interrupted, self.left) = (None, false);
        self.waiting.clear();
        self.jobs.values_mut().for_each(|job| job.rollback_accepted = false);
        if let Some(nonce) = lock_nonce {
            self.lock_nonce = Some(nonce.clone());
        }
        if self.plan_sha256 != plan_sha256 {
            plan_sha256.clone_into(&mut self.plan_sha256);
            // The steps may stand elsewhere now.
            self.voided();
        }
    }

    /// It goes on by another commit. The plan's digest is the same and the questions name it: what answers them was said of the
    /// commit before.
    fn moved_on(&mut self, sha: Option<&String>) {
        let is_it = |sha: &&String| [&self.started.sha, &self.left_at].iter().all(|known| known.as_ref() == Some(*sha));
        let Some(sha) = sha.filter(|sha| !is_it(sha)) else { return };
        (self.started.sha, self.left_at) = (Some(sha.clone()), Some(sha.clone()));
        self.voided();
        self.asks.iter_mut().for_each(|ask| ask.plan_sha256.clear());
    }

    /// Who signed has seen something else, also where the run has passed that.
    fn voided(&mut self) {
        let passed = self.signatures.iter().map(|one| &one.place);
        let passed = passed.filter(|place| self.standing(place) == Standing::Finished(Outcome::Success));
        let passed: Vec<Place> = passed.cloned().collect();
        self.void.extend(passed);
        self.signatures.clear();
        self.jobs.values_mut().for_each(|job| job.behind = Default::default());
    }

    fn gives_secret(&mut self, giver: Giver, withheld: &BTreeSet<String>) {
        if !withheld.is_empty() {
            self.givers.insert(giver);
        }
    }

    pub(super) fn job_mut(&mut self, job: &str) -> &mut JobState {
        self.jobs.entry(job.to_owned()).or_default()
    }

    fn step_mut(&mut self, place: &Place) -> &mut StepState {
        self.steps.entry(place.clone()).or_default()
    }
}
