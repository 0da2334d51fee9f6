//! The plan of a real document, cut down to its commands and sign-offs, with a stand-in for `docker` that moves real images and
//! processes: it knows the calls of the plan, and ends with 64 for any other.

use super::{deploy, planned};
use crate::support::parts::{PASSWORD, Site};
use crate::support::{ExitCode, Repo, Run};

struct Sigim {
    repo: Repo,
    site: Site,
}

impl Sigim {
    /// Version 1 serves, and version 2 is committed.
    fn new() -> Option<Self> {
        let site = Site::start()?;
        let repo = site.first(planned(include_str!("plans/sigim.yml")), "django celery celery-beat");
        let repo = site.second(repo).commit("feat: version 2");
        site.calls();
        Some(Self { repo, site })
    }

    fn run<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Run {
        self.site.knows(deploy(&self.repo, words)).run().never_says(PASSWORD)
    }

    fn pids(&self) -> Vec<serde_json::Value> {
        ["django", "celery", "celery-beat"].map(|name| self.site.containers()[name]["pid"].clone()).to_vec()
    }
}

const RUN: [&str; 4] = ["run", "plan.yml", "--input", "version=v2.0.0"];

#[test]
fn the_procedure_runs_in_its_order_and_waits_for_the_follow_up() {
    let Some(sigim) = Sigim::new() else { return };
    let Sigim { repo, site } = &sigim;
    let before = sigim.pids();
    let page = site.watched();
    sigim.run(RUN).exits(ExitCode::Waiting).says("seguimiento/conformidad waits for a sign-off: lider");
    let (pages, answers) = page.end();
    assert!(pages > 20 && answers > 0, "{pages} {answers}");
    let (short, image) = (&repo.sha("HEAD")[..7], site.image());
    let expected = [
        format!("build -t {image}:v2.0.0 -t {image}:sha-{short} ."),
        format!("push {image}:v2.0.0"),
        format!("push {image}:sha-{short}"),
        "compose pull".to_owned(),
        "compose up -d --no-deps --wait --wait-timeout 300 django celery".to_owned(),
        "compose exec -T django python manage.py migrate --noinput".to_owned(),
        "compose exec -T django python manage.py collectstatic --noinput".to_owned(),
        "compose exec -T django python manage.py report_vision_usage".to_owned(),
        "compose restart celery celery-beat".to_owned(),
    ];
    assert_eq!(site.calls(), expected);
    assert_eq!(site.serves(&site.front.public()).as_deref(), Some("v2.0.0"));
    assert_eq!(site.postgres.query("muses", "select count(*) from avance"), "2");
    let tags = ["v2.0.0".to_owned(), format!("sha-{short}")].map(|tag| site.registry.digest_of("sigim-backend", &tag));
    assert!(tags[0].is_some() && tags[0] == tags[1], "{tags:?}");
    assert_eq!(site.containers()["django"]["digest"].as_str(), tags[0].as_deref());
    assert!(before.iter().zip(sigim.pids()).all(|(old, new)| *old != new), "each service was begun anew");
}

#[test]
fn without_a_window_and_without_workers_those_steps_are_left_out() {
    let Some(sigim) = Sigim::new() else { return };
    let words = RUN.into_iter().chain(["--input", "ventana=false", "--input", "asincrono=false"]);
    sigim.run(words).exits(ExitCode::Waiting);
    assert!(sigim.site.lines("maintenance.log").is_empty());
    assert!(!sigim.site.calls().contains(&"compose restart celery celery-beat".to_owned()));
    assert_eq!(sigim.site.serves(&sigim.site.front.public()).as_deref(), Some("v2.0.0"));
}

#[test]
fn a_failed_migration_leaves_the_page_on_until_a_person_says_otherwise() {
    let Some(sigim) = Sigim::new() else { return };
    let site = &sigim.site;
    // Somebody has made by hand what the migration makes.
    site.postgres.query("muses", "create table avance ()");
    let page = site.watched();
    sigim
        .run(RUN)
        .exits(ExitCode::Maintenance)
        .says("ventana/migrar failed (exit code 1)")
        .says("\"avance\" already exists");
    assert!(site.in_maintenance());
    assert_eq!(site.serves(&site.front.public()), None);
    site.postgres.query("muses", "drop table avance");
    // A migration is not tried again by itself.
    sigim.run(["resume", "7"]).exits(ExitCode::Maintenance);
    sigim.run(["resume", "7", "--retry"]).exits(ExitCode::Waiting).says("seguimiento/conformidad");
    page.end();
    assert!(!site.in_maintenance());
    assert_eq!(site.serves(&site.front.public()).as_deref(), Some("v2.0.0"));
}

#[test]
fn a_call_that_the_stand_in_does_not_know_ends_with_64() {
    let Some(site) = Site::start() else { return };
    let repo = Repo::new();
    let code = |words: &str| site.shell(&repo, &format!("docker {words} 2>/dev/null || echo $?"));
    for words in [
        "ps",
        "build --pull -t a .",
        "compose up",
        "compose up -d --force-recreate web",
        "compose exec web ls",
        "compose logs web",
    ] {
        assert_eq!(code(words), "64\n", "{words}");
    }
}
