//! Workflows that the rules require to run: a run of each on the commit must have passed.
//! <https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets#require-workflows-to-pass-before-merging>

use super::newest::newest_runs;
use super::{CheckRow, Kind, Outcome};
use crate::verify::evidence::{RequiredWorkflow, Run};

/// Marks the rows of required workflows' runs, and adds those that no row shows yet.
pub(super) fn add(rows: &mut Vec<CheckRow>, required: &[RequiredWorkflow], runs: &[&Run], own: Option<u64>) {
    for workflow in required {
        let found: Vec<&Run> = newest_runs(runs).into_iter().filter(|run| workflow.is_run_by(run)).collect();
        if found.is_empty() {
            rows.push(absent(workflow, runs));
        }
        for run in found {
            let known = rows.iter_mut().find(|row| row.kind == Kind::Run && row.id == Some(run.id));
            match known {
                Some(row) => row.required = true,
                None => rows.push(row(run, own == Some(run.id))),
            }
        }
    }
}

fn row(run: &Run, own: bool) -> CheckRow {
    CheckRow {
        kind: Kind::Run,
        id: Some(run.id),
        name: run.name.clone(),
        source: format!("workflow run ({})", run.event),
        state: run.state.word().to_owned(),
        // The run of the job that asks cannot have ended; its other jobs are judged each.
        outcome: if own { Outcome::Own } else { run.state.outcome() },
        required: true,
        url: Some(run.url.clone()),
        note: None,
    }
}

/// No run of it. How GitHub names the run of a file of another repository is not documented: then it cannot be told.
fn absent(workflow: &RequiredWorkflow, runs: &[&Run]) -> CheckRow {
    let foreign = runs.iter().any(|run| run.repository.is_none_or(|id| id != workflow.repository));
    CheckRow {
        kind: Kind::Absent,
        id: None,
        name: workflow.path.clone(),
        source: "required workflow".to_owned(),
        state: "missing".to_owned(),
        outcome: if foreign { Outcome::Unknown } else { Outcome::Missing },
        required: true,
        url: None,
        note: foreign.then(|| "of another repository: no run on this commit shows that it is of it".to_owned()),
    }
}

impl RequiredWorkflow {
    /// Whether a run is of this workflow, by its file, its repository, and the branch where both name one.
    fn is_run_by(&self, run: &Run) -> bool {
        let (path, at) = run.path.split_once('@').map_or((run.path.as_str(), None), |(path, at)| (path, Some(at)));
        let same_branch = match (at, &self.reference) {
            (Some(at), Some(reference)) => short(at) == short(reference),
            _ => true,
        };
        path == self.path && run.repository == Some(self.repository) && same_branch
    }
}

fn short(reference: &str) -> &str {
    reference.trim_start_matches("refs/heads/").trim_start_matches("refs/tags/")
}
