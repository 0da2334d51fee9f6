//! Where each component of a document stands: a reference to one is followed without a search.

use std::collections::HashMap;

use super::trail::escape;
use super::value;
use crate::yaml::Node;

/// The components of a document by JSON Pointer: which entry of the root, of its kinds, and of the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Index(HashMap<String, [usize; 3]>);

impl Index {
    /// Reads where they are.
    pub(super) fn new(root: &Node) -> Self {
        let all = value::entries(root).iter().enumerate().find(|(_, entry)| entry.key == "components");
        let kinds = all.into_iter().flat_map(|(at, all)| {
            value::entries(&all.value).iter().enumerate().map(move |(kind, entry)| ([at, kind], entry))
        });
        let components = kinds.flat_map(|([at, kind], list)| {
            value::entries(&list.value).iter().enumerate().map(move |(index, entry)| {
                (format!("/components/{}/{}", escape(&list.key), escape(&entry.key)), [at, kind, index])
            })
        });
        Self(components.collect())
    }

    /// The entries that lead to the component of this pointer, from the root on.
    pub(super) fn get(&self, pointer: &str) -> Option<&[usize; 3]> {
        self.0.get(pointer)
    }
}
