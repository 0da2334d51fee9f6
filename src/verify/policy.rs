//! What is asked of a commit and its range: configuration and options, as values.
//!
//! `Serialize` is for the digest of a clearance: what is added here is covered by it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::config::{Bot, Glob, TestedAs, Waiver};
use crate::history::Sha;

/// What is asked.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Policy {
    /// Names that must be there and pass; empty: what the branch requires, else every check that ran.
    pub checks: Vec<String>,
    /// Names that are not judged, unless they are required.
    pub ignore: Vec<Glob>,
    /// How many approvals each change needs at least; the branch's rules may ask for more.
    pub approvals: Option<u32>,
    /// Branches whose pull requests count.
    pub bases: Vec<Glob>,
    /// The members of teams, by `organisation/team` in lower case.
    pub teams: BTreeMap<String, Vec<String>>,
    /// Other commits whose checks count, where they hold the very same files.
    pub tested_as: Vec<TestedAs>,
    /// What a commit that skips CI may change, so that the checks of its parent count.
    pub skip_ci: Vec<Glob>,
    /// Machines that push without a pull request, and what they may change.
    pub bots: Vec<Bot>,
    /// Commits that are let through without approval.
    pub waive: Vec<Waiver>,
    /// Where the range begins, as configured or as typed; what that meant is in the evidence.
    pub since: String,
    /// What is not judged for approval: this commit and what came before it.
    pub baseline: Option<Sha>,
    /// For how many seconds the set of checks must stay the same before it counts as whole; `None`: none where every name that
    /// is required is there, else a minute.
    pub settle: Option<u64>,
    /// The day on which is judged, in UTC: a waiver ends. The same policy is the same tomorrow.
    #[serde(skip)]
    pub today: Date,
}
