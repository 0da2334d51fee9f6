//! `zarpe deploy check`: is a deployment plan sound, before anything runs?

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::import;
use crate::commands::Outcome;
use crate::commands::steps::STEPS;
use crate::context::Context;
use crate::deploy::check::{check, number, report};
use crate::deploy::checklist;
use crate::deploy::plan::Plan;
use crate::io::files;
use crate::report::{ExitCode, Failure, Level, Report};

/// Is a deployment plan sound, before anything runs?
///
/// Unknown keys, circles, and names that are not there are errors. What a plan may mean, and seldom does, is a warning.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The plan.
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// Fail where a line of this Markdown checklist is in no step's `covers`.
    #[arg(long, value_name = "CHECKLIST")]
    covers: Option<PathBuf>,
    /// Take warnings as errors: exit code 1.
    #[arg(long)]
    strict: bool,
}

/// Gathers and judges; there is nothing to act on.
///
/// # Errors
/// Exit code 2 where there is no such file, it is no plan, or the checklist has no line.
pub(super) fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let file = options.plan.display().to_string();
    let text = text(cx, &options.plan, "plan")?;
    let plan = Plan::parse(&file, &text).map_err(|error| Failure::from_error(&error).quoting(&text))?;
    let mut report = report(&file, &plan, check(&file, &text, &plan, STEPS), options.strict);
    if let Some(checklist) = &options.covers {
        covered(cx, checklist, &file, &text, &plan, &mut report)?;
    }
    Ok(Outcome::report(report))
}

/// Adds what the plan does not cover; exit code 1 where it could run all the same.
fn covered(cx: &Context, path: &Path, file: &str, plan_text: &str, plan: &Plan, report: &mut Report) -> Result<()> {
    let name = path.display().to_string();
    let (text, checklist) = import::read(cx, path)?;
    let mut findings = checklist::covers(file, plan_text, plan, &name, &text, &checklist);
    let missing = findings.iter().filter(|finding| finding.rule == "deploy/not-covered").count();
    let all = checklist.lines.len();
    findings.extend(checklist::unread(&name, &text, &checklist));
    // What a table says that is not read, nobody can say to be covered; a text may say nothing that is to be done.
    let mistakes = findings.iter().filter(|one| one.level >= Level::Warning).count();
    if mistakes > 0 && report.exit == ExitCode::Done {
        report.exit = ExitCode::Refused;
        report.title = format!("{file} does not stand for {name}: {}", number(mistakes, "mistake"));
    }
    report.title = format!("{}; {} of the {all} lines of {name} are covered", report.title, all - missing);
    report.findings.splice(0..0, findings);
    Ok(())
}

/// The text of a file that the command line names.
pub(super) fn text(cx: &Context, path: &Path, what: &str) -> Result<String> {
    let shown = path.display();
    let bytes = files::read(&cx.directory.join(path))?.ok_or_else(|| {
        Failure::usage("usage/no-file", format!("there is no file {shown}")).help(format!("name the {what}'s file"))
    })?;
    let wrong = |_| Failure::usage("deploy/encoding", format!("{shown} is not UTF-8")).help("write it as UTF-8");
    Ok(String::from_utf8(bytes).map_err(wrong)?)
}
