//! What a shell takes off, and what stands for a blank: quotes inside quotes, at whatever depth, texts folded over lines, and forms.

use super::needles::Needles;
use super::squeezed::Squeezed;

/// Whether shells and others read past it: quotes, and what stands before what would mean something else.
fn is_quote(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'\\' | b'`' | b'^')
}

/// Whether it is a blank, or stands for one in a form or where a text was folded.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'+')
}

/// Texts without quotes and with one blank for many, and where each byte of it stood: from, and up to.
fn loosened(bytes: &[u8]) -> (Vec<u8>, Vec<(usize, usize)>) {
    let mut loose: (Vec<u8>, Vec<(usize, usize)>) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(bytes.len()));
    for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| !is_quote(**byte)) {
        match (loose.0.last(), loose.1.last_mut()) {
            (Some(b' '), Some(place)) if is_blank(*byte) => place.1 = at + 1,
            _ => {
                loose.0.push(if is_blank(*byte) { b' ' } else { *byte });
                loose.1.push((at, at + 1));
            }
        }
    }
    loose
}

/// Secrets as they are found in what was quoted.
#[derive(Default)]
pub(super) struct Loose {
    needles: Needles,
    /// What was loosened, of which the first is made; in order.
    texts: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Loose {
    /// Of those texts that somebody would quote and that are long enough without their quotes.
    pub(super) fn new(texts: impl IntoIterator<Item = Vec<u8>>, shortest: usize) -> Self {
        let is_edge = |byte: &u8| is_quote(*byte) || is_blank(*byte);
        let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        for text in texts {
            let inner = text.iter().position(|byte| !is_edge(byte)).zip(text.iter().rposition(|byte| !is_edge(byte)));
            let inner = inner.and_then(|(first, last)| text.get(first..=last)).unwrap_or_default();
            let loose = loosened(inner).0;
            let is_quoted =
                |byte: &u8| !byte.is_ascii_alphanumeric() && byte.is_ascii() && !b"-_./:=,@%".contains(byte);
            if inner.iter().any(is_quoted) && loose.len() >= shortest {
                pairs.push((loose, inner.to_vec()));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        Self { needles: Needles::new(pairs.iter().map(|(loose, _)| loose.clone()).collect()), texts: pairs }
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.texts.iter().map(|(_, text)| text)
    }

    /// Where they stand, and from where on the last bytes may be the beginning of one.
    pub(super) fn find(&self, bytes: &Squeezed<'_>) -> (Vec<(usize, usize)>, usize) {
        if self.needles.is_empty() {
            return (Vec::new(), bytes.last(0));
        }
        let (loose, places) = loosened(bytes.bytes());
        let place = |(start, end): (usize, usize)| Some((places.get(start)?.0, places.get(end.checked_sub(1)?)?.1));
        let is_secret = |found: &(usize, usize)| {
            let needle = loose.get(found.0..found.1).unwrap_or_default();
            let shown = place(*found).and_then(|(start, end)| bytes.bytes().get(start..end)).unwrap_or_default();
            let first = self.texts.partition_point(|(loose, _)| loose.as_slice() < needle);
            let texts = self.texts.get(first..).unwrap_or_default().iter();
            texts.take_while(|(loose, _)| loose == needle).any(|(_, text)| has_all(shown, text))
        };
        let found = self.needles.find(&loose).into_iter().filter(is_secret).filter_map(place);
        let found = found.map(|(start, end)| (bytes.place(start).0, bytes.place(end.saturating_sub(1)).1)).collect();
        let begun = loose.len() - self.needles.begun(&loose);
        (found, places.get(begun).map_or(bytes.last(0), |(first, _)| bytes.place(*first).0))
    }
}

/// Whether all of a text stands there, in order, among quotes and blanks: quotes are added, and none is taken away.
fn has_all(shown: &[u8], text: &[u8]) -> bool {
    let mut left = text.iter();
    let mut next = left.next();
    for byte in shown {
        if next.is_some_and(|next| next == byte || is_blank(*next) && is_blank(*byte)) {
            next = left.next();
        }
    }
    next.is_none()
}
