//! PostgreSQL from Debian: a cluster for a test, copied from one that is made once for a machine.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::super::run::clean;
use super::programs;

/// The owner of everything in it.
pub const USER: &str = "muses";

/// A server that listens on a socket in its folder, until it is dropped. It promises nothing about a loss of power.
pub struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    server: Child,
}

/// Where `initdb` is: Debian keeps it beside its version, off the path. The newest is taken.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let versions: Vec<PathBuf> = versions.into_iter().rev().map(|(_, folder)| folder).collect();
    programs::folder_of("initdb", &versions)
}

/// Whom it runs as where this is root, which it refuses.
fn servant() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2).map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    find("postgres").or_else(|| find("nobody"))
}

fn as_servant(command: &mut Command) -> &mut Command {
    clean(command);
    if let Some((user, group)) = servant() {
        command.uid(user).gid(group);
    }
    command.current_dir("/").stdin(Stdio::null())
}

/// A cluster that was never started, made once for this machine.
fn template(programs: &Path) -> PathBuf {
    static MAKING: Mutex<()> = Mutex::new(());
    let _made_by_one = MAKING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let version = Command::new(programs.join("initdb")).arg("--version").output().unwrap();
    let version: String =
        String::from_utf8_lossy(&version.stdout).chars().filter(char::is_ascii_alphanumeric).collect();
    let user = servant().map_or_else(|| rustix::process::geteuid().as_raw(), |(user, _)| user);
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{version}-{user}"));
    if place.exists() {
        return place;
    }
    let scratch = tempfile::tempdir().unwrap();
    programs::chmod(scratch.path(), 0o777);
    let mut initdb = Command::new(programs.join("initdb"));
    as_servant(&mut initdb).arg("-D").arg(scratch.path().join("data")).args([
        "--username",
        USER,
        "--auth=trust",
        "--no-sync",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--wal-segsize=1",
    ]);
    let output = initdb.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let fresh = place.with_extension(std::process::id().to_string());
    copy(&scratch.path().join("data"), &fresh);
    // Another process may have been first: its template is as good.
    if std::fs::rename(&fresh, &place).is_err() {
        std::fs::remove_dir_all(fresh).unwrap();
    }
    place
}

/// With owners and rights.
fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
}

impl Postgres {
    /// Starts one in a folder that is not there yet. `None` where it is not installed.
    pub fn start(folder: &Path) -> Option<Self> {
        let programs = programs()?;
        std::fs::create_dir(folder).unwrap();
        programs::chmod(folder, 0o777);
        copy(&template(&programs), &folder.join("data"));
        let mut server = Command::new(programs.join("postgres"));
        as_servant(&mut server).arg("-D").arg(folder.join("data")).arg("-k").arg(folder);
        for setting in [
            "listen_addresses=",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "shared_buffers=16MB",
            "autovacuum=off",
            "max_connections=40",
        ] {
            server.args(["-c", setting]);
        }
        let log = std::fs::File::create(folder.join("server.log")).unwrap();
        let server = server.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut this = Self { folder: folder.to_owned(), programs, server };
        let begun = Instant::now();
        while !this.psql("postgres").args(["-c", "select 1"]).output().unwrap().status.success() {
            let log = || std::fs::read_to_string(this.folder.join("server.log")).unwrap();
            assert!(this.server.try_wait().unwrap().is_none(), "PostgreSQL ended: {}", log());
            assert!(begun.elapsed() < Duration::from_secs(20), "PostgreSQL does not answer: {}", log());
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(this)
    }

    /// The folder of its client programs.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// The folder of its socket: `PGHOST`.
    pub fn socket(&self) -> &Path {
        &self.folder
    }

    /// The address of a database.
    pub fn url(&self, base: &str, password: &str) -> String {
        format!("postgresql://{USER}:{password}@/{base}?host={}", self.folder.display())
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        clean(&mut command);
        command.env("PGHOST", &self.folder).env("PGUSER", USER);
        command
    }

    fn psql(&self, base: &str) -> Command {
        let mut command = self.client("psql");
        command.args(["-XqtA", "-v", "ON_ERROR_STOP=1", "-d", base]);
        command
    }

    /// What a statement gives.
    #[track_caller]
    pub fn query(&self, base: &str, statement: &str) -> String {
        let output = self.psql(base).args(["-c", statement]).output().unwrap();
        assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// `create database`, as a copy of another one where one is named.
    pub fn create(&self, base: &str, from: &str) {
        self.query("postgres", &format!("create database {base} template {from}"));
    }

    /// Removes a database with everybody who is in it.
    pub fn drop(&self, base: &str) {
        self.query("postgres", &format!("drop database if exists {base} with (force)"));
    }

    /// The definitions of a database.
    pub fn schema(&self, base: &str) -> String {
        self.dump(base, "--schema-only")
    }

    /// The rows of a database.
    pub fn rows(&self, base: &str) -> String {
        self.dump(base, "--data-only")
    }

    /// Newer versions of pg_dump write a random word around what they print.
    fn dump(&self, base: &str, part: &str) -> String {
        let output = self.client("pg_dump").args([part, base]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let is_word = |line: &&str| line.starts_with("\\restrict") || line.starts_with("\\unrestrict");
        text.lines().filter(|line| !is_word(line)).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // At once: its processes end with it, and it frees what it shares with them. It may have ended already.
        let pid = rustix::process::Pid::from_child(&self.server);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::QUIT);
        let _ = self.server.wait();
    }
}
