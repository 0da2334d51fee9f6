//! `openapi-check/v1`: each document, and how it stands to what is generated.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::openapi::freshness::{Checked, SHOWN, State};
use crate::openapi::{Difference, Kind};

/// Each document, and how it stands to what is generated.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenapiCheck {
    /// The documents that were checked.
    pub documents: Vec<Checkup>,
}

/// A document, and how it stands to what is generated.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Checkup {
    /// The committed document, relative to the repository.
    pub document: String,
    /// The command that prints it, or the address that answers with it.
    pub generate: String,
    /// `current`, `stale`, `missing`, `broken` (the committed one cannot be read) or `unknown`.
    pub state: String,
    /// The first differences.
    pub differences: Vec<Place>,
    /// How many more there are.
    pub more: usize,
}

/// A place where both differ.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Place {
    /// JSON Pointer.
    pub pointer: String,
    /// What is committed there, as JSON in one short line; `null` where nothing is.
    pub committed: Option<String>,
    /// What is generated there; `null` where nothing is.
    pub generated: Option<String>,
}

impl Document for OpenapiCheck {
    const NAME: &'static str = "openapi-check/v1";
    const ACTS: bool = true;
}

impl From<&[Checked]> for OpenapiCheck {
    fn from(checked: &[Checked]) -> Self {
        Self { documents: checked.iter().map(Checkup::from).collect() }
    }
}

impl From<&Checked> for Checkup {
    fn from(checked: &Checked) -> Self {
        let (state, found) = match &checked.state {
            State::Current => ("current", &[][..]),
            State::Stale(found) => ("stale", found.as_slice()),
            State::Missing => ("missing", &[][..]),
            State::Broken(_) => ("broken", &[][..]),
            State::Unknown(_) => ("unknown", &[][..]),
        };
        Self {
            document: checked.schema.clone(),
            generate: checked.generate.clone(),
            state: state.to_owned(),
            differences: found.iter().take(SHOWN).map(Place::from).collect(),
            more: found.len().saturating_sub(SHOWN),
        }
    }
}

impl From<&Difference> for Place {
    fn from(difference: &Difference) -> Self {
        let (committed, generated) = match &difference.kind {
            Kind::Added(is) => (None, Some(is.clone())),
            Kind::Removed(was) => (Some(was.clone()), None),
            Kind::Changed(was, is) => (Some(was.clone()), Some(is.clone())),
        };
        Self { pointer: difference.pointer.clone(), committed, generated }
    }
}
