//! Masking of what comes in pieces: a secret that two pieces share is hidden too, and nothing else waits.

use super::{Mask, SHOWN};

/// A stream on its way through a mask.
#[derive(Debug)]
pub struct Stream<'m> {
    mask: &'m Mask,
    /// What may be the beginning of a secret.
    held: Vec<u8>,
    /// How many of the held bytes belong to a secret that was shown as hidden already.
    hidden: usize,
    /// Whether a hidden secret was the last that was shown.
    after_secret: bool,
}

impl<'m> Stream<'m> {
    /// Nothing came yet.
    #[must_use]
    pub fn new(mask: &'m Mask) -> Self {
        Self { mask, held: Vec::new(), hidden: 0, after_secret: false }
    }

    /// What can be shown now that these bytes came.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(bytes);
        let keep = self.mask.known().unfinished(&self.held);
        self.show(self.held.len() - keep)
    }

    /// The rest: no more bytes come.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.show(self.held.len())
    }

    /// Shows the held bytes up to a place, and holds the others.
    fn show(&mut self, cut: usize) -> Vec<u8> {
        let mut shown = Vec::with_capacity(cut);
        let (mut at, mut hidden) = (self.hidden, self.hidden.saturating_sub(cut));
        for (start, end) in self.mask.known().ranges(&self.held) {
            if start >= cut {
                break;
            }
            // One that touches what is hidden already is a part of it.
            if start > at || !self.after_secret {
                shown.extend_from_slice(self.held.get(at..start).unwrap_or_default());
                shown.extend_from_slice(SHOWN.as_bytes());
            }
            self.after_secret = true;
            at = at.max(end);
            hidden = hidden.max(end.saturating_sub(cut));
        }
        let plain = self.held.get(at..cut).unwrap_or_default();
        shown.extend_from_slice(plain);
        self.after_secret &= plain.is_empty();
        self.held.drain(..cut);
        self.hidden = hidden;
        shown
    }
}
