//! The jobs of the workflow that the asking job belongs to, and how they stand to it.
//! <https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#jobsjob_idneeds>

use std::collections::BTreeSet;

use serde::Serialize;

use crate::yaml::{self, Node, Value};

/// The jobs of a workflow, seen from one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jobs {
    /// The one.
    pub own: JobName,
    /// Those that need it, directly or by others: they cannot begin before it has ended.
    pub later: Vec<JobName>,
    /// All others.
    pub others: Vec<JobName>,
}

/// What a job is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JobName(String);

impl Jobs {
    /// Reads a workflow file; `None` where it cannot be read, or does not have the job.
    #[must_use]
    pub fn read(path: &str, text: &str, own: &str) -> Option<Self> {
        let workflow = yaml::parse(path, text, yaml::Limits::CONFIG).ok()?;
        let Value::Mapping(jobs) = &workflow.get("jobs")?.value else { return None };
        let needs = |job: &Node| -> Vec<String> { job.get("needs").map(texts).unwrap_or_default() };
        let mut later: BTreeSet<&str> = BTreeSet::from([own]);
        // Each round finds at least one more, or is the last.
        for _ in jobs {
            let found = jobs.iter().filter(|job| needs(&job.value).iter().any(|need| later.contains(need.as_str())));
            let found: Vec<&str> = found.map(|job| job.key.as_str()).collect();
            later.extend(found);
        }
        let name = |entry: &yaml::Entry| JobName::of(&entry.key, &entry.value);
        let those = |wanted: &dyn Fn(&str) -> bool| jobs.iter().filter(|job| wanted(&job.key)).map(name).collect();
        Some(Self {
            own: jobs.iter().find(|job| job.key == own).map(name)?,
            later: those(&|key| key != own && later.contains(key)),
            others: those(&|key| !later.contains(key)),
        })
    }
}

impl JobName {
    /// Its `name`, else its key.
    fn of(key: &str, job: &Node) -> Self {
        match job.get("name").map(|name| &name.value) {
            Some(Value::String(name)) => Self(name.to_string()),
            _ => Self(key.to_owned()),
        }
    }

    /// As a person reads it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a check may be of this job: of one of its matrix (`test (3.12)`), or of the workflow that it calls
    /// (`test / unit`). Of a name with an expression only its beginning is known.
    #[must_use]
    pub fn is_of(&self, check: &str) -> bool {
        let Some((beginning, _)) = self.0.split_once("${{") else {
            let rest = check.strip_prefix(self.0.as_str());
            return rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" (") || rest.starts_with(" / "));
        };
        check.starts_with(beginning)
    }
}

/// A text, or a list of texts.
fn texts(node: &Node) -> Vec<String> {
    match &node.value {
        Value::String(text) => vec![text.to_string()],
        Value::Sequence(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    const WORKFLOW: &str = "
on: push
jobs:
  test: {name: \"test (${{ matrix.os }})\", runs-on: x}
  lint: {runs-on: x}
  clear: {name: Clearance, needs: [test, lint]}
  release: {needs: clear}
  notify: {needs: [release, lint]}
";

    #[test]
    fn the_jobs_that_need_it_are_found() {
        let jobs = Jobs::read("x.yml", WORKFLOW, "clear").unwrap();
        let names = |jobs: &[JobName]| jobs.iter().map(|job| job.0.clone()).collect::<Vec<_>>().join(", ");
        assert_eq!(jobs.own.as_str(), "Clearance");
        assert_eq!(names(&jobs.later), "release, notify");
        assert_eq!(names(&jobs.others), "test (${{ matrix.os }}), lint");
    }

    #[test_case(WORKFLOW, "other" => false; "another job")]
    #[test_case("jobs: [", "x" => false; "no YAML")]
    #[test_case("on: push", "x" => false; "no jobs")]
    #[test_case("jobs: {x: {needs: x}}", "x" => true; "a circle")]
    fn is_read(text: &str, own: &str) -> bool {
        Jobs::read("x.yml", text, own).is_some()
    }

    #[test_case("test", "test" => true; "itself")]
    #[test_case("test", "test (3.12, linux)" => true; "of its matrix")]
    #[test_case("test", "test / unit" => true; "of the workflow that it calls")]
    #[test_case("test", "tests" => false; "a longer name")]
    #[test_case("test (${{ matrix.os }})", "test (linux)" => true; "an expression")]
    #[test_case("test (${{ matrix.os }})", "lint" => false; "another beginning")]
    #[test_case("${{ matrix.name }}", "anything" => true; "nothing is known")]
    fn a_check_is_of_a_job(job: &str, check: &str) -> bool {
        JobName(job.to_owned()).is_of(check)
    }

    proptest! {
        #[test]
        fn no_workflow_is_too_strange(text in "(jobs:|  x:|    needs:| |\n|\\PC){0,30}") {
            let _ = Jobs::read("x.yml", &text, "x");
        }
    }
}
