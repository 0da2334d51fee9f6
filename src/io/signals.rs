//! The signals by which this process is told to stop: INT, TERM and HUP. They are heard, and passed on by who watches a child.

use std::time::Duration;

use anyhow::Result;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::report::Failure;

/// When a child that goes on is told with more force, counted from the signal: TERM, then KILL. GitHub's runner gives a process
/// 7.5 s after INT.
pub const FORCE: [Duration; 2] = [Duration::from_millis(4000), Duration::from_millis(6500)];

/// A signal that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its name, as `INT`.
    pub name: &'static str,
    /// Its number.
    pub number: i32,
    /// When it came.
    pub(in crate::io) at: Instant,
}

/// What hears the signals.
#[derive(Clone, Debug)]
pub struct Signals(watch::Receiver<Option<Told>>);

/// Whether this process was begun with a signal ignored (Linux: proc_pid_status(5)).
#[cfg(unix)]
fn is_ignored(number: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (number - 1) & 1 == 1)
}

impl Signals {
    /// Hears them from now on; the first one counts.
    ///
    /// # Errors
    /// Exit code 3 where the operating system does not let them be heard.
    #[cfg(unix)]
    pub fn listen() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let (sender, receiver) = watch::channel(None);
        let kinds =
            [("INT", SignalKind::interrupt()), ("TERM", SignalKind::terminate()), ("HUP", SignalKind::hangup())];
        // Under nohup(1) the end of a terminal ends nothing.
        let is_heard = |kind: &SignalKind| *kind != SignalKind::hangup() || !is_ignored(kind.as_raw_value());
        for (name, kind) in kinds.into_iter().filter(|(_, kind)| is_heard(kind)) {
            let deaf = |error| Failure::cannot_tell("io/signals", format!("cannot hear signal {name}: {error}"));
            let (mut stream, sender) = (signal(kind).map_err(deaf)?, sender.clone());
            tokio::spawn(async move {
                while stream.recv().await.is_some() {
                    let told = Told { name, number: kind.as_raw_value(), at: Instant::now() };
                    sender.send_if_modified(|first| {
                        let is_first = first.is_none();
                        first.get_or_insert(told);
                        is_first
                    });
                }
            });
        }
        Ok(Self(receiver))
    }

    /// No signal is heard here.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(unix))]
    pub fn listen() -> Result<Self> {
        Ok(Self(watch::channel(None).1))
    }

    /// The signal that came, if one did.
    #[must_use]
    pub fn told(&self) -> Option<Told> {
        *self.0.borrow()
    }

    /// Waits for one.
    pub async fn wait(&self) -> Told {
        let mut receiver = self.0.clone();
        let told = receiver.wait_for(Option::is_some).await.ok().and_then(|told| *told);
        match told {
            Some(told) => told,
            // Nobody listens any more: nothing will come.
            None => std::future::pending().await,
        }
    }

    /// Does something; a signal ends it, and there is nothing then.
    pub async fn unless_told<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            done = work => Some(done),
            _ = self.wait() => None,
        }
    }

    /// Does something as long as there is time for it: a signal ends it, and one that came before leaves it the time until a child
    /// would be killed.
    pub async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        match self.told() {
            None => self.unless_told(work).await,
            Some(told) => tokio::time::timeout_at(told.at + FORCE[1], work).await.ok(),
        }
    }

    /// Lets time pass; a signal ends it.
    pub async fn pause(&self, duration: Duration) {
        tokio::select! {
            () = tokio::time::sleep(duration) => {}
            _ = self.wait() => {}
        }
    }
}
