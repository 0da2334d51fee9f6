//! The program: parse, run, exit code.

#[expect(clippy::disallowed_methods, reason = "the one place that owns the standard streams")]
fn main() -> std::process::ExitCode {
    let (mut stdout, mut stderr) = (std::io::stdout(), std::io::stderr());
    zarpe::start(&mut stdout, &mut stderr).code().into()
}
