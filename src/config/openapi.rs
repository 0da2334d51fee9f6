//! The OpenAPI documents of a repository, and what its team says about their changes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::door;
use crate::openapi::rules;
use crate::report::Level;

/// An OpenAPI document that callers rely on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OpenApi {
    /// The committed document, relative to the repository.
    #[serde(deserialize_with = "door::path")]
    pub schema: String,
    /// The command that prints the document that the application has now.
    #[serde(default)]
    pub generate: Option<String>,
    /// A file of changes that `openapi diff` ignores, each with a reason and an end.
    #[serde(default, deserialize_with = "door::some_path")]
    pub ignore: Option<String>,
    /// What a client uses, for which `openapi diff` judges: a list of operations with the fields it reads, or a HAR file.
    #[serde(default, deserialize_with = "door::some_path")]
    pub used_by: Option<String>,
    /// A folder below which the document may refer to other files; default: no other file is opened.
    #[serde(default, deserialize_with = "door::folder_or_top")]
    pub allow_refs: Option<String>,
    /// Levels of `openapi diff` other than those of the table of rules.
    #[serde(default)]
    pub severity: BTreeMap<RuleId, Severity>,
}

/// The id of a rule of the table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct RuleId(String);

impl RuleId {
    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RuleId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if rules::find(&text).is_some() { Ok(Self(text)) } else { Err(rules::unknown(&text)) }
    }
}

/// How bad a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It breaks callers.
    Error,
    /// It may break callers.
    Warning,
    /// It is worth knowing.
    Info,
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}
