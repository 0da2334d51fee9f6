//! The command line, as clap reads it, and its global options.

use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

use crate::commands::Command;
use crate::report::ExitCode;

/// The clearance that a release needs before it sails.
#[derive(Debug, Parser)]
#[command(name = "zarpe", version, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(after_long_help = exit_codes())]
pub struct Cli {
    /// What holds for every subcommand.
    #[command(flatten)]
    pub global: Global,
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// The exit codes, for the end of `zarpe --help`.
fn exit_codes() -> String {
    let lines = ExitCode::ALL.iter().map(|exit| format!("\n  {}  {}", exit.code(), exit.meaning()));
    format!("Exit codes:{}", lines.collect::<String>())
}

/// Options of every subcommand.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// Run as if started in DIR.
    #[arg(short = 'C', value_name = "DIR", global = true, default_value = ".", hide_default_value = true)]
    pub directory: PathBuf,
    /// Read this configuration file instead of zarpe.yml or .github/zarpe.yml.
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// How the answer is written to standard output.
    #[arg(long, value_enum, default_value_t = Format::Human, global = true)]
    pub format: Format,
    /// Leave out everything but the answer.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more about how the answer was found.
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person at a terminal.
    #[default]
    Human,
    /// One versioned JSON document.
    Json,
    /// For a pull request or a document.
    Markdown,
    /// GitHub Actions' workflow commands (annotations).
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// One HTML file that holds all it needs.
    Html,
}

/// The option of every subcommand that changes something.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Change {
    /// Print what would be done, and stop.
    #[arg(long)]
    pub dry_run: bool,
}

/// The option of every subcommand that needs the history since the last release.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Fetch {
    /// Fetch what a shallow clone, or one without tags, lacks: as far as the last release.
    #[arg(long)]
    pub fetch: bool,
}

/// The option of every subcommand that makes tags.
#[derive(Clone, Copy, Debug, Args)]
pub struct Signing {
    /// Sign the version tag with your key, as git is configured (gpg or ssh); also where `tag.gpgSign` says so.
    #[arg(long)]
    pub sign: bool,
}
