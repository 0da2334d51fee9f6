//! `fresh/v1`: each generated path, and how it stands to what its generator makes.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::fresh::{self, Checked, Question, SHOWN, State};

/// Whether generated files are what their generator makes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Fresh {
    /// The command that makes them.
    pub run: String,
    /// Each path, in the order of the command line.
    pub paths: Vec<Path>,
}

/// A file or a folder.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Path {
    /// From the top of the repository.
    pub path: String,
    /// `fresh`, `stale` or `unknown`.
    pub state: String,
    /// How many files the command leaves there.
    pub files: usize,
    /// The first files that differ.
    pub differences: Vec<Difference>,
    /// How many more differ.
    pub more: usize,
}

/// A file that is not what the command makes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Difference {
    /// From the top of the repository.
    pub file: String,
    /// `missing`, `extra`, `changed` or `mode`.
    pub what: String,
    /// Lines that the command adds; `null` where it is no text.
    pub added: Option<usize>,
    /// Lines that the command removes; `null` where it is no text.
    pub removed: Option<usize>,
}

impl Document for Fresh {
    const NAME: &'static str = "fresh/v1";
}

impl Fresh {
    /// The document of an answer.
    #[must_use]
    pub fn new(question: &Question, checked: &[Checked]) -> Self {
        Self { run: question.run.clone(), paths: checked.iter().map(Path::from).collect() }
    }
}

impl From<&Checked> for Path {
    fn from(checked: &Checked) -> Self {
        let (state, found) = match &checked.state {
            State::Fresh => ("fresh", &[][..]),
            State::Stale(found) => ("stale", found.as_slice()),
            State::Unknown(_) => ("unknown", &[][..]),
        };
        Self {
            path: checked.path.clone(),
            state: state.to_owned(),
            files: checked.files,
            differences: found.iter().take(SHOWN).map(Difference::from).collect(),
            more: found.len().saturating_sub(SHOWN),
        }
    }
}

impl From<&fresh::Difference> for Difference {
    fn from(one: &fresh::Difference) -> Self {
        let (added, removed) = one.lines().unzip();
        Self { file: one.file.clone(), what: one.kind.name().to_owned(), added, removed }
    }
}
