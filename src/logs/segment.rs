//! What a segment of a path is: the name of a kind of thing, or what names one thing of many.

/// What a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    /// A name: `api`, `v1`, `mp3`, `getting-started`.
    Name,
    /// One thing of many: an id, a UUID, a digest, a date, a mail address, a title with a number, a token.
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
            return if is_token(text) { Self::Thing } else { Self::Name };
        }
        // Most ids are seen by that, and most names are no number by their first byte.
        let may_be_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'));
        if digits == text.len() || may_be_number && is_number(text) {
            return Self::Thing;
        }
        let numbered = if has_between { numbered(text) } else { None };
        // Many digits, or hexadecimal digits only and long: nobody gives a kind of thing such a name.
        let is_thing = digits >= 4 || is_hexadecimal && text.len() >= 7 || is_token(text);
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

/// What a byte of a token may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Small,
    Large,
    Digit,
    Other,
}

/// Whether large letters stand in it among others as chance has it, and as no words have them: a key or a token, which is not for people to
/// see either.
///
/// Names are made of pieces: `camelCase` of two, `XMLHttp` of two, `oauth2` of two. Where single letters and digits are pieces of their own
/// again and again, or large letters alone and what has no vowel twice as often, or all pieces are short, no name is.
fn is_token(text: &str) -> bool {
    const LEAST: (usize, usize) = (16, 8);
    let bytes = text.as_bytes();
    if bytes.len() < LEAST.0 || !bytes.iter().any(u8::is_ascii_uppercase) {
        return false;
    }
    let is_escape = |at: usize| (0..3).any(|back| at.checked_sub(back).and_then(|at| bytes.get(at)) == Some(&b'%'));
    let kind = |at: usize| match bytes.get(at) {
        // An escape is a letter with an accent.
        Some(_) if is_escape(at) => Kind::Small,
        Some(b'0'..=b'9') => Kind::Digit,
        Some(b'A'..=b'Z') => Kind::Large,
        Some(b'a'..=b'z' | 128..) => Kind::Small,
        _ => Kind::Other,
    };
    let is_vowel = |at: usize| match bytes.get(at).map(u8::to_ascii_lowercase) {
        Some(b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | 128..) => true,
        _ => is_escape(at),
    };
    let (mut letters, mut pieces, mut odd, mut length, mut vowels) = (0, 0, 0, 0, 0);
    for at in 0..bytes.len() {
        let (this, next) = (kind(at), kind(at + 1));
        if this == Kind::Other {
            (letters, pieces, odd, length, vowels) = (0, 0, 0, 0, 0);
            continue;
        }
        length += 1;
        letters += 1;
        vowels += usize::from(is_vowel(at));
        // The last of large letters begins the word behind it.
        let is_split = match (this, next) {
            (Kind::Large, Kind::Small) => false,
            (Kind::Large, Kind::Large) => kind(at + 2) == Kind::Small,
            _ => this != next,
        };
        if is_split {
            pieces += 1;
            odd += match this {
                _ if pieces == 1 && next == Kind::Other => 0,
                Kind::Digit => 2,
                _ if length == 1 => 2,
                Kind::Large => 1,
                _ => usize::from(vowels == 0),
            };
            (length, vowels) = (0, 0);
        }
        let is_short = odd >= 4 && pieces * 5 > letters * 2;
        if next == Kind::Other && letters >= LEAST.1 && (odd >= 6 || is_short) {
            return true;
        }
    }
    false
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

    #[test_case("-TVpZPdUY0mmjJxOGwnvy"; "a nanoid")]
    #[test_case("cs_live_a1BqZ2cDxW3eF"; "a key behind its kind")]
    #[test_case("kXbQzRtYpLmNwVcHsJdG"; "a token without a digit")]
    #[test_case("QWJjZGVmLWdoaUprbG1u"; "base64")]
    #[test_case("9XKH8kqxYiARXFWUmkcek"; "large letters alone")]
    fn is_a_token(text: &str) {
        assert_eq!(said(text), "{}");
    }

    #[test_case("getUserByEmailAddress")]
    #[test_case("XMLHttpRequestEventTarget")]
    #[test_case("getMyTaxByIdForAll"; "short words")]
    #[test_case("convertXMLToJSONAndCSVFile"; "large letters in names")]
    #[test_case("ctrlBtnMsgPwdInput"; "no vowels")]
    #[test_case("OAuth2AuthorizedClientManager"; "a digit")]
    #[test_case("IPv4AddressesOfTheHost"; "a version in it")]
    #[test_case("The-5-Best-Ways-To-Get-A-Job-In-2-Days"; "a title")]
    #[test_case("IPv4-to-IPv6-Migration-Guide"; "versions in a title")]
    #[test_case("MP3-to-MP4-by-S3-Guide"; "kinds of files")]
    #[test_case("Caf%C3%A9-Espa%C3%B1ol-Pel%C3%ADcula"; "a title with accents")]
    #[test_case("STATUS_OF_ALL_THINGS"; "large letters")]
    #[test_case("a-long-title-of-many-words-about-nothing"; "a slug")]
    fn is_a_long_name(text: &str) {
        assert_eq!(said(text), text);
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
