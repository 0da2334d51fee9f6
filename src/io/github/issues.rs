//! Comments on issues and pull requests, and the approving reviews of a pull request.

use anyhow::Result;
use http::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{GitHub, failure};
use crate::deploy::answers::{Answer, Author};
use crate::report::Failure;

/// What is asked of a pull request.
const REVIEWS: &str = include_str!("../queries/approvals.graphql");

/// A comment.
#[derive(Clone, Debug, Deserialize)]
pub struct Comment {
    /// Its number: a later comment has a larger one.
    pub id: u64,
    user: Option<User>,
    /// Its text.
    pub body: Option<String>,
    /// When it was written, by the server's clock.
    pub created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Clone, Debug, Deserialize)]
struct User {
    login: String,
    #[serde(rename = "type")]
    kind: String,
}

impl Comment {
    /// Who wrote it; `None` where the account is gone.
    #[must_use]
    pub fn login(&self) -> Option<&str> {
        self.user.as_ref().map(|user| user.login.as_str())
    }

    /// Whether it says something else than when it was written.
    #[must_use]
    pub fn is_edited(&self) -> bool {
        self.updated_at != self.created_at
    }

    /// As what somebody answers.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let author = self.user.as_ref().map_or(Author::Gone, |user| match user.kind.as_str() {
            "User" => Author::Person(user.login.clone()),
            _ => Author::Machine(user.login.clone()),
        });
        Answer {
            source: format!("comment {}", self.id),
            id: self.id,
            author,
            body: self.body.clone().unwrap_or_default(),
            at: self.created_at,
            edited: self.is_edited(),
            approves: false,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository {
    pull_request: Option<Pull>,
}

#[derive(Deserialize)]
struct Pull {
    reviews: Reviews,
}

#[derive(Deserialize)]
struct Reviews {
    nodes: Vec<Review>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Review {
    database_id: u64,
    body: String,
    submitted_at: Option<Timestamp>,
    last_edited_at: Option<Timestamp>,
    author: Option<Actor>,
}

#[derive(Deserialize)]
struct Actor {
    #[serde(rename = "__typename")]
    kind: String,
    login: String,
}

impl GitHub {
    /// Whether a number is that of a pull request, else of an issue.
    ///
    /// # Errors
    /// Exit code 3 where there is neither, or the token may not see it.
    pub async fn is_pull(&self, number: u64) -> Result<bool> {
        let issue: Value = self.get(&self.path(&format!("issues/{number}"))).await?;
        Ok(issue.get("pull_request").is_some_and(|pull| !pull.is_null()))
    }

    /// The comments on an issue or a pull request, oldest first.
    ///
    /// # Errors
    /// Exit code 3 where it is not there, or the token may not see it.
    pub async fn comments(&self, number: u64) -> Result<Vec<Comment>> {
        let path = self.path(&format!("issues/{number}/comments?per_page=100"));
        Ok(self.pages::<Vec<Comment>>(&path).await?.into_iter().flatten().collect())
    }

    /// Writes a comment.
    ///
    /// # Errors
    /// Exit code 3 where the token may not. Where no answer came it may be there: look.
    pub async fn comment(&self, number: u64, body: &str) -> Result<Comment> {
        let path = self.path(&format!("issues/{number}/comments"));
        self.send(Method::POST, &path, &json!({ "body": body })).await
    }

    /// The last hundred approving reviews of a pull request that stand, oldest first.
    ///
    /// # Errors
    /// Exit code 3 where they are not shown.
    pub async fn approvals(&self, number: u64) -> Result<Vec<Answer>> {
        let place = self.place();
        let variables = json!({ "owner": place.owner, "name": place.name, "number": number });
        let told = self.graphql::<Data>(REVIEWS, &variables).await?;
        if let Some(error) = told.errors.first() {
            let message = format!("GraphQL on {}: {}", place.host(), error.message);
            let help = "the token needs `pull-requests: read`";
            return Err(Failure::cannot_tell(failure::GRAPHQL, message).help(help).into());
        }
        let pull = told.data.and_then(|data| data.repository).and_then(|repository| repository.pull_request);
        let reviews = pull.map(|pull| pull.reviews.nodes).unwrap_or_default();
        // One without a time is not submitted.
        Ok(reviews.into_iter().filter_map(Review::answer).collect())
    }
}

impl Review {
    fn answer(self) -> Option<Answer> {
        let at = self.submitted_at?;
        let author = self.author.map_or(Author::Gone, |actor| match actor.kind.as_str() {
            "User" => Author::Person(actor.login),
            _ => Author::Machine(actor.login),
        });
        let edited = self.last_edited_at.is_some_and(|edited| edited > at);
        let source = format!("review {}", self.database_id);
        Some(Answer { source, id: self.database_id, author, body: self.body, at, edited, approves: true })
    }
}
