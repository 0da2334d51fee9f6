//! `zarpe notes`: the release notes of the next release, or of a range.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cli::Change;
use crate::commands::{Outcome, next};
use crate::config::Language;
use crate::context::Context;
use crate::effect::{Effect, WriteFile};
use crate::history::{self, Sha};
use crate::io::files;
use crate::io::git::Repository;
use crate::io::github::Place;
use crate::notes::{Links, Notes, changelog, sections};
use crate::output::json::Document as _;
use crate::output::json::notes::Notes as NotesDocument;
use crate::report::{Body, ExitCode, Failure, Finding, Level, Location, Report};
use crate::version::{Answer, Decision, assess};

/// The release notes of the next release, or of a range of commits, in Markdown.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A range as git has it: v1.2.0..v1.3.0, v1.2.0.. (to HEAD), ..v1.0.0 (from the beginning).
    #[arg(value_name = "RANGE")]
    pub range: Option<String>,
    /// The language of headings and dates; default: `language` of zarpe.yml.
    #[arg(long, value_enum)]
    pub language: Option<Language>,
    /// Write the entry of the next release into this changelog (Keep a Changelog).
    #[arg(long, value_name = "FILE", conflicts_with = "range")]
    pub changelog: Option<PathBuf>,
    /// Whether the changelog is written.
    #[command(flatten)]
    pub change: Change,
}

/// Gathers, judges, and writes the notes.
///
/// # Errors
/// When the repository cannot be read, or what comes next cannot be told.
pub async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let repository = Repository::open(&cx.directory)?;
    let language = options.language.unwrap_or(cx.config.language);
    let notes = match &options.range {
        Some(range) => Some(of_range(cx, &repository, range, language)?),
        None => {
            let head = repository.head()?;
            let (history, asked_remote) = next::history(cx, &repository, &head.commit).await?;
            let branch = head.branch.as_deref();
            let subject = next::Subject { repository: &repository, history: &history, branch, asked_remote };
            let decision = next::judge(cx, subject, &next::Wanted::default()).await?;
            of_release(cx, &repository, &decision, language)?
        }
    };
    let mut report = report(notes.as_ref());
    let (Some(file), Some(notes)) = (&options.changelog, &notes) else { return Ok(Outcome::report(report)) };
    report.body = Body::Sections(Vec::new());
    let effect = Effect::WriteFile(entry(&repository, cx, file, notes)?);
    Ok(Outcome::act(report, vec![effect], options.change.into()))
}

/// The changelog with the entry of the release; a new one where there is none.
fn entry(repository: &Repository, cx: &Context, file: &Path, notes: &Notes) -> Result<WriteFile> {
    let folder = repository.work_tree().unwrap_or_else(|| cx.directory.clone());
    let shown = file.display().to_string();
    let refuse = |line, why: String| {
        let place = Location { file: shown.clone(), line, column: None };
        Failure::usage("notes/changelog", why).at(place).help("mend the line; nothing was written")
    };
    let bytes = files::read(&folder.join(file))?;
    let text = match bytes {
        None => changelog::EMPTY.to_owned(),
        Some(bytes) => String::from_utf8(bytes).map_err(|error| {
            let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
            refuse(Some(line), "the changelog is not UTF-8".to_owned())
        })?,
    };
    let Some(release) = notes.release() else {
        return Err(Failure::usage("notes/changelog", "the notes are of no version").into());
    };
    let text =
        changelog::with_release(&text, &release).map_err(|unreadable| refuse(Some(unreadable.line), unreadable.why))?;
    Ok(WriteFile { path: file.to_owned(), contents: text.into_bytes() })
}

/// The notes of a decided release; none where there is nothing to release.
///
/// # Errors
/// What stopped the decision.
pub fn of_release(
    cx: &Context,
    repository: &Repository,
    decision: &Decision,
    language: Language,
) -> Result<Option<Notes>> {
    let version = match &decision.answer {
        Answer::Release(version) => version,
        Answer::Nothing => return Ok(None),
        Answer::Stopped(failure) => return Err(failure.clone().into()),
    };
    Ok(Some(Notes {
        name: cx.config.tag.name.name(version),
        version: Some(version.clone()),
        previous: decision.base.as_ref().map(|base| base.tag.clone()),
        date: cx.now.to_zoned(jiff::tz::TimeZone::UTC).date(),
        language,
        sections: sections(&decision.commits),
        api: decision.api.changes().to_vec(),
        links: links(cx, repository)?,
    }))
}

/// The notes of a range as typed.
fn of_range(cx: &Context, repository: &Repository, range: &str, language: Language) -> Result<Notes> {
    let Some((base, tip)) = range.split_once("..").filter(|(_, tip)| !tip.starts_with('.')) else {
        return Err(Failure::usage("notes/range", format!("`{range}` is not a range"))
            .help("write it as A..B, for example v1.2.0..v1.3.0 or v1.2.0..HEAD")
            .into());
    };
    let tip = if tip.is_empty() { "HEAD" } else { tip };
    let head = repository.resolve_or_head(tip)?;
    let base_commit: Option<Sha> = if base.is_empty() { None } else { Some(repository.resolve(base)?) };
    let commits = repository.range(base_commit.as_ref(), &head)?;
    let patches = repository.patch_ids(cx.remote_name(), &history::suspects(&commits, &[]))?;
    let copies = history::copies(&commits, &[], &patches);
    let date = repository.commit(&head)?.authored.to_zoned(jiff::tz::TimeZone::UTC).date();
    Ok(Notes {
        name: tip.to_owned(),
        version: cx.config.tag.name.version(tip),
        previous: base_commit.map(|_| base.to_owned()),
        date,
        language,
        sections: sections(&assess(&commits, &copies)),
        api: Vec::new(),
        links: links(cx, repository)?,
    })
}

/// Where the repository's page is not known, the notes have no links; they are as true without.
fn links(cx: &Context, repository: &Repository) -> Result<Links> {
    let remote = repository.remote_url(cx.environment.get("ZARPE_REMOTE").unwrap_or("origin"))?;
    let place = Place::find(&cx.environment, remote.as_deref()).ok();
    let page = place.map(|place| format!("{}/{}", place.server.as_str().trim_end_matches('/'), place.repository()));
    Ok(Links { repository: page })
}

fn report(notes: Option<&Notes>) -> Report {
    let title = notes.map_or("nothing to release".to_owned(), |notes| format!("notes of {}", notes.name));
    let text = notes.map(Notes::document).unwrap_or_default();
    let mut report = Report::new("notes", ExitCode::Done, title, Body::Text(text));
    if notes.is_none() {
        let finding = Finding::new("notes/nothing", Level::Info, "nothing to release, so there are no notes");
        report.findings.push(finding.help("see why: zarpe next --explain"));
    }
    report.document = NotesDocument::new(notes).value();
    report
}
