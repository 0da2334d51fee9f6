//! `zarpe.yml` as a typed value, validated at the door: inner code cannot see a bad one.
//!
//! One definition serves three readers: `serde` (through `yaml`, which knows the places), the JSON Schema of
//! `zarpe schema config`, and the documentation. No tagged or untagged enums here: their errors have no place.

mod deploy;
mod door;
mod notes;
mod openapi;
mod version;

use std::collections::BTreeMap;

use anyhow::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::history::Sha;
use crate::image::{Image, Moving};
use crate::steps::notice::Target;
use crate::yaml;

pub use deploy::{Deploy, Notify};
pub use door::folder_inside;
pub use notes::{Notes, NotesSection};
pub use openapi::{OpenApi, RuleId, Severity};
pub use version::{LabelNames, Version, VersionFile, VersionSource, ZeroFeature};

/// The configuration of zarpe for one repository; every key is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// The branch that releases are made from; default: the remote's default branch.
    #[serde(deserialize_with = "door::branch")]
    pub branch: Option<String>,
    /// The language of the release notes, of deployments, and of what zarpe tells people.
    pub language: Language,
    /// What makes a commit green and approved.
    pub verify: Verify,
    /// How the next version is found.
    pub version: Version,
    /// What the tags are called.
    pub tag: TagNames,
    /// The images that a release gives the same tags, `REGISTRY/NAME`, with `:TAG` or `@DIGEST` where it is not the one that
    /// CI pushed under the short-hash tag.
    pub images: Vec<Image>,
    /// The OpenAPI documents that callers rely on.
    pub openapi: Vec<OpenApi>,
    /// What the release notes tell, and what the release carries.
    pub notes: Notes,
    /// What holds for every deployment.
    pub deploy: Deploy,
}

/// A language that zarpe speaks to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

/// What makes a commit green and approved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Verify {
    /// Names of the checks that must be there and pass; default: what the branch's rules require, else every check that ran.
    pub checks: Vec<String>,
    /// Globs of check names that are not judged.
    pub ignore: Vec<Glob>,
    /// How many approvals each commit needs; default: what the branch's rules require, else 1.
    pub approvals: Option<u32>,
    /// Where the range of commits to judge begins.
    pub since: Since,
    /// Where zarpe was adopted, as a full commit name: it and what came before it is not judged for approval.
    #[serde(deserialize_with = "door::some_sha")]
    #[schemars(with = "Option<String>")]
    pub baseline: Option<Sha>,
    /// Globs of branches whose pull requests count; default: the configured branch.
    pub bases: Vec<Glob>,
    /// The members of teams that own code (`org/team: [login]`); GitHub shows them only to tokens that may read the organisation.
    pub teams: BTreeMap<String, Vec<String>>,
    /// Other commits whose checks count for a commit, where they hold the very same files: `merge-group` (what the merge queue
    /// tried before a squash or a rebase), `pull-request` (the head of its pull request). Default: none.
    pub tested_as: Vec<TestedAs>,
    /// Globs of files: where the message of a commit says `[skip ci]` and it changes nothing else, the checks of its parent count.
    pub skip_ci: Vec<Glob>,
    /// Machines that push without a pull request, each with the only files that it may change without approval.
    pub bots: Vec<Bot>,
    /// Commits that may be released without approval, for an emergency; always shown, never silent.
    pub waive: Vec<Waiver>,
}

/// Another commit with the very same files, whose checks count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TestedAs {
    /// What the merge queue tried.
    MergeGroup,
    /// The head of the pull request.
    PullRequest,
}

/// A machine that pushes without a pull request. Whose name is on a commit is the pusher's own word: so what may be changed under
/// that name is said file by file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Bot {
    /// Its login, as in `github-actions[bot]`.
    #[serde(deserialize_with = "door::words")]
    pub login: String,
    /// Globs of the files that it may change.
    #[serde(deserialize_with = "door::some")]
    pub paths: Vec<Glob>,
}

/// A commit that may be released without approval, and who answers for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Waiver {
    /// The whole name of the commit.
    #[serde(deserialize_with = "door::sha")]
    #[schemars(with = "String")]
    pub sha: Sha,
    /// Why it could not wait.
    #[serde(deserialize_with = "door::words")]
    pub reason: String,
    /// Who answers for it.
    #[serde(deserialize_with = "door::words")]
    pub by: String,
    /// The last day on which it counts, in UTC.
    #[serde(deserialize_with = "door::date")]
    #[schemars(with = "String")]
    pub expires: jiff::civil::Date,
}

/// What the tags are called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct TagNames {
    /// The version tag, with `{version}` once; default `v{version}`.
    pub name: VersionTag,
    /// The short-hash tag, with `{hash}` once; default `sha-{hash}`.
    pub short_hash: HashTag,
    /// The tag of the version on images, with `{version}` once; default: as the version tag is called.
    pub image_tag: Option<VersionTag>,
    /// Tags of images that move on with each release: `minor` (1.2), `major` (1), `latest`.
    pub image_moving: Vec<Moving>,
}

/// Where the range of commits to judge begins: `last-release`, `head`, or a full commit name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Since {
    /// The last release before the commit.
    #[default]
    LastRelease,
    /// The commit alone.
    Head,
    /// After this commit.
    Commit(Sha),
}

impl std::fmt::Display for Since {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::LastRelease => f.write_str("last-release"),
            Self::Head => f.write_str("head"),
            Self::Commit(commit) => commit.fmt(f),
        }
    }
}

impl TryFrom<String> for Since {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        match text.as_str() {
            "last-release" => Ok(Self::LastRelease),
            "head" => Ok(Self::Head),
            other => Sha::parse(other)
                .map(Self::Commit)
                .map_err(|_| format!("`{other}` is none of last-release, head, or a full commit name")),
        }
    }
}

/// A glob as in `.gitignore`: `*` stops at `/`, `**` does not.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Glob(globset::GlobMatcher);

impl Glob {
    /// Whether the whole text matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The glob as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.glob().glob()
    }
}

impl Serialize for Glob {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Glob {}

impl TryFrom<String> for Glob {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        globset::GlobBuilder::new(&text)
            .literal_separator(true)
            .build()
            .map(|glob| Self(glob.compile_matcher()))
            .map_err(|error| format!("`{text}` is not a glob: {}", error.kind()))
    }
}

impl std::str::FromStr for Glob {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

/// A tag name around one placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    before: String,
    after: String,
}

impl Pattern {
    fn parse(text: &str, placeholder: &str) -> std::result::Result<Self, String> {
        let (before, after) = text
            .split_once(placeholder)
            .filter(|(_, after)| !after.contains(placeholder))
            .ok_or_else(|| format!("`{text}` must contain {placeholder} once"))?;
        if !crate::history::is_tag_name(&format!("{before}1.2.3{after}")) {
            return Err(format!("`{text}` makes no valid tag name"));
        }
        Ok(Self { before: before.to_owned(), after: after.to_owned() })
    }

    fn name(&self, inner: &str) -> String {
        format!("{}{inner}{}", self.before, self.after)
    }

    fn inner<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.strip_prefix(&self.before)?.strip_suffix(&self.after)
    }
}

/// The name of version tags.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct VersionTag(Pattern);

impl VersionTag {
    /// The tag of a version.
    #[must_use]
    pub fn name(&self, version: &semver::Version) -> String {
        self.0.name(&version.to_string())
    }

    /// The version that a tag's name stands for; `None` for every name that this pattern would not have made.
    #[must_use]
    pub fn version(&self, name: &str) -> Option<semver::Version> {
        semver::Version::parse(self.0.inner(name)?).ok()
    }
}

impl Default for VersionTag {
    fn default() -> Self {
        Self(Pattern { before: "v".into(), after: String::new() })
    }
}

impl std::str::FromStr for VersionTag {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for VersionTag {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        Pattern::parse(&text, "{version}").map(Self)
    }
}

/// The name of short-hash tags.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct HashTag(Pattern);

impl HashTag {
    /// The tag of a commit, with `digits` digits of its name.
    #[must_use]
    pub fn name(&self, commit: &Sha, digits: usize) -> String {
        self.0.name(commit.prefix(digits))
    }
}

impl Default for HashTag {
    fn default() -> Self {
        Self(Pattern { before: "sha-".into(), after: String::new() })
    }
}

impl TryFrom<String> for HashTag {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        Pattern::parse(&text, "{hash}").map(Self)
    }
}

/// In the JSON Schema, a type that is read from text is a string.
macro_rules! schema_is_a_string {
    ($($type:ty),*) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool { true }
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($type).into() }
            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                String::json_schema(generator)
            }
        }
    )*};
}
schema_is_a_string!(Since, Glob, VersionTag, HashTag, Image, RuleId, Target);

impl Config {
    /// Reads a configuration file's text; `file` is its name for messages.
    ///
    /// # Errors
    /// Exit code 2 with line, column and, for an unknown key, the nearest known one.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        yaml::from_str(file, text)
    }
}
