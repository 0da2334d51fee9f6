//! What of a run does not begin any more once its window is over.
//!
//! A run that is at work goes by the rule of one that is resumed: beyond the window it goes on only where something is half done, and
//! else it waits for the next window before anything more begins.

use jiff::Timestamp;

use super::contexts::{View, status_of_needs};
use super::decide::Decision;
use super::half_done::starts_later;
use super::{State, key};
use crate::deploy::journal::{FOR_WINDOW, Part, Place};

impl State {
    /// The step that does not begin by this decision, for the window is over and nothing is half done. What was to start later is not
    /// bound to the window, and what is there for failures opens nothing.
    pub fn kept_out(&mut self, view: View<'_>, id: &str, decision: &Decision, now: Timestamp) -> Option<Place> {
        let place = match decision {
            Decision::Begin => {
                let step = view.plan.job(id)?.steps.first().map_or_else(|| "1".to_owned(), |step| key(step, 0));
                Place { job: id.to_owned(), step, part: Part::Steps }
            }
            Decision::Register(place) | Decision::Run { place, .. } if place.part == Part::Steps => place.clone(),
            _ => return None,
        };
        let is_over = view.plan.window.as_ref().is_some_and(|window| !window.is_open(now));
        if !is_over || self.cancelled || starts_later(view.plan, id) {
            return None;
        }
        let own = self.jobs.get(id).and_then(|job| job.behind.first());
        let failed = own.is_some_and(|(_, failed)| *failed) || status_of_needs(self, view.plan, id).failure;
        (!failed && !self.is_half_done(view)).then_some(place)
    }

    /// Whether all that is waited for is the plan's window.
    #[must_use]
    pub fn waits_for_window(&self) -> bool {
        !self.waiting.is_empty() && self.waiting.values().all(|reason| reason == FOR_WINDOW)
    }
}
