//! Programs that are run: commands that the user wrote, and git.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};

use crate::report::Failure;

/// How much a program may take before it is stopped or cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time until the program and all that it started are killed.
    pub time: Duration,
    /// Bytes of standard output that are kept; the rest is read and dropped.
    pub stdout: usize,
    /// Bytes of standard error that are kept; the rest is read and dropped.
    pub stderr: usize,
}

/// A program about to run, with nothing on its standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// Name or path of the program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Where it is started.
    pub directory: PathBuf,
    /// Variables that are set, or with `None` removed, on top of this process's environment.
    pub environment: Vec<(String, Option<String>)>,
}

impl Invocation {
    /// A program with its arguments.
    pub fn new(
        directory: &Path,
        program: impl Into<String>,
        arguments: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            directory: directory.to_owned(),
            environment: Vec::new(),
        }
    }

    /// A command line that the user wrote, as `bash -o pipefail -c` understands it, or `sh -c` where there is no bash. It is handed
    /// over in a variable: a secret may stand in it, and every user reads the list of processes.
    ///
    /// A pipe fails where any of its commands does. One whose reader has enough, as `head`, does not: 141 is how a shell says that
    /// (128 and the number of SIGPIPE). Behind `&&` it counts, for what should have come next did not.
    pub fn shell(directory: &Path, command: &str) -> Self {
        let (read, line) =
            ("zarpe_command=$ZARPE_COMMAND; unset ZARPE_COMMAND; eval \"$zarpe_command\"", "ZARPE_COMMAND");
        let ended = "zarpe_end=$?; case $zarpe_end:$zarpe_command in 141:*'&&'*) ;; 141:*) zarpe_end=0 ;; esac; exit $zarpe_end";
        let shell = if is_there("bash") {
            Self::new(directory, "bash", ["-o", "pipefail", "-c", &format!("{read}; {ended}")])
        } else {
            Self::new(directory, "sh", ["-c", read])
        };
        shell.env(line, Some(command))
    }

    /// Sets a variable, or removes it.
    #[must_use]
    pub fn env(mut self, name: &str, value: Option<&str>) -> Self {
        self.environment.push((name.to_owned(), value.map(ToOwned::to_owned)));
        self
    }
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With this exit status.
    Status(i32),
    /// By a signal.
    Signal(i32),
    /// It was still running, or had left something running that held its output open, at the time limit: killed.
    TimedOut,
}

/// What came of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// How it ended.
    pub end: End,
    /// Its standard output.
    pub stdout: Captured,
    /// Its standard error.
    pub stderr: Captured,
}

impl Finished {
    /// Whether it ended by itself with status 0.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.end == End::Status(0)
    }
}

/// What a program wrote to a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    /// The first bytes, as many as the limit allows.
    pub bytes: Vec<u8>,
    /// Whether there was more.
    pub cut: bool,
}

impl Captured {
    /// As text; invalid UTF-8 is replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(super) async fn fill(&mut self, limit: usize, stream: Option<impl AsyncRead + Unpin>) -> std::io::Result<()> {
        let Some(mut stream) = stream else { return Ok(()) };
        let mut buffer = Vec::with_capacity(8192);
        while stream.read_buf(&mut buffer).await? > 0 {
            let room = limit.saturating_sub(self.bytes.len());
            self.cut |= buffer.len() > room;
            buffer.truncate(room);
            self.bytes.append(&mut buffer);
        }
        Ok(())
    }
}

/// Whether there is a program of this name where programs are looked for.
#[must_use]
pub fn is_there(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

/// Runs a program to its end, in a session of its own.
///
/// # Errors
/// Exit code 3 where it cannot be started. A program that fails is no error: see [`Finished::end`].
pub async fn run(invocation: &Invocation, limits: Limits) -> Result<Finished> {
    let cannot = |error: std::io::Error| {
        Failure::cannot_tell("io/process", format!("cannot run {}: {error}", invocation.program)).help(format!(
            "see that {} is there and that {} is a folder",
            invocation.program,
            invocation.directory.display()
        ))
    };
    let mut child = spawn(command(invocation)).map_err(cannot)?;
    let group = child.id();
    let (mut stdout, mut stderr) = (Captured::default(), Captured::default());
    let ended = tokio::time::timeout(limits.time, to_the_end(&mut child, limits, &mut stdout, &mut stderr)).await;
    let end = match ended {
        Ok(status) => end_of(status.map_err(cannot)?),
        Err(_) => {
            kill_group(group);
            // What is left of the shell itself; the group had its signal already.
            let _ = child.kill().await;
            End::TimedOut
        }
    };
    Ok(Finished { end, stdout, stderr })
}

pub(super) fn command(invocation: &Invocation) -> Command {
    let mut command = Command::new(&invocation.program);
    command.args(&invocation.arguments).current_dir(&invocation.directory).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // What was handed over to this process is not for others.
    command.env_remove(crate::context::ARGUMENTS).env_remove(crate::context::LEARNED);
    for (name, value) in &invocation.environment {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// Starts a program as the leader of a session of its own, and so of a group: signals reach all that it starts, and it has no
/// terminal. One that shared this process's terminal would be stopped where it asks for a password, without a word; so it fails
/// at once, and says why.
///
/// # Errors
/// Where it cannot be started.
#[cfg(unix)]
pub(super) fn spawn(command: Command) -> std::io::Result<Child> {
    use process_wrap::tokio::{CommandWrap, ProcessSession};
    let started = CommandWrap::from(command).wrap(ProcessSession).spawn()?;
    // What wraps it would wait for the whole group.
    let child: Box<dyn std::any::Any> = started.into_inner();
    child.downcast().map(|child| *child).map_err(|_| std::io::Error::other("it was started as something else"))
}

#[cfg(not(unix))]
pub(super) fn spawn(mut command: Command) -> std::io::Result<Child> {
    command.spawn()
}

/// Both streams are read while it runs: a full pipe would stop it.
async fn to_the_end(
    child: &mut Child,
    limits: Limits,
    stdout: &mut Captured,
    stderr: &mut Captured,
) -> std::io::Result<std::process::ExitStatus> {
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (status, out, err) =
        tokio::join!(child.wait(), stdout.fill(limits.stdout, out), stderr.fill(limits.stderr, err));
    out.and(err).and(status)
}

#[cfg(unix)]
pub(super) fn end_of(status: std::process::ExitStatus) -> End {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Status(code),
        (None, signal) => End::Signal(signal.unwrap_or_default()),
    }
}

#[cfg(not(unix))]
pub(super) fn end_of(status: std::process::ExitStatus) -> End {
    End::Status(status.code().unwrap_or(-1))
}

pub(super) fn kill_group(group: Option<u32>) {
    signal_group(group.unwrap_or_default(), 9);
}

/// How it ended, as the journal of a run says it.
pub(super) fn status_of(status: std::process::ExitStatus) -> crate::deploy::journal::End {
    match end_of(status) {
        End::Status(code) => crate::deploy::journal::End::Code(code),
        End::Signal(signal) => crate::deploy::journal::End::Signal(signal),
        End::TimedOut => crate::deploy::journal::End::TimedOut,
    }
}

#[cfg(unix)]
fn group(id: u32) -> Option<rustix::process::Pid> {
    i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw)
}

/// Sends a signal to all processes of a group.
#[cfg(unix)]
pub(super) fn signal_group(id: u32, number: i32) {
    if let (Some(group), Some(signal)) = (group(id), rustix::process::Signal::from_named_raw(number)) {
        // An error here says that the group is gone already.
        let _ = rustix::process::kill_process_group(group, signal);
    }
}

/// Whether there is a process of this id; one of another user counts.
#[cfg(unix)]
#[must_use]
pub fn is_alive(id: u32) -> bool {
    let told = group(id).map(rustix::process::test_kill_process);
    told.is_some_and(|told| told != Err(rustix::io::Errno::SRCH))
}

/// Whether there is a process of this id: that cannot be told here.
#[cfg(not(unix))]
#[must_use]
pub fn is_alive(_id: u32) -> bool {
    true
}

/// Whether a group has processes that have not ended. Those that nobody waits for, as in a container whose first process does not, are
/// left out where the system tells of them (Linux: proc_pid_stat(5)).
#[cfg(unix)]
#[must_use]
pub fn is_group_alive(id: u32) -> bool {
    let Some(group) =
        group(id).filter(|group| rustix::process::test_kill_process_group(*group) != Err(rustix::io::Errno::SRCH))
    else {
        return false;
    };
    let Ok(processes) = std::fs::read_dir("/proc") else { return true };
    let of_group = processes.flatten().filter_map(|one| {
        let text = std::fs::read_to_string(one.path().join("stat")).ok()?;
        // The name before may hold anything.
        let mut fields = text.rsplit_once(')')?.1.split_ascii_whitespace();
        let state = fields.next()?;
        (fields.nth(1)?.parse() == Ok(group.as_raw_nonzero().get())).then_some(!matches!(state, "Z" | "X"))
    });
    let of_group: Vec<bool> = of_group.collect();
    // Those of others may not be shown.
    of_group.is_empty() || of_group.contains(&true)
}

#[cfg(not(unix))]
pub(super) fn signal_group(_id: u32, _number: i32) {}

/// Whether a group has processes.
#[cfg(not(unix))]
#[must_use]
pub fn is_group_alive(_id: u32) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    const LIMITS: Limits = Limits { time: Duration::from_secs(20), stdout: 1000, stderr: 10 };

    fn sh(command: &str, limits: Limits) -> Finished {
        let folder = tempfile::tempdir().unwrap();
        let invocation = Invocation::shell(folder.path(), command).env("A", Some("b")).env("HOME", None);
        crate::io::runtime().unwrap().block_on(run(&invocation, limits)).unwrap()
    }

    #[test]
    fn a_command_is_heard_to_its_end() {
        let finished = sh("echo $A-$HOME; echo oh no >&2; exit 7", LIMITS);
        assert_eq!(finished.end, End::Status(7));
        assert_eq!(finished.stdout.text(), "b-\n");
        assert_eq!(finished.stderr.text(), "oh no\n");
        assert_eq!(sh("kill -TERM $$", LIMITS).end, End::Signal(15));
    }

    #[test_case("no-such-program-here | wc -l" => 127; "the first of a pipe")]
    #[test_case("yes | head -1" => 0; "a reader that has enough")]
    #[test_case("yes | head -1 && echo b" => 141; "and something that should have come next")]
    #[test_case("echo a | grep b | wc -l" => 1; "one that finds nothing")]
    fn a_pipe_fails_where_any_of_its_commands_does(command: &str) -> i32 {
        match sh(command, LIMITS).end {
            End::Status(status) => status,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn more_than_the_limit_is_read_and_dropped() {
        let finished = sh("head -c 300000 /dev/zero; echo 0123456789abc >&2", LIMITS);
        assert!(finished.succeeded() && finished.stdout.cut && finished.stderr.cut);
        assert_eq!((finished.stdout.bytes.len(), finished.stderr.text().as_str()), (1000, "0123456789"));
    }

    #[test]
    fn at_the_time_limit_the_whole_group_is_killed() {
        let folder = tempfile::tempdir().unwrap();
        let survivor = folder.path().join("survivor");
        let command = format!("(sleep 1; touch '{}') & echo started; sleep 60", survivor.display());
        let finished = sh(&command, Limits { time: Duration::from_millis(300), ..LIMITS });
        assert_eq!((finished.end, finished.stdout.text().as_str()), (End::TimedOut, "started\n"));
        std::thread::sleep(Duration::from_millis(1200));
        assert!(!survivor.exists(), "the background process lived on");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let invocation = Invocation::new(Path::new("."), "no-such-program-here", ["x"]);
        let error = crate::io::runtime().unwrap().block_on(run(&invocation, LIMITS)).unwrap_err();
        assert!(error.to_string().contains("no-such-program-here"), "{error}");
    }
}
