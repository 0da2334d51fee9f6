//! `zarpe deploy import`: a checklist in Markdown becomes a plan of sign-offs.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::check::text;
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::checklist::{self, Checklist};
use crate::report::{Body, ExitCode, Failure, Report};

/// Turn a Markdown checklist (lists and tables, Spanish or English) into a plan in which each line is a sign-off.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The checklist.
    #[arg(value_name = "CHECKLIST")]
    checklist: PathBuf,
}

/// Reads the checklist and prints the plan.
///
/// # Errors
/// Exit code 2 where there is no such file, or no line in it.
pub(super) fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let file = options.checklist.display().to_string();
    let (text, checklist) = read(cx, &options.checklist)?;
    let title = format!("{file}: {} lines", checklist.lines.len());
    let plan = checklist::import(&file, &checklist);
    let mut report = Report::new("deploy import", ExitCode::Done, title, Body::Text(plan));
    report.findings = checklist::doubts(&file, &text, &checklist);
    report.findings.extend(checklist::unread(&file, &text, &checklist));
    Ok(Outcome::report(report))
}

/// The text of a checklist, and what it says.
///
/// # Errors
/// Exit code 2 where there is no such file, or no line in it.
pub(super) fn read(cx: &Context, path: &Path) -> Result<(String, Checklist)> {
    let text = text(cx, path, "checklist")?;
    let checklist = checklist::read(&text);
    if checklist.lines.is_empty() {
        let message = format!("{} has no line that could be a step", path.display());
        return Err(Failure::usage("deploy/empty-checklist", message)
            .help("write its steps as lists, or as rows of a table")
            .into());
    }
    Ok((text, checklist))
}
