//! The attestation of a file, verified by the GitHub CLI: it has sigstore's roots of trust and their updates.

use std::path::Path;

use anyhow::Result;

use crate::context::Context;
use crate::io::github::{self, Place};
use crate::io::process::{self, End, Invocation, Limits};
use crate::report::Failure;

/// As much as an attestation's predicate may hold on GitHub.
const ANSWER: usize = 16 << 20;

/// What `gh attestation verify --format json` answers where it says yes: the attestations that it has verified.
///
/// A self-hosted runner may have been left with something on it by any earlier job: what it signed is not enough.
///
/// # Errors
/// Exit code 3 where `gh` is not there, says no, or does not answer in time: a no of it may as well be the network's.
pub async fn verify(cx: &Context, place: &Place, file: &Path, bundle: &Path, predicate: &str) -> Result<Vec<u8>> {
    let (file, bundle) = (file.display().to_string(), bundle.display().to_string());
    let repository = place.repository();
    let host = place.server.host_str().unwrap_or_default();
    let arguments = [
        "attestation",
        "verify",
        &file,
        "--bundle",
        &bundle,
        "--repo",
        &repository,
        "--hostname",
        host,
        "--predicate-type",
        predicate,
        "--deny-self-hosted-runners",
        "--format",
        "json",
    ];
    let invocation = Invocation::new(&cx.directory, "gh", arguments)
        .env("ZARPE_TOKEN", None)
        .env("GH_DEBUG", None)
        .env("GH_FORCE_TTY", None)
        .env("GH_PROMPT_DISABLED", Some("1"))
        .env("GH_NO_UPDATE_NOTIFIER", Some("1"))
        .env("NO_COLOR", Some("1"));
    let limits = Limits { time: github::question(&cx.environment)?, stdout: ANSWER, stderr: 64 << 10 };
    let finished = process::run(&invocation, limits).await.map_err(|error| unverified(&format!("{error:#}")))?;
    let why = match finished.end {
        End::Status(0) if finished.stdout.cut => "its answer is too long".to_owned(),
        End::Status(0) => return Ok(finished.stdout.bytes),
        End::Status(status) => format!("gh ended with {status}: {}", said(&finished.stderr.text())),
        End::Signal(signal) => format!("gh was ended by signal {signal}"),
        End::TimedOut => format!("gh did not answer within {} seconds (ZARPE_TIMEOUT)", limits.time.as_secs()),
    };
    Err(unverified(&why).into())
}

fn unverified(why: &str) -> Failure {
    Failure::cannot_tell("clearance/attestation", format!("the attestation could not be verified: {why}"))
        .help("see `gh attestation verify`; or leave --clearance-bundle out: the commit is verified again")
}

/// What gh wrote to its standard error, on one line.
fn said(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() { "it gives no reason".to_owned() } else { lines.join("; ") }
}
