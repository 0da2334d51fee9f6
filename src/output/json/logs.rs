//! `logs/v1`: the errors of a log before and after a cut-over, and what they show.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::logs::rise::Sample;
use crate::logs::{Group as Judged, Judgement, Tally};

/// The errors of a log before and after a cut-over, and what they show.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Logs {
    /// Whether the errors are normal: `yes`, `no`, or `cannot-tell` where the log is inconclusive.
    pub verdict: String,
    /// When the new version took over, ISO 8601.
    pub cut_over: String,
    /// Lines that are not blank.
    pub lines: u64,
    /// Those among them that are no request.
    pub unread: u64,
    /// Requests that were left out on purpose.
    pub left_out: u64,
    /// What was judged; those that rose first.
    pub groups: Vec<Group>,
}

/// The errors of one class, on all routes or on one.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Group {
    /// `4xx` or `5xx`.
    pub class: String,
    /// The route; `null` for all of them.
    pub route: Option<String>,
    /// Before the cut-over.
    pub before: Counted,
    /// After it.
    pub after: Counted,
    /// Whether they rose by more than they may, beyond chance.
    pub raised: bool,
    /// The fewest errors after the cut-over that would have been seen; `null` where none would.
    pub smallest_seen: Option<u64>,
    /// The share of failing requests that must be visible, from 0 to 1: five times as many as before, at least 0.01.
    pub rise: f64,
    /// How often a rise to it would be seen, from 0 to 1.
    pub power: f64,
}

/// Requests and errors.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Counted {
    /// All requests.
    pub requests: u64,
    /// Those that failed.
    pub failed: u64,
    /// Errors that count against chance: what one client repeats on one route within a minute is one, unless many share its address.
    pub errors: u64,
}

impl Document for Logs {
    const NAME: &'static str = "logs/v1";
}

impl Logs {
    /// The document of a judgement.
    #[must_use]
    pub fn new(judgement: &Judgement, tally: &Tally, cut_over: jiff::Timestamp) -> Self {
        Self {
            verdict: judgement.verdict().word().to_owned(),
            cut_over: cut_over.to_string(),
            lines: tally.lines,
            unread: tally.unread,
            left_out: tally.passed_over,
            groups: judgement.groups.iter().map(Group::from).collect(),
        }
    }
}

impl From<&Judged> for Group {
    fn from(group: &Judged) -> Self {
        Self {
            class: group.class.name().to_owned(),
            route: group.route.clone(),
            before: group.counts.before.into(),
            after: group.counts.after.into(),
            raised: group.raised,
            smallest_seen: group.smallest_seen,
            rise: group.rise,
            power: group.power,
        }
    }
}

impl From<Sample> for Counted {
    fn from(sample: Sample) -> Self {
        Self { requests: sample.requests, failed: sample.failed, errors: sample.errors }
    }
}
