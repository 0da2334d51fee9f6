//! The labels of the pull requests that brought commits: one request for a hundred commits.

use std::collections::HashMap;

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use super::{GitHub, failure};
use crate::history::{Commit, Sha};
use crate::report::Failure;
use crate::version::LabelledPull;

/// What is asked of each commit.
const FRAGMENT: &str = include_str!("../queries/labels.graphql");

/// How many commits one query asks about.
const COMMITS: usize = 100;

#[derive(Deserialize)]
struct Answer {
    repository: Option<HashMap<String, Option<Node>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    oid: String,
    associated_pull_requests: Option<List<Pull>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List<T> {
    total_count: usize,
    nodes: Vec<T>,
}

#[derive(Deserialize)]
struct Pull {
    number: u64,
    merged: bool,
    repository: Named,
    labels: Option<List<Label>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    name_with_owner: String,
}

#[derive(Deserialize)]
struct Label {
    name: String,
}

/// The merged pull requests of this repository that brought each of the commits. A list that is not whole is no answer.
///
/// # Errors
/// Exit code 3 where there is no token, GitHub cannot be asked, a commit is not there, or a part of the answer is left out.
pub async fn labels(github: &GitHub, commits: &[Commit]) -> Result<HashMap<Sha, Vec<LabelledPull>>> {
    if !github.has_token() {
        return Err(Failure::cannot_tell(
            "version/labels",
            "`version.from: labels` asks for the labels of pull requests, and there is no token to read them with",
        )
        .help("set ZARPE_TOKEN or GITHUB_TOKEN to a token that reads pull requests, or leave `labels` out of `version.from`")
        .into());
    }
    let mut pulls = HashMap::new();
    for commits in commits.chunks(COMMITS) {
        for node in page(github, commits).await? {
            let (sha, found) = read(github, node)?;
            pulls.insert(sha, found);
        }
    }
    Ok(pulls)
}

async fn page(github: &GitHub, commits: &[Commit]) -> Result<Vec<Node>> {
    let place = github.place();
    let line = |(at, commit): (usize, &Commit)| format!("c{at}: object(oid: \"{}\") {{ ...Labels }}\n", commit.sha);
    let lines: String = commits.iter().enumerate().map(line).collect();
    let query = format!(
        "query Labels($owner: String!, $name: String!) {{ repository(owner: $owner, name: $name) {{ {lines} }} }}\n{FRAGMENT}"
    );
    let variables = json!({ "owner": place.owner, "name": place.name });
    let answer = github.graphql::<Answer>(&query, &variables).await?;
    // A part that is left out is null in the data, and null reads as no labels: so no part of it is believed.
    if let Some(error) = answer.errors.first() {
        return Err(Failure::cannot_tell(failure::GRAPHQL, format!("GraphQL on {}: {}", place.host(), error.message))
            .help("the token needs to read contents and pull requests")
            .into());
    }
    let mut nodes = answer.data.and_then(|data| data.repository).ok_or_else(|| {
        Failure::cannot_tell(failure::NOT_FOUND, format!("{} does not show {}", place.host(), place.repository()))
            .help("see that the token may read it, or name another: GITHUB_REPOSITORY=OWNER/NAME")
    })?;
    let found = commits.iter().enumerate().map(|(at, commit)| {
        nodes.remove(&format!("c{at}")).flatten().filter(|node| node.oid == commit.sha.as_str()).ok_or_else(|| {
            Failure::cannot_tell(
                "version/labels",
                format!("commit {} is not on GitHub, so its labels are not known", commit.sha.short()),
            )
            .help("push it first")
            .into()
        })
    });
    found.collect()
}

fn read(github: &GitHub, node: Node) -> Result<(Sha, Vec<LabelledPull>)> {
    let sha = Sha::parse(&node.oid)?;
    let list = node.associated_pull_requests.ok_or_else(|| partial(&sha, "pull requests"))?;
    if list.nodes.len() < list.total_count {
        return Err(partial(&sha, "pull requests"));
    }
    let own = github.place().repository();
    let mut pulls = Vec::new();
    for pull in list.nodes {
        if !pull.merged || !pull.repository.name_with_owner.eq_ignore_ascii_case(&own) {
            continue;
        }
        let labels = pull.labels.unwrap_or(List { total_count: 0, nodes: Vec::new() });
        if labels.nodes.len() < labels.total_count {
            return Err(partial(&sha, "labels"));
        }
        let labels = labels.nodes.into_iter().map(|label| label.name).collect();
        pulls.push(LabelledPull { number: pull.number, labels });
    }
    Ok((sha, pulls))
}

fn partial(sha: &Sha, what: &str) -> anyhow::Error {
    let message = format!("GitHub does not show all {what} of commit {}", sha.short());
    Failure::cannot_tell(failure::ANSWER, message).help("name the version: --version X.Y.Z").into()
}
