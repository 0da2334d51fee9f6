//! What a segment of a path is: the name of a kind of thing, or what names one thing of many.

/// What a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    /// A name: `api`, `v1`, `mp3`, `getting-started`.
    Name,
    /// One thing of many: an id, a UUID, a digest, a date, a mail address, a title with a number.
    Thing,
    /// A name with the number of one thing behind it: `abc-` of `abc-16`.
    Numbered(&'a str),
}

impl<'a> Segment<'a> {
    /// That of a text without `/`.
    pub(super) fn of(text: &'a str) -> Self {
        if text.len() > 64 {
            return Self::Thing;
        }
        let Look { mut digits, is_hexadecimal, has_at_or_escape, has_between } = Look::at(text);
        if has_at_or_escape {
            digits = digits_beside_escapes(text);
            if is_mail(text) {
                return Self::Thing;
            }
        }
        if digits == 0 {
            return Self::Name;
        }
        // Most ids are seen by that, and most names are no number by their first byte.
        let may_be_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'));
        if digits == text.len() || may_be_number && is_number(text) {
            return Self::Thing;
        }
        let numbered = if has_between { numbered(text) } else { None };
        // Many digits, or hexadecimal digits only and long: nobody gives a kind of thing such a name.
        let is_thing = digits >= 4 || is_hexadecimal && text.len() >= 7;
        numbered.unwrap_or(if is_thing { Self::Thing } else { Self::Name })
    }
}

/// What is seen in one look, for which no byte is treated otherwise: every line has dozens of them.
#[derive(Clone, Copy)]
struct Look {
    digits: usize,
    is_hexadecimal: bool,
    has_at_or_escape: bool,
    has_between: bool,
}

impl Look {
    fn at(text: &str) -> Self {
        let mut look = Self { digits: 0, is_hexadecimal: true, has_at_or_escape: false, has_between: false };
        for byte in text.bytes() {
            look.digits += usize::from(byte.is_ascii_digit());
            look.is_hexadecimal &= byte.is_ascii_hexdigit() | (byte == b'-');
            look.has_at_or_escape |= (byte == b'@') | (byte == b'%');
            look.has_between |= (byte == b'-') | (byte == b'_');
        }
        look
    }
}

/// How many digits are there that belong to no escape: `caf%C3%A9` is a word.
fn digits_beside_escapes(text: &str) -> usize {
    let mut parts = text.split('%');
    let first = parts.next().map_or(0, |part| Look::at(part).digits);
    first + parts.map(|part| Look::at(part.get(2..).unwrap_or_default()).digits).sum::<usize>()
}

/// Whether it is a number, with a sign, or with the ending of a file: `-26`, `42.json`. `1.2` may be a version.
fn is_number(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.strip_prefix(['-', '+']) {
        Some(rest) => rest.split(['.', ',']).all(is_digits),
        None => is_digits(bare(text)),
    }
}

/// A segment without the ending of a file.
fn bare(text: &str) -> &str {
    let is_ending = |end: &str| {
        (2..=5).contains(&end.len())
            && end.starts_with(|c: char| c.is_ascii_alphabetic())
            && end.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    text.rsplit_once('.').filter(|(_, end)| is_ending(end)).map_or(text, |(bare, _)| bare)
}

/// A segment of words with a number at its end, or of a title behind one; `None` where it is neither.
fn numbered(text: &str) -> Option<Segment<'_>> {
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let text = bare(text);
    let parts = || text.split(['-', '_']);
    let (first, last) = (parts().next()?, parts().next_back()?);
    if is_word(&first) && parts().skip(1).all(|part| is_number(&part)) {
        return Some(Segment::Numbered(text.get(..=first.len())?));
    }
    let words = parts().filter(is_word).count();
    (words >= 2 && (is_number(&first) || is_number(&last))).then_some(Segment::Thing)
}

/// Whether it is a mail address, as it is or with `%40`. `@name`, `name@1.2` and `logo@2x.png` are none.
fn is_mail(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@').or_else(|| text.split_once("%40")) else { return false };
    let is_scale = |label: &str| {
        label
            .strip_suffix('x')
            .is_some_and(|times| !times.is_empty() && times.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_top = |label: &str| label.len() >= 2 && label.bytes().all(|byte| byte.is_ascii_alphabetic());
    let Some((_, top)) = host.rsplit_once('.') else { return false };
    let first = host.split('.').next().unwrap_or_default();
    !name.is_empty() && !first.is_empty() && is_top(top) && !is_scale(first)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn said(text: &str) -> String {
        match Segment::of(text) {
            Segment::Name => text.to_owned(),
            Segment::Thing => "{}".to_owned(),
            Segment::Numbered(name) => format!("{name}{{}}"),
        }
    }

    #[test_case("getting-started" => "getting-started"; "words")]
    #[test_case("v1" => "v1"; "a version")]
    #[test_case("1.2" => "1.2"; "a version of numbers")]
    #[test_case("2.x" => "2.x"; "a version with a letter")]
    #[test_case("2-factor" => "2-factor"; "a number and a word")]
    #[test_case("http-2-push" => "http-2-push"; "a number between words")]
    #[test_case("caf%C3%A9-espa%C3%B1ol" => "caf%C3%A9-espa%C3%B1ol"; "words with accents")]
    #[test_case("%" => "%"; "half an escape")]
    #[test_case("@ana" => "@ana"; "a name of a person")]
    #[test_case("vue@3.2.1" => "vue@3.2.1"; "a version of a package")]
    #[test_case("logo@2x.png" => "logo@2x.png"; "a picture of double size")]
    #[test_case("a@b" => "a@b"; "no host")]
    #[test_case("@x.example" => "@x.example"; "no name")]
    fn is_a_name(text: &str) -> String {
        said(text)
    }

    #[test_case("26"; "an id")]
    #[test_case("-26"; "a negative number")]
    #[test_case("-1.5"; "a negative fraction")]
    #[test_case("42.json"; "an id with an ending")]
    #[test_case("ana@x.example"; "a mail address")]
    #[test_case("user15%40mail.x.example"; "a mail address that is escaped")]
    #[test_case("a-title-of-words-16"; "a title with its id")]
    #[test_case("16-a-title-of-words"; "a title behind its id")]
    #[test_case("a-title-of-words-123456.html"; "a title with a long id")]
    #[test_case("abcdefab-1111-4222-8333-44445555666f"; "a UUID that begins with letters")]
    fn is_one_of_many(text: &str) {
        assert_eq!(said(text), "{}");
    }

    #[test_case("abc-16" => "abc-{}")]
    #[test_case("abc-161616" => "abc-{}"; "a long number")]
    #[test_case("face-16" => "face-{}"; "a word of hexadecimal digits")]
    #[test_case("user_15.json" => "user_{}"; "another sign and an ending")]
    #[test_case("report-2026-01-02" => "report-{}"; "a date")]
    fn is_numbered(text: &str) -> String {
        said(text)
    }
}
