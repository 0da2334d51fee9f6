//! Whether a plan stands for every line of its checklist: by exactly the same ids, and no guess.

use std::collections::BTreeSet;

use super::Checklist;
use crate::deploy::plan::Plan;
use crate::report::{Finding, Level, Location};

/// The lines that no step covers, and the ids that no line has.
#[must_use]
pub fn covers(
    plan_file: &str,
    plan_text: &str,
    plan: &Plan,
    file: &str,
    text: &str,
    checklist: &Checklist,
) -> Vec<Finding> {
    let covered = || plan.steps().flat_map(|(_, step)| &step.value.covers);
    let named: BTreeSet<&str> = covered().map(|id| id.value.as_str()).collect();
    let known: BTreeSet<&str> = checklist.lines.iter().map(|line| line.id.as_str()).collect();
    let missing = checklist.lines.iter().filter(|line| !named.contains(line.id.as_str())).map(|line| {
        let place = Location { file: file.to_owned(), line: Some(line.line), column: Some(1) };
        let message = format!("no step covers `{}`: {}", line.id, line.text);
        let help = format!("covers: [{}] on the step that stands for it", line.id);
        Finding::new("deploy/not-covered", Level::Error, message).at(place).quoting_span(text, 400).help(help)
    });
    let unknown = covered().filter(|id| !known.contains(id.value.as_str())).map(|id| {
        let nearest = known.iter().min_by_key(|known| strsim::damerau_levenshtein(&id.value, known));
        let help = nearest.map_or_else(|| format!("{file} has no lines"), |near| format!("the nearest is `{near}`"));
        let message = format!("{file} has no line `{}`", id.value);
        Finding::new("deploy/no-such-line", Level::Error, message)
            .at(id.mark.in_file(plan_file))
            .quoting(plan_text)
            .help(help)
    });
    missing.chain(unknown).collect()
}
