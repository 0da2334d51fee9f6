//! `notes --preview`: what merging a pull request gives, told without a token and without the right to push.

use serde_json::json;

use super::released;
use crate::support::{Repo, Zarpe};
use zarpe::report::ExitCode::{Done, Usage};

/// The clone of a pull request's job: HEAD is the merge that GitHub tried. The base has gone on meanwhile.
fn proposed(messages: &[&str]) -> Repo {
    let repo = released();
    repo.git(["checkout", "--quiet", "-b", "topic"]);
    let repo = repo.commits(messages.iter().copied());
    repo.git(["checkout", "--quiet", "main"]);
    let repo = repo.commit("fix: on main");
    repo.git(["checkout", "--quiet", "--detach"]);
    repo.git(["merge", "--quiet", "--no-ff", "--message", "Merge topic into main", "topic"]);
    repo
}

/// `notes --preview` in that job.
fn preview(repo: &Repo, title: &str, args: &[&str]) -> Zarpe {
    let pull = json!({ "number": 7, "title": title, "base": { "sha": repo.sha("v1.2.0") }, "head": { "sha": repo.sha("topic") } });
    let path = repo.scratch().join("event.json");
    std::fs::write(&path, json!({ "pull_request": pull }).to_string()).unwrap();
    repo.zarpe(["notes", "--preview"].into_iter().chain(args.iter().copied())).env("GITHUB_EVENT_PATH", path)
}

#[test]
fn it_says_what_merging_gives_and_what_it_adds() {
    let repo = proposed(&["wip", "more\n\nCloses #4"]);
    let run = preview(&repo, "feat(export): write CSV", &[]).run().exits(Done);
    insta::assert_snapshot!(run.stdout);
    let document = preview(&repo, "feat(export): write CSV", &["--format", "json"]).run().exits(Done).json();
    assert_eq!(document["schema"], "zarpe/preview/v1");
    assert_eq!((&document["tag"], &document["asks"]), (&"v1.3.0".into(), &"minor".into()));
    assert_eq!((&document["pull_request"], &document["conventional"]), (&7.into(), &true.into()));
    assert!(
        document["markdown"].as_str().unwrap().starts_with("### Features\n\n- **export:** write CSV ([#7]("),
        "{document}"
    );
    let schema = repo.zarpe(["schema", "preview/v1"]).run().exits(Done).json();
    jsonschema::validate(&schema, &document).unwrap();
}

#[test]
fn a_title_that_does_not_parse_is_a_warning() {
    let repo = proposed(&["feat: a"]);
    let run = preview(&repo, "Write CSV", &[]).run().exits(Done);
    run.says("merging gives v1.2.1")
        .says("`Write CSV (#7)` is no conventional commit")
        .says("write it as `type: description`");
    let document = preview(&repo, "Write CSV", &["--format", "json"]).run().exits(Done).json();
    assert_eq!((&document["conventional"], &document["asks"]), (&false.into(), &"none".into()));
    assert_eq!(document["findings"][0]["level"], "warning");
    // Merged as they are, the commits count and the title does not.
    let run = preview(&repo, "Write CSV", &["--merge-method", "merge"]).run().exits(Done);
    run.says("merging gives v1.3.0");
}

#[test]
fn what_breaks_in_the_body_of_a_commit_counts() {
    let repo = proposed(&["fix: a", "fix: b\n\nBREAKING CHANGE: c"]);
    preview(&repo, "fix: both", &[]).run().exits(Done).says("merging gives v2.0.0");
}

#[test]
fn in_actions_it_is_the_steps_summary_and_an_annotation() {
    let repo = proposed(&["a"]);
    let summary = repo.scratch().join("summary");
    let outputs = repo.scratch().join("outputs");
    let run = preview(&repo, "<b>Export</b> @ana ::error::x", &[])
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", &summary)
        .env("GITHUB_OUTPUT", &outputs)
        .run()
        .exits(Done);
    run.says("::warning");
    let summary = std::fs::read_to_string(summary).unwrap();
    assert!(summary.starts_with("### ✓ merging gives v1.2.1\n"), "{summary}");
    assert!(summary.contains("&lt;b&gt;Export&lt;/b&gt; @&#8203;ana"), "{summary}");
    // In the warning it stands between back quotes, where nothing is more than its letters.
    assert_eq!(summary.matches("<b>").count(), summary.matches("`<b>Export</b> @ana").count(), "{summary}");
    assert!(!summary.contains("\n::"), "{summary}");
    assert!(std::fs::read_to_string(outputs).unwrap().contains("v1.2.1"));
}

#[test]
fn without_an_event_it_is_said_by_hand() {
    let repo = released().commit("feat: a");
    let run = repo.zarpe(["notes", "--preview"]).run().exits(Usage);
    run.says("it is not known which pull request is meant").says("--title TITLE --base origin/main");
    let args = ["notes", "--preview", "--title", "feat!: a", "--base", "v1.2.0"];
    repo.zarpe(args).run().exits(Done).says("merging gives v2.0.0");
    repo.zarpe(args).env("GITHUB_EVENT_PATH", "/nowhere/event.json").run().exits(Usage).says("there is no file");
    let repo = repo.write("event.json", "{");
    repo.zarpe(args).env("GITHUB_EVENT_PATH", repo.path().join("event.json")).run().exits(Usage).says("cannot be read");
}

#[test]
fn what_changed_in_the_api_is_that_of_the_pull_request_alone() {
    let schema = |paths: &str| format!("openapi: 3.0.3\ninfo: {{title: a, version: '1'}}\npaths:\n{paths}");
    let path = |name: &str| format!("  /{name}:\n    get: {{responses: {{'200': {{description: ok}}}}}}\n");
    let base = Repo::new().write("zarpe.yml", "openapi: [{schema: a.yml}]\n").write("a.yml", &schema(&path("old")));
    let repo = base.commit("feat: begin").tag("v1.0.0").write("a.yml", &schema(&[path("old"), path("main")].concat()));
    let repo = repo.commit("feat: on main");
    repo.git(["tag", "base"]);
    let repo = repo.write("a.yml", &schema(&[path("old"), path("main"), path("own")].concat())).commit("feat: own");
    let run = repo.zarpe(["notes", "--preview", "--title", "feat: own", "--base", "base"]).run().exits(Done);
    run.says("/own").never_says("/main");
}
