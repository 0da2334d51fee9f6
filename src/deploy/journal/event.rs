//! What can happen in a run, as the journal keeps it. A field may be added; what is there keeps its meaning.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run began.
    RunStarted(Box<Started>),
    /// Another process goes on with it.
    RunResumed {
        /// Who, and where.
        who: Who,
        /// The digest of the plan that it goes on by. Another one than before voids the sign-offs.
        plan_sha256: String,
        /// What the lock is released by, where it was taken anew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lock_nonce: Option<String>,
        /// Where sign-offs are asked for from now on, where that was named anew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issue: Option<u64>,
        /// The commit that it goes on by, where it is another one from now on. That voids the sign-offs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sha: Option<String>,
    },
    /// A step left the clone at another commit than it was at before.
    CheckedOut {
        /// That commit.
        sha: String,
    },
    /// A job began.
    JobStarted {
        /// The job.
        job: String,
    },
    /// A job ended, or was not needed.
    JobFinished {
        /// The job.
        job: String,
        /// How.
        result: Outcome,
        /// What later jobs read.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        outputs: BTreeMap<String, String>,
        /// The outputs in which a secret stands, by name: their values are in no journal.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        withheld: BTreeSet<String>,
    },
    /// A job is not wanted any more: what it needs was taken back, or should have been.
    JobDropped {
        /// The job.
        job: String,
        /// The job whose rollback has ended.
        taken_back: String,
    },
    /// From now on this clean-up must run when its job ends. Written before the step that makes it necessary.
    CleanupRegistered {
        /// The step whose `post` it is.
        #[serde(flatten)]
        place: Place,
    },
    /// A step is about to start its command, or to ask.
    StepStarted {
        /// The step.
        #[serde(flatten)]
        place: Place,
        /// Which go it is, from 1.
        r#try: u32,
    },
    /// The command of a step runs.
    StepRunning {
        /// The step.
        #[serde(flatten)]
        place: Place,
        /// Its process, which is also its group.
        pid: u32,
    },
    /// The command of a step ended, or its process was lost.
    StepFinished {
        /// The step.
        #[serde(flatten)]
        place: Place,
        /// How the process ended.
        end: End,
        /// What that says of the step.
        outcome: Outcome,
        /// What later steps read.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        outputs: BTreeMap<String, String>,
        /// The outputs in which a secret stands, by name: their values are in no journal.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        withheld: BTreeSet<String>,
        /// The digest of what it printed, masked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log_sha256: Option<String>,
        /// Why it could not be started, or what was left out of its outputs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A step was not needed.
    StepSkipped {
        /// The step.
        #[serde(flatten)]
        place: Place,
    },
    /// It became known what had become of a step that was unknown.
    StepSettled {
        /// The step.
        #[serde(flatten)]
        place: Place,
        /// What had become of it.
        outcome: Outcome,
        /// `done-if`, or who said so.
        by: String,
    },
    /// What a step gives, as its `done-if` wrote it down: the step itself was lost before it could.
    StepOutputs {
        /// The step.
        #[serde(flatten)]
        place: Place,
        /// What later steps read.
        outputs: BTreeMap<String, String>,
        /// As those of [`Self::StepFinished`].
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        withheld: BTreeSet<String>,
    },
    /// Something that the rollback of a job needs was shown to be there.
    RollbackReady {
        /// The job.
        job: String,
        /// What, and its digest.
        what: String,
    },
    /// Somebody signed.
    Signed {
        /// The step.
        #[serde(flatten)]
        place: Place,
        /// The role that was signed for.
        role: String,
        /// The entry of the plan's `roles` by which they were a member of it when they signed: a login, or `ORGANISATION/TEAM`,
        /// which GitHub was asked for then. It is not asked again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        member: Option<String>,
        /// The login, or the principal of the SSH key.
        login: String,
        /// How it is known.
        proof: Proof,
        /// What was signed: the digest of the plan.
        plan_sha256: String,
        /// What it is signed on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<String>,
        /// The signature of an SSH key, over the run, the plan's digest, the step, the role and the evidence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
        /// Where it was said, as `comment 17`, where it was said on GitHub.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// When it was said there, by the server's clock; where it was not said there, when the line was written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    },
    /// A signature does not hold any more: its key is not a signer's now.
    SignVoid {
        /// The step.
        #[serde(flatten)]
        place: Place,
        /// The role that was signed for.
        role: String,
        /// Who had signed.
        login: String,
    },
    /// People were asked to sign, by a comment on an issue or a pull request.
    Asked {
        /// Its number.
        issue: u64,
        /// The comment.
        comment: u64,
        /// When it was written, by the server's clock: what was said before is no answer.
        at: Timestamp,
        /// The plan that is signed.
        plan_sha256: String,
        /// The steps.
        places: Vec<Place>,
        /// Whether a process that was killed had asked, and this one found it: the line is written later than that.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        found: bool,
    },
    /// GitHub was told how the deployment stands.
    Deployment {
        /// Its number there; none where the token may not tell, and it is not tried again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<u64>,
        /// In GitHub's word.
        state: String,
        /// In a line.
        description: String,
    },
    /// Somebody was told how the run stands, or could not be.
    Notified {
        /// To whom, as `slack:VARIABLE` or `mailto:ADDRESS`.
        to: String,
        /// The notice's template.
        template: String,
        /// Its subject; older journals have it not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<String>,
        /// What it tells: that is not told again.
        about: Vec<String>,
        /// Its id: the mail's Message-ID, the request's Idempotency-Key.
        id: String,
        /// Why it was not told; then it still must be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// What somebody said on GitHub is no sign-off.
    SignRefused {
        /// Where it was said, as `comment 17`.
        source: String,
        /// The step, as it was named.
        step: String,
        /// Who said it, where the account is there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        login: Option<String>,
        /// Why it is none.
        why: String,
    },
    /// Nothing can go on without a person.
    Waiting {
        /// The step.
        #[serde(flatten)]
        place: Place,
        /// For what.
        reason: String,
    },
    /// A job that failed is tried again: what succeeded in it stays, the rest of it is open again.
    JobReopened {
        /// The job.
        job: String,
    },
    /// A rollback of which a step failed is tried again: what succeeded in it stays, the rest of it is open again.
    RollbackReopened {
        /// The job.
        job: String,
    },
    /// A person wants no more steps: what is left is settled and cleaned up.
    RunCancelled {
        /// Who.
        by: String,
    },
    /// A person says that a clean-up that was held back may run.
    CleanupReleased {
        /// The step whose `post` it is.
        #[serde(flatten)]
        place: Place,
        /// Who.
        by: String,
    },
    /// A person asks that a job is taken back.
    RollbackRequested {
        /// The job.
        job: String,
        /// Who.
        by: String,
        /// The minutes of writes that are lost by it, as they were told, where no sign-off decides.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lost_minutes: Option<i64>,
    },
    /// A rollback that was asked for and has not begun is not wanted any more: what failed is tried again instead.
    RollbackWithdrawn {
        /// The job.
        job: String,
    },
    /// A job is taken back from here on.
    RollbackStarted {
        /// The job.
        job: String,
    },
    /// A job's rollback ended.
    RollbackFinished {
        /// The job.
        job: String,
        /// How.
        result: Outcome,
    },
    /// The process was told to stop.
    Interrupted {
        /// The signal's name, as `INT`.
        signal: String,
    },
    /// Nothing is left to do.
    RunFinished {
        /// How.
        result: Outcome,
    },
}

/// What a run begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// The file of the plan, as it was named.
    pub plan: String,
    /// The digest of its bytes, `sha256` in hexadecimal.
    pub plan_sha256: String,
    /// The inputs, defaults included.
    pub inputs: BTreeMap<String, String>,
    /// The environment, which the lock and the refs are named after.
    pub environment: String,
    /// The commit that is deployed, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha: Option<String>,
    /// The version that is deployed, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The version that was deployed before, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_tag: Option<String>,
    /// Who started it, and where.
    pub who: Who,
    /// What the lock is released by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_nonce: Option<String>,
    /// The issue or pull request where sign-offs are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<u64>,
}

/// A process that works on a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The login of the token, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// The machine.
    pub host: String,
    /// The machine's boot: process ids mean nothing after the next one.
    pub boot_id: String,
    /// The process.
    pub pid: u32,
}

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The job.
    pub job: String,
    /// The step's `id`, else its number in the job from 1.
    pub step: String,
    /// Which of the job's lists it stands in.
    pub part: Part,
}

impl Place {
    /// The same step in another list.
    #[must_use]
    pub fn of(&self, part: Part) -> Self {
        Self { part, ..self.clone() }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let part = match self.part {
            Part::Steps => "",
            Part::Post => "/post",
            Part::Rollback => "/rollback",
            Part::RollbackPost => "/rollback-post",
        };
        write!(f, "{}{part}/{}", self.job, self.step)
    }
}

/// The lists of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// `steps`.
    Steps,
    /// The `post` of a step.
    Post,
    /// `rollback`.
    Rollback,
    /// The `post` of a step of the rollback.
    RollbackPost,
}

impl Part {
    /// The list of the clean-ups of the steps of this one.
    #[must_use]
    pub fn cleanup(self) -> Self {
        match self {
            Self::Steps | Self::Post => Self::Post,
            Self::Rollback | Self::RollbackPost => Self::RollbackPost,
        }
    }

    /// The list of the steps that the clean-ups of this one belong to.
    #[must_use]
    pub fn owner(self) -> Self {
        match self {
            Self::Steps | Self::Post => Self::Steps,
            Self::Rollback | Self::RollbackPost => Self::Rollback,
        }
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// With this exit code.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// It was killed at its time limit.
    TimedOut,
    /// It could not be started.
    NotStarted,
    /// The process that watched it was lost, or there was no process.
    Unseen,
}

/// Who settles a step that was announced and whose command did not begin: it stands as before that. No login has a space.
pub const NOT_BEGUN: &str = "not begun";

/// What a step waits for ([`Event::Waiting`]) that does not begin because the plan's window is over.
pub const FOR_WINDOW: &str = "window";

/// What a clean-up waits for that only a person lets run.
pub const FOR_RELEASE: &str = "clean-up";

impl End {
    /// How a built-in step ends whose answer a person must give ([`crate::report::ExitCode::Waiting`]).
    pub const ASKS: Self = Self::Code(5);
}

/// What became of a step, a job or a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Done.
    Success,
    /// Not done.
    Failure,
    /// Not needed.
    Skipped,
    /// It may be done or not, wholly or half: killed, timed out, or lost.
    Unknown,
    /// Stopped by a person.
    Cancelled,
}

impl Outcome {
    /// The word of the expressions (`needs.JOB.result`). What is unknown is a failure to them: it is no success.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure | Self::Unknown => "failure",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }
}

/// How it is known who signed. Never the name that the operating system gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// GitHub said whose token it is.
    Token,
    /// A signature by a key of the plan's signers.
    Ssh,
    /// GitHub said who wrote a comment.
    Comment,
    /// GitHub said who approved a pull request.
    Review,
}
