//! A merge queue: what the name of its branch tells, and which pull request brought each commit of a group.
//! <https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue>

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::history::{Commit, Sha};

/// Where the branches of merge queues are.
const FOLDER: &str = "gh-readonly-queue/";

/// The branch of a group, `gh-readonly-queue/BASE/pr-NUMBER-SHA`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueBranch {
    /// The branch that the group shall go into.
    pub base: String,
    /// The last pull request of the group.
    pub pull: u64,
    /// The commit that this pull request was put on: the head of the group before it, or of the base.
    pub onto: Sha,
}

impl QueueBranch {
    /// Reads a name, with or without `refs/heads/`; `None` where it is of no queue.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (base, last) = short(name).strip_prefix(FOLDER)?.rsplit_once('/')?;
        let (pull, onto) = last.strip_prefix("pr-")?.split_once('-')?;
        Some(Self { base: base.to_owned(), pull: pull.parse().ok()?, onto: Sha::parse(onto).ok()? })
    }

    /// Whether a name is below the folder of merge queues, readable or not.
    #[must_use]
    pub fn is_among(name: &str) -> bool {
        short(name).starts_with(FOLDER)
    }

    /// How the names of the branches begin that a pull request was tried on.
    #[must_use]
    pub fn prefix(base: &str, pull: u64) -> String {
        format!("{FOLDER}{base}/pr-{pull}-")
    }
}

fn short(name: &str) -> &str {
    name.strip_prefix("refs/heads/").unwrap_or(name)
}

/// One pull request in a queue, as it is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueEntry {
    /// The pull request.
    pub pull: u64,
    /// The commit that the group ends with.
    pub head: Sha,
    /// The commit that it was put on.
    pub onto: Sha,
}

/// How a commit stands to a merge queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Queued {
    /// It is on the branch, or has nothing to do with a queue.
    #[default]
    No,
    /// The queue made it for this pull request.
    For(u64),
    /// The queue made it, and for which pull request is not shown.
    Unknown,
}

/// The pull request that brought each of these commits (those of the group that are not on the branch), from its tip down entry
/// by entry. What no entry explains is left out.
#[must_use]
pub fn bringers(commits: &[Commit], tip: &Sha, entries: &[QueueEntry]) -> HashMap<Sha, u64> {
    let parents: HashMap<&Sha, &[Sha]> =
        commits.iter().map(|commit| (&commit.sha, commit.parents.as_slice())).collect();
    let mut brought = HashMap::new();
    let mut at = tip;
    // Each step goes down at least one commit, or ends.
    for _ in commits {
        let Some(entry) = entries.iter().find(|entry| entry.head == *at && entry.onto != *at) else { break };
        let below = reachable(&parents, &entry.onto);
        let own = reachable(&parents, at).into_iter().filter(|commit| !below.contains(commit));
        brought.extend(own.map(|commit| (commit.clone(), entry.pull)));
        at = &entry.onto;
    }
    brought
}

fn reachable<'a>(parents: &HashMap<&'a Sha, &'a [Sha]>, from: &Sha) -> HashSet<&'a Sha> {
    let mut seen = HashSet::new();
    let mut open = vec![from];
    while let Some(commit) = open.pop() {
        let Some((known, next)) = parents.get_key_value(commit) else { continue };
        if seen.insert(*known) {
            open.extend(next.iter());
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use test_case::test_case;

    use super::*;
    use crate::history::Person;

    fn sha(digit: char) -> Sha {
        Sha::parse(&digit.to_string().repeat(40)).unwrap()
    }

    /// `b:a c:ba`: commits with their parents.
    fn commits(text: &str) -> Vec<Commit> {
        let commit = |word: &str| {
            let (name, parents) = word.split_once(':').unwrap();
            let author = Person { name: "Ana".to_owned(), email: "ana@example.com".to_owned() };
            let sha = sha(name.chars().next().unwrap());
            let parents = parents.chars().map(self::sha).collect();
            Commit { sha, parents, author, authored: Timestamp::UNIX_EPOCH, message: String::new() }
        };
        text.split_whitespace().map(commit).collect()
    }

    // `d` is the tip; an entry is `NUMBER:ONTO..HEAD`; `a` is on the branch.
    #[test_case("d:c c:b b:a", "1:a..b 2:b..c 3:c..d" => "b1 c2 d3"; "squashed, one commit each")]
    #[test_case("d:c c:b b:a", "7:a..d" => "b7 c7 d7"; "rebased, three commits of one")]
    #[test_case("d:ac c:b b:a", "7:a..d" => "b7 c7 d7"; "merged with its commits")]
    #[test_case("d:c c:b b:a", "3:c..d" => "d3"; "the others are not shown")]
    #[test_case("d:c c:b b:a", "1:a..b" => ""; "the tip is not shown")]
    #[test_case("d:c c:b b:a", "3:d..d" => ""; "an entry on itself")]
    fn brings(graph: &str, entries: &str) -> String {
        let entry = |word: &str| {
            let (pull, ends) = word.split_once(':').unwrap();
            let (onto, head) = ends.split_once("..").unwrap();
            let name = |text: &str| sha(text.chars().next().unwrap());
            QueueEntry { pull: pull.parse().unwrap(), head: name(head), onto: name(onto) }
        };
        let entries: Vec<QueueEntry> = entries.split_whitespace().map(entry).collect();
        let brought = bringers(&commits(graph), &sha('d'), &entries);
        let mut words: Vec<String> = brought.iter().map(|(sha, pull)| format!("{}{pull}", sha.prefix(1))).collect();
        words.sort();
        words.join(" ")
    }

    #[test]
    fn a_branch_tells_its_base_and_its_last_pull_request() {
        let onto = "a".repeat(40);
        let read = QueueBranch { base: "release/1.x".to_owned(), pull: 12, onto: sha('a') };
        let name = format!("gh-readonly-queue/release/1.x/pr-12-{onto}");
        assert_eq!(QueueBranch::parse(&name), Some(read.clone()));
        assert_eq!(QueueBranch::parse(&format!("refs/heads/{name}")), Some(read));
        for other in
            ["main", "gh-readonly-queue/main", "gh-readonly-queue/main/pr-x-1", "gh-readonly-queue/main/pr-1-abc"]
        {
            assert_eq!(QueueBranch::parse(other), None, "{other}");
        }
    }
}
