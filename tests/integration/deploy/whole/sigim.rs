//! The plan of SIGIM: a procedure that ends with a look at the next day.

use super::super::lines;
use super::{DAY, LATER, Whole, made};
use crate::support::{ExitCode, Fault, Proxy};

const PEOPLE: [(&str, &str); 1] = [("bea", "org/lideres-despliegue")];
const RUN: [&str; 6] = ["run", "plan.yml", "--input", "version=v2.0.0", "--previous", "v1.0.0"];

/// Version 2 is merged, approved and green.
fn sigim() -> Option<Whole> {
    let mut whole =
        Whole::new(include_str!("../../../../examples/sigim.yml"), "django celery celery-beat", &PEOPLE, 0)?;
    let repo = whole.site.second(whole.harbor.repo);
    std::fs::create_dir_all(repo.path().join("ops/smoke")).unwrap();
    std::fs::write(repo.path().join("ops/smoke/ocr-referencia.png"), b"\x89PNG\r\n\x1a\nSIGIM").unwrap();
    made(&whole.site, &repo);
    whole.harbor.repo = repo;
    whole.harbor = whole
        .harbor
        .merged_pull("feat: tell how far a submission is", "bruno")
        .approved_by("rita")
        .check("test", "success");
    Some(whole)
}

#[test]
fn the_plan_of_sigim_runs_whole_and_its_follow_up_is_due_a_day_later() {
    let Some(whole) = sigim() else { return };
    let site = &whole.site;
    let chat = Proxy::before(&site.front.inner()).on("POST /hook", 0, Fault::Status(200, "ok"));
    let hook = format!("{}/hook", chat.origin());
    site.visited(4000);
    let page = site.watched();
    whole.until_the_log_gate("bea", &RUN, &hook);
    let (pages, answers) = page.end();
    assert!(pages > 20 && answers > 0, "{pages} {answers}");
    assert_eq!(site.serves(&site.front.public()).as_deref(), Some("v2.0.0"));
    site.visited(4000);
    site.goes_on(LATER + DAY);
    let gone_on = whole.by("bea", &["resume", "7"], LATER, &hook).exits(ExitCode::Done);
    gone_on.says("the logs show no abnormal errors since");
    whole.all_done(&[
        ("preparacion", 5),
        ("artefactos", 2),
        ("entorno", 2),
        ("ventana", 13),
        ("observacion", 1),
        ("cierre", 3),
    ]);
    assert!(chat.seen().iter().any(|line| line.starts_with("POST /hook")), "{:?}", chat.seen());
    assert!(whole.mail.messages().iter().any(|text| text.contains("usuarios-clave@example.mx")));
    let assets: Vec<String> = whole.harbor.github.state(|state| {
        let release = state.releases.iter().find(|release| release.tag == "v2.0.0");
        release.into_iter().flat_map(|release| &release.assets).map(|asset| asset.name.clone()).collect()
    });
    for name in ["schema.yml", "deploy-report-sigim-produccion-7.html", "deploy-report-sigim-produccion-7.json"] {
        assert!(assets.iter().any(|asset| asset == name), "{name}: {assets:?}");
    }
    assert!(lines(&whole.harbor.repo, "tablero.html").concat().contains("v2.0.0"));
    whole.by("bea", &["follow-up", "--due"], LATER, &hook).exits(ExitCode::Done).says("0 of 1 runs");
    assert_eq!(whole.outcome("seguimiento", "1"), None);
    whole.by("bea", &["follow-up", "--due"], LATER + DAY, &hook).exits(ExitCode::Waiting);
    assert_eq!(whole.outcome("seguimiento", "1").as_deref(), Some("success"));
    whole.sign("bea", "seguimiento/3", LATER + DAY, &hook);
    whole.by("bea", &["resume", "7"], LATER + DAY, &hook).exits(ExitCode::Done);
    whole.all_done(&[("seguimiento", 3)]);
}

#[test]
fn a_counter_above_its_limit_stops_the_plan_of_sigim_before_anything_changes() {
    let Some(whole) = sigim() else { return };
    whole.site.postgres.query("muses", "update vision_monthly_usage set count = 1001");
    whole.by("bea", &RUN, 0, "http://127.0.0.1:9/").exits(ExitCode::Refused).says("1001");
    assert_eq!(whole.outcome("preparacion", "uso").as_deref(), Some("failure"));
    assert!(whole.site.lines("maintenance.log").is_empty());
    assert!(!whole.harbor.remote_refs("refs/tags/*").contains("v2.0.0"));
    assert_eq!(whole.site.serves(&whole.site.front.public()).as_deref(), Some("v1.0.0"));
}
