//! Parameters of an operation, those of its path included.

use super::{Operation, Sunset, field, sunset};
use crate::openapi::document::{Place, Target};
use crate::openapi::fields::Object;
use crate::openapi::rules::{Endpoint, Where};
use crate::openapi::schema::{Mode, Pair, Types, Written, normalise};
use crate::openapi::value;
use crate::openapi::walk::{Call, Walk};

/// A parameter, and what identifies it.
struct Parameter<'a> {
    place: Place<'a>,
    name: &'a str,
    location: &'a str,
    /// What both documents call it: path parameters go by their position, headers by their lower-case name.
    key: (String, String),
    /// Whether it stands at the path, for all its operations.
    shared: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn parameters(&mut self, call: &Call, base: &Operation<'a>, head: &Operation<'a>) {
        let (was, is) = (self.list(call, base, true), self.list(call, head, false));
        for old in &was {
            match is.iter().find(|new| new.key == old.key) {
                Some(new) => self.parameter(call, old, new),
                None => self.parameter_removed(call, old, head),
            }
        }
        for new in is.iter().filter(|new| !was.iter().any(|old| old.key == new.key)) {
            self.parameter_added(call, base, new);
        }
    }

    /// The parameters of an operation; its own stand before those of its path.
    fn list(&mut self, call: &Call, operation: &Operation<'a>, is_base: bool) -> Vec<Parameter<'a>> {
        let mut all: Vec<Parameter<'a>> = Vec::new();
        for (holder, shared) in [(&operation.place, false), (&operation.item, true)] {
            for place in holder.get("parameters").iter().flat_map(Place::items) {
                let document = if is_base { self.base } else { self.head };
                let found = match document.resolve(&place) {
                    Target::Found(found) => found,
                    Target::Nowhere(_) => continue,
                    Target::Elsewhere(reference) => {
                        let (spot, detail) = (place.spot(), format!("`{reference}`"));
                        self.record(call, Endpoint::NotFollowed, spot.clone(), spot, reference, detail);
                        continue;
                    }
                };
                let new = parameter(found, &operation.path, shared);
                all.extend(new.filter(|new| !all.iter().any(|known| known.key == new.key)));
            }
        }
        all
    }

    fn parameter_removed(&mut self, call: &Call, old: &Parameter<'a>, head: &Operation<'a>) {
        let deprecated = value::flag(old.place.node, "deprecated");
        let what = match (deprecated, sunset(&old.place), self.today) {
            (false, ..) => Endpoint::ParameterRemoved,
            (true, Sunset::On(date), Some(today)) if today < date => Endpoint::ParameterRemovedBeforeSunset,
            (true, ..) => Endpoint::ParameterRemovedWithDeprecation,
        };
        self.record(call, what, old.place.spot(), field(&head.place, "parameters"), old.name, old.words());
    }

    fn parameter_added(&mut self, call: &Call, base: &Operation<'a>, new: &Parameter<'a>) {
        let what = match (new.location, value::flag(new.place.node, "required"), new.shared) {
            ("path", ..) => Endpoint::NewPathParameter,
            (_, true, true) => Endpoint::NewRequiredPathLevelParameter,
            (_, true, false) => Endpoint::NewRequiredParameter,
            (_, false, true) => Endpoint::NewOptionalPathLevelParameter,
            (_, false, false) => Endpoint::NewOptionalParameter,
        };
        self.record(call, what, field(&base.place, "parameters"), new.place.spot(), new.name, new.words());
    }

    fn parameter(&mut self, call: &Call, base: &Parameter<'a>, head: &Parameter<'a>) {
        for (name, set, unset) in [
            ("required", Endpoint::ParameterBecameRequired, Endpoint::ParameterBecameOptional),
            ("deprecated", Endpoint::ParameterDeprecated, Endpoint::ParameterReactivated),
            ("allowReserved", Endpoint::ParameterAllowReservedSet, Endpoint::ParameterAllowReservedUnset),
            ("allowEmptyValue", Endpoint::ParameterAllowEmptySet, Endpoint::ParameterAllowEmptyUnset),
        ] {
            let what = match (base.flag(name), head.flag(name)) {
                (false, true) => set,
                (true, false) => unset,
                _ => continue,
            };
            self.record(call, what, field(&base.place, name), field(&head.place, name), head.name, head.words());
        }
        if head.location == "path" && base.name != head.name {
            let detail = format!("from `{}` to `{}`", base.name, head.name);
            let (was, is) = (base.place.spot(), head.place.spot());
            self.record(call, Endpoint::PathParameterRenamed, was, is, base.name, detail);
        }
        let rules =
            (Endpoint::ParameterSunsetDeleted, Endpoint::ParameterSunsetEarlier, Endpoint::ParameterSunsetInvalid);
        self.sunset(call, &base.place, &head.place, rules, Vec::new());
        self.unjudged(call, Endpoint::ParameterFieldNotJudged, Object::Parameter, &base.place, &head.place);
        let default = if matches!(head.location, "query" | "cookie") { "form" } else { "simple" };
        let at = if head.location == "header" { Where::RequestHeader } else { Where::RequestParameter };
        self.serialized(call, &base.place, &head.place, default, call.at(at));
    }

    /// What a parameter or a header holds, and how it is written.
    pub(super) fn serialized(&mut self, call: &Call, base: &Place<'a>, head: &Place<'a>, default: &str, at: Where) {
        let is_header = base.get("in").is_none();
        let what =
            if is_header { Endpoint::HeaderSerializationChanged } else { Endpoint::ParameterSerializationChanged };
        let always = needed(base) && needed(head);
        match (base.get("content"), head.get("content")) {
            (None, None) => {
                let (was, is) = (style(base, default), style(head, default));
                let repeats = is.0 == "form" && is.1;
                let pair = Pair {
                    base: Written::maybe(base.get("schema"), base.trail()),
                    head: Written::maybe(head.get("schema"), head.trail()),
                    at,
                    mode: Mode { always, repeats, ..Mode::default() },
                };
                if was != is && self.is_composite(&pair) || is_prefixed(&was.0) != is_prefixed(&is.0) {
                    let detail = format!("from {} to {}", words(&was), words(&is));
                    self.record(call, what, base.spot(), head.spot(), "style", detail);
                }
                if base.get("schema").or(head.get("schema")).is_some() {
                    self.schemas(call, pair);
                }
            }
            (Some(old), Some(new)) => match (old.entries().next(), new.entries().next()) {
                (Some((was, old)), Some((is, new))) if was == is => {
                    let (base, head) = (
                        Written::maybe(old.get("schema"), old.trail()),
                        Written::maybe(new.get("schema"), new.trail()),
                    );
                    self.schemas(
                        call,
                        Pair {
                            base,
                            head,
                            at: call.at(if is_header { Where::ResponseProperty } else { Where::RequestProperty }),
                            mode: Mode { always, ..Mode::default() },
                        },
                    );
                }
                _ => self.record(call, what, old.spot(), new.spot(), "content", String::new()),
            },
            (old, new) => {
                let (old, new) = (
                    old.map_or_else(|| base.spot(), |old| old.spot()),
                    new.map_or_else(|| head.spot(), |new| new.spot()),
                );
                self.record(call, what, old, new, "content", "between `schema` and `content`".to_owned());
            }
        }
    }

    /// Only lists and objects are written differently by different styles.
    fn is_composite(&self, pair: &Pair<'a>) -> bool {
        let composite = Types::named("array").or(Types::named("object"));
        let (base, head) = (normalise(self.base, &pair.base), normalise(self.head, &pair.head));
        base.types.meets(composite) && head.types.meets(composite)
    }
}

impl Parameter<'_> {
    /// A path parameter is always required, whatever is written.
    fn flag(&self, name: &str) -> bool {
        (name == "required" && self.location == "path") || value::flag(self.place.node, name)
    }

    fn words(&self) -> String {
        format!("`{}` in {}", self.name, self.location)
    }
}

/// Header parameters of these names are ignored (OpenAPI 3.1.1, Parameter Object).
const NOT_PARAMETERS: [&str; 3] = ["accept", "content-type", "authorization"];

fn parameter<'a>(place: Place<'a>, path: &str, shared: bool) -> Option<Parameter<'a>> {
    let (name, location) = (value::text_of(place.node, "name")?, value::text_of(place.node, "in")?);
    let key = match location {
        "header" => name.to_ascii_lowercase(),
        // There is one, and its name is not sent.
        "querystring" => String::new(),
        "path" => path
            .match_indices('{')
            .position(|(start, _)| is_at(path, start, name))
            .map_or_else(|| name.to_owned(), |at| at.to_string()),
        _ => name.to_owned(),
    };
    let ignored = location == "header" && NOT_PARAMETERS.contains(&key.as_str());
    (!ignored).then(|| Parameter { place, name, location, key: (location.to_owned(), key), shared })
}

fn is_at(path: &str, start: usize, name: &str) -> bool {
    path.get(start + 1..).and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.starts_with('}'))
}

/// Whether it is never left out.
fn needed(place: &Place<'_>) -> bool {
    value::flag(place.node, "required") || value::text_of(place.node, "in") == Some("path")
}

/// Style and explode in effect.
fn style(place: &Place<'_>, default: &str) -> (String, bool) {
    let style = value::text_of(place.node, "style").unwrap_or(default);
    let explode = place.get("explode").map_or(style == "form", |_| value::flag(place.node, "explode"));
    (style.to_owned(), explode)
}

/// These styles write a sign before every value.
fn is_prefixed(style: &str) -> bool {
    matches!(style, "matrix" | "label")
}

fn words((style, explode): &(String, bool)) -> String {
    format!("style {style}, explode {explode}")
}
