//! A generated history with everything that makes histories hard: merges, reverts, cherry-picks, clocks that go wrong, releases
//! on side branches. The same seed makes the same repository.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::repo::Repo;
use super::run::git;

/// SplitMix64, <https://prng.di.unimi.it/splitmix64.c>.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(below).unwrap()).unwrap()
    }
}

const FILES: [&str; 5] = ["a/file", "a/deep/file", "b/file", "file", "c/x"];

/// A repository of so many commits on three branches that merge each other, `main` the last, with tags of versions on any of them.
pub fn generated(seed: u64, commits: usize) -> Repo {
    let repo = Repo::new();
    let stream = stream(&mut Random(seed), commits);
    let mut command = git();
    command.arg("-C").arg(repo.path()).args(["fast-import", "--quiet", "--force"]).stdin(Stdio::piped());
    let mut importing = command.spawn().expect("git starts");
    importing.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(importing.wait().unwrap().success(), "git fast-import");
    repo
}

fn stream(random: &mut Random, commits: usize) -> String {
    let mut out = String::new();
    // The tip of each branch, as the mark of a commit.
    let mut tips = [0_usize; 3];
    let mut version = [1_usize, 0, 0];
    let mut messages: Vec<String> = Vec::new();
    for mark in 1..=commits {
        let branch = if mark == commits { 0 } else { random.next(3) };
        let others: Vec<usize> = tips.iter().copied().filter(|tip| *tip != 0 && *tip != tips[branch]).collect();
        let from = if tips[branch] == 0 { tips[0] } else { tips[branch] };
        let merge = (!others.is_empty() && from != 0 && random.next(4) == 0).then(|| others[random.next(others.len())]);
        let merge = merge.filter(|other| *other != from);
        let subject = messages.get(random.next(messages.len().max(1))).cloned();
        let message = match (random.next(10), merge, subject) {
            (_, Some(other), _) => format!("Merge branch {other}"),
            (0, _, Some(subject)) => format!("Revert \"{subject}\""),
            (1, _, Some(subject)) => subject,
            (2, ..) => format!("Update {mark}"),
            (kind, ..) => format!("{}: change {mark}", ["feat", "fix", "docs"][kind % 3]),
        };
        messages.push(message.clone());
        // Up to two hours wrong, at ten minutes a commit.
        let when = 1_700_000_000 + 600 * mark + random.next(14_400) - 7_200;
        let author = 1_700_000_000 + 60 * random.next(commits);
        let _ = writeln!(out, "commit refs/heads/{}\nmark :{mark}", ["main", "side", "other"][branch]);
        let _ = writeln!(out, "author Ana Marina <ana@example.com> {author} +0000");
        let _ = writeln!(out, "committer Ana Marina <ana@example.com> {when} +0000\ndata {}\n{message}", message.len());
        if from != 0 {
            let _ = writeln!(out, "from :{from}");
        }
        if let Some(other) = merge {
            let _ = writeln!(out, "merge :{other}");
        }
        if merge.is_none() || random.next(3) == 0 {
            let (file, text) = (FILES[random.next(FILES.len())], random.next(4).to_string());
            let _ = writeln!(out, "M 100644 inline {file}\ndata {}\n{text}", text.len());
        }
        out.push('\n');
        tips[branch] = mark;
        if random.next(8) == 0 {
            let part = random.next(3);
            version[part] += 1;
            version[part + 1..].fill(0);
            let pre = if random.next(5) == 0 { "-rc.1" } else { "" };
            let name = format!("v{}.{}.{}{pre}", version[0], version[1], version[2]);
            let _ =
                writeln!(out, "tag {name}\nfrom :{mark}\ntagger Ana Marina <ana@example.com> {when} +0000\ndata 0\n");
        }
    }
    out
}
