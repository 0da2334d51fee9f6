//! What the remote holds of a run: its lock, and the copy of its journal, for a machine that is lost takes its disk with it.

use anyhow::Result;

use super::Engine;

impl Engine<'_> {
    /// Makes sure that the lock is still this process's: who has lost it begins nothing that cannot be done twice.
    ///
    /// # Errors
    /// Exit code 1 where it is lost, 3 where that cannot be told.
    pub(super) async fn hold(&self) -> Result<()> {
        let (environment, nonce) = {
            let state = self.state.borrow();
            (state.started.environment.clone(), state.lock_nonce.clone())
        };
        let Some(nonce) = nonce else { return Ok(()) };
        let last = self.tenure.borrow().clone();
        let made = self.ground.hold(&environment, &self.view.facts.run_id, &nonce, last.as_ref()).await?;
        *self.tenure.borrow_mut() = made;
        Ok(())
    }

    /// Puts the journal, as it is now, on the remote where there is one.
    ///
    /// # Errors
    /// Exit code 3 where the remote does not take it: a step that cannot be done twice does not begin then.
    pub(super) async fn copy(&self) -> Result<()> {
        let environment = self.state.borrow().started.environment.clone();
        let before = self.copied.borrow().clone();
        let made = self.ground.copy(&self.view.facts.run_id, &environment, &self.read.text, before.as_ref()).await?;
        *self.copied.borrow_mut() = made;
        Ok(())
    }
}
