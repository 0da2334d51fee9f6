//! What is wrong with a plan before anything runs: every mistake at its place, and hazards that a plan may still mean.

mod commands;
mod expressions;
mod graph;
mod hazards;
mod names;
mod options;
mod place;
mod report;
mod texts;

use crate::report::{Finding, Level};

use super::expression::{Template, condition_of};
use super::plan::{Action, Plan};
use super::with::Steps;
use crate::yaml::Mark;
use place::Source;
pub use report::report;

/// Everything that is wrong, in the order of the file; errors stop a run, warnings do not. `steps` knows the options of the
/// built-in steps.
#[must_use]
pub fn check(file: &str, text: &str, plan: &Plan, steps: Steps) -> Vec<Finding> {
    let source = Source { file, text };
    let mut findings = graph::check(plan, &source);
    findings.extend(names::check(plan, &source));
    findings.extend(expressions::check(plan, &source));
    findings.extend(hazards::check(plan, &source));
    findings.extend(options::check(plan, &source, steps));
    findings.extend(not_yet(plan, &source));
    findings.sort_by_key(|finding| finding.location.as_ref().map(|place| (place.line, place.column)));
    findings
}

/// Every name that an expression of the plan asks for, with the place of its text. What cannot be read asks for nothing.
#[must_use]
pub fn asked(plan: &Plan) -> Vec<(Mark, Vec<String>)> {
    let of = |placed: texts::Placed<'_>| -> Vec<(Mark, Vec<String>)> {
        let references = if placed.is_condition {
            condition_of(placed.text).map(|condition| condition.references())
        } else {
            Template::parse(placed.text).map(|template| template.references())
        };
        references.unwrap_or_default().into_iter().map(|one| (placed.mark, one.path)).collect()
    };
    texts::texts(plan).into_iter().flat_map(of).collect()
}

/// The built-in steps that this version cannot run, all in one note at the first of them.
fn not_yet(plan: &Plan, source: &Source<'_>) -> Option<Finding> {
    let used: Vec<_> = plan
        .steps()
        .filter_map(|(_, step)| if let Action::Uses { builtin, .. } = &step.action { Some(builtin) } else { None })
        .filter(|builtin| !builtin.can_run())
        .collect();
    let mut words: Vec<&str> = used.iter().map(|builtin| builtin.word()).collect();
    words.sort_unstable();
    words.dedup();
    let message = format!("this version of zarpe checks these steps and cannot run them yet: {}", words.join(", "));
    let finding = source.finding("deploy/not-yet", Level::Info, used.first()?.mark, message);
    Some(finding.help("`zarpe deploy run` will refuse them by name; a `run` or a `zarpe/sign` step can stand in"))
}
