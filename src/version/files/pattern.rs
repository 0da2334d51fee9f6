//! Any text, by a pattern around `{version}`.

use std::ops::Range;

use semver::Version;

const PLACEHOLDER: &str = "{version}";

/// The versions between the two halves of the pattern.
pub(super) fn places(text: &str, pattern: &str) -> Result<Vec<Range<usize>>, String> {
    let (before, after) =
        pattern.split_once(PLACEHOLDER).ok_or_else(|| format!("`{pattern}` does not contain {PLACEHOLDER}"))?;
    let starts: Vec<usize> =
        if before.is_empty() { vec![0] } else { text.match_indices(before).map(|(at, _)| at + before.len()).collect() };
    let places: Vec<Range<usize>> = starts.into_iter().filter_map(|start| place(text, start, after)).collect();
    if places.is_empty() { Err(format!("no version stands there as `{pattern}`")) } else { Ok(places) }
}

/// The longest version from here that the other half follows.
fn place(text: &str, start: usize, after: &str) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    let longest = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    (1..=longest).rev().find_map(|length| {
        let (version, follows) = rest.split_at_checked(length)?;
        (Version::parse(version).is_ok() && follows.starts_with(after)).then_some(start..start + length)
    })
}
