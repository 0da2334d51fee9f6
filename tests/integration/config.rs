//! `zarpe.yml`: where it is found, and how a wrong one is refused.

use test_case::test_case;

use crate::support::{ExitCode, Repo};

#[test_case("branch: [main" => "zarpe.yml:2:1"; "broken")]
#[test_case("branch: main\nverfy:\n  approvals: 1\n" => "zarpe.yml:2:1"; "unknown key")]
#[test_case("branch: main\nlanguage: es\nbranch: trunk\n" => "zarpe.yml:3:1"; "duplicate key")]
#[test_case("verify:\n  approvals: many\n" => "zarpe.yml:2:14"; "wrong type")]
#[test_case("version:\n  initial: one\n" => "zarpe.yml:2:12"; "no version")]
#[test_case("tag:\n  name: v1\n" => "zarpe.yml:2:9"; "no placeholder")]
#[test_case("openapi:\n  - schema: ../schema.yml\n" => "zarpe.yml:2:13"; "outside")]
#[test_case("openapi:\n  - generate: make\n" => "zarpe.yml:2:5"; "missing key")]
#[test_case("branch: refs/heads/main\n" => "zarpe.yml:1:9"; "no branch")]
#[test_case("notes:\n  assets:\n    - a.yml\n    - /b.yml\n" => "zarpe.yml:4:7"; "absolute asset")]
#[test_case("deploy:\n  notify:\n    to:\n      - slack:https://hooks.example/x\n" => "zarpe.yml:4:9"; "an address in the configuration")]
#[test_case("verify:\n  bots: [{login: x, paths: []}]\n" => "zarpe.yml:2:28"; "a machine that may change nothing")]
#[test_case("verify:\n  tested-as: [branch]\n" => "zarpe.yml:2:15"; "nothing that is tested")]
#[test_case("verify:\n  baseline: main\n" => "zarpe.yml:2:13"; "no whole name of a commit")]
fn a_wrong_file_is_refused_at_its_place(text: &str) -> String {
    let repo = Repo::new().write("zarpe.yml", text);
    let failure = repo.zarpe(["next", "--format", "json"]).run().exits(ExitCode::Usage).json_of("error/v1");
    failure["location"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_person_reads_what_where_and_what_to_do() {
    let repo = Repo::new().write("zarpe.yml", "branch: main\nverfy:\n  approvals: 1\n");
    let run = repo.zarpe(["next"]).run().exits(ExitCode::Usage);
    insta::assert_snapshot!(run.stderr, @"
    error: unknown key `verfy`
      --> zarpe.yml:2:1
      help: did you mean `verify`? known keys: branch, language, verify, version, tag, images, openapi, notes, deploy
    ");
}

#[test]
fn the_file_is_found_from_a_folder_below() {
    let repo = Repo::new().write("zarpe.yml", "no: 1\n").write("src/deep/x", "");
    repo.zarpe(["-C", "src/deep", "next"]).run().exits(ExitCode::Usage).says("src/deep/../../zarpe.yml:1:1");
    let run = repo.zarpe(["next"]);
    run.at("src/deep").run().exits(ExitCode::Usage).says("../../zarpe.yml:1:1");
}

#[test]
fn the_file_may_be_among_githubs() {
    let repo = Repo::new().write(".github/zarpe.yml", "no: 1\n");
    repo.zarpe(["next"]).run().exits(ExitCode::Usage).says(".github/zarpe.yml:1:1");
}

#[test]
fn a_file_above_the_repository_is_not_ours() {
    let repo = Repo::new().write("../zarpe.yml", "no: 1\n");
    repo.zarpe(["next"]).run().never_says("unknown key");
}

#[test]
fn two_files_are_one_too_many() {
    let repo = Repo::new().write("zarpe.yml", "").write(".github/zarpe.yml", "");
    repo.zarpe(["next"]).run().exits(ExitCode::Usage).says("zarpe.yml and .github/zarpe.yml");
}

#[test]
fn a_named_file_is_read_from_where_the_process_is() {
    let repo = Repo::new().write("zarpe.yml", "no: 1\n").write("other.yml", "nay: 1\n").write("sub/x", "");
    repo.zarpe(["-C", "sub", "--config", "other.yml", "next"])
        .run()
        .exits(ExitCode::Usage)
        .says("other.yml:1:1")
        .says("`nay`");
}

#[test]
fn a_named_file_that_is_missing_is_said() {
    let repo = Repo::new();
    repo.zarpe(["--config", "none.yml", "next"])
        .run()
        .exits(ExitCode::Usage)
        .says("cannot read the configuration none.yml");
}

#[test]
fn a_folder_is_no_file() {
    let repo = Repo::new().write("zarpe.yml/x", "");
    repo.zarpe(["next"]).run().exits(ExitCode::Usage).says("zarpe.yml: it is a folder");
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_line() {
    let repo = Repo::new();
    std::fs::write(repo.path().join("zarpe.yml"), b"branch: main\n# \xff\n").unwrap();
    repo.zarpe(["next"]).run().exits(ExitCode::Usage).says("zarpe.yml is not UTF-8, from line 2 on");
}
