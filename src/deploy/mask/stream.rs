//! Masking of what comes in pieces: a secret that two pieces share is hidden too, and nothing else waits.

use super::known::merged;
use super::{Mask, SHOWN};

/// A stream on its way through a mask.
#[derive(Debug)]
pub struct Stream<'m> {
    mask: &'m Mask,
    /// What may be the beginning of a secret.
    held: Vec<u8>,
    /// Which of the held bytes belong to a secret: what is left of one that has begun before them may be no secret any more.
    hidden: Vec<(usize, usize)>,
    /// Whether a hidden secret was the last that was shown.
    after_secret: bool,
}

impl<'m> Stream<'m> {
    /// Nothing came yet.
    #[must_use]
    pub fn new(mask: &'m Mask) -> Self {
        Self { mask, held: Vec::new(), hidden: Vec::new(), after_secret: false }
    }

    /// What can be shown now that these bytes came.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(bytes);
        let found = self.mask.known().find(&self.held, false);
        self.show(self.held.len() - found.unfinished, found.ranges)
    }

    /// The rest: no more bytes come.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let found = self.mask.known().find(&self.held, true);
        self.show(self.held.len(), found.ranges)
    }

    /// Shows the held bytes up to a place but for the secrets in these ranges, and holds the others.
    fn show(&mut self, cut: usize, ranges: Vec<(usize, usize)>) -> Vec<u8> {
        let mut shown = Vec::with_capacity(cut);
        let mut at = 0;
        let ranges = merged(std::mem::take(&mut self.hidden).into_iter().chain(ranges).collect());
        for (start, end) in ranges {
            if end > cut {
                self.hidden.push((start.saturating_sub(cut), end - cut));
            }
            // One that touches what is hidden already is a part of it.
            if start < cut && (start > at || !self.after_secret) {
                shown.extend_from_slice(self.held.get(at..start).unwrap_or_default());
                shown.extend_from_slice(SHOWN.as_bytes());
            }
            if start < cut {
                self.after_secret = true;
                at = end;
            }
        }
        let plain = self.held.get(at..cut).unwrap_or_default();
        shown.extend_from_slice(plain);
        self.after_secret &= plain.is_empty();
        self.held.drain(..cut);
        shown
    }
}
