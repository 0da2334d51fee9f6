//! `notes` of `zarpe.yml`: what the release notes tell, and what the release carries.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::door;

/// What the release notes tell, and what the release carries.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Notes {
    /// The changelog that `zarpe prepare` puts the release's entry into, a Keep a Changelog file.
    #[serde(deserialize_with = "file")]
    pub changelog: Option<String>,
    /// Files attached to the release, relative to the repository.
    #[serde(deserialize_with = "door::paths")]
    pub assets: Vec<String>,
    /// Further sections, in their order; the first that fits a change takes it, but never from what breaks callers.
    pub sections: Vec<NotesSection>,
    /// Whether the categories of `.github/release.yml`, where there is such a file, are the sections; not where `sections` names some.
    pub github_categories: bool,
    /// Types of commits that are not told, unless they break callers: `[ci, test]`.
    pub hide: Vec<String>,
    /// Trackers of issues beside GitHub: the letters of their keys, and the address of an issue with `{issue}` for its key.
    #[serde(deserialize_with = "trackers")]
    pub trackers: BTreeMap<String, String>,
    /// Whether those are named who brought something for the first time; the whole history is read for it.
    pub first_time: bool,
    /// A template in minijinja (Jinja2) instead of the built-in form: a file of the repository, or `git-cliff`.
    #[serde(deserialize_with = "file")]
    pub template: Option<String>,
    /// A file of the repository with the words of another language.
    #[serde(deserialize_with = "file")]
    pub words: Option<String>,
}

impl Default for Notes {
    fn default() -> Self {
        Self {
            changelog: None,
            assets: Vec::new(),
            sections: Vec::new(),
            github_categories: true,
            hide: Vec::new(),
            trackers: BTreeMap::new(),
            first_time: false,
            template: None,
            words: None,
        }
    }
}

/// A further section of the notes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NotesSection {
    /// Its heading.
    #[serde(deserialize_with = "door::words")]
    pub title: String,
    /// Types of commits.
    #[serde(default)]
    pub types: Vec<String>,
    /// Scopes of these types; default: any.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Labels of pull requests; they are known only with a token.
    #[serde(default)]
    pub labels: Vec<String>,
}

fn file<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    door::path(deserializer).map(Some)
}

fn trackers<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    use serde::de::Error as _;
    let trackers = BTreeMap::<String, String>::deserialize(deserializer)?;
    for (key, address) in &trackers {
        if key.is_empty() || !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(D::Error::custom(format!("`{key}` is no key of a tracker, such as ACME of ACME-12")));
        }
        let web = address.starts_with("https://") || address.starts_with("http://");
        let plain = address.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '<' | '>' | '"' | '\\'));
        if !web || !plain || !address.contains("{issue}") {
            let message = format!("`{address}` is no web address with {{issue}} in it, for the key of an issue");
            return Err(D::Error::custom(message));
        }
    }
    Ok(trackers)
}
