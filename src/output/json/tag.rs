//! `tag/v1`: the tags that a commit gets.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::effect::{EnsureImageTags, EnsureTags};
use crate::version::Decision;

/// The tags that a commit gets; `actions` says what came of them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tag {
    /// The commit.
    pub sha: String,
    /// The version; `null` where there is nothing to release, or it is not known.
    pub version: Option<String>,
    /// The version tag.
    pub tag: Option<String>,
    /// The short-hash tag.
    pub short_tag: Option<String>,
    /// The tag of the last release before the commit.
    pub previous_tag: Option<String>,
    /// Digest of the clearance that it is tagged by, `sha256:` with lowercase hexadecimal digits; `null` without one.
    pub clearance: Option<String>,
    /// The images that get the same tags.
    pub images: Vec<Image>,
    /// What is raised: `none`, `patch`, `minor`, `major`, or `initial` for the first release.
    pub bump: String,
}

/// An image with its tags.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Image {
    /// Registry and repository.
    pub image: String,
    /// `sha256:` with lowercase hexadecimal digits.
    pub digest: String,
    /// The version's tag and the commit's.
    pub tags: Vec<String>,
    /// The tags that move on with each release, where they belong to this version.
    pub moving: Vec<String>,
}

impl From<&EnsureImageTags> for Image {
    fn from(image: &EnsureImageTags) -> Self {
        Self {
            image: image.image.name(),
            digest: image.digest.clone(),
            tags: image.tags.clone(),
            moving: image.moving.iter().map(|moving| moving.tag(&image.version)).collect(),
        }
    }
}

impl Document for Tag {
    const NAME: &'static str = "tag/v1";
    const ACTS: bool = true;
}

impl Tag {
    /// The document of a decision and its tags.
    #[must_use]
    pub fn new(decision: &Decision, tags: Option<&EnsureTags>) -> Self {
        Self {
            sha: decision.head.to_string(),
            version: decision.version().map(ToString::to_string),
            tag: tags.map(|tags| tags.version_tag.clone()),
            short_tag: tags.map(|tags| tags.short_tag.clone()),
            previous_tag: decision.base.as_ref().map(|base| base.tag.clone()),
            clearance: None,
            images: Vec::new(),
            bump: decision.raised().to_owned(),
        }
    }

    /// The document with the images.
    #[must_use]
    pub fn with_images(mut self, images: &[EnsureImageTags]) -> Self {
        self.images = images.iter().map(Image::from).collect();
        self
    }

    /// The document with the digest of the clearance.
    #[must_use]
    pub fn cleared_by(mut self, clearance: Option<String>) -> Self {
        self.clearance = clearance;
        self
    }
}
