//! How far errors come together: their scatter over time, beside that of chance.

/// In so many minutes at once it is looked for: what fails together may do so for a while.
const WIDTHS: [usize; 3] = [1, 5, 15];

/// So many standard errors beyond what chance makes of errors that come alone, they come together.
const BEYOND: f64 = 2.0;

/// What one minute has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Minute {
    /// Its requests.
    pub(super) requests: u64,
    /// The errors among them.
    pub(super) errors: u64,
}

/// How many errors come together, at least 1: the index of dispersion of their counts, which is 1 where they come alone (Poisson), by the
/// width at which it is largest. The traffic of each minute is taken into account: more requests have more errors.
pub(super) fn together(minutes: &[Minute]) -> f64 {
    WIDTHS.iter().map(|width| index(minutes, *width)).fold(1.0, f64::max)
}

fn index(minutes: &[Minute], width: usize) -> f64 {
    let (requests, errors) = sum(minutes);
    let groups = minutes.len().div_ceil(width) as f64;
    if errors == 0.0 || groups < 2.0 {
        return 1.0;
    }
    let rate = errors / requests;
    let squares: f64 =
        minutes.chunks(width).map(sum).map(|(requests, errors)| (errors - rate * requests).powi(2)).sum();
    let index = squares / errors * groups / (groups - 1.0);
    // The variance of a square deviation of a Poisson count with mean m is m + 2m².
    let chance = ((2.0 + groups / errors) / groups).sqrt();
    if index > 1.0 + BEYOND * chance { index } else { 1.0 }
}

fn sum(minutes: &[Minute]) -> (f64, f64) {
    minutes.iter().fold((0.0, 0.0), |(requests, errors), minute| {
        (requests + minute.requests as f64, errors + minute.errors as f64)
    })
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case(&[0; 10] => 1.0; "no errors")]
    #[test_case(&[1, 1, 1] => 1.0; "one each minute")]
    #[test_case(&[5, 0, 0, 0, 0, 0, 0, 0, 0, 0] => 5.0; "five at once")]
    #[test_case(&[3] => 1.0; "one minute shows nothing")]
    #[test_case(&[1, 0, 1, 0, 0, 1, 2, 0, 1, 0] => 1.0; "by chance")]
    fn errors_that_come_together(errors: &[u64]) -> f64 {
        together(&errors.iter().map(|errors| Minute { requests: 10, errors: *errors }).collect::<Vec<_>>())
    }

    #[test]
    fn what_fails_for_a_while_is_seen_over_a_while() {
        let minutes: Vec<Minute> =
            (0..60).map(|at| Minute { requests: 100, errors: if at % 30 < 5 { 4 } else { 0 } }).collect();
        assert!(together(&minutes) > 15.0, "{}", together(&minutes));
        let busy: Vec<Minute> = (1..60).map(|at| Minute { requests: at * 100, errors: at }).collect();
        assert!(together(&busy) < 1.1, "more requests have more errors");
    }
}
