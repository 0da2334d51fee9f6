//! The machine that a process runs on, and words that nobody can foresee.

use std::hash::{BuildHasher as _, RandomState};

use jiff::Timestamp;

use super::lock::Process;
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

/// Whether a process is, or was, one of this machine.
#[must_use]
pub fn is_here(who: &Who) -> bool {
    self::who(None).host == who.host
}

/// Whether a process is known to have ended: it is one of this machine, and is not there any more.
#[must_use]
pub fn has_ended(who: &Who) -> bool {
    let here = self::who(None);
    here.host == who.host && (here.boot_id != who.boot_id || !super::process::is_alive(who.pid))
}

/// This process, in the words of this machine.
#[must_use]
pub fn process() -> Process {
    let Who { boot_id, pid, .. } = who(None);
    Process { boot_id, pid, namespace: namespace(), began: standing(pid).map(|(_, began)| began) }
}

/// Whether a process lives; `None` where nobody can tell it here: it is one of another machine, or of other containers, whose ids
/// mean nothing here though their host may have the same name.
#[must_use]
pub fn lives(host: &str, process: &Process) -> Option<bool> {
    let here = self::who(None);
    let is_here = here.host == host && !here.boot_id.is_empty() && here.boot_id == process.boot_id;
    if !is_here || process.namespace.is_none() || process.namespace != namespace() {
        return None;
    }
    match standing(process.pid) {
        None => (!super::process::is_alive(process.pid)).then_some(false),
        // What nobody has waited for yet has ended.
        Some(('Z' | 'X', _)) => Some(false),
        // A later process may have its id.
        Some((_, began)) => process.began.map(|then| then == began),
    }
}

/// The ids of processes that this process sees (Linux: its pid namespace).
fn namespace() -> Option<String> {
    std::fs::read_link("/proc/self/ns/pid").ok().map(|link| link.to_string_lossy().into_owned())
}

/// The state of a process, and when it began, in ticks since the boot (proc_pid_stat(5)).
fn standing(pid: u32) -> Option<(char, u64)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before may hold anything.
    let mut fields = text.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((state, fields.nth(18)?.parse().ok()?))
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_lives_where_all_that_is_known_of_it_says_so() {
        let (own, host) = (process(), who(None).host);
        assert_eq!(lives(&host, &own), Some(true));
        assert_eq!(lives("elsewhere", &own), None);
        assert_eq!(lives(&host, &Process { boot_id: "another".to_owned(), ..own.clone() }), None);
        let other = Some("pid:[1]".to_owned());
        assert_eq!(lives(&host, &Process { namespace: other, ..own.clone() }), None, "another container");
        assert_eq!(lives(&host, &Process { namespace: None, ..own.clone() }), None, "it did not say so");
        assert_eq!(lives(&host, &Process { began: Some(1), ..own.clone() }), Some(false), "its id is another one's");
        assert_eq!(lives(&host, &Process { began: None, ..own.clone() }), None);
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let of_child = Process { pid: child.id(), began: standing(child.id()).map(|(_, began)| began), ..own };
        while standing(child.id()).is_some_and(|(state, _)| state != 'Z') {
            std::thread::yield_now();
        }
        assert_eq!(lives(&host, &of_child), Some(false), "nobody has waited for it");
        child.wait().unwrap();
        assert_eq!(lives(&host, &of_child), Some(false));
    }
}
