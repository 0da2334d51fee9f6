//! Every field of every object of OpenAPI 3.0, 3.1 and 3.2 × {added, removed, changed}: a rule, or a waiver with its reason.
//! `ZARPE_BLESS=1 cargo test openapi::coverage` writes the ids that are found into `coverage.tsv`, never a waiver.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use zarpe::openapi::{Document, compare};

const TABLE: &str = include_str!("coverage.tsv");
const WAIVERS: &str = include_str!("coverage_waivers.tsv");

/// The fields of each object and the versions that have them: <https://spec.openapis.org/oas/v3.0.4.html>, v3.1.1, v3.2.0;
/// JSON Schema 2020-12. `{…}` stands for names of the author's own. A schema has its fields in both directions.
const FIELDS: &[(&str, &str, &str)] = &[
    ("Root", "3.0 3.1 3.2", "openapi info servers paths components security tags externalDocs"),
    ("Root", "3.1 3.2", "webhooks jsonSchemaDialect"),
    ("Root", "3.2", "$self"),
    ("Info", "3.0 3.1 3.2", "title description termsOfService contact license version"),
    ("Info", "3.1 3.2", "summary"),
    ("Contact", "3.0 3.1 3.2", "name url email"),
    ("License", "3.0 3.1 3.2", "name url"),
    ("License", "3.1 3.2", "identifier"),
    ("Server", "3.0 3.1 3.2", "url description variables"),
    ("Server", "3.2", "name"),
    ("Server Variable", "3.0 3.1 3.2", "enum default description"),
    (
        "Components",
        "3.0 3.1 3.2",
        "schemas responses parameters examples requestBodies headers securitySchemes links callbacks",
    ),
    ("Components", "3.1 3.2", "pathItems"),
    ("Components", "3.2", "mediaTypes"),
    ("Paths", "3.0 3.1 3.2", "{path}"),
    (
        "Path Item",
        "3.0 3.1 3.2",
        "$ref summary description get put post delete options head patch trace servers parameters",
    ),
    ("Path Item", "3.2", "query additionalOperations"),
    (
        "Operation",
        "3.0 3.1 3.2",
        "tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers",
    ),
    ("External Documentation", "3.0 3.1 3.2", "description url"),
    (
        "Parameter",
        "3.0 3.1 3.2",
        "name in description required deprecated allowEmptyValue style explode allowReserved schema example examples content",
    ),
    ("Request Body", "3.0 3.1 3.2", "description content required"),
    ("Media Type", "3.0 3.1 3.2", "schema example examples encoding"),
    ("Media Type", "3.2", "itemSchema prefixEncoding itemEncoding"),
    ("Encoding", "3.0 3.1 3.2", "contentType headers style explode allowReserved"),
    ("Encoding", "3.2", "encoding prefixEncoding itemEncoding"),
    ("Responses", "3.0 3.1 3.2", "default {code}"),
    ("Response", "3.0 3.1 3.2", "description headers content links"),
    ("Response", "3.2", "summary"),
    ("Callback", "3.0 3.1 3.2", "{expression}"),
    ("Example", "3.0 3.1 3.2", "summary description value externalValue"),
    ("Example", "3.2", "dataValue serializedValue"),
    ("Link", "3.0 3.1 3.2", "operationRef operationId parameters requestBody description server"),
    ("Header", "3.0 3.1 3.2", "description required deprecated style explode schema example examples content"),
    ("Tag", "3.0 3.1 3.2", "name description externalDocs"),
    ("Tag", "3.2", "summary parent kind"),
    ("Reference", "3.0 3.1 3.2", "$ref"),
    ("Reference", "3.1 3.2", "summary description"),
    (
        "Schema",
        "3.0 3.1 3.2",
        "title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems \
         maxProperties minProperties required enum type allOf oneOf anyOf not items properties additionalProperties description format \
         default nullable discriminator readOnly writeOnly xml externalDocs example deprecated $ref",
    ),
    (
        "Schema",
        "3.1 3.2",
        "$id $schema $anchor $dynamicRef $dynamicAnchor $vocabulary $comment $defs if then else dependentSchemas prefixItems contains \
         patternProperties propertyNames unevaluatedItems unevaluatedProperties const maxContains minContains dependentRequired \
         contentEncoding contentMediaType contentSchema examples",
    ),
    ("Discriminator", "3.0 3.1 3.2", "propertyName mapping"),
    ("Discriminator", "3.2", "defaultMapping"),
    ("XML", "3.0 3.1 3.2", "name namespace prefix attribute wrapped"),
    ("XML", "3.2", "nodeType"),
    ("Security Scheme", "3.0 3.1 3.2", "type description name in scheme bearerFormat flows openIdConnectUrl"),
    ("Security Scheme", "3.2", "oauth2MetadataUrl deprecated"),
    ("OAuth Flows", "3.0 3.1 3.2", "implicit password clientCredentials authorizationCode"),
    ("OAuth Flows", "3.2", "deviceAuthorization"),
    ("OAuth Flow", "3.0 3.1 3.2", "authorizationUrl tokenUrl refreshUrl scopes"),
    ("OAuth Flow", "3.2", "deviceAuthorizationUrl"),
    ("Security Requirement", "3.0 3.1 3.2", "{name}"),
];

/// A document around an object, or around one of its fields; `@` is where the field stands.
fn template(object: &str, field: &str) -> &'static str {
    match (object, field) {
        ("Root", "openapi") => "@\npaths: {}",
        ("Root", "paths") => "openapi: V\n@",
        ("Root", "security") => {
            "openapi: V\n@\npaths: {/x: {get: {responses: {}}}}\ncomponents: {securitySchemes: {k: {type: http}, l: {type: http}}}"
        }
        ("Root", _) => "openapi: V\n@\npaths: {/x: {get: {responses: {}}}}",
        ("Info", _) => "openapi: V\ninfo: {@}\npaths: {}",
        ("Contact", _) => "openapi: V\ninfo: {contact: {@}}\npaths: {}",
        ("License", _) => "openapi: V\ninfo: {license: {@}}\npaths: {}",
        ("Server", "url") => "openapi: V\nservers: [{@}]\npaths: {/x: {get: {responses: {}}}}",
        ("Server", _) => "openapi: V\nservers: [{url: 'https://a/{v}', @}]\npaths: {/x: {get: {responses: {}}}}",
        ("Server Variable", _) => {
            "openapi: V\nservers: [{url: 'https://a/{v}', variables: {v: {@}}}]\npaths: {/x: {get: {responses: {}}}}"
        }
        ("Components", _) => "openapi: V\ncomponents: {@}\npaths: {/x: {get: {responses: {}}}}",
        ("Paths", _) => "openapi: V\npaths: {@}",
        ("Path Item", "$ref") => {
            "openapi: V\npaths: {/x: {@}}\nx-items: {a: {get: {responses: {}}}, b: {put: {responses: {}}}}"
        }
        ("Path Item", "servers" | "parameters") => "openapi: V\npaths: {/x: {get: {responses: {}}, @}}",
        ("Path Item", _) => "openapi: V\npaths: {/x: {@}}\ncomponents: {securitySchemes: {k: {type: http}}}",
        ("Operation", _) => {
            "openapi: V\npaths: {/x: {get: {@}}}\ncomponents: {securitySchemes: {k: {type: http}, l: {type: http}}}"
        }
        ("External Documentation", _) => "openapi: V\npaths: {/x: {get: {externalDocs: {@}, responses: {}}}}",
        ("Parameter", "name") => "openapi: V\npaths: {/x: {get: {parameters: [{in: query, @}], responses: {}}}}",
        ("Parameter", "in") => "openapi: V\npaths: {/x: {get: {parameters: [{name: p, @}], responses: {}}}}",
        ("Parameter", "schema" | "content") => {
            "openapi: V\npaths: {/x: {get: {parameters: [{name: p, in: query, @}], responses: {}}}}"
        }
        ("Parameter", _) => {
            "openapi: V\npaths: {/x: {get: {parameters: [{name: p, in: query, schema: {type: array}, @}], responses: {}}}}"
        }
        ("Request Body", _) => "openapi: V\npaths: {/x: {post: {requestBody: {@}, responses: {}}}}",
        ("Media Type", _) => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {multipart/mixed: {@}}}, responses: {}}}}"
        }
        ("Encoding", _) => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {multipart/mixed: {encoding: {a: {@}}}}}, responses: {}}}}"
        }
        ("Responses", _) => "openapi: V\npaths: {/x: {get: {responses: {@}}}}",
        ("Response", _) => "openapi: V\npaths: {/x: {get: {responses: {'200': {@}}}}}",
        ("Callback", _) => "openapi: V\npaths: {/x: {post: {callbacks: {c: {@}}, responses: {}}}}",
        ("Example", _) => {
            "openapi: V\npaths: {/x: {get: {parameters: [{name: p, in: query, examples: {e: {@}}}], responses: {}}}}"
        }
        ("Link", _) => "openapi: V\npaths: {/x: {get: {responses: {'200': {links: {l: {@}}}}}}}",
        ("Header", "schema" | "content") => "openapi: V\npaths: {/x: {get: {responses: {'200': {headers: {H: {@}}}}}}}",
        ("Header", _) => {
            "openapi: V\npaths: {/x: {get: {responses: {'200': {headers: {H: {schema: {type: array}, @}}}}}}}"
        }
        ("Tag", _) => "openapi: V\ntags: [{@}]\npaths: {}",
        ("Reference", "$ref") => {
            "openapi: V\npaths: {/x: {get: {parameters: [{@}], responses: {}}}}\ncomponents: {parameters: {A: {name: a, in: query}, B: {name: b, in: query}}}"
        }
        ("Reference", _) => {
            "openapi: V\npaths: {/x: {get: {parameters: [{$ref: '#/components/parameters/A', @}], responses: {}}}}\ncomponents: {parameters: {A: {name: a, in: query}}}"
        }
        ("Schema in a request", "then" | "else") => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/json: {schema: {if: {minLength: 1}, @}}}}, responses: {}}}}"
        }
        ("Schema in a response", "then" | "else") => {
            "openapi: V\npaths: {/x: {get: {responses: {'200': {content: {a/json: {schema: {if: {minLength: 1}, @}}}}}}}}"
        }
        ("Schema in a request", "minContains" | "maxContains") => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/json: {schema: {contains: {minLength: 1}, @}}}}, responses: {}}}}"
        }
        ("Schema in a response", "minContains" | "maxContains") => {
            "openapi: V\npaths: {/x: {get: {responses: {'200': {content: {a/json: {schema: {contains: {minLength: 1}, @}}}}}}}}"
        }
        ("Schema in a request", "if") => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/json: {schema: {then: {minLength: 1}, @}}}}, responses: {}}}}"
        }
        ("Schema in a response", "if") => {
            "openapi: V\npaths: {/x: {get: {responses: {'200': {content: {a/json: {schema: {then: {minLength: 1}, @}}}}}}}}"
        }
        ("Schema in a request", "readOnly" | "writeOnly" | "deprecated") => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/json: {schema: {properties: {a: {@}}}}}}, responses: {}}}}"
        }
        ("Schema in a response", "readOnly" | "writeOnly" | "deprecated") => {
            "openapi: V\npaths: {/x: {get: {responses: {'200': {content: {a/json: {schema: {properties: {a: {@}}}}}}}}}}"
        }
        ("Schema in a request", "exclusiveMaximum") => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/json: {schema: {maximum: 9, @}}}}, responses: {}}}}"
        }
        ("Schema in a response", "exclusiveMaximum") => {
            "openapi: V\npaths: {/x: {get: {responses: {'200': {content: {a/json: {schema: {maximum: 9, @}}}}}}}}"
        }
        ("Schema in a request", "exclusiveMinimum") => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/json: {schema: {minimum: 1, @}}}}, responses: {}}}}"
        }
        ("Schema in a response", "exclusiveMinimum") => {
            "openapi: V\npaths: {/x: {get: {responses: {'200': {content: {a/json: {schema: {minimum: 1, @}}}}}}}}"
        }
        ("Schema in a request", "nullable") => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/json: {schema: {type: string, @}}}}, responses: {}}}}"
        }
        ("Schema in a response", "nullable") => {
            "openapi: V\npaths: {/x: {get: {responses: {'200': {content: {a/json: {schema: {type: string, @}}}}}}}}"
        }
        ("Schema in a request", "xml") => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/xml: {schema: {@}}}}, responses: {}}}}\ncomponents: {schemas: {A: {type: string}, B: {type: integer}}}"
        }
        ("Schema in a request", _) => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/json: {schema: {@}}}}, responses: {}}}}\ncomponents: {schemas: {A: {type: string}, B: {type: integer}}}"
        }
        ("Schema in a response", "xml") => {
            "openapi: V\npaths: {/x: {get: {responses: {'200': {content: {a/xml: {schema: {@}}}}}}}}\ncomponents: {schemas: {A: {type: string}, B: {type: integer}}}"
        }
        ("Schema in a response", _) => {
            "openapi: V\npaths: {/x: {get: {responses: {'200': {content: {a/json: {schema: {@}}}}}}}}\ncomponents: {schemas: {A: {type: string}, B: {type: integer}}}"
        }
        ("Discriminator", "propertyName") => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/json: {schema: {discriminator: {@}}}}}, responses: {}}}}"
        }
        ("Discriminator", _) => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/json: {schema: {discriminator: {propertyName: k, @}}}}}, responses: {}}}}\ncomponents: {schemas: {A: {type: object, required: [a]}, B: {type: object, required: [b]}}}"
        }
        ("XML", "wrapped") => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/xml: {schema: {type: array, xml: {@}}}}}, responses: {}}}}"
        }
        ("XML", _) => {
            "openapi: V\npaths: {/x: {post: {requestBody: {content: {a/xml: {schema: {type: string, xml: {@}}}}}, responses: {}}}}"
        }
        ("Security Scheme", "type") => {
            "openapi: V\npaths: {/x: {get: {security: [{k: []}], responses: {}}}}\ncomponents: {securitySchemes: {k: {@}}}"
        }
        ("Security Scheme", _) => {
            "openapi: V\npaths: {/x: {get: {security: [{k: []}], responses: {}}}}\ncomponents: {securitySchemes: {k: {type: x, @}}}"
        }
        ("OAuth Flows", _) => {
            "openapi: V\npaths: {/x: {get: {security: [{k: []}], responses: {}}}}\ncomponents: {securitySchemes: {k: {type: oauth2, flows: {@}}}}"
        }
        ("OAuth Flow", _) => {
            "openapi: V\npaths: {/x: {get: {security: [{k: []}], responses: {}}}}\ncomponents: {securitySchemes: {k: {type: oauth2, flows: {implicit: {@}}}}}"
        }
        ("Security Requirement", _) => {
            "openapi: V\npaths: {/x: {get: {security: [{@}], responses: {}}}}\ncomponents: {securitySchemes: {k: {type: oauth2, flows: {}}}}"
        }
        _ => panic!("no document for {object}.{field}"),
    }
}

/// A row: a field, the versions in which it is looked at, two values for it.
struct Row<'a> {
    object: &'a str,
    field: &'a str,
    versions: &'a str,
    values: [&'a str; 2],
    cells: [&'a str; 3],
}

fn rows() -> Vec<Row<'static>> {
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [object, field, versions, first, second, added, removed, changed] = cells[..] else { panic!("{line}") };
        Row { object, field, versions, values: [first, second], cells: [added, removed, changed] }
    };
    TABLE.lines().skip(1).map(row).collect()
}

impl Row<'_> {
    /// What is found where the field is added, removed and changed: the ids, in order.
    fn found(&self, version: &str) -> [Option<String>; 3] {
        let document = |value: Option<&str>| {
            let key = match self.field {
                "{path}" => "/x",
                "{code}" => "'200'",
                "{expression}" => "'{$url}'",
                "{name}" => "k",
                other => other,
            };
            let field = value.map(|value| format!("{key}: {value}")).unwrap_or_default();
            let text = template(self.object, self.field)
                .replace('@', &field)
                .replace("openapi: V", &format!("openapi: {version}.0"));
            Document::parse("x.yaml", &text).ok()
        };
        let ids = |base: Option<Document>, head: Option<Document>| {
            let changes = compare(&base?, &head?).changes;
            let ids: BTreeSet<String> = changes.into_iter().map(|change| change.id).collect();
            Some(ids.into_iter().collect::<Vec<_>>().join(","))
        };
        let [first, second] = self.values.map(Some);
        [(None, first), (first, None), (first, second)].map(|(base, head)| ids(document(base), document(head)))
    }
}

#[test]
fn every_field_added_removed_or_changed_has_its_rule_or_a_waiver() {
    let waivers: BTreeSet<&str> = WAIVERS.lines().skip(1).map(|line| line.split_once('\t').unwrap().0).collect();
    let (mut wrong, mut blessed) = (String::new(), format!("{}\n", TABLE.lines().next().unwrap()));
    for row in rows() {
        let mut cells = row.cells.map(str::to_owned);
        for version in row.versions.split(' ') {
            for ((found, cell), what) in
                row.found(version).into_iter().zip(&mut cells).zip(["added", "removed", "changed"])
            {
                let place = format!("{version} {} {} {what}", row.object, row.field);
                match (cell.strip_prefix("- "), found) {
                    (Some("required"), _) => {}
                    (Some(code), found) if waivers.contains(code) => {
                        if found.as_deref() != Some("") {
                            writeln!(wrong, "{place}: waived as {code}, but {found:?}").unwrap();
                        }
                    }
                    (None, Some(found)) if !found.is_empty() && (*cell == found || cell.is_empty()) => *cell = found,
                    (_, found) => {
                        writeln!(wrong, "{place}: expected `{cell}`, found {found:?}").unwrap();
                        if let Some(found) = found.filter(|_| !cell.starts_with('-')) {
                            *cell = found;
                        }
                    }
                }
            }
        }
        let row = [row.object, row.field, row.versions, row.values[0], row.values[1], &cells[0], &cells[1], &cells[2]];
        writeln!(blessed, "{}", row.join("\t")).unwrap();
    }
    if std::env::var_os("ZARPE_BLESS").is_some() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/openapi/coverage.tsv");
        std::fs::write(file, &blessed).unwrap();
    }
    assert!(wrong.is_empty() && blessed == TABLE, "{wrong}the table is stale where nothing is said here");
}

#[test]
fn every_field_of_the_specification_is_in_the_table_and_no_other() {
    let mut specified: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    for (object, versions, fields) in FIELDS {
        let objects = match *object {
            "Schema" => vec!["Schema in a request".to_owned(), "Schema in a response".to_owned()],
            other => vec![other.to_owned()],
        };
        for (object, field) in
            objects.iter().flat_map(|object| fields.split_whitespace().map(move |field| (object, field)))
        {
            specified.entry((object.clone(), field.to_owned())).or_default().extend(versions.split(' '));
        }
    }
    let mut covered: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    for row in rows() {
        covered.entry((row.object.to_owned(), row.field.to_owned())).or_default().extend(row.versions.split(' '));
    }
    assert_eq!(covered, specified);
}

#[test]
fn every_waiver_has_a_reason_and_a_use() {
    for line in WAIVERS.lines().skip(1) {
        let (code, reason) = line.split_once('\t').unwrap();
        assert!(reason.len() > 20, "{line}");
        assert!(TABLE.contains(&format!("\t- {code}")), "{code} waives nothing");
    }
}
