#!/usr/bin/env python3
"""Measures `zarpe next` beside `git describe` and git-cliff, in one run on one repository.

Each program runs once in every round, one after the other, so that whatever else the machine does falls on all of them; the
least time of all rounds is what a program needs. Peak memory is the largest resident set of the process and its children.
Prints a table, and ends with 1 where a limit is not kept:
`next` <= 1.5 x `git describe --tags --abbrev=0` + 10 ms, git-cliff >= 5 x `next`, peak memory <= 1/4 of git-cliff's.
"""

import argparse
import os
import statistics
import sys
import time


def run(command, folder):
    """Milliseconds, peak MiB and standard output of one run."""
    read, write = os.pipe()
    begin = time.perf_counter()
    pid = os.posix_spawnp(
        command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)],
    )
    os.close(write)
    with os.fdopen(read) as stream:
        out = stream.read().strip()
    _, status, usage = os.wait4(pid, 0)
    took = (time.perf_counter() - begin) * 1000
    if status != 0:
        sys.exit(f"{' '.join(command)} in {folder} ended with {os.waitstatus_to_exitcode(status)}")
    return took, usage.ru_maxrss / 1024, out


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", help="the repository, as large_repository.py makes it")
    options.add_argument("--zarpe", default="target/release/zarpe")
    options.add_argument("--cliff", help="git-cliff 2.12.0; left out, only git is compared")
    options.add_argument("--rounds", type=int, default=15)
    args = options.parse_args()
    folder = os.path.abspath(args.folder)
    programs = {
        "git describe": ["git", "-C", folder, "describe", "--tags", "--abbrev=0"],
        "zarpe next": [os.path.abspath(args.zarpe), "-C", folder, "next"],
    }
    if args.cliff:
        programs["git-cliff"] = [os.path.abspath(args.cliff), "--tag-pattern", "^v[0-9]", "--bumped-version"]
    # In the repository itself: given its path, git-cliff leaves commits out.
    os.chdir(folder)
    seen = {name: [] for name in programs}
    for _ in range(args.rounds):
        for name, command in programs.items():
            seen[name].append(run(command, folder))
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {args.rounds} rounds")
    print("| what | least | median | peak memory | answer |\n|---|---|---|---|---|")
    for name, runs in seen.items():
        times = [took for took, _, _ in runs]
        peak = max(memory for _, memory, _ in runs)
        least, median = min(times), statistics.median(times)
        print(f"| {name} | {least:.1f} ms | {median:.1f} ms | {peak:.1f} MiB | {runs[0][2]} |")
    least = {name: min(took for took, _, _ in runs) for name, runs in seen.items()}
    peak = {name: max(memory for _, memory, _ in runs) for name, runs in seen.items()}
    kept = {"next <= 1.5 x git describe + 10 ms": least["zarpe next"] <= 1.5 * least["git describe"] + 10}
    if args.cliff:
        kept["git-cliff >= 5 x next"] = least["git-cliff"] >= 5 * least["zarpe next"]
        kept["memory <= 1/4 of git-cliff's"] = peak["zarpe next"] <= peak["git-cliff"] / 4
    for limit, holds in kept.items():
        print(f"{'kept' if holds else 'NOT KEPT'}: {limit}")
    sys.exit(0 if all(kept.values()) else 1)


if __name__ == "__main__":
    main()
