//! `version.from: labels`: what the merged pull requests' labels ask for, by one request, and never ignored.

use zarpe::embedded::state::{Access, Token};

use crate::support::{ExitCode, Harbor};

const FROM: &str = "version:\n  from: [commits, labels]\n";

/// `v1.0.0` is released; since then a fix was merged, with these labels.
fn labelled(labels: &[&str]) -> Harbor {
    with(Harbor::new().tagged("v1.0.0"), "fix: mend the sail", labels)
}

/// One more merged pull request.
fn with(harbor: Harbor, title: &str, labels: &[&str]) -> Harbor {
    let harbor = harbor.merged_pull(title, "bruno");
    let number = harbor.github.state(|state| state.pulls.last().unwrap().number);
    let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
    harbor.state(|state| state.pull_mut(number).unwrap().labels = labels)
}

fn configured(mut harbor: Harbor, text: &str) -> Harbor {
    harbor.repo = harbor.repo.write("zarpe.yml", text);
    harbor
}

#[test]
fn a_label_asks_for_more_than_the_commits() {
    for (label, version) in [("semver:minor", "1.1.0\n"), ("Semver:Major", "2.0.0\n"), ("bug", "1.0.1\n")] {
        let harbor = configured(labelled(&["urgent", label]), FROM);
        harbor.zarpe(["next"]).run().exits(ExitCode::Done).prints(version);
    }
}

#[test]
fn the_largest_label_counts_and_each_pull_request_is_explained() {
    let harbor = configured(with(labelled(&["semver:patch", "semver:minor"]), "docs: words", &[]), FROM);
    let run = harbor.zarpe(["next", "--explain"]).run().exits(ExitCode::Done);
    run.says("labels     2 merged pull requests")
        .says("semver:minor")
        .says("no label that asks")
        .says("labels ask for");
    let document = harbor.zarpe(["next", "--format", "json"]).run().json_of("next/v1");
    assert_eq!(document["version"], "1.1.0");
    assert_eq!(document["labels"][0], serde_json::json!({"pull_request": 1, "label": "semver:minor", "bump": "minor"}));
}

#[test]
fn the_names_of_the_labels_are_configured() {
    let text = "version:\n  from: [labels]\n  labels:\n    major: [breaking]\n    minor: [feature, enhancement]\n";
    let harbor = configured(labelled(&["enhancement"]), text);
    harbor.zarpe(["next"]).run().exits(ExitCode::Done).prints("1.1.0\n");
    let harbor = configured(labelled(&[]), text);
    harbor.zarpe(["next"]).run().exits(ExitCode::Done).prints("").says("nothing to release since v1.0.0");
}

#[test]
fn a_hundred_commits_cost_one_request() {
    let mut harbor = labelled(&["semver:minor"]);
    let more: Vec<String> = (0..99).map(|number| format!("docs: {number}")).collect();
    harbor.repo = harbor.repo.commits(more.iter().map(String::as_str));
    harbor.push("main");
    let harbor = configured(harbor, FROM);
    harbor.github.forget_requests();
    harbor.zarpe(["next"]).run().exits(ExitCode::Done).prints("1.1.0\n");
    let asked = harbor.github.requests().len();
    assert_eq!(asked, 1);
}

#[test]
fn without_a_token_nothing_is_told_whatever_the_commits_ask_for() {
    let harbor = configured(with(labelled(&[]), "feat!: turn it round", &[]), FROM);
    let run = harbor.zarpe(["next"]).env("ZARPE_TOKEN", "").run().exits(ExitCode::CannotTell).prints("");
    run.says("there is no token to read them with");
    harbor.zarpe(["notes"]).env("ZARPE_TOKEN", "").run().exits(ExitCode::CannotTell);
    // Whoever names the version asks no label.
    harbor.zarpe(["next", "--version", "3.0.0"]).env("ZARPE_TOKEN", "").run().exits(ExitCode::Done).prints("3.0.0\n");
}

#[test]
fn a_token_that_may_not_read_pull_requests_is_no_answer() {
    let harbor = configured(labelled(&["semver:minor"]), FROM)
        .state(|state| state.add_token("ghs_blind", Token::workflow(&[("contents", Access::Read)])));
    let run = harbor.zarpe(["next"]).env("ZARPE_TOKEN", "ghs_blind").run().exits(ExitCode::CannotTell).prints("");
    run.says("the token needs to read contents and pull requests");
}

#[test]
fn a_commit_that_was_never_pushed_has_no_known_labels() {
    let mut harbor = configured(labelled(&["semver:minor"]), FROM);
    harbor.repo = harbor.repo.commit("fix: at home");
    let run = harbor.zarpe(["next"]).run().exits(ExitCode::CannotTell).prints("");
    run.says("is not on GitHub").says("push it first");
}

#[test]
fn what_was_taken_back_asks_by_its_label_no_more() {
    let harbor = configured(labelled(&["semver:major"]).pushed("Revert \"fix: mend the sail (#1)\""), FROM);
    harbor.zarpe(["next"]).run().exits(ExitCode::Done).prints("").says("nothing to release");
}

#[test]
fn an_open_pull_request_does_not_count() {
    let harbor = configured(labelled(&["semver:patch"]), FROM);
    let (base, head) = (harbor.repo.sha("main~1"), harbor.head());
    let harbor = harbor.state(|state| {
        let number = state.add_pull("feat: another", "bruno", &base, &[&head]);
        state.pull_mut(number).unwrap().labels = vec!["semver:major".into()];
    });
    harbor.zarpe(["next"]).run().exits(ExitCode::Done).prints("1.0.1\n");
}

#[test]
fn a_release_weighs_the_labels_too() {
    let harbor = configured(labelled(&["semver:minor"]), FROM);
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done).says("v1.1.0");
}
