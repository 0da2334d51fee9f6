//! Deployments and what became of them.

use jiff::Timestamp;

/// A deployment.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Number.
    pub id: u64,
    /// The commit.
    pub sha: String,
    /// What was asked for: a branch, a tag or a commit.
    pub reference: String,
    /// What is done, `deploy` by default.
    pub task: String,
    /// Where to.
    pub environment: String,
    /// A line of text.
    pub description: Option<String>,
    /// What the creator added, as JSON.
    pub payload: serde_json::Value,
    /// Who asked for it.
    pub creator: String,
    /// When.
    pub created_at: Timestamp,
    /// What became of it, oldest first.
    pub statuses: Vec<DeploymentStatus>,
}

/// What became of a deployment.
#[derive(Clone, Debug)]
pub struct DeploymentStatus {
    /// Number.
    pub id: u64,
    /// `queued`, `in_progress`, `success`, `failure`, `error`, `inactive`, `pending`.
    pub state: String,
    /// A line of text.
    pub description: String,
    /// Where the log is.
    pub log_url: String,
    /// Where the deployed thing is.
    pub environment_url: String,
    /// Who said so.
    pub creator: String,
    /// When.
    pub created_at: Timestamp,
}
