//! The decision: the largest bump that anything asks for, applied to the last release; the 0.x rules, pre-releases and the
//! checks that keep a version from being given twice or from running ahead of a later line.

use std::collections::HashSet;

use anyhow::Result;
use semver::Version;

use super::bump::{core, pre_release};
use super::{Api, Assessed, Bump, assess};
use crate::history::{CutOff, History, Release, Sha};
use crate::report::{ExitCode, Failure, Finding, Level};

/// What the user wants of the next version.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The version of the first release.
    pub initial: Version,
    /// Whether commits may ask for a version.
    pub commits: bool,
    /// Raise at least this part.
    pub at_least: Bump,
    /// Exactly this version.
    pub exactly: Option<Version>,
    /// A pre-release in this channel.
    pub channel: Option<Channel>,
}

/// The channel of a pre-release.
#[derive(Clone, Debug)]
pub struct Channel {
    /// `rc`, `beta`, ….
    pub name: String,
    /// The commits that no pre-release has yet; without any pre-release, `None`.
    pub fresh: Option<HashSet<Sha>>,
}

/// What the next version is, and everything that was weighed.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The commit that would be released.
    pub head: Sha,
    /// The last release before it.
    pub base: Option<Release>,
    /// The answer.
    pub answer: Answer,
    /// The largest bump that anything asks for, before the 0.x rules.
    pub asked: Bump,
    /// Each commit of the range, newest first.
    pub commits: Vec<Assessed>,
    /// The OpenAPI documents.
    pub api: Api,
    /// What should be known beside the answer.
    pub findings: Vec<Finding>,
}

/// The answer to "which version comes next?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This one.
    Release(Version),
    /// None: there is nothing to release.
    Nothing,
    /// It cannot be told, or what is asked for cannot be.
    Stopped(Failure),
}

impl Decision {
    /// The version that comes next.
    #[must_use]
    pub fn version(&self) -> Option<&Version> {
        if let Answer::Release(version) = &self.answer { Some(version) } else { None }
    }

    /// What the answer raises: `initial` for the first release.
    #[must_use]
    pub fn raised(&self) -> &'static str {
        match (self.version(), &self.base) {
            (None, _) => Bump::None.as_str(),
            (Some(_), None) => "initial",
            (Some(next), Some(base)) => Bump::between(&base.version, next).as_str(),
        }
    }
}

/// Decides. `api` is the difference of the documents between the last release and the commit.
#[must_use]
pub fn decide(history: &History, api: Api, policy: &Policy) -> Decision {
    let commits = assess(&history.commits);
    let asked = asked(&commits, &api, policy);
    let mut findings = findings(history, &commits, policy);
    let answer = answer(history, &commits, &api, asked, policy, &mut findings)
        .unwrap_or_else(|error| Answer::Stopped(Failure::from_error(&error)));
    Decision { head: history.head.clone(), base: history.base.clone(), answer, asked, commits, api, findings }
}

fn asked(commits: &[Assessed], api: &Api, policy: &Policy) -> Bump {
    let commits = commits.iter().filter(|_| policy.commits).map(|commit| commit.bump).max().unwrap_or_default();
    commits.max(api.bump())
}

fn answer(
    history: &History,
    commits: &[Assessed],
    api: &Api,
    asked: Bump,
    policy: &Policy,
    findings: &mut Vec<Finding>,
) -> Result<Answer> {
    if let Some(cut_off) = history.cut_off {
        return Err(missing_history(cut_off).into());
    }
    if let Api::CannotTell { finding, .. } = api {
        // Nothing asks for more than a major version, and nothing overrules what a person asks for.
        if asked < Bump::Major && policy.exactly.is_none() {
            return Err(Failure { exit: ExitCode::CannotTell, finding: finding.clone() }.into());
        }
        findings.push(Finding { level: Level::Warning, ..finding.clone() });
    }
    if is_nothing(history, commits, asked, policy) {
        return Ok(Answer::Nothing);
    }
    let version = match &policy.exactly {
        Some(version) => version.clone(),
        None => following(history, asked, policy)?,
    };
    check(history, &version, policy)?;
    if policy.exactly.is_some() {
        findings.extend(too_small(history, &version, asked));
    }
    Ok(Answer::Release(version))
}

/// Whether there is nothing to release: no commit, or none that asks for a version. The first release needs only a commit.
fn is_nothing(history: &History, commits: &[Assessed], asked: Bump, policy: &Policy) -> bool {
    let fresh = policy.channel.as_ref().and_then(|channel| channel.fresh.as_ref());
    let nothing_fresh = fresh.is_some_and(|fresh| {
        let mut new = commits.iter().filter(|commit| fresh.contains(&commit.sha)).peekable();
        new.peek().is_none() || (policy.commits && new.all(|commit| commit.bump == Bump::None))
    });
    let nothing_asked = history.base.is_some() && asked == Bump::None;
    let wanted = policy.exactly.is_some() || policy.at_least > Bump::None;
    history.commits.is_empty() || (!wanted && (nothing_asked || nothing_fresh))
}

/// The version that the rules give.
fn following(history: &History, asked: Bump, policy: &Policy) -> Result<Version> {
    let final_version = match &history.base {
        Some(base) => {
            let rules = if base.version.major == 0 { asked.before_one() } else { asked };
            rules.max(policy.at_least).apply(&base.version).ok_or_else(|| too_large(&base.version))?
        }
        None => first(history, policy)?,
    };
    // A version never goes back behind a pre-release that leads to this commit.
    let reached = history.pre_release.as_ref().map(|release| core(&release.version));
    let final_version = reached.map_or(final_version.clone(), |reached| reached.max(final_version));
    match &policy.channel {
        None => Ok(final_version),
        Some(channel) => pre_release(&final_version, &channel.name, &history.versions).ok_or_else(|| {
            Failure::usage("version/channel", format!("`{}` is no channel for pre-releases", channel.name))
                .help("use letters, digits and hyphens: --pre rc")
                .into()
        }),
    }
}

/// The version of the first release. Where others were released, but not before this commit, nobody can tell what this is.
fn first(history: &History, policy: &Policy) -> Result<Version> {
    match history.versions.first() {
        Some(version) if history.pre_release.is_none() => Err(Failure::cannot_tell(
            "version/unrelated",
            format!("{version} was released, but no release is an ancestor of {}", history.head.short()),
        )
        .help("release from a commit behind the last release, or name the version: --version X.Y.Z")
        .into()),
        _ => Ok(policy.initial.clone()),
    }
}

/// Refuses a version that is not greater than those before it, that is given already, or that runs ahead of a later line.
fn check(history: &History, version: &Version, policy: &Policy) -> Result<()> {
    let before = [&history.base, &history.pre_release].into_iter().flatten();
    if let Some(release) = before.max_by_key(|release| &release.version).filter(|release| *version <= release.version) {
        return Err(Failure::usage(
            "version/not-greater",
            format!("{version} is not greater than {}, which is before this commit", release.version),
        )
        .help("name a greater version, or leave it to zarpe")
        .into());
    }
    if history.versions.contains(version) {
        return Err(Failure::refused(
            "version/taken",
            format!("{version} is released already, at a commit that is not before this one"),
        )
        .help("release from a commit behind it, or name a free version: --version X.Y.Z")
        .into());
    }
    if policy.exactly.is_none()
        && let Some(later) = later_line(history).filter(|later| version >= later)
    {
        return Err(Failure::refused(
            "version/later-line",
            format!("{version} would run ahead of {later}, which is released from another branch"),
        )
        .help("keep what asks for it off this branch, or name the version: --version X.Y.Z")
        .into());
    }
    Ok(())
}

/// The lowest release of a later line (another major or minor part) that is not before this commit: where there is one, this
/// commit is on a maintenance branch.
fn later_line(history: &History) -> Option<&Version> {
    let base = &history.base.as_ref()?.version;
    let later =
        |version: &&Version| version.pre.is_empty() && (version.major, version.minor) > (base.major, base.minor);
    history.versions.iter().filter(later).min()
}

fn too_small(history: &History, version: &Version, asked: Bump) -> Option<Finding> {
    let base = &history.base.as_ref()?.version;
    let needed = if base.major == 0 { asked.before_one() } else { asked };
    let least = needed.apply(base)?;
    (core(version) < least).then(|| {
        Finding::new(
            "version/too-small",
            Level::Warning,
            format!("{version} is less than {least}, which the changes since {base} ask for"),
        )
        .help("see why: zarpe next --explain")
    })
}

fn too_large(version: &Version) -> Failure {
    Failure::refused("version/too-large", format!("no version can follow {version}: its numbers are at their end"))
        .help("name the version: --version X.Y.Z")
}

fn missing_history(cut_off: CutOff) -> Failure {
    match cut_off {
        CutOff::Shallow => Failure::cannot_tell(
            "version/shallow",
            "the clone is shallow, and its history does not reach the last release",
        )
        .help("git fetch --unshallow --tags (in actions/checkout: fetch-depth: 0)"),
        CutOff::NoTags => Failure::cannot_tell(
            "version/no-tags",
            "no tag of this clone names a version, and the remote's tags are not known",
        )
        .help("git fetch --tags (in actions/checkout: fetch-depth: 0)"),
    }
}

/// What should be known whatever the answer is.
fn findings(history: &History, commits: &[Assessed], policy: &Policy) -> Vec<Finding> {
    let unread = commits.iter().filter(|commit| matches!(commit.reason, super::Reason::NotConventional(_))).count();
    let unread = (policy.commits && history.base.is_some() && unread > 0).then(|| {
        let (commits, ask) = if unread == 1 { ("commit is", "asks") } else { ("commits are", "ask") };
        Finding::new(
            "version/not-conventional",
            Level::Warning,
            format!("{unread} {commits} not conventional and {ask} for nothing"),
        )
        .help("see which: zarpe next --explain")
    });
    unread.into_iter().collect()
}
