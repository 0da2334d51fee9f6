//! What a person sees and is asked at a terminal. Python's `pty` is the terminal.

use std::io::Write as _;
use std::process::{Command, Stdio};

use zarpe::embedded::state::{Role, Token};

use super::{deploy, lines, planned};
use crate::support::{Harbor, Zarpe};

const PTY: &str = "import os, pty, sys\nsys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";

/// The exit code and what was shown, where these keys are pressed.
fn at_terminal(mut zarpe: Zarpe, keys: &str) -> (Option<i32>, String) {
    let zarpe = zarpe.command();
    let mut python = Command::new("python3");
    python.args(["-c", PTY]).arg(zarpe.get_program()).args(zarpe.get_args()).env_clear();
    python.envs(zarpe.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("TERM", "xterm");
    python.current_dir(zarpe.get_current_dir().unwrap()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = python.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(keys.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    drop(input);
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn the_jobs_are_drawn_below_what_is_said_and_are_gone_in_the_end() {
    let repo = planned(
        "jobs:\n  a: {steps: [{name: slow one, run: 'echo hello; sleep 1'}]}\n  b: {needs: a, steps: [{run: 'true'}]}\n",
    );
    let (code, shown) = at_terminal(deploy(&repo, ["run", "plan.yml"]), "");
    assert_eq!(code, Some(0), "{shown}");
    for part in ["a | hello", "● a  slow one  ", "· b  not begun", "\x1b[2A\r\x1b[J", "✓ a  done"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.rsplit("\x1b[J").next().unwrap().contains("●"), "{shown}");
}

#[test]
fn a_step_that_asks_for_a_password_is_told_that_nobody_is_there() {
    let repo = planned("jobs: {a: {steps: [{timeout-minutes: 1, run: 'read password </dev/tty'}]}}\n");
    let begun = std::time::Instant::now();
    let (code, shown) = at_terminal(deploy(&repo, ["run", "plan.yml"]), "");
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("/dev/tty") && begun.elapsed().as_secs() < 30, "{shown}");
}

#[test]
fn incidents_are_asked_for_and_those_that_are_known_stay() {
    let repo = planned("jobs: {a: {steps: [{run: 'true'}]}}\n").write("zarpe.yml", "language: es\n");
    deploy(&repo, ["run", "plan.yml"]).run();
    let report = ["report", "7", "--incidents", "prompt", "--recommendations", "prompt"];
    let (code, shown) = at_terminal(deploy(&repo, report), "El correo tardó\n- Un usuario llamó\n\n\n");
    assert_eq!(code, Some(0), "{shown}");
    for part in
        ["Incidentes (uno por línea, una línea vacía termina):", "Recomendaciones (", "  Un usuario llamó", "ninguna"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let (code, shown) = at_terminal(deploy(&repo, report), "Tres veces\n\n\n");
    assert_eq!(code, Some(0), "{shown}");
    let text = deploy(&repo, ["report", "7", "--format", "markdown"]).run().stdout;
    assert!(text.contains("- El correo tardó\n- Un usuario llamó\n- Tres veces\n"), "{text}");
}

#[test]
fn a_sign_off_is_given_where_the_run_waits_for_it() {
    let token = ["ghp_harbor0", "beatoken"].concat();
    let mut harbor = Harbor::new().state(|state| {
        state.add_user("bea", Role::Write);
        state.add_token(&["ghp_harbor0", "beatoken"].concat(), Token::classic("bea"));
    });
    let plan = "roles: {boss: '@bea'}\njobs: {a: {steps: [{id: go, role: boss, uses: zarpe/sign, with: {statement: 'Ready to sail'}}, {run: 'echo on >> log'}]}}\n";
    harbor.repo = harbor.repo.write("plan.yml", plan);
    let zarpe = || harbor.zarpe(["deploy", "run", "plan.yml"]).env("ZARPE_TOKEN", &token);
    let (code, shown) = at_terminal(zarpe().env("GITHUB_RUN_ID", "6"), "n\n");
    assert_eq!(code, Some(5), "{shown}");
    assert!(shown.contains("Ready to sail") && lines(&harbor.repo, "log").is_empty(), "{shown}");
    let resume = harbor.zarpe(["deploy", "resume", "6"]).env("ZARPE_TOKEN", &token);
    let (code, shown) = at_terminal(resume, "y\n");
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(lines(&harbor.repo, "log"), ["on"]);
}

#[test]
fn what_is_signed_after_the_window_waits_for_the_next_one() {
    let token = ["ghp_harbor0", "beatoken"].concat();
    let mut harbor = Harbor::new().state(|state| {
        state.add_user("bea", Role::Write);
        state.add_token(&["ghp_harbor0", "beatoken"].concat(), Token::classic("bea"));
    });
    let jobs = "
roles: {boss: '@bea'}
jobs:
  a: {steps: [{id: go, role: boss, uses: zarpe/sign}, {run: 'echo on >> log'}]}
  time: {steps: [{run: 'echo +7200 > $CLOCK', idempotent: true}]}
";
    harbor.repo = harbor.repo.write("plan.yml", &(super::overtime::open() + jobs));
    let zarpe = harbor.zarpe(["deploy", "run", "plan.yml"]).env("ZARPE_TOKEN", &token);
    let Some(zarpe) = super::overtime::clocked(zarpe, &harbor.repo) else { return };
    let (code, shown) = at_terminal(zarpe, "y\n");
    assert_eq!(code, Some(5), "{shown}");
    assert!(shown.contains("waits for its window") && lines(&harbor.repo, "log").is_empty(), "{shown}");
}

/// The question stands there, and nobody types anything.
#[test]
fn who_is_asked_for_a_sign_off_can_stop_the_run() {
    let plan = "roles: {boss: '@bea'}\njobs: {a: {steps: [{run: '(sleep 1; kill -TERM $PPID) > log 2>&1 &', idempotent: true}, {id: go, role: boss, uses: zarpe/sign}]}}\n";
    let repo = planned(plan);
    let begun = std::time::Instant::now();
    let (code, shown) = at_terminal(deploy(&repo, ["run", "plan.yml"]), "");
    assert_eq!(code, Some(5), "{shown}");
    assert!(shown.contains("[y/N]") && shown.contains("interrupted (TERM)"), "{shown}");
    assert!(begun.elapsed().as_secs() < 10);
}
