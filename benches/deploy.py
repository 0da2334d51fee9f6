#!/usr/bin/env python3
"""Measures what the engine of `zarpe deploy run` takes besides the steps themselves.

A plan of so many steps that do nothing is run, the journal durable and, in memory (/dev/shm), without the disk: the difference
is what fsync takes. The commands themselves are run without zarpe, in the same way, and taken off. Prints a table, and ends with 1
where a limit is not kept: 5 ms a step, and for 10,000 steps 60 s without the disk and 100 MB.

With --kills, a plan with maintenance, a migration and a rollback is stopped at every write and every fsync of its journal by each of
KILL, TERM, INT and HUP, once where it goes well and once where it is taken back, and resumed. Each time it must end as one that was
never stopped. Needs strace.
"""

import argparse
import os
import re
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


SIGNALS = ["KILL", "TERM", "INT", "HUP"]
CALLS = "pwrite64,fdatasync"

PLAN = """
jobs:
  before: {steps: [{run: 'echo before >> log2', idempotent: true}]}
  window:
    needs: before
    steps:
      - {id: on, run: 'touch maintenance', idempotent: true, post: 'rm -f maintenance', post-if: safe()}
      - {id: once, run: 'echo once >> log', done-if: 'grep -qx once log'}
      - {id: smoke, run: 'test ! -e broken', idempotent: true}
    rollback:
      - {id: back, run: 'echo back > back', idempotent: true}
  after: {needs: window, steps: [{id: tell, run: 'echo tell >> log', done-if: 'grep -qx tell log'}]}
"""


class Kills:
    """A story that is stopped at one place, and resumed: it must end as the whole one did."""

    def __init__(self, zarpe, broken):
        self.zarpe, self.broken = zarpe, broken

    def begin(self):
        """A folder with the plan, and the command that is stopped there."""
        folder = tempfile.mkdtemp(prefix="zarpe-kills-")
        subprocess.run(["git", "init", "--quiet", folder], check=True)
        with open(os.path.join(folder, "plan.yml"), "w", encoding="utf-8") as plan:
            plan.write(PLAN)
        if not self.broken:
            return folder, ["run", "plan.yml"]
        open(os.path.join(folder, "broken"), "w", encoding="utf-8").close()
        self.deploy(folder, ["run", "plan.yml"])
        return folder, ["rollback", "7"]

    def deploy(self, folder, words, trace=()):
        env = {**os.environ, "GITHUB_RUN_ID": "7"}
        line = [*trace, self.zarpe, "deploy", *words]
        return subprocess.run(line, cwd=folder, env=env, capture_output=True, timeout=120, check=False).returncode

    def journal(self, folder):
        try:
            with open(os.path.join(folder, ".git/zarpe/runs/7/journal.jsonl"), encoding="utf-8") as lines:
                return re.findall(r'"event":"(\w+)"', lines.read())
        except FileNotFoundError:
            return []

    def end(self, folder):
        """What is there at the end."""

        def text(name):
            path = os.path.join(folder, name)
            return open(path, encoding="utf-8").read().split() if os.path.exists(path) else None

        left = [os.path.exists(os.path.join(folder, name)) for name in ("maintenance", ".git/zarpe/locks/default.json")]
        return text("log"), text("back"), left, "run_finished" in self.journal(folder)

    def trace(self, folder, inject=None):
        more = ["-e", f"inject={inject}"] if inject else []
        return ["strace", "-qq", "-o", os.path.join(folder, "trace"), "-e", f"trace={CALLS}", *more]

    def places(self):
        """The calls of a whole story, each with its number among those of its name; and how the story ends."""
        folder, words = self.begin()
        self.deploy(folder, words, self.trace(folder))
        seen = {}
        with open(os.path.join(folder, "trace"), encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if call := re.search(r"\b(pwrite64|fdatasync)\(", line):
                    seen[call[1]] = seen.get(call[1], 0) + 1
        end = self.end(folder)
        shutil.rmtree(folder)
        return [(call, at + 1) for call, times in seen.items() for at in range(times)], end

    def stopped(self, call, at, signal):
        folder, words = self.begin()
        code = self.deploy(folder, words, self.trace(folder, f"{call}:signal={signal}:when={at}"))
        events = self.journal(folder)
        began = "rollback_requested" in events if self.broken else bool(events)
        if not began:
            # Stopped before its first line, there is no run yet.
            if not self.broken:
                shutil.rmtree(os.path.join(folder, ".git/zarpe"), ignore_errors=True)
            self.deploy(folder, words)
        else:
            self.deploy(folder, ["resume", "7"])
        end = self.end(folder)
        shutil.rmtree(folder)
        return code, end


def kills(zarpe):
    """Each place of the journal times each signal; 1 where one of them ends otherwise."""
    wrong = 0
    for broken in (False, True):
        story = Kills(zarpe, broken)
        places, whole = story.places()
        begin, bad = time.perf_counter(), 0
        for call, at in places:
            for signal in SIGNALS:
                code, end = story.stopped(call, at, signal)
                if end != whole:
                    bad += 1
                    print(f"{signal} at {call} {at}, code {code}: {end}, not {whole}", file=sys.stderr)
        name = "taken back" if broken else "goes well"
        took = time.perf_counter() - begin
        all_of = len(places) * len(SIGNALS)
        print(f"| {name}: {len(places)} places × {len(SIGNALS)} signals | {all_of - bad} of {all_of} ended the same, {took:.0f} s |")
        wrong += bad
    return 1 if wrong else 0


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--zarpe", default="target/release/zarpe")
    options.add_argument("--steps", type=int, default=10_000)
    options.add_argument("--kills", action="store_true", help="stop a run at every line of its journal, by each signal")
    args = options.parse_args()
    zarpe = os.path.abspath(args.zarpe)
    if args.kills:
        sys.exit(kills(zarpe))
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
