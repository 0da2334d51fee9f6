//! The program: parse, run, exit code.

use std::io::Write as _;

use clap::Parser as _;
use zarpe::report::ExitCode;

#[expect(clippy::disallowed_methods, reason = "the one place that owns the standard streams")]
fn main() -> std::process::ExitCode {
    let (mut stdout, mut stderr) = (std::io::stdout(), std::io::stderr());
    let cli = match zarpe::cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return help_or_mistake(&error),
    };
    let exit = zarpe::run(cli, &mut stdout, &mut stderr);
    let _ = (stdout.flush(), stderr.flush());
    exit.code().into()
}

/// Help and version are answers on standard output; anything else is a mistake, told on standard error.
fn help_or_mistake(error: &clap::Error) -> std::process::ExitCode {
    let lost = zarpe::lost(error.print());
    let exit = if error.use_stderr() {
        ExitCode::Usage
    } else if lost {
        ExitCode::CannotTell
    } else {
        ExitCode::Done
    };
    exit.code().into()
}
