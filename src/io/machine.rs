//! The machine that a process runs on, and words that nobody can foresee.

use std::hash::{BuildHasher as _, RandomState};

use jiff::Timestamp;

use crate::deploy::journal::Who;

/// This process.
#[must_use]
pub fn who(login: Option<String>) -> Who {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    Who { login, host, boot_id: boot_id.trim().to_owned(), pid: std::process::id() }
}

/// Whether a group of another process of this machine still runs. Ids mean nothing on another machine or after another boot.
#[must_use]
pub fn still_runs(who: &Who, pid: u32) -> bool {
    let here = self::who(None);
    here.host == who.host && here.boot_id == who.boot_id && super::process::is_group_alive(pid)
}

/// Whether a process of this machine has ended. Of one of another machine, or before another boot where that is not known, nobody
/// can tell it here.
#[must_use]
pub fn has_ended(host: &str, boot_id: &str, pid: u32) -> bool {
    let here = self::who(None);
    let is_here = here.host == host && !boot_id.is_empty();
    is_here && (here.boot_id != boot_id || !super::process::is_alive(pid))
}

/// A word of 32 hexadecimal digits.
#[must_use]
pub fn nonce() -> String {
    let word = || RandomState::new().hash_one("zarpe");
    format!("{:016x}{:016x}", word(), word())
}

/// The time.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}
/// How many bytes of the file system of a folder are free for this user.
///
/// # Errors
/// Why that cannot be told.
#[cfg(unix)]
pub fn disk_free(folder: &std::path::Path) -> Result<u64, String> {
    let told = rustix::fs::statvfs(folder).map_err(|error| std::io::Error::from(error).to_string())?;
    Ok(told.f_bavail.saturating_mul(told.f_frsize))
}

/// How many bytes of the file system of a folder are free for this user.
///
/// # Errors
/// Why that cannot be told.
#[cfg(not(unix))]
pub fn disk_free(_folder: &std::path::Path) -> Result<u64, String> {
    Err("this system is not asked for it".to_owned())
}
