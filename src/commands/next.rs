//! `zarpe next`: which version comes next, and why.
//!
//! Local: reads the clone and nothing else, unless no tag of the clone names a version; then the remote is asked for its tags.

use anyhow::Result;
use semver::Version;

use crate::cli::Fetch;
use crate::commands::{Outcome, weigh};
use crate::config::VersionSource;
use crate::context::Context;
use crate::history::{CutOff, History, Sha};
use crate::io::git::Repository;
use crate::io::remote::Remote;
use crate::io::session::Session;
use crate::output::json::Document as _;
use crate::output::json::next::Next;
use crate::report::Failure;
use crate::version::{Bump, Channel, Decision, FETCH, Line, Policy, decide, report};

/// Which version comes next, and why? Prints the bare version, and nothing where there is nothing to release.
///
/// Local: by the tags of this clone. The remote is asked where none of them names a version, and with --fetch.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The commit that would be released.
    #[arg(value_name = "REF", default_value = "HEAD")]
    revision: String,
    /// Show each commit since the last release, what it asks for and why.
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    fetch: Fetch,
}

/// Which version is wanted; the same options wherever a version is decided.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Wanted {
    /// Raise at least this part, whatever the commits say.
    #[arg(long, value_enum, default_value_t = AtLeast::Auto)]
    pub bump: AtLeast,
    /// Exactly this version, with a `v` before it or without; it must be greater than the last.
    #[arg(long, value_name = "X.Y.Z", value_parser = named, conflicts_with_all = ["bump", "pre"])]
    pub version: Option<Version>,
    /// A pre-release in this channel: rc makes X.Y.Z-rc.1, then rc.2.
    #[arg(long, value_name = "CHANNEL")]
    pub pre: Option<String>,
    /// Only commits that change something in this folder count, by its path from the top; instead of `version.path`.
    #[arg(long, value_name = "DIR")]
    pub path: Option<String>,
}

/// A version as people name it: plans and workflows have the tag at hand.
fn named(text: &str) -> Result<Version, semver::Error> {
    Version::parse(text.strip_prefix('v').unwrap_or(text))
}

/// The part of the version to raise at least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum AtLeast {
    /// What the changes ask for.
    #[default]
    Auto,
    /// X in X.Y.Z.
    Major,
    /// Y in X.Y.Z.
    Minor,
    /// Z in X.Y.Z.
    Patch,
}

impl From<AtLeast> for Bump {
    fn from(part: AtLeast) -> Self {
        match part {
            AtLeast::Auto => Self::None,
            AtLeast::Major => Self::Major,
            AtLeast::Minor => Self::Minor,
            AtLeast::Patch => Self::Patch,
        }
    }
}

/// Gathers, judges, and says what comes next.
///
/// # Errors
/// When the repository cannot be read.
pub async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let session = Session::open_with(cx, options.fetch, Some(&options.revision), true).await?;
    let repository = &session.repository;
    let head = repository.resolve_or_head(&options.revision)?;
    let (history, asked_remote) = if options.fetch.fetch {
        (repository.history_by(&head, &cx.config.tag.name, &session.remote_tags().await?)?, true)
    } else {
        history(cx, repository, &head).await?
    };
    let branch = branch(repository, &options.revision)?;
    let subject = Subject { repository, history: &history, branch: branch.as_deref(), asked_remote };
    let decision = judge(cx, subject, &options.wanted).await?;
    let mut report = report(&decision, &cx.config.tag, options.explain);
    report.document = Next::new(&decision, &cx.config.tag).value();
    Ok(Outcome::report(report))
}

/// The branch that a revision stands for, as far as its name says so.
fn branch(repository: &Repository, revision: &str) -> Result<Option<String>> {
    Ok(if revision == "HEAD" { repository.head()?.branch } else { Some(revision.to_owned()) })
}

/// What a version is decided for.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The repository.
    pub repository: &'a Repository,
    /// What happened since the last release.
    pub history: &'a History,
    /// The branch that the release is made from, where it is known.
    pub branch: Option<&'a str>,
    /// Whether the history goes by the tags of the remote.
    pub asked_remote: bool,
}

/// Decides on a history by the command line and the configuration.
///
/// # Errors
/// Exit code 2 where the folder is none, 3 where the repository cannot be read.
pub async fn judge(cx: &Context, subject: Subject<'_>, wanted: &Wanted) -> Result<Decision> {
    let Subject { repository, history, branch, asked_remote } = subject;
    let facts = weigh::facts(cx, repository, history, wanted, asked_remote).await?;
    let mut policy = policy(cx, repository, history, wanted)?;
    policy.line = branch.and_then(Line::of);
    Ok(decide(history, facts, &policy))
}

fn policy(cx: &Context, repository: &Repository, history: &History, wanted: &Wanted) -> Result<Policy> {
    let fresh = || -> Result<_> {
        let Some(last) = history.pre_release.as_ref().filter(|_| history.cut_off.is_none()) else { return Ok(None) };
        let range = repository.range(Some(&last.commit), &history.head)?;
        Ok(Some(range.into_iter().map(|commit| commit.sha).collect()))
    };
    let channel = match &wanted.pre {
        Some(name) => Some(Channel { name: name.clone(), fresh: fresh()? }),
        None => None,
    };
    Ok(Policy {
        initial: cx.config.version.initial.clone(),
        commits: cx.config.version.from.contains(&VersionSource::Commits),
        labels: cx.config.version.labels.clone(),
        zero_feature: cx.config.version.zero_feature.into(),
        at_least: wanted.bump.into(),
        exactly: wanted.version.clone(),
        channel,
        line: None,
    })
}

/// The history since the last release by the tags of this clone; where none of them names a version, by the remote's, and
/// whether it was asked.
///
/// # Errors
/// Exit code 3 where the repository cannot be read, or the remote must be asked and cannot.
pub async fn history(cx: &Context, repository: &Repository, head: &Sha) -> Result<(History, bool)> {
    let names = &cx.config.tag.name;
    let history = repository.history(head, names)?;
    if history.cut_off != Some(CutOff::NoTags) {
        return Ok((history, false));
    }
    let Some(address) = repository.remote_url(cx.remote_name())? else { return Ok((history, false)) };
    let tags = match Remote::new(&address, &cx.directory, &cx.environment) {
        Ok(remote) => remote.references().await.map(|references| references.tags()),
        Err(error) => Err(error),
    };
    match tags {
        Ok(tags) => Ok((repository.history_by(head, names, &tags)?, true)),
        Err(error) => Err(Failure::cannot_tell(
            "version/no-tags",
            format!("no tag of this clone names a version, and the remote could not be asked: {error}"),
        )
        .help(FETCH)
        .into()),
    }
}
