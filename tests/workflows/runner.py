"""Runs workflows as GitHub does, as far as ours go: each job on a machine of its own, which has nothing but the remote.

A key, an action, an expression or a workflow command that is not known here is an error: nothing is passed over in silence.
"""

import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time

import yaml

from expressions import as_text, evaluate, render
from files import Log, pairs

CHECKOUT = "actions/checkout@"
OURS = "zarpe/zarpe/.github/workflows/"
JOB = {"name", "strategy", "runs-on", "timeout-minutes", "environment", "concurrency", "permissions", "steps", "uses", "with", "secrets"}
STEP = {"id", "name", "uses", "with", "env", "run", "shell"}
WORKFLOW = {"name", "run-name", "on", "permissions", "concurrency", "jobs"}
WORKFLOWS = pathlib.Path(__file__).resolve().parents[2] / ".github/workflows"
LEVELS = {"none": 0, "read": 1, "write": 2}


class Refused(Exception):
    """GitHub would not run this workflow."""


def load(path):
    """A workflow or an action; each scalar is a text."""
    return yaml.load(path.read_text(), Loader=yaml.BaseLoader)


def known(part, keys, where):
    if set(part) - keys:
        raise Refused(f"{where}: {sorted(set(part) - keys)} are not known to this runner")


class Job:
    """One job on one machine."""

    def __init__(self, run, name, definition, contexts):
        self.run, self.name, self.definition, self.contexts = run, name, definition, contexts
        self.world, self.conclusion, self.summary, self.outputs = run.world, None, "", {}
        self.log = Log(filter(None, contexts["secrets"].values()))
        self.folder = self.world.folder / "machines" / f"{run.id}-{run.attempt}-{name.replace(' ', '-')}"
        self.process, self.killed, self.cancelled, self.steps, self.more = None, False, False, {}, {}
        self.path, self.failure = [], None

    def start(self):
        self.thread = threading.Thread(target=self.work)
        self.thread.start()
        return self

    def work(self):
        try:
            group = self.definition.get("concurrency")
            with self.run.runner.group(group and render(group["group"], self.contexts)):
                self.on_machine()
        except Exception as error:  # shown where the story waits for the job
            self.failure = error
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def end(self):
        """Waits until the job has ended."""
        self.thread.join()
        if self.failure:
            raise self.failure
        return self

    def on_machine(self):
        for part in ("work", "temp", "home"):
            (self.folder / part).mkdir(parents=True)
        environment = self.definition.get("environment")
        deployment = environment and self.deploys(render(environment, self.contexts))
        for at, step in enumerate(self.definition["steps"]):
            known(step, STEP, f"{self.name}, step {at + 1}")
            code = self.step(step, self.contexts, self.steps)
            if self.killed:
                return  # a lost machine tells nobody anything
            if code or self.cancelled:
                self.conclusion = "cancelled" if self.cancelled else "failure"
                break
        else:
            self.conclusion = "success"
        if deployment:
            self.tell(deployment, "success" if self.conclusion == "success" else "failure")

    def deploys(self, environment):
        """GitHub makes a deployment of its own for a job that names an environment."""
        body = {"ref": self.run.sha, "environment": environment, "auto_merge": False, "required_contexts": []}
        deployment = self.world.ask("deployments", body)["id"]
        self.tell(deployment, "in_progress")
        return deployment

    def tell(self, deployment, state):
        page = f"{self.world.origin}/{self.world.repository}/actions/runs/{self.run.id}/job/{self.run.number}"
        self.world.ask(f"deployments/{deployment}/statuses", {"state": state, "log_url": page})

    def step(self, step, contexts, steps, action=None):
        """One step; its exit code. `action`: the folder of the composite action that it belongs to."""
        with_ = {name: as_text(render(text, contexts)) for name, text in step.get("with", {}).items()}
        if "run" in step:
            code, outputs = self.script(step, contexts, action)
        elif step["uses"].startswith(CHECKOUT):
            code, outputs = self.checkout(with_), {}
        elif step["uses"].startswith("./"):
            code, outputs = self.composite(self.folder / "work" / step["uses"], with_)
        else:
            raise Refused(f"the action {step['uses']}")
        if "id" in step:
            steps[step["id"]] = {"outputs": Outputs(outputs), "outcome": "failure" if code else "success"}
        return code

    def checkout(self, with_):
        """A fresh clone, and no credentials left in it."""
        known(with_, {"repository", "ref", "path", "fetch-depth", "persist-credentials"}, "actions/checkout")
        if with_.get("persist-credentials") != "false":
            raise Refused("actions/checkout leaves the token on the disk: persist-credentials")
        folder = self.folder / "work" / with_.get("path", ".")
        repository = with_.get("repository", self.world.repository)
        remotes = {self.world.repository: self.world.remote, "zarpe/zarpe": str(self.world.action)}
        sha, git = with_.get("ref", self.run.sha), self.world.git
        folder.mkdir(exist_ok=True)
        git(folder, "init", "--quiet", "--initial-branch=main")
        git(folder, "remote", "add", "origin", remotes[repository])
        fetch = ["fetch", "--quiet", "--no-tags", "origin"]
        if with_.get("fetch-depth") == "0":
            fetch += ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
        else:
            fetch += ["--depth=1", sha]
        git(folder, *self.world.authorized(), *fetch)
        git(folder, "checkout", "--quiet", "--detach", sha)
        return 0

    def composite(self, folder, with_):
        action = load(folder / "action.yml")
        known(with_, set(action["inputs"]), "the action")
        default = lambda one: as_text(render(one.get("default", ""), self.contexts))
        inputs = {name: with_.get(name, default(one)) for name, one in action["inputs"].items()}
        if action["runs"]["using"] != "composite":
            raise Refused("an action that is not composite")
        steps, code = {}, 0
        for step in action["runs"]["steps"]:
            known(step, STEP, "action.yml")
            code = self.step(step, {"inputs": inputs, "steps": steps, "github": self.contexts["github"]}, steps, folder)
            if code:
                break
        value = lambda one: as_text(evaluate(one["value"].removeprefix("${{").removesuffix("}}"), {"steps": steps}))
        return code, {name: value(one) for name, one in action["outputs"].items()}

    def environment(self, step, contexts, action, files):
        """The variables of a step, and no other of this process."""
        run, world = self.run, self.world
        told = {
            "GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_RUN_ID": str(run.id), "GITHUB_RUN_ATTEMPT": str(run.attempt),
            "GITHUB_JOB": "deploy", "GITHUB_REPOSITORY": world.repository, "GITHUB_SHA": run.sha, "GITHUB_REF": "refs/heads/main",
            "GITHUB_SERVER_URL": world.origin, "GITHUB_API_URL": f"{world.origin}/api/v3",
            "GITHUB_GRAPHQL_URL": f"{world.origin}/api/graphql", "GITHUB_EVENT_NAME": "workflow_dispatch",
            "GITHUB_WORKSPACE": str(self.folder / "work"), "RUNNER_TEMP": str(self.folder / "temp"),
            "RUNNER_TOOL_CACHE": str(world.tools), "HOME": str(self.folder / "home"),
            "PATH": ":".join([*self.path, str(world.folder / "bin"), world.clean["PATH"]]),
        }
        told |= {name: str(path) for name, path in files.items()}
        if action:
            told["GITHUB_ACTION_PATH"] = str(action)
        own = {name: as_text(render(text, contexts)) for name, text in step.get("env", {}).items()}
        return world.clean | told | run.clock | self.more | own

    def script(self, step, contexts, action):
        """A `run` step: its exit code and its outputs."""
        if "${{" in step["run"]:
            raise Refused(f"an expression is spliced into a script: {step['run']}")
        names = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
        files = {name: self.folder / "temp" / name for name in names}
        for file in files.values():
            file.write_text("")
        script = self.folder / "temp/step.sh"
        script.write_text(step["run"])
        shells = {None: ["bash", "-e"], "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"]}
        self.process = subprocess.Popen(
            [*shells[step.get("shell")], script], cwd=self.folder / "work", env=self.environment(step, contexts, action, files),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        with self.process.stdout:
            for line in self.process.stdout:
                self.log.push(line.rstrip("\n"))
        code = self.process.wait()
        if self.killed:
            return code, {}
        self.more |= pairs(files["GITHUB_ENV"].read_text())
        self.path = [*files["GITHUB_PATH"].read_text().split("\n"), *self.path] if files["GITHUB_PATH"].read_text() else self.path
        self.summary += self.log.masked(files["GITHUB_STEP_SUMMARY"].read_text())
        return code, pairs(files["GITHUB_OUTPUT"].read_text())

    def kill(self):
        """The machine is lost: every process of the job at once, and its disk."""
        self.killed = True
        session = self.process.pid
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[3]) == session:
                    os.kill(int(stat.parent.name), signal.SIGKILL)
            except (FileNotFoundError, ProcessLookupError):
                pass  # it has ended meanwhile

    def cancel(self):
        """A person cancels the job: INT to the entry process only, TERM after 7.5 s, KILL after 2.5 s more."""
        self.cancelled = True
        for told, patience in ((signal.SIGINT, 7.5), (signal.SIGTERM, 2.5), (signal.SIGKILL, 5)):
            if self.process.poll() is None:
                os.kill(self.process.pid, told)
                end = time.monotonic() + patience
                while self.process.poll() is None and time.monotonic() < end:
                    time.sleep(0.02)


class Outputs(dict):
    """The outputs of a step that ran: one that it did not set is empty."""

    def __contains__(self, name):
        return True

    def __missing__(self, name):
        return ""


class Run:
    """A workflow run: its jobs, which are begun at once."""

    def __init__(self, runner, id, attempt, number, caller, inputs, secrets, clock, only=None, sha=None):
        self.runner, self.world, self.id, self.attempt, self.number = runner, runner.world, id, attempt, number
        self.caller, self.inputs, self.secrets, self.clock = caller, inputs, secrets, clock
        self.sha = sha or self.world.git(self.world.folder / "person", "rev-parse", "origin/main")
        self.jobs, self.wanted = {}, only
        workflow = caller if isinstance(caller, dict) else load(caller)
        known(workflow, WORKFLOW, caller)
        trigger = workflow["on"].get("workflow_dispatch") or {}
        inputs = declared(inputs, trigger.get("inputs") or {}, caller)
        for job in workflow["jobs"].values():
            self.call(workflow, job, {"inputs": inputs, "secrets": secrets, "github": self.github()})

    def github(self):
        return {"run_id": str(self.id), "token": self.world.token, "repository": self.world.repository, "sha": self.sha}

    def call(self, workflow, job, contexts):
        """A job that calls one of our reusable workflows."""
        known(job, JOB, self.caller)
        called = load(WORKFLOWS / job["uses"].removeprefix(OURS).partition("@")[0])
        known(called, WORKFLOW, job["uses"])
        accepted = called["on"]["workflow_call"]
        for values in matrix(job, contexts):
            mine = contexts | {"matrix": values}
            given = {name: as_text(render(text, mine)) for name, text in job.get("with", {}).items()}
            inputs = declared(given, accepted["inputs"], job["uses"])
            secrets = {name: as_text(render(text, mine)) for name, text in job.get("secrets", {}).items()}
            secrets = declared(secrets, accepted["secrets"], job["uses"])
            for inner in called["jobs"].values():
                known(inner, JOB, job["uses"])
                granted = job.get("permissions", workflow.get("permissions", {}))
                for name, level in inner["permissions"].items():
                    if LEVELS[granted.get(name, "none")] < LEVELS[level]:
                        raise Refused(f"{job['uses']} is requesting '{name}: {level}', but is only allowed '{name}: {granted.get(name, 'none')}'")
                for concurrency in (called.get("concurrency"), inner.get("concurrency")):
                    if concurrency and (concurrency["cancel-in-progress"] != "false" or concurrency.get("queue") != "max"):
                        raise Refused("a deployment that waits for its turn is cancelled by the next one")
                self.begin(inner, {"inputs": inputs, "secrets": secrets, "github": self.github()})

    def begin(self, definition, contexts):
        for values in matrix(definition, contexts):
            here = contexts | {"matrix": values, "steps": {}, "job": {
                "workflow_repository": "zarpe/zarpe", "workflow_sha": self.world.action_sha, "check_run_id": "1"}}
            name = render(definition["name"], here).strip()
            job = Job(self, name, definition, here)
            here["steps"] = job.steps
            if name in self.jobs:
                raise Refused(f"two jobs are called {name}")
            self.jobs[name] = job if self.wanted is None or name in self.wanted else None
        self.jobs = {name: job for name, job in self.jobs.items() if job}
        for job in self.jobs.values():
            job.start()

    def end(self):
        """Waits until every job has ended; how the run ended."""
        ends = {job.end().conclusion for job in self.jobs.values()}
        return "success" if ends == {"success"} else "failure"

    @property
    def only(self):
        """The only job."""
        (job,) = self.jobs.values()
        return job


def declared(given, accepted, where):
    """The values of what a workflow declares: given, by default, or empty."""
    known(given, set(accepted), where)
    for name, one in accepted.items():
        if one.get("required") == "true" and name not in given:
            raise Refused(f"{where}: {name} is required")
    return {name: given.get(name, one.get("default", "")) for name, one in accepted.items()}


def matrix(job, contexts):
    """The combinations of a matrix."""
    axes = job.get("strategy", {}).get("matrix", {})
    values = {name: render(axis, contexts) if isinstance(axis, str) else axis for name, axis in axes.items()}
    return [dict(zip(values, one)) for one in itertools.product(*values.values())]


class Runner:
    """Starts workflow runs."""

    def __init__(self, world):
        self.world, self.runs, self.groups = world, 100, {}

    def group(self, name):
        """Who holds a concurrency group: one job at a time. Without a group, a lock of its own."""
        return self.groups.setdefault(name, threading.Lock()) if name else threading.Lock()

    def dispatch(self, caller, inputs=None, secrets=None, clock=None):
        """A run of a workflow of the repository."""
        self.runs += 1
        return Run(self, self.runs, 1, self.runs, caller, inputs or {}, secrets or {}, clock or {})

    def again(self, run):
        """"Re-run failed jobs": the same run, its next attempt."""
        self.runs += 1
        failed = {name for name, job in run.jobs.items() if job.end().conclusion != "success"}
        return Run(self, run.id, run.attempt + 1, self.runs, run.caller, run.inputs, run.secrets, run.clock, failed, run.sha)
