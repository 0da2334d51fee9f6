//! The pairs of schemas that have been compared, each once by a small number: what is inside which, and what was found there.
//!
//! A large API reaches the same pair from thousands of operations. The walk through them goes by these numbers, not by names.

use std::collections::HashMap;
use std::rc::Rc;

use super::rules::{Direction, Where};
use super::schema::{Compared, Mode, Pair, WrittenKey};
use crate::report::Level;

/// What tells a pair from others: both places, where it stands, and what that does to it.
pub(super) type Key = (WrittenKey, WrittenKey, Where, Mode);

/// The number of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number(usize);

/// What every operation that reaches a pair meets there.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// The change, by its number.
    pub(super) change: usize,
    pub(super) direction: Direction,
    pub(super) level: Level,
    /// The rule that it falls under here.
    pub(super) id: Rc<str>,
}

struct One<'a> {
    pair: Pair<'a>,
    compared: Rc<Compared<'a>>,
    /// The pairs inside it that differ, once that was asked.
    inside: Option<Rc<[Number]>>,
    /// What is met there by callers, and by those who are called; once that was asked.
    told: [Option<Rc<[Told]>>; 2],
    /// The last walk that came here.
    walk: usize,
}

/// All of them.
#[derive(Default)]
pub(super) struct Pairs<'a> {
    numbers: HashMap<Key, Number>,
    all: Vec<One<'a>>,
    walks: usize,
}

impl<'a> Pairs<'a> {
    pub(super) fn number(&self, key: &Key) -> Option<Number> {
        self.numbers.get(key).copied()
    }

    pub(super) fn add(&mut self, key: Key, pair: Pair<'a>, compared: Compared<'a>) -> Number {
        let number = Number(self.all.len());
        let compared = Rc::new(compared);
        self.all.push(One { pair, compared, inside: None, told: [None, None], walk: 0 });
        self.numbers.insert(key, number);
        number
    }

    /// The pair, and what came of it.
    pub(super) fn get(&self, Number(at): Number) -> Option<(&Pair<'a>, &Rc<Compared<'a>>)> {
        self.all.get(at).map(|one| (&one.pair, &one.compared))
    }

    pub(super) fn inside(&mut self, Number(at): Number) -> Option<&mut Option<Rc<[Number]>>> {
        self.all.get_mut(at).map(|one| &mut one.inside)
    }

    pub(super) fn told(&mut self, Number(at): Number, reversed: bool) -> Option<&mut Option<Rc<[Told]>>> {
        self.all.get_mut(at).and_then(|one| one.told.get_mut(usize::from(reversed)))
    }

    /// Begins a walk that comes to each pair once.
    pub(super) fn begin(&mut self) {
        self.walks += 1;
    }

    /// Whether this walk comes here for the first time.
    pub(super) fn is_new(&mut self, Number(at): Number) -> bool {
        let walks = self.walks;
        self.all.get_mut(at).is_some_and(|one| std::mem::replace(&mut one.walk, walks) != walks)
    }
}
