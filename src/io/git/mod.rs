//! The local repository, read through git2 and given as plain values. Writes nothing but objects and tags.

mod changed;
mod error;
mod folder;
mod notes;
mod objects;
mod patches;
mod survey;
mod tags;
mod whole;
mod write;

use std::cell::Cell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Once;

use anyhow::Result;

use crate::config::VersionTag;
use crate::history::{Commit, CutOff, Graph, History, Id, Last, Links, Person, Release, Sha, Tag, last_release};
use crate::report::{Failure, Verdict};

pub use whole::Whole;

/// An open repository.
pub struct Repository {
    inner: git2::Repository,
}

/// Where HEAD is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The commit.
    pub commit: Sha,
    /// The branch, without `refs/heads/`; `None` where HEAD is detached.
    pub branch: Option<String>,
}

impl Repository {
    /// Opens the repository that holds the folder.
    ///
    /// # Errors
    /// Exit code 2 where there is none, 3 where it is there and cannot be read (foreign owner, sha256): each with its remedy.
    pub fn open(directory: &Path) -> Result<Self> {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            // Reading is a third faster without these two: git's own checksums guard what is read, and nothing is read twice.
            git2::opts::strict_hash_verification(false);
            git2::opts::enable_caching(false);
        });
        let none: [&std::ffi::OsStr; 0] = [];
        git2::Repository::open_ext(directory, git2::RepositoryOpenFlags::empty(), none)
            .map(|inner| Self { inner })
            .map_err(|error| error::opening(directory, &error).into())
    }

    /// The work tree; `None` in a bare repository.
    #[must_use]
    pub fn work_tree(&self) -> Option<PathBuf> {
        self.inner.workdir().map(Path::to_path_buf)
    }

    /// The folder of its configuration and its objects (`.git`), shared by all of its work trees.
    #[must_use]
    pub fn common_folder(&self) -> &Path {
        self.inner.commondir()
    }

    /// Whether git's configuration says that every tag is signed (`tag.gpgSign`, or `tag.forceSignAnnotated`).
    ///
    /// # Errors
    /// Exit code 3 where the configuration cannot be read.
    pub fn signs_tags(&self) -> Result<bool> {
        let config = self.inner.config().map_err(|error| error::reading("git's configuration", &error))?;
        Ok(["tag.gpgSign", "tag.forceSignAnnotated"].iter().any(|key| config.get_bool(key).unwrap_or(false)))
    }

    /// Where HEAD is.
    ///
    /// # Errors
    /// Exit code 2 where there is no commit yet.
    pub fn head(&self) -> Result<Head> {
        let head = self.inner.head().map_err(|error| error::head(&error))?;
        let commit = head.peel_to_commit().map_err(|error| error::head(&error))?;
        let commit = objects::sha(commit.id())?;
        let branch = head.is_branch().then(|| head.shorthand().unwrap_or_default().to_owned());
        Ok(Head { commit, branch })
    }

    /// The commit that a revision names, as `git rev-parse REV^{commit}`.
    ///
    /// # Errors
    /// Exit code 2 where it names none.
    pub fn resolve(&self, revision: &str) -> Result<Sha> {
        let object = self
            .inner
            .revparse_single(&format!("{revision}^{{commit}}"))
            .map_err(|error| error::revision(revision, self.is_shallow(), &error))?;
        objects::sha(object.id())
    }

    /// As [`Self::resolve`], but a repository without any commit is said to be empty.
    ///
    /// # Errors
    /// Exit code 2 where the revision names no commit, or there is none yet.
    pub fn resolve_or_head(&self, revision: &str) -> Result<Sha> {
        if revision == "HEAD" { Ok(self.head()?.commit) } else { self.resolve(revision) }
    }

    /// Whether the clone's history ends before the first commit.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
    }

    /// Whether any remote is configured.
    ///
    /// # Errors
    /// Exit code 3 where the configuration cannot be read.
    pub fn has_remote(&self) -> Result<bool> {
        Ok(!self.inner.remotes().map_err(|error| error::reading("the remotes", &error))?.is_empty())
    }

    /// What happened since the last release before `head`. Local: what the clone does not have is `cut_off`, never guessed.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn history(&self, head: &Sha, names: &VersionTag) -> Result<History> {
        let (odb, tags) = (self.odb()?, self.version_tags(names)?);
        // A shallow clone without tags may have the last release all the same: the remote knows which commit it is.
        if tags.is_empty() && self.has_remote()? {
            return Ok(History {
                head: head.clone(),
                base: None,
                pre_release: None,
                beside: Vec::new(),
                versions: Vec::new(),
                commits: Vec::new(),
                cut_off: Some(CutOff::NoTags),
            });
        }
        self.since_last_release(head, &tags, |name| self.tag_commit(&odb, name))
    }

    /// The same by the tags that the remote has: they are the truth about what was released, this clone's tags are not.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn history_by(&self, head: &Sha, names: &VersionTag, remote_tags: &[Tag]) -> Result<History> {
        let commits: HashMap<&str, &Sha> = remote_tags.iter().map(|tag| (tag.name.as_str(), &tag.commit)).collect();
        let version = |tag: &Tag| Some((names.version(&tag.name)?, tag.name.clone()));
        let mut tags: Vec<_> = remote_tags.iter().filter_map(version).collect();
        tags.sort_unstable_by(|a, b| b.cmp(a));
        let odb = self.odb()?;
        // What this clone does not have is no ancestor of what it has, unless a shallow clone lacks the way to it.
        let lacking = Cell::new(false);
        let mut history = self.since_last_release(head, &tags, |name| {
            let id = commits.get(name).copied().map(Id::try_from).transpose()?;
            let here = match &id {
                Some(id) => odb.exists(objects::oid(id)?),
                None => true,
            };
            lacking.set(lacking.get() || !here);
            Ok(id.filter(|_| here))
        })?;
        if lacking.get() && self.is_shallow() {
            history.cut_off = Some(CutOff::Shallow);
        }
        Ok(history)
    }

    /// `tags` from the highest version down; `commit` follows a tag to its commit.
    fn since_last_release(
        &self,
        head: &Sha,
        tags: &[(semver::Version, String)],
        commit: impl Fn(&str) -> Result<Option<Id>>,
    ) -> Result<History> {
        let odb = self.odb()?;
        let mut graph = self.graph(&odb)?;
        let id = Id::try_from(head)?;
        let (finals, pre_releases): (Vec<_>, Vec<_>) = tags.iter().partition(|(version, _)| version.pre.is_empty());
        let last = last_release(&mut graph, &id, finals.iter().copied(), &commit)?;
        let base = if let Last::Release(release) = &last { Some(release.clone()) } else { None };
        let above =
            pre_releases.into_iter().filter(|(version, _)| base.as_ref().is_none_or(|base| *version > base.version));
        let last_pre = last_release(&mut graph, &id, above, &commit)?;
        let beside = match &base {
            Some(base) => beside(base, &finals, &commit)?,
            None => Vec::new(),
        };
        let range = graph.range(base.as_ref().map(|base| Id::try_from(&base.commit)).transpose()?.as_ref(), &id)?;
        let is_cut_off = range.cut_off || last == Last::CutOff || last_pre == Last::CutOff;
        Ok(History {
            head: head.clone(),
            base,
            pre_release: if let Last::Release(release) = last_pre { Some(release) } else { None },
            beside,
            versions: tags.iter().map(|(version, _)| version.clone()).collect(),
            commits: objects::commits(&odb, &range.commits)?,
            cut_off: is_cut_off.then_some(CutOff::Shallow),
        })
    }

    /// Whether `ancestor` is `head` or one of its ancestors.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read, or a shallow clone ends before it can be told.
    pub fn is_ancestor(&self, ancestor: &Sha, head: &Sha) -> Result<bool> {
        let odb = self.odb()?;
        match self.graph(&odb)?.is_ancestor(&Id::try_from(ancestor)?, &Id::try_from(head)?)? {
            Verdict::Yes => Ok(true),
            Verdict::No => Ok(false),
            Verdict::CannotTell => Err(error::shallow().into()),
        }
    }

    /// The commits of `git rev-list exclude..head`, newest first.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read, or where a shallow clone ends inside the range.
    pub fn range(&self, exclude: Option<&Sha>, head: &Sha) -> Result<Vec<Commit>> {
        let odb = self.odb()?;
        let exclude = exclude.map(Id::try_from).transpose()?;
        let range = self.graph(&odb)?.range(exclude.as_ref(), &Id::try_from(head)?)?;
        if range.cut_off {
            return Err(error::shallow().into());
        }
        objects::commits(&odb, &range.commits)
    }

    /// A commit.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be read.
    pub fn commit(&self, sha: &Sha) -> Result<Commit> {
        let id = Id::try_from(sha)?;
        let found = objects::commits(&self.odb()?, &[id])?;
        found.into_iter().next().ok_or_else(|| objects::not_a_commit(&id))
    }

    /// The bytes of a file in a commit; `None` where it is not there.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read, or the clone is partial and does not have the file's contents.
    pub fn file_at(&self, commit: &Sha, path: &str) -> Result<Option<Vec<u8>>> {
        objects::file_at(&self.inner, commit, path)
    }

    /// Whether a path of a commit goes over a symbolic link, or is one.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub fn is_linked(&self, commit: &Sha, path: &str) -> Result<bool> {
        objects::is_linked(&self.inner, commit, path)
    }

    /// The address of a remote, `insteadOf` not applied; `None` where there is no such remote.
    ///
    /// # Errors
    /// Exit code 3 where the configuration cannot be read.
    pub fn remote_url(&self, name: &str) -> Result<Option<String>> {
        self.configured(&format!("remote.{name}.url"))
    }

    /// Who makes a tag here: `user.name` and `user.email` of git's configuration; `None` where one of them is not set.
    ///
    /// # Errors
    /// Exit code 3 where the configuration cannot be read.
    pub fn identity(&self) -> Result<Option<Person>> {
        let (name, email) = (self.configured("user.name")?, self.configured("user.email")?);
        Ok(name.zip(email).map(|(name, email)| Person { name, email }))
    }

    fn configured(&self, key: &str) -> Result<Option<String>> {
        let config = self.inner.config().and_then(|mut config| config.snapshot());
        match config.and_then(|config| config.get_string(key)) {
            Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
            // A remote's name may hold characters that no key has; git then finds no such remote either.
            Err(error) if matches!(error.code(), git2::ErrorCode::NotFound | git2::ErrorCode::InvalidSpec) => Ok(None),
            Err(error) => Err(error::reading("git's configuration", &error).into()),
        }
    }

    fn odb(&self) -> Result<git2::Odb<'_>> {
        self.inner.odb().map_err(|error| error::reading("the objects", &error).into())
    }

    fn graph<'a>(&self, odb: &'a git2::Odb<'_>) -> Result<Graph<impl FnMut(&Id) -> Result<Links> + 'a>> {
        Ok(Graph::new(self.shallow_ends()?, |id: &Id| objects::links(odb, id)))
    }

    /// The commits whose parents a shallow clone does not have; git keeps them in a file that libgit2 does not show.
    pub(super) fn shallow_ends(&self) -> Result<Vec<Id>> {
        let path = self.inner.commondir().join("shallow");
        let bytes = super::files::read(&path)?.unwrap_or_default();
        bytes
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| {
                Id::from_hex(line).ok_or_else(|| {
                    Failure::cannot_tell("git/shallow", format!("{} has a line that is no commit", path.display()))
                        .help("fetch the whole history: git fetch --unshallow --tags")
                        .into()
                })
            })
            .collect()
    }
}

/// The final releases above the base in its own line: were one an ancestor, it would be the base.
fn beside(
    base: &Release,
    finals: &[&(semver::Version, String)],
    commit: impl Fn(&str) -> Result<Option<Id>>,
) -> Result<Vec<Release>> {
    let line = |version: &semver::Version| (version.major, version.minor);
    let above = finals.iter().take_while(|(version, _)| *version > base.version);
    let mut beside = Vec::new();
    for (version, tag) in above.filter(|(version, _)| line(version) == line(&base.version)) {
        if let Some(id) = commit(tag)? {
            beside.push(Release { tag: tag.clone(), version: version.clone(), commit: id.sha() });
        }
    }
    Ok(beside)
}
