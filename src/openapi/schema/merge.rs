//! The values that two schemas both accept: `allOf`.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Bound, Schema, Values};
use crate::openapi::rules::Limit;
use crate::openapi::value;

/// What both accept. Where something is said twice and cannot be made one, both are kept.
pub(super) fn merge<'a>(mut a: Schema<'a>, b: Schema<'a>) -> Schema<'a> {
    a.sources.extend(b.sources);
    a.names.extend(b.names);
    a.types = a.types.and(b.types);
    a.nullable &= b.nullable;
    a.formats.extend(b.formats);
    a.values = both(a.values, b.values);
    for (which, bound) in b.limits {
        limit(&mut a.limits, which, bound);
    }
    a.multiples.extend(b.multiples);
    a.patterns.extend(b.patterns);
    a.unique |= b.unique;
    a.required.extend(b.required);
    append(&mut a.properties, b.properties, |both, more| both.places.extend(more.places));
    a.closures.extend(b.closures);
    a.items = match (a.items, b.items) {
        (Some(mut both), Some(more)) => {
            both.places.extend(more.places);
            Some(both)
        }
        (one, other) => one.or(other),
    };
    a.choices.extend(b.choices);
    append(&mut a.inner, b.inner, |both, more| both.places.extend(more.places));
    append(&mut a.opaque, b.opaque, Vec::extend);
    append(&mut a.unknown, b.unknown, Vec::extend);
    a.unfollowed.extend(b.unfollowed);
    a.extensible = a.extensible.or(b.extensible);
    a.default = a.default.or(b.default);
    a.discriminator = a.discriminator.or(b.discriminator);
    a.xml = a.xml.or(b.xml);
    a.read_only |= b.read_only;
    a.write_only |= b.write_only;
    a.deprecated |= b.deprecated;
    a
}

fn append<K: Ord, V>(into: &mut BTreeMap<K, V>, more: BTreeMap<K, V>, join: impl Fn(&mut V, V)) {
    for (key, value) in more {
        match into.get_mut(&key) {
            Some(known) => join(known, value),
            None => {
                into.insert(key, value);
            }
        }
    }
}

fn both<'a>(a: Option<Values<'a>>, b: Option<Values<'a>>) -> Option<Values<'a>> {
    match (a, b) {
        (Some(mut a), Some(b)) => {
            a.all.retain(|value| b.all.iter().any(|other| value::same(value.node, other.node)));
            Some(a)
        }
        (one, other) => one.or(other),
    }
}

/// Keeps the tighter of two limits.
pub(super) fn limit(limits: &mut BTreeMap<Limit, Bound>, which: Limit, bound: Bound) {
    let tighter = limits.get(&which).is_none_or(|known| tightness(which, &bound, known) == Ordering::Greater);
    if tighter {
        limits.insert(which, bound);
    }
}

/// How tight a limit is, compared with another; one that is not a number counts as equal.
pub(super) fn tightness(which: Limit, a: &Bound, b: &Bound) -> Ordering {
    let order = value::compare(&a.value, &b.value).unwrap_or(Ordering::Equal);
    let order = if which.is_lower() { order } else { order.reverse() };
    order.then(a.exclusive.cmp(&b.exclusive))
}
