//! Levels other than those of the table.

use std::collections::BTreeMap;

use super::super::changes::Change;
use super::super::rules;
use crate::report::Level;

/// The level of each rule that a team judges in its own way. Whether something can be decided it cannot say: for that there
/// is an ignore file, whose entries have a reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Severities(BTreeMap<String, Level>);

impl Severities {
    /// Sets the level of a rule; what is set later counts.
    ///
    /// # Errors
    /// Where there is no such rule: which one is near.
    pub fn set(&mut self, id: &str, level: Level) -> Result<(), String> {
        if rules::find(id).is_none() {
            return Err(rules::unknown(id));
        }
        self.0.insert(id.to_owned(), level);
        Ok(())
    }

    /// The changes with the levels of the team, the worst first.
    pub(super) fn apply(&self, mut changes: Vec<Change>) -> Vec<Change> {
        for change in changes.iter_mut().filter(|_| !self.0.is_empty()) {
            change.level = self.0.get(&change.id).copied().unwrap_or(change.level);
            for one in &mut change.occurrences {
                one.level = self.0.get(&one.id).copied().unwrap_or(one.level);
            }
            change.keep(|_| true);
        }
        changes.sort_by_key(|change| std::cmp::Reverse(change.level));
        changes
    }
}
