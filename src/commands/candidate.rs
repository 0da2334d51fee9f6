//! What `tag` and `release` are about: one commit of the remote's branch, the version that it gets, and its two tags.

use anyhow::Result;
use semver::Version;

use crate::cli::Signing;
use crate::commands::next::{self, Subject, Wanted};
use crate::effect::{EnsureTags, tag_elsewhere};
use crate::history::{Sha, Tag};
use crate::io::session::Session;
use crate::notes;
use crate::report::Failure;
use crate::version::Decision;

/// A commit that is about to get a version.
pub(super) struct Candidate {
    /// The commit, pinned.
    pub(super) commit: Sha,
    /// The version, and why.
    pub(super) decision: Decision,
    /// The short-hash tag.
    pub(super) short_tag: String,
}

impl Candidate {
    /// Pins the commit (a revision, or the head of the branch on the remote) and decides its version by the remote's tags.
    ///
    /// # Errors
    /// Exit code 1 where the commit is not on the branch of the remote, 3 where that cannot be told.
    pub(super) async fn gather(session: &Session<'_>, revision: Option<&str>, wanted: &Wanted) -> Result<Self> {
        let commit = session.commit_here(revision).await?;
        session.require_on_branch(&commit).await?;
        let names = &session.cx.config.tag.name;
        let tags = session.remote_tags().await?;
        if let Some(version) = &wanted.version {
            refuse_elsewhere(&commit, &names.name(version), &tags)?;
        }
        // A tag at the commit that this run would make is of an earlier one that was cut off, or is done: it is finished.
        let begun =
            begun(wanted, tags.iter().filter(|tag| tag.commit == commit).filter_map(|tag| names.version(&tag.name)));
        let begun_tag = begun.as_ref().map(|version| names.name(version));
        let before: Vec<Tag> = tags.iter().filter(|tag| Some(&tag.name) != begun_tag.as_ref()).cloned().collect();
        let history = session.repository.history_by(&commit, names, &before)?;
        let wanted = Wanted { version: wanted.version.clone().or(begun), ..wanted.clone() };
        let branch = session.branch().await?;
        let subject =
            Subject { repository: &session.repository, history: &history, branch: Some(&branch), asked_remote: true };
        let decision = next::judge(session.cx, subject, &wanted).await?;
        let short_tag = short_tag(session, &commit, &tags)?;
        Ok(Self { commit, decision, short_tag })
    }

    /// Both tags, to be pushed, where there is a version to release; the clearance is named in the message by its digest.
    ///
    /// # Errors
    /// Exit code 3 where git's configuration cannot be read.
    pub(super) fn tags(
        &self,
        session: &Session<'_>,
        signing: Signing,
        clearance: Option<&str>,
    ) -> Result<Option<EnsureTags>> {
        let Some(version) = self.decision.version() else { return Ok(None) };
        let version_tag = session.cx.config.tag.name.name(version);
        Ok(Some(EnsureTags {
            commit: self.commit.clone(),
            message: self.message(&version_tag, &session.cx.config.language.into(), clearance),
            version_tag,
            short_tag: self.short_tag.clone(),
            sign: signing.sign || session.repository.signs_tags()?,
            push: true,
        }))
    }

    /// The message of the version tag: what it names, the notes in few words, and the clearance as a trailer of git's.
    ///
    /// No time and no address is in it: the same commit, version and clearance have the same message.
    fn message(&self, version_tag: &str, words: &notes::Words, clearance: Option<&str>) -> String {
        let previous = self.decision.base.as_ref().map(|base| base.tag.as_str());
        let commits = notes::commits(self.decision.commits.len(), previous, words);
        let rules = notes::Rules::default();
        let sections = notes::sections(&self.decision.commits, &rules, words, &notes::Known::default());
        let summary = notes::summary(&sections, self.decision.api.changes(), words);
        let summary = if summary.is_empty() { commits } else { format!("{commits} {summary}") };
        let clearance = clearance.map_or_else(String::new, |digest| format!("\n\nClearance: {digest}"));
        format!("{version_tag}\n\n{summary}{clearance}")
    }
}

/// Which of the versions at a commit is the one that is wanted: by its name, else the highest of the channel, or of the finals.
fn begun(wanted: &Wanted, here: impl Iterator<Item = Version>) -> Option<Version> {
    here.filter(|version| match (&wanted.version, &wanted.pre) {
        (Some(named), _) => version == named,
        (None, Some(channel)) => version.pre.split('.').next() == Some(channel),
        (None, None) => version.pre.is_empty(),
    })
    .max()
}

/// A version that was asked for by name, and that another commit has.
fn refuse_elsewhere(commit: &Sha, name: &str, tags: &[Tag]) -> Result<()> {
    match tags.iter().find(|tag| tag.name == name && tag.commit != *commit) {
        Some(tag) => Err(tag_elsewhere("on the remote", tag, commit).into()),
        None => Ok(()),
    }
}

/// The shortest short-hash tag, of seven digits or more, that does not stand at another commit.
fn short_tag(session: &Session<'_>, commit: &Sha, tags: &[Tag]) -> Result<String> {
    let pattern = &session.cx.config.tag.short_hash;
    let is_free = |name: &String| tags.iter().all(|tag| tag.name != *name || tag.commit == *commit);
    (7..=commit.as_str().len()).map(|digits| pattern.name(commit, digits)).find(is_free).ok_or_else(|| {
        Failure::refused("tag/short-hash", format!("every short-hash tag of {commit} stands at another commit"))
            .help("delete the tag that was put there by hand, or change `tag.short-hash` in zarpe.yml")
            .into()
    })
}
