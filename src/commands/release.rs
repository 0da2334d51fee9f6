//! `zarpe release`: all of it in order — verify, openapi, next, notes — and then the tags, those of the images, and the release.
//!
//! Every stage is judged before anything is done, so that a refusal names every reason at once. What an earlier run began
//! and did not end is finished: its tag at this commit keeps its version, its draft is adopted.

use std::path::PathBuf;

use anyhow::Result;

use crate::cli::{Change, Fetch, Signing};
use crate::commands::candidate::Candidate;
use crate::commands::clearance::Given;
use crate::commands::images::{self, Images};
use crate::commands::limit::Limit;
use crate::commands::next::Wanted;
use crate::commands::stages::Stages;
use crate::commands::{Consent, Outcome, assets, notes, openapi, verify, version_files, waiting};
use crate::context::Context;
use crate::effect::{Effect, EnsureRelease, EnsureTags};
use crate::io::session::Session;
use crate::notes::Notes;
use crate::output::json::Document as _;
use crate::output::json::release::Release;
use crate::output::json::tag::Tag;
use crate::report::Failure;
use crate::version;

/// All of it in order: verify, openapi, next, notes, tag, images, publish. Shows the plan and asks; without a terminal, --yes says so.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The commit; default: the head of the branch on the remote.
    #[arg(value_name = "REF")]
    revision: Option<String>,
    #[command(flatten)]
    signing: Signing,
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    fetch: Fetch,
    #[command(flatten)]
    images: Images,
    /// Attach a file; with those of `notes.assets`.
    #[arg(long, value_name = "FILE")]
    asset: Vec<PathBuf>,
    /// Leave the release as a draft.
    #[arg(long)]
    draft: bool,
    /// Mark it as a pre-release, whatever its version is called.
    #[arg(long)]
    prerelease: bool,
    /// Show it as the repository's latest release.
    #[arg(long, value_enum, default_value_t = Latest::Auto, value_name = "WHEN")]
    latest: Latest,
    /// Carry the plan out without asking.
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    pub(super) limit: Limit,
}

/// When a release is shown as the latest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Latest {
    /// Where no released version is greater.
    #[default]
    Auto,
    /// In any case.
    Yes,
    /// In no case.
    No,
}

/// Gathers and judges every stage, and says what shall be so where all of them say yes.
///
/// # Errors
/// When the commit to release is not known.
pub async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let session = Session::open_with(cx, options.fetch, options.revision.as_deref(), false).await?;
    let candidate = Candidate::gather(&session, options.revision.as_deref(), &options.wanted).await?;
    let mut stages = Stages::default();
    let clearance = options.given.judge(&session, &candidate.commit, &mut stages).await;
    if !options.given.is_given() {
        stages.add("verify", verify::stage(&session, &candidate.commit).await);
    }
    stages.add("openapi check", openapi::check::stage(&session, &candidate.commit).await);
    stages.add("next", Ok(version::report(&candidate.decision, &cx.config.tag, true)));
    if let (Some(version), false) = (candidate.decision.version(), cx.config.version.files.is_empty()) {
        stages.add("version files", version_files::stage(&session, &candidate.commit, version));
    }
    let named = if options.images.named.is_empty() { &cx.config.images } else { &options.images.named };
    let images = options.images.judge(&session, &candidate, named, &mut stages).await;
    let notes = notes(&session, &candidate, &mut stages).await;
    let remark = notes.as_ref().and_then(|notes| notes.remark.clone());
    let planned = plan(&session, &candidate, options, clearance.as_deref(), notes).await?;
    let planned = planned.map(|(tags, release)| (images::record(tags, &images), release));
    let title = title(&candidate, &stages);
    let release = planned.as_ref().map(|(_, release)| release);
    let tags = Tag::new(&candidate.decision, planned.as_ref().map(|(tags, _)| tags));
    let tags = tags.cleared_by(clearance).with_images(&images);
    let document = Release::new(tags, stages.reports(), release).value();
    let mut report = stages.report("release", title);
    report.document = document;
    report.findings.extend(remark);
    if planned.is_some() {
        report.findings.extend(waiting::warning(&session).await?);
    }
    let effects = planned.into_iter().flat_map(|(tags, release)| {
        let images = images.iter().cloned().map(Effect::EnsureImageTags);
        let first = std::iter::once(Effect::EnsureTags(tags)).chain(images);
        first.chain([Effect::EnsureRelease(release)]).collect::<Vec<_>>()
    });
    Ok(Outcome::act(report, effects.collect(), options.consent()))
}

impl Options {
    fn consent(&self) -> Consent {
        match (self.change.dry_run, self.yes) {
            (true, _) => Consent::DryRun,
            (false, true) => Consent::Given,
            (false, false) => Consent::Ask,
        }
    }
}

/// The notes; what keeps them back is one more reason that the reader is owed.
async fn notes(session: &Session<'_>, candidate: &Candidate, stages: &mut Stages) -> Option<Notes> {
    candidate.decision.version()?;
    let language = session.cx.config.language;
    match notes::of_release(session.cx, &session.repository, &candidate.decision, language).await {
        Ok(notes) => notes,
        Err(error) => {
            stages.add("notes", Err(error));
            None
        }
    }
}

/// The tags, then the release; nothing where there is nothing to release.
async fn plan(
    session: &Session<'_>,
    candidate: &Candidate,
    options: &Options,
    clearance: Option<&str>,
    notes: Option<Notes>,
) -> Result<Option<(EnsureTags, EnsureRelease)>> {
    let Some(tags) = candidate.tags(session, options.signing, clearance)? else { return Ok(None) };
    let Some(notes) = notes else { return Ok(None) };
    let prerelease = options.prerelease || candidate.decision.version().is_some_and(|version| !version.pre.is_empty());
    let release = EnsureRelease {
        tag: tags.version_tag.clone(),
        commit: tags.commit.clone(),
        name: tags.version_tag.clone(),
        notes: notes.body(),
        draft: options.draft,
        prerelease,
        latest: latest(session, candidate, options.latest, prerelease).await?,
        assets: assets::to_attach(session, &tags.commit, &options.asset)?,
    };
    Ok(Some((tags, release)))
}

/// A fix of an older line is not the latest release, nor is a pre-release.
async fn latest(session: &Session<'_>, candidate: &Candidate, wanted: Latest, prerelease: bool) -> Result<bool> {
    match wanted {
        Latest::Yes if prerelease => {
            Err(Failure::usage("release/latest", "a pre-release cannot be the latest release")
                .help("leave out --latest yes, or release a final version")
                .into())
        }
        Latest::No => Ok(false),
        Latest::Yes => Ok(true),
        Latest::Auto if prerelease => Ok(false),
        Latest::Auto => {
            let released = session.remote_tags().await?;
            let mut released = released.iter().filter_map(|tag| session.cx.config.tag.name.version(&tag.name));
            let own = candidate.decision.version();
            Ok(released.all(|version| !version.pre.is_empty() || Some(&version) <= own))
        }
    }
}

fn title(candidate: &Candidate, stages: &Stages) -> String {
    let commit = candidate.commit.short();
    match candidate.decision.version() {
        _ if !stages.are_clear() => format!("{commit} is not cleared"),
        Some(version) => format!("{commit} is cleared as {version}"),
        None => format!("{commit} is clear, and there is nothing to release"),
    }
}
