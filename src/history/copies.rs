//! Cherry-picks: which commits bring a change that another commit brought already.
//!
//! By git's own trailer `(cherry picked from commit …)` (`git cherry-pick -x`), else by the number of the pull request under the
//! same first line, else by the same difference, else by the same first line. Git keeps author and time of what it picks: the
//! last two ask that they are the same, or two changes of one name would be taken for one.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::reverts::without_number;
use super::{Commit, Sha};

/// How many pairs of a range are looked at for ancestry, at most; what is beyond counts, as everything does that is not shown
/// to be a copy.
const PAIRS: usize = 1000;

/// How many commits are compared by their differences, at most; where there are more, none is.
const PATCHES: usize = 200;

/// A release of another branch, with what it brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Name of its tag.
    pub tag: String,
    /// Its commits that were not taken back.
    pub commits: Vec<Commit>,
}

/// A commit that was there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The commit that brought the change first.
    pub original: Commit,
    /// How it is known.
    pub how: How,
    /// The release of another branch that has it; `None` where it is in the same range.
    pub released: Option<String>,
}

/// How two commits are known to bring the same change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// `git cherry-pick -x` said so.
    Trailer,
    /// The same first line with the number of the same pull request.
    PullRequest,
    /// The same difference by the same author at the same time.
    PatchId,
    /// The same first line by the same author at the same time.
    Subject,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trailer => "cherry-picked with -x",
            Self::PullRequest => "the same pull request",
            Self::PatchId => "the same difference, author and time",
            Self::Subject => "the same first line, author and time",
        })
    }
}

/// The names that git's trailer gives.
fn trailers(message: &str) -> impl Iterator<Item = &str> {
    let message = if message.contains("(cherry picked from") { message } else { "" };
    message.lines().filter_map(|line| line.trim().strip_prefix("(cherry picked from commit ")?.strip_suffix(')'))
}

/// The first line without numbers of pull requests, and the numbers.
fn numbered(commit: &Commit) -> (&str, Vec<u64>) {
    let (mut subject, mut numbers) = (commit.subject(), Vec::new());
    while let (rest, Some(number)) = without_number(subject) {
        if rest == subject {
            break;
        }
        numbers.push(number);
        subject = rest;
    }
    (subject, numbers)
}

/// The commits whose difference could show that they are the same, because author and time are. Differences are dear, so they
/// are asked for only where a copy can be: beside a release of another branch, or where branches were merged.
#[must_use]
pub fn suspects(range: &[Commit], elsewhere: &[Elsewhere]) -> Vec<Sha> {
    if elsewhere.is_empty() && !range.iter().any(Commit::is_merge) {
        return Vec::new();
    }
    let all = range.iter().chain(elsewhere.iter().flat_map(|release| &release.commits));
    let mut times: Vec<_> = all.filter(|commit| !commit.is_merge()).map(|commit| commit.authored).collect();
    times.sort_unstable();
    if times.array_windows().all(|[one, next]| one != next) {
        return Vec::new();
    }
    let mut groups: HashMap<_, Vec<&Commit>> = HashMap::new();
    for commit in range.iter().chain(elsewhere.iter().flat_map(|release| &release.commits)) {
        if !commit.is_merge() {
            groups.entry(made(commit)).or_default().push(commit);
        }
    }
    let several = groups.values().filter(|group| group.len() > 1);
    let suspects: Vec<Sha> = several.flatten().map(|commit| commit.sha.clone()).collect();
    if suspects.len() > PATCHES { Vec::new() } else { suspects }
}

/// The commits of a range, newest first, that bring what another commit brought already. `patches` are the names of the
/// differences as far as they are known (`git patch-id`).
#[must_use]
pub fn copies(range: &[Commit], elsewhere: &[Elsewhere], patches: &HashMap<Sha, Sha>) -> HashMap<Sha, Copy> {
    let mut copies = HashMap::new();
    for release in elsewhere {
        let there = Keys::new(&release.commits, patches);
        for commit in range {
            if let Some((original, how)) = there.find(commit, patches, |_, _| true) {
                let released = Some(release.tag.clone());
                copies.entry(commit.sha.clone()).or_insert(Copy { original: original.clone(), how, released });
            }
        }
    }
    copies.extend(inside(range, patches));
    copies
}

/// The copies within the range itself. Only on two branches that were merged can a change come twice: what stands before a
/// commit on its own branch is no copy of it, but another change with the same words. Of two, the older one in the range's
/// order is the original.
fn inside(range: &[Commit], patches: &HashMap<Sha, Sha>) -> HashMap<Sha, Copy> {
    let mut copies = HashMap::new();
    let merged = range.iter().any(Commit::is_merge);
    let trailed = range.iter().any(|commit| trailers(&commit.message).next().is_some());
    if !merged && !trailed {
        return copies;
    }
    // Where no two have a first line in common, nothing but a difference or a trailer could show a copy.
    let mut subjects: Vec<&str> =
        range.iter().filter(|commit| !commit.is_merge()).map(|commit| numbered(commit).0).collect();
    subjects.sort_unstable();
    if !trailed && patches.is_empty() && subjects.array_windows().all(|[one, next]| one != next) {
        return copies;
    }
    let here = Keys::new(range, patches);
    let by_name: HashMap<&str, &Commit> = range.iter().map(|commit| (commit.sha.as_str(), commit)).collect();
    let mut pairs = 0;
    for (at, commit) in range.iter().enumerate() {
        let found = here.find(commit, patches, |place, how| {
            // Of two commits one is the copy: never the one that the other's trailer names.
            let Some(original) = range.get(place).filter(|one| !names(one, commit)) else { return false };
            let older = place > at;
            if how == How::Trailer {
                return older || names(commit, original);
            }
            if !merged || !older || pairs >= PAIRS {
                return false;
            }
            pairs += 1;
            !is_ancestor(&by_name, original, commit)
        });
        if let Some((original, how)) = found {
            copies.insert(commit.sha.clone(), Copy { original: original.clone(), how, released: None });
        }
    }
    copies
}

fn names(commit: &Commit, original: &Commit) -> bool {
    trailers(&commit.message).any(|name| name == original.sha.as_str())
}

fn is_ancestor(commits: &HashMap<&str, &Commit>, ancestor: &Commit, head: &Commit) -> bool {
    let (mut open, mut seen) = (vec![head], HashSet::new());
    while let Some(commit) = open.pop() {
        if commit.sha == ancestor.sha {
            return true;
        }
        let fresh = commit.parents.iter().filter(|parent| seen.insert(parent.as_str()));
        open.extend(fresh.filter_map(|parent| commits.get(parent.as_str()).copied()));
    }
    false
}

/// Commits by what a copy of them has in common with them.
struct Keys<'a> {
    commits: &'a [Commit],
    /// Their own names, and those that their trailers give.
    names: HashMap<&'a str, Vec<usize>>,
    pulls: HashMap<(&'a str, u64), Vec<usize>>,
    patches: HashMap<(&'a Sha, Made<'a>), Vec<usize>>,
    subjects: HashMap<(&'a str, Made<'a>), Vec<usize>>,
}

/// Who wrote something, and when.
type Made<'a> = (&'a super::Person, jiff::Timestamp);

fn made(commit: &Commit) -> Made<'_> {
    (&commit.author, commit.authored)
}

impl<'a> Keys<'a> {
    fn new(commits: &'a [Commit], patches: &'a HashMap<Sha, Sha>) -> Self {
        let mut keys = Self {
            commits,
            names: HashMap::new(),
            pulls: HashMap::new(),
            patches: HashMap::new(),
            subjects: HashMap::new(),
        };
        for (at, commit) in commits.iter().enumerate() {
            keys.names.entry(commit.sha.as_str()).or_default().push(at);
            for name in trailers(&commit.message) {
                keys.names.entry(name).or_default().push(at);
            }
            if commit.is_merge() {
                continue;
            }
            let (subject, numbers) = numbered(commit);
            for number in numbers {
                keys.pulls.entry((subject, number)).or_default().push(at);
            }
            if let Some(patch) = patches.get(&commit.sha) {
                keys.patches.entry((patch, made(commit))).or_default().push(at);
            }
            keys.subjects.entry((subject, made(commit))).or_default().push(at);
        }
        keys
    }

    /// The last of these commits (the oldest, where the newest come first) that brings the same change and that `accept` takes.
    fn find(
        &self,
        commit: &Commit,
        patches: &HashMap<Sha, Sha>,
        mut accept: impl FnMut(usize, How) -> bool,
    ) -> Option<(&'a Commit, How)> {
        let mut first = |places: Option<&Vec<usize>>, how| {
            let place = places?.iter().rev().copied().find(|place| accept(*place, how))?;
            Some((self.commits.get(place)?, how))
        };
        let named = std::iter::once(commit.sha.as_str()).chain(trailers(&commit.message));
        for name in named {
            if let found @ Some(_) = first(self.names.get(name), How::Trailer) {
                return found;
            }
        }
        if commit.is_merge() {
            return None;
        }
        let (subject, numbers) = numbered(commit);
        for number in numbers {
            if let found @ Some(_) = first(self.pulls.get(&(subject, number)), How::PullRequest) {
                return found;
            }
        }
        let patch = patches.get(&commit.sha);
        patch
            .and_then(|patch| first(self.patches.get(&(patch, made(commit))), How::PatchId))
            .or_else(|| first(self.subjects.get(&(subject, made(commit))), How::Subject))
    }
}
