//! A command that is watched while it runs: what it prints is given on as it comes, signals reach its whole group, and its time
//! is limited.

use std::process::Stdio;
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::Instant;

use super::process::{Invocation, command, is_group_alive, signal_group, spawn, status_of};
use super::signals::{FORCE, Signals};
use crate::deploy::journal::End;
use crate::report::Failure;

/// How long a group may go on after TERM at its time limit, or where its command has failed.
const GRACE: Duration = Duration::from_secs(2);
/// How long is waited for what a command that has ended left in its pipes; what it left running may hold them open.
const REST: Duration = Duration::from_millis(500);
/// How often it is looked whether what a command left at work has ended.
const LOOK: Duration = Duration::from_millis(50);
/// How much is read at once.
const PIECE: usize = 64 * 1024;

/// A command that runs.
#[derive(Debug)]
pub struct Running {
    child: tokio::process::Child,
    pid: u32,
}

/// Which of its streams a piece came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// Starts a command in a session of its own. A command that waits for a line on its standard input before it does anything does
/// so until [`Running::release`]; where this process dies before, it meets the end of its input and knows.
///
/// # Errors
/// Exit code 3 where it cannot be started.
pub fn start(invocation: &Invocation) -> Result<Running> {
    let cannot = |error: std::io::Error| {
        Failure::cannot_tell("io/process", format!("cannot run {}: {error}", invocation.program)).help(format!(
            "see that {} is there and that {} is a folder",
            invocation.program,
            invocation.directory.display()
        ))
    };
    let mut command = command(invocation);
    // A process that is lost must not take with it what is half done: its end is looked at when the run goes on.
    command.kill_on_drop(false).stdin(Stdio::piped());
    let child = spawn(command).map_err(cannot)?;
    let pid = child.id().unwrap_or_default();
    Ok(Running { child, pid })
}

impl Running {
    /// Its process, which is also its group.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Lets it begin: gives it a line and the end of its input.
    pub async fn release(&mut self) {
        if let Some(mut input) = self.child.stdin.take() {
            // One that reads nothing may have ended already.
            let _ = input.write_all(b"\n").await;
        }
    }

    /// Watches it to its end, and where it is told to stop, is killed, or fails, to that of all that it started: what comes next, a
    /// further try or a rollback, must not meet it at work. `hear` is given what it prints on both streams, in the order in which
    /// it came.
    ///
    /// # Errors
    /// Exit code 3 where the operating system does not tell how it ended.
    pub async fn watch(
        mut self,
        limit: Option<Duration>,
        signals: &Signals,
        hear: &mut dyn FnMut(Source, &[u8]),
    ) -> Result<End> {
        let (mut out, mut err) = (self.child.stdout.take(), self.child.stderr.take());
        let (mut of_out, mut of_err) = (vec![0; PIECE], vec![0; PIECE]);
        let begun = Instant::now();
        let mut ended: Option<std::process::ExitStatus> = None;
        let mut stop = Stop { limit: limit.map(|limit| begun + limit), ..Stop::default() };
        let mut rest = None;
        loop {
            let mut look = None;
            if let Some(status) = ended {
                // What a command that was stopped, or failed, has left at work is still that command.
                if (stop.has_begun() || !status.success()) && !stop.killed && is_group_alive(self.pid) {
                    look = Some(Instant::now() + LOOK);
                } else {
                    let rest = *rest.get_or_insert_with(|| Instant::now() + REST);
                    if out.is_none() && err.is_none() || rest <= Instant::now() {
                        break;
                    }
                }
            }
            let next = [stop.next(), rest, look].into_iter().flatten().min();
            tokio::select! {
                read = piece(&mut out, &mut of_out) => hear(Source::Output, read),
                read = piece(&mut err, &mut of_err) => hear(Source::Error, read),
                status = self.child.wait(), if ended.is_none() => {
                    let lost = |error| Failure::cannot_tell("io/process", format!("cannot tell how it ended: {error}"));
                    let status = status.map_err(lost)?;
                    ended = Some(status);
                    // Nobody waits for what a failed command left at work: it is told to end.
                    if status.code().is_some_and(|code| code != 0) && is_group_alive(self.pid) {
                        signal_group(self.pid, TERM);
                        stop.failed = Some(Instant::now());
                    }
                }
                told = signals.wait(), if stop.told.is_none() => {
                    signal_group(self.pid, told.number);
                    stop.told = Some(told.at);
                }
                () = sleep_until(next) => {
                    if let Some(number) = stop.signal(Instant::now()) {
                        signal_group(self.pid, number);
                    }
                }
            }
        }
        Ok(match ended {
            Some(_) if stop.timed_out => End::TimedOut,
            Some(status) => status_of(status),
            None => End::Unseen,
        })
    }
}

/// How a command is made to end: what was sent already, and when more is due.
#[derive(Default)]
struct Stop {
    limit: Option<Instant>,
    timed_out: bool,
    told: Option<Instant>,
    forced: usize,
    failed: Option<Instant>,
    killed: bool,
}

const TERM: i32 = 15;
const KILL: i32 = 9;

impl Stop {
    /// Whether it was told to stop, or its time is over.
    fn has_begun(&self) -> bool {
        self.told.is_some() || self.timed_out
    }

    fn next(&self) -> Option<Instant> {
        if self.killed {
            return None;
        }
        let forced = self.told.zip(FORCE.get(self.forced)).map(|(told, after)| told + *after);
        let limit = self.limit.map(|limit| if self.timed_out { limit + GRACE } else { limit });
        [forced, limit, self.failed.map(|failed| failed + GRACE)].into_iter().flatten().min()
    }

    /// What is sent now.
    fn signal(&mut self, now: Instant) -> Option<i32> {
        if self.told.zip(FORCE.get(self.forced)).is_some_and(|(told, after)| told + *after <= now) {
            self.forced += 1;
            self.killed = self.forced == FORCE.len();
            return Some(if self.killed { KILL } else { TERM });
        }
        match self.limit {
            _ if self.failed.is_some_and(|failed| failed + GRACE <= now) => {
                self.killed = true;
                Some(KILL)
            }
            Some(limit) if !self.timed_out && limit <= now => {
                self.timed_out = true;
                Some(TERM)
            }
            Some(limit) if self.timed_out && limit + GRACE <= now => {
                self.killed = true;
                Some(KILL)
            }
            _ => None,
        }
    }
}

/// The next piece of a stream; a stream that ended is closed and gives no more.
async fn piece<'b>(stream: &mut Option<impl AsyncRead + Unpin>, buffer: &'b mut [u8]) -> &'b [u8] {
    let Some(open) = stream else { return std::future::pending().await };
    // A pipe that cannot be read says no more than one that ended.
    let read = open.read(buffer).await.unwrap_or(0);
    if read == 0 {
        *stream = None;
    }
    buffer.get(..read).unwrap_or_default()
}

async fn sleep_until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn watch(script: &str, limit: Option<Duration>) -> (End, String) {
        let invocation = Invocation::shell(std::path::Path::new("."), script);
        crate::io::runtime().unwrap().block_on(async {
            let signals = Signals::listen().unwrap();
            let mut heard = Vec::new();
            let end = start(&invocation)
                .unwrap()
                .watch(limit, &signals, &mut |_, piece| heard.extend_from_slice(piece))
                .await;
            (end.unwrap(), String::from_utf8(heard).unwrap())
        })
    }

    #[test]
    fn both_streams_are_heard_and_the_end_is_told() {
        assert_eq!(watch("echo a; sleep 0.1; echo b >&2; exit 3", None), (End::Code(3), "a\nb\n".to_owned()));
        assert_eq!(watch("kill -9 $$", None).0, End::Signal(9));
    }

    #[test]
    fn at_the_limit_the_group_is_told_and_then_killed() {
        let begun = Instant::now();
        let (end, heard) = watch(
            "trap 'echo told' TERM; sleep 30 & while :; do wait; sleep 0.1; done",
            Some(Duration::from_millis(200)),
        );
        assert_eq!((end, heard.lines().next()), (End::TimedOut, Some("told")));
        assert!(begun.elapsed() < Duration::from_secs(5));
    }

    /// The shell ends at once, and what it started goes on, which hears TERM as this says.
    #[test_case("''", "sleep 1.2; echo more", "while :; do sleep 0.1; done", Some(1000) => (End::TimedOut, "more\n".to_owned()); "at the limit")]
    #[test_case("''", "sleep 0.4; echo more", "kill -9 $$", None => (End::Signal(9), "more\n".to_owned()); "where it is killed")]
    #[test_case("''", "sleep 60", "kill -9 $$", Some(1000) => (End::TimedOut, String::new()); "up to the limit")]
    #[test_case("'echo told; exit'", "while :; do :; done", "exit 3", None => (End::Code(3), "told\n".to_owned()); "where it fails")]
    #[test_case("''", "sleep 0.4; echo more", "exit 3", None => (End::Code(3), "more\n".to_owned()); "where it fails, in its time")]
    #[test_case("''", "sleep 60; echo late", "exit 3", None => (End::Code(3), String::new()); "where it fails, and what it left hears nothing")]
    fn all_that_a_stopped_or_failed_command_started_ends_with_it(
        hears: &str,
        left: &str,
        then: &str,
        limit: Option<u64>,
    ) -> (End, String) {
        let begins = "f=$(mktemp -u)";
        let is_there = "until test -e $f; do sleep 0.02; done; rm $f";
        let script = format!("{begins}; (trap {hears} TERM; : > $f; {left}) & {is_there}; {then}");
        watch(&script, limit.map(Duration::from_millis))
    }

    #[test]
    fn what_is_left_running_holds_nobody() {
        let begun = Instant::now();
        assert_eq!(watch("sleep 5 & echo done", None), (End::Code(0), "done\n".to_owned()));
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
}
