//! Lines of files and of commands, of any size, one at a time, compressed or not.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use memchr::memchr;
use tokio::io::AsyncReadExt as _;

use super::process::{Captured, End, Invocation, command, end_of, kill_group};
use super::timed::{self, Timed};
use crate::report::Failure;

/// The longest line that is read; the rest of a longer one is dropped.
const LONGEST: usize = 64 * 1024;

/// How much is read at once.
const BUFFER: usize = 256 * 1024;

/// How much of what a command says on standard error is kept.
const SAID: usize = 4 * 1024;

/// How compressed files begin, and what reads those that are not read here.
const FOREIGN: [(&[u8], &str); 3] =
    [(&[0x28, 0xb5, 0x2f, 0xfd], "zstdcat"), (&[0xfd, b'7', b'z', b'X', b'Z'], "xzcat"), (b"BZh", "bzcat")];

/// Gives every line of a file to `each`, without its end; `-` is standard input. A file that gzip made is unpacked; bytes
/// that are no UTF-8 are replaced.
///
/// # Errors
/// Exit code 2 where the file is not there or is compressed in another way, 3 where it cannot be read to its end within the limit.
pub fn of_file(path: &Path, limit: Duration, each: &mut dyn FnMut(&str)) -> Result<()> {
    let is_input = path == Path::new("-");
    let shown = if is_input { "standard input".to_owned() } else { path.display().to_string() };
    let unreadable = |error: std::io::Error| timed::unreadable(&shown, &error);
    let source = if is_input { Timed::standard_input(limit) } else { Timed::open(path, limit) };
    let source = source.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::usage("usage/no-file", format!("there is no file {shown}"))
            .help("give a log file, or - for standard input"),
        _ => unreadable(error),
    })?;
    let mut source = BufReader::with_capacity(BUFFER, source);
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
        each_line(&mut flate2::bufread::MultiGzDecoder::new(source), each)
    } else {
        each_line(&mut source, each)
    };
    Ok(read.map_err(unreadable)?)
}

/// Gives every line of a command's standard output to `each` as it comes, without its end.
///
/// # Errors
/// Exit code 3 where it cannot be started, does not end within the limit, or does not end with 0: then what it said is not all.
pub async fn of_command(invocation: &Invocation, limit: Duration, each: &mut dyn FnMut(&str)) -> Result<()> {
    let shown = invocation.text();
    let cannot = |error: std::io::Error| Failure::cannot_tell("io/process", format!("cannot run {shown}: {error}"));
    let mut child = command(invocation).spawn().map_err(cannot)?;
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
    let said = said.trim_end().lines().next_back().unwrap_or("it said nothing on standard error");
    Err(Failure::cannot_tell("io/command", format!("the command {how}: {shown}\n{said}"))
        .help("what it printed may not be all: see that it ends with 0, and in time (--timeout)")
        .into())
}

/// Gives every line to `each`.
fn each_line(source: &mut dyn Read, each: &mut dyn FnMut(&str)) -> std::io::Result<()> {
    let (mut lines, mut piece) = (Splitter::default(), vec![0; BUFFER]);
    loop {
        match source.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => lines.push(piece.get(..length).unwrap_or_default(), each),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    lines.finish(each);
    Ok(())
}

/// Cuts pieces into lines. A line that lies within one piece is not copied.
#[derive(Default)]
struct Splitter {
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
    /// Whether what comes belongs to a line that is too long.
    dropping: bool,
}

impl Splitter {
    fn push(&mut self, mut piece: &[u8], each: &mut dyn FnMut(&str)) {
        while let Some(at) = memchr(b'\n', piece) {
            let (line, rest) = piece.split_at(at);
            piece = rest.get(1..).unwrap_or_default();
            if std::mem::take(&mut self.dropping) {
                continue;
            }
            if self.begun.is_empty() {
                each(&text(line.get(..LONGEST).unwrap_or(line)));
            } else {
                self.keep(line);
                self.finish(each);
            }
        }
        if self.dropping {
            return;
        }
        self.keep(piece);
        if self.begun.len() == LONGEST {
            self.finish(each);
            self.dropping = true;
        }
    }

    fn keep(&mut self, piece: &[u8]) {
        let room = LONGEST - self.begun.len();
        self.begun.extend_from_slice(piece.get(..room).unwrap_or(piece));
    }

    /// What is left is a line as well.
    fn finish(&mut self, each: &mut dyn FnMut(&str)) {
        if !self.begun.is_empty() {
            each(&text(&self.begun));
            self.begun.clear();
        }
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
        each_line(&mut bytes, &mut |line| lines.push(line.trim_end().to_owned())).unwrap();
        lines
    }

    #[test]
    fn the_last_line_needs_no_end_and_no_byte_is_too_strange() {
        assert_eq!(lines(b"a\r\nb\xff\n\nc"), ["a", "b\u{fffd}", "", "c"]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn a_line_without_end_does_not_fill_the_memory() {
        let long = [vec![b'x'; 3 * LONGEST], b"\nnext\n".to_vec()].concat();
        let read = lines(&long);
        assert_eq!((read.len(), read[0].len(), read[1].as_str()), (2, LONGEST, "next"));
    }

    proptest! {
        #[test]
        fn where_a_piece_ends_makes_no_difference(text in "[ab\n]{0,40}", cut in 0usize..40) {
            let cut = cut.min(text.len());
            let mut found = Vec::new();
            let mut splitter = Splitter::default();
            for piece in [&text[..cut], &text[cut..]] {
                splitter.push(piece.as_bytes(), &mut |line| found.push(line.to_owned()));
            }
            splitter.finish(&mut |line| found.push(line.to_owned()));
            prop_assert_eq!(found, text.lines().map(str::to_owned).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_command_is_read_to_its_end_or_not_believed() {
        let run = |command: &str, limit: u64| {
            let mut lines = Vec::new();
            let invocation = Invocation::shell(Path::new("."), command);
            let mut keep = |line: &str| lines.push(line.to_owned());
            let heard = of_command(&invocation, Duration::from_millis(limit), &mut keep);
            let ended = crate::io::runtime().unwrap().block_on(heard);
            (lines, ended.map_err(|error| error.to_string()))
        };
        assert_eq!(run("printf 'a\\nb'", 20_000), (vec!["a".to_owned(), "b".to_owned()], Ok(())));
        let (_, failed) = run("echo a; echo no such container >&2; exit 3", 20_000);
        assert_eq!(
            failed.unwrap_err().lines().collect::<Vec<_>>(),
            ["the command ended with exit status 3: echo a; echo no such container >&2; exit 3", "no such container"]
        );
        assert!(run("sleep 30", 200).1.unwrap_err().contains("was still running after 1s"));
    }
}
