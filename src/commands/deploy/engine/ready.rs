//! Before a window opens it is shown that it can be closed again: the backup is there with its digest, and the images of the
//! version that ran before can be pulled.

use anyhow::Result;

use super::Engine;
use crate::deploy::advice::Advice;
use crate::deploy::journal::{Event, Part, Place};
use crate::deploy::rollback::{Need, needs};
use crate::deploy::state::Decision;
use crate::deploy::words;
use crate::image::{Image, Source};
use crate::io::files;
use crate::io::registry::Registry;
use crate::language::said;
use crate::report::Failure;

/// What could not be shown, in the language of the run.
fn not_ready(why: String, help: &str) -> Failure {
    Failure::cannot_tell("deploy/rollback-not-ready", why).help(help)
}

impl Engine<'_> {
    /// Shows that the rollback of a job has what it needs, where this is what opens the window: its first step with a clean-up,
    /// or a step that cannot be done twice.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be shown: nothing begins then, and `resume` looks again.
    pub(super) async fn ready(&self, id: &str, decision: &Decision) -> Result<()> {
        let opens = match decision {
            Decision::Register(place) => place.part == Part::Steps,
            Decision::Run { place, .. } => {
                place.part == Part::Steps && self.step(place).is_some_and(|step| !step.idempotent)
            }
            _ => false,
        };
        if opens { self.ready_to_take_back(id).await } else { Ok(()) }
    }

    /// Shows that the rollback of a job has what it needs.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be shown.
    pub(in crate::commands::deploy) async fn ready_to_take_back(&self, id: &str) -> Result<()> {
        let needs = needs(self.view.plan, &self.state.borrow(), id);
        for need in needs {
            if self.shown.borrow().contains(&need) {
                continue;
            }
            for what in self.show(id, &need).await? {
                let what = self.mask.text(&what);
                self.say(&format!("{id}: {what}"));
                self.write(&Event::RollbackReady { job: id.to_owned(), what })?;
            }
            self.shown.borrow_mut().insert(need);
        }
        Ok(())
    }

    async fn show(&self, id: &str, need: &Need) -> Result<Vec<String>> {
        match need {
            Need::Backup { place, file, sha256 } => self.backup(place, file, sha256.as_deref()).map(|line| vec![line]),
            Need::Previous => self.images(id).await,
        }
    }

    fn backup(&self, place: &Place, file: &str, sha256: Option<&str>) -> Result<String> {
        let language = self.language();
        let Some(sha256) = sha256.filter(|_| !file.is_empty()) else {
            let why = words::no_digest(language, &place.to_string());
            return Err(not_ready(why, Advice::TellBackup.text(language)).into());
        };
        let folder = self.folder_of(place).map_err(|wrong| {
            let why = words::no_backup(language, file);
            not_ready(format!("{why}: {}", said(language, &wrong.message)), Advice::BackUpAgain.text(language))
        })?;
        let path = folder.join(file);
        let there = files::fingerprint(&path).map_err(|error| {
            let why = words::no_backup(language, &path.display().to_string());
            not_ready(
                format!("{why}: {}", said(language, &Failure::from_error(&error).finding.message)),
                Advice::BackUpAgain.text(language),
            )
        })?;
        let (is, said) = (there.sha256.trim_start_matches("sha256:"), sha256.trim_start_matches("sha256:"));
        if !is.eq_ignore_ascii_case(said) {
            let why = words::other_backup(language, file, said, is);
            return Err(not_ready(why, Advice::Changed.text(language)).into());
        }
        Ok(words::backup_there(language, file, there.size, is))
    }

    /// Each image of `zarpe.yml` has the version that ran before, and its manifest can be read.
    async fn images(&self, id: &str) -> Result<Vec<String>> {
        let (language, config) = (self.language(), &self.cx.config);
        let mut lines = Vec::new();
        let previous = self.view.facts.previous_tag.as_deref().unwrap_or_default();
        let version = config.tag.name.version(previous);
        let renamed = config.tag.image_tag.as_ref().zip(version).map(|(pattern, version)| pattern.name(&version));
        let tag = renamed.unwrap_or_else(|| previous.to_owned());
        for image in &config.images {
            let image = Image { source: Source::Tag(tag.clone()), ..image.clone() };
            let name = format!("{}/{}:{tag}", image.registry, image.repository);
            let registry = Registry::open(self.cx, &image).await?;
            let Some(digest) = registry.digest(&tag).await? else {
                let why = words::no_image(language, id, &name);
                return Err(not_ready(why, Advice::PushAgain.text(language)).into());
            };
            registry.manifest(&digest).await?;
            lines.push(words::image_there(language, &name, &digest));
        }
        Ok(lines)
    }
}
