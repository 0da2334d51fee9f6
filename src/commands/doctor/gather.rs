//! What `zarpe doctor` looks at. Every question is asked on its own: a failure is its answer.

use std::time::Duration;

use crate::commands::waiting;
use crate::config::Config;
use crate::context::Context;
use crate::doctor::{Answer, Configuration, Facts, GitHub, Remote, Repository};
use crate::history::Sha;
use crate::io::github::{self, failure, segment};
use crate::io::process::{self, Invocation, Limits};
use crate::io::session::Session;
use crate::io::{config, git};
use crate::report::{ExitCode, Failure};

/// How long one question to GitHub may take: a doctor that waits for two minutes is not asked again.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is known of the world, as far as it answers.
pub(super) async fn facts(cx: &Context) -> Facts {
    let configuration = answer(configuration(cx));
    let config = configuration.as_ref().map(|found| found.config.clone()).unwrap_or_default();
    let mut facts = Facts {
        git: git_version(cx).await,
        configuration,
        repository: answer(repository(cx)),
        remote: None,
        github: None,
    };
    let has_remote = facts.repository.as_ref().is_ok_and(|repository| repository.remote_address.is_some());
    if let (true, Ok(session)) = (has_remote, Session::open(cx)) {
        let found = remote(&session, &config).await;
        facts.github = Some(github(&session, found.as_ref().ok()).await);
        facts.remote = Some(found.map(|(remote, _)| remote));
    }
    facts
}

fn answer<T>(result: anyhow::Result<T>) -> Answer<T> {
    result.map_err(|error| Box::new(Failure::from_error(&error)))
}

async fn git_version(cx: &Context) -> Answer<String> {
    let limits = Limits { time: PATIENCE, stdout: 1_000, stderr: 1_000 };
    // A missing git is no question of the network: a release needs it.
    let missing = |failure: Box<Failure>| Box::new(Failure { exit: ExitCode::Refused, ..failure.help("install git") });
    let finished = answer(process::run(&Invocation::new(&cx.directory, "git", ["--version"]), limits).await);
    finished.map(|finished| finished.stdout.text()).map_err(missing)
}

fn configuration(cx: &Context) -> anyhow::Result<Configuration> {
    let (config, file) = config::load(&cx.directory, cx.config_file.as_deref())?;
    Ok(Configuration { file: file.map(|path| path.display().to_string()), config })
}

fn repository(cx: &Context) -> anyhow::Result<Repository> {
    let (repository, name) = (git::Repository::open(&cx.directory)?, cx.remote_name());
    let tracked = repository.tracked()?;
    let head = answer(repository.head()).map(|head| (head.commit.short().to_owned(), head.branch));
    Ok(Repository {
        work_tree: repository.work_tree().is_some(),
        head,
        shallow: repository.is_shallow(),
        partial: repository.is_partial(name)?,
        tags: repository.tag_names()?,
        waiting: waiting::workflows(&repository, &tracked),
        tracked,
        remote_name: name.to_owned(),
        remote_address: repository.remote_url(name)?.map(|address| crate::io::remote::redacted(&address)),
    })
}

/// The remote, and the commit of its branch.
async fn remote(session: &Session<'_>, config: &Config) -> Answer<(Remote, Option<Sha>)> {
    let references = answer(session.references().await)?;
    let branch = config.branch.clone().or_else(|| references.default_branch.clone());
    let commit = branch.as_ref().and_then(|branch| references.branch(branch)).cloned();
    let push = match session.repository.head() {
        Ok(head) => Some(may_push(session, &head.commit).await),
        Err(_) => None,
    };
    let tags = references.tags().into_iter().map(|tag| tag.name).collect();
    Ok((Remote { has_branch: commit.is_some(), branch, tags, push }, commit))
}

async fn may_push(session: &Session<'_>, commit: &Sha) -> Answer<()> {
    match answer(answer(session.remote().await)?.would_take_tag(commit).await)? {
        None => Ok(()),
        Some(why) => {
            let message = format!("the remote would take no tag from here: {why}");
            let help = "give the token (or the key) write access to the repository: `contents: write` in a workflow";
            let failure = if is_denial(&why) { Failure::refused } else { Failure::cannot_tell };
            Err(Box::new(failure("doctor/push", message).help(help)))
        }
    }
}

/// git has no exit code for it, and `LC_ALL=C` keeps its words: access was denied, it did not merely fail.
fn is_denial(why: &str) -> bool {
    let why = why.to_lowercase();
    ["403", "401", "denied", "permission", "authentication failed", "not allowed", "could not read username"]
        .iter()
        .any(|word| why.contains(word))
}

async fn github(session: &Session<'_>, remote: Option<&(Remote, Option<Sha>)>) -> Answer<GitHub> {
    let address = answer(session.repository.remote_url(session.cx.remote_name()))?;
    let github = answer(github::GitHub::connect(&session.cx.environment, address.as_deref()))?;
    let github = if session.cx.environment.get("ZARPE_TIMEOUT").is_some() { github } else { github.patient(PATIENCE) };
    let mut found = GitHub {
        host: github.place().host().to_owned(),
        repository: github.place().repository(),
        token: github.token_name(),
        visible: Err(unasked()),
        scopes: None,
        reads: Vec::new(),
        rules: Err(unasked()),
        viewer: Err(unasked()),
    };
    if !github.has_token() {
        return Ok(found);
    }
    found.visible = match github.scopes(github.path("").trim_end_matches('/')).await {
        Ok(scopes) => {
            found.scopes = scopes;
            Ok(())
        }
        Err(error) => Err(denied(&error)),
    };
    if found.visible.is_ok() {
        found.reads = reads(&github, remote.and_then(|(_, commit)| commit.as_ref())).await;
        found.rules = rules(&github, remote.and_then(|(remote, _)| remote.branch.as_deref())).await;
        found.viewer = answer(github.viewer().await);
    }
    Ok(found)
}

/// The cheapest question for each permission that `verify` needs.
async fn reads(github: &github::GitHub, commit: Option<&Sha>) -> Vec<(&'static str, Answer<()>)> {
    let of_commit = |rest: &str| commit.map(|commit| github.path(&format!("commits/{commit}/{rest}?per_page=1")));
    let questions = [
        ("checks", of_commit("check-runs")),
        ("statuses", of_commit("status")),
        ("pull requests", Some(github.path("pulls?per_page=1&state=all"))),
        ("contents", Some(github.path("releases?per_page=1"))),
    ];
    let mut answers = Vec::new();
    for (permission, path) in questions {
        let answer = match path {
            Some(path) => github.get::<serde::de::IgnoredAny>(&path).await.map(drop).map_err(|error| denied(&error)),
            None => Err(unasked()),
        };
        answers.push((permission, answer));
    }
    answers
}

async fn rules(github: &github::GitHub, branch: Option<&str>) -> Answer<usize> {
    let Some(branch) = branch else { return Err(unasked()) };
    let path = github.path(&format!("rules/branches/{}?per_page=100", segment(branch)));
    let pages = github.pages::<Vec<serde::de::IgnoredAny>>(&path).await;
    answer(pages).map(|pages| pages.iter().map(Vec::len).sum())
}

/// A refusal that the token's permissions explain is a no; everything else cannot be told.
fn denied(error: &anyhow::Error) -> Box<Failure> {
    let mut failure = Failure::from_error(error);
    if [failure::UNAUTHORIZED, failure::FORBIDDEN, failure::NOT_FOUND].contains(&failure.finding.rule.as_str()) {
        failure.exit = ExitCode::Refused;
    }
    Box::new(failure)
}

fn unasked() -> Box<Failure> {
    let failure = Failure::cannot_tell("doctor/unasked", "not asked: an answer that it needs is missing");
    Box::new(failure.help("see the lines above"))
}
