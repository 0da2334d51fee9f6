//! The plan of a real document, cut down to its commands and sign-offs, with a stand-in for `docker`: it knows the calls of the
//! plan, and ends with 64 for any other.

use std::os::unix::fs::PermissionsExt as _;

use super::{deploy, lines, planned};
use crate::support::{ExitCode, Repo, Run};

const DOCKER: &str = r#"#!/bin/sh
echo "$*" >> docker.log
case "$*" in
  "build -t registro.example/sigim-backend:v2.0.0 -t registro.example/sigim-backend:sha-"???????" .") ;;
  "push registro.example/sigim-backend:v2.0.0" | "push registro.example/sigim-backend:sha-"???????) ;;
  "compose pull") test -e jalado || { touch jalado; exit 1; } ;;
  "compose exec -T django python manage.py migrate --noinput") test ! -e rota && touch migrada ;;
  "compose exec -T django python manage.py migrate --check") test -e migrada ;;
  "compose up -d --no-deps --wait --wait-timeout 300 django celery") ;;
  "compose restart celery celery-beat") ;;
  *) exit 64 ;;
esac
"#;

fn sigim() -> Repo {
    let repo = planned(include_str!("plans/sigim.yml"))
        .write("bin/docker", DOCKER)
        .write("ops/mantenimiento", "#!/bin/sh\necho \"$1\" >> mantenimiento\n");
    for path in ["bin/docker", "ops/mantenimiento"] {
        std::fs::set_permissions(repo.path().join(path), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    repo
}

fn run<'a>(repo: &Repo, words: impl IntoIterator<Item = &'a str>) -> Run {
    let path = format!("{}:{}", repo.path().join("bin").display(), std::env::var("PATH").unwrap());
    deploy(repo, words).env("PATH", path).env("REGISTRY", "registro.example").run()
}

#[test]
fn the_procedure_runs_in_its_order_and_waits_for_the_follow_up() {
    let repo = sigim();
    let told = run(&repo, ["run", "plan.yml", "--input", "version=v2.0.0"]).exits(ExitCode::Waiting);
    told.says("seguimiento/conformidad waits for a sign-off: lider");
    let short = &repo.sha("HEAD")[..7];
    let image = "registro.example/sigim-backend";
    let expected = [
        format!("build -t {image}:v2.0.0 -t {image}:sha-{short} ."),
        format!("push {image}:v2.0.0"),
        format!("push {image}:sha-{short}"),
        "compose pull".to_owned(),
        "compose pull".to_owned(),
        "compose up -d --no-deps --wait --wait-timeout 300 django celery".to_owned(),
        "compose exec -T django python manage.py migrate --noinput".to_owned(),
        "compose restart celery celery-beat".to_owned(),
    ];
    assert_eq!(lines(&repo, "docker.log"), expected);
    assert_eq!(lines(&repo, "mantenimiento"), ["activar", "desactivar"]);
}

#[test]
fn without_a_window_and_without_workers_those_steps_are_left_out() {
    let repo = sigim();
    let words =
        ["run", "plan.yml", "--input", "version=v2.0.0", "--input", "ventana=false", "--input", "asincrono=false"];
    run(&repo, words).exits(ExitCode::Waiting);
    assert!(lines(&repo, "mantenimiento").is_empty());
    assert!(!lines(&repo, "docker.log").contains(&"compose restart celery celery-beat".to_owned()));
}

#[test]
fn a_failed_migration_leaves_the_page_on_until_a_person_says_otherwise() {
    let repo = sigim().write("rota", "");
    let words = ["run", "plan.yml", "--input", "version=v2.0.0"];
    run(&repo, words).exits(ExitCode::Maintenance).says("ventana/migrar failed (exit code 1)");
    assert_eq!(lines(&repo, "mantenimiento"), ["activar"]);
    std::fs::remove_file(repo.path().join("rota")).unwrap();
    // A migration is not tried again by itself.
    run(&repo, ["resume", "7"]).exits(ExitCode::Maintenance);
    run(&repo, ["resume", "7", "--retry"]).exits(ExitCode::Waiting).says("seguimiento/conformidad");
    assert_eq!(lines(&repo, "mantenimiento"), ["activar", "desactivar"]);
}
