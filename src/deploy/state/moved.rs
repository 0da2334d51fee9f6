//! Whether what has begun of a run is still the same in a plan that changed: a step without an `id` is known by its place alone.

use super::{Standing, State, key, list, step_of};
use crate::deploy::journal::{Outcome, Place};
use crate::deploy::plan::{Action, Plan, Step};

impl State {
    /// The first step that has begun and is another one in the plan as it is now, or is gone with the clean-up that still must run.
    /// One that failed may be another one: that is how it is mended.
    #[must_use]
    pub fn moved(&self, before: &Plan, now: &Plan) -> Option<Place> {
        let begun = self.steps.iter().filter(|(place, step)| {
            place.part == place.part.owner() && (step.tries > 0 || step.touched.is_some() || step.registered)
        });
        let mut moved = begun.filter(|(place, step)| {
            let may_differ = step.standing == Standing::Finished(Outcome::Failure)
                || !place.step.bytes().all(|byte| byte.is_ascii_digit());
            let must_clean_up = step.registered && self.is_left(&place.of(place.part.cleanup()));
            match (step_of(before, place), step_of(now, place)) {
                // It has a name now, and the journal knows it by its number alone.
                (Some(old), Some(new)) if old.id.is_none() && new.id.is_some() => !may_differ || must_clean_up,
                (Some(old), Some(new)) => {
                    must_clean_up && old.post.is_some() && new.post.is_none() || !may_differ && !is_same(old, new)
                }
                // It is there under another name, and would be done twice.
                (Some(old), None) if !old.idempotent && self.is_renamed(place, old, now) => true,
                (Some(old), None) => must_clean_up && old.post.is_some(),
                (None, _) => false,
            }
        });
        moved.next().map(|(place, _)| place.clone())
    }
}

impl State {
    /// Whether a step that is gone from its list does what one does there of which nothing is known.
    fn is_renamed(&self, place: &Place, old: &Step, now: &Plan) -> bool {
        let job = now.job(&place.job);
        let mut steps = job.into_iter().flat_map(|job| list(job, place.part)).enumerate();
        let is_known = |at: usize, step: &Step| {
            let place = Place { step: key(step, at), ..place.clone() };
            self.steps.get(&place).is_some_and(|step| step.tries > 0)
        };
        self.standing(place) == Standing::Finished(Outcome::Success)
            && steps.any(|(at, step)| is_same(old, step) && !is_known(at, step))
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
