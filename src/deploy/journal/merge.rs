//! Two journals of one run that went apart: what a person put down elsewhere while the work went on belongs to both.

use super::{Entry, Event, Journal, Tip, read};

/// A journal that holds what both had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Its lines: those of the other journal, and behind them what only this one had.
    pub bytes: Vec<u8>,
    /// What only the other one had.
    pub taken: Vec<Entry>,
}

impl Event {
    /// Whether it says what somebody said, or was told, and nothing was done by it: it is as true behind what another process did
    /// meanwhile.
    #[must_use]
    pub fn is_word(&self) -> bool {
        matches!(self, Self::Signed { .. } | Self::StepSettled { .. } | Self::Notified { .. })
    }
}

/// The journal `there` goes on with what only `here` has. `None` where they are not of one run, where one of them is not
/// believed, or where work was done in both: two processes did it, and which of it counts only a person can tell.
#[must_use]
pub fn merge(here: &[u8], there: &[u8]) -> Option<Merged> {
    let (ours, theirs) = (read(here).ok()?, read(there).ok()?);
    let same = ours.entries.iter().zip(&theirs.entries).take_while(|(a, b)| a == b).count();
    let (left, taken) = (ours.entries.get(same..)?, theirs.entries.get(same..)?);
    // What was merged before stands there with another number.
    let is_same = |a: &Entry, b: &Entry| (a.ts, a.attempt, &a.event) == (b.ts, b.attempt, &b.event);
    let left: Vec<&Entry> = left.iter().filter(|entry| !taken.iter().any(|other| is_same(entry, other))).collect();
    let is_of_one = same > 0 || ours.entries.is_empty();
    let is_beside = left.iter().all(|entry| entry.event.is_word()) || taken.iter().all(|entry| entry.event.is_word());
    if !is_of_one || !is_beside {
        return None;
    }
    let mut bytes = there.get(..theirs.length)?.to_vec();
    let Journal { tip: mut next, .. } = theirs;
    for entry in left {
        let (line, tip) = Tip { attempt: entry.attempt, ..next }.line(entry.ts, entry.event.clone()).ok()?;
        bytes.extend(line.into_bytes());
        next = tip;
    }
    Some(Merged { bytes, taken: taken.to_vec() })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;
    use crate::deploy::journal::{Outcome, Part, Place};

    fn journal(events: &[Event]) -> Vec<u8> {
        let mut tip = Tip::beginning("r1");
        let mut text = String::new();
        for event in events {
            let (line, next) = tip.line(Timestamp::UNIX_EPOCH, event.clone()).unwrap();
            text.push_str(&line);
            tip = next;
        }
        text.into_bytes()
    }

    fn work(job: &str) -> Event {
        Event::JobStarted { job: job.to_owned() }
    }

    fn word(step: &str) -> Event {
        let place = Place { job: "a".to_owned(), step: step.to_owned(), part: Part::Steps };
        Event::StepSettled { place, outcome: Outcome::Success, by: "ana".to_owned() }
    }

    fn names(bytes: &[u8]) -> String {
        let name = |entry: &Entry| match &entry.event {
            Event::JobStarted { job } => job.clone(),
            Event::StepSettled { place, .. } => place.step.clone(),
            _ => "?".to_owned(),
        };
        read(bytes).unwrap().entries.iter().map(name).collect()
    }

    #[test]
    fn who_was_told_is_told_behind_what_was_done_elsewhere() {
        let told = Event::Notified {
            to: "slack:HOOK".to_owned(),
            template: "waits".to_owned(),
            subject: None,
            about: Vec::new(),
            id: "1".to_owned(),
            why: None,
        };
        let merged = merge(&journal(&[work("A"), told]), &journal(&[work("A"), work("B")])).unwrap();
        assert_eq!(names(&merged.bytes), "AB?");
    }

    #[test_case("A", "AB" => Some("AB/B".to_owned()); "it is behind")]
    #[test_case("AB", "A" => Some("AB/".to_owned()); "it is ahead")]
    #[test_case("ABC", "Ax" => Some("AxBC/x".to_owned()); "a word beside work")]
    #[test_case("Ax", "ABC" => Some("ABCx/BC".to_owned()); "work beside a word")]
    #[test_case("Axy", "Az" => Some("Azxy/z".to_owned()); "words beside words")]
    #[test_case("AB", "AC" => None; "work beside work")]
    #[test_case("AxB", "AyC" => None; "work behind words beside work")]
    #[test_case("x", "y" => None; "other beginnings")]
    #[test_case("", "AB" => Some("AB/AB".to_owned()); "it has nothing")]
    fn goes_on_with_both(here: &str, there: &str) -> Option<String> {
        let of = |text: &str| {
            let event = |c: char| if c.is_uppercase() { work(&c.to_string()) } else { word(&c.to_string()) };
            journal(&text.chars().map(event).collect::<Vec<_>>())
        };
        let merged = merge(&of(here), &of(there))?;
        let taken: String = names(&merged.bytes).chars().filter(|c| !here.contains(*c)).collect();
        assert_eq!(taken.len(), merged.taken.len());
        Some(format!("{}/{taken}", names(&merged.bytes)))
    }

    proptest! {
        /// Whatever was put down, nothing of either is lost, the other journal stays as it is, and each can be brought up to it.
        #[test]
        fn nothing_is_lost(common in "[A-C]{1,3}", here in "[A-Cx-z]{0,4}", there in "[D-Fp-r]{0,4}") {
            let of = |text: String| {
                let event = |c: char| if c.is_uppercase() { work(&c.to_string()) } else { word(&c.to_string()) };
                journal(&text.chars().map(event).collect::<Vec<_>>())
            };
            let (ours, theirs) = (of(format!("{common}{here}")), of(format!("{common}{there}")));
            let is_word = |text: &str| text.chars().all(char::is_lowercase);
            let Some(merged) = merge(&ours, &theirs) else {
                prop_assert!(!is_word(&here) && !is_word(&there));
                return Ok(());
            };
            prop_assert!(merged.bytes.starts_with(&theirs));
            let mut all: Vec<char> = names(&merged.bytes).chars().collect();
            let same = here.chars().zip(there.chars()).take_while(|(a, b)| a == b).count();
            let mut expected: Vec<char> = format!("{common}{there}{}", here.get(same..).unwrap_or_default()).chars().collect();
            all.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(all, expected);
            prop_assert_eq!(merge(&ours, &merged.bytes).map(|again| again.bytes), Some(merged.bytes));
        }
    }
}
