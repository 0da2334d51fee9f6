//! How a person calls a place of a document.

use super::document::Document;
use super::value;

/// The component that a pointer leads into, as in `schemas/Item`.
pub(super) fn component(pointer: &str) -> Option<String> {
    let mut tokens = pointer.strip_prefix("/components/")?.split('/');
    Some(format!("{}/{}", tokens.next()?, unescape(tokens.next()?)))
}

/// A place in words: `Item.name`, `request body .lines[].sku`, `parameter limit`; empty for what is no part of either.
pub(super) fn place(document: &Document, pointer: &str) -> String {
    let tokens: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    match tokens.as_slice() {
        ["components", "schemas", name, rest @ ..] => format!("`{name}{}`", schema_path(rest)),
        ["components", kind, name, rest @ ..] => {
            within(document, pointer, rest, &format!("{} `{name}`", singular(kind)))
        }
        ["paths" | "webhooks", _, rest @ ..] => within(document, pointer, rest, ""),
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
    fn a_place_in_words(pointer: &str) -> String {
        place(&Document::parse("x", DOCUMENT).unwrap(), pointer)
    }
}
