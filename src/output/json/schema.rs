//! The JSON Schema of a document, by draft 2020-12: what others check our answers with.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::Document;
use super::report::Common;

/// The schema of `T` as it is printed: with its `schema`. Unknown fields are allowed, so that a version can grow.
pub(super) fn alone<T: Document>() -> Schema {
    let mut schema = of::<T>();
    name::<T>(&mut schema);
    schema
}

/// As [`alone`], with what the document of every report says, and with `actions` where its command acts.
pub(super) fn of_report<T: Document>() -> Schema {
    let mut schema = of::<T>();
    merge(&mut schema, of::<Common>());
    name::<T>(&mut schema);
    if T::ACTS {
        add(&mut schema, "actions", actions());
    }
    schema
}

fn of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

fn name<T: Document>(schema: &mut Schema) {
    let description = "Name and version of this document.";
    add(schema, "schema", json!({ "description": description, "const": format!("zarpe/{}", T::NAME) }));
    require(schema, "schema");
}

/// The properties and definitions of `other` as well.
fn merge(schema: &mut Schema, mut other: Schema) {
    for key in ["properties", "$defs"] {
        let Some(Value::Object(more)) = other.remove(key) else { continue };
        if let Some(fields) = schema.ensure_object().entry(key).or_insert(json!({})).as_object_mut() {
            fields.extend(more);
        }
    }
    let Some(Value::Array(names)) = other.remove("required") else { return };
    let there = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    for name in names.iter().rev().filter_map(Value::as_str).filter(|name| !there.iter().any(|one| one == name)) {
        require(schema, name);
    }
}

fn actions() -> Value {
    json!({
        "description": "What was done, or would be, in order; absent where there was nothing to do.",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "what": { "description": "The end state, in words.", "type": "string" },
                "state": {
                    "description": "How far it is.",
                    "type": "string",
                    "enum": ["planned", "made", "already-right", "not-done"]
                }
            },
            "required": ["what", "state"]
        }
    })
}

fn add(schema: &mut Schema, name: &str, property: Value) {
    if let Some(properties) = schema.ensure_object().entry("properties").or_insert(json!({})).as_object_mut() {
        properties.insert(name.to_owned(), property);
    }
}

fn require(schema: &mut Schema, name: &str) {
    if let Some(required) = schema.ensure_object().entry("required").or_insert(json!([])).as_array_mut() {
        required.insert(0, name.into());
    }
}
