"""A stand-in for `docker` and `docker compose`: images are real ones that skopeo moves, containers are processes of this machine.

It notes each call in $PARTS/docker.log, and ends with 64 for what it does not know.
"""

import fcntl
import gzip
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
from datetime import datetime, timedelta, timezone

PARTS = pathlib.Path(os.environ["PARTS"])
IMAGES, CONTAINERS, STATE = PARTS / "images", PARTS / "containers", PARTS / "state.json"
SOCKET = PARTS / "service.sock"


class Unknown(Exception):
    pass


# --- images: an OCI layout for each reference --------------------------------------------------------------------------


def layout(reference):
    return IMAGES / re.sub(r"[^a-z0-9.-]", "_", reference)


def build(references, context):
    """An image of one layer: what the Dockerfile copies."""
    copied = [line.split()[1:-1] for line in (context / "Dockerfile").read_text().splitlines() if line.startswith("COPY ")]
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name in sorted(sum(copied, [])):
            archive.add(context / name, name, filter=lambda one: one.replace(mtime=0, uid=0, gid=0))
    tar = data.getvalue()
    for reference in references:
        folder = layout(reference)
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "blobs/sha256").mkdir(parents=True)
        (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')

        def blob(content, kind):
            digest = hashlib.sha256(content).hexdigest()
            (folder / "blobs/sha256" / digest).write_bytes(content)
            return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(content)}

        layer = blob(gzip.compress(tar, mtime=0), "layer.v1.tar+gzip")
        root = {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(tar).hexdigest()]}
        config = blob(json.dumps({"architecture": "amd64", "os": "linux", "rootfs": root}).encode(), "config.v1+json")
        manifest = {"schemaVersion": 2, "config": config, "layers": [layer]}
        manifest["mediaType"] = "application/vnd.oci.image.manifest.v1+json"
        entry = blob(json.dumps(manifest).encode(), "manifest.v1+json")
        (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))


def copy(source, target):
    words = ["skopeo", "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false"]
    if "://" not in source:
        words = [word for word in words if not word.startswith("--src")]
    if "://" not in target:
        words = [word for word in words if not word.startswith("--dest")]
    login = os.path.join(os.environ["DOCKER_CONFIG"], "config.json")
    return subprocess.run(words + ["--authfile", login, source, target]).returncode


def push(reference):
    if not layout(reference).exists():
        print(f"An image does not exist locally with the tag: {reference}", file=sys.stderr)
        return 1
    return copy(f"oci:{layout(reference)}", f"docker://{reference}")


def pull(reference):
    fresh = layout(reference).with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    code = copy(f"docker://{reference}", f"oci:{fresh}")
    if code == 0:
        shutil.rmtree(layout(reference), ignore_errors=True)
        fresh.rename(layout(reference))
    return code


def digest_of(reference):
    return json.loads((layout(reference) / "index.json").read_text())["manifests"][0]["digest"]


def unpack(reference, folder):
    """The digest of an image, whose layers are laid into a folder."""
    image = layout(reference)
    blob = lambda entry: (image / "blobs/sha256" / entry["digest"].removeprefix("sha256:")).read_bytes()
    entry = json.loads((image / "index.json").read_text())["manifests"][0]
    shutil.rmtree(folder, ignore_errors=True)
    for layer in json.loads(blob(entry))["layers"]:
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob(layer)))) as archive:
            archive.extractall(folder)
    return entry["digest"]


# --- containers: a process in a group of its own for each service ------------------------------------------------------


def services():
    """The compose file (JSON is YAML), its variables replaced as compose does."""
    file = pathlib.Path(os.environ.get("COMPOSE_FILE", "compose.yml"))
    if not file.exists():
        sys.exit(f"no configuration file provided: {file}")

    def value(found):
        given = os.environ.get(found[1]) or dotenv(pathlib.Path(".env")).get(found[1])
        return given or sys.exit(f"invalid reference format: {found[1]} is not set")

    return json.loads(re.sub(r"\$\{(\w+)\}", value, file.read_text()))["services"]


def dotenv(file):
    lines = file.read_text().splitlines() if file.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def state():
    return json.loads(STATE.read_text()) if STATE.exists() else {}


def keep(containers):
    fresh = STATE.with_suffix(".new")
    fresh.write_text(json.dumps(containers, indent=1))
    fresh.rename(STATE)


def stop(container):
    try:
        os.killpg(container["pid"], signal.SIGKILL)
    except ProcessLookupError:
        return
    # It is a child of init, or of nobody: gone when no process of its group answers.
    for _ in range(200):
        try:
            os.killpg(container["pid"], 0)
        except ProcessLookupError:
            return
        if is_zombie(container["pid"]):
            return
        time.sleep(0.01)


def is_zombie(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return True


def start(name, container):
    words = [sys.executable, "-S", "manage.py", container["command"]]
    if container["command"] == "runserver":
        words.append(str(SOCKET))
    log = open(PARTS / f"{name}.log", "ab")
    process = subprocess.Popen(
        words, cwd=container["folder"], env=container["env"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )
    return {**container, "pid": process.pid}


def create(name, service):
    folder = CONTAINERS / f"{name}-{time.monotonic_ns()}"
    digest = unpack(service["image"], folder)
    # Nothing of the caller's environment is in a container, but the time that it lives at.
    clock = {name: os.environ[name] for name in ("LD_PRELOAD", "FAKETIME") if name in os.environ}
    env = {"PATH": os.environ["PATH"], **clock, **dotenv(pathlib.Path(service.get("env_file", "/dev/null")))}
    return {"image": service["image"], "digest": digest, "folder": str(folder), "env": env, "command": service["command"]}


def up(names, wait):
    known, containers = services(), state()
    for name in names or known:
        if "command" not in known[name]:
            continue
        image = known[name]["image"]
        if not layout(image).exists() and pull(image):
            return 1
        if name in containers and containers[name]["digest"] == digest_of(image) and not is_zombie(containers[name]["pid"]):
            continue
        container = create(name, known[name])
        if name in containers:
            stop(containers[name])
        containers[name] = start(name, container)
        keep(containers)
    return healthy(wait) if wait else 0


def healthy(seconds):
    for _ in range(int(seconds * 50)):
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.connect(str(SOCKET))
                one.sendall(b"GET /salud HTTP/1.0\r\n\r\n")
                if b" 200 " in one.recv(64):
                    return 0
        except OSError:
            pass
        time.sleep(0.02)
    print("container is unhealthy", file=sys.stderr)
    return 1


def restart(names):
    containers = state()
    for name in names or list(containers):
        if name not in containers:
            print(f"no such service: {name}", file=sys.stderr)
            return 1
        stop(containers[name])
        containers[name] = start(name, containers[name])
        keep(containers)
    return 0


def execute(name, words):
    container = state().get(name)
    if container is None:
        print(f'service "{name}" is not running', file=sys.stderr)
        return 1
    return inside(container, words)


def run(name, words):
    """A container of its own, from the image as it is here, which is gone afterwards."""
    service = services()[name]
    if not layout(service["image"]).exists() and pull(service["image"]):
        return 1
    container = create(name, service)
    try:
        return inside(container, words)
    finally:
        shutil.rmtree(container["folder"], ignore_errors=True)


def inside(container, words):
    if words[:2] != ["python", "manage.py"]:
        raise Unknown
    return subprocess.run([sys.executable, "-S", *words[1:]], cwd=container["folder"], env=container["env"]).returncode


def logs(name, since):
    """What a service printed since then; nginx prints its access log."""
    amount, unit = int(since[:-1]), {"m": "minutes", "h": "hours"}[since[-1]]
    first = datetime.now(timezone.utc) - timedelta(**{unit: amount})
    file = PARTS / ("access.log" if name == "nginx" else f"{name}.log")
    for line in file.read_text().splitlines():
        clock = re.search(r"\[(\d+/\w+/\d+:\d+:\d+:\d+ [+-]\d+)\]", line)
        if clock and datetime.strptime(clock[1], "%d/%b/%Y:%H:%M:%S %z") >= first:
            print(line)
        elif line.startswith("{") and datetime.fromisoformat(json.loads(line)["ts"]) >= first:
            print(line)
    return 0


def main(words):
    match words:
        case ["--version"]:
            print("Docker version 27.3.1, build 0")
        case ["compose", "version"] | ["compose", "version", "--short"] | ["compose", "--version"]:
            print("Docker Compose version v2.29.7")
        case ["build", *options, context] if len(options) % 2 == 0 and set(options[::2]) == {"-t"}:
            build(options[1::2], pathlib.Path(context))
        case ["push", reference]:
            return push(reference)
        case ["compose", "pull"]:
            images = {service["image"] for service in services().values() if "command" in service}
            return max(pull(image) for image in sorted(images))
        case ["compose", "up", "-d", *more]:
            rest = [word for word in more if word not in ("--no-deps", "--build", "--wait")]
            seconds = 60.0
            if rest[:1] == ["--wait-timeout"]:
                seconds, rest = float(rest[1]), rest[2:]
            if any(word.startswith("-") for word in rest):
                raise Unknown
            return up(rest, seconds if "--wait" in more else 0)
        case ["compose", "restart", *names] if not any(name.startswith("-") for name in names):
            return restart(names)
        case ["compose", "run", "--rm", "--no-deps", "-T", name, *command]:
            return run(name, command)
        case ["compose", "exec", "-T", name, *command]:
            return execute(name, command)
        case ["compose", "logs", "--no-color", "--no-log-prefix", "--since", since, name]:
            return logs(name, since)
        case _:
            raise Unknown
    return 0


if __name__ == "__main__":
    with open(PARTS / "docker.log", "a") as note:
        note.write(" ".join(sys.argv[1:]) + "\n")
    try:
        with open(PARTS / "docker.lock", "w") as lock:
            if sys.argv[1:3] in (["compose", "up"], ["compose", "restart"], ["compose", "pull"]):
                fcntl.flock(lock, fcntl.LOCK_EX)
            sys.exit(main(sys.argv[1:]))
    except Unknown:
        print(f"the stand-in for docker does not know: {' '.join(sys.argv[1:])}", file=sys.stderr)
        sys.exit(64)
