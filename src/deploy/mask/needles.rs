//! Many byte strings, found in one pass whose time does not depend on how many they are.

use memchr::memmem;

/// How many first bytes tell whether one may stand somewhere.
const HEAD: usize = 4;

/// How many marks there are for heads: a multiple of what one word holds.
const MARKS: usize = 1 << 16;

/// What is looked for.
#[derive(Default)]
pub(super) struct Needles {
    /// All of them, in order.
    all: Vec<Vec<u8>>,
    /// Those that are shorter than a head.
    short: Vec<memmem::Finder<'static>>,
    /// Which heads there are, by a number that others may share.
    marks: Vec<u64>,
    longest: usize,
}

impl Needles {
    pub(super) fn new(mut all: Vec<Vec<u8>>) -> Self {
        all.retain(|needle| !needle.is_empty());
        all.sort_unstable();
        all.dedup();
        let mut marks = vec![0; MARKS / 64];
        for (word, bit) in all.iter().filter_map(|needle| needle.first_chunk()).map(mark) {
            if let Some(word) = marks.get_mut(word) {
                *word |= bit;
            }
        }
        let short = all.iter().filter(|needle| needle.len() < HEAD);
        let short = short.map(|needle| memmem::Finder::new(needle).into_owned()).collect();
        let longest = all.iter().map(Vec::len).max().unwrap_or(0);
        Self { all, short, marks, longest }
    }

    pub(super) fn all(&self) -> &[Vec<u8>] {
        &self.all
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Where any of them stands.
    pub(super) fn find(&self, bytes: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for needle in &self.short {
            let (mut from, width) = (0, needle.needle().len());
            while let Some(at) = bytes.get(from..).and_then(|rest| needle.find(rest)) {
                found.push((from + at, from + at + width));
                from += at + 1;
            }
        }
        for (at, head) in bytes.array_windows::<HEAD>().enumerate() {
            if self.has_head(head) {
                let rest = bytes.get(at..).unwrap_or_default();
                let same = self.beginning_with(head).filter(|needle| rest.starts_with(needle));
                found.extend(same.map(|needle| (at, at + needle.len())));
            }
        }
        found
    }

    /// How many of the last bytes are the beginning of one of them.
    pub(super) fn begun(&self, bytes: &[u8]) -> usize {
        let most = self.longest.saturating_sub(1).min(bytes.len());
        let is_begun = |width: &usize| {
            let last = bytes.get(bytes.len() - width..).unwrap_or_default();
            last.first_chunk().is_none_or(|head| self.has_head(head))
                && self.beginning_with(last).any(|needle| needle.len() > *width)
        };
        (1..=most).rev().find(is_begun).unwrap_or(0)
    }

    /// Whether one may begin so; where none does, it is seldom said.
    fn has_head(&self, head: &[u8; HEAD]) -> bool {
        let (word, bit) = mark(head);
        self.marks.get(word).is_some_and(|word| word & bit != 0)
    }

    fn beginning_with<'n>(&'n self, head: &'n [u8]) -> impl Iterator<Item = &'n Vec<u8>> {
        let first = self.all.partition_point(|needle| needle.as_slice() < head);
        self.all.get(first..).unwrap_or_default().iter().take_while(move |needle| needle.starts_with(head))
    }
}

/// Where the mark of a head is: which word, and which bit of it.
fn mark(head: &[u8; HEAD]) -> (usize, u64) {
    // Multiplied by 2^32 through the golden ratio, the upper bits depend on all bytes.
    let number = u32::from_le_bytes(*head).wrapping_mul(0x9e37_79b1) >> 16;
    ((number >> 6) as usize, 1 << (number & 63))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Needles;

    proptest! {
        #[test]
        fn all_are_found_and_each_that_has_begun(all in prop::collection::vec("[ab]{1,7}", 0..6), text in "[abc]{0,40}") {
            let needles = Needles::new(all.iter().map(|needle| needle.clone().into_bytes()).collect());
            let mut found = needles.find(text.as_bytes());
            found.sort_unstable();
            let text = text.as_str();
            let stands = |at: usize| all.iter().filter(move |needle| text[at..].starts_with(*needle)).map(move |needle| (at, at + needle.len()));
            let mut expected: Vec<_> = (0..text.len()).flat_map(stands).collect();
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(found, expected);
            let is_begun = |width: &usize| all.iter().any(|needle| needle.len() > *width && needle.starts_with(&text[text.len() - width..]));
            prop_assert_eq!(needles.begun(text.as_bytes()), (1..=text.len()).rev().find(is_begun).unwrap_or(0));
        }
    }
}
