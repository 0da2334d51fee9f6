//! An OpenAPI document: its version, its nodes by JSON Pointer, and its local references.

use anyhow::Result;

use super::index::Index;
use super::trail::{Spot, Token, Trail};
use super::{meant, value};
use crate::report::{Failure, Location};
use crate::yaml::{self, Limits, Mark, Node};

/// How many references may follow each other before a chain counts as a circle.
const CHAIN: usize = 64;

/// The key of the root under which the other files of a document are kept, each whole, by its path from the document's folder.
pub(super) const FILES: &str = "x-zarpe-files";

/// An OpenAPI document of version 3.0, 3.1 or 3.2.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    file: String,
    root: Node,
    components: Index,
    dialect: Dialect,
    /// Of several files: the line before the first one of each file but the first, and the file's name for messages.
    files: Vec<(u32, String)>,
    /// The path of its own file, where that is not its name.
    place: Option<String>,
}

/// Which schema language the document speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// OpenAPI 3.0: a subset of JSON Schema draft 5 with `nullable` and boolean exclusive bounds; siblings of `$ref` do not count.
    V30,
    /// OpenAPI 3.1 and 3.2: JSON Schema 2020-12.
    V31,
}

impl Document {
    /// Reads a document from its text, YAML or JSON; `file` is its name for messages.
    ///
    /// # Errors
    /// Exit code 2 where the text is no YAML, no OpenAPI document, or one of a version that is not read here.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let mut root = yaml::parse(file, text, Limits::OPENAPI)?;
        meant::read(&mut root, text);
        Self::of_files(file, root, Vec::new())
    }

    /// A document of several files, whose lines follow one another.
    pub(super) fn of_files(file: &str, root: Node, files: Vec<(u32, String)>) -> Result<Self> {
        let dialect = dialect(file, &root)?;
        Ok(Self { file: file.to_owned(), components: Index::new(&root), root, dialect, files, place: None })
    }

    /// The whole document, taken out.
    pub(super) fn into_root(self) -> Node {
        self.root
    }

    /// The same document at a path: its places, and those of its other files, are named from there and not as the document is.
    #[must_use]
    pub fn at_path(mut self, path: &str) -> Self {
        let folder = |name: &str| name.rfind(['/', ':']).map_or(0, |end| end + 1);
        let (old, new) =
            (self.file.get(..folder(&self.file)).unwrap_or_default(), path.get(..folder(path)).unwrap_or_default());
        for (_, file) in &mut self.files {
            if let Some(rest) = file.strip_prefix(old) {
                *file = format!("{new}{rest}");
            }
        }
        self.place = Some(path.to_owned());
        self
    }

    /// The document's name for messages.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Its schema language.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The whole document.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// A place in this document, for messages.
    #[must_use]
    pub fn location(&self, mark: Mark) -> Location {
        located(self.place.as_deref().unwrap_or(&self.file), &self.files, mark)
    }

    /// A JSON Pointer as people and programs read it: in another file of the document, that file's path goes before it.
    #[must_use]
    pub fn shown(&self, pointer: &str) -> String {
        let inside =
            pointer.strip_prefix('/').and_then(|rest| rest.strip_prefix(FILES)).and_then(|rest| rest.strip_prefix('/'));
        let Some(inside) = inside else { return pointer.to_owned() };
        let (file, rest) =
            inside.split_once('/').map_or((inside, String::new()), |(file, rest)| (file, format!("/{rest}")));
        format!("{}#{rest}", file.replace("~1", "/").replace("~0", "~"))
    }

    /// The root as a place.
    pub(super) fn top(&self) -> Place<'_> {
        Place::root(&self.root)
    }

    /// The place that a JSON Pointer names (RFC 6901).
    pub(super) fn find(&self, pointer: &str) -> Option<Place<'_>> {
        if let Some(entries) = self.components.get(pointer) {
            return entries.iter().try_fold(self.top(), |place, index| place.nth(*index));
        }
        let rest = if pointer.is_empty() { return Some(self.top()) } else { pointer.strip_prefix('/')? };
        rest.split('/').try_fold(self.top(), |place, token| {
            let token = token.replace("~1", "/").replace("~0", "~");
            place.get(&token).or_else(|| place.at(token.parse().ok()?))
        })
    }

    /// Follows references until something else stands there.
    pub(super) fn resolve<'a>(&'a self, place: &Place<'a>) -> Target<'a> {
        let mut here = place.clone();
        for _ in 0..CHAIN {
            match self.follow(&here) {
                None => return Target::Found(here),
                Some(Target::Found(next)) => here = next,
                Some(end) => return end,
            }
        }
        Target::Nowhere("#")
    }

    /// Where the reference that stands here leads; `None` where none stands here.
    pub(super) fn follow<'a>(&'a self, place: &Place<'a>) -> Option<Target<'a>> {
        let reference = value::text_of(place.node, "$ref")?;
        let Some(fragment) = reference.strip_prefix('#') else { return Some(Target::Elsewhere(reference)) };
        let pointer = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
        Some(self.find(&pointer).map_or(Target::Nowhere(reference), Target::Found))
    }
}

/// The place of a mark in the file that its line belongs to.
pub(super) fn located(name: &str, files: &[(u32, String)], mark: Mark) -> Location {
    let own = files.iter().rev().find(|(start, _)| *start < mark.line);
    let (start, file) = own.map_or((0, name), |(start, file)| (*start, file.as_str()));
    Mark { line: mark.line - start, column: mark.column }.in_file(file)
}

/// What a reference leads to.
#[derive(Clone, Debug)]
pub(super) enum Target<'a> {
    /// A place in this document.
    Found(Place<'a>),
    /// Another document: not followed.
    Elsewhere(&'a str),
    /// Nothing is there, or the references go round in a circle.
    Nowhere(&'a str),
}

impl<'a> Target<'a> {
    pub(super) fn found(self) -> Option<Place<'a>> {
        match self {
            Self::Found(place) => Some(place),
            Self::Elsewhere(_) | Self::Nowhere(_) => None,
        }
    }
}

/// A node, and how it was reached.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    pub(super) node: &'a Node,
    trail: Trail<'a>,
}

impl<'a> Place<'a> {
    /// The root of a document.
    pub(super) fn root(node: &'a Node) -> Self {
        Self { node, trail: Trail::root(node.mark) }
    }

    /// Its JSON Pointer.
    pub(super) fn pointer(&self) -> String {
        self.trail.pointer()
    }

    /// What tells it from every other place of its document.
    pub(super) fn identity(&self) -> Identity {
        Identity(std::ptr::from_ref(self.node).addr())
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        value::entries(self.node).iter().find(|entry| entry.key == key).map(|entry| self.entry(entry))
    }

    /// The value of an entry, from 0.
    fn nth(&self, index: usize) -> Option<Self> {
        value::entries(self.node).get(index).map(|entry| self.entry(entry))
    }

    /// An item of a list.
    pub(super) fn at(&self, index: usize) -> Option<Self> {
        value::items(self.node).get(index).map(|node| self.item(index, node))
    }

    /// The items of a list.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> {
        let items = value::items(self.node).iter().enumerate();
        items.map(|(index, node)| self.item(index, node))
    }

    /// The keys and values of a mapping.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> {
        value::entries(self.node).iter().map(|entry| (entry.key.as_str(), self.entry(entry)))
    }

    fn entry(&self, entry: &'a yaml::Entry) -> Self {
        Self { node: &entry.value, trail: self.trail.then(Token::Key(&entry.key), entry.mark) }
    }

    fn item(&self, index: usize, node: &'a Node) -> Self {
        Self { node, trail: self.trail.then(Token::Index(index), node.mark) }
    }

    /// The way here, without what stands here.
    pub(super) fn trail(&self) -> &Trail<'a> {
        &self.trail
    }

    /// The place without what stands there.
    pub(super) fn spot(&self) -> Spot {
        self.trail.spot()
    }
}

/// What tells a place from the others of its document: two names of a node are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity(usize);

fn dialect(file: &str, root: &Node) -> Result<Dialect> {
    let at = Location { file: file.to_owned(), line: Some(1), column: Some(1) };
    if let Some(version) = value::get(root, "swagger") {
        let message = format!("{file} is Swagger {}, not OpenAPI 3", value::brief(version));
        return Err(Failure::usage("openapi/version", message)
            .at(at)
            .help("convert it first, for example `npx swagger2openapi --outfile openapi.yaml FILE`")
            .into());
    }
    let version = value::text_of(root, "openapi").unwrap_or_default();
    match version.split('.').take(2).collect::<Vec<_>>().as_slice() {
        ["3", "0"] => Ok(Dialect::V30),
        ["3", "1" | "2"] => Ok(Dialect::V31),
        ["3", _] => {
            Err(Failure::not_supported(&format!("OpenAPI {version} ({file}); 3.0, 3.1 and 3.2 are read")).at(at).into())
        }
        _ => Err(Failure::usage("openapi/version", format!("{file} is no OpenAPI document: it has no `openapi: 3.x`"))
            .at(at)
            .help("give a document of OpenAPI 3.0, 3.1 or 3.2 in YAML or JSON")
            .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::parse("x.yaml", text).unwrap()
    }

    #[test]
    fn a_pointer_leads_through_escapes_and_lists() {
        let document = document("openapi: 3.0.0\npaths:\n  /a~b:\n    list: [x, y]\n");
        let place = document.find("/paths/~1a~0b/list/1").unwrap();
        assert_eq!((value::text(place.node), place.pointer().as_str()), (Some("y"), "/paths/~1a~0b/list/1"));
        assert_eq!((place.spot().mark.line, place.spot().mark.column), (4, 15));
    }

    #[test]
    fn references_are_followed_and_never_for_ever() {
        let document = document(
            "openapi: 3.1.0\na: {$ref: '#/b'}\nb: {$ref: '#/c'}\nc: {d: 1}\nr: {$ref: '#/r'}\ne: {$ref: 'x.yaml#/a'}\n",
        );
        let target = |name| document.resolve(&document.top().get(name).unwrap());
        assert_eq!(target("a").found().unwrap().pointer(), "/c");
        assert!(matches!(target("r"), Target::Nowhere(_)));
        assert!(matches!(target("e"), Target::Elsewhere("x.yaml#/a")));
    }

    #[test]
    fn other_versions_are_refused_with_what_to_do() {
        let refused = |text| Failure::from_error(&Document::parse("x.yaml", text).unwrap_err()).finding;
        assert!(refused("swagger: '2.0'").help.unwrap().contains("swagger2openapi"));
        assert!(refused("openapi: 3.3.0").message.contains("not supported"));
        assert!(refused("[]").message.contains("no OpenAPI document"));
    }
}
