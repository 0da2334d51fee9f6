//! What GitHub adds to the notes where there is a token: titles, labels and accounts, in one request for a hundred pull requests.

use test_case::test_case;
use zarpe::embedded::state::{Access, Role, Token};

use crate::support::{ExitCode, Harbor, Zarpe};

const TOKEN: &str = "ghp_ofNotes";

fn harbor() -> Harbor {
    Harbor::new()
        .state(|state| {
            state.add_token(TOKEN, Token::classic("ana"));
        })
        .pushed("chore: begin")
        .tagged("v1.0.0")
}

fn labelled(harbor: Harbor, labels: &[&str]) -> Harbor {
    let labels = labels.iter().map(|&label| label.to_owned()).collect();
    harbor.state(|state| state.pulls.last_mut().unwrap().labels = labels)
}

fn notes(harbor: &Harbor, args: &[&str]) -> Zarpe {
    harbor.zarpe(["notes"].into_iter().chain(args.iter().copied())).env("ZARPE_TOKEN", TOKEN)
}

/// A pull request whose commits were rebased onto `main`: nothing in them names it.
fn rebased(mut harbor: Harbor, title: &str, messages: &[&str]) -> Harbor {
    let base = harbor.head();
    let commits: Vec<String> = messages
        .iter()
        .map(|message| {
            harbor.repo.git(["commit", "--quiet", "--allow-empty", "--message", message]);
            harbor.head()
        })
        .collect();
    harbor.push("main");
    let commits: Vec<&str> = commits.iter().map(String::as_str).collect();
    harbor = harbor.state(|state| {
        let number = state.add_pull(title, "bruno", &base, &commits);
        state.merge_pull(number, "bruno", commits.last().unwrap());
    });
    harbor
}

#[test]
fn commits_that_say_nothing_are_told_once_by_the_title() {
    let harbor = rebased(harbor(), "feat(cargo): list it", &["wip", "more", "fix: the ropes"]);
    let run = notes(&harbor, &[]).run().exits(ExitCode::Done);
    run.says("### Fixes\n\n- the ropes ([#1](")
        .says("### Other changes\n\n- **cargo:** list it ([#1](")
        .never_says("wip")
        .never_says("more");
    let run = notes(&harbor, &[]).run().exits(ExitCode::Done);
    assert_eq!(run.stdout.matches("list it").count(), 1, "{run}");
    let offline = notes(&harbor, &["--offline"]).run().exits(ExitCode::Done);
    offline.says("- wip (").says("- more (").never_says("#1");
}

#[test]
fn the_context_has_titles_and_labels_and_people_have_accounts() {
    let mut harbor = harbor().state(|state| {
        state.add_user("marina", Role::Write);
        state.users.last_mut().unwrap().email = "marina@example.com".into();
    });
    harbor.repo.git(["config", "user.email", "Marina@example.com"]);
    harbor = labelled(harbor.merged_pull("feat: list the cargo", "marina"), &["ui"]);
    let context = notes(&harbor, &["--context"]).run().exits(ExitCode::Done).json();
    let entry = &context["sections"][0]["entries"][0];
    assert_eq!((&entry["title"], &entry["labels"]), (&"feat: list the cargo".into(), &serde_json::json!(["ui"])));
    assert_eq!(context["contributors"][0]["login"], "marina");
    let offline = notes(&harbor, &["--context", "--offline"]).run().exits(ExitCode::Done).json();
    assert_eq!(offline["sections"][0]["entries"][0]["title"], serde_json::Value::Null);
}

#[test_case("notes:\n  sections:\n    - {title: For skippers, labels: [UI]}\n", None; "of the configuration")]
#[test_case("branch: main\n", Some("changelog:\n  exclude: {labels: [skip]}\n  categories:\n    - {title: For skippers, labels: [ui], exclude: {authors: [dependabot]}}\n"); "of GitHub's own file")]
fn sections_go_by_labels(config: &str, file: Option<&str>) {
    let mut harbor = harbor();
    harbor.repo = harbor.repo.write("zarpe.yml", config);
    if let Some(file) = file {
        harbor.repo = harbor.repo.write(".github/release.yml", file);
    }
    let harbor = labelled(harbor.merged_pull("feat: a", "bruno"), &["ui"]);
    let harbor = labelled(harbor.merged_pull("feat!: b", "bruno"), &["ui"]);
    let harbor = labelled(harbor.merged_pull("feat: c", "bruno"), &["skip"]);
    let harbor = labelled(harbor.merged_pull("chore: d", "dependabot[bot]"), &["ui"]);
    let run = notes(&harbor, &[]).run().exits(ExitCode::Done);
    let run = run.says("### Breaking changes\n\n- b (").says("### For skippers\n\n- a (");
    let is_there = |text: &str| run.stdout.contains(text);
    assert_eq!((is_there("- c ("), is_there("### Other changes")), (file.is_none(), file.is_some()), "{}", run.stdout);
    let offline = notes(&harbor, &["--offline"]).run().exits(ExitCode::Done);
    offline.says("GitHub was not asked").says("### Features").never_says("For skippers");
}

/// As many as GitHub lets a pull request have.
#[test]
fn the_last_of_a_hundred_labels_counts() {
    let mut harbor = harbor();
    harbor.repo = harbor.repo.write("zarpe.yml", "notes:\n  sections: [{title: For skippers, labels: [label-99]}]\n");
    let labels: Vec<String> = (0..100).map(|number| format!("label-{number}")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let harbor = labelled(harbor.merged_pull("feat: a", "bruno"), &labels);
    notes(&harbor, &[]).run().exits(ExitCode::Done).says("### For skippers\n\n- a (");
}

#[test]
fn the_categories_of_github_can_be_left_out() {
    let mut harbor = harbor();
    let file = "changelog:\n  categories:\n    - {title: Everything, labels: ['*']}\n";
    harbor.repo = harbor.repo.write(".github/release.yml", file).write("zarpe.yml", "branch: main\n");
    let mut harbor = harbor.merged_pull("feat: a", "bruno");
    notes(&harbor, &[]).run().exits(ExitCode::Done).says("### Everything\n\n- a (");
    harbor.repo = harbor.repo.write("zarpe.yml", "notes: {github-categories: false}\n");
    notes(&harbor, &[]).run().exits(ExitCode::Done).says("### Features\n\n- a (");
    harbor.repo = harbor
        .repo
        .write("zarpe.yml", "branch: main\n")
        .write(".github/release.yml", "changelog:\n  categories:\n    - {labels: [a]}\n");
    notes(&harbor, &[]).run().exits(ExitCode::Usage).says(".github/release.yml:3:7").says("title");
}

#[test_case(100, 1; "a hundred pull requests take one request")]
#[test_case(101, 2; "one more takes another")]
fn requests(pulls: usize, requests: usize) {
    let harbor = harbor();
    let tip = harbor.head();
    for number in 1..=pulls {
        harbor.repo.git(["commit", "--quiet", "--allow-empty", "--message", &format!("fix: {number} (#{number})")]);
    }
    harbor.push("main");
    let head = harbor.head();
    let harbor = harbor.state(|state| {
        for number in 1..=pulls {
            let number = state.add_pull(&format!("fix: {number}"), "bruno", &tip, &[&head]);
            state.merge_pull(number, "bruno", &head);
        }
    });
    harbor.github.forget_requests();
    let run = notes(&harbor, &["v1.0.0..HEAD", "--context"]).run().exits(ExitCode::Done);
    assert_eq!(run.json()["sections"][0]["entries"][pulls - 1]["title"], format!("fix: {pulls}"));
    assert_eq!(harbor.github.requests().len(), requests);
}

#[test]
fn what_names_no_merged_pull_request_is_not_one() {
    let harbor = harbor().pushed("wip (#77)").pushed("fix: an issue (#78)").merged_pull("fix: merged", "bruno");
    let head = harbor.head();
    let harbor = harbor.state(|state| {
        let number = state.add_pull("feat: still open", "bruno", &head, &[&head]);
        state.pull_mut(number).unwrap().labels = vec!["ui".into()];
    });
    let harbor = harbor.pushed("fix: for the open one (#2)");
    let context = notes(&harbor, &["--context"]).run().exits(ExitCode::Done).json();
    let entries: Vec<&serde_json::Value> = context["sections"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|section| section["entries"].as_array().unwrap())
        .collect();
    let titles: Vec<&str> = entries.iter().filter_map(|entry| entry["title"].as_str()).collect();
    assert_eq!((entries.len(), titles), (4, vec!["fix: merged"]));
}

#[test]
fn a_token_that_sees_no_pull_requests_matters_where_sections_go_by_them() {
    let harbor = harbor().merged_pull("feat: a", "bruno").state(|state| {
        state.add_token("github_pat_narrow", Token::fine_grained("ana", &[("contents", Access::Read)]));
    });
    let narrow = |args: &[&str]| notes(&harbor, args).env("ZARPE_TOKEN", "github_pat_narrow").run();
    narrow(&[]).exits(ExitCode::Done).says("does not tell the pull requests").says("--offline").says("### Features");
    narrow(&["--offline"]).exits(ExitCode::Done).never_says("does not tell");
    let mut harbor = harbor;
    harbor.repo = harbor.repo.write("zarpe.yml", "notes:\n  sections: [{title: A, labels: [a]}]\n");
    let run = notes(&harbor, &[]).env("ZARPE_TOKEN", "github_pat_narrow").run();
    run.exits(ExitCode::CannotTell).says("does not tell the pull requests");
}

#[test]
fn a_release_whose_notes_cannot_be_told_is_not_made() {
    let mut harbor = harbor();
    harbor.repo = harbor.repo.write("zarpe.yml", "notes:\n  sections: [{title: A, labels: [a]}]\n");
    let harbor = harbor.merged_pull("feat: a", "bruno").check("test", "failure").state(|state| {
        let read = ["contents", "checks", "statuses", "actions"].map(|name| (name, Access::Read));
        state.add_token("github_pat_narrow", Token::fine_grained("ana", &read));
    });
    let run = harbor.zarpe(["release", "--yes"]).env("ZARPE_TOKEN", "github_pat_narrow").run();
    assert_ne!(run.code, Some(0), "{run}");
    run.says("does not tell the pull requests").says("test");
}
