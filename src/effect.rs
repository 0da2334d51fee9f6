//! What a command wants to be so. Effects are goals, not requests: `io::apply` looks first and then converges.

use std::path::PathBuf;

use crate::history::{Sha, Tag};
use crate::report::Failure;

/// A desired end state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The file holds exactly these bytes.
    WriteFile(WriteFile),
    /// Both tags are on the remote, at this commit.
    EnsureTags(EnsureTags),
    /// The release is published with its assets.
    EnsureRelease(EnsureRelease),
}

/// The file holds exactly these bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteFile {
    /// Path relative to the work tree.
    pub path: PathBuf,
    /// Whole contents.
    pub contents: Vec<u8>,
}

/// The version tag (annotated) and the short-hash tag are on the remote, at this commit, together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnsureTags {
    /// The commit that both name.
    pub commit: Sha,
    /// Name of the version tag, without `refs/tags/`.
    pub version_tag: String,
    /// Message of the version tag.
    pub message: String,
    /// Name of the short-hash tag, without `refs/tags/`.
    pub short_tag: String,
    /// Whether the version tag is signed with the user's key.
    pub sign: bool,
    /// Whether they leave this clone; otherwise they are made here only.
    pub push: bool,
}

/// Why nothing is done where a tag stands at another commit than is wanted.
#[must_use]
pub fn tag_elsewhere(place: &str, tag: &Tag, wanted: &Sha) -> Failure {
    let Tag { name, commit } = tag;
    Failure::refused("tag/elsewhere", format!("tag {name} exists {place} at {commit}, not at {wanted}"))
        .help("tags are never moved: release the next version instead")
}

/// The release of a tag exists once, with these notes and these assets, each whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnsureRelease {
    /// The tag it belongs to; it exists on the remote.
    pub tag: String,
    /// The commit of the tag.
    pub commit: Sha,
    /// Title.
    pub name: String,
    /// Notes in Markdown.
    pub notes: String,
    /// Left as a draft.
    pub draft: bool,
    /// Marked as a pre-release.
    pub prerelease: bool,
    /// Files to attach, relative to the work tree.
    pub assets: Vec<PathBuf>,
}

/// What came of an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// What is so now, in words.
    pub what: String,
    /// Whether something had to be changed for it.
    pub changed: bool,
}

impl Effect {
    /// The effect as a line of a plan: what would be done.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::WriteFile(file) => format!("write {} ({} bytes)", file.path.display(), file.contents.len()),
            Self::EnsureTags(tags) => format!(
                "{} tags {}{} and {} at {}",
                if tags.push { "push" } else { "make" },
                tags.version_tag,
                if tags.sign { " (signed)" } else { "" },
                tags.short_tag,
                tags.commit.short()
            ),
            Self::EnsureRelease(release) => format!(
                "{} release {}{}",
                if release.draft { "draft" } else { "publish" },
                release.tag,
                release
                    .assets
                    .iter()
                    .map(|path| path.display().to_string())
                    .reduce(|all, path| format!("{all}, {path}"))
                    .map(|assets| format!(" with {assets}"))
                    .unwrap_or_default()
            ),
        }
    }
}
