//! Numbers where text is meant: what a generator wrote without quotes, because YAML 1.1 reads text there, is text wherever the
//! specification or the type of the schema asks for one. Anywhere else it stays the number that YAML 1.2 reads.

use super::value;
use crate::yaml::{Node, Value, Written};

/// Fields that hold text.
const TEXTS: &[&str] = &[
    "name",
    "in",
    "title",
    "summary",
    "description",
    "operationId",
    "operationRef",
    "pattern",
    "format",
    "propertyName",
    "defaultMapping",
    "contentType",
    "contentEncoding",
    "contentMediaType",
    "url",
    "x-sunset",
];

/// Reads a document as it was meant; JSON has quotes around every text.
pub(super) fn read(root: &mut Node, text: &str) {
    if text.trim_start().starts_with('{') {
        return;
    }
    let mut reader = Reader { text, written: None };
    reader.node(root);
}

struct Reader<'a> {
    text: &'a str,
    written: Option<Written<'a>>,
}

impl Reader<'_> {
    fn node(&mut self, node: &mut Node) {
        let holds_text = holds_text(node);
        match &mut node.value {
            Value::Sequence(items) => items.iter_mut().for_each(|item| self.node(item)),
            Value::Mapping(entries) => {
                for entry in entries.iter_mut() {
                    match entry.key.as_str() {
                        key if TEXTS.contains(&key) => self.scalar(&mut entry.value),
                        "required" | "tags" => self.items(&mut entry.value),
                        "mapping" | "scopes" => self.values(&mut entry.value),
                        "variables" => self.variables(&mut entry.value),
                        "default" | "const" | "example" if holds_text => self.scalar(&mut entry.value),
                        "enum" | "examples" | "x-extensible-enum" if holds_text => self.items(&mut entry.value),
                        _ => {}
                    }
                    self.node(&mut entry.value);
                }
            }
            _ => {}
        }
    }

    fn items(&mut self, node: &mut Node) {
        if let Value::Sequence(items) = &mut node.value {
            items.iter_mut().for_each(|item| self.scalar(item));
        }
    }

    fn values(&mut self, node: &mut Node) {
        if let Value::Mapping(entries) = &mut node.value {
            entries.iter_mut().for_each(|entry| self.scalar(&mut entry.value));
        }
    }

    /// The variables of a server hold text, and have no type to say so.
    fn variables(&mut self, node: &mut Node) {
        let Value::Mapping(variables) = &mut node.value else { return };
        for variable in variables.iter_mut() {
            let Value::Mapping(fields) = &mut variable.value.value else { continue };
            for field in fields.iter_mut() {
                match field.key.as_str() {
                    "default" => self.scalar(&mut field.value),
                    "enum" => self.items(&mut field.value),
                    _ => {}
                }
            }
        }
    }

    fn scalar(&mut self, node: &mut Node) {
        let Value::Number(number) = &node.value else { return };
        let written = self.written.get_or_insert_with(|| Written::new(self.text));
        if let Some(text) = written.text_in_1_1(node.mark, number) {
            node.value = Value::String(text.into());
        }
    }
}

/// Whether a schema takes text and no number: its type says so, or one of its values does where it has no type.
fn holds_text(node: &Node) -> bool {
    match value::get(node, "type") {
        Some(types) => {
            let names = || value::items(types).iter().chain([types]).filter_map(value::text);
            names().any(|name| name == "string") && !names().any(|name| matches!(name, "number" | "integer"))
        }
        None => {
            value::get(node, "enum").is_some_and(|all| value::items(all).iter().any(|one| value::text(one).is_some()))
        }
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use crate::openapi::{Document, compare};

    fn document(schema: &str) -> Document {
        let content = format!("{{application/json: {{schema: {schema}}}}}");
        let text =
            format!("openapi: 3.1.0\npaths: {{/x: {{get: {{responses: {{'200': {{content: {content}}}}}}}}}}}\n");
        Document::parse("x.yaml", &text).unwrap()
    }

    #[test_case("{type: string, enum: [1e5, 0.16001e0, 012345678912345678]}", "{type: string, enum: ['1e5', '0.16001e0', '012345678912345678']}" => true; "values of a text")]
    #[test_case("{type: string, default: 0o14}", "{type: string, default: '0o14'}" => true; "the default of a text")]
    #[test_case("{type: [string, 'null'], const: 1e5}", "{type: [string, 'null'], const: '1e5'}" => true; "a text or null")]
    #[test_case("{enum: [a, 1e5]}", "{enum: [a, '1e5']}" => true; "no type, and text beside it")]
    #[test_case("{enum: [1, 1e5]}", "{enum: [1, 100000]}" => true; "no type, and a number beside it")]
    #[test_case("{type: number, enum: [1e5]}", "{type: number, enum: [100000]}" => true; "values of a number")]
    #[test_case("{type: number, maximum: 1e5}", "{type: number, maximum: 100000.0}" => true; "a limit is a number")]
    #[test_case("{type: string, enum: [12]}", "{type: string, enum: ['12']}" => false; "what is a number everywhere")]
    #[test_case("{type: object, required: [1e5], properties: {1e5: {}}}", "{type: object, required: ['1e5'], properties: {'1e5': {}}}" => true; "names")]
    #[test_case("{type: object, properties: {default: {type: string, enum: [1e5]}}}", "{type: object, properties: {default: {type: string, enum: ['1e5']}}}" => true; "a property that is called like a keyword")]
    fn mean_the_same(one: &str, other: &str) -> bool {
        compare(&document(one), &document(other)).identical
    }

    #[test]
    fn json_says_what_it_means() {
        let text = r#"{"openapi": "3.1.0", "x": {"type": "string", "enum": [1e5]}}"#;
        let quoted = text.replace("1e5", "\"1e5\"");
        let parse = |text: &str| Document::parse("x.json", text).unwrap();
        assert!(!compare(&parse(text), &parse(&quoted)).identical);
    }
}
