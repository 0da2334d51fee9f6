//! JSONPath (RFC 9535), as far as steps need it: the values that a path leads to.

use std::str::FromStr;

use serde_json::Value;
use serde_json_path::JsonPath;

/// A path into a JSON document.
#[derive(Clone, Debug)]
pub struct Path {
    text: String,
    path: JsonPath,
}

impl Path {
    /// The values that it leads to, in their order, each with where it is: a JSON Pointer (RFC 6901).
    #[must_use]
    pub fn located<'v>(&self, document: &'v Value) -> Vec<(String, &'v Value)> {
        let found = self.path.query_located(document);
        found.into_iter().map(|node| (node.location().to_json_pointer(), node.node())).collect()
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl FromStr for Path {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = JsonPath::parse(text).map_err(|error| {
            format!("`{text}` is no JSONPath (RFC 9535): {}; write it as $.count or $.items[0].id", error.message())
        })?;
        Ok(Self { text: text.to_owned(), path })
    }
}
