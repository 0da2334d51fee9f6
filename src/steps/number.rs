//! A decimal number as it was written.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// No exponent counts for more.
const BEYOND: i64 = 1 << 40;

/// A finite decimal number, with its text.
#[derive(Clone, Debug)]
pub struct Number {
    text: String,
    value: f64,
}

impl Number {
    /// Its value.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The number as a JSON number.
    #[must_use]
    pub fn json(&self) -> serde_json::Number {
        let whole = self.text.trim_start_matches('+').parse::<i64>().ok().map(serde_json::Number::from);
        whole.or_else(|| serde_json::Number::from_f64(self.value)).unwrap_or_else(|| 0.into())
    }

    /// How it stands to another one, digit by digit: floating point does not tell large numbers and long fractions from their
    /// neighbours.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        let (one, other) = (Decimal::of(&self.text), Decimal::of(&other.text));
        let sign = |of: &Decimal| (!of.digits.is_empty()).then_some(!of.is_negative);
        // What is below zero, zero, and what is above it.
        let rank = |sign: Option<bool>| sign.map_or(0, |is_above| if is_above { 1 } else { -1 });
        let (of_one, of_other) = (rank(sign(&one)), rank(sign(&other)));
        of_one.cmp(&of_other).then_with(|| {
            let size = one.order.cmp(&other.order).then_with(|| one.digits.cmp(&other.digits));
            if of_one < 0 { size.reverse() } else { size }
        })
    }
}

impl Number {
    /// Numbers as whole ones of one unit, exactly; `None` where that takes too many digits.
    #[must_use]
    pub fn in_units<const N: usize>(numbers: [&Self; N]) -> Option<[i128; N]> {
        let all = numbers.map(|number| Decimal::of(&number.text));
        let unit = all.iter().map(Decimal::unit).min()?;
        let whole = all.map(|one| {
            let zeros = u32::try_from(one.unit() - unit).ok()?;
            let digits = if one.digits.is_empty() { 0 } else { one.digits.parse::<i128>().ok()? };
            let size = digits.checked_mul(10_i128.checked_pow(zeros)?)?;
            Some(if one.is_negative { -size } else { size })
        });
        let mut found = [0; N];
        for (place, whole) in found.iter_mut().zip(whole) {
            *place = whole?;
        }
        Some(found)
    }
}

/// A decimal number as its digits, without zeros at both ends, and the power of ten of the place before them.
struct Decimal {
    is_negative: bool,
    digits: String,
    order: i64,
}

impl Decimal {
    /// The power of ten of its last digit.
    fn unit(&self) -> i64 {
        self.order - i64::try_from(self.digits.len()).unwrap_or(BEYOND)
    }

    fn of(text: &str) -> Self {
        let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
        let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        // What is beyond all bounds is as far beyond them as another one.
        let bound = if exponent.starts_with('-') { -BEYOND } else { BEYOND };
        let exponent = exponent.parse::<i64>().map_or(bound, |exponent| exponent.clamp(-BEYOND, BEYOND));
        let (whole, fraction) =
            digits.trim_start_matches('+').split_once('.').unwrap_or((digits.trim_start_matches('+'), ""));
        let all = [whole, fraction].concat();
        let digits = all.trim_start_matches('0');
        let places = |text: &str| i64::try_from(text.len()).unwrap_or(BEYOND);
        let order = exponent + places(whole) - (places(&all) - places(digits));
        // Zero is zero, whatever its exponent.
        let order = if digits.is_empty() { 0 } else { order };
        Self { is_negative, digits: digits.trim_end_matches('0').to_owned(), order }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Number {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| Err(format!("{why}: write it as 12, -3 or 0.5"));
        if text.is_empty() {
            return wrong("nothing is no number; is the variable that it comes from empty?");
        }
        // Words such as `inf` and `nan` are numbers to the parser of floating point, and no measure of anything.
        let is_decimal = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E'));
        match text.parse::<f64>() {
            Ok(value) if is_decimal && value.is_finite() => Ok(Self { text: text.to_owned(), value }),
            _ => wrong(&format!("`{text}` is no number")),
        }
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("12" => Some(12.0))]
    #[test_case("-0.5" => Some(-0.5))]
    #[test_case("1e3" => Some(1000.0))]
    #[test_case("" => None; "nothing")]
    #[test_case(" 1" => None; "a space")]
    #[test_case("NaN" => None; "not a number")]
    #[test_case("inf" => None; "infinity")]
    #[test_case("1e999" => None; "more than there is")]
    #[test_case("1,234" => None; "a comma")]
    #[test_case("80%" => None; "a share")]
    #[test_case("0x10" => None; "hexadecimal")]
    #[test_case("--1" => None; "two signs")]
    fn reads(text: &str) -> Option<f64> {
        text.parse::<Number>().ok().map(|number| number.value())
    }

    #[test_case("9007199254740993", "9007199254740992" => Ordering::Greater; "beyond what floating point tells apart")]
    #[test_case("1.0", "1" => Ordering::Equal)]
    #[test_case("+1", "1" => Ordering::Equal; "a sign")]
    #[test_case("-2", "1" => Ordering::Less)]
    #[test_case("-2", "-1" => Ordering::Less; "two below zero")]
    #[test_case("-0.0", "0" => Ordering::Equal; "zero below zero")]
    #[test_case("0", "-1e-9" => Ordering::Greater; "zero and what is below it")]
    #[test_case("0.001", "0" => Ordering::Greater; "a small one")]
    #[test_case("10000000000000001", "1e16" => Ordering::Greater; "a large one and a power of ten")]
    #[test_case("1e16", "10000000000000000.000" => Ordering::Equal; "the same in other words")]
    #[test_case("100.00000000000000001", "100" => Ordering::Greater; "a long fraction")]
    #[test_case("-100.00000000000000001", "-100" => Ordering::Less; "a long fraction below zero")]
    #[test_case("99.9", "100" => Ordering::Less; "fewer digits")]
    #[test_case("0.5", ".50" => Ordering::Equal; "no digit before the point")]
    #[test_case("5.", "+5e+0" => Ordering::Equal; "no digit behind the point")]
    #[test_case("12e-1", "1.2" => Ordering::Equal; "an exponent below zero")]
    #[test_case("1e-999999999999999999999", "0" => Ordering::Greater; "smaller than all")]
    #[test_case("0e999999999999999999999", "0" => Ordering::Equal; "much of nothing")]
    fn compares(one: &str, other: &str) -> Ordering {
        one.parse::<Number>().unwrap().compare(&other.parse().unwrap())
    }

    #[test_case("1.5", "-20" => Some([15, -200]))]
    #[test_case("1e3", "0" => Some([1000, 0]); "nothing has no unit of its own")]
    #[test_case("1e30", "1e-30" => None; "too far apart")]
    fn is_in_units(one: &str, other: &str) -> Option<[i128; 2]> {
        Number::in_units([&one.parse().unwrap(), &other.parse().unwrap()])
    }
}
