//! What is known about every field of every OpenAPI object: judged by a rule, or silent because no client can notice it.
//! A field on neither list is compared as it is written, and a difference is reported as undecidable.
//!
//! The fields are those of OpenAPI 3.0.4, 3.1.1 and 3.2.0; Schema Objects have those of JSON Schema 2020-12 as well.

use super::document::Place;
use super::value;

/// A kind of object of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    Root,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    MediaType,
    Response,
    Header,
    Schema,
    SecurityScheme,
    Flow,
    Server,
    ServerVariable,
    Link,
    Encoding,
}

impl Object {
    /// Fields that rules judge.
    fn judged(self) -> &'static [&'static str] {
        match self {
            Self::Root => &["paths", "webhooks", "components", "security", "servers"],
            Self::PathItem => &[
                "$ref",
                "get",
                "put",
                "post",
                "delete",
                "options",
                "head",
                "patch",
                "trace",
                "query",
                "additionalOperations",
                "servers",
                "parameters",
            ],
            Self::Operation => &[
                "parameters",
                "requestBody",
                "responses",
                "callbacks",
                "deprecated",
                "security",
                "servers",
                "operationId",
                "tags",
            ],
            Self::Parameter => &[
                "$ref",
                "name",
                "in",
                "required",
                "deprecated",
                "style",
                "explode",
                "allowReserved",
                "allowEmptyValue",
                "schema",
                "content",
            ],
            Self::RequestBody => &["$ref", "content", "required"],
            Self::MediaType => &["$ref", "schema", "itemSchema", "encoding", "prefixEncoding", "itemEncoding"],
            Self::Response => &["$ref", "headers", "content", "links"],
            Self::Header => &["$ref", "required", "style", "explode", "schema", "content"],
            // The reader of schemas knows its keywords itself.
            Self::Schema => &[],
            Self::SecurityScheme => &[
                "$ref",
                "type",
                "name",
                "in",
                "scheme",
                "flows",
                "openIdConnectUrl",
                "oauth2MetadataUrl",
                "deprecated",
            ],
            Self::Flow => &["authorizationUrl", "deviceAuthorizationUrl", "tokenUrl", "refreshUrl", "scopes"],
            Self::Server => &["url", "variables"],
            Self::ServerVariable => &["default", "enum"],
            Self::Link => &["$ref", "operationRef", "operationId", "parameters", "requestBody", "server"],
            Self::Encoding => &[
                "contentType",
                "headers",
                "style",
                "explode",
                "allowReserved",
                "encoding",
                "prefixEncoding",
                "itemEncoding",
            ],
        }
    }

    /// Fields that say nothing to a client, beside `x-*`.
    fn silent(self) -> &'static [&'static str] {
        match self {
            Self::Root => &["openapi", "$self", "info", "tags", "externalDocs", "jsonSchemaDialect"],
            Self::PathItem => &["summary", "description"],
            Self::Operation => &["summary", "description", "externalDocs"],
            Self::Parameter => &["description", "summary", "example", "examples"],
            Self::RequestBody | Self::Response => &["description", "summary"],
            Self::MediaType => &["example", "examples", "summary", "description"],
            Self::Header => &["description", "summary", "example", "examples", "deprecated"],
            Self::Schema => &[
                "title",
                "description",
                "summary",
                "example",
                "examples",
                "externalDocs",
                "$comment",
                "$schema",
                "$defs",
                "definitions",
            ],
            Self::SecurityScheme => &["description", "bearerFormat", "summary"],
            Self::Flow | Self::Encoding => &[],
            Self::Server => &["description", "name"],
            Self::ServerVariable => &["description"],
            Self::Link => &["description", "summary"],
        }
    }
}

/// Whether no client can notice a field.
pub(super) fn is_silent(object: Object, field: &str) -> bool {
    field.starts_with("x-") || object.silent().contains(&field)
}

/// The fields that differ and that nothing judges: on each side the field, or the object where it lacks the field.
pub(super) fn unjudged<'a>(object: Object, base: &Place<'a>, head: &Place<'a>) -> Vec<(&'a str, Place<'a>, Place<'a>)> {
    let known = |field: &str| is_silent(object, field) || object.judged().contains(&field);
    let names = value::entries(base.node).iter().chain(value::entries(head.node)).map(|entry| entry.key.as_str());
    let mut names: Vec<&'a str> = names.filter(|name| !known(name)).collect();
    names.sort_unstable();
    names.dedup();
    let both = names.into_iter().map(|name| (name, base.get(name), head.get(name)));
    both.filter(|(_, base, head)| match (base, head) {
        (Some(base), Some(head)) => !value::same(base.node, head.node),
        _ => true,
    })
    .map(|(name, here, there)| (name, here.unwrap_or_else(|| base.clone()), there.unwrap_or_else(|| head.clone())))
    .collect()
}

/// Whether a format restricts values. `password` only asks for a hidden input; any other may be checked by a server.
pub(super) fn restricts(format: &str) -> bool {
    format != "password"
}
