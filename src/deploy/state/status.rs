//! What the status functions say at a place of a plan: in its condition and in its texts the same.

use super::contexts::{View, status};
use super::{State, key, list};
use crate::deploy::expression::Status;
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::plan::{Action, Job, Step, Text};

/// The name of the function that says whether all is done or untouched.
const SAFE: &[u8] = b"safe";

impl State {
    /// What they say to the command of a step, or of its clean-up, that runs now.
    #[must_use]
    pub fn status_at(&self, view: View<'_>, place: &Place) -> Status {
        self.status_where(view, place, true)
    }

    /// What they say in a text of a step, and in what is rendered for it. Each step of the job is looked at for `safe()`, and so only
    /// where that may be asked: a name of a function is written as it is.
    #[must_use]
    pub fn status_in(&self, view: View<'_>, place: &Place, step: &Step, text: &str) -> Status {
        let job = view.plan.job(&place.job);
        let variables = [Some(&view.plan.env), job.map(|job| &job.env), Some(&step.env)];
        let variables = variables.into_iter().flatten().flat_map(|env| env.iter().map(|(_, text)| text));
        let folder = match &step.action {
            Action::Run { working_directory, .. } => working_directory.as_ref(),
            Action::Uses { .. } => None,
        };
        let texts = variables.chain(folder).chain(&view.plan.defaults.run.working_directory).map(Text::as_str);
        let names_it = |text: &str| text.as_bytes().windows(SAFE.len()).any(|word| word.eq_ignore_ascii_case(SAFE));
        self.status_where(view, place, texts.chain([text]).any(names_it))
    }

    fn status_where(&self, view: View<'_>, place: &Place, asks_safe: bool) -> Status {
        let row = usize::from(place.part.owner() == Part::Rollback);
        let failed = self.jobs.get(&place.job).and_then(|job| job.behind.get(row)).is_some_and(|(_, failed)| *failed);
        if place.part == place.part.owner() {
            return self.step_status(view, place, failed, asks_safe);
        }
        let Some(job) = view.plan.job(&place.job) else { return status(failed, self.cancelled, false) };
        let at = list(job, place.part).iter().enumerate().position(|(at, step)| key(step, at) == place.step);
        let failed = self.has_failed_for_cleanups(view, &place.job, job);
        let told = self.cleanup_status(view, job, place, at.unwrap_or_default(), failed);
        // That it is safe a person has said.
        Status { safe: told.safe || self.released.contains(place), ..told }
    }

    /// What they say to a step behind those of its list, of which one failed or none did; `safe()` where it is asked.
    pub(super) fn step_status(&self, view: View<'_>, place: &Place, failed: bool, asks_safe: bool) -> Status {
        let safe = asks_safe && self.is_safe_for_step(view, place, failed);
        status(failed, self.is_stopped(place), safe)
    }

    /// What they say to a clean-up: of the step with this number in its list, and whether the job's steps failed.
    pub(super) fn cleanup_status(&self, view: View<'_>, job: &Job, place: &Place, at: usize, failed: bool) -> Status {
        let id = place.job.as_str();
        let failed = if place.part == Part::RollbackPost { !self.is_rolled_back(id) } else { failed };
        let safe = self.is_safe_to_clean_up(view, (id, job), place, at, failed)
            && !self.is_behind_another(place)
            && !self.stands_on_half_taken_back(view.plan, id);
        status(failed, self.cancelled, safe)
    }

    /// Whether a job failed for its clean-ups: by one of its steps, which its end alone does not say.
    pub(super) fn has_failed_for_cleanups(&self, view: View<'_>, id: &str, job: &Job) -> bool {
        match self.jobs.get(id).and_then(|known| known.result) {
            None => self.has_failed_by(view, id, Part::Steps),
            Some(result) => result != Outcome::Success && !self.failed_by_cleanup(id, job),
        }
    }

    /// Whether a clean-up of the same job that was registered later is left: what was done around something is undone after it.
    pub(super) fn is_behind_another(&self, cleanup: &Place) -> bool {
        let known = self.jobs.get(&cleanup.job);
        let later = known.into_iter().flat_map(|job| job.cleanups.iter().rev().take_while(|other| *other != cleanup));
        later.into_iter().any(|other| self.is_left(other))
    }
}
