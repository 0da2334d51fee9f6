//! The workflows that wait for a tag or a release, and whether they will be started.

use anyhow::Result;

use crate::io::files;
use crate::io::git::Repository;
use crate::io::session::Session;
use crate::report::{Failure, Finding, Level};
use crate::yaml::{self, Node, Value};

/// Those of the tracked files that are workflows which a pushed tag or a published release starts.
pub(super) fn workflows(repository: &Repository, tracked: &[String]) -> Vec<String> {
    let top = repository.work_tree();
    let read = |path: &String| files::read(&top.as_ref()?.join(path)).ok().flatten();
    tracked.iter().filter(|path| read(path).is_some_and(|text| waits_for_tag(path, &text))).cloned().collect()
}

/// What a workflow's own token does starts no workflow,
/// <https://docs.github.com/actions/using-workflows/triggering-a-workflow>. Said where some wait for it.
///
/// # Errors
/// Exit code 3 where the repository cannot be read.
pub(super) async fn warning(session: &Session<'_>) -> Result<Option<Finding>> {
    if !session.cx.environment.in_actions() {
        return Ok(None);
    }
    let waiting = workflows(&session.repository, &session.repository.tracked()?);
    let github = session.github().await?;
    if waiting.is_empty() || !github.has_token() {
        return Ok(None);
    }
    let names = waiting.join(", ");
    let message = match github.viewer().await {
        Ok(login) if login.starts_with("github-actions") => {
            format!("the tag will not start {names}: what a workflow's own token does starts no workflow")
        }
        Ok(_) => return Ok(None),
        Err(error) => {
            let why = Failure::from_error(&error).finding.message;
            format!("whether the tag starts {names} cannot be told: {why}")
        }
    };
    let help = "give zarpe the token of a GitHub App, or start them with `workflow_dispatch` or `workflow_run`";
    Ok(Some(Finding::new("tag/starts-nothing", Level::Warning, message).help(help)))
}

/// Whether a workflow is started by a pushed tag or a published release.
fn waits_for_tag(path: &str, text: &[u8]) -> bool {
    let is_workflow = path.starts_with(".github/workflows/") && (path.ends_with(".yml") || path.ends_with(".yaml"));
    let parse = || yaml::parse(path, std::str::from_utf8(text).ok()?, yaml::Limits::CONFIG).ok();
    let is_release = |node: &Node| matches!(&node.value, Value::String(event) if event == "release");
    let Some(workflow) = is_workflow.then(parse).flatten() else { return false };
    let Some(on) = workflow.get("on") else { return false };
    let tags = on.get("push").is_some_and(|push| push.get("tags").is_some());
    let listed = matches!(&on.value, Value::Sequence(events) if events.iter().any(is_release));
    tags || listed || is_release(on) || on.get("release").is_some()
}
