"""What the workflows meet: a GitHub with its git remote (`zarpe demo --serve`), the action's repository, and machines."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]
ZARPE = TOP / "target/debug/zarpe"
# As cargo would put it there: a workflow of somebody else builds zarpe once, and finds it in the tool cache from then on.
CARGO = f"""#!/usr/bin/env bash
[ "${{*:1:3}}" = "install --quiet --locked" ] && [ "$4 $6" = "--path --root" ] || {{ echo "cargo $*" >&2; exit 64; }}
[ -z "${{PASSWORD+x}}$GH_TOKEN" ] || {{ echo "a build sees the secrets" >&2; exit 64; }}
mkdir -p "$7/bin" && ln -s "{ZARPE}" "$7/bin/zarpe"
"""


def run(*command, **options):
    """Runs a program; its output. A program that fails is an error."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.rstrip("\n")


class World:
    """One GitHub for all stories; what they leave there is named by environments of their own."""

    repository = "acme/harbor"

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="zarpe-workflows-"))
        self.clean = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
                      "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(self.folder)}
        self.server = subprocess.Popen([ZARPE, "demo", "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                       env=self.clean | {"TMPDIR": str(self.folder)})
        said = {}
        for line in self.server.stdout:
            said |= dict(word.split("=", 1) for word in line.split() if "=" in word and word not in said)
            if line.startswith("A sign-off"):
                break
        self.origin, self.boss = said["GITHUB_SERVER_URL"], said["ZARPE_TOKEN"]
        self.token = self.boss.removesuffix("-rita")
        self.remote = f"{self.origin}/{self.repository}.git"
        self.tools = self.folder / "tools"
        (self.folder / "bin").mkdir()
        (self.folder / "bin/cargo").write_text(CARGO)
        (self.folder / "bin/cargo").chmod(0o755)
        self.action = self.folder / "action"
        self.action_sha = self.unpack_action()

    def end(self):
        """Stops the server and leaves nothing."""
        self.server.stdin.close()
        self.server.wait()
        shutil.rmtree(self.folder)

    def unpack_action(self):
        """A repository of what is tracked here and belongs to the action; its commit."""
        self.action.mkdir()
        tracked = run("git", "-C", TOP, "ls-files", "-z", "--", "action.yml", "action", "src", "Cargo.toml", "Cargo.lock")
        for name in filter(None, tracked.split("\0")):
            (self.action / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, self.action / name)
        self.git(self.action, "init", "--quiet", "--initial-branch=main")
        self.git(self.action, "add", "--all")
        self.git(self.action, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "--message=feat: begin")
        return self.git(self.action, "rev-parse", "HEAD")

    def git(self, folder, *words, env=()):
        return run("git", "-C", folder, *words, env=self.clean | dict(env))

    def authorized(self, token=None):
        """What lets git in for one command, as actions/checkout does without `persist-credentials`."""
        return ("-c", f"http.extraheader=Authorization: Bearer {token or self.token}")

    def ask(self, path, body=None, token=None):
        """The REST API of the repository."""
        request = urllib.request.Request(f"{self.origin}/api/v3/repos/{self.repository}/{path}")
        request.add_header("Authorization", f"Bearer {token or self.token}")
        request.data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def deployments(self, environment):
        """Each deployment of an environment, the oldest first: what was said of it, the oldest first."""
        found = self.ask(f"deployments?environment={environment}&per_page=100")
        said = lambda one: self.ask(f"deployments/{one['id']}/statuses?per_page=100")
        return [[(status["state"], status["description"]) for status in reversed(said(one))] for one in reversed(found)]

    def refs(self):
        """What zarpe keeps on the remote, by name."""
        lines = run("git", *self.authorized(), "ls-remote", self.remote, "refs/zarpe/*", env=self.clean).splitlines()
        return {name: sha for sha, name in (line.split("\t") for line in lines)}

    def commit(self, files):
        """Puts files onto main, as a person with every right; the commit."""
        clone = self.folder / "person"
        if not clone.exists():
            run("git", *self.authorized(), "clone", "--quiet", self.remote, clone, env=self.clean)
        for name, text in files.items():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            (clone / name).write_text(text)
        self.git(clone, "add", "--all")
        self.git(clone, "-c", "user.name=rita", "-c", "user.email=rita@example.com", "commit", "--quiet", "--allow-empty",
                 "--message=feat: change something")
        self.git(clone, *self.authorized(), "push", "--quiet", "origin", "HEAD:main")
        return self.git(clone, "rev-parse", "HEAD")

    def journal(self, environment):
        """The events of the journal that the remote has of an environment."""
        clone = self.folder / "person"
        self.git(clone, *self.authorized(), "fetch", "--quiet", "origin", f"refs/zarpe/runs/{environment}")
        return [json.loads(line) for line in self.git(clone, "show", "FETCH_HEAD:journal.jsonl").splitlines()]

    def person(self, *words, code=0):
        """A person runs zarpe at a machine of their own."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            run("git", *self.authorized(), "clone", "--quiet", self.remote, folder, env=self.clean)
            env = self.clean | {"ZARPE_TOKEN": self.boss, "GITHUB_SERVER_URL": self.origin, "PASSWORD": "x", "SITE": "x"}
            done = subprocess.run([ZARPE, *words], cwd=folder, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
            return done.stdout + done.stderr
