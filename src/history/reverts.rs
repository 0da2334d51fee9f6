//! Reverts inside a range: which commits cancel each other, and which still count.
//!
//! Conventional Commits leaves reverts to tools. Ours: a revert is in force unless a later one in force reverts it; a commit
//! that a revert in force names does not count; a revert whose target is in the range says nothing itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Commit;

/// What became of a commit by the end of the range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It counts; a revert that counts takes back something that is not in the range: something released.
    Counts,
    /// A later commit, at this place of the range, took it back.
    RevertedBy(usize),
    /// It took back commits of the range, at these places, and says nothing else.
    Reverts(Vec<usize>),
}

/// The fate of each commit of a range, in its order: newest first, a commit before its parents.
#[must_use]
pub fn fates(commits: &[Commit]) -> Vec<Fate> {
    let mut reverts: Vec<Option<Revert>> = commits.iter().map(|commit| Revert::of(&commit.message)).collect();
    if reverts.iter().all(Option::is_none) {
        return vec![Fate::Counts; commits.len()];
    }
    let range = Index::new(commits);
    let mut taken_back: Vec<Option<usize>> = vec![None; commits.len()];
    let mut fates = Vec::with_capacity(commits.len());
    for at in 0..commits.len() {
        if let Some(by) = taken_back.get(at).copied().flatten() {
            fates.push(Fate::RevertedBy(by));
            continue;
        }
        let revert = reverts.get_mut(at).and_then(Option::take);
        let (targets, speaks) = revert.map_or((Vec::new(), true), |revert| {
            let (targets, others) = range.targets(&revert, at);
            (targets, others || revert.subject.is_none())
        });
        for target in &targets {
            if let Some(slot) = taken_back.get_mut(*target) {
                slot.get_or_insert(at);
            }
        }
        fates.push(if targets.is_empty() || speaks { Fate::Counts } else { Fate::Reverts(targets) });
    }
    fates
}

/// What a commit says that it reverts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Revert {
    /// Names of commits, seven digits or more.
    names: Vec<String>,
    /// For a merge, the parent that was gone back to.
    mainline: Option<String>,
    /// Number of a pull request: GitHub's `Reverts owner/name#12`.
    number: Option<u64>,
    /// First line of what is reverted; none where the commit has a first line of its own, and so something to say.
    subject: Option<String>,
}

impl Revert {
    fn of(message: &str) -> Option<Self> {
        let message = message.trim_start();
        let (subject, body) = message.split_once('\n').unwrap_or((message, ""));
        let quoted = quoted(subject);
        let typed = typed(subject);
        // Nearly every commit is none, and is not read to its end.
        if quoted.is_none() && typed.is_none() && !body.contains("This") {
            return None;
        }
        let mut revert = Self { subject: quoted.or(typed).map(ToOwned::to_owned), ..Self::default() };
        let words: Vec<&str> = body.split_whitespace().collect();
        for window in words.windows(4) {
            match window {
                // Under another first line only git's own sentence counts: "… in part" does not take all of it back.
                ["This", "reverts", "commit", name] if revert.subject.is_some() || name.ends_with(['.', ',']) => {
                    revert.names.extend(hexadecimal(name));
                }
                ["changes", "made", "to", name] if !revert.names.is_empty() => revert.mainline = hexadecimal(name),
                _ => {}
            }
        }
        if typed.is_some() {
            let refs = body.lines().filter_map(|line| line.strip_prefix("Refs: "));
            revert.names.extend(refs.flat_map(|line| line.split(',')).filter_map(|name| hexadecimal(name.trim())));
        }
        revert.number =
            body.lines().find_map(|line| line.strip_prefix("Reverts ")?.split_once('#')?.1.trim().parse().ok());
        (revert.subject.is_some() || !revert.names.is_empty()).then_some(revert)
    }
}

/// The text between the quotes of `Revert "…"` and git's `Reapply "…"`, which reverts a revert.
fn quoted(subject: &str) -> Option<&str> {
    let rest = subject.strip_prefix("Revert \"").or_else(|| subject.strip_prefix("Reapply \""))?;
    Some(rest.rsplit_once('"')?.0)
}

/// What follows `revert: ` or `revert(scope): `.
fn typed(subject: &str) -> Option<&str> {
    let (head, description) = subject.split_once(": ")?;
    let kind = head.split_once('(').map_or(head, |(kind, _)| kind).trim_end_matches('!');
    kind.eq_ignore_ascii_case("revert").then(|| description.trim())
}

fn hexadecimal(word: &str) -> Option<String> {
    let name = word.trim_end_matches(['.', ',', ';', ')']);
    let sound = (7..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    sound.then(|| name.to_ascii_lowercase())
}

/// The subject without the number of its pull request, and the number.
pub(super) fn without_number(subject: &str) -> (&str, Option<u64>) {
    let merged = subject.strip_prefix("Merge pull request #").and_then(|rest| rest.split(' ').next()?.parse().ok());
    let squashed = subject.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (#"));
    match squashed.and_then(|(rest, number)| Some((rest, number.parse().ok()?))) {
        Some((rest, number)) => (rest, Some(number)),
        None => (subject, merged),
    }
}

/// The commits of a range by what a revert may name.
struct Index<'a> {
    commits: &'a [Commit],
    names: BTreeMap<&'a str, usize>,
    /// Places, newest first.
    subjects: HashMap<&'a str, Vec<usize>>,
    numbers: HashMap<u64, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn new(commits: &'a [Commit]) -> Self {
        let mut index = Self { commits, names: BTreeMap::new(), subjects: HashMap::new(), numbers: HashMap::new() };
        for (at, commit) in commits.iter().enumerate() {
            let (subject, number) = without_number(commit.subject());
            index.names.insert(commit.sha.as_str(), at);
            index.subjects.entry(subject).or_default().push(at);
            if let Some(number) = number {
                index.numbers.entry(number).or_default().push(at);
            }
        }
        index
    }

    /// The places of what a revert at `at` takes back, and whether it names something that is not in the range as well.
    ///
    /// A name decides; only where there is none, the pull request's number, and then the subject, of the newest commit before.
    fn targets(&self, revert: &Revert, at: usize) -> (Vec<usize>, bool) {
        let named: Vec<Option<usize>> =
            revert.names.iter().map(|name| self.named(name).filter(|found| *found > at)).collect();
        let mut targets: Vec<usize> = named.iter().flatten().copied().collect();
        let others = named.contains(&None);
        if named.is_empty() {
            let before = |places: Option<&Vec<usize>>| places?.iter().copied().find(|found| *found > at);
            let by_number = revert.number.and_then(|number| before(self.numbers.get(&number)));
            let by_subject = || before(self.subjects.get(without_number(revert.subject.as_deref()?).0));
            targets.extend(if revert.number.is_some() { by_number } else { by_subject() });
        }
        let merges: Vec<usize> = targets.clone();
        for merge in merges {
            targets.extend(self.brought_by(merge, revert.mainline.as_deref()));
        }
        targets.sort_unstable();
        targets.dedup();
        (targets, others)
    }

    /// The only commit whose name begins so.
    fn named(&self, name: &str) -> Option<usize> {
        let mut found = self.names.range(name..).take_while(|(full, _)| full.starts_with(name));
        let only = found.next().map(|(_, at)| *at);
        if found.next().is_some() { None } else { only }
    }

    /// The commits that a merge brought beside its main line; none for a commit that is no merge.
    fn brought_by(&self, merge: usize, mainline: Option<&str>) -> Vec<usize> {
        let Some(commit) = self.commits.get(merge).filter(|commit| commit.is_merge()) else { return Vec::new() };
        let is_main = |at: usize, name: &str| mainline.map_or(at == 0, |main| name.starts_with(main));
        let (main, side): (Vec<_>, Vec<_>) =
            commit.parents.iter().map(|parent| parent.as_str()).enumerate().partition(|(at, name)| is_main(*at, name));
        if main.is_empty() {
            return Vec::new();
        }
        let kept = self.ancestors(main.into_iter().map(|(_, name)| name));
        self.ancestors(side.into_iter().map(|(_, name)| name)).difference(&kept).copied().collect()
    }

    /// These commits and their ancestors, as far as they are in the range.
    fn ancestors(&self, names: impl Iterator<Item = &'a str>) -> HashSet<usize> {
        let mut seen = HashSet::new();
        let mut open: Vec<usize> = names.filter_map(|name| self.names.get(name).copied()).collect();
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                let parents = self.commits.get(at).map(|commit| commit.parents.as_slice()).unwrap_or_default();
                open.extend(parents.iter().filter_map(|parent| self.names.get(parent.as_str()).copied()));
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;
    use crate::history::{Person, Sha};

    fn sha(number: usize) -> Sha {
        Sha::parse(&format!("{number:x}").repeat(40)[..40]).unwrap()
    }

    /// Commit `n` (from 1, the oldest first) is called n, n, n, …; its parent is the one before unless `^a^b` ends its line.
    fn range(lines: &[&str]) -> Vec<Commit> {
        let commits = lines.iter().enumerate().map(|(at, line)| {
            let (message, parents) = line.split_once('^').unwrap_or((line, ""));
            let parents: Vec<usize> = match parents {
                "" => vec![at],
                some => some.split('^').map(|parent| parent.parse().unwrap()).collect(),
            };
            Commit {
                sha: sha(at + 1),
                parents: parents.into_iter().map(sha).collect(),
                author: Person { name: String::new(), email: String::new() },
                authored: jiff::Timestamp::UNIX_EPOCH,
                message: message.to_owned(),
            }
        });
        commits.collect::<Vec<_>>().into_iter().rev().collect()
    }

    /// The numbers of the commits that count, the oldest first.
    fn counting(lines: &[&str]) -> Vec<usize> {
        let fates = fates(&range(lines));
        (1..=lines.len()).filter(|number| fates[lines.len() - number] == Fate::Counts).collect()
    }

    const OF_1: &str = "Revert \"feat: a\"\n\nThis reverts commit 1111111111111111111111111111111111111111.";
    const OF_2: &str = "Reapply \"feat: a\"\n\nThis reverts commit 2222222222222222222222222222222222222222.";
    const OF_3: &str =
        "Revert \"Reapply \"feat: a\"\"\n\nThis reverts commit 3333333333333333333333333333333333333333.";

    #[test_case(&["feat: a", "fix: b"], &[1, 2]; "no revert")]
    #[test_case(&["feat: a", OF_1, "fix: b"], &[3]; "a pair cancels")]
    #[test_case(&["feat: a", OF_1, OF_2], &[1]; "a revert of a revert brings it back")]
    #[test_case(&["feat: a", OF_1, OF_2, OF_3], &[]; "and again")]
    #[test_case(&["feat: a", OF_1, OF_2, OF_1], &[]; "reverted twice by its own name")]
    #[test_case(&["feat: a", "Revert \"feat: a\""], &[]; "by its subject, where there is no name")]
    #[test_case(&["feat: a (#7)", "Revert \"feat: a\" (#8)\n\nReverts acme/app#7"], &[]; "by its number")]
    #[test_case(&["feat: a (#7)", "Revert \"feat: a\" (#8)\n\nReverts acme/app#6"], &[1, 2]; "another number")]
    #[test_case(&["feat: a", "Revert \"feat: a\"\n\nThis reverts commit eeeeeeeeeeee."], &[1, 2]; "another name decides")]
    #[test_case(&["fix: b", "Revert \"feat: old\""], &[1, 2]; "a revert of something released counts")]
    #[test_case(&["feat: a", "revert: feat: a\n\nRefs: 1111111, eeeeeee"], &[2]; "one here and one released")]
    #[test_case(&["feat: a", "revert(api): feat: a\n\nRefs: 1111111"], &[]; "the style of the specification")]
    #[test_case(&["Revert \"feat: a\"", "feat: a"], &[1, 2]; "a revert takes back nothing that comes later")]
    #[test_case(&["docs: say how to revert", "fix: it\n\nThis reverts commit 1111111 in part."], &[1, 2]; "in part")]
    #[test_case(&["feat: a", "fix: it\n\nThis reverts commit 1111111."], &[2]; "under a first line of its own")]
    #[test_case(&["one", "feat: a^1", "fix: b^1", "Merge branch 'a'^3^2",
        "Revert \"Merge branch 'a'\"\n\nThis reverts commit 4444444444444444444444444444444444444444, reversing\n\
        changes made to 3333333333333333333333333333333333333333."], &[1, 3]; "a merge goes with all it brought")]
    fn counts(lines: &[&str], expected: &[usize]) {
        assert_eq!(counting(lines), expected);
    }

    proptest::proptest! {
        /// A revert of the newest commit leaves all that was before that commit as it was without it.
        #[test]
        fn a_revert_of_the_newest_is_as_if_neither_were(picks in proptest::collection::vec(0..4_usize, 1..9)) {
            let lines: Vec<&str> = picks.iter().map(|pick| ["feat: a", "fix: b", OF_1, OF_2][*pick]).collect();
            let newest = format!("Revert \"x\"\n\nThis reverts commit {}.", sha(lines.len()));
            let longer: Vec<&str> = lines.iter().copied().chain([newest.as_str()]).collect();
            proptest::prop_assert_eq!(counting(&longer), counting(&lines[..lines.len() - 1]));
        }
    }
}
