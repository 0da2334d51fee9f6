//! Schemas as sets of values: a normalised model in which two ways to write the same set look the same.

mod choices;
mod compare;
mod lists;
mod marks;
mod merge;
mod normalise;
mod objects;
mod patterns;
mod retyped;
mod scalars;
mod types;
mod xml;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use compare::{Compared, Local, Mode, Names, Pair, Sides, Test, compare};
pub(super) use normalise::normalise;
pub(super) use types::Types;

use super::document::{Identity, Place};
use super::rules::{Keyword, Limit};
use super::trail::{Spot, Trail};
use super::value;
use crate::yaml::{Node, Number};

/// A schema as it is written: in several places that must all hold (`allOf`), in one, or nowhere (anything goes).
#[derive(Clone, Debug)]
pub(super) struct Written<'a> {
    /// What encloses it, for messages where nothing is written.
    pub(super) around: Trail<'a>,
    /// Where it is written.
    pub(super) places: Vec<Place<'a>>,
}

impl<'a> Written<'a> {
    /// Written in one place.
    pub(super) fn once(place: Place<'a>) -> Self {
        Self { around: place.trail().clone(), places: vec![place] }
    }

    /// Not written: anything goes.
    pub(super) fn nowhere(around: Trail<'a>) -> Self {
        Self { around, places: Vec::new() }
    }

    /// Written there, or nowhere.
    pub(super) fn maybe(place: Option<Place<'a>>, around: &Trail<'a>) -> Self {
        place.map_or_else(|| Self::nowhere(around.clone()), Self::once)
    }

    /// A key for it: where it is written.
    pub(super) fn key(&self) -> WrittenKey {
        match self.places.as_slice() {
            [] => WrittenKey::Nowhere,
            [one] => WrittenKey::Once(one.identity()),
            all => WrittenKey::Often(all.iter().map(Place::identity).collect()),
        }
    }

    /// Where a person looks for it.
    pub(super) fn spot(&self) -> Spot {
        self.places.first().map_or(&self.around, Place::trail).spot()
    }
}

/// Where a schema is written: what tells it from others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum WrittenKey {
    /// Nowhere: all of these accept the same.
    Nowhere,
    /// In one place.
    Once(Identity),
    /// In several that must all hold.
    Often(Box<[Identity]>),
}

/// The set of values that a schema accepts, each restriction with its place.
#[derive(Clone, Debug)]
pub(super) struct Schema<'a> {
    /// What encloses it, for messages about what is not written.
    pub(super) around: Trail<'a>,
    /// The schema objects that it is made of, references followed and `allOf` opened.
    pub(super) sources: Vec<Place<'a>>,
    /// The component schemas that it is made of.
    pub(super) names: BTreeSet<&'a str>,
    /// The types, `null` apart.
    pub(super) types: Types,
    /// Whether `null` is accepted.
    pub(super) nullable: bool,
    /// Formats that restrict the values.
    pub(super) formats: BTreeSet<&'a str>,
    /// The only values, where there is such a list; `null` apart.
    pub(super) values: Option<Values<'a>>,
    /// Upper and lower limits; those that restrict nothing are left out.
    pub(super) limits: BTreeMap<Limit, Bound>,
    /// Every value is a multiple of these.
    pub(super) multiples: Vec<&'a Number>,
    /// Regular expressions that all must match.
    pub(super) patterns: BTreeSet<&'a str>,
    /// Whether items must differ.
    pub(super) unique: bool,
    /// Names that an object must have.
    pub(super) required: BTreeSet<&'a str>,
    /// Properties by name.
    pub(super) properties: BTreeMap<&'a str, Written<'a>>,
    /// What is said about other properties (`additionalProperties`); empty where nothing is.
    pub(super) closures: Vec<Place<'a>>,
    /// Items of a list.
    pub(super) items: Option<Written<'a>>,
    /// `oneOf` and `anyOf`, each of which must hold.
    pub(super) choices: Vec<Choice<'a>>,
    /// Further keywords with a schema, which restrict the more the narrower their schema is.
    pub(super) inner: BTreeMap<(Keyword, String), Written<'a>>,
    /// Further keywords that are compared as they are written.
    pub(super) opaque: BTreeMap<(Keyword, String), Vec<Place<'a>>>,
    /// Keywords that no rule judges.
    pub(super) unknown: BTreeMap<&'a str, Vec<Place<'a>>>,
    /// References that were not followed: to other documents, or to nothing.
    pub(super) unfollowed: BTreeSet<&'a str>,
    /// Values of a list that may grow (`x-extensible-enum`).
    pub(super) extensible: Option<Place<'a>>,
    /// What a server takes where the value is left out.
    pub(super) default: Option<&'a Node>,
    /// Which schema an object's property chooses.
    pub(super) discriminator: Option<Place<'a>>,
    /// How it is written in XML.
    pub(super) xml: Option<Place<'a>>,
    /// Only in responses.
    pub(super) read_only: bool,
    /// Only in requests.
    pub(super) write_only: bool,
    /// On its way out.
    pub(super) deprecated: bool,
}

/// A list of the only values.
#[derive(Clone, Debug)]
pub(super) struct Values<'a> {
    /// Each with its place, `null` left out.
    pub(super) all: Vec<Place<'a>>,
    /// Whether it was written as `const`.
    pub(super) constant: bool,
}

/// A limit and where it is written.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) value: Number,
    /// Whether the value itself is outside.
    pub(super) exclusive: bool,
    pub(super) keyword: &'static str,
}

impl Bound {
    /// Whether it was written as a limit that is itself outside.
    fn is_exclusive(&self) -> bool {
        self.exclusive || self.keyword.starts_with("exclusive")
    }
}

/// `oneOf` or `anyOf`.
#[derive(Clone, Debug)]
pub(super) struct Choice<'a> {
    /// Whether exactly one branch must hold.
    pub(super) one: bool,
    /// The branches, `null` apart.
    pub(super) branches: Vec<Written<'a>>,
}

impl<'a> Schema<'a> {
    /// Accepts everything.
    pub(super) fn anything(around: Trail<'a>) -> Self {
        Self {
            around,
            sources: Vec::new(),
            names: BTreeSet::new(),
            types: Types::ALL,
            nullable: true,
            formats: BTreeSet::new(),
            values: None,
            limits: BTreeMap::new(),
            multiples: Vec::new(),
            patterns: BTreeSet::new(),
            unique: false,
            required: BTreeSet::new(),
            properties: BTreeMap::new(),
            closures: Vec::new(),
            items: None,
            choices: Vec::new(),
            inner: BTreeMap::new(),
            opaque: BTreeMap::new(),
            unknown: BTreeMap::new(),
            unfollowed: BTreeSet::new(),
            extensible: None,
            default: None,
            discriminator: None,
            xml: None,
            read_only: false,
            write_only: false,
            deprecated: false,
        }
    }

    /// Whether nothing but types and values restricts it, so that two of them are united by uniting these.
    fn is_flat(&self) -> bool {
        self.formats.is_empty() && self.limits.is_empty() && self.is_open()
    }

    /// Whether it restricts nothing but types, formats, values and limits.
    fn is_open(&self) -> bool {
        self.multiples.is_empty()
            && self.patterns.is_empty()
            && !self.unique
            && self.required.is_empty()
            && self.properties.is_empty()
            && self.closures.is_empty()
            && self.items.is_none()
            && self.choices.is_empty()
            && self.inner.is_empty()
            && self.opaque.is_empty()
            && self.unknown.is_empty()
            && self.unfollowed.is_empty()
    }

    /// Whether its choices are all that it says: `oneOf` around everything.
    fn is_only_choices(&self) -> bool {
        let without = Self { choices: Vec::new(), discriminator: None, ..self.clone() };
        !self.choices.is_empty() && without.is_flat() && without.values.is_none()
    }

    /// Whether it restricts nothing at all.
    fn is_anything(&self) -> bool {
        self.types == Types::ALL && self.nullable && self.values.is_none() && self.is_flat()
    }

    /// Whether a keyword is written, whatever it says.
    fn is_written(&self, keyword: &str) -> bool {
        self.sources.iter().any(|source| value::get(source.node, keyword).is_some())
    }

    /// Where a keyword is written, or else what encloses it.
    fn keyword(&self, keyword: &str) -> Spot {
        let written = self.sources.iter().find_map(|source| source.get(keyword));
        written.map_or_else(|| self.trail().spot(), |place| place.spot())
    }

    /// Where it is written, or else what encloses it.
    fn trail(&self) -> &Trail<'a> {
        self.sources.first().map_or(&self.around, Place::trail)
    }
}
