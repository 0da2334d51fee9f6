//! What this clone saw last of the journals on the remote: they are only ever gone on with, so that a head which does not contain the
//! one that was seen was moved back, or replaced, by somebody.

use std::path::PathBuf;

use anyhow::Result;

use super::bring::Apart;
use super::ground::Ground;
use crate::deploy::refused::Refused;
use crate::deploy::state::State;
use crate::deploy::words;
use crate::history::Sha;
use crate::io::{files, runs};
use crate::report::Failure;

impl Ground {
    fn heads(&self) -> PathBuf {
        self.store.folder().join("heads")
    }

    /// The head of an environment that was seen last, at this address.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be read.
    pub(super) fn head(&self, environment: &str) -> Result<Option<Sha>> {
        let text = files::read(&self.heads().join(environment))?.unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        let address = self.remote.as_ref().map(crate::io::remote::Remote::address);
        let head = text.trim().split_once(' ').filter(|(_, at)| Some(*at) == address.as_deref());
        Ok(head.and_then(|(head, _)| Sha::parse(head).ok()))
    }

    /// Remembers the head of an environment.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be written.
    pub(super) fn saw(&self, environment: &str, head: &Sha) -> Result<()> {
        let Some(remote) =
            self.remote.as_ref().filter(|_| self.head(environment).ok().flatten().as_ref() != Some(head))
        else {
            return Ok(());
        };
        files::write(&self.heads().join(environment), format!("{head} {}\n", remote.address()).as_bytes())
    }

    /// Whether what the remote has of an environment goes on from what was seen there before it was asked: what other processes of this
    /// clone have put there, and seen, since then is not in its answer.
    ///
    /// # Errors
    /// Exit code 3 where the commits cannot be read.
    pub(super) fn goes_on(&self, head: Option<&Sha>, tip: Option<&Sha>) -> Result<bool> {
        match (head, tip, &self.repository) {
            (Some(head), Some(tip), Some(repository)) => runs::goes_on_from(repository, tip, head),
            // Where there is nothing any more nothing says otherwise: the next copy begins it anew.
            _ => Ok(true),
        }
    }

    /// The runs that cannot go on here where it does not: the named one, else all that have not ended.
    ///
    /// # Errors
    /// Exit code 3 where the folder of runs cannot be read.
    pub(super) fn rewound(&self, environment: &str, copies: &[runs::Copy], named: Option<&str>) -> Result<Vec<Apart>> {
        let mut apart = Vec::new();
        for run in self.store.runs()? {
            let Ok(Some(journal)) = self.store.read(&run) else { continue };
            let state = State::of(&journal);
            let is_meant = named.map_or(state.finished.is_none(), |named| named == run);
            if state.started.environment != environment || journal.entries.is_empty() || !is_meant {
                continue;
            }
            let language = self.language();
            let failure = Failure::cannot_tell("deploy/rewound", Refused::Rewound(environment).text(language))
                .help(words::take_side(language, &run));
            let none = || runs::Copy { run: run.clone(), journal: Vec::new(), plan: Vec::new() };
            let copy = copies.iter().find(|copy| copy.run == run).cloned().unwrap_or_else(none);
            apart.push(Apart { copy, failure });
        }
        Ok(apart)
    }
}
