//! The versioned JSON documents: structs of their own, apart from the inner types, so that what others parse stays put.
//! A field may be added to a version; a change of meaning makes a new version.

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

/// A JSON document that other programs parse.
pub trait Document: Serialize + JsonSchema {
    /// Its name and version, as in `zarpe/NAME`: `verify/v1`.
    const NAME: &'static str;

    /// The document as a value, with its `schema` first.
    fn value(&self) -> serde_json::Value {
        let mut fields = serde_json::Map::new();
        fields.insert("schema".to_owned(), format!("zarpe/{}", Self::NAME).into());
        if let Ok(serde_json::Value::Object(own)) = serde_json::to_value(self) {
            fields.extend(own);
        }
        serde_json::Value::Object(fields)
    }
}

/// A document's name and the maker of its JSON Schema.
pub type Published = (&'static str, fn() -> Schema);

/// Every document, for `zarpe schema` and for the tests. A command adds its line here.
pub const DOCUMENTS: &[Published] = &[published::<Error>()];

/// A line of [`DOCUMENTS`].
const fn published<T: Document>() -> Published {
    (T::NAME, || schema_for!(T))
}

/// What `--format json` prints where a command could not do its job.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Error {
    /// The exit code.
    pub exit: u8,
    /// Stable id of the kind of failure.
    pub rule: String,
    /// What happened.
    pub message: String,
    /// Where, `file:line:column`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Document for Error {
    const NAME: &'static str = "error/v1";
}
