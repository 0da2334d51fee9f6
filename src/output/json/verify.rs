//! `verify/v1`: the verdict on a commit with the evidence that it rests on.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::verify::{
    Approvals, ChangeRow, CheckRow, Greenness, Judgement, Kind, Obstacle, Opinion, Outcome, PullRow, Standing, Weight,
};

/// The verdict on a commit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Verify {
    /// `PASS`, `RED`, `MISSING`, `UNAPPROVED`, `STALE`, `AUTH`, `RATE_LIMIT`, `INFRA`, `PENDING` or `UNKNOWN`.
    pub verdict: &'static str,
    /// `OWNER/NAME`.
    pub repository: String,
    /// The commit.
    pub commit: String,
    /// The branch whose rules hold.
    pub branch: String,
    /// Where the branch is now, if it moved while the commit was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<String>,
    /// Whether the commit is green.
    pub green: Green,
    /// Whether every commit of the range is approved.
    pub approved: Approved,
    /// The waivers that let a commit through.
    pub waivers: Vec<Waiver>,
    /// Other commits whose checks are among the checks.
    pub stand_ins: Vec<StandIn>,
    /// What was judged, in few bytes: the same digest is the same policy, and the same evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digests: Option<Digests>,
}

/// A commit that was let through without approval, and who answers for it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Waiver {
    /// The commit.
    pub sha: String,
    /// Why it could not wait.
    pub reason: String,
    /// Who answers for it.
    pub by: String,
    /// The last day on which it counts, in UTC.
    pub expires: String,
}

/// Another commit whose checks counted, as the configuration lets them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StandIn {
    /// Its name.
    pub commit: String,
    /// Why it counts, in words.
    pub reason: String,
}

/// Digests of what was judged, `sha256:` with lowercase hexadecimal digits.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Digests {
    /// What was asked: configuration and options.
    pub policy: String,
    /// What was seen.
    pub evidence: String,
}

/// Whether the commit is green.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Green {
    /// One of the words of the verdict.
    pub verdict: &'static str,
    /// Everything that was looked at.
    pub checks: Vec<Check>,
    /// What could not be seen.
    pub obstacles: Vec<Unseen>,
    /// For how many seconds further checks may still be registered; absent where the set counts as whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settles_in: Option<u64>,
}

/// A check run, a status, a workflow run, or a required name that nothing has.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Check {
    /// `check-run`, `status`, `workflow-run` or `absent`.
    pub kind: &'static str,
    /// Number of the check run or workflow run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Name.
    pub name: String,
    /// App, or workflow and event.
    pub source: String,
    /// GitHub's own word.
    pub state: String,
    /// `passed`, `failed`, `pending`, `missing`, `unknown`, `own` (the job that asks) or `ignored`.
    pub outcome: &'static str,
    /// Whether it must be there and pass.
    pub required: bool,
    /// Where it can be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What else is to be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Whether every commit of the range is approved.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Approved {
    /// One of the words of the verdict.
    pub verdict: &'static str,
    /// Where the range begins, in words.
    pub range: String,
    /// How many approvals each change needs.
    pub needed: u32,
    /// Each commit, newest first.
    pub commits: Vec<Commit>,
    /// Each pull request that brought one.
    pub pull_requests: Vec<PullRequest>,
    /// Mail addresses of authors that belong to no account.
    pub unknown_authors: Vec<String>,
    /// What could not be seen.
    pub obstacles: Vec<Unseen>,
}

/// A commit of the range.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Commit {
    /// Its name.
    pub commit: String,
    /// First line of its message.
    pub subject: String,
    /// Where it can be looked at.
    pub url: String,
    /// Number of the pull request that brought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<u64>,
    /// `approved`, `exempt` (a machine of `verify.bots`), `waived`, `unapproved`, `stale` or `cannot-tell`.
    pub standing: &'static str,
    /// Why, in words.
    pub reason: String,
}

/// A pull request.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PullRequest {
    /// Number.
    pub number: u64,
    /// Title.
    pub title: String,
    /// Where it can be looked at.
    pub url: String,
    /// `approved`, `unapproved`, `stale` or `cannot-tell`.
    pub standing: &'static str,
    /// Why, in words.
    pub reason: String,
    /// The last opinion of each reviewer.
    pub reviews: Vec<Review>,
}

/// A reviewer's last opinion.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Review {
    /// Login; absent where the account was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<String>,
    /// GitHub's own word.
    pub state: String,
    /// The server's time, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<String>,
    /// Whether it counts as an approval.
    pub counts: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where it can be looked at.
    pub url: String,
}

/// A part of the evidence that could not be seen.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Unseen {
    /// One of the words of the verdict.
    pub verdict: &'static str,
    /// What happened.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Document for Verify {
    const NAME: &'static str = "verify/v1";
    const ACTS: bool = true;
}

impl From<&Judgement> for Verify {
    fn from(judgement: &Judgement) -> Self {
        Self {
            verdict: judgement.word.as_str(),
            repository: judgement.repository.clone(),
            commit: judgement.commit.to_string(),
            branch: judgement.branch.clone(),
            moved_to: judgement.moved.as_ref().map(ToString::to_string),
            green: Green::from(&judgement.green),
            approved: Approved::from(&judgement.approvals),
            waivers: judgement.waivers.iter().map(Waiver::from).collect(),
            stand_ins: judgement.stand_ins.iter().map(StandIn::from).collect(),
            digests: judgement.digests.as_ref().map(Digests::from),
        }
    }
}

impl From<&crate::config::Waiver> for Waiver {
    fn from(waiver: &crate::config::Waiver) -> Self {
        Self {
            sha: waiver.sha.to_string(),
            reason: waiver.reason.clone(),
            by: waiver.by.clone(),
            expires: waiver.expires.to_string(),
        }
    }
}

impl From<&crate::verify::StandIn> for StandIn {
    fn from(stand_in: &crate::verify::StandIn) -> Self {
        Self { commit: stand_in.commit.to_string(), reason: stand_in.reason.clone() }
    }
}

impl From<&crate::clearance::Digests> for Digests {
    fn from(digests: &crate::clearance::Digests) -> Self {
        let shown = |digest: &str| format!("sha256:{digest}");
        Self { policy: shown(&digests.policy), evidence: shown(&digests.evidence) }
    }
}

impl From<&Greenness> for Green {
    fn from(green: &Greenness) -> Self {
        Self {
            verdict: green.word.as_str(),
            checks: green.rows.iter().map(Check::from).collect(),
            obstacles: green.obstacles.iter().map(Unseen::from).collect(),
            settles_in: green.settling.map(|left| left.as_secs().max(1)),
        }
    }
}

impl From<&CheckRow> for Check {
    fn from(row: &CheckRow) -> Self {
        Self {
            kind: match row.kind {
                Kind::Check => "check-run",
                Kind::Status => "status",
                Kind::Run => "workflow-run",
                Kind::Absent => "absent",
            },
            id: row.id,
            name: row.name.clone(),
            source: row.source.clone(),
            state: row.state.clone(),
            outcome: match row.outcome {
                Outcome::Failed => "failed",
                Outcome::Missing => "missing",
                Outcome::Unknown => "unknown",
                Outcome::Pending => "pending",
                Outcome::Passed => "passed",
                Outcome::Own => "own",
                Outcome::Ignored => "ignored",
            },
            required: row.required,
            url: row.url.clone(),
            note: row.note.clone(),
        }
    }
}

impl From<&Approvals> for Approved {
    fn from(approvals: &Approvals) -> Self {
        Self {
            verdict: approvals.word.as_str(),
            range: approvals.label.clone(),
            needed: approvals.needed,
            commits: approvals.changes.iter().map(Commit::from).collect(),
            pull_requests: approvals.pulls.iter().map(PullRequest::from).collect(),
            unknown_authors: approvals.unknown_authors.clone(),
            obstacles: approvals.obstacles.iter().map(Unseen::from).collect(),
        }
    }
}

impl From<&ChangeRow> for Commit {
    fn from(change: &ChangeRow) -> Self {
        Self {
            commit: change.commit.to_string(),
            subject: change.subject.clone(),
            url: change.url.clone(),
            pull_request: change.pull,
            standing: standing(change.standing),
            reason: change.reason.clone(),
        }
    }
}

impl From<&PullRow> for PullRequest {
    fn from(pull: &PullRow) -> Self {
        Self {
            number: pull.number,
            title: pull.title.clone(),
            url: pull.url.clone(),
            standing: standing(pull.standing),
            reason: pull.reason.clone(),
            reviews: pull.opinions.iter().map(Review::from).collect(),
        }
    }
}

impl From<&Opinion> for Review {
    fn from(opinion: &Opinion) -> Self {
        Self {
            reviewer: opinion.reviewer.clone(),
            state: opinion.state.clone(),
            submitted_at: opinion.submitted.map(|time| time.to_string()),
            counts: opinion.weight == Weight::Counts,
            reason: match &opinion.weight {
                Weight::Counts => None,
                Weight::Blocks => Some("requests changes".to_owned()),
                Weight::Nothing(why) => Some((*why).to_owned()),
                Weight::Stale(why) | Weight::Unclear(why) => Some(why.clone()),
            },
            url: opinion.url.clone(),
        }
    }
}

impl From<&Obstacle> for Unseen {
    fn from(obstacle: &Obstacle) -> Self {
        Self { verdict: obstacle.word.as_str(), message: obstacle.message.clone(), help: obstacle.help.clone() }
    }
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Approved => "approved",
        Standing::Waived => "waived",
        Standing::Exempt => "exempt",
        Standing::Unapproved => "unapproved",
        Standing::Stale => "stale",
        Standing::CannotTell => "cannot-tell",
    }
}
