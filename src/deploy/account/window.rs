//! The hours in which a plan may run, against those that its run used.

use jiff::{SignedDuration, Timestamp};

use super::collect::Source;
use super::in_service::in_service;
use crate::deploy::journal::{Entry, Event};
use crate::deploy::state::State as Fold;
use crate::output::json::deploy_report::Window;

/// The window of a run that began then; `None` where its plan has none.
///
/// It was used until all that the deployment needed was done, its clean-ups and its rollback among that, and as long as maintenance
/// is on it still is. A rollback of what was in service before has hours of its own: of the two, those are told that went further
/// beyond their window.
pub(super) fn window(source: &Source<'_>, fold: &Fold, began: Timestamp) -> Option<Window> {
    let plan = source.view.plan;
    let window = plan.window.as_ref()?;
    let told = |used: Option<(Timestamp, Option<Timestamp>)>| {
        let (opens, closes) =
            used.map_or_else(|| window.around(began), |(from, _)| window.last(process(source, from)))?;
        let goes_on = if fold.is_kept_closed(plan) { fold.at.max(source.now) } else { fold.at };
        let until = used.map(|(_, to)| to.unwrap_or(goes_on));
        Some(Window {
            opens,
            closes,
            timezone: window.timezone.0.iana_name().unwrap_or("UTC").to_owned(),
            used_from: used.map(|(from, _)| from),
            used_to: used.and_then(|(_, to)| to),
            overrun_minutes: until.map_or(0, |until| minutes(until.duration_since(closes))),
        })
    };
    let Some((mut from, to)) = fold.worked_on(plan) else { return told(None) };
    let mut used = Vec::new();
    for rest in in_service(source.journal, plan) {
        used.push((from, Some(rest.used_until)));
        from = rest.until;
    }
    used.push((from, to));
    // The first of those that went equally far.
    used.into_iter().rev().filter_map(|used| told(Some(used))).max_by_key(|told| told.overrun_minutes)
}

/// When the process began that began to deploy then: what it did after the end of the window was to be done before.
fn process(source: &Source<'_>, from: Timestamp) -> Timestamp {
    let begins = |entry: &&Entry| matches!(entry.event, Event::RunStarted(_) | Event::RunResumed { .. });
    let begun = source.journal.entries.iter().filter(begins).map(|entry| entry.ts);
    begun.filter(|begun| *begun <= from).max().unwrap_or(from)
}

/// In minutes, of which one that has begun counts: what ended after the window was not within it. None where nothing is over.
fn minutes(over: SignedDuration) -> u64 {
    u64::try_from((over.as_millis() + 59_999) / 60_000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case(-120_000 => 0; "two minutes before")]
    #[test_case(-1 => 0; "just before")]
    #[test_case(0 => 0; "at its end")]
    #[test_case(1 => 1; "just after")]
    #[test_case(22_000 => 1; "less than a minute")]
    #[test_case(60_000 => 1; "a minute")]
    #[test_case(60_001 => 2; "more than a minute")]
    fn over(millis: i64) -> u64 {
        super::minutes(jiff::SignedDuration::from_millis(millis))
    }
}
