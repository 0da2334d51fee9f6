//! Secrets made unreadable wherever they would be shown: as they are, and in the forms that programs print them in.

mod forms;
mod stream;

use memchr::memmem;

pub use stream::Stream;

/// What stands for a secret.
pub const SHOWN: &str = "***";

/// The secrets of a run, in every form that is looked for.
#[derive(Clone, Default)]
pub struct Mask {
    forms: Vec<memmem::Finder<'static>>,
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mask({} forms)", self.forms.len())
    }
}

impl Mask {
    /// The mask of these secrets; an empty one has nothing to hide.
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let mut all: Vec<Vec<u8>> = secrets.into_iter().flat_map(forms::forms).collect();
        all.sort_unstable();
        all.dedup();
        Self { forms: all.iter().map(|form| memmem::Finder::new(form).into_owned()).collect() }
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
        self.forms.iter().any(|form| form.find(bytes).is_some())
    }

    /// Where secrets stand, as ranges in order that do not touch. Forms may overlap: all of what any of them covers is hidden.
    fn ranges(&self, bytes: &[u8]) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for form in &self.forms {
            let (mut from, width) = (0, form.needle().len());
            while let Some(at) = bytes.get(from..).and_then(|rest| form.find(rest)) {
                found.push((from + at, from + at + width));
                from += at + 1;
            }
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
        let longest = |form: &memmem::Finder<'static>| {
            let needle = form.needle();
            let most = needle.len().saturating_sub(1).min(bytes.len());
            (1..=most).rev().find(|width| needle.get(..*width).is_some_and(|start| bytes.ends_with(start))).unwrap_or(0)
        };
        self.forms.iter().map(longest).max().unwrap_or(0)
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

    #[test]
    fn nothing_is_hidden_where_there_is_no_secret() {
        assert_eq!(Mask::new([""]).text("all of it"), "all of it");
        assert!(!Mask::new([]).finds(b"x"));
    }

    proptest! {
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
