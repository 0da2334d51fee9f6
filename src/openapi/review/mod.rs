//! What a team says about changes: how bad which are, which it ignores and why, and which operations it uses.

mod ignore;
mod severity;
mod tell;
mod usage;

use anyhow::Result;
use jiff::civil::Date;

pub use ignore::{IgnoreFile, Ignored};
pub use severity::Severities;
pub use tell::tell;
pub use usage::Usage;

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
    /// What the client uses that it is judged for; all of it, where that is not said.
    pub usage: Option<Usage>,
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
    /// How many changes do not reach the client that it is judged for.
    pub outside: usize,
    /// The file that says what this client uses.
    pub used_by: Option<String>,
}

impl Review {
    /// Judges a comparison again; `today` decides what has expired. What is ignored is so whether the client uses it or not, for an
    /// entry that some client needs is not unused.
    ///
    /// # Errors
    /// Exit code 2 where the client uses what neither document has.
    pub fn apply(&self, comparison: Comparison, base: &Document, head: &Document, today: Date) -> Result<Reviewed> {
        let mut changes = self.severities.apply(comparison.changes.clone());
        let (mut ignored, mut wrong, mut outside) = (Vec::new(), Vec::new(), 0);
        if let Some(file) = &self.ignore {
            (changes, ignored, wrong) = file.apply(changes, today);
        }
        if let Some(usage) = &self.usage {
            (changes, outside) = usage.reach(base, head)?.split(changes);
        }
        let used_by = self.usage.as_ref().map(|usage| usage.file().to_owned());
        Ok(Reviewed { comparison: comparison.with(changes, base, head), ignored, wrong, outside, used_by })
    }
}
