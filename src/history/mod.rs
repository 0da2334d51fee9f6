//! The history of a release: commits, tags, the range since the last release. Pure: `io::git` gives the values.

mod copies;
mod graph;
mod last;
mod order;
mod raw;
mod releases;
mod reverts;

use std::fmt;

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;

use crate::report::Failure;

pub use copies::{Copy, Elsewhere, How, copies, suspects};
pub use graph::{Graph, Ids, Range};
pub use last::{Last, last_release};
pub use order::Order;
pub use raw::{EntryKind, Id, Links, TagTarget, root_tree, tag_target, tree_entry};
pub use releases::{Stretch, Tagged, stretches};
pub use reverts::{Fate, fates};

/// The name of a commit: 40 (SHA-1) or 64 (SHA-256) lowercase hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Sha(String);

impl Sha {
    /// Parses a full name.
    ///
    /// # Errors
    /// Exit code 2 where the text is no full commit name.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.to_ascii_lowercase();
        if matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Self(text));
        }
        Err(Failure::usage("history/sha", format!("`{text}` is not a full commit name")).into())
    }

    /// The whole name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first seven digits, for people.
    #[must_use]
    pub fn short(&self) -> &str {
        self.prefix(7)
    }

    /// The first `digits` digits, or all.
    #[must_use]
    pub fn prefix(&self, digits: usize) -> &str {
        self.0.get(..digits).unwrap_or(&self.0)
    }
}

impl fmt::Display for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether git accepts the text as the name of a tag (without `refs/tags/`), by the rules of git-check-ref-format(1), and
/// no program can take it for an option.
#[must_use]
pub fn is_tag_name(name: &str) -> bool {
    let parts_are_sound =
        name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock"));
    let characters_are_sound =
        name.chars().all(|c| !c.is_ascii_control() && !matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\'));
    parts_are_sound
        && characters_are_sound
        && !name.starts_with('-')
        && !name.ends_with('.')
        && !name.contains("..")
        && !name.contains("@{")
}

/// Who made something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person {
    /// Name as written in the commit.
    pub name: String,
    /// Mail address as written in the commit.
    pub email: String,
}

/// A commit, as the repository holds it; invalid UTF-8 is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub sha: Sha,
    /// Its parents, the first first.
    pub parents: Vec<Sha>,
    /// Who wrote it.
    pub author: Person,
    /// When it was written, by the author's own clock: for people, never for order.
    pub authored: Timestamp,
    /// The whole message.
    pub message: String,
}

impl Commit {
    /// The first line of the message.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.message.trim_start().lines().next().unwrap_or_default().trim_end()
    }

    /// Who wrote it: the author, then those whom `Co-authored-by` trailers name, each once.
    #[must_use]
    pub fn authors(&self) -> Vec<Person> {
        let mut authors = vec![self.author.clone()];
        if !self.message.contains("-by:") && !self.message.contains("-By:") {
            return authors;
        }
        for line in self.message.lines() {
            let named = line.split_once(':').filter(|(key, _)| key.eq_ignore_ascii_case("co-authored-by"));
            let person = named.and_then(|(_, value)| value.trim().strip_suffix('>')?.split_once('<'));
            let Some((name, email)) = person else { continue };
            let person = Person { name: name.trim().to_owned(), email: email.trim().to_owned() };
            if authors.iter().all(|known| !known.email.eq_ignore_ascii_case(&person.email)) {
                authors.push(person);
            }
        }
        authors
    }

    /// Whether it has more than one parent.
    #[must_use]
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }
}

/// A tag and the commit that it names in the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// Name without `refs/tags/`.
    pub name: String,
    /// The commit, annotated tags followed.
    pub commit: Sha,
}

/// A tag that names a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Name of the tag.
    pub tag: String,
    /// The version in it.
    pub version: semver::Version,
    /// The commit.
    pub commit: Sha,
}

/// What happened since the last release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The commit that would be released.
    pub head: Sha,
    /// The last release before it: the highest final version whose tag is an ancestor; none before the first. A
    /// pre-release is no end: what it brought is part of the final release after it.
    pub base: Option<Release>,
    /// The highest pre-release above `base` whose tag is an ancestor.
    pub pre_release: Option<Release>,
    /// The final releases of the base's own line (`1.4`) above it, the highest first: no ancestors, so of another branch.
    pub beside: Vec<Release>,
    /// Every version that has a tag in this clone, an ancestor or not, the highest first.
    pub versions: Vec<semver::Version>,
    /// The commits of `git rev-list base..head`, newest first.
    pub commits: Vec<Commit>,
    /// Why the range cannot be trusted to be whole (a shallow clone that does not reach the last release, a clone without
    /// tags); `None` where it is whole.
    pub cut_off: Option<CutOff>,
}

/// Why a range cannot be trusted to be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutOff {
    /// The clone is shallow, and its history ends before the last release.
    Shallow,
    /// No release tag is here, and the remote was not asked or has some.
    NoTags,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_names_follow_git() {
        for good in ["v1.2.3", "sha-0123abc", "backend/v1.0.0-rc.1"] {
            assert!(is_tag_name(good), "{good}");
        }
        for bad in ["", "-v1", "a..b", "a b", "v1.", "x.lock", "a//b", ".a", "a@{1}", "a\\b", "a\u{7}"] {
            assert!(!is_tag_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_sha_is_whole_or_nothing() {
        assert!(Sha::parse("abc").is_err());
        assert!(Sha::parse(&"g".repeat(40)).is_err());
        assert_eq!(Sha::parse(&"A".repeat(40)).unwrap().short(), "aaaaaaa");
        assert!(Sha::parse(&"0".repeat(64)).is_ok());
    }
}
