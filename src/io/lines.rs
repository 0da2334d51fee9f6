//! Lines of files and of commands, of any size, one at a time, compressed or not.

use std::borrow::Cow;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use memchr::memchr;
use tokio::io::AsyncReadExt as _;

use super::process::{Captured, End, Invocation, command, end_of, kill_group, spawn};
use super::timed::{self, Timed};
use crate::report::Failure;
use crate::steps::endpoint::veiled;

/// The longest line that is given as a whole; a longer one is given in pieces of this size.
const LONGEST: usize = 64 * 1024;

/// How much is read at once.
const BUFFER: usize = 256 * 1024;

/// How much of what a command says on standard error is kept.
const SAID: usize = 4 * 1024;

/// How compressed files begin, and what reads those that are not read here.
const FOREIGN: [(&[u8], &str); 3] =
    [(&[0x28, 0xb5, 0x2f, 0xfd], "zstdcat"), (&[0xfd, b'7', b'z', b'X', b'Z'], "xzcat"), (b"BZh", "bzcat")];

/// What of a line is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A line, or the beginning of one that is too long.
    Line,
    /// More of the line before.
    More,
}

/// Who takes the lines.
pub type Each<'e> = &'e mut dyn FnMut(&str, Piece);

/// Gives every line of a file to `each`, without its end; `-` is standard input. A file that gzip made is unpacked; bytes
/// that are no UTF-8 are replaced.
///
/// # Errors
/// Exit code 2 where the file is not there or is compressed in another way, 3 where it cannot be read to its end within the limit.
pub fn of_file(path: &Path, limit: Duration, each: Each<'_>) -> Result<()> {
    let is_input = path == Path::new("-");
    let shown = if is_input { "standard input".to_owned() } else { path.display().to_string() };
    let unreadable = |error: std::io::Error| timed::unreadable(&shown, &error);
    let source = if is_input { Timed::standard_input(limit) } else { Timed::ahead(path, limit) };
    let mut source = source.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::usage("usage/no-file", format!("there is no file {shown}"))
            .help("give a log file, or - for standard input"),
        _ => unreadable(error),
    })?;
    let start = source.fill_buf().map_err(unreadable)?;
    if let Some((_, program)) = FOREIGN.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Err(Failure::usage(
            "usage/compressed",
            format!("{shown} is compressed in a way that is not read here"),
        )
        .help(format!("unpack it on the way: {program} {} | zarpe logs -", path.display()))
        .into());
    }
    let read = if start.starts_with(&[0x1f, 0x8b]) {
        each_line(&mut BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(source)), each)
    } else {
        each_line(&mut source, each)
    };
    Ok(read.map_err(unreadable)?)
}

/// Gives every line of a command's standard output to `each` as it comes, without its end.
///
/// # Errors
/// Exit code 3 where it cannot be started, does not end within the limit, or does not end with 0: then what it said is not all.
pub async fn of_command(invocation: &Invocation, limit: Duration, each: Each<'_>) -> Result<()> {
    // The command line itself is not shown: the shell may have put a secret into it.
    let program = &invocation.program;
    let cannot = |error: std::io::Error| Failure::cannot_tell("io/process", format!("cannot run {program}: {error}"));
    let mut child = spawn(command(invocation)).map_err(cannot)?;
    let (group, out, err) = (child.id(), child.stdout.take(), child.stderr.take());
    let mut said = Captured::default();
    let read = async {
        let (mut lines, mut piece) = (Splitter::default(), vec![0; BUFFER]);
        let Some(mut out) = out else { return Ok(()) };
        loop {
            let length = out.read(&mut piece).await?;
            if length == 0 {
                break;
            }
            lines.push(piece.get(..length).unwrap_or_default(), each);
        }
        lines.finish(each);
        Ok(())
    };
    let whole = async {
        let (read, heard, status) = tokio::join!(read, said.fill(SAID, err), child.wait());
        read.and(heard).and(status)
    };
    let end = match tokio::time::timeout(limit, whole).await {
        Ok(status) => end_of(status.map_err(cannot)?),
        Err(_) => {
            kill_group(group);
            let _ = child.kill().await;
            End::TimedOut
        }
    };
    let how = match end {
        End::Status(0) => return Ok(()),
        End::Status(status) => format!("ended with exit status {status}"),
        End::Signal(signal) => format!("was ended by signal {signal}"),
        End::TimedOut => format!("was still running after {}", crate::duration::shown(limit)),
    };
    let said = said.text();
    let said = said.trim_end().lines().next_back().map(veiled);
    let said = said.unwrap_or_else(|| "it said nothing on standard error".to_owned());
    Err(Failure::cannot_tell("io/command", format!("the command {how}: {said}"))
        .help("what it printed may not be all: see that it ends with 0, and in time (--timeout)")
        .into())
}

/// Gives every line to `each`.
fn each_line(source: &mut dyn BufRead, each: Each<'_>) -> std::io::Result<()> {
    let mut lines = Splitter::default();
    loop {
        let length = match source.fill_buf() {
            Ok([]) => break,
            Ok(piece) => {
                lines.push(piece, each);
                piece.len()
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => 0,
            Err(error) => return Err(error),
        };
        source.consume(length);
    }
    lines.finish(each);
    Ok(())
}

/// Cuts what is read into lines. A line that lies within it is not copied.
#[derive(Default)]
struct Splitter {
    /// The beginning of a line, or of a piece of one, whose end has not come yet.
    begun: Vec<u8>,
    /// Whether it is more of a line that was too long.
    is_more: bool,
}

impl Splitter {
    fn push(&mut self, mut bytes: &[u8], each: Each<'_>) {
        while let Some(at) = memchr(b'\n', bytes) {
            let (line, rest) = bytes.split_at(at);
            bytes = rest.get(1..).unwrap_or_default();
            if self.begun.is_empty() && !self.is_more && line.len() <= LONGEST {
                each(&text(line), Piece::Line);
            } else {
                self.keep(line, each);
                self.finish(each);
            }
        }
        self.keep(bytes, each);
    }

    /// Keeps a part of a line, and gives what of it is long enough, cut between two characters.
    fn keep(&mut self, bytes: &[u8], each: Each<'_>) {
        let mut rest = bytes;
        while self.begun.len() + rest.len() > LONGEST {
            let (now, later) = rest.split_at(LONGEST - self.begun.len());
            rest = later;
            self.begun.extend_from_slice(now);
            // A character of UTF-8 has at most three bytes after its first one, and all of these begin with the bits 10.
            let tail =
                self.begun.iter().rev().take(4).position(|byte| byte & 0xc0 != 0x80).map_or(0, |after| after + 1);
            let kept = self.begun.split_off(self.begun.len() - tail);
            self.give(each);
            self.begun = kept;
        }
        self.begun.extend_from_slice(rest);
    }

    fn give(&mut self, each: Each<'_>) {
        each(&text(&self.begun), if self.is_more { Piece::More } else { Piece::Line });
        self.is_more = true;
    }

    /// What is left is a line as well.
    fn finish(&mut self, each: Each<'_>) {
        if !self.begun.is_empty() {
            self.give(each);
            self.begun.clear();
        }
        self.is_more = false;
    }
}

/// Bytes as text; whether they are is found faster than what of them is not.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(mut bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        each_line(&mut bytes, &mut |line, _| lines.push(line.trim_end().to_owned())).unwrap();
        lines
    }

    #[test]
    fn the_last_line_needs_no_end_and_no_byte_is_too_strange() {
        assert_eq!(lines(b"a\r\nb\xff\n\nc"), ["a", "b\u{fffd}", "", "c"]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn a_line_without_end_does_not_fill_the_memory() {
        let long = format!("{}\nnext\n", "xé".repeat(LONGEST));
        let mut found = Vec::new();
        each_line(&mut long.as_bytes(), &mut |line, piece| found.push((line.to_owned(), piece))).unwrap();
        assert!(found.iter().all(|(line, _)| line.len() <= LONGEST && !line.contains('\u{fffd}')));
        let more = found.iter().filter(|(_, piece)| *piece == Piece::More).count();
        assert_eq!((more, found.len()), (3, 5));
        let whole: String = found.iter().take(4).map(|(line, _)| line.as_str()).collect();
        assert_eq!((whole, &found[4]), ("xé".repeat(LONGEST), &("next".to_owned(), Piece::Line)));
    }

    proptest! {
        #[test]
        fn where_a_piece_ends_makes_no_difference(text in "[ab\n]{0,40}", cut in 0usize..40) {
            let cut = cut.min(text.len());
            let mut found = Vec::new();
            let mut splitter = Splitter::default();
            for piece in [&text[..cut], &text[cut..]] {
                splitter.push(piece.as_bytes(), &mut |line, _| found.push(line.to_owned()));
            }
            splitter.finish(&mut |line, _| found.push(line.to_owned()));
            prop_assert_eq!(found, text.lines().map(str::to_owned).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_command_is_read_to_its_end_or_not_believed() {
        let run = |command: &str, limit: u64| {
            let mut lines = Vec::new();
            let invocation = Invocation::shell(Path::new("."), command);
            let mut keep = |line: &str, _| lines.push(line.to_owned());
            let heard = of_command(&invocation, Duration::from_millis(limit), &mut keep);
            let ended = crate::io::runtime().unwrap().block_on(heard);
            (lines, ended.map_err(|error| error.to_string()))
        };
        assert_eq!(run("printf 'a\\nb'", 20_000), (vec!["a".to_owned(), "b".to_owned()], Ok(())));
        let (_, failed) = run("echo a; echo no such container >&2; exit 3", 20_000);
        assert_eq!(failed.unwrap_err(), "the command ended with exit status 3: no such container");
        let (_, failed) = run("echo 'fatal: https://deploy:hunter2@h/x' >&2; exit 3", 20_000);
        assert_eq!(failed.unwrap_err(), "the command ended with exit status 3: fatal: https://deploy:***@h/x");
        assert!(run("sleep 30", 200).1.unwrap_err().contains("was still running after 1s"));
    }
}
