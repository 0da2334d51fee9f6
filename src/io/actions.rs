//! What GitHub Actions reads: the step's outputs and its summary.

use std::hash::{BuildHasher as _, RandomState};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::config::Language;
use crate::context::Environment;
use crate::output;
use crate::report::{Failure, Report};

/// The size that GitHub allows the summary of one step.
const SUMMARY_LIMIT: usize = 1024 * 1024;

/// Appends to `GITHUB_OUTPUT` and to the step's summary, where this is a job of GitHub Actions. What is there already stays.
///
/// # Errors
/// Exit code 3 where a file cannot be written.
pub fn publish(environment: &Environment, answer: &Result<Report, Failure>, language: Language) -> Result<()> {
    if !environment.in_actions() {
        return Ok(());
    }
    append(environment, "GITHUB_OUTPUT", |_| output::step_outputs(answer, &token()))?;
    let room = |there: usize| SUMMARY_LIMIT.saturating_sub(there);
    append(environment, "GITHUB_STEP_SUMMARY", |there| Ok(output::summary(answer, language, room(there))))
}

/// Tells GitHub's runner what it must never show, on standard error: standard output has the answer alone.
pub fn mask(secret: &str) {
    let data = secret.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    // Nobody is left to be told where standard error itself is gone.
    let _ = writeln!(std::io::stderr(), "::add-mask::{data}");
}

/// Appends a text, made for the number of bytes that are there, to the file that the variable names.
fn append(environment: &Environment, variable: &str, text: impl FnOnce(usize) -> Result<String>) -> Result<()> {
    let Some(path) = environment.get(variable).map(Path::new) else { return Ok(()) };
    let written = (|| {
        let mut file = std::fs::OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let there = usize::try_from(file.metadata()?.len())?;
        let text = text(there)?;
        // What another program left without a line end must not become the beginning of our first line.
        let mut last = [b'\n'];
        if there > 0 {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        let gap = if last == [b'\n'] || text.is_empty() { "" } else { "\n" };
        file.write_all(format!("{gap}{text}").as_bytes())?;
        anyhow::Ok(())
    })();
    written.or_else(|error| {
        let failure = Failure::from_error(&error);
        let message = format!("cannot write {} ({variable}): {}", path.display(), failure.finding.message);
        let help = "the answer above stands, but later steps and the summary do not have it: make the file writable";
        Err(Failure::cannot_tell("actions/publish", message).help(help)).context("GitHub Actions was not told")
    })
}

/// Text that nobody can foresee: the standard library seeds its hashers from the operating system's randomness.
fn token() -> String {
    let word = || RandomState::new().hash_one("zarpe");
    format!("{:016x}{:016x}", word(), word())
}
