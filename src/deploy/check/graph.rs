//! The jobs as a graph: what they need is there, and no job waits for itself.

use std::collections::BTreeMap;

use super::place::{Source, suggest};
use crate::deploy::plan::Plan;
use crate::report::Finding;
use crate::yaml::Mark;

/// Jobs that are not there, and circles of jobs that wait for each other.
pub(super) fn check(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if plan.jobs.is_empty() {
        let start = Mark { line: 1, column: 1 };
        findings.push(
            source
                .error("deploy/no-jobs", start, "this plan has no jobs: there is nothing to run")
                .help("jobs: {my-job: {steps: [{run: ./deploy}]}}"),
        );
    }
    for (id, job) in plan.jobs.iter() {
        if job.start_in.is_some() && job.needs.is_empty() {
            let message =
                format!("the job `{}` has a `start-in` and needs no job: it counts from the end of those", id.as_str());
            findings.push(source.error("deploy/start-in", id.mark, message).help("name what it follows: needs: [JOB]"));
        }
        for need in job.needs.iter().filter(|need| plan.job(need).is_none()) {
            let message = format!("there is no job `{}`", need.as_str());
            let help = suggest(need, plan.jobs.iter().map(|(id, _)| id.as_str()), "jobs");
            findings.push(source.error("deploy/unknown-job", need.mark, message).help(help));
        }
    }
    findings.extend(circle(plan).map(|names| {
        let mark = plan.jobs.iter().find(|(id, _)| Some(&id.as_str()) == names.first()).map(|(id, _)| id.mark);
        let message =
            format!("these jobs wait for each other: {} → {}", names.join(" → "), names.first().unwrap_or(&""));
        source.error("deploy/cycle", mark.unwrap_or_default(), message).help("take one `needs` out")
    }));
    findings
}

/// One circle, each job before what it needs; `None` where there is none. Without recursion: a plan may be long.
fn circle(plan: &Plan) -> Option<Vec<&str>> {
    let mut done: BTreeMap<&str, bool> = BTreeMap::new();
    for (start, _) in plan.jobs.iter() {
        let mut path: Vec<(&str, usize)> = Vec::new();
        let mut next = Some(start.as_str());
        loop {
            match next.take() {
                Some(id) if done.get(id) == Some(&false) => {
                    return Some(path.into_iter().map(|(on, _)| on).skip_while(|on| *on != id).collect());
                }
                Some(id) if !done.contains_key(id) => {
                    done.insert(id, false);
                    path.push((id, 0));
                }
                _ => {}
            }
            let Some((id, at)) = path.last_mut() else { break };
            next = plan.job(id).and_then(|job| job.needs.get(*at)).map(|need| need.value.as_str());
            *at += 1;
            if next.is_none() {
                done.insert(id, true);
                path.pop();
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("a:, b: a, c: a b" => None; "a diamond's half")]
    #[test_case("a: a" => Some("a".to_owned()); "itself")]
    #[test_case("a: c, b: a, c: b" => Some("a c b".to_owned()); "three")]
    #[test_case("a:, b: a c, c: d, d: b" => Some("b c d".to_owned()); "behind one that waits for nobody")]
    #[test_case("a: x" => None; "one that is not there")]
    fn circles(jobs: &str) -> Option<String> {
        let jobs = jobs.split(", ").filter_map(|job| job.split_once(':'));
        let lines = jobs.map(|(id, needs)| {
            let needs = needs.split_whitespace().collect::<Vec<_>>().join(", ");
            format!("  {id}: {{needs: [{needs}], steps: []}}\n")
        });
        let plan = Plan::parse("p", &format!("jobs:\n{}", lines.collect::<String>())).expect("a plan");
        circle(&plan).map(|names| names.join(" "))
    }

    #[test]
    fn ten_thousand_jobs_in_a_row_are_no_circle_and_no_overflow() {
        let lines = (1..10_000).map(|at| format!("  j{at}: {{needs: j{}, steps: []}}\n", at - 1)).rev();
        let text = format!("jobs:\n{}  j0: {{steps: []}}\n", lines.collect::<String>());
        assert_eq!(circle(&Plan::parse("p", &text).expect("a plan")), None);
    }
}
