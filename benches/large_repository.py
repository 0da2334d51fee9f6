#!/usr/bin/env python3
"""Writes a large repository with `git fast-import`: the same commits, tags and SHAs in every run.

Linear work with a merged side branch now and then, 20 % messages that are not conventional, a few reverts, and for every
release the pair of a version tag and a short-hash tag, with pre-releases before some. Prints the SHA of its head.
"""

import argparse
import random
import subprocess
import sys

KINDS = ["feat"] * 5 + ["fix"] * 9 + ["perf", "docs", "chore", "refactor", "test", "ci"]
SCOPES = ["", "", "(api)", "(export)", "(auth)", "(ui)"]
WORDS = "answer batch cache count deploy export filter handle index join limit merge order parse query retry".split()
PLAIN = ["Update {}", "{} again", "wip {}", "Fix the {}", "Merge remote {}", "{}: no type", "More {}"]
BEGIN = 1_500_000_000
PERSON = "Ana Marina <ana@example.com>"


def message(rng, number):
    word = rng.choice(WORDS)
    if rng.random() < 0.2:
        return rng.choice(PLAIN).format(word)
    mark = "!" if rng.random() < 0.005 else ""
    body = f"\n\nWhy: {word} {number}.\n\nRefs: #{number}" if rng.random() < 0.3 else ""
    return f"{rng.choice(KINDS)}{rng.choice(SCOPES)}{mark}: {word} the {rng.choice(WORDS)} (#{number}){body}"


class History:
    """The stream of one repository; marks are commit numbers from 1."""

    def __init__(self, out, seed):
        self.out, self.rng, self.count, self.subjects = out, random.Random(seed), 0, []

    def write(self, text):
        self.out.write(text.encode())

    def commit(self, branch, text, parents):
        self.count += 1
        data = text.encode()
        self.write(f"commit refs/heads/{branch}\nmark :{self.count}\ncommitter {PERSON} {BEGIN + 600 * self.count} +0000\n")
        self.write(f"data {len(data)}\n{text}\n")
        for at, parent in enumerate(parents):
            self.write(f"{'from' if at == 0 else 'merge'} :{parent}\n")
        self.write("\n")
        return self.count

    def tag(self, name, mark):
        self.write(f"tag {name}\nfrom :{mark}\ntagger {PERSON} {BEGIN + 600 * mark} +0000\ndata {len(name)}\n{name}\n")

    def grow(self, commits):
        """`commits` more on main, some of them on side branches."""
        end = self.count + commits
        head = self.count
        while self.count < end:
            if end - self.count > 6 and self.rng.random() < 0.1:
                side = head
                for _ in range(self.rng.randint(1, 4)):
                    side = self.commit("side", message(self.rng, self.count + 1), [side])
                head = self.commit("main", message(self.rng, self.count + 1), [head])
                head = self.commit("main", f"Merge pull request #{self.count} from acme/side", [head, side])
                continue
            text = message(self.rng, self.count + 1)
            if self.subjects and self.rng.random() < 0.005:
                text = f'Revert "{self.subjects[-1]}"'
            self.subjects = [*self.subjects[-4:], text.split("\n")[0]]
            head = self.commit("main", text, [head] if head else [])
        return head


def generate(history, commits, tags):
    """Half of the tags are short-hash ones; every tenth release has two candidates before it."""
    releases = max(1, tags // 2)
    version = [1, 0, 0]
    made = 0
    while made < releases and history.count < commits * 0.999:
        left = max(1, releases - made)
        head = history.grow(max(1, int((commits * 0.999 - history.count) / left)))
        part = history.rng.choices([0, 1, 2], [1, 9, 30])[0]
        version = version[:part] + [version[part] + 1] + [0] * (2 - part)
        name = "v" + ".".join(map(str, version))
        if made % 10 == 9 and made + 2 <= releases:
            name += f"-rc.{made // 10 % 3 + 1}"
        history.tag(name, head)
        history.tag(f"sha-{head:07x}", head)
        made += 1
    history.grow(max(1, commits - history.count))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", help="where the repository is made; it must not exist yet")
    options.add_argument("--commits", type=int, default=100_000)
    options.add_argument("--tags", type=int, default=5_000)
    options.add_argument("--seed", type=int, default=20260301)
    args = options.parse_args()
    git = ["git", "-C", args.folder]
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", args.folder], check=True)
    importing = subprocess.Popen([*git, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    generate(History(importing.stdin, args.seed), args.commits, args.tags)
    importing.stdin.close()
    if importing.wait() != 0:
        sys.exit("git fast-import failed")
    subprocess.run([*git, "branch", "--quiet", "-D", "side"], check=False, stderr=subprocess.DEVNULL)
    subprocess.run([*git, "pack-refs", "--all"], check=True)
    print(subprocess.run([*git, "rev-parse", "main"], check=True, capture_output=True, text=True).stdout.strip())


if __name__ == "__main__":
    main()
