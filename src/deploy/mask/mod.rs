//! Secrets made unreadable wherever they would be shown: as they are, and in the forms that programs print them in.

mod forms;
mod squeezed;
mod stream;

use memchr::memmem;

use squeezed::Squeezed;
pub use stream::Stream;

/// What stands for a secret.
pub const SHOWN: &str = "***";

/// The secrets of a run, in every form that is looked for.
#[derive(Clone, Default)]
pub struct Mask {
    forms: Vec<memmem::Finder<'static>>,
    /// Those of base64 again: programs break it into lines, at any place of it.
    broken: Vec<memmem::Finder<'static>>,
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mask({} forms)", self.forms.len())
    }
}

impl Mask {
    /// The mask of these secrets; an empty one has nothing to hide.
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let (mut all, mut base64) = (Vec::new(), Vec::new());
        for secret in secrets {
            let forms = forms::forms(secret);
            base64.extend(forms.base64.iter().cloned());
            all.extend(forms.texts.into_iter().chain(forms.base64));
        }
        let finders = |mut forms: Vec<Vec<u8>>| {
            forms.sort_unstable();
            forms.dedup();
            forms.iter().map(|form| memmem::Finder::new(form).into_owned()).collect()
        };
        Self { forms: finders(all), broken: finders(base64) }
    }

    /// The text without any secret.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        if self.forms.is_empty() {
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
        let is_in =
            |forms: &[memmem::Finder<'static>], bytes: &[u8]| forms.iter().any(|form| form.find(bytes).is_some());
        is_in(&self.forms, bytes) || Squeezed::of(bytes).is_some_and(|squeezed| is_in(&self.broken, squeezed.bytes()))
    }

    /// Where secrets stand, as ranges in order that do not touch. Forms may overlap: all of what any of them covers is hidden.
    fn ranges(&self, bytes: &[u8]) -> Vec<(usize, usize)> {
        let mut found = all_of(&self.forms, bytes);
        if let Some(squeezed) = Squeezed::of(bytes).filter(|_| !self.broken.is_empty()) {
            let inside = all_of(&self.broken, squeezed.bytes());
            found.extend(inside.into_iter().flat_map(|(start, end)| squeezed.ranges(start, end)));
        }
        found.sort_unstable();
        let mut merged: Vec<(usize, usize)> = Vec::new();
        for (start, end) in found {
            match merged.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        merged
    }

    /// How many of the last bytes may be the beginning of a secret that goes on in what comes next.
    fn unfinished(&self, bytes: &[u8]) -> usize {
        let plain = longest_beginning(&self.forms, bytes);
        let most = self.broken.iter().map(|form| form.needle().len()).max().unwrap_or(0);
        let Some(squeezed) = Squeezed::tail(bytes, most) else { return plain };
        let width = longest_beginning(&self.broken, squeezed.bytes());
        plain.max(squeezed.last(width, bytes.len()))
    }
}

/// Where any of these stands.
fn all_of(forms: &[memmem::Finder<'static>], bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for form in forms {
        let (mut from, width) = (0, form.needle().len());
        while let Some(at) = bytes.get(from..).and_then(|rest| form.find(rest)) {
            found.push((from + at, from + at + width));
            from += at + 1;
        }
    }
    found
}

/// How many of the last bytes are the beginning of one of these.
fn longest_beginning(forms: &[memmem::Finder<'static>], bytes: &[u8]) -> usize {
    let longest = |form: &memmem::Finder<'static>| {
        let needle = form.needle();
        let most = needle.len().saturating_sub(1).min(bytes.len());
        (1..=most).rev().find(|width| needle.get(..*width).is_some_and(|start| bytes.ends_with(start))).unwrap_or(0)
    };
    forms.iter().map(longest).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    const SECRET: &str = "pa55/w0rd \"ñ\"+&<=>'{}";

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
    fn a_form_is_hidden(shown: String) {
        let text = Mask::new([SECRET]).text(&format!("before {shown} after"));
        assert!(text.starts_with("before ") && text.ends_with(" after") && text.contains(SHOWN), "{text}");
        for part in ["pa55", "w0rd", "cGE1", "7061353"] {
            assert!(!text.contains(part), "{text}");
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
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).chain([0, text.len()]).collect();
            cuts.sort_unstable();
            let mut stream = Stream::new(&mask);
            let mut shown = Vec::new();
            for pair in cuts.windows(2) {
                shown.extend(stream.push(&text.as_bytes()[pair[0]..pair[1]]));
            }
            shown.extend(stream.finish());
            let shown = String::from_utf8(shown).unwrap();
            prop_assert!(shown.contains(SHOWN) && shown.ends_with(" y\nz\n"), "{shown}");
            prop_assert_eq!(shown, mask.text(&text));
        }

        #[test]
        fn pieces_give_what_the_whole_gives(secret in "[ab]{1,6}", text in "[abc]{0,60}", cuts in prop::collection::vec(0usize..60, 0..6)) {
            let mask = Mask::new([secret.as_str()]);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).chain([0, text.len()]).collect();
            cuts.sort_unstable();
            let mut stream = Stream::new(&mask);
            let mut shown = Vec::new();
            for pair in cuts.windows(2) {
                shown.extend(stream.push(&text.as_bytes()[pair[0]..pair[1]]));
            }
            shown.extend(stream.finish());
            let shown = String::from_utf8(shown).unwrap();
            prop_assert!(!shown.contains(&secret), "{shown}");
            prop_assert_eq!(shown, mask.text(&text));
        }
    }
}
