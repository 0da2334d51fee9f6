//! What became of a step whose process was lost: it is let end, and `done-if` is asked.

use std::time::Duration;

use anyhow::Result;

use super::Engine;
use super::invocation::log_name;
use crate::deploy::journal::{End, Event, Outcome, Place};
use crate::deploy::mask::Commands;
use crate::deploy::state::{Giver, Standing};
use crate::deploy::words::Word;
use crate::io::child::Source;
use crate::io::{files, machine};

/// How long `done-if` may take.
const LIMIT: Duration = Duration::from_secs(600);
/// How often it is looked whether a lost command still runs.
const LOOK: Duration = Duration::from_millis(200);

impl Engine<'_> {
    /// A command outlives the process that watched it: only when it has ended it can be told what it did.
    pub(super) async fn let_the_lost_end(&self, place: &Place) {
        let pid = {
            let state = self.state.borrow();
            let lost = state.steps.get(place).filter(|step| step.standing == Standing::Started);
            lost.and_then(|step| step.pid)
        };
        let Some((pid, who)) = pid.zip(self.before.as_ref()) else { return };
        let mut said = false;
        while machine::still_runs(who, pid) && self.signals.told().is_none() {
            if !said {
                self.say(&format!("{place} {} ({pid})", Word::StillRuns.text(self.language())));
                said = true;
            }
            self.signals.pause(LOOK).await;
        }
    }

    /// What was lost of the jobs that need this one, and still runs, does not run into its rollback.
    pub(super) async fn let_what_stands_on_it_end(&self, job: &str) {
        let lost: Vec<Place> = self.state.borrow().running_behind(self.view.plan, job).cloned().collect();
        for place in lost {
            self.let_the_lost_end(&place).await;
        }
    }

    /// Asks `done-if` what became of a step.
    ///
    /// # Errors
    /// Exit code 3 where the journal cannot be written.
    pub(super) async fn probe(&self, place: &Place) -> Result<()> {
        self.let_the_lost_end(place).await;
        if self.signals.told().is_some() {
            return Ok(());
        }
        let Some(step) = self.step(place) else { return Ok(()) };
        self.say(&format!("{place} {}", Word::Asks.text(self.language())));
        let text = step.done_if.as_ref().map_or("", |text| text.as_str());
        let file = self.folder.join("outputs").join(format!("done-if.{}", log_name(place, 1)));
        files::private(&file)?;
        let end = match self.command(place, step, text) {
            Ok(invocation) => match self.begin(&invocation.env("GITHUB_OUTPUT", Some(&file.display().to_string()))) {
                Ok(mut running) => {
                    running.release().await;
                    // What it prints is shown to nobody, and may still tell what is secret.
                    let mut ways = [Commands::default(), Commands::default()];
                    let mut hear = |source, piece: &[u8]| {
                        let Some(commands) = ways.get_mut(usize::from(source == Source::Error)) else { return };
                        let mut learned = Vec::new();
                        commands.push(piece, &mut |value| learned.push((value.to_owned(), self.mask.learn(value))));
                        self.tell_learned(place, learned);
                    };
                    running.watch(Some(LIMIT), &self.signals, &mut hear).await?
                }
                Err(why) => {
                    self.say(&format!("{place}: {why}"));
                    End::NotStarted
                }
            },
            Err(_) => End::NotStarted,
        };
        let (outputs, wrong) = self.outputs(&file);
        files::take_away(&file);
        if let Some(why) = &wrong {
            self.say(&format!("{place}: {why}"));
        }
        let outcome = match end {
            End::Code(0) if wrong.is_none() => Outcome::Success,
            // A shell's words for a command that it cannot run: that answers nothing.
            End::Code(code) if code != 0 && code != 126 && code != 127 && self.signals.told().is_none() => {
                Outcome::Failure
            }
            _ => {
                self.unanswered.borrow_mut().insert(place.clone());
                return self.interrupted();
            }
        };
        if outcome == Outcome::Success {
            self.say(&format!("{place} {}", Word::Done.text(self.language())));
            let (outputs, withheld) = self.without_secrets(Giver::Step(place.clone()), outputs);
            if !outputs.is_empty() || !withheld.is_empty() {
                self.write(&Event::StepOutputs { place: place.clone(), outputs, withheld })?;
            }
        }
        self.write(&Event::StepSettled { place: place.clone(), outcome, by: "done-if".to_owned() })
    }
}
