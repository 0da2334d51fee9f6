//! Whether a pull request is approved: by people who may, and did not write it, as it was merged.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::approved::Standing;
use super::evidence::{Pull, Review, Seen};
use super::owners::{self, Ownership};

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

/// What is asked of a pull request.
pub(super) struct Asked<'a> {
    /// How many approvals it needs.
    pub(super) needed: u32,
    /// Whether somebody else than who pushed last must approve it.
    pub(super) last_push: bool,
    /// Who owns what it changes, where the owners must approve it.
    pub(super) ownership: Option<&'a Seen<Ownership>>,
    /// The members of teams.
    pub(super) teams: &'a BTreeMap<String, Vec<String>>,
}

/// Judges one pull request by the reviews that it has.
pub(super) fn judge(pull: &Pull, asked: &Asked<'_>) -> PullRow {
    let needed = asked.needed;
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
        further(pull, &opinions, asked).unwrap_or_else(|| (Standing::Approved, approved(&counted)))
    } else if !unclear.is_empty() && enough(counted.len() + unclear.len()) {
        (Standing::CannotTell, all(&unclear))
    } else if !stale.is_empty() && enough(counted.len() + unclear.len() + stale.len()) {
        (Standing::Stale, all(&stale))
    } else {
        (Standing::Unapproved, lacking(&opinions, &counted, needed))
    };
    PullRow { number: pull.number, title: pull.title.clone(), url: pull.url.clone(), standing, reason, opinions }
}

/// What the rules ask beyond the number of approvals, and is not so.
fn further(pull: &Pull, opinions: &[Opinion], asked: &Asked<'_>) -> Option<(Standing, String)> {
    let counted = opinions.iter().filter(|opinion| opinion.weight == Weight::Counts);
    let approvers: Vec<&str> = counted.filter_map(|opinion| opinion.reviewer.as_deref()).collect();
    match asked.ownership {
        Some(Ok(ownership)) => owners::judge(ownership, &approvers, asked.teams),
        Some(Err(obstacle)) => {
            Some((Standing::CannotTell, format!("who owns what it changes is not known: {}", obstacle.message)))
        }
        None => None,
    }
    .or_else(|| if asked.last_push { last_push(pull, &approvers) } else { None })
}

/// The rule that somebody else than who pushed last approves. Of two approvals one is somebody else's, whoever it was; GitHub
/// shows who pushed only where it was by force.
fn last_push(pull: &Pull, approvers: &[&str]) -> Option<(Standing, String)> {
    let forced = pull.force_push.as_ref().filter(|(_, head)| head.as_deref() == Some(pull.head.as_str()));
    let pusher = forced.and(pull.forced_by.as_deref());
    match (approvers, pusher) {
        ([], _) => Some((Standing::Unapproved, "somebody else than who pushed last must approve it".to_owned())),
        ([_, _, ..], _) => None,
        ([one], Some(pusher)) if one.eq_ignore_ascii_case(pusher) => {
            Some((Standing::Unapproved, format!("@{one} pushed last, so somebody else must approve it")))
        }
        ([_], Some(_)) => None,
        ([one], None) => {
            let reason = format!("whether @{one} pushed last is not shown: a second approval decides it");
            Some((Standing::CannotTell, reason))
        }
    }
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
    let is_late = |review: &Review| review.state == "APPROVED" && is_after_merge(review, pull);
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
        _ if is_after_merge(review, pull) => Weight::Nothing("approved only after the merge"),
        _ => freshness(review, pull),
    }
}

/// What a merge queue tries is not merged yet, so that nothing is too late.
fn is_after_merge(review: &Review, pull: &Pull) -> bool {
    pull.merged.is_some_and(|merged| review.submitted > Some(merged))
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

/// The login in an address of GitHub's own: `NUMBER+LOGIN@users.noreply.HOST`.
pub(super) fn noreply_login(email: &str) -> Option<&str> {
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
