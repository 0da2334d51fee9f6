//! `gate/v1`: a number and its limits.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::steps::gate::{Judgement, Limits, WarnAt};
use crate::steps::number::Number;

/// A number and its limits.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Gate {
    /// Whether it is within them: `yes`, `no`, or `cannot-tell` where there is no number.
    pub verdict: String,
    /// Where it comes from: `command`, `url` or `file`.
    pub source: String,
    /// The number; `null` where there is none.
    pub value: Option<serde_json::Number>,
    /// No less.
    pub min: Option<serde_json::Number>,
    /// No more.
    pub max: Option<serde_json::Number>,
    /// From where on it is worth a warning, as it was given: `80%`.
    pub warn_at: Option<String>,
    /// Whether it was.
    pub warned: bool,
    /// What the counter was before.
    pub increase_from: Option<serde_json::Number>,
    /// At least so much more it must be.
    pub by: Option<serde_json::Number>,
}

impl Document for Gate {
    const NAME: &'static str = "gate/v1";
}

impl Gate {
    /// The document of a number, or of none.
    #[must_use]
    pub fn new(source: &str, verdict: &str, value: Option<(&Number, &Judgement)>, limits: &Limits) -> Self {
        Self {
            verdict: verdict.to_owned(),
            source: source.to_owned(),
            value: value.map(|(number, _)| number.json()),
            min: limits.min.as_ref().map(Number::json),
            max: limits.max.as_ref().map(Number::json),
            warn_at: limits.warn_at.as_ref().map(|warn_at| match warn_at {
                WarnAt::Number(number) => number.to_string(),
                WarnAt::Percent(percent) => format!("{percent}%"),
            }),
            warned: value.is_some_and(|(_, judgement)| judgement.warned),
            increase_from: limits.increase.as_ref().map(|increase| increase.from.json()),
            by: limits.increase.as_ref().map(|increase| increase.by.json()),
        }
    }
}
