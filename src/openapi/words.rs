//! How a person calls a place of a document.

use super::document::{Document, FILES};
use super::value;

/// The component that a pointer leads into, as in `schemas/Item`.
pub(super) fn component(pointer: &str) -> Option<String> {
    let pointer = in_file(pointer).map_or(pointer, |(_, rest)| rest);
    let mut tokens = pointer.strip_prefix("/components/")?.split('/');
    Some(format!("{}/{}", tokens.next()?, unescape(tokens.next()?)))
}

/// The file of a pointer that leads into another file of the document, and the rest of it.
fn in_file(pointer: &str) -> Option<(String, &str)> {
    let rest = pointer.strip_prefix('/')?.strip_prefix(FILES)?.strip_prefix('/')?;
    let end = rest.find('/').unwrap_or(rest.len());
    Some((unescape(rest.get(..end)?), rest.get(end..)?))
}

/// A file that is one schema is called by its name: `schemas/Item.yml` is `Item`.
fn place_in_file(document: &Document, file: &str, whole: &str, rest: &str) -> String {
    if rest.starts_with("/components/") || rest.starts_with("/paths/") {
        return place_of(document, whole, rest);
    }
    let tokens: Vec<String> = rest.split('/').skip(1).map(unescape).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let stem = file.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or(file);
    match tokens.as_slice() {
        ["get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" | "parameters", ..] => {
            within(document, whole, &tokens, "")
        }
        [name, inner @ ..] if !is_keyword(name) => {
            format!("`{name}{}`", schema_path(inner))
        }
        _ => format!("`{stem}{}`", schema_path(&tokens)),
    }
}

/// Whether a key of a schema is a word of its language, and no name that an author chose.
fn is_keyword(key: &str) -> bool {
    const KEYWORDS: [&str; 36] = [
        "additionalProperties",
        "allOf",
        "anyOf",
        "const",
        "contains",
        "contentEncoding",
        "contentMediaType",
        "default",
        "dependentRequired",
        "dependentSchemas",
        "deprecated",
        "description",
        "discriminator",
        "else",
        "enum",
        "example",
        "examples",
        "format",
        "if",
        "items",
        "multipleOf",
        "not",
        "nullable",
        "oneOf",
        "pattern",
        "patternProperties",
        "prefixItems",
        "properties",
        "propertyNames",
        "readOnly",
        "required",
        "then",
        "title",
        "type",
        "uniqueItems",
        "writeOnly",
    ];
    const BEGINNINGS: [&str; 6] = ["$", "min", "max", "exclusive", "unevaluated", "x-"];
    KEYWORDS.contains(&key) || BEGINNINGS.iter().any(|word| key.starts_with(word))
}

/// A place in words: `Item.name`, `request body .lines[].sku`, `parameter limit`; empty for what is no part of either.
pub(super) fn place(document: &Document, pointer: &str) -> String {
    match in_file(pointer) {
        Some((file, rest)) => place_in_file(document, &file, pointer, rest),
        None => place_of(document, pointer, pointer),
    }
}

/// `whole` is the pointer in the document, `pointer` that in its own file.
fn place_of(document: &Document, whole: &str, pointer: &str) -> String {
    let tokens: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    match tokens.as_slice() {
        ["components", "schemas", name, rest @ ..] => format!("`{name}{}`", schema_path(rest)),
        ["components", kind, name, rest @ ..] => within(document, whole, rest, &format!("{} `{name}`", singular(kind))),
        ["paths" | "webhooks", _, rest @ ..] => within(document, whole, rest, ""),
        _ => String::new(),
    }
}

fn within(document: &Document, pointer: &str, tokens: &[&str], start: &str) -> String {
    let mut words = start.to_owned();
    let mut rest = tokens;
    loop {
        match rest {
            ["requestBody", more @ ..] => (words, rest) = ("request body".to_owned(), more),
            ["responses", status, more @ ..] => (words, rest) = (format!("response {status}"), more),
            ["headers", name, more @ ..] => {
                (words, rest) = (format!("{words} header `{name}`").trim().to_owned(), more)
            }
            ["parameters", index, more @ ..] => {
                (words, rest) = (parameter(document, pointer, index), more);
            }
            ["schema", more @ ..] => {
                let path = schema_path(more);
                return if path.is_empty() { words } else { format!("{words} `{path}`").trim().to_owned() };
            }
            [_, more @ ..] => rest = more,
            [] => return words,
        }
    }
}

fn parameter(document: &Document, pointer: &str, index: &str) -> String {
    let end = pointer.find(&format!("/parameters/{index}")).map(|start| start + "/parameters/".len() + index.len());
    let place = end.and_then(|end| document.find(pointer.get(..end)?));
    let place = place.and_then(|place| document.resolve(&place).found());
    place
        .and_then(|place| value::text_of(place.node, "name").map(|name| format!("parameter `{name}`")))
        .unwrap_or_else(|| "parameter".to_owned())
}

/// The way into a schema: `.name` for a property, `[]` for items, `.*` for other properties; keywords are left out.
fn schema_path(tokens: &[&str]) -> String {
    let mut path = String::new();
    let mut rest = tokens;
    loop {
        match rest {
            ["properties", name, more @ ..] => {
                path.push_str(&format!(".{name}"));
                rest = more;
            }
            ["items", more @ ..] => {
                path.push_str("[]");
                rest = more;
            }
            ["additionalProperties", more @ ..] if !more.is_empty() => {
                path.push_str(".*");
                rest = more;
            }
            ["allOf" | "oneOf" | "anyOf", _, more @ ..] => rest = more,
            _ => return path,
        }
    }
}

fn singular(kind: &str) -> String {
    match kind {
        "requestBodies" => "request body".to_owned(),
        "securitySchemes" => "security scheme".to_owned(),
        _ => kind.strip_suffix('s').unwrap_or(kind).to_owned(),
    }
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    const DOCUMENT: &str = "openapi: 3.0.0\npaths: {/a: {get: {parameters: [{name: limit, in: query}]}}}\n";

    #[test_case("/components/schemas/Item/properties/lines/items/properties/sku/maxLength" => "`Item.lines[].sku`")]
    #[test_case("/paths/~1a/post/requestBody/content/x/schema/properties/a" => "request body `.a`")]
    #[test_case("/paths/~1a/get/responses/200/headers/ETag" => "response 200 header `ETag`")]
    #[test_case("/paths/~1a/get/parameters/0/schema/maximum" => "parameter `limit`")]
    #[test_case("/components/parameters/Page/schema" => "parameter `Page`")]
    #[test_case("/paths/~1a/get" => "")]
    #[test_case("/x-zarpe-files/schemas~1Item.yml/properties/name" => "`Item.name`"; "a file that is a schema")]
    #[test_case("/x-zarpe-files/all.yml/Item/properties/name" => "`Item.name`"; "a file of schemas")]
    #[test_case("/x-zarpe-files/all.yml/components/schemas/Item/items/x" => "`Item[]`"; "a file that is a document")]
    #[test_case("/x-zarpe-files/paths~1a.yml/get/responses/200" => "response 200"; "a file that is a path")]
    fn a_place_in_words(pointer: &str) -> String {
        place(&Document::parse("x", DOCUMENT).unwrap(), pointer)
    }
}
