//! Lines of files of any size, one at a time, compressed or not.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, stdin};
use std::path::Path;

use anyhow::Result;

use crate::report::Failure;

/// The longest line that is read; the rest of a longer one is dropped.
const LONGEST: u64 = 64 * 1024;

/// How much is read at once.
const BUFFER: usize = 256 * 1024;

/// How compressed files begin, and what reads those that are not read here.
const FOREIGN: [(&[u8], &str); 3] =
    [(&[0x28, 0xb5, 0x2f, 0xfd], "zstdcat"), (&[0xfd, b'7', b'z', b'X', b'Z'], "xzcat"), (b"BZh", "bzcat")];

/// Gives every line of a file to `each`, without its end; `-` is standard input. A file that gzip made is unpacked; bytes
/// that are no UTF-8 are replaced.
///
/// # Errors
/// Exit code 2 where the file is not there or is compressed in another way, 3 where it cannot be read to its end.
pub fn of_file(path: &Path, each: &mut dyn FnMut(&str)) -> Result<()> {
    let shown = path.display();
    let unreadable = |error| Failure::cannot_tell("io/read", format!("cannot read {shown}: {error}"));
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(stdin())
    } else {
        Box::new(File::open(path).map_err(|error| {
            match error.kind() {
                std::io::ErrorKind::NotFound => Failure::usage("usage/no-file", format!("there is no file {shown}"))
                    .help("give a log file, or - for standard input"),
                _ => unreadable(error),
            }
        })?)
    };
    let mut source = BufReader::with_capacity(BUFFER, source);
    let start = source.fill_buf().map_err(unreadable)?;
    if let Some((_, program)) = FOREIGN.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Err(Failure::usage(
            "usage/compressed",
            format!("{shown} is compressed in a way that is not read here"),
        )
        .help(format!("unpack it on the way: {program} {shown} | zarpe logs -"))
        .into());
    }
    let read = if start.starts_with(&[0x1f, 0x8b]) {
        each_line(&mut BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(source)), each)
    } else {
        each_line(&mut source, each)
    };
    Ok(read.map_err(unreadable)?)
}

/// Gives every line to `each`.
fn each_line(source: &mut dyn BufRead, each: &mut dyn FnMut(&str)) -> std::io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if source.take(LONGEST).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.len() as u64 == LONGEST && line.last() != Some(&b'\n') {
            source.skip_until(b'\n')?;
        }
        each(&String::from_utf8_lossy(&line));
    }
}

#[cfg(test)]
mod tests {
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
        let long = [vec![b'x'; 3 * LONGEST as usize], b"\nnext\n".to_vec()].concat();
        let read = lines(&long);
        assert_eq!((read.len(), read[0].len(), read[1].as_str()), (2, LONGEST as usize, "next"));
    }
}
