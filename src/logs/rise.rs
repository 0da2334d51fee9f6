//! Did a rate rise? The exact conditional binomial test of two Poisson rates (Przyborowski and Wilenski 1940), with a margin.

use super::binomial::at_least;

/// Where the rate may rise to more than this share of all requests, its rise alone says little: at twice as much, nothing does.
const HALF: f64 = 0.5;

/// How sure a raised rate must be, and how much it may rise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The rate may rise to this many times what it was.
    pub ratio: f64,
    /// The chance of a false alarm that is accepted, shared by all groups that are tested.
    pub alpha: f64,
    /// Fewer errors than this alarm nobody.
    pub least: u64,
}

/// Requests and the errors among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// All requests.
    pub requests: u64,
    /// Those that failed.
    pub failed: u64,
    /// Of those that failed the ones that count: what one client repeats on one route within a minute is one.
    pub errors: u64,
}

impl Sample {
    /// Errors per request; 0 where there are no requests.
    #[must_use]
    pub fn rate(self) -> f64 {
        self.of_requests(self.errors)
    }

    /// The share of the requests that failed, from 0 to 1; 0 where there are no requests.
    #[must_use]
    pub fn failing(self) -> f64 {
        self.of_requests(self.failed)
    }

    /// The same where each request that failed counts.
    #[must_use]
    pub fn each(self) -> Self {
        Self { errors: self.failed, ..self }
    }

    /// What succeeded, among that and the failures that count.
    fn successes(self) -> Self {
        let succeeded = self.requests.saturating_sub(self.failed);
        Self { requests: succeeded + self.errors, failed: succeeded, errors: succeeded }
    }

    fn of_requests(self, number: u64) -> f64 {
        if self.requests == 0 { 0.0 } else { number as f64 / self.requests as f64 }
    }
}

impl Level {
    /// What is judged by where nothing else is said: simulated over settings of 100 to 10,000 requests, it alarms falsely in less
    /// than 1 of 100 cases.
    pub const DEFAULT: Self = Self { ratio: 2.0, alpha: 0.01, least: 5 };

    /// The same with its chance of a false alarm shared by so many tests (Bonferroni).
    #[must_use]
    pub fn shared_by(self, tests: usize) -> Self {
        Self { alpha: self.alpha / tests.max(1) as f64, ..self }
    }

    /// Whether the rate rose by more than the ratio, beyond chance.
    ///
    /// Where so many failed before that the ratio lets nearly all of them fail, it is also one that what succeeds became less by more
    /// than the ratio: each of the two is half of what is tested.
    #[must_use]
    pub fn is_raised(self, before: Sample, after: Sample) -> bool {
        if !self.asks_for_successes(before) {
            return self.rose(before, after);
        }
        let half = self.shared_by(2);
        half.rose(before, after) || after.errors >= self.least && half.rose(after.successes(), before.successes())
    }

    /// Whether so many failed before that also what succeeds is looked at.
    pub(super) fn asks_for_successes(self, before: Sample) -> bool {
        before.rate() * self.ratio > HALF
    }

    /// If it rose by exactly the ratio, the errors of both samples together fall into the second one with the chance `share`:
    /// the base rate itself need not be known.
    fn rose(self, before: Sample, after: Sample) -> bool {
        after.errors >= self.least && self.chance(before, after.requests, after.errors) <= self.alpha
    }

    /// The fewest errors in so many requests that would be an alarm; `None` where even all of them failing would be none.
    #[must_use]
    pub fn smallest_seen(self, before: Sample, requests: u64) -> Option<u64> {
        let seen = |errors| self.is_raised(before, Sample { requests, failed: errors, errors });
        if requests == 0 || !seen(requests) {
            return None;
        }
        // The chance falls as the errors rise, so the first that is seen is found by halving.
        let (mut unseen, mut found) = (0, requests);
        while found - unseen > 1 {
            let middle = unseen + (found - unseen) / 2;
            if seen(middle) { found = middle } else { unseen = middle }
        }
        Some(found)
    }

    /// The chance that a true rate of errors would be an alarm.
    #[must_use]
    pub fn power(self, before: Sample, requests: u64, rate: f64) -> f64 {
        self.smallest_seen(before, requests).map_or(0.0, |errors| at_least(requests, rate.clamp(0.0, 1.0), errors))
    }

    fn chance(self, before: Sample, requests: u64, errors: u64) -> f64 {
        let weighted = self.ratio * requests as f64;
        let share = weighted / (before.requests as f64 + weighted);
        at_least(before.errors + errors, share, errors)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    const LEVEL: Level = Level::DEFAULT;

    /// The chance of an alarm over every sample that a base rate gives: ten times as many requests before as after.
    fn alarms(requests: u64, base: f64, jump: f64) -> f64 {
        let before = requests * 10;
        let exactly = |errors| at_least(before, base, errors) - at_least(before, base, errors + 1);
        let spread = 6.0 * (before as f64 * base).sqrt() + 10.0;
        let mean = before as f64 * base;
        let (low, high) = ((mean - spread).max(0.0) as u64, (mean + spread) as u64);
        let power = |errors| LEVEL.power(Sample { requests: before, failed: errors, errors }, requests, base * jump);
        (low..=high).map(|errors| exactly(errors) * power(errors)).sum()
    }

    #[test_case(100, 0.002)]
    #[test_case(100, 0.01)]
    #[test_case(1_000, 0.002)]
    #[test_case(1_000, 0.01)]
    #[test_case(10_000, 0.002)]
    #[test_case(10_000, 0.01)]
    fn false_alarms_are_rarer_than_promised(requests: u64, base: f64) {
        for jump in [1.0, 2.0] {
            let alarms = alarms(requests, base, jump);
            assert!(alarms <= 0.01, "{alarms} at {jump} times the rate");
        }
    }

    #[test_case(10_000, 0.002, 1.00)]
    #[test_case(10_000, 0.01, 1.00)]
    #[test_case(1_000, 0.01, 0.98)]
    #[test_case(1_000, 0.002, 0.37)]
    #[test_case(100, 0.01, 0.13)]
    fn a_rate_five_times_as_high_is_seen_as_often_as_promised(requests: u64, base: f64, expected: f64) {
        let power = alarms(requests, base, 5.0);
        assert!((power - expected).abs() <= 0.05, "{power}");
    }

    #[test_case(4_500, 8_900 => true; "what succeeds is a fifth")]
    #[test_case(5_500, 10_000 => true; "nothing succeeds any more")]
    #[test_case(5_500, 5_600 => false; "as many as before")]
    #[test_case(5_500, 7_700 => false; "half of what succeeded still does")]
    #[test_case(3_000, 6_500 => true; "more than twice as many fail")]
    fn where_many_fail_already(before: u64, after: u64) -> bool {
        let of = |errors| Sample { requests: 10_000, failed: errors, errors };
        LEVEL.is_raised(of(before), of(after))
    }

    /// What one client repeats says no more of what succeeds than of what fails.
    #[test]
    fn repeats_make_no_success_less() {
        let before = Sample { requests: 1_000, failed: 400, errors: 400 };
        let after = Sample { requests: 10_000, failed: 9_400, errors: 400 };
        assert!(!LEVEL.is_raised(before, after));
    }

    #[test]
    fn with_no_requests_nothing_is_seen() {
        assert_eq!(LEVEL.smallest_seen(Sample { requests: 1000, ..Sample::default() }, 0), None);
        assert_eq!(
            LEVEL.smallest_seen(Sample { requests: 1000, ..Sample::default() }, 3),
            None,
            "fewer than the least"
        );
        assert_eq!(LEVEL.smallest_seen(Sample { requests: 10_000, ..Sample::default() }, 1000), Some(5));
    }

    proptest! {
        #[test]
        fn the_smallest_seen_is_seen_and_one_less_is_not(n0 in 1u64..20_000, e0 in 0u64..300, n1 in 1u64..5_000) {
            let before = Sample { requests: n0, failed: e0.min(n0), errors: e0.min(n0) };
            if let Some(errors) = LEVEL.smallest_seen(before, n1) {
                let raised = |errors| LEVEL.is_raised(before, Sample { requests: n1, failed: errors, errors });
                prop_assert!(raised(errors) && !raised(errors - 1));
            }
        }
    }
}
