//! An issue that is opened once: whoever asks again finds it by its mark.

use anyhow::Result;
use http::Method;
use serde::Deserialize;
use serde_json::json;

use crate::effect::{Applied, EnsureIssue};
use crate::io::github::{GitHub, segment};
use crate::io::session::Session;

#[derive(Debug, Deserialize)]
struct Issue {
    number: u64,
    #[serde(default)]
    body: Option<String>,
    html_url: String,
}

pub(super) async fn ensure(session: &Session<'_>, wanted: &EnsureIssue) -> Result<Applied> {
    let github = session.github().await?;
    let (issue, changed) = match find(github, wanted).await? {
        Some(issue) => (issue, false),
        None => (open(github, wanted).await?, true),
    };
    Ok(Applied { what: issue.text(), changed })
}

/// The issue, where it is there.
pub(super) async fn there(session: &Session<'_>, wanted: &EnsureIssue) -> Result<Option<String>> {
    Ok(find(session.github().await?, wanted).await?.map(|issue| issue.text()))
}

impl Issue {
    fn text(&self) -> String {
        format!("issue #{} is there: {}", self.number, self.html_url)
    }
}

async fn find(github: &GitHub, wanted: &EnsureIssue) -> Result<Option<Issue>> {
    let since = segment(&wanted.since.to_string());
    let path = github.path(&format!("issues?state=all&sort=created&direction=desc&per_page=100&since={since}"));
    let pages: Vec<Vec<Issue>> = github.pages(&path).await?;
    let has_mark = |issue: &Issue| issue.body.as_deref().unwrap_or_default().contains(&wanted.mark);
    Ok(pages.into_iter().flatten().find(has_mark))
}

/// Opens it. Where the answer was lost, the list has it.
async fn open(github: &GitHub, wanted: &EnsureIssue) -> Result<Issue> {
    let body = json!({ "title": wanted.title, "body": wanted.body });
    match github.send(Method::POST, &github.path("issues"), &body).await {
        Ok(issue) => Ok(issue),
        Err(error) => find(github, wanted).await?.ok_or(error),
    }
}
