//! The style of the tags in use: what stands before the version.

use std::collections::BTreeMap;

use super::Found;
use crate::report::{Finding, Level};

/// The prefix of most tags, what was found, and what is odd about it.
pub(super) fn style(tags: &[String]) -> (Option<String>, Found, Vec<Finding>) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for prefix in tags.iter().filter_map(|tag| prefix(tag)) {
        *counts.entry(prefix).or_default() += 1;
    }
    // On a tie the shorter prefix: `v1.2.3` before `api-v1.2.3`.
    let most = counts.iter().max_by_key(|(prefix, count)| (**count, std::cmp::Reverse(prefix.len())));
    let Some((&prefix, &count)) = most else {
        return (None, Found::new("tags", None, "no tag names a version"), Vec::new());
    };
    let others: Vec<String> =
        counts.keys().filter(|other| **other != prefix).map(|other| format!("{other}1.2.3")).collect();
    let remarks = if others.is_empty() {
        Vec::new()
    } else {
        let message =
            format!("tags are also named as in {}: only {prefix}1.2.3 counts as a release", others.join(", "));
        vec![Finding::new("init/tags", Level::Warning, message).help("set another one: `tag.name` in zarpe.yml")]
    };
    let found = Found::new("tags", Some((format!("{prefix}1.2.3"), format!("{count} of {} tags", tags.len()))), "");
    (Some(prefix.to_owned()), found, remarks)
}

/// The tag of the highest version, whatever stands before it.
#[must_use]
pub fn newest(tags: &[String]) -> Option<&str> {
    let version = |tag: &&String| semver::Version::parse(tag.strip_prefix(prefix(tag)?)?).ok();
    tags.iter().filter(|tag| version(tag).is_some()).max_by_key(version).map(String::as_str)
}

/// What stands before the version in a tag's name; `None` where it names no version.
fn prefix(tag: &str) -> Option<&str> {
    let begins = |at: usize| {
        let before = tag.get(..at)?;
        let is_inside = before.ends_with(|c: char| c.is_ascii_digit() || c == '.');
        (!is_inside && semver::Version::parse(tag.get(at..)?).is_ok()).then_some(before)
    };
    tag.char_indices().filter(|(_, c)| c.is_ascii_digit()).find_map(|(at, _)| begins(at))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("v1.2.3" => Some("v"); "v")]
    #[test_case("1.2.3-rc.1" => Some(""); "bare")]
    #[test_case("api-v1.2.3" => Some("api-v"); "named")]
    #[test_case("api2/v1.2.3" => Some("api2/v"); "a digit in the name")]
    #[test_case("release-10.0.0" => Some("release-"); "two digits")]
    #[test_case("v1.2" => None; "two parts")]
    #[test_case("2026.01.05" => None; "a date")]
    #[test_case("sha-0123abc" => None; "a short hash")]
    #[test_case("é1.0.0" => Some("é"); "not ASCII")]
    fn has_prefix(tag: &str) -> Option<&str> {
        prefix(tag)
    }

    #[test_case(&["v1.0.0", "v1.1.0", "api-v1.0.0", "old"] => (Some("v".into()), 1); "most")]
    #[test_case(&["v1.0.0", "api-v1.0.0"] => (Some("v".into()), 1); "a tie")]
    #[test_case(&["1.0.0"] => (Some(String::new()), 0); "none before it")]
    #[test_case(&["sha-0123abc"] => (None, 0); "no version")]
    fn chooses(tags: &[&str]) -> (Option<String>, usize) {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let (prefix, _, remarks) = style(&tags);
        (prefix, remarks.len())
    }
}
