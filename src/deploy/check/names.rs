//! The names that a plan gives: each once, and roles only those that it has.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::place::{Source, suggest};
use crate::deploy::plan::{Id, Job, Member, Plan, Step};
use crate::deploy::state::Request;
use crate::report::{Finding, Level};
use crate::yaml::{Mark, Spanned};

/// Roles that are not there or have nobody, sign-offs that nobody can give, and names that stand for two.
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
    findings.extend(alike(plan, source));
    findings.extend(unmet(plan, source));
    findings
}

/// Ids that two steps of a job have, also where only the case of their letters differs: Actions takes them for the same. Those of its
/// rollback count with them: both are read as `steps.ID`.
fn repeated(job: &Job, source: &Source<'_>) -> Vec<Finding> {
    let ids = job.steps.iter().chain(&job.rollback).filter_map(|step| step.id.as_ref());
    let again = |(id, first): (&Spanned<Id>, Mark)| {
        let message = format!("a step `{}` is in this job already", id.as_str());
        let finding = source.error("deploy/duplicate-step", id.mark, message);
        finding.help(format!("the first is in line {}: give one of them another id", first.line))
    };
    twice(ids).into_iter().map(again).collect()
}

/// What has a name.
enum What {
    Job,
    Role,
}

/// Jobs and roles whose names differ only in the case of their letters.
fn alike(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    let jobs = twice(plan.jobs.iter().map(|(id, _)| id)).into_iter().map(|found| (What::Job, found));
    let roles = twice(plan.roles.iter().map(|(id, _)| id)).into_iter().map(|found| (What::Role, found));
    let again = |(what, (id, first)): (What, (&Spanned<Id>, Mark))| {
        let message = match what {
            What::Job => format!("the job `{}` differs from another one only in the case of its letters", id.as_str()),
            What::Role => {
                format!("the role `{}` differs from another one only in the case of its letters", id.as_str())
            }
        };
        let finding = source.error("deploy/alike", id.mark, message);
        finding.help(format!("the other is in line {}: give one of them another name", first.line))
    };
    jobs.chain(roles).map(again).collect()
}

/// The ids that were there before, with the place of the first; the case of letters makes no difference.
fn twice<'p>(ids: impl Iterator<Item = &'p Spanned<Id>>) -> Vec<(&'p Spanned<Id>, Mark)> {
    let mut first: BTreeMap<String, Mark> = BTreeMap::new();
    let mut found = Vec::new();
    for id in ids {
        match first.entry(id.as_str().to_lowercase()) {
            Entry::Occupied(before) => found.push((id, *before.get())),
            Entry::Vacant(free) => {
                free.insert(id.mark);
            }
        }
    }
    found
}

/// A sign-off of several roles that no distinct persons can give, as far as its roles name persons.
fn unmet(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    let asked = plan.steps().filter_map(|(_, step)| Some((step, Request::of(step).ok()?)));
    let wanting = asked.filter(|(step, request)| {
        let people: Option<Vec<Vec<&str>>> = step.role.iter().map(|role| persons(plan, role)).collect();
        request.all && request.distinct && people.is_some_and(|people| !has_one_for_each(&people, &mut Vec::new()))
    });
    let finding = |(step, _): (&Spanned<Step>, Request)| {
        let role = step.role.iter().next()?;
        let message =
            "nobody can sign this: each of its roles must sign, one person for one role, and they have too few members";
        let finding = source.error("deploy/too-few-members", role.mark, message);
        Some(finding.help("give one of the roles another member, or say `quorum: any` or `distinct: false`"))
    };
    wanting.filter_map(finding).collect()
}

/// The logins of a role; `None` where it has a team, whose members are not known here, or nobody yet.
fn persons<'p>(plan: &'p Plan, role: &Id) -> Option<Vec<&'p str>> {
    plan.roles.get(role.as_str()).filter(|members| !members.is_empty())?.iter().map(Member::login).collect()
}

/// Whether each of the roles has a person that none of those before it took.
fn has_one_for_each<'p>(roles: &[Vec<&'p str>], taken: &mut Vec<&'p str>) -> bool {
    let Some((first, rest)) = roles.split_first() else { return true };
    first.iter().any(|person| {
        if taken.iter().any(|other| other.eq_ignore_ascii_case(person)) {
            return false;
        }
        taken.push(person);
        let has = has_one_for_each(rest, taken);
        taken.pop();
        has
    })
}
