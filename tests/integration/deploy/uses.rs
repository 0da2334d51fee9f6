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

/// What a built-in step's command sees of the processes around it, and of its own variables.
const LOOKS: &str = "jobs: {look: {steps: [{uses: zarpe/fresh, idempotent: true, with: {path: [made], \
                     run: 'cat /proc/[0-9]*/cmdline > \"$OUT/seen\" 2>/dev/null; env > \"$OUT/environment\"; : ${{ secrets.KEY }}'}}]}}\nsecrets: [KEY]\n";

/// By which a process that was handed options may begin.
fn line(repo: &crate::support::Repo) -> std::fs::File {
    let line = repo.scratch().join("line");
    std::fs::write(&line, "\n").unwrap();
    std::fs::File::open(line).unwrap()
}

#[test]
fn no_option_of_a_built_in_step_stands_in_the_list_of_processes() {
    let repo = crate::support::Repo::new().write("plan.yml", LOOKS).write("made", "a\n").commit("feat: begin");
    let mut run = super::deploy(&repo, ["run", "plan.yml"]).env("KEY", "hidden-word").env("ZARPE_ARGUMENTS", "[]");
    run.command().stdin(line(&repo));
    let out = tempfile::tempdir().unwrap();
    run.env("OUT", out.path()).run().exits(ExitCode::Done).never_says("hidden-word");
    let [seen, environment] = ["seen", "environment"]
        .map(|name| String::from_utf8_lossy(&std::fs::read(out.path().join(name)).unwrap()).into_owned());
    assert!(seen.contains("zarpe\0fresh"), "{seen}");
    assert!(!seen.contains("hidden-word") && !environment.contains("ZARPE_ARGUMENTS"), "{environment}");
}

#[test]
fn what_is_handed_over_must_be_a_list_of_texts_and_is_not_shown() {
    let repo = crate::support::Repo::new();
    let run = repo.zarpe(["next"]).env("ZARPE_ARGUMENTS", "{\"hidden\": 1}").run();
    run.exits(ExitCode::Usage).says("ZARPE_ARGUMENTS is no JSON list of arguments").never_says("hidden\"");
    let handed = || repo.zarpe(["next"]).env("ZARPE_ARGUMENTS", "[\"--no-such\"]");
    // As a shell it waits for the line by which it may begin, and does nothing where that never comes.
    handed().run().exits(ExitCode::CannotTell).says("the step was not begun");
    let mut begun = handed();
    begun.command().stdin(line(&repo));
    begun.run().exits(ExitCode::Usage).says("--no-such");
}
