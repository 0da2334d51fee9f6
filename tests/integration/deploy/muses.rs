//! The plan of a real document, cut down to its commands and sign-offs, from its first sign-off to its last or to its rollback.
//! The database is a file behind stand-ins for PostgreSQL's programs; they end with 64 for what they do not know.

use std::os::unix::fs::PermissionsExt as _;

use zarpe::embedded::state::{Role, Token};

use super::lines;
use crate::support::{ExitCode, Harbor, Run};

const PROGRAMS: [(&str, &str); 6] = [
    (
        "bin/psql",
        "test \"$1\" = \"$DB_URL\" || exit 64\ncase \"$2\" in -c) tail -n 1 base;; -f) cat \"$3\" >> base;; *) exit 64;; esac",
    ),
    ("bin/pg_dump", "test \"$1\" = --file && test \"$3\" = \"$DB_URL\" || exit 64\ncp base \"$2\""),
    ("bin/pg_restore", "test \"$1\" = --dbname && test \"$2\" = \"$DB_URL\" || exit 64\ncp \"$3\" base"),
    ("ops/mantenimiento", "echo \"$1\" >> mantenimiento"),
    ("ops/desplegar", "echo \"$1\" > servicio"),
    ("ops/humo", "test ! -e roto && test \"$(cat servicio)\" = \"$1\""),
];

fn token(login: &str) -> String {
    format!("ghp_harbor0{login}token")
}

struct Muses(Harbor);

impl Muses {
    fn new() -> Self {
        let mut harbor = Harbor::new().state(|state| {
            for login in ["bea", "quinn"] {
                state.add_user(login, Role::Write);
                state.add_token(&token(login), Token::classic(login));
            }
        });
        for (path, text) in PROGRAMS {
            harbor.repo = harbor.repo.write(path, &format!("#!/bin/sh\n{text}\n"));
            let path = harbor.repo.path().join(path);
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let plan = include_str!("plans/muses.yml");
        harbor.repo = harbor.repo.write("plan.yml", plan).write("base", "filas\nv1\n").write("servicio", "v1\n");
        harbor.repo = harbor.repo.write("migraciones/v2.sql", "columna\nv2\n");
        Self(harbor)
    }

    fn by(&self, login: &str, words: &[&str]) -> Run {
        let path = format!("{}:{}", self.0.repo.path().join("bin").display(), std::env::var("PATH").unwrap());
        let zarpe = self.0.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", "7").env("PATH", path);
        zarpe.env("ZARPE_TOKEN", token(login)).env("DB_URL", "postgres://muses:contrasena-larga@base/muses").run()
    }

    fn sign(&self, login: &str, step: &str) {
        self.by(login, &["sign", "7", step, "--evidence", "visto"]).exits(ExitCode::Done);
    }

    /// Up to the sign-off that opens the window.
    fn prepared() -> Self {
        let muses = Self::new();
        let run =
            muses.by("bea", &["run", "plan.yml", "--input", "version=v2", "--previous", "v1"]).exits(ExitCode::Waiting);
        run.says("predespliegue/equipo waits for a sign-off: lider, lider-qa");
        muses.sign("bea", "equipo");
        muses.sign("quinn", "equipo");
        muses.by("bea", &["resume", "7"]).exits(ExitCode::Waiting).says("ventana/inicio waits for a sign-off: lider");
        assert!(lines(&muses.0.repo, "mantenimiento").is_empty(), "nothing begins before it is signed");
        muses.sign("bea", "inicio");
        muses
    }
}

#[test]
fn the_window_opens_and_closes_and_the_new_version_serves() {
    let muses = Muses::prepared();
    muses.by("bea", &["resume", "7"]).exits(ExitCode::Waiting).says("cierre/fin").never_says("contrasena-larga");
    assert_eq!(lines(&muses.0.repo, "mantenimiento"), ["activar", "desactivar"]);
    muses.sign("bea", "fin");
    muses.by("bea", &["resume", "7"]).exits(ExitCode::Done);
    assert_eq!(lines(&muses.0.repo, "servicio"), ["v2"]);
    assert_eq!(lines(&muses.0.repo, "base"), ["filas", "v1", "columna", "v2"]);
}

#[test]
fn a_failed_smoke_test_is_taken_back_and_the_old_version_serves() {
    let mut muses = Muses::prepared();
    muses.0.repo = muses.0.repo.write("roto", "");
    let run = muses.by("bea", &["resume", "7"]).exits(ExitCode::Waiting);
    run.says("ventana/rollback/decision waits for a sign-off: lider").says("ventana/humo failed");
    assert_eq!(lines(&muses.0.repo, "mantenimiento"), ["activar"], "not lifted over what is half done");
    assert_eq!(lines(&muses.0.repo, "base").len(), 4);
    muses.by("quinn", &["sign", "7", "decision", "--evidence", "x"]).exits(ExitCode::Refused);
    muses.sign("bea", "decision");
    muses.by("bea", &["resume", "7"]).exits(ExitCode::Refused).says("rollback: done");
    assert_eq!(lines(&muses.0.repo, "base"), ["filas", "v1"]);
    assert_eq!(lines(&muses.0.repo, "servicio"), ["v1"]);
    assert_eq!(lines(&muses.0.repo, "mantenimiento"), ["activar", "desactivar"]);
}
