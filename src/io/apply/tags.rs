//! The version tag and the short-hash tag: together or not at all, made once, never moved.

use anyhow::Result;

use crate::effect::{Applied, EnsureTags, tag_elsewhere};
use crate::history::{Person, Sha, Tag};
use crate::io::remote::{Creation, References, is_locked};
use crate::io::session::Session;
use crate::io::sign::{self, Unsigned};
use crate::report::Failure;

pub(super) async fn ensure(session: &Session<'_>, tags: &EnsureTags) -> Result<Applied> {
    refuse_local_strays(session, tags)?;
    let (made, place) = if tags.push {
        (make_on_remote(session, tags).await?, "on the remote")
    } else {
        (creations(session, tags, &missing_here(session, tags)?).await?, "in this clone")
    };
    let missing_here = missing_here(session, tags)?;
    for creation in made.iter().filter(|creation| missing_here.contains(&creation.tag())) {
        session.repository.create_tag_ref(creation.tag(), &creation.object)?;
    }
    let what = format!("tags {} and {} are at {} {place}", tags.version_tag, tags.short_tag, tags.commit.short());
    Ok(Applied { what, changed: !made.is_empty() })
}

/// Makes what the remote lacks in one transaction; gives what this call made.
///
/// A transaction that failed says nothing: its answer was lost, or another run was faster with one of the tags. Only the
/// remote knows. Each further try needs one tag less, so it ends.
async fn make_on_remote(session: &Session<'_>, tags: &EnsureTags) -> Result<Vec<Creation>> {
    let remote = session.remote().await?;
    let mut missing = missing(&remote.references().await?, tags)?;
    while !missing.is_empty() {
        let creations = creations(session, tags, &missing).await?;
        let Some(why) = remote.create(&creations).await? else { return Ok(creations) };
        let still = self::missing(&remote.references().await?, tags)?;
        if still.len() == missing.len() {
            return Err(denied(&why).into());
        }
        missing = still;
    }
    Ok(Vec::new())
}

/// Why the remote took neither tag, <https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository>.
fn denied(why: &str) -> Failure {
    if is_locked(why) {
        let message = format!("another push has locked the tags on the remote: {why}");
        return Failure::cannot_tell("tag/locked", message).help(
            "run it again; where it stays so, who owns the remote removes the lock that a lost push has left there",
        );
    }
    let (rule, who, help) = if why.contains("GH013") {
        let help =
            "let the token's owner pass the ruleset (Settings → Rules → bypass list), or change what it restricts";
        ("tag/ruleset", "a ruleset of the repository denies the tags", help)
    } else if why.contains("without `workflow") {
        let help =
            "give the token `workflows: write` (a classic one: the scope `workflow`), or tag with a person's token";
        ("tag/denied", "the token may not push commits that change workflows", help)
    } else {
        let help = "a ruleset or a hook protects tags, or the token may not write contents: ask who owns the rule";
        ("tag/denied", "the remote refused the tags", help)
    };
    Failure::refused(rule, format!("{who}, and none of them was made: {why}")).help(help)
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
async fn creations(session: &Session<'_>, tags: &EnsureTags, names: &[&str]) -> Result<Vec<Creation>> {
    let mut creations = Vec::new();
    for name in names {
        let is_version = *name == tags.version_tag;
        let object = if is_version { version_tag(session, tags).await? } else { tags.commit.clone() };
        creations.push(Creation { object, reference: format!("refs/tags/{name}") });
    }
    Ok(creations)
}

/// The tag object, signed where that is asked for. No reference names it yet.
async fn version_tag(session: &Session<'_>, tags: &EnsureTags) -> Result<Sha> {
    let EnsureTags { version_tag: name, commit, message, .. } = tags;
    let (tagger, when) = (tagger(session)?, session.cx.now);
    // What a person has written here already is what is pushed, as git would.
    if let Some(there) = session.repository.annotated_tag(name, commit)?.filter(|_| !tags.sign) {
        return Ok(there);
    }
    if !tags.sign {
        return session.repository.write_tag_object(name, commit, &tagger, when, message);
    }
    sign::tag(session.repository.common_folder(), Unsigned { name, commit, tagger: &tagger, when, message }).await
}

/// Who makes the tag: as git is configured; in GitHub Actions, where it usually is not, the workflow's own bot.
pub(super) fn tagger(session: &Session<'_>) -> Result<Person> {
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
