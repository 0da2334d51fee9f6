//! People are told by the engine itself where a run needs them: once each, and again where that failed.

use std::sync::atomic::{AtomicU16, Ordering};

use super::{deploy, events, planned};
use crate::support::{ExitCode, Reply, Repo, Web, Zarpe};

const PLAN: &str = "
name: SIGIM
secrets: [PASSPHRASE]
roles: {boss: '@bea'}
jobs:
  window:
    environment: produccion
    steps:
      - {id: on, run: 'touch maintenance', idempotent: true, post: 'rm maintenance', post-if: safe()}
      - {id: smoke, name: 'Smoke ${{ secrets.PASSPHRASE }}', run: 'test ! -e broken', idempotent: true}
    rollback:
      - {id: decide, role: boss, uses: zarpe/sign}
      - {id: back, run: 'test ! -e stuck', idempotent: true}
";
const CONFIG: &str = "language: es\ndeploy: {notify: {to: ['webhook:HOOK']}}\n";

fn zarpe(repo: &Repo, web: &Web, words: &[&str]) -> Zarpe {
    let hook = format!("{}/hooks/hidden-path-word", web.address());
    deploy(repo, words.iter().copied()).env("HOOK", hook).env("PASSPHRASE", "opensesame")
}

/// What was posted: the template, and the text.
fn told(web: &Web) -> Vec<(String, String)> {
    let text = |said: &serde_json::Value, name: &str| said[name].as_str().unwrap_or_default().to_owned();
    let posted = web.asked().into_iter().map(|asked| serde_json::from_slice(&asked.body).unwrap());
    posted
        .map(|said: serde_json::Value| (text(&said, "template"), text(&said, "subject") + "\n" + &text(&said, "text")))
        .collect()
}

#[test]
fn a_failure_and_what_is_waited_for_are_told_once_in_the_language_of_the_people() {
    let web = Web::start(|_| Reply::new(204, ""));
    let repo = planned(PLAN).write("zarpe.yml", CONFIG).write("broken", "");
    let run = zarpe(&repo, &web, &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    run.says("se avisó a webhook:HOOK: Falló el despliegue de SIGIM").never_says("hidden-path-word");
    let (template, text) = told(&web).remove(0);
    assert_eq!(template, "failed");
    for line in [
        "Falló el despliegue de SIGIM en produccion.",
        "- window/smoke falló",
        "- window/rollback/decide espera la firma de: boss: zarpe deploy sign 7 window/rollback/decide",
        "- la limpieza de window/on no se ha hecho",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // Who goes on and finds it as it was tells nobody again.
    zarpe(&repo, &web, &["resume", "7"]).run().exits(ExitCode::Waiting);
    assert_eq!(web.asked().len(), 1);
    // Killed after it was sent and before that was written down: it is the same notice again.
    let journal = repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let written = std::fs::read_to_string(&journal).unwrap();
    let before = written.lines().take_while(|line| !line.contains("\"notified\"")).map(|line| line.to_owned() + "\n");
    std::fs::write(&journal, before.collect::<String>()).unwrap();
    zarpe(&repo, &web, &["resume", "7"]).run().exits(ExitCode::Waiting);
    let asked = web.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].header("idempotency-key"), asked[1].header("idempotency-key"));
    // What fails again is told again, by another one.
    zarpe(&repo, &web, &["resume", "7", "--retry"]).run().exits(ExitCode::Waiting);
    assert_eq!(told(&web).len(), 3);
    let notified: Vec<_> = events(&repo).into_iter().filter(|event| event["event"] == "notified").collect();
    assert_eq!(notified.len(), 2);
    assert_eq!((&notified[0]["to"], &notified[0]["template"]), (&"webhook:HOOK".into(), &"failed".into()));
    let asked = web.asked();
    assert_ne!(asked[0].header("idempotency-key"), asked[2].header("idempotency-key"));
    assert_eq!(notified[1]["id"].as_str(), Some(asked[2].header("idempotency-key")));
}

#[test]
fn who_was_not_told_is_told_by_the_next_process_and_the_run_goes_on_as_it_would() {
    static STATUS: AtomicU16 = AtomicU16::new(404);
    let web = Web::start(|_| {
        let status = STATUS.load(Ordering::SeqCst);
        Reply::new(status, if status == 200 { "ok" } else { "no" })
    });
    let plan = "
roles: {boss: '@bea'}
jobs: {go: {steps: [{id: ready, role: boss, uses: zarpe/sign}]}}
";
    let config = "deploy: {notify: {to: ['slack:HOOK', 'mailto:a@b.mx']}}\n";
    let repo = planned(plan).write("zarpe.yml", config);
    let run = zarpe(&repo, &web, &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    run.says("mailto:a@b.mx cannot be told of this run: the variable SMTP_URL is not set")
        .says("slack:HOOK was not told, after 1 try: it answers 404")
        .says("go/ready waits for a sign-off: boss");
    STATUS.store(200, Ordering::SeqCst);
    let run = zarpe(&repo, &web, &["resume", "7"]).run().exits(ExitCode::Waiting);
    run.says("told slack:HOOK: The service waits for a person").says("mailto:a@b.mx was not told");
    zarpe(&repo, &web, &["resume", "7"]).run().exits(ExitCode::Waiting);
    let asked = web.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].header("idempotency-key"), asked[1].header("idempotency-key"));
    let why = |event: &serde_json::Value| event["why"].as_str().unwrap_or("told").to_owned();
    let slack = events(&repo).into_iter().filter(|event| event["to"] == "slack:HOOK");
    assert_eq!(slack.map(|event| why(&event)).collect::<Vec<_>>(), ["it answers 404: no", "told"]);
}

#[test]
fn maintenance_that_stays_on_and_a_rollback_are_told() {
    let web = Web::start(|_| Reply::new(204, ""));
    let plan = PLAN.replace("      - {id: decide, role: boss, uses: zarpe/sign}\n", "");
    let repo = planned(&plan).write("zarpe.yml", CONFIG).write("broken", "").write("stuck", "");
    zarpe(&repo, &web, &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    zarpe(&repo, &web, &["rollback", "7"]).run().exits(ExitCode::Maintenance);
    zarpe(&repo, &web, &["settle", "7", "--lift"]).run().exits(ExitCode::Refused);
    let told = told(&web);
    let templates: Vec<&str> = told.iter().map(|(template, _)| template.as_str()).collect();
    assert_eq!(templates, ["failed", "maintenance", "failed"]);
    assert!(told[1].1.contains("SIGIM en produccion sigue en mantenimiento"), "{}", told[1].1);
    assert!(told[1].1.contains("zarpe deploy settle 7 --lift"), "{}", told[1].1);
    let other = planned(&plan).write("zarpe.yml", CONFIG).write("broken", "");
    zarpe(&other, &web, &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    zarpe(&other, &web, &["rollback", "7"]).run().exits(ExitCode::Refused);
    let (template, text) = self::told(&web).pop().unwrap();
    assert_eq!(template, "rollback");
    assert!(text.starts_with("Se revirtió SIGIM"), "{text}");
}

#[test]
fn of_a_notice_that_must_arrive_the_journal_keeps_who_was_told_and_who_was_not() {
    let web = Web::start(|_| Reply::new(204, ""));
    let plan = "jobs: {a: {steps: [{uses: zarpe/notify, with: {to: ['webhook:HOOK', 'slack:NONE'], template: ventana, required: true}}]}}\n";
    let repo = planned(plan);
    zarpe(&repo, &web, &["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let report = zarpe(&repo, &web, &["report", "7", "--format", "json"]).run().exits(ExitCode::Done);
    let document = report.json_of("deploy-report/v1");
    let told: Vec<_> = document["notices"].as_array().unwrap().iter().map(|one| (&one["to"], &one["told"])).collect();
    assert_eq!(told, [(&"webhook:HOOK".into(), &true.into()), (&"slack:NONE".into(), &false.into())], "{document:#}");
}

/// What was told, and not the name of its form; and a rollback that waits for a signature has somebody who must sign.
#[test]
fn the_report_says_what_was_told_and_who_must_sign() {
    let web = Web::start(|_| Reply::new(204, ""));
    let repo = planned(PLAN).write("zarpe.yml", CONFIG).write("broken", "");
    zarpe(&repo, &web, &["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let report = |format: &str| zarpe(&repo, &web, &["report", "7", "--format", format]).run().exits(ExitCode::Done);
    let told = report("json").json_of("deploy-report/v1");
    assert_eq!(told["notices"][0]["to"], "webhook:HOOK");
    assert_eq!(told["notices"][0]["what"], "Falló el despliegue de SIGIM", "{told:#}");
    let steps = told["jobs"][0]["steps"].as_array().unwrap();
    let decide =
        steps.iter().find(|step| step["step"] == "window/rollback/decide").unwrap_or_else(|| panic!("{told:#}"));
    assert_eq!((&decide["state"], &decide["sign_off"]), (&"waiting".into(), &true.into()));
    assert!(steps.iter().all(|step| step["step"] != "window/rollback/back"), "nobody asked for it");
    for format in ["markdown", "html"] {
        let text = report(format).stdout;
        assert!(text.contains("nadie ha firmado") && !text.contains("nadie tuvo que firmar"), "{format}: {text}");
        assert!(text.contains("Falló el despliegue de SIGIM") && !text.contains("| failed |"), "{format}: {text}");
    }
    // A journal that was written before has the form alone, by which the same is told.
    let journal = repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    super::edited(&repo, |event| {
        if let zarpe::deploy::journal::Event::Notified { subject, .. } = event {
            *subject = None;
        }
    });
    assert!(!std::fs::read_to_string(journal).unwrap().contains("\"subject\""));
    assert_eq!(report("json").json_of("deploy-report/v1")["notices"][0]["what"], "Falló el despliegue de SIGIM");
}
