//! `openapi-diff/v1`: what changed for callers.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use super::report::Level;
use crate::openapi::{self, Comparison};

/// What changed for callers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenapiDiff {
    /// Whether a change of level `error` is among them.
    pub breaking: bool,
    /// Of how many changes it could not be determined whether they break callers.
    pub undecidable: usize,
    /// What they ask of the next version: `none`, `patch`, `minor` or `major`; at least, where something is undecidable.
    pub bump: String,
    /// For whom they are judged: `wire`, a running client.
    pub profile: String,
    /// One for each cause, the worst first.
    pub changes: Vec<Change>,
}

/// A change, and every operation that it reaches.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Change {
    /// The rule's id.
    pub id: String,
    /// How bad it is.
    pub level: Level,
    /// What happened, in one line.
    pub text: String,
    /// Tells this change from every other; it does not hold the text.
    pub fingerprint: String,
    /// The component that changed, as in `schemas/Item`; `null` where it is written in the operation.
    pub component: Option<String>,
    /// Where it was, and where it is.
    pub pointer: Pointer,
    /// The operations that it reaches.
    pub occurrences: Vec<Occurrence>,
}

/// JSON Pointers; where the thing itself is not there, to what encloses it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Pointer {
    /// In the document as it was.
    pub base: String,
    /// In the document as it is.
    pub head: String,
}

/// An operation that a change reaches.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Occurrence {
    /// The method in capitals.
    pub operation: String,
    /// The path.
    pub path: String,
    /// Who sends it: `request`, `response` or `none`.
    pub direction: String,
}

impl Document for OpenapiDiff {
    const NAME: &'static str = "openapi-diff/v1";
}

impl From<&Comparison> for OpenapiDiff {
    fn from(comparison: &Comparison) -> Self {
        Self {
            breaking: comparison.is_breaking(),
            undecidable: comparison.undecidable().count(),
            bump: comparison.bump().name().to_owned(),
            profile: "wire".to_owned(),
            changes: comparison.changes.iter().map(Change::from).collect(),
        }
    }
}

impl From<&openapi::Change> for Change {
    fn from(change: &openapi::Change) -> Self {
        Self {
            id: change.id.clone(),
            level: change.level.into(),
            text: change.text.clone(),
            fingerprint: change.fingerprint.clone(),
            component: change.component.clone(),
            pointer: Pointer { base: change.base.pointer.clone(), head: change.head.pointer.clone() },
            occurrences: change.occurrences.iter().map(Occurrence::from).collect(),
        }
    }
}

impl From<&openapi::Occurrence> for Occurrence {
    fn from(one: &openapi::Occurrence) -> Self {
        Self { operation: one.operation.clone(), path: one.path.clone(), direction: one.direction.to_string() }
    }
}
