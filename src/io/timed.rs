//! Reads that are given up in time: a pipe or a device may say nothing for as long as it likes.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Error, ErrorKind, Read, Result, stdin};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::clock::Stopwatch;
use crate::report::Failure;

/// The rule of what did not come to its end in time.
pub const TIMED_OUT: &str = "io/time-out";

/// How much is read at once by a thread, and how many such pieces it may be ahead.
const PIECE: usize = 128 << 10;
const AHEAD: usize = 4;

/// Bytes that come until the time is over; then reading is an error of the kind `TimedOut`.
pub(super) struct Timed {
    bytes: Bytes,
    watch: Stopwatch,
    limit: Duration,
}

enum Bytes {
    /// A regular file, which always answers.
    Here(BufReader<File>),
    /// What may not answer, or is read ahead. A thread waits for it, which is left behind when the time is over, and ends with the
    /// process.
    Apart { pieces: Receiver<Result<Vec<u8>>>, piece: Cursor<Vec<u8>> },
}

impl Timed {
    /// Opens what a path leads to.
    ///
    /// # Errors
    /// Where nothing is there, or a file cannot be opened.
    pub(super) fn open(path: &Path, limit: Duration) -> Result<Self> {
        if std::fs::metadata(path)?.is_file() {
            let file = BufReader::with_capacity(PIECE, File::open(path)?);
            return Ok(Self { bytes: Bytes::Here(file), watch: Stopwatch::start(), limit });
        }
        let path = path.to_owned();
        // Even to open a named pipe waits for its other end.
        Self::apart(move || File::open(path), limit)
    }

    /// The same where it is long: a thread reads on while what came is looked at.
    ///
    /// # Errors
    /// As [`Self::open`], and where there is no thread for it.
    pub(super) fn ahead(path: &Path, limit: Duration) -> Result<Self> {
        match Self::open(path, limit)?.bytes {
            Bytes::Here(file) => Self::apart(move || Ok(file.into_inner()), limit),
            bytes @ Bytes::Apart { .. } => Ok(Self { bytes, watch: Stopwatch::start(), limit }),
        }
    }

    /// Standard input.
    ///
    /// # Errors
    /// Where there is no thread for it.
    pub(super) fn standard_input(limit: Duration) -> Result<Self> {
        Self::apart(|| Ok(stdin()), limit)
    }

    /// Whether it is a regular file.
    pub(super) fn is_file(&self) -> bool {
        matches!(self.bytes, Bytes::Here(_))
    }

    fn apart<S: Read>(open: impl FnOnce() -> Result<S> + Send + 'static, limit: Duration) -> Result<Self> {
        let (sender, pieces) = sync_channel(AHEAD);
        let thread = std::thread::Builder::new().name("reader".to_owned());
        thread.spawn(move || {
            match open() {
                Ok(source) => pass_on(source, &sender),
                // Where nobody listens any more, nobody is told.
                Err(error) => drop(sender.send(Err(error))),
            }
        })?;
        Ok(Self { bytes: Bytes::Apart { pieces, piece: Cursor::default() }, watch: Stopwatch::start(), limit })
    }
}

/// Reads to the end, or until nobody listens any more.
fn pass_on(mut source: impl Read, to: &SyncSender<Result<Vec<u8>>>) {
    loop {
        let mut piece = vec![0; PIECE];
        let read = match source.read(&mut piece) {
            Ok(0) => return,
            Ok(length) => {
                piece.truncate(length);
                Ok(piece)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let is_over = read.is_err();
        if to.send(read).is_err() || is_over {
            return;
        }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Timed {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        let left = self.limit.saturating_sub(self.watch.elapsed());
        let late = || {
            let limit = crate::duration::shown(self.limit);
            Error::new(ErrorKind::TimedOut, format!("it did not come to its end within {limit}"))
        };
        if left.is_zero() {
            return Err(late());
        }
        match &mut self.bytes {
            Bytes::Here(file) => file.fill_buf(),
            Bytes::Apart { pieces, piece } => {
                if piece.fill_buf()?.is_empty() {
                    match pieces.recv_timeout(left) {
                        Ok(next) => *piece = Cursor::new(next?),
                        Err(RecvTimeoutError::Timeout) => return Err(late()),
                        Err(RecvTimeoutError::Disconnected) => {}
                    }
                }
                piece.fill_buf()
            }
        }
    }

    fn consume(&mut self, length: usize) {
        match &mut self.bytes {
            Bytes::Here(file) => file.consume(length),
            Bytes::Apart { piece, .. } => piece.consume(length),
        }
    }
}

/// What to say of something that cannot be read.
pub(super) fn unreadable(shown: &str, error: &Error) -> Failure {
    let message = format!("cannot read {shown}: {error}");
    if error.kind() == ErrorKind::TimedOut {
        let help = "see what writes to it, and that it ends; where it only needs longer, give it more: --timeout 10m";
        return Failure::cannot_tell(TIMED_OUT, message).help(help);
    }
    Failure::cannot_tell("io/read", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(source: impl Read + Send + 'static) -> Timed {
        Timed::apart(|| Ok(source), Duration::from_millis(200)).unwrap()
    }

    #[test]
    fn what_comes_apart_is_what_was_there() {
        let bytes: Vec<u8> = (0..PIECE * 10 + 7).map(|at| at.to_le_bytes()[0]).collect();
        let mut read = Vec::new();
        apart(Cursor::new(bytes.clone())).read_to_end(&mut read).unwrap();
        assert!(read == bytes);
    }

    #[test]
    fn what_says_nothing_more_is_given_up_after_what_it_said() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        std::io::Write::write_all(&mut writer, b"half").unwrap();
        let (watch, mut read) = (Stopwatch::start(), Vec::new());
        let error = apart(reader).read_to_end(&mut read).unwrap_err();
        assert_eq!((error.kind(), read.as_slice()), (ErrorKind::TimedOut, b"half".as_slice()));
        assert!(watch.elapsed() < Duration::from_secs(10));
        drop(writer);
    }

    #[test]
    fn an_error_is_no_end() {
        let folder = tempfile::tempdir().unwrap();
        let opened = Timed::open(folder.path(), Duration::from_secs(20));
        assert!(opened.unwrap().read_to_end(&mut Vec::new()).is_err(), "a folder");
        assert_eq!(Timed::open(&folder.path().join("a"), Duration::ZERO).err().unwrap().kind(), ErrorKind::NotFound);
    }
}
