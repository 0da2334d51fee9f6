//! Durations as people type them: `90s`, `10m`, `1h30m`, `7d`; `0` is none.

use std::time::Duration;

/// The units, the longest first: the letter, and how many seconds it stands for.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

/// Reads a duration: numbers with their units, the longest first, each at most once.
///
/// # Errors
/// What is wrong, with examples of what is right.
pub fn parse(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let wrong = || format!("`{text}` is no duration: write it as 90s, 10m, 1h30m or 7d (0 for none)");
    seconds(text).map(Duration::from_secs).ok_or_else(|| without_unit(text).unwrap_or_else(wrong))
}

/// As [`parse`], and milliseconds beside: `500ms`.
///
/// # Errors
/// As [`parse`].
pub fn fine(text: &str) -> Result<Duration, String> {
    match text.strip_suffix("ms").map(|number| number.parse().ok().filter(|millis: &u64| *millis < 1 << 35)) {
        Some(Some(millis)) => Ok(Duration::from_millis(millis)),
        Some(None) => Err(format!("`{text}` is no duration: write it as 500ms or 2s")),
        None => parse(text),
    }
}

/// As [`fine`], for a limit of time: none at all leaves no time.
///
/// # Errors
/// As [`parse`], and where it is nothing.
pub fn limit(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` leaves no time: write it as 500ms, 90s or 10m");
    fine(text).and_then(|time| if time.is_zero() { Err(wrong()) } else { Ok(time) })
}

/// As [`parse`], for a stretch of time: none at all is none.
///
/// # Errors
/// As [`parse`], and where it is nothing.
pub fn stretch(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time at all: write it as 90s, 10m, 1h30m or 7d");
    parse(text).and_then(|time| if time.is_zero() { Err(wrong()) } else { Ok(time) })
}

/// What is wrong with a number that stands alone: nobody can tell of what it is.
fn without_unit(text: &str) -> Option<String> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("`{text}` has no unit: write it as {text}s, {text}m, {text}h or {text}d"))
}

fn seconds(text: &str) -> Option<u64> {
    let (mut rest, mut total) = (text, None);
    for (unit, size) in UNITS {
        let Some((number, after)) = rest.split_once(unit) else { continue };
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let part = number.parse::<u64>().ok()?.checked_mul(size)?;
        total = Some(total.unwrap_or(0u64).checked_add(part)?);
        rest = after;
    }
    // A limit that no clock overflows at: about a thousand years.
    total.filter(|total| rest.is_empty() && *total < 1 << 35)
}

/// A duration as people write it, in whole seconds, a part of a second counted as one.
#[must_use]
pub fn shown(duration: Duration) -> String {
    let mut rest = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    let mut text = String::new();
    // In hours, however many: 24h is a day, and not always one of a calendar.
    for (unit, size) in UNITS.into_iter().skip(1) {
        let count = rest / size;
        if count > 0 {
            text.push_str(&format!("{count}{unit}"));
        }
        rest %= size;
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    #[test_case("0" => Some(0))]
    #[test_case("90s" => Some(90))]
    #[test_case("10m" => Some(600))]
    #[test_case("1h30m" => Some(5400))]
    #[test_case("1h1m1s" => Some(3661))]
    #[test_case("7d" => Some(604_800))]
    #[test_case("1d1h1m1s" => Some(90_061))]
    #[test_case("10" => None; "no unit")]
    #[test_case("1h1d" => None; "hours before days")]
    #[test_case("" => None; "nothing")]
    #[test_case("s" => None; "no number")]
    #[test_case("-5s" => None; "negative")]
    #[test_case("1m1h" => None; "the shorter first")]
    #[test_case("5s5s" => None; "twice")]
    #[test_case("1.5h" => None; "a fraction")]
    #[test_case("5 s" => None; "a space")]
    #[test_case("99999999999999999999h" => None; "too long")]
    #[test_case("5124095576030431h" => None; "an overflow")]
    fn reads(text: &str) -> Option<u64> {
        parse(text).ok().map(|duration| duration.as_secs())
    }

    #[test_case("500ms" => Some(500))]
    #[test_case("2s" => Some(2000))]
    #[test_case("0" => Some(0))]
    #[test_case("ms" => None; "no number")]
    #[test_case("5" => None; "no unit at all")]
    #[test_case("-5ms" => None; "less than none")]
    fn reads_finely(text: &str) -> Option<u128> {
        fine(text).ok().map(|duration| duration.as_millis())
    }

    #[test]
    fn a_number_alone_is_told_its_unit() {
        let told = "`5` has no unit: write it as 5s, 5m, 5h or 5d";
        assert_eq!([parse("5"), fine("5"), limit("5"), stretch("5")].map(Result::unwrap_err), [told; 4]);
        assert!(limit("x").unwrap_err().contains("is no duration"));
    }

    #[test]
    fn a_day_is_shown_in_hours() {
        assert_eq!(shown(Duration::from_secs(90_000)), "25h");
    }

    #[test]
    fn a_stretch_is_some_time() {
        assert_eq!(["0", "0s", "1s", "1d"].map(|text| stretch(text).is_ok()), [false, false, true, true]);
    }

    #[test]
    fn a_limit_leaves_some_time() {
        assert_eq!(["0", "0s", "0ms", "1ms"].map(|text| limit(text).is_ok()), [false, false, false, true]);
    }

    #[test]
    fn a_part_of_a_second_is_shown_as_one() {
        assert_eq!((shown(Duration::ZERO), shown(Duration::from_millis(200))), ("0s".to_owned(), "1s".to_owned()));
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_as_the_same(seconds in 0u64..10_000_000) {
            let duration = Duration::from_secs(seconds);
            prop_assert_eq!(parse(&shown(duration)), Ok(duration));
        }

        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,12}") {
            let _ = parse(&text);
        }
    }
}
