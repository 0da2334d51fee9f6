//! People are told where the run needs them, or ended as nobody wants: those that `deploy.notify` of `zarpe.yml` names.
//!
//! A notice is written down after it was sent: who is killed between sends it again, with the same id.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::Result;

use super::Engine;
use crate::commands::post::{Manner, Message, Post, addresses, now};
use crate::deploy::journal::Event;
use crate::deploy::state::{Occasion, Told};
use crate::deploy::words;
use crate::io::machine;
use crate::report::{Finding, Level, Verdict};
use crate::steps::notice::{Channel, Facts, Target, built_in, untold};

/// How long each try may take: the run waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

impl Engine<'_> {
    /// Says who cannot be told, for want of an address, while there is time to mend it.
    pub(super) fn look_for_addresses(&self) {
        let targets = &self.cx.config.deploy.notify.to;
        let there = addresses(targets);
        for target in targets {
            let variable = if target.channel == Channel::Mail { "SMTP_URL" } else { &target.place };
            if !there.contains_key(variable) {
                self.say(&words::unset(self.language(), &target.to_string(), variable));
            }
        }
    }

    /// Tells each what they have not been told; whether there was something to tell.
    ///
    /// # Errors
    /// Exit code 3 where the journal cannot be written. Who cannot be told is a remark, and is told by the next process.
    pub(super) async fn tell_people(&self) -> Result<bool> {
        let mut has_told = false;
        for target in &self.cx.config.deploy.notify.to {
            // Who was told to stop has no time for it.
            if self.signals.told().is_some() {
                break;
            }
            let occasion = {
                let state = self.state.borrow();
                let before = state.notified.get(&target.to_string()).cloned().unwrap_or_default();
                self.occasion(&before)
            };
            if let Some(occasion) = occasion {
                self.tell(target, &occasion).await?;
                has_told = true;
            }
        }
        Ok(has_told)
    }

    fn occasion(&self, before: &BTreeSet<String>) -> Option<Occasion> {
        let (run, state, language) = (&self.view.facts.run_id, self.state.borrow(), self.language());
        Told { run, view: self.view, state: &state, language, steps: false, is_worked_on: Verdict::No }.occasion(before)
    }

    async fn tell(&self, target: &Target, occasion: &Occasion) -> Result<()> {
        let Occasion { template, about, lines } = occasion;
        let told: BTreeMap<&str, String> = self.told(None).into_iter().collect();
        let value = |name: &str| told.get(name).map(|value| self.mask.text(value));
        let details = self.mask.text(&lines.join("\n"));
        let facts = Facts { details, ..Facts::read(value, now(machine::now())) };
        let Some(text) = built_in(template, self.language(), &facts)? else { return Ok(()) };
        let about: Vec<String> = about.iter().cloned().collect();
        let name = format!("{template}\n{}", about.join("\n"));
        let message = Message { name: &name, template, facts: &facts, text: &text };
        let manner = Manner { language: self.language(), timeout: PATIENCE, ..Manner::default() };
        let post = Post::new(message, &manner, addresses([target]));
        let notice = post.notice(target);
        let Some(notice) = self.signals.unless_told(post.tell(notice)).await else { return self.interrupted() };
        let why = notice.trouble.as_ref().map(|trouble| self.mask.text(&trouble.why));
        match untold(&notice, Level::Warning, self.language()) {
            None => self.say(&words::told(self.language(), &target.to_string(), &text.subject)),
            Some(finding) => {
                let message = self.mask.text(&finding.message);
                self.remarks.borrow_mut().push(Finding { message, ..finding });
            }
        }
        self.write(&Event::Notified {
            to: target.to_string(),
            template: (*template).to_owned(),
            subject: Some(text.subject),
            about,
            id: notice.id,
            why,
        })
    }
}
