//! The operations of two documents, found by what clients call them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::document::{Document, Place};
use super::super::super::operations::methods;
use super::super::super::value;

/// An operation; the names of the parameters in its path do not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// In capitals.
    pub(super) method: String,
    /// With `{}` for each parameter; `webhook NAME` for a webhook.
    pub(super) path: String,
}

/// A path with its parameters unnamed.
pub(super) fn shape(path: &str) -> String {
    let mut shape = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, after)) = after.split_once('}') else { break };
        shape.push_str(before);
        shape.push_str("{}");
        rest = after;
    }
    shape + rest
}

/// The operations of the documents.
#[derive(Debug)]
pub(super) struct Catalogue {
    /// Each with its path as written.
    operations: BTreeMap<Key, String>,
    ids: BTreeMap<String, BTreeSet<Key>>,
    /// The paths below which the servers serve them, without `/` at the end.
    prefixes: BTreeSet<String>,
}

impl Catalogue {
    pub(super) fn new<'a>(documents: impl IntoIterator<Item = &'a Document>) -> Self {
        let mut all =
            Self { operations: BTreeMap::new(), ids: BTreeMap::new(), prefixes: BTreeSet::from([String::new()]) };
        for document in documents {
            each(document, |key, path, place| {
                if let Some(id) = value::text_of(place.node, "operationId") {
                    all.ids.entry(id.to_owned()).or_default().insert(key.clone());
                }
                all.operations.insert(key, path);
            });
            all.prefixes.extend(prefixes(document));
        }
        all
    }

    /// The operations of a name: `GET /items/{id}`, or an operationId, as written or as a generator of clients spells it.
    pub(super) fn of_name(&self, name: &str) -> BTreeSet<Key> {
        if let Some((method, path)) = name.split_once(' ') {
            let key = Key { method: method.to_ascii_uppercase(), path: shape(path.trim()) };
            return self.operations.contains_key(&key).then_some(key).into_iter().collect();
        }
        self.ids.get(name).cloned().unwrap_or_else(|| {
            let same = |id: &&String| plain(id) == plain(name);
            self.ids.iter().filter(|(id, _)| same(id)).flat_map(|(_, keys)| keys.clone()).collect()
        })
    }

    /// The operation that a request is: of those whose path fits, the one with the fewest parameters.
    pub(super) fn of_request(&self, method: &str, path: &str) -> BTreeSet<Key> {
        let below = |prefix: &String| path.strip_prefix(prefix.as_str()).filter(|rest| rest.starts_with('/'));
        let paths: Vec<&str> = self.prefixes.iter().filter_map(below).collect();
        let fits = |key: &&Key| key.method == method && paths.iter().any(|path| fits(&key.path, path));
        let found: Vec<&Key> = self.operations.keys().filter(fits).collect();
        let parameters = |key: &Key| key.path.matches("{}").count();
        let fewest = found.iter().map(|key| parameters(key)).min();
        found.into_iter().filter(|key| Some(parameters(key)) == fewest).cloned().collect()
    }

    /// The name that is nearest to one that is not there.
    pub(super) fn near(&self, name: &str) -> Option<String> {
        let operations = self.operations.iter().map(|(key, path)| format!("{} {path}", key.method));
        let names: Vec<String> =
            if name.contains(' ') { operations.collect() } else { self.ids.keys().cloned().collect() };
        let likeness = |other: &String| strsim::jaro_winkler(name, other);
        names.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
    }
}

/// The place of an operation in a document.
pub(super) fn find<'a>(document: &'a Document, wanted: &Key) -> Option<Place<'a>> {
    let mut found = None;
    each(document, |key, _, place| {
        if key == *wanted {
            found.get_or_insert_with(|| place.clone());
        }
    });
    found
}

fn each<'a>(document: &'a Document, mut tell: impl FnMut(Key, String, &Place<'a>)) {
    for (part, prefix) in [("paths", ""), ("webhooks", "webhook ")] {
        let Some(all) = document.top().get(part) else { continue };
        for (path, item) in all.entries() {
            let Some(item) = document.resolve(&item).found() else { continue };
            for (method, place) in methods(&item) {
                let path = format!("{prefix}{path}");
                tell(Key { method: method.to_ascii_uppercase(), path: shape(&path) }, path, &place);
            }
        }
    }
}

/// The paths of the servers' addresses; one with variables is left out, and its requests then match without it or not at all.
fn prefixes(document: &Document) -> Vec<String> {
    let servers = value::get(document.root(), "servers").map(value::items).unwrap_or_default();
    let addresses = servers.iter().filter_map(|server| value::text_of(server, "url"));
    let path = |address: &str| {
        let path = match address.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default(),
            None => address,
        };
        path.trim_end_matches('/').to_owned()
    };
    addresses.map(path).filter(|path| !path.contains('{')).collect()
}

fn fits(shape: &str, path: &str) -> bool {
    let (mut ours, mut theirs) = (shape.split('/'), path.split('/'));
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return true,
            (Some(ours), Some(theirs)) if segment(ours, theirs) => {}
            _ => return false,
        }
    }
}

/// `{}.json` fits `7.json`; a parameter is never empty.
fn segment(shape: &str, text: &str) -> bool {
    let Some((before, after)) = shape.split_once("{}") else {
        return shape == percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    };
    let Some(rest) = text.strip_prefix(before) else { return false };
    let ends = rest.char_indices().skip(1).map(|(at, _)| at).chain([rest.len()]).filter(|at| *at > 0);
    ends.into_iter().any(|at| rest.get(at..).is_some_and(|rest| segment_rest(after, rest)))
}

fn segment_rest(shape: &str, text: &str) -> bool {
    if shape.is_empty() { text.is_empty() } else { segment(shape, text) }
}

/// An operationId as every generator spells it: `list_items`, `listItems` and `ListItems` are one.
fn plain(id: &str) -> String {
    id.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("/items/{}", "/items/7" => true)]
    #[test_case("/items/{}", "/items/" => false; "an empty parameter")]
    #[test_case("/items/{}", "/items/7/parts" => false; "a longer path")]
    #[test_case("/items/{}.json", "/items/7.json" => true)]
    #[test_case("/items/{}-{}", "/items/a-b" => true)]
    #[test_case("/items/{}-{}", "/items/a" => false; "one of two")]
    #[test_case("/a b", "/a%20b" => true; "escaped")]
    #[test_case("/items/", "/items" => false; "the last slash counts")]
    fn a_path_fits(shape: &str, path: &str) -> bool {
        fits(shape, path)
    }

    #[test_case("/items/{id}/parts/{part}" => "/items/{}/parts/{}")]
    #[test_case("/a{b" => "/a{b"; "no parameter")]
    fn parameters_have_no_names(path: &str) -> String {
        shape(path)
    }
}
