//! A job: steps one after another, what it waits for, and how it is taken back.

use schemars::JsonSchema;
use serde::Deserialize;

use super::values::{TextOr, schema_as_written};
use super::{Id, Minutes, Name, Span, Step, Text};
use crate::yaml::{Map, OneOrMany, Spanned};

/// Steps one after another.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Job {
    /// What people read instead of its id.
    pub name: Option<Text>,
    /// The jobs that must have ended before; with success, unless `if` says otherwise.
    #[serde(default)]
    pub needs: OneOrMany<Spanned<Id>>,
    /// Whether it runs: an expression, `success()` without one.
    #[serde(rename = "if")]
    pub condition: Option<Text>,
    /// How long after what it needs it starts.
    pub start_in: Option<Span>,
    /// Where it deploys to.
    pub environment: Option<Environment>,
    /// Its time limit.
    pub timeout_minutes: Option<Minutes>,
    /// Environment variables of its steps.
    #[serde(default)]
    pub env: Map<Name, Text>,
    /// What later jobs read, `${{ needs.JOB.outputs.NAME }}`.
    #[serde(default)]
    pub outputs: Map<Id, Text>,
    /// Its steps.
    pub steps: Vec<Spanned<Step>>,
    /// The steps that take it back after a failure, also days later.
    #[serde(default)]
    pub rollback: Vec<Spanned<Step>>,
}

/// Where a job deploys to.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "TextOr<Named>")]
pub struct Environment {
    /// Its name.
    pub name: Text,
    /// Where people find what was deployed.
    pub url: Option<Text>,
}

/// An environment, written with its URL.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    name: Text,
    url: Option<Text>,
}

schema_as_written!(Environment, TextOr<Named>);

impl From<TextOr<Named>> for Environment {
    fn from(written: TextOr<Named>) -> Self {
        match written {
            TextOr::Text(name) => Self { name, url: None },
            TextOr::Other(Named { name, url }) => Self { name, url },
        }
    }
}

/// A group of runs, written as a mapping.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub(super) group: Text,
}
