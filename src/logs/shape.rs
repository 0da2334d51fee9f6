//! The keys of the line before: the lines of a log have the same ones at the same places, and what is known of a key need not be
//! found out again.

use super::walk::Set;

/// So many keys of a line are remembered.
const MOST: usize = 64;

/// The keys of the outermost object of the line that was read last.
#[derive(Debug, Default)]
pub(super) struct Shape(Vec<Key>);

/// A key without escapes.
#[derive(Debug)]
struct Key {
    /// In its quotes.
    quoted: String,
    asks: Asks,
}

/// What is asked of the value of a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asks {
    /// The names that end there.
    pub here: Set,
    /// Those that lead into the object there.
    pub inside: Set,
    /// Where their rest begins.
    pub from: usize,
}

impl Shape {
    /// What is asked of the value of the key with this number, where the text begins with the same key; and its length in its quotes.
    pub(super) fn known(&self, number: usize, text: &[u8]) -> Option<(Asks, usize)> {
        let key = self.0.get(number)?;
        text.starts_with(key.quoted.as_bytes()).then_some((key.asks, key.quoted.len()))
    }

    /// Keeps what is asked of the value of a key, which has no escapes.
    pub(super) fn keep(&mut self, number: usize, quoted: &str, asks: Asks) {
        if let Some(key) = self.0.get_mut(number) {
            key.quoted.clear();
            key.quoted.push_str(quoted);
            key.asks = asks;
        } else if number == self.0.len() && number < MOST {
            self.0.push(Key { quoted: quoted.to_owned(), asks });
        }
    }
}
