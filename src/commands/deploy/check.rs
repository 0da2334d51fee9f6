//! `zarpe deploy check`: is a deployment plan sound, before anything runs?

use std::path::PathBuf;

use anyhow::Result;

use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::check::{check, report};
use crate::deploy::plan::Plan;
use crate::io::files;
use crate::report::Failure;

/// Is a deployment plan sound, before anything runs?
///
/// Unknown keys, circles, and names that are not there are errors. What a plan may mean, and seldom does, is a warning.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The plan.
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// Take warnings as errors: exit code 1.
    #[arg(long)]
    strict: bool,
}

/// Gathers and judges; there is nothing to act on.
///
/// # Errors
/// Exit code 2 where there is no such file, or it is no plan.
pub(super) fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let file = options.plan.display().to_string();
    let text = text(cx, &options.plan, "plan")?;
    let plan = Plan::parse(&file, &text).map_err(|error| Failure::from_error(&error).quoting(&text))?;
    let findings = check(&file, &text, &plan);
    Ok(Outcome::report(report(&file, &plan, findings, options.strict)))
}

/// The text of a file that the command line names.
pub(super) fn text(cx: &Context, path: &std::path::Path, what: &str) -> Result<String> {
    let shown = path.display();
    let bytes = files::read(&cx.directory.join(path))?.ok_or_else(|| {
        Failure::usage("usage/no-file", format!("there is no file {shown}")).help(format!("name the {what}'s file"))
    })?;
    let wrong = |_| Failure::usage("deploy/encoding", format!("{shown} is not UTF-8")).help("write it as UTF-8");
    Ok(String::from_utf8(bytes).map_err(wrong)?)
}
