//! Outputs in which a secret stands: the process that has them knows them, and no journal does.

use std::collections::{BTreeMap, BTreeSet};

use super::{Sight, State, View, needed};
use crate::deploy::journal::{Part, Place};

/// Who gives outputs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Giver {
    /// A step.
    Step(Place),
    /// A job.
    Job(String),
}

/// Outputs that are in no journal, by who gives them.
pub type Held = BTreeMap<Giver, BTreeMap<String, String>>;

impl State {
    /// Puts in what this process knows of outputs that the journal has not.
    pub fn recall(&mut self, held: &Held) {
        for (giver, outputs) in held {
            let known = match giver {
                Giver::Step(place) => self.steps.get_mut(place).map(|step| (&step.withheld, &mut step.outputs)),
                Giver::Job(job) => self.jobs.get_mut(job).map(|job| (&job.withheld, &mut job.outputs)),
            };
            if let Some((withheld, known)) = known {
                let own = outputs.iter().filter(|(name, _)| withheld.contains(*name));
                known.extend(own.map(|(name, value)| (name.clone(), value.clone())));
            }
        }
    }

    /// Takes it out again: what is left is what the journal says.
    pub fn forget(&mut self) {
        self.steps.values_mut().for_each(|step| step.outputs.retain(|name, _| !step.withheld.contains(name)));
        self.jobs.values_mut().for_each(|job| job.outputs.retain(|name, _| !job.withheld.contains(name)));
    }
}

impl View<'_> {
    /// The names of the outputs that were secret and are not known any more, as an expression there writes them.
    pub(super) fn withheld(&self, state: &State, sight: Sight<'_>) -> Vec<[String; 4]> {
        let Some(own) = sight.job.filter(|_| !state.givers.is_empty()) else { return Vec::new() };
        let needed = needed(self.plan, own);
        let lost = |context: &str, id: &str, withheld: &BTreeSet<String>, known: &BTreeMap<String, String>| {
            let lost = withheld.iter().filter(|name| !known.contains_key(*name));
            lost.map(|name| [context, id, "outputs", name].map(str::to_owned)).collect::<Vec<_>>()
        };
        let of = |giver: &Giver| match giver {
            Giver::Step(place) if place.job == own && place.part == place.part.owner() => {
                state.steps.get(place).map(|step| lost("steps", &place.step, &step.withheld, &step.outputs))
            }
            Giver::Job(id) if needed.contains(&id.as_str()) => {
                state.jobs.get(id).map(|job| lost("needs", id, &job.withheld, &job.outputs))
            }
            _ => None,
        };
        state.givers.iter().filter_map(of).flatten().collect()
    }

    /// The step of a job that an expression there calls so: one of its steps, else one of its rollback.
    #[must_use]
    pub fn named(&self, job: &str, id: &str) -> Option<Place> {
        let plan = self.plan.job(job)?;
        let has = |part| {
            let list = super::list(plan, part);
            list.iter().any(|step| step.id.as_ref().is_some_and(|own| own.as_str().eq_ignore_ascii_case(id)))
        };
        let part = [Part::Rollback, Part::Steps].into_iter().find(|part| has(*part))?;
        Some(Place { job: job.to_owned(), step: id.to_owned(), part })
    }
}
