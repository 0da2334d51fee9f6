//! What documents may do to their reader: references that go round, or out; YAML that other readers get wrong.

use std::time::{Duration, Instant};

use crate::support::ExitCode::{CannotTell, Done, Refused};
use crate::support::{Fault, Proxy, Repo, Run};

/// A document whose one operation sends and receives `Start`.
fn document(schemas: &str) -> String {
    format!(
        "openapi: 3.0.3
info: {{title: Shop, version: 1.0.0}}
paths:
  /items:
    post:
      requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/Start'}}}}}}}}
      responses:
        '200': {{description: ok, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Start'}}}}}}}}
components:
  schemas:
{schemas}"
    )
}

fn diff(old: &str, new: &str) -> Run {
    Repo::new().write("old.yml", old).write("new.yml", new).zarpe(["openapi", "diff", "old.yml", "new.yml"]).run()
}

#[test]
fn references_in_a_circle_are_walked_once() {
    let circles = "
    Start:
      type: object
      properties:
        self: {$ref: '#/components/schemas/Start'}
        chain: {$ref: '#/components/schemas/One'}
        all: {allOf: [{$ref: '#/components/schemas/Start'}, {$ref: '#/components/schemas/Tree'}]}
    One: {$ref: '#/components/schemas/Two'}
    Two: {$ref: '#/components/schemas/One'}
    Tree:
      type: object
      properties:
        name: {type: string, maxLength: 100}
        children: {type: array, items: {$ref: '#/components/schemas/Tree'}}
        either: {oneOf: [{$ref: '#/components/schemas/Tree'}, {$ref: '#/components/schemas/Start'}]}
";
    let old = document(circles);
    let begun = Instant::now();
    diff(&old, &old).exits(Done).says("nothing changed");
    let run = diff(&old, &old.replace("maxLength: 100", "maxLength: 80")).exits(Refused);
    assert_eq!(run.stdout.matches("error: `Tree.name`: maximum length lowered from 100 to 80").count(), 1, "{run:?}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn a_reference_that_leads_out_is_neither_opened_nor_called_equal() {
    let outside = Proxy::before("http://127.0.0.1:1").on("", 0, Fault::Status(200, "{\"type\": \"string\"}"));
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "type: string\ndescription: the-secret-in-the-file\n").unwrap();
    let path = secret.path().display();
    let references =
        [format!("{}/schema.json", outside.origin()), format!("file://{path}"), path.to_string(), "../x.yml".into()];
    for reference in references {
        let old = document("    Start: {type: string}\n");
        let new = document(&format!("    Start: {{$ref: '{reference}'}}\n"));
        let run = diff(&old, &new).exits(CannotTell).says(&reference);
        assert!(!format!("{run:?}").contains("the-secret-in-the-file"), "{run:?}");
    }
    assert_eq!(outside.seen(), Vec::<String>::new());
}

#[test]
fn numbers_beyond_any_machine_word_are_compared_as_they_are_written() {
    let old = document("    Start: {type: integer, maximum: 10000000000000000000000000000}\n");
    diff(&old, &old).exits(Done).says("nothing changed");
    let run = diff(&old, &old.replace("10000000000000000000000000000", "9999999999999999999999999999"));
    run.exits(Refused).says("from 10000000000000000000000000000 to 9999999999999999999999999999");
}

#[test]
fn a_merged_mapping_is_what_it_merges() {
    let merged =
        "    Base: &base {type: object, properties: {name: {type: string}}}\n    Start: {<<: *base, title: x}\n";
    let written = "    Base: {type: object, properties: {name: {type: string}}}\n    \
                   Start: {type: object, properties: {name: {type: string}}}\n";
    diff(&document(merged), &document(written)).exits(Done);
}
