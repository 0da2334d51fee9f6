//! Responses: statuses, headers and bodies.

use super::bodies::Rules;
use super::encoding::Encodings;
use super::field;
use crate::openapi::document::Place;
use crate::openapi::fields::Object;
use crate::openapi::rules::{Endpoint, Where};
use crate::openapi::trail::Spot;
use crate::openapi::value;
use crate::openapi::walk::{Call, Walk};

const RESPONSE: Rules = Rules {
    added: Endpoint::ResponseMediaTypeAdded,
    removed: Endpoint::ResponseMediaTypeRemoved,
    renamed: Endpoint::ResponseMediaTypeNameChanged,
    generalized: Endpoint::ResponseMediaTypeGeneralized,
    specialized: Endpoint::ResponseMediaTypeSpecialized,
    schema_added: Endpoint::ResponseSchemaAdded,
    schema_removed: Endpoint::ResponseSchemaRemoved,
    not_judged: Endpoint::ResponseFieldNotJudged,
    encoding: Encodings {
        widened: Endpoint::ResponseEncodingGeneralized,
        narrowed: Endpoint::ResponseEncodingSpecialized,
        changed: Endpoint::ResponseEncodingChanged,
        part: Where::ResponseProperty,
    },
    at: Where::ResponseBody,
};

type Statuses<'a> = Vec<(String, Place<'a>)>;

impl<'a> Walk<'a> {
    pub(super) fn responses(&mut self, call: &Call, base: &Place<'a>, head: &Place<'a>) {
        let (was, is) = (statuses(base), statuses(head));
        for (status, old) in &was {
            match exactly(&is, status).or_else(|| covering(&is, status)) {
                Some(new) => self.response(call, old, new),
                None => self.status(
                    call,
                    status,
                    (Endpoint::SuccessStatusRemoved, Endpoint::OtherStatusRemoved),
                    old.spot(),
                    field(head, "responses"),
                ),
            }
        }
        for (status, new) in is.iter().filter(|(status, _)| exactly(&was, status).is_none()) {
            match covering(&was, status) {
                Some(old) => self.response(call, old, new),
                None => self.status(
                    call,
                    status,
                    (Endpoint::SuccessStatusAdded, Endpoint::OtherStatusAdded),
                    field(base, "responses"),
                    new.spot(),
                ),
            }
        }
    }

    fn status(&mut self, call: &Call, status: &str, (success, other): (Endpoint, Endpoint), base: Spot, head: Spot) {
        let what = if status.starts_with('2') { success } else { other };
        self.record(call, what, base, head, status, format!("`{status}`"));
    }

    fn response(&mut self, call: &Call, base: &Place<'a>, head: &Place<'a>) {
        let Some((base, head)) = self.resolve(call, base, head) else { return };
        self.unjudged(call, Endpoint::ResponseFieldNotJudged, Object::Response, &base, &head);
        self.headers(call, &base, &head);
        self.media_types(call, &base, &head, RESPONSE);
        self.links(call, &base, &head);
    }

    fn headers(&mut self, call: &Call, base: &Place<'a>, head: &Place<'a>) {
        let list = |place: &Place<'a>| -> Vec<(&'a str, Place<'a>)> {
            let all = place.get("headers").map(|all| all.entries().collect::<Vec<_>>()).unwrap_or_default();
            // A header of this name is ignored (OpenAPI 3.1.1, Response Object).
            all.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type")).collect()
        };
        let (was, is) = (list(base), list(head));
        for (name, old) in &was {
            match is.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)) {
                Some((_, new)) => self.header(call, name, old, new),
                None => {
                    let required = self.base.resolve(old).found().is_some_and(|old| value::flag(old.node, "required"));
                    let what = if required { Endpoint::RequiredHeaderRemoved } else { Endpoint::OptionalHeaderRemoved };
                    self.record(call, what, old.spot(), field(head, "headers"), name, format!("`{name}`"));
                }
            }
        }
        for (name, new) in is.iter().filter(|(name, _)| !was.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)))
        {
            self.record(call, Endpoint::HeaderAdded, field(base, "headers"), new.spot(), name, format!("`{name}`"));
        }
    }

    fn header(&mut self, call: &Call, name: &str, base: &Place<'a>, head: &Place<'a>) {
        let Some((base, head)) = self.resolve(call, base, head) else { return };
        let (was, is) = (field(&base, "required"), field(&head, "required"));
        match (value::flag(base.node, "required"), value::flag(head.node, "required")) {
            (false, true) => self.record(call, Endpoint::HeaderBecameRequired, was, is, name, format!("`{name}`")),
            (true, false) => self.record(call, Endpoint::HeaderBecameOptional, was, is, name, format!("`{name}`")),
            _ => {}
        }
        self.unjudged(call, Endpoint::HeaderFieldNotJudged, Object::Header, &base, &head);
        self.serialized(call, &base, &head, "simple", call.at(Where::ResponseHeader));
    }
}

fn statuses<'a>(operation: &Place<'a>) -> Statuses<'a> {
    let all = operation.get("responses").map(|all| all.entries().collect::<Vec<_>>()).unwrap_or_default();
    let all = all.into_iter().filter(|(status, _)| !status.starts_with("x-"));
    all.map(|(status, place)| (status.to_ascii_uppercase(), place)).collect()
}

fn exactly<'a, 'b>(all: &'b Statuses<'a>, status: &str) -> Option<&'b Place<'a>> {
    all.iter().find(|(other, _)| other == status).map(|(_, place)| place)
}

/// The range that holds a status (`4XX`), or `default` for what is no success: that one of them is no longer named does not
/// say that it is no longer sent.
fn covering<'a, 'b>(all: &'b Statuses<'a>, status: &str) -> Option<&'b Place<'a>> {
    let range = status.get(..1).map(|digit| format!("{digit}XX"))?;
    let default = if status.starts_with('2') { None } else { exactly(all, "DEFAULT") };
    exactly(all, &range).or(default)
}
