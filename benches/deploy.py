#!/usr/bin/env python3
"""Measures what the engine of `zarpe deploy run` takes besides the steps themselves.

A plan of so many steps that do nothing is run, the journal durable and, in memory (/dev/shm), without the disk: the difference
is what fsync takes. The commands themselves are run without zarpe, in the same way, and taken off. Prints a table, and ends with 1
where a limit is not kept: 5 ms a step, and for 10,000 steps 60 s without the disk and 100 MB.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

READ = 'read -r line || exit 125; exec </dev/null; text=$TEXT; unset TEXT; eval "$text"'


def run(command, folder, env):
    """Seconds and peak MB of one run."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - begin, usage.ru_maxrss * 1024 / 1e6


def bare(steps):
    """Seconds that the same commands take when a small loop starts them."""
    begin = time.perf_counter()
    for _ in range(steps):
        subprocess.run(["bash", "-e", "-c", READ], input=b"\n", env={**os.environ, "TEXT": "true"}, capture_output=True, check=True)
    return time.perf_counter() - begin


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--zarpe", default="target/release/zarpe")
    options.add_argument("--steps", type=int, default=10_000)
    args = options.parse_args()
    zarpe = os.path.abspath(args.zarpe)
    folder = tempfile.mkdtemp(prefix="zarpe-bench-")
    memory = tempfile.mkdtemp(prefix="zarpe-bench-", dir="/dev/shm")
    try:
        with open(os.path.join(folder, "plan.yml"), "w", encoding="utf-8") as plan:
            plan.write("jobs:\n  long:\n    steps:\n")
            plan.writelines(f"      - {{id: s{at}, run: 'true', idempotent: true}}\n" for at in range(args.steps))
        env = {**os.environ, "GITHUB_RUN_ID": "1"}
        line = [zarpe, "deploy", "run", "plan.yml", "--quiet", "--state"]
        durable, _ = run(line + [os.path.join(folder, "state")], folder, env)
        light, peak = run(line + [os.path.join(memory, "state")], folder, env)
        sample = min(args.steps, 1000)
        commands = bare(sample) / sample * args.steps
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(memory)
    own = (light - commands) / args.steps * 1000
    print(f"| {args.steps} steps | {light:.1f} s, {peak:.0f} MB |")
    print(f"| of it the commands | {commands:.1f} s |")
    print(f"| the engine, a step | {own:.2f} ms |")
    print(f"| fsync, a step | {(durable - light) / args.steps * 1000:.2f} ms |")
    kept = own <= 5 and light <= 60 * args.steps / 10_000 and peak <= 100
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
