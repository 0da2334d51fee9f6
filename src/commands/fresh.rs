//! `zarpe fresh`: are generated files what their generator makes?

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::generator;
use crate::commands::Outcome;
use crate::config::folder_inside;
use crate::context::Context;
use crate::duration;
use crate::fresh::{self, Bytes, Checked, Files, Question, State};
use crate::io::files;
use crate::io::git::Repository;
use crate::io::process::{self, Limits};
use crate::io::scratch::{Scratch, survey};
use crate::output::json::Document as _;
use crate::output::json::fresh::Fresh;
use crate::report::{Failure, Finding, Level};

/// Standard output is not what is judged; the end of standard error is shown.
const KEPT: usize = 64 << 10;

/// The largest file of which the lines that differ are shown.
const READABLE: u64 = 1 << 20;

/// Are generated files what their generator makes?
///
/// The command runs in a copy of the work tree, which is not touched: all that git tracks or does not ignore, as it lies there,
/// in a repository of its own at the same commit. What it leaves at each path is held against what is there.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The command that makes the files; it runs at the top of the copy.
    #[arg(long, value_name = "CMD")]
    run: String,
    /// A generated file or folder, from the top of the repository; may be given again.
    #[arg(long = "path", value_name = "PATH", required = true)]
    paths: Vec<String>,
    /// What the command needs although git ignores it (node_modules), copied as well; may be given again.
    #[arg(long, value_name = "PATH")]
    with: Vec<String>,
    /// Take the paths away before the command runs, so that a file that it no longer makes is found as well.
    #[arg(long)]
    clean: bool,
    /// How long the command may take.
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "10m")]
    timeout: Duration,
}

/// Gathers and judges; there is nothing to act on.
///
/// # Errors
/// Exit code 2 where a path leads out of the repository, 3 where the copy cannot be made.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let (paths, with) = (inside("--path", &options.paths)?, inside("--with", &options.with)?);
    let Some(top) = Repository::open(&cx.directory)?.work_tree() else {
        return Err(Failure::usage("usage/bare", "a bare repository has no files").help("run it in a clone").into());
    };
    let scratch = Scratch::copy(&top, &[paths.as_slice(), &with].concat()).await?;
    let there = surveys(&top, &paths)?;
    for path in &paths {
        scratch.prepare(path, options.clean)?;
    }
    let limits = Limits { time: options.timeout, stdout: KEPT, stderr: KEPT };
    let mut finished = process::run(&scratch.shell(&options.run), limits).await?;
    // What it prints is not judged, so it may be as long as it likes.
    finished.stdout.cut = false;
    let trouble = generator::failed("fresh/generator", &options.run, &finished, limits).map(helped);
    let trouble = if surveys(&top, &paths)? == there { trouble } else { Some(wrote_here()) };
    let mut checked = Vec::new();
    for (path, there) in paths.iter().zip(&there) {
        let unknown = |why: &Finding| Checked { path: path.clone(), files: 0, state: State::Unknown(why.clone()) };
        checked.push(match &trouble {
            Some(why) => unknown(why),
            None => judge(&top, &scratch, path, there)?,
        });
    }
    let question = Question { run: options.run.clone() };
    let mut report = fresh::report(&question, &checked);
    report.document = Fresh::new(&question, &checked).value();
    Ok(Outcome::report(report))
}

fn inside(option: &str, paths: &[String]) -> Result<Vec<String>> {
    let checked = paths.iter().map(|path| folder_inside(path).map_err(|why| (path, why)));
    let checked: std::result::Result<Vec<String>, _> = checked.collect();
    let checked = checked.map_err(|(_, why)| {
        Failure::usage("usage/path", format!("{option}: {why}")).help("name a file or a folder of the repository")
    })?;
    match checked.iter().find(|path| path.split('/').any(|part| part == ".git")) {
        Some(path) => {
            let message = format!("{option}: {path} belongs to git");
            Err(Failure::usage("usage/path", message).help("name a file or a folder of the work tree").into())
        }
        None => Ok(checked),
    }
}

fn surveys(top: &Path, paths: &[String]) -> Result<Vec<Files>> {
    paths.iter().map(|path| survey(top, path)).collect()
}

fn judge(top: &Path, scratch: &Scratch, path: &str, there: &Files) -> Result<Checked> {
    let made = survey(scratch.top(), path)?;
    if there.is_empty() && made.is_empty() {
        let message = format!("nothing is at {path}, neither here nor where the command ran");
        let why = Finding::new("fresh/nothing", Level::Error, message).help("name what the command makes with --path");
        return Ok(Checked { path: path.to_owned(), files: 0, state: State::Unknown(why) });
    }
    let both = |file: &str| Bytes { committed: readable(&top.join(file)), made: readable(&scratch.top().join(file)) };
    Ok(fresh::judge(path, there, &made, both))
}

/// The bytes of a file of which the differing lines can be shown.
fn readable(path: &Path) -> Option<Vec<u8>> {
    let size = files::size(path).ok()?;
    if size > READABLE { None } else { files::read(path).ok()? }
}

fn helped(finding: Finding) -> Finding {
    finding.help("what git ignores is not in the copy that it runs in: add what it needs, as --with node_modules")
}

fn wrote_here() -> Finding {
    let message = "the command wrote into the work tree itself, and not only into the copy that it was started in";
    Finding::new("fresh/wrote-here", Level::Error, message)
        .help("let it write below the folder that it is started in; git status shows what it did")
}
