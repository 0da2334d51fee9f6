//! Bytes without what a program puts between them, and where each of them stood: base64 is broken into lines wherever a program
//! likes, a colour in the middle of a word is not seen, and which characters are escaped is another set in each library.

use super::escapes::{self, Read};
use crate::output::escape::is_hidden;

/// What is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Without {
    /// What nobody sees: terminal sequences and control characters but line ends and tabs, as they are left out of what is shown.
    Hidden,
    /// That, and white space.
    Breaks,
    /// The escapes of addresses.
    Escapes,
    /// Those, as forms have them.
    FormEscapes,
    /// The escapes that a backslash begins.
    Backslashes,
    /// The references of HTML and XML.
    References,
}

impl Without {
    /// Which bytes begin such an escape, and how it is read; `None` where it is not about escapes.
    fn escapes(self) -> Option<(&'static [u8], Read)> {
        match self {
            Self::Hidden | Self::Breaks => None,
            Self::Escapes => Some((b"%", escapes::address)),
            Self::FormEscapes => Some((b"%+", escapes::form)),
            Self::Backslashes => Some((b"\\", escapes::backslash)),
            Self::References => Some((b"&", escapes::reference)),
        }
    }
}

/// Bytes without what is left out.
pub(super) struct Squeezed {
    bytes: Vec<u8>,
    /// Where each of them stands in what it was made of: from, and up to.
    at: Vec<(usize, usize)>,
    /// How many bytes at the end are an escape that has begun.
    begun: usize,
}

impl Squeezed {
    /// Of all bytes; `None` where nothing is left out. What is not complete at the end, a sequence or a character, is left out: it
    /// may become what nobody sees.
    pub(super) fn of(bytes: &[u8], without: Without) -> Option<Self> {
        if let Some((marks, read)) = without.escapes() {
            return bytes.iter().any(|byte| marks.contains(byte)).then(|| Self::decoded(bytes, read));
        }
        let is_plain = |byte: &u8| match byte {
            b' ' | b'\n' | b'\t' => without == Without::Hidden,
            byte => byte.is_ascii_graphic(),
        };
        if bytes.iter().all(is_plain) {
            return None;
        }
        let mut squeezed = Self::with_capacity(bytes.len());
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let (length, shown) = piece(rest, without);
            if shown {
                squeezed.bytes.extend_from_slice(rest.get(..length).unwrap_or_default());
                squeezed.at.extend((at..at + length).map(|at| (at, at + 1)));
            }
            at += length.max(1);
        }
        (squeezed.bytes.len() < bytes.len()).then_some(squeezed)
    }

    fn with_capacity(length: usize) -> Self {
        Self { bytes: Vec::with_capacity(length), at: Vec::with_capacity(length), begun: 0 }
    }

    /// The bytes that escapes stand for.
    fn decoded(bytes: &[u8], read: Read) -> Self {
        let mut decoded = Self::with_capacity(bytes.len());
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(width) = read(rest, &mut decoded.bytes) else {
                decoded.begun = rest.len();
                break;
            };
            decoded.at.resize(decoded.bytes.len(), (at, at + width));
            at += width.max(1);
        }
        decoded
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The ranges of the original that a range of the squeezed bytes covers.
    pub(super) fn ranges(&self, start: usize, end: usize) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (from, to) in self.at.get(start..end).unwrap_or_default() {
            match found.last_mut() {
                Some(last) if last.1 == *from => last.1 = *to,
                _ => found.push((*from, *to)),
            }
        }
        found
    }

    /// How many bytes of the original, which has so many, its last squeezed bytes take with what is among and after them; an escape
    /// that has begun is one that may be of them.
    pub(super) fn last(&self, width: usize, length: usize) -> usize {
        let first = self.at.len().checked_sub(width).filter(|_| width > 0).and_then(|first| self.at.get(first));
        first.map_or(self.begun, |(first, _)| length - first)
    }
}

/// The length of what stands first, and whether it stays.
fn piece(bytes: &[u8], without: Without) -> (usize, bool) {
    match bytes {
        [b'\n' | b'\t' | b' ', ..] => (1, without != Without::Breaks),
        [0x1b, b'[', rest @ ..] => {
            let parameters = rest.iter().take_while(|byte| (0x20..=0x3f).contains(*byte)).count();
            // One that is never closed is shown, but for its first byte.
            let is_whole = rest.get(parameters).is_none_or(|byte| (0x40..=0x7e).contains(byte));
            if is_whole { ((parameters + 3).min(bytes.len()), false) } else { (1, false) }
        }
        [byte, ..] if byte.is_ascii() => (1, byte.is_ascii_graphic()),
        _ => {
            let whole = bytes.utf8_chunks().next();
            match whole.and_then(|chunk| chunk.valid().chars().next()) {
                Some(c) => (c.len_utf8(), !is_hidden(c)),
                None => {
                    let is_begun = std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
                    if is_begun { (bytes.len(), false) } else { (1, true) }
                }
            }
        }
    }
}
