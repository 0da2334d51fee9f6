//! Which jobs that were to start later are not wanted any more: what they were to look at was taken back.

use super::contexts::View;
use super::decide::Decision;
use super::half_done::starts_later;
use super::{JobState, State, needed};
use crate::deploy::journal::{Outcome, Part};

impl State {
    /// What becomes of a job that was to start later and of which nothing was begun, where a job that it needs is taken back.
    pub(super) fn dropped(&self, view: View<'_>, id: &str) -> Option<Decision> {
        if !self.takes_back || self.cancelled || !starts_later(view.plan, id) {
            return None;
        }
        if self.has_begun(id, Part::Steps) || self.jobs.get(id).is_some_and(|job| !job.cleanups.is_empty()) {
            return None;
        }
        let needs: Vec<(&str, &JobState)> =
            needed(view.plan, id).into_iter().filter_map(|need| Some((need, self.jobs.get(need)?))).collect();
        let taken_back = needs.iter().find(|(_, job)| job.rollback == Some(Outcome::Success));
        if let Some((need, _)) = taken_back {
            return Some(Decision::Drop((*need).to_owned()));
        }
        needs.iter().any(|(_, job)| job.has_open_rollback()).then_some(Decision::Blocked)
    }
}

impl JobState {
    /// Whether it is to be taken back and is not yet.
    #[must_use]
    pub fn has_open_rollback(&self) -> bool {
        (self.rollback_requested || self.rollback_begun) && self.rollback.is_none()
    }
}
