//! The program: parse, run, exit code.

use clap::Parser as _;

#[expect(clippy::disallowed_methods, reason = "the one place that owns the standard streams")]
fn main() -> std::process::ExitCode {
    let (mut stdout, mut stderr) = (std::io::stdout(), std::io::stderr());
    let exit = match zarpe::cli::Cli::try_parse() {
        Ok(cli) => zarpe::run(cli, &mut stdout, &mut stderr),
        Err(error) => zarpe::explain(&error, &mut stdout, &mut stderr),
    };
    exit.code().into()
}
