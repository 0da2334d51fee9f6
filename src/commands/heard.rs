//! What a command says that a step asks: its standard output, or why there is none to believe.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::io::process::{self, End, Invocation, Limits};
use crate::steps::endpoint::veiled;

/// How much of its standard output is taken.
const LARGEST: usize = 16 << 20;
/// How much of its standard error is kept, and how many lines of it are shown.
const ERRORS: usize = 64 << 10;
const LINES: usize = 5;

/// Why there is nothing to believe.
pub(super) struct Unheard {
    /// Why, without what may be secret.
    pub(super) why: String,
    /// How the command ended.
    pub(super) end: End,
}

/// Runs it to its end.
///
/// # Errors
/// Exit code 3 where it cannot be started.
pub(super) async fn heard(directory: &Path, command: &str, time: Duration) -> Result<Result<String, Unheard>> {
    let limits = Limits { time, stdout: LARGEST, stderr: ERRORS };
    let finished = process::run(&Invocation::shell(directory, command), limits).await?;
    let how = match finished.end {
        End::Status(0) if finished.stdout.cut => format!("prints more than {} MB", LARGEST >> 20),
        End::Status(0) => {
            let why = || "what it prints is not UTF-8".to_owned();
            return Ok(String::from_utf8(finished.stdout.bytes).map_err(|_| Unheard { why: why(), end: finished.end }));
        }
        End::Status(status) => format!("ended with exit status {status}"),
        End::Signal(signal) => format!("was ended by signal {signal}"),
        End::TimedOut => format!("was still running after {}", crate::duration::shown(time)),
    };
    let said = finished.stderr.text();
    let lines: Vec<&str> = said.trim_end().lines().collect();
    let tail = lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n");
    let said = if tail.is_empty() { "it said nothing on standard error".to_owned() } else { veiled(&tail) };
    Ok(Err(Unheard { why: format!("the command {how}: {said}"), end: finished.end }))
}
