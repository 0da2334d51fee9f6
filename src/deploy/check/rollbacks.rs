//! Rollbacks that may take nothing back: what an `if` asks in them.

use super::place::Source;
use crate::deploy::expression::{Expression, condition_of};
use crate::deploy::plan::{Plan, Step, Text};
use crate::report::{Finding, Level};

/// Steps of a rollback that ask whether something failed, and rollbacks of which each step may be needless.
pub(super) fn check(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, job) in plan.jobs.iter().filter(|(_, job)| !job.rollback.is_empty()) {
        let conditions: Vec<Option<&Text>> = job.rollback.iter().map(|step| may_be_false(step)).collect();
        let asked = conditions.iter().flatten().filter(|text| parsed(text).is_some_and(|asks| asks.calls("failure")));
        findings.extend(asked.map(|text| {
            let message = "`failure()` in a rollback asks about the steps of the rollback itself: none has failed when it begins";
            source.finding("deploy/failure-in-rollback", Level::Warning, text.mark(), message).help(
                "leave it out: a rollback begins only where a person decides so; for a step behind one that failed say `!success()`",
            )
        }));
        if let (Some(Some(first)), true) = (conditions.first(), conditions.iter().all(Option::is_some)) {
            let message = format!(
                "each step of the rollback of `{}` has an `if`: where all are false nothing is taken back",
                id.as_str()
            );
            let finding = source.finding("deploy/needless-rollback", Level::Warning, first.mark(), message);
            findings.push(finding.help("let the step that looks at what runs afterwards be without an `if`"));
        }
    }
    findings
}

/// The condition of a step that may not hold.
fn may_be_false(step: &Step) -> Option<&Text> {
    let text = step.condition.as_ref()?;
    let bare = text.trim().trim_start_matches("${{").trim_end_matches("}}").trim();
    (!matches!(bare, "always()" | "success()")).then_some(text)
}

fn parsed(text: &Text) -> Option<Expression> {
    condition_of(text.as_str()).ok()
}
