//! The time limit of a subcommand as a whole, for those that only ask and have no other of their own.

use std::time::Duration;

use anyhow::Result;

use super::{Command, openapi};
use crate::duration;
use crate::io::clock;
use crate::report::Failure;

/// How long a subcommand may take.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(super) struct Limit {
    /// How long it may take as a whole; default: as long as its questions take, each of which has a limit of its own.
    #[arg(long, value_name = "DURATION", value_parser = duration::fine)]
    timeout: Option<Duration>,
}

/// How long a file is waited for where nothing else is said: it may be a pipe.
const PATIENCE: Duration = Duration::from_secs(600);

impl Limit {
    /// How long one file may take.
    pub(super) fn of_file(self) -> Duration {
        self.timeout.filter(|limit| !limit.is_zero()).unwrap_or(PATIENCE)
    }
}

impl Command {
    /// Its limit; `None` where it has none, or limits itself.
    fn limit(&self) -> Option<Duration> {
        let limit = match self {
            Self::Verify(options) => options.limit,
            Self::Tag(options) => options.limit,
            Self::Notes(options) => options.limit,
            Self::Release(options) => options.limit,
            Self::Openapi(openapi::Command::Check(options)) => options.limit,
            Self::Openapi(openapi::Command::Diff(options)) => options.limit,
            _ => Limit::default(),
        };
        limit.timeout.filter(|limit| !limit.is_zero())
    }
}

/// The limit of a command, kept apart from the command, which its work takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound(Option<Duration>);

impl Bound {
    /// That of a command.
    pub(super) fn of(command: &Command) -> Self {
        Self(command.limit())
    }

    /// What the work gives within the time.
    ///
    /// # Errors
    /// Those of the work, and exit code 3 where it takes longer, and is given up.
    pub(super) async fn keep<T>(self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let Some(limit) = self.0 else { return work.await };
        if let Some(done) = clock::within(limit, work).await {
            return done;
        }
        let message = format!("it was not done within {}", duration::shown(limit));
        let help =
            "what of it is done stays, and another run goes on from there; where it only needs longer: --timeout 10m";
        Err(Failure::cannot_tell("usage/timeout-over", message).help(help).into())
    }
}
