//! `zarpe next`: the version on standard output, and never a guess.

use zarpe::report::ExitCode::{CannotTell, Done, Refused, Usage};

use crate::support::Repo;

mod copies;
mod corners;
mod folder;
mod labels;
mod lines;
mod states;

fn released() -> Repo {
    Repo::new().commit("feat: start").tag("v1.2.0").tag("sha-0123456").tag("nightly")
}

#[test]
fn the_version_stands_alone_on_standard_output() {
    released().commits(["fix: a", "feat: b"]).zarpe(["next"]).run().exits(Done).prints("1.3.0\n");
}

#[test]
fn nothing_to_release_is_a_yes_with_an_empty_answer() {
    released().commit("docs: a").zarpe(["next"]).run().exits(Done).prints("").says("nothing to release since v1.2.0");
}

#[test]
fn the_first_release_has_the_configured_version() {
    let repo = Repo::new().commit("chore: start");
    repo.zarpe(["next"]).run().exits(Done).prints("0.1.0\n");
    repo.write("zarpe.yml", "version:\n  initial: 1.0.0\n").zarpe(["next"]).run().exits(Done).prints("1.0.0\n");
}

#[test]
fn every_commit_is_explained() {
    let repo = released().commits([
        "fix: repair it\n\nsome text\nBREAKING CHANGE: call it otherwise",
        "feat: wrong idea",
        "Revert \"feat: wrong idea\"",
        "Update things",
        "docs: words",
    ]);
    let run = repo.zarpe(["next", "--explain"]).run().exits(Done);
    let shown = run.stdout.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(shown, @r##"
    ✓ 2.0.0 comes after 1.2.0: major

    · commits    5 commits since v1.2.0
      · 354583f  none   type docs                                     docs: words
      ? e6036d7  none   not conventional: the first line has no `type: ` or `type(scope): `  Update things
      · 1842426  none   takes back ce29651; a revert by `git revert`  Revert "feat: wrong idea"
      · ce29651  none   taken back by 1842426                         feat: wrong idea
      ✓ d60ea84  major  breaking change; `BREAKING CHANGE:` stands in the middle of the body, and is taken  fix: repair it

    · openapi    not compared

    ✓ decision
      · tags              of this clone; the remote was not asked
      · last release      v1.2.0
      · commits ask for   major
      · openapi asks for  none
      · largest           major
      ✓ next              2.0.0

    warning: 1 commit is not conventional and asks for nothing
      help: see which: zarpe next --explain
    "##);
}

#[test]
fn the_outputs_are_there_for_the_next_step() {
    let repo = released().commit("fix: a");
    let file = repo.scratch().join("output");
    std::fs::write(&file, "").unwrap();
    repo.zarpe(["next"]).env("GITHUB_ACTIONS", "true").env("GITHUB_OUTPUT", &file).run().exits(Done);
    let outputs = std::fs::read_to_string(&file).unwrap();
    for value in ["1.2.1", "v1.2.1", "v1.2.0", "patch", &repo.sha("HEAD")[..7]] {
        assert!(
            outputs.lines().any(|line| line == value || line.ends_with(&format!("={value}"))),
            "{value}: {outputs}"
        );
    }
}

#[test]
fn where_there_is_nothing_to_release_every_output_is_there_and_empty() {
    let repo = released().commit("docs: a");
    let file = repo.scratch().join("output");
    std::fs::write(&file, "").unwrap();
    repo.zarpe(["next"]).env("GITHUB_ACTIONS", "true").env("GITHUB_OUTPUT", &file).run().exits(Done);
    let outputs = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = outputs.lines().collect();
    for name in ["version", "tag", "short-sha", "previous-tag", "bump"] {
        let at = lines.iter().position(|line| line.starts_with(&format!("{name}<<")) || *line == format!("{name}="));
        let at = at.unwrap_or_else(|| panic!("{name} is not written: {outputs}"));
        let end = lines[at].split_once("<<").map(|(_, end)| end);
        assert!(end.is_none_or(|end| lines[at + 1] == end || lines[at + 1].is_empty()), "{name}: {outputs}");
    }
}

#[test]
fn the_document_names_what_was_weighed() {
    let repo = released().commits(["feat: a", "what"]);
    let document = repo.zarpe(["next", "--format", "json"]).run().exits(Done).json();
    assert_eq!(document["schema"], "zarpe/next/v1");
    assert_eq!((&document["version"], &document["bump"]), (&"1.3.0".into(), &"minor".into()));
    assert_eq!(document["previous"]["tag"], "v1.2.0");
    assert_eq!(document["commits"][0]["reason"], "not conventional: the first line has no `type: ` or `type(scope): `");
    assert_eq!(document["commits"][1]["bump"], "minor");
}

#[test]
fn a_person_may_ask_for_more_but_not_for_what_is_there() {
    let repo = released().commit("fix: a");
    repo.zarpe(["next", "--bump", "minor"]).run().exits(Done).prints("1.3.0\n");
    repo.zarpe(["next", "--version", "4.0.0"]).run().exits(Done).prints("4.0.0\n");
    repo.zarpe(["next", "--version", "v4.0.0"]).run().exits(Done).prints("4.0.0\n");
    repo.zarpe(["next", "--version", "1.2.0"]).run().exits(Usage).prints("").says("1.2.0 is not greater than 1.2.0");
    repo.zarpe(["next", "--version", "v2"]).run().exits(Usage);
    repo.zarpe(["next", "--pre", "rc"]).run().exits(Done).prints("1.2.1-rc.1\n");
    repo.zarpe(["next", "--pre", "r c"]).run().exits(Usage).says("`r c` is no channel for pre-releases");
}

#[test]
fn candidates_are_counted_and_the_final_begins_at_the_last_final() {
    let repo = released().commit("feat: a").tag("v1.3.0-rc.1");
    repo.zarpe(["next", "--pre", "rc"]).run().exits(Done).prints("").says("nothing to release");
    let repo = repo.commit("fix: b");
    repo.zarpe(["next", "--pre", "rc"]).run().exits(Done).prints("1.3.0-rc.2\n");
    repo.zarpe(["next"]).run().exits(Done).prints("1.3.0\n");
}

#[test]
fn a_maintenance_branch_never_takes_the_next_line_s_version() {
    let repo = released();
    repo.git(["checkout", "--quiet", "-b", "release/1.2"]);
    repo.git(["checkout", "--quiet", "main"]);
    let repo = repo.commit("feat: next line").tag("v1.3.0");
    repo.git(["checkout", "--quiet", "release/1.2"]);
    let repo = repo.commit("fix: a");
    repo.zarpe(["next"]).run().exits(Done).prints("1.2.1\n");
    let repo = repo.commit("feat: b");
    repo.zarpe(["next"]).run().exits(Refused).prints("").says("1.3.0 is released already");
}

#[test]
fn an_older_commit_is_answered_as_of_then() {
    let repo = released().commit("fix: a").commit("feat: b");
    repo.zarpe(["next", "HEAD~1"]).run().exits(Done).prints("1.2.1\n");
    repo.zarpe(["next", "elsewhere"]).run().exits(Usage).says("`elsewhere` names no commit of this clone");
}

#[test]
fn a_schema_that_did_not_change_asks_for_nothing() {
    let repo =
        Repo::new().write("schema.yml", "openapi: 3.1.0\n").write("zarpe.yml", "openapi:\n  - schema: schema.yml\n");
    let repo = repo.commit("feat: start").tag("v1.2.0").commit("fix: a");
    repo.zarpe(["next"]).run().exits(Done).prints("1.2.1\n");
}

fn schema(paths: &str) -> String {
    format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n{paths}")
}

const USERS: &str = "  /users:\n    get: {responses: {'200': {description: ok}}}\n";
const BOATS: &str = "  /boats:\n    get: {responses: {'200': {description: ok}}}\n";

#[test]
fn a_breaking_schema_under_a_fix_cannot_leave_as_a_patch() {
    let repo = Repo::new().write("zarpe.yml", "openapi:\n  - schema: schema.yml\n");
    let repo = repo.write("schema.yml", &schema(&format!("{USERS}{BOATS}"))).commit("feat: start").tag("v1.2.0");
    let repo = repo.write("schema.yml", &schema(USERS)).commit("fix: tidy up");
    repo.zarpe(["next"]).run().exits(Done).prints("2.0.0\n");
    repo.zarpe(["next", "--explain"]).run().exits(Done).says("breaks").says("GET /boats");
    repo.zarpe(["notes"]).run().exits(Done).says("### API changes").says("- **Breaking:** GET /boats");
    repo.write("zarpe.yml", "openapi:\n  - schema: schema.yml\nversion:\n  from: [commits]\n")
        .zarpe(["next"])
        .run()
        .exits(Done)
        .prints("1.2.1\n");
}

#[test]
fn what_breaks_callers_under_a_smaller_type_is_shown_with_the_commit_that_made_it() {
    const CARS: &str = "  /cars:\n    get: {responses: {'200': {description: ok}}}\n";
    let document = |paths: &[&str]| schema(&paths.concat());
    let repo = Repo::new().write("zarpe.yml", "openapi:\n  - schema: schema.yml\n");
    let repo = repo.write("schema.yml", &document(&[USERS, BOATS, CARS])).commit("feat: start").tag("v1.2.0");
    let repo = repo.write("a", "1").commit("fix: a");
    let repo = repo.write("schema.yml", &format!("{}# x\n", document(&[USERS, BOATS, CARS]))).commit("docs: a remark");
    let repo = repo.write("schema.yml", &document(&[USERS, CARS])).commit("fix: tidy up");
    let repo = repo.write("schema.yml", &format!("{}# y\n", document(&[USERS, CARS]))).commit("docs: another remark");
    let repo = repo.write("schema.yml", &document(&[USERS])).commit("feat!: no cars");
    let run = repo.zarpe(["next", "--explain"]).run().exits(Done);
    let said = run.says("(fix: tidy up), which asks for patch only");
    let finding = said.stdout.split("warning: 1 change that breaks callers came with").nth(1).unwrap();
    assert!(finding.contains("GET /boats") && !finding.contains("GET /cars"), "{finding}");
    let json = repo.zarpe(["next", "--format", "json"]).run().exits(Done).json();
    let made: Vec<_> = json["openapi"]["changes"].as_array().unwrap().iter().map(|change| &change["made"]).collect();
    let commits = json["commits"].as_array().unwrap();
    let by = |place: &str| {
        let all = json["openapi"]["changes"].as_array().unwrap();
        let sha = &all.iter().find(|change| change["place"] == place).unwrap()["made"]["by"];
        commits.iter().find(|commit| commit["sha"] == *sha).unwrap()["subject"].as_str().unwrap().to_owned()
    };
    assert_eq!((by("GET /boats"), by("GET /cars")), ("fix: tidy up".to_owned(), "feat!: no cars".to_owned()));
    assert!(made.iter().all(|made| made["alone"] == true), "{made:?}");
}

#[test]
fn a_merge_is_what_it_brings() {
    let repo = Repo::new().write("zarpe.yml", "openapi:\n  - schema: schema.yml\n");
    let repo = repo.write("schema.yml", &schema(&format!("{USERS}{BOATS}"))).commit("feat: start").tag("v1.2.0");
    let announced = |subject: &str| {
        repo.git(["checkout", "--quiet", "-B", "topic", "v1.2.0"]);
        repo.git(["rm", "--quiet", "--cached", "schema.yml"]);
        std::fs::write(repo.path().join("schema.yml"), schema(USERS)).unwrap();
        repo.git(["add", "schema.yml"]);
        repo.git(["commit", "--quiet", "-m", subject]);
        repo.git(["checkout", "--quiet", "-B", "result", "v1.2.0"]);
        repo.git(["merge", "--quiet", "--no-ff", "-m", "Merge branch 'topic'", "topic"]);
        repo.zarpe(["next"]).run().exits(Done).prints("2.0.0\n")
    };
    announced("feat!: no boats").never_says("breaks callers came");
    announced("fix: tidy up").says("breaks callers came").says("asks for patch only");
}

#[test]
fn a_new_endpoint_under_a_fix_is_a_minor_version() {
    let repo = Repo::new().write("zarpe.yml", "openapi:\n  - schema: schema.yml\n");
    let repo = repo.write("schema.yml", &schema(USERS)).commit("feat: start").tag("v1.2.0");
    let repo = repo.write("schema.yml", &schema(&format!("{USERS}{BOATS}"))).commit("fix: tidy up");
    repo.zarpe(["next"]).run().exits(Done).prints("1.3.0\n");
}

#[test]
fn a_schema_that_cannot_be_read_leaves_the_version_open() {
    let repo = Repo::new().write("zarpe.yml", "openapi:\n  - schema: schema.yml\n");
    let repo = repo.write("schema.yml", &schema(USERS)).commit("feat: start").tag("v1.2.0");
    let repo = repo.write("schema.yml", "openapi: [").commit("fix: tidy up");
    repo.zarpe(["next"]).run().exits(CannotTell).prints("").says("schema.yml cannot be compared with v1.2.0");
    repo.git(["rm", "--quiet", "--force", "schema.yml"]);
    repo.commit("fix: forget it")
        .zarpe(["next"])
        .run()
        .exits(CannotTell)
        .prints("")
        .says("correct `openapi` in zarpe.yml");
}

#[test]
fn releases_elsewhere_only_are_no_first_release() {
    let repo = Repo::new().commit("feat: start").tag("v1.0.0");
    repo.git(["checkout", "--quiet", "--orphan", "rewritten"]);
    repo.commit("feat: again").zarpe(["next"]).run().exits(CannotTell).prints("").says("no release is an ancestor");
}

#[test]
fn a_folder_that_is_no_repository_is_a_mistake_of_usage() {
    let folder = tempfile::tempdir().unwrap();
    crate::support::Zarpe::new(folder.path()).args(["next"]).run().exits(Usage).says("is not in a git repository");
}

#[test]
fn an_empty_repository_is_a_mistake_of_usage() {
    Repo::new().zarpe(["next"]).run().exits(Usage).says("the repository has no commit yet");
}

#[test]
fn a_damaged_repository_is_said_to_be_damaged() {
    let repo = released().commit("fix: a");
    let sha = repo.sha("HEAD");
    let object = repo.path().join(".git/objects").join(&sha[..2]).join(&sha[2..]);
    std::fs::remove_file(&object).unwrap();
    repo.zarpe(["next"]).run().exits(CannotTell).prints("").says("git fsck");
    std::fs::write(&object, "nonsense").unwrap();
    repo.zarpe(["next"]).run().exits(CannotTell).prints("").says("git fsck");
}

#[test]
fn a_message_of_ten_megabytes_is_read() {
    let repo = released();
    let file = repo.scratch().join("message");
    std::fs::write(&file, format!("feat: big\n\n{}", "* feat: word and word\n\nRefs: #1\n".repeat(320_000))).unwrap();
    repo.git(["commit", "--quiet", "--allow-empty", "--file", "../message"]);
    repo.zarpe(["next"]).run().exits(Done).prints("1.3.0\n");
}
