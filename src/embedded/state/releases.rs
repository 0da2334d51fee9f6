//! Releases and their assets.

use jiff::Timestamp;

/// A release.
#[derive(Clone, Debug)]
pub struct Release {
    /// Number.
    pub id: u64,
    /// Name of the tag; it need not exist while the release is a draft.
    pub tag: String,
    /// What the tag is made at, where publishing has to make it: a branch or a commit.
    pub target: String,
    /// Title.
    pub name: Option<String>,
    /// Notes.
    pub body: Option<String>,
    /// Not published.
    pub draft: bool,
    /// Marked as a pre-release.
    pub prerelease: bool,
    /// Published while the repository keeps releases immutable.
    pub immutable: bool,
    /// Who made it.
    pub author: String,
    /// The date of the commit that it is made of.
    pub created_at: Timestamp,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// Files.
    pub assets: Vec<Asset>,
}

/// A file of a release.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Number.
    pub id: u64,
    /// Name, as GitHub writes it (odd characters become points).
    pub name: String,
    /// Text shown in place of the name.
    pub label: Option<String>,
    /// The type that the upload named.
    pub content_type: String,
    /// Whether the upload came to its end.
    pub state: AssetState,
    /// The bytes that arrived.
    pub bytes: bytes::Bytes,
    /// Who uploaded it.
    pub uploader: String,
    /// When.
    pub created_at: Timestamp,
}

/// Whether an upload came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssetState {
    /// It did not: the asset blocks its name and cannot be downloaded.
    Starter,
    /// It did.
    Uploaded,
}
