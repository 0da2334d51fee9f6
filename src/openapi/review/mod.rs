//! What a team says about changes: how bad which are, which it ignores and why, and which operations it uses.

mod ignore;
mod severity;
mod tell;

use jiff::civil::Date;

pub use ignore::{IgnoreFile, Ignored};
pub use severity::Severities;
pub use tell::tell;

use super::comparison::Comparison;
use super::document::Document;
use crate::report::Finding;

/// What a team says about the changes of one document.
#[derive(Debug, Default)]
pub struct Review {
    /// Levels other than those of the table.
    pub severities: Severities,
    /// What it ignores.
    pub ignore: Option<IgnoreFile>,
}

/// A comparison after what the team says.
#[derive(Debug)]
pub struct Reviewed {
    /// What is left of it.
    pub comparison: Comparison,
    /// What was ignored, and why.
    pub ignored: Vec<Ignored>,
    /// Entries of the ignore file that have expired or ignore nothing.
    pub wrong: Vec<Finding>,
}

impl Review {
    /// Judges a comparison again; `today` decides what has expired.
    #[must_use]
    pub fn apply(&self, comparison: Comparison, base: &Document, head: &Document, today: Date) -> Reviewed {
        let mut changes = self.severities.apply(comparison.changes.clone());
        let (mut ignored, mut wrong) = (Vec::new(), Vec::new());
        if let Some(file) = &self.ignore {
            (changes, ignored, wrong) = file.apply(changes, today);
        }
        Reviewed { comparison: comparison.with(changes, base, head), ignored, wrong }
    }
}
