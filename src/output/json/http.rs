//! `http/v1`: what an endpoint was asked, and what it answered.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;

/// What an endpoint was asked, and what it answered. Secrets are masked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Http {
    /// Whether the answer is as expected: `yes`, `no`, or `cannot-tell` where there is none.
    pub verdict: String,
    /// The method.
    pub method: String,
    /// The address, without user, password and query.
    pub url: String,
    /// How often it was tried.
    pub tries: u32,
    /// The status; `null` where there is no answer.
    pub status: Option<u16>,
    /// Milliseconds until the answer was whole.
    pub took_ms: Option<u64>,
    /// Why there is no answer: `unreachable`, `tls`, `timed-out`, `cut`, `redirect`, `too-large`, `compressed` or `unreadable`.
    pub silence: Option<String>,
    /// All that was expected.
    pub checks: Vec<Checked>,
    /// What was captured, by name.
    pub captured: BTreeMap<String, String>,
}

/// One thing that was expected.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Checked {
    /// Of what: `status`, a JSONPath, `header NAME`, `body`, `within`, `capture NAME`.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
    /// Whether that is it.
    pub met: bool,
}

impl Document for Http {
    const NAME: &'static str = "http/v1";
}
