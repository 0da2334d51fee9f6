//! What GitHub is told of a run: the state of its deployment, in the words of the Deployments API.

use super::journal::{FOR_WINDOW, Outcome};
use super::plan::Plan;
use super::state::State;
use super::words;
use crate::config::Language;

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Says {
    /// `in_progress`, `success`, `failure` or `inactive`.
    pub state: &'static str,
    /// Why, in a line.
    pub description: String,
}

impl Says {
    /// What a run says as it stands.
    #[must_use]
    pub fn of(state: &State, plan: &Plan, language: Language) -> Self {
        let what = state.started.version.as_deref().or(state.started.sha.as_deref()).unwrap_or_default();
        let taken_back = state.jobs.values().any(|job| job.rollback == Some(Outcome::Success));
        let (state, word) = if taken_back {
            ("inactive", words::Deployment::TakenBack)
        } else if state.is_deployed(plan) {
            ("success", words::Deployment::Deployed)
        } else if state.finished.is_some() {
            ("failure", words::Deployment::Failed)
        } else if let Some((place, reason)) = state.waiting.iter().next() {
            let description = words::waits_at(language, &place.to_string(), reason == FOR_WINDOW);
            return Self { state: "in_progress", description };
        } else {
            ("in_progress", words::Deployment::Runs)
        };
        Self { state, description: format!("{} {what}", word.text(language)).trim().to_owned() }
    }
}
