//! What the remote holds of a run: its lock, and the copy of its journal, for a machine that is lost takes its disk with it.

use anyhow::{Error, Result};

use super::Engine;
use crate::deploy::journal::{merge, read};
use crate::deploy::state::State;
use crate::io::clock;
use crate::io::runs::MOVED;
use crate::report::{ExitCode, Failure};

/// How often the journal is put there again because people put their words there meanwhile.
const TRIES: u32 = 10;

impl Engine<'_> {
    /// Makes sure that the lock is still this process's: who has lost it begins nothing that cannot be done twice. Where a signal
    /// comes meanwhile that is left open.
    ///
    /// # Errors
    /// Exit code 1 where it is lost, 3 where that cannot be told.
    pub(super) async fn hold(&self) -> Result<()> {
        let (environment, nonce) = {
            let state = self.state.borrow();
            (state.started.environment.clone(), state.lock_nonce.clone())
        };
        let Some(nonce) = nonce else { return Ok(()) };
        // Of two steps at once the second would take what the first has just put there for another process's.
        let mut tenure = self.tenure.lock().await;
        let made = self.ground.hold(&environment, &self.view.facts.run_id, &nonce, tenure.as_ref());
        if let Some(made) = self.signals.in_time(made).await {
            *tenure = made?;
        }
        Ok(())
    }

    /// Does something that may take long, and lets the lock say meanwhile that this process is at work. Where the lock is lost nothing
    /// begins after it.
    pub(super) async fn at_work<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            let renewed = async {
                clock::pause(self.ground.renew_lock / 2).await;
                if let Err(lost) = self.keep_lock().await {
                    self.broken.borrow_mut().get_or_insert(lost);
                }
            };
            tokio::select! {
                done = &mut work => return done,
                () = renewed => {}
            }
        }
    }

    /// The same as [`Self::hold`] before what a remote that does not answer does not stop, for then nobody could go on from elsewhere: a
    /// clean-up by which who has lost the lock would end the maintenance of another process.
    ///
    /// # Errors
    /// Exit code 1 where the lock is lost.
    pub(super) async fn keep_lock(&self) -> Result<()> {
        match self.hold().await {
            Err(error) if Failure::from_error(&error).exit == ExitCode::CannotTell => Ok(()),
            held => held,
        }
    }

    /// Puts the journal, as it is now, on the remote where there is one; whether there was time for it, which a signal ends.
    ///
    /// # Errors
    /// Exit code 3 where the remote does not take it: a step that cannot be done twice does not begin then.
    pub(super) async fn copy(&self) -> Result<bool> {
        let environment = self.state.borrow().started.environment.clone();
        let wanted = self.state.borrow().lines();
        // Of jobs that write it there at once each would meet what another has just put there; one of them takes the lines of all.
        let Some(mut there) = self.signals.in_time(self.there.lock()).await else { return Ok(false) };
        if *there >= wanted {
            return Ok(true);
        }
        let mut tries = 0;
        loop {
            let lines = self.state.borrow().lines();
            let before = self.copied.borrow().clone();
            let run = &self.view.facts.run_id;
            let copied = self.ground.copy(run, &environment, &self.read.text, before.as_ref());
            let Some(copied) = self.signals.in_time(copied).await else { return Ok(false) };
            match copied {
                Ok(made) => {
                    *self.copied.borrow_mut() = made;
                    *there = lines;
                    return Ok(true);
                }
                Err(error) if tries < TRIES && Failure::from_error(&error).finding.rule == MOVED => {
                    self.catch_up(&environment, error).await?;
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes over the words of people that were put there from elsewhere, as a sign-off; `moved` where it is anything else.
    async fn catch_up(&self, environment: &str, moved: Error) -> Result<()> {
        let (Some(commit), Some(there)) = self.ground.tip(environment, &self.view.facts.run_id).await? else {
            return Err(moved);
        };
        let mut writer = self.writer.borrow_mut();
        let merged = merge(&writer.bytes()?, &there.journal);
        let Some(merged) = merged.filter(|merged| merged.taken.iter().all(|entry| entry.event.is_word())) else {
            return Err(moved);
        };
        let Ok(journal) = read(&merged.bytes) else { return Err(moved) };
        // It is here before it is there: where this process is killed in between, it goes on from what it has.
        writer.replace(&merged.bytes)?;
        // A word may stand before what was written here meanwhile: what is known is what the journal says, in its order.
        let mut state = State::of(&journal);
        state.recall(&self.held.borrow());
        *self.state.borrow_mut() = state;
        *self.copied.borrow_mut() = Some(commit);
        Ok(())
    }
}
