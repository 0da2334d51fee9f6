//! What a command printed, masked, on its way: whole lines for people, a file for later, and a digest of all of it.

use std::io::Write as _;
use std::path::PathBuf;

use sha2::Digest as _;

use super::child::Source;
use crate::deploy::mask::{Commands, Mask, Stream};

/// How much of what one command prints is shown, kept, and counts in the digest; the rest is read and dropped.
pub const LIMIT: usize = 4 << 20;
/// The longest piece of a line that is held until its end comes.
const LINE: usize = 8 << 10;

/// One of the two streams of a command: what it says may come between two pieces of a secret of the other.
struct Way<'m> {
    commands: Option<Commands>,
    masked: Option<Stream<'m>>,
    line: Vec<u8>,
}

/// The output of one command.
pub struct Log<'m> {
    mask: &'m Mask,
    ways: [Way<'m>; 2],
    learned: Vec<(String, bool)>,
    path: PathBuf,
    file: Option<std::fs::File>,
    kept: usize,
    hasher: sha2::Sha256,
    any: bool,
}

impl<'m> Log<'m> {
    /// Nothing came yet; the file is made when something does.
    #[must_use]
    pub fn new(mask: &'m Mask, path: PathBuf) -> Self {
        let way = |_| Way { commands: Some(Commands::default()), masked: Some(Stream::new(mask)), line: Vec::new() };
        let (ways, learned) = ([0, 1].map(way), Vec::new());
        Self { mask, ways, learned, path, file: None, kept: 0, hasher: sha2::Sha256::new(), any: false }
    }

    /// More came; whole lines are shown. What it tells to be secret is hidden from there on.
    pub fn push(&mut self, source: Source, bytes: &[u8], show: &mut dyn FnMut(&str)) {
        let (mask, is_full) = (self.mask, self.kept >= LIMIT);
        let learned = &mut self.learned;
        let Some(way) = self.ways.get_mut(usize::from(source == Source::Error)) else { return };
        let mut learn = |value: &str| learned.push((value.to_owned(), mask.learn(value)));
        let bytes = way.commands.as_mut().map(|commands| commands.push(bytes, &mut learn)).unwrap_or_default();
        // What is dropped need not be masked.
        if !is_full {
            let masked = way.masked.as_mut().map(|masked| masked.push(&bytes)).unwrap_or_default();
            self.take(source, &masked, show);
        }
    }

    /// What it told to be secret since this was asked last, and whether it is hidden: too short a text is not.
    pub fn learned(&mut self) -> Vec<(String, bool)> {
        std::mem::take(&mut self.learned)
    }

    /// No more comes; the rest is shown.
    pub fn end(&mut self, show: &mut dyn FnMut(&str)) {
        for source in [Source::Output, Source::Error] {
            let (mask, learned) = (self.mask, &mut self.learned);
            let mut learn = |value: &str| learned.push((value.to_owned(), mask.learn(value)));
            let Some(way) = self.ways.get_mut(usize::from(source == Source::Error)) else { continue };
            let rest = way.commands.take().map(|commands| commands.finish(&mut learn)).unwrap_or_default();
            let masked = way.masked.take().map(|mut masked| [masked.push(&rest), masked.finish()].concat());
            self.take(source, &masked.unwrap_or_default(), show);
            if let Some(line) = self.line(source).filter(|line| !line.is_empty()) {
                show(&String::from_utf8_lossy(line));
            }
        }
    }

    /// The digest of all of it, where there was anything.
    #[must_use]
    pub fn digest(self) -> Option<String> {
        self.any.then(|| format!("{:x}", self.hasher.finalize()))
    }

    fn line(&mut self, source: Source) -> Option<&mut Vec<u8>> {
        self.ways.get_mut(usize::from(source == Source::Error)).map(|way| &mut way.line)
    }

    fn take(&mut self, source: Source, masked: &[u8], show: &mut dyn FnMut(&str)) {
        if masked.is_empty() {
            return;
        }
        self.any = true;
        let room = LIMIT.saturating_sub(self.kept);
        if room == 0 {
            return;
        }
        let kept = masked.get(..room.min(masked.len())).unwrap_or_default();
        self.kept += kept.len();
        self.hasher.update(kept);
        self.write(kept);
        if let Some(line) = self.line(source) {
            for part in kept.split_inclusive(|byte| *byte == b'\n') {
                line.extend_from_slice(part);
                if part.ends_with(b"\n") || line.len() >= LINE {
                    show(String::from_utf8_lossy(line).trim_end_matches(['\n', '\r']));
                    line.clear();
                }
            }
        }
        if self.kept == LIMIT {
            show("(more than 4 MiB of output: the rest is not shown)");
        }
    }

    /// The log is for people: where it cannot be written, the step goes on without it.
    fn write(&mut self, bytes: &[u8]) {
        if self.file.is_none() {
            let folder = self.path.parent().unwrap_or(&self.path);
            let opened = std::fs::create_dir_all(folder).and_then(|()| {
                let mut options = std::fs::OpenOptions::new();
                options.create(true).append(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                options.open(&self.path)
            });
            self.file = opened.ok();
        }
        if let Some(file) = &mut self.file {
            let _ = file.write_all(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_much_is_kept_and_the_rest_is_dropped() {
        let (folder, mask) = (tempfile::tempdir().unwrap(), Mask::new(["secret"]));
        let path = folder.path().join("logs/a.log");
        let (mut log, mut lines) = (Log::new(&mask, path.clone()), Vec::new());
        let piece = [b"a secret line\n".repeat(1000), b"end".to_vec()].concat();
        for _ in 0..2 * LIMIT / piece.len() {
            log.push(Source::Output, &piece, &mut |line| lines.push(line.to_owned()));
        }
        log.end(&mut |line| lines.push(line.to_owned()));
        let digest = log.digest().unwrap();
        let kept = std::fs::read(path).unwrap();
        assert_eq!((kept.len(), lines[0].as_str()), (LIMIT, "a *** line"));
        assert_eq!(digest, format!("{:x}", sha2::Sha256::digest(&kept)));
        assert_eq!(lines.iter().filter(|line| line.starts_with("(more than 4 MiB")).count(), 1);
    }

    #[test]
    fn one_stream_does_not_break_a_secret_of_the_other() {
        let (folder, mask) = (tempfile::tempdir().unwrap(), Mask::new(["secret"]));
        let (mut log, mut lines) = (Log::new(&mask, folder.path().join("a.log")), Vec::new());
        for (source, piece) in [(Source::Output, "sec"), (Source::Error, "between\n"), (Source::Output, "ret")] {
            log.push(source, piece.as_bytes(), &mut |line| lines.push(line.to_owned()));
        }
        log.end(&mut |line| lines.push(line.to_owned()));
        assert_eq!(lines, ["between", "***"]);
    }

    #[test]
    fn what_one_stream_tells_to_be_secret_is_hidden_in_the_other() {
        let (folder, mask) = (tempfile::tempdir().unwrap(), Mask::new(["secret"]));
        let path = folder.path().join("a.log");
        let (mut log, mut lines) = (Log::new(&mask, path.clone()), Vec::new());
        let mut show = |line: &str| lines.push(line.to_owned());
        log.push(Source::Error, b"::add-mask::learned-word\n::add-mask::abc\n", &mut show);
        log.push(Source::Output, b"learned-word abc\n::add-mask::la", &mut show);
        assert_eq!(log.learned(), [("learned-word".to_owned(), true), ("abc".to_owned(), false)]);
        log.push(Source::Output, b"ter-word", &mut show);
        log.end(&mut show);
        assert_eq!(log.learned(), [("later-word".to_owned(), true)]);
        assert_eq!(lines, ["::add-mask::***", "::add-mask::***", "*** abc", "::add-mask::***"]);
        assert_eq!(std::fs::read_to_string(path).unwrap(), lines.join("\n"));
        assert_eq!(mask.text("bGF0ZXItd29yZA== secret"), "*** ***");
    }
}
