//! Credentials: alternatives, each of which asks for all of its schemes with all of their scopes.

use std::collections::{BTreeMap, BTreeSet};

use super::Operation;
use crate::openapi::document::{Document, Place};
use crate::openapi::fields::Object;
use crate::openapi::rules::Endpoint;
use crate::openapi::trail::Spot;
use crate::openapi::value;
use crate::openapi::walk::{Call, Part, Walk};

/// Schemes that are all needed, each with its scopes; none is anonymous.
type Alternative = BTreeMap<String, BTreeSet<String>>;

/// What an operation asks for, and where that is written.
struct Security {
    alternatives: Vec<Alternative>,
    spot: Spot,
    /// Whether it is written once for the whole document.
    global: bool,
}

/// The rules for an operation's own security, or for the document's.
struct Rules {
    added: Endpoint,
    removed: Endpoint,
    alternative_added: Endpoint,
    alternative_removed: Endpoint,
    scope_added: Endpoint,
    scope_removed: Endpoint,
}

const OWN: Rules = Rules {
    added: Endpoint::SecurityAdded,
    removed: Endpoint::SecurityRemoved,
    alternative_added: Endpoint::SecurityAlternativeAdded,
    alternative_removed: Endpoint::SecurityAlternativeRemoved,
    scope_added: Endpoint::SecurityScopeAdded,
    scope_removed: Endpoint::SecurityScopeRemoved,
};

const GLOBAL: Rules = Rules {
    added: Endpoint::GlobalSecurityAdded,
    removed: Endpoint::GlobalSecurityRemoved,
    alternative_added: Endpoint::GlobalSecurityAlternativeAdded,
    alternative_removed: Endpoint::GlobalSecurityAlternativeRemoved,
    scope_added: Endpoint::GlobalSecurityScopeAdded,
    scope_removed: Endpoint::GlobalSecurityScopeRemoved,
};

impl<'a> Walk<'a> {
    pub(super) fn security(&mut self, call: &Call, base: &Operation<'a>, head: &Operation<'a>) {
        let renamed = self.renamed_schemes();
        let mut was = security(self.base, base);
        for alternative in &mut was.alternatives {
            *alternative = std::mem::take(alternative)
                .into_iter()
                .map(|(name, scopes)| (renamed.get(name.as_str()).map_or(name, |new| (*new).to_owned()), scopes))
                .collect();
        }
        let is = security(self.head, head);
        let rules = if was.global && is.global { GLOBAL } else { OWN };
        self.no_longer_enough(call, &was, &is, &rules);
        self.newly_enough(call, &was, &is, &rules);
        self.schemes(call, &is, &renamed);
    }

    fn no_longer_enough(&mut self, call: &Call, was: &Security, is: &Security, rules: &Rules) {
        for old in was.alternatives.iter().filter(|old| !is.alternatives.iter().any(|new| suffices(old, new))) {
            let closest = is.alternatives.iter().find(|new| new.keys().eq(old.keys()));
            if old.is_empty() && was.alternatives.len() == 1 {
                let needed: Vec<String> = is.alternatives.iter().map(words).collect();
                self.asked(call, rules.added, was, is, needed.join(" or "));
            } else if let Some(new) = closest {
                for (name, scope) in further_scopes(old, new) {
                    self.asked(call, rules.scope_added, was, is, format!("`{scope}` of `{name}`"));
                }
            } else {
                // Who tells alternatives apart by what is written in each sees one go, and the one come that asks for more.
                let more = is
                    .alternatives
                    .iter()
                    .any(|new| was.alternatives.iter().any(|old| suffices(new, old)) && *new != *old);
                let also = if more { vec![rules.removed, rules.added] } else { vec![rules.removed] };
                self.asked_also(call, (rules.alternative_removed, also), was, is, words(old));
            }
        }
    }

    fn newly_enough(&mut self, call: &Call, was: &Security, is: &Security, rules: &Rules) {
        for new in is.alternatives.iter().filter(|new| !was.alternatives.iter().any(|old| suffices(new, old))) {
            let closest = was.alternatives.iter().find(|old| old.keys().eq(new.keys()));
            if new.is_empty() && is.alternatives.len() == 1 {
                let needed: Vec<String> = was.alternatives.iter().map(words).collect();
                self.asked(call, rules.removed, was, is, needed.join(" or "));
            } else if let Some(old) = closest {
                for (name, scope) in further_scopes(new, old) {
                    self.asked(call, rules.scope_removed, was, is, format!("`{scope}` of `{name}`"));
                }
            } else {
                self.asked_also(call, (rules.alternative_added, vec![rules.added]), was, is, words(new));
            }
        }
    }

    /// The same change in every operation is one cause, wherever each of them says it.
    fn asked(&mut self, call: &Call, what: Endpoint, was: &Security, is: &Security, detail: String) {
        self.asked_also(call, (what, Vec::new()), was, is, detail);
    }

    /// As above, of what falls under further rules.
    fn asked_also(
        &mut self,
        call: &Call,
        (what, also): (Endpoint, Vec<Endpoint>),
        was: &Security,
        is: &Security,
        detail: String,
    ) {
        let (base, head) = (was.spot.clone(), is.spot.clone());
        self.record_whole(call, Part { what, also, base, head, detail }, "security".to_owned());
    }

    /// Schemes that only changed their name, which no client sees: old name to new.
    fn renamed_schemes(&self) -> BTreeMap<&'a str, &'a str> {
        let (was, is) = (schemes(self.base), schemes(self.head));
        let gone = was.iter().filter(|(name, _)| !is.contains_key(*name));
        gone.filter_map(|(name, old)| {
            let same = |new: &Place<'a>| value::same(old.node, new.node);
            is.iter().find(|(other, new)| !was.contains_key(*other) && same(new)).map(|(other, _)| (*name, *other))
        })
        .collect()
    }

    /// The schemes in use, as they are defined on both sides.
    fn schemes(&mut self, call: &Call, is: &Security, renamed: &BTreeMap<&'a str, &'a str>) {
        let names: BTreeSet<&String> = is.alternatives.iter().flat_map(BTreeMap::keys).collect();
        let (base, head) = (schemes(self.base), schemes(self.head));
        for name in names {
            let old_name =
                renamed.iter().find(|(_, new)| **new == name.as_str()).map_or(name.as_str(), |(old, _)| *old);
            if let (Some(old), Some(new)) = (base.get(old_name), head.get(name.as_str())) {
                self.scheme(call, name, old, new);
            }
        }
    }

    fn scheme(&mut self, call: &Call, name: &str, base: &Place<'a>, head: &Place<'a>) {
        let Some((base, head)) = self.resolve(call, base, head) else { return };
        self.unjudged(call, Endpoint::FieldNotJudged, Object::SecurityScheme, &base, &head);
        for field in ["type", "in", "name", "scheme", "openIdConnectUrl"] {
            let text = |place: &Place<'a>| value::text_of(place.node, field).unwrap_or_default().to_owned();
            let (was, is) = (text(&base), text(&head));
            let same = if matches!(field, "name" | "scheme") { was.eq_ignore_ascii_case(&is) } else { was == is };
            if same {
                continue;
            }
            let what = if field == "type" { Endpoint::SchemeTypeChanged } else { Endpoint::SchemeChanged };
            let detail = format!("from {field} `{was}` to `{is}`");
            self.record(call, what, super::field(&base, field), super::field(&head, field), name, detail);
            if field == "type" {
                return;
            }
        }
        self.metadata(call, name, &base, &head);
        self.flows(call, &base, &head);
    }

    /// What OpenAPI 3.2 says of a scheme besides: where its metadata is found, and whether it is on its way out.
    fn metadata(&mut self, call: &Call, name: &str, base: &Place<'a>, head: &Place<'a>) {
        let key = "oauth2MetadataUrl";
        let (was, is) = (value::text_of(base.node, key), value::text_of(head.node, key));
        if let (Some(was), true) = (was, was != is) {
            let detail = format!("from {key} `{was}` to `{}`", is.unwrap_or_default());
            self.record(call, Endpoint::SchemeChanged, super::field(base, key), super::field(head, key), name, detail);
        }
        let what = match (value::flag(base.node, "deprecated"), value::flag(head.node, "deprecated")) {
            (false, true) => Endpoint::SchemeDeprecated,
            (true, false) => Endpoint::SchemeReactivated,
            _ => return,
        };
        let (was, is) = (super::field(base, "deprecated"), super::field(head, "deprecated"));
        self.record(call, what, was, is, name, format!("`{name}`"));
    }

    fn flows(&mut self, call: &Call, base: &Place<'a>, head: &Place<'a>) {
        let (was, is) = (children(base, "flows"), children(head, "flows"));
        for (name, old) in &was {
            match is.get(name) {
                Some(new) => self.flow(call, old, new),
                None => self.record(call, Endpoint::FlowRemoved, old.spot(), head.spot(), name, format!("`{name}`")),
            }
        }
        for (name, new) in is.iter().filter(|(name, _)| !was.contains_key(*name)) {
            self.record(call, Endpoint::FlowAdded, base.spot(), new.spot(), name, format!("`{name}`"));
        }
    }

    fn flow(&mut self, call: &Call, base: &Place<'a>, head: &Place<'a>) {
        self.unjudged(call, Endpoint::FieldNotJudged, Object::Flow, base, head);
        for (field, what) in [
            ("authorizationUrl", Endpoint::OauthUrlChanged),
            ("tokenUrl", Endpoint::OauthTokenUrlChanged),
            ("refreshUrl", Endpoint::OauthTokenUrlChanged),
            ("deviceAuthorizationUrl", Endpoint::OauthUrlChanged),
        ] {
            let (was, is) = (value::text_of(base.node, field), value::text_of(head.node, field));
            // Where a token is refreshed may be said for the first time: before, it was not known.
            let first = field == "refreshUrl" && was.is_none();
            if was != is && !first {
                let detail = format!("from `{}` to `{}`", was.unwrap_or_default(), is.unwrap_or_default());
                self.record(call, what, super::field(base, field), super::field(head, field), field, detail);
            }
        }
        let (was, is) = (children(base, "scopes"), children(head, "scopes"));
        let names: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
        for name in names {
            let what = match (was.get(name), is.get(name)) {
                (None, _) => Endpoint::OauthScopeAdded,
                (_, None) => Endpoint::OauthScopeRemoved,
                (Some(old), Some(new)) if !value::same(old.node, new.node) => Endpoint::OauthScopeChanged,
                _ => continue,
            };
            self.record(
                call,
                what,
                super::field(base, "scopes"),
                super::field(head, "scopes"),
                name,
                format!("`{name}`"),
            );
        }
    }
}

fn schemes(document: &Document) -> BTreeMap<&str, Place<'_>> {
    document.top().get("components").map(|components| children(&components, "securitySchemes")).unwrap_or_default()
}

fn children<'a>(place: &Place<'a>, name: &str) -> BTreeMap<&'a str, Place<'a>> {
    place.get(name).map(|all| all.entries().collect()).unwrap_or_default()
}

/// What is asked for: the operation's own list, else the document's, else nothing.
fn security<'a>(document: &'a Document, operation: &Operation<'a>) -> Security {
    let own = operation.place.get("security");
    let (list, global) = (own.clone().or_else(|| document.top().get("security")), own.is_none());
    let spot =
        list.as_ref().map_or_else(|| if global { document.top().spot() } else { operation.place.spot() }, Place::spot);
    let mut alternatives: Vec<Alternative> =
        list.iter().flat_map(Place::items).map(|place| alternative(&place)).collect();
    if alternatives.is_empty() {
        alternatives.push(Alternative::new());
    }
    Security { alternatives, spot, global }
}

fn alternative(place: &Place<'_>) -> Alternative {
    let scopes =
        |place: Place<'_>| value::items(place.node).iter().filter_map(value::text).map(ToOwned::to_owned).collect();
    place.entries().map(|(name, place)| (name.to_owned(), scopes(place))).collect()
}

/// Whether who has all that `offered` asks for has all that `asked` asks for.
fn suffices(offered: &Alternative, asked: &Alternative) -> bool {
    asked.iter().all(|(name, scopes)| offered.get(name).is_some_and(|own| scopes.is_subset(own)))
}

/// The scopes that the second asks for beyond the first.
fn further_scopes(first: &Alternative, second: &Alternative) -> Vec<(String, String)> {
    let beyond = |(name, scopes): (&String, &BTreeSet<String>)| -> Vec<(String, String)> {
        let own = first.get(name);
        let new = scopes.iter().filter(|scope| own.is_none_or(|own| !own.contains(*scope)));
        new.map(|scope| (name.clone(), scope.clone())).collect()
    };
    second.iter().flat_map(beyond).collect()
}

fn words(alternative: &Alternative) -> String {
    let names: Vec<String> = alternative.keys().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "anonymous".to_owned() } else { names.join(" with ") }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn of(text: &str) -> Alternative {
        let scheme = |part: &str| {
            let (name, scopes) = part.split_once(':').unwrap_or((part, ""));
            (name.to_owned(), scopes.split(',').filter(|scope| !scope.is_empty()).map(ToOwned::to_owned).collect())
        };
        text.split_whitespace().map(scheme).collect()
    }

    #[test_case("key", "" => true; "whoever has a key may call what is open")]
    #[test_case("", "key" => false; "the anonymous caller has no key")]
    #[test_case("key token", "key" => true)]
    #[test_case("oauth:read", "oauth:read,write" => false)]
    #[test_case("oauth:read,write", "oauth:write" => true)]
    fn who_has_this_may_call_that(offered: &str, asked: &str) -> bool {
        suffices(&of(offered), &of(asked))
    }
}
