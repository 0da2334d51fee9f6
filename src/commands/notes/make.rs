//! Notes made: of a decided release, of a range as typed.

use std::collections::HashSet;

use anyhow::Result;

use super::style::Style;
use crate::commands::pairs;
use crate::config::Language;
use crate::context::Context;
use crate::history::{self, Commit, Person, Sha};
use crate::io::files;
use crate::io::git::Repository;
use crate::io::github::pulls::pulls;
use crate::notes::{Asset, Known, Notes, contributors, identity, sections};
use crate::output::json::notes::Release;
use crate::report::{Failure, Finding, Level};
use crate::version::{Answer, Api, Assessed, Decision, Pair, assess};

/// The notes of a decided release in a language; none where there is nothing to release.
///
/// # Errors
/// What stopped the decision.
pub async fn of_release(
    cx: &Context,
    repository: &Repository,
    decision: &Decision,
    language: Language,
) -> Result<Option<Notes>> {
    of_decision(cx, repository, decision, &Style::configured(cx, repository, Some(language))?).await
}

/// The notes of a decided release; none where there is nothing to release.
///
/// # Errors
/// What stopped the decision.
pub(super) async fn of_decision(
    cx: &Context,
    repository: &Repository,
    decision: &Decision,
    style: &Style,
) -> Result<Option<Notes>> {
    let version = match &decision.answer {
        Answer::Release(version) => version,
        Answer::Nothing => return Ok(None),
        Answer::Stopped(failure) => return Err(failure.clone().into()),
    };
    let base = decision.base.as_ref().map(|base| &base.commit);
    let (known, remark) = style.ask(&decision.commits).await?;
    let mut notes = Notes {
        name: cx.config.tag.name.name(version),
        tip: cx.config.tag.name.name(version),
        version: Some(version.clone()),
        previous: decision.base.as_ref().map(|base| base.tag.clone()),
        date: cx.now.to_zoned(jiff::tz::TimeZone::UTC).date(),
        api: decision.api.changes().to_vec(),
        assets: assets(cx, repository)?,
        remark,
        ..style.notes(&decision.commits, &known)
    };
    add_contributors(&mut notes, repository, base, style, &known)?;
    style.templated(&mut notes)?;
    Ok(Some(notes))
}

/// The notes of a range as typed.
///
/// # Errors
/// Exit code 2 where it is no range of this clone, 3 where the repository cannot be read.
pub(super) async fn of_range(cx: &Context, repository: &Repository, range: &str, style: &Style) -> Result<Notes> {
    let Some((base, tip)) = range.split_once("..").filter(|(_, tip)| !tip.starts_with('.')) else {
        return Err(Failure::usage("notes/range", format!("`{range}` is not a range"))
            .help("write it as A..B, for example v1.2.0..v1.3.0 or v1.2.0..HEAD")
            .into());
    };
    let tip = if tip.is_empty() { "HEAD" } else { tip };
    let head = repository.resolve_or_head(tip)?;
    let base_commit: Option<Sha> = if base.is_empty() { None } else { Some(repository.resolve(base)?) };
    let commits = repository.range(base_commit.as_ref(), &head)?;
    let commits = assessed(cx, repository, &commits)?;
    let (known, remark) = style.ask(&commits).await?;
    let date = repository.commit(&head)?.authored.to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut notes = Notes {
        name: tip.to_owned(),
        tip: tip.to_owned(),
        version: cx.config.tag.name.version(tip),
        previous: base_commit.as_ref().map(|_| base.to_owned()),
        date,
        api: api(cx, repository, base_commit.as_ref().map(|commit| (base, commit)), &head)?,
        remark,
        ..style.notes(&commits, &known)
    };
    add_contributors(&mut notes, repository, base_commit.as_ref(), style, &known)?;
    style.templated(&mut notes)?;
    Ok(notes)
}

/// The commits of a range with what they say; cherry-picks once.
///
/// # Errors
/// Exit code 3 where the repository cannot be read.
pub(super) fn assessed(cx: &Context, repository: &Repository, commits: &[Commit]) -> Result<Vec<Assessed>> {
    let patches = repository.patch_ids(cx.remote_name(), &history::suspects(commits, &[]))?;
    Ok(assess(commits, &history::copies(commits, &[], &patches)))
}

/// What changed in the OpenAPI documents between two commits, as far as it can be told.
///
/// # Errors
/// Exit code 3 where the repository cannot be read.
pub(super) fn api(
    cx: &Context,
    repository: &Repository,
    base: Option<(&str, &Sha)>,
    head: &Sha,
) -> Result<Vec<crate::version::ApiChange>> {
    let Some((name, base)) = base else { return Ok(Vec::new()) };
    let pair = |document: &crate::config::OpenApi| pairs::pair(repository, document, name, base, head);
    let mut pairs = cx.config.openapi.iter().map(pair).collect::<Result<Vec<Pair>>>()?;
    // Of a range of the past, a document or an ignore file that was not there yet says nothing.
    pairs.retain(|pair| pair.new.is_some());
    for pair in &mut pairs {
        pair.ignore.take_if(|(_, bytes)| bytes.is_none());
    }
    Ok(Api::of(&pairs, cx.now.to_zoned(jiff::tz::TimeZone::UTC).date(), &mut |_, _| None).changes().to_vec())
}

/// The sums of the files that the configuration attaches; one that is not there yet has none.
fn assets(cx: &Context, repository: &Repository) -> Result<Vec<Asset>> {
    let folder = repository.work_tree().unwrap_or_else(|| cx.directory.clone());
    let mut assets = Vec::new();
    for path in &cx.config.notes.assets {
        let whole = std::path::Path::new(path);
        if files::is_regular_inside(&folder, whole)? {
            let sum = files::fingerprint(&folder.join(whole))?.sha256;
            let name = path.rsplit('/').next().unwrap_or(path).to_owned();
            assets.push(Asset { name, sha256: sum.trim_start_matches("sha256:").to_owned() });
        }
    }
    Ok(assets)
}

/// Names who brought what the notes tell, and where it is asked for, who did so for the first time.
fn add_contributors(
    notes: &mut Notes,
    repository: &Repository,
    base: Option<&Sha>,
    style: &Style,
    known: &Known,
) -> Result<()> {
    let before: Option<HashSet<String>> = match (style.first_time, base) {
        (false, _) => None,
        (true, None) => Some(HashSet::new()),
        (true, Some(base)) => {
            let commits = repository.range(None, base)?;
            Some(commits.iter().flat_map(Commit::authors).map(|person| identity(&person)).collect())
        }
    };
    let is_first = |person: &Person| before.as_ref().map(|before| !before.contains(&identity(person)));
    notes.contributors = contributors(&notes.sections, known, is_first);
    Ok(())
}

impl Style {
    /// What GitHub knows of these commits, and what is to be said where it does not tell. Notes of the commits alone are true
    /// notes; only sections that go by labels would be other ones.
    ///
    /// # Errors
    /// Exit code 3 where it does not tell and sections go by it.
    async fn ask(&self, commits: &[Assessed]) -> Result<(Known, Option<Finding>)> {
        let Some(github) = &self.github else { return Ok((Known::default(), self.warning())) };
        match pulls(github, commits).await {
            Ok(known) => Ok((known, None)),
            Err(error) if self.rules.need_pulls() => Err(error),
            Err(error) => {
                let mut finding = Failure::from_error(&error).finding;
                finding.level = Level::Warning;
                Ok((Known::default(), Some(finding)))
            }
        }
    }

    /// Notes of these commits, without a name and without a day of their own.
    pub(super) fn notes(&self, commits: &[Assessed], known: &Known) -> Notes {
        Notes {
            name: String::new(),
            tip: String::new(),
            version: None,
            previous: None,
            date: jiff::civil::Date::ZERO,
            words: self.words.clone(),
            sections: sections(commits, &self.rules, &self.words, known),
            api: Vec::new(),
            contributors: Vec::new(),
            assets: Vec::new(),
            links: self.links.clone(),
            templated: None,
            remark: None,
        }
    }

    /// Puts the notes into the form of the template, where there is one.
    ///
    /// # Errors
    /// Exit code 2 where the template is wrong.
    pub(super) fn templated(&self, notes: &mut Notes) -> Result<()> {
        if let Some(template) = &self.template {
            notes.templated = Some(template.render(&Release::from(&*notes))?);
        }
        Ok(())
    }
}
