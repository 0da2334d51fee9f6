//! One command of a run: written down before it starts and after it ended.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;

use super::invocation::log_name;
use super::{Engine, finished};
use crate::config::Language;
use crate::deploy::journal::{End, Event, NOT_BEGUN, Outcome, Part, Place};
use crate::deploy::plan::{Action, Step};
use crate::deploy::state::{Decision, Giver, outputs};
use crate::deploy::words::{self, Word};
use crate::io::clock::Stopwatch;
use crate::io::files;
use crate::io::log::Log;
use crate::language::said;
use crate::report::Failure;

/// How long a step may take that says nothing, as GitHub's jobs.
const LIMIT: Duration = Duration::from_secs(360 * 60);
/// The largest file of outputs that is read.
const OUTPUTS: u64 = 1 << 20;

impl Engine<'_> {
    /// Runs the command of a step, or its clean-up.
    ///
    /// # Errors
    /// Exit code 3 where the journal cannot be written.
    pub(super) async fn run(&self, place: &Place, r#try: u32, pause: Duration) -> Result<()> {
        let Some(step) = self.step(place) else { return Ok(()) };
        if !pause.is_zero() {
            self.say(&format!("{place} {}", Word::Again.text(self.language())));
            self.signals.pause(pause).await;
        }
        self.regain(place, step).await?;
        let is_kept_out = || {
            let decision = Decision::Run { place: place.clone(), r#try, pause: Duration::ZERO };
            self.is_kept_out(&place.job, &decision)
        };
        if !self.may_begin() || is_kept_out() {
            return Ok(());
        }
        match place.part {
            Part::Steps | Part::Rollback if step.idempotent => {}
            Part::Steps | Part::Rollback => self.hold().await?,
            Part::Post | Part::RollbackPost => self.keep_lock().await?,
        }
        if !self.may_begin() || is_kept_out() {
            return Ok(());
        }
        let label = match place.part {
            Part::Steps | Part::Rollback => self.label(place, step),
            Part::Post | Part::RollbackPost => Word::Cleanup.text(self.language()).to_owned(),
        };
        self.running.borrow_mut().insert(place.job.clone(), (label.clone(), Stopwatch::start()));
        self.draw();
        let ended = self.started(place, step, r#try, &label).await;
        self.running.borrow_mut().remove(&place.job);
        self.draw();
        ended
    }

    pub(super) async fn started(&self, place: &Place, step: &Step, r#try: u32, label: &str) -> Result<()> {
        self.write(&Event::StepStarted { place: place.clone(), r#try })?;
        let begins = || self.say(&format!("{place} {}: {label}", Word::Begins.text(self.language())));
        let before = self.ground.commit();
        let ended = match self.invocation(place, step) {
            // One that would be killed at once is not begun: what it did would not be known.
            _ if self.limit(place, step).is_zero() => {
                begins();
                let note = Word::JobTimedOut.text(self.language()).to_owned();
                Some(finished(place.clone(), End::NotStarted, Outcome::Failure, Some(note)))
            }
            Err(wrong) => {
                begins();
                let help = wrong.withheld.as_ref().and(wrong.help.as_ref());
                let help = help.map_or_else(String::new, |help| format!("; {}", said(self.language(), help)));
                let why = said(self.language(), &wrong.message) + help.as_str();
                Some(finished(place.clone(), End::NotStarted, Outcome::Failure, Some(self.mask.text(&why))))
            }
            Ok(invocation) => self.command_of(place, step, r#try, invocation, &begins).await?,
        };
        let Some(mut event) = ended else { return Ok(()) };
        self.look_where_it_left(place, before)?;
        // The signal stands in the journal before the end that it may have brought.
        self.interrupted()?;
        if let Event::StepFinished { end, outcome, note, .. } = &mut event {
            let told = self.signals.told().is_some();
            *outcome = match *end {
                End::Code(0) if !told && *outcome == Outcome::Success => Outcome::Success,
                // It cannot tell, and its role shall say.
                End::ASKS if !told && asks(place, step) => Outcome::Unknown,
                End::Code(_) | End::NotStarted if !told => Outcome::Failure,
                End::NotStarted => Outcome::Failure,
                // Killed, at its time limit, or told to stop, which many obey and say that all is well: it may be done or not.
                _ => Outcome::Unknown,
            };
            let shown = note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
            let word = match (*end, *outcome) {
                (End::ASKS, Outcome::Unknown) => Word::Waiting,
                (_, outcome) => crate::deploy::state::outcome_word(outcome),
            };
            let word = word.text(self.language());
            self.say(&format!("{place} {word}{}{shown}", how(*end, self.language())));
            if *end == End::TimedOut {
                let limit = Word::TimedOut.text(self.language());
                *note = Some(note.take().map_or_else(|| limit.to_owned(), |note| format!("{limit}: {note}")));
            }
        }
        self.write(&event)
    }

    /// Writes down the commit at which a step left the clone, where it is another one than before: who goes on finds it there.
    fn look_where_it_left(&self, place: &Place, before: Option<String>) -> Result<()> {
        let now = self.ground.commit().filter(|now| before.as_ref() != Some(now));
        let Some(sha) = now.filter(|now| self.state.borrow().left_at.as_ref() != Some(now)) else { return Ok(()) };
        self.say(&words::left_clone_at(self.language(), &place.to_string(), &sha));
        self.append(&Event::CheckedOut { sha }, false)
    }

    /// Runs it to its end; `None` where another machine would not see that it began, and so it did nothing.
    async fn command_of(
        &self,
        place: &Place,
        step: &Step,
        r#try: u32,
        invocation: crate::io::process::Invocation,
        begins: &dyn Fn(),
    ) -> Result<Option<Event>> {
        let file = self.folder.join("outputs").join(log_name(place, r#try));
        files::private(&file)?;
        let invocation = invocation.env("GITHUB_OUTPUT", Some(&file.display().to_string()));
        let mut running = match self.begin(&invocation) {
            Ok(running) => running,
            Err(why) => {
                begins();
                return Ok(Some(finished(place.clone(), End::NotStarted, Outcome::Failure, Some(why))));
            }
        };
        self.append(&Event::StepRunning { place: place.clone(), pid: running.pid() }, false)?;
        // It waits until its process is written down: one that is lost before has done nothing. Another process that goes on with the
        // run must see that it began, and where: a step that cannot be done twice is looked at then, and one with a clean-up is
        // cleaned up after.
        if (!step.idempotent || step.post.is_some()) && matches!(place.part, Part::Steps | Part::Rollback) {
            let copied = self.copy().await;
            if !matches!(copied, Ok(true)) {
                drop(running);
                files::take_away(&file);
                self.interrupted()?;
                let (outcome, by) = (Outcome::Failure, NOT_BEGUN.to_owned());
                self.write(&Event::StepSettled { place: place.clone(), outcome, by })?;
                if copied.is_ok() {
                    self.say(&format!("{place} {}", Word::Open.text(self.language())));
                }
                return copied.map(|_| None);
            }
        }
        // Said only here: another process that was first may have begun it instead.
        begins();
        running.release().await;
        let mut log = Log::new(self.mask, self.folder.join("logs").join(log_name(place, r#try)));
        let show = |line: &str| self.live.printed(&place.job, line);
        let end = {
            let mut hear = |source, piece: &[u8]| {
                log.push(source, piece, &mut |line| show(line));
                self.tell_learned(place, log.learned());
            };
            self.at_work(running.watch(Some(self.limit(place, step)), &self.signals, &mut hear)).await?
        };
        log.end(&mut |line| show(line));
        self.tell_learned(place, log.learned());
        let log_sha256 = log.digest();
        let (outputs, mut note) = self.outputs(&file);
        let outcome = if note.is_none() { Outcome::Success } else { Outcome::Failure };
        let (outputs, withheld) = self.without_secrets(Giver::Step(place.clone()), outputs);
        if !withheld.is_empty() {
            let names: Vec<&str> = withheld.iter().map(String::as_str).collect();
            note = Some(note.unwrap_or_default() + &words::left_out(self.language(), &names.join(", ")));
        }
        files::take_away(&file);
        Ok(Some(Event::StepFinished { place: place.clone(), end, outcome, outputs, withheld, log_sha256, note }))
    }

    /// What the step wrote into its file; what is wrong with it otherwise.
    pub(super) fn outputs(&self, file: &std::path::Path) -> (BTreeMap<String, String>, Option<String>) {
        let read = files::size(file).and_then(|size| {
            // A named pipe would be waited for without end.
            if !files::is_regular(file) {
                let message = Word::OutputsNoFile.text(self.language());
                return Err(Failure::refused("deploy/outputs", message).into());
            }
            if size > OUTPUTS {
                let message = Word::OutputsTooLarge.text(self.language());
                return Err(Failure::refused("deploy/outputs", message).into());
            }
            files::read(file)
        });
        let text = match read {
            Ok(bytes) => String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned(),
            Err(error) => {
                return (
                    BTreeMap::new(),
                    Some(said(self.language(), &Failure::from_error(&error).finding.message).into_owned()),
                );
            }
        };
        match outputs(&text) {
            Ok(outputs) => (outputs, None),
            Err(why) => (BTreeMap::new(), Some(said(self.language(), &why).into_owned())),
        }
    }

    fn limit(&self, place: &Place, step: &Step) -> Duration {
        let own = step.timeout_minutes.map_or(LIMIT, |minutes| minutes.duration());
        let job = self.view.plan.job(&place.job).and_then(|job| job.timeout_minutes);
        let mut clocks = self.clocks.borrow_mut();
        let clock = clocks.entry(place.job.clone()).or_insert_with(Stopwatch::start);
        // A clean-up and a rollback are what the job's limit must not stop.
        let left =
            job.filter(|_| place.part == Part::Steps).map(|minutes| minutes.duration().saturating_sub(clock.elapsed()));
        left.map_or(own, |left| own.min(left))
    }

    pub(super) fn label(&self, place: &Place, step: &Step) -> String {
        let sight = crate::deploy::state::Sight { job: Some(&place.job), step: None, ..Default::default() };
        let label = step.label();
        self.view.render(&self.state.borrow(), label, sight).unwrap_or_else(|_| label.to_owned())
    }
}

/// Whether a step may leave its answer to a person: a built-in one, where the plan says who answers for it.
fn asks(place: &Place, step: &Step) -> bool {
    let is_builtin = matches!(step.action, Action::Uses { .. });
    is_builtin && matches!(place.part, Part::Steps | Part::Rollback) && !step.role.is_empty()
}

/// How a command ended, where that is worth a word.
pub(super) fn how(end: End, language: Language) -> String {
    let word = |word: Word| word.text(language);
    match end {
        End::Code(0) | End::Unseen | End::NotStarted => String::new(),
        End::Code(code) => format!(" ({} {code})", word(Word::ExitCode)),
        End::Signal(signal) => format!(" ({} {signal})", word(Word::Signal)),
        End::TimedOut => format!(" ({})", word(Word::TimedOut)),
    }
}
