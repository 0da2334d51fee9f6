//! Bytes without what a program puts between them or writes as something else, and where each of them stood: base64 is broken into
//! lines wherever a program likes, a colour in the middle of a word is not seen, and which characters are escaped is another set in
//! each library.

use std::borrow::Cow;

use memchr::memchr3;

use super::escapes;
use crate::output::escape::is_hidden;

/// What is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Without {
    /// What nobody sees: terminal sequences and control characters but line ends and tabs, as they are left out of what is shown.
    Hidden,
    /// That, and white space.
    Breaks,
}

/// What a sequence of a terminal begins with.
const ESCAPE: u8 = 0x1b;

/// Bytes that were made of others, perhaps in many steps.
pub(super) struct Squeezed<'b> {
    bytes: Cow<'b, [u8]>,
    /// Where each of them stands in the first bytes: from, and up to. `None` where these are the first.
    at: Option<Vec<(usize, usize)>>,
    /// From where on the first bytes are escapes that have begun and are not complete.
    open: usize,
}

impl<'b> Squeezed<'b> {
    /// Nothing is left out yet.
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        Self { bytes: Cow::Borrowed(bytes), at: None, open: bytes.len() }
    }

    /// Of all bytes; `None` where nothing is left out. What is not complete at the end, a sequence or a character, is left out as long
    /// as more may come: it may become what nobody sees.
    pub(super) fn without(&self, without: Without, is_end: bool) -> Option<Squeezed<'static>> {
        let is_plain = |byte: &u8| match byte {
            b' ' | b'\n' | b'\t' => without == Without::Hidden,
            byte => byte.is_ascii_graphic(),
        };
        if self.bytes.iter().all(is_plain) {
            return None;
        }
        let mut made = self.to_make();
        let mut from = 0;
        while let Some(rest) = self.bytes.get(from..).filter(|rest| !rest.is_empty()) {
            let plain = rest.iter().take_while(|byte| is_plain(byte)).count();
            self.take(from, plain, &mut made);
            from += plain;
            let Some(rest) = rest.get(plain..).filter(|rest| !rest.is_empty()) else { break };
            let (length, is_shown) = match piece(rest, without) {
                Some(piece) => piece,
                None if is_end => (1, rest.first() != Some(&ESCAPE)),
                None => break,
            };
            if is_shown {
                self.take(from, length, &mut made);
            }
            from += length.max(1);
        }
        (made.bytes.len() < self.bytes.len()).then_some(made)
    }

    /// With each escape read once, of whatever kind it is; `None` where there is none. One that has begun at the end is left out as
    /// long as more may come.
    pub(super) fn decoded(&self, is_end: bool) -> Option<Squeezed<'static>> {
        let plain = |rest: &[u8]| match rest {
            [b'%' | b'\\' | b'&', ..] => 0,
            rest => memchr3(b'%', b'\\', b'&', rest).unwrap_or(rest.len()),
        };
        if plain(&self.bytes) == self.bytes.len() {
            return None;
        }
        let (mut made, mut from, mut is_other) = (self.to_make(), 0, false);
        while let Some(rest) = self.bytes.get(from..).filter(|rest| !rest.is_empty()) {
            let plain = plain(rest);
            if plain > 0 {
                self.take(from, plain, &mut made);
                from += plain;
                continue;
            }
            let before = made.bytes.len();
            match escapes::read(rest, made.bytes.to_mut()) {
                Some(width) => {
                    is_other |= made.bytes.get(before..) != rest.get(..width);
                    let (place, length) = ((self.place(from).0, self.place(from + width - 1).1), made.bytes.len());
                    made.at.get_or_insert_default().resize(length, place);
                    from += width.max(1);
                }
                None if is_end => {
                    self.take(from, 1, &mut made);
                    from += 1;
                }
                None => {
                    made.open = self.place(from).0;
                    is_other = true;
                    break;
                }
            }
        }
        is_other.then_some(made)
    }

    fn to_make(&self) -> Squeezed<'static> {
        let length = self.bytes.len();
        Squeezed {
            bytes: Cow::Owned(Vec::with_capacity(length)),
            at: Some(Vec::with_capacity(length)),
            open: self.open,
        }
    }

    /// So many bytes go on as they are.
    fn take(&self, from: usize, count: usize, made: &mut Squeezed<'static>) {
        made.bytes.to_mut().extend_from_slice(self.bytes.get(from..from + count).unwrap_or_default());
        let places = made.at.get_or_insert_default();
        match &self.at {
            None => places.extend((from..from + count).map(|at| (at, at + 1))),
            Some(at) => places.extend_from_slice(at.get(from..from + count).unwrap_or_default()),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where a byte stands in the first bytes.
    pub(super) fn place(&self, at: usize) -> (usize, usize) {
        self.at.as_ref().map_or((at, at + 1), |places| places.get(at).copied().unwrap_or((self.open, self.open)))
    }

    /// The ranges of the first bytes that a range of these covers.
    pub(super) fn ranges(&self, start: usize, end: usize) -> Vec<(usize, usize)> {
        let Some(at) = &self.at else { return vec![(start, end)] };
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (from, to) in at.get(start..end).unwrap_or_default() {
            match found.last_mut() {
                Some(last) if last.1 == *from => last.1 = *to,
                Some(last) if last.1 == *to => {}
                _ => found.push((*from, *to)),
            }
        }
        found
    }

    /// From where on the first bytes are what the last of these were made of, or an escape that has begun.
    pub(super) fn last(&self, width: usize) -> usize {
        match width {
            0 => self.open,
            width => self.place(self.bytes.len().saturating_sub(width)).0,
        }
    }

    /// The place itself, or where the escape begins in whose middle it is.
    pub(super) fn before(&self, place: usize) -> usize {
        let at = self.at.as_deref().unwrap_or_default();
        let next = at.partition_point(|(from, _)| *from < place);
        let last = next.checked_sub(1).and_then(|last| at.get(last));
        last.filter(|(_, to)| *to > place).map_or(place, |(from, _)| *from)
    }
}

/// The length of what stands first, and whether it stays; `None` where it is not complete.
fn piece(bytes: &[u8], without: Without) -> Option<(usize, bool)> {
    match bytes {
        [b'\n' | b'\t' | b' ', ..] => Some((1, without != Without::Breaks)),
        [ESCAPE, b'[', rest @ ..] => {
            let parameters = rest.iter().take_while(|byte| (0x20..=0x3f).contains(*byte)).count();
            // One that is never closed is shown, but for its first byte.
            match rest.get(parameters) {
                None => None,
                Some(0x40..=0x7e) => Some((parameters + 3, false)),
                Some(_) => Some((1, false)),
            }
        }
        [byte, ..] if byte.is_ascii() => Some((1, byte.is_ascii_graphic())),
        _ => {
            let bytes = bytes.get(..4).unwrap_or(bytes);
            let whole = bytes.utf8_chunks().next();
            match whole.and_then(|chunk| chunk.valid().chars().next()) {
                Some(c) => Some((c.len_utf8(), !is_hidden(c))),
                None => {
                    let is_begun = std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
                    if is_begun { None } else { Some((1, true)) }
                }
            }
        }
    }
}
