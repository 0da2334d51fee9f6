//! What went wrong in a run, by its journal.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::words::Words;
use crate::deploy::journal::{Entry, Event, NOT_BEGUN, Outcome, Part, Place};

/// A sentence for each, in the order of time, by the clock of `zone`. `label` is what people call a step.
pub(super) fn incidents(
    entries: &[Entry],
    words: &Words,
    zone: &TimeZone,
    label: &dyn Fn(&Place) -> String,
) -> Vec<String> {
    let local = |at: Timestamp| at.to_zoned(zone.clone());
    let first_day = entries.first().map(|entry| local(entry.ts).date());
    let mut found = Vec::new();
    let mut failed: BTreeMap<&Place, u32> = BTreeMap::new();
    let mut begun: BTreeSet<&Place> = BTreeSet::new();
    for entry in entries {
        let at = local(entry.ts);
        let form = if Some(at.date()) == first_day { "%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
        let mut say = |word: &str, what: &str, note: Option<&String>| {
            let note = note.map_or_else(String::new, |note| format!(" ({note})"));
            found.push(format!("{} {word}: {what}{note}", at.strftime(form)));
        };
        // What was at work when another process had to go on, or a person to say what became of it, was lost with its own.
        let lost = match &entry.event {
            Event::RunResumed { .. } => std::mem::take(&mut begun).into_iter().collect(),
            Event::StepSettled { place, by, .. } if by != NOT_BEGUN => begun.take(place).into_iter().collect(),
            Event::StepStarted { place, .. } => {
                begun.insert(place);
                Vec::new()
            }
            Event::StepFinished { place, .. } | Event::StepSettled { place, .. } => {
                begun.remove(place);
                Vec::new()
            }
            _ => Vec::new(),
        };
        for place in lost {
            *failed.entry(place).or_default() += 1;
            say(words.cut_off, &label(place), None);
        }
        match &entry.event {
            Event::StepFinished { place, outcome, end, note, .. } if *end != crate::deploy::journal::End::ASKS => {
                match outcome {
                    Outcome::Failure | Outcome::Unknown => {
                        *failed.entry(place).or_default() += 1;
                        let word = if *outcome == Outcome::Failure { words.failed } else { words.cut_off };
                        let word = if matches!(place.part, Part::Post | Part::RollbackPost) {
                            words.cleanup_failed
                        } else {
                            word
                        };
                        say(word, &label(place), note.as_ref());
                    }
                    Outcome::Success if failed.remove(place).is_some() => say(words.then_done, &label(place), None),
                    _ => {}
                }
            }
            Event::StepSettled { by, .. } if by == NOT_BEGUN => {}
            Event::StepSettled { place, outcome, by } => {
                failed.remove(place);
                let word = if *outcome == Outcome::Success { words.settled_done } else { words.settled_failed };
                say(word, &label(place), Some(by));
            }
            Event::Interrupted { signal } => say(words.interrupted, signal, None),
            Event::RunResumed { plan_sha256, sha, .. } => {
                if changed(entries, entry.seq, plan_sha256) {
                    say(words.plan_changed, plan_sha256.get(..12).unwrap_or(plan_sha256), None);
                }
                if let Some(sha) = sha {
                    say(words.commit_changed, sha.get(..12).unwrap_or(sha), None);
                }
            }
            Event::RunCancelled { by } => say(words.cancelled, by, None),
            Event::JobReopened { job } | Event::RollbackReopened { job } => say(words.reopened, job, None),
            Event::RollbackWithdrawn { job } => say(words.rollback_withdrawn, job, None),
            Event::RollbackStarted { job } => say(words.rollback_began, job, None),
            Event::RollbackFinished { job, result } => {
                let word = if *result == Outcome::Success { words.rollback_done } else { words.rollback_failed };
                say(word, job, None);
            }
            Event::CleanupReleased { place, by } => say(words.released, &label(place), Some(by)),
            _ => {}
        }
    }
    found
}

/// Whether the plan was another one before this line.
fn changed(entries: &[Entry], seq: u64, now: &str) -> bool {
    let before = entries.iter().take_while(|entry| entry.seq < seq).filter_map(|entry| match &entry.event {
        Event::RunStarted(started) => Some(started.plan_sha256.as_str()),
        Event::RunResumed { plan_sha256, .. } => Some(plan_sha256),
        _ => None,
    });
    before.last().is_some_and(|before| before != now)
}
