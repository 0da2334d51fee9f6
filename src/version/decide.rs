//! The decision: the largest bump that anything asks for, applied to the last release; the 0.x rules, pre-releases and the
//! checks that keep a version from being given twice or from running ahead of a later line.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use semver::Version;

use super::bump::{core, pre_release};
use super::check::check;
use super::origin::unannounced;
use super::{Api, Assessed, Bump, Labels, Line, PullAsk, assess};
use crate::config::LabelNames;
use crate::history::{Copy, CutOff, History, Release, Sha};
use crate::report::{ExitCode, Failure, Finding, Level};

/// What helps a clone that is too short for an answer.
pub const FETCH: &str = "run `git fetch --unshallow --tags` (`git fetch --tags` in a clone that is not shallow), or the same command with --fetch; in actions/checkout: fetch-depth: 0";

/// What the user wants of the next version.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The version of the first release.
    pub initial: Version,
    /// Whether commits may ask for a version.
    pub commits: bool,
    /// What each label asks for.
    pub labels: LabelNames,
    /// What a feature raises before 1.0.0: the minor or the patch part.
    pub zero_feature: Bump,
    /// Raise at least this part.
    pub at_least: Bump,
    /// Exactly this version.
    pub exactly: Option<Version>,
    /// A pre-release in this channel.
    pub channel: Option<Channel>,
    /// The line of the maintenance branch that the release is made from.
    pub line: Option<Line>,
}

/// What was found out beside the history.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The difference of the OpenAPI documents between the last release and the commit.
    pub api: Api,
    /// The labels of the range's pull requests.
    pub labels: Labels,
    /// The commits of the range that bring what was there already.
    pub copies: HashMap<Sha, Copy>,
    /// The folder that alone counts, with the commits that change something in it.
    pub only: Option<(String, HashSet<Sha>)>,
    /// Whether the tags are those of the remote; else of this clone, and the remote was not asked.
    pub asked_remote: bool,
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
    /// What each pull request asks for by its labels; `None` where labels may not ask.
    pub labels: Option<Vec<PullAsk>>,
    /// The folder that alone counts.
    pub path: Option<String>,
    /// What a feature raises before 1.0.0.
    pub zero_feature: Bump,
    /// Whether the tags are those of the remote; else of this clone, and the remote was not asked.
    pub asked_remote: bool,
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

/// Decides.
#[must_use]
pub fn decide(history: &History, facts: Facts, policy: &Policy) -> Decision {
    let Facts { api, labels, copies, only, asked_remote } = facts;
    let mut commits = assess(&history.commits, &copies);
    // Reverts and copies are known by the whole range; only then the folder counts alone.
    let (path, touched) = only.unzip();
    if let Some(touched) = &touched {
        commits.retain(|commit| touched.contains(&commit.sha));
    }
    let asks = labels.asks(&commits, &policy.labels);
    let asked = asked(&commits, &api, &asks, policy);
    let mut findings = findings(history, &commits, policy);
    if policy.commits && history.base.is_some() {
        findings.extend(unannounced(api.changes(), &commits, &history.commits));
    }
    let answer = match labels {
        Labels::CannotTell(ref failure) => Answer::Stopped(failure.clone()),
        _ => answer(history, &commits, &api, asked, policy, &mut findings)
            .unwrap_or_else(|error| Answer::Stopped(Failure::from_error(&error))),
    };
    Decision {
        head: history.head.clone(),
        base: history.base.clone(),
        answer,
        asked,
        commits,
        api,
        labels: (labels != Labels::NotAsked).then_some(asks),
        path,
        zero_feature: policy.zero_feature,
        asked_remote,
        findings,
    }
}

fn asked(commits: &[Assessed], api: &Api, asks: &[PullAsk], policy: &Policy) -> Bump {
    let commits = commits.iter().filter(|_| policy.commits).map(|commit| commit.bump);
    commits.chain(asks.iter().map(|ask| ask.bump)).max().unwrap_or_default().max(api.bump())
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
        findings.extend(too_small(history, &version, asked, policy.zero_feature));
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
    commits.is_empty() || (!wanted && (nothing_asked || nothing_fresh))
}

/// The version that the rules give.
fn following(history: &History, asked: Bump, policy: &Policy) -> Result<Version> {
    let final_version = match &history.base {
        Some(base) => {
            let rules = if base.version.major == 0 { asked.before_one(policy.zero_feature) } else { asked };
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

fn too_small(history: &History, version: &Version, asked: Bump, zero_feature: Bump) -> Option<Finding> {
    let base = &history.base.as_ref()?.version;
    let needed = if base.major == 0 { asked.before_one(zero_feature) } else { asked };
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
    let (rule, message) = match cut_off {
        CutOff::Shallow => ("version/shallow", "the clone is shallow, and its history does not reach the last release"),
        CutOff::NoTags => {
            ("version/no-tags", "no tag of this clone names a version, and the remote's tags are not known")
        }
    };
    Failure::cannot_tell(rule, message).help(FETCH)
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
