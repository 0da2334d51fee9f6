#!/usr/bin/env python3
"""Measures `zarpe notes` beside `git log` and git-cliff, in one run on one repository.

As next.py does: each program once in every round, the least time of all rounds counts, and the peak memory of the process.
Prints a table, and ends with 1 where a limit is not kept:
`notes --all` <= 1.5 x `git log` with the same fields, git-cliff >= 3 x `notes --all`, its memory <= 1/3 of git-cliff's;
the last range <= 2 x `git log` of that range + 10 ms. First-time contributors need the whole history: shown, and not limited.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

def run(command, folder):
    """Milliseconds and peak MiB of one run. What it prints is not kept: a child begins with the memory of this process."""
    begin = time.perf_counter()
    null = [(os.POSIX_SPAWN_OPEN, stream, "/dev/null", os.O_WRONLY, 0) for stream in (1, 2)]
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=null)
    _, status, usage = os.wait4(pid, 0)
    took = (time.perf_counter() - begin) * 1000
    if status != 0:
        sys.exit(f"{' '.join(command)} in {folder} ended with {os.waitstatus_to_exitcode(status)}")
    return took, usage.ru_maxrss / 1024


FIELDS = "--format=%H%n%P%n%an%n%ae%n%at%n%B"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", help="the repository, as large_repository.py makes it")
    options.add_argument("--zarpe", default="target/release/zarpe")
    options.add_argument("--cliff", help="git-cliff 2.12.0; left out, only git is compared")
    options.add_argument("--rounds", type=int, default=10)
    args = options.parse_args()
    folder, zarpe = os.path.abspath(args.folder), os.path.abspath(args.zarpe)
    describe = ["git", "-C", folder, "describe", "--tags", "--abbrev=0", "--match", "v*", "--exclude", "*-*"]
    last = subprocess.run(describe, check=True, capture_output=True, text=True).stdout.strip()
    programs = {
        "git log, everything": ["git", "-C", folder, "log", FIELDS],
        "zarpe notes --all": [zarpe, "-C", folder, "notes", "--all"],
        "git log, last range": ["git", "-C", folder, "log", FIELDS, f"{last}..HEAD"],
        "zarpe notes, last range": [zarpe, "-C", folder, "notes", f"{last}..HEAD"],
        "zarpe notes --first-time": [zarpe, "-C", folder, "notes", "--first-time", f"{last}..HEAD"],
    }
    if args.cliff:
        programs["git-cliff"] = [os.path.abspath(args.cliff), "--tag-pattern", "^v[0-9]"]
    # In the repository itself: given its path, git-cliff leaves commits out.
    os.chdir(folder)
    seen = {name: [] for name in programs}
    for _ in range(args.rounds):
        for name, command in programs.items():
            seen[name].append(run(command, folder))
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {args.rounds} rounds, last release {last}")
    print("| what | least | median | peak memory |\n|---|---|---|---|")
    least = {name: min(took for took, _ in runs) for name, runs in seen.items()}
    peak = {name: max(memory for _, memory in runs) for name, runs in seen.items()}
    for name, runs in seen.items():
        median = statistics.median(took for took, _ in runs)
        print(f"| `{name}` | {least[name]:.1f} ms | {median:.1f} ms | {peak[name]:.1f} MiB |")
    kept = {
        "notes --all <= 1.5 x git log": least["zarpe notes --all"] <= 1.5 * least["git log, everything"],
        "last range <= 2 x git log + 10 ms": least["zarpe notes, last range"] <= 2 * least["git log, last range"] + 10,
    }
    if args.cliff:
        kept["git-cliff >= 3 x notes --all"] = least["git-cliff"] >= 3 * least["zarpe notes --all"]
        kept["memory <= 1/3 of git-cliff's"] = peak["zarpe notes --all"] <= peak["git-cliff"] / 3
    for limit, holds in kept.items():
        print(f"{'kept' if holds else 'NOT KEPT'}: {limit}")
    sys.exit(0 if all(kept.values()) else 1)


if __name__ == "__main__":
    main()
