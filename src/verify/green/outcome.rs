//! How GitHub's words count.

use super::Outcome;
use crate::verify::evidence::{Run, State, Status};

impl State {
    /// GitHub's own word for it.
    pub(super) fn word(&self) -> &str {
        self.conclusion.as_deref().unwrap_or(&self.status)
    }

    /// Only three conclusions pass; whatever word GitHub adds one day does not.
    pub(super) fn outcome(&self) -> Outcome {
        match (self.status.as_str(), self.conclusion.as_deref()) {
            ("completed", Some("success" | "neutral" | "skipped")) => Outcome::Passed,
            ("completed", _) => Outcome::Failed,
            ("queued" | "in_progress" | "waiting" | "requested" | "pending", None) => Outcome::Pending,
            _ => Outcome::Failed,
        }
    }
}

impl Status {
    /// Only `success` passes.
    pub(super) fn outcome(&self) -> Outcome {
        match self.state.as_str() {
            "success" => Outcome::Passed,
            "pending" | "expected" => Outcome::Pending,
            _ => Outcome::Failed,
        }
    }
}

impl Run {
    /// Why a run stands in the table by itself.
    pub(super) fn note(&self) -> String {
        match (self.state.word(), self.state.outcome()) {
            ("action_required", _) => "waits for somebody who allows it to run".to_owned(),
            (_, Outcome::Failed) => "no check shows why: the workflow's file may be invalid".to_owned(),
            _ => "its jobs are not all there yet".to_owned(),
        }
    }
}
