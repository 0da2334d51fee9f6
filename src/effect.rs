//! What a command wants to be so. Effects are goals, not requests: `io::apply` looks first and then converges.

use std::path::PathBuf;

use crate::history::{Sha, Tag};
use crate::image::{Image, Moving};
use crate::report::Failure;

/// A desired end state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The file holds exactly these bytes.
    WriteFile(WriteFile),
    /// Both tags are on the remote, at this commit.
    EnsureTags(EnsureTags),
    /// The image has the version's tag and the commit's.
    EnsureImageTags(EnsureImageTags),
    /// A branch of the remote holds these files, on top of its base.
    EnsureBranch(EnsureBranch),
    /// The branch has an open pull request.
    EnsurePullRequest(EnsurePullRequest),
    /// The release is published with its assets.
    EnsureRelease(EnsureRelease),
    /// A release that is there has these files as well.
    EnsureAssets(EnsureAssets),
    /// What people wrote about a run is kept.
    EnsureRemarks(EnsureRemarks),
    /// There is an issue of this kind.
    EnsureIssue(EnsureIssue),
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

/// An image has these tags at its registry, after the version's tag is on the git remote. None of them is moved from another
/// image but those that are there to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnsureImageTags {
    /// The image, as it was named.
    pub image: Image,
    /// What the name stood for when it was asked: `sha256:` with lowercase hexadecimal digits.
    pub digest: String,
    /// The version's tag and the commit's.
    pub tags: Vec<String>,
    /// The tags that move on with each release, where they belong to this version.
    pub moving: Vec<Moving>,
    /// The version.
    pub version: semver::Version,
    /// The version's tag on the git remote.
    pub version_tag: String,
    /// The commit of the version.
    pub commit: Sha,
}

impl EnsureImageTags {
    /// The image by its digest: `ghcr.io/acme/app@sha256:…`.
    #[must_use]
    pub fn pinned(&self) -> String {
        format!("{}@{}", self.image.name(), self.digest)
    }
}

/// Why nothing is done where a tag of an image holds another image.
#[must_use]
pub fn image_elsewhere(wanted: &EnsureImageTags, tag: &str, there: &str) -> Failure {
    let message = format!("{}:{tag} is {there}, not {}", wanted.image.name(), wanted.digest);
    Failure::refused("image/elsewhere", message)
        .help("tags of a release are never moved: name the image that stands there, or release the next version")
}

/// A branch of the remote is one commit of zarpe's on its base, with these files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnsureBranch {
    /// Its name, without `refs/heads/`.
    pub branch: String,
    /// The commit that it is made from.
    pub base: Sha,
    /// The files that differ from the base.
    pub files: Vec<WriteFile>,
    /// The message of the commit, in one line.
    pub message: String,
}

/// The branch has one open pull request, with this title and this text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnsurePullRequest {
    /// The branch to be merged.
    pub branch: String,
    /// The branch that it is to be merged into.
    pub base: String,
    /// Title.
    pub title: String,
    /// Text in Markdown.
    pub body: String,
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
    /// Shown as the repository's latest release; never a pre-release.
    pub latest: bool,
    /// Files to attach, relative to the work tree.
    pub assets: Vec<PathBuf>,
}

/// The release of a tag has these files, each whole, also where it is published; a file of the same name is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnsureAssets {
    /// The tag of the release.
    pub tag: String,
    /// The folder of the files.
    pub folder: PathBuf,
    /// The files, by their names in it.
    pub assets: Vec<PathBuf>,
}

/// The incidents or the recommendations of a run are these, here and, where there is one, on the remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnsureRemarks {
    /// The folder of the run.
    pub folder: PathBuf,
    /// The run.
    pub run: String,
    /// Its environment.
    pub environment: String,
    /// `incidents` or `recommendations`.
    pub kind: &'static str,
    /// What was written, each in one line.
    pub items: Vec<String>,
    /// Whether there is a remote that keeps them for other machines.
    pub shared: bool,
}

/// There is one issue, open or closed, whose text holds the mark. One that is there stays as it is: people write in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnsureIssue {
    /// Title.
    pub title: String,
    /// Text in Markdown, in which the mark stands.
    pub body: String,
    /// What no other issue has.
    pub mark: String,
    /// It cannot be older than this.
    pub since: jiff::Timestamp,
}

/// Why a file cannot be attached under its own name, or at all. GitHub keeps names of letters, digits, `-`, `_`, `+`, `@` and
/// single points, and changes others: the file would be found under a name that no note and no checksum tells.
#[must_use]
pub fn unfit_asset(path: &std::path::Path, size: u64) -> Option<Failure> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '@' | '.');
    let has_bare_point = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    if name.is_empty() || has_bare_point || !name.chars().all(is_kept) {
        let message = format!("GitHub would keep the asset {} under another name", path.display());
        let help = "rename the file: letters a-z, digits, - _ + @, and single points inside";
        return Some(Failure::usage("release/asset-name", message).help(help));
    }
    (size == 0).then(|| {
        Failure::usage("release/asset-empty", format!("{} is empty, and GitHub takes no empty asset", path.display()))
            .help("build it first, or leave it out")
    })
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
            Self::EnsureImageTags(image) => {
                let moving: Vec<String> = image.moving.iter().map(|moving| moving.tag(&image.version)).collect();
                let also = if moving.is_empty() { String::new() } else { format!(", and move {}", moving.join(", ")) };
                format!("tag image {} as {}{also}", image.pinned(), image.tags.join(" and "))
            }
            Self::EnsureBranch(branch) => format!(
                "push branch {} with {} on {}",
                branch.branch,
                branch.files.iter().map(|file| file.path.display().to_string()).collect::<Vec<_>>().join(", "),
                branch.base.short()
            ),
            Self::EnsurePullRequest(pull) => {
                format!("open or update the pull request of {} into {}: {}", pull.branch, pull.base, pull.title)
            }
            Self::EnsureAssets(wanted) => {
                let names: Vec<String> = wanted.assets.iter().map(|path| path.display().to_string()).collect();
                format!("attach {} to release {}", names.join(", "), wanted.tag)
            }
            Self::EnsureRemarks(wanted) => {
                let count = wanted.items.len();
                format!("keep the {} of run {} ({count})", wanted.kind, wanted.run)
            }
            Self::EnsureIssue(issue) => format!("open the issue: {}", issue.title),
            Self::EnsureRelease(release) => format!(
                "{} {} {}{}{}",
                if release.draft { "draft" } else { "publish" },
                if release.prerelease { "pre-release" } else { "release" },
                release.tag,
                if release.draft || release.prerelease || release.latest { "" } else { " (not as the latest)" },
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
