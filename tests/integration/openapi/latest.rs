//! What OpenAPI 3.2 brought, and what is around the schemas in every version: streams, parts of a body, links, variables of servers.

use test_case::test_case;
use zarpe::openapi::{Document, compare};
use zarpe::report::Level;

/// What changed, `level id` each; the `@` of a document stands for what changes.
fn around(document: &str, base: &str, head: &str) -> String {
    assert!(document.contains('@'));
    let document = |part: &str| {
        let text = format!("openapi: 3.2.0\n{}\n", document.replace('@', part));
        Document::parse("x.yaml", &text).unwrap_or_else(|error| panic!("{text}: {error:#}"))
    };
    let found = compare(&document(base), &document(head)).changes;
    let words = found.iter().map(|change| {
        let level = match change.level {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        format!("{level} {}", change.id)
    });
    words.collect::<Vec<_>>().join(", ")
}

const ITEM: &str = "paths: {/x: {get: {responses: {}}@}}";
const STREAM: &str = "paths: {/x: {get: {responses: {'200': {content: {application/jsonl: {@}}}}}}}";
const QUERY: &str = "paths: {/x: {get: {responses: {}, parameters: [@]}}}";
const MEDIA: &str =
    "paths: {/x: {get: {responses: {'200': {content: {application/json: {$ref: '#/components/mediaTypes/M'}}}}}}}
components: {mediaTypes: {M: {schema: @}}}";
const FLOW: &str = "paths: {/x: {get: {security: [{o: []}], responses: {}}}}
components: {securitySchemes: {o: {type: oauth2, flows: {deviceAuthorization: {deviceAuthorizationUrl: @, tokenUrl: 'https://t', scopes: {}}}}}}";
const METADATA: &str = "paths: {/x: {get: {security: [{o: []}], responses: {}}}}
components: {securitySchemes: {o: {type: oauth2@, flows: {}}}}";
const FORM: &str = "paths: {/x: {post: {requestBody: {content: {@}}, responses: {}}}}";
const XML: &str = "paths: {/x: {post: {requestBody: {content: {application/xml: {schema: {type: object, properties: {a: {type: string@}}}}}}, responses: {}}}}";
const ROOT_XML: &str = "paths: {/x: {post: {requestBody: {content: {text/xml: {schema: {$ref: '#/components/schemas/Item'}}}}, responses: {}}}}
components: {schemas: {Item: {type: object@}}}";
const JSON: &str = "paths: {/x: {post: {requestBody: {content: {application/json: {schema: {type: object, properties: {a: {type: string@}}}}}}, responses: {}}}}";
const ROOT: &str = "@\npaths: {}";
const SERVER: &str = "servers: [{url: 'https://a'@}]\npaths: {/x: {get: {responses: {}}}}";

#[test_case(ITEM, ", query: {responses: {}}", "" => "error api-removed-without-deprecation"; "the method QUERY is gone")]
#[test_case(ITEM, "", ", query: {responses: {}}" => "info endpoint-added"; "the method QUERY is new")]
#[test_case(ITEM, ", additionalOperations: {COPY: {responses: {}}}", "" => "error api-removed-without-deprecation"; "a method of its own is gone")]
#[test_case(ITEM, ", additionalOperations: {COPY: {responses: {}}}", ", additionalOperations: {COPY: {responses: {}, requestBody: {required: true, content: {}}}}"
    => "error request-body-added-required"; "a method of its own changed")]
#[test_case(STREAM, "itemSchema: {type: integer}", "itemSchema: {type: string}" => "error response-property-type-changed"; "what a stream is made of")]
#[test_case(STREAM, "", "itemSchema: {type: string}" => "info response-body-media-type-schema-added"; "it is said what a stream is made of")]
#[test_case(STREAM, "itemSchema: {type: string}", "" => "warning response-body-media-type-schema-removed"; "it is no longer said what a stream is made of")]
#[test_case(QUERY, "", "{name: q, in: querystring, required: true, content: {application/json: {schema: {}}}}" => "error new-required-request-parameter"; "the whole query string")]
#[test_case(QUERY, "{name: q, in: querystring, content: {application/json: {schema: {type: number}}}}", "{name: r, in: querystring, content: {application/json: {schema: {type: string}}}}"
    => "error request-property-type-changed"; "its name is not sent, and what it holds is judged")]
#[test_case(MEDIA, "{type: integer}", "{type: string}" => "error response-body-type-changed"; "a media type that is a component")]
#[test_case(FLOW, "'https://a'", "'https://b'" => "error api-security-component-oauth-url-changed"; "where a device asks")]
#[test_case(METADATA, ", oauth2MetadataUrl: 'https://a'", ", oauth2MetadataUrl: 'https://b'" => "error api-security-component-changed"; "where the metadata is")]
#[test_case(METADATA, "", ", oauth2MetadataUrl: 'https://b'" => ""; "where the metadata is, said for the first time")]
#[test_case(ROOT, "$self: 'https://a'", "$self: 'https://b'" => ""; "where the document is")]
#[test_case(ROOT, "tags: [{name: a}]", "tags: [{name: a, parent: b, kind: nav, summary: A}, {name: b}]" => ""; "tags of tags")]
#[test_case(SERVER, "", ", name: production" => ""; "a server's name")]
fn what_3_2_brought(document: &str, base: &str, head: &str) -> String {
    around(document, base, head)
}

const PARTS: &str = "schema: {type: object, properties: {o: {type: object}, s: {type: string}, l: {type: array, items: {type: string, format: binary}}}}";

#[test_case("multipart/form-data", "", "o: {contentType: application/json}" => ""; "the media type of an object where none is written")]
#[test_case("multipart/form-data", "", "s: {contentType: text/plain}" => ""; "of a text")]
#[test_case("multipart/form-data", "", "l: {contentType: application/octet-stream}" => ""; "of a list of files")]
#[test_case("multipart/form-data", "", "o: {contentType: application/xml}" => "error request-body-encoding-changed"; "another media type for a part")]
#[test_case("multipart/form-data", "o: {contentType: 'image/png, image/jpeg'}", "o: {contentType: image/png}" => "error request-body-encoding-specialized"; "fewer media types for a part")]
#[test_case("application/x-www-form-urlencoded", "", "l: {style: form, explode: true}" => ""; "the defaults of a form")]
#[test_case("application/x-www-form-urlencoded", "", "l: {explode: false}" => "error request-body-encoding-changed"; "a list in a form written another way")]
#[test_case("application/x-www-form-urlencoded", "s: {allowReserved: true}", "" => "error request-body-encoding-specialized"; "reserved characters")]
#[test_case("multipart/form-data", "", "s: {headers: {X-Sum: {required: true, schema: {type: string}}}}" => "error request-body-encoding-specialized"; "a part needs a header")]
#[test_case("multipart/form-data", "s: {headers: {X-Sum: {schema: {type: integer}}}}", "s: {headers: {X-Sum: {schema: {type: string, maxLength: 3}}}}" => "error request-property-type-changed"; "what a header of a part holds")]
#[test_case("application/json", "", "o: {contentType: application/xml}" => ""; "json has no parts")]
fn how_a_part_is_written(media: &str, base: &str, head: &str) -> String {
    let content = |encoding: &str| format!("{media}: {{{PARTS}, encoding: {{{encoding}}}}}");
    around(FORM, &content(base), &content(head))
}

#[test_case("multipart/mixed: {itemSchema: {}, itemEncoding: {contentType: image/png}}", "multipart/mixed: {itemSchema: {}, itemEncoding: {contentType: image/jpeg}}"
    => "error request-body-encoding-changed"; "each part")]
#[test_case("multipart/mixed: {prefixEncoding: [{contentType: image/png}, {}]}", "multipart/mixed: {prefixEncoding: [{contentType: image/png}, {contentType: image/png}]}"
    => "error request-body-encoding-changed"; "the second part")]
#[test_case("multipart/mixed: {encoding: {a: {encoding: {b: {contentType: image/png}}}}}", "multipart/mixed: {encoding: {a: {encoding: {b: {contentType: image/jpeg}}}}}"
    => "error request-body-encoding-changed"; "a part of a part")]
fn how_parts_without_names_are_written(base: &str, head: &str) -> String {
    around(FORM, base, head)
}

#[test_case(XML, "", ", xml: {name: b}" => "error request-property-xml-changed"; "another name")]
#[test_case(XML, "", ", xml: {name: a}" => ""; "the name that it has")]
#[test_case(XML, "", ", xml: {attribute: true}" => "error request-property-xml-changed"; "an attribute")]
#[test_case(XML, ", xml: {attribute: true}", ", xml: {nodeType: attribute}" => ""; "an attribute, said in another way")]
#[test_case(XML, ", xml: {namespace: 'https://a'}", ", xml: {namespace: 'https://b'}" => "error request-property-xml-changed"; "another namespace")]
#[test_case(XML, ", xml: {prefix: a}", ", xml: {prefix: b}" => ""; "a prefix is a short name")]
#[test_case(JSON, "", ", xml: {name: b}" => ""; "in json it says nothing")]
#[test_case(ROOT_XML, "", ", xml: {name: Item}" => ""; "a body is called like its component")]
#[test_case(ROOT_XML, "", ", xml: {name: Thing}" => "error request-body-xml-changed"; "a body is called otherwise")]
fn how_it_is_written_in_xml(document: &str, base: &str, head: &str) -> String {
    around(document, base, head)
}
