//! Who waits for whom, also over others.

use std::collections::BTreeSet;

use crate::deploy::plan::Plan;

/// The jobs that a job needs, directly or not.
#[must_use]
pub fn needed<'p>(plan: &'p Plan, job: &str) -> Vec<&'p str> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let (mut found, mut rest): (Vec<&'p str>, Vec<&str>) = (Vec::new(), vec![job]);
    while let Some(one) = rest.pop() {
        for need in plan.job(one).into_iter().flat_map(|job| job.needs.iter()).map(|need| need.value.as_str()) {
            if need != job && seen.insert(need) {
                found.push(need);
                rest.push(need);
            }
        }
    }
    found
}

/// The jobs that need a job, directly or not, in the order of the plan.
#[must_use]
pub fn dependents<'p>(plan: &'p Plan, job: &str) -> Vec<&'p str> {
    let all = plan.jobs.iter().map(|(id, _)| id.value.as_str());
    all.filter(|other| needed(plan, other).contains(&job)).collect()
}
