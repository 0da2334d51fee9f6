//! The signatures of SSH keys are looked at again whenever a run goes on: a key that was taken out of the file of signers since
//! signs nothing any more.

use anyhow::Result;

use super::Engine;
use crate::deploy::journal::{Event, Proof};
use crate::deploy::state::Standing;
use crate::deploy::words;
use crate::io::sshsig;

impl Engine<'_> {
    /// Takes the signatures away that do not hold any more.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be told, or the journal cannot be written.
    pub(super) async fn look_again(&self) -> Result<()> {
        let state = self.state.borrow().clone();
        let signers = self.top.join(self.cx.config.deploy.signers());
        let is_open = |place| !matches!(state.standing(place), Standing::Finished(_));
        for one in state.signatures.iter().filter(|one| one.proof == Proof::Ssh && is_open(&one.place)) {
            let statement = one.statement(&self.view.facts.run_id);
            let signature = one.signature.as_deref().unwrap_or_default();
            if !sshsig::holds(&signers, &one.login, &statement, signature).await? {
                self.say(&words::void_signature(self.language(), &one.login, &one.place.to_string(), &one.role));
                let (place, role, login) = (one.place.clone(), one.role.clone(), one.login.clone());
                self.write(&Event::SignVoid { place, role, login })?;
            }
        }
        Ok(())
    }
}
