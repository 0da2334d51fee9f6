//! A pull request as GraphQL tells it, by the fragment `PullEvidence`.

use jiff::Timestamp;
use serde::Deserialize;

use crate::verify::{Account, PersonSeen, Pull, Review};

/// What the queries ask of each pull request; it goes with a query that spreads it.
macro_rules! with_pulls {
    ($query:literal) => {
        concat!(include_str!(concat!("../../queries/", $query)), include_str!("../../queries/pull.graphql"))
    };
}
pub(super) use with_pulls;

/// A list of GraphQL; where the query asks how many there are in all, it may be a part only.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List<T> {
    total_count: Option<usize>,
    pub(super) nodes: Vec<T>,
}

impl<T> List<T> {
    pub(super) fn is_whole(&self) -> bool {
        self.total_count.is_none_or(|count| count <= self.nodes.len())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PullRequest {
    id: String,
    pub(super) number: u64,
    title: String,
    url: String,
    merged: bool,
    merged_at: Option<String>,
    base_ref_name: String,
    head_ref_oid: String,
    repository: Named,
    merge_commit: Option<Oid>,
    author: Option<Actor>,
    reviews: List<PullReview>,
    commits: List<PullCommit>,
    head: List<HeadCommit>,
    timeline_items: List<ForcePush>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    name_with_owner: String,
}

#[derive(Deserialize)]
pub(super) struct Oid {
    pub(super) oid: String,
}

#[derive(Deserialize)]
struct Actor {
    #[serde(rename = "__typename")]
    kind: String,
    login: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullReview {
    url: String,
    state: String,
    submitted_at: Option<String>,
    author_can_push_to_repository: bool,
    author: Option<Actor>,
    commit: Option<Oid>,
}

#[derive(Deserialize)]
struct PullCommit {
    commit: Authored,
}

#[derive(Deserialize)]
struct Authored {
    authors: List<Author>,
}

#[derive(Deserialize)]
struct Author {
    email: Option<String>,
    user: Option<Login>,
}

#[derive(Deserialize)]
struct Login {
    login: String,
}

#[derive(Deserialize)]
struct HeadCommit {
    commit: Suites,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Suites {
    oid: String,
    check_suites: Option<List<Suite>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Suite {
    created_at: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ForcePush {
    created_at: String,
    actor: Option<Login>,
    after_commit: Option<Oid>,
}

pub(super) fn time(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok()
}

impl From<PullRequest> for Pull {
    fn from(pull: PullRequest) -> Self {
        let authors_whole =
            pull.commits.is_whole() && pull.commits.nodes.iter().all(|commit| commit.commit.authors.is_whole());
        let authors = pull.commits.nodes.into_iter().flat_map(|commit| commit.commit.authors.nodes);
        let head = pull.head.nodes.into_iter().find(|head| head.commit.oid == pull.head_ref_oid);
        let suites = head.and_then(|head| head.commit.check_suites).map(|suites| suites.nodes).unwrap_or_default();
        let force_push = pull.timeline_items.nodes.into_iter().next_back();
        Self {
            merged: time(pull.merged_at.as_deref()).filter(|_| pull.merged),
            node: pull.id,
            number: pull.number,
            title: pull.title,
            url: pull.url,
            repository: pull.repository.name_with_owner,
            base: pull.base_ref_name,
            head: pull.head_ref_oid,
            merge_commit: pull.merge_commit.map(|commit| commit.oid),
            author: pull.author.map(Account::from),
            authors: authors.map(PersonSeen::from).collect(),
            authors_whole,
            reviews_whole: pull.reviews.is_whole(),
            reviews: pull.reviews.nodes.into_iter().map(Review::from).collect(),
            head_seen: suites.iter().filter_map(|suite| time(Some(&suite.created_at))).min(),
            forced_by: force_push.as_ref().and_then(|push| push.actor.as_ref()).map(|actor| actor.login.clone()),
            // A push at a time that cannot be read is later than every review.
            force_push: force_push.map(|push| {
                let pushed = time(Some(&push.created_at)).unwrap_or(Timestamp::MAX);
                (pushed, push.after_commit.map(|commit| commit.oid))
            }),
        }
    }
}

impl From<Actor> for Account {
    fn from(actor: Actor) -> Self {
        // An app's account; whatever else GitHub may add is no person either.
        Self { bot: actor.kind != "User", login: actor.login }
    }
}

impl From<Author> for PersonSeen {
    fn from(author: Author) -> Self {
        Self { login: author.user.map(|user| user.login), email: author.email.unwrap_or_default() }
    }
}

impl From<PullReview> for Review {
    fn from(review: PullReview) -> Self {
        Self {
            author: review.author.map(Account::from),
            state: review.state,
            submitted: time(review.submitted_at.as_deref()),
            commit: review.commit.map(|commit| commit.oid),
            can_push: review.author_can_push_to_repository,
            url: review.url,
        }
    }
}
