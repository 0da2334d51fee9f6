//! `deploy-report/v1`: what a run of a deployment plan did, when, by whom, and with which evidence.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::Document;

/// What a run did.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeployReport {
    /// The run.
    pub run: String,
    /// What people call it.
    pub name: String,
    /// The environment, as its first job that has one calls it; else the lock.
    pub environment: String,
    /// The service that is deployed there, where the lock is of one alone (`ENVIRONMENT-SERVICE`).
    pub service: Option<String>,
    /// The lock (`concurrency`), by which its journals are kept on the remote.
    pub lock: String,
    /// How it stands.
    pub state: State,
    /// Whether all that is left is the step that makes this report.
    pub last_step: bool,
    /// The file of the plan.
    pub plan: String,
    /// The digest of the plan, `sha256` in hexadecimal.
    pub plan_sha256: String,
    /// The version that is deployed, where it is known.
    pub version: Option<String>,
    /// The version that was deployed before, where it is known.
    pub previous: Option<String>,
    /// The commit that is deployed, where it is known.
    pub commit: Option<String>,
    /// Who began it: a login, else a machine.
    pub started_by: String,
    /// Who signed anything in it.
    pub responsible: Vec<String>,
    /// How many processes have worked on it.
    pub attempts: u32,
    /// When it began.
    #[schemars(with = "String")]
    pub began: Timestamp,
    /// When it ended; `null` where it has not.
    #[schemars(with = "Option<String>")]
    pub ended: Option<Timestamp>,
    /// How long it worked on the deployment, in seconds: what the waits for follow-ups take is no part of that, nor is the time in
    /// service before a late rollback began; `null` where it still does.
    pub seconds: Option<u64>,
    /// When its journal was written last.
    #[schemars(with = "String")]
    pub as_of: Timestamp,
    /// The hours in which the plan may run, and those that were used; `null` where the plan names none.
    pub window: Option<Window>,
    /// When a clean-up was due that had not run yet: the site was in maintenance, or the like.
    pub maintenance: Vec<Maintenance>,
    /// Its jobs in the order of the plan.
    pub jobs: Vec<Job>,
    /// Who signed what, in the order of time.
    pub sign_offs: Vec<SignOff>,
    /// Who was told what of it, in the order of time; whoever was not, as well.
    pub notices: Vec<Noticed>,
    /// What went wrong by the journal, in the order of time, then what people wrote down.
    pub incidents: Notes,
    /// What people would do otherwise next time.
    pub recommendations: Notes,
}

/// How a run, a job or a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Not begun.
    Open,
    /// It waits for a person.
    Waiting,
    /// It goes on.
    Running,
    /// No process works on it any more: the last one was told to stop, or was lost.
    Interrupted,
    /// Done.
    Success,
    /// Failed.
    Failure,
    /// Failed, and taken back with success.
    RolledBack,
    /// Failed, and the site was left in maintenance.
    Maintenance,
    /// Not needed.
    Skipped,
    /// It was to start later, and what it was to look at was taken back.
    Dropped,
    /// Nobody can tell whether it was done.
    Unknown,
    /// A built-in step had no answer (exit code 3): neither a yes nor a no.
    CannotTell,
    /// Stopped by a person.
    Cancelled,
}

/// Somebody who was told of a run, or was not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Noticed {
    /// To whom, as it was written: `slack:VARIABLE`, `mailto:ADDRESS`.
    pub to: String,
    /// What: the subject of the notice.
    pub what: String,
    /// When it was told, or tried last.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Whether it was taken.
    pub told: bool,
    /// Why it was not.
    pub why: Option<String>,
}

/// The hours in which a plan may run, and those that were used. A rollback of what had been in service has hours of its own: of the
/// two, those are told that went further beyond their window.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Window {
    /// When it opened.
    #[schemars(with = "String")]
    pub opens: Timestamp,
    /// When it closed.
    #[schemars(with = "String")]
    pub closes: Timestamp,
    /// Whose clock the plan goes by, as `America/Mexico_City`.
    pub timezone: String,
    /// When the job that deploys ran its first command, or that rollback began; `null` where neither has.
    #[schemars(with = "Option<String>")]
    pub used_from: Option<Timestamp>,
    /// When all of it had ended, its clean-ups and its rollback as well; `null` where something goes on, or maintenance is still on.
    #[schemars(with = "Option<String>")]
    pub used_to: Option<Timestamp>,
    /// By how many minutes it went on after the window had closed; one that has begun counts, and maintenance that is still on goes
    /// on until now.
    pub overrun_minutes: u64,
}

/// A time in which a clean-up was due that had not run yet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Maintenance {
    /// The step that it belongs to.
    pub step: String,
    /// What people call that step.
    pub label: String,
    /// When the step began.
    #[schemars(with = "String")]
    pub from: Timestamp,
    /// When the clean-up had ended; `null` where it is still due.
    #[schemars(with = "Option<String>")]
    pub to: Option<Timestamp>,
}

/// A job.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// How it stands.
    pub state: State,
    /// When it began.
    #[schemars(with = "Option<String>")]
    pub began: Option<Timestamp>,
    /// When it ended.
    #[schemars(with = "Option<String>")]
    pub ended: Option<Timestamp>,
    /// Its steps with their clean-ups, then those of its rollback.
    pub steps: Vec<Step>,
}

/// A step, or a clean-up.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Step {
    /// `JOB/STEP`, `JOB/rollback/STEP`, `JOB/post/STEP` for a clean-up.
    pub step: String,
    /// What people call it.
    pub label: String,
    /// Whether it belongs to the rollback.
    pub rollback: bool,
    /// Whether it is a test of what was deployed.
    pub test: bool,
    /// Whether it is a sign-off.
    pub sign_off: bool,
    /// Who is responsible: roles of the plan.
    pub roles: Vec<String>,
    /// How it stands.
    pub state: State,
    /// How often it was started.
    pub tries: u32,
    /// When it began last.
    #[schemars(with = "Option<String>")]
    pub began: Option<Timestamp>,
    /// When it ended; `null` also where its process was lost and nobody saw it end.
    #[schemars(with = "Option<String>")]
    pub ended: Option<Timestamp>,
    /// How its command ended: `exit code 1`, `signal 9`, `time limit`; `null` where there is nothing to say.
    pub end: Option<String>,
    /// The digest of what it printed, `sha256` in hexadecimal, secrets masked.
    pub log_sha256: Option<String>,
    /// What the journal notes of its end.
    pub note: Option<String>,
}

/// Somebody signed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SignOff {
    /// The step.
    pub step: String,
    /// What was signed.
    pub statement: String,
    /// For which role.
    pub role: String,
    /// Who.
    pub login: String,
    /// How it is known: `token` or `ssh`.
    pub proof: String,
    /// On which evidence.
    pub evidence: Option<String>,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Whether it holds.
    pub holds: bool,
    /// Why it does not; `null` where it does.
    pub void: Option<Void>,
}

/// Why a sign-off does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Void {
    /// The plan was changed after it.
    PlanChanged,
    /// The run went on by another commit after it.
    CommitChanged,
    /// It did not decide about the rollback as it was done, or is asked for: it was given for an earlier one, or too long before.
    OtherRollback,
}

/// What people write down beside what the journal knows.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Notes {
    /// Each in a sentence.
    pub items: Vec<String>,
    /// Whether they were asked for and nobody has answered yet.
    pub open: bool,
}

impl Document for DeployReport {
    const NAME: &'static str = "deploy-report/v1";
    const ACTS: bool = true;
}
