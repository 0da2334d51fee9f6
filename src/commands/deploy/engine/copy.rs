//! The copy of the journal on the remote: a machine that is lost takes its disk with it.

use anyhow::Result;

use super::Engine;

impl Engine<'_> {
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
