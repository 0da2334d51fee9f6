//! The version tag and the short-hash tag: together or not at all, made once, never moved.

use anyhow::Result;

use crate::effect::{Applied, EnsureTags, tag_elsewhere};
use crate::history::{Person, Tag};
use crate::io::remote::{Creation, References};
use crate::io::session::Session;
use crate::report::Failure;

pub(super) async fn ensure(session: &Session<'_>, tags: &EnsureTags) -> Result<Applied> {
    refuse_local_strays(session, tags)?;
    let (made, place) = if tags.push {
        (make_on_remote(session, tags).await?, "on the remote")
    } else {
        (creations(session, tags, &missing_here(session, tags)?)?, "in this clone")
    };
    for creation in &made {
        session.repository.create_tag_ref(creation.tag(), &creation.object)?;
    }
    let what = format!("tags {} and {} are at {} {place}", tags.version_tag, tags.short_tag, tags.commit.short());
    Ok(Applied { what, changed: !made.is_empty() })
}

/// Makes what the remote lacks in one transaction; gives what this call made.
async fn make_on_remote(session: &Session<'_>, tags: &EnsureTags) -> Result<Vec<Creation>> {
    let remote = session.remote().await?;
    let missing = missing(&remote.references().await?, tags)?;
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let creations = creations(session, tags, &missing)?;
    let Some(why) = remote.create(&creations).await? else { return Ok(creations) };
    // The answer was lost, or another run was faster: only the remote knows.
    if self::missing(&remote.references().await?, tags)?.is_empty() {
        return Ok(Vec::new());
    }
    Err(Failure::refused("tag/denied", format!("the remote refused the tags, and none of them was made: {why}"))
        .help("a ruleset or a hook protects tags, or the token may not write contents: ask who owns the rule")
        .into())
}

/// The tags that are not on the remote yet; one at another commit is refused, for no tag is ever moved.
fn missing<'a>(references: &References, tags: &'a EnsureTags) -> Result<Vec<&'a str>> {
    let names = [tags.version_tag.as_str(), tags.short_tag.as_str()];
    for name in names {
        if let Some(there) = references.tag(name).filter(|there| **there != tags.commit) {
            let there = Tag { name: name.to_owned(), commit: there.clone() };
            return Err(tag_elsewhere("on the remote", &there, &tags.commit).into());
        }
    }
    Ok(names.into_iter().filter(|name| references.tag(name).is_none()).collect())
}

/// The version tag is an annotated tag object, the short-hash tag names the commit itself.
fn creations(session: &Session<'_>, tags: &EnsureTags, names: &[&str]) -> Result<Vec<Creation>> {
    let object = |name: &str| {
        if name != tags.version_tag {
            return Ok(tags.commit.clone());
        }
        session.repository.write_tag_object(name, &tags.commit, &tagger(session)?, session.cx.now, &tags.message)
    };
    names.iter().map(|name| Ok(Creation { object: object(name)?, reference: format!("refs/tags/{name}") })).collect()
}

/// Who makes the tag: as git is configured; in GitHub Actions, where it usually is not, the workflow's own bot.
fn tagger(session: &Session<'_>) -> Result<Person> {
    if let Some(person) = session.repository.identity()? {
        return Ok(person);
    }
    if session.cx.environment.in_actions() {
        return Ok(Person {
            name: "github-actions[bot]".to_owned(),
            email: "41898282+github-actions[bot]@users.noreply.github.com".to_owned(),
        });
    }
    Err(Failure::usage("tag/no-identity", "git does not know who makes the tag: user.name or user.email is not set")
        .help("git config user.name NAME; git config user.email ADDRESS")
        .into())
}

fn refuse_local_strays(session: &Session<'_>, tags: &EnsureTags) -> Result<()> {
    for tag in session.repository.tags()? {
        let ours = tag.name == tags.version_tag || tag.name == tags.short_tag;
        if ours && tag.commit != tags.commit {
            let failure = tag_elsewhere("in this clone", &tag, &tags.commit);
            return Err(failure.help(format!("if the remote does not have it: git tag -d {}", tag.name)).into());
        }
    }
    Ok(())
}

fn missing_here<'a>(session: &Session<'_>, tags: &'a EnsureTags) -> Result<Vec<&'a str>> {
    let here = session.repository.tags()?;
    let is_here = |name: &str| here.iter().any(|tag| tag.name == name);
    Ok([tags.version_tag.as_str(), tags.short_tag.as_str()].into_iter().filter(|name| !is_here(name)).collect())
}
