#!/usr/bin/env python3
"""Measures `zarpe logs` on a log of 1,000,000 lines: the combined format, and lines of JSON.

Prints the least time and the largest peak memory of all rounds, and ends with 1 where a limit is not kept: 1.0 s, 50 MB.
"""

import argparse
import os
import random
import sys
import tempfile
import time

CUT = 1_767_323_040
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


def requests(lines):
    chance = random.Random(7)
    for at in range(lines):
        stamp = CUT - 3600 + at * 4200 // lines
        route = f"/api/v1/{chance.choice(['orders', 'users', 'reports', 'search'])}/{chance.randrange(100_000)}?page={at % 50}"
        status = 502 if chance.random() < 0.002 else 404 if chance.random() < 0.01 else 200
        yield stamp, f"10.{at % 200}.{at // 200 % 200}.{at % 250}", route, status


def combined(file, lines):
    for stamp, client, route, status in requests(lines):
        when = time.gmtime(stamp)
        day = f"{when.tm_mday:02}/{MONTHS[when.tm_mon - 1]}/{when.tm_year}"
        clock = f"{when.tm_hour:02}:{when.tm_min:02}:{when.tm_sec:02} +0000"
        file.write(f'{client} - - [{day}:{clock}] "GET {route} HTTP/1.1" {status} 5120 "https://a.example/" "{AGENT}"\n')


def json(file, lines):
    for stamp, client, route, status in requests(lines):
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(stamp))
        file.write(
            f'{{"level":"info","ts":"{when}.123Z","method":"GET","path":"{route}","status":{status},'
            f'"duration_ms":12.5,"client":"{client}","user_agent":"{AGENT}","request_id":"{stamp:x}"}}\n'
        )


def run(command):
    """Seconds and peak MB of one run."""
    begin = time.perf_counter()
    sink = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=sink)
    _, status, usage = os.wait4(pid, 0)
    took = time.perf_counter() - begin
    if status != 0:
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return took, usage.ru_maxrss * 1024 / 1_000_000


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--zarpe", default="target/dist/zarpe")
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=5)
    args = options.parse_args()
    kept = True
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {args.rounds} rounds of {args.lines} lines")
    print("| format | least | peak memory |\n|---|---|---|")
    for name, write in [("combined", combined), ("json", json)]:
        with tempfile.NamedTemporaryFile("w", suffix=".log") as file:
            write(file, args.lines)
            file.flush()
            line = [os.path.abspath(args.zarpe), "logs", file.name, "--log-format", name]
            line += ["--cut-over", "2026-01-02T03:04:00Z", "--ignore", "^/wp-", "--ignore", "^/\\.env"]
            seen = [run(line) for _ in range(args.rounds)]
        least, peak = min(took for took, _ in seen), max(memory for _, memory in seen)
        print(f"| {name} | {least:.2f} s | {peak:.1f} MB |")
        kept &= least <= 1.0 and peak <= 50
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
