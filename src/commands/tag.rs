//! `zarpe tag`: the version tag and the short-hash tag of a commit, pushed in one transaction.
//!
//! The remote is always asked for its tags and its branch: a tag never publishes a commit that is not there yet.

use anyhow::Result;

use crate::cli::{Change, Fetch, Signing};
use crate::commands::candidate::Candidate;
use crate::commands::clearance::Given;
use crate::commands::images::{self, Images};
use crate::commands::limit::Limit;
use crate::commands::next::Wanted;
use crate::commands::stages::Stages;
use crate::commands::{Consent, Outcome, waiting};
use crate::context::Context;
use crate::effect::{Effect, EnsureTags};
use crate::io::session::Session;
use crate::output::json::Document as _;
use crate::output::json::tag::Tag;
use crate::report::Body;
use crate::version;

/// Make the version tag and the short-hash tag of a commit; with --push on the remote, both in one transaction.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The commit; default: the head of the branch on the remote.
    #[arg(value_name = "REF")]
    revision: Option<String>,
    /// Push both tags, together or not at all.
    #[arg(long)]
    push: bool,
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
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    pub(super) limit: Limit,
}

/// Gathers, judges, and says which tags shall be there.
///
/// # Errors
/// When the remote cannot be asked, or the commit is not on its branch.
pub async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    options.images.require_push(options.push)?;
    let session = Session::open_with(cx, options.fetch, options.revision.as_deref(), false).await?;
    let candidate = Candidate::gather(&session, options.revision.as_deref(), &options.wanted).await?;
    let mut report = version::report(&candidate.decision, &cx.config.tag, true);
    report.command = "tag";
    if !cx.verbose {
        report.body = Body::Sections(Vec::new());
    }
    let mut stages = Stages::default();
    let clearance = options.given.judge(&session, &candidate.commit, &mut stages).await;
    let images = options.images.judge(&session, &candidate, &options.images.named, &mut stages).await;
    if !stages.reports().is_empty() {
        report = stages.before(report);
    }
    let tags = candidate.tags(&session, options.signing, clearance.as_deref())?;
    let tags = tags.map(|tags| EnsureTags { push: options.push, ..images::record(tags, &images) });
    if options.push && tags.is_some() {
        report.findings.extend(waiting::warning(&session).await?);
    }
    report.document = Tag::new(&candidate.decision, tags.as_ref()).cleared_by(clearance).with_images(&images).value();
    let effects = tags.map(Effect::EnsureTags).into_iter().chain(images.into_iter().map(Effect::EnsureImageTags));
    Ok(Outcome::act(report, effects.collect(), Consent::from(options.change)))
}
