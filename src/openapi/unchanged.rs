//! What is the same in both documents, references followed: it is not compared. Most of a large description is.

use std::collections::{HashMap, HashSet};

use super::document::Document;
use super::schema::Written;
use super::value;
use crate::yaml::Node;

/// What is known not to differ.
pub(super) struct Unchanged<'a> {
    /// Whether both documents mean the same by the same words.
    comparable: bool,
    /// Whether what holds for every operation is the same: security and its schemes, servers.
    surroundings: bool,
    /// References whose component is the same on both sides, with all that it refers to.
    references: HashSet<&'a str>,
}

impl<'a> Unchanged<'a> {
    pub(super) fn new(base: &'a Document, head: &'a Document) -> Self {
        let comparable = base.dialect() == head.dialect();
        let same = |a: Option<&Node>, b: Option<&Node>| match (a, b) {
            (Some(a), Some(b)) => value::same(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        let schemes =
            |document: &'a Document| value::get(value::get(document.root(), "components")?, "securitySchemes");
        let surroundings = same(schemes(base), schemes(head))
            && ["security", "servers"]
                .into_iter()
                .all(|key| same(value::get(base.root(), key), value::get(head.root(), key)));
        let references = if comparable { references(base, head) } else { HashSet::new() };
        Self { comparable, surroundings, references }
    }

    /// Whether two nodes are the same, and all that they refer to.
    pub(super) fn holds(&self, base: &'a Node, head: &'a Node) -> bool {
        self.comparable && value::same(base, head) && all_references(base, &mut |name| self.references.contains(name))
    }

    /// Whether two schemas are written in one place each, and these are the same.
    pub(super) fn schemas(&self, base: &Written<'a>, head: &Written<'a>) -> bool {
        let ([base], [head]) = (base.places.as_slice(), head.places.as_slice()) else { return false };
        self.holds(base.node, head.node)
    }

    /// Whether two operations are the same: themselves, what their path items say about every operation, and what the
    /// documents do.
    pub(super) fn operations(&self, base: (&'a Node, &'a Node), head: (&'a Node, &'a Node)) -> bool {
        let shared = |key| match (value::get(base.1, key), value::get(head.1, key)) {
            (Some(base), Some(head)) => self.holds(base, head),
            (base, head) => base.is_none() && head.is_none(),
        };
        self.surroundings && self.holds(base.0, head.0) && shared("parameters") && shared("servers")
    }
}

/// The references to components that are the same on both sides. A component is not if one that it refers to is not.
fn references<'a>(base: &'a Document, head: &'a Document) -> HashSet<&'a str> {
    let (old, new) = (components(base), components(head));
    let mut same = HashSet::new();
    let mut users: HashMap<&'a str, Vec<&'a str>> = HashMap::new();
    let mut changed = Vec::new();
    for name in mentioned(base.root()) {
        let sides = component(name).and_then(|key| Some((*old.get(&key)?, *new.get(&key)?)));
        match sides.filter(|(old, new)| value::same(old, new)) {
            Some((old, _)) => {
                same.insert(name);
                for other in mentioned(old) {
                    users.entry(other).or_default().push(name);
                }
            }
            None => changed.push(name),
        }
    }
    while let Some(name) = changed.pop() {
        let users = users.remove(name).unwrap_or_default();
        changed.extend(users.into_iter().filter(|user| same.remove(user)));
    }
    same
}

/// Kind and name of the component that a reference means; `None` for any other place, which is not looked at: places may lie in
/// each other, components do not.
fn component(reference: &str) -> Option<(&str, &str)> {
    let (kind, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
    (!name.contains(['/', '~', '%'])).then_some((kind, name))
}

fn components(document: &Document) -> HashMap<(&str, &str), &Node> {
    let kinds = value::get(document.root(), "components").map(value::entries).unwrap_or_default();
    let of_kind = |kind| value::entries(kind).iter().map(|entry| (&entry.key, &entry.value));
    let all = kinds
        .iter()
        .flat_map(|kind| of_kind(&kind.value).map(|(name, node)| ((kind.key.as_str(), name.as_str()), node)));
    all.collect()
}

fn mentioned(node: &Node) -> HashSet<&str> {
    let mut names = HashSet::new();
    all_references(node, &mut |name| {
        names.insert(name);
        true
    });
    names
}

/// Whether `each` holds for all references in a node, those of discriminators with them.
fn all_references<'a>(node: &'a Node, each: &mut impl FnMut(&'a str) -> bool) -> bool {
    value::items(node).iter().all(|item| all_references(item, each))
        && value::entries(node).iter().all(|entry| match (entry.key.as_str(), value::text(&entry.value)) {
            ("$ref", Some(name)) => each(name),
            (_, Some(_)) => true,
            ("mapping", None) => {
                value::entries(&entry.value).iter().filter_map(|entry| value::text(&entry.value)).all(&mut *each)
                    && all_references(&entry.value, each)
            }
            _ => all_references(&entry.value, each),
        })
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn document(text: &str) -> Document {
        let schemas =
            format!("openapi: 3.0.0\ncomponents: {{schemas: {{{text}}}}}\nx: {{$ref: '#/components/schemas/A'}}");
        Document::parse("x", &schemas).unwrap()
    }

    const B: &str = "{$ref: '#/components/schemas/B'}";

    #[test_case("A: {type: string}", "A: {type: string}" => true; "the same")]
    #[test_case("A: {type: string, title: a}", "A: {title: a, type: string}" => true; "the order of keys")]
    #[test_case("A: {type: string}", "A: {type: integer}" => false; "another type")]
    #[test_case("A: {items: REF}, B: {items: REF}", "B: {items: REF}, A: {items: REF}" => true; "in a circle")]
    #[test_case("A: {items: REF}, B: {type: string}", "A: {items: REF}, B: {type: integer}" => false; "what it refers to")]
    #[test_case("A: REF", "A: REF" => false; "a reference to nothing is not known to be the same")]
    #[test_case("A: {$ref: 'other.yaml'}", "A: {$ref: 'other.yaml'}" => false; "nor one to another file")]
    #[test_case("A: {discriminator: {mapping: {b: '#/components/schemas/B'}}}, B: {type: string}",
        "A: {discriminator: {mapping: {b: '#/components/schemas/B'}}}, B: {}" => false; "what a discriminator refers to")]
    fn follows(base: &str, head: &str) -> bool {
        let (base, head) = (document(&base.replace("REF", B)), document(&head.replace("REF", B)));
        let [old, new] = [&base, &head].map(|document| value::get(document.root(), "x").unwrap());
        Unchanged::new(&base, &head).holds(old, new)
    }
}
