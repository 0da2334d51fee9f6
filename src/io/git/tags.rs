//! Tags of the local repository: listed, followed to their commits, and made.

use anyhow::Result;
use jiff::Timestamp;
use semver::Version;

use super::{Repository, error, objects};
use crate::config::VersionTag;
use crate::history::{Id, Person, Sha, Tag, TagTarget, is_tag_name, tag_target};
use crate::report::Failure;

/// Where tags are.
const TAGS: &str = "refs/tags/";

/// How often, and how long each time, another process is waited for that holds a reference's lock.
const LOCK_TRIES: usize = 50;
const LOCK_WAIT: std::time::Duration = std::time::Duration::from_millis(20);

/// How many tags may name each other before a commit must come.
const CHAIN: usize = 16;

impl Repository {
    /// Every tag that leads to a commit, by name.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn tags(&self) -> Result<Vec<Tag>> {
        let odb = self.odb()?;
        let mut tags = Vec::new();
        for name in self.tag_names()? {
            if let Some(commit) = self.tag_commit(&odb, &name)? {
                tags.push(Tag { name, commit: commit.sha() });
            }
        }
        tags.sort_unstable();
        Ok(tags)
    }

    /// The names of all tags, without `refs/tags/`. A name that is not UTF-8 is left out: no pattern of ours makes one.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn tag_names(&self) -> Result<Vec<String>> {
        let reading = |error: git2::Error| error::reading("the tags", &error);
        let mut references = self.inner.references_glob("refs/tags/*").map_err(reading)?;
        let mut names = Vec::new();
        for name in references.names() {
            match name {
                Ok(name) => names.extend(name.strip_prefix(TAGS).map(ToOwned::to_owned)),
                Err(error) if error.class() == git2::ErrorClass::None => {}
                Err(error) => return Err(reading(error).into()),
            }
        }
        Ok(names)
    }

    /// The tags that name a version by this pattern, the highest version first.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn version_tags(&self, names: &VersionTag) -> Result<Vec<(Version, String)>> {
        let mut tags: Vec<_> =
            self.tag_names()?.into_iter().filter_map(|name| Some((names.version(&name)?, name))).collect();
        tags.sort_unstable_by(|a, b| b.cmp(a));
        Ok(tags)
    }

    /// The tag object of an annotated tag of a commit; `None` where there is no tag of that name, a lightweight one, or one that
    /// leads elsewhere.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn annotated_tag(&self, name: &str, commit: &Sha) -> Result<Option<Sha>> {
        let full = format!("{TAGS}{name}");
        let reading = |error: git2::Error| error::reading(&full, &error);
        let target = match self.inner.refname_to_id(&full) {
            Ok(target) => target,
            Err(error) if error.code() == git2::ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(reading(error).into()),
        };
        let object = self.inner.find_object(target, None).map_err(reading)?;
        if object.kind() != Some(git2::ObjectType::Tag) {
            return Ok(None);
        }
        let leads_to = object.peel(git2::ObjectType::Any).map_err(reading)?.id();
        if objects::sha(leads_to)? == *commit { Ok(Some(objects::sha(target)?)) } else { Ok(None) }
    }

    /// The commit that a tag leads to; `None` where it leads to something else.
    pub(super) fn tag_commit(&self, odb: &git2::Odb<'_>, name: &str) -> Result<Option<Id>> {
        let reference = self
            .inner
            .find_reference(&format!("{TAGS}{name}"))
            .and_then(|reference| reference.resolve())
            .map_err(|error| error::reading(&format!("tag {name}"), &error))?;
        follow(odb, &reference)
    }

    /// The final versions that have a tag with the commit that it leads to, the highest first. The references are read in one
    /// go: where there are thousands, to look each of them up takes longer than to read them all.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub(super) fn final_releases(&self, odb: &git2::Odb<'_>, names: &VersionTag) -> Result<Vec<(Version, String, Id)>> {
        let reading = |error: git2::Error| error::reading("the tags", &error);
        let mut releases = Vec::new();
        for reference in self.inner.references_glob("refs/tags/*").map_err(reading)? {
            let reference = reference.map_err(reading)?;
            let name = std::str::from_utf8(reference.name_bytes()).ok().and_then(|name| name.strip_prefix(TAGS));
            let Some(name) = name.map(ToOwned::to_owned) else { continue };
            let Some(version) = names.version(&name).filter(|version| version.pre.is_empty()) else { continue };
            if let Some(commit) = follow(odb, &reference.resolve().map_err(reading)?)? {
                releases.push((version, name, commit));
            }
        }
        releases.sort_unstable_by(|a, b| b.cmp(a));
        Ok(releases)
    }

    /// Writes an annotated tag object and no reference to it. The same arguments make the same bytes, so the same name.
    ///
    /// # Errors
    /// Exit code 2 where the name is none for a tag, 3 where the object cannot be written.
    pub fn write_tag_object(
        &self,
        name: &str,
        commit: &Sha,
        tagger: &Person,
        when: Timestamp,
        message: &str,
    ) -> Result<Sha> {
        check_name(name)?;
        let object = tag_object(name, commit, tagger, when, message);
        let written = self.odb()?.write(git2::ObjectType::Tag, object.as_bytes());
        objects::sha(written.map_err(|error| error::writing(&format!("tag {name}"), &error))?)
    }

    /// Makes a tag's reference; whether it was made now. It may be there already, at the same object; it is never moved.
    ///
    /// # Errors
    /// Exit code 1 where the tag is there at another object, 2 where the name is none for a tag, 3 where it cannot be written.
    pub fn create_tag_ref(&self, name: &str, object: &Sha) -> Result<bool> {
        check_name(name)?;
        let (full, target) = (format!("{TAGS}{name}"), objects::oid(&Id::try_from(object)?)?);
        match self.create_reference(&full, target) {
            Ok(()) => Ok(true),
            Err(error) if error.code() == git2::ErrorCode::Exists => {
                let there = self.inner.refname_to_id(&full).map_err(|error| error::reading(&full, &error))?;
                if there == target {
                    return Ok(false);
                }
                Err(Failure::refused(
                    "git/tag-exists",
                    format!("tag {name} is already here at {there}, not at {object}"),
                )
                .help("a tag is never moved: choose another version, or delete the local tag if it was never pushed")
                .into())
            }
            Err(error) if error.code() == git2::ErrorCode::Locked => {
                let lock = self.common_folder().join(format!("{full}.lock"));
                Err(error::locked(name, &lock).into())
            }
            Err(error) => Err(error::writing(&format!("tag {name}"), &error).into()),
        }
    }

    /// Waits for another process that is writing the same reference now.
    fn create_reference(&self, name: &str, target: git2::Oid) -> Result<(), git2::Error> {
        for _ in 0..LOCK_TRIES {
            match self.inner.reference(name, target, false, "") {
                Err(error) if error.code() == git2::ErrorCode::Locked => std::thread::sleep(LOCK_WAIT),
                other => return other.map(drop),
            }
        }
        self.inner.reference(name, target, false, "").map(drop)
    }
}

/// The commit that a reference leads to, annotated tags followed.
fn follow(odb: &git2::Odb<'_>, reference: &git2::Reference<'_>) -> Result<Option<Id>> {
    // packed-refs knows where an annotated tag leads; else the tag object does.
    let mut next = reference.target_peel().or(reference.target()).and_then(|oid| Id::from_bytes(oid.as_bytes()));
    for _ in 0..CHAIN {
        let Some(id) = next else { return Ok(None) };
        let (_, kind) = odb.read_header(objects::oid(&id)?).map_err(|error| error::object(&id, &error))?;
        next = match kind {
            git2::ObjectType::Commit => return Ok(Some(id)),
            git2::ObjectType::Tag => tag_target(objects::read(odb, &id)?.data())
                .filter(|(_, kind)| *kind != TagTarget::Other)
                .map(|(target, _)| target),
            _ => None,
        };
    }
    Ok(None)
}

/// The bytes of an annotated tag, as `git mktag` reads them.
fn tag_object(name: &str, commit: &Sha, tagger: &Person, when: Timestamp, message: &str) -> String {
    let clean = |text: &str| text.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>')).collect::<String>();
    format!(
        "object {commit}\ntype commit\ntag {name}\ntagger {} <{}> {} +0000\n\n{}\n",
        clean(&tagger.name).trim(),
        clean(&tagger.email).trim(),
        when.as_second(),
        message.replace('\0', "").trim_end()
    )
}

fn check_name(name: &str) -> Result<()> {
    if is_tag_name(name) {
        return Ok(());
    }
    Err(Failure::usage("git/tag-name", format!("`{name}` is no name for a tag"))
        .help("see git-check-ref-format(1); the pattern is `tag.name` in zarpe.yml")
        .into())
}
