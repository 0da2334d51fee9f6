//! Builds the tree of nodes from a flat run of events, within the budgets.
//!
//! The stack of open collections is a `Vec`, so that no text can make this overflow; the depth limit holds while the tree
//! grows, so that dropping it cannot either.

use std::collections::HashMap;

use super::texts::{Text, Texts};
use super::{Entry, Limits, Mark, Node, Number, Refusal, Value};

/// A key that waits for its value.
struct Key {
    text: Text,
    mark: Mark,
    /// A plain `<<`: its value's entries belong to this mapping.
    merge: bool,
}

enum Body {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, key: Option<Key>, merge: Option<(Mark, Node)> },
}

/// A collection that is still open.
struct Open {
    mark: Mark,
    anchor: usize,
    body: Body,
    extent: Extent,
}

/// How large a value is, aliases expanded. Each value has size 1, and each 64 bytes of text 1 more: a copy costs memory for
/// both.
#[derive(Clone, Copy)]
struct Extent {
    size: usize,
    depth: usize,
}

impl Extent {
    const EMPTY_COLLECTION: Self = Self { size: 1, depth: 1 };

    fn scalar(value: &Value) -> Self {
        let bytes = match value {
            Value::String(text) => text.len(),
            Value::Number(Number::Big(text)) => text.len(),
            _ => 0,
        };
        Self { size: 1 + bytes / 64, depth: 0 }
    }

    fn with(self, child: Self) -> Self {
        Self { size: self.size + child.size, depth: self.depth.max(child.depth + 1) }
    }
}

/// A tree under construction. An anchor is a number from 1; 0 is none.
pub(super) struct Builder {
    limits: Limits,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, (Node, Extent)>,
    nodes: usize,
    copies: usize,
    texts: Texts,
}

impl Builder {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, open: Vec::new(), root: None, anchors: HashMap::new(), nodes: 0, copies: 0, texts: Texts::new() }
    }

    /// The tree, once its root is complete.
    pub(super) fn root(&self) -> Option<&Node> {
        self.root.as_ref()
    }

    pub(super) fn into_root(self) -> Option<Node> {
        self.root
    }

    /// Whether the next scalar is a key.
    pub(super) fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { body: Body::Mapping { key: None, .. }, .. }))
    }

    pub(super) fn key(&mut self, mark: Mark, anchor: usize, text: &str, merge: bool) -> Result<(), Refusal> {
        let text = self.texts.share(text);
        if anchor != 0 {
            let value = Value::String(text.clone());
            let extent = Extent::scalar(&value);
            self.save(anchor, &Node { mark, value }, extent)?;
        }
        if let Some(Open { body: Body::Mapping { key, .. }, extent, .. }) = self.open.last_mut() {
            extent.size += text.len() / 64;
            *key = Some(Key { text, mark, merge });
        }
        Ok(())
    }

    /// A text, kept once however often it is there.
    pub(super) fn text(&mut self, mark: Mark, anchor: usize, text: &str) -> Result<(), Refusal> {
        let value = Value::String(self.texts.share(text));
        self.scalar(mark, anchor, value)
    }

    pub(super) fn scalar(&mut self, mark: Mark, anchor: usize, value: Value) -> Result<(), Refusal> {
        self.count(mark)?;
        let extent = Extent::scalar(&value);
        self.complete(Node { mark, value }, anchor, extent)
    }

    pub(super) fn open_sequence(&mut self, mark: Mark, anchor: usize) -> Result<(), Refusal> {
        self.open(mark, anchor, Body::Sequence(Vec::new()))
    }

    pub(super) fn open_mapping(&mut self, mark: Mark, anchor: usize) -> Result<(), Refusal> {
        self.open(mark, anchor, Body::Mapping { entries: Vec::new(), key: None, merge: None })
    }

    /// Ends the innermost collection.
    pub(super) fn close(&mut self) -> Result<(), Refusal> {
        let Some(Open { mark, anchor, body, extent }) = self.open.pop() else { return Ok(()) };
        let value = match body {
            Body::Sequence(items) => Value::Sequence(items.into_boxed_slice()),
            Body::Mapping { entries, merge, .. } => Value::Mapping(mapping(entries, merge)?.into_boxed_slice()),
        };
        self.complete(Node { mark, value }, anchor, extent)
    }

    /// A copy of what the anchor marks.
    pub(super) fn alias(&mut self, mark: Mark, anchor: usize) -> Result<(), Refusal> {
        let Some((node, extent)) = self.anchors.get(&anchor) else {
            return Err(Refusal::new("yaml/syntax", mark, "this alias stands inside the value that it names")
                .help("write the value out"));
        };
        if self.wants_key() {
            let Value::String(text) = &node.value else { return Err(odd_key(mark)) };
            let text = text.clone();
            return self.key(mark, 0, &text, false);
        }
        let (node, extent) = (node, *extent);
        if self.open.len() + extent.depth > self.limits.depth {
            return Err(too_deep(mark, self.limits));
        }
        if self.copies + extent.size > self.limits.copies {
            return Err(too_many_copies(mark, self.limits));
        }
        let node = node.clone();
        self.copies += extent.size;
        self.complete(node, 0, extent)
    }

    fn open(&mut self, mark: Mark, anchor: usize, body: Body) -> Result<(), Refusal> {
        if self.wants_key() {
            return Err(odd_key(mark));
        }
        if self.open.len() >= self.limits.depth {
            return Err(too_deep(mark, self.limits));
        }
        self.count(mark)?;
        self.open.push(Open { mark, anchor, body, extent: Extent::EMPTY_COLLECTION });
        Ok(())
    }

    fn count(&mut self, mark: Mark) -> Result<(), Refusal> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            let message = format!("this document has more than {} values", self.limits.nodes);
            return Err(Refusal::new("yaml/limit", mark, message));
        }
        Ok(())
    }

    /// Keeps what an anchor marks: a copy, and so within the budget, or anchors inside anchors would be without bound.
    fn save(&mut self, anchor: usize, node: &Node, extent: Extent) -> Result<(), Refusal> {
        self.copies += extent.size;
        if self.copies > self.limits.copies {
            return Err(too_many_copies(node.mark, self.limits));
        }
        self.anchors.insert(anchor, (node.clone(), extent));
        Ok(())
    }

    /// Puts a whole value where it belongs.
    fn complete(&mut self, node: Node, anchor: usize, extent: Extent) -> Result<(), Refusal> {
        if anchor != 0 {
            self.save(anchor, &node, extent)?;
        }
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        parent.extent = parent.extent.with(extent);
        match &mut parent.body {
            Body::Sequence(items) => items.push(node),
            Body::Mapping { entries, key, merge } => match key.take() {
                Some(Key { merge: true, mark, .. }) => {
                    if let Some((first, _)) = merge.replace((mark, node)) {
                        return Err(duplicate("<<", first, mark));
                    }
                }
                Some(Key { text, mark, .. }) => entries.push(Entry { key: text, mark, value: node }),
                // The parsers give a key before every value of a mapping.
                None => return Err(odd_key(node.mark)),
            },
        }
        Ok(())
    }
}

/// The entries of a mapping, unique, with what `<<` brings in: its own keys win, then the first mapping that has the key,
/// <https://yaml.org/type/merge.html>.
fn mapping(mut entries: Vec<Entry>, merge: Option<(Mark, Node)>) -> Result<Vec<Entry>, Refusal> {
    if let Some(&(first, second)) = repeated(&entries).iter().min_by_key(|(_, second)| *second)
        && let (Some(first), Some(second)) = (entries.get(first), entries.get(second))
    {
        return Err(duplicate(&second.key, first.mark, second.mark));
    }
    let Some((_, node)) = merge else { return Ok(entries) };
    let sources = match node {
        Node { value: Value::Sequence(items), .. } => items.into_vec(),
        one => vec![one],
    };
    for source in sources {
        let Value::Mapping(merged) = source.value else {
            return Err(Refusal::new("yaml/merge", source.mark, "`<<` merges mappings, and this is none")
                .help("give it an alias of a mapping, or a list of them"));
        };
        entries.extend(merged.into_vec());
    }
    let mut late: Vec<usize> = repeated(&entries).into_iter().map(|(_, later)| later).collect();
    late.sort_unstable();
    let mut index = 0;
    entries.retain(|_| {
        index += 1;
        late.binary_search(&(index - 1)).is_err()
    });
    Ok(entries)
}

/// For each entry whose key an earlier one has: the index of the first, and its own.
fn repeated(entries: &[Entry]) -> Vec<(usize, usize)> {
    let mut order: Vec<(usize, &str)> = entries.iter().map(|entry| &*entry.key).enumerate().collect();
    order.sort_by_key(|&(_, key)| key);
    let groups = order.chunk_by(|(_, one), (_, other)| one == other);
    groups
        .flat_map(|group| {
            let mut indices = group.iter().map(|&(index, _)| index);
            let first = indices.next();
            indices.filter_map(move |later| Some((first?, later)))
        })
        .collect()
}

fn duplicate(key: &str, first: Mark, second: Mark) -> Refusal {
    Refusal::new("yaml/duplicate-key", second, format!("the key `{key}` stands here a second time"))
        .help(format!("the first one is in line {}, column {}: keep one of them", first.line, first.column))
}

fn odd_key(mark: Mark) -> Refusal {
    Refusal::new("yaml/key", mark, "a key must be a word or a quoted text")
}

fn too_deep(mark: Mark, limits: Limits) -> Refusal {
    Refusal::new("yaml/limit", mark, format!("this is nested more than {} levels deep", limits.depth))
}

fn too_many_copies(mark: Mark, limits: Limits) -> Refusal {
    let message = format!("anchors and aliases make more than {} copies of values", limits.copies);
    Refusal::new("yaml/limit", mark, message).help("write the values out, or use fewer aliases")
}
