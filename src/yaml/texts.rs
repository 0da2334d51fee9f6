//! Words that a document says again and again are kept once.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A text of a document, shared with its equals.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

impl Text {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How many texts are remembered; a power of two.
const SLOTS: usize = 1 << 12;

/// The texts met lately. A text finds its slot by a cheap hash and drives out what was there: no document can make this slow
/// or large, and one that repeats itself, as descriptions of APIs do, shares most of its texts.
pub(super) struct Texts {
    slots: Vec<Option<Text>>,
}

impl Texts {
    pub(super) fn new() -> Self {
        Self { slots: Vec::new() }
    }

    /// The text, shared with an equal one where one was met lately.
    pub(super) fn share(&mut self, text: &str) -> Text {
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, None);
        }
        let Some(slot) = self.slots.get_mut(slot(text)) else { return text.into() };
        match slot {
            Some(known) if *known == *text => known.clone(),
            _ => slot.insert(text.into()).clone(),
        }
    }
}

/// From its length, its first and its last eight bytes.
fn slot(text: &str) -> usize {
    let bytes = text.as_bytes();
    let word = |bytes: &[u8]| bytes.iter().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
    let first = word(bytes.get(..bytes.len().min(8)).unwrap_or_default());
    let last = word(bytes.get(bytes.len().saturating_sub(8)..).unwrap_or_default());
    let mixed = (first ^ last.rotate_left(23) ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 52) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one_and_others_are_themselves() {
        let mut texts = Texts::new();
        let words: Vec<String> = (0..20_000).map(|n| format!("word {n}")).collect();
        for word in &words {
            let (first, second) = (texts.share(word), texts.share(word));
            assert!(first == **word && Arc::ptr_eq(&first.0, &second.0));
        }
        assert_eq!(&*texts.share(""), "");
    }
}
