//! Which check is the job that asks, and which jobs of its run wait for it.

use super::newest::run_of;
use super::{CheckRow, Kind, Outcome};
use crate::verify::evidence::{Check, Own, Run};
use crate::verify::jobs::Jobs;

/// The job that asks, as far as it is known.
pub(super) struct OwnJob<'a> {
    /// Number of its check run.
    pub(super) check: Option<u64>,
    /// Number of its workflow run.
    pub(super) run: Option<u64>,
    jobs: Option<&'a Jobs>,
}

/// How a check stands to the job that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It is that job.
    Itself,
    /// It cannot begin before that job has ended.
    Later,
    /// It has not begun, and whether it needs that job is not known.
    Unclear,
    /// It could be that job, and nothing tells.
    Perhaps,
    /// It has nothing to do with it.
    Other,
}

impl Part {
    /// What the reader is told.
    pub(super) fn note(self) -> Option<&'static str> {
        match self {
            Self::Later => Some("needs the job that asks"),
            Self::Unclear => Some("has not begun: whether it needs the job that asks is not known"),
            Self::Perhaps => Some("may be the job that asks: set ZARPE_CHECK_RUN_ID to job.check_run_id"),
            Self::Itself | Self::Other => None,
        }
    }
}

impl<'a> OwnJob<'a> {
    /// By its number; else within its own run by its name, or as the only one that runs: the job that asks runs for sure.
    pub(super) fn find(own: &'a Own, checks: &[&Check], runs: &[&Run]) -> Self {
        let jobs = own.jobs.as_ref();
        let given = own.check.and_then(|id| checks.iter().find(|check| check.id == id));
        if let Some(check) = given {
            return Self {
                check: Some(check.id),
                run: own.run.or_else(|| run_of(check, runs).map(|run| run.id)),
                jobs,
            };
        }
        let in_own_run = |check: &&&Check| own.run.is_some_and(|run| belongs(check, run, runs));
        let running: Vec<&&Check> =
            checks.iter().filter(in_own_run).filter(|check| check.state.status == "in_progress").collect();
        let is_named = |check: &Check| {
            Some(&check.name) == own.job.as_ref() || jobs.is_some_and(|jobs| jobs.own.as_str() == check.name)
        };
        let named: Vec<&&Check> = running.iter().copied().filter(|check| is_named(check)).collect();
        let check = match (named.as_slice(), running.as_slice()) {
            ([one], _) | (_, [one]) => Some(one.id),
            _ => None,
        };
        Self { check, run: own.run, jobs }
    }

    /// How a check stands to the job that asks.
    pub(super) fn part(&self, check: &Check, runs: &[&Run]) -> Part {
        if self.check == Some(check.id) {
            return Part::Itself;
        }
        if !self.run.is_some_and(|run| belongs(check, run, runs)) || check.state.outcome() != Outcome::Pending {
            return Part::Other;
        }
        match (check.state.status == "in_progress", self.jobs) {
            (false, Some(_)) if self.is_later(&check.name) => Part::Later,
            (false, None) => Part::Unclear,
            _ if self.check.is_none() => Part::Perhaps,
            _ => Part::Other,
        }
    }

    /// Whether a name is that of a job which needs the one that asks, and of no other.
    pub(super) fn is_later(&self, name: &str) -> bool {
        let is_among = |jobs: &[crate::verify::JobName]| jobs.iter().any(|job| job.is_of(name));
        self.jobs.is_some_and(|jobs| is_among(&jobs.later) && !is_among(&jobs.others))
    }

    /// The jobs of the own run that do not need the one that asks, and are not there yet: while that one runs, the run as a
    /// whole does not say whether it has them all.
    pub(super) fn yet_to_come(&self, checks: &[&Check], runs: &[&Run]) -> Vec<CheckRow> {
        let Some(run) = runs.iter().find(|run| self.run == Some(run.id)) else { return Vec::new() };
        let of_run: Vec<&&Check> = checks.iter().filter(|check| belongs(check, run.id, runs)).collect();
        let others = self.jobs.iter().flat_map(|jobs| &jobs.others);
        let absent = others.filter(|job| !of_run.iter().any(|check| job.is_of(&check.name)));
        let row = |job: &crate::verify::JobName| CheckRow {
            kind: Kind::Absent,
            id: None,
            name: job.as_str().to_owned(),
            source: format!("{} ({})", run.name, run.event),
            state: "missing".to_owned(),
            outcome: Outcome::Pending,
            required: false,
            url: Some(run.url.clone()),
            note: Some("a job of this run that is not there yet".to_owned()),
        };
        absent.map(row).collect()
    }
}

fn belongs(check: &Check, run: u64, runs: &[&Run]) -> bool {
    match run_of(check, runs) {
        Some(own) => own.id == run,
        // Without the runs, the address of the job still names its run.
        None => check.url.contains(&format!("/actions/runs/{run}/")),
    }
}
