//! What GitHub Actions is told: annotations, outputs and the summary, whatever came of the command.

use std::path::PathBuf;

use crate::support::{ExitCode, Repo, Zarpe};

fn file(repo: &Repo, name: &str) -> PathBuf {
    repo.scratch().join(name)
}

fn said(repo: &Repo, name: &str) -> String {
    std::fs::read_to_string(file(repo, name)).unwrap()
}

/// As a step of a job sees the world.
fn step<const N: usize>(repo: &Repo, args: [&'static str; N]) -> Zarpe {
    repo.zarpe(args)
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_OUTPUT", file(repo, "output"))
        .env("GITHUB_STEP_SUMMARY", file(repo, "summary"))
}

/// The value of an output, as the runner reads it.
fn output(repo: &Repo, name: &str) -> String {
    let text = said(repo, "output");
    let (_, after) = text.split_once(&format!("\n{name}<<")).or(text.split_once(&format!("{name}<<"))).unwrap();
    let (delimiter, rest) = after.split_once('\n').unwrap();
    assert!(delimiter.len() > 32, "{text}");
    rest.split_once(&format!("\n{delimiter}\n")).unwrap().0.to_owned()
}

#[test]
fn a_step_that_answered_has_its_verdict_and_a_summary() {
    let repo = Repo::new();
    step(&repo, ["schema"]).run().exits(ExitCode::Done);
    assert_eq!(output(&repo, "result"), "yes");
    assert!(said(&repo, "summary").starts_with("### ✓ "), "{}", said(&repo, "summary"));
}

#[test]
fn a_step_that_was_stopped_has_its_verdict_and_a_summary_as_well() {
    let repo = Repo::new().write("zarpe.yml", "chekcs: 1\n");
    let run = step(&repo, ["next"]).run().exits(ExitCode::Usage);
    assert!(run.stderr.starts_with("::error file=zarpe.yml,line=1,col=1,title=config/"), "{run}");
    assert_eq!(output(&repo, "result"), "no");
    assert!(said(&repo, "summary").starts_with("### ✗ "), "{}", said(&repo, "summary"));
}

#[test]
fn a_mistake_in_the_command_line_is_annotated_and_gives_no_orders() {
    let repo = Repo::new();
    let run = step(&repo, ["verify", "--x\n::add-mask::y"]).run().exits(ExitCode::Usage);
    assert_eq!(run.stderr.lines().count(), 1, "{run}");
    assert!(run.stderr.starts_with("::error title=usage/command-line::unexpected argument"), "{run}");
    assert_eq!(output(&repo, "result"), "no");
}

#[test]
fn what_other_programs_of_the_step_wrote_stays() {
    let repo = Repo::new();
    std::fs::write(file(&repo, "output"), "mine=1").unwrap();
    std::fs::write(file(&repo, "summary"), "# Mine\n").unwrap();
    step(&repo, ["schema"]).run().exits(ExitCode::Done);
    step(&repo, ["schema"]).run().exits(ExitCode::Done);
    assert!(said(&repo, "output").starts_with("mine=1\nresult<<"), "{}", said(&repo, "output"));
    assert_eq!(said(&repo, "output").matches("result<<").count(), 2);
    assert!(said(&repo, "summary").starts_with("# Mine\n### ✓ "), "{}", said(&repo, "summary"));
}

#[test]
fn a_full_summary_takes_no_more_and_stops_nothing() {
    let repo = Repo::new();
    std::fs::write(file(&repo, "summary"), "x\n".repeat(512 * 1024)).unwrap();
    step(&repo, ["schema"]).run().exits(ExitCode::Done);
    assert_eq!(said(&repo, "summary").len(), 1024 * 1024);
}

#[test]
fn a_yes_that_later_steps_cannot_read_is_no_yes() {
    let repo = Repo::new();
    let run = step(&repo, ["schema"]).env("GITHUB_OUTPUT", repo.scratch()).run().exits(ExitCode::CannotTell);
    assert!(run.stdout.contains("config\n"), "the answer is printed all the same: {run}");
    assert!(run.stderr.starts_with("::error title=actions/publish::cannot write "), "{run}");
}

#[test]
fn a_refusal_stays_one_where_the_files_cannot_be_written() {
    let repo = Repo::new();
    step(&repo, ["schema", "none"])
        .env("GITHUB_OUTPUT", "/nowhere/output")
        .run()
        .exits(ExitCode::Usage)
        .says("GITHUB_OUTPUT");
}

#[test]
fn outside_of_actions_nothing_is_written() {
    let repo = Repo::new();
    step(&repo, ["schema"]).env("GITHUB_ACTIONS", "false").run().exits(ExitCode::Done);
    assert!(!file(&repo, "output").exists() && !file(&repo, "summary").exists());
}
