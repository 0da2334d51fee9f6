//! `--profile codegen`: what breaks a generated client, though a running one goes on.

use test_case::test_case;
use zarpe::openapi::rules::Profile;
use zarpe::openapi::{Document, compare_for};
use zarpe::report::Level;

use crate::support::ExitCode::{Done, Refused};
use crate::support::Repo;

/// What is found, and how bad it is on the wire and for a generated client; `-` where it is not found.
fn levels(base: &str, head: &str) -> String {
    let document = |text: &str| Document::parse("x.yaml", &format!("openapi: 3.1.0\n{text}\n")).unwrap();
    let (base, head) = (document(base), document(head));
    let [wire, codegen] =
        [Profile::Wire, Profile::Codegen].map(|profile| compare_for(&base, &head, None, profile).changes);
    let found = codegen.iter().map(|change| {
        let on_wire = wire.iter().find(|other| other.falls_under(&change.id));
        format!("{} {} {}", change.id, on_wire.map_or("-", |change| word(change.level)), word(change.level))
    });
    found.collect::<Vec<_>>().join(", ")
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

const GET: &str = "paths: {/x: {get: {operationId: list, tags: [a], responses: {}}}}";

#[test_case(GET, "operationId: list", "operationId: all" => "api-operation-id-removed info error"; "a method is called otherwise")]
#[test_case(GET, "operationId: list, ", "" => "api-operation-id-removed info error"; "a method has no name of its own any more")]
#[test_case(GET, "tags: [a]", "tags: [b]" => "api-tag-removed info warning"; "a method moves to another class")]
#[test_case(GET, "responses: {}", "responses: {}, parameters: [{name: q, in: query, schema: {type: string}}]"
    => "new-optional-request-parameter info warning"; "a method takes a further argument")]
#[test_case("paths: {'/x/{id}': {get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {}}}}", "id", "pk"
    => "request-path-parameter-renamed - error"; "an argument is called otherwise")]
fn names(document: &str, from: &str, to: &str) -> String {
    assert!(document.contains(from));
    levels(document, &document.replace(from, to))
}

fn gives(schema: &str) -> String {
    format!(
        "paths: {{/x: {{get: {{responses: {{'200': {{content: {{application/json: {{schema: {{type: object, properties: {{a: {schema}}}}}}}}}}}}}}}}}}}\n\
         components: {{schemas: {{A: {{type: object, properties: {{n: {{type: string}}}}}}, B: {{type: object, properties: {{n: {{type: string}}}}}}}}}}"
    )
}

const A: &str = "{$ref: '#/components/schemas/A'}";

#[test_case("{type: number}", "{type: integer}" => "response-property-type-specialized info error"; "a narrower type is another type")]
#[test_case("{type: string, enum: [a, b]}", "{type: string, enum: [a]}" => "response-property-enum-value-removed info error"; "a constant is gone")]
#[test_case("{type: string}", "{type: string, enum: [a]}" => "response-property-became-enum info error"; "a type of its own")]
#[test_case("{type: [string, 'null']}", "{type: string}" => "response-property-became-not-nullable info warning"; "never null")]
#[test_case("{type: string, maxLength: 5}", "{type: string, maxLength: 4}" => "response-property-max-length-decreased info info"; "no type holds a limit")]
#[test_case("{type: string}", "{type: integer}" => "response-property-type-changed error error"; "what breaks the wire breaks both")]
#[test_case(A, "{$ref: '#/components/schemas/B'}" => "api-component-replaced - error"; "the same object by another name")]
#[test_case(A, "{type: object, properties: {n: {type: string}}}" => "api-component-replaced - error"; "the same object without a name")]
#[test_case(A, "{allOf: [{$ref: '#/components/schemas/A'}], description: x}" => ""; "the same component in a wrapper")]
fn types(base: &str, head: &str) -> String {
    levels(&gives(base), &gives(head))
}

#[test]
fn a_member_that_is_gone() {
    let with = |properties: &str| {
        format!(
            "paths: {{/x: {{post: {{requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {properties}}}}}}}}}, responses: {{}}}}}}}}"
        )
    };
    let found = levels(&with("{a: {type: string}, b: {type: string}}"), &with("{a: {type: string}}"));
    assert_eq!(found, "request-property-removed warning error");
}

#[test]
fn a_component_that_is_only_renamed() {
    let with = |name: &str| {
        let content = format!("{{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}");
        format!(
            "paths: {{/x: {{get: {{responses: {{'200': {{content: {content}}}}}}}}}}}\ncomponents: {{schemas: {{{name}: {{enum: [a, b]}}}}}}"
        )
    };
    assert_eq!(levels(&with("StatusEnum"), &with("OrderStatusEnum")), "api-component-renamed - error");
}

#[test]
fn the_profile_decides_the_exit_code_and_is_told() {
    let repo = Repo::new()
        .write("a.yml", &format!("openapi: 3.1.0\n{GET}\n"))
        .write("b.yml", &format!("openapi: 3.1.0\n{}\n", GET.replace("list", "all")));
    repo.zarpe(["openapi", "diff", "a.yml", "b.yml"]).run().exits(Done);
    let run = repo
        .zarpe(["openapi", "diff", "a.yml", "b.yml", "--profile", "codegen", "--format", "json"])
        .run()
        .exits(Refused);
    assert_eq!((&run.json()["profile"], &run.json()["bump"]), (&"codegen".into(), &"major".into()));
    let run = repo.zarpe(["openapi", "rules", "--explain", "api-operation-id-removed"]).run().exits(Done);
    run.says("Generators name the method after the operationId");
}
