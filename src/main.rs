//! The program: parse, run, exit code.

use std::io::Write as _;

use clap::Parser as _;

#[expect(clippy::disallowed_methods, reason = "the one place that owns the standard streams")]
fn main() -> std::process::ExitCode {
    let (mut stdout, mut stderr) = (std::io::stdout(), std::io::stderr());
    let cli = match zarpe::cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed stream changes nothing about the answer; `print` writes help to stdout and errors to stderr.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(2).into();
        }
    };
    let exit = zarpe::run(cli, &mut stdout, &mut stderr);
    let _ = (stdout.flush(), stderr.flush());
    exit.code().into()
}
