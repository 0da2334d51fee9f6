//! `version` of `zarpe.yml`: how the next version is found.

use schemars::JsonSchema;
use serde::Deserialize;

use super::door;
use crate::version::Bump;

/// How the next version is found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Version {
    /// What may ask for a version; the next one is the largest bump that any of them asks for.
    pub from: Vec<VersionSource>,
    /// The labels of pull requests that ask for a version, where `from` has `labels`.
    pub labels: LabelNames,
    /// The version of the first release.
    #[schemars(with = "String")]
    pub initial: semver::Version,
    /// What a feature raises in versions before 1.0.0; what breaks raises the minor part there.
    pub zero_feature: ZeroFeature,
    /// Only commits that change something in this folder count: a part of a repository with releases of its own.
    #[serde(deserialize_with = "door::folder")]
    pub path: Option<String>,
}

impl Default for Version {
    fn default() -> Self {
        Self {
            from: vec![VersionSource::Commits, VersionSource::Openapi],
            labels: LabelNames::default(),
            initial: semver::Version::new(0, 1, 0),
            zero_feature: ZeroFeature::Minor,
            path: None,
        }
    }
}

/// What may ask for a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VersionSource {
    /// Conventional Commits.
    Commits,
    /// What the OpenAPI documents' difference proves.
    Openapi,
    /// Labels of the merged pull requests; they are on GitHub, so a token is needed.
    Labels,
}

/// The labels that ask for each part of the version. As on GitHub, upper and lower case are the same.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LabelNames {
    /// Something that breaks callers.
    pub major: Vec<String>,
    /// Something new.
    pub minor: Vec<String>,
    /// A repair.
    pub patch: Vec<String>,
}

impl Default for LabelNames {
    fn default() -> Self {
        let one = |name: &str| vec![name.to_owned()];
        Self { major: one("semver:major"), minor: one("semver:minor"), patch: one("semver:patch") }
    }
}

impl LabelNames {
    /// What a label asks for.
    #[must_use]
    pub fn bump(&self, label: &str) -> Bump {
        let has = |names: &[String]| names.iter().any(|name| name.to_lowercase() == label.to_lowercase());
        match label {
            _ if has(&self.major) => Bump::Major,
            _ if has(&self.minor) => Bump::Minor,
            _ if has(&self.patch) => Bump::Patch,
            _ => Bump::None,
        }
    }
}

/// What a feature raises in versions before 1.0.0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ZeroFeature {
    /// `0.4.1` → `0.5.0`.
    #[default]
    Minor,
    /// `0.4.1` → `0.4.2`.
    Patch,
}

impl From<ZeroFeature> for Bump {
    fn from(feature: ZeroFeature) -> Self {
        match feature {
            ZeroFeature::Minor => Self::Minor,
            ZeroFeature::Patch => Self::Patch,
        }
    }
}
