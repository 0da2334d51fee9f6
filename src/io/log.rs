//! What a command printed, masked, on its way: whole lines for people, a file for later, and a digest of all of it.

use std::io::Write as _;
use std::path::PathBuf;

use sha2::Digest as _;

use super::child::Source;
use crate::deploy::mask::{Mask, Stream};

/// How much of what one command prints is shown, kept, and counts in the digest; the rest is read and dropped.
pub const LIMIT: usize = 4 << 20;
/// The longest piece of a line that is held until its end comes.
const LINE: usize = 8 << 10;

/// The output of one command.
pub struct Log<'m> {
    /// Each stream by itself: what one says may come between two pieces of a secret of the other.
    streams: [(Option<Stream<'m>>, Vec<u8>); 2],
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
        let streams = [0, 1].map(|_| (Some(Stream::new(mask)), Vec::new()));
        Self { streams, path, file: None, kept: 0, hasher: sha2::Sha256::new(), any: false }
    }

    /// More came; whole lines are shown.
    pub fn push(&mut self, source: Source, bytes: &[u8], show: &mut dyn FnMut(&str)) {
        // What is dropped need not be masked.
        if self.kept >= LIMIT {
            return;
        }
        let masked = self.stream(source).and_then(|(mask, _)| Some(mask.as_mut()?.push(bytes)));
        self.take(source, &masked.unwrap_or_default(), show);
    }

    /// No more comes; the digest of all of it, where there was anything.
    pub fn finish(mut self, show: &mut dyn FnMut(&str)) -> Option<String> {
        for source in [Source::Output, Source::Error] {
            let rest = self.stream(source).and_then(|(mask, _)| Some(mask.take()?.finish()));
            self.take(source, &rest.unwrap_or_default(), show);
            if let Some((_, line)) = self.stream(source).filter(|(_, line)| !line.is_empty()) {
                show(&String::from_utf8_lossy(line));
            }
        }
        self.any.then(|| format!("{:x}", self.hasher.finalize()))
    }

    fn stream(&mut self, source: Source) -> Option<&mut (Option<Stream<'m>>, Vec<u8>)> {
        self.streams.get_mut(usize::from(source == Source::Error))
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
        if let Some((_, line)) = self.stream(source) {
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
        let digest = log.finish(&mut |line| lines.push(line.to_owned())).unwrap();
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
        log.finish(&mut |line| lines.push(line.to_owned()));
        assert_eq!(lines, ["between", "***"]);
    }
}
