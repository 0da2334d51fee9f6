//! The last release before a commit: versions are tried from the highest down, and the first ancestor is the answer.

use anyhow::Result;
use semver::Version;

use super::{Graph, Id, Ids, Links, Release};
use crate::report::Verdict;

/// After so many versions that are no ancestors, the whole history is read once and answers for all that are left.
const TRIES: usize = 8;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Last {
    /// The highest version whose tag is an ancestor.
    Release(Release),
    /// No tag is an ancestor.
    None,
    /// A shallow clone ends before it can be told.
    CutOff,
}

/// Looks for the first of `tags` whose commit is `head` or one of its ancestors. The order is the caller's: the highest
/// version first, never by date. `commit` follows a tag to its commit; a tag that leads to none is passed over.
///
/// # Errors
/// When a tag or a commit cannot be read.
pub fn last_release<'a, R: FnMut(&Id) -> Result<Links>>(
    graph: &mut Graph<R>,
    head: &Id,
    tags: impl IntoIterator<Item = &'a (Version, String)>,
    mut commit: impl FnMut(&str) -> Result<Option<Id>>,
) -> Result<Last> {
    let mut whole: Option<(Ids, bool)> = None;
    for (tried, (version, tag)) in tags.into_iter().enumerate() {
        let Some(id) = commit(tag)? else { continue };
        if tried == TRIES {
            whole = Some(graph.ancestors(head)?);
        }
        let answer = match &whole {
            Some((ancestors, _)) if ancestors.contains(&id) => Verdict::Yes,
            Some((_, true)) => Verdict::CannotTell,
            Some((_, false)) => Verdict::No,
            None => graph.is_ancestor(&id, head)?,
        };
        match answer {
            Verdict::Yes => {
                let release = Release { tag: tag.clone(), version: version.clone(), commit: id.sha() };
                return Ok(Last::Release(release));
            }
            Verdict::No => {}
            Verdict::CannotTell => return Ok(Last::CutOff),
        }
    }
    Ok(Last::None)
}
