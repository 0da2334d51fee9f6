//! `deploy-runs/v1`: the runs that there are.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use super::deploy_report::State;

/// The runs that there are.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct DeployRuns {
    /// One for each, the newest first.
    pub runs: Vec<Run>,
}

/// A run. Of one whose journal is not believed nothing but its name is known.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Run {
    /// Its name.
    pub run: String,
    /// What its lock is named after.
    pub environment: Option<String>,
    /// The file of its plan.
    pub plan: Option<String>,
    /// The version that it deploys, where it is known.
    pub version: Option<String>,
    /// How it stands.
    pub state: State,
    /// When the last line of its journal was written.
    #[schemars(with = "Option<String>")]
    pub at: Option<Timestamp>,
}

impl Run {
    /// One whose journal is not believed.
    #[must_use]
    pub fn unknown(run: &str) -> Self {
        Self { run: run.to_owned(), environment: None, plan: None, version: None, state: State::Unknown, at: None }
    }
}

impl Document for DeployRuns {
    const NAME: &'static str = "deploy-runs/v1";
}
