//! `notify/v1`: who was told what, and when.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::steps::notice::{Notice, Text};

/// Who was told what, and when.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Notify {
    /// Whether all went as it must: `yes`, `no` or `cannot-tell`. Where nobody must be told it is `yes`; see `notices` then.
    pub verdict: String,
    /// The template.
    pub template: String,
    /// The notice's subject.
    pub subject: String,
    /// The notice's text.
    pub text: String,
    /// One for each target.
    pub notices: Vec<One>,
}

/// A notice to one target.
#[derive(Debug, Serialize, JsonSchema)]
pub struct One {
    /// To whom, as it was written: `slack:VARIABLE`, `mailto:ADDRESS`.
    pub to: String,
    /// Whether it was taken.
    pub told: bool,
    /// When it was, or when it was tried last, ISO 8601.
    pub at: String,
    /// How often it was tried; 0 where nothing was sent.
    pub tries: u32,
    /// Whether an earlier try of the step had told it, and it was not told again.
    pub before: bool,
    /// The same for the same run, template and target: the mail's Message-ID, the request's Idempotency-Key.
    pub id: String,
    /// Why it was not told.
    pub why: Option<String>,
}

impl Document for Notify {
    const NAME: &'static str = "notify/v1";
}

impl Notify {
    /// The document of some notices.
    #[must_use]
    pub fn new(verdict: &str, template: &str, text: &Text, notices: &[Notice]) -> Self {
        let one = |notice: &Notice| One {
            to: notice.target.to_string(),
            told: notice.before || notice.trouble.is_none() && notice.tries > 0,
            at: notice.at.clone(),
            tries: notice.tries,
            before: notice.before,
            id: notice.id.clone(),
            why: notice.trouble.as_ref().map(|trouble| trouble.why.clone()),
        };
        Self {
            verdict: verdict.to_owned(),
            template: template.to_owned(),
            subject: text.subject.clone(),
            text: text.body.clone(),
            notices: notices.iter().map(one).collect(),
        }
    }
}
