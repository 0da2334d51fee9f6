//! Reading a journal back: the chain is checked, and what a kill left of a last line is told apart.

use super::{BEGINNING, Entry, Tip, VERSION, sha256};

/// A journal whose chain holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// Its lines.
    pub entries: Vec<Entry>,
    /// Where the next line goes. It is of the attempt of the last one.
    pub tip: Tip,
    /// How many bytes the whole lines take: what is behind them is the torn beginning of one that was never durable.
    pub length: usize,
}

/// Why a journal is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// Reads a journal. An unterminated last line is dropped: it was never durable, so nothing was done by it.
///
/// # Errors
/// The first line that does not fit.
pub fn read(bytes: &[u8]) -> Result<Journal, Broken> {
    let length = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let whole = bytes.get(..length).unwrap_or_default();
    let mut entries: Vec<Entry> = Vec::new();
    let mut previous = BEGINNING.to_owned();
    for (at, line) in whole.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let entry = entry(line, &previous, entries.last()).map_err(|why| Broken { line: at + 1, why })?;
        previous = sha256(line);
        entries.push(entry);
    }
    let last = entries.last();
    let tip = Tip {
        run_id: last.map(|last| last.run_id.clone()).unwrap_or_default(),
        attempt: last.map_or(1, |last| last.attempt),
        seq: last.map_or(0, |last| last.seq),
        sha256: previous,
    };
    Ok(Journal { entries, tip, length })
}

fn entry(line: &[u8], previous: &str, before: Option<&Entry>) -> Result<Entry, String> {
    #[derive(serde::Deserialize)]
    struct Versioned {
        v: u32,
    }
    let versioned: Versioned = serde_json::from_slice(line).map_err(|error| format!("it is no entry: {error}"))?;
    if versioned.v != VERSION {
        return Err(format!("it is of version {} of the format, and this zarpe knows {VERSION}", versioned.v));
    }
    let entry: Entry = serde_json::from_slice(line).map_err(|error| format!("it is no entry: {error}"))?;
    let expected = before.map_or(1, |before| before.seq + 1);
    if entry.seq != expected {
        return Err(format!("its number is {}, not {expected}", entry.seq));
    }
    if entry.prev_sha256 != previous {
        return Err("it does not follow the line before it: one of the two was changed".to_owned());
    }
    if before.is_some_and(|before| before.run_id != entry.run_id) {
        return Err(format!("it is of another run, {}", entry.run_id));
    }
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::deploy::journal::{Event, Outcome};

    fn journal(jobs: &[&str]) -> Vec<u8> {
        let mut tip = Tip::beginning("r1");
        let mut text = String::new();
        for job in jobs {
            let event = Event::JobFinished {
                job: (*job).to_owned(),
                result: Outcome::Success,
                outputs: [].into(),
                withheld: [].into(),
            };
            let (line, next) = tip.line(Timestamp::UNIX_EPOCH, event).unwrap();
            text.push_str(&line);
            tip = next;
        }
        text.into_bytes()
    }

    #[test]
    fn what_is_written_reads_back_and_goes_on() {
        let bytes = journal(&["a", "b\nc"]);
        let read = read(&bytes).unwrap();
        assert_eq!((read.entries.len(), read.tip.seq, read.length), (2, 2, bytes.len()));
        let (third, _) = read.tip.line(Timestamp::UNIX_EPOCH, Event::JobStarted { job: "d".to_owned() }).unwrap();
        assert_eq!(super::read(&[bytes, third.into_bytes()].concat()).unwrap().entries.len(), 3);
    }

    #[test]
    fn nothing_is_a_journal_without_lines() {
        assert_eq!(read(b"").unwrap().tip.seq, 0);
        assert_eq!(read(b"{\"v\":1").unwrap().length, 0);
    }

    #[test_case::test_case(|text| text.replacen("\"a\"", "\"x\"", 1), 2, "changed"; "an edited line")]
    #[test_case::test_case(|text| text.lines().skip(1).map(|line| format!("{line}\n")).collect(), 1, "its number is 2"; "the first is gone")]
    #[test_case::test_case(|text| text.replacen("\"v\":1", "\"v\":2", 1), 1, "version 2"; "a newer format")]
    #[test_case::test_case(|text| text.replacen("job_finished", "job_melted", 1), 1, "no entry"; "an unknown event")]
    #[test_case::test_case(|text| text.replacen("\n", "\n\n", 1), 2, "no entry"; "a blank line")]
    fn a_changed_journal_is_not_believed(change: fn(String) -> String, line: usize, why: &str) {
        let text = change(String::from_utf8(journal(&["a", "b", "c"])).unwrap());
        let broken = read(text.as_bytes()).unwrap_err();
        assert!(broken.line == line && broken.why.contains(why), "{broken:?}");
    }

    proptest! {
        /// Wherever a write is cut, what was whole before is what is read.
        #[test]
        fn a_cut_loses_the_torn_line_and_nothing_else(cut in 0usize..600) {
            let bytes = journal(&["a", "b", "c"]);
            let cut = cut.min(bytes.len());
            let read = read(&bytes[..cut]).unwrap();
            prop_assert_eq!(read.entries.len(), bytes[..cut].iter().filter(|byte| **byte == b'\n').count());
            prop_assert!(read.length <= cut);
        }

        /// Whatever byte is changed in a line that another one follows, it is seen.
        #[test]
        fn a_changed_byte_is_seen(at in 0usize..10_000, bit in 0u8..8) {
            let mut bytes = journal(&["a", "b", "c"]);
            let last = bytes[..bytes.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap();
            let at = at % last;
            bytes[at] ^= 1 << bit;
            prop_assert!(read(&bytes).is_err());
        }
    }
}
