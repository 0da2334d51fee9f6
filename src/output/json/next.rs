//! `next/v1`: the version that comes next, and everything that was weighed.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::config::TagNames;
use crate::report::ExitCode;
use crate::version::{Answer, Api, ApiChange, Assessed, Decision, PullAsk};

/// The version that comes next, and everything that was weighed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Next {
    /// Whether it is known: `yes`, `no` or `cannot-tell`.
    pub verdict: String,
    /// The version; `null` where there is nothing to release, or it is not known.
    pub version: Option<String>,
    /// The name of its tag.
    pub tag: Option<String>,
    /// What is raised: `none`, `patch`, `minor`, `major`, or `initial` for the first release.
    pub bump: String,
    /// The largest bump that anything asks for, before the rules for versions below 1.0.0.
    pub asked: String,
    /// The commit that would be released.
    pub sha: String,
    /// Its first seven digits.
    pub short_sha: String,
    /// The last release before it.
    pub previous: Option<Release>,
    /// Each commit since then, newest first.
    pub commits: Vec<Commit>,
    /// The OpenAPI documents.
    pub openapi: OpenApi,
    /// What the merged pull requests ask for by their labels; `null` where labels may not ask.
    pub labels: Option<Vec<Label>>,
    /// The folder that alone counts; `null` where every commit does.
    pub path: Option<String>,
    /// Whose tags were read: `clone`, and the remote was not asked, or `remote`.
    pub tags: String,
}

/// What a merged pull request asks for by its labels.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Label {
    /// Number of the pull request.
    pub pull_request: u64,
    /// The label that asks for the most.
    pub label: Option<String>,
    /// `none`, `patch`, `minor` or `major`.
    pub bump: String,
}

/// A release.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Release {
    /// Name of the tag.
    pub tag: String,
    /// The version.
    pub version: String,
    /// The commit.
    pub sha: String,
}

/// A commit and what it asks for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Commit {
    /// The commit.
    pub sha: String,
    /// First line of its message.
    pub subject: String,
    /// `none`, `patch`, `minor` or `major`.
    pub bump: String,
    /// Why.
    pub reason: String,
    /// Where its message departs from Conventional Commits 1.0.0.
    pub remarks: Vec<String>,
}

/// What the OpenAPI documents' difference asks for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenApi {
    /// Whether they were compared: `yes`, `no` or `cannot-tell`.
    pub compared: String,
    /// `none`, `minor` or `major`.
    pub bump: String,
    /// What changed.
    pub changes: Vec<Change>,
}

/// A change of an OpenAPI document.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Change {
    /// `breaks`, `deprecates`, `adds` or `changes`.
    pub effect: String,
    /// The operation or the part of the document.
    pub place: String,
    /// What changed.
    pub text: String,
    /// The commits that made it; `null` where it breaks nobody, or they are not known.
    pub made: Option<Made>,
}

/// The commits that made a change of an OpenAPI document.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Made {
    /// The last commit without the change; `null` for the last release.
    pub after: Option<String>,
    /// The first commit that is known to have it.
    pub by: String,
    /// Whether that commit alone touches the document since.
    pub alone: bool,
}

impl Document for Next {
    const NAME: &'static str = "next/v1";
}

impl Next {
    /// The document of a decision.
    #[must_use]
    pub fn new(decision: &Decision, names: &TagNames) -> Self {
        let exit = match &decision.answer {
            Answer::Release(_) | Answer::Nothing => ExitCode::Done,
            Answer::Stopped(failure) => failure.exit,
        };
        Self {
            verdict: exit.verdict().word().to_owned(),
            version: decision.version().map(ToString::to_string),
            tag: decision.version().map(|version| names.name.name(version)),
            bump: decision.raised().to_owned(),
            asked: decision.asked.as_str().to_owned(),
            sha: decision.head.to_string(),
            short_sha: decision.head.short().to_owned(),
            previous: decision.base.as_ref().map(Release::from),
            commits: decision.commits.iter().map(Commit::from).collect(),
            openapi: OpenApi::from(&decision.api),
            labels: decision.labels.as_ref().map(|asks| asks.iter().map(Label::from).collect()),
            path: decision.path.clone(),
            tags: if decision.asked_remote { "remote" } else { "clone" }.to_owned(),
        }
    }
}

impl From<&crate::history::Release> for Release {
    fn from(release: &crate::history::Release) -> Self {
        Self { tag: release.tag.clone(), version: release.version.to_string(), sha: release.commit.to_string() }
    }
}

impl From<&Assessed> for Commit {
    fn from(commit: &Assessed) -> Self {
        Self {
            sha: commit.sha.to_string(),
            subject: commit.subject.clone(),
            bump: commit.bump.as_str().to_owned(),
            reason: commit.reason.to_string(),
            remarks: commit.reading.remarks.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<&PullAsk> for Label {
    fn from(ask: &PullAsk) -> Self {
        Self { pull_request: ask.number, label: ask.label.clone(), bump: ask.bump.as_str().to_owned() }
    }
}

impl From<&Api> for OpenApi {
    fn from(api: &Api) -> Self {
        let compared = match api {
            Api::NotCompared => "no",
            Api::Changes(_) => "yes",
            Api::CannotTell { .. } => "cannot-tell",
        };
        Self {
            compared: compared.to_owned(),
            bump: api.bump().as_str().to_owned(),
            changes: api.changes().iter().map(Change::from).collect(),
        }
    }
}

impl From<&ApiChange> for Change {
    fn from(change: &ApiChange) -> Self {
        let made = change.made.as_ref().map(|made| Made {
            after: made.after.as_ref().map(ToString::to_string),
            by: made.by.to_string(),
            alone: made.alone,
        });
        let effect = change.effect.as_str().to_owned();
        Self { effect, place: change.place.clone(), text: change.text.clone(), made }
    }
}
