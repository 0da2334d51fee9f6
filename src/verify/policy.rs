//! What is asked of a commit and its range: configuration and options, as values.

use crate::config::Glob;

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
}
