//! Signatures by SSH keys, made and checked by OpenSSH's own program.
//! Format: <https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig>.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::files;
use super::process::{Finished, Invocation, Limits, run};
use crate::report::Failure;

/// What the signatures are for: one for anything else is none.
const NAMESPACE: &str = "zarpe-deploy";
const LIMITS: Limits = Limits { time: Duration::from_secs(120), stdout: 64 << 10, stderr: 64 << 10 };

/// Who signed a text, and the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The principal that the file of signers has for the key.
    pub principal: String,
    /// The signature, armored.
    pub signature: String,
}

/// Signs a text with a key, and looks up whose it is in the file of signers.
///
/// # Errors
/// Exit code 1 where the key is nobody's there, 2 where it cannot sign, 3 where `ssh-keygen` cannot be run.
pub async fn sign(key: &Path, signers: &Path, text: &str) -> Result<Signed> {
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    let (message, signature) = (scratch.path().join("text"), scratch.path().join("text.sig"));
    files::write(&message, text.as_bytes())?;
    let shown = |path: &Path| path.display().to_string();
    let signed = keygen(scratch.path(), &["-Y", "sign", "-f", &shown(key), "-n", NAMESPACE, &shown(&message)]).await?;
    if !signed.succeeded() {
        let message = format!("ssh-keygen cannot sign with {}: {}", key.display(), signed.stderr.text().trim());
        return Err(Failure::usage("deploy/ssh-key", message)
            .help("name a private key, or a public one of your agent")
            .into());
    }
    let unknown = |why: String| {
        let message = format!("{} does not say whose key {} is{why}", signers.display(), key.display());
        Failure::refused("deploy/ssh-signer", message)
            .help("a line of it: LOGIN KEY-TYPE KEY (ssh-keygen(1), ALLOWED SIGNERS)")
    };
    let found =
        keygen(scratch.path(), &["-Y", "find-principals", "-s", &shown(&signature), "-f", &shown(signers)]).await?;
    let principal = found.stdout.text().lines().next().unwrap_or_default().trim().to_owned();
    if !found.succeeded() || principal.is_empty() {
        return Err(unknown(String::new()).into());
    }
    let arguments =
        ["-Y", "verify", "-f", &shown(signers), "-I", &principal, "-n", NAMESPACE, "-s", &shown(&signature)];
    let verified = checked(scratch.path(), &message, &arguments).await?;
    if !verified.succeeded() {
        return Err(unknown(format!(": {}", verified.stderr.text().trim())).into());
    }
    let bytes = files::read(&signature)?.unwrap_or_default();
    Ok(Signed { principal, signature: String::from_utf8_lossy(&bytes).into_owned() })
}

/// Whether a signature of a text is by a key that the file of signers has for this principal now.
///
/// # Errors
/// Exit code 3 where `ssh-keygen` cannot be run.
pub async fn holds(signers: &Path, principal: &str, text: &str, signature: &str) -> Result<bool> {
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    let (message, file) = (scratch.path().join("text"), scratch.path().join("text.sig"));
    files::write(&message, text.as_bytes())?;
    files::write(&file, signature.as_bytes())?;
    let (signers, file) = (signers.display().to_string(), file.display().to_string());
    let arguments = ["-Y", "verify", "-f", &signers, "-I", principal, "-n", NAMESPACE, "-s", &file];
    Ok(checked(scratch.path(), &message, &arguments).await?.succeeded())
}

async fn keygen(folder: &Path, arguments: &[&str]) -> Result<Finished> {
    run(&Invocation::new(folder, "ssh-keygen", arguments.iter().copied()), LIMITS).await
}

/// The program reads what is signed from its standard input.
async fn checked(folder: &Path, message: &Path, arguments: &[&str]) -> Result<Finished> {
    let script = "exec ssh-keygen \"$@\" < \"$0\"";
    let message = message.display().to_string();
    let all = ["-c", script, &message].into_iter().chain(arguments.iter().copied());
    run(&Invocation::new(folder, "sh", all), LIMITS).await
}
