//! With `language: es` no sentence that people read about a deployment has an English word in it.

use zarpe::embedded::Embedded;
use zarpe::embedded::state::{Role, State, Token};

use super::{aged, planned};
use crate::support::{ExitCode, Harbor, Reply, Repo, Run, Web};

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

/// Words of sentences, and before them, that are in no Spanish one.
const ENGLISH: &[&str] = &[
    "the",
    "is",
    "was",
    "of",
    "not",
    "run",
    "step",
    "job",
    "signed",
    "waits",
    "begins",
    "failed",
    "done",
    "with",
    "for",
    "after",
    "or",
    "and",
    "missing",
    "nobody",
    "written",
    "again",
    "it",
    "left",
    "due",
    "there",
    "state",
    "name",
    "what",
    "to",
    "wait",
    "see",
    "told",
    "ended",
    "cannot",
    "found",
    "nothing",
    "already",
    "file",
    "this",
    "that",
    "has",
    "from",
    "at",
    "on",
    "by",
    "its",
    "which",
    "lists",
    "made",
    "now",
    "stopped",
    "steps",
    "would",
    "one",
    "value",
    "refused",
    "within",
    "still",
    "more",
    "which",
    "neither",
    "cut",
    "begin",
    "named",
    "give",
    "write",
    "set",
    "here",
    "have",
    "interrupted",
    "current",
    "generated",
    "changed",
    "where",
    "there's",
    "are",
    "be",
    "so",
    "as",
    "help",
    "warning",
    "note",
];

#[track_caller]
fn speaks(run: Run) -> Run {
    let shown = format!("{}\n{}", run.stdout, run.stderr);
    // Commands, what stands in code, and the lines of a plan are as they are typed.
    let is_quoted = |line: &str| line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(" | ");
    let typed = |line: &str| {
        let line = ["zarpe ", "with: {", "steps: [", "run: ", "claves conocidas: "]
            .iter()
            .fold(line, |line, code| line.split(code).next().unwrap_or(line));
        line.split('`').step_by(2).collect::<Vec<_>>().join(" ") + "\n"
    };
    let plain: String = shown.lines().filter(|line| !is_quoted(line)).map(typed).collect();
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
    bea(&["check", "plan.yml"]).exits(ExitCode::Done).says("después de ventana + 24h");
    bea(&["run", "plan.yml"]).exits(ExitCode::Waiting);
    bea(&["sign", "7", "listo"]).exits(ExitCode::Usage).says("se firma con evidencia");
    by("dan", &["sign", "7", "listo", "--evidence", "x", "--role", "lider"]).exits(ExitCode::Refused);
    let signed = bea(&["sign", "7", "listo", "--evidence", "visto"]).exits(ExitCode::Done);
    signed.says("bea firmó ventana/listo de la ejecución 7 por lider; faltan: dba");
    by("dan", &["sign", "7", "listo", "--evidence", "visto"]).exits(ExitCode::Done);
    bea(&["status", "7"]).exits(ExitCode::Maintenance).says("puede continuar").never_says("interrumpido");
    bea(&["resume", "7"]).exits(ExitCode::Waiting).says("se omitió de la bitácora, porque contiene un secreto: clave");
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
        .never_says("interrumpido")
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

/// `zarpe` in the folder of a plan, by itself.
fn said(repo: &Repo, words: &[&str]) -> Run {
    speaks(repo.zarpe(words.iter().copied()).run())
}

const REFUSED: &str = "
inputs: {v: {required: true}, n: {type: number, default: 1}}
roles: {qa: '@bea', dba: '@dan'}
jobs:
  a:
    steps:
      - {id: s, run: 'echo NADA >> $GITHUB_OUTPUT', idempotent: true}
      - {id: t, if: always(), run: 'echo ${{ steps.s.outputs.x }}', idempotent: true}
  b:
    if: always()
    needs: a
    steps: [{id: f, role: [qa, dba], uses: zarpe/sign, with: {quorum: all}}]
";

#[test]
fn what_is_refused_is_told_in_it() {
    let repo = planned(REFUSED).write("zarpe.yml", "language: es\n");
    let es = |words: &[&str]| said(&repo, &[&["deploy"], words].concat());
    es(&["run", "plan.yml"]).exits(ExitCode::Usage).says("falta la entrada `v`");
    es(&["run", "plan.yml", "--input", "v=1", "--input", "n=x"]).exits(ExitCode::Usage).says("es un número");
    es(&["run", "plan.yml", "--input", "w=1"]).exits(ExitCode::Usage).says("no tiene la entrada");
    es(&["run", "nada.yml"]).exits(ExitCode::Usage).says("no existe el archivo nada.yml");
    let run = es(&["run", "plan.yml", "--input", "v=1", "--run-id", "r"]).exits(ExitCode::Waiting);
    run.says("la línea 1 de las salidas del paso no es NOMBRE=VALOR").says("`steps.s.outputs.x` no está definido");
    es(&["run", "plan.yml", "--input", "v=1", "--run-id", "r"]).exits(ExitCode::Usage).says("ya existe la ejecución r");
    es(&["status"]).exits(ExitCode::Done).says("1 ejecución:");
    es(&["status", "zz"]).exits(ExitCode::Usage).says("no existe la ejecución zz");
    es(&["report", "zz"]).exits(ExitCode::Usage);
    es(&["resume", "zz"]).exits(ExitCode::Usage);
    es(&["sign", "r", "f"]).exits(ExitCode::Usage).says("no se sabe cuál es el repositorio");
    es(&["settle", "r", "zz", "--as", "done"]).exits(ExitCode::Usage).says("el plan no tiene el paso `zz`");
    es(&["rollback", "r", "zz"]).exits(ExitCode::Usage).says("no existe el trabajo `zz` con rollback");
    es(&["report", "r", "--format", "markdown"]).exits(ExitCode::Done);
    es(&["report", "r", "--incidents", "nada"]).exits(ExitCode::Usage).says("--incidents ARCHIVO");
    es(&["report", "r", "--out", "reporte", "--dry-run"]).says("lo que se haría, en este orden");
    es(&["board", "--out", "tablero.html"]).exits(ExitCode::Done).says("se hizo ahora").says("está escrito");
    es(&["status", "r"]).exits(ExitCode::Waiting).says("espera la firma de: qa, dba");
}

#[test]
fn what_is_wrong_with_a_plan_is_told_in_it() {
    let wrong = "
roles: {qa: []}
jobs:
  a:
    needs: [z]
    steps:
      - {id: s, run: 'docker compose up -d', role: nadie}
      - {id: s, run: 'echo ${{ inputs.x }} ${{ steps.q.outputs.y }} ${{ needs.a.result }}'}
      - {uses: zarpe/sign, role: qa, with: {quorum: some, color: x}}
      - {run: 'echo ${{ nope( }}'}
      - {uses: zarpe/http}
  b: {needs: c, steps: []}
  c: {needs: b, steps: [{run: ' '}]}
";
    let repo = planned(wrong).write("zarpe.yml", "language: es\n");
    let es = |words: &[&str]| said(&repo, &[&["deploy"], words].concat());
    let check = es(&["check", "plan.yml"]).exits(ExitCode::Usage).says("no se puede ejecutar: ");
    check.says("error: ").says("advertencia: el rol `qa`").says("  ayuda: ");
    let shown = |format: &str| repo.zarpe(["deploy", "check", "plan.yml", "--format", format]).run();
    shown("markdown").says("**advertencia:** ").says("<br>ayuda: ").says("<br>en plan.yml");
    shown("html").says("<html lang=\"es\">").says("<span class=\"warning\">advertencia:</span>");
    // What machines read keeps its words, and what people read in it has theirs.
    shown("github").says("::warning file=plan.yml").says("%0Aayuda: ").never_says("%0Ahelp: ");
    shown("sarif").says("\"level\": \"warning\"").says("\\nayuda: ");
    es(&["run", "plan.yml"]).exits(ExitCode::Usage);
    for text in
        ["jobs: 7", "jobz: {}", "jobs: {a: {steps: [{run: x, uses: y}]}}", "jobs: {a: {steps: [{}]}}", "jobs: {1a: {}}"]
    {
        std::fs::write(repo.path().join("plan.yml"), text).unwrap();
        es(&["check", "plan.yml"]).exits(ExitCode::Usage);
    }
}

#[test]
fn the_steps_speak_it() {
    let repo = planned("jobs: {}").write("zarpe.yml", "language: es\n").write("a.txt", "1\n").commit("feat: a");
    let server = Web::start(|_| Reply::json(200, "{\"x\": 1}"));
    let url = server.address();
    let es = |words: &[&str]| said(&repo, words);
    let expect = "json={\"$.y\":\"~^y\"}";
    es(&["http", "--url", &url, "--expect", "status=404"])
        .exits(ExitCode::Refused)
        .says("estado: 200, se esperaba 404");
    es(&["http", "--url", &url, "--expect", expect, "--capture", "id=$.z", "--expect", "body=nada"])
        .exits(ExitCode::Refused);
    es(&["http", "--url", "http://127.0.0.1:1/"]).exits(ExitCode::CannotTell).says("conexión rechazada");
    es(&["gate", "--url", "http://127.0.0.1:1/", "--max", "1"]).exits(ExitCode::CannotTell);
    es(&["gate", "--value", "sleep 9", "--max", "1", "--timeout", "100ms"]).exits(ExitCode::CannotTell);
    es(&["gate", "--file", "nada", "--max", "1"]).exits(ExitCode::CannotTell);
    es(&["env", "--from", "nada", "--required", "A"]).exits(ExitCode::CannotTell);
    es(&["env", "--run", "exit 1", "--required", "A"]).exits(ExitCode::CannotTell);
    es(&["env", "--from", "process", "--required", "NO_ESTA", "--hosts", "127.0.0.1:1", "--commands", "git >= 99"])
        .exits(ExitCode::Refused);
    es(&["fresh", "--run", "echo 2 > a.txt", "--path", "a.txt"]).exits(ExitCode::Stale);
    es(&["fresh", "--run", "true", "--path", "a.txt"]).exits(ExitCode::Done);
    es(&["fresh", "--run", "exit 1", "--path", "a.txt"]).exits(ExitCode::CannotTell);
    es(&["openapi", "check"]).exits(ExitCode::Usage);
    es(&["openapi", "check", "--schema", "api.yml", "--generate", "echo openapi: 3.0.0"]).exits(ExitCode::Stale);
    es(&["openapi", "check", "--schema", "api.yml", "--generate", "exit 1"]).exits(ExitCode::CannotTell);
    std::fs::write(repo.path().join("old.yml"), "openapi: 3.0.0\npaths: {/x: {get: {responses: {}}}}").unwrap();
    std::fs::write(repo.path().join("new.yml"), "openapi: 3.0.0\npaths: {}").unwrap();
    es(&["openapi", "diff", "old.yml", "new.yml"]);
    es(&["openapi", "diff", "old.yml", "old.yml"]).exits(ExitCode::Done);
    es(&["openapi", "diff", "old.yml", "nada.yml"]).exits(ExitCode::Usage);
}

#[test]
fn a_release_speaks_it() {
    let mut harbor = Harbor::new();
    harbor.repo = harbor.repo.write("zarpe.yml", "language: es\n").commit("chore: inicio");
    harbor.push("main");
    let es = |harbor: &Harbor, words: &[&str]| speaks(harbor.zarpe(words.iter().copied()).run());
    let harbor = harbor.tagged("v1.0.0");
    es(&harbor, &["next", "--explain"]).exits(ExitCode::Done).says("no hay nada que publicar");
    let harbor = harbor.merged_pull("feat: lista la carga", "bruno");
    es(&harbor, &["verify"]).says("ninguna comprobación");
    let harbor = harbor.check("prueba", "failure");
    let refused = es(&harbor, &["verify"]).exits(ExitCode::Refused);
    refused
        .says("no está en verde, y no todos los commits están aprobados")
        .says("necesita 1 aprobación, no tiene ninguna");
    es(&harbor, &["release", "--dry-run"]).exits(ExitCode::Refused).says("no está autorizado");
    let harbor = harbor.approved_by("rita").check("prueba", "success");
    es(&harbor, &["verify"]).exits(ExitCode::Done).says("está en verde, y todos los commits están aprobados");
    es(&harbor, &["next", "--explain"]).exits(ExitCode::Done).says("1.1.0 sigue a 1.0.0");
    es(&harbor, &["release", "--dry-run"]).exits(ExitCode::Done).says("lo que se haría, en este orden");
    es(&harbor, &["release"]).exits(ExitCode::Usage).says("no se hizo nada");
    es(&harbor, &["release", "--yes"]).exits(ExitCode::Done).says("se hizo ahora");
    es(&harbor, &["tag"]).exits(ExitCode::Done);
}
