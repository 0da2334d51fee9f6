//! What a person reads of a clean-up that has not run though its job has ended: why, and what to do.

use super::{Decision, Standing, Told};
use crate::deploy::journal::Place;
use crate::deploy::words;
use crate::report::{Finding, Level};

impl Told<'_> {
    /// That it failed, waits for another one, or is held back.
    pub(super) fn left(&self, cleanup: &Place) -> Finding {
        let owner = cleanup.of(cleanup.part.owner()).to_string();
        let (rule, (message, help)) = match self.tried_next(cleanup) {
            Some(next) if next == *cleanup => {
                let told = match self.state.standing(cleanup) {
                    Standing::Open | Standing::Started => words::cleanup_open(self.language, self.run, &owner),
                    _ => words::cleanup_failed(self.language, self.run, &owner),
                };
                ("deploy/cleanup-failed", told)
            }
            Some(next) if next.part.owner() != next.part && self.state.is_behind_another(cleanup) => {
                let inner = next.of(next.part.owner()).to_string();
                ("deploy/cleanup-failed", words::cleanup_behind(self.language, self.run, &owner, &inner))
            }
            _ => {
                let told = match self.taken_back_before(&cleanup.job) {
                    Some(other) => words::held_back_beside(self.language, self.run, &owner, (&cleanup.job, other)),
                    None => words::held_back(self.language, self.run, &owner),
                };
                ("deploy/held-back", told)
            }
        };
        Finding::new(rule, Level::Warning, message).help(help)
    }

    /// What the next process runs first in the job of a clean-up.
    fn tried_next(&self, cleanup: &Place) -> Option<Place> {
        let mut next = self.state.clone();
        next.attempt += 1;
        match next.decide(self.view, &cleanup.job) {
            Decision::Run { place, .. } => Some(place),
            _ => None,
        }
    }
}
