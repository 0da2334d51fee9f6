//! What the notes tell callers of the API, by the difference of its documents.

use super::{notes, on_github};
use crate::support::Repo;

const OLD: &str = "\
openapi: 3.0.3
info: {title: Port, version: '1'}
paths:
  /ships:
    get: {responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Ship'}}}}}}}
    post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Ship'}}}}, responses: {'201': {description: made}}}
  /berths: {get: {responses: {'200': {description: ok}}}}
  /logs: {get: {responses: {'200': {description: ok}}}}
components:
  schemas:
    Ship: {type: object, required: [name], properties: {name: {type: string}, flag: {type: string}}}
";

/// An endpoint is new, one will go, one is gone; a field is new, one is wanted now, one is another type.
fn changed() -> Repo {
    let new = OLD
        .replace("  /berths: {get: {", "  /tides: {get: {responses: {'200': {description: ok}}}}\n  /berths: {get: {deprecated: true, ")
        .replace("  /logs: {get: {responses: {'200': {description: ok}}}}\n", "")
        .replace("required: [name], properties: {name: {type: string}", "required: [name, draught], properties: {name: {type: integer}, draught: {type: number}, crew: {type: integer}");
    let repo = Repo::new().write("zarpe.yml", "openapi: [{schema: schema.yml}]\n").write("schema.yml", OLD);
    on_github(repo.commit("feat: start").tag("v1.2.0")).write("schema.yml", &new).commit("feat: know the draught")
}

#[test]
fn endpoints_and_fields_are_told_by_what_they_mean_to_callers() {
    insta::assert_snapshot!(notes(&changed(), &[]));
}

#[test]
fn in_another_language() {
    insta::assert_snapshot!(notes(&changed(), &["--language", "es"]));
}
