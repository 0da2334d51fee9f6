//! A document of several files as one: each file that a reference names is kept whole beside the document, and the reference leads
//! there. Pure: which file is wanted next is said, and its text is handed over.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::document::{Document, FILES};
use super::trail::escape;
use crate::report::{Failure, Location};
use crate::yaml::{self, Entry, Limits, Mark, Node, Text, Value};

/// How many files a document may have, and how many bytes together.
const MOST: usize = 2_000;
const LARGEST: usize = 128 << 20;

/// A document whose files are being collected.
#[derive(Debug)]
pub struct Bundle {
    /// The name of the document for messages, and the part of it that is its folder, with `/` at the end.
    name: String,
    folder: String,
    /// The name of its own file, as other files refer to it.
    own: String,
    root: Node,
    lines: u32,
    bytes: usize,
    files: BTreeMap<String, Node>,
    /// The line before the first one of each file, and its name for messages.
    starts: Vec<(u32, String)>,
    wanted: Vec<Wanted>,
    known: BTreeSet<String>,
}

/// A file that a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its path from the folder of the document; it may begin with `../`.
    pub path: String,
    /// The reference, as written.
    pub reference: String,
    /// Where the reference stands.
    pub location: Location,
}

impl Bundle {
    /// Begins with the document's own text. `name` is its name for messages, and ends with its path.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn new(name: &str, text: &str) -> Result<Self> {
        let root = Document::parse(name, text)?.into_root();
        let path_begins = name.rfind(['/', ':']).map_or(0, |at| at + 1);
        let (folder, own) = name.split_at(path_begins);
        let mut bundle = Self {
            name: name.to_owned(),
            folder: folder.to_owned(),
            own: own.to_owned(),
            root: Node { mark: root.mark, value: Value::Null },
            lines: lines(text),
            bytes: text.len(),
            files: BTreeMap::new(),
            starts: Vec::new(),
            wanted: Vec::new(),
            known: BTreeSet::new(),
        };
        bundle.known.insert(bundle.own.clone());
        bundle.root = bundle.rewritten(root, "");
        Ok(bundle)
    }

    /// The next file whose text is wanted.
    pub fn wanted(&mut self) -> Option<Wanted> {
        self.wanted.pop()
    }

    /// Takes the text of a file that was wanted.
    ///
    /// # Errors
    /// Exit code 2 where the text is no YAML, or there are too many files.
    pub fn add(&mut self, wanted: &Wanted, text: &str) -> Result<()> {
        let file = self.file(&wanted.path);
        self.bytes += text.len();
        if self.files.len() >= MOST || self.bytes > LARGEST {
            let message = format!("{} has more than {MOST} files, or more than {} MB", self.name, LARGEST >> 20);
            return Err(Failure::usage("openapi/too-large", message).help("bundle it into one file first").into());
        }
        let mut node = yaml::parse(&file, text, Limits::OPENAPI)?;
        let start = self.lines;
        self.lines = start.saturating_add(lines(text));
        self.starts.push((start, file));
        moved(&mut node, start);
        let node = self.rewritten(node, &wanted.path);
        self.files.insert(wanted.path.clone(), node);
        Ok(())
    }

    /// The name of a file for messages.
    #[must_use]
    pub fn file(&self, path: &str) -> String {
        normal(&format!("{}{path}", self.folder)).unwrap_or_else(|| format!("{}{path}", self.folder))
    }

    /// The whole document.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn finish(self) -> Result<Document> {
        let mut root = self.root;
        if let (false, Value::Mapping(entries)) = (self.files.is_empty(), &mut root.value) {
            let files = self.files.into_iter();
            let files = files.map(|(path, value)| Entry { key: Text::from(path.as_str()), mark: value.mark, value });
            let mark = root.mark;
            let value = Node { mark, value: Value::Mapping(files.collect()) };
            let all = std::mem::take(entries).into_vec().into_iter();
            *entries = all.chain([Entry { key: Text::from(FILES), mark, value }]).collect();
        }
        Document::of_files(&self.name, root, self.starts)
    }

    /// The same node with its references to files led to where these are kept; `from` is the path of its own file.
    fn rewritten(&mut self, mut node: Node, from: &str) -> Node {
        self.walk(&mut node, from, Keys::Words);
        node
    }

    fn walk(&mut self, node: &mut Node, from: &str, keys: Keys) {
        match &mut node.value {
            Value::Sequence(items) => {
                for item in items {
                    self.walk(item, from, Keys::Words);
                }
            }
            Value::Mapping(entries) => {
                for Entry { key, value, .. } in entries {
                    match (keys, &**key, &value.value) {
                        (Keys::Words, "$ref", Value::String(reference))
                        | (Keys::Targets, _, Value::String(reference)) => {
                            if let Some(led) = self.led(reference, from, value.mark, keys) {
                                value.value = Value::String(Text::from(led.as_str()));
                            }
                        }
                        (Keys::Words, word, _) if is_data(word) => {}
                        (Keys::Words, word, _) => self.walk(value, from, Keys::below(word)),
                        (Keys::Names | Keys::Targets, ..) => self.walk(value, from, Keys::Words),
                    }
                }
            }
            _ => {}
        }
    }

    /// Where a reference leads in the whole document; `None` where it stays as it is.
    fn led(&mut self, reference: &str, from: &str, mark: Mark, keys: Keys) -> Option<String> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let path = if file.is_empty() {
            from.to_owned()
        } else {
            // A value of a discriminator's mapping may be the name of a component.
            if keys == Keys::Targets && !file.contains(['/', '.']) {
                return None;
            }
            let file = percent_encoding::percent_decode_str(file).decode_utf8().ok()?;
            if is_address(&file) || file.starts_with('/') || file.contains(['\\', '\0']) {
                return None;
            }
            normal(&format!("{}{file}", from.rfind('/').and_then(|at| from.get(..=at)).unwrap_or_default()))?
        };
        if path.is_empty() || path == self.own {
            return (!from.is_empty()).then(|| format!("#{fragment}"));
        }
        if self.known.insert(path.clone()) {
            let location = self.located(mark);
            self.wanted.push(Wanted { path: path.clone(), reference: reference.to_owned(), location });
        }
        let key = escape(&path).replace('%', "%25");
        Some(format!("#/{FILES}/{key}{fragment}"))
    }

    fn located(&self, mark: Mark) -> Location {
        super::document::located(&self.name, &self.starts, mark)
    }
}

/// What the keys of a mapping are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    /// Words of the specification.
    Words,
    /// Names that the author chose.
    Names,
    /// Names whose values lead to schemas: the mapping of a discriminator.
    Targets,
}

impl Keys {
    /// What the keys of the value of a word are.
    fn below(word: &str) -> Self {
        const NAMES: [&str; 20] = [
            "properties",
            "patternProperties",
            "dependentSchemas",
            "$defs",
            "definitions",
            "schemas",
            "responses",
            "parameters",
            "headers",
            "requestBodies",
            "callbacks",
            "paths",
            "webhooks",
            "pathItems",
            "links",
            "securitySchemes",
            "content",
            "encoding",
            "examples",
            "mediaTypes",
        ];
        match word {
            "mapping" => Self::Targets,
            word if NAMES.contains(&word) => Self::Names,
            _ => Self::Words,
        }
    }
}

/// Words whose value is data, in which nothing is a reference.
fn is_data(word: &str) -> bool {
    matches!(word, "example" | "default" | "enum" | "const" | "value") || word.starts_with("x-")
}

fn is_address(file: &str) -> bool {
    url::Url::parse(file).is_ok() || file.starts_with("//")
}

/// The path without `.` and with `..` taken out where something stands before it; `None` where nothing is left.
fn normal(path: &str) -> Option<String> {
    let (prefix, path) = match path.split_once(':') {
        Some((revision, path)) => (format!("{revision}:"), path),
        None if path.starts_with('/') => ("/".to_owned(), path),
        None => (String::new(), path),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() { None } else { Some(prefix + &parts.join("/")) }
}

fn lines(text: &str) -> u32 {
    u32::try_from(text.lines().count()).unwrap_or(u32::MAX).saturating_add(1)
}

/// Moves every mark down by so many lines.
fn moved(node: &mut Node, by: u32) {
    node.mark.line = node.mark.line.saturating_add(by);
    match &mut node.value {
        Value::Sequence(items) => items.iter_mut().for_each(|item| moved(item, by)),
        Value::Mapping(entries) => {
            for entry in entries {
                entry.mark.line = entry.mark.line.saturating_add(by);
                moved(&mut entry.value, by);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    /// Collects the files that are given; what is not given is empty. Gives the document and the paths that were wanted.
    fn bundled(root: &str, files: &[(&str, &str)]) -> (Document, Vec<String>) {
        let mut bundle = Bundle::new("v1:api/openapi.yml", &format!("openapi: 3.1.0\n{root}\n")).unwrap();
        let mut seen = Vec::new();
        while let Some(wanted) = bundle.wanted() {
            let text = files.iter().find(|(path, _)| *path == wanted.path).map_or("{}", |(_, text)| text);
            bundle.add(&wanted, text).unwrap();
            seen.push(wanted.path);
        }
        (bundle.finish().unwrap(), seen)
    }

    #[test_case("a: {$ref: 'x.yml'}" => "x.yml")]
    #[test_case("a: {$ref: './sub/../x.yml#/A'}" => "x.yml"; "a path is taken as short as it goes")]
    #[test_case("a: {$ref: '../x%20y.yml'}" => "../x y.yml"; "escaped")]
    #[test_case("a: {$ref: 'https://example.com/x.yml'}" => ""; "an address")]
    #[test_case("a: {$ref: '//example.com/x.yml'}" => ""; "an address without a scheme")]
    #[test_case("a: {$ref: 'file:///etc/passwd'}" => ""; "a file by its address")]
    #[test_case("a: {$ref: '/etc/passwd'}" => ""; "an absolute path")]
    #[test_case("a: {example: {$ref: 'x.yml'}, x-a: {$ref: 'y.yml'}, enum: [{$ref: 'z.yml'}]}" => ""; "data")]
    #[test_case("a: {properties: {example: {$ref: 'x.yml'}, $ref: {$ref: 'y.yml'}}}" => "y.yml x.yml"; "properties of any name")]
    #[test_case("a: {discriminator: {mapping: {cat: 'cat.yml', dog: Dog}}}" => "cat.yml"; "a mapping")]
    #[test_case("a: {$ref: 'openapi.yml#/b'}" => ""; "itself")]
    fn files_are_wanted(root: &str) -> String {
        bundled(root, &[]).1.join(" ")
    }

    #[test]
    fn references_of_every_file_lead_to_the_right_place_and_circles_end() {
        let files = [
            ("sub/x.yml", "A: {$ref: '../y.yml#/B'}\nC: {type: string}\n"),
            ("y.yml", "\nB: {$ref: 'sub/x.yml#/C'}\nD: {$ref: '#/E'}\nE: {$ref: 'openapi.yml#/here'}\n"),
        ];
        let (document, seen) =
            bundled("here: {type: integer}\na: {$ref: 'sub/x.yml#/A'}\nb: {$ref: 'y.yml#/D'}", &files);
        assert_eq!(seen.len(), 2);
        let ends = |pointer| {
            let place = document.resolve(&document.find(pointer).unwrap()).found().unwrap();
            let location = document.location(place.spot().mark);
            format!("{} {location}", place.pointer())
        };
        assert_eq!(ends("/a"), "/x-zarpe-files/sub~1x.yml/C v1:api/sub/x.yml:2:1");
        assert_eq!(ends("/b"), "/here v1:api/openapi.yml:2:1");
        assert_eq!(document.shown("/x-zarpe-files/sub~1x.yml/C"), "sub/x.yml#/C");
    }

    #[test]
    fn a_mistake_in_a_file_has_its_own_name_and_line() {
        let mut bundle = Bundle::new("api/openapi.yml", "openapi: 3.1.0\na: {$ref: 'x.yml'}\n").unwrap();
        let wanted = bundle.wanted().unwrap();
        assert_eq!(wanted.location.to_string(), "api/openapi.yml:2:11");
        let failure = Failure::from_error(&bundle.add(&wanted, "a: 1\na: 2\n").unwrap_err());
        assert_eq!(failure.finding.location.unwrap().to_string(), "api/x.yml:2:1");
    }
}
