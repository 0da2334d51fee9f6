//! What holds for every document: nothing panics, and a document does not differ from itself.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use zarpe::openapi::rules::Profile;
use zarpe::openapi::{Document, compare, compare_for};

/// The words that mean something, so that arbitrary JSON reaches every part of the engine.
const WORDS: &[&str] = &[
    "type",
    "object",
    "string",
    "null",
    "array",
    "integer",
    "properties",
    "items",
    "required",
    "a",
    "b",
    "enum",
    "const",
    "oneOf",
    "anyOf",
    "allOf",
    "not",
    "if",
    "then",
    "nullable",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "pattern",
    "format",
    "int32",
    "additionalProperties",
    "discriminator",
    "propertyName",
    "mapping",
    "readOnly",
    "writeOnly",
    "default",
    "multipleOf",
    "patternProperties",
    "prefixItems",
    "dependentRequired",
    "deprecated",
    "defaultMapping",
    "xml",
    "attribute",
    "wrapped",
    "nodeType",
    "encoding",
    "contentType",
    "headers",
    "itemSchema",
    "prefixEncoding",
    "itemEncoding",
    "links",
    "operationId",
    "variables",
    "url",
    "servers",
    "parameters",
    "name",
    "in",
    "path",
    "querystring",
    "content",
    "additionalOperations",
    "query",
    "uniqueItems",
    "minContains",
    "if",
];

fn any_json() -> impl Strategy<Value = Value> {
    let word = || prop::sample::select(WORDS).prop_map(str::to_owned);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
        prop::sample::select(vec!["a", "b"]).prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")})),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(word(), inner, 0..5)
                .prop_map(|all| Value::Object(all.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A document whose schemas `a` and `b` are used in both directions; `operation` is anything.
fn document(version: &str, a: &Value, b: &Value, operation: &Value) -> Document {
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/a"}}});
    let parameter = json!({"name": "q", "in": "query", "schema": b});
    let parts = json!({"multipart/mixed": {"schema": a, "encoding": b, "prefixEncoding": [b], "itemEncoding": a}, "a/xml": {"schema": b}});
    let post = json!({
        "parameters": [parameter],
        "requestBody": {"content": content},
        "responses": {"200": {"content": content, "headers": {"X": {"schema": b}}, "links": a}},
        "callbacks": {"c": {"{$url}": {"post": {"requestBody": {"content": parts}}}}},
    });
    let document = json!({
        "openapi": version,
        "servers": [{"url": "https://{a}.{b}", "variables": operation}],
        "paths": {"/x": {"post": post, "get": operation}, "/y": operation},
        "components": {"schemas": {"a": a, "b": b}},
    });
    Document::parse("x.json", &document.to_string()).unwrap()
}

/// Found by the property below.
#[test]
fn two_changes_of_one_rule_at_one_place_are_told_apart() {
    let (null, b, d) = (json!(null), json!({"enum": null}), json!({"const": []}));
    let (base, head) = (document("3.0.3", &null, &b, &null), document("3.1.0", &null, &d, &null));
    let comparison = compare(&base, &head);
    let causes: std::collections::HashSet<&str> =
        comparison.changes.iter().map(|change| change.fingerprint.as_str()).collect();
    assert_eq!(causes.len(), comparison.changes.len(), "{:#?}", comparison.changes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_document_differs_from_itself(version in "3\\.[012]\\.0", a in any_json(), b in any_json(), operation in any_json()) {
        let document = document(&version, &a, &b, &operation);
        let changes = compare(&document, &document).changes;
        prop_assert!(changes.is_empty(), "{changes:#?}");
    }

    #[test]
    fn no_pair_of_documents_panics(a in any_json(), b in any_json(), c in any_json(), d in any_json()) {
        let (base, head) = (document("3.0.3", &a, &b, &c), document("3.1.0", &c, &d, &a));
        let comparison = compare(&base, &head);
        let codegen = compare_for(&base, &head, None, Profile::Codegen);
        prop_assert!(codegen.is_breaking() || !comparison.is_breaking(), "a generated client runs as well");
        let mut causes: Vec<&str> = comparison.changes.iter().map(|change| change.fingerprint.as_str()).collect();
        causes.sort_unstable();
        causes.dedup();
        prop_assert_eq!(causes.len(), comparison.changes.len(), "fingerprints differ");
        prop_assert_eq!(comparison.is_breaking(), comparison.bump().name() == "major");
    }
}
