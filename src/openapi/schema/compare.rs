//! Two schemas side by side: what became of each aspect of the set, and which schemas inside are to be compared next.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Schema, Types, Written, WrittenKey, normalise};
use crate::openapi::document::Document;
use crate::openapi::rules::{Direction, Keyword, SchemaChange, Where};
use crate::openapi::trail::Spot;
use crate::openapi::value;

/// Two schemas to compare, and where they stand.
#[derive(Clone, Debug)]
pub(in crate::openapi) struct Pair<'a> {
    pub(in crate::openapi) base: Written<'a>,
    pub(in crate::openapi) head: Written<'a>,
    pub(in crate::openapi) at: Where,
    pub(in crate::openapi) mode: Mode,
}

/// What the place of a schema does to its meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::openapi) struct Mode {
    /// Whether it describes a body that is no JSON: a string there is whatever is written.
    pub(in crate::openapi) text: bool,
    /// Whether it describes a body in XML: how names are written there matters.
    pub(in crate::openapi) xml: bool,
    /// Whether the value is never left out: what holds without it says nothing.
    pub(in crate::openapi) always: bool,
    /// Whether a list is written as one value after the other, each with its name (style form, exploded), not with commas.
    pub(in crate::openapi) repeats: bool,
}

impl Mode {
    /// Of what is inside.
    pub(super) fn inside(self) -> Self {
        Self { always: false, repeats: false, ..self }
    }
}

impl Pair<'_> {
    /// The same key for the same comparison.
    pub(in crate::openapi) fn key(&self) -> (WrittenKey, WrittenKey, Where, Mode) {
        (self.base.key(), self.head.key(), self.at, self.mode)
    }
}

/// A change of one aspect.
#[derive(Clone, Debug)]
pub(in crate::openapi) struct Local {
    pub(in crate::openapi) change: SchemaChange,
    pub(in crate::openapi) at: Where,
    pub(in crate::openapi) base: Spot,
    pub(in crate::openapi) head: Spot,
    /// What tells it from others of its kind at the same place: a value, a name.
    pub(in crate::openapi) subject: String,
    /// What it was and what it is.
    pub(in crate::openapi) detail: String,
    /// Further changes that are a part of this one.
    pub(in crate::openapi) parts: Vec<SchemaChange>,
}

/// What came of two schemas: their own changes, and the pairs inside them.
#[derive(Clone, Debug, Default)]
pub(in crate::openapi) struct Compared<'a> {
    pub(in crate::openapi) local: Vec<Local>,
    pub(in crate::openapi) inside: Vec<Pair<'a>>,
    /// The components that it is made of, where they are not the same.
    pub(in crate::openapi) names: Option<Names<'a>>,
}

/// Names of components that one side has and the other lacks.
#[derive(Clone, Debug)]
pub(in crate::openapi) struct Names<'a> {
    pub(in crate::openapi) gone: BTreeSet<&'a str>,
    pub(in crate::openapi) new: BTreeSet<&'a str>,
    /// Whether a generator makes a type of its own of such a schema: of an object, or of a list of values.
    pub(in crate::openapi) typed: bool,
}

/// The two documents, and whoever knows how two schemas stand to each other, with all that is inside them.
pub(in crate::openapi) struct Sides<'a, 'b> {
    pub(in crate::openapi) base: &'a Document,
    pub(in crate::openapi) head: &'a Document,
    pub(in crate::openapi) holds: &'b mut dyn FnMut(Pair<'a>, Test) -> bool,
}

/// What is asked about two schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::openapi) enum Test {
    /// Nothing differs.
    Same,
    /// What the first accepts, the second accepts as well.
    Within,
}

/// Compares two schemas, but not what is inside them.
pub(in crate::openapi) fn compare<'a>(sides: &mut Sides<'a, '_>, pair: &Pair<'a>) -> Compared<'a> {
    let base = normalise(sides.base, &pair.base);
    let head = normalise(sides.head, &pair.head);
    let mut view = View { sides, pair, base: &base, head: &head, out: Compared::default() };
    view.out.names = names(&base, &head);
    view.unfollowed();
    // Beside a reference that only one side has, and nobody followed, no set is known.
    let known = base.unfollowed == head.unfollowed;
    if known && !view.wrapped() && !view.became_list() {
        view.scalars();
        view.objects();
        view.inside();
        view.choices();
        view.all_of();
    }
    view.annotations();
    view.out
}

/// The names that differ.
fn names<'a>(base: &Schema<'a>, head: &Schema<'a>) -> Option<Names<'a>> {
    let gone: BTreeSet<&'a str> = base.names.difference(&head.names).copied().collect();
    let new: BTreeSet<&'a str> = head.names.difference(&base.names).copied().collect();
    let is_typed = |schema: &Schema<'_>| schema.types.meets(Types::OBJECT) || schema.values.is_some();
    let typed = is_typed(base) && is_typed(head);
    (!gone.is_empty() || !new.is_empty()).then_some(Names { gone, new, typed })
}

/// Two normalised schemas while they are compared.
pub(super) struct View<'a, 'b, 'c> {
    pub(super) sides: &'b mut Sides<'a, 'c>,
    pub(super) pair: &'b Pair<'a>,
    pub(super) base: &'b Schema<'a>,
    pub(super) head: &'b Schema<'a>,
    pub(super) out: Compared<'a>,
}

impl<'a> View<'a, '_, '_> {
    /// Whether what restricts only some types is to be compared. Where the type stayed, even what it makes void: whoever wrote it
    /// meant something by it.
    pub(super) fn concerns(&self, types: Types) -> bool {
        self.base.types == self.head.types || self.base.types.and(self.head.types).meets(types)
    }

    pub(super) fn direction(&self) -> Direction {
        self.pair.at.direction()
    }

    /// Records a change at a keyword.
    pub(super) fn record(&mut self, change: SchemaChange, keyword: &str, subject: &str, detail: String) {
        let (base, head) = (self.base.keyword(keyword), self.head.keyword(keyword));
        self.record_at(change, base, head, subject, detail);
    }

    pub(super) fn record_at(&mut self, change: SchemaChange, base: Spot, head: Spot, subject: &str, detail: String) {
        let at = self.pair.at;
        let parts = Vec::new();
        self.out.local.push(Local { change, at, base, head, subject: subject.to_owned(), detail, parts });
    }

    /// Has a schema inside compared, that stands under a keyword of this one.
    pub(super) fn enter(&mut self, base: Option<&Written<'a>>, head: Option<&Written<'a>>, at: Where) {
        let side = |written: Option<&Written<'a>>, schema: &Schema<'a>| {
            written.cloned().unwrap_or_else(|| Written::nowhere(schema.trail().clone()))
        };
        let mode = if at == self.pair.at { self.pair.mode } else { self.pair.mode.inside() };
        let pair = Pair { base: side(base, self.base), head: side(head, self.head), at, mode };
        self.out.inside.push(pair);
    }

    fn unfollowed(&mut self) {
        let (base, head) = (&self.base.unfollowed, &self.head.unfollowed);
        // A local reference that leads nowhere on both sides: nothing is there, and nothing was.
        let nowhere =
            |reference: &str| reference.starts_with('#') && base.contains(reference) && head.contains(reference);
        let references: Vec<&str> = base.union(head).copied().filter(|reference| !nowhere(reference)).collect();
        for reference in references {
            self.record(SchemaChange::NotFollowed, "$ref", reference, format!("`{reference}`"));
        }
    }

    fn inside(&mut self) {
        let inside = self.pair.at.inside();
        if self.concerns(Types::ARRAY) && (self.base.items.is_some() || self.head.items.is_some()) {
            self.enter(self.base.items.as_ref(), self.head.items.as_ref(), inside);
        }
        let keys: BTreeSet<_> = self.base.inner.keys().chain(self.head.inner.keys()).cloned().collect();
        for key in keys {
            let (keyword, name) = &key;
            match (self.base.inner.get(&key), self.head.inner.get(&key)) {
                (Some(base), Some(head)) if keyword.turns() => {
                    let mode = self.pair.mode.inside();
                    let pair = Pair { base: base.clone(), head: head.clone(), at: inside, mode };
                    if !(self.sides.holds)(pair, Test::Same) {
                        self.record(SchemaChange::KeywordChanged(*keyword), keyword.name(), name, name.clone());
                    }
                }
                (Some(base), Some(head)) => self.enter(Some(base), Some(head), inside),
                (base, head) if *keyword == Keyword::PrefixItems => self.prefix_item(base, head, name),
                (None, _) => self.record(SchemaChange::KeywordAdded(*keyword), keyword.name(), name, name.clone()),
                (_, None) => self.record(SchemaChange::KeywordRemoved(*keyword), keyword.name(), name, name.clone()),
            }
        }
        self.as_written();
    }

    /// Keywords that are compared as they are written.
    fn as_written(&mut self) {
        let keys: BTreeSet<_> = self.base.opaque.keys().chain(self.head.opaque.keys()).cloned().collect();
        for key in keys {
            let (keyword, name) = &key;
            let change = match (self.base.opaque.get(&key), self.head.opaque.get(&key)) {
                (Some(base), Some(head)) if same_sets(base, head) => continue,
                (None, _) if !keyword.is_encoding() => SchemaChange::KeywordAdded(*keyword),
                (_, None) if !keyword.is_encoding() => SchemaChange::KeywordRemoved(*keyword),
                _ => SchemaChange::KeywordChanged(*keyword),
            };
            self.record(change, keyword.name(), name, name.clone());
        }
        let names: BTreeSet<&str> = self.base.unknown.keys().chain(self.head.unknown.keys()).copied().collect();
        for name in names {
            let same = match (self.base.unknown.get(name), self.head.unknown.get(name)) {
                (Some(base), Some(head)) => {
                    base.len() == head.len() && base.iter().zip(head).all(|(a, b)| value::same(a.node, b.node))
                }
                _ => false,
            };
            if !same {
                self.record(SchemaChange::NotJudged, name, name, format!("`{name}`"));
            }
        }
    }

    fn annotations(&mut self) {
        self.xml();
        self.extensible();
        self.stability();
        match (self.base.default, self.head.default) {
            _ if self.pair.mode.always => {}
            (Some(base), Some(head)) if !value::same(base, head) => {
                let detail = format!("from {} to {}", value::brief(base), value::brief(head));
                self.record(SchemaChange::DefaultChanged, "default", "", detail);
            }
            (None, Some(head)) => self.record(SchemaChange::DefaultAdded, "default", "", value::brief(head)),
            (Some(base), None) => self.record(SchemaChange::DefaultRemoved, "default", "", value::brief(base)),
            _ => {}
        }
        match (self.base.deprecated, self.head.deprecated) {
            (false, true) => self.deprecated(),
            (true, false) => self.record(SchemaChange::Reactivated, "deprecated", "", String::new()),
            _ => {}
        }
    }
}

impl View<'_, '_, '_> {
    fn deprecated(&mut self) {
        let date = self.head.sources.iter().find_map(|source| value::get(source.node, "x-sunset"));
        let valid =
            |node| value::text(node).is_some_and(|text| text.get(..10).is_some_and(|day| day.parse::<Date>().is_ok()));
        let change = match date {
            None => SchemaChange::Deprecated,
            Some(node) if valid(node) => SchemaChange::DeprecatedWithSunset,
            Some(_) => SchemaChange::DeprecatedSunsetInvalid,
        };
        self.record(change, "deprecated", "", date.map(value::brief).unwrap_or_default());
    }

    /// `x-stability-level` of a property; nothing said is stable.
    fn stability(&mut self) {
        let level = |schema: &Schema<'_>| {
            let said = schema.sources.iter().find_map(|source| value::text_of(source.node, "x-stability-level"));
            ["draft", "alpha", "beta", "stable"].iter().position(|known| *known == said.unwrap_or("stable"))
        };
        let change = match (level(self.base), level(self.head)) {
            (Some(was), Some(is)) if is < was => SchemaChange::StabilityDecreased,
            (Some(was), Some(is)) if is > was => SchemaChange::StabilityIncreased,
            _ => return,
        };
        self.record(change, "x-stability-level", "", String::new());
    }

    /// The values of a list that may grow: readers are told to expect others.
    fn extensible(&mut self) {
        let (Some(base), Some(head)) = (self.base.extensible.clone(), self.head.extensible.clone()) else { return };
        let lacks = |list: &crate::openapi::document::Place<'_>, one: &crate::yaml::Node| {
            !value::items(list.node).iter().any(|other| value::same(other, one))
        };
        for one in base.items().filter(|one| lacks(&head, one.node)) {
            let text = value::brief(one.node);
            self.record_at(SchemaChange::ExtensibleValueRemoved, one.spot(), head.spot(), &text, text.clone());
        }
        for one in head.items().filter(|one| lacks(&base, one.node)) {
            let text = value::brief(one.node);
            self.record_at(SchemaChange::ExtensibleValueAdded, base.spot(), one.spot(), &text, text.clone());
        }
    }
}

/// Whether two keywords hold the same; the order of a list of names says nothing.
fn same_sets(base: &[crate::openapi::document::Place<'_>], head: &[crate::openapi::document::Place<'_>]) -> bool {
    let canonical = |places: &[crate::openapi::document::Place<'_>]| -> BTreeSet<String> {
        let items = places.iter().flat_map(|place| {
            let items = value::items(place.node);
            if items.is_empty() { vec![place.node] } else { items.iter().collect() }
        });
        items.map(value::canonical).collect()
    };
    canonical(base) == canonical(head)
}
