//! Names of components: no running client sees them, and a generated one is made of them.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::compared::Number;
use super::document::{Document, Place};
use super::rules::Endpoint;
use super::schema::Names;
use super::walk::{Call, Walk};

impl<'a> Walk<'a> {
    /// Records a component that goes by another name now, or another one that stands where it stood.
    pub(super) fn component_names(&mut self, call: &Call, number: Number) {
        let named = self.pairs.get(number).filter(|(_, compared)| compared.names.is_some());
        let Some((pair, compared)) = named.map(|(pair, compared)| (pair.clone(), Rc::clone(compared))) else { return };
        let Some(Names { gone, new, typed }) = &compared.names else { return };
        let one = |names: &BTreeSet<&'a str>| if names.len() == 1 { names.first().copied() } else { None };
        if let (Some(was), Some(is)) = (one(gone), one(new))
            && component(self.head, was).is_none()
            && component(self.base, is).is_none()
            && let (Some(old), Some(new)) = (component(self.base, was), component(self.head, is))
        {
            self.renamed.insert(was);
            let detail = format!("from `{was}` to `{is}`");
            return self.record(call, Endpoint::ComponentRenamed, old.spot(), new.spot(), was, detail);
        }
        if *typed {
            let detail = format!("from {} to {}", words(gone), words(new));
            self.record(call, Endpoint::ComponentReplaced, pair.base.spot(), pair.head.spot(), "", detail);
        }
    }
}

fn component<'a>(document: &'a Document, name: &str) -> Option<Place<'a>> {
    document.top().get("components")?.get("schemas")?.get(name)
}

fn words(names: &BTreeSet<&str>) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" and ") }
}
