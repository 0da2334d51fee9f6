//! The teams that reviewers approved for.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use super::super::{GitHub, failure};
use crate::report::Failure;

const QUERY: &str = include_str!("../../queries/behalf.graphql");

/// How many pull requests one request asks for.
const TOGETHER: usize = 20;

#[derive(Deserialize)]
struct Answer {
    nodes: Vec<Option<Pull>>,
}

#[derive(Deserialize)]
struct Pull {
    number: u64,
    reviews: Nodes<Review>,
}

#[derive(Deserialize)]
struct Nodes<T> {
    nodes: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Review {
    author: Option<Author>,
    on_behalf_of: Nodes<Team>,
}

#[derive(Deserialize)]
struct Author {
    login: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Team {
    combined_slug: String,
}

/// The teams by pull request and by the login of the reviewer. `ids` are GraphQL's names of the pull requests.
///
/// # Errors
/// Exit code 3 where GitHub does not show them.
pub async fn teams(github: &GitHub, ids: &[String]) -> Result<HashMap<u64, BTreeMap<String, Vec<String>>>> {
    let mut all = HashMap::new();
    for ids in ids.chunks(TOGETHER) {
        let answer = github.graphql::<Answer>(QUERY, &json!({ "ids": ids })).await?;
        if let Some(error) = answer.errors.first() {
            let message = format!("GraphQL on {}: {}", github.place().host(), error.message);
            let rule = if error.kind == "FORBIDDEN" { failure::FORBIDDEN } else { failure::GRAPHQL };
            return Err(Failure::cannot_tell(rule, message).into());
        }
        for pull in answer.data.into_iter().flat_map(|data| data.nodes).flatten() {
            let teams: &mut BTreeMap<String, Vec<String>> = all.entry(pull.number).or_default();
            for review in pull.reviews.nodes {
                let Some(author) = review.author else { continue };
                let slugs = review.on_behalf_of.nodes.into_iter().map(|team| team.combined_slug);
                teams.entry(author.login).or_default().extend(slugs);
            }
        }
    }
    Ok(all)
}
