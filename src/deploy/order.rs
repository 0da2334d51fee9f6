//! In which order things were done in an environment: as their journals came to the remote, one commit onto the other, and within
//! a journal line by line. The clocks of machines say it only where nothing else does.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use super::journal::Journal;

/// A copy of a run's journal on the remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// The run.
    pub run: String,
    /// How many lines the journal had by then.
    pub lines: usize,
}

/// Gives journals moments that follow one another as what they tell of did. `puts` are the copies on the remote, the oldest first.
pub fn in_order(journals: &mut [(&str, &mut Journal)], puts: &[Put]) {
    let mut by_run: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, (run, _)) in journals.iter().enumerate() {
        by_run.entry(run).or_default().push(at);
    }
    let mut there: BTreeMap<&str, usize> = BTreeMap::new();
    let mut last = None;
    for put in puts {
        let from = there.insert(&put.run, put.lines).unwrap_or(0);
        let mut until = last;
        for at in by_run.get(put.run.as_str()).into_iter().flatten() {
            let Some((_, journal)) = journals.get_mut(*at) else { continue };
            let length = journal.entries.len();
            until = until.max(follow(journal, from.min(length)..put.lines.min(length), last));
        }
        last = until;
    }
    // What is not there yet came after what its own run did before it.
    for (_, journal) in journals {
        let length = journal.entries.len();
        follow(journal, 0..length, None);
    }
}

/// Lets lines of a journal follow one another, and a moment; the last one's.
fn follow(journal: &mut Journal, lines: Range<usize>, mut last: Option<Timestamp>) -> Option<Timestamp> {
    for entry in journal.entries.get_mut(lines).into_iter().flatten() {
        if let Some(next) = last.filter(|last| entry.ts <= *last).and_then(next) {
            entry.ts = next;
        }
        last = Some(entry.ts);
    }
    last
}

fn next(moment: Timestamp) -> Option<Timestamp> {
    moment.checked_add(SignedDuration::from_nanos(1)).ok()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;
    use crate::deploy::journal::{Event, Tip, read};

    /// The names of all lines, `RUN` and its number from 0, by the moments that they get. `RUN TS TS …`, `RUN LINES`.
    #[test_case(&["a 1 2", "b 3 4"], &[] => "a0 a1 b0 b1"; "by the clock")]
    #[test_case(&["a 10 20", "b 3 4"], &[] => "b0 b1 a0 a1"; "by the clock where nothing else is known")]
    #[test_case(&["a 10 20", "b 3 4"], &["a 1", "a 2", "b 2"] => "a0 a1 b0 b1"; "as they came to the remote")]
    #[test_case(&["a 10 20 9", "b 3 15"], &["a 1", "b 2", "a 3"] => "a0 b0 b1 a1 a2"; "one that went on after another")]
    #[test_case(&["a 10 9 8", "b 11"], &[] => "a0 a1 a2 b0"; "within a journal by its lines")]
    #[test_case(&["a 10 20", "b 3 4", "c 15"], &["a 2", "b 2"] => "a0 c0 a1 b0 b1"; "one that is not there by the clock")]
    #[test_case(&["a 10 20", "b 3 4 30"], &["a 2", "b 1"] => "a0 a1 b0 b1 b2"; "the rest of one after its own")]
    #[test_case(&["a 10 20"], &["x 4", "a 9"] => "a0 a1"; "one that is not here, and more than is here")]
    fn order(journals: &[&str], puts: &[&str]) -> String {
        let journal = |text: &&str| {
            let (run, moments) = text.split_once(' ').unwrap();
            let (mut tip, mut lines) = (Tip::beginning(run), String::new());
            for second in moments.split(' ') {
                let ts = Timestamp::from_second(second.parse().unwrap()).unwrap();
                let (line, next) = tip.line(ts, Event::Interrupted { signal: "INT".to_owned() }).unwrap();
                (tip, lines) = (next, lines + &line);
            }
            (run.to_owned(), read(lines.as_bytes()).unwrap())
        };
        let put = |text: &&str| {
            let (run, lines) = text.split_once(' ').unwrap();
            Put { run: run.to_owned(), lines: lines.parse().unwrap() }
        };
        let puts: Vec<Put> = puts.iter().map(put).collect();
        let mut all = Vec::new();
        let mut journals: Vec<(String, Journal)> = journals.iter().map(journal).collect();
        let mut lent: Vec<_> = journals.iter_mut().map(|(run, journal)| (run.as_str(), journal)).collect();
        in_order(&mut lent, &puts);
        for (run, journal) in journals {
            all.extend(journal.entries.iter().enumerate().map(|(at, entry)| (entry.ts, format!("{run}{at}"))));
        }
        all.sort();
        all.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join(" ")
    }
}
