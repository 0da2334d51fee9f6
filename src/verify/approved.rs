//! Whether every commit of a range is approved: each came by a merged pull request that was approved.

use std::collections::BTreeMap;

use super::Word;
use super::evidence::{Change, Evidence, Obstacle, Pull};
use super::policy::Policy;
use super::queue::Queued;
use super::reviews::{self, Asked, PullRow};
use crate::config::{Bot, Waiver};
use crate::history::Sha;

/// Whether every commit is approved.
#[derive(Clone, Debug)]
pub struct Approvals {
    /// The verdict.
    pub word: Word,
    /// Where the commits begin, in words.
    pub label: String,
    /// How many approvals each needs.
    pub needed: u32,
    /// Each commit, newest first.
    pub changes: Vec<ChangeRow>,
    /// Each pull request that brought one, by number.
    pub pulls: Vec<PullRow>,
    /// Authors of approved changes whose mail address belongs to no account: an approver may be one of them unseen.
    pub unknown_authors: Vec<String>,
    /// What could not be seen.
    pub obstacles: Vec<Obstacle>,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRow {
    /// The commit.
    pub commit: Sha,
    /// First line of its message.
    pub subject: String,
    /// Where it can be looked at.
    pub url: String,
    /// The pull request that brought it.
    pub pull: Option<u64>,
    /// How it stands.
    pub standing: Standing,
    /// Why, in words.
    pub reason: String,
}

/// How a commit or a pull request stands. The order is that of the table: the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Not approved.
    Unapproved,
    /// Approved before the last push.
    Stale,
    /// Cannot be told.
    CannotTell,
    /// Not approved, and let through by a waiver.
    Waived,
    /// Pushed by a machine that may change what it changes.
    Exempt,
    /// Approved.
    Approved,
}

impl Standing {
    pub(super) fn word(self) -> Word {
        match self {
            Self::Unapproved => Word::Unapproved,
            Self::Stale => Word::Stale,
            Self::CannotTell => Word::Unknown,
            Self::Waived | Self::Exempt | Self::Approved => Word::Pass,
        }
    }
}

/// Judges the commits of the range.
pub(super) fn judge(evidence: &Evidence, policy: &Policy) -> Approvals {
    let mut obstacles = rules_that_cannot_be_judged(evidence, policy);
    let required = evidence.required.as_ref().ok().and_then(|required| required.approvals);
    let needed = policy.approvals.unwrap_or(1).max(required.unwrap_or(0));
    let mut approvals = Approvals {
        word: Word::Pass,
        label: String::new(),
        needed,
        changes: Vec::new(),
        pulls: Vec::new(),
        unknown_authors: Vec::new(),
        obstacles: Vec::new(),
    };
    match &evidence.range {
        Err(obstacle) => obstacles.push(obstacle.clone()),
        Ok(range) => {
            approvals.label.clone_from(&range.label);
            if range.changes.is_empty() {
                obstacles.push(empty(&range.label));
            }
            let mut pulls = BTreeMap::new();
            approvals.unknown_authors = unknown_authors(&range.changes);
            for change in &range.changes {
                let row = judge_change(change, evidence, policy, needed, &mut pulls);
                approvals.changes.push(waive(row, policy));
            }
            approvals.pulls = pulls.into_values().collect();
        }
    }
    let words = approvals.changes.iter().map(|change| change.standing.word());
    approvals.word = Word::deciding(words.chain(obstacles.iter().map(|obstacle| obstacle.word)));
    approvals.obstacles = obstacles;
    approvals
}

fn empty(label: &str) -> Obstacle {
    Obstacle {
        word: Word::Unknown,
        message: format!("there is no commit {label}"),
        help: Some("begin earlier: `--since` or `verify.since`".to_owned()),
    }
}

fn rules_that_cannot_be_judged(evidence: &Evidence, policy: &Policy) -> Vec<Obstacle> {
    match &evidence.required {
        Ok(required) => {
            let unjudged = required.unjudged_reviews.iter();
            let obstacle = |rule: &String| Obstacle {
                word: Word::Unknown,
                message: format!("the rules of {} require {rule}, which cannot be judged yet", evidence.branch),
                help: None,
            };
            unjudged.map(obstacle).collect()
        }
        // A larger number may be required than the default one; a configured one was chosen.
        Err(obstacle) if policy.approvals.is_none() => vec![Obstacle {
            help: obstacle.help.clone().or_else(|| Some("say how many: `verify.approvals` in zarpe.yml".to_owned())),
            ..obstacle.clone()
        }],
        Err(_) => Vec::new(),
    }
}

fn judge_change(
    change: &Change,
    evidence: &Evidence,
    policy: &Policy,
    needed: u32,
    pulls: &mut BTreeMap<u64, PullRow>,
) -> ChangeRow {
    let row = |pull: Option<u64>, standing, reason| ChangeRow {
        commit: change.commit.clone(),
        subject: change.subject.clone(),
        url: change.url.clone(),
        pull,
        standing,
        reason,
    };
    let required = evidence.required.as_ref().ok();
    let Some(pull) = bringer(change, evidence, policy) else {
        if change.queued == Queued::Unknown {
            let reason = "the merge queue does not show which pull request it is of: verify the branch after the merge";
            return row(None, Standing::CannotTell, reason.to_owned());
        }
        if !change.pulls_whole {
            let reason = "GitHub names more pull requests of it than were read".to_owned();
            return row(None, Standing::CannotTell, reason);
        }
        if let Some(bot) = bot(change, policy) {
            let reason = format!("pushed by {}, which may change these files (verify.bots)", bot.login);
            return row(None, Standing::Exempt, reason);
        }
        return row(None, Standing::Unapproved, without_pull(change, evidence));
    };
    let asked = Asked {
        needed,
        last_push: required.is_some_and(|required| required.last_push),
        ownership: evidence.ownership.get(&pull.number),
        teams: &policy.teams,
    };
    let judged = pulls.entry(pull.number).or_insert_with(|| reviews::judge(pull, &asked));
    row(Some(pull.number), judged.standing, judged.reason.clone())
}

/// The machine that pushed it, where it changed nothing but what it may.
fn bot<'a>(change: &Change, policy: &'a Policy) -> Option<&'a Bot> {
    let files = change.files.as_ref().filter(|_| change.pulls.is_empty())?;
    let login = reviews::noreply_login(&change.author)?;
    let may = |bot: &&Bot| {
        bot.login.eq_ignore_ascii_case(login)
            && files.iter().all(|file| bot.paths.iter().any(|glob| glob.matches(file)))
    };
    policy.bots.iter().find(may)
}

/// The row as its waiver leaves it: the reason for the refusal stays to be read, beside who answers for passing over it.
fn waive(mut row: ChangeRow, policy: &Policy) -> ChangeRow {
    let Some(waiver) = policy.waive.iter().find(|waiver| waiver.sha == row.commit) else { return row };
    if matches!(row.standing, Standing::Approved | Standing::Exempt) {
        return row;
    }
    let Waiver { by, reason, expires, .. } = waiver;
    if policy.today > *expires {
        row.reason = format!("{}; the waiver by {by} ended on {expires}", row.reason);
    } else {
        row.standing = Standing::Waived;
        row.reason = format!("{}; waived by {by} until {expires}: {reason}", row.reason);
    }
    row
}

/// The pull request that brought a commit: the one that a merge queue made it for, or a merged one: the one whose merge made it,
/// else the first that held it.
fn bringer<'a>(change: &'a Change, evidence: &Evidence, policy: &Policy) -> Option<&'a Pull> {
    let counts = |pull: &&Pull| {
        let brought = match change.queued {
            Queued::No => pull.merged.is_some(),
            Queued::For(number) => pull.number == number,
            Queued::Unknown => false,
        };
        brought
            && pull.repository.eq_ignore_ascii_case(&evidence.repository)
            && policy.bases.iter().any(|base| base.matches(&pull.base))
    };
    let made = |pull: &&Pull| pull.merge_commit.as_deref() == Some(change.commit.as_str());
    let candidates = || change.pulls.iter().filter(counts);
    candidates().find(made).or_else(|| candidates().min_by_key(|pull| (pull.merged, pull.number)))
}

fn without_pull(change: &Change, evidence: &Evidence) -> String {
    match change.pulls.first() {
        None => format!("pushed to {} without a pull request", evidence.branch),
        Some(pull) if pull.merged.is_none() => format!("only in #{}, which is not merged", pull.number),
        Some(pull) => format!("only in #{}, which was merged into {}", pull.number, pull.base),
    }
}

fn unknown_authors(changes: &[Change]) -> Vec<String> {
    let authors = changes.iter().flat_map(|change| &change.pulls).flat_map(|pull| &pull.authors);
    let unknown = authors.filter(|author| author.login.is_none() && reviews::noreply_login(&author.email).is_none());
    let mut unknown: Vec<String> = unknown.map(|author| author.email.clone()).collect();
    unknown.sort();
    unknown.dedup();
    unknown
}
