//! What a text of the configuration must be like, checked while it is read, so that a refusal has its place.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::history::Sha;

/// A branch, without `refs/heads/`.
pub(super) fn branch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(name) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    if !crate::history::is_tag_name(&name) || name.starts_with("refs/") {
        return Err(D::Error::custom(format!("`{name}` is no name of a branch, such as main")));
    }
    Ok(Some(name))
}

/// A file of the repository, by its path from the top.
pub(super) fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Inside::deserialize(deserializer).map(|path| path.0)
}

/// A file of the repository, where there is one.
pub(super) fn some_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    path(deserializer).map(Some)
}

/// Files of the repository, each with its own place.
pub(super) fn paths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Vec::<Inside>::deserialize(deserializer)?.into_iter().map(|path| path.0).collect())
}

/// A folder of the repository, by its path from the top.
pub(super) fn folder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(path) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    folder_inside(&path).map(Some).map_err(D::Error::custom)
}

/// A folder of the repository by its path from the top; `.` is the top itself, as an empty path.
pub(super) fn folder_or_top<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let path = String::deserialize(deserializer)?;
    if matches!(path.as_str(), "." | "./") {
        return Ok(Some(String::new()));
    }
    folder_inside(&path).map(Some).map_err(D::Error::custom)
}

/// The path of a folder as git names it: from the top, without `/` at its end.
///
/// # Errors
/// Where it leads out of the repository, or names nothing.
pub fn folder_inside(path: &str) -> Result<String, String> {
    Inside::try_from(path.trim_end_matches('/').to_owned())
        .map(|path| path.0)
        .map_err(|error| error.replace("names no file", "names no folder"))
}

/// The whole name of a commit.
pub(super) fn sha<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sha, D::Error> {
    let text = String::deserialize(deserializer)?;
    Sha::parse(&text).map_err(|_| D::Error::custom(format!("`{text}` is not the whole name of a commit")))
}

/// The whole name of a commit, where there is one.
pub(super) fn some_sha<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Sha>, D::Error> {
    sha(deserializer).map(Some)
}

/// A text that says something.
pub(super) fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() { Err(D::Error::custom("this must not be empty")) } else { Ok(text) }
}

/// A list that is not empty.
pub(super) fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let items = Vec::deserialize(deserializer)?;
    if items.is_empty() { Err(D::Error::custom("this must not be empty")) } else { Ok(items) }
}

/// A day, ISO 8601.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| D::Error::custom(format!("`{text}` is not a day such as 2026-12-31")))
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Inside(String);

impl TryFrom<String> for Inside {
    type Error = String;

    /// Leaves `a/b` of `./a//b`, as git names files.
    fn try_from(text: String) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        if text.starts_with('/') || parts.contains(&"..") || text.contains(['\\', '\0']) {
            return Err(format!("`{text}` leads out of the repository: give the path from its top, with `/`"));
        }
        if parts.is_empty() || text.ends_with('/') {
            return Err(format!("`{text}` names no file"));
        }
        Ok(Self(parts.join("/")))
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::Inside;

    #[test_case("schema.yml" => "schema.yml")]
    #[test_case("./api//v1/schema.yml" => "api/v1/schema.yml"; "dots")]
    #[test_case("..yml" => "..yml"; "a name that begins with dots")]
    #[test_case("a/../b" => "`a/../b` leads out of the repository: give the path from its top, with `/`"; "up")]
    #[test_case("/etc/passwd" => "`/etc/passwd` leads out of the repository: give the path from its top, with `/`"; "absolute")]
    #[test_case("a\\b" => "`a\\b` leads out of the repository: give the path from its top, with `/`"; "backslash")]
    #[test_case("" => "`` names no file"; "empty")]
    #[test_case("." => "`.` names no file"; "dot")]
    #[test_case("docs/" => "`docs/` names no file"; "folder")]
    fn a_path_stays_inside(text: &str) -> String {
        Inside::try_from(text.to_owned()).map_or_else(|error| error, |path| path.0)
    }
}
