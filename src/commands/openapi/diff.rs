//! `zarpe openapi diff`: what changed for callers, and what breaks them?

use std::path::PathBuf;

use anyhow::Result;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::cases::{self, Case};
use crate::commands::Outcome;
use crate::commands::limit::Limit;
use crate::config::Severity;
use crate::context::Context;
use crate::openapi::review::{self, Reviewed};
use crate::openapi::rules::Profile;
use crate::openapi::{FailOn, Shown, compare_for, report};
use crate::output::json::Document as _;
use crate::output::json::openapi_diff::OpenapiDiff;
use crate::report::{Body, ExitCode, Mark, Report, Section};

/// What changed for callers, and what breaks them?
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The document as it was: a file, an address (https://…), `-` for standard input, or REV:PATH out of git.
    #[arg(value_name = "BASE", requires = "head", conflicts_with = "since")]
    base: Option<String>,
    /// The document as it is; default: each schema of zarpe.yml as it lies in the work tree.
    #[arg(value_name = "HEAD")]
    head: Option<String>,
    /// Compare each schema of zarpe.yml with what it was then; the default where no BASE is given.
    #[arg(long = "base", value_name = "WHEN", value_enum)]
    since: Option<Since>,
    /// For whom it is judged.
    #[arg(long, value_enum, default_value_t = Profile::Wire)]
    profile: Profile,
    /// The level from which the exit code is 1; `never` ends with 0 whatever changed.
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = FailOn::Error)]
    fail_on: FailOn,
    /// A finding for each operation, not for each cause.
    #[arg(long)]
    flat: bool,
    /// A file of changes that are ignored, each with a reason and an end; default: that of zarpe.yml.
    #[arg(long, value_name = "FILE")]
    ignore: Option<PathBuf>,
    /// Judge only what a client uses: a list of `GET /path` or operationIds with the fields it reads, or a HAR file; default: that of
    /// zarpe.yml.
    #[arg(long, value_name = "FILE")]
    used_by: Option<PathBuf>,
    /// Follow references to other files below this folder, never to the network; without it such a reference is not judged.
    #[arg(long, value_name = "DIR")]
    allow_refs: Option<PathBuf>,
    /// The level of a rule, as endpoint-added=error; may be given again, and goes before zarpe.yml.
    #[arg(long, value_name = "ID=LEVEL", value_parser = severity)]
    severity: Vec<(String, Severity)>,
    #[command(flatten)]
    pub(in crate::commands) limit: Limit,
}

/// A moment to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Since {
    /// The last release before HEAD.
    LastRelease,
}

fn severity(text: &str) -> std::result::Result<(String, Severity), String> {
    let (id, level) = text.split_once('=').ok_or("write it as ID=LEVEL")?;
    let level = <Severity as clap::ValueEnum>::from_str(level, false);
    Ok((id.to_owned(), level.map_err(|_| "the level is error, warning or info")?))
}

/// Gathers and judges; there is nothing to act on.
///
/// # Errors
/// Exit code 2 where a document is not there or no OpenAPI document, 3 where it cannot be read.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let asked = cases::Asked {
        pair: options.base.as_deref().zip(options.head.as_deref()),
        ignore: options.ignore.as_deref(),
        used_by: options.used_by.as_deref(),
        allow_refs: options.allow_refs.as_deref(),
        time: options.limit.of_file(),
        severity: &options.severity,
    };
    let cases = cases::gather(cx, &asked).await?;
    let today = cx.now.to_zoned(TimeZone::UTC).date();
    let judged: Result<Vec<Judged<'_>>> =
        cases.compared.iter().map(|case| Judged::new(case, today, options.profile)).collect();
    let mut judged = judged?;
    if options.ignore.is_some() {
        wrong_for_all(&mut judged);
    }
    let mut reports: Vec<Report> = judged.iter().map(|one| one.report(options)).collect();
    reports.extend(cases.new.iter().map(cases::New::report));
    let mut report = together(reports);
    let parts = judged.iter().map(|one| (&one.reviewed, &one.case.base, &one.case.head));
    let document = OpenapiDiff::new(options.profile, parts);
    report = report
        .output("breaking", document.breaking.to_string())
        .output("undecidable", document.undecidable.to_string())
        .output("bump", document.bump.clone());
    report.document = document.value();
    Ok(Outcome::report(report))
}

/// A pair of documents, and what came of it.
struct Judged<'a> {
    case: &'a Case,
    reviewed: Reviewed,
}

impl<'a> Judged<'a> {
    fn new(case: &'a Case, today: Date, profile: Profile) -> Result<Self> {
        let Case { base, head, review } = case;
        Ok(Self { case, reviewed: review.apply(compare_for(base, head, Some(today), profile), base, head, today)? })
    }

    fn report(&self, options: &Options) -> Report {
        let Case { base, head, .. } = self.case;
        let shown = Shown { base, head, fail_on: options.fail_on, flat: options.flat };
        review::tell(report(&self.reviewed.comparison, &shown), &self.reviewed, &shown)
    }
}

/// An entry of one ignore file for several documents is wrong where it is so for all of them.
fn wrong_for_all(judged: &mut [Judged<'_>]) {
    let Some((first, others)) = judged.split_first_mut() else { return };
    first.reviewed.wrong.retain(|finding| others.iter().all(|other| other.reviewed.wrong.contains(finding)));
    for other in others {
        other.reviewed.wrong.clear();
    }
}

/// One report of several: the answer is the worst one, and each part follows under its own title.
fn together(reports: Vec<Report>) -> Report {
    let worst = |report: &&Report| match report.exit {
        ExitCode::Refused => 3,
        ExitCode::Usage => 2,
        ExitCode::CannotTell => 1,
        _ => 0,
    };
    // Of equals the first: `max_by_key` would take the last.
    let Some(first) = reports.iter().rev().max_by_key(worst) else {
        return Report::new("openapi diff", ExitCode::CannotTell, "nothing was compared", Body::Sections(Vec::new()));
    };
    let (exit, title) = (first.exit, first.title.clone());
    let is_alone = reports.len() == 1;
    let (mut all, mut findings) = (Vec::new(), Vec::new());
    for report in reports {
        if !is_alone {
            all.push(Section::new(Mark::from(report.exit.verdict()), report.title.as_str(), ""));
        }
        if let Body::Sections(sections) = report.body {
            all.extend(sections);
        }
        findings.extend(report.findings);
    }
    let mut report = Report::new("openapi diff", exit, title, Body::Sections(all));
    report.findings = findings;
    report
}
