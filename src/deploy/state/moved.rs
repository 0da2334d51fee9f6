//! Whether what has begun of a run is still the same in a plan that changed: a step without an `id` is known by its place alone.

use std::collections::BTreeMap;

use super::{Standing, State, key, list, step_of};
use crate::deploy::journal::{Outcome, Place};
use crate::deploy::plan::{Action, Id, Plan, Step};
use crate::yaml::{Map, Node, from_node};

impl State {
    /// The first step that has begun and is another one in the plan as it is now, is there under another name, or is gone with the
    /// clean-up that still must run. One that failed may be another one: that is how it is mended.
    #[must_use]
    pub fn moved(&self, before: &Plan, now: &Plan) -> Option<Place> {
        let begun = self.steps.iter().filter(|(place, step)| {
            place.part == place.part.owner() && (step.tries > 0 || step.touched.is_some() || step.registered)
        });
        let mut moved = begun.filter(|(place, step)| {
            let may_differ = matches!(step.standing, Standing::Finished(Outcome::Failure) | Standing::NotDone)
                || !place.step.bytes().all(|byte| byte.is_ascii_digit());
            let must_clean_up = step.registered && self.is_left(&place.of(place.part.cleanup()));
            match (step_of(before, place), step_of(now, place)) {
                (Some(old), Some(new)) => {
                    must_clean_up && old.post.is_some() && new.post.is_none() || !may_differ && !is_in_place(old, new)
                }
                (Some(old), None) => must_clean_up && old.post.is_some() || self.is_renamed((place, old), before, now),
                (None, _) => false,
            }
        });
        moved.next().map(|(place, _)| place.clone())
    }

    /// Whether a step that is gone, and that may have been done, stands in the plan under a name that the former one had not: it would
    /// be done twice.
    fn is_renamed(&self, (place, old): (&Place, &Step), before: &Plan, now: &Plan) -> bool {
        let may_be_done = matches!(
            self.standing(place),
            Standing::Started | Standing::Finished(Outcome::Success | Outcome::Unknown | Outcome::Cancelled)
        );
        if !may_be_done || old.is_repeatable() {
            return false;
        }
        now.jobs.iter().any(|(id, job)| {
            list(job, place.part).iter().enumerate().any(|(at, step)| {
                let other = Place { job: id.as_str().to_owned(), step: key(step, at), part: place.part };
                step_of(before, &other).is_none() && does_the_same(old, step)
            })
        })
    }
}

/// Whether two steps at one place do the same, as far as their words say.
fn is_in_place(one: &Step, other: &Step) -> bool {
    match (&one.action, &other.action) {
        (Action::Uses { .. }, Action::Uses { .. }) => one.label() == other.label(),
        _ => does_the_same(one, other),
    }
}

/// Whether two steps do the same, whatever they are called.
fn does_the_same(one: &Step, other: &Step) -> bool {
    match (&one.action, &other.action) {
        (Action::Run { command: one, .. }, Action::Run { command: other, .. }) => one.as_str() == other.as_str(),
        (Action::Uses { builtin: one, with: given }, Action::Uses { builtin: other, with: also }) => {
            **one == **other && values(given) == values(also)
        }
        _ => false,
    }
}

/// The options of a built-in step, wherever in the file they stand.
fn values(with: &Map<Id, Node>) -> BTreeMap<&str, Option<serde_json::Value>> {
    with.iter().map(|(name, node)| (name.as_str(), from_node("", node).ok())).collect()
}
