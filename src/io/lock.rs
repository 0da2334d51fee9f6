//! The lock of an environment: one run at a time. Where there is a remote, a reference of it that is only ever created, else a file
//! that is only ever created, each with its owner's data. Where there is a remote no file is made or believed: another machine may
//! have ended the run that one names. The reference is renewed by fast-forward only: the commit that a
//! process put there last is its token, and who finds one of another process there has lost the lock.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::files;
use super::git::Repository;
use super::remote::{Creation, Remote};
use crate::config::Language;
use crate::deploy::words::{Whose, lost_lock};
use crate::history::{Person, Sha};
use crate::report::{Failure, Finding};

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The run.
    pub run: String,
    /// What it is released by.
    pub nonce: String,
    /// The machine of the process that took it, or renewed it last.
    pub host: String,
    /// The login of its token, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// Since when.
    pub at: Timestamp,
    /// When a process of the run said last that it works on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewed: Option<Timestamp>,
    /// The process that said so, or that took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<Process>,
}

/// A process, in the words of its own machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// The machine's boot: process ids mean nothing after the next one.
    pub boot_id: String,
    /// Its id.
    pub pid: u32,
    /// Among which processes that id is its own: containers of one machine each count from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// When it began, in ticks since the boot: an id may be given again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<u64>,
}

/// How often a lock that was released in the moment of asking is asked for again.
const TRIES: usize = 100;
/// The same for the remote.
const TRIES_THERE: usize = 3;

/// The lock of one environment.
pub struct Lock<'a> {
    /// The folder of all runs.
    pub folder: PathBuf,
    /// The remote, and the clone that the objects for it are made in.
    pub remote: Option<(&'a Remote, &'a Repository)>,
    /// Of what.
    pub environment: String,
    /// The language of who reads that it is lost.
    pub language: Language,
    /// How long a process works on before it says so again.
    pub renew_after: Duration,
}

/// Whether it was this process that put it there: nobody else writes its nonce and its process.
fn is_own(held: &Owner, owner: &Owner) -> bool {
    let of = |one: &Owner| (one.nonce.clone(), one.host.clone(), one.process.clone());
    held.process.is_some() && of(held) == of(owner)
}

/// How a lock is held that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenure {
    /// By this commit, where there is a remote.
    pub commit: Option<Sha>,
    /// Whether no process had it by this nonce before.
    pub is_new: bool,
}

/// The rule of a lock that may have been taken or not: its nonce is kept, and who goes on with the run has it.
pub const UNCLEAR: &str = "deploy/lock-unclear";

fn unclear(owner: &Owner, error: &anyhow::Error) -> Failure {
    let Failure { exit, finding } = Failure::from_error(error);
    let finding = Finding { rule: UNCLEAR.to_owned(), ..finding };
    Failure { exit, finding }.help(format!("zarpe deploy resume {}", owner.run))
}

/// What came of asking for a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is ours.
    Ours(Tenure),
    /// Another run has it.
    Held(Box<Owner>),
    /// It is this run's, and another process of it is at work.
    AtWork(Box<Owner>),
}

impl Lock<'_> {
    /// The reference of the remote.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("refs/zarpe/locks/{}", self.environment)
    }

    fn file(&self) -> PathBuf {
        self.folder.join("locks").join(format!("{}.json", self.environment))
    }

    /// Takes it; one that this nonce holds already is ours, unless who has it is at work, and so is one that was left. On one machine the
    /// journal's own lock keeps processes apart.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be told who has it.
    pub async fn take(
        &self,
        owner: &Owner,
        is_at_work: impl Fn(&Owner) -> bool,
        is_left: impl Fn(&Owner) -> bool,
    ) -> Result<Taken> {
        match self.remote {
            Some(remote) => self.take_there(owner, is_at_work, is_left, remote).await,
            None => self.take_here(owner, is_left),
        }
    }

    fn take_here(&self, owner: &Owner, is_left: impl Fn(&Owner) -> bool) -> Result<Taken> {
        let path = self.file();
        let cannot = |error: std::io::Error| {
            Failure::cannot_tell("deploy/lock", format!("cannot take the lock {}: {error}", path.display()))
        };
        let folder = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(folder).map_err(cannot)?;
        // A file with another name first: what has the lock's name is whole.
        let whole = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
        std::fs::write(whole.path(), serde_json::to_vec(owner)?).map_err(cannot)?;
        whole.as_file().sync_all().map_err(cannot)?;
        let ours = |is_new| Ok(Taken::Ours(Tenure { commit: None, is_new }));
        for _ in 0..TRIES {
            match std::fs::hard_link(whole.path(), &path) {
                Ok(()) => return ours(true),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => match self.here()? {
                    Some(held) if held.nonce == owner.nonce => return ours(false),
                    Some(held) if is_left(&held) => {
                        std::fs::rename(whole.path(), &path).map_err(cannot)?;
                        return ours(true);
                    }
                    Some(held) => return Ok(Taken::Held(Box::new(held))),
                    // Released since: nobody has it, and we do not yet.
                    None => {}
                },
                Err(error) => return Err(cannot(error).into()),
            }
        }
        let message = format!("the lock {} is taken and released without end", path.display());
        Err(Failure::cannot_tell("deploy/lock", message).help("run it again").into())
    }

    async fn take_there(
        &self,
        owner: &Owner,
        is_at_work: impl Fn(&Owner) -> bool,
        is_left: impl Fn(&Owner) -> bool,
        (remote, repository): (&Remote, &Repository),
    ) -> Result<Taken> {
        let ours = |commit, is_new| Taken::Ours(Tenure { commit: Some(commit), is_new });
        if let Some((sha, held)) = self.there().await? {
            let is_new = held.nonce != owner.nonce;
            if is_new && !is_left(&held) {
                return Ok(Taken::Held(Box::new(held)));
            }
            if is_at_work(&held) {
                return Ok(Taken::AtWork(Box::new(held)));
            }
            // Another process of this run took it: from now on it is this one's.
            let owner = Owner { at: held.at, renewed: Some(owner.at), ..owner.clone() };
            return self.advance(&owner, &sha).await.map(|made| ours(made, is_new));
        }
        let person = Person { name: "zarpe".to_owned(), email: "zarpe@localhost".to_owned() };
        let owned = serde_json::to_string(owner)?;
        let object = repository.note_for(&self.reference(), &person, (owner.at, &owned), &[], None)?;
        let mut why = None;
        // Where somebody was first and has released it since, nobody has it.
        for _ in 0..TRIES_THERE {
            let made = remote.create(&[Creation { object: object.clone(), reference: self.reference() }]).await;
            why = made.map_err(|error| unclear(owner, &error))?;
            // Where the answer was lost or somebody was first, what is there decides.
            if let Some((sha, held)) = self.there().await.map_err(|error| unclear(owner, &error))? {
                let is_ours = held.nonce == owner.nonce;
                return Ok(if is_ours { ours(sha, true) } else { Taken::Held(Box::new(held)) });
            }
        }
        let why = why.unwrap_or_else(|| "it is not there after it was made".to_owned());
        let message = format!("cannot take the lock {} on {}: {why}", self.reference(), remote.address());
        Err(Failure::cannot_tell("deploy/lock", message).help("the token needs `contents: write`").into())
    }

    /// Puts the owner's data onto the commit that is there; the new one.
    async fn advance(&self, owner: &Owner, from: &Sha) -> Result<Sha> {
        let Some((remote, repository)) = self.remote else { return Ok(from.clone()) };
        let person = Person { name: "zarpe".to_owned(), email: "zarpe@localhost".to_owned() };
        let at = owner.renewed.unwrap_or(owner.at);
        let owned = serde_json::to_string(owner)?;
        let made = repository.note_for(&self.reference(), &person, (at, &owned), &[], Some(from))?;
        let Some(why) = remote.advance(&self.reference(), Some(from), &made).await? else { return Ok(made) };
        // Where the answer was lost, what is there decides.
        match self.there().await? {
            Some((sha, _)) if sha == made => Ok(made),
            // One of its own that it did not wait for was first.
            Some((sha, held)) if sha != *from && is_own(&held, owner) => Ok(sha),
            Some((sha, _)) if sha == *from => {
                let message = format!("cannot renew the lock {} on {}: {why}", self.reference(), remote.address());
                Err(Failure::cannot_tell("deploy/lock", message).help("the token needs `contents: write`").into())
            }
            there => Err(self.lost(owner, there.map(|(_, held)| held)).into()),
        }
    }

    fn lost(&self, owner: &Owner, held: Option<Owner>) -> Failure {
        let whose = match &held {
            Some(held) if held.nonce == owner.nonce => Whose::Own(&held.run, &held.host),
            Some(held) => Whose::Other(&held.run, &held.host),
            None => Whose::Nobody,
        };
        let (message, help) = lost_lock(self.language, &self.environment, &owner.run, whose);
        Failure::refused("deploy/lost-lock", message).help(help)
    }

    /// Makes sure that it is still this process's, by the commit that it put there last, or one of which it had no answer, and says now
    /// and then that it works on; the commit that is there now.
    ///
    /// # Errors
    /// Exit code 1 where it is not, 3 where that cannot be told.
    pub async fn hold(&self, owner: &Owner, last: Option<&Sha>) -> Result<Option<Sha>> {
        if self.remote.is_none() {
            let here = self.here()?;
            let is_ours = here.as_ref().is_some_and(|held| held.nonce == owner.nonce);
            return if is_ours { Ok(None) } else { Err(self.lost(owner, here).into()) };
        }
        let there = self.there().await?;
        let is_ours =
            |(sha, held): &(Sha, Owner)| Some(sha) == last && held.nonce == owner.nonce || is_own(held, owner);
        let Some((sha, held)) = there.clone().filter(is_ours) else {
            return Err(self.lost(owner, there.map(|(_, held)| held)).into());
        };
        // A clock that was put back would keep it from saying so until it has caught up.
        if owner.at.duration_since(held.renewed.unwrap_or(held.at)).abs()
            < SignedDuration::try_from(self.renew_after).unwrap_or_default()
        {
            return Ok(Some(sha));
        }
        let owner = Owner { at: held.at, renewed: Some(owner.at), ..owner.clone() };
        self.advance(&owner, &sha).await.map(Some)
    }

    /// Who has it.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be told.
    pub async fn holder(&self) -> Result<Option<Owner>> {
        match self.remote {
            Some(_) => Ok(self.there().await?.map(|(_, owner)| owner)),
            None => self.here(),
        }
    }

    fn here(&self) -> Result<Option<Owner>> {
        let read = files::read(&self.file())?;
        read.map(|bytes| self.owner(&bytes)).transpose()
    }

    async fn there(&self) -> Result<Option<(Sha, Owner)>> {
        let Some((remote, _)) = self.remote else { return Ok(None) };
        let found = remote.commit_at(&self.reference()).await?;
        found.map(|(sha, message)| Ok((sha, self.owner(message.trim().as_bytes())?))).transpose()
    }

    fn owner(&self, bytes: &[u8]) -> Result<Owner> {
        serde_json::from_slice(bytes).map_err(|error| {
            let message = format!("the lock of {} does not say whose it is: {error}", self.environment);
            Failure::cannot_tell("deploy/lock", message).help("see who made it, and remove it by hand").into()
        })
    }

    fn remove_here(&self, is_it: impl Fn(&Owner) -> bool) -> Result<bool> {
        if !self.here()?.as_ref().is_some_and(is_it) {
            return Ok(false);
        }
        let path = self.file();
        std::fs::remove_file(&path).map_err(|error| {
            Failure::cannot_tell("deploy/lock", format!("cannot remove the lock {}: {error}", path.display()))
        })?;
        Ok(true)
    }

    async fn remove_where(&self, is_it: impl Fn(&Owner) -> bool) -> Result<bool> {
        let Some((remote, _)) = self.remote else { return self.remove_here(is_it) };
        let Some((sha, _)) = self.there().await?.filter(|(_, held)| is_it(held)) else { return Ok(false) };
        let Some(why) = remote.remove(&self.reference(), &sha).await? else { return Ok(true) };
        // Where the answer was lost, what is there decides.
        let there = self.there().await?;
        if there.as_ref().is_some_and(|(_, held)| is_it(held)) {
            let message = format!("cannot release the lock {}: {why}", self.reference());
            return Err(Failure::cannot_tell("deploy/lock", message).into());
        }
        Ok(there.is_none())
    }

    /// Releases it where this nonce holds it; whether it did.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be removed.
    pub async fn release(&self, nonce: &str) -> Result<bool> {
        self.remove_where(|held| held.nonce == nonce).await
    }

    /// Removes it as long as it is the one that was seen; whether it was. Where there is no remote, who goes on with the run leaves it as it
    /// is: the journal's own lock keeps them away.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be removed.
    pub async fn remove(&self, seen: &Owner) -> Result<bool> {
        self.remove_where(|held| held == seen).await
    }
}
