//! The JSON Schema of a document, by draft 2020-12: what others check our answers with.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::Document;

/// The schema of `T` as it is printed: with its `schema`, and with `actions` where its command acts. Unknown fields are
/// allowed, so that a version can grow.
pub(super) fn of<T: Document>() -> Schema {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    add(
        &mut schema,
        "schema",
        json!({ "description": "Name and version of this document.", "const": format!("zarpe/{}", T::NAME) }),
    );
    require(&mut schema, "schema");
    if T::ACTS {
        add(&mut schema, "actions", actions());
    }
    schema
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
