"""The stories of tests/workflows: what becomes of a deployment whose jobs run on machines that never saw each other."""

import pathlib
import time
import unittest

import yaml

from expressions import Unknown, render
from runner import Refused, Runner
from world import TOP, World

HERE = pathlib.Path(__file__).resolve().parent
FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
EXAMPLES = TOP / "examples/workflows"
# It holds what a runner would take for an escape, and a character that its lines are cut at.
PASSWORD = "s3cret%25=of harbor"


def caller(text):
    """A workflow that calls ours as the first example does, with other words."""
    workflow = yaml.load((EXAMPLES / "deploy.yml").read_text(), Loader=yaml.BaseLoader)
    workflow["jobs"]["deploy"]["with"] |= yaml.load(text, Loader=yaml.BaseLoader)
    return workflow


class Stories(unittest.TestCase):
    """Each in an environment of its own."""

    @classmethod
    def setUpClass(cls):
        cls.world = World()
        plans = {path.name: path.read_text() for path in (HERE / "plans").iterdir()}
        cls.world.commit(plans)
        cls.runner, cls.site = Runner(cls.world), cls.world.folder / "site"
        cls.secrets = {"DEPLOY_VARIABLES": f"# of all environments\nSITE={cls.site}\n\nPASSWORD={PASSWORD}\nEMPTY=\n"}

    @classmethod
    def tearDownClass(cls):
        cls.world.end()

    # --- words of the stories -------------------------------------------------------------------------------------------

    def deploy(self, environment, version="v1.0.0", more="", **inputs):
        """A run of deploy.yml in one environment."""
        workflow = caller(f"environments: '[\"{environment}\"]'\ninputs: \"{more}\"")
        return self.runner.dispatch(workflow, {"version": version} | inputs, self.secrets)

    def place(self, environment, *files):
        """The folder of an environment's servers, with these files in it."""
        folder = self.site / environment
        folder.mkdir(parents=True, exist_ok=True)
        for name in files:
            (folder / name).touch()
        return folder

    def log(self, environment):
        """What was done there."""
        file = self.site / environment / "log"
        return file.read_text().splitlines() if file.exists() else []

    def until(self, holds):
        """Waits for what a machine does meanwhile."""
        end = time.monotonic() + 30
        while not holds():
            self.assertLess(time.monotonic(), end, "it did not come")
            time.sleep(0.02)

    def ends(self, run, conclusion, *says):
        """The run ends so, its only job says this in its summary and its annotations, and no secret is shown."""
        self.assertEqual(run.end(), conclusion, "\n".join(run.only.log.lines))
        job = run.only
        told = job.summary + "\n".join(text for _, _, text in job.log.annotations)
        for text in says:
            self.assertIn(text, told)
        shown = told + "\n".join(job.log.lines)
        self.assertNotIn(PASSWORD, shown)
        self.assertNotIn(self.world.token, shown)
        return job

    def states(self, environment):
        """What was said of each deployment of an environment."""
        return [[state for state, _ in one] for one in self.world.deployments(environment)]

    def test_what_the_runner_does_not_know_is_an_error(self):
        contexts = {"inputs": {"a": "x"}, "steps": {"s": {"outputs": {}}}}
        self.assertEqual(render("${{ inputs.a == 'x' && 'it''s' || inputs.a }}!", contexts), "it's!")
        for text in ("${{ inputs.b }}", "${{ github.sha }}", "${{ hashFiles('x') }}", "${{ inputs.a > 1 }}", "${{ steps.t.outputs.o }}"):
            self.assertRaises(Unknown, render, text, contexts)
        poor = caller("{}")
        del poor["jobs"]["deploy"]["permissions"]["deployments"]
        self.assertRaisesRegex(Refused, "requesting 'deployments: write'", self.runner.dispatch, poor, {"version": "v1"}, self.secrets)
        self.assertRaisesRegex(Refused, "version is required", self.runner.dispatch, EXAMPLES / "deploy.yml", {}, self.secrets)
        self.assertRaisesRegex(Refused, "'queue2'", self.runner.dispatch, caller("queue2: x"), {"version": "v1"}, self.secrets)

    def test_the_readme_shows_the_examples_that_run_here(self):
        readme = (TOP / "README.md").read_text()
        text = (EXAMPLES / "deploy.yml").read_text()
        self.assertIn(text[text.index("name:"):], readme)
        text = (EXAMPLES / "deploy-services.yml").read_text()
        self.assertIn(text[text.index("    with:"):text.index("      resume: ${{")], readme)

    # --- the stories ----------------------------------------------------------------------------------------------------

    def test_a_plan_is_carried_out(self):
        job = self.ends(self.deploy("a"), "success", "done")
        self.assertEqual(self.log("a"), ["migrate", "switch v1.0.0"])
        self.assertEqual([level for level, _, _ in job.log.annotations], [])
        self.assertIn("the password is ***", "\n".join(job.log.lines))
        # The deployment that GitHub made for the job is the one that is told of, and there is no other.
        self.assertEqual(self.states("a"), [["in_progress", "in_progress", "success", "success"]])
        self.assertIn("refs/zarpe/runs/a", self.world.refs())
        self.assertNotIn("refs/zarpe/locks/a", self.world.refs())
        self.assertIn("run_finished", [event["event"] for event in self.world.journal("a")])

    def test_a_sign_off_holds_no_machine_and_another_one_goes_on(self):
        first = self.deploy("b", more="signed=yes")
        self.ends(first, "failure", "window/ready waits for a sign-off: boss", f"zarpe deploy sign {first.id}-b window/ready")
        self.assertEqual(self.log("b"), [])
        self.assertEqual(self.world.deployments("b")[0][-2], ("in_progress", "window/ready: waits for a person"))
        self.assertIn("refs/zarpe/locks/b", self.world.refs())
        # Nobody else deploys there meanwhile, and nobody has signed yet.
        self.ends(self.deploy("b", "v2.0.0"), "failure", f"b is locked by run {first.id}-b", "window/ready")
        again = self.runner.again(first)
        self.ends(again, "failure", "waits for a sign-off")
        self.world.person("deploy", "sign", f"{first.id}-b", "window/ready")
        # That it may go over a later run is passed on; there is none.
        over = {"over-later": "true"}
        self.ends(self.deploy("b", more="signed=yes", resume=str(first.id), **over), "success", "done")
        self.assertEqual(self.log("b"), ["migrate", "switch v1.0.0"])
        self.assertEqual(self.states("b")[-1], ["in_progress", "in_progress", "success", "success"])
        self.assertNotIn("refs/zarpe/locks/b", self.world.refs())

    def test_a_sign_off_is_asked_for_and_given_on_an_issue(self):
        issue = self.world.ask("issues", {"title": "Deploy v1.0.0"})["number"]
        first = self.deploy("b2", more="signed=yes", issue=str(issue))
        self.ends(first, "failure", "waits for a sign-off")
        asked = self.world.ask(f"issues/{issue}/comments")
        self.assertIn("/zarpe sign window/ready", asked[-1]["body"])
        self.world.ask(f"issues/{issue}/comments", {"body": "/zarpe sign window/ready"}, self.world.boss)
        self.ends(self.runner.again(first), "success", "done")
        self.assertEqual(self.log("b2"), ["migrate", "switch v1.0.0"])

    def test_each_service_has_a_run_of_its_own(self):
        broken = self.place("staging-web", "broken") / "broken"
        run = self.runner.dispatch(EXAMPLES / "deploy-services.yml", {"version": "v1.0.0"}, self.secrets)
        self.assertEqual(run.end(), "failure")
        self.assertEqual({name: job.conclusion for name, job in run.jobs.items()},
                         {"staging web": "failure", "staging worker": "success"})
        self.assertIn("go/smoke failed", run.jobs["staging web"].summary)
        for service in ("web", "worker"):
            self.assertEqual(self.log(f"staging-{service}"), ["switch v1.0.0"])
            self.assertEqual(self.world.journal(f"staging-{service}")[0]["run_id"], f"{run.id}-staging-{service}")
        broken.unlink()
        again = self.runner.again(run)
        self.assertEqual((again.end(), list(again.jobs)), ("success", ["staging web"]))
        self.assertEqual(self.log("staging-web"), ["switch v1.0.0"])

    def test_a_lost_machine_is_replaced_by_one_that_never_saw_it(self):
        slow = self.place("d", "slow") / "slow"
        first = self.deploy("d")
        self.until(lambda: self.log("d") == ["migrate"])
        first.only.kill()
        slow.unlink()
        self.assertIsNone(first.only.end().conclusion)
        # What it had begun was on the remote before it began.
        events = [(event["event"], event.get("step")) for event in self.world.journal("d")]
        self.assertEqual(events[-1], ("step_started", "migrate"))
        self.ends(self.runner.again(first), "success", "done")
        self.assertEqual(self.log("d"), ["migrate", "switch v1.0.0"])

    def test_what_nobody_can_tell_of_a_lost_machine_waits_for_a_person(self):
        slow = self.place("production-api", "slow") / "slow"
        workflow = caller("plan: services.yml\nservices: '[\"api\"]'")
        first = self.runner.dispatch(workflow, {"version": "v1.0.0"}, self.secrets)
        self.until(lambda: self.log("production-api"))
        first.only.kill()
        slow.unlink()
        first.only.end()
        second = self.runner.again(first)
        self.ends(second, "failure", "nobody can tell whether go/switch was done")
        self.world.person("deploy", "settle", f"{first.id}-production-api", "go/switch", "--as", "done")
        self.ends(self.runner.again(second), "success", "done")
        self.assertEqual(self.log("production-api"), ["switch v1.0.0"])

    def test_a_cancelled_job_is_gone_on_with(self):
        slow = self.place("g", "slow") / "slow"
        first = self.deploy("g")
        self.until(lambda: self.log("g") == ["migrate"])
        first.only.cancel()
        slow.unlink()
        self.assertEqual(first.only.end().conclusion, "cancelled")
        self.assertIn("interrupted", [event["event"] for event in self.world.journal("g")])
        self.ends(self.runner.again(first), "success", "done")
        self.assertEqual(self.log("g"), ["migrate", "switch v1.0.0"])

    def test_what_starts_later_is_done_once(self):
        deploy = lambda version: self.runner.dispatch(
            caller("plan: later.yml\nenvironments: '[\"e\"]'"), {"version": version}, self.secrets)
        self.ends(deploy("v1.0.0"), "success", "the rest is due later")
        self.assertNotIn("refs/zarpe/locks/e", self.world.refs())
        self.ends(deploy("v1.1.0"), "success", "the rest is due later")
        follow = lambda clock: self.runner.dispatch(EXAMPLES / "follow-up.yml", {}, self.secrets, clock)
        self.ends(follow({}), "success", "0 of 2 runs with a follow-up are due")
        self.assertEqual(self.log("e"), ["switch v1.0.0", "switch v1.1.0"])
        later = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": "+90000", "NO_FAKE_STAT": "1"}
        both = [follow(later), follow(later)]
        said = [self.ends(one, "success").summary for one in both]
        self.assertEqual(sorted("2 of 2 runs" in one for one in said), [False, True])
        self.assertEqual(sorted(self.log("e")[2:]), ["look at v1.0.0", "look at v1.1.0"])
        self.assertEqual(self.states("e")[-1][-1], "success")

    def test_a_failed_smoke_test_is_taken_back_by_who_may(self):
        self.ends(self.deploy("f"), "success")
        self.place("f", "broken")
        run = self.deploy("f", "v1.1.0")
        self.ends(run, "failure", "window/smoke failed", "window/rollback/back")
        self.assertTrue((self.site / "f/maintenance").exists())
        self.world.person("deploy", "sign", f"{run.id}-f", "window/rollback/back")
        job = self.ends(self.runner.again(run), "failure", "rollback: done")
        self.assertIn("error", [level for level, _, _ in job.log.annotations])
        self.assertFalse((self.site / "f/maintenance").exists())
        self.assertEqual((self.site / "f/version").read_text(), "v1.0.0\n")
        self.assertEqual(self.log("f"), ["migrate", "switch v1.0.0", "migrate", "switch v1.1.0", "restore"])
        self.assertIn("inactive", self.states("f")[-1])
        self.assertNotIn("refs/zarpe/locks/f", self.world.refs())

    def test_deployments_of_one_environment_come_one_after_the_other(self):
        slow = self.place("h", "slow") / "slow"
        runs = [self.deploy("h", f"v1.{at}.0") for at in range(3)]
        self.until(lambda: self.log("h") == ["migrate"])
        slow.unlink()
        self.assertEqual([run.end() for run in runs], ["success"] * 3)
        self.assertEqual(self.log("h")[::2], ["migrate"] * 3)

    def test_what_is_wrong_with_the_call_is_said_before_anything_is_done(self):
        secrets = {"DEPLOY_VARIABLES": "KEY=-----BEGIN\nMIIC\n-----END\n"}
        run = self.runner.dispatch(caller("environments: '[\"i\"]'"), {"version": "v1.0.0"}, secrets)
        self.ends(run, "failure", "line 2 of the secret variables is not NAME=VALUE")
        self.ends(self.deploy("i", "v1.0.0\n--issue=1"), "failure", "an input of more than one line")
        self.assertEqual((self.log("i"), self.states("i")[-1][-1]), ([], "failure"))
        self.assertNotIn("refs/zarpe/runs/i", self.world.refs())

    def test_only_what_was_begun_is_gone_on_with(self):
        first = self.deploy("j", more="signed=yes")
        self.ends(first, "failure")
        self.world.person("deploy", "sign", f"{first.id}-j", "window/ready")
        other = self.deploy("j", "v2.0.0", more="signed=yes", resume=str(first.id))
        self.ends(other, "failure", "version")
        self.world.commit({"scripts": "changed"})
        other = self.deploy("j", more="signed=yes", resume=str(first.id))
        self.ends(other, "failure", "git checkout")
        self.assertEqual(self.log("j"), [])
        self.ends(self.runner.again(first), "success")
        self.assertEqual(self.log("j"), ["migrate", "switch v1.0.0"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
