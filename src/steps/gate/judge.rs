//! A number held against its limits. A limit is part of what is allowed: 100 is within `max: 100`.

use std::cmp::Ordering;
use std::str::FromStr;

use crate::steps::number::Number;

/// What a number may be.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// No less.
    pub min: Option<Number>,
    /// No more.
    pub max: Option<Number>,
    /// From here on it is worth a warning.
    pub warn_at: Option<WarnAt>,
    /// How far it must have moved.
    pub increase: Option<Increase>,
}

/// From where on a number is worth a warning.
#[derive(Clone, Debug)]
pub enum WarnAt {
    /// This number.
    Number(Number),
    /// This share of `max`, in percent.
    Percent(Number),
}

impl WarnAt {
    /// Whether nothing up to this limit is worth a warning.
    #[must_use]
    pub fn is_beyond(&self, max: &Number) -> bool {
        match self {
            Self::Number(from) => from.compare(max) == Ordering::Greater,
            Self::Percent(percent) => max.value() * percent.value() / 100.0 > max.value(),
        }
    }
}

impl FromStr for WarnAt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_suffix('%') {
            Some(percent) => percent.trim_end().parse().map(Self::Percent),
            None => text.parse().map(Self::Number),
        }
    }
}

/// How far a counter must have moved. Others may count as well meanwhile, so it is the least, not the exact step.
#[derive(Clone, Debug)]
pub struct Increase {
    /// What it was before.
    pub from: Number,
    /// At least so much more.
    pub by: Number,
}

/// Why a number is not within its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Less than `min`.
    TooLittle,
    /// More than `max`.
    TooMuch,
    /// The counter has not moved far enough.
    NotMoved,
}

/// What is to say of a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// The limits that it breaks.
    pub refusals: Vec<Refusal>,
    /// Whether it is so near to its limit that it is worth a warning.
    pub warned: bool,
}

/// Judges it.
#[must_use]
pub fn judge(value: &Number, limits: &Limits) -> Judgement {
    let breaks = |limit: &Option<Number>, how| limit.as_ref().is_some_and(|limit| value.compare(limit) == how);
    let rules = [
        (Refusal::TooLittle, breaks(&limits.min, Ordering::Less)),
        (Refusal::TooMuch, breaks(&limits.max, Ordering::Greater)),
        (Refusal::NotMoved, limits.increase.as_ref().is_some_and(|increase| !has_moved(value, increase))),
    ];
    let refusals: Vec<Refusal> = rules.into_iter().filter(|(_, broken)| *broken).map(|(rule, _)| rule).collect();
    let warned = match (&limits.warn_at, &limits.max) {
        (Some(WarnAt::Number(from)), _) => value.compare(from) != Ordering::Less,
        (Some(WarnAt::Percent(percent)), Some(max)) => reaches(value, percent, max),
        _ => false,
    };
    Judgement { warned: warned && refusals.is_empty(), refusals }
}

fn has_moved(value: &Number, increase: &Increase) -> bool {
    if let Some([value, from, by]) = Number::in_units([value, &increase.from, &increase.by]) {
        return value.checked_sub(from).is_some_and(|moved| moved >= by);
    }
    value.value() - increase.from.value() >= increase.by.value()
}

/// Whether a number has reached a share of another one.
fn reaches(value: &Number, percent: &Number, of: &Number) -> bool {
    let exactly = || {
        let [value, of] = Number::in_units([value, of])?;
        let [percent, all] = Number::in_units([percent, &"100".parse().ok()?])?;
        Some(value.checked_mul(all)? >= of.checked_mul(percent)?)
    };
    exactly().unwrap_or_else(|| value.value() >= of.value() * percent.value() / 100.0)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn limits(text: &str) -> Limits {
        let mut limits = Limits::default();
        for (name, value) in text.split_whitespace().filter_map(|pair| pair.split_once('=')) {
            match name {
                "min" => limits.min = Some(value.parse().unwrap()),
                "max" => limits.max = Some(value.parse().unwrap()),
                "warn" => limits.warn_at = Some(value.parse().unwrap()),
                _ => {
                    let (from, by) = value.split_once('+').unwrap();
                    limits.increase = Some(Increase { from: from.parse().unwrap(), by: by.parse().unwrap() });
                }
            }
        }
        limits
    }

    #[test_case("10", "20" => true; "more than the limit")]
    #[test_case("10", "10" => false; "the limit itself")]
    #[test_case("1000", "120%" => true; "a share beyond it")]
    #[test_case("1000", "100%" => false; "all of it")]
    #[test_case("-10", "80%" => true; "a share of a negative limit")]
    fn is_beyond(max: &str, warn_at: &str) -> bool {
        warn_at.parse::<WarnAt>().unwrap().is_beyond(&max.parse().unwrap())
    }

    #[test_case("5", "min=5 max=5" => "[] false"; "a limit is within")]
    #[test_case("6", "max=5" => "[TooMuch] false"; "more")]
    #[test_case("4", "min=5" => "[TooLittle] false"; "less")]
    #[test_case("-6", "min=-5" => "[TooLittle] false"; "less than a negative one")]
    #[test_case("0", "max=0" => "[] false"; "none at all")]
    #[test_case("80", "max=100 warn=80%" => "[] true"; "a share of the limit")]
    #[test_case("79", "max=100 warn=80%" => "[] false"; "below that share")]
    #[test_case("101", "max=100 warn=80%" => "[TooMuch] false"; "a refusal is no warning")]
    #[test_case("7", "max=100 warn=7" => "[] true"; "a number")]
    #[test_case("8", "from=7+1" => "[] false"; "it moved")]
    #[test_case("7", "from=7+1" => "[NotMoved] false"; "it did not move")]
    #[test_case("9", "from=7+1" => "[] false"; "others counted too")]
    #[test_case("0.3", "from=0.1+0.2" => "[] false"; "fractions")]
    #[test_case("0.29", "from=0.1+0.2" => "[NotMoved] false"; "fractions that are too little")]
    #[test_case("10000000000000001", "from=10000000000000000.5+1" => "[NotMoved] false"; "a large counter of fractions that moved by half")]
    #[test_case("79.99999999999999999", "max=100 warn=80%" => "[] false"; "a long fraction below that share")]
    #[test_case("0.3", "max=1 warn=30%" => "[] true"; "a fraction that is that share")]
    #[test_case("9007199254740993", "from=9007199254740992+1" => "[] false"; "a large counter")]
    #[test_case("9007199254740992", "from=9007199254740992+1" => "[NotMoved] false"; "a large counter that stands")]
    #[test_case("6", "from=7+1 max=5" => "[TooMuch, NotMoved] false"; "two at once")]
    fn judges(value: &str, text: &str) -> String {
        let Judgement { refusals, warned } = judge(&value.parse().unwrap(), &limits(text));
        format!("{refusals:?} {warned}")
    }
}
