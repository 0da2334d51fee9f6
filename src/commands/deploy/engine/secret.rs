//! Values that a run came to know and that are secret: hidden from then on, held for the steps of this process, and in no journal.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::Engine;
use crate::deploy::expression::Wrong;
use crate::deploy::journal::{Outcome, Place};
use crate::deploy::plan::Step;
use crate::deploy::state::{Giver, Sight, Standing};
use crate::deploy::words;

impl Engine<'_> {
    /// GitHub's runner is told of what a step told to be secret, and people of what cannot be hidden.
    pub(super) fn tell_learned(&self, place: &Place, learned: Vec<(String, bool)>) {
        for (value, is_hidden) in learned {
            self.live.mask(&value);
            if !is_hidden {
                self.say(&format!("{place}: {}", words::not_hidden(self.language())));
            }
        }
    }

    /// The outputs that go into the journal, and the names of those in which a secret stands: these are held here alone.
    pub(super) fn without_secrets(
        &self,
        giver: Giver,
        outputs: BTreeMap<String, String>,
    ) -> (BTreeMap<String, String>, BTreeSet<String>) {
        let (secret, kept): (BTreeMap<_, _>, BTreeMap<_, _>) =
            outputs.into_iter().partition(|(_, value)| self.mask.finds(value.as_bytes()));
        let names = secret.keys().cloned().collect();
        let mut held = self.held.borrow_mut();
        if secret.is_empty() {
            held.remove(&giver);
        } else {
            held.insert(giver, secret);
        }
        (kept, names)
    }

    /// The outputs of a job that cannot be told because they ask for a secret that is not known any more.
    pub(super) fn lost_outputs(&self, job: &str) -> BTreeSet<String> {
        let (plan, state) = (self.view.plan, self.state.borrow());
        let sight = Sight { job: Some(job), ..Sight::default() };
        let is_lost = |text: &str| self.view.render(&state, text, sight).is_err_and(|wrong| wrong.withheld.is_some());
        let outputs = plan.job(job).into_iter().flat_map(|job| job.outputs.iter());
        outputs.filter(|(_, text)| is_lost(text)).map(|(name, _)| name.as_str().to_owned()).collect()
    }

    /// Does the steps again that gave secrets which this one asks for and which another process alone knew, where that is as good
    /// as doing them once. Where it is not, or they do not succeed, this one will say what it lacks.
    ///
    /// # Errors
    /// Exit code 3 where the journal cannot be written.
    pub(super) async fn regain(&self, place: &Place, step: &Step) -> Result<()> {
        self.get_again(place, &place.job, &|| self.invocation(place, step).err()?.withheld).await
    }

    /// The same for whatever of a job lacks them: the context and the name of who gave one that is lost, as long as there is one.
    async fn get_again(&self, place: &Place, job: &str, lacks: &dyn Fn() -> Option<[String; 2]>) -> Result<()> {
        let mut done = BTreeSet::new();
        while self.signals.told().is_none()
            && let Some([context, id]) = lacks()
        {
            let giver = match context.as_str() {
                "steps" => self.view.named(job, &id).map(Giver::Step),
                _ => Some(Giver::Job(id)),
            };
            let Some(giver) = giver.filter(|giver| done.insert(giver.clone())) else { break };
            match giver {
                Giver::Step(source) => {
                    // What has cleaned up after itself would leave behind what it does again.
                    let cleanup = self.state.borrow().standing(&source.of(source.part.cleanup()));
                    let has_cleaned = matches!(cleanup, Standing::Finished(Outcome::Success));
                    let step = self.step(&source).filter(|step| step.is_repeatable() && !has_cleaned);
                    let Some(step) = step else { break };
                    self.say(&format!("{source} {}", words::once_more(self.language(), &place.to_string())));
                    let tries = self.state.borrow().steps.get(&source).map_or(0, |step| step.tries);
                    // What it asks for may be lost as well.
                    Box::pin(self.regain(&source, step)).await?;
                    Box::pin(self.started(&source, step, tries + 1, &self.label(&source, step))).await?;
                }
                Giver::Job(need) => {
                    let lacks = || self.lost(&need).into_iter().find_map(|(_, value)| value.err()?.withheld);
                    Box::pin(self.get_again(place, &need, &lacks)).await?;
                    let known = self.lost(&need).into_iter().filter_map(|(name, value)| Some((name, value.ok()?)));
                    self.without_secrets(Giver::Job(need.clone()), known.collect());
                    self.state.borrow_mut().recall(&self.held.borrow());
                }
            }
        }
        Ok(())
    }

    /// The outputs of a job that were secret, as what they are made of tells them now.
    fn lost(&self, job: &str) -> Vec<(String, Result<String, Wrong>)> {
        let (plan, state) = (self.view.plan, self.state.borrow());
        let sight = Sight { job: Some(job), ..Sight::default() };
        let is_lost = |name: &str| state.jobs.get(job).is_some_and(|job| job.withheld.contains(name));
        let outputs = plan.job(job).into_iter().flat_map(|job| job.outputs.iter());
        let lost = outputs.filter(|(name, _)| is_lost(name.as_str()));
        lost.map(|(name, text)| (name.as_str().to_owned(), self.view.render(&state, text, sight))).collect()
    }
}
