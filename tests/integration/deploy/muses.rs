//! The plan of a real document, cut down to its commands and sign-offs, from its first sign-off to its last or to its rollback:
//! against PostgreSQL, images in a registry, and a service behind nginx.

use zarpe::embedded::state::{Role, Token};

use crate::support::parts::{PASSWORD, Site};
use crate::support::{ExitCode, Harbor, Run};

fn token(login: &str) -> String {
    format!("ghp_harbor0{login}token")
}

struct Muses {
    harbor: Harbor,
    site: Site,
}

impl Muses {
    /// Version 1 serves, and version 2 is ready.
    fn new() -> Option<Self> {
        let site = Site::start()?;
        let mut harbor = Harbor::new().state(|state| {
            for login in ["bea", "quinn"] {
                state.add_user(login, Role::Write);
                state.add_token(&token(login), Token::classic(login));
            }
        });
        harbor.repo = site.first(harbor.repo, "web");
        harbor.repo = site.second(harbor.repo).write("plan.yml", include_str!("plans/muses.yml"));
        site.shell(&harbor.repo, "docker build -t $IMAGEN:v2.0.0 . && docker push $IMAGEN:v2.0.0");
        site.calls();
        Some(Self { harbor, site })
    }

    fn by(&self, login: &str, words: &[&str]) -> Run {
        let zarpe = self.harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", "7");
        let run = self.site.knows(zarpe).env("ZARPE_TOKEN", token(login)).run();
        run.never_says(PASSWORD)
    }

    fn sign(&self, login: &str, step: &str) {
        self.by(login, &["sign", "7", step, "--evidence", "visto"]).exits(ExitCode::Done);
    }

    /// Up to the sign-off that opens the window.
    fn prepared() -> Option<Self> {
        let muses = Self::new()?;
        let run = muses.by("bea", &["run", "plan.yml", "--input", "version=v2.0.0", "--previous", "v1.0.0"]);
        run.exits(ExitCode::Waiting).says("predespliegue/equipo waits for a sign-off: lider, lider-qa");
        muses.sign("bea", "equipo");
        muses.sign("quinn", "equipo");
        muses.by("bea", &["resume", "7"]).exits(ExitCode::Waiting).says("ventana/inicio waits for a sign-off: lider");
        assert!(!muses.site.in_maintenance(), "nothing begins before it is signed");
        assert_eq!(
            muses.site.postgres.query("postgres", "select count(*) from pg_database where datname like 'muses%'"),
            "1"
        );
        muses.sign("bea", "inicio");
        Some(muses)
    }

    fn versions(&self) -> String {
        self.site.postgres.query("muses", "select string_agg(version, ' ' order by version) from esquema_version")
    }
}

#[test]
fn the_window_opens_and_closes_and_the_new_version_serves() {
    let Some(muses) = Muses::prepared() else { return };
    let Muses { site, .. } = &muses;
    let page = site.watched();
    muses.by("bea", &["resume", "7"]).exits(ExitCode::Waiting).says("cierre/fin");
    let (pages, answers) = page.end();
    assert!(pages > 20 && answers > 0, "{pages} {answers}");
    muses.sign("bea", "fin");
    muses.by("bea", &["resume", "7"]).exits(ExitCode::Done);
    assert_eq!(site.serves(&site.front.public()).as_deref(), Some("v2.0.0"));
    assert_eq!(muses.versions(), "v1.0.0 v2.0.0");
    let keys = site.postgres.query(
        "muses",
        "select string_agg(submission.clave || paso, ' ' order by id) from submission join avance on id = submission",
    );
    assert_eq!(keys, "a1 b1 inscripcion-71 baja-71");
    assert_eq!(site.calls(), ["compose pull", "compose up -d --wait", "compose restart"]);
    // Days later: the maintenance of the window is over, and the rollback has its own.
    let page = site.watched();
    muses.by("bea", &["rollback", "7"]).exits(ExitCode::Waiting).says("ventana/rollback/decision waits for a sign-off");
    assert!(!site.in_maintenance(), "nothing begins before it is decided");
    muses.sign("bea", "decision");
    muses.by("bea", &["resume", "7"]).exits(ExitCode::Refused).says("rollback: done");
    let (pages, _) = page.end();
    assert!(pages > 20 && !site.in_maintenance(), "{pages}");
    assert_eq!(site.serves(&site.front.public()).as_deref(), Some("v1.0.0"));
    assert_eq!(muses.versions(), "v1.0.0");
}

#[test]
fn a_failed_smoke_test_is_taken_back_and_the_old_version_serves() {
    let Some(muses) = Muses::prepared() else { return };
    let Muses { site, .. } = &muses;
    let before = [site.postgres.schema("muses"), site.postgres.rows("muses")];
    let digest = site.containers()["web"]["digest"].clone();
    let page = site.watched();
    site.breaks("/api/v1/submissions");
    let run = muses.by("bea", &["resume", "7"]).exits(ExitCode::Waiting);
    run.says("ventana/rollback/decision waits for a sign-off: lider").says("ventana/inscripcion failed");
    assert!(site.in_maintenance(), "not lifted over what is half done");
    assert_eq!(muses.versions(), "v1.0.0 v2.0.0");
    assert_eq!(site.serves(&site.front.inner()).as_deref(), Some("v2.0.0"));
    assert_eq!(site.serves(&site.front.public()), None);
    muses.by("quinn", &["sign", "7", "decision", "--evidence", "x"]).exits(ExitCode::Refused);
    muses.sign("bea", "decision");
    muses.by("bea", &["resume", "7"]).exits(ExitCode::Refused).says("rollback: done");
    let (pages, answers) = page.end();
    assert!(pages > 50 && answers > 0, "{pages} {answers}");
    assert_eq!([site.postgres.schema("muses"), site.postgres.rows("muses")], before);
    assert!(before[0].contains("CREATE TABLE public.submission") && before[1].contains("La segunda, con ñ"));
    assert_eq!(site.serves(&site.front.public()).as_deref(), Some("v1.0.0"));
    assert_eq!(site.containers()["web"]["digest"], digest);
    assert!(!site.in_maintenance());
}
