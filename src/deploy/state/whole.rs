//! How a run stands as a whole, and the exit code that says it: the one rule of 5 (somebody is waited for) and 6 (maintenance was left
//! on).
//!
//! The first that holds:
//!
//! 1. The run has ended: how it ended. A process is at work on it: 5.
//! 2. Its process was stopped by a signal: 6 where a clean-up, as maintenance's off, has not run, else 5.
//! 3. Maintenance was *left on*: the job whose clean-up has not run has ended, and neither it nor a job that it needs is being taken
//!    back. Nothing of the plan lifts it any more, only a person by `settle --lift`: 6, whoever else is waited for.
//! 4. A person is waited for: 5, also with maintenance on. It is on by the plan: the job goes on after their word, or its rollback,
//!    which a failed job waits for before it ends.
//! 5. The window is waited for: 5. Nothing is half done then.
//! 6. A clean-up has not run, and nobody is waited for: the process was killed: 6.
//! 7. Only what starts later is left: 0, or 1 where a job failed. Anything else: 5.

use super::report::Told;
use super::{State, needed};
use crate::deploy::journal::{Outcome, Place};
use crate::deploy::plan::Plan;
use crate::deploy::words::Word;
use crate::report::{ExitCode, Finding, Verdict};

/// How a run stands as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whole {
    Ended(Outcome),
    Waits,
    AtWindow,
    Maintenance,
    Interrupted,
    NotDue,
    Open,
}

impl Whole {
    /// The exit code that says so; whether a job has failed.
    pub(super) fn exit(self, has_failed: bool) -> ExitCode {
        match self {
            Self::Ended(Outcome::Success) => ExitCode::Done,
            Self::Ended(_) => ExitCode::Refused,
            Self::Maintenance => ExitCode::Maintenance,
            // Nobody is waited for: what could be done is done.
            Self::NotDue if !has_failed => ExitCode::Done,
            Self::NotDue => ExitCode::Refused,
            Self::Waits | Self::AtWindow | Self::Interrupted | Self::Open => ExitCode::Waiting,
        }
    }

    /// The same for people.
    pub(super) fn word(self) -> Word {
        match self {
            Self::Ended(Outcome::Success) => Word::Success,
            Self::Ended(Outcome::Cancelled) => Word::Cancelled,
            Self::Ended(_) => Word::Failure,
            Self::Waits => Word::Waiting,
            Self::AtWindow => Word::AtWindow,
            Self::Maintenance => Word::Maintenance,
            Self::Interrupted => Word::Interrupted,
            Self::NotDue => Word::NotDue,
            Self::Open => Word::Running,
        }
    }
}

/// What the rule goes by.
#[derive(Clone, Copy, Debug, Default)]
struct Signs {
    finished: Option<Outcome>,
    is_worked_on: bool,
    interrupted: bool,
    /// A clean-up has not run.
    left: bool,
    /// The same, and nothing of the plan lifts it any more.
    left_on: bool,
    person: bool,
    window: bool,
    later: bool,
}

fn of(signs: Signs) -> Whole {
    match signs {
        Signs { finished: Some(outcome), .. } => Whole::Ended(outcome),
        Signs { is_worked_on: true, .. } => Whole::Open,
        Signs { interrupted: true, left: true, .. } => Whole::Maintenance,
        Signs { interrupted: true, .. } => Whole::Interrupted,
        Signs { left_on: true, .. } => Whole::Maintenance,
        Signs { person: true, .. } => Whole::Waits,
        Signs { window: true, .. } => Whole::AtWindow,
        Signs { left: true, .. } => Whole::Maintenance,
        Signs { later: true, .. } => Whole::NotDue,
        _ => Whole::Open,
    }
}

impl Told<'_> {
    /// How the run stands, by what it waits for.
    pub(super) fn whole(&self, waits: &[Finding]) -> Whole {
        let is = |finding: &Finding, rules: &[&str]| rules.contains(&finding.rule.as_str());
        let others = ["deploy/held-back", "deploy/cleanup-failed", "deploy/later", "deploy/window"];
        of(Signs {
            finished: self.state.finished,
            is_worked_on: self.is_worked_on == Verdict::Yes,
            interrupted: self.state.interrupted.is_some(),
            left: !self.state.left_cleanups().is_empty(),
            left_on: !self.state.left_on(self.view.plan).is_empty(),
            person: waits.iter().any(|finding| !is(finding, &others)),
            window: waits.iter().any(|finding| is(finding, &["deploy/window"])),
            later: !waits.is_empty(),
        })
    }
}

impl State {
    /// The clean-ups that nothing of the plan runs any more: their job has ended, and neither it nor one that it needs is being taken
    /// back.
    #[must_use]
    pub fn left_on(&self, plan: &Plan) -> Vec<&Place> {
        let goes_back = |id: &str| self.jobs.get(id).is_some_and(super::JobState::has_open_rollback);
        let is_left_on = |place: &&Place| {
            let id = place.job.as_str();
            let has_ended = self.jobs.get(id).is_some_and(|job| job.result.is_some());
            has_ended && !goes_back(id) && !needed(plan, id).into_iter().any(goes_back)
        };
        self.left_cleanups().into_iter().filter(is_left_on).collect()
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    const NONE: Signs = Signs {
        finished: None,
        is_worked_on: false,
        interrupted: false,
        left: false,
        left_on: false,
        person: false,
        window: false,
        later: false,
    };

    #[test_case(Signs { finished: Some(Outcome::Success), ..NONE } => 0; "done")]
    #[test_case(Signs { finished: Some(Outcome::Failure), ..NONE } => 1; "failed, and nothing left on")]
    #[test_case(Signs { is_worked_on: true, left: true, ..NONE } => 5; "another process is at work")]
    #[test_case(Signs { interrupted: true, ..NONE } => 5; "told to stop")]
    #[test_case(Signs { interrupted: true, left: true, person: true, ..NONE } => 6; "told to stop with maintenance on")]
    #[test_case(Signs { left: true, left_on: true, ..NONE } => 6; "a job ended with maintenance on")]
    #[test_case(Signs { left: true, left_on: true, person: true, ..NONE } => 6; "another job waits for a person")]
    #[test_case(Signs { left: true, left_on: true, window: true, ..NONE } => 6; "another job waits for the window")]
    #[test_case(Signs { left: true, left_on: true, later: true, ..NONE } => 6; "another job starts later")]
    #[test_case(Signs { left: true, person: true, ..NONE } => 5; "a sign-off within maintenance, or that of a rollback")]
    #[test_case(Signs { person: true, ..NONE } => 5; "a sign-off")]
    #[test_case(Signs { window: true, ..NONE } => 5; "its window is over")]
    #[test_case(Signs { left: true, ..NONE } => 6; "killed with maintenance on")]
    #[test_case(Signs { later: true, ..NONE } => 0; "the rest is due later")]
    #[test_case(NONE => 5; "killed")]
    fn exits(signs: Signs) -> u8 {
        of(signs).exit(false) as u8
    }
}
