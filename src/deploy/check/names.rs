//! The names that a plan gives: each once, and roles only those that it has.

use std::collections::BTreeMap;

use super::place::{Source, suggest};
use crate::deploy::plan::{Job, Plan};
use crate::report::{Finding, Level};
use crate::yaml::Mark;

/// Roles that are not there or have nobody, and ids of steps that stand for two.
pub(super) fn check(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, step) in plan.steps() {
        for role in step.role.iter().filter(|role| plan.roles.get(role).is_none()) {
            let message = format!("there is no role `{}`", role.as_str());
            let help = suggest(role, plan.roles.iter().map(|(id, _)| id.as_str()), "roles");
            findings.push(source.error("deploy/unknown-role", role.mark, message).help(help));
        }
    }
    for (role, _) in plan.roles.iter().filter(|(_, members)| members.is_empty()) {
        let message = format!("the role `{}` has no members: nobody can sign for it", role.as_str());
        let finding = source.finding("deploy/empty-role", Level::Warning, role.mark, message);
        findings.push(finding.help(format!("{}: [\"@login\", \"@organisation/team\"]", role.as_str())));
    }
    findings.extend(plan.jobs.iter().flat_map(|(_, job)| repeated(job, source)));
    findings
}

/// Ids that two steps of a job have. Those of its rollback count with them: both are read as `steps.ID`.
fn repeated(job: &Job, source: &Source<'_>) -> Vec<Finding> {
    let mut first: BTreeMap<&str, Mark> = BTreeMap::new();
    let mut findings = Vec::new();
    for id in job.steps.iter().chain(&job.rollback).filter_map(|step| step.id.as_ref()) {
        if let Some(mark) = first.get(id.as_str()) {
            let message = format!("a step `{}` is in this job already", id.as_str());
            let finding = source.error("deploy/duplicate-step", id.mark, message);
            findings.push(finding.help(format!("the first is in line {}: give one of them another id", mark.line)));
        } else {
            first.insert(id.as_str(), id.mark);
        }
    }
    findings
}
