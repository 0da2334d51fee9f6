//! Lists: a single value that became one, and items that have a schema of their own.

use std::cmp::Ordering;

use super::compare::{Pair, Test, View};
use super::{Bound, Types, Written};
use crate::openapi::rules::{Keyword, Limit, SchemaChange, Where};
use crate::openapi::value;
use crate::yaml::Number;

impl<'a> View<'a, '_, '_> {
    /// A parameter that takes a list takes a single value as well: it is written as a list of one. A text with commas in it is read
    /// as several where commas separate them.
    pub(super) fn became_list(&mut self) -> bool {
        let one = |bound: &Bound| value::compare(&bound.value, &Number::Integer(1)) != Some(Ordering::Greater);
        let takes_one = self.head.types == Types::ARRAY && self.head.limits.get(&Limit::MinItems).is_none_or(one);
        let was_one = !self.base.types.meets(Types::ARRAY.or(Types::OBJECT)) && !self.base.types.is_list();
        let parameter = matches!(self.pair.at, Where::RequestParameter | Where::RequestHeader);
        let stays_one = self.pair.mode.repeats || !self.base.types.meets(Types::STRING);
        let became = parameter && takes_one && was_one && stays_one;
        if became {
            let base = self.pair.base.clone();
            let fits = self.head.items.as_ref().is_none_or(|items| {
                let pair = Pair { base: base.clone(), head: items.clone(), at: self.pair.at, mode: self.pair.mode };
                (self.sides.holds)(pair, Test::Within)
            });
            let change = if fits { SchemaChange::TypeGeneralized } else { SchemaChange::TypeChanged };
            let detail = format!("from {} to {}", self.base.types, self.head.types);
            self.record(change, "type", "", detail);
            let patterns = self.base.patterns.is_empty() || !self.head.patterns.is_empty();
            self.add_parts(if patterns { Vec::new() } else { vec![SchemaChange::PatternRemoved] });
            self.enter(Some(&base), self.head.items.as_ref(), self.pair.at);
        }
        became
    }

    /// An item that has a schema of its own on one side only: on the other it has that of all items.
    pub(super) fn prefix_item(&mut self, base: Option<&Written<'a>>, head: Option<&Written<'a>>, name: &str) {
        let came = base.is_none();
        let keyword = Keyword::PrefixItems;
        let change = if came { SchemaChange::KeywordAdded(keyword) } else { SchemaChange::KeywordRemoved(keyword) };
        let (was, is) = (base.or(self.base.items.as_ref()).cloned(), head.or(self.head.items.as_ref()).cloned());
        let (Some(was), Some(is)) = (was, is) else {
            return self.record(change, "prefixItems", name, name.to_owned());
        };
        let (at, mode) = (self.pair.at.inside(), self.pair.mode.inside());
        let mut within = |base: &Written<'a>, head: &Written<'a>| {
            (self.sides.holds)(Pair { base: base.clone(), head: head.clone(), at, mode }, Test::Within)
        };
        match (within(&was, &is), within(&is, &was)) {
            (true, true) => {}
            (widened, narrowed) if widened != came && narrowed == came => {
                self.record(change, "prefixItems", name, name.to_owned());
            }
            (false, false) => {
                let (own, all) = (format!("item {name} on its own"), "like all items");
                let detail = if came { format!("from {all} to {own}") } else { format!("from {own} to {all}") };
                self.record(SchemaChange::KeywordChanged(keyword), "prefixItems", name, detail);
                self.add_parts(vec![change]);
            }
            _ => self.enter(Some(&was), Some(&is), at),
        }
    }
}
