//! `zarpe prepare`: the pull request that makes every version file state the next version, and `release` after it.

use test_case::test_case;
use zarpe::embedded::state::Token;

use crate::support::{ExitCode, Harbor, Zarpe};

const PERSON: &str = "ghp_of0ana";
const CONFIG: &str = "version:\n  files:\n    - Cargo.toml\n    - {path: boat.py, pattern: '__version__ = \"{version}\"'}\nnotes: {changelog: CHANGELOG.md}\n";
const CARGO: &str = "[package] # ours\nname = \"boat\"\nversion = \"1.0.0\" # the boat\n";
const LOCK: &str = "version = 4\n\n[[package]]\nname = \"boat\"\nversion = \"1.0.0\"\n";
const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-01\n\n- By hand.\n";

fn ready() -> Harbor {
    let mut harbor = Harbor::new().state(|state| {
        state.add_token(PERSON, Token::classic("ana"));
    });
    harbor.repo = harbor
        .repo
        .write("zarpe.yml", CONFIG)
        .write("Cargo.toml", CARGO)
        .write("Cargo.lock", LOCK)
        .write("boat.py", "__version__ = \"1.0.0\"\n")
        .write("CHANGELOG.md", CHANGELOG);
    harbor.pushed("chore: begin").tagged("v1.0.0").merged_pull("feat: list the cargo", "bruno").approved_by("rita")
}

fn prepare(harbor: &Harbor, args: &[&str]) -> Zarpe {
    harbor.zarpe(["prepare"].into_iter().chain(args.iter().copied())).env("ZARPE_TOKEN", PERSON)
}

fn pulls(harbor: &Harbor) -> Vec<(String, String)> {
    harbor.github.state(|state| {
        let open = state.pulls.iter().filter(|pull| pull.open);
        open.map(|pull| (pull.title.clone(), pull.head.clone())).collect()
    })
}

/// What is open.
fn opened(title: &str) -> Vec<(String, String)> {
    vec![(title.to_owned(), "zarpe/release-main".to_owned())]
}

/// A file of the branch on the remote.
fn on_branch(harbor: &Harbor, path: &str) -> String {
    let bare = harbor.github.bare().to_str().unwrap().to_owned();
    harbor.repo.git(["--git-dir", &bare, "show", &format!("zarpe/release-main:{path}")])
}

#[test]
fn the_pull_request_is_opened_with_every_file_and_the_clone_is_left_alone() {
    let mut harbor = ready();
    harbor.repo = harbor.repo.write("boat.py", "my own work\n").write("new.txt", "mine\n");
    harbor.repo.git(["add", "new.txt"]);
    let state = |harbor: &Harbor| {
        (
            harbor.repo.git(["status", "--porcelain"]),
            harbor.repo.git(["for-each-ref"]),
            harbor.repo.git(["ls-files", "-s"]),
        )
    };
    let before = state(&harbor);
    prepare(&harbor, &["--push"]).run().exits(ExitCode::Done).says("pull request #2 is open");
    assert_eq!(pulls(&harbor), opened("chore: release 1.1.0"));
    assert_eq!(on_branch(&harbor, "Cargo.toml"), CARGO.replace("1.0.0", "1.1.0").trim_end());
    assert_eq!(on_branch(&harbor, "Cargo.lock"), LOCK.replace("1.0.0", "1.1.0").trim_end());
    assert_eq!(on_branch(&harbor, "boat.py"), "__version__ = \"1.1.0\"");
    let changelog = on_branch(&harbor, "CHANGELOG.md");
    assert!(changelog.contains("## [1.1.0]") && changelog.ends_with("- By hand."), "{changelog}");
    assert_eq!(state(&harbor), before);
}

#[test]
fn again_it_changes_nothing_and_after_more_commits_it_is_updated() {
    let harbor = ready();
    prepare(&harbor, &["--push"]).run().exits(ExitCode::Done).says("2 made now");
    let refs = harbor.remote_refs("refs/heads/*");
    prepare(&harbor, &["--push"]).run().exits(ExitCode::Done).says("2 already right");
    assert_eq!(harbor.remote_refs("refs/heads/*"), refs);
    let harbor = harbor.pushed("feat!: another hull");
    prepare(&harbor, &["--push"]).run().exits(ExitCode::Done).says("2 made now");
    assert_eq!(pulls(&harbor), opened("chore: release 2.0.0"));
    assert_eq!(on_branch(&harbor, "boat.py"), "__version__ = \"2.0.0\"");
}

#[test_case(&[]; "without push")]
#[test_case(&["--push", "--dry-run"]; "as a dry run")]
fn the_changes_are_shown_and_nothing_is_done(args: &[&str]) {
    let harbor = ready();
    let before = harbor.remote_refs("refs/*");
    let run = prepare(&harbor, args).run().exits(ExitCode::Done);
    run.says("-version = \"1.0.0\" # the boat")
        .says("+version = \"1.1.0\" # the boat")
        .says("push branch zarpe/release-main");
    let document = prepare(&harbor, &[args, &["--format", "json"]].concat()).run().json_of("prepare/v1");
    assert_eq!((&document["version"], document["files"].as_array().unwrap().len()), (&"1.1.0".into(), 4));
    assert_eq!((harbor.remote_refs("refs/*"), pulls(&harbor)), (before, vec![]));
}

#[test]
fn without_github_nothing_is_pushed() {
    let harbor = ready();
    let before = harbor.remote_refs("refs/*");
    harbor.repo.git(["remote", "set-url", "origin", harbor.github.bare().to_str().unwrap()]);
    harbor.repo.zarpe(["prepare", "--push"]).run().exits(ExitCode::Usage).says("the repository on GitHub is not known");
    assert_eq!(harbor.remote_refs("refs/*"), before);
}

#[test]
fn a_branch_that_somebody_else_pushed_is_not_replaced() {
    let harbor = ready();
    prepare(&harbor, &["--push"]).run().exits(ExitCode::Done);
    harbor.push("+main:refs/heads/zarpe/release-main");
    let run = prepare(&harbor, &["--push"]).run();
    run.exits(ExitCode::Refused).says("somebody else made").says("nobody's work is replaced");
    assert!(harbor.remote_refs("refs/heads/zarpe/release-main").contains(&harbor.head()));
}

#[test]
fn a_release_whose_files_state_another_version_is_stale_until_it_is_merged() {
    let harbor = ready().merged_pull("fix: the ropes", "bruno").approved_by("rita").check("test", "success");
    let run = harbor.zarpe(["release", "--dry-run"]).run().exits(ExitCode::Stale);
    run.says("3 of 3 version files do not state 1.1.0").says("zarpe prepare --push");
    prepare(&harbor, &["--push"]).run().exits(ExitCode::Done);
    let bare = harbor.github.bare().to_str().unwrap().to_owned();
    harbor.repo.git(["fetch", "--quiet", &bare, "zarpe/release-main"]);
    harbor.repo.git(["checkout", "--quiet", "FETCH_HEAD", "--", "."]);
    let harbor = harbor.merged_pull("chore: release 1.1.0", "bruno").approved_by("rita").check("test", "success");
    harbor.zarpe(["release", "--dry-run"]).run().exits(ExitCode::Done).says("each version file states 1.1.0");
    prepare(&harbor, &["--push"]).run().exits(ExitCode::Done).says("everything states 1.1.0 already");
}

#[test_case("[README.md]", "has no `version` that zarpe knows"; "a name that tells no kind")]
#[test_case("[{path: VERSION, pattern: v}]", "{version}"; "a pattern without a version")]
#[test_case("[../Cargo.toml]", "leads out of the repository"; "outside")]
#[test_case("[{path: VERSION, patern: v}]", "pattern"; "a slip of the pen")]
fn a_wrong_configuration_is_refused_at_its_place(files: &str, says: &str) {
    let mut harbor = ready();
    harbor.repo = harbor.repo.write("zarpe.yml", &format!("version: {{files: {files}}}\n"));
    prepare(&harbor, &[]).run().exits(ExitCode::Usage).says("zarpe.yml:1:").says(says);
}

#[test]
fn a_file_that_is_not_there_or_states_no_version_is_named() {
    for (files, says) in
        [("Chart.yaml", "it is not there"), ("{path: boat.py, pattern: 'v{version}'}", "no version stands there")]
    {
        let mut harbor = ready();
        harbor.repo = harbor.repo.write("zarpe.yml", &format!("version: {{files: [{files}]}}\n"));
        prepare(&harbor, &[]).run().exits(ExitCode::Usage).says(says).says("version.files");
    }
}
