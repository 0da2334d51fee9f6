//! The line of versions that a maintenance branch is for, by the branch's name.

use std::fmt;

use semver::Version;

/// What stands before the numbers in the names of such branches.
const PREFIXES: [&str; 7] = ["release/", "releases/", "release-", "maintenance/", "maint/", "support/", "stable/"];

/// A line of versions: all of `1`, or all of `1.4`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The branch.
    pub branch: String,
    major: u64,
    minor: Option<u64>,
}

impl Line {
    /// The line of a branch: `1.x`, `1.4.x`, `1.4`, and behind a word as in `release/1.4` also a number alone; a `v` may stand
    /// before the numbers. `None` for every other name: a whole version (`release/1.4.0`) is one release, no line.
    #[must_use]
    pub fn of(branch: &str) -> Option<Self> {
        let behind_word = PREFIXES.iter().find_map(|prefix| branch.strip_prefix(prefix));
        let numbers = behind_word.unwrap_or(branch);
        let parts: Vec<&str> = numbers.strip_prefix('v').unwrap_or(numbers).split('.').collect();
        let number = |text: &str| text.parse::<u64>().ok().filter(|number| number.to_string() == text);
        let (major, minor) = match parts.as_slice() {
            [major] if behind_word.is_some() => (number(major)?, None),
            [major, "x"] => (number(major)?, None),
            [major, minor] | [major, minor, "x"] => (number(major)?, Some(number(minor)?)),
            _ => return None,
        };
        Some(Self { branch: branch.to_owned(), major, minor })
    }

    /// Whether a version belongs to a later line.
    #[must_use]
    pub fn is_before(&self, version: &Version) -> bool {
        version.major > self.major
            || version.major == self.major && self.minor.is_some_and(|minor| version.minor > minor)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minor {
            Some(minor) => write!(f, "{}.{minor}.x", self.major),
            None => write!(f, "{}.x", self.major),
        }
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("release/1.4" => "1.4.x")]
    #[test_case("release-1.4" => "1.4.x"; "hyphen")]
    #[test_case("stable/4.2.x" => "4.2.x")]
    #[test_case("1.x" => "1.x")]
    #[test_case("v2.3" => "2.3.x")]
    #[test_case("support/3" => "3.x")]
    #[test_case("3" => "none"; "a number alone")]
    #[test_case("main" => "none")]
    #[test_case("release/1.4.0" => "none"; "a whole version")]
    #[test_case("release/01.4" => "none"; "a leading zero")]
    #[test_case("release/next" => "none")]
    #[test_case("x" => "none")]
    #[test_case("" => "none"; "nothing")]
    fn a_branch_names_its_line(branch: &str) -> String {
        Line::of(branch).map_or("none".into(), |line| line.to_string())
    }

    #[test_case("release/1.4", "1.4.9" => false)]
    #[test_case("release/1.4", "1.5.0" => true; "next minor")]
    #[test_case("release/1.4", "2.0.0-rc.1" => true; "next major")]
    #[test_case("1.x", "1.99.0" => false)]
    #[test_case("1.x", "2.0.0" => true; "major line")]
    fn a_line_ends_before_the_next(branch: &str, version: &str) -> bool {
        Line::of(branch).unwrap().is_before(&version.parse().unwrap())
    }
}
