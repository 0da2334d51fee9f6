//! Where a moment stands on a line, in hundredths of its length: time in which nothing happened is cut out where it would hide the
//! rest.

use jiff::Timestamp;

/// How wide a cut is drawn.
const CUT: f64 = 5.0;
/// How many marks a line has at most, cuts aside.
const MARKS: f64 = 6.0;
/// How far apart marks are at least.
const ROOM: f64 = 9.0;
/// How far apart marks may be in time, in seconds.
const STEPS: [i64; 15] = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 21_600, 86_400];

/// A line of time.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// Times in which something happened, in milliseconds since 1970, each with its place on the line.
    pieces: Vec<(i64, i64, f64, f64)>,
}

impl Axis {
    /// A line from `left` to `right` on which all these times have a place.
    pub(super) fn over(times: &[(Timestamp, Timestamp)], left: f64, right: f64) -> Self {
        let mut spans: Vec<(i64, i64)> = times
            .iter()
            .map(|(from, to)| (from.as_millisecond(), to.as_millisecond().max(from.as_millisecond())))
            .collect();
        spans.sort_unstable();
        let busy = merged(&spans, 0).iter().map(|(from, to)| to - from).sum::<i64>();
        let joined = merged(&spans, (busy / 3).max(60_000));
        let total: i64 = joined.iter().map(|(from, to)| (to - from).max(1)).sum();
        let cuts = joined.len().saturating_sub(1) as f64 * CUT;
        let scale = ((right - left) - cuts).max(1.0) / total.max(1) as f64;
        let mut at = left;
        let pieces = joined.into_iter().map(|(from, to)| {
            let begin = at;
            at += (to - from).max(1) as f64 * scale;
            let piece = (from, to, begin, at);
            at += CUT;
            piece
        });
        Self { pieces: pieces.collect() }
    }

    /// The place of a moment.
    pub(super) fn x(&self, at: Timestamp) -> f64 {
        let at = at.as_millisecond();
        let mut x = self.pieces.first().map_or(0.0, |(.., begin, _)| *begin);
        for (from, to, begin, end) in &self.pieces {
            if at < *from {
                break;
            }
            let share = (at - from) as f64 / (to - from).max(1) as f64;
            x = begin + (end - begin) * share.min(1.0);
        }
        x
    }

    /// The middle of each cut, with what was cut out, in milliseconds.
    pub(super) fn cuts(&self) -> Vec<(f64, i64)> {
        let pairs = self.pieces.iter().zip(self.pieces.iter().skip(1));
        pairs.map(|((_, to, _, end), (from, _, begin, _))| ((end + begin) / 2.0, from - to)).collect()
    }

    /// Moments that are worth a mark, with their places, and whether seconds matter to tell them apart.
    pub(super) fn marks(&self) -> (Vec<(Timestamp, f64)>, bool) {
        let total: i64 = self.pieces.iter().map(|(from, to, ..)| to - from).sum();
        let step = STEPS.into_iter().find(|step| total as f64 / (*step as f64 * 1_000.0) <= MARKS).unwrap_or(86_400);
        let (mut marks, mut last) = (Vec::new(), f64::NEG_INFINITY);
        for (from, to, ..) in &self.pieces {
            let round = from.div_euclid(step * 1_000) * step * 1_000;
            let inside = (1..=MARKS as i64 + 1).map(|at| round + at * step * 1_000).filter(|at| at <= to);
            for at in [*from].into_iter().chain(inside) {
                let Ok(at) = Timestamp::from_millisecond(at) else { continue };
                let x = self.x(at);
                if x - last >= ROOM {
                    marks.push((at, x));
                    last = x;
                }
            }
        }
        (marks, step < 60)
    }
}

/// The spans in order, those that are no further apart than this as one.
fn merged(spans: &[(i64, i64)], apart: i64) -> Vec<(i64, i64)> {
    let mut joined: Vec<(i64, i64)> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if *from - last.1 <= apart => last.1 = last.1.max(*to),
            _ => joined.push((*from, *to)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_day_without_work_is_cut_out() {
        let axis = Axis::over(&[(at(0), at(600)), (at(600), at(1_200)), (at(87_600), at(87_900))], 0.0, 100.0);
        assert_eq!(axis.cuts().iter().map(|(_, cut)| *cut).collect::<Vec<_>>(), [86_400_000]);
        assert!((axis.x(at(0)), axis.x(at(87_900))) == (0.0, 100.0), "{axis:?}");
        assert!(axis.x(at(600)) > 35.0);
        assert!(axis.marks().0.len() >= 3);
    }

    proptest! {
        #[test]
        fn what_is_later_is_not_further_left(spans in proptest::collection::vec((0i64..100_000, 0i64..5_000), 1..12), a in 0i64..110_000, b in 0i64..110_000) {
            let spans: Vec<_> = spans.into_iter().map(|(from, length)| (at(from), at(from + length))).collect();
            let axis = Axis::over(&spans, 2.0, 98.0);
            let (a, b) = (a.min(b), a.max(b));
            prop_assert!(axis.x(at(a)) <= axis.x(at(b)) + 1e-9);
            prop_assert!((1.9..=98.1).contains(&axis.x(at(a))));
            prop_assert!(axis.marks().0.len() <= 12);
        }
    }
}
