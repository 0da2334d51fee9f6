//! The times of log lines, as seconds since 1970. They are read by hand, for a log has a million of them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `10/Oct/2000:13:55:36 -0700`.
pub(super) fn common(text: &str) -> Option<i64> {
    let month = text.get(3..6)?;
    let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
    let (day, year) = (number(text.get(0..2)?)?, number(text.get(7..11)?)?);
    let [hour, minute, second] = [12..14, 15..17, 18..20].map(|range| text.get(range).and_then(number));
    let zone = text.get(20..)?;
    let offset = number(zone.get(2..4)?)? * 3600 + number(zone.get(4..6)?)? * 60;
    let offset = match zone.get(..2)? {
        " +" => offset,
        " -" => -offset,
        _ => return None,
    };
    Some(days(year, month, day) * 86_400 + hour? * 3600 + minute? * 60 + second? - offset)
}

/// A time as JSON logs have it: ISO 8601, with an offset or in the zone that is given, or seconds or milliseconds since 1970. A time of
/// the hour that comes twice in autumn is none: nobody can tell which one it is.
pub(super) fn any(text: &str, zone: &TimeZone) -> Option<i64> {
    if let Some(time) = plain(text.as_bytes()) {
        return Some(time);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_second());
    }
    if let Ok(time) = text.parse::<DateTime>() {
        let time = zone.to_ambiguous_timestamp(time);
        return if time.is_ambiguous() { None } else { Some(time.compatible().ok()?.as_second()) };
    }
    common(text).or_else(|| since_1970(text.parse().ok()?))
}

/// `2026-01-02T03:04:05`, a fraction or none, and `Z` or `+00:00`: the form that most logs have. Anything else is left to the
/// library.
fn plain(bytes: &[u8]) -> Option<i64> {
    let (head, tail) = bytes.split_at_checked(19)?;
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2] = head else {
        return None;
    };
    let number = |digits: &[u8]| {
        let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
        digits.iter().try_fold(0, |number, byte| Some(number * 10 + digit(*byte)?))
    };
    let fraction = match tail {
        [b'.', rest @ ..] => 1 + rest.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 0,
    };
    if !matches!(tail.get(fraction..)?, b"Z" | b"+00:00") || fraction == 1 {
        return None;
    }
    let (month, day) = (number(&[m1, m2])?, number(&[d1, d2])?);
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[n1, n2])?, number(&[s1, s2])?);
    let is_time = (1..=12).contains(&month) && (1..=28).contains(&day) && hour < 24 && minute < 60 && second < 60;
    is_time.then_some(())?;
    Some(days(number(&[y1, y2, y3, y4])?, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Seconds since 1970, or thousandths, millionths or thousand-millionths of them: what would be after the year 5000 is of the next kind.
pub(super) fn since_1970(number: f64) -> Option<i64> {
    let kinds = [1.0, 1e3, 1e6, 1e9].into_iter().map(|parts| number / parts);
    kinds.into_iter().find(|seconds| seconds.abs() < 1e11).map(|seconds| seconds.floor() as i64)
}

fn number(digits: &str) -> Option<i64> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    digits.bytes().try_fold(0, |number, byte| Some(number * 10 + digit(byte)?))
}

/// Days from 1970-01-01 in the Gregorian calendar, counted in years that begin in March, so that the leap day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let since_march = (month + 9) % 12;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (since_march * 153 + 2) / 5 + day
        - 719_469
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    #[test_case("10/Oct/2000:13:55:36 -0700" => Some(971_211_336))]
    #[test_case("29/Feb/2024:23:59:59 +0530" => Some(1_709_231_399))]
    #[test_case("01/Jan/1970:00:00:00 +0000" => Some(0))]
    #[test_case("1/Jan/1970:00:00:00 +0000" => None; "a short day")]
    #[test_case("01/Jan/1970:00:00:00" => None; "no zone")]
    fn the_common_form(text: &str) -> Option<i64> {
        common(text)
    }

    #[test_case("2000-10-10T13:55:36-07:00" => Some(971_211_336); "with an offset")]
    #[test_case("2000-10-10T13:55:36.123Z" => Some(971_186_136); "with a fraction")]
    #[test_case("2000-10-10 07:55:36" => Some(971_186_136); "in its zone")]
    #[test_case("971211336.25" => Some(971_211_336); "seconds")]
    #[test_case("971211336250" => Some(971_211_336); "milliseconds")]
    #[test_case("971211336250000" => Some(971_211_336); "microseconds")]
    #[test_case("971211336250000000" => Some(971_211_336); "nanoseconds")]
    #[test_case("971211336250000000000" => None; "a number beyond all of them")]
    #[test_case("yesterday" => None; "a word")]
    fn any_form(text: &str) -> Option<i64> {
        super::any(text, &TimeZone::fixed(jiff::tz::offset(-6)))
    }

    #[test_case("2026-11-01T00:30:00" => Some(1_793_507_400); "before it")]
    #[test_case("2026-11-01T01:30:00" => None; "in it")]
    #[test_case("2026-11-01T02:30:00" => Some(1_793_518_200); "after it")]
    #[test_case("2026-11-01T01:30:00-05:00" => Some(1_793_514_600); "with an offset")]
    fn around_the_hour_that_comes_twice(text: &str) -> Option<i64> {
        super::any(text, &TimeZone::get("America/New_York").unwrap())
    }

    proptest! {
        #[test]
        fn the_calendar_is_that_of_the_library(second in 0i64..4_102_444_800) {
            let time = Timestamp::from_second(second).unwrap().to_zoned(TimeZone::UTC);
            prop_assert_eq!(common(&time.strftime("%d/%b/%Y:%H:%M:%S %z").to_string()), Some(second));
        }

        #[test]
        fn what_is_read_by_hand_is_what_the_library_reads(text in "2026-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,3})?(Z|\\+00:00)") {
            if let Some(second) = plain(text.as_bytes()) {
                prop_assert_eq!(text.parse::<Timestamp>().map(|time| time.as_second()).ok(), Some(second));
            }
        }
    }
}
