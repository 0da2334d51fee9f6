//! Whether what has begun of a run is still the same in a plan that changed: a step without an `id` is known by its place alone.

use super::{Standing, State, StepState, step_of};
use crate::deploy::journal::{Outcome, Place};
use crate::deploy::plan::{Action, Plan, Step};

impl State {
    /// The first step that has begun and is another one in the plan as it is now, or is gone with the clean-up that it needs. One that
    /// failed may be another one: that is how it is mended.
    #[must_use]
    pub fn moved(&self, before: &Plan, now: &Plan) -> Option<Place> {
        let has_failed = |step: &StepState| step.standing == Standing::Finished(Outcome::Failure);
        let begun = self.steps.iter().filter(|(_, step)| (step.tries > 0 || step.registered) && !has_failed(step));
        let mut places = begun.map(|(place, _)| place.of(place.part.owner()));
        places.find(|place| {
            let is_numbered = place.step.bytes().all(|byte| byte.is_ascii_digit());
            match (step_of(before, place), step_of(now, place)) {
                (Some(old), Some(new)) => is_numbered && !is_same(old, new),
                (Some(old), None) => old.post.is_some(),
                (None, _) => false,
            }
        })
    }
}

/// Whether two steps do the same, as far as their words say.
fn is_same(one: &Step, other: &Step) -> bool {
    match (&one.action, &other.action) {
        (Action::Run { command: one, .. }, Action::Run { command: other, .. }) => one.as_str() == other.as_str(),
        (Action::Uses { .. }, Action::Uses { .. }) => one.label() == other.label(),
        _ => false,
    }
}
