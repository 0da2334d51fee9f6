//! A run as its journal tells it, read only.

use anyhow::Result;

use super::ground::{Ground, Read};
use crate::deploy::journal::Journal;
use crate::deploy::state::State;
use crate::io::journal::never_began;
use crate::report::Failure;

/// A run as its journal tells it.
pub(super) struct Past {
    pub(super) journal: Journal,
    pub(super) state: State,
    pub(super) read: Read,
}

impl Past {
    /// Reads a run.
    ///
    /// # Errors
    /// Exit code 2 where there is no such run, 3 where its journal is not believed.
    pub(super) fn of(ground: &Ground, run: &str) -> Result<Self> {
        let journal = ground.store.read(run)?.ok_or_else(|| {
            Failure::usage("deploy/no-run", format!("there is no run {run}")).help("zarpe deploy status lists them")
        })?;
        if journal.entries.is_empty() {
            return Err(never_began(run).into());
        }
        let state = State::of(&journal);
        let read = ground.kept(run, &state)?;
        Ok(Self { journal, state, read })
    }
}
