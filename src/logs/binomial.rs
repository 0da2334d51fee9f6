//! The binomial distribution, exactly: the tails that a judgement rests on.

/// Below this, Stirling's series is not exact enough: the argument is raised first.
const STIRLING_FROM: f64 = 10.0;

/// A term that adds nothing to a sum any more, relative to it.
const NEGLIGIBLE: f64 = 1e-17;

/// The chance that at least `k` of `n` trials succeed, each with probability `p`.
///
/// The sum is taken on the side of the mean where its terms fall, so that a small tail is exact to the last digits: it is what
/// is compared with a level of significance.
#[must_use]
pub fn at_least(n: u64, p: f64, k: u64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if k > n || p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    let odds = p / (1.0 - p);
    if k as f64 > n as f64 * p {
        sum(ln_chance(n, p, k), (k..n).map(|i| (n - i) as f64 / (i + 1) as f64 * odds))
    } else {
        1.0 - sum(ln_chance(n, p, k - 1), (1..k).rev().map(|i| i as f64 / (n - i + 1) as f64 / odds))
    }
}

/// The sum of a series that falls: its first term, and the ratio of each further term to the one before.
fn sum(ln_first: f64, ratios: impl Iterator<Item = f64>) -> f64 {
    let (mut term, mut total) = (1.0, 1.0);
    for ratio in ratios {
        term *= ratio;
        total += term;
        if term < total * NEGLIGIBLE {
            break;
        }
    }
    (ln_first + f64::ln(total)).exp().min(1.0)
}

/// The logarithm of the chance that exactly `k` of `n` trials succeed.
fn ln_chance(n: u64, p: f64, k: u64) -> f64 {
    let (n, k) = (n as f64, k as f64);
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k) + k * p.ln() + (n - k) * (-p).ln_1p()
}

/// ln n!, by Stirling's series for the gamma function (Abramowitz and Stegun, 6.1.41).
fn ln_factorial(n: f64) -> f64 {
    let (mut x, mut shift) = (n + 1.0, 0.0);
    while x < STIRLING_FROM {
        shift += x.ln();
        x += 1.0;
    }
    let square = x * x;
    let series = (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / 1680.0 / square) / square) / square) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    // By hand: 2^-n times a sum of binomial coefficients, and powers.
    #[test_case(10, 0.5, 8, 56.0 / 1024.0)]
    #[test_case(10, 0.5, 3, 968.0 / 1024.0)]
    #[test_case(4, 0.25, 4, 1.0 / 256.0)]
    #[test_case(4, 0.25, 0, 1.0; "nothing is always reached")]
    #[test_case(4, 0.25, 5, 0.0; "more than all")]
    #[test_case(3, 0.0, 1, 0.0; "never")]
    #[test_case(3, 1.0, 3, 1.0; "always")]
    fn is_exact(n: u64, p: f64, k: u64, expected: f64) {
        assert!((at_least(n, p, k) - expected).abs() < 1e-12, "{}", at_least(n, p, k));
    }

    #[test]
    fn a_large_sample_is_summed_to_the_end() {
        // The median of a binomial distribution with a whole mean is its mean.
        assert!((at_least(2_000_000, 0.5, 1_000_000) - 0.5).abs() < 1e-3);
        assert!(at_least(2_000_000, 0.5, 1_010_000) < 1e-40);
    }

    proptest! {
        #[test]
        fn a_higher_mark_is_reached_less_often(n in 1u64..3000, p in 0.0f64..1.0, k in 0u64..3000) {
            prop_assert!(at_least(n, p, k + 1) <= at_least(n, p, k) + 1e-12);
        }

        #[test]
        fn what_is_not_reached_is_missed((n, k) in (1u64..500).prop_flat_map(|n| (Just(n), 0..n)), p in 0.01f64..0.99) {
            // At least k + 1 successes is at most n - k - 1 failures.
            let missed = at_least(n, 1.0 - p, n - k);
            prop_assert!((at_least(n, p, k + 1) + missed - 1.0).abs() < 1e-9);
        }
    }
}
