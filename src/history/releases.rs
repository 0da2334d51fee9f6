//! A history parted into its releases, each with the commits of `git rev-list previous..tag`.

use semver::Version;

use super::order::Order;

/// A version tag in a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The version.
    pub version: Version,
    /// Name of the tag.
    pub tag: String,
    /// The place of its commit.
    pub place: u32,
}

/// What one release brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The release; `None` for what comes after the last.
    pub release: Option<Tagged>,
    /// The release before it: the highest final version that is an ancestor.
    pub previous: Option<Tagged>,
    /// Its commits by their places, newest first.
    pub commits: Vec<u32>,
}

/// The releases of a history, the highest version first, before them what is not released yet, if there is anything. `tags` are
/// the final versions, the highest first: what a pre-release brought is part of the final release after it.
#[must_use]
pub fn stretches(order: &Order, head: u32, tags: &[Tagged]) -> Vec<Stretch> {
    let previous = |tip: u32, before: &[Tagged], after: &[Tagged]| {
        // Of two versions at one commit, the higher one follows the lower one.
        let is_before = |tagged: &&Tagged| tagged.place != tip && order.is_ancestor(tagged.place, tip);
        let same = after.iter().find(|tagged| tagged.place == tip);
        same.or_else(|| before.iter().find(is_before)).or_else(|| after.iter().find(is_before)).cloned()
    };
    let stretch = |release: Option<&Tagged>, tip: u32, previous: Option<Tagged>| Stretch {
        commits: order.range(previous.as_ref().map(|tagged| tagged.place), tip),
        release: release.cloned(),
        previous,
    };
    let last = tags.iter().find(|tagged| order.is_ancestor(tagged.place, head)).cloned();
    let unreleased = stretch(None, head, last);
    let mut stretches: Vec<Stretch> = Vec::with_capacity(tags.len() + 1);
    stretches.extend((!unreleased.commits.is_empty()).then_some(unreleased));
    for (at, tagged) in tags.iter().enumerate() {
        let (before, after) = tags.split_at_checked(at).unwrap_or_default();
        let after = after.get(1..).unwrap_or_default();
        stretches.push(stretch(Some(tagged), tagged.place, previous(tagged.place, before, after)));
    }
    stretches
}
