//! `zarpe init`: writes `zarpe.yml` and the release workflow, from what is in the repository.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cli::Change;
use crate::commands::Outcome;
use crate::context::Context;
use crate::effect::{Effect, WriteFile};
use crate::init::{self, Facts, Proposal, Source};
use crate::io::files;
use crate::io::git::Repository;
use crate::output::json::Document as _;
use crate::output::json::init::{Init, State};
use crate::report::{Body, ExitCode, Failure, Finding, Level, Location, Mark, Report, Section};

/// The beginning of a file is enough: a dependency, a heading, the first key of a document.
const BEGINNING: usize = 64 * 1024;

/// Write zarpe.yml and the workflow for this repository, from what it finds.
#[derive(Debug, clap::Args)]
pub struct Options {
    #[command(flatten)]
    change: Change,
}

/// A file to write, and how it stands.
struct Planned {
    path: String,
    contents: String,
    state: State,
}

/// Gathers, judges, and says what shall be so.
///
/// # Errors
/// Exit code 2 where there is no work tree, 3 where it cannot be read.
pub fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let repository = Repository::open(&cx.directory)?;
    let Some(top) = repository.work_tree() else {
        return Err(Failure::usage("init/bare", "a bare repository has no place for files")
            .help("run it in a clone that has a work tree")
            .into());
    };
    let proposal = init::propose(&facts(cx, &repository, &top)?);
    let files = vec![
        planned(&top, config_path(&top)?, &proposal.config)?,
        planned(&top, ".github/workflows/release.yml", &proposal.workflow)?,
    ];
    let report = report(&proposal, &files);
    Ok(Outcome::act(report, files.into_iter().map(effect).collect(), options.change.into()))
}

fn facts(cx: &Context, repository: &Repository, top: &Path) -> Result<Facts> {
    let (tags, paths) = (repository.tag_names()?, repository.tracked()?);
    let mut sources = Vec::new();
    for path in paths.iter().filter(|path| init::is_telling(path)) {
        // A tracked file that was deleted, or a link to a folder, says nothing.
        if let Ok(Some(bytes)) = files::read(&top.join(path)) {
            let beginning = bytes.get(..BEGINNING.min(bytes.len())).unwrap_or_default();
            sources.push(Source { path: path.clone(), text: String::from_utf8_lossy(beginning).into_owned() });
        }
    }
    Ok(Facts {
        remote_head: repository.remote_head(cx.remote_name())?,
        branches: repository.branches()?,
        tag_message: init::newest(&tags).and_then(|tag| repository.tag_message(tag)),
        tags,
        paths,
        sources,
    })
}

/// Where the configuration is, or will be.
fn config_path(top: &Path) -> Result<&'static str> {
    let other = ".github/zarpe.yml";
    Ok(if files::read(&top.join(other))?.is_some() { other } else { "zarpe.yml" })
}

fn planned(top: &Path, path: &str, contents: &str) -> Result<Planned> {
    let state = match files::read(&top.join(path))? {
        None => State::New,
        Some(bytes) if bytes == contents.as_bytes() => State::Same,
        Some(_) => State::Differs,
    };
    Ok(Planned { path: path.to_owned(), contents: contents.to_owned(), state })
}

fn effect(file: Planned) -> Effect {
    Effect::WriteFile(WriteFile { path: PathBuf::from(file.path), contents: file.contents.into_bytes() })
}

fn report(proposal: &Proposal, files: &[Planned]) -> Report {
    let differing: Vec<&Planned> = files.iter().filter(|file| file.state == State::Differs).collect();
    let exit = if differing.is_empty() { ExitCode::Done } else { ExitCode::Refused };
    let title = match exit {
        ExitCode::Refused => "nothing is written over",
        _ if files.iter().all(|file| file.state == State::Same) => "this repository is set up",
        _ => "zarpe.yml and the release workflow, from what is in this repository",
    };
    let mut found = Section::new(Mark::Plain, "found", "").columns(["what", "found", "by"]);
    for line in &proposal.found {
        let mark = if line.value.is_some() { Mark::Good } else { Mark::Plain };
        found.row(mark, [line.what, line.value.as_deref().unwrap_or("nothing"), &line.from]);
    }
    let mut report = Report::new("init", exit, title, Body::Sections(vec![found]));
    report.findings = differing.into_iter().map(exists).chain(proposal.remarks.iter().cloned()).collect();
    report.document =
        Init::new(proposal, files.iter().map(|file| (file.path.as_str(), file.contents.as_str(), file.state))).value();
    report
}

fn exists(file: &Planned) -> Finding {
    let path = &file.path;
    Finding::new("init/exists", Level::Error, format!("{path} is already there, and says something else"))
        .at(Location { file: path.clone(), line: None, column: None })
        .help(format!(
            "keep yours, or move it away and run again; `zarpe init --format json` shows what would be in {path}"
        ))
}
