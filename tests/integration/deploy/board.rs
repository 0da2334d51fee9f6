//! All deployments as one page: `zarpe deploy board`.

use super::{aged, deploy, planned};
use crate::support::{ExitCode, Harbor, Repo};

const PLAN: &str = "
inputs: {version: {required: true}, bad: {default: 'no'}}
concurrency: sea
jobs:
  go:
    environment: water
    steps:
      - {run: 'test ${{ inputs.bad }} = no', idempotent: true}
";

fn run(repo: &Repo, id: &str, version: &str, more: &[&str]) {
    let version = format!("version={version}");
    let line = [&["run", "plan.yml", "--input", version.as_str()], more].concat();
    deploy(repo, line).env("GITHUB_RUN_ID", id).run();
}

#[test]
fn it_lists_what_was_deployed_and_how_that_changes() {
    let repo = planned(PLAN);
    deploy(&repo, ["board"]).run().exits(ExitCode::Done).says("There is no deployment that is known");
    for (id, version, more) in
        [("7", "v1.0.0", &[][..]), ("8", "v1.1.0<i>", &["--input", "bad=yes"]), ("9", "v1.2.0", &[])]
    {
        run(&repo, id, version, more);
    }
    aged(&repo, "7", "2026-01-01T00:00:00Z".parse().unwrap(), 60);
    aged(&repo, "8", "2026-01-02T00:00:00Z".parse().unwrap(), 0);
    let told = deploy(&repo, ["board"]).run().exits(ExitCode::Done);
    told.says("v1.2.0").says("2026-01-01 00:00:00").says("failed");
    let json = deploy(&repo, ["board", "--format", "json"]).run();
    let document = json.json_of("deploy-board/v1");
    let sea = &document["environments"][0];
    assert_eq!((&sea["version"], &sea["ended"], &sea["failed"]), (&"v1.2.0".into(), &3.into(), &1.into()), "{sea:#}");
    let runs: Vec<&str> = sea["deployments"].as_array().unwrap().iter().filter_map(|one| one["run"].as_str()).collect();
    assert_eq!(runs, ["9", "8", "7"]);
    assert!(sea["deployments"][2]["seconds"].as_u64().unwrap() >= 60);

    deploy(&repo, ["board", "--out", "board.html"]).run().exits(ExitCode::Done);
    let page = std::fs::read_to_string(repo.path().join("board.html")).unwrap();
    assert!(page.contains("v1.1.0&lt;i&gt;") && !page.contains("<i>") && page.matches("<svg").count() == 2, "{page}");
    assert!(page.len() < 200_000 && !page.contains("<script"));
    // It is made of many journals, and the marks of its scale are round times.
    assert!(page.contains("Made from the journals of all runs") && page.contains("&lt; 1s</td>"), "{page}");
    assert!([">0s</text>", ">5m</text>", ">10m</text>"].iter().all(|time| page.contains(time)), "{page}");
    let other = deploy(&repo, ["board", "--environment", "lake"]).run().exits(ExitCode::CannotTell);
    other.says("no deployment to lake is known").says("those that are known: sea, water");
    // The report calls it as the board does.
    let report = deploy(&repo, ["report", "9", "--format", "json"]).run().json_of("deploy-report/v1");
    let named = (&report["environment"], &report["lock"], &sea["name"]);
    assert_eq!(named, (&"water".into(), &"sea".into(), &"water".into()));
    // By the name of its lock, and by that of its job.
    for name in ["sea", "water"] {
        deploy(&repo, ["board", "--environment", name]).run().exits(ExitCode::Done).says("v1.2.0");
    }
}

#[test]
fn runs_of_other_machines_are_read_from_the_remote() {
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("plan.yml", PLAN).commit("feat: a plan");
    harbor.push("main");
    for (id, version) in [("7", "v1.0.0"), ("8", "v1.1.0")] {
        let line = ["deploy", "run", "plan.yml", "--input", &format!("version={version}")];
        harbor.zarpe(line).env("GITHUB_RUN_ID", id).run().exits(ExitCode::Done);
    }
    let folder = tempfile::tempdir().unwrap();
    let there = super::cloned(&harbor, folder.path());
    let board = super::at(&harbor, &there, &["deploy", "board", "--format", "json"]).run().exits(ExitCode::Done);
    let document = board.json_of("deploy-board/v1");
    let sea = &document["environments"][0];
    assert_eq!(
        (&sea["version"], &sea["ended"], &document["incomplete"]),
        (&"v1.1.0".into(), &2.into(), &serde_json::Value::Null),
        "{document:#}"
    );
    // A remote that does not answer is no empty list.
    std::process::Command::new("git")
        .args(["-C", there.to_str().unwrap(), "remote", "set-url", "origin", "http://127.0.0.1:9/x.git"])
        .status()
        .unwrap();
    let board = super::at(&harbor, &there, &["deploy", "board"]).run().exits(ExitCode::CannotTell);
    board.says("? Not all journals could be read").never_says("There is no deployment");
    let page = super::at(&harbor, &there, &["deploy", "board", "--format", "html"]).run().exits(ExitCode::CannotTell);
    page.says("Not all journals could be read").never_says("There is no deployment");
}

#[test]
fn one_that_was_left_in_maintenance_is_not_in_progress_and_counts_as_failed() {
    let plan = "jobs:\n  window:\n    environment: sea\n    steps:\n      - {id: on, run: 'true', idempotent: true, post: 'true', post-if: safe()}\n      - run: 'false'\n";
    let repo = super::planned(plan);
    super::deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Maintenance);
    let board = super::deploy(&repo, ["board", "--format", "json"]).run().exits(ExitCode::Done);
    let board = board.json_of("deploy-board/v1");
    assert_eq!(board["environments"][0]["deployments"][0]["state"], "maintenance");
    assert_eq!(board["environments"][0]["failed"], 1);
    let report = super::deploy(&repo, ["report", "7"]).run().exits(ExitCode::Done);
    report.says("left in maintenance");
}

#[test]
fn each_service_of_an_environment_stands_for_itself() {
    let plan = "
inputs: {version: {required: true}, service: {required: true}, environment: {default: prod}}
concurrency: ${{ inputs.environment }}-${{ inputs.service }}
jobs: {go: {environment: '${{ inputs.environment }}', steps: [{run: 'true', idempotent: true}]}}
";
    let repo = planned(plan);
    for (id, service, version) in [("7", "web", "v1"), ("8", "db", "v1"), ("9", "web", "v2")] {
        run(&repo, id, version, &["--input", &format!("service={service}")]);
    }
    let told = deploy(&repo, ["board", "--out", "board.html"]).run().exits(ExitCode::Done);
    told.says("prod: db").says("Deployed: v1").says("prod: web").says("Deployed: v2");
    let page = std::fs::read_to_string(repo.path().join("board.html")).unwrap();
    assert!(page.contains(">prod: web</h2>") && page.contains("<caption>Deployments: prod: db<"), "{page}");
    let board = deploy(&repo, ["board", "--format", "json"]).run().json_of("deploy-board/v1");
    let groups = board["environments"].as_array().unwrap().iter();
    let groups = groups.map(|one| format!("{} {} {} {}", one["name"], one["service"], one["version"], one["ended"]));
    assert_eq!(groups.collect::<Vec<_>>().join("\n").replace('"', ""), "prod db v1 1\nprod web v2 2");
    let report = deploy(&repo, ["report", "9", "--format", "json"]).run().json_of("deploy-report/v1");
    assert_eq!((&report["environment"], &report["service"]), (&"prod".into(), &"web".into()));
    deploy(&repo, ["report", "9", "--format", "markdown"]).run().says("| Service | web |");
    // Another plan of the environment is told apart by its lock, and is no service.
    let repo = repo.write("plan.yml", &plan.replace("-${{ inputs.service }}", ""));
    run(&repo, "10", "v3", &["--input", "service=web"]);
    let told = deploy(&repo, ["board"]).run().exits(ExitCode::Done);
    told.says("prod (prod)").says("prod: web");
}

#[test]
fn one_in_service_has_not_failed_while_its_follow_up_or_a_decision_about_it_is_open() {
    let plan = "
roles: {qa: '@quinn'}
jobs:
  go:
    environment: sea
    steps: [{run: 'true', idempotent: true}]
    rollback: [{id: back, role: qa, uses: zarpe/sign}, {run: 'true', idempotent: true}]
  LATER
";
    let later = "later: {needs: go, start-in: 24h, steps: [{id: seen, role: qa, uses: zarpe/sign}]}";
    for (later, goes_on) in [(later, &["follow-up", "--due"][..]), ("", &["rollback", "7", "--accept-loss", "30h"])] {
        let repo = planned(&plan.replace("LATER", later));
        deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
        aged(&repo, "7", jiff::Timestamp::now() - jiff::SignedDuration::from_hours(25), 60);
        deploy(&repo, goes_on.iter().copied()).run().exits(ExitCode::Waiting);
        let board = deploy(&repo, ["board", "--format", "json"]).run().json_of("deploy-board/v1");
        let sea = &board["environments"][0];
        assert_eq!((&sea["deployments"][0]["state"], &sea["failed"]), (&"waiting".into(), &0.into()), "{sea:#}");
        assert!(sea["ended"] == 1 && sea["median_seconds"].as_u64().unwrap() < 3600, "{sea:#}");
    }
}

#[test]
fn the_days_in_service_before_a_late_rollback_are_no_part_of_how_long_it_took() {
    let plan = "
jobs:
  go:
    environment: sea
    steps: [{run: 'true', idempotent: true}]
    rollback: [{run: 'true', idempotent: true}]
";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    aged(&repo, "7", jiff::Timestamp::now() - jiff::SignedDuration::from_hours(83), 60);
    deploy(&repo, ["rollback", "7", "--accept-loss", "100h"]).run().exits(ExitCode::Refused);
    let board = deploy(&repo, ["board", "--format", "json"]).run().json_of("deploy-board/v1");
    let of_board = &board["environments"][0]["deployments"][0];
    let report = deploy(&repo, ["report", "7", "--format", "json"]).run().json_of("deploy-report/v1");
    assert_eq!((&of_board["state"], &of_board["failed"]), (&"rolled-back".into(), &true.into()));
    assert_eq!(of_board["seconds"], report["seconds"]);
    let seconds = report["seconds"].as_u64().unwrap();
    assert!((60..3600).contains(&seconds), "{seconds}");
    let text = deploy(&repo, ["report", "7", "--format", "markdown"]).run().exits(ExitCode::Done);
    text.says("(without the time in service before a follow-up or a rollback)");
}
