//! `zarpe openapi diff`: what changed for callers, and what breaks them?

use crate::support::ExitCode::{CannotTell, Done, Refused, Usage};
use crate::support::{Fault, Proxy, Repo, Run};

const SCHEMA: &str = "\
openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
paths:
  /items:
    get:
      responses:
        '200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Item'}}}}}
    post:
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
components:
  schemas:
    Item:
      type: object
      required: [name]
      properties:
        name: {type: string, maxLength: 100}
        code: {type: string, pattern: '^[A-Z]+$'}
";

/// The schema is released as v1.0.0, then changed in the work tree.
fn changed(from: &str, to: &str) -> Repo {
    assert!(SCHEMA.contains(from), "{from}");
    Repo::new()
        .write("zarpe.yml", "openapi:\n  - schema: schema.yml\n")
        .write("schema.yml", SCHEMA)
        .commit("feat: start")
        .tag("v1.0.0")
        .write("schema.yml", &SCHEMA.replace(from, to))
}

fn diff(repo: &Repo) -> Run {
    repo.zarpe(["openapi", "diff", "v1.0.0:schema.yml", "schema.yml"]).run()
}

#[test]
fn what_breaks_callers_is_shown_with_both_places_and_the_operations_it_reaches() {
    let run = diff(&changed("maxLength: 100", "maxLength: 80")).exits(Refused);
    insta::assert_snapshot!(run.stdout, @r#"
    ✗ 1 change between v1.0.0:schema.yml and schema.yml breaks callers

    · version   these changes ask for major

    error: `Item.name`: maximum length lowered from 100 to 80
      reaches POST /items
      reaches GET /items, POST /items as response-property-max-length-decreased only
      was at v1.0.0:schema.yml:19:30
      --> schema.yml:19:30
      help: keep what callers use beside what is new, or release a major version; zarpe openapi rules --explain request-property-max-length-decreased
    "#);
}

#[test]
fn a_safe_change_breaks_nobody() {
    let run = diff(&changed("        code:", "        note: {type: string}\n        code:")).exits(Done);
    insta::assert_snapshot!(run.stdout, @r#"
    ✓ 1 change between v1.0.0:schema.yml and schema.yml, and it breaks no caller

    · compatible   1 to know about
      `Item.note`: optional property added: `note`  GET /items, POST /items  new-optional-request-property

    · version      these changes ask for minor
    "#);
}

#[test]
fn what_cannot_be_decided_is_no_yes() {
    let run = diff(&changed("^[A-Z]+$", "^[A-Z]*[A-Z]$")).exits(CannotTell);
    insta::assert_snapshot!(run.stdout, @r#"
    ? cannot tell whether 1 change between v1.0.0:schema.yml and schema.yml breaks callers

    · version   these changes ask for at least minor

    warning: `Item.code`: pattern changed from `^[A-Z]+$` to `^[A-Z]*[A-Z]$`
      reaches GET /items, POST /items
      was at v1.0.0:schema.yml:20:30
      --> schema.yml:20:30
      help: compare both places yourself; zarpe openapi rules --explain request-property-pattern-changed
    "#);
}

#[test]
fn the_same_document_has_no_changes_in_whatever_form() {
    diff(&changed("maxLength: 100", "maxLength: 100.0")).exits(Done).says("nothing changed");
    diff(&changed("title: Shop", "title: Store")).exits(Done).says("nothing that a caller could notice");
}

#[test]
fn the_last_release_is_what_is_compared_with() {
    let repo = changed("maxLength: 100", "maxLength: 80");
    repo.zarpe(["openapi", "diff"]).run().exits(Refused).says("between v1.0.0:schema.yml and schema.yml");
    repo.zarpe(["openapi", "diff", "--base", "last-release", "--fail-on", "never"]).run().exits(Done);
    let unreleased = Repo::new().write("zarpe.yml", "openapi:\n  - schema: schema.yml\n").write("schema.yml", SCHEMA);
    unreleased.commit("feat: start").zarpe(["openapi", "diff"]).run().exits(CannotTell);
}

#[test]
fn a_document_comes_from_a_file_or_from_standard_input_once() {
    let repo = changed("maxLength: 100", "maxLength: 80");
    let mut zarpe = repo.zarpe(["openapi", "diff", "-", "schema.yml"]);
    zarpe.command().stdin(std::fs::File::open(repo.path().join("schema.yml")).unwrap());
    zarpe.run().exits(Done).says("nothing changed between - and schema.yml");
    repo.zarpe(["openapi", "diff", "-", "-"]).run().exits(Usage);
    repo.zarpe(["openapi", "diff", "no.yml", "schema.yml"]).run().exits(Usage).says("there is no file no.yml");
    repo.zarpe(["openapi", "diff", "v9:schema.yml", "schema.yml"]).run().exits(Usage);
    repo.zarpe(["openapi", "diff", "v1.0.0:no.yml", "schema.yml"]).run().exits(Usage).says("no.yml in v1.0.0");
}

#[test]
fn a_document_comes_from_an_address() {
    let repo = changed("maxLength: 100", "maxLength: 80");
    let application = Proxy::before("http://127.0.0.1:1").on("GET /schema", 0, Fault::Status(200, SCHEMA));
    let address = format!("{}/schema", application.origin());
    repo.zarpe(["openapi", "diff", &address, "schema.yml"])
        .run()
        .exits(Refused)
        .says(&format!("between {address} and"));
    let sent_on = Proxy::before("http://127.0.0.1:1").on("GET /", 0, Fault::Redirect(address));
    repo.zarpe(["openapi", "diff", sent_on.origin(), "schema.yml"]).run().exits(Refused);
    repo.zarpe(["openapi", "diff", "http://127.0.0.1:1/a.yml", "schema.yml"])
        .run()
        .exits(CannotTell)
        .says("cannot get");
}

#[test]
fn swagger_is_refused_with_how_to_convert_it() {
    let repo = Repo::new().write("a.yml", "swagger: '2.0'\n").write("b.yml", SCHEMA);
    repo.zarpe(["openapi", "diff", "a.yml", "b.yml"]).run().exits(Usage).says("swagger2openapi");
}

#[test]
fn the_json_names_one_cause_and_every_operation() {
    let repo = changed("maxLength: 100", "maxLength: 80");
    let run = repo.zarpe(["openapi", "diff", "--format", "json"]).run().exits(Refused);
    let json = run.json();
    assert_eq!(json["schema"], "zarpe/openapi-diff/v1");
    assert_eq!((&json["breaking"], &json["bump"], &json["undecidable"]), (&true.into(), &"major".into(), &0.into()));
    assert_eq!(json["changes"].as_array().unwrap().len(), 1);
    let change = &json["changes"][0];
    assert_eq!(change["id"], "request-property-max-length-decreased");
    assert_eq!(change["also"], serde_json::json!(["response-property-max-length-decreased"]));
    assert_eq!(change["component"], "schemas/Item");
    assert_eq!(change["pointer"]["head"], "/components/schemas/Item/properties/name/maxLength");
    assert_eq!(
        change["occurrences"],
        serde_json::json!([
            {"operation": "GET", "path": "/items", "direction": "response"},
            {"operation": "POST", "path": "/items", "direction": "request"},
            {"operation": "POST", "path": "/items", "direction": "response"},
        ])
    );
}

#[test]
fn flat_shows_each_operation_by_the_rule_that_it_falls_under_there() {
    let repo = changed("{type: string, maxLength: 100}", "{type: string, enum: [a]}");
    let narrowed = repo.zarpe(["openapi", "diff", "--flat"]).run().exits(Refused);
    assert_eq!(narrowed.stdout.matches("request-property-became-enum").count(), 1, "{}", narrowed.stdout);
    let repo = changed("{type: string, maxLength: 100}", "{type: string, maxLength: 200}");
    let widened = repo.zarpe(["openapi", "diff", "--flat"]).run().exits(Refused);
    assert_eq!(widened.stdout.matches("--explain response-property-max-length-increased").count(), 2);
}

#[test]
fn annotations_land_on_the_changed_line_of_the_file_in_the_repository() {
    let repo = changed("maxLength: 100", "maxLength: 80");
    let annotated = |args: &[&'static str]| {
        repo.zarpe(["--format", "github", "openapi", "diff"]).args(args).run().exits(Refused).stdout
    };
    let line = "::error file=schema.yml,line=19,col=30,title=request-property-max-length-decreased::";
    assert!(annotated(&[]).contains(line));
    assert!(annotated(&["v1.0.0:schema.yml", "schema.yml"]).contains(line));
    let repo = repo.write("api/schema.yml", &SCHEMA.replace("maxLength: 100", "maxLength: 80")).commit("fix: less");
    let args = ["--format", "github", "openapi", "diff", "v1.0.0:schema.yml"];
    for (folder, head) in [(".", "HEAD:api/schema.yml"), ("api", "schema.yml"), (".", "api/../api/schema.yml")] {
        let run = repo.zarpe(args).args([head]).at(folder).run().exits(Refused);
        run.says("::error file=api/schema.yml,line=19,col=30,");
    }
}

#[test]
fn the_page_holds_all_it_needs() {
    let repo = changed("maxLength: 100", "maxLength: 80");
    let page = repo.zarpe(["openapi", "diff", "--format", "html"]).run().exits(Refused).stdout;
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"), "{page}");
    for part in
        ["width=device-width", "prefers-color-scheme: dark", "<code>schema.yml:19:30</code>", "reaches POST /items"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    for part in ["<script", "<link", "<img", "http://", "https://", "url("] {
        assert!(!page.contains(part), "{part}: {page}");
    }
    let page = repo.zarpe(["openapi", "diff", "no.yml", "schema.yml", "--format", "html"]).run().exits(Usage).stdout;
    assert!(page.contains("there is no file no.yml"), "{page}");
}

#[test]
fn a_rule_is_explained() {
    let repo = Repo::new();
    let run = repo.zarpe(["openapi", "rules", "--explain", "request-property-max-length-decreased"]).run().exits(Done);
    insta::assert_snapshot!(run.stdout, @r#"
    ✓ request-property-max-length-decreased

    · maximum length lowered
      level for wire     error
      level for codegen  error
      direction          request
      accepted values    narrowed
      why                Fewer values are accepted: a caller that sends one of the others is refused.
    "#);
    repo.zarpe(["openapi", "rules"]).run().exits(Done).says("endpoint-added");
    let run = repo.zarpe(["openapi", "rules", "--explain", "endpoint-add"]).run();
    run.exits(Usage).says("did you mean endpoint-added?");
}
