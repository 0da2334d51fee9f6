//! `zarpe next`: the version on standard output, and never a guess.

use zarpe::report::ExitCode::{CannotTell, Done, Refused, Usage};

use crate::support::Repo;

mod copies;
mod folder;
mod labels;
mod lines;

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
fn a_shallow_clone_is_not_answered_by_a_guess() {
    let repo = Repo::new().commits(["feat: start"]).tag("v5.3.2").commits(["feat!: x", "fix: y"]).shallow(1);
    repo.zarpe(["next"]).run().exits(CannotTell).prints("").says("git fetch --unshallow --tags");
}

#[test]
fn a_shallow_clone_with_all_tags_is_not_answered_by_a_guess() {
    let repo = Repo::new().commits(["feat: start"]).tag("v5.3.2").commits(["feat!: x", "fix: y"]).shallow(1);
    repo.git(["fetch", "--quiet", "--depth", "1", "--tags"]);
    repo.zarpe(["next"]).run().exits(CannotTell).prints("").says("git fetch --unshallow --tags");
    repo.git(["fetch", "--quiet", "--unshallow", "--tags"]);
    repo.zarpe(["next"]).run().exits(Done).prints("6.0.0\n");
}

#[test]
fn a_clone_without_tags_asks_the_remote() {
    let repo = released().commit("fix: a");
    repo.git(["clone", "--quiet", "--no-tags", &format!("file://{}", repo.path().display()), "../clone"]);
    repo.at("clone").zarpe(["next"]).run().exits(Done).prints("1.2.1\n");
}

#[test]
fn a_remote_without_releases_allows_the_first() {
    let repo = Repo::new().commit("feat: start");
    repo.git(["clone", "--quiet", &format!("file://{}", repo.path().display()), "../clone"]);
    repo.at("clone").zarpe(["next"]).run().exits(Done).prints("0.1.0\n");
}

#[test]
fn a_remote_that_cannot_be_asked_is_no_first_release() {
    let repo = Repo::new().commit("feat: start");
    repo.git(["remote", "add", "origin", "https://127.0.0.1:1/acme/app.git"]);
    repo.zarpe(["next"]).run().exits(CannotTell).prints("").says("git fetch --tags");
}

#[test]
fn releases_elsewhere_only_are_no_first_release() {
    let repo = Repo::new().commit("feat: start").tag("v1.0.0");
    repo.git(["checkout", "--quiet", "--orphan", "rewritten"]);
    repo.commit("feat: again").zarpe(["next"]).run().exits(CannotTell).prints("").says("no release is an ancestor");
}

#[test]
fn malformed_and_huge_versions_do_not_count() {
    let repo = released();
    for odd in
        ["v1.3", "v01.4.0", "v1.5.0.0", "V1.6.0", "1.7.0", "v99999999999999999999.0.0", "v1.8.0-", "release-v1.9.0"]
    {
        repo.git(["tag", odd]);
    }
    repo.commit("fix: a").zarpe(["next"]).run().exits(Done).prints("1.2.1\n");
    let repo = Repo::new().commit("feat: start").tag("v18446744073709551615.18446744073709551615.18446744073709551615");
    repo.commit("fix: a").zarpe(["next"]).run().exits(Refused).prints("").says("its numbers are at their end");
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
fn a_bare_repository_a_worktree_and_a_detached_head_are_answered() {
    let repo = released().commit("fix: a");
    repo.git(["clone", "--quiet", "--bare", ".", "../bare.git"]);
    repo.git(["worktree", "add", "--quiet", "--detach", "../tree", "HEAD"]);
    for folder in ["bare.git", "tree"] {
        repo.zarpe(["-C", &format!("../{folder}"), "next"]).run().exits(Done).prints("1.2.1\n");
    }
    repo.git(["checkout", "--quiet", "--detach"]);
    repo.zarpe(["next"]).run().exits(Done).prints("1.2.1\n");
}

#[test]
fn a_sha_256_repository_is_said_to_be_one() {
    let repo = Repo::new();
    repo.git(["init", "--quiet", "--object-format=sha256", "../sha256"]);
    let repo = repo.at("sha256");
    repo.zarpe(["next"]).run().exits(CannotTell).says("SHA-256 names, which libgit2 1.9 cannot read");
}

#[test]
fn a_repository_of_another_user_is_not_trusted() {
    let repo = released();
    let git = repo.path().join(".git");
    let owned = std::process::Command::new("chown").arg("-R").arg("65534").arg(repo.path()).output();
    if !owned.is_ok_and(|output| output.status.success()) || !git.exists() {
        crate::support::skip("only root can give a repository away");
        return;
    }
    let home = repo.scratch().join("home");
    repo.zarpe(["next"]).env("HOME", home).run().exits(CannotTell).says("git config --global --add safe.directory");
}

#[test]
fn a_clone_without_files_is_answered_without_fetching_any() {
    let repo = released().write("a", "text").commit("fix: a");
    repo.git(["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", repo.path().display());
    for filter in ["blob:none", "tree:0"] {
        let name = filter.replace(':', "-");
        repo.git(["clone", "--quiet", "--bare", &format!("--filter={filter}"), &source, &format!("../{name}")]);
        let packs = || repo.git(["-C", &format!("../{name}"), "count-objects", "-v"]);
        let before = packs();
        repo.zarpe(["-C", &format!("../{name}"), "next"]).run().exits(Done).prints("1.2.1\n");
        assert_eq!(packs(), before);
    }
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
