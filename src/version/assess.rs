//! What each commit of a range asks for, and why.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::{Bump, Flaw, Reading};
use crate::history::{Commit, Copy, Fate, How, Person, Sha, fates};

/// A commit with what it says and what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed {
    /// Its name.
    pub sha: Sha,
    /// Its first line.
    pub subject: String,
    /// Who wrote it: the author, then those whom its trailers name.
    pub authors: Arc<[Person]>,
    /// What it says.
    pub reading: Reading,
    /// What it asks for.
    pub bump: Bump,
    /// Why.
    pub reason: Reason,
}

impl Assessed {
    /// Whether it was taken back inside the range or did only that, or brought nothing that was not there already: neither
    /// version nor notes show it.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self.reason, Reason::RevertedBy(_) | Reason::Reverts(_) | Reason::CopyOf { .. })
    }
}

/// Why a commit asks for what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It breaks something.
    Breaking,
    /// It is of this type.
    Kind(String),
    /// It takes back something that was released.
    RevertsReleased,
    /// A later commit took it back.
    RevertedBy(Sha),
    /// It took back these.
    Reverts(Vec<Sha>),
    /// It brings what another commit brought already, of the same range or of a release of another branch.
    CopyOf {
        /// That commit.
        original: Sha,
        /// How it is known.
        how: How,
        /// The tag of that release.
        released: Option<String>,
    },
    /// A merge says nothing itself.
    Merge,
    /// It is no conventional commit.
    NotConventional(Flaw),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Breaking => f.write_str("breaking change"),
            Self::Kind(kind) => write!(f, "type {kind}"),
            Self::RevertsReleased => f.write_str("takes back something released"),
            Self::RevertedBy(sha) => write!(f, "taken back by {}", sha.short()),
            Self::Reverts(shas) => {
                let names: Vec<&str> = shas.iter().map(Sha::short).collect();
                write!(f, "takes back {}", names.join(", "))
            }
            Self::CopyOf { original, how, released: None } => write!(f, "a copy of {}: {how}", original.short()),
            Self::CopyOf { original, how, released: Some(tag) } => {
                write!(f, "released in {tag} as {}: {how}", original.short())
            }
            Self::Merge => f.write_str("a merge: its commits count"),
            Self::NotConventional(flaw) => write!(f, "not conventional: {flaw}"),
        }
    }
}

/// Assesses the commits of a range, in its order; `copies` are those that bring what was there already.
#[must_use]
pub fn assess(commits: &[Commit], copies: &HashMap<Sha, Copy>) -> Vec<Assessed> {
    let name = |at: &usize| commits.get(*at).map(|commit| commit.sha.clone());
    let mut assessed: Vec<Assessed> = commits
        .iter()
        .zip(fates(commits))
        .map(|(commit, fate)| {
            let reading = Reading::of(&commit.message);
            let (bump, reason) = match fate {
                Fate::Counts => counted(commit, &reading),
                Fate::RevertedBy(at) => (Bump::None, name(&at).map_or(Reason::Merge, Reason::RevertedBy)),
                Fate::Reverts(places) => (Bump::None, Reason::Reverts(places.iter().filter_map(name).collect())),
            };
            let (sha, subject, authors) = (commit.sha.clone(), commit.subject().to_owned(), commit.authors().into());
            Assessed { sha, subject, authors, reading, bump, reason }
        })
        .collect();
    if !copies.is_empty() {
        leave_out(&mut assessed, copies);
    }
    assessed
}

/// Leaves a copy out where its original counts, and asks for as much: what a copy says beyond that is new.
fn leave_out(assessed: &mut [Assessed], copies: &HashMap<Sha, Copy>) {
    let counting: HashMap<Sha, Bump> =
        assessed.iter().filter(|one| !one.is_cancelled()).map(|one| (one.sha.clone(), one.bump)).collect();
    for commit in assessed.iter_mut().filter(|one| !one.is_cancelled()) {
        let Some(copy) = copies.get(&commit.sha) else { continue };
        let original = &copy.original;
        let asked = match &copy.released {
            Some(_) => Some(counted(original, &Reading::of(&original.message)).0),
            // An original that is itself left out would take the change out of the release altogether.
            None => counting.get(&original.sha).copied().filter(|_| !copies.contains_key(&original.sha)),
        };
        if asked.is_some_and(|asked| asked >= commit.bump) {
            let (original, how, released) = (original.sha.clone(), copy.how, copy.released.clone());
            (commit.bump, commit.reason) = (Bump::None, Reason::CopyOf { original, how, released });
        }
    }
}

/// What a commit asks for that was not taken back: the most of what it says.
fn counted(commit: &Commit, reading: &Reading) -> (Bump, Reason) {
    let asked = reading.changes.iter().map(|change| {
        if change.breaking.is_some() {
            return (Bump::Major, Reason::Breaking);
        }
        match change.kind.as_str() {
            "feat" => (Bump::Minor, Reason::Kind(change.kind.clone())),
            "fix" | "perf" => (Bump::Patch, Reason::Kind(change.kind.clone())),
            "revert" => (Bump::Patch, Reason::RevertsReleased),
            kind => (Bump::None, Reason::Kind(kind.to_owned())),
        }
    });
    // The first of the largest: `max_by_key` would take the last.
    let most = asked.reduce(|most, next| if next.0 > most.0 { next } else { most });
    most.unwrap_or_else(|| match reading.flaw {
        _ if commit.is_merge() => (Bump::None, Reason::Merge),
        flaw => (Bump::None, Reason::NotConventional(flaw.unwrap_or(Flaw::NoType))),
    })
}
