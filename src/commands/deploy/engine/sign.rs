//! A sign-off that is given at the terminal where the run waits for it.

use anyhow::Result;

use super::super::signer::{SignOff, sign};
use super::Engine;
use crate::deploy::journal::Place;
use crate::deploy::state::{Decision, Request};
use crate::deploy::words;
use crate::io::{machine, terminal};
use crate::language::said;
use crate::report::Failure;

impl Engine<'_> {
    /// Asks the person at the terminal for the first sign-off that waits; whether one was given.
    ///
    /// # Errors
    /// Exit code 3 where the terminal or the journal fails.
    pub(super) async fn ask(&self) -> Result<bool> {
        if !self.cx.interactive {
            return Ok(false);
        }
        for (id, _) in self.view.plan.jobs.iter() {
            let decision = self.state.borrow_mut().decide(self.view, id.as_str());
            let Decision::Sign(place) = decision else { continue };
            if self.declined.borrow().contains(&place) {
                continue;
            }
            if self.ask_for(&place).await? {
                return Ok(true);
            }
            self.declined.borrow_mut().insert(place);
        }
        Ok(false)
    }

    async fn ask_for(&self, place: &Place) -> Result<bool> {
        let Some(step) = self.step(place) else { return Ok(false) };
        let request = Request::of(step).unwrap_or_default();
        let text = request.statement.as_deref().unwrap_or_else(|| step.label());
        let sight = self.sight(place, step, text);
        let statement = self.view.render(&self.state.borrow(), text, sight).unwrap_or_else(|_| text.to_owned());
        let missing = request.missing(&self.state.borrow(), place).join(", ");
        let mut lines = vec![self.mask.text(&statement), missing];
        if let Some(opened) = self.state.borrow().open_since(place) {
            let minutes = machine::now().duration_since(opened).as_mins();
            lines.push(words::would_be_lost(self.language(), &place.job, minutes));
        }
        self.live.draw(Vec::new());
        let answers = async {
            if !terminal::confirm(&place.to_string(), &lines, self.language()).await? {
                return Ok(None);
            }
            let evidence = if request.evidence { Some(terminal::evidence(self.language()).await?) } else { None };
            Ok::<_, anyhow::Error>(Some(evidence))
        };
        // A person takes their time; nobody else goes on with the run meanwhile.
        let Some(answers) = self.signals.unless_told(self.at_work(answers)).await else {
            terminal::leave();
            return Ok(false);
        };
        let Some(evidence) = answers? else { return Ok(false) };
        let state = self.state.borrow().clone();
        let run = &self.view.facts.run_id;
        let off = SignOff { run, place, role: None, evidence: evidence.as_deref(), key: None };
        match sign(self.cx, self.ground, self.read, &state, off).await {
            Ok(event) => self.write(&event).map(|()| true),
            // Who cannot sign is told so, and the run waits for somebody who can.
            Err(error) => {
                let failure = Failure::from_error(&error);
                self.say(&format!("{place}: {}", said(self.language(), &failure.finding.message)));
                Ok(false)
            }
        }
    }
}
