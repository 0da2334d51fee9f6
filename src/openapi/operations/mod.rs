//! Paths, webhooks and callbacks of two documents: which operations there are, and what became of each.

mod bodies;
mod encoding;
mod links;
mod methods;
mod parameters;
mod responses;
mod security;
mod servers;

use std::collections::{BTreeSet, HashMap, VecDeque};

use jiff::civil::Date;

use super::document::Place;
use super::fields::Object;
use super::rules::Endpoint;
use super::trail::Spot;
use super::value;
use super::walk::{Call, Part, Walk};

pub(super) use methods::methods;

/// An operation with what surrounds it.
pub(super) struct Operation<'a> {
    pub(super) place: Place<'a>,
    /// The path item.
    pub(super) item: Place<'a>,
    /// The path as its document writes it.
    pub(super) path: String,
}

/// The parts of a document that hold path items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Path,
    Webhook,
    Callback,
}

impl<'a> Walk<'a> {
    /// Compares every operation of the two documents.
    pub(super) fn operations(&mut self) {
        let (base, head) = (self.base.top(), self.head.top());
        for (key, kind) in [("paths", Kind::Path), ("webhooks", Kind::Webhook)] {
            let around = (base.spot(), head.spot());
            self.items(base.get(key), head.get(key), &around, kind, "");
        }
    }

    fn items(
        &mut self,
        base: Option<Place<'a>>,
        head: Option<Place<'a>>,
        around: &(Spot, Spot),
        kind: Kind,
        prefix: &str,
    ) {
        let around = (
            base.as_ref().map_or_else(|| around.0.clone(), Place::spot),
            head.as_ref().map_or_else(|| around.1.clone(), Place::spot),
        );
        let list = |all: Option<Place<'a>>| -> Vec<(&'a str, Place<'a>)> {
            let all: Vec<_> = all.iter().flat_map(|all| all.entries().collect::<Vec<_>>()).collect();
            all.into_iter().filter(|(name, _)| !name.starts_with("x-")).collect()
        };
        let mut removed = list(base);
        let mut added: Vec<Option<(&'a str, Place<'a>)>> = list(head).into_iter().map(Some).collect();
        let mut both = Vec::new();
        for key in [str::to_owned as fn(&str) -> String, shape] {
            let mut waiting: HashMap<String, VecDeque<usize>> = HashMap::new();
            for (at, (path, _)) in added.iter().enumerate().filter_map(|(at, one)| Some((at, one.as_ref()?))) {
                waiting.entry(key(path)).or_default().push_back(at);
            }
            removed.retain(|(name, base)| {
                let at = waiting.get_mut(&key(name)).and_then(VecDeque::pop_front);
                let Some((path, head)) = at.and_then(|at| added.get_mut(at)?.take()) else { return true };
                both.push(((*name, base.clone()), (path, head)));
                false
            });
        }
        for (base, head) in both {
            self.item(base, head, kind, prefix);
        }
        for (path, item) in removed {
            self.lone_item(&item, path, kind, prefix, |walk, call, place| {
                walk.removed(call, kind, place, &around.1, true);
            });
        }
        for (path, item) in added.into_iter().flatten() {
            self.lone_item(&item, path, kind, prefix, |walk, call, place| {
                let what = if kind == Kind::Webhook { Endpoint::WebhookAdded } else { Endpoint::Added };
                let (base, head) = (around.0.clone(), place.spot());
                let part = Part { what, also: Vec::new(), base, head, detail: String::new() };
                walk.record_whole(call, part, item.pointer());
            });
        }
    }

    /// A path item that is on one side only.
    fn lone_item(
        &mut self,
        item: &Place<'a>,
        path: &str,
        kind: Kind,
        prefix: &str,
        mut each: impl FnMut(&mut Self, &Call, &Place<'a>),
    ) {
        for (method, place) in methods(item) {
            each(self, &call(kind, prefix, path, &method), &place);
        }
    }

    fn item(&mut self, base: (&str, Place<'a>), head: (&str, Place<'a>), kind: Kind, prefix: &str) {
        let call_of = |method: &str| call(kind, prefix, head.0, method);
        let Some((base_item, head_item)) = self.resolve(&call_of(""), &base.1, &head.1) else { return };
        self.unjudged(&call_of(""), Endpoint::FieldNotJudged, Object::PathItem, &base_item, &head_item);
        let (mut old, mut new) = (methods(&base_item), methods(&head_item));
        let all: BTreeSet<String> = old.keys().chain(new.keys()).cloned().collect();
        for method in all {
            let call = call_of(&method);
            match (old.remove(&method), new.remove(&method)) {
                (Some(old), Some(new)) => {
                    let old = Operation { place: old, item: base_item.clone(), path: base.0.to_owned() };
                    let new = Operation { place: new, item: head_item.clone(), path: head.0.to_owned() };
                    self.operation(&call, &old, &new);
                }
                (Some(old), None) => self.removed(&call, kind, &old, &head_item.spot(), false),
                (None, Some(new)) => {
                    self.record(&call, Endpoint::Added, base_item.spot(), new.spot(), "", String::new())
                }
                (None, None) => {}
            }
        }
    }

    /// `whole`: the path went with all its operations.
    fn removed(&mut self, call: &Call, kind: Kind, operation: &Place<'a>, head: &Spot, whole: bool) {
        let what = match kind {
            Kind::Webhook => Endpoint::WebhookRemoved,
            Kind::Path | Kind::Callback if matches!(stability(operation), Stability::Level(0 | 1)) => {
                Endpoint::RemovedUnstable
            }
            Kind::Path | Kind::Callback if !value::flag(operation.node, "deprecated") => {
                Endpoint::RemovedWithoutDeprecation
            }
            Kind::Path | Kind::Callback => self.removed_after_deprecation(operation),
        };
        let what = if whole && kind == Kind::Path { of_path(what) } else { what };
        let detail = value::text_of(operation.node, SUNSET).unwrap_or_default().to_owned();
        let part = Part { what, also: Vec::new(), base: operation.spot(), head: head.clone(), detail };
        match operation.pointer().rsplit_once('/').filter(|_| whole) {
            Some((item, _)) => {
                let item = item.strip_suffix("/additionalOperations").unwrap_or(item);
                self.record_whole(call, part, item.to_owned());
            }
            None => self.record_part(call, part, ""),
        }
    }

    fn removed_after_deprecation(&self, operation: &Place<'a>) -> Endpoint {
        match (sunset(operation), self.today) {
            (Sunset::None, _) => Endpoint::RemovedWithDeprecation,
            (Sunset::On(date), Some(today)) if date <= today => Endpoint::RemovedWithDeprecation,
            (Sunset::On(_), Some(_)) => Endpoint::RemovedBeforeSunset,
            (Sunset::Invalid, _) => Endpoint::PathSunsetInvalid,
            (Sunset::On(_), None) => Endpoint::RemovedSunsetUnknown,
        }
    }

    fn operation(&mut self, call: &Call, base: &Operation<'a>, head: &Operation<'a>) {
        let [old, new] = [base, head].map(|operation| (operation.place.node, operation.item.node));
        if base.path == head.path && self.unchanged.operations(old, new) {
            return;
        }
        self.lifecycle(call, base, head);
        self.stability(call, base, head);
        if matches!(stability(&base.place), Stability::Level(0 | 1)) {
            return self.unstable(call, base, head);
        }
        self.unjudged(call, Endpoint::FieldNotJudged, Object::Operation, &base.place, &head.place);
        self.names(call, base, head);
        self.servers(call, base, head);
        self.security(call, base, head);
        self.parameters(call, base, head);
        self.request_body(call, &base.place, &head.place);
        self.responses(call, &base.place, &head.place);
        self.callbacks(call, base, head);
    }

    /// Of an operation that was marked as draft or alpha nothing was promised.
    fn unstable(&mut self, call: &Call, base: &Operation<'a>, head: &Operation<'a>) {
        if !value::same(base.place.node, head.place.node) {
            let (was, is) = (base.place.spot(), head.place.spot());
            self.record(call, Endpoint::ChangedUnstable, was, is, "", String::new());
        }
    }

    fn lifecycle(&mut self, call: &Call, base: &Operation<'a>, head: &Operation<'a>) {
        let deprecated = |operation: &Operation<'a>| value::flag(operation.place.node, "deprecated");
        let sunset = value::text_of(head.place.node, SUNSET);
        let rules = (Endpoint::SunsetDeleted, Endpoint::SunsetEarlier, Endpoint::SunsetInvalid);
        let also = if deprecated(base) { vec![Endpoint::PathSunsetInvalid] } else { Vec::new() };
        self.sunset(call, &base.place, &head.place, rules, also);
        let what = match (deprecated(base), deprecated(head)) {
            (false, true) if sunset.is_some() => Endpoint::DeprecatedWithSunset,
            (false, true) => Endpoint::Deprecated,
            (true, false) => Endpoint::Reactivated,
            _ => return,
        };
        let detail = sunset.unwrap_or_default().to_owned();
        self.record(call, what, field(&base.place, "deprecated"), field(&head.place, "deprecated"), "", detail);
    }

    /// What became of the announced date (`x-sunset`) of what is deprecated: no longer said, earlier, no date. `also`: what a date
    /// that cannot be read falls under as well.
    fn sunset(
        &mut self,
        call: &Call,
        base: &Place<'a>,
        head: &Place<'a>,
        (deleted, earlier, invalid): (Endpoint, Endpoint, Endpoint),
        also: Vec<Endpoint>,
    ) {
        if !value::flag(head.node, "deprecated") {
            return;
        }
        let what = match (sunset(base), sunset(head)) {
            (Sunset::On(_), Sunset::None) if value::flag(base.node, "deprecated") => deleted,
            (Sunset::On(was), Sunset::On(is)) if is < was => earlier,
            (Sunset::None | Sunset::On(_), Sunset::Invalid) => invalid,
            // What was announced before could not be read: whether it goes earlier is not known.
            (Sunset::Invalid, Sunset::On(_)) => invalid,
            _ => return,
        };
        let also = if what == invalid { also } else { Vec::new() };
        let word =
            |place: &Place<'a>| value::get(place.node, SUNSET).map(value::brief).unwrap_or_else(|| "none".to_owned());
        let detail = format!("from {} to {}", word(base), word(head));
        let part = Part { what, also, base: field(base, SUNSET), head: field(head, SUNSET), detail };
        self.record_part(call, part, "sunset");
    }

    /// `x-stability-level`, as oasdiff reads it: nothing said is stable.
    fn stability(&mut self, call: &Call, base: &Operation<'a>, head: &Operation<'a>) {
        let what = match (stability(&base.place), stability(&head.place)) {
            (was, is) if was == is => return,
            (Stability::Invalid, _) | (_, Stability::Invalid) => Endpoint::StabilityInvalid,
            (Stability::Level(was), Stability::Level(is)) if is < was => Endpoint::StabilityDecreased,
            _ => Endpoint::StabilityIncreased,
        };
        let (was, is) = (field(&base.place, STABILITY), field(&head.place, STABILITY));
        let word =
            |operation: &Operation<'a>| value::text_of(operation.place.node, STABILITY).unwrap_or("stable").to_owned();
        self.record(call, what, was, is, "", format!("from {} to {}", word(base), word(head)));
    }

    fn names(&mut self, call: &Call, base: &Operation<'a>, head: &Operation<'a>) {
        let id = |operation: &Operation<'a>| value::text_of(operation.place.node, "operationId").map(ToOwned::to_owned);
        let (was, is) = (id(base), id(head));
        if was != is {
            let what = if was.is_none() { Endpoint::OperationIdAdded } else { Endpoint::OperationIdRemoved };
            let (base, head) = (field(&base.place, "operationId"), field(&head.place, "operationId"));
            let detail = match (was, is) {
                (Some(was), Some(is)) => format!("from `{was}` to `{is}`"),
                (was, is) => format!("`{}`", was.or(is).unwrap_or_default()),
            };
            self.record(call, what, base, head, "", detail);
        }
        let tags = |operation: &Operation<'a>| -> BTreeSet<&'a str> {
            let tags = value::get(operation.place.node, "tags").map(value::items).unwrap_or_default();
            tags.iter().filter_map(value::text).collect()
        };
        let (was, is) = (tags(base), tags(head));
        let (base, head) = (field(&base.place, "tags"), field(&head.place, "tags"));
        let (gone, new): (Vec<&str>, Vec<&str>) =
            (was.difference(&is).copied().collect(), is.difference(&was).copied().collect());
        let part = |what, also, detail| Part { what, also, base: base.clone(), head: head.clone(), detail };
        let parts = if let ([was], [is]) = (gone.as_slice(), new.as_slice()) {
            vec![part(Endpoint::TagRemoved, vec![Endpoint::TagAdded], format!("from `{was}` to `{is}`"))]
        } else {
            let gone = gone.into_iter().map(|tag| (Endpoint::TagRemoved, tag));
            let new = new.into_iter().map(|tag| (Endpoint::TagAdded, tag));
            gone.chain(new).map(|(what, tag)| part(what, Vec::new(), format!("`{tag}`"))).collect()
        };
        for part in parts {
            self.record_whole(call, part, "tags".to_owned());
        }
    }

    fn callbacks(&mut self, call: &Call, base: &Operation<'a>, head: &Operation<'a>) {
        let (old, new) = (base.place.get("callbacks"), head.place.get("callbacks"));
        let names = |all: &Option<Place<'a>>| -> BTreeSet<&'a str> {
            all.iter().flat_map(|all| all.entries().map(|(name, _)| name).collect::<Vec<_>>()).collect()
        };
        for name in names(&old).union(&names(&new)) {
            let (base_callback, head_callback) =
                (old.as_ref().and_then(|all| all.get(name)), new.as_ref().and_then(|all| all.get(name)));
            match (base_callback, head_callback) {
                (Some(old), Some(new)) => {
                    let Some((old, new)) = self.resolve(call, &old, &new) else { continue };
                    let around = (old.spot(), new.spot());
                    self.items(Some(old), Some(new), &around, Kind::Callback, &format!("{} {name} ", call.path));
                }
                (None, Some(new)) => {
                    self.record(
                        call,
                        Endpoint::CallbackAdded,
                        base.place.spot(),
                        new.spot(),
                        name,
                        format!("`{name}`"),
                    );
                }
                (Some(old), None) => {
                    self.record(
                        call,
                        Endpoint::CallbackRemoved,
                        old.spot(),
                        head.place.spot(),
                        name,
                        format!("`{name}`"),
                    );
                }
                (None, None) => {}
            }
        }
    }
}

/// The rule about a whole path that stands for a rule about one operation.
fn of_path(what: Endpoint) -> Endpoint {
    match what {
        Endpoint::RemovedWithoutDeprecation => Endpoint::PathRemovedWithoutDeprecation,
        Endpoint::RemovedBeforeSunset => Endpoint::PathRemovedBeforeSunset,
        Endpoint::RemovedWithDeprecation => Endpoint::PathRemovedWithDeprecation,
        other => other,
    }
}

const SUNSET: &str = "x-sunset";

/// When something deprecated goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sunset {
    /// Nothing is announced.
    None,
    On(Date),
    /// What is written is no date.
    Invalid,
}

fn sunset(place: &Place<'_>) -> Sunset {
    let Some(sunset) = value::get(place.node, SUNSET) else { return Sunset::None };
    let date = value::text(sunset).and_then(|text| text.get(..10)?.parse::<Date>().ok());
    date.map_or(Sunset::Invalid, Sunset::On)
}

const STABILITY: &str = "x-stability-level";

/// How stable an operation is said to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stability {
    /// From draft (0) to stable (3).
    Level(usize),
    Invalid,
}

fn stability(operation: &Place<'_>) -> Stability {
    let Some(level) = value::get(operation.node, STABILITY) else { return Stability::Level(3) };
    let known = ["draft", "alpha", "beta", "stable"].iter().position(|known| value::text(level) == Some(*known));
    known.map_or(Stability::Invalid, Stability::Level)
}

/// Where a field stands, or the object that lacks it.
pub(super) fn field(place: &Place<'_>, name: &str) -> Spot {
    place.get(name).as_ref().unwrap_or(place).spot()
}

fn call(kind: Kind, prefix: &str, path: &str, method: &str) -> Call {
    let path = match kind {
        Kind::Path => path.to_owned(),
        Kind::Webhook => format!("webhook {path}"),
        Kind::Callback => format!("{prefix}{path}"),
    };
    Call { method: method.to_owned(), path, reversed: kind != Kind::Path }
}

/// A path without the names of its parameters: no client can see them.
fn shape(path: &str) -> String {
    let mut shape = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '{' => {
                inside = true;
                shape.push_str("{}");
            }
            '}' => inside = false,
            _ if inside => {}
            _ => shape.push(c),
        }
    }
    shape
}
