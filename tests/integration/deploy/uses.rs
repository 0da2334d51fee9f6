//! The built-in steps of a plan: the same program's subcommands.

use super::lines;
use crate::support::{ExitCode, Harbor};

const PLAN: &str = "
jobs:
  release:
    steps:
      - {id: green, uses: zarpe/verify, with: {ref: main, approvals: 1}}
      - {id: tag, uses: zarpe/tag, with: {ref: '${{ zarpe.sha }}', push: true}}
      - {uses: zarpe/notes}
      - {run: 'echo \"${{ steps.green.outputs.result }} ${{ steps.tag.outputs.tag }} ${{ zarpe.sha }}\" >> log', idempotent: true}
";

#[test]
fn a_plan_verifies_and_tags_and_reads_what_they_say() {
    let mut harbor = Harbor::new()
        .tagged("v1.0.0")
        .merged_pull("feat: list the cargo", "bruno")
        .approved_by("rita")
        .check("test", "success");
    harbor.repo = harbor.repo.write("plan.yml", PLAN);
    // What is verified is `main`, not what happens to be checked out.
    let verified = harbor.head();
    harbor.repo.git(["switch", "--quiet", "--create", "aside"]);
    harbor.repo = harbor.repo.commit("chore: not pushed");
    let run = harbor.zarpe(["deploy", "run", "plan.yml"]).run().exits(ExitCode::Done);
    run.says("list the cargo");
    assert_eq!(lines(&harbor.repo, "log"), [format!("yes v1.1.0 {verified}")]);
    assert!(harbor.remote_refs("refs/tags/*").contains("refs/tags/v1.1.0 "));
    assert_eq!(harbor.remote_refs("refs/zarpe/locks/*"), "");
}

#[test]
fn where_the_commit_is_not_approved_the_plan_stops() {
    let mut harbor = Harbor::new().tagged("v1.0.0").pushed("feat: straight in");
    harbor.repo = harbor.repo.write("plan.yml", PLAN);
    harbor.zarpe(["deploy", "run", "plan.yml"]).run().exits(ExitCode::Refused).says("release/green failed");
    assert!(!harbor.remote_refs("refs/tags/*").contains("v1.1.0"));
}

#[test]
fn a_plan_asks_whether_generated_files_are_fresh() {
    let plan = "jobs: {docs: {steps: [{uses: zarpe/fresh, with: {run: 'cp source made', path: [made]}}]}}\n";
    let repo = crate::support::Repo::new().write("plan.yml", plan).write("source", "a\n").write("made", "a\n");
    let repo = repo.commit("feat: begin");
    repo.zarpe(["deploy", "run", "plan.yml"]).run().exits(ExitCode::Done);
    let repo = repo.write("source", "b\n").commit("feat: change");
    repo.zarpe(["deploy", "run", "plan.yml"]).run().exits(ExitCode::Refused).says("cp source made");
    assert_eq!(std::fs::read_to_string(repo.path().join("made")).unwrap(), "a\n");
}
