//! What people write down about a run, `refs/zarpe/remarks/ENVIRONMENT` on the remote: each time a commit onto the one before. The
//! journal of the run is closed by then, and a run that is at work in the environment has the reference of the journals to itself.

use anyhow::Result;

use super::git::Repository;
use super::machine;
use super::remote::Remote;
use crate::history::{Person, Sha};
use crate::report::Failure;

/// How often it is tried again where another machine was quicker.
const TRIES: usize = 5;

/// What remarks can be about: each is a file of this name.
pub const KINDS: [&str; 2] = ["incidents", "recommendations"];

fn reference(environment: &str) -> String {
    format!("refs/zarpe/remarks/{environment}")
}

/// The remarks about a run by their kind, one a line, as they were written last.
///
/// # Errors
/// Exit code 3 where the remote cannot be read.
pub async fn get(
    remote: &Remote,
    repository: &Repository,
    environment: &str,
    run: &str,
) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let tip = remote.commit_at(&reference(environment)).await?;
    tip.map_or_else(|| Ok(Vec::new()), |(tip, _)| about(repository, &tip, run))
}

fn about(repository: &Repository, tip: &Sha, run: &str) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let Some((last, _)) = repository.noted_before(tip)?.into_iter().find(|(_, about)| about.trim() == run) else {
        return Ok(Vec::new());
    };
    let file = |kind| Ok(repository.noted(&last, kind)?.map(|text| (kind, text)));
    KINDS.into_iter().filter_map(|kind| file(kind).transpose()).collect()
}

/// Puts remarks of a kind about a run there, beside those of the other kind; whether they were not there yet.
///
/// # Errors
/// Exit code 3 where the remote does not take them.
pub async fn put(
    remote: &Remote,
    repository: &Repository,
    environment: &str,
    run: &str,
    (kind, text): (&str, &[u8]),
) -> Result<bool> {
    let reference = reference(environment);
    let person = Person { name: "zarpe".to_owned(), email: "zarpe@localhost".to_owned() };
    let mut refused = String::new();
    for _ in 0..TRIES {
        let tip = remote.commit_at(&reference).await?.map(|(tip, _)| tip);
        let there = tip.as_ref().map_or_else(|| Ok(Vec::new()), |tip| about(repository, tip, run))?;
        if there.iter().any(|(known, before)| *known == kind && before == text) {
            return Ok(false);
        }
        let others = there.iter().filter(|(other, _)| *other != kind);
        let files: Vec<(&str, &[u8])> =
            others.map(|(other, text)| (*other, text.as_slice())).chain([(kind, text)]).collect();
        let made = repository.note(&person, machine::now(), run, &files, tip.as_ref())?;
        match remote.advance(&reference, tip.as_ref(), &made).await? {
            None => return Ok(true),
            Some(why) => refused = why,
        }
    }
    let message = format!("cannot keep the {kind} of run {run} on {}: {refused}", remote.address());
    Err(Failure::cannot_tell("deploy/remarks", message)
        .help("the token needs `contents: write`; they are kept here")
        .into())
}
