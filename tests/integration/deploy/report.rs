//! What a run did, for people and for the archive: `zarpe report`, `zarpe deploy report`, `uses: zarpe/report`.

use serde_json::Value;
use zarpe::embedded::state::{Role, Token};

use super::{aged, deploy, planned};
use crate::support::{ExitCode, Harbor, Repo};

/// Names that would be markup, a command or a mention, were they not escaped; a secret in what is printed.
const PLAN: &str = r#"
name: 'Boat <script>alert(1)</script>'
run-name: 'Boat ${{ inputs.version }} <img src=x onerror=alert(1)>'
inputs: {version: {default: v1.1.0}, bad: {default: 'no'}}
window: {start: '00:00', end: '23:59', timezone: America/Mexico_City}
secrets: [PASSPHRASE]
jobs:
  before:
    name: "Before | `now` @ana"
    steps:
      - {id: note, name: '</title></svg>"><b>1. Notes', run: 'echo ${{ secrets.PASSPHRASE }}', idempotent: true}
  window:
    name: Window
    needs: before
    environment: sea
    steps:
      - {id: 'on', name: Maintenance, run: 'true', idempotent: true, post: 'true', post-if: safe()}
      - {id: smoke, name: 'Smoke: whoami', run: 'test "${{ inputs.bad }}" = no', idempotent: true, retry: {attempts: 2, delay: 0s}}
    rollback:
      - {id: back, name: Take back, run: 'true', idempotent: true}
  after: {needs: window, steps: [{run: 'true', idempotent: true}]}
"#;

const SECRET: &str = "correct-horse-battery";

fn ran(input: &[&str], exit: ExitCode) -> Repo {
    let repo = planned(PLAN);
    deploy(&repo, [&["run", "plan.yml"], input].concat()).env("PASSPHRASE", SECRET).run().exits(exit);
    repo
}

fn failed() -> Repo {
    let repo = ran(&["--input", "bad=yes"], ExitCode::Waiting);
    deploy(&repo, ["rollback", "7", "window"]).env("PASSPHRASE", SECRET).run().exits(ExitCode::Refused);
    repo
}

#[test]
fn it_says_what_ran_when_and_with_which_evidence() {
    let repo = ran(&[], ExitCode::Done);
    let run = deploy(&repo, ["report", "7", "--format", "json"]).run().exits(ExitCode::Done);
    let document = run.json_of("deploy-report/v1");
    assert_eq!((&document["state"], &document["version"]), (&"success".into(), &"v1.1.0".into()), "{document:#}");
    let steps = |job: usize| document["jobs"][job]["steps"].as_array().unwrap().clone();
    let smoke = &steps(1)[1];
    assert_eq!((&smoke["step"], &smoke["test"], &smoke["tries"]), (&"window/smoke".into(), &true.into(), &1.into()));
    assert_eq!(steps(0)[0]["log_sha256"].as_str().map(str::len), Some(64));
    assert_eq!(document["maintenance"][0]["step"], "window/on");
    assert_eq!(document["window"]["timezone"], "America/Mexico_City");
    assert_eq!(document["window"]["overrun_minutes"], 0);
    // A rollback that nobody asked for is not a part of what happened, and the clean-up is.
    assert_eq!(
        steps(1).iter().map(|step| step["step"].as_str().unwrap().to_owned()).collect::<Vec<_>>(),
        ["window/on", "window/smoke", "window/post/on"]
    );
    deploy(&repo, ["report"]).run().exits(ExitCode::Done).says("Tests").says("1/1").says("within the window");
    repo.zarpe(["report", "7"]).run().exits(ExitCode::Done).says("1/1");
    deploy(&repo, ["report", "no-such"]).run().exits(ExitCode::Usage).says("there is no run no-such");
}

#[test]
fn each_form_shows_hostile_names_as_text_and_no_secret() {
    let repo = ran(&[], ExitCode::Done);
    for format in ["human", "markdown", "html", "json"] {
        let run =
            deploy(&repo, ["report", "7", "--format", format]).env("PASSPHRASE", SECRET).run().exits(ExitCode::Done);
        let text = run.stdout.as_str();
        assert!(!text.contains(SECRET), "{format}: {text}");
        assert!(format == "human" || text.contains("Smoke: whoami"), "{format}: {text}");
        if format == "html" {
            for markup in ["<script", "<img", "<b>1.", "</svg>\"", "onerror=\""] {
                assert!(!text.contains(markup), "{markup}");
            }
            assert!(text.contains("&lt;img src=x onerror=alert(1)&gt;") && text.contains("Content-Security-Policy"));
        }
        if format == "markdown" {
            assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("@ana"), "{text}");
            assert!(text.contains("Before \\| "), "{text}");
        }
    }
}

#[test]
fn a_page_of_a_hundred_steps_is_small_and_holds_all_it_needs() {
    let steps: String = (0..100)
        .map(|at| format!("      - {{name: 'Smoke {at}: the catalogue of the boats answers', run: 'echo {at}', idempotent: true}}\n"))
        .collect();
    let repo = planned(&format!("jobs:\n  go:\n    steps:\n{steps}"));
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    let page = deploy(&repo, ["report", "7", "--format", "html"]).run().exits(ExitCode::Done).stdout;
    assert!(page.len() <= 200_000, "{} bytes", page.len());
    assert!(page.contains("Smoke 99") && page.contains("<svg") && page.contains("role=\"img\""));
    for outside in ["http://", "https://", "<script", "<link", "@import", "url("] {
        let left = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!left.contains(outside), "{outside}");
    }
}

#[test]
fn what_people_write_down_is_kept_and_what_nobody_wrote_stays_open() {
    let repo = ran(&[], ExitCode::Done).write("seen.txt", "- the mail was late\n\n* one <b>user</b> called\n");
    let asked = ["report", "7", "--incidents", "prompt", "--recommendations", "prompt"];
    let run = deploy(&repo, asked).run().exits(ExitCode::Done);
    run.says("the incidents stay open: there is no terminal to ask on").says("zarpe deploy report 7 --incidents FILE");
    deploy(&repo, ["report", "7", "--incidents", "no-such.txt"]).run().exits(ExitCode::Usage).says("there is no file");
    for (name, bytes) in [("picture.png", b"\x89PNG\xff".to_vec()), ("long.txt", b"late\n".repeat(8000))] {
        std::fs::write(repo.path().join(name), bytes).unwrap();
        let refused = deploy(&repo, ["report", "7", "--incidents", name]).run().exits(ExitCode::Usage);
        refused.says(&format!("{name} is no text of at most 32 KB")).says("one on each line");
    }
    deploy(&repo, ["report", "7", "--incidents", "seen.txt"]).run().exits(ExitCode::Done).says("the mail was late");
    let again = deploy(&repo, asked).run().exits(ExitCode::Done).never_says("the incidents stay open");
    let again = again.says("the mail was late").says("the recommendations stay open");
    assert!(again.stdout.contains("one <b>user</b> called"));
    let page = deploy(&repo, ["report", "7", "--format", "html"]).run().stdout;
    assert!(page.contains("one &lt;b&gt;user&lt;/b&gt; called"));
}

#[test]
fn it_is_kept_in_files_and_made_again_the_same() {
    let repo = ran(&[], ExitCode::Done);
    let words = ["report", "7", "--out", "kept", "--formats", "md,html"];
    deploy(&repo, [&words[..], &["--dry-run"]].concat()).run().exits(ExitCode::Done).says("deploy-report-sea-7.md");
    assert!(!repo.path().join("kept").exists());
    deploy(&repo, words).run().exits(ExitCode::Done).says("made now");
    deploy(&repo, words).run().exits(ExitCode::Done).says("already right").never_says("made now");
    let mut names: Vec<String> = std::fs::read_dir(repo.path().join("kept"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["deploy-report-sea-7.html", "deploy-report-sea-7.md"]);
}

#[test]
fn after_a_rollback_it_asks_for_the_causes() {
    let repo = failed().write("zarpe.yml", "language: es\n");
    let run = deploy(&repo, ["report", "7", "--template", "post-mortem", "--format", "markdown"]).run();
    let text = run.exits(ExitCode::Done).stdout;
    for part in [
        "# Análisis post-mortem: ",
        "revertido",
        "## Causa raíz",
        "## Impacto",
        " falló: Smoke: whoami",
        " empezó un rollback: window",
        " se completó un rollback: window",
        "rollback: Take back",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let page = deploy(&repo, ["report", "7", "--template", "post-mortem", "--format", "html"]).run().stdout;
    assert!(page.starts_with("<!doctype html>\n<html lang=\"es\">") && page.contains("Causa raíz"));
}

fn harbor() -> Harbor {
    let mut harbor = Harbor::new().state(|state| {
        state.now = jiff::Timestamp::now();
        state.add_user("bea", Role::Write);
        state.add_token("ghp_harbor0beatoken", Token::classic("bea"));
    });
    harbor.repo = harbor.repo.write("plan.yml", PLAN).commit("feat: a plan").tag("v1.1.0");
    harbor.push("main");
    harbor.push("refs/tags/v1.1.0");
    harbor.later()
}

fn by_bea(harbor: &Harbor, words: &[&str]) -> crate::support::Zarpe {
    let zarpe = harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", "7");
    zarpe.env("ZARPE_TOKEN", "ghp_harbor0beatoken").env("PASSPHRASE", SECRET)
}

fn assets(harbor: &Harbor) -> Vec<(String, u64)> {
    let releases: Value = harbor.ask("GET", "/releases", "ghp_harbor0beatoken", "").json();
    let assets = releases[0]["assets"].as_array().cloned().unwrap_or_default();
    let of = |asset: &Value| (asset["name"].as_str().unwrap().to_owned(), asset["id"].as_u64().unwrap());
    // By their names: several are uploaded at once.
    let mut assets: Vec<_> = assets.iter().map(of).collect();
    assets.sort();
    assets
}

#[test]
fn it_is_archived_with_the_release_once_and_replaced_where_it_changed() {
    let harbor = harbor();
    by_bea(&harbor, &["run", "plan.yml"]).run().exits(ExitCode::Done);
    let archive = ["report", "7", "--archive", "release-asset", "--formats", "md,json"];
    by_bea(&harbor, &archive).run().exits(ExitCode::Refused).says("GitHub has no release of v1.1.0");
    let release = r#"{"tag_name":"v1.1.0","name":"v1.1.0"}"#;
    harbor.ask("POST", "/releases", "ghp_harbor0beatoken", release);
    by_bea(&harbor, &archive).run().exits(ExitCode::Done).says("release v1.1.0 has 2 more files");
    let first = assets(&harbor);
    assert_eq!(
        first.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["deploy-report-sea-7.json", "deploy-report-sea-7.md"]
    );
    by_bea(&harbor, &archive).run().exits(ExitCode::Done).says("already right");
    assert_eq!(assets(&harbor), first, "the same report stays");
    std::fs::write(harbor.repo.path().join("seen.txt"), "the mail was late\n").unwrap();
    by_bea(&harbor, &[&archive[..], &["--incidents", "seen.txt"]].concat()).run().exits(ExitCode::Done);
    let second = assets(&harbor);
    assert!(second.len() == 2 && second.iter().all(|asset| !first.contains(asset)), "{second:?}");
}

#[test]
fn an_issue_is_opened_once_for_a_run() {
    let harbor = harbor();
    by_bea(&harbor, &["run", "plan.yml", "--input", "bad=yes"]).run().exits(ExitCode::Waiting);
    by_bea(&harbor, &["rollback", "7", "window"]).run().exits(ExitCode::Refused);
    let issue = ["report", "7", "--template", "post-mortem", "--issue"];
    let dry = || by_bea(&harbor, &[&issue[..], &["--dry-run"]].concat()).run().exits(ExitCode::Done);
    dry().says("open the issue");
    by_bea(&harbor, &issue).run().exits(ExitCode::Done).says("issue #1 is there").says("made now");
    dry().says("issue #1 is there").never_says("open the issue");
    by_bea(&harbor, &issue).run().exits(ExitCode::Done).says("issue #1 is there").says("already right");
    harbor.github.state(|state| {
        let body = state.issues[0].body.clone().unwrap();
        assert!(state.issues.len() == 1 && body.contains("## Root cause") && !body.contains("<script"), "{body}");
    });
}

#[test]
fn a_plan_makes_its_own_report_and_board() {
    let plan = "
concurrency: sea
jobs:
  go: {environment: sea, steps: [{name: 'Smoke: whoami', run: 'true', idempotent: true}]}
  end:
    needs: go
    steps:
      - {uses: zarpe/deploy/board, with: {out: board.html}, idempotent: true}
      - {uses: zarpe/report, with: {formats: [md, html, json], incidents: prompt, out: kept}, idempotent: true}
";
    let repo = planned(plan);
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done).says("the incidents stay open");
    // As the step tells it: more cannot be known then.
    run.says("in progress: all else has ended, this report is its last step").never_says("does not tell how");
    let read = |path: &str| std::fs::read_to_string(repo.path().join(path)).unwrap();
    let board = read("board.html");
    assert!(board.contains("<h2 id=\"environment-0\">sea</h2>") && !board.contains("in progress"), "{board}");
    assert!(read("kept/deploy-report-sea-7.md").contains("Smoke: whoami"));
    let document: Value = serde_json::from_str(&read("kept/deploy-report-sea-7.json")).unwrap();
    // What is kept tells the end.
    assert_eq!((&document["state"], &document["incidents"]["open"]), (&"success".into(), &true.into()));
    assert!(document["ended"].is_string() && document["last_step"] == false, "{document:#}");
}

#[test]
fn a_test_without_an_answer_is_neither_passed_nor_failed() {
    let plan = "jobs: {a: {steps: [{name: Gate, uses: zarpe/gate, with: {value: echo none, max: 1}}]}}\n";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let report = |format: &str| deploy(&repo, ["report", "7", "--format", format]).run().exits(ExitCode::Done);
    assert_eq!(report("json").json_of("deploy-report/v1")["jobs"][0]["steps"][0]["state"], "cannot-tell");
    report("human").says("? Tests             0/1").says("Gate  cannot tell");
    report("markdown").says("| Gate | ? cannot tell |");
    report("html").says("<span class=\"unknown\">? cannot tell</span>");
    std::fs::write(repo.path().join("zarpe.yml"), "language: es\n").unwrap();
    report("markdown").says("| Gate | ? no se puede saber |");
}

/// A report is kept before the end of a run, and before what is to start later.
const KEEPS: &str = "
concurrency: sea
jobs:
  go:
    environment: sea
    steps:
      - {run: 'true', idempotent: true}
    rollback:
      - {run: 'true', idempotent: true}
  end:
    needs: go
    steps:
      - {id: kept, uses: zarpe/report, with: {formats: json, out: kept}, idempotent: true}
      - {run: 'test ! -e gone || { rm -r kept; echo > kept; }', idempotent: true}
  later: {needs: end, start-in: 2s, steps: [{name: Look again, run: 'true', idempotent: true}]}
";

#[test]
fn what_a_plan_keeps_tells_the_end_also_of_a_follow_up_and_of_a_rollback() {
    let repo = planned(&KEEPS.replace("2s", "24h"));
    let kept = || -> Value {
        let text = std::fs::read_to_string(repo.path().join("kept/deploy-report-sea-7.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    let first = kept();
    assert_eq!((&first["state"], &first["jobs"][2]["state"]), (&"success".into(), &"open".into()), "{first:#}");
    aged(&repo, "7", jiff::Timestamp::now() - jiff::SignedDuration::from_hours(25), 60);
    deploy(&repo, ["follow-up", "--due"]).run().exits(ExitCode::Done);
    assert_eq!((kept()["jobs"][2]["state"].clone(), kept()["ended"].is_string()), ("success".into(), true));
    deploy(&repo, ["rollback", "7", "go", "--accept-loss", "30h"]).run().exits(ExitCode::Refused);
    assert_eq!(kept()["state"], "rolled-back");
}

#[test]
fn what_cannot_be_kept_anew_is_a_warning_and_fails_nothing() {
    let repo = planned(&KEEPS.replace("start-in: 2s, ", "")).write("gone", "");
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    run.says("what end/kept keeps does not tell how the run ended")
        .says("zarpe report 7, with the options of that step");
}

#[test]
fn a_run_beyond_its_window_says_by_how_much() {
    let repo = ran(&[], ExitCode::Done);
    // The same run, as if it had begun a minute before the window closed at 05:59 UTC.
    let day = jiff::Timestamp::now().strftime("%Y-%m-%dT05:58:00Z").to_string();
    aged(&repo, "7", day.parse().unwrap(), 600);
    let run = deploy(&repo, ["report", "7", "--format", "json"]).run().exits(ExitCode::Done);
    let document = run.json_of("deploy-report/v1");
    assert!(document["window"]["overrun_minutes"].as_u64().unwrap() >= 8, "{:#}", document["window"]);
}

#[test]
fn the_window_that_counts_is_that_of_the_evening_on_which_it_deployed() {
    let plan = "
window: {start: '00:00', end: '23:59', timezone: UTC}
roles: {qa: '@quinn'}
jobs:
  before: {steps: [{run: 'test -e there', idempotent: true}]}
  window: {needs: before, environment: sea, steps: [{run: 'true', idempotent: true}]}
  late: {needs: window, steps: [{id: fine, role: qa, uses: zarpe/sign}]}
";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    aged(&repo, "7", jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24), 0);
    let repo = repo.write("there", "");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Waiting);
    let document = deploy(&repo, ["report", "7", "--format", "json"]).run().json_of("deploy-report/v1");
    let window = &document["window"];
    let day = |moment: &Value| moment.as_str().unwrap().split('T').next().unwrap().to_owned();
    assert_eq!(
        (day(&window["opens"]), &window["overrun_minutes"]),
        (day(&window["used_from"]), &0.into()),
        "{window:#}"
    );
    // Somebody has to sign, and has not.
    let text = deploy(&repo, ["report", "7", "--format", "markdown"]).run().exits(ExitCode::Done);
    text.says("nobody has signed").never_says("nobody had to sign");
    let (repo, plan) = (planned(plan), plan.split("  late:").next().unwrap());
    let repo = repo.write("plan.yml", plan).write("there", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    deploy(&repo, ["report", "7", "--format", "markdown"]).run().says("nobody had to sign");
}

/// Yesterday at noon, by the clock of the plans below: their window has closed since.
fn yesterday() -> jiff::Timestamp {
    let day = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24)).strftime("%Y-%m-%dT12:00:00Z");
    day.to_string().parse().unwrap()
}

fn used(repo: &Repo) -> (bool, bool) {
    let document = deploy(repo, ["report", "7", "--format", "json"]).run().json_of("deploy-report/v1");
    let window = &document["window"];
    (window["overrun_minutes"].as_u64().unwrap() > 0, window["used_to"].is_null())
}

#[test]
fn maintenance_and_a_rollback_after_the_window_are_not_within_it() {
    let plan = "
window: {start: '00:00', end: '23:59', timezone: UTC}
jobs:
  go:
    environment: sea
    steps:
      - {id: 'on', run: 'true', idempotent: true, post: 'true', post-if: safe()}
      - {id: up, run: 'test -e good'}
";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Maintenance);
    assert_eq!(used(&repo), (false, true));
    aged(&repo, "7", yesterday(), 1);
    assert_eq!(used(&repo), (true, true), "it is still on");
    deploy(&repo, ["settle", "7", "--lift"]).run();
    assert_eq!(used(&repo), (true, false));

    let plan = format!("{plan}    rollback: [{{run: 'true', idempotent: true}}]\n");
    let repo = planned(&plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    aged(&repo, "7", yesterday(), 1);
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused);
    assert_eq!(used(&repo), (true, false));

    // What was in service is taken back in a window of its own.
    let repo = planned(&plan).write("good", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    aged(&repo, "7", yesterday(), 1);
    assert_eq!(used(&repo), (false, false));
    deploy(&repo, ["rollback", "7", "--accept-loss", "50h"]).run().exits(ExitCode::Refused);
    assert_eq!(used(&repo), (false, false));
}

#[test]
fn a_step_that_was_lost_with_its_process_waits_for_a_person_and_has_no_time_that_nobody_measured() {
    let repo = planned("jobs: {go: {steps: [{id: up, run: 'true'}, {id: next, run: 'true', idempotent: true}]}}\n");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    // As a process leaves it that is killed while the step is at work.
    let journal = repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    let kept = text.split_inclusive('\n').scan(true, |goes_on, line| {
        let kept = goes_on.then_some(line);
        *goes_on &= !line.contains("\"step_started\"");
        kept
    });
    std::fs::write(&journal, kept.collect::<String>()).unwrap();
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Waiting);
    let report = || {
        let document = deploy(&repo, ["report", "7", "--format", "json"]).run().json_of("deploy-report/v1");
        (document["jobs"][0]["steps"][0].clone(), document["incidents"]["items"].clone())
    };
    let (up, incidents) = report();
    assert_eq!((&up["state"], &up["ended"]), (&"waiting".into(), &Value::Null), "{up:#}");
    let cut_off = "cut off, it was not known whether it was done: up (go/up)";
    assert!(incidents[0].as_str().is_some_and(|one| one.contains(cut_off)), "{incidents:#}");
    deploy(&repo, ["settle", "7", "go/up", "--as", "done"]).run();
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    let (up, incidents) = report();
    assert_eq!((&up["state"], &up["ended"]), (&"success".into(), &Value::Null), "{up:#}");
    assert!(up["began"].is_string() && incidents.as_array().unwrap().len() == 2, "{incidents:#}");
    assert!(incidents[1].as_str().unwrap().contains("found to be done"), "{incidents:#}");
}
