//! The commits that `verify` judges for approval: where they begin, and which of them this clone holds.

use std::collections::HashSet;

use anyhow::Result;

use crate::config::Since;
use crate::history::{CutOff, History, Sha};
use crate::io::github::evidence::Commits;
use crate::io::session::Session;
use crate::report::Failure;
use crate::verify::{Obstacle, Seen, Word};

/// The commits to be approved. A clone that does not hold them all is told so, and the rest is judged all the same.
///
/// # Errors
/// Exit code 2 where the beginning is not before the commit, 3 where the repository or the remote cannot be read.
pub(super) async fn of(session: &Session<'_>, commit: &Sha, since: Option<&str>) -> Result<Seen<Commits>> {
    if session.repository.resolve(commit.as_str()).is_err() {
        return Ok(Err(unknown(format!("commit {} is not in this clone", commit.short()), "git fetch --tags")));
    }
    let begin = match since {
        Some(revision) => Since::Commit(session.repository.resolve(revision)?),
        None => session.cx.config.verify.since.clone(),
    };
    let range = match begin {
        Since::LastRelease => since_last_release(session, commit).await?,
        Since::Head => {
            let commits = session.repository.range(None, commit)?.into_iter().take(1).collect();
            return Ok(Ok(Commits { label: "(the commit alone)".to_owned(), commits }));
        }
        Since::Commit(base) => {
            let name = since.map_or_else(|| base.short().to_owned(), ToOwned::to_owned);
            if !session.repository.is_ancestor(&base, commit)? {
                let message = format!("{name} is no ancestor of {}", commit.short());
                return Err(Failure::usage("verify/since", message).help("begin at an ancestor of the commit").into());
            }
            let commits = session.repository.range(Some(&base), commit)?;
            Ok(Commits { label: format!("since {name}"), commits })
        }
    };
    match &session.cx.config.verify.baseline {
        Some(baseline) => after(session, baseline, commit, range),
        None => Ok(range),
    }
}

/// Without what was there before the repository was released with zarpe.
fn after(session: &Session<'_>, baseline: &Sha, commit: &Sha, range: Seen<Commits>) -> Result<Seen<Commits>> {
    if session.repository.resolve(baseline.as_str()).is_err() {
        let message = format!("the baseline {} is not in this clone", baseline.short());
        return Ok(Err(unknown(message, "git fetch --unshallow --tags, or mend `verify.baseline` in zarpe.yml")));
    }
    if !session.repository.is_ancestor(baseline, commit)? {
        let message = format!("the baseline {} is no ancestor of {}", baseline.short(), commit.short());
        let help = "name a commit of the release branch: `verify.baseline` in zarpe.yml";
        return Err(Failure::usage("verify/baseline", message).help(help).into());
    }
    let later = session.repository.range(Some(baseline), commit)?;
    let later: HashSet<&Sha> = later.iter().map(|commit| &commit.sha).collect();
    Ok(range.map(|Commits { label, mut commits }| {
        let count = commits.len();
        commits.retain(|commit| later.contains(&commit.sha));
        let cut = commits.len() < count;
        Commits { label: if cut { format!("since the baseline {}", baseline.short()) } else { label }, commits }
    }))
}

/// The last release before the commit: a tag at the commit itself ends no range, or nobody would look at what it released.
async fn since_last_release(session: &Session<'_>, commit: &Sha) -> Result<Seen<Commits>> {
    let tags = session.remote_tags().await?;
    let earlier: Vec<_> = tags.into_iter().filter(|tag| tag.commit != *commit).collect();
    let History { base, commits, cut_off, .. } =
        session.repository.history_by(commit, &session.cx.config.tag.name, &earlier)?;
    let label = base.map_or_else(|| "since the beginning".to_owned(), |release| format!("since {}", release.tag));
    let fetch = "git fetch --unshallow --tags (in actions/checkout: fetch-depth: 0)";
    Ok(match cut_off {
        None => Ok(Commits { label, commits }),
        Some(CutOff::Shallow) => {
            Err(unknown("the clone is shallow: its history ends before the last release".to_owned(), fetch))
        }
        Some(CutOff::NoTags) => {
            Err(unknown("this clone has none of the release's tags".to_owned(), "git fetch --tags"))
        }
    })
}

fn unknown(message: String, help: &str) -> Obstacle {
    Obstacle { word: Word::Unknown, message, help: Some(help.to_owned()) }
}
