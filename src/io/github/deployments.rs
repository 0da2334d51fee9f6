//! Deployments: what runs in an environment as far as GitHub was told, and telling it.

use anyhow::Result;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{GitHub, failure, segment};
use crate::report::Failure;

/// How many of the last deployments of an environment are looked at.
const LOOKED_AT: usize = 30;
/// How long a description may be.
const DESCRIPTION: usize = 140;

/// A deployment.
#[derive(Clone, Debug, Deserialize)]
pub struct Deployment {
    /// Its number.
    pub id: u64,
    /// The commit.
    pub sha: String,
    /// What was asked for: a branch, a tag or a commit.
    #[serde(rename = "ref")]
    pub reference: String,
    #[serde(default)]
    payload: Value,
}

impl Deployment {
    /// What whoever made it said of it; older clients give that as a text.
    fn said(&self) -> Value {
        let read = |text: &str| serde_json::from_str::<Value>(text).ok();
        self.payload.as_str().and_then(read).unwrap_or_else(|| self.payload.clone())
    }
}

#[derive(Deserialize)]
struct Status {
    state: String,
    #[serde(default)]
    log_url: Option<String>,
    #[serde(default)]
    target_url: Option<String>,
}

/// A deployment about to be made.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// The commit.
    pub sha: &'a str,
    /// The version, where it is known.
    pub version: Option<&'a str>,
    /// Where to.
    pub environment: &'a str,
    /// The run.
    pub run: &'a str,
    /// The lock that the run holds: of the environment, or of one service in it.
    pub lock: &'a str,
}

impl GitHub {
    /// The version that was deployed last in an environment, under a lock, and of which success was said last; `None` where there is
    /// none, or where what was deployed was no tag. One that does not say its lock is that of the environment alone (`is_alone`):
    /// of several services nobody can tell which one it is.
    ///
    /// # Errors
    /// Exit code 3 where the token may not see deployments.
    pub async fn last_deployed(&self, environment: &str, lock: &str, is_alone: bool) -> Result<Option<String>> {
        for deployment in self.deployments(environment, None).await? {
            let payload = deployment.said();
            let own = payload.pointer("/zarpe/lock").and_then(Value::as_str);
            if !own.map_or(is_alone, |own| own == lock) {
                continue;
            }
            let last = self.statuses(deployment.id).await?.into_iter().next();
            if last.is_some_and(|status| status.state == "success") {
                return self.version_of(&deployment).await;
            }
        }
        Ok(None)
    }

    /// The newest deployment of a version in an environment that had success at any time, other than this one.
    ///
    /// # Errors
    /// Exit code 3 where the token may not see deployments.
    pub async fn deployed(&self, environment: &str, version: &str, other_than: u64) -> Result<Option<u64>> {
        for deployment in self.deployments(environment, None).await? {
            let had_success = deployment.id != other_than
                && self.statuses(deployment.id).await?.iter().any(|status| status.state == "success");
            if had_success && self.version_of(&deployment).await?.as_deref() == Some(version) {
                return Ok(Some(deployment.id));
            }
        }
        Ok(None)
    }

    /// The deployment that a job of GitHub Actions made by its `environment`, where there is one.
    ///
    /// # Errors
    /// Exit code 3 where the token may not see deployments.
    pub async fn deployment_of_job(&self, environment: &str, sha: &str, run: &str) -> Result<Option<u64>> {
        let of_run = format!("/actions/runs/{run}");
        for deployment in self.deployments(environment, Some(sha)).await? {
            let is_of_run = |url: &Option<String>| {
                let rest = url.as_ref().and_then(|url| url.split_once(&of_run)).map(|(_, rest)| rest);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let statuses = self.statuses(deployment.id).await?;
            if statuses.iter().any(|status| is_of_run(&status.log_url) || is_of_run(&status.target_url)) {
                return Ok(Some(deployment.id));
            }
        }
        Ok(None)
    }

    async fn deployments(&self, environment: &str, sha: Option<&str>) -> Result<Vec<Deployment>> {
        let sha = sha.map_or_else(String::new, |sha| format!("&sha={}", segment(sha)));
        let query = format!("deployments?environment={}{sha}&per_page={LOOKED_AT}", segment(environment));
        self.get(&self.path(&query)).await
    }

    /// Newest first.
    async fn statuses(&self, deployment: u64) -> Result<Vec<Status>> {
        self.get(&self.path(&format!("deployments/{deployment}/statuses?per_page=100"))).await
    }

    async fn version_of(&self, deployment: &Deployment) -> Result<Option<String>> {
        // One that a run of ours made says it.
        if let Some(version) = deployment.said().pointer("/zarpe/version").and_then(Value::as_str) {
            return Ok(Some(version.to_owned()));
        }
        let name = deployment.reference.trim_start_matches("refs/tags/");
        // A branch has moved on since: its name says nothing of what was deployed.
        match self.get::<Value>(&self.path(&format!("git/ref/tags/{}", segment(name)))).await {
            Ok(_) => Ok(Some(name.to_owned())),
            Err(error) if Failure::from_error(&error).finding.rule == failure::NOT_FOUND => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes a deployment of exactly this commit: nothing is merged, and no check is waited for.
    ///
    /// # Errors
    /// Exit code 3 where the token may not, or the commit is not on GitHub.
    pub async fn create_deployment(&self, new: New<'_>) -> Result<u64> {
        let body = json!({
            "ref": new.sha,
            "environment": new.environment,
            "description": described(&format!("zarpe deploy, run {}", new.run)),
            "payload": { "zarpe": { "run": new.run, "version": new.version, "lock": new.lock } },
            "auto_merge": false,
            "required_contexts": [],
        });
        let made: Deployment = self.send(Method::POST, &self.path("deployments"), &body).await?;
        Ok(made.id)
    }

    /// Says what became of a deployment.
    ///
    /// # Errors
    /// Exit code 3 where the token may not.
    pub async fn report_deployment(
        &self,
        id: u64,
        state: &str,
        description: &str,
        log_url: Option<&str>,
    ) -> Result<()> {
        let body =
            json!({ "state": state, "description": described(description), "log_url": log_url.unwrap_or_default() });
        let path = self.path(&format!("deployments/{id}/statuses"));
        self.send::<Value>(Method::POST, &path, &body).await.map(drop)
    }
}

/// As much of a text as a description may hold.
fn described(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION {
        return text.to_owned();
    }
    text.chars().take(DESCRIPTION - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_has_140_characters_at_most() {
        assert_eq!(described("short"), "short");
        assert_eq!(described(&"ñ".repeat(140)), "ñ".repeat(140));
        assert_eq!(described(&"ñ".repeat(141)), "ñ".repeat(139) + "…");
    }
}
