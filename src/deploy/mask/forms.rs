//! The forms in which programs print a secret: its lines, its digits, and the escapes of JSON, addresses, HTML and shells.

use std::fmt::Write as _;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::digits::{base64, digits};
use super::known::DEPTH;
use super::squeezed::{Squeezed, Without};

/// A line or an encoded form of fewer bytes than this would hide what is no secret.
pub const SHORTEST: usize = 4;

/// What an address may hold as it is (RFC 3986 §2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What its path may hold besides.
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// What `encodeURIComponent` of JavaScript leaves as it is (ECMA-262 §19.2.6).
const COMPONENT: &AsciiSet = &UNRESERVED.remove(b'!').remove(b'\'').remove(b'(').remove(b')').remove(b'*');

/// What `encodeURI` leaves besides.
const URI: &AsciiSet = &COMPONENT
    .remove(b';')
    .remove(b'/')
    .remove(b'?')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'+')
    .remove(b'$')
    .remove(b',')
    .remove(b'#');

/// The forms of a secret.
#[derive(Default)]
pub(super) struct Forms {
    /// As it is and with escapes.
    pub(super) texts: Vec<Vec<u8>>,
    /// In base64, base32 and numbers, which programs break into lines.
    pub(super) digits: Vec<Vec<u8>>,
    /// What remains of it where escapes are read, also those that only look so: beside what is escaped they may stand as they are.
    pub(super) bare: Vec<Vec<u8>>,
}

/// Every form of a secret.
pub(super) fn forms(secret: &str) -> Forms {
    let whole = secret.trim_end_matches(['\r', '\n']);
    let lines = secret.lines().map(str::trim).filter(|line| line.len() >= SHORTEST);
    let mut found = Forms::default();
    for text in [whole, whole.trim()].into_iter().chain(lines) {
        found.texts.push(text.as_bytes().to_vec());
        if text.len() >= SHORTEST {
            // Accents by themselves, as some file systems and keyboards give them, and with their letters.
            let (nfc, nfd) = (ComposingNormalizerBorrowed::new_nfc(), DecomposingNormalizerBorrowed::new_nfd());
            let mut same = vec![text.into(), nfc.normalize(text), nfd.normalize(text)];
            same.dedup();
            for text in same {
                found.texts.extend(texts(&text).into_iter().map(String::into_bytes));
                found.digits.extend(digits(&text));
                // A document in base64, as a cluster keeps what opens its registries.
                let json = in_json(&text);
                let written = [ascii(&json), json, utf8_percent_encode(&text, UNRESERVED).to_string()];
                found.digits.extend(written.iter().flat_map(|written| base64(written.as_bytes())));
                found.bare.extend(bare(&text));
            }
        }
    }
    found.texts.retain(|form| !form.is_empty());
    for forms in [&mut found.digits, &mut found.bare] {
        forms.retain(|form| form.len() >= SHORTEST);
    }
    found
}

/// A text where every escape is read, once and more often.
fn bare(text: &str) -> Vec<Vec<u8>> {
    let doubled = [text.replace('$', "$$"), text.replace('%', "%%"), text.replace('$', "$$").replace('%', "%%")];
    let mut found = vec![text.as_bytes().to_vec(), latin1(text)];
    found.extend(doubled.map(String::into_bytes));
    let seen = Squeezed::of(text.as_bytes()).without(Without::Hidden, true);
    found.extend(seen.map(|seen| seen.bytes().to_vec()));
    found.sort_unstable();
    found.dedup();
    for text in found.clone() {
        let read = |text: &Vec<u8>| Some(Squeezed::of(text).decoded(true)?.bytes().to_vec());
        found.extend(std::iter::successors(read(&text), read).take(DEPTH));
    }
    found
}

fn texts(text: &str) -> Vec<String> {
    let json = in_json(text);
    let percent = |set| utf8_percent_encode(text, set).to_string();
    let (all, some, path) = (percent(NON_ALPHANUMERIC), percent(UNRESERVED), percent(PATH));
    let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let quoted = html.replace('"', "&quot;");
    let htmls = ["&#39;", "&#x27;", "&apos;", "'"].map(|quote| quoted.replace('\'', quote));
    let in_address = utf8_percent_encode(&all, NON_ALPHANUMERIC).to_string();
    let mut found = vec![
        ascii(&in_json(&json)),
        in_json(&json),
        in_json(&ascii(&json)),
        percent(COMPONENT),
        percent(URI),
        lower_escapes(&in_address),
        in_address,
        escaped(&json, "&<>\u{2028}\u{2029}", false),
        ascii(&escaped(&json, "&<>", false)),
        escaped(text, "&<>'\"+`\\", true),
        each(text, "%"),
        each(text, "%").to_uppercase(),
        each(text, "\\x"),
        text.replace('"', "\"\""),
        text.replace('\'', "''"),
        text.replace('\\', "\\\\").replace('\'', "\\'"),
        json.replace('$', "$$"),
        json.replace('/', "\\/"),
        ascii(&json),
        ascii(&json.replace('/', "\\/")),
        json,
        all.replace("%20", "+"),
        some.replace("%20", "+"),
        lower_escapes(&all),
        lower_escapes(&some),
        lower_escapes(&all).replace("%20", "+"),
        lower_escapes(&some).replace("%20", "+"),
        all,
        some,
        path.replace("%20", "+"),
        lower_escapes(&path),
        path,
        in_json(&html),
        ascii(&in_json(&html)),
        html,
        text.replace('\'', "'\\''"),
        text.replace('\'', "'\"'\"'"),
        text.replace('\\', "\\\\"),
        backslashed(text, " \t!\"$&'()*,;<>?[\\]^`{|}"),
        backslashed(text, "\"$`\\"),
        // As Compose writes it, and files with values in percent signs.
        text.replace('$', "$$"),
        text.replace('$', "$$").replace('\'', "''"),
        text.replace('%', "%%"),
        text.replace('$', "$$").replace('%', "%%"),
    ];
    for html in htmls {
        found.extend([in_json(&html), ascii(&in_json(&html)), html]);
    }
    found.dedup();
    found
}

/// As it stands in a string of JSON.
fn in_json(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap_or_default();
    json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap_or_default().to_owned()
}

/// With a backslash before each of these characters: as `printf %q` of bash gives it, or in its double quotes.
fn backslashed(text: &str, special: &str) -> String {
    text.chars().flat_map(|c| special.contains(c).then_some('\\').into_iter().chain([c])).collect()
}

/// In ISO 8859-1, as far as that has its characters.
fn latin1(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u8::try_from(u32::from(c)) {
            Ok(byte) => bytes.push(byte),
            Err(_) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

/// As `\u00f1` what is not ASCII.
fn ascii(text: &str) -> String {
    let escaped =
        |c: char| -> String { c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect() };
    text.chars().map(|c| if c.is_ascii() { c.to_string() } else { escaped(c) }).collect()
}

/// These characters as `\u0026`, as Go, or with capitals and all that is not ASCII, as .NET does.
fn escaped(text: &str, characters: &str, capital: bool) -> String {
    let escape = |c: char| -> String {
        let unit = |unit: &mut u16| if capital { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
        c.encode_utf16(&mut [0; 2]).iter_mut().map(unit).collect()
    };
    let is_escaped = |c: char| characters.contains(c) || capital && !c.is_ascii();
    text.chars().map(|c| if is_escaped(c) { escape(c) } else { c.to_string() }).collect()
}

/// Each byte in hexadecimal digits, behind this.
fn each(text: &str, before: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        // Writing to a text does not fail.
        let _ = write!(all, "{before}{byte:02x}");
        all
    })
}

/// `%2f` where it says `%2F`.
fn lower_escapes(text: &str) -> String {
    let mut left = 0;
    let lower = |c: char| {
        let is_digit = left > 0;
        left = if c == '%' { 2 } else { i32::max(left - 1, 0) };
        if is_digit { c.to_ascii_lowercase() } else { c }
    };
    text.chars().map(lower).collect()
}
