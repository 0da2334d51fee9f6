//! The tags of an image: the same manifest bytes under more names.
//!
//! A registry cannot refuse the second of two writers (it has no compare-and-swap; docker-registry ignores `If-None-Match`).
//! The git remote can: the version tag is made once, and its message names the image that it was made for. So an image is
//! only tagged after the version tag is there, and only as that one; who lost the tag pushes no image. Where the tag's
//! message names none, the registry is looked at before and after, which shows every other writer but one that comes later.

use std::time::Duration;

use anyhow::Result;
use semver::Version;

use crate::context::Context;
use crate::effect::{Applied, EnsureImageTags, image_elsewhere};
use crate::image;
use crate::io::registry::Registry;
use crate::io::session::Session;
use crate::report::Failure;

/// How long after the last write what was written is read once more.
const SETTLE: Duration = Duration::from_millis(300);

pub(super) async fn ensure(cx: &Context, wanted: &EnsureImageTags) -> Result<Applied> {
    let session = Session::open(cx)?;
    let released = require_own_version_tag(&session, wanted).await?;
    let registry = Registry::open(cx, &wanted.image).await?;
    let missing = missing(&registry, wanted).await?;
    let (bytes, manifest) = registry.manifest(&wanted.digest).await?;
    for tag in &missing {
        put(&registry, wanted, tag, &bytes, manifest.content_type()).await?;
    }
    if !missing.is_empty() {
        tokio::time::sleep(SETTLE).await;
        for tag in &missing {
            require(&registry, wanted, tag).await?;
        }
    }
    let mut moved = Vec::new();
    let moving = wanted.moving.iter().filter(|moving| moving.belongs_to(&wanted.version, &released));
    for tag in moving.map(|moving| moving.tag(&wanted.version)) {
        if registry.digest(&tag).await?.as_ref() != Some(&wanted.digest) {
            put(&registry, wanted, &tag, &bytes, manifest.content_type()).await?;
            moved.push(tag);
        }
    }
    let also = if moved.is_empty() { String::new() } else { format!(", and {} moved", moved.join(", ")) };
    let what = format!("image {} is tagged {}{also}", wanted.pinned(), wanted.tags.join(" and "));
    Ok(Applied { what, changed: !missing.is_empty() || !moved.is_empty() })
}

/// The version tag is at the commit on the remote, and was not made for another image; gives every released version.
async fn require_own_version_tag(session: &Session<'_>, wanted: &EnsureImageTags) -> Result<Vec<Version>> {
    let remote = session.remote().await?;
    let references = remote.references().await?;
    if references.tag(&wanted.version_tag) != Some(&wanted.commit) {
        let message = format!("tag {} is not at {} on the remote", wanted.version_tag, wanted.commit.short());
        return Err(Failure::refused("image/no-tag", message)
            .help("an image is tagged after its commit: run zarpe tag --push")
            .into());
    }
    let message = remote.tag_message(&wanted.version_tag).await?.unwrap_or_default();
    let name = wanted.image.name();
    if let Some(recorded) = image::recorded(&message, &name).filter(|recorded| *recorded != wanted.digest) {
        let message = format!("tag {} was made for {name}@{recorded}, not @{}", wanted.version_tag, wanted.digest);
        return Err(Failure::refused("image/elsewhere", message)
            .help(format!("tag that image: --image {name}@{recorded}; or release the next version"))
            .into());
    }
    let names = &session.cx.config.tag.name;
    Ok(references.tags().iter().filter_map(|tag| names.version(&tag.name)).collect())
}

/// The tags that do not stand yet; one that holds another image is refused before anything is written.
async fn missing<'w>(registry: &Registry, wanted: &'w EnsureImageTags) -> Result<Vec<&'w str>> {
    let mut missing = Vec::new();
    for tag in &wanted.tags {
        match registry.digest(tag).await? {
            None => missing.push(tag.as_str()),
            Some(there) if there == wanted.digest => {}
            Some(there) => return Err(image_elsewhere(wanted, tag, &there).into()),
        }
    }
    Ok(missing)
}

/// Writes, then looks: where the answer was lost, what stands there tells.
async fn put(registry: &Registry, wanted: &EnsureImageTags, tag: &str, bytes: &[u8], content_type: &str) -> Result<()> {
    let written = registry.put(tag, bytes, content_type).await;
    match (registry.digest(tag).await, written) {
        (Ok(Some(there)), _) if there == wanted.digest => Ok(()),
        (Ok(Some(there)), Ok(())) => Err(image_elsewhere(wanted, tag, &there).into()),
        (_, Err(error)) | (Err(error), _) => Err(error),
        (Ok(None), Ok(())) => Err(lost(wanted, tag)),
    }
}

async fn require(registry: &Registry, wanted: &EnsureImageTags, tag: &str) -> Result<()> {
    match registry.digest(tag).await? {
        Some(there) if there == wanted.digest => Ok(()),
        Some(there) => Err(image_elsewhere(wanted, tag, &there).into()),
        None => Err(lost(wanted, tag)),
    }
}

fn lost(wanted: &EnsureImageTags, tag: &str) -> anyhow::Error {
    let message = format!("{}:{tag} was written, and the registry does not have it", wanted.image.name());
    Failure::cannot_tell("image/lost", message).help("run it again").into()
}
