//! The open pull request of a branch, once, with this title and this text.

use anyhow::Result;
use http::Method;
use serde::Deserialize;
use serde_json::json;

use crate::effect::{Applied, EnsurePullRequest};
use crate::io::github::{GitHub, segment};
use crate::io::session::Session;

#[derive(Debug, Deserialize)]
struct Pull {
    number: u64,
    title: String,
    #[serde(default)]
    body: Option<String>,
    html_url: String,
}

pub(super) async fn ensure(session: &Session<'_>, wanted: &EnsurePullRequest) -> Result<Applied> {
    let github = session.github().await?;
    let (pull, changed) = match find(github, wanted).await? {
        None => (open(github, wanted).await?, true),
        Some(pull) if pull.title == wanted.title && same(pull.body.as_deref(), &wanted.body) => (pull, false),
        Some(pull) => {
            let path = github.path(&format!("pulls/{}", pull.number));
            (github.send(Method::PATCH, &path, &json!({ "title": wanted.title, "body": wanted.body })).await?, true)
        }
    };
    Ok(Applied { what: format!("pull request #{} is open: {}", pull.number, pull.html_url), changed })
}

/// GitHub keeps line ends as they were sent, and people who edit in the browser send others.
fn same(there: Option<&str>, wanted: &str) -> bool {
    there.unwrap_or_default().replace("\r\n", "\n").trim() == wanted.trim()
}

async fn find(github: &GitHub, wanted: &EnsurePullRequest) -> Result<Option<Pull>> {
    let head = segment(&format!("{}:{}", github.place().owner, wanted.branch));
    let path = github.path(&format!("pulls?state=open&base={}&head={head}", segment(&wanted.base)));
    Ok(github.get::<Vec<Pull>>(&path).await?.into_iter().next())
}

/// Opens it. Where the answer was lost, or another run was faster, the list has it.
async fn open(github: &GitHub, wanted: &EnsurePullRequest) -> Result<Pull> {
    let body = json!({ "title": wanted.title, "body": wanted.body, "head": wanted.branch, "base": wanted.base });
    match github.send(Method::POST, &github.path("pulls"), &body).await {
        Ok(pull) => Ok(pull),
        Err(error) => find(github, wanted).await?.ok_or(error),
    }
}
