//! Secrets made unreadable wherever they would be shown: as they are, and in the forms that programs print them in.

mod commands;
mod digits;
mod escapes;
mod forms;
mod known;
mod loose;
mod needles;
mod squeezed;
mod stream;

use std::cell::RefCell;
use std::rc::Rc;

pub use commands::Commands;
pub use forms::SHORTEST;
use known::Known;
pub use stream::Stream;

/// What stands for a secret.
pub const SHOWN: &str = "***";

/// The secrets of a run: those that it began with, and those that it came to know since.
#[derive(Default)]
pub struct Mask {
    /// All streams look here whenever something comes: what is learned meanwhile holds for them from then on.
    known: RefCell<Rc<Known>>,
    learned: RefCell<Vec<String>>,
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mask({} forms)", self.known().count())
    }
}

impl Mask {
    /// The mask of these secrets; an empty one has nothing to hide.
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        Self { known: RefCell::new(Rc::new(Known::default().and(secrets))), learned: RefCell::default() }
    }

    /// Hides this from now on as well, and whether it does: what has fewer than [`SHORTEST`] bytes would hide what is no secret.
    pub fn learn(&self, secret: &str) -> bool {
        if secret.trim().len() < SHORTEST {
            return false;
        }
        if self.learned.borrow().iter().any(|known| known == secret) {
            return true;
        }
        let known = self.known().and([secret]);
        *self.known.borrow_mut() = Rc::new(known);
        self.learned.borrow_mut().push(secret.to_owned());
        true
    }

    /// What it came to know since it was made.
    #[must_use]
    pub fn learned(&self) -> Vec<String> {
        self.learned.borrow().clone()
    }

    /// The text without any secret.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        if self.known().is_empty() {
            return text.to_owned();
        }
        let mut stream = Stream::new(self);
        let mut bytes = stream.push(text.as_bytes());
        bytes.extend(stream.finish());
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether a secret stands in it.
    #[must_use]
    pub fn finds(&self, bytes: &[u8]) -> bool {
        !self.known().find(bytes, true).ranges.is_empty()
    }

    /// What is known now.
    fn known(&self) -> Rc<Known> {
        Rc::clone(&self.known.borrow())
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    const SECRET: &str = "pa55/w0rd \"ñ\"+&<=>'{}";

    fn times(count: usize, encode: fn(&str) -> String, text: &str) -> String {
        (0..count).fold(text.to_owned(), |text, _| encode(&text))
    }

    fn in_json(text: &str) -> String {
        serde_json::to_string(text).unwrap()
    }

    fn in_html(text: &str) -> String {
        ["&&amp;", "<&lt;", ">&gt;", "\"&quot;", "'&#39;"]
            .iter()
            .fold(text.to_owned(), |text, pair| text.replace(&pair[..1], &pair[1..]))
    }

    fn in_address(text: &str) -> String {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    }

    /// As `shlex.quote` of Python.
    fn in_shell(text: &str) -> String {
        format!("'{}'", text.replace('\'', "'\"'\"'"))
    }

    /// As `printf %q` of bash.
    fn quoted(text: &str) -> String {
        let escaped = |c: char| if " \"'\\&<>{}".contains(c) { format!("\\{c}") } else { c.to_string() };
        text.chars().map(escaped).collect()
    }

    #[test_case(SECRET.to_owned(); "as it is")]
    #[test_case(format!("x{SECRET}{SECRET}y"); "twice")]
    #[test_case(STANDARD.encode(SECRET); "in base64")]
    #[test_case(STANDARD.encode(format!("u:{SECRET}")); "in base64 behind two bytes")]
    #[test_case(STANDARD.encode(format!("u{SECRET}:")); "in base64 behind one byte")]
    #[test_case(URL_SAFE_NO_PAD.encode(format!("abc{SECRET}")); "in the base64 of addresses")]
    #[test_case(serde_json::to_string(SECRET).unwrap(); "in JSON")]
    #[test_case("\"pa55\\/w0rd \\\"\\u00f1\\\"+&<=>'{}\"".to_owned(); "in the JSON of others")]
    #[test_case("pa55%2Fw0rd%20%22%C3%B1%22%2B%26%3C%3D%3E%27%7B%7D".to_owned(); "in an address")]
    #[test_case("pa55%2fw0rd+%22%c3%b1%22%2b%26%3c%3d%3e%27%7b%7d".to_owned(); "in a form")]
    #[test_case(SECRET.bytes().map(|byte| format!("{byte:02x}")).collect(); "in hexadecimal")]
    #[test_case(SECRET.bytes().map(|byte| format!("{byte:02X}")).collect(); "in capital hexadecimal")]
    #[test_case("pa55/w0rd &quot;ñ&quot;+&amp;&lt;=&gt;&#39;{}".to_owned(); "in HTML")]
    #[test_case("pa55/w0rd \\\"ñ\\\"+\\u0026\\u003c=\\u003e'{}".to_owned(); "in Go's JSON")]
    #[test_case("pa55/w0rd \\u0022\\u00F1\\u0022\\u002B\\u0026\\u003C=\\u003E\\u0027{}".to_owned(); "in the JSON of .NET")]
    #[test_case(serde_json::to_string(&serde_json::to_string(SECRET).unwrap()).unwrap(); "in JSON in JSON")]
    #[test_case("'pa55/w0rd \"ñ\"+&<=>\\'{}'".to_owned(); "as Python shows it")]
    #[test_case("\"pa55/w0rd \"\"ñ\"\"+&<=>'{}\"".to_owned(); "in CSV")]
    #[test_case("'pa55/w0rd \"ñ\"+&<=>''{}'".to_owned(); "in SQL")]
    #[test_case("pa55%252Fw0rd%2520%2522%25C3%25B1%2522%252B%2526%253C%253D%253E%2527%257B%257D".to_owned(); "in an address in an address")]
    #[test_case(SECRET.bytes().map(|byte| format!("%{byte:02x}")).collect(); "each byte as in an address")]
    #[test_case("pa55/w0rd%20%22%C3%B1%22+%26%3C=%3E'%7B%7D".to_owned(); "in an address, some of it as it is")]
    #[test_case("p%61%355%2Fw0r%64+%22ñ%22%2b&%3C=>'{}".to_owned(); "in a form, by no known set")]
    #[test_case("%22pa55/w0rd%20%5C%22%5Cu00f1%5C%22+%26%3C=%3E'%7B%7D%22".to_owned(); "in JSON in an address")]
    #[test_case("\"\\\"pa55/w0rd \\\\\\\"\\\\u00f1\\\\\\\"+&<=>'{}\\\"\"".to_owned(); "in JSON in JSON, with escapes")]
    #[test_case("\"pa55/w0rd &quot;\\u00f1&quot;+&amp;&lt;=&gt;&#x27;{}\"".to_owned(); "in HTML in JSON")]
    #[test_case(SECRET.bytes().map(|byte| format!("\\x{byte:02x}")).collect(); "each byte with a backslash")]
    #[test_case(SECRET.bytes().map(|byte| format!("{byte:02x} ")).collect(); "in hexadecimal with blanks")]
    #[test_case(SECRET.bytes().map(|byte| format!("{byte:02X}:")).collect(); "in hexadecimal with colons")]
    #[test_case(STANDARD.encode(STANDARD.encode(format!("user:{SECRET}"))); "in base64 in base64")]
    #[test_case(STANDARD.encode(SECRET).replace("cnd", "c nd").replace("cm", "c\tm"); "in base64 with blanks")]
    #[test_case("pa55\u{1b}[01;31m\u{1b}[K/w0\u{1b}[mrd \"ñ\"+&<=>'{}".to_owned(); "with a colour in it")]
    #[test_case("pa5\u{200b}5/\u{0}w0rd\u{202e} \"ñ\"+&<\u{7}=>'{}".to_owned(); "with what nobody sees in it")]
    #[test_case("\"pa55/w0rd \\\"ñ\\\"+&<=>'{}\"".to_owned(); "in double quotes of a shell")]
    #[test_case("$'pa55/w0rd \"\\303\\261\"+&<=>\\'{}'".to_owned(); "in the octal digits of git and bash")]
    #[test_case("b'pa55/w0rd \"\\xc3\\xb1\"+&<=>\\'{}'".to_owned(); "as Python shows its bytes")]
    #[test_case("'pa55/w0rd \"\\xf1\"+&<=>\\'{}'".to_owned(); "as Python shows it in ASCII")]
    #[test_case("\"pa55/w0rd \\\"\\xF1\\\"+&<=>'{}\"".to_owned(); "as YAML")]
    #[test_case("pa55/w0rd &quot;&#241;&quot;+&amp;&lt;=&gt;&#39;{}".to_owned(); "in XML in ASCII")]
    #[test_case("pa55/w0rd &quot;&ntilde;&quot;+&amp;&lt;=&gt;&#039;{}".to_owned(); "in HTML as PHP has it")]
    #[test_case(SECRET.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect(); "each character as in HTML")]
    #[test_case(SECRET.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect(); "each character as in JSON")]
    #[test_case(SECRET.chars().map(|c| format!("\\u{{{:x}}}", u32::from(c))).collect(); "each character as in JavaScript")]
    #[test_case(SECRET.bytes().map(|byte| format!("0x{byte:02x} ")).collect(); "in hexadecimal as C has it")]
    #[test_case(SECRET.bytes().map(|byte| format!("0x{byte:02X}, ")).collect(); "in hexadecimal as a list")]
    #[test_case(SECRET.bytes().map(|byte| format!("{byte}, ")).collect(); "in decimals as a list")]
    #[test_case(STANDARD.encode(SECRET.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()); "in base64 as Windows has it")]
    #[test_case("OBQTKNJPO4YHEZBAELB3CIRLEY6D2PRHPN6Q====".to_owned(); "in base32")]
    #[test_case(times(4, in_json, SECRET); "in JSON in JSON in JSON in JSON")]
    #[test_case(times(3, in_html, SECRET); "in HTML in HTML in HTML")]
    #[test_case(times(4, in_address, SECRET); "in an address in an address in an address in an address")]
    #[test_case(times(2, in_address, &in_json(SECRET)); "in JSON in an address in an address")]
    #[test_case(times(3, quoted, SECRET); "as bash quotes it three times")]
    #[test_case(in_address(&in_html(&in_json(&in_html(&quoted(SECRET))))); "quoted in HTML in JSON in HTML in an address")]
    #[test_case(in_json(&STANDARD.encode(SECRET).replace("cn", "c\nn")); "in broken base64 in JSON")]
    #[test_case(in_json(&in_address(&STANDARD.encode(format!("user:{SECRET}")))); "in base64 in an address in JSON")]
    #[test_case(STANDARD.encode(in_json(SECRET)); "in JSON in base64")]
    #[test_case(STANDARD.encode(in_json(SECRET).replace('ñ', "\\u00f1")); "in JSON in ASCII in base64")]
    #[test_case(STANDARD.encode(in_address(SECRET)); "in an address in base64")]
    #[test_case(in_json(SECRET).replace("w0rd", "\u{1b}[1mw0rd\u{1b}[m"); "in JSON with a colour in it")]
    #[test_case(in_shell(SECRET); "as a shell has it")]
    #[test_case(times(2, in_shell, SECRET); "as a shell in a shell")]
    #[test_case(times(3, in_shell, SECRET); "as a shell in a shell in a shell")]
    #[test_case(in_json(&times(2, in_shell, SECRET)); "as a shell in a shell in JSON")]
    #[test_case(in_shell(&in_json(&in_shell(&in_json(SECRET)))); "in JSON of a shell, twice")]
    #[test_case(times(2, |text| format!("'{}'", text.replace('\'', "''")), SECRET); "in SQL twice, as in PowerShell")]
    #[test_case("\"pa55/w0rd `\"ñ`\"+&<=>'{}\"".to_owned(); "in double quotes of PowerShell")]
    #[test_case("pa55/w0rd^ ^\"ñ^\"+^&^<^=^>'{}".to_owned(); "as cmd has it")]
    #[test_case("|\n  pa55/w0rd\n  \"ñ\"+&<=>'{}".to_owned(); "folded over lines")]
    #[test_case("\"pa55/w0rd\\\n  \\ \\\"ñ\\\"+&<=>'{}\"".to_owned(); "folded over lines in double quotes of YAML")]
    #[test_case("\"pa55/w0rd \\\"\\\n  ñ\\\"+&<\\\n  \\\n  =>'{}\"".to_owned(); "broken over lines in double quotes of YAML")]
    #[test_case(in_json(&in_address(SECRET).replace("%20", "+")); "in a form in JSON")]
    fn a_form_is_hidden(shown: String) {
        let text = Mask::new([SECRET]).text(&format!("before {shown} after"));
        assert!(text.starts_with("before ") && text.ends_with(" after") && text.contains(SHOWN), "{text}");
        for part in ["pa55", "w0rd", "cGE1", "YTU1", "7061353"] {
            assert!(!text.contains(part), "{text}");
        }
    }

    #[test_case("\"true\"", "it is true \"x 'true'", "it is true \"x 'true'"; "none where the quotes are all that is quoted")]
    #[test_case("pass\"w'ord", "password pass\"word passw'ord pass\"w'ord 'pass\"w'\\''ord'", "password pass\"word passw'ord *** '***'"; "none without its own quotes")]
    #[test_case("pass word", "password pass-word pass\n  word pass+word", "password pass-word *** ***"; "none without its blank")]
    #[test_case("it's", "its 'its'", "its 'its'"; "none that is too short without its quotes")]
    #[test_case("token-value", "token-\"value token'-value", "token-\"value token'-value"; "none that nobody quotes")]
    fn what_is_loose_is_a_secret_only_with_all_of_it(secret: &str, shown: &str, masked: &str) {
        assert_eq!(Mask::new([secret]).text(shown), masked);
    }

    #[test_case("n\u{303}"; "written with an accent of its own")]
    #[test_case("ñ"; "written with one letter")]
    fn an_accent_is_hidden_in_both_its_forms(written: &str) {
        let mask = Mask::new([format!("pa55{written}o w0rd").as_str()]);
        for shown in ["pa55ño w0rd", "pa55n\u{303}o w0rd"] {
            let hex: String = shown.bytes().map(|byte| format!("{byte:02x}")).collect();
            let escaped = in_json(shown).replace('ñ', "\\u00f1").replace('\u{303}', "\\u0303");
            let escaped = escaped.trim_matches('"');
            let forms = [shown, &in_address(shown), &STANDARD.encode(shown), &hex, escaped].join(" ");
            assert_eq!(mask.text(&forms), "*** *** *** *** ***", "{forms}");
        }
    }

    #[test_case(b"b4\xf1o-del-mar", "***"; "in bytes of Latin-1")]
    #[test_case(b"b4%F1o-del-mar", "***"; "and these in an address")]
    #[test_case("b4ñó-del-mar".as_bytes(), "b4ñó-del-mar"; "and what is no secret stays")]
    fn a_form_in_bytes_is_hidden(shown: &[u8], as_text: &str) {
        let mask = Mask::new(["b4ño-del-mar"]);
        let mut stream = Stream::new(&mask);
        let mut bytes = stream.push(shown);
        bytes.extend(stream.finish());
        assert_eq!(String::from_utf8_lossy(&bytes), as_text);
    }

    #[test_case("p$1%x", "env: p$$1%x p$1%%x p$$1%%x p\\$1%x", "env: *** *** *** ***"; "doubled signs")]
    #[test_case("p$1'x\"y", "a: 'p$$1''x\"y' \"p$$1'x\\\"y\" \"p\\$1'x\\\"y\"", "a: '***' \"***\" \"***\""; "doubled signs in quotes")]
    fn signs_that_are_doubled_hide_nothing(secret: &str, shown: &str, masked: &str) {
        assert_eq!(Mask::new([secret]).text(shown), masked);
    }

    #[test]
    fn base64_in_base64_is_hidden_up_to_its_end() {
        let again = |text: &str, end: &str| STANDARD.encode(format!("{text}{end}"));
        let twice = |end: &str| again(&again(SECRET, end), end);
        let thrice = |end: &str| again(&twice(end), end);
        let text = [twice(""), twice("\n"), thrice(""), thrice("\n")].join(" ");
        assert_eq!(Mask::new([SECRET]).text(&text), "*** *** *** ***");
    }

    #[test]
    fn base64_in_base64_in_base64_is_hidden_wherever_the_secret_stands_in_it() {
        for before in 0..27 {
            let filled = |width: usize, text: &str| STANDARD.encode("u".repeat(width % 3) + text + "tail");
            let thrice = filled(before, &filled(before / 3, &filled(before / 9, SECRET)));
            let shown = Mask::new([SECRET]).text(&thrice);
            // What comes before it and behind it takes up to so many characters.
            assert!(shown.contains(SHOWN) && shown.len() < 56, "{thrice} {shown}");
        }
    }

    #[test]
    fn each_line_of_a_secret_is_one_and_short_ones_are_not() {
        let mask = Mask::new(["-----BEGIN KEY-----\nabcdefgh\n}\nijklmnop\n"]);
        assert_eq!(mask.text("x abcdefgh } ijklmnop"), "x *** } ***");
    }

    #[test]
    fn the_base64_of_a_long_secret_is_hidden_where_it_is_broken_into_lines() {
        let secret: String = (0..150).map(|at| char::from(b'a' + (at * 7 % 26) as u8)).collect();
        let encoded = STANDARD.encode(&secret);
        let broken: Vec<&str> = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        assert_eq!(Mask::new([secret.as_str()]).text(&broken.join("\n")), "***\n***\n***");
    }

    #[test_case("\n"; "as most")]
    #[test_case("\r\n"; "as mail")]
    fn base64_is_hidden_wherever_it_is_broken(end: &str) {
        let mask = Mask::new([SECRET]);
        for (width, before) in (1..80).flat_map(|width| [(width, 0), (width, 1), (width, 50)]) {
            let encoded = STANDARD.encode("u".repeat(before) + SECRET + "tail");
            let lines: Vec<&str> =
                encoded.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
            let text = lines.join(end);
            let own = encoded.find("cGE1").or(encoded.find("hNTUv")).or(encoded.find("w0ZC")).unwrap_or(before);
            let shown = mask.text(&text).replace(['\r', '\n'], "");
            assert!(shown.contains(SHOWN), "{width} {before}: {shown}");
            let inner = encoded.get(own + 4..own + 24).unwrap_or_default();
            assert!(!shown.contains(inner), "{width} {before}: {shown}");
            assert!(mask.finds(text.as_bytes()));
        }
    }

    #[test]
    fn nothing_is_hidden_where_there_is_no_secret() {
        assert_eq!(Mask::new([""]).text("all of it"), "all of it");
        assert!(!Mask::new([]).finds(b"x"));
    }

    /// What a stream shows of bytes that come in pieces, cut there.
    fn in_pieces(mask: &Mask, bytes: &[u8], cuts: Vec<usize>) -> Vec<u8> {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).chain([0, bytes.len()]).collect();
        cuts.sort_unstable();
        let mut stream = Stream::new(mask);
        let mut shown: Vec<u8> = cuts.windows(2).flat_map(|pair| stream.push(&bytes[pair[0]..pair[1]])).collect();
        shown.extend(stream.finish());
        shown
    }

    #[test]
    fn what_comes_behind_a_break_is_hidden_where_another_secret_begins_so() {
        let mask = Mask::new(["harbour-secret", "ldGNk"]);
        let text = "YWJoYXJib3VyLXNlY3J\nldGN x";
        assert_eq!(mask.text(text), "YWJ***\n***GN x");
        for cut in 0..text.len() {
            assert_eq!(
                String::from_utf8(in_pieces(&mask, text.as_bytes(), vec![cut])).unwrap(),
                mask.text(text),
                "{cut}"
            );
        }
    }

    proptest! {
        #[test]
        fn pieces_of_broken_base64_give_what_the_whole_gives(breaks in prop::collection::vec(0usize..40, 0..4), cuts in prop::collection::vec(0usize..60, 0..6)) {
            let secret = "harbour-secret";
            let mask = Mask::new([secret]);
            let mut text = STANDARD.encode(format!("ab{secret}cd"));
            for at in breaks {
                text.insert(at.min(text.len()), '\n');
            }
            let text = format!("x {text} y\nz\n");
            let shown = in_pieces(&mask, text.as_bytes(), cuts);
            let shown = String::from_utf8(shown).unwrap();
            prop_assert!(shown.contains(SHOWN) && shown.ends_with(" y\nz\n"), "{shown}");
            prop_assert_eq!(shown, mask.text(&text));
        }

        /// Colours and characters that nobody sees, wherever they stand and wherever the pieces end.
        #[test]
        fn pieces_of_a_coloured_secret_show_nothing(breaks in prop::collection::vec((0usize..20, 0usize..4), 1..5), cuts in prop::collection::vec(0usize..90, 0..8)) {
            let mask = Mask::new(["harbour-secret"]);
            let mut text: Vec<u8> = b"harbour-secret".to_vec();
            for (at, kind) in breaks {
                let hidden: &[u8] = [&b"\x1b[01;31m"[..], b"\x1b[K", "\u{200b}".as_bytes(), b"\0"].get(kind).copied().unwrap();
                let at = at.min(text.len());
                // Not in the middle of what was put in before.
                if text[at..].starts_with(b"\x1b") || text.get(at).is_none_or(u8::is_ascii_lowercase) && (at == 0 || text[at - 1].is_ascii_lowercase()) {
                    text.splice(at..at, hidden.iter().copied());
                }
            }
            let text = [&b"x "[..], &text, b" y\n"].concat();
            let shown = in_pieces(&mask, &text, cuts);
            let seen = crate::output::escape::visible(&String::from_utf8_lossy(&shown));
            prop_assert!(!seen.contains("harbour-secret") && seen.contains(SHOWN) && seen.ends_with(" y\n"), "{seen:?}");
        }

        /// Whichever characters an address escapes, and wherever the pieces end.
        #[test]
        fn pieces_of_an_address_show_nothing(escaped in prop::collection::vec(any::<bool>(), 14), cuts in prop::collection::vec(0usize..60, 0..6)) {
            let mask = Mask::new(["harbour secret"]);
            let escape = |(byte, is_escaped): (u8, &bool)| match (byte, is_escaped) {
                (b' ', false) => "+".to_owned(),
                (byte, false) => char::from(byte).to_string(),
                (byte, true) => format!("%{byte:02X}"),
            };
            let form: String = "harbour secret".bytes().zip(&escaped).map(escape).collect();
            let text = format!("x=%{form}&100%4 y%\n");
            let shown = in_pieces(&mask, text.as_bytes(), cuts);
            prop_assert_eq!(String::from_utf8(shown).unwrap(), "x=%***&100%4 y%\n");
        }

        /// Whichever characters are escaped, and wherever the pieces end.
        #[test]
        fn pieces_of_escapes_show_nothing(escaped in prop::collection::vec(0usize..6, 14), cuts in prop::collection::vec(0usize..90, 0..6)) {
            let mask = Mask::new(["harbour secret"]);
            let escape = |(byte, how): (u8, &usize)| match how {
                0 => format!("\\x{byte:02x}"),
                1 => format!("\\{byte:03o}"),
                2 => format!("\\u{byte:04X}"),
                3 => format!("\\U{byte:08x}"),
                4 => format!("\\u{{{byte:x}}}"),
                _ => char::from(byte).to_string(),
            };
            let form: String = "harbour secret".bytes().zip(&escaped).map(escape).collect();
            let html: String = "harbour secret".chars().map(|c| format!("&#x{:x};", u32::from(c))).collect();
            let text = format!("x={form} C:\\ {form}; &amp &#1; && {html}\n");
            let shown = in_pieces(&mask, text.as_bytes(), cuts);
            prop_assert_eq!(String::from_utf8(shown).unwrap(), "x=*** C:\\ ***; &amp &#1; && ***\n");
        }

        /// Whatever writes it, and whatever writes that, and wherever the pieces end.
        #[test]
        fn pieces_of_escapes_in_escapes_show_nothing(encoders in prop::collection::vec(0usize..5, 0..5), cuts in prop::collection::vec(0usize..400, 0..8)) {
            let mask = Mask::new([SECRET]);
            let encoders = encoders.into_iter().filter_map(|at| [in_json, in_html, in_address, quoted, in_shell].get(at));
            let form = encoders.fold(SECRET.to_owned(), |text, encode| encode(&text));
            let text = format!("x={form} C:\\ 100%4 &amp y\n");
            let shown = String::from_utf8(in_pieces(&mask, text.as_bytes(), cuts)).unwrap();
            prop_assert!(!shown.contains("pa55") && !shown.contains("w0rd") && shown.contains(SHOWN), "{shown}");
            prop_assert_eq!(shown, mask.text(&text));
        }

        /// What looks like escapes in escapes, and is cut in the middle of one.
        #[test]
        fn pieces_of_escapes_give_what_the_whole_gives(text in r#"([a2q]|[\\]{1,4}|%|%25|%2|&amp;|&|amp;|\\u00|61|["' +\n]){0,40}"#, cuts in prop::collection::vec(0usize..90, 0..8)) {
            let mask = Mask::new(["a\"q2", "%&a\\", "+a'2 q"]);
            let shown = String::from_utf8(in_pieces(&mask, text.as_bytes(), cuts)).unwrap();
            prop_assert_eq!(shown, mask.text(&text));
        }

        #[test]
        fn pieces_give_what_the_whole_gives(secret in "[ab]{1,6}", text in "[abc]{0,60}", cuts in prop::collection::vec(0usize..60, 0..6)) {
            let mask = Mask::new([secret.as_str()]);
            let shown = in_pieces(&mask, text.as_bytes(), cuts);
            let shown = String::from_utf8(shown).unwrap();
            prop_assert!(!shown.contains(&secret), "{shown}");
            prop_assert_eq!(shown, mask.text(&text));
        }
    }
}
