//! What the labels of the merged pull requests of a range ask for.

use std::collections::{BTreeMap, HashMap};

use super::{Assessed, Bump};
use crate::config::LabelNames;
use crate::history::Sha;
use crate::report::Failure;

/// What is known of the labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Labels {
    /// Labels may not ask for a version, or nothing was released before.
    #[default]
    NotAsked,
    /// The merged pull requests that brought each commit.
    Seen(HashMap<Sha, Vec<LabelledPull>>),
    /// They could not be read.
    CannotTell(Failure),
}

/// A merged pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledPull {
    /// Its number.
    pub number: u64,
    /// The names of its labels.
    pub labels: Vec<String>,
}

/// What a pull request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullAsk {
    /// Its number.
    pub number: u64,
    /// The label that asks for the most; none where none of its labels asks for anything.
    pub label: Option<String>,
    /// What it asks for.
    pub bump: Bump,
}

impl Labels {
    /// What each pull request asks for, by number. One whose commits were all taken back asks for nothing, and is not here.
    #[must_use]
    pub fn asks(&self, commits: &[Assessed], names: &LabelNames) -> Vec<PullAsk> {
        let Self::Seen(pulls) = self else { return Vec::new() };
        let counting = commits.iter().filter(|commit| !commit.is_cancelled());
        let by_number: BTreeMap<u64, &LabelledPull> =
            counting.filter_map(|commit| pulls.get(&commit.sha)).flatten().map(|pull| (pull.number, pull)).collect();
        by_number.into_values().map(|pull| pull.ask(names)).collect()
    }
}

impl LabelledPull {
    fn ask(&self, names: &LabelNames) -> PullAsk {
        let asked = self.labels.iter().map(|label| (names.bump(label), label));
        let most = asked.filter(|(bump, _)| *bump > Bump::None).max_by_key(|(bump, _)| *bump);
        PullAsk {
            number: self.number,
            label: most.map(|(_, label)| label.clone()),
            bump: most.map(|(bump, _)| bump).unwrap_or_default(),
        }
    }
}
