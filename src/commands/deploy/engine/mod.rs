//! Goes on with a run: asks what is next, does it, writes down what came of it, and asks again.

mod again;
mod archive;
mod begin;
mod copy;
mod deployment;
mod facts;
mod handed;
mod invocation;
mod issue;
mod notice;
mod ready;
mod secret;
mod sign;
mod step;
mod tree;
mod wait;

pub(super) use invocation::shown;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use anyhow::Result;

use super::ground::{Ground, Read};
use crate::config::Language;
use crate::context::Context;
use crate::deploy::journal::{End, Event, FOR_RELEASE, FOR_WINDOW, Outcome, Part, Place};
use crate::deploy::mask::Mask;
use crate::deploy::plan::Step;
use crate::deploy::rollback::Need;
use crate::deploy::state::{Decision, Giver, Held, State, View, starts_later};
use crate::deploy::words::{self, Word};
use crate::history::Sha;
use crate::io::clock::{self, Stopwatch};
use crate::io::journal::Writer;
use crate::io::live::Live;
use crate::io::machine;
use crate::io::runs::MOVED;
use crate::io::signals::Signals;
use crate::language::said;
use crate::report::{ExitCode, Failure, Finding, Level};

/// A pause that is worth sitting through; a longer one ends the process, and the run is resumed.
const SHORT: Duration = Duration::from_secs(60);

/// How many jobs are at work at once: each takes some open files, of which a process has few (1,024 by default on Linux).
const AT_ONCE: usize = 50;

/// How often the jobs are drawn again.
const TICK: Duration = Duration::from_millis(500);

/// A process that works on a run.
pub(super) struct Engine<'a> {
    pub(super) cx: &'a Context,
    pub(super) view: View<'a>,
    pub(super) mask: &'a Mask,
    /// The folder of the run: its journal, its logs.
    pub(super) folder: PathBuf,
    /// Where commands are run: the top of the work tree.
    pub(super) top: PathBuf,
    pub(super) state: RefCell<State>,
    pub(super) writer: RefCell<Writer>,
    pub(super) signals: Signals,
    pub(super) live: Live,
    /// Since when this process works on each job.
    pub(super) clocks: RefCell<BTreeMap<String, Stopwatch>>,
    /// The program that reads commands where the plan names none.
    pub(super) shell: &'static str,
    /// The first line that could not be written, or that the lock is lost: nothing begins after it.
    pub(super) broken: RefCell<Option<anyhow::Error>>,
    /// The steps that `done-if` had no answer for in this process.
    pub(super) unanswered: RefCell<BTreeSet<Place>>,
    pub(super) told: Cell<bool>,
    /// The sign-offs that the person at the terminal did not give.
    pub(super) declined: RefCell<BTreeSet<Place>>,
    pub(super) ground: &'a Ground,
    pub(super) read: &'a Read,
    /// The steps of the plan by their places: looking for one by its id takes as long as the plan is.
    pub(super) steps: BTreeMap<Place, &'a Step>,
    /// The commit of the journal's copy on the remote that this process made last.
    pub(super) copied: RefCell<Option<Sha>>,
    /// The step that each job is at, and since when.
    pub(super) running: RefCell<BTreeMap<String, (String, Stopwatch)>>,
    /// What is told at the end, and stops nothing.
    pub(super) remarks: RefCell<Vec<Finding>>,
    /// The comments that asked for sign-offs and do not hold any more.
    pub(super) void: RefCell<BTreeSet<u64>>,
    /// The outputs in which a secret stands: no journal has them.
    pub(super) held: RefCell<Held>,
    /// What rollbacks need and this process was shown to be there.
    pub(super) shown: RefCell<BTreeSet<Need>>,
    /// The commit by which the lock is this process's, where there is a remote.
    pub(super) tenure: tokio::sync::Mutex<Option<Sha>>,
    /// How many lines of the journal the remote has by this process; who writes it there holds it.
    pub(super) there: tokio::sync::Mutex<u64>,
    /// Whether the deployment of the workflow's job was looked for.
    pub(super) looked: Cell<bool>,
}

/// Work on one job that goes on.
type Work<'e> = Pin<Box<dyn Future<Output = ()> + 'e>>;

impl Engine<'_> {
    pub(super) fn language(&self) -> Language {
        self.cx.config.language
    }

    /// The step of a place, or of a clean-up.
    fn step(&self, place: &Place) -> Option<&Step> {
        self.steps.get(&place.of(place.part.owner())).copied()
    }

    pub(super) fn say(&self, text: &str) {
        self.live.say(&self.mask.text(text));
    }

    /// Keeps what went wrong beside the run, for its end: it stops nothing.
    pub(super) fn remark(&self, error: &anyhow::Error) {
        let finding = Finding { level: Level::Warning, ..Failure::from_error(error).finding };
        let message = self.mask.text(&finding.message);
        let finding = Finding { message, ..finding };
        // It may be asked for more than once, and is said once.
        if !self.remarks.borrow().contains(&finding) {
            self.remarks.borrow_mut().push(finding);
        }
    }

    /// Writes a line, durable before this returns, and is where it says.
    pub(super) fn write(&self, event: &Event) -> Result<()> {
        self.append(event, true)
    }

    fn append(&self, event: &Event, durable: bool) -> Result<()> {
        let now = machine::now();
        let mut writer = self.writer.borrow_mut();
        writer.append(now, event, durable)?;
        let mut state = self.state.borrow_mut();
        state.apply(now, writer.attempt(), event);
        state.recall(&self.held.borrow());
        Ok(())
    }

    /// Goes on until nothing is left, or all that is left waits.
    ///
    /// # Errors
    /// Exit code 3 where the journal cannot be written.
    pub(super) async fn go(&self) -> Result<()> {
        self.let_the_lost_end().await;
        self.look_for_addresses();
        self.look_again().await?;
        self.listen().await?;
        self.tell_deployment().await?;
        let mut works: Vec<(String, Work<'_>)> = Vec::new();
        let mut tick: Work<'_> = Box::pin(clock::pause(TICK));
        loop {
            if self.may_begin() {
                for (id, _) in self.view.plan.jobs.iter() {
                    let id = id.as_str();
                    let is_free = works.len() < AT_ONCE && !works.iter().any(|(job, _)| job == id);
                    if is_free && self.can_move(id) {
                        works.push((id.to_owned(), Box::pin(self.job(id))));
                    }
                }
            }
            if works.is_empty() && self.may_begin() && self.ask().await? {
                continue;
            }
            if works.is_empty() {
                break;
            }
            let ended = poll_fn(|cx| {
                while self.live.draws() && tick.as_mut().poll(cx).is_ready() {
                    self.draw();
                    tick = Box::pin(clock::pause(TICK));
                }
                let at = works.iter_mut().position(|(_, work)| work.as_mut().poll(cx).is_ready());
                at.map_or(Poll::Pending, Poll::Ready)
            });
            let at = ended.await;
            works.swap_remove(at).1.as_mut();
        }
        let broken = self.broken.borrow_mut().take();
        if let Some(error) = broken {
            // What was done is known elsewhere as far as that goes; what went wrong first is what is told.
            let _ = self.copy().await;
            return Err(error);
        }
        self.live.draw(Vec::new());
        // What succeeded after another run was let in may be no more.
        let has_succeeded = self.state.borrow().result(self.view) == Some(Outcome::Success);
        if has_succeeded && self.state.borrow().finished.is_none() {
            self.keep_lock().await?;
        }
        self.end()?;
        self.ask_on_issue().await?;
        self.tell_deployment().await?;
        // The run may go on elsewhere: after a wait, or for a rollback days later.
        let copied = self.copy().await;
        let has_told = self.tell_people().await?;
        copied?;
        if has_told {
            match self.copy().await {
                // Who was told goes on with it already, elsewhere: that they were told is no matter of the run.
                Err(error) if Failure::from_error(&error).finding.rule == MOVED => {}
                copied => drop(copied?),
            }
        }
        self.keep_the_end().await;
        Ok(())
    }

    fn may_begin(&self) -> bool {
        self.broken.borrow().is_none() && self.signals.told().is_none()
    }

    fn can_move(&self, id: &str) -> bool {
        let decision = self.state.borrow_mut().decide(self.view, id);
        match decision {
            Decision::Blocked | Decision::Ended | Decision::Person(_) | Decision::Decide(_) => false,
            Decision::Sign(_) => false,
            Decision::Signed(place) => !self.is_signed_elsewhere(&place),
            Decision::Probe(place) => !self.unanswered.borrow().contains(&place),
            Decision::Later(time) => self.until(time) <= SHORT,
            decision => !self.is_kept_out(id, &decision),
        }
    }

    /// Whether people signed a step of the deployment, and the clone is at another commit than what they signed.
    fn is_signed_elsewhere(&self, place: &Place) -> bool {
        if place.part != Part::Steps || starts_later(self.view.plan, &place.job) {
            return false;
        }
        let elsewhere = self.ground.elsewhere(self.language(), &self.view.facts.run_id, &self.state.borrow());
        let failure = elsewhere.map(|finding| Failure { exit: ExitCode::Refused, finding });
        failure.inspect(|failure| self.remark(&failure.clone().into())).is_some()
    }

    /// Whether a step does not begin by this decision, for the window is over or a job that this one needs is taken back meanwhile: it
    /// is looked at again right before each.
    pub(super) fn is_kept_out(&self, id: &str, decision: &Decision) -> bool {
        let mut state = self.state.borrow_mut();
        state.is_halted(self.view, id, decision) || state.kept_out(self.view, id, decision, machine::now()).is_some()
    }

    fn until(&self, time: jiff::Timestamp) -> Duration {
        Duration::try_from(time.duration_since(machine::now())).unwrap_or_default()
    }

    /// Goes on with a job until others must move first.
    async fn job(&self, id: &str) {
        while self.may_begin() && self.can_move(id) {
            let decision = self.state.borrow_mut().decide(self.view, id);
            if let Err(error) = self.act(id, decision).await {
                self.broken.borrow_mut().get_or_insert(error);
            }
        }
    }

    async fn act(&self, id: &str, decision: Decision) -> Result<()> {
        let job = id.to_owned();
        self.ready(id, &decision).await?;
        // To show what the rollback needs may have taken until after the window, or until another one began.
        if self.is_kept_out(id, &decision) {
            return Ok(());
        }
        match decision {
            Decision::Later(time) => {
                self.signals.pause(self.until(time)).await;
                if self.signals.told().is_some() || self.is_kept_out(id, &Decision::Begin) {
                    return Ok(());
                }
                self.write(&Event::JobStarted { job })
            }
            Decision::Begin => self.write(&Event::JobStarted { job }),
            Decision::Drop(taken_back) => {
                let word = self.state.borrow().word_of_drop(&taken_back);
                self.say(&words::dropped(self.language(), id, word));
                self.write(&Event::JobDropped { job, taken_back })
            }
            Decision::End { result, outputs } => {
                let (outputs, mut withheld) = self.without_secrets(Giver::Job(job.clone()), outputs);
                withheld.extend(self.lost_outputs(&job));
                let again = self.state.borrow().skipped_behind(self.view.plan, &job);
                for job in again {
                    self.write(&Event::JobReopened { job })?;
                }
                self.write(&Event::JobFinished { job, result, outputs, withheld })
            }
            Decision::Register(place) => self.write(&Event::CleanupRegistered { place }),
            Decision::Skip(place) => self.append(&Event::StepSkipped { place }, false),
            Decision::Run { place, r#try, pause } => self.run(&place, r#try, pause).await,
            Decision::Probe(place) => self.probe(&place).await,
            Decision::Signed(place) => {
                self.say(&format!("{place} {}", Word::Success.text(self.language())));
                self.write(&finished(place, End::Unseen, Outcome::Success, None))
            }
            Decision::Broken { place, why } => {
                let why = said(self.language(), &why);
                self.say(&format!("{place} {}: {why}", Word::Failure.text(self.language())));
                if self.state.borrow().jobs.get(id).is_none_or(|job| job.begun.is_none()) {
                    return self.write(&Event::JobFinished {
                        job,
                        result: Outcome::Failure,
                        outputs: [].into(),
                        withheld: [].into(),
                    });
                }
                // It is no matter of another try.
                for at in 0..self.step(&place).map_or(1, |step| step.retry.attempts) {
                    self.append(&Event::StepStarted { place: place.clone(), r#try: at + 1 }, false)?;
                }
                self.write(&finished(place, End::NotStarted, Outcome::Failure, Some(self.mask.text(&why))))
            }
            Decision::BeginRollback(job) => {
                self.say_what_would_be_lost(&job);
                self.write(&Event::RollbackStarted { job })
            }
            Decision::EndRollback { job, result } => {
                let again = match result {
                    Outcome::Success => self.state.borrow().skipped_as_unsafe(self.view.plan, &job),
                    _ => Vec::new(),
                };
                for job in again {
                    self.write(&Event::JobReopened { job })?;
                }
                self.write(&Event::RollbackFinished { job, result })
            }
            Decision::Blocked | Decision::Ended | Decision::Sign(_) | Decision::Person(_) | Decision::Decide(_) => {
                Ok(())
            }
        }
    }

    fn say_what_would_be_lost(&self, job: &str) {
        let state = self.state.borrow();
        // One whose maintenance is still on was never open: nothing was written.
        if let Some(opened) = state.opened(job) {
            let minutes = machine::now().duration_since(opened).abs().as_mins();
            self.say(&words::would_be_lost(self.language(), job, minutes));
        }
    }

    /// Writes down the signal, once.
    pub(super) fn interrupted(&self) -> Result<()> {
        match self.signals.told() {
            Some(told) if !self.told.replace(true) => self.write(&Event::Interrupted { signal: told.name.to_owned() }),
            _ => Ok(()),
        }
    }

    /// Writes down how this process leaves the run.
    fn end(&self) -> Result<()> {
        if self.signals.told().is_some() {
            return self.interrupted();
        }
        let result = self.state.borrow().result(self.view);
        match result {
            Some(result) if self.state.borrow().finished.is_none() => self.write(&Event::RunFinished { result }),
            Some(_) => Ok(()),
            None => self.waiting(),
        }
    }

    /// Writes down what waits for a person.
    fn waiting(&self) -> Result<()> {
        let mut found: BTreeMap<Place, &str> = BTreeMap::new();
        let now = machine::now();
        for (id, _) in self.view.plan.jobs.iter() {
            let decision = self.state.borrow_mut().decide(self.view, id.as_str());
            match decision {
                Decision::Signed(place) if self.is_signed_elsewhere(&place) => found.insert(place, "commit"),
                Decision::Sign(place) => found.insert(place, "sign-off"),
                Decision::Person(place) => found.insert(place, "unknown"),
                Decision::Probe(place) => found.insert(place, "done-if"),
                Decision::Decide(place) => found.insert(place, "rollback"),
                decision => self
                    .state
                    .borrow_mut()
                    .kept_out(self.view, id.as_str(), &decision, now)
                    .and_then(|place| found.insert(place, FOR_WINDOW)),
            };
        }
        // Who releases it is waited for as well.
        for place in self.state.borrow().left_on(self.view.plan) {
            found.insert(place.clone(), FOR_RELEASE);
        }
        for (place, reason) in found {
            if !self.state.borrow().waiting.contains_key(&place) {
                self.write(&Event::Waiting { place, reason: reason.to_owned() })?;
            }
        }
        Ok(())
    }
}

/// The end of a step that printed nothing and gives nothing.
pub(super) fn finished(place: Place, end: End, outcome: Outcome, note: Option<String>) -> Event {
    let (outputs, withheld) = ([].into(), [].into());
    Event::StepFinished { place, end, outcome, outputs, withheld, log_sha256: None, note }
}
