//! `env/v1`: what an environment has and lacks, by names.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::config::Language;
use crate::steps::env::{Check, Told};

/// What an environment has and lacks, by names. No value of a variable is in it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Env {
    /// Whether it is complete: `yes`, `no` or `cannot-tell`.
    pub verdict: String,
    /// Where the variables come from: `file`, `process` or `command`.
    pub source: String,
    /// The file, where they come from one.
    pub file: Option<String>,
    /// All that was asked for.
    pub checks: Vec<Checked>,
    /// Lines of the file that are no variable.
    pub wrong_lines: Vec<usize>,
    /// Lines of the file that give a name again.
    pub repeated_lines: Vec<usize>,
}

/// One thing that was asked for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Checked {
    /// `variable`, `one-of`, `file`, `command`, `disk` or `host`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Whether it stands as it should: `yes`, `no` or `cannot-tell`.
    pub verdict: String,
    /// How it stands, in English.
    pub state: String,
    /// The line of the file that it is about.
    pub line: Option<usize>,
}

impl Document for Env {
    const NAME: &'static str = "env/v1";
}

impl Env {
    /// The document of the checks.
    #[must_use]
    pub fn new(verdict: &str, source: &str, checks: &[Check], told: &Told) -> Self {
        let checked = |check: &Check| Checked {
            kind: check.kind.word().to_owned(),
            name: check.name.clone(),
            verdict: check.verdict().word().to_owned(),
            state: check.state.text(Language::En),
            line: check.line,
        };
        Self {
            verdict: verdict.to_owned(),
            source: source.to_owned(),
            file: told.file.clone(),
            checks: checks.iter().map(checked).collect(),
            wrong_lines: told.wrong.clone(),
            repeated_lines: told.repeated.iter().map(|(_, line, _)| *line).collect(),
        }
    }
}
