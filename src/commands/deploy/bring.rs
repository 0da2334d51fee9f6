//! What other machines did is brought here: the journals of runs as they are on the remote.

use anyhow::Result;

use super::ground::Ground;
use crate::config::Language;
use crate::deploy::journal::{self, sha256};
use crate::deploy::refused::Refused;
use crate::deploy::state::State;
use crate::deploy::words;
use crate::io::files;
use crate::io::runs;
use crate::language::said;
use crate::report::{Failure, Finding};

/// How many runs of an environment are brought from the remote where none is named.
const BROUGHT: usize = 50;

/// A run as it is on the remote, which cannot go on here by that.
pub(super) struct Apart {
    pub(super) copy: runs::Copy,
    /// Why.
    pub(super) failure: Failure,
}

impl Apart {
    /// What is told of it, by its name where the message does not have it.
    pub(super) fn finding(&self, language: Language) -> Finding {
        let message = said(language, &self.failure.finding.message);
        Finding { message: format!("{}: {message}", self.copy.run), ..self.failure.finding.clone() }
    }
}

impl Ground {
    /// Brings the journal of a run from the remote where it is further there, or not here at all. Where it is here, it is that of its
    /// own environment: two that began at the same moment may have one name.
    ///
    /// # Errors
    /// Exit code 3 where the remote cannot be read, the two journals are not of one run, or several environments have a run of this name.
    pub(super) async fn bring(&self, run: &str) -> Result<()> {
        let Some(remote) = &self.remote else { return Ok(()) };
        let here = self.store.read(run)?.filter(|journal| !journal.entries.is_empty());
        let environments = match here {
            Some(journal) => vec![State::of(&journal).started.environment],
            None => self.with_run(runs::environments(remote).await?, run).await?,
        };
        if let [one, other, ..] = environments.as_slice() {
            let message = format!("there is a run {run} in {one} and another one in {other}");
            let help = "go on with each where it began, and give the next ones names of their own: --run-id NAME";
            return Err(Failure::cannot_tell("deploy/two-runs", message).help(help).into());
        }
        for environment in environments {
            if let Some(apart) = self.bring_of(&environment, Some(run)).await?.into_iter().next() {
                return Err(apart.failure.into());
            }
        }
        Ok(())
    }

    /// Those of the environments that have a run of this name on the remote.
    async fn with_run(&self, environments: Vec<String>, run: &str) -> Result<Vec<String>> {
        let (Some(remote), Some(repository)) = (&self.remote, &self.repository) else { return Ok(Vec::new()) };
        let mut with = Vec::new();
        for environment in environments {
            if !runs::history(remote, repository, &environment, Some(run)).await?.1.is_empty() {
                with.push(environment);
            }
        }
        Ok(with)
    }

    /// The same of the last runs of each environment; those that cannot be brought, which stop no other.
    ///
    /// # Errors
    /// Exit code 3 where the remote cannot be read.
    pub(super) async fn bring_all(&self) -> Result<Vec<Apart>> {
        let Some(remote) = &self.remote else { return Ok(Vec::new()) };
        let mut apart = Vec::new();
        for environment in runs::environments(remote).await? {
            apart.extend(self.bring_of(&environment, None).await?);
        }
        Ok(apart)
    }

    /// The same of the last runs of one environment, or of one of them.
    ///
    /// # Errors
    /// As [`Self::bring_all`].
    pub(super) async fn bring_of(&self, environment: &str, named: Option<&str>) -> Result<Vec<Apart>> {
        let (Some(remote), Some(repository)) = (&self.remote, &self.repository) else { return Ok(Vec::new()) };
        let head = self.head(environment)?;
        let (tip, copies) = runs::history(remote, repository, environment, named).await?;
        if let Some(tip) = tip.as_ref().filter(|_| named.is_none()) {
            self.puts.borrow_mut().insert(environment.to_owned(), runs::puts(repository, tip, &copies)?);
        }
        let goes_on = self.goes_on(head.as_ref(), tip.as_ref())?;
        let mut apart = if goes_on { Vec::new() } else { self.rewound(environment, &copies, named)? };
        // Where no run here is concerned by it another history is as good as the first.
        let is_seen = goes_on || named.is_none() && apart.is_empty();
        // The oldest first, as they were made.
        for copy in copies.into_iter().take(BROUGHT).rev() {
            if apart.iter().any(|apart| apart.copy.run == copy.run) {
                continue;
            }
            if let Err(error) = self.take_over(&copy) {
                apart.push(Apart { copy, failure: Failure::from_error(&error) });
            }
        }
        if let Some(tip) = tip.filter(|_| is_seen) {
            self.saw(environment, &tip)?;
        }
        Ok(apart)
    }

    /// Goes on here with a journal as it is on the remote; what only this one has stays, where it is a person's word.
    fn take_over(&self, copy: &runs::Copy) -> Result<()> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if copy.run.is_empty() || !copy.run.chars().all(is_plain) {
            return Ok(());
        }
        let plan = self.store.run(&copy.run).join("plan.yml");
        if self.store.read(&copy.run)?.is_none_or(|journal| journal.entries.is_empty()) {
            // The plan first: whoever sees the journal asks for it.
            files::make(&plan, &copy.plan)?;
            self.store.adopt(&copy.run, &copy.journal)?;
        }
        if self.has(copy)? {
            return Ok(());
        }
        // A process that works on it here looks at the remote by itself.
        let Some(mut writer) = self.store.idle(&copy.run)? else { return Ok(()) };
        let here = writer.bytes()?;
        let Some(merged) = journal::merge(&here, &copy.journal) else {
            let message = Refused::TwoJournals(&copy.run).text(self.language);
            return Err(Failure::cannot_tell("deploy/two-journals", message)
                .help(words::take_side(self.language, &copy.run))
                .into());
        };
        if merged.bytes != here {
            writer.replace(&merged.bytes)?;
        }
        let state = self.store.read(&copy.run)?.as_ref().map(State::of).unwrap_or_default();
        if state.plan_sha256 == sha256(&copy.plan) && files::read(&plan)?.as_ref() != Some(&copy.plan) {
            files::write(&plan, &copy.plan)?;
        }
        Ok(())
    }

    /// Whether all that a copy says is here: a look at the remote takes the journal from nobody then.
    fn has(&self, copy: &runs::Copy) -> Result<bool> {
        let folder = self.store.run(&copy.run);
        let here = files::read(&folder.join("journal.jsonl"))?.unwrap_or_default();
        let merged = journal::merge(&here, &copy.journal).filter(|merged| here.starts_with(&merged.bytes));
        let Some(journal) = merged.and_then(|merged| journal::read(&merged.bytes).ok()) else { return Ok(false) };
        let is_its_plan = State::of(&journal).plan_sha256 == sha256(&copy.plan);
        Ok(!is_its_plan || files::read(&folder.join("plan.yml"))?.as_ref() == Some(&copy.plan))
    }
}
