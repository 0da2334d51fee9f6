//! The statuses of a commit and the pull requests of its range, by the one GraphQL query.

use std::collections::HashMap;

use anyhow::Result;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::super::{GitHub, GraphQl, GraphQlError, failure};
use super::pull::{List, PullRequest, time};
use super::rules::UpdateRule;
use super::{Cost, QUERY, Question, lacking};
use crate::history::{Commit, Sha};
use crate::report::Failure;
use crate::verify::{Change, Pull, Queued, Status};

/// How many pages of a hundred commits are read. A range can lie deeper than its length: history is in the order of dates.
const PAGES: usize = 50;

/// What the query tells.
#[derive(Clone)]
pub(super) struct Found {
    /// `OWNER/NAME` as it is now: the one asked for may be a former name.
    pub(super) repository: String,
    pub(super) statuses: Vec<Status>,
    /// When the commit was made, by the clock of whoever made it.
    pub(super) committed: Option<Timestamp>,
    /// The commits asked for, in their order.
    pub(super) changes: Vec<Change>,
    /// Classic protection, where there is any that is visible.
    pub(super) protection: Option<UpdateRule>,
    pub(super) cost: Cost,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    rate_limit: Option<Cost>,
    repository: Option<Repository>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository {
    name_with_owner: String,
    #[serde(rename = "ref")]
    reference: Option<Reference>,
    object: Option<Object>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    ref_update_rule: Option<UpdateRule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    committed_date: Option<String>,
    status: Option<Contexts>,
    history: Option<History>,
}

#[derive(Deserialize)]
struct Contexts {
    contexts: Vec<Context>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    context: String,
    state: String,
    target_url: Option<String>,
    created_at: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct History {
    page_info: PageInfo,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    oid: String,
    url: String,
    associated_pull_requests: List<PullRequest>,
}

/// Asks page by page until every commit of the range was seen.
pub(super) async fn read(github: &GitHub, question: &Question<'_>) -> Result<Found> {
    let wanted: &[Commit] = question.range.as_ref().map_or(&[], |range| &range.commits);
    let mut known: HashMap<String, Node> = HashMap::new();
    let mut cursor = None;
    let mut cost = Cost::default();
    let mut first: Option<Found> = None;
    for _ in 0..PAGES {
        let answer = page(github, question, cursor.as_deref()).await?;
        cost = answer.rate_limit.map_or(cost, |page| Cost { cost: cost.cost + page.cost, ..page });
        let repository = answer.repository.ok_or_else(|| lacking("the repository"))?;
        let object = repository.object.ok_or_else(|| not_on_github(question.commit))?;
        let history = object.history.ok_or_else(|| lacking("the commit's history"))?;
        let contexts = object.status.map(|status| status.contexts).unwrap_or_default();
        first.get_or_insert_with(|| Found {
            repository: repository.name_with_owner,
            statuses: contexts.into_iter().map(Status::from).collect(),
            committed: time(object.committed_date.as_deref()),
            changes: Vec::new(),
            protection: repository.reference.and_then(|reference| reference.ref_update_rule),
            cost,
        });
        known.extend(history.nodes.into_iter().map(|node| (node.oid.clone(), node)));
        let all = wanted.iter().all(|commit| known.contains_key(commit.sha.as_str()));
        if all || !history.page_info.has_next_page {
            break;
        }
        cursor = history.page_info.end_cursor;
    }
    let first = first.ok_or_else(|| lacking("an answer"))?;
    let changes = wanted.iter().map(|commit| change(commit, known.remove(commit.sha.as_str())));
    Ok(Found { changes: changes.collect::<Result<_>>()?, cost, ..first })
}

async fn page(github: &GitHub, question: &Question<'_>, cursor: Option<&str>) -> Result<Answer> {
    let place = github.place();
    let variables = json!({
        "owner": place.owner,
        "name": place.name,
        "oid": question.commit.as_str(),
        "branch": format!("refs/heads/{}", question.branch),
        "cursor": cursor,
    });
    believed(github, github.graphql::<Answer>(QUERY, &variables).await?)
}

/// The data of an answer. A part that is left out is null in the data, and null reads as nothing: so no part of it is believed,
/// but where it is only the check suites, which tell when a head was pushed: without them it is not known.
pub(super) fn believed<T>(github: &GitHub, answer: GraphQl<T>) -> Result<T> {
    let no_suites = |error: &&GraphQlError| {
        error.kind == "FORBIDDEN" && error.path.last().and_then(|last| last.as_str()) == Some("checkSuites")
    };
    match (answer.errors.iter().find(|error| !no_suites(error)), answer.data) {
        (None, Some(data)) => Ok(data),
        (Some(error), _) => {
            let rule = match error.kind.as_str() {
                "FORBIDDEN" | "NOT_FOUND" | "INSUFFICIENT_SCOPES" => failure::FORBIDDEN,
                _ => failure::GRAPHQL,
            };
            let message = format!("GraphQL on {}: {}", github.place().host(), error.message);
            Err(Failure::cannot_tell(rule, message)
                .help("the token needs to read contents, pull requests, checks and statuses")
                .into())
        }
        (None, None) => Err(lacking("any data").into()),
    }
}

fn not_on_github(commit: &Sha) -> Failure {
    Failure::cannot_tell(failure::UNPROCESSABLE, format!("commit {} is not on GitHub", commit.short()))
        .help("push it first")
}

fn change(commit: &Commit, node: Option<Node>) -> Result<Change> {
    let Some(node) = node else {
        return Err(Failure::cannot_tell(
            failure::ANSWER,
            format!("GitHub does not show commit {} within {} commits of history", commit.sha.short(), PAGES * 100),
        )
        .help("begin the range later: `--since` or `verify.since`")
        .into());
    };
    let pulls = node.associated_pull_requests;
    Ok(Change {
        commit: commit.sha.clone(),
        subject: commit.subject().to_owned(),
        url: node.url,
        pulls_whole: pulls.is_whole(),
        pulls: pulls.nodes.into_iter().map(Pull::from).collect(),
        queued: Queued::No,
        author: commit.author.email.clone(),
        files: None,
    })
}

impl From<Context> for Status {
    fn from(context: Context) -> Self {
        Self {
            context: context.context,
            state: context.state.to_lowercase(),
            registered: time(context.created_at.as_deref()),
            url: context.target_url,
        }
    }
}
