//! What is wrong with a plan before anything runs: every mistake at its place, and hazards that a plan may still mean.

mod commands;
mod compared;
mod conditional;
mod containers;
mod empty;
mod expressions;
mod graph;
mod hazards;
mod heredoc;
mod lifted;
mod maintenance;
mod names;
mod options;
mod outer;
mod place;
mod programs;
mod report;
mod rollbacks;
mod texts;

use crate::report::Finding;

use super::expression::{Reference, Template, Wrong, condition_of};
use super::plan::Plan;
use super::preflight;
use super::with::Steps;
use crate::yaml::Mark;
use place::Source;
pub use report::{number, report};

/// Everything that is wrong, in the order of the file; errors stop a run, warnings do not. `steps` knows the options of the
/// built-in steps.
#[must_use]
pub fn check(file: &str, text: &str, plan: &Plan, steps: Steps) -> Vec<Finding> {
    let source = Source { file, text };
    let mut findings = graph::check(plan, &source);
    findings.extend(names::check(plan, &source));
    findings.extend(empty::check(plan, &source));
    findings.extend(preflight::never_begins(file, text, plan));
    findings.extend(expressions::check(plan, &source));
    findings.extend(compared::check(plan, &source));
    findings.extend(conditional::check(plan, &source));
    findings.extend(hazards::check(plan, &source));
    findings.extend(rollbacks::check(plan, &source));
    findings.extend(outer::check(plan, &source));
    findings.extend(options::check(plan, &source, steps));
    findings.sort_by_key(|finding| finding.location.as_ref().map(|place| (place.line, place.column)));
    findings
}

/// Every name that an expression of the plan asks for, with the place of its text. What cannot be read asks for nothing.
#[must_use]
pub fn asked(plan: &Plan) -> Vec<(Mark, Vec<String>)> {
    let of = |placed: texts::Placed<'_>| -> Vec<(Mark, Vec<String>)> {
        let references = references_of(&placed).unwrap_or_default();
        references.into_iter().map(|one| (placed.mark, one.path)).collect()
    };
    texts::texts(plan).into_iter().flat_map(of).collect()
}

/// What a text asks for.
fn references_of(placed: &texts::Placed<'_>) -> Result<Vec<Reference>, Wrong> {
    if placed.is_condition {
        condition_of(placed.text).map(|condition| condition.references())
    } else {
        Template::parse(placed.text).map(|template| template.references())
    }
}
