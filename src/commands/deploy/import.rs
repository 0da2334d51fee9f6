//! `zarpe deploy import`: a checklist in Markdown becomes a plan of sign-offs.

use std::path::PathBuf;

use anyhow::Result;

use super::check::text;
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::checklist;
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
    let checklist = checklist::read(&text(cx, &options.checklist, "checklist")?);
    if checklist.lines.is_empty() {
        let message = format!("{file} has no line that could be a step");
        return Err(Failure::usage("deploy/empty-checklist", message)
            .help("write its steps as lists, or as rows of a table")
            .into());
    }
    let title = format!("{file}: {} lines", checklist.lines.len());
    let plan = checklist::import(&file, &checklist);
    Ok(Outcome::report(Report::new("deploy import", ExitCode::Done, title, Body::Text(plan))))
}
