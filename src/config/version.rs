//! `version` of `zarpe.yml`: how the next version is found.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IntoDeserializer as _, MapAccess, Visitor};

use super::door;
use crate::version::Bump;
use crate::version::files::Kind;

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
    /// The files that state the version: `zarpe prepare` writes them, and `zarpe release` refuses where one states another.
    pub files: Vec<VersionFile>,
}

/// A file that states the version: by a name that tells its kind (`Cargo.toml`, `package.json`, `pyproject.toml`, `pom.xml`,
/// `Chart.yaml`), or any text with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionFile {
    /// Its path from the top.
    pub path: String,
    /// What kind of file it is.
    pub kind: Kind,
}

/// As it may be written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// Its path from the top.
    #[serde(deserialize_with = "door::path")]
    path: String,
    /// The text around the version, with `{version}` once: `__version__ = "{version}"`.
    #[serde(default)]
    pattern: Option<String>,
}

impl TryFrom<Written> for VersionFile {
    type Error = String;

    fn try_from(Written { path, pattern }: Written) -> Result<Self, String> {
        let kind = match pattern {
            Some(pattern) if pattern.matches("{version}").count() != 1 => {
                return Err(format!("`{pattern}` must contain {{version}} once"));
            }
            Some(pattern) => Some(Kind::Text(pattern)),
            None => Kind::of(&path),
        };
        let why = || {
            format!("`{path}` has no `version` that zarpe knows: {{path: {path}, pattern: 'TEXT {{version}} TEXT'}}")
        };
        Ok(Self { kind: kind.ok_or_else(why)?, path })
    }
}

impl<'de> Deserialize<'de> for VersionFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PathOrMapping)
    }
}

/// Reads a path, or a mapping with one. By hand, because the error of an untagged enum has no place.
struct PathOrMapping;

impl<'de> Visitor<'de> for PathOrMapping {
    type Value = VersionFile;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a path, or {path, pattern}")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<VersionFile, E> {
        let path = door::path(text.into_deserializer())?;
        Written { path, pattern: None }.try_into().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<VersionFile, A::Error> {
        let written = Written::deserialize(MapAccessDeserializer::new(map))?;
        written.try_into().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for VersionFile {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "VersionFile".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let written = Written::json_schema(generator);
        schemars::json_schema!({ "anyOf": [{ "type": "string" }, written] })
    }
}

impl Default for Version {
    fn default() -> Self {
        Self {
            from: vec![VersionSource::Commits, VersionSource::Openapi],
            labels: LabelNames::default(),
            initial: semver::Version::new(0, 1, 0),
            zero_feature: ZeroFeature::Minor,
            path: None,
            files: Vec::new(),
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
