//! What must be seen, and what must not alarm: each is a change about which other tools are silent, or that they refuse without
//! need. The documents are as small as the question.

use std::collections::BTreeSet;

use test_case::test_case;
use zarpe::openapi::{Comparison, Document, compare_on};
use zarpe::report::Level;

/// Two texts, compared. The day is fixed: 1 January 2026.
fn compared(base: &str, head: &str) -> Comparison {
    let document = |text: &str| {
        let text = format!("openapi: 3.1.0\n{text}\n");
        Document::parse("x.yaml", &text).unwrap_or_else(|error| panic!("{text}: {error:#}"))
    };
    compare_on(&document(base), &document(head), "2026-01-01".parse().unwrap())
}

/// What changed between two texts, `level id` each.
fn changes(base: &str, head: &str) -> String {
    let comparison = compared(base, head);
    let found = comparison.changes.iter().map(|change| {
        let level = match change.level {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        format!("{level} {}", change.id)
    });
    found.collect::<Vec<_>>().join(", ")
}

/// The `@` of a document stands for what changes.
fn around(document: &str, base: &str, head: &str) -> String {
    assert!(document.contains('@'));
    changes(&document.replace('@', base), &document.replace('@', head))
}

const TAKES: &str = "paths: {/x: {post: {requestBody: {content: {application/json: {schema: @}}}, responses: {}}}}";
const GIVES: &str = "paths: {/x: {get: {responses: {'200': {content: {application/json: {schema: @}}}}}}}";
const QUERY: &str = "paths: {/x: {get: {parameters: [{name: q, in: query, schema: {type: array}@}], responses: {}}}}";
const TREE: &str = "paths: {/x: {get: {responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/T'}}}}}}}}
components: {schemas: {T: {type: object, properties: {next: {$ref: '#/components/schemas/T'}, all: @}}}}";
const KEY: &str = "paths: {/x: {get: {security: [{k: []}], responses: {}}}}
components: {securitySchemes: {k: {type: apiKey, in: header, name: @}}}";
const OPERATION: &str = "paths: {/x: {get: {responses: {}@}}}
components: {securitySchemes: {k: {type: http, scheme: bearer}}}";
const CALLBACK: &str = "paths: {/x: {post: {responses: {}, callbacks: {c: {'{$url}': {post: {requestBody: {content: {application/json: {schema: {type: object, properties: {n: @}}}}}, responses: {}}}}}}}}";
const WEBHOOK: &str = "webhooks: {made: {post: {requestBody: {content: {application/json: {schema: {type: object, properties: {n: @}}}}}, responses: {}}}}";
const PROBLEM: &str = "paths: {/x: {get: {responses: {'400': {content: {@: {}}}}}}}";
const MAPPING: &str = "paths: {/x: {get: {responses: {'200': {content: {application/json: {schema: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], discriminator: {propertyName: k, mapping: {x: '#/components/schemas/@'}}}}}}}}}}
components: {schemas: {A: {type: object, required: [a]}, B: {type: object, required: [b]}}}";
const IN_PATH: &str =
    "paths: {'/x/{q}': {get: {parameters: [{name: q, in: path, required: true, schema: @}], responses: {}}}}";
const REMOVED: &str = "paths: {@/y: {get: {responses: {}}}}";

#[test_case(QUERY, "", ", explode: false" => "error request-parameter-serialization-changed"; "a list is written another way")]
#[test_case(QUERY, "", ", style: pipeDelimited" => "error request-parameter-serialization-changed"; "a list is written with another sign")]
#[test_case(TAKES, "{type: object}", "{type: object, additionalProperties: false}" => "error request-body-additional-properties-narrowed"; "no further properties")]
#[test_case(TAKES, "{type: object}", "{type: object, minProperties: 1}" => "error request-body-min-properties-set"; "at least so many properties")]
#[test_case(TAKES, "{type: integer}", "{type: integer, multipleOf: 5}" => "error request-body-multiple-of-narrowed"; "only multiples")]
#[test_case(TAKES, "{type: array}", "{type: array, uniqueItems: true}" => "error request-body-unique-items-set"; "items must differ")]
#[test_case(TREE, "{type: array, items: {type: string}}", "{type: object}" => "error response-property-type-changed"; "a list that is an object now, in a schema that holds itself")]
#[test_case(KEY, "X-Key", "X-Api-Key" => "error api-security-component-changed"; "the key goes into another header")]
#[test_case(OPERATION, ", security: [{}, {k: []}]", ", security: [{k: []}]" => "error api-security-alternative-removed"; "the anonymous caller is no longer let in")]
#[test_case(OPERATION, "", ", security: [{k: []}]" => "error api-security-added"; "credentials for what was open")]
#[test_case(OPERATION, ", servers: [{url: 'https://a'}]", ", servers: [{url: 'https://b'}]" => "error api-server-removed, info api-server-added"; "another server")]
#[test_case(CALLBACK, "{type: integer}", "{type: string}" => "error response-property-type-changed"; "what a callback sends")]
#[test_case(CALLBACK, "{type: integer}", "{type: number}" => "error response-property-type-generalized"; "a callback sends more")]
#[test_case(WEBHOOK, "{type: integer}", "{type: number}" => "error response-property-type-generalized"; "a webhook sends more")]
#[test_case(PROBLEM, "application/json", "application/problem+json" => "error response-media-type-removed"; "another media type")]
#[test_case(TAKES, "{items: {type: string}, prefixItems: [{type: integer}]}", "{items: {type: string}}" => "error request-body-prefix-items-changed"; "a first item that has to be like all others now")]
#[test_case(GIVES, "{items: {type: string}}", "{items: {type: string}, prefixItems: [{type: integer}]}" => "error response-body-prefix-items-changed"; "a first item that is another one now")]
#[test_case(GIVES, "{items: {type: string, maxLength: 3}}", "{items: {type: string, maxLength: 3}, prefixItems: [{type: string, maxLength: 5}]}" => "error response-property-max-length-increased"; "a first item that may be longer than all others")]
#[test_case(IN_PATH, "{type: string}", "{type: array, items: {type: string}}" => "error request-parameter-type-changed"; "a text with commas that is read as a list")]
#[test_case(REMOVED, "/x: {get: {responses: {}}, put: {deprecated: true, x-sunset: soon, responses: {}}}, ", "/x: {get: {responses: {}}}, " => "error api-path-sunset-parse"; "removed on a day that nobody could read")]
#[test_case(OPERATION, ", deprecated: true, x-sunset: soon", ", deprecated: true, x-sunset: '2026-02-01'" => "error api-deprecated-sunset-parse"; "a day after one that nobody could read")]
#[test_case(MAPPING, "A", "B" => "error response-body-discriminator-mapping-changed"; "a value that means another schema")]
#[test_case(GIVES, "{type: string, enum: [a]}", "{type: string, enum: [a, b]}" => "error response-body-enum-value-added"; "a value that readers do not know")]
#[test_case(GIVES, "{type: integer, format: int32}", "{type: integer, format: int64}" => "error response-body-type-generalized"; "larger numbers than readers know")]
#[test_case(GIVES, "{type: integer}", "{type: number}" => "error response-body-type-generalized"; "numbers that are not whole")]
#[test_case(TAKES, r"{type: string, pattern: '^-?\d{0,28}$'}", r"{type: string, pattern: '^-?\d{0,8}$'}" => "error request-body-pattern-specialized"; "a decimal of fewer digits")]
#[test_case(REMOVED, "/x: {get: {deprecated: true, x-sunset: '2026-06-01', responses: {}}}, ", "" => "error api-path-removed-before-sunset"; "removed before the day that was announced")]
fn must_be_seen(document: &str, base: &str, head: &str) -> String {
    around(document, base, head)
}

#[test_case(QUERY, "", ", style: form, explode: true" => ""; "the defaults, written out")]
#[test_case(KEY, "X-Key", "x-key" => ""; "names of headers have no case")]
#[test_case(PROBLEM, "application/json", "application/json; charset=utf-8" => "info response-media-type-name-changed"; "a parameter of the media type")]
#[test_case(TAKES, "{type: integer, format: int32}", "{type: integer, format: int64}" => "info request-body-type-generalized"; "larger numbers are taken")]
#[test_case(CALLBACK, "{type: number}", "{type: integer}" => "info response-property-type-specialized"; "a callback sends less")]
#[test_case(GIVES, "{type: string, x-extensible-enum: [a]}", "{type: string, x-extensible-enum: [a, b]}" => "info response-body-x-extensible-enum-value-added"; "a list that may grow")]
#[test_case(REMOVED, "/x: {get: {deprecated: true, x-sunset: '2025-06-01', responses: {}}}, ", "" => "info api-path-removed-with-deprecation"; "removed after the day that was announced")]
#[test_case(TAKES, "{items: {type: string}, prefixItems: [{type: string}]}", "{items: {type: string}}" => ""; "a first item like all others")]
#[test_case(TAKES, "{items: {type: string}, prefixItems: [{type: string, maxLength: 3}]}", "{items: {type: string}}" => "info request-body-prefix-items-removed"; "a first item that was one of the others")]
#[test_case(IN_PATH, "{type: integer}", "{type: array, items: {type: integer}}" => "info request-parameter-type-generalized"; "a number is a list of one")]
#[test_case(OPERATION, ", security: [{a: []}, {k: []}]", ", security: [{k: []}, {a: []}]" => ""; "the order of alternatives")]
#[test_case(TAKES, r"{type: string, pattern: '^-?\d{0,8}$'}", r"{type: string, pattern: '^-?\d{0,28}$'}" => "info request-body-pattern-generalized"; "a decimal of more digits")]
#[test_case(TAKES, "{}", "{then: {type: string}, else: {type: integer}, minContains: 2}" => ""; "keywords that say nothing on their own")]
#[test_case(TAKES, "{oneOf: [{type: object, required: [a]}, {type: array}]}", "{}" => "info request-body-alternatives-unset"; "anything is taken where there were alternatives")]
#[test_case(TAKES, "{oneOf: [{type: object, required: [a]}, {type: object, required: [a, b]}]}", "{type: object}" => "info request-body-alternatives-unset"; "one schema that takes all alternatives")]
fn must_not_alarm(document: &str, base: &str, head: &str) -> String {
    around(document, base, head)
}

#[test_case(GIVES, "{type: object, discriminator: {propertyName: a}}", "{type: object, discriminator: {propertyName: b}}" => "warning response-body-discriminator-property-name-changed"; "another property tells what it is")]
#[test_case(GIVES, "{type: string, pattern: '^a'}", "{type: string}" => "warning response-body-pattern-removed"; "a text of another form")]
#[test_case(GIVES, "{type: object, required: [a], properties: {a: {type: string}}}", "{type: object, required: [a], properties: {a: {type: string, writeOnly: true}}}" => "warning response-required-property-became-write-only"; "what should not be sent any more")]
fn cannot_be_told(document: &str, base: &str, head: &str) -> String {
    around(document, base, head)
}

/// The same change by the names that others give it.
#[test_case(OPERATION, ", security: [{k: []}]", ", security: [{a: []}]" => "api-security-added api-security-removed"; "other credentials")]
#[test_case(OPERATION, ", security: [{k: []}]", ", security: [{k: [], a: []}]" => "api-security-added api-security-removed"; "further credentials")]
#[test_case(GIVES, "{type: object, required: [a], properties: {a: {}, b: {}}}", "{type: string}" => "response-optional-property-removed response-required-property-removed"; "properties that went with the type")]
#[test_case(TAKES, "{type: string, maxLength: 3}", "{type: integer, maximum: 3}" => "request-body-max-length-unset request-body-max-set"; "limits of another type")]
#[test_case(TAKES, "{type: string}", "{enum: [1]}" => "request-body-became-enum"; "values of another type")]
#[test_case(TAKES, "{type: string}", "{oneOf: [{type: string}, {type: 'null'}]}" => "request-body-list-of-types-widened"; "null as an alternative")]
#[test_case(PROBLEM, "application/problem+json", "application/json" => "response-media-type-name-generalized"; "the media type without its suffix")]
#[test_case(PROBLEM, "application/json", "application/problem+json; v=2" => "response-media-type-name-changed"; "the suffix and a parameter")]
fn goes_by_other_names_as_well(document: &str, base: &str, head: &str) -> String {
    let changes = compared(&document.replace('@', base), &document.replace('@', head)).changes;
    let names: BTreeSet<String> = changes.into_iter().flat_map(|change| change.also).collect();
    names.into_iter().collect::<Vec<_>>().join(" ")
}

#[test_case("{type: [string, 'null']}", "{anyOf: [{type: string}, {type: 'null'}]}"; "null in a list of types or as alternative")]
#[test_case("{enum: [a, b]}", "{oneOf: [{const: b}, {const: a}]}"; "a list of values or alternatives")]
#[test_case("{type: string}", "{allOf: [{type: string}]}"; "a wrapper")]
#[test_case("{type: string}", "{oneOf: [{type: string}]}"; "one alternative")]
#[test_case("{type: object, properties: {a: {type: string, readOnly: true}}}", "{type: object, properties: {a: {allOf: [{type: string}], readOnly: true}}}"; "a wrapper beside readOnly")]
#[test_case("{type: integer, maximum: 1}", "{type: integer, maximum: 1.0}"; "numbers")]
#[test_case("{type: object, required: [a, b]}", "{type: object, required: [b, a]}"; "the order of what is required")]
#[test_case("{enum: [a, b]}", "{enum: [b, a]}"; "the order of values")]
#[test_case("{oneOf: [{type: object, required: [a]}, {type: array}]}", "{oneOf: [{type: array}, {type: object, required: [a]}]}"; "the order of alternatives")]
#[test_case("{allOf: [{type: object, required: [a]}, {maxProperties: 3}]}", "{type: object, required: [a], maxProperties: 3}"; "merged")]
fn two_ways_to_write_one_set_are_no_change(one: &str, other: &str) {
    for document in [TAKES, GIVES] {
        let (there, back) = (around(document, one, other), around(document, other, one));
        let told = |found: &str| {
            found.split(", ").all(|one| one.is_empty() || one.starts_with("info") && one.contains("-all-of-"))
        };
        assert!(told(&there) && told(&back), "{there} / {back}");
    }
}

/// What only one direction sees.
#[test_case(TAKES, "{type: object, properties: {a: {type: string, readOnly: true}}}", "{type: object, required: [a], properties: {a: {type: string, readOnly: true}}}"
    => "info request-read-only-property-became-required"; "readOnly never counts in a request")]
#[test_case(GIVES, "{type: object, required: [a], properties: {a: {type: string, writeOnly: true}}}", "{type: object}"
    => "info response-required-write-only-property-removed"; "writeOnly never counts in a response")]
#[test_case(TAKES, "{properties: {a: {type: integer, maximum: 9}}}", "{properties: {a: {type: integer, maximum: 5, readOnly: true}}}"
    => "info request-optional-property-became-read-only, info request-read-only-property-max-decreased"; "nor do the limits of what became readOnly")]
fn each_direction_sees_its_own(document: &str, base: &str, head: &str) -> String {
    around(document, base, head)
}

#[test]
fn the_same_credentials_for_several_operations_are_one_change() {
    let document = |security: &str, more: &str| {
        let operation = format!("{{responses: {{}}{security}}}");
        let text = format!(
            "openapi: 3.1.0\npaths: {{/x: {{get: {operation}, put: {operation}}}, /y: {{get: {operation}{more}}}}}\ncomponents: {{securitySchemes: {{k: {{type: http}}}}}}\n"
        );
        Document::parse("x.yaml", &text).unwrap()
    };
    let today = "2026-01-01".parse().unwrap();
    let of = |more: &str, also: &str| {
        let (base, head) =
            (document("", &more.replace('@', "")), document(", security: [{k: []}]", &more.replace('@', also)));
        compare_on(&base, &head, today).changes
    };
    let three = of("", "");
    assert_eq!((three.len(), three[0].occurrences.len(), three[0].elsewhere.len()), (1, 3, 2), "{three:#?}");
    let four = of(", put: {responses: {}@}", ", security: [{k: []}]");
    assert_eq!((four.len(), four[0].occurrences.len()), (1, 4), "{four:#?}");
    assert_ne!(three[0].fingerprint, four[0].fingerprint, "whoever let three pass has not seen the fourth");
}
