//! The pull requests that brought the commits of a release, and the accounts of those who wrote them: one request for a
//! hundred pull requests.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{GitHub, failure};
use crate::history::Sha;
use crate::notes::{Known, Pull, named_pull};
use crate::report::Failure;
use crate::version::Assessed;

/// What is asked.
const FRAGMENTS: &str = include_str!("../queries/pulls.graphql");

/// How many of each kind one query asks about.
const PAGE: usize = 100;

#[derive(Deserialize)]
struct Data {
    repository: Option<HashMap<String, Option<Value>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    number: u64,
    title: String,
    merged: bool,
    author: Option<Actor>,
    labels: Option<Nodes<Label>>,
    merge_commit: Option<Bare>,
    repository: Option<Named>,
}

#[derive(Deserialize)]
struct Actor {
    #[serde(rename = "__typename")]
    kind: String,
    login: String,
}

#[derive(Deserialize)]
struct Nodes<T> {
    nodes: Vec<T>,
}

#[derive(Deserialize)]
struct Label {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    name_with_owner: String,
}

/// A commit, as far as it is asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bare {
    authors: Option<Nodes<Author>>,
    associated_pull_requests: Option<Nodes<Told>>,
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

/// What GitHub knows of these commits. A number that names no merged pull request of the repository, and a commit that GitHub
/// does not have, are not known; a part of the answer that is kept back is an error.
///
/// # Errors
/// Exit code 3 where GitHub cannot be asked, or the token may not see pull requests.
pub async fn pulls(github: &GitHub, commits: &[Assessed]) -> Result<Known> {
    let told = || commits.iter().filter(|commit| !commit.is_cancelled());
    let named: HashMap<&Sha, u64> =
        told().filter_map(|commit| Some((&commit.sha, named_pull(&commit.subject)?))).collect();
    let numbers: Vec<u64> = named.values().copied().collect::<BTreeSet<u64>>().into_iter().collect();
    let bare: Vec<&Sha> = told().map(|commit| &commit.sha).filter(|sha| !named.contains_key(sha)).collect();
    let (mut numbered, mut known) = (HashMap::new(), Known::default());
    for at in 0..numbers.len().div_ceil(PAGE).max(bare.len().div_ceil(PAGE)) {
        let numbers = numbers.chunks(PAGE).nth(at).unwrap_or_default();
        let bare = bare.chunks(PAGE).nth(at).unwrap_or_default();
        let mut nodes = page(github, numbers, bare).await?;
        for number in numbers {
            if let Some(told) = node::<Told>(github, nodes.remove(&format!("p{number}")))? {
                people(told.merge_commit.as_ref(), &mut known);
                numbered.extend(told.pull().map(|pull| (*number, pull)));
            }
        }
        for (place, sha) in bare.iter().enumerate() {
            if let Some(commit) = node::<Bare>(github, nodes.remove(&format!("c{place}")))? {
                people(Some(&commit), &mut known);
                known.pulls.extend(commit.pull(github).map(|pull| ((*sha).clone(), pull)));
            }
        }
    }
    known
        .pulls
        .extend(named.into_iter().filter_map(|(sha, number)| Some((sha.clone(), numbered.get(&number)?.clone()))));
    Ok(known)
}

async fn page(github: &GitHub, numbers: &[u64], bare: &[&Sha]) -> Result<HashMap<String, Option<Value>>> {
    let numbered = numbers.iter().map(|number| format!("p{number}: pullRequest(number: {number}) {{ ...Numbered }}\n"));
    let bare = bare.iter().enumerate().map(|(at, sha)| format!("c{at}: object(oid: \"{sha}\") {{ ...Bare }}\n"));
    let lines: String = numbered.chain(bare).collect();
    let query = format!(
        "query Pulls($owner: String!, $name: String!) {{ repository(owner: $owner, name: $name) {{ {lines} }} }}\n{FRAGMENTS}"
    );
    let place = github.place();
    let answer = github.graphql::<Data>(&query, &json!({ "owner": place.owner, "name": place.name })).await?;
    // A number may be that of an issue: that there is no such pull request is an answer.
    if let Some(error) = answer.errors.iter().find(|error| error.kind != "NOT_FOUND" || error.path.len() < 2) {
        return Err(cannot_tell(github, &error.message));
    }
    answer
        .data
        .and_then(|data| data.repository)
        .ok_or_else(|| cannot_tell(github, &format!("{} is not shown", place.repository())))
}

fn node<T: serde::de::DeserializeOwned>(github: &GitHub, node: Option<Option<Value>>) -> Result<Option<T>> {
    node.flatten()
        .map(|node| serde_json::from_value(node).map_err(|error| cannot_tell(github, &error.to_string())))
        .transpose()
}

fn cannot_tell(github: &GitHub, why: &str) -> anyhow::Error {
    let message = format!("{} does not tell the pull requests of the release: {why}", github.place().host());
    Failure::cannot_tell(failure::GRAPHQL, message)
        .help("let the token read contents and pull requests; `zarpe notes --offline` goes by the commits alone")
        .into()
}

/// Keeps the accounts of who wrote a commit.
fn people(commit: Option<&Bare>, known: &mut Known) {
    let authors = commit.and_then(|commit| commit.authors.as_ref()).into_iter().flat_map(|authors| &authors.nodes);
    let accounts =
        authors.filter_map(|author| Some((author.email.as_ref()?.to_lowercase(), author.user.as_ref()?.login.clone())));
    known.accounts.extend(accounts);
}

impl Bare {
    /// The merged pull request of this repository that brought it.
    fn pull(self, github: &GitHub) -> Option<Pull> {
        let own = github.place().repository();
        let is_own = |told: &Told| {
            told.repository.as_ref().is_some_and(|named| named.name_with_owner.eq_ignore_ascii_case(&own))
        };
        self.associated_pull_requests?.nodes.into_iter().filter(is_own).find_map(Told::pull)
    }
}

impl Told {
    fn pull(self) -> Option<Pull> {
        let login = |actor: Actor| if actor.kind == "Bot" { format!("{}[bot]", actor.login) } else { actor.login };
        self.merged.then(|| Pull {
            number: self.number,
            title: self.title,
            labels: self.labels.into_iter().flat_map(|labels| labels.nodes).map(|label| label.name).collect(),
            author: self.author.map(login),
        })
    }
}
