//! `deploy-follow-up/v1`: the runs of which a job starts later.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::Document;

/// The runs of which a job starts later.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct DeployFollowUp {
    /// One for each run.
    pub runs: Vec<Later>,
}

/// A run of which a job starts later.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Later {
    /// The run.
    pub run: String,
    /// The first job that starts later.
    pub job: String,
    /// When it does.
    #[schemars(with = "String")]
    pub due: Timestamp,
    /// Whether that time has come.
    pub is_due: bool,
    /// What became of it, where this call went on with it; `null` where it did not.
    pub state: Option<String>,
}

impl Document for DeployFollowUp {
    const NAME: &'static str = "deploy-follow-up/v1";
}
