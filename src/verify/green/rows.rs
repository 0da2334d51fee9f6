//! The rows of the table: everything that was looked at, and how it counts.

use super::newest::{is_explained, newest, newest_runs, source};
use super::own::OwnJob;
use super::{CheckRow, Kind, Outcome};
use crate::verify::evidence::{Check, Required, Run, State, Status};
use crate::verify::policy::Policy;

/// What the rows are made of.
pub(super) struct Table<'a> {
    pub(super) policy: &'a Policy,
    pub(super) required: &'a [Required],
    pub(super) own: &'a OwnJob,
    pub(super) checks: &'a [&'a Check],
    pub(super) runs: &'a [&'a Run],
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
        let outcome = if self.own.check == Some(check.id) { Outcome::Own } else { check.state.outcome() };
        let row = self.row(Kind::Check, &check.name, &check.state, outcome);
        let unclear = row.outcome == Outcome::Pending && self.own.is_unclear(check, self.runs);
        let note = unclear.then(|| "may be the job that asks: set ZARPE_CHECK_RUN_ID to job.check_run_id".to_owned());
        CheckRow { id: Some(check.id), source: source(check, self.runs), url: Some(check.url.clone()), note, ..row }
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
