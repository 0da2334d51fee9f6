//! `zarpe notes --preview`: what merging a pull request gives. It reads the clone and the event that GitHub Actions hands over;
//! no token, no network, no right to push.

use std::collections::HashSet;

use anyhow::Result;

use super::style::Style;
use super::{Options, make};
use crate::commands::{Outcome, next};
use crate::context::Context;
use crate::history::{Commit, Sha};
use crate::io::files;
use crate::io::git::Repository;
use crate::notes::{Known, Notes, Proposal, Pull, preview};
use crate::output::json::Document as _;
use crate::output::json::preview::Preview;
use crate::report::Failure;
use crate::version::Decision;

/// How GitHub merges a pull request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum MergeMethod {
    /// One commit with the title of the pull request.
    #[default]
    Squash,
    /// The commits, and a merge.
    Merge,
    /// The commits anew.
    Rebase,
}

/// The pull request and its commits.
struct Subject {
    proposal: Proposal,
    base: Sha,
    head: Sha,
    /// What the event tells of it.
    pull: Option<Pull>,
}

/// Gathers, judges, and says what merging gives.
///
/// # Errors
/// Exit code 2 where it is not known which pull request is meant, 3 where the repository cannot be read.
pub(super) async fn run(cx: &Context, repository: &Repository, style: &Style, options: &Options) -> Result<Outcome> {
    let subject = subject(cx, repository, options)?;
    let (mut history, asked_remote) = next::history(cx, repository, &subject.head).await?;
    let commits = repository.range(Some(&subject.base), &subject.head)?;
    let own: HashSet<&Sha> = commits.iter().map(|commit| &commit.sha).collect();
    let brought: Vec<Commit> = match options.merge_method {
        MergeMethod::Squash => subject.proposal.squashed(&commits, &subject.base).into_iter().collect(),
        MergeMethod::Merge | MergeMethod::Rebase => commits.clone(),
    };
    history.commits.retain(|commit| !own.contains(&commit.sha));
    history.commits.splice(0..0, brought);
    let branch = cx.config.branch.as_deref();
    let asked = next::Subject { repository, history: &history, branch, asked_remote };
    let decision = next::judge(cx, asked, &next::Wanted::default()).await?;
    let (mut added, assessed) = added(&decision, &own, style, subject.pull.as_ref());
    // What others changed in the API since the last release is not what this pull request adds.
    added.api = make::api(cx, repository, Some(("the base", &subject.base)), &subject.head)?;
    let mut report = preview::report(&decision, &cx.config.tag, &added, &assessed);
    report.document = Preview::new(&subject.proposal, &decision, &cx.config.tag, &added, &assessed).value();
    Ok(Outcome::report(report))
}

/// The notes of what the pull request itself brings.
fn added(
    decision: &Decision,
    own: &HashSet<&Sha>,
    style: &Style,
    pull: Option<&Pull>,
) -> (Notes, Vec<crate::version::Assessed>) {
    let brought: Vec<_> = decision.commits.iter().filter(|commit| own.contains(&commit.sha)).cloned().collect();
    let pulls = pull.into_iter().flat_map(|pull| brought.iter().map(|commit| (commit.sha.clone(), pull.clone())));
    let known = Known { pulls: pulls.collect(), ..Known::default() };
    (style.notes(&brought, &known), brought)
}

/// Which pull request is meant: by the event of GitHub Actions, by the command line where that says more.
fn subject(cx: &Context, repository: &Repository, options: &Options) -> Result<Subject> {
    let event = event(cx)?;
    let pull = event.as_ref().map(|event| &event["pull_request"]).filter(|pull| pull.is_object());
    let text = |pull: &serde_json::Value, path: &str| {
        pull.pointer(path).and_then(|value| value.as_str()).map(ToOwned::to_owned)
    };
    let title = options.title.clone().or_else(|| text(pull?, "/title"));
    let checked_out = repository.head()?.commit;
    let head = repository.commit(&checked_out)?;
    // actions/checkout makes the merge that GitHub tried: its first parent is the base as it is now.
    let merged = |pull: &serde_json::Value| Some(text(pull, "/head/sha")? == head.parents.get(1)?.as_str());
    let base = match (&options.base, pull) {
        (Some(base), _) => Some(repository.resolve(base)?),
        (None, Some(pull)) if merged(pull) == Some(true) => head.parents.first().cloned(),
        (None, Some(pull)) => text(pull, "/base/sha").map(|sha| repository.resolve(&sha)).transpose()?,
        (None, None) => None,
    };
    let (Some(title), Some(base)) = (title, base) else {
        return Err(Failure::usage("notes/preview", "it is not known which pull request is meant")
            .help("run it on `pull_request` in GitHub Actions, or say it: --title TITLE --base origin/main")
            .into());
    };
    let number = pull.and_then(|pull| pull["number"].as_u64());
    let pull = pull.map(|pull| told(pull, &title));
    Ok(Subject { proposal: Proposal { number, title }, base, head: checked_out, pull })
}

/// The pull request as the event has it, under the title that counts.
fn told(pull: &serde_json::Value, title: &str) -> Pull {
    let labels = pull["labels"].as_array().into_iter().flatten().filter_map(|label| label["name"].as_str());
    Pull {
        number: pull["number"].as_u64().unwrap_or_default(),
        title: title.to_owned(),
        labels: labels.map(ToOwned::to_owned).collect(),
        author: pull.pointer("/user/login").and_then(serde_json::Value::as_str).map(ToOwned::to_owned),
    }
}

/// The event that started the workflow, where there is one.
fn event(cx: &Context) -> Result<Option<serde_json::Value>> {
    let Some(path) = cx.environment.get("GITHUB_EVENT_PATH") else { return Ok(None) };
    let wrong = |why: String| {
        Failure::usage("notes/event", format!("the event of the workflow cannot be read: {why}"))
            .help("GITHUB_EVENT_PATH must name the file that GitHub Actions wrote")
    };
    let bytes = files::read(std::path::Path::new(path))?.ok_or_else(|| wrong(format!("there is no file {path}")))?;
    serde_json::from_slice(&bytes).map(Some).map_err(|error| wrong(error.to_string()).into())
}
