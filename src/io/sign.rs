//! A signed tag, made by the git program with the user's own key and signing program.
//!
//! git makes a signed tag only together with its reference. So it works in a scratch folder that shares the clone's objects
//! and reads its configuration: the object is in the clone, and no reference of the clone was touched.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use tokio::process::Command;

use super::files;
use crate::history::{Person, Sha};
use crate::report::Failure;

/// How long signing may take; a person may have to type a passphrase.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// An annotated tag about to be signed.
#[derive(Clone, Copy, Debug)]
pub struct Unsigned<'a> {
    /// Name, without `refs/tags/`.
    pub name: &'a str,
    /// The commit that it names.
    pub commit: &'a Sha,
    /// Who makes it; without `user.signingKey`, whose key signs.
    pub tagger: &'a Person,
    /// When.
    pub when: Timestamp,
    /// Its message.
    pub message: &'a str,
}

/// Writes the signed tag object into the clone whose folder of configuration and objects is `clone` (`.git`).
///
/// # Errors
/// Exit code 2 where git cannot sign as it is configured, or where the clone's own configuration names the program that
/// would sign; 3 where git could not be run or did not end.
pub async fn tag(clone: &Path, unsigned: Unsigned<'_>) -> Result<Sha> {
    refuse_own_programs(clone).await?;
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    let folder = scratch.path();
    let message = folder.join("message");
    // The signature begins a line.
    files::write(&message, format!("{}\n", unsigned.message.trim_end_matches('\n')).as_bytes())?;
    files::write(&folder.join("HEAD"), b"ref: refs/heads/none\n")?;
    files::write(&folder.join("refs/tags/.keep"), b"")?;
    files::write(&folder.join("config"), configuration(clone).as_bytes())?;

    let mut command = git(folder);
    command
        .args(["tag", "--sign", "--cleanup=verbatim", "--file"])
        .arg(&message)
        .args(["--", unsigned.name, unsigned.commit.as_str()])
        .env("GIT_OBJECT_DIRECTORY", clone.join("objects"))
        .env("GIT_COMMITTER_NAME", &unsigned.tagger.name)
        .env("GIT_COMMITTER_EMAIL", &unsigned.tagger.email)
        .env("GIT_COMMITTER_DATE", format!("@{} +0000", unsigned.when.as_second()));
    run(command).await?.map_err(|said| {
        Failure::usage("tag/not-signed", format!("git cannot sign tag {}: {said}", unsigned.name)).help(
            "set the key (git config --global user.signingKey KEY; for ssh also gpg.format ssh) and see that its agent is \
             unlocked, or leave out --sign",
        )
    })?;
    let made = files::read(&folder.join("refs/tags").join(unsigned.name))?.unwrap_or_default();
    Sha::parse(String::from_utf8_lossy(&made).trim()).context("git made no tag object")
}

/// The clone's configuration and nothing of its references.
fn configuration(clone: &Path) -> String {
    let path = clone.join("config").display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
    format!("[core]\n\trepositoryformatversion = 0\n\tbare = true\n[include]\n\tpath = \"{path}\"\n")
}

/// A program that signs is run as the user: the user's own configuration may name one, a clone's may not.
async fn refuse_own_programs(clone: &Path) -> Result<()> {
    let pattern = r"^gpg\.(.*\.)?(program|defaultkeycommand)$";
    let mut command = git(clone);
    command.args(["config", "--file"]).arg(clone.join("config"));
    command.args(["--includes", "--null", "--name-only", "--get-regexp", pattern]);
    // git ends with 1 where nothing matches.
    let Ok(found) = run(command).await? else { return Ok(()) };
    let Some(key) = found.split('\0').find(|key| !key.is_empty()) else { return Ok(()) };
    Err(Failure::usage("tag/signing-program", format!("this clone's own configuration names what signs: {key}"))
        .help(format!("if it is yours: git config --unset {key}; git config --global {key} PROGRAM"))
        .into())
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("--git-dir")
        .arg(folder)
        .args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"])
        .env("LC_ALL", "C")
        .env_remove(crate::context::ARGUMENTS)
        .env_remove(crate::context::LEARNED)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Its standard output, or what it says about why it failed.
async fn run(mut command: Command) -> Result<std::result::Result<String, String>> {
    let output = tokio::time::timeout(TIME_LIMIT, command.output())
        .await
        .map_err(|_| {
            let seconds = TIME_LIMIT.as_secs();
            Failure::cannot_tell("tag/signing-time-out", format!("signing did not end in {seconds} s"))
                .help("unlock the key first (ssh-add, or gpg-agent), then run it again")
        })?
        .map_err(|error| {
            Failure::cannot_tell("tag/git", format!("cannot run git: {error}")).help("install git 2.34 or newer")
        })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(Ok(text(&output.stdout)));
    }
    let said = text(&output.stderr);
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    Ok(Err(lines.collect::<Vec<_>>().join("; ")))
}
