//! The journals of runs on disk: a folder for each run, in git's common folder or where the command line says.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::Timestamp;

use super::files;
use crate::deploy::journal::{Event, Journal, Tip, read};
use crate::report::{Failure, Location};

/// The rule of a run that another process works on.
const BUSY: &str = "deploy/busy";

/// The folder of all runs.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// A journal that this process writes, and no other while it lives.
#[derive(Debug)]
pub struct Writer {
    file: File,
    path: PathBuf,
    tip: Tip,
    length: u64,
}

impl Store {
    /// The folder that the command line names, else one in git's common folder.
    ///
    /// # Errors
    /// Exit code 2 where this is no repository and no folder is named.
    pub fn open(directory: &Path, named: Option<&Path>) -> Result<Self> {
        if let Some(named) = named {
            return Ok(Self { folder: files::absolute(&directory.join(named))? });
        }
        let repository = super::git::Repository::open(directory).map_err(|error| {
            let failure = Failure::from_error(&error);
            let help = "run it in a clone, or name a folder for the journals: --state DIR";
            failure.help(help)
        })?;
        Ok(Self { folder: files::absolute(&repository.common_folder().join("zarpe"))? })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of a run.
    #[must_use]
    pub fn run(&self, id: &str) -> PathBuf {
        self.folder.join("runs").join(id)
    }

    /// The runs, the oldest first.
    ///
    /// # Errors
    /// Exit code 3 where the folder cannot be read.
    pub fn runs(&self) -> Result<Vec<String>> {
        let folder = self.folder.join("runs");
        let unreadable = |error| Failure::cannot_tell("io/read", format!("cannot read {}: {error}", folder.display()));
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(error).into()),
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // A folder without a journal is a run that never began.
            if let Ok(metadata) = std::fs::metadata(self.journal(&name)) {
                found.push((metadata.created().or_else(|_| metadata.modified()).ok(), name));
            }
        }
        found.sort();
        Ok(found.into_iter().map(|(_, name)| name).collect())
    }

    fn journal(&self, id: &str) -> PathBuf {
        self.run(id).join("journal.jsonl")
    }

    /// The journal of a run, read only; `None` where there is no such run.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be read or is not believed.
    pub fn read(&self, id: &str) -> Result<Option<Journal>> {
        let path = self.journal(id);
        files::read(&path)?.map(|bytes| believed(&path, &bytes)).transpose()
    }

    /// Begins the journal of a run.
    ///
    /// # Errors
    /// Exit code 2 where there is such a run, 3 where its folder cannot be written.
    pub fn create(&self, id: &str) -> Result<Writer> {
        let path = self.journal(id);
        let folder = self.run(id);
        std::fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = open.map_err(|error| unwritable(&path, &error))?;
        let writer = Writer { file, path, tip: Tip::beginning(id), length: 0 };
        writer.lock()?;
        // One without a whole line was cut off before it began anything.
        if read(&files::read(&writer.path)?.unwrap_or_default()).is_ok_and(|journal| journal.entries.is_empty()) {
            writer.file.set_len(0).map_err(|error| unwritable(&writer.path, &error))?;
        } else {
            let message = format!("there is a run {id} already");
            let help = format!("zarpe deploy resume {id}, or give this one a name of its own: --run-id NAME");
            return Err(Failure::usage("deploy/run-exists", message).help(help).into());
        }
        // The names of the file and of its folders are durable before anything is said in it.
        for folder in folder.ancestors().take(3) {
            let synced = File::open(folder).and_then(|folder| folder.sync_all());
            synced.map_err(|error| unwritable(folder, &error))?;
        }
        Ok(writer)
    }

    /// Goes on with the journal of a run; what a kill left of a last line is cut off.
    ///
    /// # Errors
    /// Exit code 1 where another process works on it, 2 where there is no such run, 3 where it cannot be read or is not believed.
    pub fn resume(&self, id: &str) -> Result<(Writer, Journal)> {
        let path = self.journal(id);
        let file = OpenOptions::new().read(true).write(true).open(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                Failure::usage("deploy/no-run", format!("there is no run {id}")).help("zarpe deploy status lists them")
            }
            _ => unwritable(&path, &error),
        })?;
        let mut writer = Writer { file, path, tip: Tip::beginning(id), length: 0 };
        writer.lock()?;
        let bytes = files::read(&writer.path)?.unwrap_or_default();
        let journal = believed(&writer.path, &bytes)?;
        if journal.entries.is_empty() {
            let failure =
                Failure::usage("deploy/no-run", format!("there is no run {id}: it was cut off before it began"));
            return Err(failure.help(format!("begin it: zarpe deploy run PLAN --run-id {id}")).into());
        }
        writer.length = journal.length as u64;
        writer.file.set_len(writer.length).map_err(|error| unwritable(&writer.path, &error))?;
        writer.tip = Tip { run_id: id.to_owned(), attempt: journal.tip.attempt + 1, ..journal.tip.clone() };
        Ok((writer, journal))
    }

    /// The journal of a run that is here; `None` where another process works on it.
    ///
    /// # Errors
    /// As [`Store::resume`], but for the other process.
    pub fn idle(&self, id: &str) -> Result<Option<Writer>> {
        match self.resume(id) {
            Ok((writer, _)) => Ok(Some(writer)),
            Err(error) if Failure::from_error(&error).finding.rule == BUSY => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a process of this machine works on a run now.
    #[must_use]
    pub fn is_worked_on(&self, id: &str) -> bool {
        let file = File::open(self.journal(id));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(std::fs::TryLockError::WouldBlock)))
    }

    /// Forgets a run that never began.
    pub fn forget(&self, writer: Writer) {
        let folder = self.run(&writer.tip.run_id);
        drop(writer);
        // One that stays says nothing: it has no step.
        let _ = std::fs::remove_dir_all(folder);
    }
}

impl Writer {
    fn lock(&self) -> Result<()> {
        match self.file.try_lock() {
            Ok(()) => Ok(()),
            Err(std::fs::TryLockError::WouldBlock) => {
                let message = "another process works on this run";
                Err(Failure::refused(BUSY, message).help("wait until it ends: zarpe deploy status").into())
            }
            Err(std::fs::TryLockError::Error(error)) => Err(unwritable(&self.path, &error).into()),
        }
    }

    /// The journal as it would be with one more line.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be read.
    pub fn with(&self, ts: Timestamp, event: &Event) -> Result<Vec<u8>> {
        let mut bytes = self.bytes()?;
        bytes.extend(self.tip.line(ts, event.clone())?.0.into_bytes());
        Ok(bytes)
    }

    /// The journal as it is.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be read.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        Ok(files::read(&self.path)?.unwrap_or_default())
    }

    /// Puts another journal of the run in the place of this one, whole or not at all.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be written, or is not believed.
    pub fn replace(&mut self, bytes: &[u8]) -> Result<Journal> {
        let journal = believed(&self.path, bytes)?;
        files::write(&self.path, bytes)?;
        let file = OpenOptions::new().read(true).write(true).open(&self.path);
        self.file = file.map_err(|error| unwritable(&self.path, &error))?;
        self.lock()?;
        self.length = journal.length as u64;
        self.tip = Tip { attempt: self.tip.attempt, ..journal.tip.clone() };
        Ok(journal)
    }

    /// Which process on the run this is, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.tip.attempt
    }

    /// Writes a line. `durable`: it is on the disk when this returns.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be written: then nothing of it is there, and nothing may be done by it.
    pub fn append(&mut self, ts: Timestamp, event: &Event, durable: bool) -> Result<()> {
        let (line, tip) = self.tip.line(ts, event.clone())?;
        let written = write_at(&mut self.file, line.as_bytes(), self.length);
        let written = written.and_then(|()| if durable { self.file.sync_data() } else { Ok(()) });
        if let Err(error) = written {
            // A torn line would be dropped by the next process as well.
            let _ = self.file.set_len(self.length);
            let failure = unwritable(&self.path, &error);
            return Err(failure.help("make room for the journal, then: zarpe deploy resume").into());
        }
        self.length += line.len() as u64;
        self.tip = tip;
        Ok(())
    }
}

#[cfg(unix)]
fn write_at(file: &mut File, bytes: &[u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(not(unix))]
fn write_at(file: &mut File, bytes: &[u8], at: u64) -> std::io::Result<()> {
    use std::io::{Seek as _, Write as _};
    file.seek(std::io::SeekFrom::Start(at))?;
    file.write_all(bytes)
}

fn believed(path: &Path, bytes: &[u8]) -> Result<Journal> {
    read(bytes).map_err(|broken| {
        let place = Location { file: path.display().to_string(), line: Some(broken.line), column: None };
        Failure::cannot_tell("deploy/journal", format!("this journal is not believed: {}", broken.why))
            .at(place)
            .help("nothing is done by a journal that was changed: see by hand what was done")
            .into()
    })
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::cannot_tell("io/write", format!("cannot write {}: {error}", path.display()))
}
