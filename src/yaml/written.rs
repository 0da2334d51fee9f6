//! How a number was written, and whether YAML 1.1 knows it for one.
//!
//! PyYAML, and with it most generators in Python, writes text without quotes where YAML 1.1 reads no number: `1e5`, `0.16001e0`,
//! `0o14`, `012345678912345678`. In YAML 1.2 these are numbers (§10.3.2), and other writers mean numbers by the first two. The text
//! alone does not say which is meant: whoever knows what belongs there asks here.

use super::{Mark, Number, core_schema};

/// The lines of a text, to look up how its numbers are written.
#[derive(Debug)]
pub struct Written<'a> {
    lines: Vec<&'a str>,
}

impl<'a> Written<'a> {
    /// Of a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { lines: text.lines().collect() }
    }

    /// The number at a place as it is written, where YAML 1.1 reads text there; `None` where both read a number, or where that
    /// number does not stand there in so many words.
    #[must_use]
    pub fn text_in_1_1(&self, mark: Mark, number: &Number) -> Option<&'a str> {
        self.text(mark, number).filter(|written| !is_number_in_1_1(written))
    }

    /// The number at a place as it is written; `None` where it does not stand there in so many words.
    #[must_use]
    pub fn text(&self, mark: Mark, number: &Number) -> Option<&'a str> {
        let line = self.lines.get(usize::try_from(mark.line).ok()?.checked_sub(1)?)?;
        let column = usize::try_from(mark.column).ok()?.checked_sub(1)?;
        let (start, _) = line.char_indices().nth(column)?;
        let rest = line.get(start..)?;
        // An anchor stands before what it names.
        let rest = if rest.starts_with('&') { rest.split_once(' ')?.1.trim_start() } else { rest };
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).unwrap_or(rest.len());
        let written = rest.get(..end)?;
        (core_schema::number(written).as_ref() == Some(number)).then_some(written)
    }
}

/// Whether YAML 1.1 reads a number, as PyYAML does: <https://yaml.org/type/int.html>, <https://yaml.org/type/float.html>. Underscores
/// and base 60, which YAML 1.2 reads as text, do not come here.
fn is_number_in_1_1(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    integer(unsigned)
        || decimal(text, unsigned)
        || matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN")
}

fn integer(unsigned: &str) -> bool {
    if let Some(digits) = unsigned.strip_prefix("0x") {
        return all(digits, |c| c.is_ascii_hexdigit());
    }
    if let Some(digits) = unsigned.strip_prefix("0b") {
        return all(digits, |c| matches!(c, '0' | '1'));
    }
    match unsigned.strip_prefix('0') {
        Some("") => true,
        Some(octal) => all(octal, |c| c.is_digit(8)),
        None => all(unsigned, |c| c.is_ascii_digit()),
    }
}

/// A point is needed, the exponent has a sign, and what begins with the point has none.
fn decimal(text: &str, unsigned: &str) -> bool {
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let Some((whole, fraction)) = mantissa.split_once('.') else { return false };
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    let has_whole = !whole.is_empty() && digits(whole) && digits(fraction);
    let only_fraction = whole.is_empty() && text.starts_with('.') && all(fraction, |c| c.is_ascii_digit());
    let is_signed =
        |exponent: &str| exponent.strip_prefix(['-', '+']).is_some_and(|rest| all(rest, |c| c.is_ascii_digit()));
    (has_whole || only_fraction) && exponent.is_none_or(is_signed)
}

fn all(text: &str, is_right: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is_right)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::super::{Limits, Value, parse};
    use super::*;

    #[test_case("1e5" => Some("1e5"); "an exponent without a point")]
    #[test_case("0.16001e0" => Some("0.16001e0"); "an exponent without a sign")]
    #[test_case("012345678912345678" => Some("012345678912345678"); "a leading zero, and no octal")]
    #[test_case("0o14" => Some("0o14"); "octal in 1.2")]
    #[test_case("-.5" => Some("-.5"); "a sign before a point")]
    #[test_case("1.0e+20" => None; "what PyYAML writes for a number")]
    #[test_case("1.5e-7" => None; "a small one")]
    #[test_case("017" => None; "octal in 1.1, a number in both")]
    #[test_case("12" => None; "an integer")]
    #[test_case("0" => None; "zero")]
    #[test_case("1." => None; "a point at the end")]
    #[test_case(".5" => None; "a point at the start")]
    #[test_case("-.inf" => None; "infinite")]
    #[test_case("0x1F" => None; "hexadecimal")]
    #[test_case("&a 1e5" => Some("1e5"); "with an anchor")]
    fn text_in_yaml_1_1(written: &str) -> Option<&str> {
        let found = |text: &'static str| {
            let node = parse("x", text, Limits::CONFIG).unwrap();
            let Some(Value::Sequence(items)) = node.get("ä").map(|node| node.value.clone()) else { panic!("{text}") };
            let Value::Number(number) = &items[1].value else { panic!("{text}") };
            Written::new(text).text_in_1_1(items[1].mark, number)
        };
        let flow: &'static str = format!("# c\nä: [ö, {written}, b]\n").leak();
        let block: &'static str = format!("ä:\r\n- ö\r\n- {written} # c\r\n").leak();
        assert_eq!(found(flow), found(block));
        found(flow)
    }
}
