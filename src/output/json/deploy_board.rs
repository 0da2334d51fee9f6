//! `deploy-board/v1`: all deployments that are known, newest first.

use std::collections::BTreeSet;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use super::deploy_report::State;

/// All deployments that are known.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeployBoard {
    /// Each environment, by its name; one in which services are deployed each for itself, once for each of them.
    pub environments: Vec<Environment>,
    /// The names of all environments of which a deployment is known: those of their locks, and those that jobs have.
    pub known: BTreeSet<String>,
    /// Why not all journals could be read; `null` where they were.
    pub incomplete: Option<String>,
}

/// The deployments of an environment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// The lock (`concurrency`) of its deployments: one goes on after the other.
    pub lock: String,
    /// The service that is deployed there, where the lock is of one alone (`ENVIRONMENT-SERVICE`).
    pub service: Option<String>,
    /// What runs there by the journals: the version that was deployed last with success, or to which a rollback went
    /// back since.
    pub version: Option<String>,
    /// How many deployments have ended.
    pub ended: usize,
    /// How many of them did not succeed (`failed` of a deployment).
    pub failed: usize,
    /// How long the middle one of those with success took, in seconds.
    pub median_seconds: Option<u64>,
    /// The same of the five that ended last.
    pub recent_median_seconds: Option<u64>,
    /// Its deployments, newest first.
    pub deployments: Vec<Deployment>,
}

impl DeployBoard {
    /// What a group of deployments is called: the environment, and what tells it apart from others of it.
    #[must_use]
    pub fn called(&self, environment: &Environment) -> String {
        let Environment { name, lock, service, .. } = environment;
        let is_shared = self.environments.iter().filter(|other| other.name == *name).count() > 1;
        match service {
            Some(service) => format!("{name}: {service}"),
            None if is_shared => format!("{name} ({lock})"),
            None => name.clone(),
        }
    }
}

/// A deployment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Deployment {
    /// The run.
    pub run: String,
    /// The version, where it is known; else the commit.
    pub version: Option<String>,
    /// The version before.
    pub previous: Option<String>,
    /// How it stands.
    pub state: State,
    /// Whether it ended and did not succeed: one that is in service has, also where a follow-up or the decision about a late
    /// rollback is still open.
    pub failed: bool,
    /// Who signed in it, else who began it.
    pub responsible: Vec<String>,
    /// When it began.
    #[schemars(with = "String")]
    pub began: Timestamp,
    /// When it ended; where only a follow-up is left, when what it deploys was in service.
    #[schemars(with = "Option<String>")]
    pub ended: Option<Timestamp>,
    /// How long that took, in seconds, without the time in which it was in service before a rollback.
    pub seconds: Option<u64>,
}

impl Document for DeployBoard {
    const NAME: &'static str = "deploy-board/v1";
    const ACTS: bool = true;
}
