//! Request bodies, and the media types of any body.

use super::encoding::Encodings;
use super::field;
use crate::openapi::document::Place;
use crate::openapi::fields::Object;
use crate::openapi::rules::{Endpoint, Where};
use crate::openapi::schema::{Mode, Pair, Written};
use crate::openapi::value;
use crate::openapi::walk::{Call, Part, Walk};

/// The rules about the media types of one kind of body.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) added: Endpoint,
    pub(super) removed: Endpoint,
    pub(super) renamed: Endpoint,
    pub(super) generalized: Endpoint,
    pub(super) specialized: Endpoint,
    pub(super) schema_added: Endpoint,
    pub(super) schema_removed: Endpoint,
    pub(super) not_judged: Endpoint,
    pub(super) encoding: Encodings,
    pub(super) at: Where,
}

const REQUEST: Rules = Rules {
    added: Endpoint::BodyMediaTypeAdded,
    removed: Endpoint::BodyMediaTypeRemoved,
    renamed: Endpoint::BodyMediaTypeNameChanged,
    generalized: Endpoint::BodyMediaTypeGeneralized,
    specialized: Endpoint::BodyMediaTypeSpecialized,
    schema_added: Endpoint::BodySchemaAdded,
    schema_removed: Endpoint::BodySchemaRemoved,
    not_judged: Endpoint::BodyFieldNotJudged,
    encoding: Encodings {
        widened: Endpoint::BodyEncodingGeneralized,
        narrowed: Endpoint::BodyEncodingSpecialized,
        changed: Endpoint::BodyEncodingChanged,
        part: Where::RequestProperty,
    },
    at: Where::RequestBody,
};

impl<'a> Walk<'a> {
    pub(super) fn request_body(&mut self, call: &Call, base: &Place<'a>, head: &Place<'a>) {
        match (base.get("requestBody"), head.get("requestBody")) {
            (Some(old), Some(new)) => {
                let Some((old, new)) = self.resolve(call, &old, &new) else { return };
                self.both_bodies(call, &old, &new);
            }
            (None, Some(new)) => {
                let required = self.head.resolve(&new).found().is_some_and(|body| value::flag(body.node, "required"));
                let what = if required { Endpoint::BodyAddedRequired } else { Endpoint::BodyAddedOptional };
                self.record(call, what, base.spot(), new.spot(), "", String::new());
            }
            (Some(old), None) => self.record(call, Endpoint::BodyRemoved, old.spot(), head.spot(), "", String::new()),
            (None, None) => {}
        }
    }

    fn both_bodies(&mut self, call: &Call, base: &Place<'a>, head: &Place<'a>) {
        let (was, is) = (field(base, "required"), field(head, "required"));
        match (value::flag(base.node, "required"), value::flag(head.node, "required")) {
            (false, true) => self.record(call, Endpoint::BodyBecameRequired, was, is, "", String::new()),
            (true, false) => self.record(call, Endpoint::BodyBecameOptional, was, is, "", String::new()),
            _ => {}
        }
        self.unjudged(call, Endpoint::BodyFieldNotJudged, Object::RequestBody, base, head);
        self.media_types(call, base, head, REQUEST);
    }

    /// Media types under `content`: matched as they are, then without their parameters, then by a wildcard.
    pub(super) fn media_types(&mut self, call: &Call, base: &Place<'a>, head: &Place<'a>, rules: Rules) {
        let list = |place: &Place<'a>| -> Vec<(MediaType, Place<'a>)> {
            let all = place.get("content").map(|all| all.entries().collect::<Vec<_>>()).unwrap_or_default();
            all.into_iter().map(|(name, place)| (MediaType::new(name), place)).collect()
        };
        let (mut removed, mut added) = (list(base), list(head));
        let steps: [(Option<Endpoint>, Belongs); 4] = [
            (None, MediaType::is),
            (Some(rules.renamed), MediaType::is_essentially),
            (Some(rules.generalized), MediaType::is_within),
            (Some(rules.specialized), |was, is| is.is_within(was)),
        ];
        for (what, belong) in steps {
            removed.retain(|(was, old)| {
                let Some(found) = added.iter().position(|(is, _)| belong(was, is)) else { return true };
                let (is, new) = added.remove(found);
                if let Some(what) = what {
                    let detail = format!("from `{}` to `{}`", was.text, is.text);
                    self.record(call, what, old.spot(), new.spot(), &was.text, detail);
                }
                self.both_media_types(call, (was, old), (&is, &new), rules);
                false
            });
        }
        for (was, old) in removed {
            let heir = added.iter().position(|(is, _)| was.is_form_of(is) || is.is_form_of(&was));
            let Some((is, new)) = heir.map(|found| added.remove(found)) else {
                let detail = format!("`{}`", was.text);
                self.record(call, rules.removed, old.spot(), field(head, "content"), &was.text, detail);
                continue;
            };
            let also = vec![rules.replaced(&was, &is)];
            let detail = format!("from `{}` to `{}`", was.text, is.text);
            let part = Part { what: rules.removed, also, base: old.spot(), head: new.spot(), detail };
            self.record_part(call, part, &was.text);
            self.both_media_types(call, (&was, &old), (&is, &new), rules);
        }
        for (is, new) in added {
            self.record(call, rules.added, field(base, "content"), new.spot(), &is.text, format!("`{}`", is.text));
        }
    }

    /// A media type that goes on, under whatever name.
    fn both_media_types(
        &mut self,
        call: &Call,
        (was, base): (&MediaType, &Place<'a>),
        (is, head): (&MediaType, &Place<'a>),
        rules: Rules,
    ) {
        let mode = Mode { text: !was.is_json() && !is.is_json(), xml: was.is_xml() && is.is_xml(), ..Mode::default() };
        let Some((old, new)) = self.resolve(call, base, head) else { return };
        self.media_type(call, &old, &new, rules, mode);
        if was.has_parts() && is.has_parts() {
            self.encodings(call, (&old, &new), rules.encoding);
        }
    }

    fn media_type(&mut self, call: &Call, base: &Place<'a>, head: &Place<'a>, rules: Rules, mode: Mode) {
        self.unjudged(call, rules.not_judged, Object::MediaType, base, head);
        match (base.get("schema"), head.get("schema")) {
            (Some(old), Some(new)) => {
                let pair = Pair { base: Written::once(old), head: Written::once(new), at: call.at(rules.at), mode };
                self.schemas(call, pair);
            }
            (None, Some(new)) => self.record(call, rules.schema_added, base.spot(), new.spot(), "", String::new()),
            (Some(old), None) => self.record(call, rules.schema_removed, old.spot(), head.spot(), "", String::new()),
            (None, None) => {}
        }
        self.items_of_stream(call, base, head, rules, mode);
    }

    /// What a stream is made of, one after the other (OpenAPI 3.2).
    fn items_of_stream(&mut self, call: &Call, base: &Place<'a>, head: &Place<'a>, rules: Rules, mode: Mode) {
        let detail = || "of each item".to_owned();
        match (base.get("itemSchema"), head.get("itemSchema")) {
            (Some(old), Some(new)) => {
                let at = call.at(rules.at).inside();
                self.schemas(call, Pair { base: Written::once(old), head: Written::once(new), at, mode });
            }
            (None, Some(new)) => self.record(call, rules.schema_added, base.spot(), new.spot(), "item", detail()),
            (Some(old), None) => self.record(call, rules.schema_removed, old.spot(), head.spot(), "item", detail()),
            (None, None) => {}
        }
    }
}

impl Rules {
    /// What others call it that a media type was replaced by one that it is a form of, or the reverse.
    fn replaced(self, was: &MediaType, is: &MediaType) -> Endpoint {
        match was.parameters == is.parameters {
            true if was.is_form_of(is) => self.generalized,
            true => self.specialized,
            false => self.renamed,
        }
    }
}

/// Whether the media type of before goes on as the one of now.
type Belongs = fn(&MediaType, &MediaType) -> bool;

/// A media type in parts, lower-case; the order of its parameters says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
struct MediaType {
    text: String,
    essence: String,
    parameters: Vec<String>,
}

impl MediaType {
    fn new(text: &str) -> Self {
        let mut parts = text.split(';').map(|part| part.trim().to_ascii_lowercase());
        let essence = parts.next().unwrap_or_default();
        let mut parameters: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
        parameters.sort();
        Self { text: text.to_owned(), essence, parameters }
    }

    fn is(&self, other: &Self) -> bool {
        self.essence == other.essence && self.parameters == other.parameters
    }

    /// Whether its strings, numbers and objects are told apart; a wildcard may be JSON.
    fn is_json(&self) -> bool {
        self.essence.ends_with("json") || self.essence.ends_with("/*") || self.essence.contains("json")
    }

    fn is_xml(&self) -> bool {
        self.essence.ends_with("/xml") || self.essence.ends_with("+xml")
    }

    /// Whether it is made of parts, each of which may be encoded on its own.
    fn has_parts(&self) -> bool {
        self.essence.starts_with("multipart/") || self.essence == "application/x-www-form-urlencoded"
    }

    fn is_essentially(&self, other: &Self) -> bool {
        self.essence == other.essence
    }

    /// Whether it is written in the other, which its suffix names (`application/problem+json`): related, and yet another type to
    /// whoever asks for one of them (RFC 6839).
    fn is_form_of(&self, other: &Self) -> bool {
        let written_in = self.essence.split_once('/').zip(self.essence.rsplit_once('+'));
        written_in.is_some_and(|((group, _), (_, suffix))| other.essence == format!("{group}/{suffix}"))
    }

    /// Whether the other is a wildcard for this one.
    fn is_within(&self, other: &Self) -> bool {
        let group = self.essence.split('/').next().unwrap_or_default();
        other.essence == "*/*" || other.essence == format!("{group}/*")
    }
}
