//! `zarpe notes`: the release notes of the next release, or of a range.

mod all;
mod changelog;
mod make;
mod preview;
mod style;

use std::path::PathBuf;

use anyhow::Result;

use crate::cli::{Change, Format};
use crate::commands::limit::Limit;
use crate::commands::{Outcome, next};
use crate::config::Language;
use crate::context::Context;
use crate::effect::Effect;
use crate::io::git::Repository;
use crate::notes::Notes;
use crate::output::json::notes::{Notes as NotesDocument, Release};
use crate::output::json::{self, Document as _};
use crate::report::{Body, ExitCode, Finding, Level, Report};

use style::Style;

pub use make::of_release;

/// The release notes of the next release, of a range of commits, or of every release, in Markdown.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A range as git has it: v1.2.0..v1.3.0, v1.2.0.. (to HEAD), ..v1.0.0 (from the beginning).
    #[arg(value_name = "RANGE")]
    pub range: Option<String>,
    /// Every release in the history of HEAD, the newest first; each is told by `git rev-list PREVIOUS..TAG`.
    #[arg(long, conflicts_with_all = ["range", "changelog"])]
    pub all: bool,
    /// The language of headings and dates; default: `language` of zarpe.yml.
    #[arg(long, value_enum)]
    pub language: Option<Language>,
    /// A YAML file with the words of another language; default: `notes.words` of zarpe.yml.
    #[arg(long, value_name = "FILE", conflicts_with = "language")]
    pub words: Option<PathBuf>,
    /// A template in minijinja (Jinja2) instead of the built-in form: a file, or `git-cliff`; default: `notes.template`.
    #[arg(long, value_name = "FILE")]
    pub template: Option<String>,
    /// Print what a template gets, as JSON (`zarpe schema notes-context/v1`).
    #[arg(long, conflicts_with_all = ["all", "changelog", "template"])]
    pub context: bool,
    /// Name those who brought something for the first time; the whole history is read for it.
    #[arg(long)]
    pub first_time: bool,
    /// Go by the commits alone, even where there is a token to ask GitHub for titles, labels and accounts with.
    #[arg(long)]
    pub offline: bool,
    /// What merging the pull request of this workflow gives, and what it adds; needs no token and no right to push.
    #[arg(long, conflicts_with_all = ["range", "all", "changelog", "template", "context", "first_time"])]
    pub preview: bool,
    /// With --preview: the title; default: that of the workflow's pull request.
    #[arg(long, requires = "preview")]
    pub title: Option<String>,
    /// With --preview: the commit that the pull request goes onto; default: by the workflow's event.
    #[arg(long, value_name = "REV", requires = "preview")]
    pub base: Option<String>,
    /// With --preview: how it is merged.
    #[arg(long, value_enum, value_name = "METHOD", default_value_t, requires = "preview")]
    pub merge_method: preview::MergeMethod,
    /// Write the entry of the next release into this changelog (Keep a Changelog).
    #[arg(long, value_name = "FILE", conflicts_with = "range")]
    pub changelog: Option<PathBuf>,
    /// Whether the changelog is written.
    #[command(flatten)]
    pub change: Change,
    #[command(flatten)]
    pub(super) limit: Limit,
}

/// Gathers, judges, and writes the notes.
///
/// # Errors
/// When the repository cannot be read, or what comes next cannot be told.
pub async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let repository = Repository::open(&cx.directory)?;
    let style = Style::gather(cx, &repository, options)?;
    if options.preview {
        return preview::run(cx, &repository, &style, options).await;
    }
    if options.all {
        return all::run(cx, &repository, &style);
    }
    let notes = match &options.range {
        Some(range) => Some(make::of_range(cx, &repository, range, &style).await?),
        None => {
            let head = repository.head()?;
            let (history, asked_remote) = next::history(cx, &repository, &head.commit).await?;
            let branch = head.branch.as_deref();
            let subject = next::Subject { repository: &repository, history: &history, branch, asked_remote };
            let decision = next::judge(cx, subject, &next::Wanted::default()).await?;
            make::of_decision(cx, &repository, &decision, &style).await?
        }
    };
    let mut report = report(cx, notes.as_ref());
    report.findings.extend(notes.iter().filter_map(|notes| notes.remark.clone()));
    if let Some(notes) = notes.as_ref().filter(|_| options.context) {
        report.body = Body::Text(json::text(&Release::from(notes).value()));
    }
    let (Some(file), Some(notes)) = (&options.changelog, &notes) else { return Ok(Outcome::report(report)) };
    report.body = Body::Sections(Vec::new());
    let effect = Effect::WriteFile(changelog::entry(&repository, cx, file, notes)?);
    Ok(Outcome::act(report, vec![effect], options.change.into()))
}

fn report(cx: &Context, notes: Option<&Notes>) -> Report {
    let title = notes.map_or("nothing to release".to_owned(), |notes| format!("notes of {}", notes.name));
    let text = notes.map(Notes::document).unwrap_or_default();
    let mut report = Report::new("notes", ExitCode::Done, title, Body::Text(text));
    if notes.is_none() {
        let finding = Finding::new("notes/nothing", Level::Info, "nothing to release, so there are no notes");
        report.findings.push(finding.help("see why: zarpe next --explain"));
    }
    if cx.format == Format::Json {
        report.document = NotesDocument::new(notes).value();
    }
    report
}
