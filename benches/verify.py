#!/usr/bin/env python3
"""Measures `zarpe verify` against the embedded GitHub, every answer of GitHub and of git's remote 50 ms late.

The measuring test makes the releases and runs each seven times; the least time of the rounds is what a verdict needs, the largest
memory is what it takes. Prints a table, and ends with 1 where a limit is not kept.
"""

import os
import subprocess
import sys

# Commits and checks, seconds, MiB.
LIMITS = {(100, 60): (0.5, 60), (1000, 500): (3, 60)}
TEST = ["cargo", "test", "--locked", "--release", "--quiet", "--test", "integration", "--"]


def main():
    run = [*TEST, "--ignored", "--exact", "numbers::measured", "--nocapture"]
    out = subprocess.run(run, stdout=subprocess.PIPE, text=True, check=True).stdout
    kept = True
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, 7 rounds")
    print("| commits | checks | least | peak memory | limit |\n|---|---|---|---|---|")
    seen = [line.split()[-4:] for line in out.splitlines() if "measured " in line and line.split()[-1].isdigit()]
    for commits, checks, seconds, kilobytes in seen:
        most, memory = LIMITS[int(commits), int(checks)]
        seconds, mebibytes = float(seconds), int(kilobytes) / 1024
        holds = seconds <= most and mebibytes <= memory
        kept &= holds
        print(f"| {commits} | {checks} | {seconds:.2f} s | {mebibytes:.1f} MiB | {most} s, {memory} MiB: {'kept' if holds else 'NOT KEPT'} |")
    sys.exit(0 if kept and len(seen) == len(LIMITS) else 1)


if __name__ == "__main__":
    main()
