//! The statuses of a commit by REST: asked again they cost nothing while they are the same, which a query cannot.

use anyhow::Result;
use jiff::Timestamp;
use serde::Deserialize;

use super::super::GitHub;
use super::whole;
use crate::history::Sha;
use crate::verify::Status;

#[derive(Deserialize)]
struct Page {
    total_count: usize,
    statuses: Vec<Context>,
}

#[derive(Deserialize)]
struct Context {
    context: String,
    state: String,
    target_url: Option<String>,
    created_at: Option<Timestamp>,
}

/// The newest status of each context. The combined state is not read: it is `pending` where there is none.
pub(super) async fn statuses(github: &GitHub, commit: &Sha) -> Result<Vec<Status>> {
    let pages: Vec<Page> = github.pages(&github.path(&format!("commits/{commit}/status?per_page=100"))).await?;
    let count = pages.first().map_or(0, |page| page.total_count);
    let statuses = pages.into_iter().flat_map(|page| page.statuses).map(Status::from).collect();
    whole("statuses", statuses, count)
}

impl From<Context> for Status {
    fn from(context: Context) -> Self {
        Self { context: context.context, state: context.state, registered: context.created_at, url: context.target_url }
    }
}
