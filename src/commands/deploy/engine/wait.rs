//! What became of a step whose process was lost: it is let end, and `done-if` is asked.

use std::time::Duration;

use anyhow::Result;

use super::super::out_of_sight::out_of_sight;
use super::Engine;
use super::invocation::log_name;
use crate::deploy::journal::{End, Event, Outcome, Place, Who};
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
    /// What an earlier process left at work ends before anything goes on: a command outlives the process that watched it, and only then
    /// it can be told what it did.
    pub(super) async fn let_the_lost_end(&self) {
        // Said before `done-if` is asked: an answer that it gives too early is wrong.
        for finding in out_of_sight(self.language(), &self.state.borrow()) {
            let help = finding.help.as_ref().map_or_else(String::new, |help| format!("; {help}"));
            self.say(&format!("{}{help}", finding.message));
            self.remarks.borrow_mut().push(finding);
        }
        let lost: Vec<(Place, Who, u32)> = {
            let state = self.state.borrow();
            let lost = state.steps.iter().filter(|(_, step)| step.standing == Standing::Started);
            let known = lost.filter_map(|(place, step)| Some((place, state.command_of(step)?)));
            known.map(|(place, (who, pid))| (place.clone(), who.clone(), pid)).collect()
        };
        for (place, who, pid) in lost {
            let ends = async {
                let mut said = false;
                while machine::still_runs(&who, pid) && self.signals.told().is_none() {
                    if !said {
                        self.say(&format!("{place} {} ({pid})", Word::StillRuns.text(self.language())));
                        said = true;
                    }
                    self.signals.pause(LOOK).await;
                }
            };
            self.at_work(ends).await;
        }
    }

    /// Asks `done-if` what became of a step.
    ///
    /// # Errors
    /// Exit code 3 where the journal cannot be written.
    pub(super) async fn probe(&self, place: &Place) -> Result<()> {
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
                    self.at_work(running.watch(Some(LIMIT), &self.signals, &mut hear)).await?
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
        // Who is told to stop says nothing by the end.
        let answers = self.signals.told().is_none();
        let outcome = match end {
            End::Code(0) if answers && wrong.is_none() => Outcome::Success,
            // A shell's words for a command that it cannot run: that answers nothing.
            End::Code(code) if answers && code != 0 && code != 126 && code != 127 => Outcome::Failure,
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
