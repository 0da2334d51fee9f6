//! The rows of the table: everything that was looked at, and how it counts.

use jiff::Timestamp;

use super::newest::{is_explained, newest, newest_runs, source};
use super::own::{OwnJob, Part};
use super::{CheckRow, Kind, Outcome, settle};
use crate::verify::evidence::{Check, Required, Run, State, Status};
use crate::verify::policy::Policy;

/// What the rows are made of.
pub(super) struct Table<'a> {
    pub(super) policy: &'a Policy,
    pub(super) required: &'a [Required],
    pub(super) own: &'a OwnJob<'a>,
    pub(super) checks: &'a [&'a Check],
    pub(super) runs: &'a [&'a Run],
    /// The server's clock.
    pub(super) asked: Option<Timestamp>,
}

impl Table<'_> {
    /// A row for each check, status, and run that no check explains.
    pub(super) fn rows(&self, statuses: &[&Status]) -> Vec<CheckRow> {
        let checks = newest(self.checks, self.runs).into_iter().map(|check| self.check(check));
        let statuses = statuses.iter().map(|status| self.status(status));
        let unexplained = |run: &&Run| self.own.run != Some(run.id) && !is_explained(run, self.checks);
        let runs = newest_runs(self.runs).into_iter().filter(unexplained).map(|run| self.run(run));
        checks.chain(statuses).chain(runs).collect()
    }

    /// What a name and an outcome alone tell.
    fn row(&self, kind: Kind, name: &str, state: &State, outcome: Outcome) -> CheckRow {
        let required = self.required.iter().any(|required| required.name == name);
        let ignored = !required && self.policy.ignore.iter().any(|glob| glob.matches(name));
        CheckRow {
            kind,
            id: None,
            name: name.to_owned(),
            source: String::new(),
            state: state.word().to_owned(),
            outcome: if ignored { Outcome::Ignored } else { outcome },
            required,
            url: None,
            note: None,
        }
    }

    fn check(&self, check: &Check) -> CheckRow {
        let part = self.own.part(check, self.runs);
        let outcome = match part {
            Part::Itself | Part::Later => Outcome::Own,
            _ => check.state.outcome(),
        };
        let row = self.row(Kind::Check, &check.name, &check.state, outcome);
        let note = part.note().filter(|_| row.outcome != Outcome::Ignored).map(ToOwned::to_owned);
        let row = CheckRow {
            id: Some(check.id),
            source: source(check, self.runs),
            url: Some(check.url.clone()),
            note,
            ..row
        };
        if row.outcome == Outcome::Pending && settle::is_stale(check, self.asked) { row.stale() } else { row }
    }

    fn status(&self, status: &Status) -> CheckRow {
        let state = State { status: status.state.clone(), conclusion: None };
        let row = self.row(Kind::Status, &status.context, &state, status.outcome());
        CheckRow { source: "status".to_owned(), url: status.url.clone(), ..row }
    }

    fn run(&self, run: &Run) -> CheckRow {
        let row = self.row(Kind::Run, &run.name, &run.state, run.state.outcome());
        let source = format!("workflow run ({})", run.event);
        CheckRow { id: Some(run.id), source, url: Some(run.url.clone()), note: Some(run.note()), ..row }
    }
}

impl CheckRow {
    /// GitHub gives a check up that has not ended for 14 days.
    fn stale(self) -> Self {
        let note = format!("{} for 14 days: its app has given it up", self.state);
        Self { outcome: Outcome::Failed, state: "stale".to_owned(), note: Some(note), ..self }
    }
}
