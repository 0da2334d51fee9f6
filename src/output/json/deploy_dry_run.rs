//! `deploy-dry-run/v1`: what a run of a deployment plan would do.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;

/// What a run would do.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeployDryRun {
    /// The file of the plan.
    pub plan: String,
    /// The digest of the plan, `sha256` in hexadecimal.
    pub plan_sha256: String,
    /// The environment, which the lock is named after.
    pub environment: String,
    /// Its jobs in the order of the plan.
    pub jobs: Vec<Job>,
}

/// A job.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// The jobs that it comes after.
    pub needs: Vec<String>,
    /// Whether it runs, as an expression; `null` where it does when all before it went well.
    #[serde(rename = "if")]
    pub condition: Option<String>,
    /// How long after those before it it starts, in seconds.
    pub start_in: u64,
    /// Its steps, then those of its rollback, each with its clean-up behind it.
    pub steps: Vec<Step>,
}

/// A step, or its clean-up.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Step {
    /// `STEP`, `rollback/STEP`, or either with `/post`.
    pub step: String,
    /// What people call it; empty for a clean-up.
    pub name: String,
    /// What it would do: its command, or the built-in step with its options. What is not known before the run stands there as an
    /// expression; secrets are masked.
    pub what: String,
    /// Whether it runs, as an expression; `null` where it does when all before it went well.
    #[serde(rename = "if")]
    pub condition: Option<String>,
}

impl Document for DeployDryRun {
    const NAME: &'static str = "deploy-dry-run/v1";
}
