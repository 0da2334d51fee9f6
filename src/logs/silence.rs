//! Times in which nothing was asked.

use std::ops::Range;

/// A minute in seconds.
const MINUTE: i64 = 60;

/// A time without a request, by whole minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// From when to when, in seconds since 1970.
    pub time: Range<i64>,
    /// When it began, in seconds since the window did.
    pub since: u64,
    /// How long it was, in seconds, without what belongs to maintenance.
    pub seconds: u64,
    /// Whether the window ends with it.
    pub is_last: bool,
}

/// The silences of a window (seconds since 1970), of which the minutes are known that have a request, in order; what is closed does not
/// count.
pub(super) fn within(minutes: &[i64], window: &Range<i64>, closed: &[Range<i64>]) -> Vec<Silence> {
    let begins = std::iter::once(window.start).chain(minutes.iter().map(|minute| (minute + 1) * MINUTE));
    let ends = minutes.iter().map(|minute| minute * MINUTE).chain(std::iter::once(window.end));
    let silences = begins.zip(ends).filter_map(|(begin, end)| {
        let seconds = u64::try_from(end - begin - overlap(&(begin..end), closed)).ok()?;
        let since = u64::try_from(begin - window.start).ok()?;
        (seconds > 0).then_some(Silence { time: begin..end, since, seconds, is_last: end == window.end })
    });
    silences.collect()
}

/// Times in order that do not overlap.
#[must_use]
pub fn merged(mut times: Vec<Range<i64>>) -> Vec<Range<i64>> {
    times.sort_unstable_by_key(|time| time.start);
    let mut merged: Vec<Range<i64>> = Vec::new();
    for time in times {
        match merged.last_mut().filter(|last| time.start <= last.end) {
            Some(last) => last.end = last.end.max(time.end),
            None => merged.push(time),
        }
    }
    merged
}

/// How many seconds of a time are closed, by times that do not overlap.
pub(super) fn overlap(time: &Range<i64>, closed: &[Range<i64>]) -> i64 {
    closed.iter().map(|window| (window.end.min(time.end) - window.start.max(time.start)).max(0)).sum()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case(&[], &[] => vec![(0, 600, true)]; "nothing at all")]
    #[test_case(&[10, 11], &[] => vec![(120, 480, true)]; "it fell silent")]
    #[test_case(&[10, 15, 19], &[] => vec![(60, 240, false), (360, 180, false)]; "between requests")]
    #[test_case(&[18, 19], &[] => vec![(0, 480, false)]; "in the beginning")]
    #[test_case(&[10, 19], &[(700, 900), (1000, 1140)] => vec![(60, 140, false)]; "in maintenance for a part")]
    #[test_case(&[10, 11], &[(720, 2000)] => Vec::<(u64, u64, bool)>::new(); "in maintenance to the end")]
    fn silences_of_ten_minutes(minutes: &[i64], closed: &[(i64, i64)]) -> Vec<(u64, u64, bool)> {
        let closed: Vec<Range<i64>> = closed.iter().map(|(start, end)| *start..*end).collect();
        let found = within(minutes, &(600..1200), &closed);
        found.into_iter().map(|Silence { since, seconds, is_last, .. }| (since, seconds, is_last)).collect()
    }

    #[test]
    fn times_that_overlap_are_one() {
        assert_eq!(merged(vec![5..9, 1..3, 8..12, 3..4, 2..3]), [1..4, 5..12]);
    }
}
