//! What a person reads of the commands that other files hold by single words: written down whole.

use crate::support::{Harbor, Repo, Run};

/// Without what differs from run to run and from machine to machine.
fn read(run: &Run, changing: &[(&str, &str)]) -> String {
    let text = format!("{}{}", run.stdout, run.stderr);
    changing.iter().fold(text, |text, (from, to)| text.replace(from, to))
}

fn merged() -> Harbor {
    Harbor::new().tagged("v1.0.0").merged_pull("feat: list the cargo", "bruno")
}

#[test]
fn verify_is_as_written_down() {
    let refused = merged().pushed("fix: straight to main").check("test", "failure").requires(&["test", "lint"]);
    insta::assert_snapshot!("verify_refused", read(&refused.zarpe(["verify"]).run(), &[]));
    let unknown = merged().approved_by("rita");
    insta::assert_snapshot!("verify_unknown", read(&unknown.zarpe(["verify"]).run(), &[]));
    let passed = merged().approved_by("rita").check("test", "success");
    insta::assert_snapshot!("verify_passed", read(&passed.zarpe(["verify"]).run(), &[]));
    let markdown = passed.zarpe(["verify", "--format", "markdown"]).run();
    insta::assert_snapshot!("verify_markdown", read(&markdown, &[]));
}

#[test]
fn init_is_as_written_down() {
    let repo = Repo::new().write("requirements.txt", "drf-spectacular\n").write("manage.py", "").commit("feat: begin");
    insta::assert_snapshot!("init_planned", read(&repo.zarpe(["init", "--dry-run"]).run(), &[]));
}

#[test]
fn doctor_is_as_written_down() {
    let harbor = merged();
    let version = harbor.repo.git(["version"]);
    let version = version.trim_start_matches("git version ");
    let run = harbor.zarpe(["doctor"]).run();
    let host = harbor.github.origin().trim_start_matches("http://").to_owned();
    let changing = [(version, "VERSION"), (host.as_str(), "HOST"), (host.split(':').next().unwrap(), "ADDRESS")];
    insta::assert_snapshot!("doctor", read(&run, &changing));
}
