//! The own job and what waits for it; required workflows; and what time does to checks.

use test_case::test_case;

use super::waiting::tested;
use super::*;

const WORKFLOW: &str = "
jobs:
  test: {}
  lint: {name: Lint}
  clear: {needs: [test, lint]}
  publish: {needs: clear}
";

impl Story {
    /// The job that asks is `clear` of the workflow `release`; in its run `test` and `Lint` passed.
    fn clearing(jobs: Option<&str>) -> Self {
        let mut story = Self::new().check("release/test success").check("release/Lint success");
        story = story.check("release/clear in_progress").run_is("release", "in_progress");
        let run = story.evidence.runs.as_ref().unwrap()[0].id;
        let jobs = jobs.and_then(|text| Jobs::read("release.yml", text, "clear"));
        story.evidence.own = Own { check: None, run: Some(run), job: Some("clear".to_owned()), jobs };
        story
    }

    fn requires_workflow(mut self, path: &str, repository: u64, reference: Option<&str>) -> Self {
        let path = format!(".github/workflows/{path}");
        let workflow = RequiredWorkflow { path, repository, reference: reference.map(ToOwned::to_owned) };
        self.required().workflows.push(workflow);
        self
    }

    fn note(&self, name: &str) -> Option<String> {
        self.judged().green.rows.into_iter().find(|row| row.name == name)?.note
    }

    fn aged(mut self, days: i64) -> Self {
        self.evidence.committed = Some(at(101));
        self.evidence.asked = Some(at(101) + SignedDuration::from_hours(24 * days));
        self
    }
}

fn known() -> Story {
    Story::clearing(Some(WORKFLOW))
}

#[test_case(known() => "PASS"; "nothing else")]
#[test_case(known().check("release/publish queued") => "PASS"; "a job that needs it")]
#[test_case(known().check("release/publish failure") => "RED"; "a job that needs it, of an earlier attempt")]
#[test_case(known().check("ci/publish queued") => "PENDING"; "a job of that name elsewhere")]
#[test_case(known().check("release/Lint queued") => "PENDING"; "a job that does not need it")]
#[test_case(known().requires("publish", None) => "PASS"; "a required name that needs it")]
#[test_case(Story::clearing(None).check("release/publish queued") => "PENDING"; "a file that cannot be read")]
#[test_case(Story::clearing(Some("jobs: {clear: {}, build: {}, test: {}, Lint: {}}")) => "PENDING"; "18: a job of the own run that is not there yet")]
#[test_case(Story::clearing(Some("jobs: {clear: {}, other: {needs: clear}, test: {}, Lint: {}}")) => "PASS"; "one that needs it is not expected")]
fn the_own_run_is_judged(story: Story) -> &'static str {
    story.green()
}

#[test]
fn the_reader_is_told_why_a_job_does_not_count() {
    assert_eq!(known().check("release/publish queued").note("publish").as_deref(), Some("needs the job that asks"));
    let unknown = Story::clearing(None).check("release/publish queued").note("publish");
    assert_eq!(unknown.as_deref(), Some("has not begun: whether it needs the job that asks is not known"));
}

#[test_case(tested().requires_workflow("ci.yml", 1, None) => "PASS"; "it ran and passed")]
#[test_case(tested().requires_workflow("ci.yml", 1, Some("refs/heads/main")) => "PASS"; "the run names no branch")]
#[test_case(tested().requires_workflow("other.yml", 1, None) => "MISSING"; "it did not run")]
#[test_case(tested().asked(5).requires_workflow("other.yml", 1, None) => "PENDING"; "it may yet run")]
#[test_case(tested().asked(5).requires_workflow("ci.yml", 1, None) => "PASS"; "every required one is there")]
#[test_case(tested().requires_workflow("ci.yml", 2, None) => "UNKNOWN"; "a file of another repository")]
#[test_case(tested().run_is("ci", "in_progress").requires_workflow("ci.yml", 1, None) => "PENDING"; "it runs")]
#[test_case(tested().check("docs failure").run_is("ci", "failure").ignore("docs").requires_workflow("ci.yml", 1, None) => "RED"; "it failed, by an ignored check")]
#[test_case(known().requires_workflow("release.yml", 1, None) => "PASS"; "it is the own run")]
fn a_required_workflow_must_have_passed(story: Story) -> &'static str {
    story.green()
}

#[test]
fn a_run_of_another_branchs_file_is_not_the_required_one() {
    let mut story = tested().requires_workflow("ci.yml", 1, Some("refs/heads/main"));
    let runs = story.evidence.runs.as_mut().unwrap();
    runs[0].path.push_str("@dev");
    assert_eq!(story.green(), "MISSING");
}

#[test]
fn the_names_of_the_configuration_stand_instead_of_required_workflows() {
    let mut story = tested().requires_workflow("other.yml", 1, None);
    story.policy.checks = vec!["test".to_owned()];
    assert_eq!(story.green(), "PASS");
}

#[test_case(Story::new().aged(400) => "UNKNOWN: the checks have expired: GitHub keeps them for 400 days, and this commit is 400 days old"; "42: nothing is there any more")]
#[test_case(Story::new().aged(400).requires("test", None) => "UNKNOWN: the checks have expired: GitHub keeps them for 400 days, and this commit is 400 days old"; "42: nor what is required")]
#[test_case(Story::new().aged(399) => "UNKNOWN: no check and no status judges this commit"; "they would be there")]
#[test_case(tested().aged(500) => "PASS"; "some are there")]
fn checks_expire(story: Story) -> String {
    let Greenness { word, obstacles, .. } = story.judged().green;
    let why = obstacles.first().map(|obstacle| format!(": {}", obstacle.message)).unwrap_or_default();
    format!("{}{why}", word.as_str())
}

#[test]
fn what_has_expired_is_not_waited_for() {
    assert_eq!(Story::new().aged(400).judged().green.settling, None);
}

#[test_case(13 => "PENDING")]
#[test_case(14 => "RED")]
fn a_check_that_does_not_end_is_stale_after_so_many_days(days: i64) -> &'static str {
    tested().check("acme:slow queued").aged(days).green()
}
