//! `zarpe next`: which version comes next, and why.
//!
//! Local: reads the clone and nothing else, unless no tag of the clone names a version; then the remote is asked for its tags.

use std::path::PathBuf;

use anyhow::Result;
use semver::Version;

use crate::commands::Outcome;
use crate::config::VersionSource;
use crate::context::Context;
use crate::history::{CutOff, History, Sha};
use crate::io::git::Repository;
use crate::io::remote::Remote;
use crate::output::json::Document as _;
use crate::output::json::next::Next;
use crate::report::Failure;
use crate::version::{Api, Bump, Channel, Decision, Pair, Policy, decide, report};

/// Which version comes next, and why? Prints the bare version, and nothing where there is nothing to release.
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
    /// Only what concerns this folder.
    #[arg(long, value_name = "DIR", hide = true)]
    path: Option<PathBuf>,
}

/// Which version is wanted; the same options wherever a version is decided.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Wanted {
    /// Raise at least this part, whatever the commits say.
    #[arg(long, value_enum, default_value_t = AtLeast::Auto)]
    pub bump: AtLeast,
    /// Exactly this version; it must be greater than the last.
    #[arg(long, value_name = "X.Y.Z", conflicts_with_all = ["bump", "pre"])]
    pub version: Option<Version>,
    /// A pre-release in this channel: rc makes X.Y.Z-rc.1, then rc.2.
    #[arg(long, value_name = "CHANNEL")]
    pub pre: Option<String>,
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
    if options.path.is_some() {
        return Err(Failure::not_supported("next --path").into());
    }
    let repository = Repository::open(&cx.directory)?;
    let head = repository.resolve_or_head(&options.revision)?;
    let history = history(cx, &repository, &head).await?;
    let decision = judge(cx, &repository, &history, &options.wanted)?;
    let mut report = report(&decision, &cx.config.tag, options.explain);
    report.document = Next::new(&decision, &cx.config.tag).value();
    Ok(Outcome::report(report))
}

/// Decides on a history by the command line and the configuration.
///
/// # Errors
/// Exit code 3 where the repository cannot be read.
pub fn judge(cx: &Context, repository: &Repository, history: &History, wanted: &Wanted) -> Result<Decision> {
    let api = api(cx, repository, history)?;
    Ok(decide(history, api, &policy(cx, repository, history, wanted)?))
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
        at_least: wanted.bump.into(),
        exactly: wanted.version.clone(),
        channel,
    })
}

/// The history since the last release by the tags of this clone; where none of them names a version, by the remote's.
///
/// # Errors
/// Exit code 3 where the repository cannot be read, or the remote must be asked and cannot.
pub async fn history(cx: &Context, repository: &Repository, head: &Sha) -> Result<History> {
    let names = &cx.config.tag.name;
    let history = repository.history(head, names)?;
    if history.cut_off != Some(CutOff::NoTags) {
        return Ok(history);
    }
    let name = cx.environment.get("ZARPE_REMOTE").unwrap_or("origin");
    let Some(address) = repository.remote_url(name)? else { return Ok(history) };
    let tags = match Remote::new(&address, &cx.directory, &cx.environment) {
        Ok(remote) => remote.references().await.map(|references| references.tags()),
        Err(error) => Err(error),
    };
    match tags {
        Ok(tags) => repository.history_by(head, names, &tags),
        Err(error) => Err(Failure::cannot_tell(
            "version/no-tags",
            format!("no tag of this clone names a version, and the remote could not be asked: {error}"),
        )
        .help("git fetch --tags (in actions/checkout: fetch-depth: 0)")
        .into()),
    }
}

/// What changed in the OpenAPI documents since the last release.
fn api(cx: &Context, repository: &Repository, history: &History) -> Result<Api> {
    let asked = cx.config.version.from.contains(&VersionSource::Openapi) && history.cut_off.is_none();
    let Some(base) = history.base.as_ref().filter(|_| asked && !cx.config.openapi.is_empty()) else {
        return Ok(Api::NotCompared);
    };
    let pairs = cx.config.openapi.iter().map(|document| {
        Ok(Pair {
            schema: document.schema.clone(),
            base: base.tag.clone(),
            old: repository.file_at(&base.commit, &document.schema)?,
            new: repository.file_at(&history.head, &document.schema)?,
        })
    });
    Ok(Api::of(&pairs.collect::<Result<Vec<_>>>()?, cx.now.to_zoned(jiff::tz::TimeZone::UTC).date()))
}
