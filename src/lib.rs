//! zarpe: the clearance that a release needs before it sails.
//!
//! # The map
//!
//! Every subcommand goes one way: [`context`] (options, environment, `zarpe.yml`) → **gather** ([`io`]: the world into plain
//! values) → **judge** (pure: values into a [`report::Report`] and [`effect::Effect`]s) → [`output`] prints, and [`io`] carries
//! the effects out unless it is a dry run → [`report::ExitCode`].
//!
//! | where | what |
//! |---|---|
//! | [`cli`] | the global options; nothing but clap |
//! | [`config`] | `zarpe.yml` into a typed value, validated at the door |
//! | [`context`] | what every command is given: built once |
//! | [`report`], [`effect`] | what was found out; what shall be so |
//! | [`yaml`] | the only reader of YAML: spans, budgets, no duplicate keys |
//! | [`commands`] | a file a subcommand: gather, judge, act |
//! | [`history`], [`verify`], [`version`], [`notes`], [`openapi`], [`fresh`], [`image`], [`logs`], [`deploy`], [`steps`] | pure judgement: no network, clock, disk or async |
//! | [`clearance`] | the verdict as a statement that others can check |
//! | [`io`] | the only door outside |
//! | [`language`] | what is said in another language than that of the sources |
//! | [`output`] | a file a format |
//! | [`embedded`], [`demo`] | a GitHub to try things on, and the story told with it |
//!
//! The walls are kept by `.clippy.toml` and by `tests/integration/walls.rs`.

pub mod clearance;
pub mod cli;
pub mod commands;
pub mod config;
pub mod context;
pub mod demo;
pub mod deploy;
pub mod doctor;
pub mod duration;
pub mod effect;
pub mod embedded;
pub mod fresh;
pub mod history;
pub mod image;
pub mod init;
pub mod io;
pub mod language;
pub mod logs;
pub mod notes;
pub mod openapi;
pub mod output;
pub mod report;
pub mod steps;
pub mod verify;
pub mod version;
pub mod yaml;

use std::io::Write;

use clap::Parser as _;
use report::{ExitCode, Failure, Report};

/// Reads this process's command line, runs it and writes what it has to say.
pub fn start(stdout: &mut dyn Write, stderr: &mut dyn Write) -> ExitCode {
    let words = match context::words() {
        Ok(words) => words,
        Err(error) => return tell(&Err(Failure::from_error(&error)), &output::Style::default(), stdout, stderr),
    };
    match cli::Cli::try_parse_from(words) {
        Ok(cli) => run(cli, stdout, stderr),
        Err(error) => explain(&error, stdout, stderr),
    }
}

/// Runs one command line and writes what it has to say; the answer is also the exit code.
///
/// A reader that closed its end changes nothing about the answer. Where the answer could not be written for another reason
/// (a full disk), a yes becomes "cannot tell": nobody saw it.
pub fn run(cli: cli::Cli, stdout: &mut dyn Write, stderr: &mut dyn Write) -> ExitCode {
    let mut style = context::style(&cli.global);
    let answer = match context::Context::build(&cli.global, cli.command.reads_configuration()) {
        Ok(cx) => {
            style.language = cx.config.language;
            in_language(cx.config.language, commands::run(&cx, cli.command, stdout))
        }
        Err(error) => Err(Failure::from_error(&error)),
    };
    tell(&answer, &style, stdout, stderr)
}

/// An answer in the language of who reads it.
#[expect(clippy::result_large_err, reason = "it is made once, and told")]
fn in_language(spoken: config::Language, answer: anyhow::Result<Report>) -> Result<Report, Failure> {
    match answer {
        Ok(report) => Ok(language::report(spoken, report)),
        Err(error) => Err(language::failure(spoken, Failure::from_error(&error))),
    }
}

/// Answers a command line that is no command: help and version on standard output, a mistake on standard error.
pub fn explain(error: &clap::Error, stdout: &mut dyn Write, stderr: &mut dyn Write) -> ExitCode {
    let mistake = error.use_stderr();
    let actions = mistake && context::Environment::of_process().in_actions();
    let style = output::Style { actions, ..Default::default() };
    if actions {
        let text = error.render().to_string();
        let failure = Failure::usage("usage/command-line", text.trim_start_matches("error: ").trim_end());
        return tell(&Err(failure), &style, stdout, stderr);
    }
    match lost(error.print()) {
        _ if mistake => ExitCode::Usage,
        true => ExitCode::CannotTell,
        false => ExitCode::Done,
    }
}

/// Tells people, programs and GitHub Actions.
fn tell(
    answer: &Result<Report, Failure>,
    style: &output::Style,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> ExitCode {
    let exit = answer.as_ref().map_or_else(|failure| failure.exit, |report| report.exit);
    let published = io::actions::publish(&context::Environment::of_process(), answer, style.language);
    let mut rendered = output::answer(answer, style);
    if let Err(error) = &published {
        rendered.stderr += &output::aside(&Failure::from_error(error), style);
    }
    let lost = lost(stdout.write_all(rendered.stdout.as_bytes()).and_then(|()| stdout.flush()));
    // Nobody is left to be told where standard error itself is gone.
    let _ = stderr.write_all(rendered.stderr.as_bytes()).and_then(|()| stderr.flush());
    if exit == ExitCode::Done && (published.is_err() || lost) { ExitCode::CannotTell } else { exit }
}

/// Whether an answer was lost on its way out. A reader that closed its end did not want more of it: that is no loss.
fn lost(written: std::io::Result<()>) -> bool {
    written.is_err_and(|error| error.kind() != std::io::ErrorKind::BrokenPipe)
}
