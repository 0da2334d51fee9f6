//! Whether every commit of a range is approved: each came by a merged pull request that people who may, and did not write
//! it, approved as it was merged.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Word;
use super::evidence::{Change, Evidence, Obstacle, Pull, Review};
use super::policy::Policy;
use crate::config::Waiver;
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

/// A pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRow {
    /// The number that people use.
    pub number: u64,
    /// Title.
    pub title: String,
    /// Where it can be looked at.
    pub url: String,
    /// How it stands.
    pub standing: Standing,
    /// Why, in words.
    pub reason: String,
    /// The last opinion of each reviewer.
    pub opinions: Vec<Opinion>,
}

/// A reviewer's last opinion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// Login; `None` where the account was deleted.
    pub reviewer: Option<String>,
    /// GitHub's word.
    pub state: String,
    /// When.
    pub submitted: Option<Timestamp>,
    /// How it counts: approved, or why not.
    pub weight: Weight,
    /// Where it can be looked at.
    pub url: String,
}

/// How an opinion counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weight {
    /// An approval.
    Counts,
    /// Stands in the way.
    Blocks,
    /// An approval of what was there before the last push: why.
    Stale(String),
    /// An approval, of which it cannot be told whether it counts: why.
    Unclear(String),
    /// Nothing: why.
    Nothing(&'static str),
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
    /// Approved.
    Approved,
}

impl Standing {
    pub(super) fn word(self) -> Word {
        match self {
            Self::Unapproved => Word::Unapproved,
            Self::Stale => Word::Stale,
            Self::CannotTell => Word::Unknown,
            Self::Waived | Self::Approved => Word::Pass,
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
    let Some(pull) = bringer(change, evidence, policy) else {
        if !change.pulls_whole {
            let reason = "GitHub names more pull requests of it than were read".to_owned();
            return row(None, Standing::CannotTell, reason);
        }
        return row(None, Standing::Unapproved, without_pull(change, evidence));
    };
    let judged = pulls.entry(pull.number).or_insert_with(|| judge_pull(pull, needed));
    row(Some(pull.number), judged.standing, judged.reason.clone())
}

/// The row as its waiver leaves it: the reason for the refusal stays to be read, beside who answers for passing over it.
fn waive(mut row: ChangeRow, policy: &Policy) -> ChangeRow {
    let Some(waiver) = policy.waive.iter().find(|waiver| waiver.sha == row.commit) else { return row };
    if row.standing == Standing::Approved {
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

/// The merged pull request that brought a commit: the one whose merge made it, else the first that held it.
fn bringer<'a>(change: &'a Change, evidence: &Evidence, policy: &Policy) -> Option<&'a Pull> {
    let counts = |pull: &&Pull| {
        pull.merged.is_some()
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

fn judge_pull(pull: &Pull, needed: u32) -> PullRow {
    let opinions = opinions(pull);
    let logins = |wanted: fn(&Weight) -> bool| -> Vec<String> {
        opinions.iter().filter(|opinion| wanted(&opinion.weight)).map(Opinion::name).collect()
    };
    let counted = logins(|weight| *weight == Weight::Counts);
    let blocking = logins(|weight| *weight == Weight::Blocks);
    let stale = logins(|weight| matches!(weight, Weight::Stale(_)));
    let unclear = logins(|weight| matches!(weight, Weight::Unclear(_)));
    let enough = |count: usize| u32::try_from(count).unwrap_or(u32::MAX) >= needed;
    let why = |name: &String| {
        let opinion = opinions.iter().find(|opinion| opinion.name() == *name);
        match opinion.map(|opinion| &opinion.weight) {
            Some(Weight::Stale(why) | Weight::Unclear(why)) => format!("{name}: {why}"),
            _ => name.clone(),
        }
    };
    let all = |names: &[String]| names.iter().map(why).collect::<Vec<_>>().join("; ");
    let (standing, reason) = if !blocking.is_empty() {
        (Standing::Unapproved, format!("changes requested by {}", blocking.join(", ")))
    } else if !pull.reviews_whole {
        (Standing::CannotTell, "it has more reviews than were read".to_owned())
    } else if enough(counted.len()) && !pull.authors_whole {
        (Standing::CannotTell, "it has more commits than were read: who wrote them is not known".to_owned())
    } else if enough(counted.len()) {
        (Standing::Approved, approved(&counted))
    } else if !unclear.is_empty() && enough(counted.len() + unclear.len()) {
        (Standing::CannotTell, all(&unclear))
    } else if !stale.is_empty() && enough(counted.len() + unclear.len() + stale.len()) {
        (Standing::Stale, all(&stale))
    } else {
        (Standing::Unapproved, lacking(&opinions, &counted, needed))
    };
    PullRow { number: pull.number, title: pull.title.clone(), url: pull.url.clone(), standing, reason, opinions }
}

fn approved(counted: &[String]) -> String {
    if counted.is_empty() { "no approval is needed".to_owned() } else { format!("approved by {}", counted.join(", ")) }
}

/// Why there are not enough: how many there are, and why the others do not count.
fn lacking(opinions: &[Opinion], counted: &[String], needed: u32) -> String {
    let have = match counted {
        [] => format!("needs {needed} approval{}, has none", if needed == 1 { "" } else { "s" }),
        some => format!("needs {needed} approvals, has {} ({})", some.len(), some.join(", ")),
    };
    let others = opinions.iter().filter_map(|opinion| match &opinion.weight {
        Weight::Nothing(why) => Some(format!("{} {why}", opinion.name())),
        Weight::Stale(why) | Weight::Unclear(why) => Some(format!("{}: {why}", opinion.name())),
        Weight::Counts | Weight::Blocks => None,
    });
    std::iter::once(have).chain(others).collect::<Vec<_>>().join("; ")
}

impl Opinion {
    fn name(&self) -> String {
        self.reviewer.as_ref().map_or_else(|| "a deleted account".to_owned(), |login| format!("@{login}"))
    }
}

/// The last opinion of each reviewer, in the order of the reviews. An approval after the merge came too late to be one, and
/// a comment takes nothing back.
fn opinions(pull: &Pull) -> Vec<Opinion> {
    let is_late = |review: &Review| review.state == "APPROVED" && review.submitted > pull.merged;
    let is_opinion = |review: &&Review| matches!(review.state.as_str(), "APPROVED" | "CHANGES_REQUESTED" | "DISMISSED");
    let mut last: Vec<&Review> = Vec::new();
    for review in pull.reviews.iter().filter(is_opinion) {
        let login = |review: &Review| review.author.as_ref().map(|author| author.login.to_lowercase());
        let earlier = last.iter().position(|other| login(review).is_some() && login(other) == login(review));
        match earlier {
            Some(_) if is_late(review) => {}
            Some(place) => {
                last.remove(place);
                last.push(review);
            }
            None => last.push(review),
        }
    }
    last.into_iter()
        .map(|review| Opinion {
            reviewer: review.author.as_ref().map(|author| author.login.clone()),
            state: review.state.clone(),
            submitted: review.submitted,
            weight: weigh(review, pull),
            url: review.url.clone(),
        })
        .collect()
}

fn weigh(review: &Review, pull: &Pull) -> Weight {
    let Some(author) = &review.author else { return Weight::Nothing("does not count") };
    if author.bot {
        return Weight::Nothing("is not a person");
    }
    if !review.can_push {
        return Weight::Nothing("has no write access");
    }
    match review.state.as_str() {
        "CHANGES_REQUESTED" => Weight::Blocks,
        "DISMISSED" => Weight::Nothing("was dismissed"),
        _ if wrote(pull, &author.login) => Weight::Nothing("is an author of it"),
        _ if review.submitted > pull.merged => Weight::Nothing("approved only after the merge"),
        _ => freshness(review, pull),
    }
}

/// Whether somebody opened the pull request, or wrote one of its commits.
fn wrote(pull: &Pull, login: &str) -> bool {
    let opened = pull.author.as_ref().is_some_and(|author| author.login.eq_ignore_ascii_case(login));
    let is_author = |known: &str| known.eq_ignore_ascii_case(login);
    opened
        || pull.authors.iter().any(|author| match &author.login {
            Some(known) => is_author(known),
            None => noreply_login(&author.email).is_some_and(is_author),
        })
}

fn unknown_authors(changes: &[Change]) -> Vec<String> {
    let authors = changes.iter().flat_map(|change| &change.pulls).flat_map(|pull| &pull.authors);
    let unknown = authors.filter(|author| author.login.is_none() && noreply_login(&author.email).is_none());
    let mut unknown: Vec<String> = unknown.map(|author| author.email.clone()).collect();
    unknown.sort();
    unknown.dedup();
    unknown
}

/// The login in an address of GitHub's own: `NUMBER+LOGIN@users.noreply.HOST`.
fn noreply_login(email: &str) -> Option<&str> {
    let (local, domain) = email.split_once('@')?;
    domain.starts_with("users.noreply.").then(|| local.split_once('+').map_or(local, |(_, login)| login))
}

/// Whether an approval is of what was merged. That it is bound to the head is not enough: a push of the same patch binds it
/// anew. So it must be later than the server's own times of the head; the commits' dates are the pusher's word.
fn freshness(review: &Review, pull: &Pull) -> Weight {
    let Some(submitted) = review.submitted else { return Weight::Unclear("approved at an unknown time".to_owned()) };
    if let Some((pushed, _)) = &pull.force_push
        && submitted <= *pushed
    {
        return Weight::Stale(format!("approved {} before the last push", span(submitted, *pushed)));
    }
    if review.commit.as_deref() != Some(pull.head.as_str()) {
        return Weight::Stale("approved an earlier commit than was merged".to_owned());
    }
    let forced = pull.force_push.as_ref().filter(|(_, head)| head.as_deref() == Some(pull.head.as_str()));
    match pull.head_seen.or(forced.map(|(time, _)| *time)) {
        None => Weight::Unclear("approved, but the server's time of the last push is not known".to_owned()),
        Some(seen) if submitted <= seen => {
            Weight::Stale(format!("approved {} before the last push", span(submitted, seen)))
        }
        Some(_) => Weight::Counts,
    }
}

/// A span of time for people, in its largest unit.
fn span(from: Timestamp, to: Timestamp) -> String {
    let seconds = to.as_second().saturating_sub(from.as_second());
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}
