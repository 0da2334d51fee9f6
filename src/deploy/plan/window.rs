//! The hours in which a plan may run, in the wall clock of a place; past midnight where the end is before the start.

use std::borrow::Cow;

use jiff::civil::Time;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan as _};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};

use super::values::schema_as_written;

/// The hours in which a plan may run.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "Written")]
pub struct Window {
    /// When it opens, `22:00`.
    pub start: Clock,
    /// When it closes, `02:00`; the next day where that is before the start.
    pub end: Clock,
    /// Whose clock, `America/Mexico_City`.
    pub timezone: Zone,
}

/// The hours in which a plan may run.
#[derive(Clone, Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// When it opens, `22:00`.
    start: Clock,
    /// When it closes, `02:00`; the next day where that is before the start.
    end: Clock,
    /// Whose clock, `America/Mexico_City`.
    timezone: Zone,
}

schema_as_written!(Window, Written);

impl TryFrom<Written> for Window {
    type Error = String;

    fn try_from(Written { start, end, timezone }: Written) -> Result<Self, String> {
        if start == end {
            return Err("a window that closes as it opens is never open: give it another `end`".to_owned());
        }
        Ok(Self { start, end, timezone })
    }
}

/// A time of day, to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock(pub Time);

/// A time zone of the IANA database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(pub TimeZone);

/// All goes by the moments at which its clock shows its start and its end, so that whoever lets a run in, and whoever measures it
/// afterwards, say the same on the days on which that clock is changed. A time that a clock shows twice, in autumn, is meant where it
/// shows it first; one that it skips, in spring, is as much later as it skips: 02:15 is then 03:15. A window of which that leaves
/// nothing does not open that day.
impl Window {
    /// Whether it is open at this moment: from its start on, up to its end and without it.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.times(now).any(|(start, end)| start <= now && now < end)
    }

    /// When it is open around a moment, else the next time after it: from when until when. `None` beyond the calendar.
    #[must_use]
    pub fn around(&self, at: Timestamp) -> Option<(Timestamp, Timestamp)> {
        self.times(at).find(|(_, end)| *end > at)
    }

    /// The last time that it opened, then or before: from when until when. `None` beyond the calendar.
    #[must_use]
    pub fn last(&self, at: Timestamp) -> Option<(Timestamp, Timestamp)> {
        self.times(at).filter(|(start, _)| *start <= at).last()
    }

    /// The times that it is open about a moment, in order: two before it and two after it, also where it does not open on one day.
    fn times(&self, at: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> + use<'_> {
        let zone = &self.timezone.0;
        let today = at.to_zoned(zone.clone()).date();
        let moment = move |days: i32, clock: Clock| {
            let day = today.checked_add(days.days()).ok()?;
            day.to_datetime(clock.0).to_zoned(zone.clone()).ok().map(|time| time.timestamp())
        };
        let past_midnight = i32::from(self.end.0 <= self.start.0);
        let times =
            (-3..=3).filter_map(move |day| Some((moment(day, self.start)?, moment(day + past_midnight, self.end)?)));
        times.filter(|(start, end)| start < end)
    }

    /// When it closed between two moments, where it was open at the first; `None` where it was open all the time.
    #[must_use]
    pub fn closed(&self, from: Timestamp, to: Timestamp) -> Option<Timestamp> {
        let (_, end) = self.around(from).filter(|_| self.is_open(from))?;
        (end <= to).then_some(end)
    }

    /// When it opens next; `None` where it is open, or beyond the calendar.
    #[must_use]
    pub fn opens(&self, now: Timestamp) -> Option<Timestamp> {
        let (start, _) = self.around(now)?;
        (start > now).then_some(start)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_short = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
        let time = text.parse().ok().filter(|_| is_short).map(Self);
        time.ok_or_else(|| D::Error::custom(format!("`{text}` is no time of day: write it as 22:00")))
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // The database that is built in: the answer is the same on every machine, and no file is read.
        let zone = TimeZoneDatabase::bundled().get(&text).map(Self);
        zone.map_err(|_| D::Error::custom(format!("`{text}` is no time zone: write it as America/Mexico_City")))
    }
}

impl JsonSchema for Clock {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Clock".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" })
    }
}

impl JsonSchema for Zone {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "TimeZone".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn window(start: &str, end: &str) -> Window {
        let text = format!("{{start: '{start}', end: '{end}', timezone: America/Mexico_City}}");
        crate::yaml::from_str("w", &text).expect("a window")
    }

    // Mexico City is six hours behind UTC all year.
    #[test_case("22:00", "02:00", "2026-03-02T03:59:59Z" => false; "a second before it opens")]
    #[test_case("22:00", "02:00", "2026-03-02T04:00:00Z" => true; "as it opens")]
    #[test_case("22:00", "02:00", "2026-03-02T07:59:59Z" => true; "past midnight")]
    #[test_case("22:00", "02:00", "2026-03-02T08:00:00Z" => false; "as it closes")]
    #[test_case("09:00", "17:00", "2026-03-02T16:00:00Z" => true; "within a day")]
    #[test_case("09:00", "17:00", "2026-03-02T23:30:00Z" => false; "after a day's end")]
    fn is_open(start: &str, end: &str, now: &str) -> bool {
        window(start, end).is_open(now.parse().expect("a time"))
    }

    #[test_case("22:00", "02:00", "2026-03-02T05:00:00Z" => "2026-03-02T04:00:00Z 2026-03-02T08:00:00Z"; "open since yesterday")]
    #[test_case("22:00", "02:00", "2026-03-02T12:00:00Z" => "2026-03-03T04:00:00Z 2026-03-03T08:00:00Z"; "closed until the night")]
    #[test_case("09:00", "17:00", "2026-03-02T16:00:00Z" => "2026-03-02T15:00:00Z 2026-03-02T23:00:00Z"; "open within a day")]
    #[test_case("09:00", "17:00", "2026-03-02T23:30:00Z" => "2026-03-03T15:00:00Z 2026-03-03T23:00:00Z"; "closed until tomorrow")]
    fn around(start: &str, end: &str, now: &str) -> String {
        let (opens, closes) = window(start, end).around(now.parse().expect("a time")).expect("a day");
        format!("{opens} {closes}")
    }

    #[test_case("2026-03-02T05:00:00Z", "2026-03-02T07:59:59Z" => None; "it ended within")]
    #[test_case("2026-03-02T05:00:00Z", "2026-03-02T08:00:07Z" => Some("2026-03-02T08:00:00Z".to_owned()); "seconds after")]
    #[test_case("2026-03-02T05:00:00Z", "2026-03-03T05:00:00Z" => Some("2026-03-02T08:00:00Z".to_owned()); "open again by then")]
    #[test_case("2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z" => None; "it was closed before")]
    fn closed(from: &str, to: &str) -> Option<String> {
        let moment = |text: &str| text.parse().expect("a time");
        window("22:00", "02:00").closed(moment(from), moment(to)).map(|time| time.to_string())
    }

    #[test_case("2026-03-02T12:00:00Z" => Some("2026-03-03T04:00:00Z".to_owned()); "later today")]
    #[test_case("2026-03-02T05:00:00Z" => None; "it is open")]
    fn opens(now: &str) -> Option<String> {
        window("22:00", "02:00").opens(now.parse().expect("a time")).map(|time| time.to_string())
    }

    fn in_new_york(start: &str, end: &str) -> Window {
        let text = format!("{{start: '{start}', end: '{end}', timezone: America/New_York}}");
        crate::yaml::from_str("w", &text).expect("a window")
    }

    /// In New York the clock goes from 02:00 to 03:00 on 14 March 2027.
    #[test_case("02:15", "02:45" => Some("2027-03-14T07:15:00Z".to_owned()); "all of it is skipped")]
    #[test_case("02:15", "04:00" => Some("2027-03-14T07:15:00Z".to_owned()); "its beginning is")]
    #[test_case("02:45", "03:30" => Some("2027-03-15T06:45:00Z".to_owned()); "nothing is left of it")]
    fn opens_in_the_hour_that_is_skipped(start: &str, end: &str) -> Option<String> {
        let opens = in_new_york(start, end).opens("2027-03-14T05:00:00Z".parse().expect("a time"));
        opens.map(|time| time.to_string())
    }

    /// There it goes from 02:00 to 03:00 on 8 March 2026 (07:00 UTC), and from 02:00 back to 01:00 on 1 November 2026 (06:00 UTC).
    #[test_case("22:00", "01:30", "2026-11-01T05:29:59Z" => "open since 2026-11-01T02:00:00Z until 2026-11-01T05:30:00Z"; "just before 01:30")]
    #[test_case("22:00", "01:30", "2026-11-01T05:45:00Z" => "closed since 2026-11-01T05:30:00Z until 2026-11-02T03:00:00Z"; "after the first 01:30")]
    #[test_case("22:00", "01:30", "2026-11-01T06:10:00Z" => "closed since 2026-11-01T05:30:00Z until 2026-11-02T03:00:00Z"; "at the second 01:10")]
    #[test_case("01:15", "03:00", "2026-11-01T06:10:00Z" => "open since 2026-11-01T05:15:00Z until 2026-11-01T08:00:00Z"; "open over both hours")]
    #[test_case("02:15", "04:00", "2026-03-08T07:05:00Z" => "closed since 2026-03-07T09:00:00Z until 2026-03-08T07:15:00Z"; "before the start that is skipped")]
    #[test_case("02:15", "04:00", "2026-03-08T07:15:00Z" => "open since 2026-03-08T07:15:00Z until 2026-03-08T08:00:00Z"; "at the start that is skipped")]
    #[test_case("01:15", "02:30", "2026-03-08T07:05:00Z" => "open since 2026-03-08T06:15:00Z until 2026-03-08T07:30:00Z"; "before the end that is skipped")]
    #[test_case("02:45", "03:30", "2026-03-08T07:35:00Z" => "closed since 2026-03-07T08:30:00Z until 2026-03-09T06:45:00Z"; "on a day on which nothing is left")]
    fn where_a_clock_is_changed_the_gate_and_the_measure_say_the_same(start: &str, end: &str, now: &str) -> String {
        let (window, now) = (in_new_york(start, end), now.parse().expect("a time"));
        let (since, until) = window.last(now).expect("a day");
        match window.opens(now) {
            Some(opens) => {
                assert!(!window.is_open(now) && window.closed(now, opens).is_none());
                format!("closed since {until} until {opens}")
            }
            None => {
                assert!(window.is_open(now) && window.around(now) == Some((since, until)));
                assert_eq!(window.closed(now, until), Some(until));
                format!("open since {since} until {until}")
            }
        }
    }
}
