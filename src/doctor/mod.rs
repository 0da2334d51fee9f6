//! What is set up for a release here, and what is missing. Pure: facts in, a line for each of them out.

mod github;
mod local;
mod remote;

use crate::config::Config;
use crate::report::{ExitCode, Failure, Verdict};

/// Something that was asked: the answer, or why there is none. An exit code of 3 in the failure is "cannot tell", any other
/// is a no.
pub type Answer<T> = Result<T, Box<Failure>>;

/// What was found out.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What `git --version` prints.
    pub git: Answer<String>,
    /// The configuration.
    pub configuration: Answer<Configuration>,
    /// The repository.
    pub repository: Answer<Repository>,
    /// The remote; `None` where it could not be asked for want of a repository or an address.
    pub remote: Option<Answer<Remote>>,
    /// The GitHub of the remote; `None` as above.
    pub github: Option<Answer<GitHub>>,
}

/// A configuration that was read.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// Its file; `None` where there is none.
    pub file: Option<String>,
    /// What it says.
    pub config: Config,
}

/// The local repository.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Whether it has a work tree.
    pub work_tree: bool,
    /// Where HEAD is: the short name of the commit, and the branch.
    pub head: Answer<(String, Option<String>)>,
    /// Whether its history ends before the first commit.
    pub shallow: bool,
    /// Whether it leaves file contents to the remote.
    pub partial: bool,
    /// Names of the tags.
    pub tags: Vec<String>,
    /// Paths of the tracked files.
    pub tracked: Vec<String>,
    /// Workflows that a pushed tag or a published release starts.
    pub waiting: Vec<String>,
    /// Name of the remote that was looked for.
    pub remote_name: String,
    /// Its address, without secrets.
    pub remote_address: Option<String>,
}

/// What the remote holds.
#[derive(Clone, Debug)]
pub struct Remote {
    /// The branch that releases are made from, where it is known.
    pub branch: Option<String>,
    /// Whether it has that branch.
    pub has_branch: bool,
    /// Names of its tags.
    pub tags: Vec<String>,
    /// Whether it would take a tag from here; `None` where nothing could be offered.
    pub push: Option<Answer<()>>,
}

/// What GitHub says.
#[derive(Clone, Debug)]
pub struct GitHub {
    /// Its host.
    pub host: String,
    /// `OWNER/NAME`.
    pub repository: String,
    /// The variable that the token came from; `None` where there is no token.
    pub token: Option<&'static str>,
    /// Whether the token sees the repository.
    pub visible: Answer<()>,
    /// The scopes of a classic token, as GitHub lists them.
    pub scopes: Option<String>,
    /// What the token may read: the permission, and the answer.
    pub reads: Vec<(&'static str, Answer<()>)>,
    /// How many rules are in force on the branch.
    pub rules: Answer<usize>,
    /// The login that the token acts as.
    pub viewer: Answer<String>,
}

/// One thing that a release needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What.
    pub what: &'static str,
    /// Whether it is as it should be.
    pub verdict: Verdict,
    /// What was found.
    pub says: String,
    /// What to do, where it is not as it should be.
    pub remedy: Option<String>,
}

impl Line {
    fn yes(what: &'static str, says: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Yes, says: says.into(), remedy: None }
    }

    fn no(what: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::No, says: says.into(), remedy: Some(remedy.into()) }
    }

    fn cannot_tell(what: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { verdict: Verdict::CannotTell, ..Self::no(what, says, remedy) }
    }

    /// What could not be found out, or was refused.
    fn failed(what: &'static str, failure: &Failure) -> Self {
        let verdict = if failure.exit == ExitCode::CannotTell { Verdict::CannotTell } else { Verdict::No };
        let place = failure.finding.location.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        Self {
            what,
            verdict,
            says: format!("{}{place}", failure.finding.message),
            remedy: failure.finding.help.clone(),
        }
    }
}

/// A line for each thing that a release needs, and that could be looked at.
#[must_use]
pub fn judge(facts: &Facts) -> Vec<Line> {
    let config = facts.configuration.as_ref().map(|found| found.config.clone()).unwrap_or_default();
    let mut lines = vec![local::git(&facts.git), local::configuration(&facts.configuration)];
    match &facts.repository {
        Ok(repository) => lines.extend(local::repository(repository, &config)),
        Err(failure) => lines.push(Line::failed("repository", failure)),
    }
    let repository = facts.repository.as_ref().ok();
    match &facts.remote {
        Some(Ok(found)) => lines.extend(remote::lines(found, &config, repository)),
        Some(Err(failure)) => lines.push(Line::failed("remote", failure)),
        None => {}
    }
    match &facts.github {
        Some(Ok(found)) => lines.extend(github::lines(found, &config, repository)),
        Some(Err(failure)) => lines.push(Line::failed("GitHub", failure)),
        None => {}
    }
    lines
}

/// The answer to all of it: no where anything is missing, else cannot tell where anything could not be told.
#[must_use]
pub fn verdict(lines: &[Line]) -> Verdict {
    let has = |verdict| lines.iter().any(|line| line.verdict == verdict);
    match (has(Verdict::No), has(Verdict::CannotTell)) {
        (true, _) => Verdict::No,
        (false, true) => Verdict::CannotTell,
        (false, false) => Verdict::Yes,
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn line(verdict: Verdict) -> Line {
        Line { what: "x", verdict, says: String::new(), remedy: None }
    }

    #[test_case(&[] => Verdict::Yes; "nothing")]
    #[test_case(&[Verdict::Yes] => Verdict::Yes; "yes")]
    #[test_case(&[Verdict::Yes, Verdict::CannotTell] => Verdict::CannotTell; "cannot tell")]
    #[test_case(&[Verdict::CannotTell, Verdict::No, Verdict::Yes] => Verdict::No; "no")]
    fn the_worst_line_counts(verdicts: &[Verdict]) -> Verdict {
        verdict(&verdicts.iter().copied().map(line).collect::<Vec<_>>())
    }
}
