//! The images that get the same tags as the commit; the same options wherever a commit is tagged.

use anyhow::Result;

use super::candidate::Candidate;
use super::stages::Stages;
use crate::config::VersionTag;
use crate::effect::{EnsureImageTags, EnsureTags, image_elsewhere};
use crate::image::{self, Image, Moving, is_image_tag};
use crate::io::registry::Registry;
use crate::io::session::Session;
use crate::output::json;
use crate::report::{Body, ExitCode, Failure, Level, Mark, Report, Section};

/// The images that get the same tags as the commit.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Images {
    /// Give this image the same two tags: REGISTRY/NAME, with :TAG or @DIGEST unless it is the one that CI pushed under the
    /// short-hash tag.
    #[arg(long = "image", value_name = "IMAGE")]
    pub(super) named: Vec<Image>,
    /// The version's tag on images, as {version}; default: as the version tag is called.
    #[arg(long, value_name = "PATTERN")]
    image_tag: Option<VersionTag>,
    /// Tags of images that move on with each release: 1.2 (minor), 1 (major), latest. Never back to an older one.
    #[arg(long, value_name = "WORD", value_delimiter = ',', value_enum)]
    image_moving: Vec<Moving>,
}

impl Images {
    /// Refuses images where the tags of their commit stay here.
    pub(super) fn require_push(&self, push: bool) -> Result<()> {
        if self.named.is_empty() || push {
            return Ok(());
        }
        Err(Failure::usage(
            "usage/image",
            "--image needs --push: an image is tagged after its commit, where all see it",
        )
        .help("add --push; with --dry-run only the plan is printed")
        .into())
    }

    /// Pins each image to a digest, looks at what it says that it was built from and at the tags that stand. What shall be so
    /// is given where there is a version; a stage says what was found.
    pub(super) async fn judge(
        &self,
        session: &Session<'_>,
        candidate: &Candidate,
        images: &[Image],
        stages: &mut Stages,
    ) -> Vec<EnsureImageTags> {
        let mut wanted = Vec::new();
        if images.is_empty() || candidate.decision.version().is_none() {
            return wanted;
        }
        let report = self.report(session, candidate, images, &mut wanted).await;
        stages.add("images", report);
        wanted
    }

    async fn report(
        &self,
        session: &Session<'_>,
        candidate: &Candidate,
        images: &[Image],
        all: &mut Vec<EnsureImageTags>,
    ) -> Result<Report> {
        let (mut sections, mut findings) = (Vec::new(), Vec::new());
        for image in images {
            let registry = Registry::open(session.cx, image).await?;
            findings.extend(registry.remark());
            let wanted = self.wanted(session, candidate, image, &registry).await?;
            let origins = registry.origins(&wanted.digest).await?;
            findings.extend(image::judge(&wanted.pinned(), &origins, &wanted.commit, &wanted.version));
            let mut section = Section::new(Mark::Plain, wanted.pinned(), "").columns(["tag", "is"]);
            for tag in &wanted.tags {
                match registry.digest(tag).await? {
                    None => section.row(Mark::Plain, [tag.as_str(), "to be made"]),
                    Some(there) if there == wanted.digest => section.row(Mark::Good, [tag.as_str(), "there already"]),
                    Some(there) => {
                        section.row(Mark::Bad, [tag, &there]);
                        findings.push(image_elsewhere(&wanted, tag, &there).finding);
                    }
                }
            }
            for moving in &wanted.moving {
                section.row(Mark::Plain, [moving.tag(&wanted.version).as_str(), "moves here"]);
            }
            sections.push(section);
            all.push(wanted);
        }
        let refused = findings.iter().any(|finding| finding.level == Level::Error);
        let (exit, title) = if refused {
            (ExitCode::Refused, "an image cannot have these tags".to_owned())
        } else {
            (ExitCode::Done, format!("{} image{} found", all.len(), if all.len() == 1 { "" } else { "s" }))
        };
        let mut report = Report::new("images", exit, title, Body::Sections(sections));
        report.findings = findings;
        if let Some(first) = all.first() {
            let listed: Vec<json::tag::Image> = all.iter().map(json::tag::Image::from).collect();
            report =
                report.output("image-digest", first.digest.clone()).output("images", serde_json::to_string(&listed)?);
        }
        Ok(report)
    }

    async fn wanted(
        &self,
        session: &Session<'_>,
        candidate: &Candidate,
        image: &Image,
        registry: &Registry,
    ) -> Result<EnsureImageTags> {
        let names = &session.cx.config.tag;
        let version = candidate.decision.version().cloned().ok_or_else(|| {
            Failure::cannot_tell("image/version", "an image gets the tag of a version, and there is none")
        })?;
        let pattern = self.image_tag.as_ref().or(names.image_tag.as_ref()).unwrap_or(&names.name);
        let tags = vec![pattern.name(&version), candidate.short_tag.clone()];
        if let Some(unfit) = tags.iter().find(|tag| !is_image_tag(tag)) {
            return Err(Failure::usage("image/tag", format!("no registry takes `{unfit}` as the tag of an image"))
                .help("give images a name of their own: --image-tag '{version}', or `tag.image-tag` in zarpe.yml")
                .into());
        }
        let released: Vec<semver::Version> =
            session.remote_tags().await?.iter().filter_map(|tag| names.name.version(&tag.name)).collect();
        let moving = if self.image_moving.is_empty() { &names.image_moving } else { &self.image_moving };
        let moving = moving.iter().copied().filter(|moving| moving.belongs_to(&version, &released)).collect();
        Ok(EnsureImageTags {
            digest: registry.pin(&image.source, &candidate.short_tag).await?,
            image: image.clone(),
            tags,
            moving,
            version_tag: names.name.name(&version),
            version,
            commit: candidate.commit.clone(),
        })
    }
}

/// The tags with the images in the message of the version tag, as trailers of git's: the one place that only one run can write.
pub(super) fn record(mut tags: EnsureTags, images: &[EnsureImageTags]) -> EnsureTags {
    for (at, image) in images.iter().enumerate() {
        let is_trailer = at > 0 || tags.message.lines().next_back().is_some_and(|line| line.starts_with("Clearance: "));
        tags.message += if is_trailer { "\n" } else { "\n\n" };
        tags.message += &image::trailer(&image.image.name(), &image.digest);
    }
    tags
}
