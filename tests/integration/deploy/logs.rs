//! `uses: zarpe/logs`: the cut-over is where the job that deploys ended, and the step waits for traffic.

use super::{deploy, events, planned};
use crate::support::{ExitCode, Repo};

/// Prints requests of the last minutes, and so many of what is judged after the cut-over; each so-many-th of these fails. When that was
/// is known from the journal: how long a job takes to end is the machine's affair.
const TRAFFIC: &str = r#"
import calendar, json, os, sys, time
late, each = int(sys.argv[1]), int(sys.argv[2])
now = int(time.time())
journal = map(json.loads, open(f".git/zarpe/runs/{os.environ['ZARPE_RUN']}/journal.jsonl"))
ended = [entry["ts"] for entry in journal if entry["event"] == "job_finished"][-1]
took_over = calendar.timegm(time.strptime(ended[:19], "%Y-%m-%dT%H:%M:%S"))
def line(stamp, at, status):
    when = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(stamp))
    print(f'web-1  | 10.0.{at // 250}.{at % 250} - - [{when}] "GET /orders/{at} HTTP/1.1" {status} 9 "-" "curl/8"')
for at in range(20000):
    line(now - 900 + at // 50, at, 502 if at % 500 == 7 else 200)
# All fail from the beginning of the first job to that of the last one.
for began in map(int, open("began").read().split()) if len(sys.argv) > 3 else []:
    for at in range(5000):
        line(began, at, 503)
for at in range(late):
    line(took_over + 2, at, 502 if each and at % each == 0 else 200)
"#;

fn plan(late: &str, more: &str) -> Repo {
    let text = format!(
        "roles: {{dev: ['@dana'], ops: ['@olga']}}
jobs:
  window:
    environment: production
    steps:
      - {{run: 'true', idempotent: true}}
  watch:
    needs: window
    steps:
      - {{id: logs, role: [dev, ops], uses: zarpe/logs, with: {{run: 'python3 traffic.py {late}', log-format: combined, baseline: 60m, after: 3s, by: [class, route], max-ratio: 2, min-requests: 100, ignore: ['^/wp-'], {more}}}}}
      - {{run: 'echo after', idempotent: true}}
"
    );
    planned(&text).write("traffic.py", TRAFFIC)
}

/// When a job's first event of this name was written down.
fn time(repo: &Repo, event: &str, job: &str) -> jiff::Timestamp {
    let found = events(repo).into_iter().find(|one| one["event"] == event && one["job"] == job);
    found.unwrap()["ts"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_step_waits_for_traffic_and_judges_it() {
    let repo = plan("5000 500", "inconclusive: fail");
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    run.says("waiting for traffic until").says("the logs show no abnormal errors since");
    let judged = time(&repo, "step_finished", "watch").duration_since(time(&repo, "job_finished", "window"));
    assert!(judged.as_secs() >= 3, "{judged:?}");
}

#[test]
fn errors_that_rose_stop_the_run() {
    let repo = plan("5000 40", "inconclusive: sign");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused).says("watch/logs failed (exit code 1)");
}

/// The page of maintenance is that of a job before the one that ends last, and of another run.
#[test]
fn what_was_asked_while_a_deployment_went_on_counts_on_neither_side() {
    let job = "{environment: production, steps: [{run: 'date +%s >> began; sleep 1', idempotent: true}]";
    let logs = "with: {run: 'python3 traffic.py 5000 40 began', log-format: combined, after: 3s}";
    let text = format!(
        "jobs:\n  page: {job}}}\n  window: {job}, needs: page}}\n  watch: {{needs: window, steps: [{{uses: zarpe/logs, {logs}}}]}}\n"
    );
    let before = format!("concurrency: production\njobs: {{page: {job}}}}}\n");
    let repo = planned(&text).write("traffic.py", TRAFFIC).write("before.yml", &before);
    deploy(&repo, ["run", "before.yml"]).env("GITHUB_RUN_ID", "6").run().exits(ExitCode::Done);
    // A log tells no part of a second: in one that both share, the first run would leave out what the second one must.
    std::thread::sleep(std::time::Duration::from_secs(1));
    deploy(&repo, ["run", "plan.yml"])
        .run()
        .exits(ExitCode::Refused)
        .says("0.20 % (40 of ")
        .says("2.50 % (125 of 5000)");
}

#[test]
fn an_inconclusive_log_waits_for_one_of_the_roles_of_the_step() {
    let repo = plan("150 0", "inconclusive: sign");
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    run.says("watch/logs waits for a person (exit code 5)").says("watch/logs waits for a sign-off: dev, ops");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Waiting).never_says("waiting for traffic");
    let key = repo.scratch().join("key");
    let made =
        std::process::Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
    if !made.is_ok_and(|status| status.success()) {
        return crate::support::skip("ssh-keygen is missing (Debian: apt-get install openssh-client)");
    }
    let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
    let repo = repo.write("signers", &format!("olga {public}")).write("zarpe.yml", "deploy: {signers: signers}\n");
    let key = key.display().to_string();
    // Who settles a step is nobody's role; that it is not well anybody may say.
    let settle = ["settle", "7", "logs", "--as", "done"];
    let refused = deploy(&repo, settle).run().exits(ExitCode::Refused);
    refused.says("that it is well is for its role to say").says("zarpe deploy sign 7 watch/logs");
    let sign = ["sign", "7", "logs", "--role", "ops", "--ssh-key", &key];
    deploy(&repo, sign).run().exits(ExitCode::Done).says("olga signed watch/logs of run 7 for ops");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done).says("after").never_says("waiting for traffic");
}

#[test]
fn without_a_role_nobody_could_sign() {
    let repo = plan("150 0", "inconclusive: sign");
    let text = std::fs::read_to_string(repo.path().join("plan.yml")).unwrap().replace("role: [dev, ops], ", "");
    let repo = repo.write("plan.yml", &text);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Usage).says("`inconclusive: sign` needs a `role`");
}
