//! Copies of journals on the remote, `refs/zarpe/runs/ENVIRONMENT`: each a commit onto the one before, of the run that is at work
//! there.

use anyhow::Result;

use super::git::Repository;
use super::machine;
use super::remote::Remote;
use crate::deploy::order::Put;
use crate::history::{Person, Sha};
use crate::report::Failure;

/// A run as it is kept on the remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The run.
    pub run: String,
    /// Its journal.
    pub journal: Vec<u8>,
    /// Its plan.
    pub plan: Vec<u8>,
}

/// The journal's name in a copy.
const JOURNAL: &str = "journal.jsonl";

fn reference(environment: &str) -> String {
    format!("refs/zarpe/runs/{environment}")
}

/// Puts a copy there, onto the last one that this process made, else onto what is there; the commit.
///
/// # Errors
/// Exit code 1 where another process put one there meanwhile, 3 where the remote does not take it.
pub async fn put(
    remote: &Remote,
    repository: &Repository,
    environment: &str,
    copy: &Copy,
    last: Option<&Sha>,
) -> Result<Sha> {
    let reference = reference(environment);
    let there = match last {
        Some(last) => Some(last.clone()),
        None => {
            let (tip, kept) = tip(remote, repository, environment, &copy.run).await?;
            // What another process put down would be lost by a copy that does not go on from it.
            if kept.is_some_and(|kept| !copy.journal.starts_with(&kept.journal)) {
                return Err(moved(environment, &reference).into());
            }
            tip
        }
    };
    put_onto(remote, repository, environment, copy, there).await
}

async fn put_onto(
    remote: &Remote,
    repository: &Repository,
    environment: &str,
    copy: &Copy,
    there: Option<Sha>,
) -> Result<Sha> {
    let reference = reference(environment);
    let person = Person { name: "zarpe".to_owned(), email: "zarpe@localhost".to_owned() };
    let files: [(&str, &[u8]); 2] = [(JOURNAL, &copy.journal), ("plan.yml", &copy.plan)];
    // A gc may have taken away what this process goes on from: the remote has it.
    if let Some(last) = there.as_ref().filter(|last| repository.has(last).is_ok_and(|has| !has)) {
        match remote.commit_at(&reference).await? {
            Some((sha, _)) if sha == *last => {}
            Some(_) => return Err(moved(environment, &reference).into()),
            None => return Err(unkept(remote, "it was removed there").into()),
        }
    }
    let said = (machine::now(), copy.run.as_str());
    let made = repository.note_for(&reference, &person, said, &files, there.as_ref())?;
    let Some(why) = remote.advance(&reference, there.as_ref(), &made).await? else { return Ok(made) };
    // Where the answer was lost, what is there decides.
    match remote.commit_at(&reference).await? {
        Some((sha, _)) if sha == made => Ok(made),
        Some((sha, _)) if there.as_ref() != Some(&sha) => Err(moved(environment, &reference).into()),
        _ => Err(unkept(remote, &why).into()),
    }
}

fn unkept(remote: &Remote, why: &str) -> Failure {
    let message = format!("cannot keep the journal on {}: {why}", remote.address());
    let help = "the token needs `contents: write`; then: zarpe deploy resume";
    Failure::cannot_tell("deploy/journal-copy", message).help(help)
}

/// Puts a copy onto what is there, whatever that says of the run; the commit.
///
/// # Errors
/// Exit code 1 where another process put one there meanwhile, 3 where the remote does not take it.
pub async fn over(
    remote: &Remote,
    repository: &Repository,
    environment: &str,
    copy: &Copy,
    there: Option<&Sha>,
) -> Result<Sha> {
    put_onto(remote, repository, environment, copy, there.cloned()).await
}

/// The rule of what another process moved: who meets it looks again at what is there.
pub const MOVED: &str = "deploy/other-process";

fn moved(environment: &str, reference: &str) -> Failure {
    let message = format!("another process works on {environment}: it moved {reference}");
    Failure::refused(MOVED, message).help("zarpe deploy status")
}

/// The last commit of an environment, and a run as it was put there last.
///
/// # Errors
/// Exit code 3 where the remote cannot be read.
pub async fn tip(
    remote: &Remote,
    repository: &Repository,
    environment: &str,
    run: &str,
) -> Result<(Option<Sha>, Option<Copy>)> {
    let Some((tip, _)) = remote.commit_at(&reference(environment)).await? else { return Ok((None, None)) };
    let kept = copies(repository, &tip, Some(run))?.into_iter().next();
    Ok((Some(tip), kept))
}

/// The last commit of an environment, and its runs, the newest first: each as it was put there last, or only the named one. Commits
/// that are no such copies are passed over.
///
/// # Errors
/// Exit code 3 where the remote cannot be read.
pub async fn history(
    remote: &Remote,
    repository: &Repository,
    environment: &str,
    named: Option<&str>,
) -> Result<(Option<Sha>, Vec<Copy>)> {
    let Some((tip, _)) = remote.commit_at(&reference(environment)).await? else { return Ok((None, Vec::new())) };
    let copies = copies(repository, &tip, named)?;
    Ok((Some(tip), copies))
}

/// Whether a commit goes on from another, at whatever distance.
///
/// # Errors
/// Exit code 3 where it cannot be read.
pub fn goes_on_from(repository: &Repository, tip: &Sha, other: &Sha) -> Result<bool> {
    Ok(tip == other || repository.noted_before(tip)?.iter().any(|(sha, _)| sha == other))
}

/// All copies of these runs up to a commit, in the order in which they came there.
///
/// # Errors
/// Exit code 3 where one cannot be read.
pub fn puts(repository: &Repository, tip: &Sha, copies: &[Copy]) -> Result<Vec<Put>> {
    let mut puts = Vec::new();
    for (sha, run) in repository.noted_before(tip)?.into_iter().rev() {
        let Some(copy) = copies.iter().find(|copy| copy.run == run.trim()) else { continue };
        let Some(length) = repository.noted_length(&sha, JOURNAL)? else { continue };
        // Each goes on from the one before: what was there by then is the beginning of what is there now.
        let then = copy.journal.get(..length.min(copy.journal.len())).unwrap_or_default();
        puts.push(Put { run: copy.run.clone(), lines: then.iter().filter(|byte| **byte == b'\n').count() });
    }
    Ok(puts)
}

fn copies(repository: &Repository, tip: &Sha, named: Option<&str>) -> Result<Vec<Copy>> {
    let mut copies: Vec<Copy> = Vec::new();
    for (sha, run) in repository.noted_before(tip)? {
        let run = run.trim();
        if named.is_some_and(|named| named != run) || copies.iter().any(|copy| copy.run == run) {
            continue;
        }
        let file = |name: &str| repository.noted(&sha, name);
        if let (Some(journal), Some(plan)) = (file(JOURNAL)?, file("plan.yml")?) {
            copies.push(Copy { run: run.to_owned(), journal, plan });
            if named.is_some() {
                break;
            }
        }
    }
    Ok(copies)
}

/// The environments that have one.
///
/// # Errors
/// Exit code 3 where the remote cannot be read.
pub async fn environments(remote: &Remote) -> Result<Vec<String>> {
    let references = remote.references().await?;
    let name = |name: &str| name.strip_prefix("refs/zarpe/runs/").map(str::to_owned);
    Ok(references.all.iter().filter_map(|reference| name(&reference.name)).collect())
}
