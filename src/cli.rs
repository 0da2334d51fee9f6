//! The command line, as clap reads it: global options, and the words that are not there yet.

use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, ValueEnum};

use crate::commands::Command;
use crate::report::ExitCode;
use crate::report::Failure;

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

/// Subcommands and options that the product has and this version does not. A line goes when its word comes.
const PLANNED: &[&str] = &[];

/// The refusal of a word that this version does not know yet: by name, and never taken for a slip of the pen.
#[must_use]
pub fn planned(mistake: &clap::Error) -> Option<Failure> {
    let kind = match mistake.kind() {
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        _ => return None,
    };
    let Some(ContextValue::String(word)) = mistake.get(kind) else { return None };
    let known = PLANNED.contains(&word.as_str());
    known.then(|| Failure::not_supported(word).help("this version of zarpe does not do it yet: leave it out"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_planned_is_refused_by_name() {
        for word in PLANNED {
            let line = if word.starts_with("--") { vec!["zarpe", "next", word] } else { vec!["zarpe", word] };
            let mistake = Cli::try_parse_from(line).expect_err(word);
            let failure = planned(&mistake).expect(word);
            assert_eq!(failure.finding.message, format!("not supported: {word}"));
        }
        assert_eq!(planned(&Cli::try_parse_from(["zarpe", "nxt"]).expect_err("a slip of the pen")), None);
    }
}
