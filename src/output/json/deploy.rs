//! `deploy/v1`: how a run of a deployment plan stands.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::state::{Standing, Told, key, list};

/// How a run stands.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Deploy {
    /// The run.
    pub run: String,
    /// The environment, which the lock is named after.
    pub environment: String,
    /// `done`, `failed`, `cancelled`, `waits for a person`, `waits for its window`, `left in maintenance`, `interrupted`, `the rest is
    /// due later`, `it can go on`, `running`, or `unknown` where nobody can tell whether it runs.
    pub state: String,
    /// The file of the plan.
    pub plan: String,
    /// The digest of the plan, `sha256` in hexadecimal.
    pub plan_sha256: String,
    /// Counts the processes that have worked on it.
    pub attempt: u32,
    /// Its jobs in the order of the plan.
    pub jobs: Vec<Job>,
    /// The clean-ups that have not run.
    pub cleanups: Vec<String>,
}

/// A job.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// `success`, `failure`, `skipped`, `cancelled`; `null` where it has not ended.
    pub result: Option<String>,
    /// Whether it is not wanted any more, because a job that it needs was taken back, or should have been.
    pub dropped: bool,
    /// How its rollback ended; `null` where there was none.
    pub rollback: Option<String>,
    /// Its steps, then those of its rollback.
    pub steps: Vec<Step>,
}

/// A step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Step {
    /// `JOB/STEP`, or `JOB/rollback/STEP`.
    pub step: String,
    /// `success`, `failure`, `skipped`, `unknown`, `cancelled`, `started`, `not-done`, or `open`.
    pub state: String,
    /// How often it was started.
    pub tries: u32,
    /// The logins that have signed it.
    pub signed: Vec<String>,
}

impl Document for Deploy {
    const NAME: &'static str = "deploy/v1";
}

impl Deploy {
    /// The document of a run.
    #[must_use]
    pub fn of(told: &Told<'_>, state: &str) -> Self {
        let word = |outcome: Outcome| outcome.word().to_owned();
        let known = told.state;
        let step = |place: Place| {
            let of = known.steps.get(&place);
            let state = match of.map_or(Standing::Open, |step| step.standing) {
                Standing::Open => "open".to_owned(),
                Standing::Started => "started".to_owned(),
                Standing::NotDone => "not-done".to_owned(),
                Standing::Finished(Outcome::Unknown) => "unknown".to_owned(),
                Standing::Finished(outcome) => word(outcome),
            };
            let signed = known.signed(&place).into_iter().map(|one| one.login.clone()).collect();
            Step { step: place.to_string(), state, tries: of.map_or(0, |step| step.tries), signed }
        };
        let jobs = told.view.plan.jobs.iter().map(|(id, job)| {
            let of = known.jobs.get(id.as_str());
            let steps = [Part::Steps, Part::Rollback].into_iter().flat_map(|part| {
                list(job, part).iter().enumerate().map(move |(at, step)| Place {
                    job: id.as_str().to_owned(),
                    step: key(step, at),
                    part,
                })
            });
            Job {
                id: id.as_str().to_owned(),
                result: of.and_then(|job| job.result).map(word),
                dropped: of.is_some_and(|job| job.dropped.is_some()),
                rollback: of.and_then(|job| job.rollback).map(word),
                steps: steps.map(step).collect(),
            }
        });
        Self {
            run: told.run.to_owned(),
            environment: known.started.environment.clone(),
            state: state.to_owned(),
            plan: known.started.plan.clone(),
            plan_sha256: known.plan_sha256.clone(),
            attempt: known.attempt,
            jobs: jobs.collect(),
            cleanups: known.left_cleanups().into_iter().map(Place::to_string).collect(),
        }
    }
}
