//! `openapi-rules/v1`: the table of rules.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use super::report::Level;
use crate::openapi::rules;

/// The table of rules.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenapiRules {
    /// Each rule, by id.
    pub rules: Vec<Rule>,
}

/// A rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Rule {
    /// Stable kebab-case id.
    pub id: String,
    /// How bad it is for a running client.
    pub level: Level,
    /// How bad it is for a client that is generated from the document.
    pub codegen: Level,
    /// Whether it is found for `codegen` alone: no running client can notice it.
    pub only_codegen: bool,
    /// Who sends what it is about: `request`, `response` or `none`.
    pub direction: String,
    /// What happened to the set of accepted values: `equal`, `narrowed`, `widened`, `changed` or `undecidable`.
    pub relation: String,
    /// What happened, in a few words.
    pub text: String,
    /// Why the level is what it is.
    pub explanation: String,
    /// Why the level for a generated client is another; empty where it is the same.
    pub codegen_explanation: String,
}

impl Document for OpenapiRules {
    const NAME: &'static str = "openapi-rules/v1";
}

impl From<&[rules::Rule]> for OpenapiRules {
    fn from(all: &[rules::Rule]) -> Self {
        Self { rules: all.iter().map(Rule::from).collect() }
    }
}

impl From<&rules::Rule> for Rule {
    fn from(rule: &rules::Rule) -> Self {
        Self {
            id: rule.id.clone(),
            level: rule.level.into(),
            codegen: rule.codegen.into(),
            only_codegen: rule.only_codegen,
            direction: rule.direction.to_string(),
            relation: rule.relation.name().to_owned(),
            text: rule.text.clone(),
            explanation: rule.explanation.clone(),
            codegen_explanation: rule.codegen_explanation.clone(),
        }
    }
}
