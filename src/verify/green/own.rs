//! Which check is the job that asks.

use super::newest::run_of;
use crate::verify::evidence::{Check, Own, Run};

/// The job that asks, as far as it is known.
pub(super) struct OwnJob {
    /// Number of its check run.
    pub(super) check: Option<u64>,
    /// Number of its workflow run.
    pub(super) run: Option<u64>,
}

impl OwnJob {
    /// By its number; else within its own run by its name, or as the only one that runs: the job that asks runs for sure.
    pub(super) fn find(own: &Own, checks: &[&Check], runs: &[&Run]) -> Self {
        let given = own.check.and_then(|id| checks.iter().find(|check| check.id == id));
        if let Some(check) = given {
            return Self { check: Some(check.id), run: own.run.or_else(|| run_of(check, runs).map(|run| run.id)) };
        }
        let in_own_run = |check: &&&Check| own.run.is_some_and(|run| belongs(check, run, runs));
        let running: Vec<&&Check> =
            checks.iter().filter(in_own_run).filter(|check| check.state.status == "in_progress").collect();
        let named: Vec<&&Check> =
            running.iter().copied().filter(|check| Some(&check.name) == own.job.as_ref()).collect();
        let check = match (named.as_slice(), running.as_slice()) {
            ([one], _) | (_, [one]) => Some(one.id),
            _ => None,
        };
        Self { check, run: own.run }
    }

    /// Whether a check could be the job that asks, and nothing tells.
    pub(super) fn is_unclear(&self, check: &Check, runs: &[&Run]) -> bool {
        self.check.is_none() && self.run.is_some_and(|run| belongs(check, run, runs))
    }
}

fn belongs(check: &Check, run: u64, runs: &[&Run]) -> bool {
    match run_of(check, runs) {
        Some(own) => own.id == run,
        // Without the runs, the address of the job still names its run.
        None => check.url.contains(&format!("/actions/runs/{run}/")),
    }
}
