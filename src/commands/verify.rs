//! `zarpe verify`: is this commit green, and is every commit since the last release approved?

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::cli::{Change, Fetch};
use crate::commands::limit::Limit;
use crate::commands::{Outcome, clearance, range, rounds};
use crate::config::Glob;
use crate::context::Context;
use crate::duration;
use crate::history::Sha;
use crate::io::github::evidence::{Cost, Question, Queue};
use crate::io::session::Session;
use crate::output::json::{self, Document as _};
use crate::report::{Failure, Finding, Level, Report};
use crate::verify::{self, Jobs, Judgement, Own, Policy, QueueBranch};

/// Is this commit green, and is every commit since the last release approved?
///
/// Green: every check that is required is there and passes, and nothing else that ran on the commit fails. Approved: each
/// commit came by a merged pull request, approved as it was merged by people with write access who did not write it.
#[derive(Debug, Default, clap::Args)]
pub struct Options {
    /// The commit; default: the head of the release branch on the remote.
    #[arg(value_name = "REF")]
    revision: Option<String>,
    /// A check that must be there and pass, instead of `verify.checks`; may be given again.
    #[arg(long, value_name = "NAME")]
    check: Vec<String>,
    /// Checks that are not judged, instead of `verify.ignore`; may be given again.
    #[arg(long, value_name = "GLOB")]
    ignore: Vec<Glob>,
    /// How many approvals each change needs at least, instead of `verify.approvals`.
    #[arg(long, value_name = "N")]
    approvals: Option<u32>,
    /// Judge the commits after this tag or commit, instead of those since the last release.
    #[arg(long, value_name = "TAG")]
    since: Option<String>,
    /// Ask again for so long (90s, 10m, 1h30m) while checks run or may still be registered.
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "0")]
    wait: Duration,
    /// How long the set of checks must stay the same before it counts as whole; default: 0 where every required check is
    /// there, else 60s.
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    settle: Option<Duration>,
    /// Write the verdict as a statement that `tag` and `release` take, whatever it is.
    #[arg(long, value_name = "FILE")]
    clearance: Option<PathBuf>,
    #[command(flatten)]
    fetch: Fetch,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    pub(super) limit: Limit,
}

/// Gathers, judges, and says how it stands.
///
/// # Errors
/// When it could not do its job.
pub async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let session = Session::open_with(cx, options.fetch, options.revision.as_deref(), false).await?;
    let commit = commit(&session, options.revision.as_deref()).await?;
    let (judgement, cost) = judge(&session, &commit, options).await?;
    let mut report = verify::report(&judgement);
    if cx.verbose {
        let requests = session.github().await?.requests();
        report.findings.push(spent(requests, cost));
        if options.clearance.is_none() {
            clearance::show_digests(&judgement, &mut report);
        }
    }
    report.document = json::verify::Verify::from(&judgement).value();
    match &options.clearance {
        Some(file) => {
            let written = clearance::write(&session, file, &judgement, &mut report).await?;
            Ok(Outcome::record(report, vec![written], options.change.into()))
        }
        None => Ok(Outcome::report(report)),
    }
}

/// The report on one commit by the configuration alone, as a stage of a release.
///
/// # Errors
/// Exit code 2 or 3 where the repository, its remote or its GitHub are not known.
pub async fn stage(session: &Session<'_>, commit: &Sha) -> Result<Report> {
    let (judgement, _) = judge(session, commit, &Options::default()).await?;
    let mut report = verify::report(&judgement);
    report.document = json::verify::Verify::from(&judgement).value();
    Ok(report)
}

/// The policy of the configuration alone.
///
/// # Errors
/// Exit code 2 or 3 where the branch is not known.
pub(super) async fn configured(session: &Session<'_>) -> Result<Policy> {
    policy(session.cx, &Options::default(), &session.branch().await?)
}

async fn judge(session: &Session<'_>, commit: &Sha, options: &Options) -> Result<(Judgement, Cost)> {
    let branch = session.branch().await?;
    let policy = policy(session.cx, options, &branch)?;
    let range = range::of(session, commit, options.since.as_deref()).await?;
    let own = own(session, commit);
    let is_head = session.references().await?.branch(&branch) == Some(commit);
    let queue = queue(session, options.revision.as_deref(), commit).await?;
    let question = Question { commit, branch: &branch, is_head, range: &range, own: &own, queue: queue.as_ref() };
    rounds::judge(session, question, &policy, options.wait).await
}

/// The commit to judge: the head of a merge queue's branch is asked for at the remote, for a clone may not have the branch.
async fn commit(session: &Session<'_>, revision: Option<&str>) -> Result<Sha> {
    let Some(name) = revision.filter(|name| QueueBranch::is_among(name)) else { return session.commit(revision).await };
    let known = session.references().await?.branch(name.trim_start_matches("refs/heads/")).cloned();
    known.map_or_else(|| session.repository.resolve(name), Ok)
}

/// The group of a merge queue that the name is of.
async fn queue(session: &Session<'_>, revision: Option<&str>, commit: &Sha) -> Result<Option<Queue>> {
    let Some(name) = revision.filter(|name| QueueBranch::is_among(name)) else { return Ok(None) };
    let branch = session.branch().await?;
    let Some(group) = QueueBranch::parse(name).filter(|group| group.base == branch) else {
        let message = format!(
            "`{name}` is no branch of the merge queue of {branch}: gh-readonly-queue/{branch}/pr-NUMBER-COMMIT"
        );
        return Err(Failure::usage("verify/merge-queue", message)
            .help("give it as GitHub names it (`$GITHUB_REF` of a `merge_group` run), and check `branch` in zarpe.yml")
            .into());
    };
    let tip = session.references().await?.branch(&branch).cloned();
    // Where the clone does not have the branch as it is now, what the queue does not explain is not taken for a part of it.
    let tip = tip.filter(|tip| session.repository.resolve(tip.as_str()).is_ok());
    let here = session.repository.resolve(commit.as_str()).is_ok();
    let fresh = if here { session.repository.range(tip.as_ref(), commit)? } else { Vec::new() };
    Ok(Some(Queue { branch: group, fresh }))
}

fn policy(cx: &Context, options: &Options, branch: &str) -> Result<Policy> {
    let config = &cx.config.verify;
    let or =
        |given: &Vec<Glob>, configured: &Vec<Glob>| if given.is_empty() { configured.clone() } else { given.clone() };
    let own_branch = || -> Result<Glob> {
        Glob::try_from(globset::escape(branch)).map_err(|error| Failure::usage("usage/branch", error).into())
    };
    Ok(Policy {
        checks: if options.check.is_empty() { config.checks.clone() } else { options.check.clone() },
        ignore: or(&options.ignore, &config.ignore),
        approvals: options.approvals.or(config.approvals),
        bases: if config.bases.is_empty() { vec![own_branch()?] } else { config.bases.clone() },
        teams: teams(&config.teams),
        tested_as: config.tested_as.clone(),
        skip_ci: config.skip_ci.clone(),
        bots: config.bots.clone(),
        waive: config.waive.clone(),
        since: options.since.clone().unwrap_or_else(|| config.since.to_string()),
        baseline: config.baseline.clone(),
        settle: options.settle.map(|settle| settle.as_secs()),
        today: cx.now.to_zoned(jiff::tz::TimeZone::UTC).date(),
    })
}

/// Teams as GitHub names them, whichever way they were written.
fn teams(configured: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let name = |name: &str| name.trim_start_matches('@').to_owned();
    let members = |members: &[String]| members.iter().map(|member| name(member)).collect();
    configured.iter().map(|(team, logins)| (name(team).to_lowercase(), members(logins))).collect()
}

/// The job that this is, and its workflow as the commit has it.
fn own(session: &Session<'_>, commit: &Sha) -> Own {
    let environment = &session.cx.environment;
    let number = |name| environment.get(name).and_then(|text| text.parse().ok());
    let job = environment.get("GITHUB_JOB").map(ToOwned::to_owned);
    Own {
        check: number("ZARPE_CHECK_RUN_ID"),
        run: number("GITHUB_RUN_ID"),
        jobs: job.as_deref().and_then(|job| jobs(session, commit, job)),
        job,
    }
}

/// The jobs of the own workflow, `OWNER/NAME/.github/workflows/x.yml@refs/heads/main`, where it is a file of this repository.
fn jobs(session: &Session<'_>, commit: &Sha, job: &str) -> Option<Jobs> {
    let environment = &session.cx.environment;
    let (file, _) = environment.get("GITHUB_WORKFLOW_REF")?.split_once('@')?;
    let path = file.strip_prefix(environment.get("GITHUB_REPOSITORY")?)?.strip_prefix('/')?;
    let text = session.repository.file_at(commit, path).ok()??;
    Jobs::read(path, std::str::from_utf8(&text).ok()?, job)
}

fn spent(requests: u32, cost: Cost) -> Finding {
    let message = format!(
        "{requests} requests to GitHub; the query cost {} points of the rate limit, {} are left",
        cost.cost, cost.remaining
    );
    Finding::new("verify/cost", Level::Info, message)
}
