//! The standard streams: closed, full, a reader that went away; colours.

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use test_case::test_case;

use crate::support::{ExitCode, Repo, clean};

/// What becomes of a stream.
#[derive(Clone, Copy)]
enum Stream {
    Closed,
    Full,
    ReaderGone,
}
use Stream::{Closed, Full, ReaderGone};

const YES: &[&str] = &["schema", "config"];
const HELP: &[&str] = &["verify", "--help"];
const STOPPED: &[&str] = &["--config", "missing.yml", "next"];
const STOPPED_JSON: &[&str] = &["--config", "missing.yml", "--format", "json", "next"];
const MISTAKE: &[&str] = &["verify", "--no-such-option"];

/// Runs with one stream in that state; the exit code, and what the other stream says.
fn run(args: &[&str], number: u8, state: Stream) -> (Option<i32>, String) {
    let repo = Repo::new();
    let mut command = Command::new("sh");
    clean(&mut command);
    let close = if matches!(state, Closed) { format!("{number}>&-") } else { String::new() };
    command.args(["-c", &format!("exec \"$0\" \"$@\" {close}"), env!("CARGO_BIN_EXE_zarpe")]).args(args);
    command.current_dir(repo.path()).stdin(Stdio::null());
    let stream: Option<Stdio> = match state {
        Closed => None,
        Full => Some(OpenOptions::new().write(true).open("/dev/full").unwrap().into()),
        ReaderGone => Some(std::io::pipe().unwrap().1.into()),
    };
    match (number, stream) {
        (1, Some(stream)) => command.stdout(stream),
        (_, Some(stream)) => command.stderr(stream),
        (_, None) => &mut command,
    };
    let output = command.output().unwrap();
    let said = String::from_utf8(if number == 1 { output.stderr } else { output.stdout }).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code(), said)
}

#[cfg(target_os = "linux")]
#[test_case(YES, Closed, ExitCode::Done; "nobody wants the answer")]
#[test_case(YES, ReaderGone, ExitCode::Done; "the reader has seen enough")]
#[test_case(YES, Full, ExitCode::CannotTell; "the answer is lost")]
#[test_case(HELP, Closed, ExitCode::Done; "nobody wants help")]
#[test_case(HELP, ReaderGone, ExitCode::Done; "the reader has help enough")]
#[test_case(HELP, Full, ExitCode::CannotTell; "help is lost")]
#[test_case(STOPPED, Closed, ExitCode::Usage; "stopped and closed")]
#[test_case(STOPPED_JSON, Full, ExitCode::Usage; "stopped and full")]
#[test_case(STOPPED_JSON, ReaderGone, ExitCode::Usage; "stopped and nobody reads")]
#[test_case(MISTAKE, Full, ExitCode::Usage; "a mistake needs no standard output")]
fn a_lost_standard_output_never_panics_and_never_turns_into_a_yes(args: &[&str], state: Stream, exit: ExitCode) {
    let (code, stderr) = run(args, 1, state);
    assert_eq!(code, Some(exit.code().into()), "{stderr}");
}

#[cfg(target_os = "linux")]
#[test_case(YES, Closed, ExitCode::Done)]
#[test_case(YES, Full, ExitCode::Done)]
#[test_case(STOPPED, Closed, ExitCode::Usage)]
#[test_case(STOPPED, Full, ExitCode::Usage)]
#[test_case(STOPPED, ReaderGone, ExitCode::Usage)]
#[test_case(MISTAKE, Closed, ExitCode::Usage)]
#[test_case(MISTAKE, Full, ExitCode::Usage)]
#[test_case(MISTAKE, ReaderGone, ExitCode::Usage)]
fn a_lost_standard_error_changes_no_answer(args: &[&str], state: Stream, exit: ExitCode) {
    let (code, stdout) = run(args, 2, state);
    assert_eq!(code, Some(exit.code().into()), "{stdout}");
    assert_eq!(stdout.is_empty(), exit != ExitCode::Done, "{stdout}");
}

#[test_case(&[] => false; "no terminal")]
#[test_case(&[("CLICOLOR_FORCE", "1")] => true; "forced")]
#[test_case(&[("CLICOLOR_FORCE", "0")] => false; "forced not")]
#[test_case(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")] => false; "no means no")]
#[test_case(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")] => true; "an empty NO_COLOR says nothing")]
fn colours(environment: &[(&str, &str)]) -> bool {
    let repo = Repo::new();
    let zarpe =
        environment.iter().fold(repo.zarpe(STOPPED.iter().copied()), |zarpe, (name, value)| zarpe.env(name, value));
    zarpe.run().exits(ExitCode::Usage).stderr.contains('\u{1b}')
}

#[test]
fn documents_for_programs_have_no_colours() {
    let repo = Repo::new();
    let run = repo.zarpe(STOPPED_JSON.iter().copied()).env("CLICOLOR_FORCE", "1").run();
    assert_eq!(run.json()["rule"], "config/unreadable");
}
