//! What an image says that it was built from, against the commit and the version that it is about to be named by.
//! <https://specs.opencontainers.org/image-spec/annotations/>

use std::collections::BTreeMap;

use crate::history::Sha;
use crate::report::{Finding, Level};

/// Annotations, or labels of the configuration, that are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// `org.opencontainers.image.revision`.
    pub revision: Option<String>,
    /// `org.opencontainers.image.version`.
    pub version: Option<String>,
}

impl Labels {
    /// Picks them; an empty one says nothing.
    #[must_use]
    pub fn of(all: &BTreeMap<String, String>) -> Self {
        let get = |name: &str| {
            all.get(&format!("org.opencontainers.image.{name}")).filter(|value| !value.trim().is_empty()).cloned()
        };
        Self { revision: get("revision"), version: get("version") }
    }
}

/// One place that says something about where an image is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// For people: ` (linux/arm64)`, or nothing for the whole.
    pub place: String,
    /// What it says.
    pub labels: Labels,
    /// Whether it need not say anything: the annotations, where the labels of the configuration speak.
    pub may_be_silent: bool,
}

/// Judges by what the image says. Another revision is an error: an image of another commit never gets this commit's tags.
/// No revision is a warning: it is not shown, and a person named the image.
#[must_use]
pub fn judge(image: &str, origins: &[Origin], commit: &Sha, version: &semver::Version) -> Vec<Finding> {
    let mut findings = Vec::new();
    let whole_says = origins
        .iter()
        .any(|origin| origin.may_be_silent && origin.place.is_empty() && origin.labels.revision.is_some());
    for Origin { place, labels, may_be_silent } in origins {
        match &labels.revision {
            Some(revision) if is_commit(revision, commit) => {}
            Some(revision) => findings.push(
                Finding::new(
                    "image/revision",
                    Level::Error,
                    format!("image {image}{place} says that it was built from {revision}, not from {commit}"),
                )
                .help("name the image that was built from this commit, or tag the commit that this one was built from"),
            ),
            None if *may_be_silent || whole_says => {}
            None => findings.push(
                Finding::new(
                    "image/unlabelled",
                    Level::Warning,
                    format!(
                        "image {image}{place} does not say what it was built from: that it is {} is not shown",
                        commit.short()
                    ),
                )
                .help("build it with the label org.opencontainers.image.revision (docker/metadata-action sets it)"),
            ),
        }
        if let Some(said) = labels.version.as_deref().filter(|said| !is_version(said, version)) {
            // The name of a branch is what docker/metadata-action writes before there is a version.
            let is_other = semver::Version::parse(said.trim_start_matches('v')).is_ok();
            let level = if is_other { Level::Warning } else { Level::Info };
            let message = format!("image {image}{place} says that its version is {said}, not {version}");
            findings.push(Finding::new("image/version", level, message));
        }
    }
    findings.dedup();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

/// The whole name of the commit, or seven of its digits or more.
fn is_commit(revision: &str, commit: &Sha) -> bool {
    let revision = revision.trim().to_ascii_lowercase();
    revision.len() >= 7 && commit.as_str().starts_with(&revision)
}

fn is_version(said: &str, version: &semver::Version) -> bool {
    said.trim().trim_start_matches('v') == version.to_string()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

    fn origin(place: &str, revision: Option<&str>, version: Option<&str>, may_be_silent: bool) -> Origin {
        let labels = Labels { revision: revision.map(ToOwned::to_owned), version: version.map(ToOwned::to_owned) };
        Origin { place: place.to_owned(), labels, may_be_silent }
    }

    fn rules(origins: &[Origin]) -> String {
        let findings = judge("r/i", origins, &Sha::parse(SHA).unwrap(), &semver::Version::new(1, 2, 3));
        let words: Vec<String> = findings.iter().map(|f| format!("{} {:?}", f.rule, f.level)).collect();
        words.join(", ")
    }

    #[test_case(Some(SHA), Some("1.2.3") => ""; "all as it should be")]
    #[test_case(Some("0123456"), Some("v1.2.3") => ""; "in short")]
    #[test_case(Some("012345"), None => "image/revision Error"; "too short to be shown")]
    #[test_case(Some("ffffffffffff"), None => "image/revision Error"; "another commit")]
    #[test_case(None, None => "image/unlabelled Warning"; "nothing")]
    #[test_case(Some(SHA), Some("1.2.4") => "image/version Warning"; "another version")]
    #[test_case(Some(SHA), Some("main") => "image/version Info"; "a branch")]
    fn judges(revision: Option<&str>, version: Option<&str>) -> String {
        rules(&[origin("", None, None, true), origin("", revision, version, false)])
    }

    #[test]
    fn each_platform_answers_for_itself() {
        let amd = origin(" (linux/amd64)", Some(SHA), None, false);
        let arm = |revision| origin(" (linux/arm64)", revision, None, false);
        assert_eq!(rules(&[amd.clone(), arm(Some("fffffff"))]), "image/revision Error");
        assert_eq!(rules(&[amd.clone(), arm(None)]), "image/unlabelled Warning");
        assert_eq!(rules(&[origin("", Some(SHA), None, true), amd, arm(None)]), "", "the index speaks for all");
    }
}
