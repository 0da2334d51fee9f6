//! `--fetch`: what a short clone lacks is fetched, as far as the last release and no further.
//!
//! The remote says which commit each version tag names; then the clone is deepened step by step until the last release before the
//! commit is in it and the range to it is whole. At last the version tags that lead to commits of this clone are made in it.

use anyhow::Result;

use super::git::Repository;
use super::remote::Depth;
use super::session::Session;
use crate::history::{Sha, Tag};

/// How much deeper each step goes; after the last one the whole history is fetched.
const STEPS: [Depth; 4] = [Depth::Deeper(100), Depth::Deeper(400), Depth::Deeper(1600), Depth::Whole];

/// How many tags are fetched by one call of git.
const TAGS: usize = 500;

/// Fetches what is missing for the commit of a revision; without one, for the head of the branch on the remote. `own_tags`:
/// whether a version tag at the commit itself is the last release (`next`), or is what an earlier run made of it (`tag`).
///
/// # Errors
/// Exit code 3 where the remote cannot be asked or does not give it.
pub(super) async fn fetch(session: &Session<'_>, revision: Option<&str>, own_tags: bool) -> Result<()> {
    let head = wanted(session, revision).await?;
    let tags = session.remote_tags().await?;
    let before: Vec<Tag> = tags.iter().filter(|tag| own_tags || tag.commit != head).cloned().collect();
    for depth in STEPS {
        let clone = Repository::open(&session.cx.directory)?;
        let is_here = clone.resolve(head.as_str()).is_ok();
        let names = &session.cx.config.tag.name;
        if is_here && clone.history_by(&head, names, &before)?.cut_off.is_none() {
            break;
        }
        deepen(session, &clone, depth, (!is_here).then_some(&head)).await?;
    }
    make_tags(session, &tags).await
}

/// The commit that it is about; a full name may be one that is not here yet.
async fn wanted(session: &Session<'_>, revision: Option<&str>) -> Result<Sha> {
    match revision.map(Sha::parse) {
        Some(Ok(sha)) => Ok(sha),
        _ if revision == Some("HEAD") => Ok(session.repository.head()?.commit),
        _ => session.commit(revision).await,
    }
}

/// One step: history behind every end of a shallow clone, and the commit where it is missing.
async fn deepen(session: &Session<'_>, clone: &Repository, depth: Depth, missing: Option<&Sha>) -> Result<()> {
    let ends = clone.shallow_ends()?;
    let depth = (!ends.is_empty()).then_some(depth);
    let wanted: Vec<String> =
        ends.iter().map(crate::history::Id::sha).chain(missing.cloned()).map(|sha| sha.to_string()).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    session.remote().await?.fetch(partial(session, clone)?, depth, &wanted).await
}

/// Makes the version tags here whose commits are here, and none that is there already: a tag is never moved.
async fn make_tags(session: &Session<'_>, tags: &[Tag]) -> Result<()> {
    let clone = Repository::open(&session.cx.directory)?;
    let here = clone.tag_names()?;
    let names = &session.cx.config.tag.name;
    let lacking = |tag: &&Tag| {
        names.version(&tag.name).is_some() && !here.contains(&tag.name) && clone.resolve(tag.commit.as_str()).is_ok()
    };
    let wanted: Vec<String> =
        tags.iter().filter(lacking).map(|Tag { name, .. }| format!("refs/tags/{name}:refs/tags/{name}")).collect();
    for wanted in wanted.chunks(TAGS) {
        session.remote().await?.fetch(partial(session, &clone)?, None, wanted).await?;
    }
    Ok(())
}

/// The name of the remote, where the clone leaves objects to it.
fn partial<'a>(session: &'a Session<'_>, clone: &Repository) -> Result<Option<&'a str>> {
    let name = session.cx.remote_name();
    Ok(clone.is_partial(name)?.then_some(name))
}
