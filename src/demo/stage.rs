//! The stage of the demo: a scratch folder, programs that are really run in it, and what they print.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp};

use crate::report::{ExitCode, Failure};

/// Where the story is played: every program starts in the same repository with the same clean environment.
pub(super) struct Stage<'out> {
    program: PathBuf,
    repository: PathBuf,
    environment: Vec<(String, String)>,
    started: Timestamp,
    out: &'out mut dyn Write,
}

impl<'out> Stage<'out> {
    pub(super) fn new(program: &Path, repository: PathBuf, started: Timestamp, out: &'out mut dyn Write) -> Self {
        Self { program: program.to_owned(), repository, environment: Vec::new(), started, out }
    }

    /// What every program sees beside what finds programs.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.environment.push((name.to_owned(), value.into()));
    }

    /// A heading of the story.
    pub(super) fn scene(&mut self, heading: &str) -> Result<()> {
        writeln!(self.out, "\n── {heading} {}", "─".repeat(96_usize.saturating_sub(heading.chars().count())))?;
        Ok(())
    }

    /// What a person should know before the next command.
    pub(super) fn tell(&mut self, text: &str) -> Result<()> {
        writeln!(self.out, "{text}")?;
        self.out.flush()?;
        Ok(())
    }

    /// Writes a file of the repository.
    pub(super) fn write(&self, path: &str, text: &str) -> Result<()> {
        crate::io::files::write(&self.repository.join(path), text.as_bytes())
    }

    /// Runs git without showing it; `ago` is how long before the demo it happened. Its standard output.
    pub(super) fn git(&self, ago: SignedDuration, arguments: &[&str]) -> Result<String> {
        let when = self.started.checked_sub(ago).context("the clock of this machine is out of range")?.to_string();
        let mut command = self.command(Path::new("git"), arguments);
        command.env("GIT_AUTHOR_DATE", &when).env("GIT_COMMITTER_DATE", &when);
        let output = command.output().map_err(|error| {
            Failure::cannot_tell("demo/git", format!("cannot run git: {error}")).help("install git 2.30 or newer")
        })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(astray(&format!("git {}", arguments.join(" ")), said.trim()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// Shows a git command and what it prints.
    pub(super) fn show_git(&mut self, arguments: &[&str]) -> Result<()> {
        let printed = self.git(SignedDuration::ZERO, arguments)?;
        self.show(&format!("git {}", arguments.join(" ")), &printed, "")
    }

    /// Shows a zarpe command, runs it as a user would, shows what it prints, and holds its exit code against the story.
    pub(super) fn zarpe(&mut self, arguments: &[&str], expected: ExitCode) -> Result<()> {
        let program = self.program.clone();
        let command = self.command(&program, arguments);
        self.run(&format!("zarpe {}", arguments.join(" ")), command, expected)
    }

    /// The same for a pipeline of the shell in which zarpe is called by its name.
    pub(super) fn shell(&mut self, line: &str, expected: ExitCode) -> Result<()> {
        let script = format!("zarpe() {{ \"$ZARPE_PROGRAM\" \"$@\"; }}\n{line}");
        let mut command = self.command(Path::new("sh"), &["-c", &script]);
        command.env("ZARPE_PROGRAM", &self.program);
        self.run(line, command, expected)
    }

    fn run(&mut self, line: &str, mut command: Command, expected: ExitCode) -> Result<()> {
        let output = command.output().with_context(|| format!("cannot run `{line}`"))?;
        let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let code = output.status.code();
        let meaning = ExitCode::ALL.into_iter().find(|exit| code == Some(i32::from(exit.code())));
        let exit = meaning.map_or_else(String::new, |exit| format!("exit {}: {}", exit.code(), exit.meaning()));
        self.show(line, printed.trim_end(), &exit)?;
        if meaning == Some(expected) { Ok(()) } else { Err(astray(line, &format!("it should end with {expected:?}"))) }
    }

    fn show(&mut self, line: &str, printed: &str, exit: &str) -> Result<()> {
        writeln!(self.out, "\n$ {line}")?;
        for line in printed.lines() {
            writeln!(self.out, "{}", format!("  {line}").trim_end())?;
        }
        if !exit.is_empty() {
            writeln!(self.out, "  → {exit}")?;
        }
        self.out.flush()?;
        Ok(())
    }

    /// Nothing of the caller's environment reaches a program but what finds programs, and git reads no configuration but the
    /// repository's: the demo does the same on every machine.
    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.repository).stdin(Stdio::null()).env_clear();
        for name in ["PATH", "HOME", "SystemRoot", "TMPDIR", "TEMP"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C.UTF-8")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// The story went another way than it should: an error of zarpe or of the machine, and never silent.
fn astray(line: &str, why: &str) -> anyhow::Error {
    Failure::cannot_tell("demo/astray", format!("`{line}` went another way than in the story: {why}"))
        .help("run it again with --keep and look at the repository it leaves")
        .into()
}
