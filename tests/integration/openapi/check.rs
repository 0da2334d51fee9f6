//! `zarpe openapi check`: is the committed schema what the application generates?

use crate::support::ExitCode::{CannotTell, Done, Stale, Usage};
use crate::support::{Fault, Proxy, Repo};

const SCHEMA: &str = "openapi: 3.0.3\ninfo: {title: Shop, version: 1.0.0}\npaths:\n  /items:\n    get: {}\n";
const CONFIG: &str = "openapi:\n  - schema: schema.yml\n    generate: cat generated.yml\n";

fn repo(generated: &str) -> Repo {
    Repo::new()
        .write("zarpe.yml", CONFIG)
        .write("schema.yml", SCHEMA)
        .write("generated.yml", generated)
        .commit("feat: start")
}

#[test]
fn the_same_document_in_another_form_is_current() {
    let json =
        r#"{"paths": {"/items": {"get": {}}}, "info": {"version": "1.0.0", "title": "Shop"}, "openapi": "3.0.3"}"#;
    repo(json)
        .zarpe(["openapi", "check"])
        .run()
        .exits(Done)
        .says("what is committed is what the application generates");
}

#[test]
fn a_stale_document_is_shown_with_its_differences_and_the_command_that_fixes_it() {
    let generated =
        SCHEMA.replace("Shop", "Store").replace("    get: {}\n", "    get: {}\n    post: {deprecated: true}\n");
    let run = repo(&generated).zarpe(["openapi", "check"]).run().exits(Stale);
    insta::assert_snapshot!(run.stdout, @r#"
    ✗ schema.yml is not what the application generates

    ✗ schema.yml   stale: 2 differences
      changed  /info/title          "Shop"  "Store"
      added    /paths/~1items/post          {"deprecated":true}

    error: schema.yml is stale: the application generates another document
      --> schema.yml:2:8
      help: zarpe openapi check --fix (writes what this prints: cat generated.yml)
    "#);
}

#[test]
fn fix_writes_what_the_generator_prints_byte_for_byte() {
    let generated = format!("# generated\n{}", SCHEMA.replace("Shop", "Store"));
    let repo = repo(&generated);
    repo.zarpe(["openapi", "check", "--fix", "--dry-run"]).run().exits(Done).says("write schema.yml");
    assert_eq!(std::fs::read_to_string(repo.path().join("schema.yml")).unwrap(), SCHEMA);
    repo.zarpe(["openapi", "check", "--fix"]).run().exits(Done);
    assert_eq!(std::fs::read_to_string(repo.path().join("schema.yml")).unwrap(), generated);
    repo.zarpe(["openapi", "check"]).run().exits(Done);
}

#[test]
fn a_document_that_is_not_committed_is_stale() {
    let repo = repo(SCHEMA);
    std::fs::remove_file(repo.path().join("schema.yml")).unwrap();
    repo.zarpe(["openapi", "check"]).run().exits(Stale).says("schema.yml is not there");
}

#[test]
fn a_generator_that_fails_says_nothing_about_the_document() {
    let repo = repo(SCHEMA);
    let run = repo.zarpe([
        "openapi",
        "check",
        "--schema",
        "schema.yml",
        "--generate",
        "echo no module named django >&2; exit 7",
    ]);
    run.run().exits(CannotTell).says("exit status 7").says("no module named django");
    let run = repo.zarpe(["openapi", "check", "--schema", "schema.yml", "--generate", "echo Schema written.", "--fix"]);
    run.run().exits(CannotTell).says("no OpenAPI document comes from");
    assert_eq!(std::fs::read_to_string(repo.path().join("schema.yml")).unwrap(), SCHEMA);
}

#[test]
fn the_command_that_fixes_it_has_the_options_that_were_given() {
    let generated = SCHEMA.replace("Shop", "Ana's");
    let repo = repo(&generated);
    let given = ["openapi", "check", "--schema", "schema.yml", "--generate", "cat 'generated.yml'"];
    let run = repo.zarpe(given).run().exits(Stale);
    let said = r"zarpe openapi check --schema schema.yml --generate 'cat '\''generated.yml'\''' --fix";
    run.says(&format!("help: {said} (writes"));
    let run =
        std::process::Command::new("sh").arg("-c").arg(format!("set -- {said}; shift; printf '%s\n' \"$@\"")).output();
    assert_eq!(String::from_utf8(run.unwrap().stdout).unwrap().lines().nth(5), Some("cat 'generated.yml'"));
    let run = repo.zarpe([
        "-C",
        "..",
        "openapi",
        "check",
        "--schema",
        "work/schema.yml",
        "--generate",
        "cat work/generated.yml",
    ]);
    run.run()
        .exits(Stale)
        .says("zarpe -C .. openapi check --schema work/schema.yml --generate 'cat work/generated.yml' --fix");
}

#[test]
fn every_configured_schema_is_checked_in_one_run() {
    let config = "openapi:\n  - {schema: a.yml, generate: cat a.yml}\n  - {schema: b.yml, generate: cat a.yml}\n  - {schema: c.yml, generate: cat a.yml}\n";
    let other = SCHEMA.replace("Shop", "Store");
    let repo =
        Repo::new().write("zarpe.yml", config).write("a.yml", SCHEMA).write("b.yml", &other).write("c.yml", &other);
    repo.zarpe(["openapi", "check"]).run().exits(Stale).says("b.yml, c.yml is not what the application generates");
    repo.zarpe(["openapi", "check", "--schema", "b.yml"])
        .run()
        .exits(Stale)
        .says("check --schema b.yml --fix")
        .never_says("c.yml");
    repo.zarpe(["openapi", "check", "--fix"]).run().exits(Done);
    repo.zarpe(["openapi", "check"]).run().exits(Done).says("c.yml");
}

#[test]
fn what_cannot_be_checked_is_refused() {
    Repo::new()
        .commit("feat: start")
        .zarpe(["openapi", "check"])
        .run()
        .exits(Usage)
        .says("there is no schema to check");
    repo(SCHEMA).zarpe(["openapi", "check", "--generate", "true"]).run().exits(Usage);
}

/// A running application that answers every request so.
fn application(answer: Fault) -> Proxy {
    Proxy::before("http://127.0.0.1:1").on("GET /", 0, answer)
}

#[test]
fn a_running_application_is_asked_for_its_document() {
    let repo = repo(SCHEMA);
    let check = |answer, more: &[&'static str]| {
        let application = application(answer);
        let address = format!("{}/schema/?key=secret", application.origin());
        repo.zarpe(["openapi", "check", "--schema", "schema.yml", "--url", &address]).args(more.iter().copied()).run()
    };
    check(Fault::Status(200, SCHEMA), &[]).exits(Done).says("what the application generates");
    let other = "openapi: 3.0.3\ninfo: {title: Store, version: 1.0.0}\npaths: {}\n";
    let run = check(Fault::Status(200, other), &[]).exits(Stale).says("/info/title");
    assert!(!run.stdout.contains("secret") && !run.stderr.contains("secret"), "{run:?}");
    check(Fault::Status(200, other), &["--fix"]).exits(Done);
    assert_eq!(std::fs::read_to_string(repo.path().join("schema.yml")).unwrap(), other);
}

#[test]
fn an_application_that_gives_no_document_says_nothing_about_the_committed_one() {
    for (answer, says) in [
        (Fault::Status(404, "{}"), "404 Not Found"),
        (Fault::Html, "not with a page about it"),
        (Fault::Truncate, "cannot get http://"),
        (Fault::ResetBefore, "cannot get http://"),
        (Fault::Huge, "larger than 64 MB"),
    ] {
        let application = application(answer);
        let address = format!("{}/schema/", application.origin());
        let check = ["openapi", "check", "--schema", "schema.yml", "--url", address.as_str(), "--fix"];
        let repo = repo(SCHEMA);
        repo.zarpe(check).run().exits(CannotTell).says(says);
        assert_eq!(std::fs::read_to_string(repo.path().join("schema.yml")).unwrap(), SCHEMA);
    }
    repo(SCHEMA).zarpe(["openapi", "check", "--schema", "schema.yml", "--url", "schema"]).run().exits(Usage);
}
