//! With `language: es` no sentence that people read about a deployment has an English word in it.

use zarpe::embedded::Embedded;
use zarpe::embedded::state::{Role, State, Token};

use super::{aged, planned};
use crate::support::{ExitCode, Run};

const PLAN: &str = "
name: SIGIM
concurrency: produccion
inputs: {version: {default: v1.0.0}}
secrets: [CLAVE]
roles: {lider: '@bea', dba: '@dan'}
jobs:
  ventana:
    name: Ventana
    steps:
      - {id: pagina, name: Mantenimiento, run: 'touch cerrado', idempotent: true, post: 'rm cerrado', post-if: safe()}
      - {id: listo, role: [lider, dba], uses: zarpe/sign, with: {statement: Todo listo, quorum: all, evidence: required}}
      - {id: salida, name: Salida, run: 'echo clave=${{ secrets.CLAVE }} >> $GITHUB_OUTPUT', idempotent: true}
      - {id: humo, name: Humo, run: 'test ! -e roto', idempotent: true, retry: {attempts: 2, delay: 0s}}
      - {id: migra, name: Migra, run: 'kill -9 $$'}
    rollback: [{id: atras, name: Restaura, run: 'test ! -e atorado', idempotent: true}]
  despues: {needs: ventana, start-in: 24h, steps: [{name: Revisa, run: 'true', idempotent: true}]}
";

/// Words of sentences that are in no Spanish one; what the renderer writes before a sentence (`error`, `help`) is none.
const ENGLISH: &[&str] = &[
    "the", "is", "was", "of", "not", "run", "step", "job", "signed", "waits", "begins", "failed", "done", "with",
    "for", "after", "or", "and", "missing", "nobody", "written", "again", "it", "left", "due", "there", "state",
    "name", "what", "to", "wait", "see", "told", "ended",
];

#[track_caller]
fn speaks(run: Run) -> Run {
    let shown = format!("{}\n{}", run.stdout, run.stderr);
    // Commands, and what stands in code, are as they are typed.
    let plain: String =
        shown.lines().map(|line| line.split("zarpe deploy").next().unwrap_or(line).to_owned() + "\n").collect();
    for word in plain.split(|c: char| !(c.is_alphanumeric() || "-_/.'’".contains(c))) {
        assert!(!ENGLISH.contains(&word.to_lowercase().as_str()), "`{word}` in\n{shown}");
    }
    run
}

#[test]
fn every_subcommand_speaks_it() {
    let token = |login: &str| format!("ghp_harbor0{login}token");
    let mut state = State::new("acme", "boat");
    for login in ["bea", "dan"] {
        state.add_user(login, Role::Write);
        state.add_token(&token(login), Token::classic(login));
    }
    let github = Embedded::start(state).unwrap();
    let origin = github.origin().to_owned();
    let repo = planned(PLAN).write("zarpe.yml", "language: es\n").write("roto", "").write("atorado", "");
    let by = |login: &str, words: &[&str]| {
        let zarpe = repo.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", "7").env("CLAVE", "abretesesamo");
        let zarpe = zarpe.env("GITHUB_SERVER_URL", &origin).env("GITHUB_API_URL", format!("{origin}/api/v3"));
        let zarpe = zarpe.env("GITHUB_GRAPHQL_URL", format!("{origin}/api/graphql"));
        speaks(zarpe.env("GITHUB_REPOSITORY", "acme/boat").env("ZARPE_TOKEN", token(login)).run())
    };
    let bea = |words: &[&str]| by("bea", words);
    bea(&["run", "plan.yml", "--dry-run"]).exits(ExitCode::Done).says("después de ventana");
    bea(&["run", "plan.yml"]).exits(ExitCode::Waiting);
    bea(&["sign", "7", "listo"]).exits(ExitCode::Usage).says("se firma con evidencia");
    by("dan", &["sign", "7", "listo", "--evidence", "x", "--role", "lider"]).exits(ExitCode::Refused);
    let signed = bea(&["sign", "7", "listo", "--evidence", "visto"]).exits(ExitCode::Done);
    signed.says("bea firmó ventana/listo de la ejecución 7 por lider; faltan: dba");
    by("dan", &["sign", "7", "listo", "--evidence", "visto"]).exits(ExitCode::Done);
    bea(&["resume", "7"]).exits(ExitCode::Waiting).says("se omitió del diario, porque contiene un secreto: clave");
    bea(&["status"]).exits(ExitCode::Done);
    bea(&["status", "7"]).exits(ExitCode::Waiting);
    bea(&["sign", "7", "listo", "--evidence", "x"]).exits(ExitCode::Refused);
    bea(&["settle", "7", "humo", "--as", "done"]).exits(ExitCode::Refused);
    bea(&["unlock", "produccion", "--nonce", "0"]).exits(ExitCode::Refused);
    bea(&["run", "plan.yml", "--run-id", "8"]).exits(ExitCode::Refused).says("está bloqueado");
    std::fs::remove_file(repo.path().join("roto")).unwrap();
    bea(&["resume", "7", "--retry"]).exits(ExitCode::Waiting).says("no se sabe si ventana/migra se hizo");
    bea(&["settle", "7", "migra", "--as", "failed"])
        .exits(ExitCode::Done)
        .says("7: ventana/migra falló")
        .says("quedó escrito");
    bea(&["resume", "7"]).exits(ExitCode::Waiting).says("el rollback de ventana espera una decisión");
    bea(&["rollback", "7"]).exits(ExitCode::Maintenance).says("la limpieza de ventana/pagina queda retenida");
    std::fs::remove_file(repo.path().join("atorado")).unwrap();
    bea(&["rollback", "7"]).exits(ExitCode::Refused);
    bea(&["rollback", "7"]).exits(ExitCode::Refused).says("ya se revirtió");
    bea(&["settle", "7"]).exits(ExitCode::Refused).says("ya terminó");
    bea(&["report", "7", "--format", "markdown"]).exits(ExitCode::Done);
    bea(&["board"]).exits(ExitCode::Done);
    assert!(!repo.path().join("cerrado").exists());
    // One that rests until its time, and is taken back when the site was open for long.
    let plan = PLAN.replace("kill -9 $$", "true").replace("      - {id: listo, role: [lider, dba], uses: zarpe/sign, with: {statement: Todo listo, quorum: all, evidence: required}}\n", "");
    std::fs::write(repo.path().join("plan.yml"), plan).unwrap();
    bea(&["run", "plan.yml", "--run-id", "9"]).exits(ExitCode::Done).says("lo que falta es para después");
    bea(&["follow-up"]).exits(ExitCode::Done);
    aged(&repo, "9", jiff::Timestamp::now() - jiff::SignedDuration::from_secs(5430), 0);
    bea(&["rollback", "9"]).exits(ExitCode::Waiting).says("si eso se puede perder");
    std::fs::write(repo.path().join("plan.yml"), "jobs: {a: {steps: [{run: 'true'}]}}").unwrap();
    bea(&["resume", "9"]).exits(ExitCode::Refused).says("déjelo como estaba");
}
