//! What the token may do, and what GitHub tells with it.

use super::{Answer, GitHub, Line, Repository};
use crate::config::Config;
use crate::report::Failure;

pub(super) fn lines(found: &GitHub, config: &Config, repository: Option<&Repository>) -> Vec<Line> {
    let mut lines = vec![token(found)];
    if found.token.is_none() {
        return lines;
    }
    lines.push(visible(found));
    if found.visible.is_err() {
        return lines;
    }
    lines.extend(found.reads.iter().map(|(permission, answer)| read(permission, answer)));
    lines.push(rules(&found.rules, config));
    lines.extend(repository.map(|repository| starts(found, &repository.waiting)));
    lines
}

fn token(found: &GitHub) -> Line {
    match (found.token, found.host.as_str()) {
        (Some(name), _) => Line::yes("token", format!("from {name}")),
        (None, "api.github.com") => Line::no("token", "there is none", "set ZARPE_TOKEN or GITHUB_TOKEN"),
        (None, host) => {
            let remedy = format!("set ZARPE_TOKEN (GITHUB_TOKEN is sent to {host} only where GITHUB_API_URL names it)");
            Line::no("token", format!("there is none for {host}"), remedy)
        }
    }
}

fn visible(found: &GitHub) -> Line {
    let scopes = found.scopes.as_ref().map(|scopes| format!(", with the scopes {scopes}")).unwrap_or_default();
    match &found.visible {
        Ok(()) => Line::yes("GitHub", format!("the token sees {} on {}{scopes}", found.repository, found.host)),
        Err(failure) => Line::failed("GitHub", failure),
    }
}

fn read(permission: &'static str, answer: &Answer<()>) -> Line {
    match answer {
        Ok(()) => Line::yes(permission, "may be read"),
        Err(failure) => Line::failed(permission, failure),
    }
}

/// Where the rules cannot be seen, the configuration can stand in for them.
fn rules(answer: &Answer<usize>, config: &Config) -> Line {
    let says_all = !config.verify.checks.is_empty() && config.verify.approvals.is_some();
    match answer {
        Ok(0) => Line::yes("rules", "none on the branch"),
        Ok(count) => Line::yes("rules", format!("{count} on the branch")),
        Err(_) if says_all => {
            Line::yes("rules", "not visible, and not needed: zarpe.yml names the checks and the approvals")
        }
        Err(failure) => {
            let help = "name what they require: `verify.checks` and `verify.approvals` in zarpe.yml";
            Line::failed("rules", &Failure::help(failure.as_ref().clone(), help))
        }
    }
}

/// What the token of a workflow's job does starts no workflow,
/// <https://docs.github.com/actions/using-workflows/triggering-a-workflow>.
fn starts(found: &GitHub, waiting: &[String]) -> Line {
    let what = "workflows";
    if waiting.is_empty() {
        return Line::yes(what, "none waits for a tag or a release");
    }
    let names = waiting.join(", ");
    match &found.viewer {
        Ok(login) if login.starts_with("github-actions") => Line::no(
            what,
            format!("{names} wait for a tag or a release, and what a workflow's own token does starts none"),
            "give zarpe the token of a GitHub App, or start them with `workflow_dispatch` or `workflow_run`",
        ),
        Ok(login) => Line::yes(what, format!("a tag pushed as {login} starts {names}")),
        Err(failure) => Line::failed(what, failure),
    }
}
