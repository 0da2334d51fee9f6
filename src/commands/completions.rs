//! `zarpe completions`: what a shell needs to complete zarpe's command line.

use anyhow::Result;
use clap::CommandFactory as _;

use crate::cli::Cli;
use crate::commands::Outcome;
use crate::report::{Body, ExitCode, Report};

/// Shell completions.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The shell that will read them.
    shell: clap_complete::Shell,
}

/// Prints the script of one shell.
///
/// # Errors
/// None.
pub fn run(options: &Options) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "zarpe", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let title = format!("completions for {}", options.shell);
    Ok(Outcome::report(Report::new("completions", ExitCode::Done, title, Body::Text(script))))
}
