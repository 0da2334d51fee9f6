//! What the run itself keeps about the run, made anew when it has ended: a step could not tell the end that was still to come.

use std::time::Duration;

use anyhow::{Result, anyhow};

use super::Engine;
use super::invocation::log_name;
use super::step::how;
use crate::deploy::account::standing_of;
use crate::deploy::journal::{End, Outcome, Part, Place};
use crate::deploy::plan::{Action, Builtin, Step};
use crate::deploy::state::{Standing, key, list};
use crate::deploy::words;
use crate::io::log::Log;
use crate::io::{child, files};
use crate::output::json::deploy_report::State;
use crate::report::{Finding, Level};

/// How long each may take where its step names no limit.
const LIMIT: Duration = Duration::from_secs(600);

impl Engine<'_> {
    /// Makes the reports and boards anew that steps of this run keep, with the same options. The run has ended, or only what starts
    /// later is left; what cannot be made anew is a remark, for nothing of the run depends on it.
    pub(super) async fn keep_the_end(&self) {
        let has_ended = {
            let state = self.state.borrow();
            state.finished.is_some() || standing_of(&state, Some(self.view.plan)) == State::Success
        };
        if !has_ended {
            return;
        }
        for (place, step) in self.keepers() {
            // Who was told to stop has no time for it.
            if self.signals.told().is_some() {
                break;
            }
            let Err(error) = self.keep(&place, step).await else { continue };
            let message = words::not_kept(self.language(), &place.to_string(), &self.mask.text(&error.to_string()));
            let finding = Finding::new("deploy/not-kept", Level::Warning, message);
            self.remarks.borrow_mut().push(finding.help(words::keep_by_hand(self.language(), &self.view.facts.run_id)));
        }
    }

    /// The steps that kept something about the run, in the order of the plan.
    fn keepers(&self) -> Vec<(Place, &Step)> {
        let state = self.state.borrow();
        let jobs = self.view.plan.jobs.iter();
        let lists = jobs.flat_map(|(id, job)| [Part::Steps, Part::Rollback].map(|part| (id, part, list(job, part))));
        let steps = lists.flat_map(|(id, part, steps)| {
            steps
                .iter()
                .enumerate()
                .map(move |(at, step)| (Place { job: id.as_str().to_owned(), step: key(step, at), part }, &step.value))
        });
        let is_kept =
            |place: &Place, step: &Step| keeps(step) && state.standing(place) == Standing::Finished(Outcome::Success);
        steps.filter(|(place, step)| is_kept(place, step)).collect()
    }

    async fn keep(&self, place: &Place, step: &Step) -> Result<()> {
        let name = format!("end.{}", log_name(place, 1));
        let (log, outputs) = (self.folder.join("logs").join(&name), self.folder.join("outputs").join(&name));
        let invocation = self.invocation(place, step)?;
        files::private(&outputs)?;
        files::private(&log)?;
        let invocation = invocation.env("GITHUB_OUTPUT", Some(&outputs.display().to_string()));
        let mut running = child::start(&invocation)?;
        running.release().await;
        let limit = step.timeout_minutes.map_or(LIMIT, |minutes| minutes.duration());
        let (mut said, mut show) = (Log::new(self.mask, log.clone()), |_: &str| {});
        let mut hear = |source, piece: &[u8]| said.push(source, piece, &mut show);
        let end = self.at_work(running.watch(Some(limit), &self.signals, &mut hear)).await;
        said.end(&mut show);
        files::remove(&outputs)?;
        match end? {
            End::Code(0) => Ok(()),
            end => Err(anyhow!("{}{}", log.display(), how(end, self.language()))),
        }
    }
}

/// Whether a step keeps something that tells of the run: in a folder, a file, or with a release.
fn keeps(step: &Step) -> bool {
    let Action::Uses { builtin, with } = &step.action else { return false };
    let has = |name| with.get(name).is_some();
    match **builtin {
        Builtin::Report => has("out") || has("archive"),
        Builtin::Board => has("out"),
        _ => false,
    }
}
