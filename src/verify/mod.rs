//! Green and approved: what GitHub shows about a commit and its range, judged. Pure: `io::evidence` gathers the values.
//!
//! Each part of the evidence is there, or an [`Obstacle`] says why not; what is not there never counts as a yes. The facts
//! about GitHub that the judgement rests on are those of its documentation of checks, rules and reviews.

mod approved;
pub mod codeowners;
mod evidence;
mod green;
mod jobs;
mod owners;
mod policy;
mod queue;
mod report;
mod reviews;
mod skip;
#[cfg(test)]
mod tests;
mod wait;

pub use approved::{Approvals, ChangeRow, Standing};
pub use evidence::{
    Account, Change, Check, Evidence, Obstacle, Own, PersonSeen, Pull, Range, Required, RequiredWorkflow, Requirements,
    Review, Run, Seen, StandIn, State, Status,
};
pub use green::{CheckRow, Greenness, Kind, Outcome};
pub use jobs::{JobName, Jobs};
pub use owners::{Owned, Ownership};
pub use policy::Policy;
pub use queue::{QueueBranch, QueueEntry, Queued, bringers};
pub use report::report;
pub use reviews::{Opinion, PullRow, Weight};
pub use skip::skips_ci;
pub use wait::{Next, Wait, missing};

use serde::Serialize;

use crate::clearance::Digests;
use crate::config::Waiver;
use crate::history::Sha;
use crate::report::ExitCode;

/// The verdict in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Green, and every commit approved.
    Pass,
    /// A check failed.
    Red,
    /// A required check is not there, or not from the source that it must come from.
    Missing,
    /// A commit is not approved.
    Unapproved,
    /// The approvals that there are came before the last push.
    Stale,
    /// The token may not see the evidence.
    Auth,
    /// A limit of the API stands before the evidence.
    RateLimit,
    /// The network or GitHub stands before the evidence.
    Infra,
    /// A check has not ended.
    Pending,
    /// There is no evidence, or not enough.
    Unknown,
}

impl Word {
    /// Every word, the one that decides first: a no is a no whatever else could not be seen.
    pub const ALL: [Self; 10] = [
        Self::Red,
        Self::Missing,
        Self::Unapproved,
        Self::Stale,
        Self::Auth,
        Self::RateLimit,
        Self::Infra,
        Self::Pending,
        Self::Unknown,
        Self::Pass,
    ];

    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Red => "RED",
            Self::Missing => "MISSING",
            Self::Unapproved => "UNAPPROVED",
            Self::Stale => "STALE",
            Self::Auth => "AUTH",
            Self::RateLimit => "RATE_LIMIT",
            Self::Infra => "INFRA",
            Self::Pending => "PENDING",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// What the process ends with.
    #[must_use]
    pub fn exit(self) -> ExitCode {
        match self {
            Self::Pass => ExitCode::Done,
            Self::Red | Self::Missing | Self::Unapproved | Self::Stale => ExitCode::Refused,
            Self::Auth | Self::RateLimit | Self::Infra | Self::Pending | Self::Unknown => ExitCode::CannotTell,
        }
    }

    /// The word that decides among several; [`Self::Pass`] among none.
    pub(crate) fn deciding(words: impl IntoIterator<Item = Self>) -> Self {
        let words: Vec<Self> = words.into_iter().collect();
        Self::ALL.into_iter().find(|word| words.contains(word)).unwrap_or(Self::Pass)
    }
}

impl Serialize for Word {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The judgement of one commit and its range.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// `OWNER/NAME`.
    pub repository: String,
    /// The commit.
    pub commit: Sha,
    /// The branch whose rules hold.
    pub branch: String,
    /// Where the branch is now, if it is no longer at the commit that was its head.
    pub moved: Option<Sha>,
    /// The verdict on both.
    pub word: Word,
    /// Whether it is green.
    pub green: Greenness,
    /// Whether every commit is approved.
    pub approvals: Approvals,
    /// The waivers that let a commit through.
    pub waivers: Vec<Waiver>,
    /// Other commits whose checks counted.
    pub stand_ins: Vec<StandIn>,
    /// Why checks of other apps than GitHub Actions were not seen, where they were not.
    pub jobs_only: Option<Obstacle>,
    /// What evidence and policy were, in few bytes; `None` where they have no canonical form.
    pub digests: Option<Digests>,
}

/// The waivers of the commits that needed one.
fn waivers(approvals: &Approvals, policy: &Policy) -> Vec<Waiver> {
    let waived = approvals.changes.iter().filter(|change| change.standing == Standing::Waived);
    waived.filter_map(|change| policy.waive.iter().find(|waiver| waiver.sha == change.commit)).cloned().collect()
}

/// Judges the evidence by the policy.
#[must_use]
pub fn judge(evidence: &Evidence, policy: &Policy) -> Judgement {
    let green = green::judge(evidence, policy);
    let approvals = approved::judge(evidence, policy);
    Judgement {
        repository: evidence.repository.clone(),
        commit: evidence.commit.clone(),
        branch: evidence.branch.clone(),
        moved: evidence.moved.clone(),
        word: Word::deciding([green.word, approvals.word]),
        waivers: waivers(&approvals, policy),
        stand_ins: evidence.stand_ins.clone(),
        jobs_only: evidence.jobs_only.clone(),
        digests: Digests::of(evidence, policy).ok(),
        green,
        approvals,
    }
}
