//! What is asked of a commit and its range: configuration and options, as values.

use jiff::civil::Date;

use crate::config::{Glob, Waiver};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Names that must be there and pass; empty: what the branch requires, else every check that ran.
    pub checks: Vec<String>,
    /// Names that are not judged, unless they are required.
    pub ignore: Vec<Glob>,
    /// How many approvals each change needs at least; the branch's rules may ask for more.
    pub approvals: Option<u32>,
    /// Branches whose pull requests count.
    pub bases: Vec<Glob>,
    /// Commits that are let through without approval.
    pub waive: Vec<Waiver>,
    /// The day on which is judged, in UTC: a waiver ends.
    pub today: Date,
}
