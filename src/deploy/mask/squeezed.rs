//! Bytes without their line ends, and where each of them stood: base64 is broken into lines wherever a program likes.

/// Bytes without their line ends.
pub(super) struct Squeezed {
    bytes: Vec<u8>,
    /// Where each of them stands in what it was made of.
    at: Vec<usize>,
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

impl Squeezed {
    /// Of all bytes; `None` where there is no line end in them.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        memchr::memchr2(b'\n', b'\r', bytes)?;
        let (at, bytes) = bytes.iter().enumerate().filter(|(_, byte)| !is_line_end(**byte)).unzip();
        Some(Self { bytes, at })
    }

    /// Of the end of them, with so many bytes that are no line ends; `None` where there is no line end in it.
    pub(super) fn tail(bytes: &[u8], most: usize) -> Option<Self> {
        let kept = bytes.iter().enumerate().rev().filter(|(_, byte)| !is_line_end(**byte)).take(most).last();
        let start = kept.map_or(0, |(at, _)| at);
        let of = Self::of(bytes.get(start..).unwrap_or_default())?;
        Some(Self { at: of.at.into_iter().map(|at| at + start).collect(), ..of })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The ranges of the original that a range of the squeezed bytes covers: one for each line.
    pub(super) fn ranges(&self, start: usize, end: usize) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for at in self.at.get(start..end).unwrap_or_default() {
            match found.last_mut() {
                Some(last) if last.1 == *at => last.1 += 1,
                _ => found.push((*at, at + 1)),
            }
        }
        found
    }

    /// How many bytes of the original, which has so many, its last squeezed bytes take with the line ends among and after them.
    pub(super) fn last(&self, width: usize, length: usize) -> usize {
        let first = self.at.len().checked_sub(width).filter(|_| width > 0).and_then(|first| self.at.get(first));
        first.map_or(0, |first| length - first)
    }
}
