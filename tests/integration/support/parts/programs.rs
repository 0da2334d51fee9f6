//! Where the programs of the parts are, and small things that are done to files and processes.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The folder in which a program is: of the path, or of these.
pub fn folder_of(program: &str, more: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap();
    more.iter().cloned().chain(std::env::split_paths(&path)).find(|folder| folder.join(program).exists())
}

/// Python itself, past what picks a version of it by a script.
pub fn python() -> PathBuf {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    let ask = || {
        let output = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().unwrap();
        PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
    };
    PYTHON.get_or_init(ask).clone()
}

pub fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Writes a program.
pub fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    chmod(path, 0o755);
}

/// Ends a process with all of its group, where there is one.
pub fn kill_group(pid: u64) {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(pid) = pid {
        // It may have ended already.
        let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
    }
}
