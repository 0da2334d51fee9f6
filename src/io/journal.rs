//! The journals of runs on disk: a folder for each run, in git's common folder or where the command line says.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;

use super::files;
use crate::deploy::journal::{Event, Journal, Tip, read};
use crate::report::{Failure, Location};

/// The rule of a run that another process works on.
const BUSY: &str = "deploy/busy";

/// The rule of a run that is to begin and has begun.
const EXISTS: &str = "deploy/run-exists";

/// How the name of a run's folder begins, beside that of all runs, from when the run is forgotten until the folder is removed.
const FORGOTTEN: &str = ".forgotten-";

/// The folders that a journal is in: its run's, that of all runs, and the store's.
const FOLDERS: usize = 3;

/// How often a journal is opened that another process holds, or puts another one in the place of, meanwhile: a look at it and what is
/// brought from the remote hold it for a moment.
const TRIES: u32 = 20;

/// How long it is left to the other process each time.
const LEFT: Duration = Duration::from_millis(10);

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
            return Ok(Self::at(files::absolute(&directory.join(named))?));
        }
        let repository = super::git::Repository::open(directory).map_err(|error| {
            let failure = Failure::from_error(&error);
            let help = "run it in a clone, or name a folder for the journals: --state DIR";
            failure.help(help)
        })?;
        Ok(Self::at(files::absolute(&repository.common_folder().join("zarpe"))?))
    }

    /// This folder, without what a process left in it that was killed while it forgot a run.
    fn at(folder: PathBuf) -> Self {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(FORGOTTEN) {
                // It is nobody's run any more: what stays is no trouble, and goes by the next process.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
        Self { folder }
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
        let open = || {
            std::fs::create_dir_all(&folder)?;
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)
        };
        // The folder may be taken away while the journal is made in it.
        let claimed = claim(&path, || open().or_else(|_| open())).map_err(|error| unwritable(&path, &error))?;
        let file = claimed.ok_or_else(busy)?;
        let writer = Writer { file, path, tip: Tip::beginning(id), length: 0 };
        // One without a whole line was cut off before it began anything.
        if read(&files::read(&writer.path)?.unwrap_or_default()).is_ok_and(|journal| journal.entries.is_empty()) {
            writer.file.set_len(0).map_err(|error| unwritable(&writer.path, &error))?;
        } else {
            let message = format!("there is a run {id} already");
            let help = format!("zarpe deploy resume {id}, or give this one a name of its own: --run-id NAME");
            return Err(Failure::usage(EXISTS, message).help(help).into());
        }
        // The names of the file and of its folders are durable before anything is said in it.
        keep_names(&writer.path, FOLDERS)?;
        Ok(writer)
    }

    /// Begins a run with the journal that another machine made, whole or not at all. One that is here by now stays.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be written.
    pub fn adopt(&self, id: &str, bytes: &[u8]) -> Result<()> {
        if files::make(&self.journal(id), bytes)? {
            return keep_names(&self.journal(id), FOLDERS);
        }
        // One without a whole line began nothing, and is in nobody's hands where this process has it.
        match self.create(id) {
            Ok(mut writer) => writer.replace(bytes).map(drop),
            Err(error) if [BUSY, EXISTS].contains(&Failure::from_error(&error).finding.rule.as_str()) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Goes on with the journal of a run; what a kill left of a last line is cut off.
    ///
    /// # Errors
    /// Exit code 1 where another process works on it, 2 where there is no such run, 3 where it cannot be read or is not believed.
    pub fn resume(&self, id: &str) -> Result<(Writer, Journal)> {
        let path = self.journal(id);
        let claimed = claim(&path, || OpenOptions::new().read(true).write(true).open(&path));
        let claimed = claimed.map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                Failure::usage("deploy/no-run", format!("there is no run {id}")).help("zarpe deploy status lists them")
            }
            _ => unwritable(&path, &error),
        })?;
        let file = claimed.ok_or_else(busy)?;
        let mut writer = Writer { file, path, tip: Tip::beginning(id), length: 0 };
        let bytes = files::read(&writer.path)?.unwrap_or_default();
        let journal = believed(&writer.path, &bytes)?;
        if journal.entries.is_empty() {
            return Err(never_began(id).into());
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
        let path = self.journal(id);
        while let Ok(file) = File::open(&path) {
            match file.try_lock_shared() {
                Err(TryLockError::WouldBlock) => return true,
                // Who works on it has just put another one in its place, and holds that one.
                Ok(()) if !is_at(&file, &path) => {}
                _ => return false,
            }
        }
        false
    }

    /// Forgets a run that never began.
    pub fn forget(&self, writer: Writer) {
        let away = self.folder.join(format!("{FORGOTTEN}{}", super::machine::nonce()));
        // At once, and held until it is gone: who comes meanwhile would make a journal among what is removed. One that stays says
        // nothing: it has no step.
        if std::fs::rename(self.run(&writer.tip.run_id), &away).is_ok() {
            let _ = std::fs::remove_dir_all(&away);
        }
        drop(writer);
    }
}

impl Writer {
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
        let staged = files::staged(&self.path, bytes).map_err(|error| unwritable(&self.path, &error))?;
        // It is held before anybody sees it, so that no other process has it for a moment in which this one could not go on.
        staged.as_file().lock().map_err(|error| unwritable(&self.path, &error))?;
        self.file = staged.persist(&self.path).map_err(|failed| unwritable(&self.path, &failed.error))?;
        self.length = journal.length as u64;
        self.tip = Tip { attempt: self.tip.attempt, ..journal.tip.clone() };
        // The file is on the disk, and that it has the name of the other one must be as well: what is done by it is not undone.
        keep_names(&self.path, 1)?;
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

/// Makes the name of a file durable, and those of the folders that it is in: so many of them.
fn keep_names(file: &Path, folders: usize) -> Result<()> {
    for folder in file.ancestors().skip(1).take(folders) {
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|error| unwritable(folder, &error))?;
    }
    Ok(())
}

/// That a process was cut off before it wrote the first line of a run: nothing was done.
#[must_use]
pub fn never_began(id: &str) -> Failure {
    Failure::usage("deploy/no-run", format!("there is no run {id}: it was cut off before it began"))
        .help(format!("begin it: zarpe deploy run PLAN --run-id {id}"))
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

/// Opens a journal and holds it; `None` where another process does. It is the one that is at its path then: a lock on one in whose place
/// another came since it was opened keeps nobody out.
fn claim(path: &Path, open: impl Fn() -> std::io::Result<File>) -> std::io::Result<Option<File>> {
    for _ in 0..TRIES {
        let file = open()?;
        match file.try_lock() {
            Ok(()) if is_at(&file, path) => return Ok(Some(file)),
            Ok(()) | Err(TryLockError::WouldBlock) => std::thread::sleep(LEFT),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(None)
}

fn busy() -> Failure {
    Failure::refused(BUSY, "another process works on this run").help("wait until it ends: zarpe deploy status")
}

/// Whether an open file is the one that a path leads to by now.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let (Ok(held), Ok(there)) = (file.metadata(), std::fs::metadata(path)) else { return false };
    (held.dev(), held.ino()) == (there.dev(), there.ino())
}

#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

fn unwritable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::cannot_tell("io/write", format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    fn store(folder: &Path) -> Store {
        Store { folder: folder.to_owned() }
    }

    fn said(job: &str) -> Event {
        Event::JobStarted { job: job.to_owned() }
    }

    /// The journal of run 7 with a line.
    fn begun(store: &Store) -> Writer {
        let mut writer = store.create("7").unwrap();
        writer.append(Timestamp::UNIX_EPOCH, &said("a"), true).unwrap();
        writer
    }

    #[test]
    fn a_journal_that_is_replaced_is_held_all_the_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let mut writer = begun(&store);
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let (store, is_over) = (&store, &is_over);
            let is_held_when = move |look: fn(&Store) -> bool| {
                let looks = std::iter::repeat_with(|| look(store));
                looks.take_while(|_| !is_over.load(Ordering::SeqCst)).all(|is_held| is_held)
            };
            let looks = scope.spawn(move || is_held_when(|store| store.is_worked_on("7")));
            let asks = scope.spawn(move || is_held_when(|store| store.idle("7").unwrap().is_none()));
            for at in 0..200 {
                let bytes = writer.with(Timestamp::UNIX_EPOCH, &said("b")).unwrap();
                let replaced = writer.replace(&bytes);
                let added = writer.append(Timestamp::UNIX_EPOCH, &said("c"), false);
                if replaced.is_err() || added.is_err() {
                    is_over.store(true, Ordering::SeqCst);
                }
                assert_eq!(replaced.unwrap().entries.len(), 2 * at + 2);
                added.unwrap();
            }
            is_over.store(true, Ordering::SeqCst);
            assert!(looks.join().unwrap() && asks.join().unwrap(), "it seemed that nobody works on it");
        });
        drop(writer);
        assert_eq!(store.resume("7").unwrap().1.entries.len(), 401);
    }

    #[test]
    fn a_journal_that_could_not_be_replaced_goes_on_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = begun(&store(folder.path()));
        let whole = writer.with(Timestamp::UNIX_EPOCH, &said("b")).unwrap();
        let path = std::mem::replace(&mut writer.path, folder.path().to_owned());
        writer.replace(&whole).unwrap_err();
        writer.path = path;
        writer.append(Timestamp::UNIX_EPOCH, &said("c"), true).unwrap();
        assert_eq!(read(&writer.bytes().unwrap()).unwrap().entries.len(), 2);
    }

    #[test]
    fn who_holds_a_journal_for_a_moment_stops_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        drop(begun(&store));
        let look = RefCell::new(Some(File::open(store.journal("7")).unwrap()));
        look.borrow().as_ref().unwrap().lock_shared().unwrap();
        let opened = Cell::new(0);
        let held = claim(&store.journal("7"), || {
            opened.set(opened.get() + 1);
            if opened.get() == 3 {
                look.take();
            }
            OpenOptions::new().read(true).write(true).open(store.journal("7"))
        });
        assert!(held.unwrap().is_some() && opened.get() == 3);
    }

    /// Whether a journal is held that something happens to after it was opened for the first time, and how often it was opened.
    fn claimed(path: &Path, creates: bool, happens: impl Fn()) -> (std::io::Result<bool>, u32) {
        let opened = Cell::new(0);
        let open = || {
            let file = OpenOptions::new().read(true).write(true).create(creates).truncate(false).open(path)?;
            opened.set(opened.get() + 1);
            if opened.get() == 1 {
                happens();
            }
            Ok(file)
        };
        let claimed = claim(path, open).map(|file| file.is_some_and(|file| is_at(&file, path)));
        (claimed, opened.get())
    }

    #[test]
    fn what_is_held_is_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let replaced = || files::write(&path, b"another").unwrap();
        let removed = || std::fs::remove_file(&path).unwrap();
        replaced();
        assert!(claimed(&path, false, || ()).0.unwrap());
        let (is_held, opened) = claimed(&path, false, replaced);
        assert_eq!((is_held.unwrap(), opened), (true, 2));
        let (is_held, opened) = claimed(&path, true, removed);
        assert_eq!((is_held.unwrap(), opened), (true, 2));
        assert_eq!(claimed(&path, false, removed).0.unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn a_journal_that_came_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let mut writer = begun(&store);
        let there = writer.with(Timestamp::UNIX_EPOCH, &said("b")).unwrap();
        store.adopt("7", &there).unwrap();
        writer.append(Timestamp::UNIX_EPOCH, &said("c"), true).unwrap();
        let here = writer.bytes().unwrap();
        drop(writer);
        store.adopt("7", &there).unwrap();
        assert_eq!((read(&here).unwrap().entries.len(), files::read(&store.journal("7")).unwrap()), (2, Some(here)));
        for torn in ["", "{\"v\":1,\"seq\":1,\"prev"] {
            files::write(&store.journal("7"), torn.as_bytes()).unwrap();
            store.adopt("7", &there).unwrap();
            assert_eq!(files::read(&store.journal("7")).unwrap().as_ref(), Some(&there));
        }
        let begins = store.create("8").unwrap();
        store.adopt("8", &there).unwrap();
        assert_eq!(begins.bytes().unwrap(), b"");
    }

    /// Its process is killed before all of it is removed.
    #[test]
    fn what_is_left_of_a_forgotten_run_is_no_run_and_goes_by_the_next_process() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        drop(begun(&store));
        let left = folder.path().join(format!("{FORGOTTEN}0"));
        std::fs::rename(store.run("7"), &left).unwrap();
        assert_eq!((store.runs().unwrap(), store.is_worked_on("7")), (Vec::new(), false));
        let next = Store::open(folder.path(), Some(Path::new("."))).unwrap();
        assert!(!left.exists() && next.runs().unwrap().is_empty());
    }

    #[test]
    fn a_run_that_is_forgotten_is_away_before_another_process_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let (store, path) = (store(folder.path()), store(folder.path()).journal("7"));
        for _ in 0..10 {
            let forgotten = begun(&store);
            // To remove many files takes a while.
            for at in 0..1000 {
                File::create(store.run("7").join(at.to_string())).unwrap();
            }
            let other = File::open(&path).unwrap();
            std::thread::scope(|scope| {
                let is_there = scope.spawn(|| other.lock().is_ok() && is_at(&other, &path));
                store.forget(forgotten);
                assert!(!is_there.join().unwrap());
            });
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "only the folder of the runs is left");
    }
}
