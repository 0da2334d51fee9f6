//! What repeats what: the newest attempt of each check and run, and which check belongs to which run.

use std::collections::BTreeMap;

use super::Outcome;
use crate::verify::evidence::{Check, Run};

/// The newest check of each (app, workflow, event, name): a re-run replaces what it repeats, and one name in two workflows
/// is two checks.
pub(super) fn newest<'a>(checks: &[&'a Check], runs: &[&Run]) -> Vec<&'a Check> {
    let mut newest: BTreeMap<_, &Check> = BTreeMap::new();
    for check in checks {
        let run = run_of(check, runs);
        let app = check.app.as_ref().map(|(id, _)| *id);
        let key = (app, run.map(|run| (run.workflow, run.event.as_str())), check.name.as_str());
        let kept = newest.entry(key).or_insert(check);
        if check.id > kept.id {
            *kept = check;
        }
    }
    newest.into_values().collect()
}

/// The newest run of each workflow and event.
pub(super) fn newest_runs<'a>(runs: &[&'a Run]) -> Vec<&'a Run> {
    let mut newest: BTreeMap<_, &Run> = BTreeMap::new();
    for run in runs {
        let kept = newest.entry((run.workflow, run.event.as_str())).or_insert(run);
        if run.id > kept.id {
            *kept = run;
        }
    }
    newest.into_values().collect()
}

/// The workflow run that a check is a job of.
pub(super) fn run_of<'a>(check: &Check, runs: &[&'a Run]) -> Option<&'a Run> {
    let suite = check.suite?;
    runs.iter().find(|run| run.suite == Some(suite)).copied()
}

/// Whether the checks of a run say what the run as a whole says. One that passed needs no other witness.
pub(super) fn is_explained(run: &Run, checks: &[&Check]) -> bool {
    let outcome = run.state.outcome();
    let mut own = checks.iter().filter(|check| run.suite.is_some() && check.suite == run.suite);
    outcome == Outcome::Passed || own.any(|check| check.state.outcome() == outcome)
}

/// Where a check comes from, in words.
pub(super) fn source(check: &Check, runs: &[&Run]) -> String {
    match (run_of(check, runs), &check.app) {
        (Some(run), _) => format!("{} ({})", run.name, run.event),
        (None, Some((_, slug))) => slug.clone(),
        (None, None) => "an app that is gone".to_owned(),
    }
}
